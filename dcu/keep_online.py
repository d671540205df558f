"""Keeps the cellular module online while it is the channel of the uplink (`uplink.channel`).

It dials again after pauses that grow, and restarts the module when that has failed some times in
a row: who restarts it too often is a burden to the network.
"""

from hal import coop
from hal.errors import NoReply, PortError, Refused

PAUSE_MIN_S, PAUSE_MAX_S = 60, 1800  # between two attempts; doubles
RESET_AFTER = 4  # attempts in vain
_LOOK_MS = 1_000

MODEM = "modem"  # of uplink.channel


async def keep_online(modem, settings, log, part):
    """For ever. `modem` is as drivers/modem.py."""
    failures, pause_s = 0, PAUSE_MIN_S
    while True:
        part.alive()
        await coop.sleep_ms(_LOOK_MS)
        if settings.get("uplink.channel") != MODEM:
            if modem.state != "off":
                await modem.close()
        elif not modem.is_online:
            trouble = await _while_alive(_tried(modem, failures >= RESET_AFTER), part)
            if not trouble:
                failures, pause_s = 0, PAUSE_MIN_S
                continue
            log("modem", f"{trouble}; again in {pause_s} s")
            await _pause(pause_s, part)
            failures = 0 if failures >= RESET_AFTER else failures + 1
            pause_s = min(2 * pause_s, PAUSE_MAX_S)


async def _pause(pause_s, part):
    for _ in range(pause_s):
        part.alive()
        await coop.sleep_ms(_LOOK_MS)


async def _tried(modem, with_reset):
    """ "", or why it is not online."""
    try:
        if with_reset:
            await modem.reset()
        await modem.online()
    except (PortError, NoReply, Refused) as error:
        if type(error) is NoReply:
            await modem.close()
        return str(error)
    return ""


async def _while_alive(coroutine, part):
    """Its result. It takes minutes, and each of its steps has a limit of its own."""
    task = coop.spawn(coroutine)
    try:
        while not task.done():
            part.alive()
            await coop.sleep_ms(_LOOK_MS)
        return await task
    finally:
        await coop.stop(task)


def dialling(settings, modem, dial):
    """What dials by the channel that is set: `dial(host, port, timeout_ms)` is that of the
    machine's own network. PortError while the module is not online."""

    async def dialled(host, port, timeout_ms):
        if settings.get("uplink.channel") != MODEM:
            return await dial(host, port, timeout_ms)
        if not modem.is_online:
            raise PortError(f"modem: {modem.state}")
        try:
            return await modem.connect(host, port, timeout_ms)
        except NoReply as error:
            await modem.close()
            raise PortError(str(error))

    return dialled
