"""What the HES changes of its own way in comes back when it leads nowhere. In virtual time."""

from dcu.settings import HES, Settings
from dcu.way_trial import SETTLE_MS, WayTrial
from hal.errors import Refused
from storage.slots import Slots
from tests.disk import Disk
from tests.kept import Kept
from tests.part import run_through
from tests.virtual import VirtualClock

OLD, NEW, TYPO = "old.example:5020", "new.example:5020", "nev.example:5020"
CONFIRM_S = 600
SETTLE_S = SETTLE_MS // 1000
CONSOLE = "the console"


class Uplink:
    """It dials when the network is another one, and comes through with what `leads` to a HES."""

    def __init__(self, settings, leads):
        self._settings = settings
        self._leads = leads
        self._dialled = -1
        self._sessions = self.networks = 0

    @property
    def sessions(self):
        if self._dialled != self.networks:
            self._dialled = self.networks
            self._sessions += self._leads(self._settings.get)
        return self._sessions


def to_old_or_new(get):
    return get("hes.main") in (OLD, NEW) and get("modem.apn") in ("", "meters")


class Plant:
    """Is also the part that is to be alive."""

    def __init__(self, leads=to_old_or_new):
        self.leads = leads
        self.disk = Disk()
        self.clock = VirtualClock()
        self.told, self.lines = [], []
        self.start()
        self.settings.put_all([("hes.main", OLD), ("uplink.confirm_s", str(CONFIRM_S))], CONSOLE)
        self.start()
        self.told.clear()

    def start(self):
        """As after a power cut."""
        self.settings = Settings(Slots(self.disk, "settings", []))
        self.settings.told = lambda keys, by: self.told.append((keys, by))
        self.uplink = Uplink(self.settings, self.leads)
        self.trial = WayTrial(self.settings, self.clock, self.uplink, self._log)

    def _log(self, part, text):
        self.lines.append(text)

    def alive(self):
        pass

    def by(self, who, *pairs):
        return lambda: self.settings.put_all(pairs, who)

    def run(self, *steps):
        """Waits so many seconds, or calls; the setting hes.main afterwards."""
        run_through(self.trial.run(self), steps)
        return self.settings.get("hes.main")


def test_a_change_over_which_the_hes_logs_in_is_kept_over_a_restart():
    plant = Plant()
    assert plant.run(5, plant.by(HES, ("hes.main", NEW)), SETTLE_S + 5) == NEW
    assert plant.settings.before == {} and plant.uplink.networks == 1
    assert plant.lines[-1] == "kept, the HES has logged in: hes.main"
    plant.start()
    assert plant.run(3 * CONFIRM_S) == NEW and plant.trial.status()["came_back"] == ""


def test_a_change_over_which_nobody_logs_in_is_taken_back_in_time_and_told():
    plant = Plant()
    assert plant.run(5, plant.by(HES, ("hes.main", TYPO)), CONFIRM_S) == TYPO
    assert plant.run(5) == OLD
    assert plant.told[-1] == (["hes.main"], f"the DCU: no login within {CONFIRM_S} s")
    assert plant.settings.before == {} and plant.uplink.sessions == 2
    assert plant.trial.status()["came_back"] == f"no login within {CONFIRM_S} s"


def test_it_is_taken_back_at_the_time_set_and_not_before():
    plant = Plant()
    change = plant.by(HES, ("hes.main", TYPO))
    seen = []
    plant.run(
        5,
        change,
        CONFIRM_S,
        lambda: seen.append(plant.settings.get("hes.main")),
        2,
        lambda: seen.append(plant.settings.get("hes.main")),
    )
    assert seen == [TYPO, OLD]


def test_a_login_of_before_the_link_is_made_anew_proves_nothing():
    plant = Plant()

    def one_more():
        plant.uplink.networks += 1

    leads_by_old_context = [True]
    plant.uplink._leads = lambda get: leads_by_old_context[0]
    plant.run(5, plant.by(HES, ("modem.apn", "metres")), 5, one_more, SETTLE_S - 10)
    assert plant.settings.get("modem.apn") == "metres" and plant.uplink.sessions == 2
    leads_by_old_context[0] = False
    plant.run(CONFIRM_S + SETTLE_S)
    assert plant.settings.get("modem.apn") == ""


def test_what_is_changed_piece_by_piece_is_one_trial():
    plant = Plant()
    plant.run(
        5,
        plant.by(HES, ("modem.apn", "meters")),
        SETTLE_S - 5,
        plant.by(HES, ("modem.user", "dcu"), ("hes.main", NEW)),
        SETTLE_S - 5,
    )
    assert plant.uplink.networks == 0
    assert plant.settings.before == {"modem.apn": "", "modem.user": "", "hes.main": OLD}
    assert plant.run(10) == NEW
    assert plant.uplink.networks == 1 and plant.settings.before == {}


def test_after_two_changes_in_a_trial_the_first_of_all_comes_back():
    plant = Plant()
    plant.run(5, plant.by(HES, ("hes.main", TYPO)), 100, plant.by(HES, ("hes.main", "x.y:1")), 9)
    assert plant.settings.before == {"hes.main": OLD}
    assert plant.run(CONFIRM_S + 5) == OLD


def test_another_change_of_the_same_has_its_time_anew():
    plant = Plant()
    assert plant.run(5, plant.by(HES, ("hes.main", TYPO)), CONFIRM_S - 10) == TYPO
    assert plant.run(plant.by(HES, ("hes.main", NEW)), SETTLE_S + 5) == NEW
    assert plant.uplink.networks == 2 and plant.settings.before == {}


def test_why_the_last_came_back_is_told_until_another_is_on_trial():
    plant = Plant()
    plant.run(5, plant.by(HES, ("hes.main", TYPO)), CONFIRM_S + 5)
    assert plant.trial.status()["came_back"]
    plant.run(plant.by(HES, ("hes.main", NEW)), 5)
    told = plant.trial.status()
    assert told["came_back"] == "" and CONFIRM_S - 6 <= told["left_s"] <= CONFIRM_S


def test_nothing_of_a_trial_that_is_over_stays_in_the_store():
    plant = Plant()
    plant.run(5, plant.by(HES, ("hes.main", NEW)), 5)
    assert OLD in str(plant.disk.contents())
    plant.start()
    plant.run(5, SETTLE_S)
    plant.settings.put_all([("hes.reply_s", "7")], CONSOLE)  # it is kept in two copies
    assert plant.settings.before == {} and OLD not in str(plant.disk.contents())


def test_a_key_that_another_version_had_on_trial_is_left_out():
    kept = Kept(b"before hes.gone=x\nbefore hes.main=old:1\nhes.main=new:1\n")
    settings = Settings(kept)
    assert settings.before == {"hes.main": "old:1"} and settings.get("hes.main") == "new:1"
    settings.keep()
    assert kept.data == b"hes.main=new:1\n"


def test_the_power_may_be_cut_at_any_write():
    """In the end the old way is back, or the good one kept."""
    for change, expected in ((TYPO, (OLD,)), (NEW, (OLD, NEW))):
        plant = Plant()
        plant.run(5)
        start = plant.disk.steps
        plant.run(plant.by(HES, ("hes.main", change)), 2 * CONFIRM_S)
        assert plant.disk.steps - start >= 2
        for step in range(start, plant.disk.steps + 1):
            for is_written in (False, True):
                again = Plant()
                again.disk = plant.disk.after_cut(
                    step, 0, lambda is_written=is_written: is_written
                )
                again.start()
                way = again.run(2 * CONFIRM_S)
                assert way in expected and again.settings.before == {}, (change, step, way)
                again.start()
                assert again.run(2 * CONFIRM_S) == way


def test_a_trial_goes_on_after_a_restart_and_is_over_in_its_time():
    plant = Plant()
    plant.run(5, plant.by(HES, ("hes.main", TYPO)), 100)
    plant.start()
    assert plant.run(100) == TYPO and plant.trial.status()["keys"] == ["hes.main"]
    assert plant.run(CONFIRM_S) == OLD


def test_who_stands_at_the_device_is_asked_nothing_and_ends_a_trial():
    plant = Plant()
    assert plant.run(5, plant.by(CONSOLE, ("hes.main", TYPO)), 3 * CONFIRM_S) == TYPO
    plant = Plant()
    plant.run(5, plant.by(HES, ("modem.apn", "wrong")), 50, plant.by(CONSOLE, ("hes.main", TYPO)))
    assert plant.settings.before == {}
    assert plant.run(3 * CONFIRM_S) == TYPO and plant.settings.get("modem.apn") == "wrong"


def test_what_is_not_of_the_way_neither_begins_nor_ends_a_trial():
    plant = Plant()
    plant.run(5, plant.by(HES, ("hes.reply_s", "30")), 5)
    assert plant.settings.before == {}
    plant.run(plant.by(HES, ("hes.main", TYPO)), 5, plant.by(CONSOLE, ("hes.reply_s", "31")), 5)
    assert plant.settings.before == {"hes.main": OLD}


def test_what_is_set_to_what_it_is_changes_nothing():
    plant = Plant()
    plant.run(5, plant.by(HES, ("hes.main", OLD), ("uplink.port", "04059")), SETTLE_S + 5)
    assert plant.settings.before == {} and plant.uplink.networks == 0


def test_a_dcu_that_nobody_has_logged_in_to_is_being_commissioned():
    plant = Plant(leads=lambda get: False)
    assert plant.run(5, plant.by(HES, ("hes.main", TYPO)), 3 * CONFIRM_S) == TYPO


def test_secrets_come_back_and_are_told_by_their_names_alone():
    plant = Plant(leads=lambda get: get("modem.password") != "wrong one")
    plant.settings.put_all([("modem.password", "right one")], CONSOLE)
    plant.run(5, plant.by(HES, ("modem.password", "wrong one")), CONFIRM_S + SETTLE_S)
    assert plant.settings.get("modem.password") == "right one"
    assert " one" not in str(plant.lines) + str(plant.told) + str(plant.trial.status())


def test_a_disk_that_is_full_when_the_time_is_over_is_tried_again():
    plant = Plant()
    plant.run(5, plant.by(HES, ("hes.main", TYPO)), 5)
    plant.disk.room = 0
    assert plant.run(CONFIRM_S + 50) == TYPO
    plant.disk.room = None
    assert plant.run(CONFIRM_S + 50) == OLD


def test_what_cannot_come_back_any_more_stays_and_is_told():
    plant = Plant()
    plant.run(5, plant.by(HES, ("hes.main", TYPO)), 5)

    def check(get, keys):
        raise Refused("tls.ca: no such file")

    plant.settings.check = check
    assert plant.run(CONFIRM_S + 5) == TYPO and plant.settings.before == {}
    assert plant.lines[-1] == "what was before cannot come back: tls.ca: no such file"
