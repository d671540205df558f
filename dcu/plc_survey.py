"""The shape of the network behind the module slot: how far each meter is, over whom, how well it
is heard and on which phase. The module is asked for it now and then; nothing of it is stored.
"""

from dcu.plc_totals import Totals
from hal import coop
from hal.errors import DcuError, NoReply, Refused

WEAK_LQI = 52  # as adpWeakLQIValue: 3 dB
PHASE_STEPS = 6  # of 60 degrees; an even number of them is another phase
_TABLES_MS = 6 * 3_600_000
_CHANGED_MS = 15 * 60_000  # when there are other members than at the last look
_STATISTICS_MS = 15 * 60_000
_PATH_MS = 5_000  # between two, and only of meters behind others
_PATHS_AGAIN_MS = 24 * 3_600_000
_MODULE = 0


class Survey:
    """
    module   drivers/g3.py; see docs/plc.md for what each driver of a module has
    """

    def __init__(self, clock):
        self._clock = clock
        self.routes = {}  # by short address: next_hop, hops, cost … (wire/usi_attributes.Route)
        self.neighbours = {}  # by short address: lqi, modulation, phase
        self.positions = {}  # by short address: lqi of those that are heard and no neighbours
        self.paths = {}  # by short address: (when, [wire/usi_commands.Hop] from the meter to us)
        self.totals = Totals()
        self._due_ms = {}  # by name; not in it: now
        self._changes = None

    def forget(self):
        """The module was started anew: its tables are empty."""
        self.routes, self.neighbours, self.positions = {}, {}, {}
        self.totals.restarted()
        self._due_ms = {}

    async def step(self, module, changes):
        """What is due, one question or table at a time. changes: a number that is another one
        when there are other members."""
        is_changed = changes != self._changes and self._is_due("changed", _CHANGED_MS)
        if is_changed or self._is_due("tables", _TABLES_MS):
            self._changes = changes
            await self.look(module)
        elif self._is_due("statistics", _STATISTICS_MS):
            self.totals.add(await module.statistics())
        elif self._is_due("path", _PATH_MS):
            await self._next_path(module)

    async def look(self, module):
        """The tables now."""
        routes = await module.table("routes")
        neighbours = await module.table("neighbours")
        self.routes = {row.destination: row for row in routes}
        self.neighbours = {row.short: row for row in neighbours}
        are_others = [short for short in self.routes if short not in self.neighbours]
        positions = await module.table("positions") if are_others else ()
        self.positions = {row.short: row.lqi for row in positions}

    def _is_due(self, name, every_ms):
        now_ms, due_ms = self._clock.ticks_ms(), self._due_ms.get(name)
        if due_ms is not None and now_ms < due_ms:
            return False
        self._due_ms[name] = now_ms + every_ms
        return True

    async def _next_path(self, module):
        old_ms = self._clock.ticks_ms() - _PATHS_AGAIN_MS
        for short, route in self.routes.items():
            known = self.paths.get(short)
            if route.hops > 1 and (known is None or known[0] < old_ms):
                await self.find_path(module, short)
                return

    async def find_path(self, module, short):
        """[Hop] from the meter to us; [] when none was found."""
        hops = []
        try:
            hops = (await module.path(short))[1]
        except (Refused, NoReply):
            pass
        self.paths[short] = (self._clock.ticks_ms(), hops)
        return hops

    def first_hop(self, short):
        """Who takes what is for this meter; None: not known."""
        route = self.routes.get(short)
        return route.next_hop if route else None

    def hops(self, short):
        """To the meter; 0: not known."""
        route = self.routes.get(short)
        return route.hops if route else 0

    def lqi(self, short):
        """How well the module hears the meter itself; None: not known."""
        near = self.neighbours.get(short)
        return near.lqi if near else self.positions.get(short)

    def is_weak(self, short):
        """Whether this neighbour is heard badly."""
        near = self.neighbours.get(short)
        return near is not None and near.lqi < WEAK_LQI

    def row(self, short):
        """{"hops", "cost", "via", "parent", "lqi", "phase"}, None for what is not known."""
        route = self.routes.get(short)
        return {
            "hops": route.hops if route else None,
            "cost": route.cost if route else None,
            "via": route.next_hop if route else None,
            "parent": self._parent(short),
            "lqi": self.lqi(short),
            "phase": self._phase(short),
        }

    def _parent(self, short):
        """The relay next to the meter; 0 is the module."""
        route = self.routes.get(short)
        if route is None or route.hops < 2:
            return _MODULE if route else None
        if route.hops == 2:
            return route.next_hop
        hops = self.paths.get(short, (0, []))[1]
        return hops[0].address if hops else None

    def _phase(self, short):
        """In degrees behind the module, as the module hears the meter itself."""
        near = self.neighbours.get(short)
        return None if near is None else 60 * (near.phase % PHASE_STEPS)


async def guarded(step):
    """What a survey asks is never worth a failure."""
    try:
        await step
    except (DcuError, coop.Expired):
        pass
