"""What meters say unasked behind a 376.2 module, and what is said to all of them: HDLC inside.

The DCU knows both as the DLMS wrapper has them, whatever carries them.
"""

from drivers.good_frames import good_frames
from wire import hdlc, wrapper
from wire.hdlc_flow import LLC_REQUEST, LLC_RESPONSE

INFO = 230  # octets of information in a frame that meters behind such modules take

ALL_STATIONS = 0x7F
APDU_MAX = INFO - len(LLC_REQUEST)  # octets, of what all are told
_LOGICAL = 1
_UI = hdlc.UI & ~hdlc.POLL


def wrapped(payload):
    """[octets] of the wrapper, one for each notification in the UI frames of a meter."""
    found = []
    for frame in good_frames(hdlc.Deframer(), payload):
        apdu = frame.information[len(LLC_RESPONSE) :]
        is_ui = hdlc.kind(frame.control) == hdlc.UI
        if is_ui and apdu and frame.information.startswith(LLC_RESPONSE):
            sap = frame.destination[-1] >> 1
            found.append(wrapper.encode(wrapper.Wrapper(_LOGICAL, sap, apdu)))
    return found


def to_all(payload):
    """The UI frame for what the wrapper holds, at most APDU_MAX octets."""
    frame = wrapper.parse(payload, 0, False)[1]
    assert len(frame.apdu) <= APDU_MAX
    said = hdlc.Frame(
        hdlc.server_address(ALL_STATIONS, ALL_STATIONS, 1),
        hdlc.client_address(frame.source),
        _UI,
        LLC_REQUEST + frame.apdu,
        False,
    )
    return hdlc.encode(said)
