"""The meters of one bus, and what a person may do to them while they run."""

import json
import time

from meter_sim import commands
from meter_sim.push import HDLC, TCP, UDP

OFF = "off"
UTC_MIN_S = 1_000_000_000  # smaller times are seconds since the start


class Plant:
    """utc_offset_s  how far the time the meters live in is ahead of this machine's"""

    def __init__(self, meters, utc_offset_s=0):
        self._meters = {meter.address: meter for meter in meters}
        self._ears = list(meters)
        self.after = lambda: None  # called when a command may have made a meter talk
        self._utc_offset_s = utc_offset_s
        self._start_s = self.utc_s()

    def utc_s(self):
        return time.time() + self._utc_offset_s

    def meters(self):
        return list(self._meters.values())

    def hear(self, octets, now_ms):
        """[(reply_after_ms, answer)] of the meters that answer."""
        utc_s = self.utc_s()
        said = []
        for ear in self._ears:
            answer = ear.receive(octets, now_ms, utc_s)
            if answer:
                said.append((ear.reply_after_ms, answer))
        return said

    def enter(self, entry):
        """Let `entry(meter)` hear and talk for each meter on the bus: see mode_e.py."""
        self._ears = [entry(meter) for meter in self._meters.values()]

    def line(self, now_ms):
        """Mode E: how the meters talk, those in HDLC before those at 300 bit/s. Else None."""
        lines = [ear.line(now_ms) for ear in self._ears if hasattr(ear, "line")]
        return max(lines, default=None)

    def has_frames_to_push(self):
        return any(meter.objects.push.waits(HDLC) for meter in self._meters.values())

    def unasked(self):
        """Frames that meters push over HDLC, meter by meter."""
        utc_s = self.utc_s()
        return list(filter(None, [ear.unasked(utc_s) for ear in self._ears]))

    def network_pushes(self):
        """Pushes that are to go over TCP and UDP; a meter that is not well keeps its own."""
        utc_s = self.utc_s()
        well = [meter for meter in self._meters.values() if meter.is_well(utc_s)]
        return [push for meter in well for push in meter.objects.push.taken(TCP, UDP)]

    def add_fault(self, address, text):
        """A fault of faults.py, or `off:FROM[-TO]`; ValueError says what is wrong."""
        meter = self._meter(address)
        if text.partition(":")[0] == OFF:
            meter.power.plan(*self._outage(text))
        else:
            meter.faults.add(text)

    def _outage(self, text):
        try:
            times = [int(part) for part in text.partition(":")[2].split("-")]
        except ValueError:
            times = []
        if not 1 <= len(times) <= 2 or times != sorted(set(times)):
            raise ValueError(f"{text!r}: an outage is off:FROM or off:FROM-TO, in seconds")
        return [t if t >= UTC_MIN_S else int(self._start_s) + t for t in times]

    def _meter(self, address):
        if not str(address).isdigit() or int(address) not in self._meters:
            raise ValueError(f"no meter {address}; there are {', '.join(map(str, self._meters))}")
        return self._meters[int(address)]

    def command(self, line):
        """One line in, one line out: "ok", JSON, or "error: ..." with what to do."""
        verb, *words = line.split() or [""]
        if verb not in COMMANDS:
            return f"error: no command {verb!r}; there are: {', '.join(COMMANDS)}"
        act, usage = COMMANDS[verb]
        if len(words) != len(usage.split()):
            return f"error: {verb} wants {usage or 'nothing more'}"
        try:
            answer = act(self, *words)
        except ValueError as wrong:
            return f"error: {wrong}"
        self.after()
        return answer

    def _off(self, address):
        self._meter(address).power_off(self.utc_s())
        return "ok"

    def _on(self, address):
        self._meter(address).power_on(self.utc_s())
        return "ok"

    def _fault(self, address, text):
        self.add_fault(address, text)
        return "ok"

    def _clear(self, address):
        self._meter(address).faults.clear()
        return "ok"

    def _truth(self, address):
        return truth_line(self._meter(address), self.utc_s())

    def _list(self):
        utc_s = self.utc_s()
        return json.dumps(
            [{"address": a, "on": m.power.is_on(utc_s)} for a, m in self._meters.items()]
        )


def _told(do):
    """A command of commands.py, as one of these."""

    def act(plant, address, *words):
        do(plant._meter(address), plant.utc_s(), *words)
        return "ok"

    return act


COMMANDS = {
    "off": (Plant._off, "ADDRESS"),
    "on": (Plant._on, "ADDRESS"),
    "fault": (Plant._fault, "ADDRESS KIND[:ARGUMENT]"),
    "clear": (Plant._clear, "ADDRESS"),
    "truth": (Plant._truth, "ADDRESS"),
    "meters": (Plant._list, ""),
    **{verb: (_told(do), usage) for verb, (do, usage) in commands.COMMANDS.items()},
}


def truth_line(meter, utc_s):
    """What the meter measures at `utc_s`, as one line of JSON."""
    known = {"address": meter.address, "seed": meter.seed, "utc_s": int(utc_s)}
    return json.dumps({**known, **meter.truth(utc_s)})
