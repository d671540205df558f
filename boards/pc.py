"""A PC with USB-RS485 adapters: which adapter is which port is set by rs485.N.device.

To port the DCU to another board, copy this file.
"""

NAME = "pc"
CHANNELS = ("rs485-1", "rs485-2", "rs485-3")
SETTINGS = ()  # (key, text): what is soldered on this board; nothing on a PC


def feed_watchdog():
    """A PC has none; its service manager sees the process end."""
