"""A simulated disk with the methods of hal.files.Files, whose power can be cut anywhere.

It logs what was done to it; `after_cut` builds the disk that a power cut would have left. What
was written since the last sync of a file may then be there, torn, in part, or not at all.
"""

from hal.errors import PortError

SECTOR = 16  # octets that arrive together when writes are reordered
_UNFINISHED = ".dcu-tmp"


class Disk:
    """`room` is how many octets more the disk takes; None: no limit.

    `steps` counts what was done so far: a step is a write, a sync, a truncation, a replacement,
    a removal or a renaming. Step number `fail_at` raises PortError, a write after half of its
    octets.
    """

    def __init__(self, contents=()):
        self.room = None
        self.fail_at = None
        self._start = [(name, bytes(content)) for name, content in contents]
        self._log = []
        self._cached = {name: bytearray(content) for name, content in self._start}

    folder = "disk"

    def identity(self):
        return self.folder

    @property
    def steps(self):
        return len(self._log)

    def read(self, name):
        return bytes(self._cached[name]) if name in self._cached else None

    def replace(self, name, data):
        self._take(name, len(data))  # beside the old content, which goes after that
        self._take(name, -len(self._cached.get(name, b"")))
        self._do(("replace", name, bytes(data)))

    def open(self, name):
        if name not in self._cached:
            self._take(name, 0)
            self._do(("replace", name, b""))
        return _RawFile(self, name)

    def names(self, prefix):
        return sorted([name for name in self._cached if name.startswith(prefix)])

    def remove(self, name):
        self._take(name, -len(self._cached.get(name, b"")))
        self._do(("remove", name))

    def rename(self, old, new):
        self._take(old, 0)
        self._do(("rename", old, new))

    def contents(self):
        """[(name, octets)] as the running system sees them."""
        return [(name, bytes(self._cached[name])) for name in sorted(self._cached)]

    def after_kill(self, step):
        """The disk after the process was killed in `step`: what it wrote is not durable yet."""
        disk = Disk(self._start)
        for done in self._log[:step]:
            disk._do(done)
        return disk

    def octets_of(self, step):
        """How many octets step number `step` writes; a cut may come after each of them."""
        kind = self._log[step][0]
        return len(self._log[step][-1]) if kind in ("write", "replace") else 0

    def after_cut(self, step, octets=0, survives=None):
        """The disk after a cut in step number `step`, of which `octets` octets arrived.

        survives   of (): whether a sector written but not synced arrived; None: all did, in
                   the order of writing
        """
        files = {name: _Content(content) for name, content in self._start}
        for done in self._log[:step]:
            _apply(files, done)
        if step < len(self._log):
            _apply_part(files, self._log[step], octets)
        return Disk([(name, files[name].after_cut(survives)) for name in sorted(files)])

    def _write(self, name, at, data):
        """Raises PortError when not all of it fits; what fits is written."""
        content = self._cached[name]
        grows = max(0, at + len(data) - len(content))
        if self.room is not None and grows > self.room:
            fits = max(0, len(data) - grows + self.room)
            self._do(("write", name, at, bytes(data[:fits])))
            self.room = 0
            raise PortError(f"{name}: disk full (errno 28)")
        if self.fail_at == self.steps:
            self._do(("write", name, at, bytes(data[: len(data) // 2])))
            self._fail(name)
        self._take(name, grows)
        self._do(("write", name, at, bytes(data)))

    def _sync(self, name):
        if self.fail_at == self.steps:
            self._do(("forget", name))
            self._fail(name)
        self._do(("sync", name))

    def _take(self, name, octets):
        if self.fail_at == self.steps:
            self._fail(name)
        if self.room is not None:
            if octets > self.room:
                raise PortError(f"{name}: disk full (errno 28)")
            self.room -= octets

    def _fail(self, name):
        self.fail_at = None
        raise PortError(f"{name}: input/output error (errno 5)")

    def _do(self, step):
        self._log.append(step)
        kind, name = step[:2]
        if kind == "write":
            _overwrite(self._cached[name], step[2], step[3])
        elif kind == "truncate":
            _cut_short(self._cached[name], step[2])
        elif kind == "replace":
            self._cached[name] = bytearray(step[2])
        elif kind == "remove":
            self._cached.pop(name, None)
        elif kind == "rename":
            self._cached[step[2]] = self._cached.pop(name)


class _RawFile:
    def __init__(self, disk, name):
        self._disk = disk
        self._name = name
        self._at = 0

    def seek(self, at):
        self._at = at

    def read(self, size):
        octets = bytes(self._disk._cached[self._name][self._at : self._at + size])
        self._at += len(octets)
        return octets

    def write(self, data):
        self._disk._write(self._name, self._at, data)
        self._at += len(data)

    def truncate(self, size):
        self._disk._do(("truncate", self._name, size))

    def sync(self):
        self._disk._sync(self._name)

    def size(self):
        return len(self._disk._cached[self._name])

    def close(self):
        pass


class _Content:
    """What of one file is on the disk, and what is still on its way there."""

    def __init__(self, content):
        self.synced = bytearray(content)
        self.unsynced = []  # (at, octets), or (size, None) of a truncation

    def sync(self):
        for at, data in self.unsynced:
            if data is None:
                _cut_short(self.synced, at)
            else:
                _overwrite(self.synced, at, data)
        self.unsynced = []

    def after_cut(self, survives):
        content = bytearray(self.synced)
        for at, data in self.unsynced:
            if data is None:
                if survives is None or survives():
                    _cut_short(content, at)
                continue
            for sector in range(at // SECTOR, (at + len(data) + SECTOR - 1) // SECTOR):
                low = max(at, sector * SECTOR)
                high = min(at + len(data), (sector + 1) * SECTOR)
                if survives is None or survives():
                    _overwrite(content, low, data[low - at : high - at])
        return content


def _apply(files, step):
    kind, name = step[:2]
    if kind == "write":
        files[name].unsynced.append(step[2:])
    elif kind == "truncate":
        files[name].unsynced.append((step[2], None))
    elif kind == "sync":
        files[name].sync()
    elif kind == "forget":
        files[name].unsynced = []
    elif kind == "replace":
        files[name] = _Content(step[2])
    elif kind == "remove":
        files.pop(name, None)
    else:
        files[step[2]] = files.pop(name)


def _apply_part(files, step, octets):
    """A write arrives in part; a replacement leaves its unfinished file; the rest is whole."""
    if step[0] == "write":
        files[step[1]].unsynced.append((step[2], step[3][:octets]))
    elif step[0] == "replace":
        files[step[1] + _UNFINISHED] = _Content(step[2][:octets])


def _cut_short(content, size):
    content[size:] = b""


def _overwrite(content, at, data):
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data
