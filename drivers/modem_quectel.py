"""The dialect of Quectel: EC2x, EG2x, EG9x, BG9x, UC20.

Sources: Quectel TCP(IP) AT Commands Manual of these series; what public clients of them expect.
The M95 and older ones speak another one, which is not here.
"""

from drivers.modem_rows import (
    CLOSED,
    COMMON_URCS,
    DATA,
    INCOMING,
    LOST,
    NOTHING,
    Dialect,
    Echo,
    step,
    urc,
)
from wire.at import Counted, command

QUECTEL = Dialect(
    name="quectel",
    urcs=COMMON_URCS
    + (
        urc("+QIURC: recv", DATA, link=1),
        urc("+QIURC: closed", CLOSED, link=1),
        urc("+QIURC: incoming full", NOTHING),
        urc("+QIURC: incoming", INCOMING, link=1, peer=3),
        urc("+QIURC: pdpdeact", LOST),
    ),
    counted=Counted("+QIRD", 1, 0),
    left=None,
    piece=1460,
    iccid=command("+QCCID", ["+QCCID"]),
    pin_tries=(command('+QPINC="SC"', ["+QPINC: SC"]), 1),
    registration=("+CEREG", "+CGREG", "+CREG"),
    setup=(
        step("+CTZU=1", False),
        step("+CREG=0", False),
        step("+CGREG=0", False),
        step("+CEREG=0", False),
    ),
    save_rate=command("&W"),
    restart=command("+CFUN=1,1", limit_ms=15_000),
    down=(step("+QIDEACT=1", limit_ms=40_000),),
    up=(
        step('+QICSGP=1,1,"{apn}","{user}","{password}",{auth}', limit_ms=5_000),
        step("+QIACT=1", limit_ms=150_000),
    ),
    address=(command("+QIACT?", ["+QIACT: 1"], limit_ms=5_000), 3),
    open=step(
        '+QIOPEN=1,{link},"{kind}","{host}",{port},0,0',
        ends=("OK", "+QIOPEN: {link}"),
        code=1,
        limit_ms=151_000,
    ),
    open_udp=None,
    send=step(
        "+QISEND={link},{size}",
        ends=("SEND OK",),
        fails=("SEND FAIL",),
        is_prompted=True,
        limit_ms=30_000,
    ),
    send_udp=None,
    full="SEND FAIL",
    read=step("+QIRD={link},{size}", answers=("+QIRD",), limit_ms=5_000),
    close=step("+QICLOSE={link}", limit_ms=11_000),
    listen=step(
        '+QIOPEN=1,11,"TCP LISTENER","127.0.0.1",0,{port},0',
        ends=("OK", "+QIOPEN: 11"),
        code=1,
        limit_ms=10_000,
    ),
    unlisten=step("+QICLOSE=11", limit_ms=11_000),
    resolve=None,
    ping=command(
        '+QPING=1,"{host}",{seconds},{count}',
        ["+QPING"],
        ["OK", "+QPING: 0,#,#,#,#,#,#"],
        ["+QPING: %d" % code for code in (550, 552, 561, 564, 565, 566, 570, 572, 573)],
        limit_ms=60_000,
    ),
    echo=Echo("+QPING: 0", 5, 3, 1, 1 << 30),
)
