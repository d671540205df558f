"""The requests of the host, one function for each command. Data is in plc_data.py."""

import struct

from meter_sim import plc_node, plc_phy
from meter_sim.plc_mesh import MODULE
from meter_sim.plc_module import KINDS, NOT_ALLOWED, UNKNOWN, WRONG

FAILED, INVALID_REQUEST, ROUTE_ERROR, INCOMPLETE_PATH = 0xA2, 0xA1, 0xA5, 0xB2
REKEYING = 0xFFF0
LBP_UNSUPPORTED, LBP_INDEX, LBP_LENGTH = 2, 3, 4
LBP_SIZES = {0: (8, 34), 2: (16,), 3: (16,), 4: (16,), 6: (2,)}
BOOT_MAGIC = b"BOOT"
VERSION = bytes((1, 0, 0))
SERIAL = b"SIM0001"


class Requests:
    """data: meter_sim/plc_data.py."""

    def __init__(self, module, data):
        self._module = module
        self._data = data
        self._psk = self._next_key = b""
        self._is_rekeying = False

    def reset(self):
        self._psk = self._next_key = b""
        self._is_rekeying = False
        self._data.reset()

    def take(self, command, body):
        is_of_ours = command >= 0x60 and not self._module.is_extended
        if is_of_ours or command not in COMMANDS:
            self._module.status(UNKNOWN, command)
        else:
            act, sizes = COMMANDS[command]
            if not sizes[0] <= len(body) <= sizes[1]:
                self._module.status(WRONG, command)
            else:
                act(self, body)

    def _later(self, delay_ms, payload):
        life = self._module.net.life

        def say():
            if life == self._module.net.life:
                self._module.say(payload)

        self._module.events.after(delay_ms, say)

    def _data_request(self, body):
        self._data.request(body)

    def _discover(self, body):
        net = self._module.net
        nodes = [net.nodes[number] for number in net.mesh.neighbours(MODULE)]
        for node in [node for node in nodes if node.state == plc_node.MEMBER][:8]:
            lqi = net.lqi(node.number, MODULE)
            pan = self._module.pib.mac[0x50]
            row = pan + bytes((lqi,)) + node.short.to_bytes(2, "big") + b"\x00\x10\x00"
            self._later(500 * body[0], b"\x30" + row)
        self._later(1000 * body[0], b"\x21\x00")

    def _start(self, body):
        module = self._module
        pan = int.from_bytes(body, "big")
        if pan == 0xFFFF or module.pib.mac[0x53] not in (b"\xff\xff", b"\x00\x00"):
            module.say(b"\x22" + bytes((INVALID_REQUEST,)))
            return
        module.pib.mac[0x50] = module.pib.adp[0x080000C3] = body
        module.pib.mac[0x53] = b"\x00\x00"
        module.net.is_started = True
        module.net.key = module.pib.keys[module.pib.adp[0x22][0] & 1]
        self._later(1500, b"\x22\x00")

    def _reset(self, body):
        self._module.reboot(1)
        self._module.is_initialized = True
        self._module.say(b"\x26\x00")

    def _no_device(self, command):
        self._module.status(NOT_ALLOWED, command)

    def _get(self, body):
        self._got(b"\x28", body, self._module.pib.adp_get)

    def _mac_get(self, body):
        self._got(b"\x2e", body, self._module.pib.mac_get)

    def _got(self, code, body, get):
        attribute, index = struct.unpack(">IH", body)
        status, value = get(attribute, index)
        says = len(value)
        if says == 19:
            says = 18  # as real ones do
        tail = bytes((says,)) + value if status == 0 else b"\x00"
        self._module.say(code + bytes((status,)) + body + tail)

    def _set(self, body):
        self._put(0x11, b"\x27", body, self._module.pib.adp_set)

    def _mac_set(self, body):
        self._put(0x16, b"\x2d", body, self._module.pib.mac_set)

    def _lbp_set(self, body):
        self._put(0x3C, b"\x46", body, self._lbp_put)

    def _put(self, command, code, body, put):
        attribute, index, size = struct.unpack(">IHB", body[:7])
        if size != len(body) - 7:
            self._module.status(WRONG, command)
            return
        status = put(attribute, index, body[7:])
        self._module.say(code + bytes((status,)) + body[:6])

    def _lbp_put(self, attribute, index, value):
        if attribute not in LBP_SIZES:
            return LBP_UNSUPPORTED
        if len(value) not in LBP_SIZES[attribute]:
            return LBP_LENGTH
        pib = self._module.pib
        if attribute == 2:
            self._psk = value
        elif attribute == 3:
            if index > 1:
                return LBP_INDEX
            pib.keys[index] = value
            pib.adp[0x22] = bytes((index,))
        elif attribute == 4:
            self._next_key = value
        elif attribute == 6:
            self._module.net.admission.timeout_ms = 1000 * int.from_bytes(value, "big")
        return 0

    def _route(self, body):
        net = self._module.net
        node = net.by_short.get(int.from_bytes(body[:2], "big"))
        if node is None:
            self._later(20_000, b"\x2b" + bytes((FAILED,)))
            return
        life = net.life

        def found(way):
            if life == net.life:
                self._module.say(b"\x2b" + bytes((0 if way else FAILED,)))

        net.mesh.discover(node.number, net.may_relay, found)

    def _path(self, body):
        net = self._module.net
        node = net.by_short.get(int.from_bytes(body[:2], "big"))
        way = node and net.mesh.ways.get(node.number)
        head = body[:2] + b"\x00\x00" + body[2:3]
        if not way:
            self._later(5_000, b"\x2c" + bytes((INCOMPLETE_PATH,)) + head + b"\x00\x00")
            return
        forward = [self._hop((MODULE,) + way, at) for at in range(len(way))]
        back = tuple(reversed((MODULE,) + way))
        reverse = [self._hop(back, at) for at in range(len(way))]
        counts = bytes((len(way), len(way)))
        answer = b"\x2c\x00" + head + counts + b"".join(forward + reverse)
        air_ms = plc_phy.air_ms(net.air.band, 0, 40) * 2 * len(way)
        self._later(air_ms, answer)

    def _hop(self, way, at):
        net = self._module.net
        one, other = way[at], way[at + 1]
        node = net.nodes.get(other)
        cost = net.mesh.cost(one, other) or 0xFF
        phase = net.air.town.phase_steps(other)
        short = node.short if node else 0
        return short.to_bytes(2, "big") + bytes((0, min(cost, 255), phase, 0, 0))

    def _kick(self, body):
        node = self._module.net.by_short.get(int.from_bytes(body[:2], "big"))
        if node and node.eui == body[2:]:
            self._module.net.kick(node)

    def _rekey(self, body):
        node = self._module.net.by_short.get(int.from_bytes(body[:2], "big"))
        if node and node.eui == body[2:10] and self._is_rekeying:
            self._module.net.rekey(node, self._next_key, body[10] == 1)

    def _phase(self, body):
        self._is_rekeying = body[0] == 1

    def _activate(self, body):
        pib = self._module.pib
        if self._next_key:
            index = 1 - (pib.adp[0x22][0] & 1)
            pib.keys[index] = self._next_key
            pib.adp[0x22] = bytes((index,))
            self._module.net.activate(self._next_key)

    def _assign(self, body):
        short = int.from_bytes(body[8:], "big")
        if short == REKEYING:
            short = plc_node.NO_ADDRESS
        self._module.net.admission.assign(body[:8], short, self._psk)

    def _identify(self, body):
        kind = KINDS.get(self._module.net.air.band.code, 1)
        head = bytes((0, 1, kind)) + b"\x00\x01" + bytes(self._module.version) + VERSION
        self._module.say(b"\x70" + head + bytes((len(SERIAL),)) + SERIAL)

    def _reboot(self, body):
        self._module.say(b"\x72\x00")
        self._module.events.after(50, self._module.reboot, 1)

    def _boot(self, body):
        self._module.say(b"\x71" + (b"\x00" if body == BOOT_MAGIC else b"\xa8"))
        if body == BOOT_MAGIC:
            self._module.events.after(100, self._module.enter_boot)


# command: (what it does, octets after it: from, to)
COMMANDS = {
    0x0B: (Requests._data_request, (5, 1290)),
    0x0C: (Requests._discover, (1, 1)),
    0x0D: (Requests._start, (2, 2)),
    0x0E: (lambda requests, body: requests._no_device(0x0E), (5, 5)),
    0x0F: (lambda requests, body: requests._no_device(0x0F), (0, 0)),
    0x10: (Requests._reset, (0, 0)),
    0x11: (Requests._set, (7, 262)),
    0x12: (Requests._get, (6, 6)),
    0x14: (Requests._route, (3, 3)),
    0x15: (Requests._path, (3, 3)),
    0x16: (Requests._mac_set, (7, 262)),
    0x17: (Requests._mac_get, (6, 6)),
    0x3C: (Requests._lbp_set, (7, 262)),
    0x3D: (lambda requests, body: requests._no_device(0x3D), (0, 0)),
    0x3E: (Requests._kick, (10, 10)),
    0x3F: (Requests._rekey, (11, 11)),
    0x40: (Requests._phase, (1, 1)),
    0x41: (Requests._activate, (0, 0)),
    0x42: (Requests._assign, (10, 10)),
    0x60: (Requests._identify, (0, 0)),
    0x61: (Requests._boot, (4, 4)),
    0x62: (Requests._reboot, (0, 0)),
}
