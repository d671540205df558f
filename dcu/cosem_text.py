"""Two COSEM objects for a text that the HES reads and writes as a whole: the text, and why the
last one was denied.

Reference: IEC 62056-6-2, class_id 1 (Data); the logical names are of the utility-specific range.
"""

from dcu.cosem_row import OTHER_REASON, TYPE_UNMATCHED, data_row
from hal.errors import Refused
from wire import axdr
from wire.server import Denied

TEXT = "octet-string, UTF-8"


class _Text:
    def __init__(self, text, take):
        self._text = text
        self._take = take
        self._why = ""

    def text(self):
        return axdr.octets(self._text().encode())

    def why(self):
        return axdr.octets(self._why.encode())

    def take(self, value):
        """Stored before it is acknowledged."""
        if not isinstance(value, bytes):
            raise Denied(TYPE_UNMATCHED)  # bytes(n) would be n octets of zeros
        try:
            self._take(value.decode())
            self._why = ""
        except UnicodeError:
            raise Denied(TYPE_UNMATCHED)
        except Refused as refusal:
            self._why = str(refusal)
            raise Denied(OTHER_REASON)


def text_rows(text, take, whole, refusal):
    """
    text            function() -> str
    take            function(str); Refused says why not
    whole, refusal  (logical name, what it is) of the two objects
    """
    both = _Text(text, take)
    return (
        data_row(*whole, TEXT, both.text, write=both.take),
        data_row(*refusal, TEXT, both.why),
    )
