"""A reader that ciphers, for one association with a simulated meter at a time.

It makes and opens its APDUs with AESGCM of `cryptography` and what is written here, so that
the meter is not held against its own code.
"""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from tests.meter_sim.reader import CLIENT, CONFORMANCE, Reader

TITLE = b"TST\x00\x00\x00\x00\x09"
METER_TITLE = b"SIM\x00\x00\x00\x00\x11"
CHALLENGE = bytes(range(100, 116))
GLO = {0x01: 0x21, 0xC0: 0xC8, 0xC1: 0xC9, 0xC3: 0xCB}
DED = {0xC0: 0xD0, 0xC1: 0xD1, 0xC3: 0xD3}
ANSWERS = {0x28: 0x08, 0xCC: 0xC4, 0xCD: 0xC5, 0xCF: 0xC7, 0xD4: 0xC4, 0xD5: 0xC5, 0xD7: 0xC7}
REPLY = bytes.fromhex("c301c1000f0000280000ff0101")


def key(first, size=16):
    return bytes((first + n) & 0xFF for n in range(size))


GUEK, GBEK, GAK, KEK = key(0x00), key(0x0F), key(0xD0), key(0x31)
DEDICATED = key(0xA0)


def size_of(count):
    assert count < 0x10000
    return bytes((count,)) if count < 0x80 else b"\x82" + count.to_bytes(2, "big")


def sealed(guek, gak, title, counter, control, plain):
    """SC || IC || text || tag of 12 octets."""
    nonce = title + counter.to_bytes(4, "big")
    head, aad = bytes((control,)) + counter.to_bytes(4, "big"), bytes((control,)) + gak
    if control & 0x30 == 0x30:
        return head + AESGCM(guek).encrypt(nonce, plain, aad)[:-4]
    if control & 0x30 == 0x10:
        return head + plain + AESGCM(guek).encrypt(nonce, b"", aad + plain)[:12]
    return head + AESGCM(guek).encrypt(nonce, plain, b"")[:-16]


class SecureReader(Reader):
    """`counter` is the one used last; `control`, `form` say how it protects."""

    def __init__(self, meter, counter=0, control=0x30, form="glo", wrapped=False, guek=GUEK):
        super().__init__(meter, CLIENT)
        self.counter, self.form, self.guek = counter, form, guek
        self.security_control = control
        self.wrapped = wrapped
        self.heard = []  # counters of the meter, in the order of its answers

    def protect(self, plain, form=None, counter=None):
        form = form or self.form
        if counter is None:
            self.counter += 1
            counter = self.counter
        content_key = DEDICATED if form == "ded" else key(0x77) if self.wrapped else self.guek
        content = sealed(content_key, GAK, TITLE, counter, self.security_control, plain)
        body = size_of(len(content)) + content
        if form == "general-glo":
            return b"\xdb\x08" + TITLE + body
        if form == "general":
            info = b"\x01\x01\x00\x18" + aes_key_wrap(KEK, key(0x77))
            info = info if self.wrapped else b"\x01\x00\x00"
            return b"\xdd\x01\x07\x08" + TITLE + b"\x08" + METER_TITLE + b"\x00\x00" + info + body
        return bytes(((DED if form == "ded" else GLO)[plain[0]],)) + body

    def unprotect(self, apdu):
        """The plain answer; its tag must be right."""
        tag, rest = apdu[0], apdu[1:]
        content_key = DEDICATED if 0xD4 <= tag <= 0xD7 else self.guek
        if tag == 0xDB:
            assert rest[:9] == b"\x08" + METER_TITLE
            rest = rest[9:]
        elif tag == 0xDD:
            assert (
                rest[:2] == b"\x01\x07" and rest[2:20] == b"\x08" + METER_TITLE + b"\x08" + TITLE
            )
            rest = rest[22 + (28 if self.wrapped else 3) :]
            content_key = key(0x77) if self.wrapped else self.guek
        content = rest[3:] if rest[0] == 0x82 else rest[2:] if rest[0] == 0x81 else rest[1:]
        control, counter = content[0], int.from_bytes(content[1:5], "big")
        plain = self._plain(content_key, control, counter, content[5:])
        assert ANSWERS.get(tag, plain[0]) == plain[0]
        self.heard.append(counter)
        return plain

    def _plain(self, content_key, control, counter, text):
        stream = sealed(content_key, GAK, METER_TITLE, counter, 0x20, bytes(len(text)))[5:]
        body = text[:-12] if control & 0x10 else text
        if control & 0x20:
            body = bytes(a ^ b for a, b in zip(body, stream))
        again = sealed(content_key, GAK, METER_TITLE, counter, control, body)
        assert again[5:] == text, "the tag is wrong"
        return body

    def says(self, apdu):
        """The answer, or None for a meter that says nothing."""
        said = self.send(apdu)
        if said[0].control & 1:
            return None
        assert not said[0].segmented and said[0].information[:3] == b"\xe6\xe7\x00"
        self.received = (self.received + 1) % 8
        return said[0].information[3:]

    def aarq(self, mechanism=5, value=CHALLENGE, dedicated=b"", conformance=CONFORMANCE):
        given = b"\x01" + bytes((len(dedicated),)) + dedicated if dedicated else b"\x00"
        initiate = b"\x01" + given + b"\x00\x00\x06\x5f\x1f\x04"
        initiate += conformance.to_bytes(4, "big") + b"\xff\xff"
        said = self.protect(initiate, "glo")
        parts = bytes.fromhex("a109060760857405080103a60a0408") + TITLE
        parts += bytes.fromhex("8a0207808b07608574050802") + bytes((mechanism,))
        parts += bytes((0xAC, len(value) + 2, 0x80, len(value))) + value
        parts += bytes((0xBE, len(said) + 2, 4, len(said))) + said
        return b"\x60" + size_of(len(parts)) + parts

    def begin(self, **how):
        """Connected and asked for an association: the AARE, or None."""
        self.connect(1024)
        return self.says(self.aarq(**how))

    def prove(self, aare):
        """GMAC both ways; the meter's proof must be right."""
        at = aare.index(b"\xaa")
        challenge = aare[at + 4 : at + 4 + aare[at + 3]]
        self.counter += 1
        mac = sealed(self.guek, GAK, TITLE, self.counter, 0x10, challenge)
        proof = mac[:5] + mac[-12:]
        answer = self.ask_plain(REPLY + b"\x09\x11" + proof)
        assert answer[:8] == b"\xc7\x01\xc1\x00\x01\x00\x09\x11", answer.hex()
        counter = int.from_bytes(answer[9:13], "big")
        right = sealed(self.guek, GAK, METER_TITLE, counter, 0x10, CHALLENGE)
        assert answer[8:] == right[:5] + right[-12:]
        self.heard.insert(-1, counter)  # it was made before its protection

    def ask_plain(self, plain, form=None):
        return self.unprotect(self.ask(self.protect(plain, form)))

    def open(self, **how):
        aare = self.begin(**how)
        assert b"\xa2\x03\x02\x01\x00" in aare, aare.hex()
        at = aare.index(b"\xaa") + 20  # what follows a challenge of 16 octets
        assert aare[at : at + 1] == b"\xbe"
        information = aare[at + 4 :]
        assert self.unprotect(information)[0] == 8
        self.prove(aare)
        return self
