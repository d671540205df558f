"""Who has logged in to the web page: by the password of the panel, for a while."""

from lcd_menu.lock import FREE_TRIES

SESSIONS_MAX = 4  # one more ends the one that has been quiet longest
IDLE_MS = 600_000
COOKIE = "session"


class Sessions:
    """password      function() -> the panel's; "" while there is none, and nobody is let in
    random_token  function() -> what nobody can guess
    guessed       function(), after the third wrong password in a row and each one more
    lock          lcd_menu/lock.py; one of its own: who guesses from afar must not lock the keypad
    """

    def __init__(self, password, random_token, guessed, lock):
        self.lock = lock
        self._password = password
        self._random_token = random_token
        self._guessed = guessed
        self._open = {}  # token: [password it was opened with, when it was last used]

    def open(self, typed, now_ms):
        """The token of a new session; None when it is the wrong password, or too early to try."""
        password = self._password()
        if not password or self.lock.wait_ms(now_ms):
            return None
        if not self.lock.take(typed, password, now_ms):
            if self.lock.wrong >= FREE_TRIES:
                self._guessed()
            return None
        if len(self._open) >= SESSIONS_MAX:
            self._open.pop(min(self._open, key=lambda token: self._open[token][1]))
        token = self._random_token()
        self._open[token] = [password, now_ms]
        return token

    def has(self, token, now_ms):
        """Whether it is open; a changed password has ended those opened with the old one."""
        row = self._open.get(token)
        if row and row[0] == self._password() and now_ms - row[1] <= IDLE_MS:
            return True
        self.close(token)
        return False

    def used(self, token, now_ms):
        """Something was done with it that a person does, rather than a page by itself."""
        self._open[token][1] = now_ms

    def close(self, token):
        self._open.pop(token, None)
