"""Connects the DCU as a DLMS server: to the HES it dials, to who dials it, and to its local port.

Wiring only, as boards/wiring.py.
"""

from boards.modem import bearer_of
from dcu import cosem, live, push
from dcu.alarm_codes import AUTHENTICATION_FAILURE
from dcu.bearers import Ethernet
from dcu.cosem_row import MANAGEMENT
from dcu.gdw import Gdw
from dcu.gdw_report import report_events
from dcu.gdw_task_report import report_tasks
from dcu.listen import TcpListener, let_in
from dcu.listen_udp import UdpListener
from dcu.secure import Secure
from dcu.session import Faces
from dcu.tally import Tally
from dcu.uplink import Uplink
from drivers.hdlc_station import HdlcStation
from drivers.line import Line
from hal import datagrams, net
from hal.token import random_octets
from storage.slots import Slots
from wire.server import ServerAssociation

_CHALLENGE_OCTETS = 16
_BLOCKS_IN_A_ROW = 4  # of general block transfer, on a stream
_BLOCKS_IN_TURN = 1  # on a line where one talks at a time


def uplink(dcu, objects, ethernet=None):
    """Who was dialled is known: management may need no password.

    ethernet   dcu/bearers.py Ethernet, if it is not to be the machine's
    """

    def confirmed(client, number):
        if client == MANAGEMENT:
            dcu.alarms.push_confirmed = number

    def serve():
        return _server(dcu, objects, _all(dcu), _BLOCKS_IN_A_ROW, confirmed)

    def serve_callers():
        return _server(dcu, objects, _with_passwords(dcu), _BLOCKS_IN_A_ROW, confirmed)

    def told(code, mp, text):
        dcu.alarms.raise_alarm(code, mp, text)

    gdw = _gdw_of(dcu)
    network = ethernet or _ethernet()

    return Uplink(
        dcu.settings,
        dcu.clock,
        dcu.log,
        {"ethernet": network, "modem": bearer_of(dcu, network)},
        Faces(serve, serve_callers, dcu.transparent.serve, gdw, _pushes(dcu, gdw)),
        Tally(Slots(dcu.files, "tally", dcu.damage), dcu.clock, dcu.settings.get, told),
        Secure(dcu.settings, dcu.clock, told),
    )


def _ethernet():
    return Ethernet(net.connect, datagrams.connect, net.serve, net.answers)


def _pushes(dcu, gdw):
    """What runs beside each registered session."""

    def push_alarms(session):
        return push.push_alarms(session, dcu.alarms, dcu.settings, dcu.clock, dcu.cosem_keys.seal)

    def push_live(session):
        return live.push_live(session, live.feeds_of(dcu), dcu.clock, dcu.cosem_keys.seal)

    def report(session):
        return report_events(session, gdw, dcu.settings, dcu.clock)

    def report_by_task(session):
        return report_tasks(session, gdw, dcu.settings, dcu.clock)

    return push_alarms, push_live, report, report_by_task


def _gdw_of(dcu):
    def octets(period):
        rows = [row for row in dcu.uplink.tally.status() if row["period"] == period]
        return sum([row["sent"] + row["received"] for row in rows])

    return Gdw(dcu, octets, lambda name: Slots(dcu.files, name, dcu.damage))


def listeners(dcu, objects):
    """Server mode, over TCP and over UDP."""

    def serve():
        return _server(dcu, objects, _with_passwords(dcu))

    def passing():
        return dcu.transparent.serve if dcu.settings.get("server.gateway") == "yes" else None

    return (
        TcpListener(dcu.settings, dcu.clock, dcu.log, net.serve, serve, passing),
        UdpListener(dcu.settings, dcu.clock, dcu.log, net.open_udp, serve, passing),
    )


def local(dcu, objects, open_port, report):
    """Server mode over HDLC, on the local port."""
    settings = dcu.settings

    def serve():
        return _server(dcu, objects, _with_passwords(dcu), _BLOCKS_IN_TURN)

    def say(text):
        dcu.log("local port", text)

    return HdlcStation(
        "local port",
        open_port,
        dcu.clock,
        settings.get("local.address"),
        serve,
        report,
        say,
        Line(int(settings.get("local.baud")), settings.get("local.parity")),
    )


def _all(dcu):
    return lambda: cosem.clients(dcu.settings, dcu.cosem_keys)


def _with_passwords(dcu):
    return lambda: let_in(cosem.clients(dcu.settings, dcu.cosem_keys))


def _unasked(client, number):
    """Only who is pushed to has something to confirm."""


def _server(dcu, objects, clients, window=_BLOCKS_IN_A_ROW, on_confirm=_unasked):
    def failed(client, mechanism):
        text = f"client {client}, mechanism {mechanism}, did not prove who it is"
        dcu.alarms.raise_alarm(AUTHENTICATION_FAILURE, 0, text)

    known = cosem.Clients(clients)
    return ServerAssociation(objects, known, window, _challenge, failed, on_confirm)


def _challenge():
    return random_octets(_CHALLENGE_OCTETS)
