"""What of a meter is asked for on demand: "1.0.1.8.0.255,3/1.0.1.8.0.255/3"."""

from hes_stub.errors import HesError
from hes_stub.rows import printable
from wire import target
from wire.errors import WireError

ITEMS_MAX = 50
VALUE = 2


def parse(text, attribute=VALUE):
    """[wire.apdu.Attribute] of a list with commas; HesError says what is wrong with it.

    attribute   the index for those that are an OBIS code alone
    """
    parts = [part.strip() for part in text.split(",")]
    if not 0 < len(parts) <= ITEMS_MAX:
        raise HesError(f"1 to {ITEMS_MAX} OBIS codes can be read at once")
    try:
        found = [(part, target.parse(part)) for part in parts]
    except WireError as error:
        raise HesError(printable(error))
    return [named if "/" in part else named._replace(index=attribute) for part, named in found]
