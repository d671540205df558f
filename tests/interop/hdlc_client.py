"""A DLMS client of other make, pydlms, at the DCU's local port: long requests and answers.

A program, never imported: pydlms is under the GPL and runs here in a process of its own.
Usage: hdlc_client.py TTY PHYSICAL WINDOW PASSWORD. Prints as JSON: the windows that were agreed,
how many objects are listed, and why a SET of a long octet-string to a number is refused.
"""

import json
import sys

from pydlms.association import Mechanism
from pydlms.client import DlmsClient
from pydlms.cosem.data import DlmsData
from pydlms.exceptions import ServiceError
from pydlms.hdlc.connection import HdlcParameters

DATA, ASSOCIATION = 1, 15
ALARM_FILTER = "0.0.97.98.10.255"
LONG = 1000  # octets: more than a window of frames of 128
SPEED = 115200
MANAGEMENT = 1


def main(path, physical, window, password):
    wanted = HdlcParameters(window_tx=int(window), window_rx=int(window))
    client = DlmsClient.serial(
        path,
        SPEED,
        MANAGEMENT,
        1,
        int(physical),
        hdlc_parameters=wanted,
        mechanism=Mechanism.LLS,
        password=password,
    )
    client.connect()
    try:
        agreed = client.link.negotiated
        listed = client.get("0.0.40.0.0.255", ASSOCIATION, 2)
        refused = ""
        try:
            client.set(ALARM_FILTER, DATA, 2, DlmsData.octet_string(bytes(LONG)))
        except ServiceError as error:
            refused = str(error)
        print(json.dumps([agreed.window_tx, agreed.window_rx, len(listed.value), refused]))
    finally:
        client.close()


main(*sys.argv[1:])
