"""What the operator of the mobile network has said: APN, user, password, PIN."""

from hal.errors import PortError

AUTH = ("none", "pap", "chap", "either")  # and these are their numbers, in all dialects
ORDERS = ("password-first", "user-first")  # in AT+CGAUTH: firmwares differ
_NO_TEXT = '"\r\n'


class Access:
    """Never shown."""

    def __init__(
        self, apn="", user="", password="", pin="", auth="none", order=ORDERS[0], dialect="auto"
    ):
        self.pin = pin
        self.dialect = dialect
        self._apn = apn
        self._pair = (user, password)
        self._auth = auth
        self._order = order

    def values(self):
        """For the rows of a dialect. PortError for a text that no command can carry."""
        user, password = self._pair
        check_text(self._apn, "modem.apn")
        check_text(user, "modem.user")
        check_text(password, "modem.password")
        is_password_first = self._order == ORDERS[0]
        return {
            "apn": self._apn,
            "user": user,
            "password": password,
            "auth": AUTH.index(self._auth),
            "first": password if is_password_first else user,
            "second": user if is_password_first else password,
        }


def check_text(text, name):
    """A quotation mark would end the field of the command that the text goes into."""
    if any([sign in _NO_TEXT for sign in text]):
        raise PortError(f"modem: {name} has a quotation mark or a line end in it")
