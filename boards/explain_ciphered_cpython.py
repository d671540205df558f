"""Ciphered APDUs in words, and deciphered where the keys are known. No key is ever shown.

Reference: IEC 62056-5-3, protection of APDUs.
"""

from hal import cipher
from wire import association, envelope, initiate
from wire.ciphering import (
    AUTHENTICATED,
    BROADCAST,
    ENCRYPTED,
    KEY_SIZES,
    Above,
    DecipherError,
    Key,
)
from wire.errors import WireError

_FORMS = {
    envelope.GLO: "glo",
    envelope.DED: "ded",
    envelope.GENERAL_GLO: "general-glo",
    envelope.GENERAL_DED: "general-ded",
    envelope.GENERAL: "general",
}
_BITS = ((AUTHENTICATED, "authenticated"), (ENCRYPTED, "encrypted"), (BROADCAST, "broadcast key"))
_SUITE = 0x0F
_TAG = "authentication tag"  # of a reason, that it was wrong
_WRONG = "damaged, or of other keys"
_HEAD = 5  # security control and invocation counter


class Keys:
    """encryption, authentication: octets; b"" when they are not known
    title       of whoever sends; b"" takes those that the conversation tells
    untold      why nothing is deciphered without keys
    """

    def __init__(self, encryption=b"", authentication=b"", title=b"", untold="no keys given"):
        self._untold = untold
        self._encryption = encryption
        self._authentication = authentication or bytes(len(encryption))
        self._hint = "" if authentication else "; it is authenticated, and --ak is not given"
        self._titles = [title] if title else []
        self._dedicated = b""

    def meet(self, octets):
        """An AARQ or AARE may tell a system title."""
        title = getattr(association.decode(octets), "title", b"")
        if title and title not in self._titles:
            self._titles.append(title)

    def plain_or_same(self, octets):
        """User-information deciphered if it is ciphered and can be, else as it is."""
        plain = octets
        if envelope.is_ciphered(octets):
            plain = self.opened(octets)[1] or octets
        try:
            key = getattr(initiate.decode_initiate(plain), "dedicated_key", b"")
        except WireError:
            key = b""  # it is still ciphered
        self._dedicated = key or self._dedicated
        return plain

    def opened(self, octets):
        """({how it is protected}, the APDU in it or b"" without the keys)"""
        found = envelope.decode(octets)
        contents = found.contents
        if len(contents) < _HEAD:
            raise WireError("too short to be ciphered")
        control = contents[0]
        how = {
            "suite": control & _SUITE,
            "protection": ", ".join([name for bit, name in _BITS if control & bit]) or "none",
            "invocation-counter": int.from_bytes(contents[1:_HEAD], "big"),
        }
        if found.title:
            how["system-title"] = found.title.hex()
        plain, trouble = self._tried(found)
        if trouble:
            how[_WRONG if _TAG in trouble else "not deciphered"] = trouble
        return {f"{_FORMS[found.form]}-ciphered": how}, plain

    def _tried(self, found):
        """(plain or b"", why not)"""
        if not self._encryption:
            return b"", self._untold
        titles = [found.title] if found.title else self._titles
        if not titles:
            return b"", "the sender's system title is not known"
        suite = found.contents[0] & _SUITE
        is_dedicated = found.form in (envelope.DED, envelope.GENERAL_DED)
        encryption = self._dedicated if is_dedicated else self._encryption
        if not encryption:
            return b"", "the dedicated key is not known"
        if not len(encryption) == len(self._authentication) == KEY_SIZES.get(suite):
            return b"", f"the keys are not of suite {suite}"
        trouble = ""
        for title in titles:
            try:
                key = Key(cipher, suite, encryption, self._authentication, None, Above())
                return key.open(title, found.contents, 0, found.fields)[1], ""
            except DecipherError as error:
                trouble = error.reason
        return b"", trouble + (self._hint if _TAG in trouble else "")
