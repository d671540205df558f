"""`hes archive`: the meter archive of a DCU as its CSV, and rows for it: the answer to "unknown
meter".

The answer is a dict for JSON: {"terminal", "result", "error", "csv", "taken"}; result is "good",
"no answer" or "refused", taken how many rows it took.
"""

from hes_stub.errors import ReadRefused
from hes_stub.text_object import errand, get_text, put_text
from wire import obis
from wire.apdu import Attribute

ROWS_MAX = 200  # at once; with every column used they are less than a DCU takes in one request
_ARCHIVE, _REFUSAL = [Attribute(1, obis.parse(f"0.0.96.134.{e}.255"), 2) for e in (1, 2)]


class Archive:
    """`hall.dcus` are the links."""

    def __init__(self, hall):
        self._hall = hall

    async def archive(self, request):
        """The answer to {"terminal", "csv"}; csv None only looks. Of a long one what came before
        a piece that is refused is in the archive."""
        answer = {"terminal": str(request.get("terminal")), "csv": None, "taken": 0}
        csv = request.get("csv")

        async def talk(session):
            for piece, count in pieces("" if csv is None else str(csv)):
                try:
                    await put_text(session, _ARCHIVE, _REFUSAL, piece)
                except ReadRefused as refusal:
                    raise ReadRefused(f"{refusal}{_before(answer['taken'])}")
                answer["taken"] += count
            if answer["taken"]:
                await session.look()  # what `hes meters` shows
            answer["csv"] = await get_text(session, _ARCHIVE)

        return await errand(self._hall, answer, talk)


def pieces(csv):
    """[(CSV with its line of column names, rows)]; none for an empty text. Lines that are none
    stay, so that the DCU counts lines as the file has them, in the first piece."""
    lines = csv.split("\n")
    head, rows = lines[0], lines[1:]
    while rows and not rows[-1].strip():
        rows.pop()
    if not csv.strip():
        return []
    parts = [rows[at : at + ROWS_MAX] for at in range(0, max(1, len(rows)), ROWS_MAX)]
    return [("\n".join([head, *part]) + "\n", len(part)) for part in parts]


def _before(taken):
    return f" ({taken} lines before were taken; lines count from there)" if taken else ""
