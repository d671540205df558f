"""Asks a meter with pydlms for what a test wants and prints it as one line of JSON.

A program, never imported: pydlms-client is under the GPL and runs here in a process of its own.
Usage: pydlms_reader.py PORT ADDRESS JSON, see `main` for what the JSON may say.
"""

import json
import sys

from pydlms.client import AccessGet, DlmsClient
from pydlms.cosem.data import CompactArray, DlmsData
from pydlms.cosem.enums import DataAccessResult, DataType
from pydlms.hdlc.connection import HdlcParameters
from pydlms.security.context import SecurityContext
from pydlms.security.ec import load_public_key
from pydlms.security.general import KeyInfo

REGISTER, CLOCK = ("1.0.1.8.0.255", 3, 2), ("0.0.1.0.0.255", 8, 2)
UNDEFINED = ("1.0.9.9.9.255", 3, 2)
PROFILE, IMAGE = "1.0.99.1.0.255", "0.0.44.0.0.255"


def key(first, size):
    return bytes((first + n) & 0xFF for n in range(size))


def security(how):
    suite = how.get("suite", 0)
    size = 32 if suite == 2 else 16
    return SecurityContext(
        key(how.get("first", 0), size),
        key(0xD0, size),
        b"PYD\x00\x00\x00\x00\x01",
        invocation_counter=how.get("counter", 1),
        suite=suite,
        policy=how.get("policy", 0x30),
        master_key=key(0x31, size),
    )


def settings(how):
    """The arguments of pydlms for one association."""
    given = {"mechanism": how.get("mechanism", 0), "password": how.get("secret")}
    if how.get("ciphered"):
        given["security"] = security(how)
        given["protection"] = how.get("protection", "glo")
        given["use_dedicated_key"] = bool(how.get("dedicated"))
        given["key_info"] = KeyInfo(how.get("key_info", "identified"))
    if how.get("mechanism") == 7:
        from cryptography.hazmat.primitives.asymmetric import ec

        curve = ec.SECP256R1() if how["suite"] == 1 else ec.SECP384R1()
        given["signing_key"] = ec.derive_private_key(int(how["own_key"], 16), curve)
        public = bytes.fromhex(how["meter_key"])
        given["server_public_key"] = load_public_key(how["suite"], public)
    if how.get("mechanism", 0) > 2 and not how.get("ciphered"):
        given["client_system_title"] = b"PYD\x00\x00\x00\x00\x01"
    for name in ("gbt_window", "propose_gbt", "propose_access", "use_gbt", "max_receive_pdu_size"):
        if name in how:
            given[name] = how[name]
    return given


def ask(meter, how):
    found = {"register": int(meter.get(*REGISTER).value)}
    found["listed"] = [plain(one) for one in meter.get_many([REGISTER, CLOCK, UNDEFINED])]
    if how.get("profile"):
        rows = meter.get(PROFILE, 7, 2).value
        rows = rows.items if isinstance(rows, CompactArray) else rows
        found["rows"] = len(rows)
        found["imports"] = [int(row.value[2].value) for row in rows[-96:]]
    if how.get("access"):
        wanted = [AccessGet(*REGISTER), AccessGet(*UNDEFINED)]
        found["access"] = [outcome.ok for outcome in meter.access(wanted)]
    if how.get("long_act"):
        identifier = DlmsData(DataType.OCTET_STRING, bytes(700))
        size = DlmsData(DataType.DOUBLE_LONG_UNSIGNED, 1000)
        meter.action(IMAGE, 18, 1, DlmsData(DataType.STRUCTURE, [identifier, size]))
        found["long_act"] = "ok"
    if how.get("new_key"):
        new = key(how["new_key"], 32 if how.get("suite") == 2 else 16)
        meter.transfer_keys({0: new})
        meter.association.security.encryption_key = new
        meter.get(*REGISTER)
    return found


def plain(one):
    """A number, the length of octets, or why there is no value."""
    if not isinstance(one, DlmsData):
        return "UNDEFINED" if one == DataAccessResult.OBJECT_UNDEFINED else str(one)
    return len(one.value) if isinstance(one.value, (bytes, bytearray)) else int(one.value)


def main(path, address, text):
    how = json.loads(text)
    window = how.get("window", 1)
    size = how.get("max_info", 128)
    meter = DlmsClient.serial(
        path,
        9600,
        how.get("client", 1),
        1,
        int(address),
        timeout=2,
        address_size=2,
        hdlc_parameters=HdlcParameters(size, size, window, window),
        **settings(how),
    )
    with meter:
        print(json.dumps(ask(meter, how)))


if __name__ == "__main__":
    main(*sys.argv[1:])
