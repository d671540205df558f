"""What may befall a street behind a module, as scripts for `meter-sim plc --scenario`: what it
is, and (seconds after the start, command) one after the other; the commands are those of
plc_commands.py, and most are those of gdw3762_commands.py, too.

By half an hour even 500 meters have joined.
"""

from meter_sim.plc_world import PSK

_OTHER_KEY = "55" * 16
_KEYLESS = (1, 2, 3)


def _keys(second, digits):
    return tuple([(second, f"psk {number} {digits}") for number in _KEYLESS])


SCENARIOS = {
    "power-return": (
        "all meters lose their power for five minutes, and have it back at once",
        ((1800, "off-all"), (2100, "on-all")),
    ),
    "feeder-switched": (
        "feeder 1 belongs to another transformer, and its DCU, for 90 minutes",
        ((1800, "away 1"), (7200, "home 1")),
    ),
    "noise-burst": (
        "feeder 1 is noisier by 50 dB for twenty minutes",
        ((1750, "noise 1 50 1200"),),
    ),
    "module-replaced": (
        "the module is taken out; two minutes later there is another one, that knows nothing",
        ((2720, "remove"), (2840, "replace")),
    ),
    "wrong-keys": (
        "meters 1 to 3 have another key than they should, for an hour",
        _keys(0, _OTHER_KEY) + _keys(3600, PSK.hex()),
    ),
    "meter-moved": (
        "meter 1 is taken down, and hung up again 600 m away",
        ((1800, "off 1"), (2400, "move 1 1 600"), (2401, "on 1")),
    ),
}


def script(names, commands):
    """[(seconds, command)] of all of them; ValueError names one that is not known, or wants what
    is none of these commands."""
    for name in names:
        if name not in SCENARIOS:
            raise ValueError(f"--scenario {name}: {', '.join(SCENARIOS)}")
        for _, line in SCENARIOS[name][1]:
            if line.split()[0] not in commands:
                raise ValueError(f"--scenario {name}: such a module has no {line.split()[0]}")
    return [each for name in names for each in SCENARIOS[name][1]]
