"""What a simulated 376.2 module does with what it is asked: a table of AFN and Fn."""

from meter_sim.gdw3762_file import File
from meter_sim.gdw3762_frame import bcd, digits

ACK, DENY = 1, 2  # Fn of AFN 00
TIMEOUT, BAD_UNIT, BAD_LENGTH, NO_CLASS = 0, 1, 2, 4
DUPLICATE, NOT_FOUND, BUSY, UNKNOWN, NOT_IN_NET = 6, 7, 9, 10, 12
ALL_DONE = b"\xff\xff\xff\xff\x00\x00"
DATE = b"\x15\x06\x23"  # of the firmware: day, month, year
NODES_MAX = 1024
FRAME_MAX, PACKET_MAX = 1024, 512
BROADCAST_S = 10


class Wrong(Exception):
    """A request that is denied, with the code of the reason."""


class Requests:
    """net    gdw3762_world.Net: asks a node, tells all of them"""

    def __init__(self, module, net):
        self._module = module
        self._net = net
        self.file = File(module)
        self.monitored = None  # the request that is under way to a meter
        self._table = {
            (0x01, 1): self._reboot,
            (0x01, 2): self._forget,
            (0x01, 3): self._acknowledge,
            (0x02, 1): self._forward,
            (0x03, 1): self._version,
            (0x03, 4): lambda frame: bcd(module.master),
            (0x03, 7): lambda frame: bytes([module.timeout_s]),
            (0x03, 10): lambda frame: self.how_it_works(),
            (0x05, 1): self._set_master,
            (0x05, 2): self._acknowledge,
            (0x05, 3): self._broadcast,
            (0x05, 4): self._set_timeout,
            (0x10, 1): self._count,
            (0x10, 2): self._list,
            (0x10, 3): self._relay,
            (0x10, 4): self._state,
            (0x11, 1): self._add,
            (0x11, 2): self._delete,
            (0x11, 5): self._search,
            (0x11, 6): self._stop_search,
            (0x12, 1): lambda frame: self._drive(module.round.restart),
            (0x12, 2): lambda frame: self._drive(module.round.pause),
            (0x12, 3): lambda frame: self._drive(module.round.resume),
            (0x13, 1): self._monitor,
            (0x15, 1): self.file.take,
        }

    def reset(self):
        self.monitored = None
        self.file.reset()

    def take(self, frame):
        """A request of the concentrator, answered by data, by 00 F1 or by 00 F2. What goes to a
        meter gives nothing, and is answered later."""
        act = self._table.get((frame.afn, frame.fn))
        try:
            if act is None:
                known = frame.afn in [afn for afn, _ in self._table]
                raise Wrong(UNKNOWN if known else NO_CLASS)
            data = act(frame)
        except (Wrong, IndexError) as wrong:
            code = wrong.args[0] if isinstance(wrong, Wrong) else BAD_LENGTH
            self._module.answer(frame, 0x00, DENY, bytes([code]))
            return
        if data == ALL_DONE:
            self._module.answer(frame, 0x00, ACK, ALL_DONE)
        elif data is not None:
            self._module.answer(frame, frame.afn, frame.fn, data)

    # the module itself

    def _acknowledge(self, frame):
        return ALL_DONE

    def _reboot(self, frame):
        self._module.events.after(100, self._module.reboot)
        return ALL_DONE

    def _forget(self, frame):
        self._module.nodes.clear()
        self._module.round.reset()
        return ALL_DONE

    def _version(self, frame):
        module = self._module
        major, minor = module.version
        return module.vendor + module.chip + DATE + bytes([minor, major])

    def how_it_works(self):
        module = self._module
        kind = module.mode if module.mode < 10 else 3
        needs_list = 0 if module.keeps_nodes else 0x20
        found = bytes([kind | 0x10 | needs_list | module.drive << 6, 0x01, 0x01, 0x01, 0, 0])
        found += bytes([module.timeout_s]) + BROADCAST_S.to_bytes(2, "little")
        found += FRAME_MAX.to_bytes(2, "little") + PACKET_MAX.to_bytes(2, "little") + b"\x01"
        found += bcd(module.master) + NODES_MAX.to_bytes(2, "little")
        found += len(module.nodes).to_bytes(2, "little") + b"\x13\x08\x07" + b"\x13\x09\x18"
        major, minor = module.version
        found += module.vendor + module.chip + DATE + bytes([minor, major])
        return found + b"\x00\x00"

    def _set_master(self, frame):
        self._module.master = digits(_exactly(frame.data, 6))
        return ALL_DONE

    def _set_timeout(self, frame):
        self._module.timeout_s = _exactly(frame.data, 1)[0]
        return ALL_DONE

    # its list of nodes

    def _count(self, frame):
        count = len(self._module.nodes)
        return count.to_bytes(2, "little") + NODES_MAX.to_bytes(2, "little")

    def _list(self, frame):
        data = _exactly(frame.data, 3)
        start = data[0] | data[1] << 8
        rows = sorted(self._module.nodes)[max(0, start - 1) :][: data[2]]
        found = len(self._module.nodes).to_bytes(2, "little") + bytes([len(rows)])
        for row in rows:
            found += bcd(row) + self._net.information(row, self._module.nodes[row])
        return found

    def _relay(self, frame):
        known = self._known(digits(_exactly(frame.data, 6)))
        over = self._net.over(known)
        if over is None:
            return b"\x00"
        return b"\x01" + bcd(over) + self._net.information(over, 0)

    def _known(self, number):
        if number not in self._module.nodes:
            raise Wrong(NOT_FOUND)
        return number

    def _state(self, frame):
        reading = self._module.round
        flags = 0x01 | (0x02 if reading.is_working else 0)
        total, read = len(self._module.nodes), len(reading.read)
        found = bytes([flags]) + total.to_bytes(2, "little") + read.to_bytes(2, "little")
        return found + bytes([0, 0, 0, 0x64, 0]) + bytes(3) + b"\x08\x08\x08"

    def _add(self, frame):
        data, nodes = frame.data, self._module.nodes
        if len(data) != 1 + 7 * data[0]:
            raise Wrong(BAD_LENGTH)
        rows = [(digits(data[at : at + 6]), data[at + 6]) for at in range(1, len(data), 7)]
        if [number for number, _ in rows if number in nodes]:
            raise Wrong(DUPLICATE)
        if len(nodes) + len(rows) > NODES_MAX:
            raise Wrong(BAD_UNIT)
        nodes.update(rows)
        return ALL_DONE

    def _delete(self, frame):
        data = frame.data
        if len(data) != 1 + 6 * data[0]:
            raise Wrong(BAD_LENGTH)
        for at in range(1, len(data), 6):
            self._known(digits(data[at : at + 6]))
            self._module.nodes.pop(digits(data[at : at + 6]))
        return ALL_DONE

    def _search(self, frame):
        data = _exactly(frame.data, 10)
        self._module.search.begin(data[6] | data[7] << 8)
        return ALL_DONE

    def _stop_search(self, frame):
        self._module.search.end()
        return ALL_DONE

    def _drive(self, act):
        act()
        return ALL_DONE

    # to the meters

    def _broadcast(self, frame):
        data = frame.data
        if len(data) != 2 + data[1]:
            raise Wrong(BAD_LENGTH)
        self._net.tell_all(data[2:])
        return ALL_DONE

    def _forward(self, frame):
        """02 F1: protocol, length, octets."""
        if len(frame.data) != 2 + frame.data[1]:
            raise Wrong(BAD_LENGTH)
        protocol, payload = frame.data[0], frame.data[2:]

        def head(took_ms, said):
            return bytes([protocol, len(said)])

        return self._to_meter(frame, payload, head)

    def _monitor(self, frame):
        """13 F1: protocol, delay, how many subordinates, length, octets."""
        data = frame.data
        at = 3 + 6 * data[2]
        if len(data) != at + 1 + data[at]:
            raise Wrong(BAD_LENGTH)
        protocol = data[0]

        def head(took_ms, said):
            took_s = min(0xFFFF, int(took_ms / 1000))
            return took_s.to_bytes(2, "little") + bytes([protocol, len(said)])

        return self._to_meter(frame, data[at + 1 :], head)

    def _to_meter(self, frame, payload, head):
        module = self._module
        if frame.ends is None:
            raise Wrong(BAD_UNIT)
        number = self._known(frame.ends[1])
        if self.monitored or module.round.is_busy or module.faults.takes("no_buffers"):
            raise Wrong(BUSY)
        if module.faults.takes("no_route"):
            raise Wrong(NOT_IN_NET)
        self.monitored = frame
        starts, began_ms = module.starts, module.events.now_ms

        def done(said):
            if starts != module.starts:
                return
            self.monitored = None
            data = head(module.events.now_ms - began_ms, said) + said
            phase, quality = self._net.signal(number)
            module.answer(frame, frame.afn, frame.fn, data, phase, quality)

        self._net.ask(number, payload, module.timeout_s, done)


def _exactly(data, size):
    if len(data) != size:
        raise Wrong(BAD_LENGTH)
    return data
