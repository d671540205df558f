"""The simulated EC25: QIACT, QIOPEN in buffer access mode.

Source: Quectel EC25&EC21 TCP(IP) AT Commands Manual.
"""

from meter_sim.modem_common import ICCID, fixed, pin_counter, registration

MODEL = "EC25"
BOOT = ("RDY", "+CFUN: 1", "+CPIN: READY", "+QUSIM: 1", "+QIND: SMS DONE")
CHATTER = (
    '+CREG: 1,"1A2B","00C3"',
    '+QIURC: "recv",9',
    "RING",
    '+QIURC: "closed",9',
    '+QIND: "csq",18,99',
)
ADDRESS = "10.64.0.9"
PIECE_MAX, READ_MAX = 1460, 1500
LISTENER = 11
FAILED, IN_USE, NOT_ALLOWED = 566, 563, 572


def told(module, word, link):
    if word == "data":
        module.urc(f'+QIURC: "recv",{link.number}')
    elif word == "closed":
        module.urc(f'+QIURC: "closed",{link.number}')
    elif word == "incoming":
        words = f'"incoming",{link.number},{LISTENER},"{link.host}",{link.port}'
        module.urc(f"+QIURC: {words}")


def lose_context(module):
    module.is_up = False
    module.links.drop_all()
    module.urc('+QIURC: "pdpdeact",1')


def csgp(module, kind, arguments):
    module.apn, module.user, module.password = arguments[2:5]
    module.answer("OK")


def act(module, kind, arguments):
    if kind == "?":
        lines = [f'+QIACT: 1,1,1,"{ADDRESS}"'] if module.is_up else []
        module.answer(*lines, "OK")
    elif module.is_up or not module.apn or module.registration not in (1, 5):
        module.error(3, after_ms=500)
    else:
        module.is_up = True
        module.answer("OK", after_ms=300)


def deact(module, kind, arguments):
    module.is_up = False
    module.links.drop_all()
    module.answer("OK", after_ms=100)


def qiopen(module, kind, arguments):
    number, service = int(arguments[1]), arguments[2]
    if not module.is_up or module.links.get(number):
        module.answer("OK")
        code = IN_USE if module.is_up else NOT_ALLOWED
        module.urc(f"+QIOPEN: {number},{code}", after_ms=module.nature.answer_ms + 5)
        return
    module.answer("OK")
    after_ms = module.nature.answer_ms + 1
    if service == "TCP LISTENER":
        code = 0 if module.links.listen(int(arguments[5])) else 574
        module.urc(f"+QIOPEN: {number},{code}", after_ms=after_ms)
        return

    def opened(link):
        module.urc(f"+QIOPEN: {number},0", after_ms=after_ms)

    def failed(link):
        module.urc(f"+QIOPEN: {number},{FAILED}", after_ms=after_ms)

    module.links.on[("opened", number)] = opened
    module.links.on[("failed", number)] = failed
    module.links.dial(number, service, arguments[3], int(arguments[4]))


def send(module, kind, arguments):
    number, size = int(arguments[0]), int(arguments[1])
    link = module.links.get(number)
    if not link or not link.is_open or not 0 < size <= PIECE_MAX:
        module.error(3)
        return

    def take(octets):
        if module.nature.full > 0:
            module.nature.full -= 1
            module.answer("SEND FAIL")
            return
        if link.is_open:
            link.send(octets)
        module.answer("SEND OK" if link.is_open else "ERROR")

    module.prompt(size, take)


def read(module, kind, arguments):
    link = module.links.get(int(arguments[0]))
    if not link:
        module.error(3)
        return
    if len(arguments) > 1 and arguments[1] == "0":
        module.answer(f"+QIRD: {len(link.inbox)},0,{len(link.inbox)}", "OK")
        return
    octets = link.take(min(int(arguments[1]), READ_MAX))
    module.counted(f"+QIRD: {len(octets)}", octets)


def close(module, kind, arguments):
    number = int(arguments[0])
    link = module.links.get(number)
    if link:
        module.links.close(link)
    elif number == LISTENER:
        module.links.stop_listening()
    module.answer("OK", after_ms=20)


def state(module, kind, arguments):
    link = module.links.get(int(arguments[1]))
    lines = []
    if link:
        words = f'"{link.kind}","{link.host}",{link.port},0,{2 if link.is_open else 4},1,1,0'
        lines = [f'+QISTATE: {link.number},{words},"uart1"']
    module.answer(*lines, "OK")


def ping(module, kind, arguments):
    host, seconds, count = arguments[1], int(arguments[2]), int(arguments[3])
    if not module.is_up:
        module.answer("OK")
        module.urc("+QPING: 561", after_ms=module.nature.answer_ms + 5)
        return
    module.answer("OK")
    after_ms, trips = module.nature.answer_ms + 1, []
    for _ in range(count):
        trip_ms = module.network.ping(host)
        after_ms += 1000 * seconds if trip_ms is None else trip_ms
        word = "569" if trip_ms is None else f'0,"{host}",32,{trip_ms},64'
        module.urc(f"+QPING: {word}", after_ms=after_ms)
        trips += [trip_ms] if trip_ms is not None else []
    lost = count - len(trips)
    times = f"{min(trips)},{max(trips)},{sum(trips) // len(trips)}" if trips else "0,0,0"
    module.urc(f"+QPING: 0,{count},{len(trips)},{lost},{times}", after_ms=after_ms + 1)


COMMANDS = {
    "+CGMM": fixed(MODEL, "OK"),
    "+QCCID": fixed("+QCCID: " + ICCID, "OK"),
    "+QPINC": pin_counter('+QPINC: "SC",%d,10'),
    "+CEREG": registration("+CEREG"),
    "+QICSGP": csgp,
    "+QIACT": act,
    "+QIDEACT": deact,
    "+QIOPEN": qiopen,
    "+QISEND": send,
    "+QIRD": read,
    "+QICLOSE": close,
    "+QISTATE": state,
    "+QPING": ping,
}
