"""Commands that every module has: V.250 and 3GPP TS 27.007.

Each is `command(module, kind, arguments)` and answers by itself; kind is "", "?", "=" or "=?".
"""

_SIM_ERRORS = {"absent": 10, "pin": 11, "puk": 12, "failed": 13, "busy": 14}
BAUDS = (9600, 19200, 38400, 57600, 115200)
ICCID = "89860012345678901234"
IMEI = "860000000000017"
IMSI = "460001234567890"


def is_basic(text):
    """E0, V1, Q0, Z, &W, &F: letters with a digit each, in a row."""
    return all([sign in "EVQZSXWF&0123456789" for sign in text.upper()])


def basic(module, text):
    text = text.upper()
    for at, sign in enumerate(text):
        value = text[at + 1 : at + 2]
        if sign == "E":
            module.echo = value == "1"
        elif sign == "Q":
            module.quiet = value == "1"
    if "&W" in text:
        module.saved_baud = module.baud
    module.answer("OK")


def cmee(module, kind, arguments):
    if kind == "=":
        module.errors = int(arguments[0])
    module.answer(*([f"+CMEE: {module.errors}"] if kind == "?" else []), "OK")


def ipr(module, kind, arguments):
    """Answered at the old rate; the new one holds from then on."""
    if kind == "?":
        module.answer(f"+IPR: {module.baud}", "OK")
        return
    baud = int(arguments[0]) if arguments and arguments[0].isdigit() else 0
    if baud not in BAUDS:
        module.error(50)
        return

    def switch():
        module.baud = baud

    module.answer("OK")
    module.later(module.nature.answer_ms + 20, switch)


def iprex(module, kind, arguments):
    module.saved_baud = int(arguments[0])
    module.answer("OK")


def fixed(*lines):
    return lambda module, kind, arguments: module.answer(*lines)


def imsi(module, kind, arguments):
    if module.sim == "ready":
        module.answer(IMSI, "OK")
    else:
        module.error(_SIM_ERRORS[module.sim])


def cpin(module, kind, arguments):
    if kind == "=":
        _enter_pin(module, arguments[0])
    elif module.sim == "ready":
        module.answer("+CPIN: READY", "OK")
    elif module.sim in ("pin", "puk"):
        module.answer(f"+CPIN: SIM {module.sim.upper()}", "OK")
    else:
        module.error(_SIM_ERRORS[module.sim])


def _enter_pin(module, pin):
    if module.sim != "pin":
        module.error(3)
    elif pin == module.nature.pin:
        module.sim, module.pin_tries = "ready", 3
        module.answer("OK")
        module.urc("+CPIN: READY", after_ms=300)
    else:
        module.pin_tries -= 1
        if not module.pin_tries:
            module.sim = "puk"
        module.error(16)


def csq(module, kind, arguments):
    module.answer(f"+CSQ: {module.csq},0", "OK")


def registration(name):
    def answer(module, kind, arguments):
        lines = [f"{name}: 0,{module.registration}"] if kind == "?" else []
        module.answer(*lines, "OK")

    return answer


def cops(module, kind, arguments):
    is_in = module.registration in (1, 5)
    module.answer(f'+COPS: 0,0,"{module.operator}",2' if is_in else "+COPS: 0", "OK")


def cgatt(module, kind, arguments):
    if kind == "?":
        module.answer(f"+CGATT: {int(module.attached)}", "OK")
    elif module.registration in (1, 5):
        module.attached = arguments[0] == "1"
        module.answer("OK", after_ms=200)
    else:
        module.error(30)


def cclk(module, kind, arguments):
    module.answer('+CCLK: "26/11/23,12:30:05+32"', "OK")


def cfun(module, kind, arguments):
    module.answer("OK")
    if arguments == ["1", "1"]:
        module.later(module.nature.answer_ms + 1, module.restart)


def restart(module, kind, arguments):
    module.answer("OK")
    module.later(module.nature.answer_ms + 1, module.restart)


def cgdcont(module, kind, arguments):
    if kind == "=" and len(arguments) > 2:
        module.apn = arguments[2]
    module.answer("OK")


def pin_counter(text):
    return lambda module, kind, arguments: module.answer(text % module.pin_tries, "OK")


def dial(module, kind, arguments):
    module.dial()


COMMANDS = {
    "": fixed("OK"),
    "D*99#": dial,
    "D*99***1#": dial,
    "+CMEE": cmee,
    "+IPR": ipr,
    "+CGSN": fixed(IMEI, "OK"),
    "+CIMI": imsi,
    "+CPIN": cpin,
    "+CSQ": csq,
    "+CREG": registration("+CREG"),
    "+CGREG": registration("+CGREG"),
    "+COPS": cops,
    "+CGATT": cgatt,
    "+CCLK": cclk,
    "+CTZU": fixed("OK"),
    "+CFUN": cfun,
    "+CGDCONT": cgdcont,
}
