"""A DLMS client of other make, pydlms, that uses every service for objects that keep what is set.

A program, never imported: pydlms is under the GPL and runs here in a process of its own.
Usage: services_client.py PORT BLOCKS MAX_PDU WINDOW; BLOCKS is "general" or "service". Prints
the outcomes as JSON.
"""

import json
import sys

from pydlms.client import AccessAction, AccessGet, AccessSet, DlmsClient
from pydlms.cosem.data import DlmsData

SIZES = (10, 100, 1000, 5000)
DATA, METHODS = 1, 9
LIMIT_S = 5.0


def slot(number):
    return f"0.0.128.{number}.0.255"


def echo(number):
    return f"0.0.10.{number}.0.255"


def octets(size):
    return DlmsData.octet_string(bytes([at & 0xFF for at in range(size)]))


def long_ones(client):
    """Whether each is got back as it was sent."""
    same = []
    for size in SIZES:
        client.set(slot(1), DATA, 2, octets(size))
        same.append(client.get(slot(1), DATA, 2) == octets(size))
        same.append(client.action(echo(1), METHODS, 1, octets(size)) == octets(size))
    return all(same)


def lists(client):
    some = [(slot(number), DATA, 2, octets(60)) for number in (1, 2, 3, 4)]
    was_set = [int(each) for each in client.set_many(some)]
    got = client.get_many([(slot(number), DATA, 2) for number in (1, 3, 4)])
    performed = client.action_many([(echo(n), METHODS, 1, octets(20)) for n in (1, 3, 2)])
    return [
        was_set,
        [each == octets(60) or int(each) for each in got],
        [each == octets(20) or int(each) for each in performed],
    ]


def access(client):
    asked = [AccessGet(slot(1), DATA, 2), AccessGet(slot(3), DATA, 2)]
    asked += [
        AccessSet(slot(5), DATA, 2, octets(30)),
        AccessAction(echo(1), METHODS, 1, octets(9)),
    ]
    return [each.ok for each in client.access(asked)]


def main(port, blocks, max_pdu, window):
    general = blocks == "general"
    client = DlmsClient.tcp(
        "127.0.0.1",
        int(port),
        16,
        1,
        timeout=LIMIT_S,
        max_receive_pdu_size=int(max_pdu),
        propose_gbt=general,
        gbt_window=int(window),
        propose_access=True,
    )
    client.connect()
    try:
        print(json.dumps([long_ones(client), lists(client), access(client)]))
    finally:
        client.close()


main(*sys.argv[1:])
