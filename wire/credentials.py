"""How a client makes itself known to a server, and is known by it: the same for both roles.

A secret given is never shown: this has no text form.
"""

from wire import association, hls


class Credentials:
    """For one client and one server.

    mechanism     NONE to HLS_ECDSA of wire/association.py
    secret        octets: the password of LLS, the secret of mechanisms 2, 3, 4 and 6
    security      wire/protection.py, for what needs keys or titles: mechanisms 2, 5, 6 and 7, and
                  the ciphered context; else None
    is_ciphered   whether the association has the context LN with ciphering
    signing       (own private key, peer's public key) as hal/cipher.py wants them: mechanism 7
    manufacturer  how mechanism 2 answers a challenge, which is not standard: see wire/hls.py
    """

    def __init__(
        self,
        mechanism=association.NONE,
        secret=b"",
        security=None,
        is_ciphered=False,
        signing=None,
        manufacturer=hls.aes_ecb,
    ):
        assert security or not (is_ciphered or mechanism in _NEED_SECURITY)
        needs_key = is_ciphered or mechanism == association.HLS_GMAC
        assert security.unicast if needs_key else True
        assert signing or mechanism != association.HLS_ECDSA
        self.mechanism = mechanism
        self.secret = secret
        self.security = security
        self.is_ciphered = is_ciphered
        self.signing = signing
        self.manufacturer = manufacturer

    def is_high(self):
        """Whether both sides prove themselves, by challenges."""
        return self.mechanism not in (association.NONE, association.LLS)

    def context(self):
        return association.LN_CIPHERED if self.is_ciphered else association.LN


_NEED_SECURITY = (association.HLS,) + association.WITH_TITLE
