"""An image for many meters: to all of a bus at once first, then each gets what it has missed.

A job that was broken off goes on from where it was: the meters keep what they have, and the notes
say whose image that is.
"""

from dcu import image_transfer as transfer
from hal import coop
from hal.errors import DcuError, NoReply, PortError, Refused
from wire import apdu
from wire.dialogue import AccessRefused, AssociationRefused

_UNCONFIRMED = 0x01  # invoke-id-and-priority of what nobody answers
_TELL_EVERY = 32  # blocks
_TELL_LOOKS = 8
_LOOK_MS = 2_000
_REFUSALS = (AccessRefused, AssociationRefused, Refused)
_VISITS_MAX = 3  # of a meter that does not answer, for one step


class Notes:
    """Which image each meter was last prepared for, over restarts.

    `kept` has load() -> bytes or None and save(bytes), durable on return.
    """

    def __init__(self, kept):
        self._kept = kept
        lines = (kept.load() or b"").decode().split("\n")
        self._images = dict([line.split(" ") for line in lines if line.count(" ") == 1])

    def get(self, mp):
        return self._images.get(str(mp))

    def put(self, mp, fingerprint):
        """Durable on return; "" forgets it."""
        images = dict(self._images)
        images.pop(str(mp), None)
        if fingerprint:
            images[str(mp)] = fingerprint
        self._kept.save("".join([f"{mp} {images[mp]}\n" for mp in sorted(images)]).encode())
        self._images = images


class ImageJob:
    """open_meter  function(record) -> meter
    broadcast   function(records of one channel) -> driver with send(apdu), and the longest APDU
                that it takes; None when they cannot be reached together
    say         coroutine function(text), for progress
    """

    def __init__(self, image, open_meter, broadcast, notes, say):
        self._image = image
        self._open_meter = open_meter
        self._broadcast = broadcast
        self._notes = notes
        self._say = say
        self._failures = {}

    async def run(self, records, activates):
        """[{"mp", "done", "error", "refused"}], one for each record."""
        fingerprint = self._image.fingerprint()
        sizes = {}
        for record in records:
            sizes[record.mp] = await self._try(record, self._prepare, record, fingerprint)
        for group in _groups(records, sizes):
            await self._tell_all(group, sizes[group[0].mp])
        steps = [self._finish, self._activate] if activates else [self._finish]
        for record in records:
            for step in steps:
                if record.mp not in self._failures:
                    await self._try(record, step, record, sizes[record.mp])
        if activates:
            for record in [each for each in records if each.mp not in self._failures]:
                await self._see_it_through(record)
        return [self._row(record) for record in records]

    def _row(self, record):
        error = self._failures.get(record.mp)
        row = {"mp": record.mp, "done": not error, "error": str(error or "")}
        row["refused"] = isinstance(error, _REFUSALS)
        return row

    async def _try(self, record, step, *arguments):
        """What the step gives for this meter. A meter that fails does not stop the others."""
        failure = None
        for _ in range(_VISITS_MAX):
            try:
                return await self._visit(record, step, *arguments)
            except NoReply as error:
                failure = error  # each step may be begun again: the meter tells what it has
            except DcuError as error:
                failure = error
                break
        await self._fail(record, failure)
        return None

    async def _visit(self, record, step, *arguments):
        meter = self._open_meter(record)
        await meter.open(urgent=True)
        try:
            return await step(meter, *arguments)
        finally:
            await meter.close()

    async def _fail(self, record, error):
        self._failures[record.mp] = error
        await self._say(f"MP {record.mp}: {error}")

    async def _prepare(self, meter, record, fingerprint):
        goes_on = self._notes.get(record.mp) == fingerprint
        size = await transfer.prepare(meter, self._image, goes_on)
        if not goes_on:
            self._notes.put(record.mp, fingerprint)
        return size

    async def _tell_all(self, group, size):
        """All blocks once to all, on the word of nobody."""
        sender, apdu_max = self._broadcast(group) or (None, 0)
        method = apdu.Method(transfer.CLASS, transfer.NAME, 2)
        count = self._image.count(size)
        for number in range(count if sender else 0):
            data = self._image.block(number, size)
            request = apdu.encode(apdu.ActionRequest(_UNCONFIRMED, method, data))
            if len(request) > apdu_max:
                return  # then each for itself
            try:
                await sender.send(request)
            except PortError as error:
                await self._say(str(error))
                return
            if number % _TELL_EVERY == 0:
                await self._say(f"{group[0].channel}: block {number} of {count} to all")

    async def _finish(self, meter, record, size):
        async def tell(done, count):
            if done % _TELL_EVERY == 0:
                await self._say(f"MP {record.mp}: block {done} of {count}")

        await transfer.fill(meter, self._image, size, tell)
        await transfer.verify(meter, self._image, lambda look: self._wait(record, look))
        self._notes.put(record.mp, "")
        await self._say(f"MP {record.mp}: complete and verified")

    async def _activate(self, meter, record, size):
        try:
            await transfer.activate(meter)
        except NoReply:
            pass  # it has gone to start its image before it answered

    async def _wait(self, record, look):
        """Between two looks at a meter that is at work."""
        if look % _TELL_LOOKS == 0:
            await self._say(f"MP {record.mp}: waiting for the meter")
        await coop.sleep_ms(_LOOK_MS)

    async def _see_it_through(self, record):
        """The meter is away while it starts its image: ask until it is back."""
        for look in range(transfer.LOOKS_MAX):
            await self._wait(record, look)
            try:
                if await self._visit(record, transfer.has_ended):
                    await self._say(f"MP {record.mp}: activated")
                    return
            except NoReply:
                pass
            except DcuError as error:
                await self._fail(record, error)
                return
        await self._fail(record, NoReply("it has not come back with the new image"))


def _groups(records, sizes):
    """Lists of two or more records of one channel whose meters take blocks of one size."""
    groups = {}
    for record in records:
        if sizes[record.mp]:
            groups.setdefault((record.channel, sizes[record.mp]), []).append(record)
    return [groups[key] for key in sorted(groups) if len(groups[key]) > 1]
