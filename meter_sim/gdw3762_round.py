"""Reading that a simulated 376.2 module drives: it asks for each of its nodes what to read.

14 F1 up    phase, address, number in its list
14 F1 down  flag (0 leave it, 1 it is done, 2 read this), delay, length, octets, subordinates
06 F2 up    what the meter has said;  06 F3 up    the round is over
"""

from meter_sim.gdw3762_frame import bcd

SKIP, DONE, READ = 0, 1, 2
READS_MAX = 40  # of one node in a row
PAUSE_MS = 50  # between two nodes


class Round:
    def __init__(self, module, net):
        self._module = module
        self._net = net
        self._generation = 0
        self.reset()

    def reset(self):
        self.is_working = False
        self.is_busy = False  # a meter is being read
        self.read = set()  # nodes that are done in this round
        self._left = []
        self._generation += 1

    def restart(self):
        """From the beginning: nobody has been read."""
        self.reset()
        self.resume(sorted(self._module.nodes))

    def pause(self):
        self.is_working = False
        self._generation += 1
        self.is_busy = False

    def resume(self, left=None):
        if self._module.drive == 1:
            return
        was_working, self.is_working = self.is_working, True
        self._left = self._left if left is None else left
        if not was_working:
            self._generation += 1
            self._module.events.after(PAUSE_MS, self._next, self._generation)

    def _next(self, generation):
        if generation != self._generation:
            return
        self._left = [each for each in self._left if each in self._module.nodes]
        if self._left:
            self._ask(self._left[0], generation, 0)
            return
        self.is_working = False
        self._module.tell(0x06, 3, b"\x01")

    def _ask(self, number, generation, times):
        def answered(frame):
            if generation != self._generation:
                return
            flag = frame.data[0] if frame and frame.afn == 0x14 and frame.data else SKIP
            if flag == READ and times < READS_MAX:
                octets = frame.data[3 : 3 + frame.data[2]]
                self._read(number, octets, generation, times)
                return
            if flag == DONE:
                self.read.add(number)
            self._left.pop(0)
            self._module.events.after(PAUSE_MS, self._next, generation)

        order = sorted(self._module.nodes).index(number) + 1
        data = bytes([self._net.phase(number)]) + bcd(number) + order.to_bytes(2, "little")
        self._module.tell(0x14, 1, data, answered)

    def _read(self, number, octets, generation, times):
        self.is_busy = True
        began_ms = self._module.events.now_ms

        def reported(frame):
            if generation == self._generation:
                self._ask(number, generation, times + 1)

        def done(said):
            if generation != self._generation:
                return
            self.is_busy = False
            took_s = int((self._module.events.now_ms - began_ms) / 1000)
            order = sorted(self._module.nodes).index(number) + 1 if said else 0
            data = order.to_bytes(2, "little") + b"\x00" + took_s.to_bytes(2, "little")
            if said:
                self._module.tell(0x06, 2, data + bytes([len(said)]) + said, reported)
            else:
                self._ask(number, generation, times + 1)

        self._net.ask(number, octets, self._module.timeout_s, done)
