"""What `hes gdw --value` must have: the form of what a function is asked with, in words.

Reference: Q/GDW 376.1-2009, 5.
"""

from hes_stub.errors import HesError
from wire.cursor import Cursor
from wire.errors import WireError
from wire.qgdw3761_message import QUERY, SET, codec_of
from wire.qgdw3761_parameters import NOTHING

_DAY = "day, month, year, like 221126"
_MONTH = "month and year, like 1126"
_CURVE = "minute, hour, day, month, year of the first point, density (1: 15, 2: 30, 3: 60, "
_CURVE += "FE: 5, FF: 1 minutes) and how many points, like 00142311260104"
_NUMBERS = "the first and the last number wanted, like 0008"
_PORT = "the port, 02 to 04 for RS485 1 to 3, 1F for the module"
_SPAN = "minute, hour, day, month, year of the first report, and if wanted of the last"
_ON_OFF = "55 on or AA off"
_FORMS = {
    (0x05, 1): "how long before is to be warned, like 00",
    (0x05, 30): _ON_OFF,
    (0x05, 31): "second, minute, hour, day, month (and day of the week times 20), year",
    (QUERY, 10): "how many, and the number of each meter, two octets each, like 01000500 for 5",
    (QUERY, 33): "how many, and each port, like 0102 for RS485 1",
    (SET, 67): _ON_OFF,
    (SET, 68): _ON_OFF,
    (0x0B, 1): _SPAN,
    (0x0B, 2): _SPAN,
    (0x0E, 1): _NUMBERS,
    (0x0E, 2): _NUMBERS,
    (0x0F, 1): "a segment; --file makes them",
    (0x10, 1): "port, line, two time limits, length (2 octets, low first) and the frame",
}
_FORMS.update({(0x05, fn): _PORT for fn in (49, 50, 51, 52, 53)})
_FORMS.update({(0x0D, fn): _DAY for fn in (1, 5, 161, 162, 163, 164)})
_FORMS.update({(0x0D, fn): _MONTH for fn in (177, 178, 179, 180)})
_FORMS.update({(0x0D, fn): _CURVE for fn in range(81, 105)})


def check(afn, fn, text):
    """HesError when the hexadecimal `text` is not what the function takes. One that is not known
    here may have anything: the DCU will say."""
    try:
        cursor = Cursor(bytes.fromhex(text))
    except ValueError:
        raise HesError("--value is hexadecimal, like 221126")
    codec = codec_of(afn, fn, False)
    if codec is None:
        return
    try:
        codec.take(cursor)
        trouble = f"{cursor.left()} octets too many" if cursor.left() else ""
    except WireError as error:
        trouble = str(error)
    if trouble:
        raise HesError(f"--value of {afn:02X} F{fn}: {trouble}; it is {_form(afn, fn, codec)}")


def _form(afn, fn, codec):
    fields = ", ".join([name for name, _ in getattr(codec, "fields", ())])
    default = f"{fields or 'as the standard has it'} (docs/gdw.md)"
    return _FORMS.get((afn, fn), "nothing" if codec is NOTHING else default)
