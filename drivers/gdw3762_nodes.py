"""The list of nodes in a 376.2 module, and who of them may be in it.

The module reads only nodes that it was told of. So the meters on file are put into its list; those
that it finds by itself, or has from before, are put to the DCU as a G3 module puts those that
want to join: `wants_in`. A meter is in the network as soon as it is in the list: whether it can be
reached tells its answer.
"""

from hal.errors import WireError
from wire import qgdw3762_units as units

_LIST_AT_ONCE = 16  # rows: fits the smallest frame
NODES_MAX = 2048
FOUND_MAX = 64  # that wait to be put into the list; more will be found again


class Nodes:
    """ears    wants_in(eui) -> with `short`, or None; joined(eui, short)
    listed  function() -> [EUI] of the meters on file
    """

    def __init__(self, ears, listed):
        self._ears = ears
        self._listed = listed
        self._shorts = {}  # by digits
        self._digits = {}  # by short
        self._found = []

    def digits(self, short):
        """Of a member, or None."""
        return self._digits.get(short)

    def short(self, digits):
        return self._shorts.get(digits)

    def __len__(self):
        return len(self._shorts)

    def shorts(self):
        return sorted(self._digits)

    def _admitted(self, digits):
        """Whether this one may be in the list."""
        if digits in self._shorts:
            return True
        eui = units.meter_eui(digits)
        admission = self._ears.wants_in(eui) if len(self._shorts) < NODES_MAX else None
        if admission is None:
            return False
        self._shorts[digits] = admission.short
        self._digits[admission.short] = digits
        self._ears.joined(eui, admission.short)
        return True

    async def settle(self, channel):
        """What is on file and what is in the module become the same."""
        rows = await infos(channel)
        there = [row.digits for row in rows]
        on_file = self._on_file()
        filed = set(on_file)
        rows = on_file + [each for each in there if each not in filed]
        wanted = [each for each in rows if self._admitted(each)]
        kept = set(wanted)
        for each in [each for each in self._shorts if each not in kept]:
            self._forget(each)
        await self._delete(channel, [each for each in there if each not in self._shorts])
        known = set(there)
        await self._add(channel, [each for each in wanted if each not in known])

    async def add_news(self, channel):
        """Meters that have come on file since, and those that were found and let in."""
        news = [each for each in self._on_file() if each not in self._shorts]
        found, self._found = self._found, []
        news += [each for each in found if each not in self._shorts and each not in news]
        news = [each for each in news if self._admitted(each)]
        await self._add(channel, news)

    def _on_file(self):
        """Digits of the meters that a module of this kind can have; others have an EUI-64."""
        rows = [units.meter_digits(eui) for eui in self._listed()]
        return [digits for digits in rows if digits]

    def found(self, digits):
        """The module has found this one; it must not wait."""
        if digits in self._shorts or digits in self._found or not digits.isdigit():
            return
        if len(self._found) < FOUND_MAX:
            self._found.append(digits)

    async def restore(self, channel, digits):
        """The module does not know it any more."""
        await self._add(channel, [digits])

    async def remove(self, channel, short):
        digits = self._digits.get(short)
        if digits:
            await self._delete(channel, [digits])
            self._forget(digits)

    async def forget(self, channel):
        """The module forgets its list and the ways to it, and starts anew: with the list."""
        await channel.ask("forget")
        channel.fail("its routes are looked for anew")

    def _forget(self, digits):
        self._digits.pop(self._shorts.pop(digits))

    async def _add(self, channel, rows):
        for few in _parts(rows, units.NODES_AT_ONCE):
            await channel.ask("add-nodes", units.added(few))

    async def _delete(self, channel, rows):
        for few in _parts(rows, units.NODES_AT_ONCE):
            await channel.ask("delete-nodes", units.deleted(few))


async def infos(channel):
    """[units.NodeInfo] of all in the module's list. It may change meanwhile."""
    rows = []
    while len(rows) < NODES_MAX:
        asked = units.nodes_from(len(rows) + 1, _LIST_AT_ONCE)
        total, few = units.nodes(await channel.ask("nodes", asked))
        rows += few
        if not few or len(rows) >= total:
            break
    return rows[:NODES_MAX]


async def way(channel, digits):
    """[digits] of the relays from the meter to us, the one next to it first."""
    found = []
    while len(found) < 15:
        try:
            row = units.relays(await channel.ask("relays", units.address_octets(digits)))[:1]
        except WireError:
            break
        if not row or row[0].digits in found:
            break
        digits = row[0].digits
        found.append(digits)
    return found


def _parts(rows, size):
    return [rows[at : at + size] for at in range(0, len(rows), size)]
