"""What the words of the command line may be; what they may not is said with an example."""

import argparse
import re

from hes_stub.errors import WRONG_USE

PORT_MAX = 0xFFFF


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(WRONG_USE, f"{self.prog}: {message}; see {self.prog} --help\n")


def terminal_id(text):
    if not re.fullmatch("[0-9]{4}[0-9A-Fa-f]{4}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no terminal ID; write it like 07310001")
    return text.upper()


def host_and_port(text):
    host, _, port = text.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) <= PORT_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no address; write it like 192.0.2.7:4059")
    return host.strip("[]"), int(port)


def key_value(text):
    """Not shown when it is none: it may be a secret."""
    if not text.partition("=")[1]:
        raise argparse.ArgumentTypeError("one of them has no =; write it like hes.reply_s=20")
    return text


def whole(low, high):
    def convert(text):
        if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {low} to {high}")
        return int(text)

    return convert
