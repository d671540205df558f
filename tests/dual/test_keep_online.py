"""The module is kept online while it carries the uplink, and the uplink dials through it."""

from dcu.keep_online import dialling, keep_online
from hal import coop
from tests.dual.modem_bench import HES, Bench, error_of, read_all
from tests.dual.modem_town import echo
from tests.dual.northbound import Part


class Keeper:
    """keep_online at work on a bench, and what the uplink dials with."""

    def __init__(self, bench):
        self.values = {"uplink.channel": "modem"}
        self.lines = []
        self.part = Part()
        self.dial = dialling(self, bench.modem, self._by_ethernet)
        self.task = coop.spawn(keep_online(bench.modem, self, self._log, self.part))

    def get(self, key):
        return self.values[key]

    def _log(self, part, text):
        self.lines.append(text)

    async def _by_ethernet(self, host, port, timeout_ms):
        return "ethernet"


def kept(play):
    async def whole(bench):
        keeper = Keeper(bench)
        bench.town.hosts[HES[1]] = echo
        try:
            await play(bench, keeper)
        finally:
            await coop.stop(keeper.task)

    Bench("quectel").run(whole)


def test_the_uplink_dials_through_the_module_once_it_is_online():
    async def play(bench, keeper):
        assert "modem: off" in await error_of(keeper.dial(HES[0], HES[1], 20_000))
        await coop.sleep_ms(30_000)
        stream = await keeper.dial(HES[0], HES[1], 20_000)
        await stream.write(b"hello")
        assert await read_all(stream, 5) == b"hello"
        bench.module.dialect.lose_context(bench.module)
        await coop.sleep_ms(10_000)
        assert await keeper.dial(HES[0], HES[1], 20_000)
        assert keeper.lines == []

    kept(play)


def test_another_channel_lets_the_module_go():
    async def play(bench, keeper):
        await coop.sleep_ms(30_000)
        keeper.values["uplink.channel"] = "ethernet"
        assert await keeper.dial(HES[0], HES[1], 20_000) == "ethernet"
        await coop.sleep_ms(3_000)
        assert bench.modem.state == "off" and not bench.port.is_open

    kept(play)


def test_it_dials_again_at_growing_intervals_and_restarts_the_module_now_and_then():
    async def play(bench, keeper):
        bench.module.registration = 3
        await coop.sleep_ms(3 * 3_600_000)
        assert 2 <= bench.module.starts <= 3
        assert 7 <= len(keeper.lines) <= 9
        assert keeper.lines[0] == "modem: not registered with a network: denied; again in 60 s"
        bench.module.registration = 1
        await coop.sleep_ms(2_100_000)
        assert bench.modem.is_online

    kept(play)


def test_a_module_that_falls_silent_is_a_port_error_for_the_uplink_and_found_again():
    async def play(bench, keeper):
        await coop.sleep_ms(30_000)
        bench.module.is_mute = True
        text = await error_of(keeper.dial(HES[0], HES[1], 20_000))
        assert text.startswith("modem: silent")
        assert not bench.modem.is_online
        await coop.sleep_ms(30_000)
        bench.module.is_mute = False
        await coop.sleep_ms(120_000)
        assert await keeper.dial(HES[0], HES[1], 20_000)

    kept(play)
