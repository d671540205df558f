"""Who may associate: what each client must bring, and when the meter stops listening to it."""

import hmac
from collections import namedtuple

from meter_sim import acse, hls

# ciphered: the context must be LN with ciphering; public: may only read, and not everything
Client = namedtuple("Client", ("mechanism", "ciphered", "public"))

TITLE_UNKNOWN = 3  # calling-AP-title-not-recognized
LOCKED_S = 900
TITLED = (hls.GMAC, hls.SHA256, hls.ECDSA)  # their proofs are over the titles


class Gate:
    """The door of one client. After `locks_after` wrong secrets in a row (0: never) it stays
    shut for LOCKED_S, also to the right one."""

    def __init__(self, client, password, locks_after=0):
        self.client = client
        self._password = password
        self._locks_after = locks_after
        self._in_a_row = 0
        self._locked_until_s = 0
        self.wrong = 0  # how often in all

    def mismatch(self, proposal):
        """The diagnostic of a context or mechanism that is not this client's, or 0."""
        client, mechanism = self.client, proposal.mechanism
        if proposal.context != (acse.CIPHERING if client.ciphered else acse.NO_CIPHERING):
            return acse.CONTEXT_UNKNOWN
        if mechanism != client.mechanism:
            return acse.MECHANISM_UNKNOWN if mechanism else acse.MECHANISM_REQUIRED
        return 0

    def objection(self, proposal, utc_s):
        """The diagnostic of a wrong secret, or 0. Proofs of HLS come later: `failed`, `passed`."""
        mechanism = proposal.mechanism
        if self.is_locked(utc_s):
            return acse.WRONG_PASSWORD
        if mechanism == acse.LLS:
            return self._password_wrong(proposal.value, utc_s)
        return _challenge_wrong(proposal) if mechanism in hls.MECHANISMS else 0

    def _password_wrong(self, value, utc_s):
        if not hmac.compare_digest(value, self._password):
            self.failed(utc_s)
            return acse.WRONG_PASSWORD
        self.passed()
        return 0

    def is_locked(self, utc_s):
        return utc_s < self._locked_until_s

    def failed(self, utc_s):
        self.wrong += 1
        self._in_a_row += 1
        if self._in_a_row == self._locks_after:
            self._locked_until_s = utc_s + LOCKED_S
            self._in_a_row = 0

    def passed(self):
        self._in_a_row = 0


def _challenge_wrong(proposal):
    low, high = acse.CHALLENGE_OCTETS
    if not low <= len(proposal.value) <= high:
        return acse.WRONG_PASSWORD
    titled = len(proposal.title) == acse.TITLE_OCTETS
    return 0 if titled or proposal.mechanism not in TITLED else TITLE_UNKNOWN
