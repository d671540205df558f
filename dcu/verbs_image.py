"""The console's verb that gives meters a new firmware: see dcu/verbs.py and dcu/image_job.py."""

from dcu.exit_codes import GOOD, NO_ANSWER, PARTLY, REFUSED
from dcu.image_job import ImageJob
from dcu.image_transfer import Image
from dcu.schema import CHANNELS
from dcu.verb_words import counted, mp_of
from hal.errors import Refused

FILE = "image"  # of the data folder: where the command line puts the image to be sent
_ACTIVATE = "activate"


async def image(dcu, say, meters, name, activate=""):
    """The image in the data folder to `meters`: MPs joined by commas, or a channel. `name` is
    its identifier; `activate` has the meters start it."""
    if activate not in ("", _ACTIVATE):
        raise Refused(f"{activate!r}: nothing, or {_ACTIVATE}")
    records = _records(dcu, meters)
    if FILE not in dcu.files.names(FILE):
        raise Refused(f"no file {FILE} in the data folder; dcu image puts it there")
    file = dcu.files.open(FILE)
    try:
        what = Image(name.encode(), file.size(), _reader(file))
        await say(f"{counted(len(records), 'meter')}, {what.size} octets")
        job = ImageJob(what, dcu.open_meter, dcu.broadcast, dcu.image_notes, say)
        rows = await job.run(records, bool(activate))
    finally:
        file.close()
    return exit_of(rows), rows


def exit_of(rows):
    done = [row["done"] for row in rows]
    if any(done):
        return GOOD if all(done) else PARTLY
    return REFUSED if all([row["refused"] for row in rows]) else NO_ANSWER


def _records(dcu, meters):
    if meters in CHANNELS:
        records = dcu.archive.meters(meters)
        if not records:
            raise Refused(f"no meters on {meters}")
        return records
    try:
        mps = [mp_of(text) for text in meters.split(",")]
    except Refused as refusal:
        raise Refused(f"{refusal}; or a port: {', '.join(CHANNELS)}")
    if len(set(mps)) < len(mps):
        raise Refused(f"{meters}: a meter twice")
    return [dcu.archive.get(mp) for mp in mps]


def _reader(file):
    def read(at, size):
        file.seek(at)
        return file.read(size)

    return read


IMAGE_VERBS = (("image", image, "MP,…|PORT NAME [activate]", "give meters a new firmware"),)
