"""One DCU: what the board has put together, as the console, the panel and the HES see it."""

from dcu import clear
from dcu.alarm_codes import RESTART, SETTING_INVALID, STORAGE_DAMAGED
from hal.memory import in_use_octets

VERSION = "0.1.0"


class Dcu:
    """Holds the parts; owns nothing but their names.

    damage      texts: what was found damaged where settings and archive are kept
    buses       {channel: bus with status()} of the ports this board has
    open_meter  function (record, client=None, logical=None) -> meter
    counters    of what is sent ciphered, dcu/counters.py
    plc         the network behind the module slot, dcu/plc.py
    cover       dcu/cover.py, once there are alarms
    learned     what was found out about each meter, dcu/learned.py
    modem       the cellular module, drivers/modem.py
    interface   function() -> hal/interface.py Interface that leads out of the machine
    modem_facts what it said of itself last, as its status()
    way_trial   dcu/way_trial.py
    local       server at the local port, drivers/hdlc_station.py
    find_meter  coroutine function (bus, address) -> what is there (drivers/scan.py), or None
    broadcast   function(records of one channel) -> (driver with send, longest APDU), or None
    image_notes dcu/image_job.py: what meters were last given
    states      of the meters, dcu/meter_state.py
    rounds      {channel: collection with status()}
    tasks       dcu/task_list.py
    ledger      dcu/ledger.py
    attempts    dcu/attempts.py
    readings, records, alarms   the journals that the HES fetches and acknowledges; records are
                what tasks other than the rounds bring
    profile     the readings by meter and slot
    kept        the readings on their way into the store
    """

    def __init__(self, board, interpreter, settings, archive, clock, log):
        self.board = board
        self.interpreter = interpreter
        self.settings = settings
        self.archive = archive
        self.clock = clock
        self.log = log
        self.damage = []
        self.buses = {}
        self.states = None
        self.rounds = {}
        self.store = None
        self.tasks = None
        self.ledger = None
        self.attempts = None
        self.records = None
        self.profile = None
        self.readings = None
        self.kept = None
        self.transparent = None
        self.alarms = None
        self.modem = None
        self.modem_facts = {}
        self.interface = self.ethernet = None
        self.uplink = self.way_trial = None
        self.listeners = ()
        self.local = None
        self.panel = None
        self.open_meter = None
        self.learned = None
        self.counters = None
        self.find_meter = None
        self.cosem_keys = None
        self.firmware = None
        self.files = None  # of the data folder
        self.broadcast = None
        self.image_notes = None
        self.plc = None
        self.cover = None
        self.ending = ""  # why the process is to end; "" while it is not

    def say_what_was_mended(self):
        """At start: what storage, settings and archive had to leave out, as alarms."""
        for text in self.damage + self.store.damage:
            self.alarms.raise_alarm(STORAGE_DAMAGED, 0, text)
        for key in self.settings.fallen_back:
            self.alarms.raise_alarm(SETTING_INVALID, 0, f"{key}: back to its default")
        for text in self.archive.refused:
            self.alarms.raise_alarm(SETTING_INVALID, 0, f"archive {text}")
        for text in self.tasks.refused:
            self.alarms.raise_alarm(SETTING_INVALID, 0, f"tasks {text}")

    def end_because(self, reason):
        """Soon: what is being answered goes out first. Whoever started us starts us again."""
        if self.alarms:
            self.alarms.raise_alarm(RESTART, 0, reason)
        self.ending = reason

    def clear_because(self, reason):
        """All that was collected goes, at the restart that follows: dcu/clear.py. PortError."""
        clear.ask(self.files, reason)
        self.end_because(reason)

    def status(self):
        """Everything live, as a dict of plain values: for the console, the panel, the HES."""
        return {
            "version": VERSION,
            "interpreter": self.interpreter,
            "board": self.board,
            "terminal": self.settings.terminal_id(),
            "utc_s": self.clock.utc_s(),
            "clock_set": bool(self.clock.is_set),
            "memory_octets": in_use_octets(),
            "uplink": self.uplink.status(),
            "ports": [self.buses[channel].status() for channel in sorted(self.buses)],
            "local": self._local_status(),
            "plc": self.plc.status() if self.plc else None,
            "rounds": {channel: self.rounds[channel].status() for channel in self.rounds},
            "meters": self.meter_counts(),
            "readings": _journal_status(self.readings, self.kept),
            "records": _journal_status(self.records, None),
            "alarms": _journal_status(self.alarms, self.alarms),
        }

    def _local_status(self):
        """None while there is no local port."""
        is_there = self.local and self.settings.get("local.device")
        return self.local.status() if is_there else None

    def state_of(self, mp):
        """The state of the meter at `mp`, in a word."""
        return self.states.word(mp)

    def meter_counts(self):
        """{"total": …, and one count for each state that some meter is in}"""
        counts = {"total": 0}
        for meter in self.archive.meters():
            state = self.states.of(meter).state
            counts["total"] += 1
            counts[state] = counts.get(state, 0) + 1
        return counts

    def meters_status(self):
        """A dict for each meter on file, in the order of MP; no passwords."""
        return [self._meter_status(meter) for meter in self.archive.meters()]

    def _meter_status(self, meter):
        status = {
            "mp": meter.mp,
            "address": meter.address,
            "gather": meter.gather,
            "protocol": meter.protocol,
            "channel": meter.channel,
            "client": meter.client,
            "auth": meter.auth,
            "serial": self.learned.serial(meter.mp),
            "learned": self.learned.words(meter.mp),
        }
        status.update(self.states.of(meter).status())
        return status


def _journal_status(records, kept):
    """`kept` has those that are on their way into the store."""
    return {
        "stored": records.last,
        "acknowledged": records.mark,
        "waiting": records.last - records.mark,
        "unstored": kept.unstored if kept else 0,
        "lost": (kept.lost if kept else 0) + records.evicted,
    }
