"""What a DCU of the tests has stored, and what of it the HES has; no test."""

from tests.hes.fake_dcu import Plant, alarm_row, reading_row


def add_readings(plant, count):
    for _ in range(count):
        number = plant.readings.last
        plant.readings.append(reading_row, number % 3 + 1, 900 * (number // 3 + 1))


def add_alarms(plant, count, time_s=1000):
    for _ in range(count):
        plant.alarms.append(alarm_row, time_s + plant.alarms.last)


def plant_with(readings=0, alarms=0):
    return filled(Plant(), readings, alarms)


def filled(plant, readings=0, alarms=0):
    """The plant, with so many more."""
    add_readings(plant, readings)
    add_alarms(plant, alarms)
    return plant


def all_acknowledged(plant):
    streams = plant.readings, plant.alarms
    return lambda: [each.mark for each in streams] == [each.last for each in streams]


def numbers(hes):
    return [seq for _, seq, _, _ in hes.readings()]
