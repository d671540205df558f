"""`hes certificates`: a certification authority of one's own, for a trial of TLS.

It signs one certificate for the HES and one for each DCU. For the field take the utility's: the
key of this authority lies beside what it has signed.
"""

import datetime
import ipaddress
import os
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hes_stub.errors import GOOD, HesError

VALID_DAYS = 3650
_HERE = ["127.0.0.1"]
_BEFORE = datetime.timedelta(days=1)  # clocks differ
_USES = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]


class Pair:
    """A certificate and its key."""

    def __init__(self, certificate, key):
        self.certificate = certificate
        self.key = key

    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self):
        kind, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, kind, no_password)


def issue(name, hosts=(), signer=None, first=None, last=None, is_ca=False):
    """A Pair; without `signer` it has signed itself.

    hosts        DNS names and IP addresses that a server is known by
    first, last  datetimes between which it is valid; None: from yesterday for VALID_DAYS
    """
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.timezone.utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.certificate.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first or now - _BEFORE)
        .not_valid_after(last or now + datetime.timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
        made = made.add_extension(names, critical=False)
    if not is_ca:
        made = made.add_extension(x509.ExtendedKeyUsage(_USES), critical=False)
    return Pair(made.sign(signer.key if signer else key, hashes.SHA256()), key)


def _general_name(host):
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def make(options):
    """Writes the files; HesError when one of them is there already."""
    folder = pathlib.Path(options.folder)
    hosts = options.host or _HERE
    authority = issue("opendcu trial CA", is_ca=True)
    try:
        pairs = {"ca": authority, "hes": issue(hosts[0], hosts, authority)}
    except ValueError as error:
        raise HesError(f"--host {' '.join(hosts)}: {error}; give a name of up to 64 letters")
    for terminal in options.terminal:
        pairs[terminal] = issue(terminal, (), authority)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, pair in pairs.items():
            _write(folder / f"{name}.pem", pair.pem(), 0o644)
            _write(folder / f"{name}.key", pair.key_pem(), 0o600)
    except FileExistsError as error:
        raise HesError(f"{error.filename} is there already: give an empty folder")
    except OSError as error:
        raise HesError(f"{error.filename}: {error.strerror}; give a folder that can be written")
    print(_next_steps(folder, options.terminal))
    return GOOD


def _write(path, octets, mode):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        file.write(octets)


def _next_steps(folder, terminals):
    ca, mine = folder / "ca.pem", f"{folder / 'hes.pem'} {folder / 'hes.key'}"
    lines = [f"HES: hes serve --tls {mine} --client-ca {ca}"]
    for terminal in terminals:
        keys = f"tls.certificate={folder / terminal}.pem tls.key={folder / terminal}.key"
        lines.append(f"DCU {terminal}: dcu settings set uplink.tls=yes tls.ca={ca} {keys}")
    return "\n".join(lines)
