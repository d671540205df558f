"""A DLMS meter of other make, pydlms, that speaks in general blocks and loses some of them.

A program, never imported: pydlms is under the GPL and runs here in a process of its own.
Usage: services_meter.py PORT MAX_PDU WINDOW LOST; LOST are numbers of blocks, "2,5", or "-".
"""

import sys
import time

from pydlms.apdu.xdlms import Conformance
from pydlms.cosem.data import DlmsData
from pydlms.simulator import example_meter, serve

DATA, METHODS = 1, 9


def main(port, max_pdu, window, lost):
    meter = example_meter(max_pdu=int(max_pdu))
    known = Conformance.default_ln() | Conformance.GENERAL_BLOCK_TRANSFER | Conformance.ACCESS
    meter.conformance = known
    meter.gbt_window = int(window)
    numbers = {int(each) for each in lost.split(",") if each != "-"}
    meter.drop_gbt_blocks, meter.drop_gbt_requests = set(numbers), set(numbers)
    for number in (1, 2, 3):
        meter.add_object(DATA, f"0.0.128.{number}.0.255", {2: DlmsData.octet_string(b"")})
    meter.add_method(METHODS, "0.0.10.1.0.255", 1, lambda meter, parameters: parameters)
    server = serve(meter, "127.0.0.1", int(port))
    print("listening", flush=True)
    time.sleep(120)
    server.shutdown()


main(*sys.argv[1:])
