"""Changes of Ethernet: what proves them, and what takes them back."""

from tests.dual.ethernet_plant import FIRST, LEASE, Plant
from tests.kept import refusal

GOOD, OTHER = "10.0.0.20/24,10.0.0.1", "10.9.9.9/24,10.9.9.1"


def test_a_network_that_is_left_to_the_system_is_not_touched():
    plant = Plant()
    assert plant.run(3600) == "system"
    assert plant.machine.done == [] and plant.machine.addresses == [FIRST]
    assert plant.ethernet.state == "by the system" and plant.lived >= 3600


def test_a_change_over_which_the_hes_logs_in_is_kept_over_a_restart():
    plant = Plant()
    plant.uplink.reached = ("10.0.0.20/24",)
    assert plant.run(5, plant.set(GOOD), 10) == GOOD
    assert plant.uplink.networks == 1 and "the HES logged in" in plant.lines[-1]
    plant.start()
    assert plant.run(300) == GOOD
    assert plant.machine.done == [("fixed", "10.0.0.20/24")]  # it has it still
    assert plant.ethernet.status()["trial_s"] is None and set(plant.told) == {"the HES"}


def test_a_change_that_nobody_proves_is_taken_back_in_time():
    plant = Plant()
    plant.uplink.reached = (FIRST,)
    plant.run(5, plant.set(OTHER), 50)
    assert (
        plant.settings.get("eth.ipv4") == OTHER and 5 <= plant.ethernet.status()["trial_s"] <= 15
    )
    assert plant.run(20) == "system"
    assert plant.machine.addresses == [FIRST] and plant.machine.gateway == "10.0.0.1"
    assert plant.told[-1] == "the DCU: not proved within 60 s"


def test_a_trial_in_which_the_power_is_cut_is_over_at_the_next_start():
    for loses_addresses in (False, True):
        plant = Plant()
        plant.run(5, plant.set(OTHER), 20)
        assert plant.machine.addresses == ["10.9.9.9/24"]
        if loses_addresses:
            plant.machine.addresses, plant.machine.gateway = ["10.0.0.50/24"], "10.0.0.1"
        plant.start()
        assert plant.run(5) == "system" and "power was cut" in plant.told[-1]
        expected = "10.0.0.50/24" if loses_addresses else FIRST  # of the system, in between
        assert plant.machine.addresses == [expected]


def test_the_power_may_be_cut_at_any_write():
    """Whatever is on the disk then: in the end the old setting is back, or the good one kept."""
    plant = Plant()
    plant.run(5)
    start = plant.disk.steps
    plant.uplink.reached = ("10.0.0.20/24",)
    plant.run(5, plant.set(GOOD), 10, plant.set(OTHER), 100)
    steps = plant.disk.steps
    assert steps - start >= 6
    for step in range(start, steps + 1):
        for is_written in (False, True):
            again = Plant()
            again.machine.addresses = ["10.9.9.9/24"]
            again.disk = plant.disk.after_cut(step, 0, lambda is_written=is_written: is_written)
            again.start()
            way = again.run(200)
            assert way in ("system", GOOD), (step, way)
            assert way == GOOD or again.machine.addresses != ["10.0.0.20/24"]
            again.start()
            assert again.run(100) == way
            assert again.ethernet.status()["kept"] == way


def test_a_person_may_keep_a_change_which_the_hes_does_not_prove():
    plant = Plant()
    assert "on trial" in refusal(plant.ethernet.keep)
    assert plant.run(5, plant.set(OTHER), 5, plant.ethernet.keep, 100) == OTHER
    assert "so it was said" in plant.lines[-1]
    assert "on trial" in refusal(plant.ethernet.keep)
    assert plant.run(5, plant.set(GOOD), plant.ethernet.keep, 100) == GOOD  # at once


def test_what_is_kept_is_what_was_seen_and_no_later_change():
    plant = Plant()
    plant.run(5, plant.set(OTHER), plant.ethernet.keep, plant.set(GOOD), 100)
    assert plant.settings.get("eth.ipv4") == "system"


def test_without_a_hes_on_ethernet_the_gateway_proves_it():
    plant = Plant(hes="")
    assert plant.run(5, plant.set(GOOD), 10) == GOOD and "gateway answers" in plant.lines[-1]
    assert plant.run(5, plant.set(OTHER), 100) == GOOD
    modem = Plant()
    modem.settings.put("uplink.channel", "modem")
    assert modem.run(5, modem.set(GOOD), 10) == GOOD
    alone = Plant(hes="")
    assert alone.run(5, alone.set("10.9.9.9/24"), 10) == "10.9.9.9/24"


def test_an_address_that_is_taken_is_refused_before_anything_changes():
    plant = Plant()
    plant.machine.taken = ("10.0.0.20",)
    assert plant.run(5, plant.set(GOOD), 5) == "system"
    assert plant.machine.done == [] and "10.0.0.20 is taken" in plant.told[-1]
    own = Plant()
    own.machine.taken = ("10.0.0.9",)
    own.uplink.reached = (FIRST,)
    assert own.run(5, own.set(FIRST), 5) == FIRST  # that is we ourselves


def test_dhcp_is_kept_with_a_lease_and_taken_back_without():
    plant = Plant()
    plant.uplink.reached = (LEASE,)
    assert plant.run(5, plant.set("dhcp"), 10) == "dhcp"
    assert plant.machine.done == [("dhcp", "dcu-07310001")]
    alone = Plant(hes="")
    alone.machine.has_server = False
    alone.run(5, alone.set("dhcp"), 20)
    assert alone.ethernet.state == "asks for an address"
    assert alone.run(60) == "system"
    old = Plant()
    old.machine.has_server = False
    old.uplink.reached = (FIRST,)
    assert old.run(5, old.set("dhcp"), 80) == "system"  # the HES was reached from FIRST


def test_a_missing_interface_a_program_that_fails_and_a_cable_are_said():
    plant = Plant()
    plant.machine.is_there = False
    assert plant.run(5, plant.set(GOOD), 5) == "system" and "no interface eth0" in plant.told[-1]
    plant.machine.is_there, plant.machine.fails = True, "ip is missing"
    assert plant.run(5, plant.set(GOOD), 5) == "system" and "ip is missing" in plant.told[-1]
    kept = Plant(hes="")
    assert kept.run(5, kept.set(GOOD), 10) == GOOD
    kept.machine.has_carrier = False
    assert kept.run(30) == GOOD and kept.ethernet.state == "cable unplugged"


def test_an_address_that_somebody_else_took_away_is_made_anew():
    plant = Plant(hes="")
    plant.run(5, plant.set(GOOD), 10)

    def flush():
        plant.machine.addresses = []

    plant.run(20, flush, 20)
    assert plant.machine.addresses == ["10.0.0.20/24"]
    assert plant.machine.done == [("fixed", "10.0.0.20/24")] * 2


def test_a_udhcpc_that_has_gone_is_started_again():
    plant = Plant(hes="")
    plant.run(5, plant.set("dhcp"), 10)

    def lost():
        plant.machine.lease, plant.machine.addresses = "", []

    plant.run(5, lost, 320)
    assert plant.machine.lease == LEASE


def test_a_disk_that_takes_nothing_changes_nothing():
    plant = Plant()
    plant.run(5)

    def full():
        plant.disk.room = 0

    plant.run(5, plant.set(OTHER), full, 5)
    assert plant.machine.done == []
    plant.disk.room = None
    assert plant.run(5) == "system"


def test_back_to_the_system_gives_it_what_it_had():
    plant = Plant(hes="")
    plant.run(5, plant.set(GOOD), 10)
    assert plant.run(5, plant.set("system"), 10) == "system"
    assert plant.machine.done[-1] == ("system", FIRST) and plant.machine.addresses == [FIRST]


def test_the_system_gets_what_it_had_also_after_several_changes():
    plant = Plant(hes="")
    plant.run(5, plant.set(GOOD), 10, plant.set(OTHER), 100)
    plant.run(5, plant.set("system"), 10)
    assert plant.machine.addresses == [FIRST]


def test_a_change_made_while_the_dcu_was_off_is_a_trial_like_others():
    plant = Plant()
    plant.run(5, plant.set(OTHER), 100)  # taken back
    plant.settings.put("eth.ipv4", OTHER)
    plant.start()
    plant.run(20)
    assert plant.settings.get("eth.ipv4") == OTHER and plant.ethernet.status()["trial_s"]


def test_a_disk_that_refuses_delays_the_way_back():
    plant = Plant()

    def full():
        plant.disk.room = 0

    plant.run(5, plant.set(OTHER), 10, full, 100)
    assert plant.settings.get("eth.ipv4") == OTHER
    plant.disk.room = None
    assert plant.run(5) == "system" and plant.machine.addresses == [FIRST]


def test_without_a_cable_nothing_is_made_anew():
    plant = Plant(hes="")
    plant.run(5, plant.set(GOOD), 10)
    plant.machine.has_carrier, plant.machine.addresses = False, []
    plant.run(60)
    assert len(plant.machine.done) == 1


def test_what_is_set_while_another_change_fails_is_a_trial_of_its_own():
    plant = Plant()
    plant.machine.taken = ("10.0.0.20",)
    plant.uplink.reached = ("10.9.9.9/24",)

    def meanwhile():
        plant.machine.meanwhile = lambda: None
        plant.settings.put("eth.ipv4", OTHER)

    plant.machine.meanwhile = meanwhile
    assert plant.run(5, plant.set(GOOD), 20) == OTHER
    assert "the HES logged in" in plant.lines[-1]


def test_the_hes_is_dialled_again_whenever_the_address_is_another_one_and_not_else():
    plant = Plant(hes="")
    plant.run(5, plant.set(GOOD), 10)
    assert plant.uplink.networks == 1
    plant.start()
    plant.run(60)
    assert plant.uplink.networks == 1  # a restart finds it as it was
    plant.run(plant.set(OTHER), 20)
    assert plant.uplink.networks == 2
    plant.start()
    plant.run(20)
    assert plant.uplink.networks == 3  # and the cut trial has left another one
    plant.run(plant.set("system"), 20)
    assert plant.uplink.networks == 4
