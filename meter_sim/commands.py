"""What a person may do to one running meter beyond its supply and its faults: a table.

Each is `do(meter, utc_s, *words)` and raises ValueError with a line for the person.
"""

from meter_sim import alarms, events, push

TRANSPORTS = {"tcp": push.TCP, "udp": push.UDP, "hdlc": push.HDLC}
IMAGE_FAILURES = ("none", "verify", "activate")
BUSY_MAX = 1000
SERIAL_MAX = 32  # octets
SECONDS_MAX = 10**9


def event(meter, utc_s, code):
    meter.objects.events.note(utc_s, _whole(code, *events.CODE))


def alarm(meter, utc_s, bits):
    meter.objects.alarms.rise(_whole(bits, 0, alarms.BITS_MAX), utc_s)


def error(meter, utc_s, bits):
    meter.objects.alarms.fail(_whole(bits, 0, alarms.BITS_MAX))


def serial(meter, utc_s, number):
    if not number.isascii() or len(number) > SERIAL_MAX:
        raise ValueError(f"a serial number has up to {SERIAL_MAX} ASCII characters")
    meter.objects.serial = number.encode()


def clock(meter, utc_s, offset_s):
    meter.objects.clock.offset_s = _whole(offset_s, -SECONDS_MAX, SECONDS_MAX)


def clock_limit(meter, utc_s, jump_s):
    limit_s = _whole(jump_s, 0, SECONDS_MAX)
    meter.objects.clock.jump_max_s = limit_s or None


def image_lose(meter, utc_s, rate):
    try:
        lose = float(rate)
    except ValueError:
        lose = -1
    if not 0 <= lose <= 1:
        raise ValueError(f"{rate!r} is no probability from 0 to 1")
    meter.objects.image.lose = lose


def image_busy(meter, utc_s, times):
    image = meter.objects.image
    image.verify_busy = image.activate_busy = _whole(times, 0, BUSY_MAX)


def image_fail(meter, utc_s, step):
    if step not in IMAGE_FAILURES:
        raise ValueError(f"no step {step!r}; there are: {', '.join(IMAGE_FAILURES)}")
    meter.objects.image.fails = "" if step == "none" else step


def push_to(meter, utc_s, where):
    kind, _, destination = where.partition(":")
    if kind not in TRANSPORTS:
        raise ValueError(f"no transport {kind!r}; there are: {', '.join(TRANSPORTS)}")
    octets = destination.encode()
    if kind == "hdlc":
        octets = bytes((_whole(destination or "1", 1, 127),))
    elif not destination.rpartition(":")[2].isdigit():
        raise ValueError(f"{where!r}: {kind}:HOST:PORT")
    meter.objects.push.destination = TRANSPORTS[kind], octets


def push_now(meter, utc_s):
    meter.objects.push.push(utc_s)


def push_as(meter, utc_s, service):
    if service not in ("data", "event"):
        raise ValueError(f"no service {service!r}; there are: data, event")
    meter.objects.push.as_event = service == "event"


def _whole(text, low, high):
    try:
        value = int(text, 0)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise ValueError(f"{text!r} is no number from {low} to {high}")
    return value


COMMANDS = {
    "event": (event, "ADDRESS CODE"),
    "alarm": (alarm, "ADDRESS BITS"),
    "error": (error, "ADDRESS BITS"),
    "serial": (serial, "ADDRESS NUMBER"),
    "clock": (clock, "ADDRESS OFFSET"),
    "clock-limit": (clock_limit, "ADDRESS SECONDS"),
    "image-lose": (image_lose, "ADDRESS RATE"),
    "image-busy": (image_busy, "ADDRESS TIMES"),
    "image-fail": (image_fail, "ADDRESS none|verify|activate"),
    "push-to": (push_to, "ADDRESS hdlc:SAP|tcp:HOST:PORT|udp:HOST:PORT"),
    "push-as": (push_as, "ADDRESS data|event"),
    "push": (push_now, "ADDRESS"),
}
