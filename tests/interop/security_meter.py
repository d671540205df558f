"""A DLMS meter of other make, pydlms, whose client 1 has to prove itself, in clear or ciphered.

A program, never imported: pydlms is under the GPL and runs here in a process of its own.
Usage: security_meter.py PORT LINK MECHANISM SUITE SECRET EK AK; LINK is wrapper or hdlc, the
mechanism a number, the suite too or "-" for an association in clear, secret and keys hexadecimal.
"""

import sys
import time

from cryptography.hazmat.primitives.asymmetric import ec
from pydlms.security.context import SecurityContext
from pydlms.simulator import ClientProfile, Mechanism, example_meter, serve

METER_KEY, CLIENT_KEY = 0x1234567, 0x7654321  # private keys on P-256, for mechanism 7
TITLE = b"PYD\x00\x00\x00\x00\x01"


def main(port, link, mechanism, suite, secret, ek, ak):
    ek, ak = bytes.fromhex(ek), bytes.fromhex(ak)
    meter = example_meter(system_title=TITLE)
    meter.encryption_key, meter.authentication_key = ek, ak
    number = 0 if suite == "-" else int(suite)
    meter.security = SecurityContext(ek, ak, client_system_title=TITLE, suite=number)
    profile = ClientProfile(Mechanism(int(mechanism)), bytes.fromhex(secret), suite != "-")
    if profile.mechanism == Mechanism.HLS_ECDSA:
        meter.signing_key = ec.derive_private_key(METER_KEY, ec.SECP256R1())
        own = ec.derive_private_key(CLIENT_KEY, ec.SECP256R1())
        profile.client_public_key = own.public_key()
    meter.clients[1] = profile
    server = serve(meter, "127.0.0.1", int(port), hdlc=link == "hdlc")
    print("listening", flush=True)
    time.sleep(120)
    server.shutdown()


main(*sys.argv[1:])
