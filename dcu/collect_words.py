"""What the log says of a run that has ended."""

_NAMED_MAX = 5  # failed meters in a line


def summary(run, took_ms, are_stored):
    all_of_them = run.good + len(run.failed)
    text = "" if run.task.id == 0 else f"{run.task.words()}: "
    text += f"read {run.good} of {all_of_them} meters in {took_ms / 1000:.1f} s"
    if run.good or not are_stored:
        text += ", stored" if are_stored else ", not stored yet"
    if run.failed:
        names = ", ".join([f"MP {state.record.mp}" for state in run.failed[:_NAMED_MAX]])
        text += f"; failed: {names}{', …' if len(run.failed) > _NAMED_MAX else ''}"
    return text
