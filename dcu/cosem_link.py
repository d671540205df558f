"""COSEM objects of the uplink: what has gone over it, by day and by month.

Reference: IEC 62056-6-2, class_id 1 (Data); the logical names are of the utility-specific range.
"""

import json

from dcu.cosem_row import data_row
from wire import axdr


def link_rows(dcu):
    def status():
        return axdr.octets(json.dumps(dcu.uplink.status()).encode())

    name = "the uplink; by bearer, day and month: octets, logins, failures, time online, signal"
    return (data_row("0.0.96.132.1.255", name, "octet-string, JSON", status),)
