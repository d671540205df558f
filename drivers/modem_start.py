"""From a serial port to a module that answers, whatever state it was left in."""

from drivers.modem_dialects import DIALECTS, dialect_of
from hal import coop
from hal.errors import NoReply, PortError
from wire.at import command

RATE = 38400  # bit/s, on which all modules agree
RATES = (RATE, 115200, 9600, 57600, 19200)  # as they are tried
BOOT_MS = 30_000  # of the slowest, from the pulse to its first answer
_SWITCH_MS = 100  # after AT+IPR the answer still has the old rate
_LOOK_MS = 500
_POWER_MS = 1_500  # of the pulse: SIM800 1000, EG25 500 at least; SIM7600 none beyond 2500
_RESET_MS = 500
_MODEL_TRIES = 3  # the first answers may still be those to somebody before us
_MODEL = command("+CGMM", ["#", "+CGMM"], limit_ms=2_000)
_IMEI = command("+CGSN", ["#", "+CGSN"], limit_ms=2_000)


class Lines:
    """What of the module's control pins the board has: function(is_pressed), or None."""

    def __init__(self, power_key=None, reset=None):
        self.power_key = power_key
        self.reset = reset


async def pulse(line, length_ms):
    line(True)
    try:
        await coop.sleep_ms(length_ms)
    finally:
        line(False)


async def find(channel, lines, clock):
    """The rate at which the module answers. NoReply when it does at none.

    The power key comes last: it would switch off a module that runs and cannot hear us.
    """
    rate = await _found(channel) or await _freed(channel)
    if rate is None and lines.power_key:
        await pulse(lines.power_key, _POWER_MS)
        rate = await booted(channel, clock)
    if rate is None:
        raise NoReply(
            f"modem: silent at {', '.join([str(rate) for rate in RATES])} bit/s; "
            "check power, cable and device"
        )
    return rate


async def restart(channel, lines, clock, dialect):
    """Restart it by its line, or else by its command, or else by its key. NoReply when it does
    not answer after that."""
    if lines.reset:
        await pulse(lines.reset, _RESET_MS)
    elif dialect and await channel.is_there():
        await channel.ask(dialect.restart)
    elif lines.power_key:
        await pulse(lines.power_key, _POWER_MS)
    await coop.sleep_ms(_LOOK_MS)
    if await booted(channel, clock) is None:
        raise NoReply(f"modem: silent for {BOOT_MS // 1000} s after the restart")


async def booted(channel, clock):
    """The rate, as soon as it answers; None when it has not in BOOT_MS."""
    deadline_ms = clock.ticks_ms() + BOOT_MS
    while clock.ticks_ms() < deadline_ms:
        rate = await _found(channel)
        if rate:
            return rate
        await coop.sleep_ms(_LOOK_MS)
    return None


async def _found(channel):
    for rate in RATES:
        channel.settings(rate)
        if await channel.is_there():
            return rate
    return None


async def _freed(channel):
    for rate in RATES:
        channel.settings(rate)
        await channel.escape()
        if await channel.is_there():
            return rate
    return None


async def use_rate(channel, rate):
    """Bring it from `rate` to RATE; the rate it then has. One that refuses keeps its own."""
    if rate == RATE:
        return rate
    try:
        await channel.ask(command(f"+IPR={RATE}"))
    except NoReply:
        pass  # it may have switched before it answered
    await coop.sleep_ms(_SWITCH_MS)
    for taken in (RATE, rate):
        channel.settings(taken)
        if await channel.is_there():
            return taken
    raise NoReply(f"modem: silent after the change from {rate} to {RATE} bit/s")


async def introduce(channel, named):
    """(dialect, model, IMEI). PortError when the model is not known, and `named`, the name of a
    dialect or "auto", does not help."""
    for _ in range(_MODEL_TRIES):
        model = await first_word(channel, _MODEL)
        if model:
            break
    dialect = DIALECTS.get(named) or dialect_of(model)
    if dialect is None:
        raise PortError(f"modem: {model or 'no model'} is not known; set modem.dialect")
    channel.learn(dialect)
    await channel.ask(command("E0"))
    await channel.ask(command("+CMEE=1"))
    return dialect, model, await first_word(channel, _IMEI)


async def set_up(channel, dialect, rate):
    """What has to be said after each start."""
    for row in dialect.setup:
        reply = await channel.ask(row.command)
        if row.is_needed and not reply.is_good:
            raise PortError(f"modem: AT{row.command.text}: {reply.last.text}")
    if rate == RATE:
        await channel.ask(dialect.save_rate)


async def first_word(channel, asked):
    """The last field of the answer to an identity command, "" when there is none."""
    reply = await channel.ask(asked)
    lines = [line for line in reply.lines if line.fields and line.text != "OK"]
    return lines[0].fields[-1] if reply.is_good and lines else ""
