"""How we associate with a meter: the mechanism, by its name in the archive, and its secrets.

A Login has no text form: it holds passwords and keys.
"""

from hal.errors import Refused
from wire import association, dialogue

_MECHANISMS = {"none": association.NONE, "lls": association.LLS}
_OF_MECHANISM = (  # diagnostics that say so, whatever was offered
    association.MECHANISM_NOT_RECOGNISED,
    association.MECHANISM_REQUIRED,
    association.AUTHENTICATION_FAILURE,
    association.AUTHENTICATION_REQUIRED,
)
_NO_DIAGNOSTIC, _NO_REASON = 0, 1  # all that some meters say to a wrong password


class Login:
    def __init__(self, name="none", password=b""):
        self.name = name
        self._password = password

    def associate(self):
        """The dialogue of wire/dialogue.py that opens the association."""
        if self.name not in _MECHANISMS:
            raise Refused(f"auth {self.name}: this version of the DCU has only none and lls")
        return dialogue.associate(_MECHANISMS[self.name], self._password)

    def is_to_blame(self, diagnostic):
        """Whether this diagnostic of a refusal is about our password or key."""
        if diagnostic in (_NO_DIAGNOSTIC, _NO_REASON):
            return self.name != "none"
        return diagnostic in _OF_MECHANISM
