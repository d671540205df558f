"""Which dialect a module speaks, by what it says of itself."""

from drivers.modem_quectel import QUECTEL
from drivers.modem_simcom import SIM76, SIM800, SIM5320

# What AT+CGMM says of itself, in part -> dialect; the first that fits.
MODELS = (
    ("SIM5320", SIM5320),
    ("SIM5360", SIM5320),
    ("SIM75", SIM76),
    ("SIM76", SIM76),
    ("A76", SIM76),
    ("SIM8", SIM800),
    ("SIM9", SIM800),
    ("EC2", QUECTEL),
    ("EG", QUECTEL),
    ("BG9", QUECTEL),
    ("UC20", QUECTEL),
)
DIALECTS = {dialect.name: dialect for dialect in (SIM800, SIM76, SIM5320, QUECTEL)}
# Before it is known who speaks, a notification without a name must not be taken for the model.
EVERY_NOTICE = [urc.pattern for dialect in DIALECTS.values() for urc in dialect.urcs]


def dialect_of(model):
    """By the answer to AT+CGMM; None when no row of MODELS is in it."""
    for part, dialect in MODELS:
        if part in model:
            return dialect
    return None
