"""What a client has learned of one server, so that it need not be found out again."""

INFO_USUAL, WINDOW_USUAL = 128, 1  # HDLC, when nothing is negotiated: every server can


class Abilities:
    """None is "not known yet".

    info     octets of information in an HDLC frame that do work, both ways
    window   HDLC frames in a row
    lists    whether it takes GET with list
    access   whether it takes ACCESS
    """

    NAMES = ("info", "window", "lists", "access")

    def __init__(self, info=None, window=None, lists=None, access=None):
        self.info = info
        self.window = window
        self.lists = lists
        self.access = access

    def forget(self):
        for name in self.NAMES:
            setattr(self, name, None)

    def only_usual_frames(self):
        self.info, self.window = INFO_USUAL, WINDOW_USUAL
