"""The password of the panel: what it takes to change anything here, and what guessing costs."""

FACTORY = "000000"  # opens nothing but "set password", and only while none has been set
FREE_TRIES = 3
_WAIT_FIRST_MS = 60_000
_WAIT_LONGEST_MS = 86_400_000


class Lock:
    """
    wrong   wrong tries in a row before the start: the wait they cost begins anew with it
    noted   function(count), when that has changed
    entered function(), when the right password was given
    """

    def __init__(self, wrong=0, noted=lambda count: None, now_ms=0, entered=lambda: None):
        self.is_open = False
        self.wrong = wrong
        self._noted = noted
        self._entered = entered
        self._until_ms = now_ms + self._cost_ms()

    def wait_ms(self, now_ms):
        """How long no try is taken; 0: one is."""
        return max(0, self._until_ms - now_ms) if self.wrong >= FREE_TRIES else 0

    def take(self, typed, password, now_ms):
        """One try; True when it is right. The third wrong one costs a minute, each more twice as
        long as the one before it."""
        assert not self.wait_ms(now_ms)
        if typed == (password or FACTORY):
            self._note(0)
            self.is_open = bool(password)
            if self.is_open:
                self._entered()
            return True
        self._note(self.wrong + 1)
        self._until_ms = now_ms + self._cost_ms()
        return False

    def _note(self, wrong):
        if wrong != self.wrong:
            self.wrong = wrong
            self._noted(wrong)

    def _cost_ms(self):
        if self.wrong < FREE_TRIES:
            return 0
        return min(_WAIT_FIRST_MS << min(self.wrong - FREE_TRIES, 20), _WAIT_LONGEST_MS)

    def close(self):
        self.is_open = False
