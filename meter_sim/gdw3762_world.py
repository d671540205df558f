"""A 376.2 module with its meters, put together."""

from meter_sim import gdw3762_commands
from meter_sim.gdw3762_air import GIVES_UP_MS, Air
from meter_sim.gdw3762_module import Module
from meter_sim.gdw3762_requests import Requests
from meter_sim.gdw3762_round import Round
from meter_sim.gdw3762_search import Search
from meter_sim.plc_events import Events
from meter_sim.plc_town import Town

FIRST = 700_000_000_000  # the number of a meter is this and its number in the town
PAYLOAD_MAX = 255  # octets that a length of one octet can say
TRANSPARENT, METER = 0, 1


def digits_of(number):
    return str(FIRST + number)


class Node:
    """answer((digits, payload), now_ms) gives octets: what the meter says at its serial port."""

    def __init__(self, number, answer, reply_ms=80):
        self.number = number
        self.digits = digits_of(number)
        self.answer = answer
        self.reply_ms = reply_ms
        self.is_on = False
        self.is_silent = False


class Net:
    """The meters as the module reaches them; `nodes` by digits."""

    def __init__(self, events, air):
        self.events = events
        self.air = air
        self.nodes = {}

    def add(self, node):
        self.nodes[node.digits] = node

    def _way(self, digits):
        """() while the node, or one on the way, has no power."""
        node = self.nodes.get(digits)
        way = self.air.way(node.number) if node else ()
        dark = [each for each in way if not self.nodes[digits_of(each)].is_on]
        return () if dark else way

    def reachable(self):
        return [digits for digits in sorted(self.nodes) if self._way(digits)]

    def phase(self, digits):
        """1 A, 2 B, 3 C; 0 is not known."""
        node = self.nodes.get(digits)
        return self.air.town.phase[node.number] + 1 if node else 0

    def signal(self, digits):
        """(phase, quality) as in R of what comes up."""
        node = self.nodes.get(digits)
        quality = self.air.quality(node.number) if node else 0
        return self.phase(digits), quality | quality << 4

    def information(self, digits, protocol):
        """Of a row of the list: quality and level, phase and protocol."""
        node = self.nodes.get(digits)
        way = self.air.way(node.number) if node else ()
        level = max(0, len(way) - 1)
        quality = self.air.quality(node.number) if way else 0
        phase = 1 << (self.phase(digits) - 1) if way else 0
        return bytes([quality | level << 4, phase | protocol << 3])

    def over(self, digits):
        """Digits of the relay next to a node, or None."""
        node = self.nodes.get(digits)
        way = self.air.way(node.number) if node else ()
        return digits_of(way[-2]) if len(way) > 1 else None

    def ask(self, digits, payload, timeout_s, done):
        """done(octets that answer), b"" when none have come."""
        way = self._way(digits)
        took_ms, is_through = self.air.travel(way, len(payload))
        said = b""
        if way and is_through:
            node = self.nodes[digits]
            heard_ms = self.events.now_ms + took_ms
            said = b"" if node.is_silent else node.answer((digits, payload), heard_ms)
            back_ms, is_through = self.air.travel(way, len(said))
            took_ms += node.reply_ms + back_ms
        if not (said and is_through) or len(said) > PAYLOAD_MAX:
            said = b""
            took_ms = max(took_ms, GIVES_UP_MS)
        if took_ms > 1000 * timeout_s:
            said, took_ms = b"", 1000 * timeout_s
        self.events.after(took_ms, done, said)

    def tell_all(self, payload):
        for digits in self.reachable():
            node = self.nodes[digits]
            if not node.is_silent:
                node.answer((digits, payload), self.events.now_ms)


class World:
    """answer_of(number) gives the answer of a Node.

    events    those of another world, to live in its time
    chance()  0 to below 1; everything random comes from it and from `seed`
    """

    def __init__(self, meters, seed, band, out, chance, answer_of, events=None, **nature):
        self.band = band
        self.events = events or Events()
        self.town = Town(meters, seed, is_radio=band == "rf")
        self.air = Air(self.events, self.town, band, chance)
        self.net = Net(self.events, self.air)
        module = self.module = Module(self.events, out, chance, **nature)
        module.plug(
            self.air,
            Requests(module, self.net),
            Round(module, self.net),
            Search(module, self.net),
        )
        for number in range(1, meters + 1):
            self.net.add(Node(number, answer_of(number)))

    def power_on(self):
        """The whole street at once."""
        for node in self.net.nodes.values():
            node.is_on = True

    def node(self, number):
        return self.net.nodes[digits_of(number)]

    def pushed(self, number, payload):
        """What a meter says unasked: 06 F5."""
        node = self.node(number)
        data = bytes([METER, TRANSPARENT, len(payload)]) + payload
        ends = (node.digits, self.module.master)
        self.module.tell(0x06, 5, data, ends=ends)

    def command(self, line):
        return gdw3762_commands.command(self, line)
