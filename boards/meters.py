"""Constructs the driver of a meter from its row in the archive. Wiring only.

The rounds and the readings on demand share one driver for each meter, and with it an association
that may stay open between them. The HES, in transparent access, brings its own.
"""

from boards.logins import login_of
from dcu.schema import PLC
from drivers.dlms_meter import DlmsMeter
from drivers.hdlc_meter_link import HdlcMeterLink
from drivers.read_counter import read_counter
from wire.hdlc_address import CLIENT_PUBLIC


class Meters:
    """
    buses      by channel
    settings   with get(key)
    learned    dcu/learned.py
    counters   dcu/counters.py
    title      function -> the system title of the DCU
    notified   function(record, notification): octets of what a meter says unasked to our requests
    holds      dcu/hold.py, of refused credentials
    plc        the network behind the module slot, dcu/plc.py; or None
    """

    def __init__(self, buses, settings, learned, counters, title, holds, notified=None, plc=None):
        self._buses = buses
        self._settings = settings
        self._learned = learned
        self._counters = counters
        self._title = title
        self._holds = holds
        self._notified = notified
        self._plc = plc
        self._shared = {}  # (row, driver) by MP, which the archive bounds

    def open_meter(self, record, client=None, logical=None):
        """The driver: the shared one, or one of its own for another client or logical device."""
        if client is not None or logical is not None:
            return DlmsMeter(self._link(record, client or record.client, logical))
        row, driver = self._shared.get(record.mp, (None, None))
        if row is not record:  # new, or changed in the archive
            driver = self._own(record)
            self._shared[record.mp] = (record, driver)
        return driver

    def _own(self, record):
        link = self._link(record, record.client, record.logical)
        return DlmsMeter(
            link,
            login_of(record, self._title(), self._counters),
            release=record.release,
            known=self._learned.of(record.mp),
            hold=self._holds.of(record),
            read_counter=self._counter_reader(record),
            unasked=self._notified and (lambda apdu: self._notified(record, apdu)),
        )

    def _counter_reader(self, record):
        """By an association of its own, of the public client; None where nothing is counted."""
        if not record.ek:
            return None
        public = DlmsMeter(self._link(record, CLIENT_PUBLIC, record.logical))
        return lambda attempts, urgent: read_counter(public, attempts, urgent)

    def _link(self, record, client, logical):
        logical = record.logical if logical is None else logical
        if record.channel == PLC:
            plc = self._plc
            return plc.module.link(record.place(), lambda: plc.node(record), client, logical)
        return HdlcMeterLink(
            self._buses[record.channel],
            record.address,
            client,
            logical,
            record.octets,
            attempts=self._settings.get("meter.attempts"),
            reply_ms=record.reply_ms,
            quiet_ms=record.gap_ms,
            known=self._learned.of(record.mp),
            inactivity_ms=1000 * self._settings.get("meter.inactivity_s"),
            called=record.called if record.entry == "mode-e" else None,
        )
