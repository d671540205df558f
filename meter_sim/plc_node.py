"""The meters of the network: power, joining, keys, and what stands behind a packet.

`answer(payload, now_ms)` is the application of a node: the payload of a UDP datagram in, the one
of the answer out, or b"". States as in LBP: a node off, searching, being admitted, a member.
"""

OFF, SEARCHING, JOINING, MEMBER = "off", "searching", "joining", "member"
NO_ADDRESS = 0xFFFF
SEARCH_MS = 20_000  # spread of the first search after power has come
RETRY_MS = 15_000, 60_000  # before it asks again


class Node:
    """number  its place in the town; eui: 8 octets; psk: what it was made with"""

    def __init__(self, number, eui, psk, answer, reply_ms=60):
        self.number = number
        self.eui = eui
        self.psk = psk
        self.answer = answer
        self.reply_ms = reply_ms
        self.state = OFF
        self.short = NO_ADDRESS
        self.key = b""  # the GMK in use
        self.next_key = b""
        self.is_silent = False  # it is a member, and its application says nothing
        self.agent = None  # the node over which it joins
        self.tries = 0
        self.joined_ms = 0
        self.counter = -1  # of the last frame of the module that it took: others are replays

    def leave(self):
        """As after a kick: it has neither address nor key."""
        self.state = SEARCHING if self.state != OFF else OFF
        self.short, self.key, self.next_key = NO_ADDRESS, b"", b""
        self.agent = None
