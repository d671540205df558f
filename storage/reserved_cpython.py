"""For each journal a number that it has not reached, kept outside of the database.

When the database is lost, numbering goes on from there and none is given out twice.
"""

_AHEAD = 10_000  # numbers reserved at a time


class Reserved:
    def __init__(self, slots):
        self._slots = slots
        lines = (slots.load() or b"").decode().splitlines()
        self._numbers = {name: int(number) for name, number in (line.split() for line in lines)}

    def of(self, name):
        return self._numbers.get(name, 0)

    def cover(self, name, number):
        if number > self.of(name):
            numbers = dict(self._numbers)
            numbers[name] = number + _AHEAD
            lines = [f"{name} {numbers[name]}\n" for name in sorted(numbers)]
            self._slots.save("".join(lines).encode())
            self._numbers = numbers
