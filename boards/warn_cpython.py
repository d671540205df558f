"""What a verb without a running DCU must say of a data folder: the DCU itself raises alarms."""

_LOST = {
    "settings": "defaults are in use; set them again",
    "archive": "0 meters are on file; import them again",
    "learned": "it is learned anew",
}
_OLDER = "what was there before the last change may be in use; look it over"


def warnings(unit, files):
    """A line for each thing that was found damaged in the folder of `files`, and what follows."""
    lines = []
    for name in sorted(_LOST):
        damaged = [slot for slot in files.names(name + ".") if _is_damaged(unit, slot)]
        if damaged:
            are_all = damaged == files.names(name + ".")
            what_follows = _LOST[name] if are_all else _OLDER
            paths = " and ".join([f"{files.folder}/{slot}" for slot in damaged])
            lines.append(f"{paths} damaged: {what_follows}")
    for key in unit.settings.fallen_back:
        lines.append(f"{files.folder}: the value of {key} fits no more: its default is in use")
    for text in unit.archive.refused:
        lines.append(f"{files.folder}: archive {text}: this row is left out")
    return lines


def _is_damaged(unit, slot):
    return any([text.startswith(slot + ":") for text in unit.damage])
