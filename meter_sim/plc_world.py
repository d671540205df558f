"""A module with its network of meters, put together."""

from meter_sim import plc_commands, plc_node, plc_phy
from meter_sim.plc_data import Data
from meter_sim.plc_events import Events
from meter_sim.plc_module import Module
from meter_sim.plc_net import Network
from meter_sim.plc_requests import Requests
from meter_sim.plc_town import Town

PSK = bytes.fromhex("AB10341145111BC3C12DE8FF11142204")  # the published example
OUI = b"\x02\x53\x49\xff\xfe"  # of simulated nodes, locally administered


def eui(number):
    return OUI + number.to_bytes(3, "big")


class World:
    """answer_of(number) gives the application of a meter: see plc_node.py.

    events    those of another world, to live in its time
    chance()  0 to below 1; everything random comes from it and from `seed`
    """

    def __init__(self, meters, seed, band, out, chance, answer_of, events=None, **nature):
        self.band = band
        self.events = events or Events()
        self.town = Town(meters, seed, is_radio=band == "rf")
        self.module = Module(self.events, out, chance, **nature)
        self.net = Network(self.events, self.town, plc_phy.BANDS[band], chance, self.module.tell)
        self.data = Data(self.module)
        self.module.plug(self.net, Requests(self.module, self.data))
        for number in range(1, meters + 1):
            self.net.add(plc_node.Node(number, eui(number), PSK, answer_of(number)))

    def power_on(self):
        """The whole street at once."""
        for number in sorted(self.net.nodes):
            self.net.power_on(self.net.nodes[number])

    def command(self, line):
        return plc_commands.command(self, line)

    def node(self, number):
        return self.net.nodes[number]
