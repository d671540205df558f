"""Runs one check of serial_checks on a terminal, under either interpreter; prints "kept".

micropython tests/contract/serial_run.py PATH CHECK
"""

import sys

sys.path.insert(0, ".")

from hal import coop
from hal.clock import Clock
from hal.errors import PortError
from hal.serial import SerialPort
from tests.contract import serial_checks


def refusal(path, *settings):
    """The text with which a port is not opened, or what it gave instead."""
    try:
        SerialPort(path, *settings).close()
    except PortError as error:
        return str(error)
    return "opened"


def set_to(path, *settings):
    SerialPort(path, *settings).close()  # a terminal keeps its settings


def change_to(path, *settings):
    port = SerialPort(path, 9600)
    port.settings(300, "E", 7)
    port.settings(*settings)
    port.close()


async def check(path, name):
    port = SerialPort(path, 9600)
    try:
        await getattr(serial_checks, name)(port, Clock())
    finally:
        port.close()


async def open_again_and_again(path, _):
    """With every setting twice: a pseudo-terminal fails the second time if asked for a parity."""
    for settings in ((9600, "E"), (300, "E", 1, 7), (9600, "O", 2)):
        for _ in range(2):
            port = SerialPort(path, *settings)
            port.settings(9600, *settings[1:2])
            await port.write(b"echo x\n")
            assert await port.read(1, 3_000) == b"x"
            port.close()


async def open_twice(path, _):
    port = SerialPort(path, 9600)
    text = refusal(path, 9600)
    assert text.startswith(path + ": in use by another program"), text
    assert "fuser " + path in text
    port.close()
    assert refusal(path, 9600) == "opened"


def main(path, name):
    coop.run(globals().get(name, check)(path, name))
    print("kept")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
