"""What a person may do to a running simulated module: a table. Each is `do(module, *words)`."""

from meter_sim.modem_common import BAUDS

SIM_STATES = ("ready", "pin", "puk", "absent", "failed", "busy")
SPLIT_MAX = 64


def registration(module, stat):
    """0 to 5, as in +CREG."""
    module.registration = _whole(stat, 0, 5)


def signal(module, rssi):
    module.csq = _whole(rssi, 0, 99)


def operator(module, name):
    module.operator = name


def sim(module, state):
    if state not in SIM_STATES:
        raise ValueError(f"no state {state!r}; there are: {', '.join(SIM_STATES)}")
    module.sim = state


def pdp_lost(module):
    module.dialect.lose_context(module)


def no_carrier(module):
    module.urc("NO CARRIER")


def notify(module, *words):
    module.urc(" ".join(words))


def reboot(module):
    module.restart()


def power_off(module):
    module.power_off()


def power_key(module):
    module.power_key()


def mute(module, seconds):
    """For so long it says nothing, and hears."""
    module.is_mute = True
    module.later(1000 * _whole(seconds, 1, 10**6), lambda: setattr(module, "is_mute", False))


def late(module, ms):
    module.nature.answer_ms = _whole(ms, 0, 10**6)


def split(module, octets):
    module.nature.split = _whole(octets, 0, SPLIT_MAX)


def chatter(module, percent):
    module.nature.chatter = _whole(percent, 0, 90) / 100


def full(module, sends):
    module.nature.full = _whole(sends, 0, 10**6)


def baud(module, rate):
    if _whole(rate, 1, 10**6) not in BAUDS:
        raise ValueError(f"no rate {rate}; there are: {', '.join(map(str, BAUDS))}")
    module.baud = int(rate)


def data_mode(module):
    module.answer_data()


def ping(module, answered):
    if answered not in ("yes", "no"):
        raise ValueError("yes or no")
    module.network.is_dark = answered == "no"


def status(module):
    links = [module.links.get(n) for n in range(10)]
    shown = [f"{link.number}={link.host}:{link.port}" for link in links if link]
    words = f"{module.dialect.MODEL} {module.baud} bit/s, registration {module.registration}"
    context = "up" if module.is_up else "down"
    return f"{words}, context {context}, starts {module.starts}, links {' '.join(shown) or '-'}"


COMMANDS = {
    "registration": (registration, "0-5"),
    "signal": (signal, "0-99"),
    "operator": (operator, "NAME"),
    "sim": (sim, "|".join(SIM_STATES)),
    "pdp-lost": (pdp_lost, ""),
    "no-carrier": (no_carrier, ""),
    "notify": (notify, "TEXT"),
    "reboot": (reboot, ""),
    "power-off": (power_off, ""),
    "power-key": (power_key, ""),
    "mute": (mute, "SECONDS"),
    "late": (late, "MS"),
    "split": (split, "OCTETS"),
    "chatter": (chatter, "PERCENT"),
    "full": (full, "SENDS"),
    "baud": (baud, "RATE"),
    "data-mode": (data_mode, ""),
    "ping": (ping, "yes|no"),
    "status": (status, ""),
}


def command(module, line):
    """The answer to one line: "ok", something to read, or "error: ..."."""
    verb, *words = line.split() or [""]
    if verb not in COMMANDS:
        return f"error: no command {verb!r}; there are: {', '.join(COMMANDS)}"
    do, usage = COMMANDS[verb]
    try:
        return do(module, *words) or "ok"
    except TypeError:
        return f"error: {verb} {usage}"
    except ValueError as wrong:
        return f"error: {wrong}"


def _whole(text, low, high):
    if not (text.isdigit() and low <= int(text) <= high):
        raise ValueError(f"{text!r} is no number from {low} to {high}")
    return int(text)
