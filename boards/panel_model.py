"""placeholder until the menu is here"""


class PanelModel:
    def __init__(self, dcu):
        self._dcu = dcu
