"""What the console can do with Ethernet: see dcu/verbs.py."""

from dcu.exit_codes import GOOD


async def ethernet(dcu, say):
    """The dict that dcu/ethernet.py has as its status."""
    return GOOD, dcu.ethernet.status()


async def ethernet_keep(dcu, say):
    dcu.ethernet.keep()
    return GOOD, "the new setting of Ethernet is kept"


ETHERNET_VERBS = (
    ("ethernet", ethernet, "", "which address it has, and a change that is on trial"),
    ("ethernet keep", ethernet_keep, "", "the change that is on trial is good"),
)
