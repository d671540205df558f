"""How octets are sent on a serial line, and how long they take."""


class Line:
    """baud, parity ("N", "E", "O") and databits (8, 7), with one stop bit.

    octet_ms     the longest silence within a message, where it is longer than that of the bus
    answer_max   octets: more is no answer, and is not waited for
    """

    def __init__(self, baud=9600, parity="N", databits=8, octet_ms=0, answer_max=4096):
        self.baud = baud
        self.parity = parity
        self.databits = databits
        self.octet_ms = octet_ms
        self.answer_max = answer_max  # 4096: two of the longest HDLC frames
        self._bits = 1 + databits + (parity != "N") + 1

    def wire_ms(self, octets):
        """Milliseconds that `octets` octets take on the wire."""
        return octets * self._bits * 1000 // self.baud


USUAL = Line()
