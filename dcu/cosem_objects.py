"""All COSEM objects of one DCU, as one table."""

from dcu.cosem import clients
from dcu.cosem_archive import archive_rows
from dcu.cosem_association import association_row
from dcu.cosem_device import device_rows
from dcu.cosem_firmware import firmware_rows
from dcu.cosem_keys import key_rows
from dcu.cosem_link import link_rows
from dcu.cosem_modem import modem_rows
from dcu.cosem_network import network_rows
from dcu.cosem_plc import plc_rows
from dcu.cosem_records import record_rows
from dcu.cosem_settings import settings_rows
from dcu.cosem_setup import setup_rows
from dcu.cosem_tasks import task_rows
from hal.interface import leading_out


def objects_of(dcu, version):
    """The rows of a complete Dcu (dcu/unit.py); see dcu/cosem_row.py."""
    rows = device_rows(dcu, version) + record_rows(dcu) + setup_rows(dcu.settings, dcu.alarms)
    rows += network_rows(leading_out) + settings_rows(dcu.settings)
    rows += archive_rows(dcu) + task_rows(dcu) + link_rows(dcu) + modem_rows(dcu) + plc_rows(dcu)
    rows += key_rows(dcu.cosem_keys, dcu.settings) + firmware_rows(dcu.firmware)
    return (association_row(rows, lambda: clients(dcu.settings, dcu.cosem_keys)),) + rows
