"""The DLMS wrapper (IEC 62056-47) as a meter speaks it over TCP or UDP. Octets only.

wPort of the client is its SAP, wPort of the meter its logical device.
"""

import struct

from meter_sim import unconfirmed
from meter_sim.device import GBT_WINDOW
from meter_sim.link import APDU_MAX
from meter_sim.objects import LOGICAL_DEVICE

VERSION = 1
HEAD = struct.Struct(">HHHH")  # version, source, destination, length of the APDU


def wrapped(source, destination, apdu):
    return HEAD.pack(VERSION, source, destination, len(apdu)) + apdu


class Wrapper:
    """One TCP connection, or one peer over UDP, to a meter."""

    def __init__(self, meter, stream_max=GBT_WINDOW[1]):
        """stream_max  general blocks in a row: 1 over UDP, where a datagram holds one"""
        self._meter = meter
        self._stream_max = stream_max
        self._associations = {}  # by SAP
        self._octets = bytearray()
        self._starts = 0
        self.is_broken = False  # what came is no wrapper: the connection is to be closed

    def receive(self, octets, utc_s):
        """The answer to what TCP brought, in any pieces, or b""."""
        self._octets += octets
        said = []
        while (one := self._next()) is not None:
            said.append(self._answer(*one, utc_s))
        return self._spoilt(b"".join(said))

    def datagram(self, octets, utc_s):
        """The answer to one datagram, or b"": it holds one APDU and nothing else. What is said to
        all, unconfirmed and without an association, is done by a meter without security."""
        if len(octets) < HEAD.size:
            return b""
        version, source, destination, length = HEAD.unpack_from(octets)
        if version != VERSION or len(octets) != HEAD.size + length or length > APDU_MAX:
            return b""
        apdu = octets[HEAD.size :]
        if self._meter.is_well(utc_s) and destination == LOGICAL_DEVICE:
            if self._meter.security is None and unconfirmed.datagram(
                source, apdu, self._meter, utc_s
            ):
                return b""
        return self._spoilt(self._answer(source, destination, apdu, utc_s))

    def _next(self):
        """(source, destination, APDU), or None until more has come."""
        octets = self._octets
        if self.is_broken or len(octets) < HEAD.size:
            return None
        version, source, destination, length = HEAD.unpack_from(octets)
        if version != VERSION or length > APDU_MAX:
            self.is_broken = True
            octets.clear()
            return None
        if len(octets) < HEAD.size + length:
            return None
        apdu = bytes(octets[HEAD.size : HEAD.size + length])
        del octets[: HEAD.size + length]
        return source, destination, apdu

    def _answer(self, source, destination, apdu, utc_s):
        if not self._meter.is_well(utc_s):
            return b""
        starts = self._meter.power.starts(utc_s)
        if starts != self._starts:
            self._starts = starts
            self._associations.clear()
        if source not in self._associations:
            self._associations[source] = self._meter.device.association(source, self._stream_max)
        association = self._associations[source]
        if destination != LOGICAL_DEVICE or association is None:
            return b""  # wrong ports are met with silence, as over HDLC
        answers = association.answer(apdu, utc_s)
        return b"".join([wrapped(destination, source, answer) for answer in answers])

    def _spoilt(self, answer):
        return self._meter.faults.spoil(answer) if answer else b""
