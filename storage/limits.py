"""The limits that both back ends keep to, and the checks of what callers hand in."""

RECORD_MAX = 1024  # octets of a journal record
PENDING_MAX = 8192  # records or rows put and not yet committed, for each journal and profile
COLUMNS_MAX = 32
MP_MAX = 0xFFFF
NUMBER_MAX = 0xFFFFFFFF  # of a record: u32 in COSEM
TIME_MAX_S = 0xFFFFFFFF
DAMAGE_MAX = 100  # texts; more of the same is not news
_VALUE_LIMIT = 1 << 63


def check_row(mp, time_s, values, columns):
    """Asserts a row of `columns` values: signed 64 bit or None. struct would wrap silently."""
    assert 0 < mp <= MP_MAX, mp
    assert 0 < time_s <= TIME_MAX_S, time_s
    assert len(values) == columns, values
    for value in values:
        assert value is None or -_VALUE_LIMIT <= value < _VALUE_LIMIT, value


def check_name(name):
    """Asserts a name that is good for a file and for a table."""
    assert name and all([c in "abcdefghijklmnopqrstuvwxyz0123456789_" for c in name]), name


def check_profile(name, period_s, capacity, columns):
    """Asserts names and numbers of a profile that both back ends can keep."""
    check_name(name)
    assert 0 < len(columns) <= COLUMNS_MAX, columns
    for column in columns:
        check_name(column)
    assert period_s > 0 and capacity > 0


def say(damage, text):
    """Adds `text` to the list of damage, once and within its bound."""
    if text not in damage and len(damage) < DAMAGE_MAX:
        damage.append(text)
