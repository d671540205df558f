"""Chance that is another in each DCU, and the same in each test."""


def dice(seed):
    """function() -> 0 to 99, another row for each seed: DCUs that lose a HES at one moment must
    not come back at one moment."""
    state = [seed]

    def draw():
        state[0] = (1_103_515_245 * state[0] + 12_345) & 0x7FFFFFFF
        return (state[0] >> 16) % 100

    return draw
