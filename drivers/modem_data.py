"""What a module is told before somebody else dials a data connection over its port: pppd.

Reference: 3GPP TS 27.007, 10.1.1 (+CGDCONT), 10.1.9 (+CGATT), 10.2.1.1 (D*99***cid#).
"""

from wire.at import command

DIAL = "ATD*99***1#"  # context 1, by PPP
_ATTACH = command("+CGATT=1", limit_ms=75_000)


async def define_context(channel, apn):
    """Context 1 leads to `apn`. PortError when it is refused."""
    await channel.demand(_ATTACH)
    await channel.demand(command(f'+CGDCONT=1,"IP","{apn}"'))
