"""Our codecs beside gurux-dlms, pydlms-client and dlms-cosem, each a process, on the same octets.

A figure stands only when the program gave the value that the octets were made from. The programs
take turns; of each the median of ROUNDS medians counts, so that a busy moment hits them alike.
"""

import json
import os
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.conftest import ROOT, micropython
from wire import axdr
from wire.crc import by_octets

ROUNDS = 3
ROWS, CHANNELS = 96, 8
STAMP = bytes.fromhex("07e90b16ff00000000ffff00")
COUNTER, TITLE = bytes.fromhex("01234567"), bytes.fromhex("4d4d4d0000bc614e")
EK, AK = bytes(range(16)), bytes(range(0xD0, 0xE0))
TAG = 12
WANTED = {  # how many times as fast as the fastest of them
    "get": ("GET-response decode", 1.5),
    "profile": (f"profile decode, {ROWS} rows x {CHANNELS} channels", 1.5),
    "seal": ("AES-GCM encrypt, APDU of 128 octets", 1.0),
    "open": ("AES-GCM decrypt, APDU of 128 octets", 1.0),
    "fcs": ("FCS over 1 KB", 1.5),
}
PEERS = ("gurux-dlms", "pydlms-client", "dlms-cosem")


def main():
    cases, truth = _cases()
    taken = {name: [] for name in _programs()}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({name: octets.hex() for name, octets in cases.items()}, file)
        file.flush()
        for _ in range(ROUNDS):
            for name, words in _programs().items():
                taken[name].append(_run([*words, file.name]))
    for case, (title, wanted) in WANTED.items():
        print(f"{title}:")
        _show(case, wanted, taken, truth[case])


def _programs():
    found = {"ours": [sys.executable, "bench/codec_ours.py"]}
    for name, file in zip(PEERS, ("gurux", "pydlms", "dlms_cosem"), strict=True):
        found[name] = [sys.executable, f"bench/peer_{file}.py"]
    if micropython():
        found["ours, MicroPython"] = [micropython(), "-X", "heapsize=8M", "bench/codec_ours.py"]
    return found


def _run(words):
    environment = {**os.environ, "PYTHONPATH": ".", "MICROPYPATH": ".:.frozen"}
    done = subprocess.run(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _show(case, wanted, taken, truth):
    spent_us = {}
    for name, rounds in taken.items():
        if all(found[case][1] == truth for found in rounds):
            spent_us[name] = sorted(found[case][0] for found in rounds)[ROUNDS // 2] / 1000
        else:
            print(f"  {name:<18} void: another value than was put in")
    ours_us = spent_us.get("ours")
    for name, us in spent_us.items():
        beside = f"  {us / ours_us:7.2f} x ours" if ours_us else ""
        print(f"  {name:<18} {us:10.2f} us{beside}")
    peers = [spent_us[name] for name in PEERS if name in spent_us]
    if peers and ours_us:
        ratio = min(peers) / ours_us
        print(f"  {ratio:.2f} times as fast as the fastest of them; wanted {wanted}")


def _cases():
    """({name: octets}, {name: what they mean, as JSON has it})"""
    rows = [[STAMP, *[row * 1_000 + n for n in range(CHANNELS)]] for row in range(ROWS)]
    profile = axdr.array([_row(*row) for row in rows])
    plain = bytes(range(128))
    sealed = AESGCM(EK).encrypt(TITLE + COUNTER, plain, b"\x30" + AK)[: len(plain) + TAG]
    cases = {
        "get": bytes.fromhex("c401c1000600012345"),
        "profile": bytes.fromhex("c401c100") + profile,
        "fcs": bytes(range(256)) * 4,
        "plain": plain,
        "sealed": sealed,
    }
    truth = {
        "get": 0x12345,
        "profile": [[stamp.hex(), *values] for stamp, *values in rows],
        "seal": sealed.hex(),
        "open": plain.hex(),
        "fcs": by_octets(cases["fcs"]),
    }
    return {**cases, "counter": COUNTER, "title": TITLE, "ek": EK, "ak": AK}, truth


def _row(stamp, *values):
    return axdr.structure([axdr.octets(stamp), *[axdr.u32(value) for value in values]])
