"""`hes serve`: one process with the ports for DCUs, the database and the web page."""

import asyncio
import contextlib
import errno
import resource
import secrets
import signal
import socket
from collections import namedtuple
from functools import partial

import uvicorn

from hes_stub import access, client, credentials, key_file, tls, web
from hes_stub.archive import Archive
from hes_stub.database import Database
from hes_stub.dial import keep_dialled
from hes_stub.errors import GOOD, HesError
from hes_stub.events import say
from hes_stub.folder import DATABASE, Folder
from hes_stub.gdw import Gdw
from hes_stub.hall import CONNECTIONS_MAX, Hall
from hes_stub.key_store import KeyStore
from hes_stub.keys import Keys
from hes_stub.link import Link
from hes_stub.network import Network
from hes_stub.ondemand import Reader
from hes_stub.peers import Peers
from hes_stub.rekey import Rekeyer
from hes_stub.settings import Settings
from hes_stub.tasks import Tasks

_FILES_BESIDE = 64  # descriptors that are no connections of DCUs
_BACKLOG = 512
# the address that goes with each port
_BINDS = {"--port": "--bind", "--udp": "--bind", "--web": "--web-bind"}
# of DCUs: listening TCP socket, UDP socket or None, (host, port) of those that are dialled, TLS
Ways = namedtuple("Ways", ("tcp", "udp", "dialled", "security"))


class _Web(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):
        yield  # ours are taken in _serve


def run(options):
    """Until SIGINT or SIGTERM. HesError: a port, folder or file that cannot be used."""
    dcu_password = credentials.from_argument("--dcu-password", options.dcu_password)
    dcu_key = key_file.from_argument("--dcu-key", options.dcu_key)
    if dcu_key and options.dcu_password:
        raise HesError("--dcu-password is not used with --dcu-key: leave one of them out")
    security = tls.from_arguments(options)
    meter_password = credentials.from_argument("--meter-password", options.meter_password)
    folder = Folder(options.data)
    folder.claim()
    with contextlib.ExitStack() as closing:
        tcp = closing.enter_context(_listening("--port", options.bind, options.port))
        udp = None
        if options.udp is not None:
            udp = closing.enter_context(_listening("--udp", options.bind, options.udp, _bound))
        web_socket = closing.enter_context(_listening("--web", options.web_bind, options.web))
        database = Database(folder.path / DATABASE)
        closing.callback(database.close)
        closing.callback(folder.retract)
        store = KeyStore(folder.path / DATABASE)
        closing.callback(store.close)
        keys = Keys(dcu_key, store) if dcu_key else None
        access_to = partial(access.ByPassword, password=dcu_password)
        if keys:
            access_to = partial(access.ByKeys, keys=keys)
        hall = Hall(database, access_to, options.fetch_s, _room_for_connections())
        answers = {
            client.ARCHIVE_PATH: Archive(hall).archive,
            client.GDW_PATH: Gdw(hall).ask,
            client.NETWORK_PATH: Network(hall).network,
            client.READ_PATH: Reader(hall, database, meter_password).read,
            client.REKEY_PATH: Rekeyer(hall, keys).rekey,
            client.TASKS_PATH: Tasks(hall).tasks,
            client.SETTINGS_PATH: Settings(hall).settings,
        }
        new_link = partial(Link, hall, has_keys=keys is not None)
        ways = Ways(tcp, udp, options.dial, security)
        asyncio.run(_serve(folder, hall, new_link, answers, ways, web_socket))
    return GOOD


async def _serve(folder, hall, new_link, answers, ways, web_socket):
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    token = secrets.token_urlsafe(32)
    application = web.application(folder.path, token, answers)
    page = _Web(uvicorn.Config(application, log_config=None, access_log=False, lifespan="off"))
    serving = loop.create_task(page.serve(sockets=[web_socket]))
    close_ways = await _open_ways(loop, new_link, ways)
    folder.publish(*_local(web_socket), token)
    say(f"status page: http://{_text(web_socket)}/")
    await stopped.wait()
    close_ways()
    hall.close()
    page.should_exit = True
    await serving
    say("stopped")


async def _open_ways(loop, new_link, ways):
    """function() that closes them again."""
    serving = ways.security.serving
    server = await loop.create_server(new_link, sock=ways.tcp, backlog=_BACKLOG, **serving)
    closing = [server.close]
    over = " over TLS" if serving else ""
    say(f"waiting for concentrators{over} on {_text(ways.tcp)}")
    if ways.udp:
        peers = Peers(new_link)
        transport, _ = await loop.create_datagram_endpoint(lambda: peers, sock=ways.udp)
        closing.append(transport.close)
        say(f"waiting for concentrators over UDP on {_text(ways.udp)}")
    for host, port in ways.dialled:
        link = partial(new_link, is_dialled=True)
        dialling = keep_dialled(host, port, link, security=ways.security.dialling)
        closing.append(loop.create_task(dialling).cancel)
    return lambda: [close() for close in closing]


def _create_server(address, family):
    return socket.create_server(address, family=family, backlog=_BACKLOG)


def _bound(address, family):
    udp = socket.socket(family, socket.SOCK_DGRAM)
    try:
        udp.bind(address)
    except OSError:
        udp.close()
        raise
    return udp


def _listening(option, host, port, create=_create_server):
    """A socket for "--port" or "--udp" with "--bind", or for "--web" with "--web-bind"."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return create((host, port), family)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]  # which says the address once more
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise HesError(f"{option} {port}: {reason}; give {option} another port")
        bind = _BINDS[option]
        raise HesError(f"{bind} {host}: {reason}; give {bind} an address of this machine")


def _room_for_connections():
    """Connections that the open-file limit leaves room for, the limit raised as far as allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = CONNECTIONS_MAX + _FILES_BESIDE
    if hard != resource.RLIM_INFINITY:
        limit = min(hard, limit)
    if soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return max(1, limit - _FILES_BESIDE)


def _local(web_socket):
    """Host and port at which this machine reaches the web page."""
    host, port = web_socket.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port


def _text(listening):
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
