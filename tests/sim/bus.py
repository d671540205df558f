"""A half-duplex RS485 bus in virtual time, with real octet times and the faults of a bad cable.

The DCU has its port (`read`, `write`, `close`), simulated meters hang on the other end. What is
on the wire is planned when it is sent: octets arrive in pieces as from the FIFO of a UART.
"""

import asyncio
from collections import namedtuple

from hal import coop
from hal.errors import PortError
from meter_sim.frames import ADDRESS_LENGTHS, address_octets
from meter_sim.meter import LOGICAL_DEVICE, Meter

FLAG = b"\x7e"
PIECE = 32  # octets that the UART hands over at once

# Probability of each per frame: nobody hears it; one bit is flipped; only the beginning is
# heard; noise before it; it comes late.
Faults = namedtuple("Faults", ("lose", "flip", "cut", "noise", "late"))
QUIET = Faults(0.0, 0.0, 0.0, 0.0, 0.0)
LATE_MS = (200, 2500)

Sending = namedtuple("Sending", ("starts_ms", "ends_ms", "octets"))


class Bus:
    """`clock` tells the true time, which meters measure by; `meters` are of meter_sim."""

    def __init__(self, clock, prng, baud=9600):
        self._clock = clock
        self._prng = prng
        self._usual = baud, "N", 8
        self.settings(*self._usual)
        self._coming = []  # Sending, in order of their start
        self._unread = b""
        self.faults = QUIET
        self.meters = []
        self._addressed = {}
        self.is_plugged = True
        self.frames = 0
        self.octets = 0
        self.collisions = 0
        self.busy_ms = 0.0  # octets on the wire, and meters making up their answer

    def open(self):
        """For drivers/rs485.py: the port of this bus, which is the bus itself."""
        if not self.is_plugged:
            raise PortError("no such device; is the adapter plugged in?")
        self._unread = b""
        self.settings(*self._usual)
        return self

    def settings(self, baud, parity="N", databits=8):
        """`line` is what the meters on the other end find."""
        self.line = (baud, databits, parity)
        self._octet_ms = 1000 * (2 + databits + (parity != "N")) / baud

    async def write(self, data):
        self._check()
        now_ms = self._now()
        heard = self._carry(Sending(now_ms, now_ms + len(data) * self._octet_ms, bytes(data)))
        await coop.sleep_ms(len(data) * self._octet_ms)
        self._check()
        now_ms, utc_s = int(self._now()), self._clock.utc_s()
        for meter in self._concerned(data, heard):
            answer = meter.receive(heard, now_ms, utc_s)
            if answer:
                self._answer(answer, meter.reply_after_ms)

    def _concerned(self, data, heard):
        """The meters that have to hear it. What arrived as it was sent, to one of them, the others
        would pass over, each by itself: in a day of many meters that is most of the work."""
        if heard != data or data[:1] != FLAG:
            return self.meters
        end = 3
        while end < len(data) and not data[end] & 1:
            end += 1
        return self._by_address().get(data[3 : end + 1], self.meters)

    def _by_address(self):
        """{HDLC address: [its meter]}; empty where meters listen for something else, too."""
        if len(self._addressed) != len(self.meters) * len(ADDRESS_LENGTHS):
            self._addressed = {
                address_octets(LOGICAL_DEVICE, meter.address, length): [meter]
                for meter in self.meters
                for length in ADDRESS_LENGTHS
                if all(isinstance(each, Meter) for each in self.meters)
            }
        return self._addressed

    async def read(self, size, timeout_ms):
        self._check()
        limit_ms = self._now() + timeout_ms
        while not self._unread:
            at_ms = self._next_piece_ms()
            if at_ms is None or at_ms > limit_ms:
                await coop.sleep_ms(max(0, limit_ms - self._now()))
                self._check()
                return b""
            await coop.sleep_ms(max(0, at_ms - self._now()))
            self._check()
            if self._coming:  # else a DCU that lost its power has talked into it
                self._take_piece()
        data, self._unread = self._unread[:size], self._unread[size:]
        return data

    def close(self):
        self._unread = b""

    def _check(self):
        if not self.is_plugged:
            raise PortError("device gone; plug the adapter in again")

    def _now(self):
        return asyncio.get_running_loop().time() * 1000

    def _answer(self, answer, delay_ms):
        self.busy_ms += delay_ms
        if self._prng.random() < self.faults.late:
            delay_ms += self._prng.uniform(*LATE_MS)
        if self._prng.random() < self.faults.noise:
            answer = self._prng.randbytes(self._prng.randrange(1, 20)) + answer
        starts_ms = self._now() + delay_ms
        sending = Sending(starts_ms, starts_ms + len(answer) * self._octet_ms, answer)
        heard = self._carry(sending)
        if heard:
            self._coming.append(sending._replace(octets=heard))
            self._coming.sort()

    def _carry(self, sending):
        """What the other side hears. Two talkers at once hear nothing of each other."""
        self.frames += 1
        self.octets += len(sending.octets)
        self.busy_ms += sending.ends_ms - sending.starts_ms
        hit = [s for s in self._coming if s.starts_ms < sending.ends_ms]
        hit = [s for s in hit if s.ends_ms > sending.starts_ms]
        if hit:
            self.collisions += 1
            self._coming = [s for s in self._coming if s not in hit]
            return b""
        return self._spoilt(sending.octets)

    def _spoilt(self, octets):
        prng = self._prng
        if prng.random() < self.faults.lose:
            return b""
        if prng.random() < self.faults.cut:
            octets = octets[: prng.randrange(1, len(octets))]
        if prng.random() < self.faults.flip:
            at = prng.randrange(len(octets))
            octets = octets[:at] + bytes([octets[at] ^ 1 << prng.randrange(8)]) + octets[at + 1 :]
        return octets

    def _next_piece_ms(self):
        if not self._coming:
            return None
        first = self._coming[0]
        return first.starts_ms + min(PIECE, len(first.octets)) * self._octet_ms

    def _take_piece(self):
        first = self._coming.pop(0)
        self._unread += first.octets[:PIECE]
        rest = first.octets[PIECE:]
        if rest:
            starts_ms = first.starts_ms + PIECE * self._octet_ms
            self._coming.insert(0, Sending(starts_ms, first.ends_ms, rest))
