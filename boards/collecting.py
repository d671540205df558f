"""Constructs the worker of one channel. Wiring only, as boards/wiring.py."""

from dcu.collect import Collection
from dcu.fill import Filler
from dcu.schema import PLC


def collecting(dcu, channel):
    """What starts the collection of one channel."""
    tasks, archive, states = dcu.tasks, dcu.archive, dcu.states
    collection = Collection(
        channel,
        tasks,
        archive,
        dcu.open_meter,
        dcu.kept,
        dcu.ledger,
        states,
        dcu.learned,
        dcu.settings,
        dcu.clock,
    )
    collection.filler = Filler(
        channel, tasks, archive, states, dcu.ledger, dcu.kept, dcu.settings, dcu.clock
    )
    collection.attempts = dcu.attempts
    if channel in dcu.buses:
        collection.recent = lambda: dcu.buses[channel].recent
    if channel == PLC:
        plc = dcu.plc
        collection.crew.several(plc.at_once, plc.goes_with, plc.goes_well, plc.arrange)
    dcu.rounds[channel] = collection
    return lambda part: collection.run(part, dcu.alarms.raise_alarm, dcu.log)
