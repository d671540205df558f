"""A listener in the line between the DCU and the HES: passes everything on, and remembers it."""

import contextlib
import socket
import threading

from wire.demux import Demux


class Tap:
    """Takes calls on `port` and dials `to_port` of this machine for each."""

    def __init__(self, to_port):
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.apdus = []  # (whether of the DCU, APDU)
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listener.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                dcu, _ = self._listener.accept()
                try:
                    hes = socket.create_connection(("127.0.0.1", self._to_port))
                except OSError:
                    dcu.close()
                    continue
                for ends in ((dcu, hes, True), (hes, dcu, False)):
                    threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source, sink, is_of_dcu):
        demux = Demux()
        with contextlib.suppress(OSError):
            while data := source.recv(1024):
                demux.feed(data)
                for kind, frame in iter(demux.next_message, None):
                    if kind == "wrapper":
                        self.apdus.append((is_of_dcu, frame.apdu))
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
