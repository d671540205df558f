"""Makes the certificates of tests/tls anew: python -m tests.make_certificates

Most are valid from 2000 to 2100, as MicroPython holds them against the clock of the machine.
"""

import datetime
import pathlib

from cryptography.hazmat.primitives import serialization

from hes_stub.certificates import issue

FOLDER = pathlib.Path(__file__).parent / "tls"
HOSTS = ("hes.example", "127.0.0.1")


def _year(number):
    return datetime.datetime(number, 1, 1, tzinfo=datetime.timezone.utc)


def _issue(name, hosts=(), signer=None, years=(2000, 2100), is_ca=False):
    return issue(name, hosts, signer, _year(years[0]), _year(years[1]), is_ca)


def _pairs():
    ca, other = _issue("CA", is_ca=True), _issue("other CA", is_ca=True)
    between = _issue("between", (), ca, is_ca=True)
    return {
        "ca": ca,
        "other-ca": other,
        "between": between,
        "hes": _issue("hes.example", HOSTS, ca),
        "elsewhere": _issue("elsewhere.example", ("elsewhere.example",), ca),
        "expired": _issue("hes.example", HOSTS, ca, (2000, 2001)),
        "future": _issue("hes.example", HOSTS, ca, (2099, 2100)),
        "itself": _issue("hes.example", HOSTS),
        "foreign": _issue("hes.example", HOSTS, other),
        "below": _issue("hes.example", HOSTS, between),
        "dcu": _issue("07310001", (), ca),
        "dcu-foreign": _issue("07310001", (), other),
        "dcu-expired": _issue("07310001", (), ca, (2000, 2001)),
    }


def make():
    pairs = _pairs()
    for name, pair in pairs.items():
        (FOLDER / f"{name}.pem").write_bytes(pair.pem())
        (FOLDER / f"{name}.key").write_bytes(pair.key_pem())
    chain = pairs["below"].pem() + pairs["between"].pem()
    (FOLDER / "chain.pem").write_bytes(chain)
    (FOLDER / "both-ca.pem").write_bytes(pairs["other-ca"].pem() + pairs["ca"].pem())
    key, pem = pairs["dcu"].key, serialization.Encoding.PEM
    old, plain = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    (FOLDER / "dcu-old.key").write_bytes(key.private_bytes(pem, old, plain))
    locked = serialization.BestAvailableEncryption(b"secret")
    for name, kind in (("locked", serialization.PrivateFormat.PKCS8), ("locked-old", old)):
        (FOLDER / f"{name}.key").write_bytes(key.private_bytes(pem, kind, locked))


if __name__ == "__main__":
    make()
