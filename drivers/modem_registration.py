"""SIM, registration, signal, operator and time: what 3GPP TS 27.007 has for every module."""

import hashlib

from drivers.modem_start import first_word
from hal import coop
from hal.errors import PortError
from wire.at import command, number
from wire.cosem_time import days_of

READY, LOCKED, ABSENT, FAILED = "ready", "locked", "absent", "failed"
SIM_WAIT_S = 20  # a SIM that is busy
_LOOK_MS = 2_000
_TRIES_KEPT = 1  # of the PIN: the last one is for a person with the PUK at hand
_UNKNOWN_SIGNAL = 99

# +CME ERROR in answer to AT+CPIN? -> what it says of the SIM; others may pass: 27.007, 9.2.1
_BY_CODE = {10: ABSENT, 11: "SIM PIN", 12: LOCKED, 13: FAILED, 15: FAILED, 16: LOCKED}
_STATS = {
    0: "not searching",
    1: "home",
    2: "searching",
    3: "denied",
    4: "unknown",
    5: "roaming",
}
_REGISTERED = (1, 5)
_CPIN = command("+CPIN?", ["+CPIN"], limit_ms=5_000)
_CSQ = command("+CSQ", ["+CSQ"])
_COPS = command("+COPS?", ["+COPS"], limit_ms=5_000)
_CCLK = command("+CCLK?", ["+CCLK"])


async def sim(channel, dialect, pin, note):
    """READY, LOCKED, ABSENT or FAILED.

    pin   "" when none is set
    note  `load()` and `save(octets)`: keeps which PIN was tried on which SIM, so that none is
          tried twice, not even by a program that is restarted again and again
    """
    for _ in range(SIM_WAIT_S):
        found = await _sim_now(channel)
        if found == "SIM PIN":
            return await _unlock(channel, dialect, pin, note)
        if found:
            return found
        await coop.sleep_ms(1_000)
    return FAILED


async def _sim_now(channel):
    """READY, LOCKED, ABSENT, FAILED, "SIM PIN", or None: ask again."""
    reply = await channel.ask(_CPIN)
    if not reply.is_good:
        return _BY_CODE.get(number(reply.last, 0))
    words = [line.fields[0] for line in reply.lines if line.name == "+CPIN" and line.fields]
    if not words or words[0] == "NOT READY":
        return None
    if words[0] in ("READY", "SIM PIN"):
        return {"READY": READY}.get(words[0], words[0])
    return LOCKED  # a PUK, or another lock


async def _unlock(channel, dialect, pin, note):
    """Try the PIN if it is set, was not tried before, and is not the last try."""
    iccid = await first_word(channel, dialect.iccid)
    mark = hashlib.sha256((iccid + " " + pin).encode()).digest()[:8]
    if not pin or note.load() == mark or await _tries(channel, dialect) <= _TRIES_KEPT:
        return LOCKED
    note.save(mark)  # before: a power cut must not make two tries of one
    reply = await channel.ask(command(f'+CPIN="{pin}"', limit_ms=10_000))
    if not reply.is_good:
        return LOCKED
    note.save(b"")
    for _ in range(SIM_WAIT_S):
        if await _sim_now(channel) == READY:
            return READY
        await coop.sleep_ms(1_000)
    return FAILED


async def _tries(channel, dialect):
    """How many the PIN has left; many when the module cannot say."""
    asked, index = dialect.pin_tries
    reply = await channel.ask(asked)
    counts = [number(line, index) for line in reply.lines]
    counts = [count for count in counts if count is not None]
    return counts[0] if reply.is_good and counts else 3


async def register(channel, dialect, clock, limit_ms):
    """ "home" or "roaming"; PortError when it has not come to that in time."""
    deadline_ms = clock.ticks_ms() + limit_ms
    while True:
        word = await registration(channel, dialect)
        if word in ("home", "roaming"):
            return word
        if clock.ticks_ms() >= deadline_ms:
            raise PortError(f"modem: not registered with a network: {word}")
        await coop.sleep_ms(_LOOK_MS)


async def registration(channel, dialect):
    """One of the words of _STATS: the best that a domain of the network says."""
    stats = []
    for name in dialect.registration:
        reply = await channel.ask(command(name + "?", [name]))
        stats += [_stat(line) for line in reply.lines if line.name == name]
        if stats and stats[-1] in _REGISTERED:
            return _STATS[stats[-1]]
    told = [stat for stat in (3, 2, 4) if stat in stats]
    return _STATS[told[0] if told else 0]


def _stat(line):
    """Of `+CREG: <n>,<stat>`, or of the notification `+CREG: <stat>[,"lac","ci"]`."""
    parts = line.text.split(",")
    is_answer = len(parts) > 1 and '"' not in parts[1]
    return number(line, 1 if is_answer else 0)


async def signal_dbm(channel):
    """None when it is not known."""
    reply = await channel.ask(_CSQ)
    values = [number(line, 0) for line in reply.lines if line.name == "+CSQ"]
    value = values[0] if values else None
    return None if value is None or value == _UNKNOWN_SIGNAL else 2 * value - 113


async def operator(channel):
    reply = await channel.ask(_COPS)
    names = [line.fields[2] for line in reply.lines if len(line.fields) > 2]
    return names[0] if names else ""


async def network_time(channel):
    """UTC in seconds since 1970, or None while the network has not said it."""
    reply = await channel.ask(_CCLK)
    texts = [line.fields[0] for line in reply.lines if line.name == "+CCLK" and line.fields]
    return utc_of(texts[0]) if texts else None


def utc_of(text):
    """Of `yy/MM/dd,hh:mm:ss±zz`, local time and its quarters of an hour from UTC; None for one
    that was never set (1970, 1980, 2004) or is none."""
    digits = "".join([sign if sign.isdigit() else " " for sign in text]).split()
    if len(digits) not in (6, 7):
        return None
    year, month, day, hour, minute, second = [int(part) for part in digits[:6]]
    quarters = int(digits[6]) if len(digits) == 7 else 0
    if not (24 <= year < 70 and 1 <= month <= 12 and 1 <= day <= 31 and quarters <= 56):
        return None
    if not (hour < 24 and minute < 60 and second < 60):
        return None
    sign = -1 if "-" in text else 1
    day_s = days_of(2000 + year, month, day) * 86_400
    return day_s + hour * 3600 + minute * 60 + second - sign * quarters * 900
