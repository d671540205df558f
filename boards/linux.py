"""A Linux concentrator board: three RS485 ports on UARTs 1 to 3, a watchdog fed by the service
manager.

To port the DCU to another board, copy this file.
"""

NAME = "linux"
CHANNELS = ("rs485-1", "rs485-2", "rs485-3")
SETTINGS = (  # a switch below the cover is one more: ("cover.input", "0/7")
    ("rs485.1.device", "/dev/ttyS1"),
    ("rs485.2.device", "/dev/ttyS2"),
    ("rs485.3.device", "/dev/ttyS3"),
)


def feed_watchdog():
    """The service manager watches the process, and the hardware watchdog the service manager."""
