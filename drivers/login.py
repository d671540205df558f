"""How we associate with a meter: the mechanism, by its name in the archive, and its secrets.

A Login has no text form: it holds passwords and keys.
"""

from hal.errors import NoReply, NotAuthenticated
from wire import association, dialogue, initiate
from wire.ciphering import COUNTER_MAX, CounterError, DecipherError
from wire.credentials import Credentials

_CHALLENGE_OCTETS = 16
_COUNTERS_LEFT_MIN = 1 << 20  # who says that a key is that near its end is not believed
_OF_MECHANISM = (  # diagnostics that say so, whatever was offered
    association.MECHANISM_NOT_RECOGNISED,
    association.MECHANISM_REQUIRED,
    association.AUTHENTICATION_FAILURE,
    association.AUTHENTICATION_REQUIRED,
)
_NO_DIAGNOSTIC, _NO_REASON = 0, 1  # all that some meters say to a wrong password


class Login:
    """
    name           as in the archive, for messages
    credentials    wire/credentials.py; None: without any
    counter        of what we send with our key: raise_to(number), is_new(), next(); None
                   if nothing is ciphered
    random_octets  function (count), for challenges and keys
    dedicated      octets of a key that each association makes for itself; 0 for none
    """

    def __init__(
        self, name="none", credentials=None, counter=None, random_octets=None, dedicated=0
    ):
        self.name = name
        self.counter = counter
        self.credentials = credentials or Credentials()
        self._random_octets = random_octets
        self._dedicated = dedicated

    def associate(self, conformance=initiate.CONFORMANCE):
        """The dialogue of wire/dialogue.py that opens the association and proposes these bits."""
        challenge = dedicated_key = b""
        if self.credentials.is_high():
            challenge = self._random_octets(_CHALLENGE_OCTETS)
        if self._dedicated:
            dedicated_key = self._random_octets(self._dedicated)
        return dialogue.associate_as(
            self.credentials, challenge, dedicated_key=dedicated_key, conformance=conformance
        )

    def is_new(self):
        """Whether the counter has never been used here: the meter may have heard greater ones."""
        return self.counter is not None and self.counter.is_new()

    def go_above(self, number):
        """The meter takes counters above `number` only: whether ours was behind. NotAuthenticated
        if there are as good as none: the key is used up, or that is not the truth."""
        if number > COUNTER_MAX - _COUNTERS_LEFT_MIN:
            raise NotAuthenticated(f"auth {self.name}: invocation counter {number} leaves none")
        return self.counter.raise_to(number + 1)

    def is_to_blame(self, error):
        """Whether a failure of the association is about our password, key or counter."""
        if isinstance(error, NoReply):
            return self.counter is not None  # what they cannot decipher, most meters ignore
        if isinstance(error, DecipherError):
            return not isinstance(error, CounterError)  # that is right, but was sent before
        if not isinstance(error, dialogue.AssociationRefused):
            return False
        if error.diagnostic in (_NO_DIAGNOSTIC, _NO_REASON, None):
            return self.name != "none"
        return error.diagnostic in _OF_MECHANISM
