"""The simulated SIM7600: NETOPEN and CIPOPEN, CIPRXGET=1.

Source: SIM7500_SIM7600 Series AT Command Manual.
"""

from meter_sim.modem_common import (
    ICCID,
    fixed,
    iprex,
    pin_counter,
    registration,
    restart,
)
from meter_sim.modem_sim800 import rxget

MODEL = "SIMCOM_SIM7600E-H"
BOOT = ("RDY", "+CPIN: READY", "SMS DONE", "PB DONE")
CHATTER = ('+CREG: 1,"1A2B","00C3"', "+CIPRXGET: 1,9", "RING", "+IPCLOSE: 9,1", "PB DONE")
ADDRESS = "10.64.0.8"
PIECE_MAX = 1500
CODES = {"failed": 10, "closed": 2}


def told(module, word, link):
    if word == "data":
        module.urc(f"+CIPRXGET: 1,{link.number}")
    elif word == "closed":
        if not link.inbox:
            module.links.forget(link)
        module.urc(f"+IPCLOSE: {link.number},1")
    elif word == "incoming":
        module.urc(f"+CLIENT: {link.number},0,{link.host}:{link.port}")


def lose_context(module):
    module.is_up = False
    module.links.drop_all()
    module.urc("+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY")


def netopen(module, kind, arguments):
    if kind == "?":
        module.answer(f"+NETOPEN: {int(module.is_up)}", "OK")
    elif module.is_up:
        module.information("Network is already opened")
        module.error(4)
    else:
        module.is_up = bool(module.apn) and module.registration in (1, 5)
        module.answer("OK")
        module.urc(f"+NETOPEN: {int(not module.is_up)}", after_ms=300)


def netclose(module, kind, arguments):
    if not module.is_up:
        module.answer("+NETCLOSE: 2", "ERROR")
        return
    module.is_up = False
    module.links.drop_all()
    module.answer("OK")
    module.urc("+NETCLOSE: 0", after_ms=200)


def ipaddr(module, kind, arguments):
    if module.is_up:
        module.answer(f"+IPADDR: {ADDRESS}", "OK")
    else:
        module.answer("+IP ERROR: Network not opened", "ERROR")


def cipopen(module, kind, arguments):
    number, network_kind = int(arguments[0]), arguments[1]
    if not module.is_up or module.links.get(number):
        module.information(f"+CIPOPEN: {number},{4 if module.is_up else 2}")
        module.error(4)
        return
    module.answer("OK")
    after_ms = module.nature.answer_ms + 1

    def opened(link):
        module.urc(f"+CIPOPEN: {number},0", after_ms=after_ms)

    def failed(link):
        module.urc(f"+CIPOPEN: {number},{CODES['failed']}", after_ms=after_ms)

    module.links.on[("opened", number)] = opened
    module.links.on[("failed", number)] = failed
    if network_kind == "UDP":
        module.links.dial(number, "UDP", "", 0)
    else:
        module.links.dial(number, "TCP", arguments[2], int(arguments[3]))


def send(module, kind, arguments):
    number, size = int(arguments[0]), int(arguments[1])
    link = module.links.get(number)
    if not link or not link.is_open or not 0 < size <= PIECE_MAX:
        module.information(f"+CIPERROR: {CODES['closed']}")
        module.error(4)
        return
    if link.kind == "UDP":
        link.transport.towards(arguments[2], int(arguments[3]))

    def take(octets):
        if link.is_open:
            link.send(octets)
        sent = size if link.is_open else -1
        module.answer("OK")
        module.urc(f"+CIPSEND: {number},{size},{sent}", after_ms=module.nature.answer_ms + 2)

    module.prompt(size, take)


def close(module, kind, arguments):
    if kind == "?":
        flags = [str(int(module.links.get(n) is not None)) for n in range(10)]
        module.answer(f"+CIPCLOSE: {','.join(flags)}", "OK")
        return
    link = module.links.get(int(arguments[0]))
    if not link:
        module.information(f"+CIPCLOSE: {arguments[0]},4")
        module.error(4)
        return
    module.links.close(link)
    module.answer("OK")
    module.urc(f"+CIPCLOSE: {link.number},0", after_ms=module.nature.answer_ms + 20)


def server_start(module, kind, arguments):
    if module.is_up and module.links.listen(int(arguments[0])):
        module.answer("OK")
    else:
        module.error(4)


def server_stop(module, kind, arguments):
    module.links.stop_listening()
    module.answer("OK")
    module.urc(f"+SERVERSTOP: {arguments[0]},0", after_ms=module.nature.answer_ms + 10)


def ping(module, kind, arguments):
    host, count, limit_ms = arguments[0], int(arguments[2]), int(arguments[5])
    module.answer("OK")
    after_ms, trips = module.nature.answer_ms + 1, []
    for _ in range(count):
        trip_ms = module.network.ping(host) if module.is_up else None
        after_ms += limit_ms if trip_ms is None else trip_ms
        word = "2" if trip_ms is None else f"1,{host},32,{trip_ms},64"
        module.urc(f"+CPING: {word}", after_ms=after_ms)
        trips += [trip_ms] if trip_ms is not None else []
    lost = count - len(trips)
    times = f"{min(trips)},{max(trips)},{sum(trips) // len(trips)}" if trips else "0,0,0"
    module.urc(f"+CPING: 3,{count},{len(trips)},{lost},{times}", after_ms=after_ms + 1)


COMMANDS = {
    "+CGMM": fixed(MODEL, "OK"),
    "+CICCID": fixed("+ICCID: " + ICCID, "OK"),
    "+SPIC": pin_counter("+SPIC: %d,10,0,10"),
    "+CEREG": registration("+CEREG"),
    "+IPREX": iprex,
    "+CRESET": restart,
    "+CGAUTH": fixed("OK"),
    "+CIPMODE": fixed("OK"),
    "+CIPCCFG": fixed("OK"),
    "+CIPTIMEOUT": fixed("OK"),
    "+NETOPEN": netopen,
    "+NETCLOSE": netclose,
    "+IPADDR": ipaddr,
    "+CIPOPEN": cipopen,
    "+CIPSEND": send,
    "+CIPRXGET": rxget,
    "+CIPCLOSE": close,
    "+SERVERSTART": server_start,
    "+SERVERSTOP": server_stop,
    "+CPING": ping,
}
