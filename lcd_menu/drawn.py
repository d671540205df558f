"""What a page or a dialogue gives to be shown below the status bar."""

ARROWS = {  # icons: whether there is more above, and below
    (False, False): (),
    (True, False): ("up",),
    (False, True): ("down",),
    (True, True): ("up-down",),
}


class Drawn:
    """
    title     of the status bar
    lines     at most as many as there is room
    inverted  index of the line that is inverted, or None
    cursor    (row, column) of the character that is inverted, or None
    icons     names for the end of the status bar
    """

    def __init__(self, title, lines, inverted=None, cursor=None, icons=()):
        self.title = title
        self.lines = lines
        self.inverted = inverted
        self.cursor = cursor
        self.icons = icons
