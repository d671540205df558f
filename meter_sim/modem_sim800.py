"""The simulated SIM800: CIPMUX=1, CIPRXGET=1.

Source: SIM800 Series AT Command Manual, TCPIP Application Note; order of lines as clients of this
module expect it.
"""

from meter_sim.modem_common import ICCID, fixed, pin_counter, restart

MODEL = "SIMCOM_SIM800L"
BOOT = ("RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready", "SMS Ready")
CHATTER = ('+CREG: 1,"1A2B","00C3"', "+CIPRXGET: 1,9", "RING", "SMS Ready", "9, CLOSED")
ADDRESS = "10.64.0.7"
PIECE_MAX = 1460
CLOSE_MS = 30


def told(module, word, link):
    if word == "data":
        module.urc(f"+CIPRXGET: 1,{link.number}")
    elif word == "closed":
        if not link.inbox:
            module.links.forget(link)
        module.urc(f"{link.number}, CLOSED")
    elif word == "incoming":
        module.urc(f"{link.number}, REMOTE IP: {link.host}")


def lose_context(module):
    module.is_up = False
    module.links.drop_all()
    module.urc("+PDP: DEACT")


def shut(module, kind, arguments):
    module.is_up = False
    module.apn = ""
    module.links.drop_all()
    module.answer("SHUT OK", after_ms=100)


def cstt(module, kind, arguments):
    if module.is_up or module.apn or len(arguments) != 3:
        module.error(3)
        return
    module.apn, module.user, module.password = arguments
    module.answer("OK")


def ciicr(module, kind, arguments):
    if not module.apn or not module.attached or module.registration not in (1, 5):
        module.error(148, after_ms=500)
        return
    module.is_up = True
    module.answer("OK", after_ms=300)


def cifsr(module, kind, arguments):
    if module.is_up:
        module.answer(ADDRESS)
    else:
        module.error(3)


def start(module, kind, arguments):
    number = int(arguments[0])
    if not module.is_up or module.links.get(number) or len(arguments) != 4:
        module.error(3)
        return
    module.answer("OK")
    after_ms = module.nature.answer_ms + 1

    def opened(link):
        module.urc(f"{number}, CONNECT OK", after_ms=after_ms)

    def failed(link):
        module.urc(f"{number}, CONNECT FAIL", after_ms=after_ms)

    module.links.on[("opened", number)] = opened
    module.links.on[("failed", number)] = failed
    module.links.dial(number, arguments[1], arguments[2], int(arguments[3]))


def send(module, kind, arguments):
    number, size = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 0
    link = module.links.get(number)
    if not link or not link.is_open or not 0 < size <= PIECE_MAX:
        module.error(3)
        return

    def take(octets):
        if not link.is_open:
            module.answer(f"{number}, SEND FAIL")
            return
        link.send(octets)
        module.answer(f"DATA ACCEPT:{number},{size}")

    module.prompt(size, take)


def rxget(module, kind, arguments):
    if arguments == ["1"]:
        module.answer("OK")
        return
    what, link = arguments[0], module.links.get(int(arguments[1]))
    if not link:
        module.error(3)
    elif what == "4":
        module.answer(f"+CIPRXGET: 4,{link.number},{len(link.inbox)}", "OK")
    else:
        octets = link.take(min(int(arguments[2]), PIECE_MAX))
        module.counted(f"+CIPRXGET: 2,{link.number},{len(octets)},{len(link.inbox)}", octets)


def close(module, kind, arguments):
    link = module.links.get(int(arguments[0]))
    if not link:
        module.error(3)
        return
    module.links.close(link)
    module.answer(f"{link.number}, CLOSE OK", after_ms=CLOSE_MS)


def server(module, kind, arguments):
    if arguments[0] == "0":
        module.links.stop_listening()
        module.information("OK")
        module.answer("SERVER CLOSE", after_ms=10)
    elif module.is_up and module.links.listen(int(arguments[1])):
        module.information("OK")
        module.answer("SERVER OK", after_ms=10)
    else:
        module.error(3)


def ping(module, kind, arguments):
    """CIPPING takes addresses in numbers alone."""
    host, count, tenths = arguments[0], int(arguments[1]), int(arguments[3])
    if not module.is_up or not host.replace(".", "").isdigit():
        module.error(3)
        return
    lines, after_ms = [], 0
    for n in range(1, count + 1):
        trip_ms = module.network.ping(host)
        after_ms += 100 * tenths if trip_ms is None else trip_ms
        word = "600,255" if trip_ms is None else f"{trip_ms // 100 + 1},64"
        lines.append(f'+CIPPING: {n},"{host}",{word}')
    module.answer(*lines, "OK", after_ms=after_ms)


def resolve(module, kind, arguments):
    address = module.network.resolve(arguments[0])
    module.answer("OK")
    word = f'1,"{arguments[0]}","{address}"' if address else "0,8"
    module.urc(f"+CDNSGIP: {word}", after_ms=module.nature.answer_ms + 40)


COMMANDS = {
    "+CGMM": fixed(MODEL, "OK"),
    "+CCID": fixed(ICCID, "OK"),
    "+SPIC": pin_counter("+SPIC: %d,10,3,10"),
    "+CLTS": fixed("OK"),
    "+CRESET": restart,
    "+CIPSHUT": shut,
    "+CIPMUX": fixed("OK"),
    "+CIPQSEND": fixed("OK"),
    "+CIPRXGET": rxget,
    "+CSTT": cstt,
    "+CIICR": ciicr,
    "+CIFSR": cifsr,
    "+CIPSTART": start,
    "+CIPSEND": send,
    "+CIPCLOSE": close,
    "+CIPSERVER": server,
    "+CIPPING": ping,
    "+CDNSGIP": resolve,
}
