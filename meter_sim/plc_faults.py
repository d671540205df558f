"""What may go wrong with a module and its line: chances from 0 to 1, and how often."""


class Faults:
    """drop, flip, duplicate: of each octet that it says; lose_flag: of each frame
    lose_confirm: of each answer; late_ms: of all answers
    no_buffers, no_route: so many data requests are refused with it
    """

    def __init__(self):
        self.drop = self.flip = self.duplicate = self.lose_flag = self.lose_confirm = 0.0
        self.late_ms = 0
        self.no_buffers = self.no_route = 0

    def spoil(self, octets, chance):
        if self.lose_flag and chance() < self.lose_flag:
            octets = octets[:-1]
        if not self.drop and not self.flip and not self.duplicate:
            return octets
        spoilt = bytearray()
        for octet in octets:
            if chance() < self.drop:
                continue
            if chance() < self.flip:
                octet ^= 1 << int(8 * chance())
            spoilt.append(octet)
            if chance() < self.duplicate:
                spoilt.append(octet)
        return bytes(spoilt)

    def takes(self, name):
        """Is it the turn of this counted fault?"""
        left = getattr(self, name)
        setattr(self, name, max(0, left - 1))
        return left > 0
