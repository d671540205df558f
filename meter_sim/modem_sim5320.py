"""The simulated SIM5320: as the SIM7600, but for what begins the context.

Source: SIM5320 AT Command Manual.
"""

from meter_sim import modem_sim76
from meter_sim.modem_common import cgdcont, fixed

MODEL = "SIM5320E"
BOOT = ("START", "+STIN: 25", "+CPIN: READY", "PB DONE")
CHATTER = modem_sim76.CHATTER

told = modem_sim76.told
lose_context = modem_sim76.lose_context

COMMANDS = dict(modem_sim76.COMMANDS)
COMMANDS.update(
    {
        "+CGMM": fixed(MODEL, "OK"),
        "+CGDCONT": fixed("OK"),
        "+CGSOCKCONT": cgdcont,
        "+CSOCKAUTH": fixed("OK"),
        "+CSOCKSETPN": fixed("OK"),
    }
)
