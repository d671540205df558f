"""COSEM objects of how the DCU communicates: its ports, server mode, the HES, its pushes.

Setting an attribute is changing a setting, with the same check as everywhere.
Reference: IEC 62056-6-2, class_id 23 (HDLC setup), 29 (Auto connect), 40 (Push setup),
41 (TCP-UDP setup).
"""

from dcu.cosem_network import IPV4_NAME
from dcu.cosem_row import (
    AUTO_CONNECT,
    HDLC_SETUP,
    PROFILE,
    PUSH,
    READERS,
    SCOPE_VIOLATED,
    TCP_UDP_SETUP,
    TYPE_UNMATCHED,
    Method,
    cell,
    row,
    whole,
)
from dcu.listen import IDLE_MS, PEERS_MAX
from dcu.schema import BAUDS, PORTS
from wire import axdr, hdlc_parameters, obis
from wire.hdlc_server import INACTIVITY_MS
from wire.server import Denied

_INTER_OCTET_MS = 25
_MSS = 576  # octets that each host takes: RFC 9293, 3.7.1, without an option
_NO_ADDRESS = 0  # the DCU is the primary station of its ports
_ALWAYS_CONNECTED = 101
_TCP, _A_XDR = 0, 0  # transport and encoding of a push
_TRIES_MAX = 255
_HOSTS = ("hes.main", "hes.sub")


def setup_rows(settings, alarms):
    ports = [_port_row(settings, number) for number in range(1, len(PORTS) + 1)]
    local = (_local_row(settings), _server_row(settings))
    return local + tuple(ports) + (_connect_row(settings), _push_row(settings, alarms))


def _port_row(settings, number):
    """We are the primary station: what each meter agrees to is learned."""
    speed = _speed(settings, f"rs485.{number}.baud")
    cells = _hdlc_cells(speed, hdlc_parameters.DEFAULTS)
    cells[9] = cell("device_address", "u16, 0: primary", lambda: axdr.u16(_NO_ADDRESS))
    name = f"HDLC setup of rs485-{number}"
    return row(HDLC_SETUP, 1, f"0.{number}.22.0.0.255", name, READERS, cells)


def _local_row(settings):
    def address():
        return axdr.u16(settings.get("local.address"))

    def set_address(value):
        settings.put("local.address", str(whole(value, 0, 0xFFFF)))

    most = hdlc_parameters.symmetric(hdlc_parameters.INFO_MAX, hdlc_parameters.WINDOW_MAX)
    cells = _hdlc_cells(_speed(settings, "local.baud"), most)
    cells[9] = cell("device_address", "u16; after a restart", address, set_address)
    return row(HDLC_SETUP, 1, "0.0.22.0.0.255", "HDLC setup of the local port", READERS, cells)


def _speed(settings, key):
    def baud():
        return axdr.enum(BAUDS.index(settings.get(key)))

    def set_baud(value):
        settings.put(key, BAUDS[whole(value, 0, len(BAUDS) - 1)])

    return cell("comm_speed", "enum, 0: 300 to 9: 115200; after a restart", baud, set_baud)


def _hdlc_cells(speed, most):
    """`most`: the Parameters that we negotiate at most."""
    return {
        2: speed,
        3: cell("window_size_transmit", "u8", lambda: axdr.u8(most.window_transmit)),
        4: cell("window_size_receive", "u8", lambda: axdr.u8(most.window_receive)),
        5: cell("max_info_field_length_transmit", "u16", lambda: axdr.u16(most.info_transmit)),
        6: cell("max_info_field_length_receive", "u16", lambda: axdr.u16(most.info_receive)),
        7: cell("inter_octet_time_out", "u16, ms", lambda: axdr.u16(_INTER_OCTET_MS)),
        8: cell("inactivity_time_out", "u16, s", lambda: axdr.u16(INACTIVITY_MS // 1000)),
    }


def _server_row(settings):
    """Of UDP only the port differs, and that is a setting alone."""

    def port():
        return axdr.u16(settings.get("server.tcp_port"))

    def set_port(value):
        settings.put("server.tcp_port", str(whole(value, 0, 0xFFFF)))

    cells = {
        2: cell("TCP-UDP_port", "u16, of TCP, 0: closed", port, set_port),
        3: cell("IP_reference", "octet-string", lambda: axdr.octets(obis.parse(IPV4_NAME))),
        4: cell("MSS", "u16, octets", lambda: axdr.u16(_MSS)),
        5: cell("nb_of_sim_conn", "u8", lambda: axdr.u8(PEERS_MAX)),
        6: cell("inactivity_time_out", "u16, s", lambda: axdr.u16(IDLE_MS // 1000)),
    }
    name = "TCP-UDP setup: server mode"
    return row(TCP_UDP_SETUP, 0, "0.0.25.0.0.255", name, READERS, cells)


def _connect_row(settings):
    def hosts():
        texts = [settings.get(key) for key in _HOSTS]
        return axdr.array([axdr.octets(text.encode()) for text in texts if text])

    def set_hosts(value):
        settings.put_all(list(zip(_HOSTS, _texts_of(value, len(_HOSTS)))))

    def delay():
        return axdr.u16(settings.get("hes.retry_max_s"))

    def set_delay(value):
        settings.put("hes.retry_max_s", str(whole(value, 0, 0xFFFF)))

    cells = {
        2: cell("mode", "enum, 101: always connected", lambda: axdr.enum(_ALWAYS_CONNECTED)),
        3: cell("repetitions", "u8, 255: for ever", lambda: axdr.u8(_TRIES_MAX)),
        4: cell("repetition_delay", "u16, longest pause, s", delay, set_delay),
        5: cell("calling_window", "array, none", lambda: axdr.array([])),
        6: cell("destination_list", "array of octet-string HOST:PORT", hosts, set_hosts),
    }
    return row(AUTO_CONNECT, 2, "0.0.2.1.0.255", "auto connect: the HES", READERS, cells)


def _texts_of(value, count):
    """`count` texts of the array `value`, the wanting ones empty. Denied if it is none."""
    if type(value) is not list or not all([type(each) is bytes for each in value]):
        raise Denied(TYPE_UNMATCHED)
    if len(value) > count:
        raise Denied(SCOPE_VIOLATED)
    texts = ["".join([chr(octet) for octet in each]) for each in value]
    return texts + [""] * (count - len(texts))


def _push_row(settings, alarms):
    def destination():
        host = axdr.octets(settings.get("hes.main").encode())
        return axdr.structure([axdr.enum(_TCP), host, axdr.enum(_A_XDR)])

    def delay():
        return axdr.u16(settings.get("hes.repeat_alarm_s"))

    def set_delay(value):
        settings.put("hes.repeat_alarm_s", str(whole(value, 0, 0xFFFF)))

    def push(value):
        alarms.push_now()

    cells = {
        2: cell("push_object_list", "array: the alarms", _pushed),
        3: cell("send_destination_and_method", "structure", destination),
        4: cell("communication_window", "array, none: always", lambda: axdr.array([])),
        5: cell("randomisation_start_interval", "u16, 0", lambda: axdr.u16(0)),
        6: cell("number_of_retries", "u8, 255: for ever", lambda: axdr.u8(_TRIES_MAX)),
        7: cell("repetition_delay", "u16, s", delay, set_delay),
    }
    methods = {1: Method("push", "i8, any", push)}
    return row(PUSH, 0, "0.0.25.9.0.255", "push of alarms", READERS, cells, methods)


def _pushed():
    """array of structure {u16 class, octet-string LN, i8 attribute, u16 index}"""
    alarms = axdr.octets(obis.parse("0.0.99.98.0.255"))
    return axdr.array([axdr.structure([axdr.u16(PROFILE), alarms, axdr.i8(2), axdr.u16(0)])])
