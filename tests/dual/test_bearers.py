"""The uplink takes the cellular module up and down the ladder, and dials through it."""

from dcu.bearers import Cellular
from hal import coop
from tests.dual.modem_bench import HES, Bench
from tests.dual.scripted_hes import QUICK, HesBench, seconds
from wire import qgdw3761
from wire.demux import Demux

HOUR_S = 3_600


def head_end(peer, octets):
    """Confirms the 376.1 frame that came, which is whole."""
    demux = Demux()
    demux.feed(octets)
    kind, frame = demux.next_message() or ("", None)
    if kind == "gdw":
        peer.say(qgdw3761.encode(qgdw3761.confirmation(frame)))


class Link:
    """The uplink of one bench, over the module of another."""

    def __init__(self, bench):
        settings = (("uplink.channel", "modem"), ("hes.main", "%s:%d" % HES))
        self.hes = HesBench(settings + QUICK)
        bearers = {"modem": Cellular(bench.modem)}
        bearers["ethernet"] = self.hes.ethernet()
        self.uplink = self.hes.uplink_over(bearers)

    def total(self, name):
        return self.uplink.status()[name]


def linked(play):
    async def whole(bench):
        bench.town.hosts[HES[1]] = head_end
        link = Link(bench)
        running = coop.spawn(link.uplink.run(link.hes.part))
        await play(bench, link)
        assert not running.done()
        await coop.stop(running)
        assert link.hes.part.longest_ms < 100_000

    Bench("quectel").run(whole)


async def online_in(link, limit_s):
    for _ in range(limit_s):
        if link.uplink.state == "online":
            return
        await seconds(1)
    raise AssertionError(link.uplink.state, link.hes.said[-5:])


def test_it_registers_through_the_module_and_again_when_the_context_was_taken():
    async def play(bench, link):
        await online_in(link, 60)
        await seconds(HOUR_S)
        assert link.total("sessions") == 1 and link.total("heartbeats") >= 11
        bench.module.dialect.lose_context(bench.module)
        await seconds(2)
        await online_in(link, 30)
        assert (link.total("sessions"), link.total("redials"), link.total("resets")) == (2, 0, 0)

    linked(play)


def test_another_channel_lets_the_module_go_in_the_middle_of_a_session():
    async def play(bench, link):
        await online_in(link, 60)
        link.hes.settings.put("uplink.channel", "ethernet")
        await seconds(3)
        assert bench.modem.state == "off" and not bench.port.is_open
        assert len(link.hes.dials) == 1
        await online_in(link, 5)
        link.hes.settings.put("uplink.channel", "modem")
        await seconds(3)
        await online_in(link, 60)
        assert link.total("sessions") == 3 and bench.modem.is_online

    linked(play)


def test_a_network_that_denies_us_is_asked_four_times_an_hour_and_nothing_is_restarted():
    async def play(bench, link):
        bench.module.registration = 3
        await seconds(HOUR_S)
        assert bench.module.starts == 1 and link.total("resets") == 0
        assert 2 <= len(link.hes.heard("the network denies us; again in 900 s")) <= 4
        bench.module.registration = 1
        await online_in(link, 1_300)

    linked(play)


def test_a_mute_module_is_restarted_with_hold_offs_and_found_again():
    async def play(bench, link):
        await online_in(link, 60)
        bench.module.is_mute = True
        await seconds(HOUR_S)
        assert 3 <= link.total("resets") <= 6
        bench.module.is_mute = False
        await online_in(link, HOUR_S)

    linked(play)


def test_a_module_that_restarts_by_itself_is_brought_up_again():
    async def play(bench, link):
        await online_in(link, 60)
        bench.module.restart()
        await seconds(2)
        await online_in(link, 200)
        assert link.total("resets") == 0

    linked(play)


def test_a_dark_network_is_dialled_anew_and_a_silent_hes_is_not():
    async def play(bench, link):
        await online_in(link, 60)
        bench.town.hosts.pop(HES[1])
        bench.town.peers[-1].hang_up()
        await seconds(HOUR_S)
        assert link.total("redials") == link.total("resets") == 0
        bench.town.is_dark = True
        await seconds(HOUR_S)
        assert link.total("redials") >= 3 and link.total("resets") >= 1
        bench.town.is_dark = False
        bench.town.hosts[HES[1]] = head_end
        await online_in(link, HOUR_S)

    linked(play)
