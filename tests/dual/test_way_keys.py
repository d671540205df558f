"""Which settings are the way to the HES, and who changes them how."""

from boards import pc, wiring
from dcu.settings import HES
from dcu.verb_words import change_settings
from dcu.way_trial import KEYS
from storage.slots import Slots
from tests.disk import Disk
from tests.dual.test_way_trial import CONSOLE, NEW, OLD, TYPO, Plant
from tests.kept import Kept, refusal


def test_who_changes_it_while_the_dcu_is_off_ends_a_trial_too():
    for key, text in (("hes.main", "x.y:1"), ("modem.apn", "other")):
        plant = Plant()
        plant.run(5, plant.by(HES, ("hes.main", TYPO)), 5)
        stored = Kept(plant.settings._kept.load())
        unit_of = wiring.unit_of
        disk = Disk()
        Slots(disk, "settings", []).save(stored.data)
        unit = unit_of(pc, disk, plant.clock, None)
        assert unit.settings.before == {"hes.main": OLD}
        change_settings(unit, {key: text})
        assert unit.settings.before == {} and unit.settings.get(key) == text
        Slots(disk, "settings", []).save(stored.data)
        unit = unit_of(pc, disk, plant.clock, None, [(key, text)])  # dcu run --set
        assert unit.settings.before == {} and unit.settings.get(key) == text


def test_the_hes_does_not_make_a_server_of_whom_nobody_may_dial():
    plant = Plant()
    put = plant.settings.put_all
    for pairs in ((("uplink.mode", "server"),), (("uplink.mode", "server"), ("server.peers", ""))):
        assert "no server.peers are set" in refusal(put, pairs)
    assert refusal(put, (("uplink.mode", "server"), ("server.peers", "any"))) == ""
    assert "no server.peers are set" in refusal(put, (("server.peers", ""),))
    assert refusal(put, (("server.peers", ""),), CONSOLE) == ""
    assert refusal(put, (("hes.sub", NEW),)) == ""  # that is no worse than it was


def test_every_key_of_the_way_is_a_setting():
    plant = Plant()
    assert [plant.settings.text(key) for key in KEYS]
    assert len(set(KEYS)) == len(KEYS)
