"""Whole frames in words: HDLC, wrapper, 376.1, 645, those of modules, and the APDU in them,
deciphered if there are keys.

Reference: IEC 62056-46, IEC 62056-47, DLMS UA gateway protocol, Q/GDW 376.1.
"""

from boards import (
    explain_3762_cpython,
    explain_apdu_cpython,
    explain_association_cpython,
    explain_gdw_cpython,
    explain_module_cpython,
)
from hal.errors import Refused
from wire import (
    dlt645,
    envelope,
    gateway,
    hdlc,
    hdlc_address,
    hdlc_parameters,
    mode_e,
    qgdw3761,
    qgdw3761_frame,
    qgdw3762,
    usi,
    wrapper,
)
from wire.errors import WireError

_KINDS = {
    hdlc.SNRM: "SNRM",
    hdlc.UA: "UA",
    hdlc.DISC: "DISC",
    hdlc.DM: "DM",
    hdlc.FRMR: "FRMR",
    hdlc.UI: "UI",
    hdlc.RR: "RR",
    hdlc.RNR: "RNR",
    hdlc.I_FRAME: "I",
}
_FROM_SERVER = (hdlc.UA, hdlc.DM, hdlc.FRMR)
_LLCS = {b"\xe6\xe6\x00": "request", b"\xe6\xe7\x00": "response"}
_PARAMETERS = (
    "max-information-field-transmit",
    "max-information-field-receive",
    "window-size-transmit",
    "window-size-receive",
)
_REJECTION = 3  # octets in FRMR
_WHYS = ("undefined command", "information not allowed", "too long", "wrong N(R)")  # W X Y Z


class Explainer:
    """It remembers what one conversation has told: segments that belong together, titles, keys.

    keys          of boards/explain_ciphered_cpython.py
    shows_octets  of what cannot be explained; a password may be among them
    """

    def __init__(self, keys, shows_octets=True):
        self._keys = keys
        self._shows_octets = shows_octets
        self._segments = {}

    def explain(self, octets, protocol):
        """[what each frame is]: a dict of names and values. Refused for an unknown protocol."""
        if protocol not in _EXPLAINERS:
            raise Refused(f"protocol {protocol!r}: one of {', '.join(sorted(_EXPLAINERS))}")
        return _EXPLAINERS[protocol](self, octets)

    def _apdu_alone(self, octets):
        return [self.apdu(octets)]

    def apdu(self, octets):
        """What one APDU is, the gateway header around it and the ciphering taken off."""
        try:
            return self._apdu(octets)
        except WireError as error:
            return {"damaged APDU": self._damage(error.reason, octets)}

    def _apdu(self, octets):
        if gateway.is_gateway(octets):
            return self._gateway(octets)
        if explain_association_cpython.is_association(octets):
            self._keys.meet(octets)
            return explain_association_cpython.explain(octets, self._keys.plain_or_same)
        if envelope.is_ciphered(octets):
            how, plain = self._keys.opened(octets)
            return {**how, **({"deciphered": self.apdu(plain)} if plain else {})}
        return explain_apdu_cpython.explain(octets, hides_data=not self._shows_octets)

    def _gateway(self, octets):
        frame = gateway.decode(octets)
        if gateway.is_gateway(frame.apdu):
            raise WireError("a gateway header within another")
        address = bytes(frame.address)
        text = f" ({address.decode()})" if address.isalnum() else ""
        fields = {"network-id": frame.network, "address": address.hex() + text}
        name = "gateway request" if frame.is_request else "gateway answer"
        return {name: {**fields, **self.apdu(frame.apdu)}}

    def _hdlc(self, octets):
        return self._each(hdlc.Deframer(), octets, self._hdlc_frame)

    def _hdlc_frame(self, frame):
        kind = hdlc.kind(frame.control)
        name = _KINDS.get(kind, f"U frame {frame.control:02X}")
        information = bytes(frame.information)
        from_server = kind in _FROM_SERVER or information[:2] == b"\xe6\xe7"
        from_server = from_server or len(frame.source) > len(frame.destination)
        names = ("client", "server") if from_server else ("server", "client")
        fields = {
            "destination": _address(frame.destination, names[0]),
            "source": _address(frame.source, names[1]),
            "control": _control(kind, frame),
        }
        key = (frame.destination, frame.source)
        if kind in (hdlc.I_FRAME, hdlc.UI):
            fields.update(self._segment(key, frame, information))
        elif kind == hdlc.FRMR and len(information) == _REJECTION:
            fields["rejected"] = _rejection(information)
        elif information:
            fields["parameters"] = _parameters(information)
        return {f"HDLC {name}": fields}

    def _segment(self, key, frame, information):
        whole = self._segments.pop(key, b"") + information
        if frame.segmented:
            self._segments[key] = whole
            return {"segment": f"{len(information)} octets, more follow"}
        direction = _LLCS.get(whole[:3])
        if direction is None:
            return {"segment": f"{len(information)} octets, the last of what did not begin here"}
        return {"LLC": direction, **self.apdu(whole[3:])}

    def _wrapper(self, octets):
        return self._each(wrapper.Deframer(), octets, self._wrapper_frame)

    def _wrapper_frame(self, frame):
        fields = {"source-wport": frame.source, "destination-wport": frame.destination}
        return {"wrapper": {**fields, "length": len(frame.apdu), **self.apdu(frame.apdu)}}

    def _qgdw3761(self, octets):
        return self._each(qgdw3761.Deframer(), octets, self._qgdw3761_frame)

    def _qgdw3761_frame(self, frame):
        return explain_gdw_cpython.gdw3761(frame, self._shown)

    def _dlt645(self, octets):
        return self._each(dlt645.Deframer(), octets, self._dlt645_frame)

    def _dlt645_frame(self, frame):
        return explain_gdw_cpython.dlt645_frame(frame, self._shown)

    def _qgdw3762(self, octets):
        return self._each(qgdw3762.Deframer(), octets, self._qgdw3762_frame)

    def _qgdw3762_frame(self, frame):
        return explain_3762_cpython.gdw(frame, self._shown, self._carried)

    def _carried(self, octets):
        """What is on the line of a meter: HDLC, DL/T 645 or another."""
        line = {hdlc.FLAG: self._hdlc, qgdw3762.FIRST: self._dlt645}.get(
            octets[0] if octets else 0
        )
        return line(octets) if line else self._shown(octets)

    def _usi(self, octets):
        return self._each(usi.Deframer(), octets, self._usi_payload)

    def _usi_payload(self, payload):
        try:
            return explain_module_cpython.usi(payload, self.apdu, self._shown)
        except WireError as error:
            return {"damaged USI payload": self._damage(error.reason, payload)}

    def _shown(self, octets):
        return _hex(octets) if self._shows_octets else f"{len(octets)} octets"

    def _mode_e(self, octets):
        return self._each(mode_e.Deframer(), octets, _mode_e_line)

    def _each(self, deframer, octets, explain_one):
        """What each frame of the octets is; damage is one of them."""
        found = []
        deframer.feed(octets)
        while True:
            try:
                frame = deframer.next_frame()
            except WireError as error:
                found.append({"damaged": self._damage(error.reason, error.data)})
                continue
            if frame is None:
                return found
            found.append(explain_one(frame))

    def _damage(self, reason, octets):
        shown = {"octets": _hex(octets)} if self._shows_octets else {}
        return {"reason": reason, **shown}


def _address(octets, role):
    if role == "client":
        return f"client {octets[0] >> 1}"
    logical, physical = hdlc_address.devices(octets)
    if logical is None:
        return f"server {physical}"
    return f"server logical {logical}, physical {physical}"


def _control(kind, frame):
    words = [f"{frame.control:02X}"]
    if kind == hdlc.I_FRAME:
        words.append(f"N(S) {hdlc.n_s(frame.control)}")
    if kind in (hdlc.I_FRAME, hdlc.RR, hdlc.RNR):
        words.append(f"N(R) {hdlc.n_r(frame.control)}")
    words.append("P/F" if frame.control & hdlc.POLL else "no P/F")
    return ", ".join(words)


def _parameters(information):
    try:
        return dict(zip(_PARAMETERS, hdlc_parameters.decode(information), strict=True))
    except WireError as error:
        return {"damaged": error.reason, "octets": _hex(information)}


def _rejection(information):
    """What FRMR says: the control octet that was wrong, the numbers of who rejects it, and why."""
    control, numbers, bits = information
    whys = [why for bit, why in enumerate(_WHYS) if bits >> bit & 1]
    return {
        "control": f"{control:02X}",
        "V(S)": numbers >> 1 & 7,
        "V(R)": numbers >> 5,
        "reason": ", ".join(whys) or "not stated",
    }


def _mode_e_line(line):
    """One of the lines of IEC 62056-21 that lead into HDLC."""
    fields = dict(zip(line._fields, line, strict=True))
    return {f"mode E {type(line).__name__.lower()}": fields}


def _hex(octets):
    return bytes(octets).hex()


def protocol_of(octets):
    """The protocol that the octets look like."""
    if octets[:1] == b"\x7e":
        return "usi" if _is_usi(octets) else "hdlc"
    if octets[:2] == b"\x00\x01":
        return "wrapper"
    if octets[:1] in (b"/", b"\x06"):
        return "mode-e"
    if octets[:1] == bytes([qgdw3761_frame.FIRST]):
        if octets[5:6] == octets[:1]:
            return "376.1"
        return "645" if octets[7:8] == octets[:1] and not _is_3762(octets) else "376.2"
    return "apdu"


def _is_3762(octets):
    return int.from_bytes(octets[1:3], "little") == len(octets)


def _is_usi(octets):
    """Its second octet would be a type of HDLC frame, which nobody uses, unless it is long."""
    body = octets.lstrip(b"\x7e")
    return len(body) > 1 and body[0] >> 4 != 0xA and body[1] & 0x3F == usi.PROTOCOL


_EXPLAINERS = {
    "hdlc": Explainer._hdlc,
    "wrapper": Explainer._wrapper,
    "apdu": Explainer._apdu_alone,
    "376.1": Explainer._qgdw3761,
    "645": Explainer._dlt645,
    "376.2": Explainer._qgdw3762,
    "usi": Explainer._usi,
    "mode-e": Explainer._mode_e,
}
