"""What a person types to name a COSEM attribute: an OBIS code, with or without class and index.

1.0.1.8.0.255        the value of that object; its class is guessed from the code
3/1.0.1.8.0.255/3    class 3, attribute 3
"""

from wire import obis
from wire.apdu import Attribute
from wire.errors import WireError

_DATA, _REGISTER, _PROFILE, _CLOCK, _DISCONNECT = 1, 3, 7, 8, 70

# Value groups A, C, D of an OBIS code (None: any) and the class its object usually has.
# Reference: IEC 62056-6-1, tables of abstract and electricity-related objects.
_CLASSES = (
    (0, 1, 0, _CLOCK),
    (0, 96, 3, _DISCONNECT),
    (0, 99, None, _PROFILE),
    (1, 99, None, _PROFILE),
    (0, None, None, _DATA),
    (1, 0, None, _DATA),
    (None, None, None, _REGISTER),
)


def parse(text):
    """The Attribute that `text` names. WireError says what is wrong with it."""
    parts = text.split("/")
    if len(parts) not in (1, 3):
        raise WireError(f"{text!r}: write OBIS or CLASS/OBIS/ATTRIBUTE, as in 3/1.0.1.8.0.255/2")
    if len(parts) == 1:
        ln = obis.parse(text)
        return Attribute(usual_class(ln), ln, 2)
    class_id, ln, index = parts
    for name, number, high in (("class", class_id, 65535), ("attribute", index, 127)):
        if not (obis.is_digits(number) and len(number) < 6 and 0 < int(number) <= high):
            raise WireError(f"{text!r}: the {name} is a number from 1 to {high}")
    return Attribute(int(class_id), obis.parse(ln), int(index))


def usual_class(ln):
    """The class_id of the object that usually has the logical name `ln`."""
    for a, c, d, class_id in _CLASSES:
        if a in (None, ln[0]) and c in (None, ln[2]) and d in (None, ln[3]):
            return class_id
    raise AssertionError("the last row fits all")
