"""The dialects of SIMCom: the SIM800 series, the SIM7500/7600 series, and SIM5320/5360.

Sources: SIM800 Series AT Command Manual and its TCPIP Application Note; SIM7500_SIM7600 Series AT
Command Manual; SIM5320 AT Command Manual; what public clients of these modules expect.
"""

from drivers.modem_rows import (
    CLOSED,
    COMMON_URCS,
    DATA,
    INCOMING,
    LOST,
    Dialect,
    Echo,
    step,
    urc,
)
from wire.at import Counted, command

SIM800 = Dialect(
    name="sim800",
    urcs=COMMON_URCS
    + (
        urc("+CIPRXGET: 1", DATA, link=1),
        urc("#,CLOSED", CLOSED, link=0),
        urc("#,REMOTE IP", INCOMING, link=0, peer=2),
        urc("+PDP: DEACT", LOST),
    ),
    counted=Counted("+CIPRXGET: 2", 4, 2),
    left=3,
    piece=1460,
    iccid=command("+CCID", ["#"]),
    pin_tries=(command("+SPIC", ["+SPIC"]), 0),
    registration=("+CGREG", "+CREG"),
    setup=(step("+CLTS=1", False), step("+CREG=0", False), step("+CGREG=0", False)),
    save_rate=command("&W"),
    restart=command("+CFUN=1,1", limit_ms=15_000),
    down=(step("+CIPSHUT", ends=("SHUT OK",), limit_ms=65_000),),
    up=(
        step("+CIPMUX=1"),
        step("+CIPRXGET=1"),
        step("+CIPQSEND=1"),
        step('+CSTT="{apn}","{user}","{password}"'),
        step("+CIICR", limit_ms=85_000),
    ),
    address=(command("+CIFSR", ends=("#",), limit_ms=5_000), 0),
    open=step(
        '+CIPSTART={link},"{kind}","{host}",{port}',
        ends=("OK", "{link},CONNECT OK"),
        fails=("{link},CONNECT FAIL", "{link},ALREADY CONNECT"),
        limit_ms=76_000,
    ),
    open_udp=None,
    send=step(
        "+CIPSEND={link},{size}",
        ends=("DATA ACCEPT:{link}",),
        fails=("{link},SEND FAIL",),
        is_prompted=True,
        limit_ms=30_000,
    ),
    send_udp=None,
    full=None,
    read=step("+CIPRXGET=2,{link},{size}", answers=("+CIPRXGET: 2,{link}",), limit_ms=5_000),
    close=step("+CIPCLOSE={link}", ends=("{link},CLOSE OK",), limit_ms=10_000),
    listen=step("+CIPSERVER=1,{port}", ends=("OK", "SERVER OK"), limit_ms=10_000),
    unlisten=step("+CIPSERVER=0", ends=("OK", "SERVER CLOSE"), limit_ms=10_000),
    resolve=(
        command(
            '+CDNSGIP="{host}"',
            ends=("OK", "+CDNSGIP: 1"),
            fails=("+CDNSGIP: 0",),
            limit_ms=30_000,
        ),
        2,
    ),
    ping=command('+CIPPING="{host}",{count},32,{tenths}', ["+CIPPING"], limit_ms=60_000),
    echo=Echo("+CIPPING", 4, 2, 100, 600),
)


_SIM76_UP = (
    step("+CIPMODE=0"),
    step("+CIPRXGET=1"),
    step("+CIPCCFG=10,0,0,0,1,0,75000", False),
    step("+CIPTIMEOUT=75000,15000,15000", False),
    step("+NETOPEN", False, ends=("OK", "+NETOPEN"), code=0, limit_ms=76_000),
)

_SIM76 = dict(  # what both series have alike
    urcs=COMMON_URCS
    + (
        urc("+CIPRXGET: 1", DATA, link=1),
        urc("+IPCLOSE", CLOSED, link=0),
        urc("+CLIENT", INCOMING, link=0, peer=2),
        urc("+CIPEVENT", LOST),
    ),
    counted=Counted("+CIPRXGET: 2", 4, 2),
    left=3,
    piece=1460,
    iccid=command("+CICCID", ["+ICCID"]),
    pin_tries=(command("+SPIC", ["+SPIC"]), 0),
    setup=(
        step("+CTZU=1", False),
        step("+CREG=0", False),
        step("+CGREG=0", False),
        step("+CEREG=0", False),
    ),
    save_rate=command("+IPREX=38400"),
    restart=command("+CRESET", limit_ms=15_000),
    down=(step("+NETCLOSE", False, ends=("OK", "+NETCLOSE"), limit_ms=15_000),),
    address=(command("+IPADDR", ["+IPADDR"]), 0),
    open=step(
        '+CIPOPEN={link},"{kind}","{host}",{port}',
        ends=("OK", "+CIPOPEN: {link}"),
        code=1,
        limit_ms=76_000,
    ),
    open_udp=step('+CIPOPEN={link},"UDP",,,{own_port}', ends=("OK", "+CIPOPEN: {link}"), code=1),
    send=step(
        "+CIPSEND={link},{size}",
        ends=("OK", "+CIPSEND: {link},{size},{size}"),
        fails=("+CIPSEND: {link},{size}",),
        is_prompted=True,
        limit_ms=30_000,
    ),
    send_udp=step(
        '+CIPSEND={link},{size},"{host}",{port}',
        ends=("OK", "+CIPSEND: {link},{size},{size}"),
        fails=("+CIPSEND: {link},{size}",),
        is_prompted=True,
        limit_ms=30_000,
    ),
    full=None,
    read=step("+CIPRXGET=2,{link},{size}", answers=("+CIPRXGET: 2,{link}",), limit_ms=5_000),
    close=step("+CIPCLOSE={link}", ends=("OK", "+CIPCLOSE: {link}"), limit_ms=15_000),
    listen=step("+SERVERSTART={port},0", limit_ms=10_000),
    unlisten=step("+SERVERSTOP=0", ends=("OK", "+SERVERSTOP"), limit_ms=10_000),
    resolve=None,
    ping=command(
        '+CPING="{host}",1,{count},32,1000,{limit_ms},64',
        ["+CPING: 1", "+CPING: 2"],
        ["OK", "+CPING: 3"],
        limit_ms=60_000,
    ),
    echo=Echo("+CPING: 1", 5, 3, 1, 1 << 30),
)

SIM76 = Dialect(
    name="sim76",
    registration=("+CEREG", "+CGREG", "+CREG"),
    up=(
        step('+CGDCONT=1,"IP","{apn}"', limit_ms=5_000),
        step('+CGAUTH=1,{auth},"{first}","{second}"', when="user", limit_ms=5_000),
    )
    + _SIM76_UP,
    **_SIM76,
)
SIM5320 = Dialect(
    name="sim5320",
    registration=("+CGREG", "+CREG"),
    up=(
        step('+CGSOCKCONT=1,"IP","{apn}"', limit_ms=5_000),
        step('+CSOCKAUTH=1,{auth},"{user}","{password}"', when="user", limit_ms=5_000),
        step("+CSOCKSETPN=1"),
    )
    + _SIM76_UP,
    **_SIM76,
)
