"""Our side of the services: a server of objects that keep what is set, or a client of a meter.

Usage: services_ours.py serve PORT WINDOW
       services_ours.py ask PORT WINDOW     prints the outcomes as JSON
"""

import json
import socket
import sys

from tests.dual.shelf import Shelf, echo, long_data, slot
from wire import axdr, dialogue, initiate, wrapper
from wire.credentials import Credentials
from wire.dialogue_blocks import in_blocks
from wire.errors import DcuError
from wire.server import ServerAssociation

CLIENT, SERVER = 16, 1
SILENCE_S = 1.0


class Silence(DcuError):
    pass


def serve(port, window):
    listening = socket.create_server(("127.0.0.1", port))
    print("listening", flush=True)
    while True:
        stream, _ = listening.accept()
        server = ServerAssociation(Shelf(), {CLIENT: Credentials()}, window)
        deframer = wrapper.Deframer()
        data = stream.recv(4096)
        while data:
            deframer.feed(data)
            frame = deframer.next_frame()
            while frame:
                _answer(stream, server, frame)
                frame = deframer.next_frame()
            data = stream.recv(4096)


def _answer(stream, server, frame):
    answer = server.answer(frame.source, frame.destination, frame.apdu)
    while answer is not None:
        framed = wrapper.Wrapper(frame.destination, frame.source, answer)
        stream.sendall(wrapper.encode(framed))
        answer = server.more(frame.source)


class Line:
    def __init__(self, port):
        self._stream = socket.create_connection(("127.0.0.1", port))
        self._stream.settimeout(SILENCE_S)
        self._deframer = wrapper.Deframer()

    def do(self, talk):
        step, value = talk.send, None
        while True:
            try:
                request = step(value)
            except StopIteration as end:
                return end.value
            for each in request if isinstance(request, tuple) else (request,):
                if each:
                    framed = wrapper.Wrapper(CLIENT, SERVER, each)
                    self._stream.sendall(wrapper.encode(framed))
            try:
                step, value = talk.send, self._next()
            except TimeoutError:
                step, value = talk.throw, Silence("nothing came")

    def _next(self):
        frame = self._deframer.next_frame()
        while frame is None:
            data = self._stream.recv(4096)
            if not data:
                raise EOFError("the meter has hung up")
            self._deframer.feed(data)
            frame = self._deframer.next_frame()
        return frame.apdu


def ask(port, window):
    line = Line(port)
    proposed = initiate.CONFORMANCE | initiate.GENERAL_BLOCK
    agreed = line.do(dialogue.associate_as(Credentials(), conformance=proposed))

    def do(talk):
        return line.do(in_blocks(talk, agreed.max_pdu, window, True))

    data = long_data(2500)
    value = axdr.decode_all(data)
    slots = [slot(number) for number in (1, 2, 9)]
    was_set = do(dialogue.set_list([(each, None, data) for each in slots]))
    got = [do(dialogue.get_list(slots)), do(dialogue.get_by_access(slots))]
    performed = do(dialogue.action_list([(echo(), data), (echo(2), None)]))
    do(dialogue.set_(slots[0], long_data(900)))
    outcomes = [
        agreed.conformance & initiate.GENERAL_BLOCK != 0,
        list(was_set),
        [[each == value or dar for dar, each in some] for some in got],
        [each == value or dar for dar, each in performed],
        do(dialogue.get(slots[0])) == axdr.decode_all(long_data(900)),
        do(dialogue.action(*echo(), data)) == value,
    ]
    print(json.dumps(outcomes))


if __name__ == "__main__":
    {"serve": serve, "ask": ask}[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
