"""Important events go by AFN 0E, unasked, until the HES confirms them. In virtual time."""

from dcu.alarm_codes import METER_REPLACED, METER_SILENT
from dcu.gdw_events import REPORTED_MAX
from dcu.gdw_report import report_events
from hal import coop
from hal.errors import PortError
from tests.dual.gdw_bench import GdwBench
from tests.dual.scripted_hes import frame_of_hes, run, seconds
from tests.virtual import run_virtual
from wire import qgdw3761
from wire.qgdw3761_message import take_units

REPEAT_S = 30  # default of hes.repeat_alarm_s


class Session:
    """`sent` [(seconds, [pointers], events)]; `confirms` those that come."""

    def __init__(self, clock):
        self._clock = clock
        self.began_s = clock.utc_s()
        self.sent = []
        self.reported = None
        self.confirms = True
        self.is_closed = False

    def is_confirmed(self, number):
        return number == self.reported

    async def report(self, body, events):
        await coop.sleep_ms(0)
        if self.is_closed:
            raise PortError("closed")
        ((_, _, ((value,),)),), rest = take_units(0x0E, True, body)
        assert rest == b"" and events == bytes([value["important"], value["ordinary"]])
        pointers = list(range(value["from"], value["to"]))
        self.sent.append((self._clock.utc_s() - self.began_s, pointers))
        number = len(self.sent) % 16
        self.reported = number if self.confirms else None
        return number


def play(scene, settings=(("gdw.push", "yes"),)):
    bench = GdwBench(settings)
    bench.gdw.events.were_read(bench.dcu.alarms.last)
    session = Session(bench.clock)
    bench.first = bench.gdw.events.counters()[0]

    async def main():
        args = session, bench.gdw, bench.dcu.settings, bench.clock
        task = coop.spawn(report_events(*args))
        await scene(bench, session)
        bench.is_done = task.done()
        await coop.stop(task)

    run_virtual(main())
    return bench, session


def silent(bench, mp=1):
    bench.dcu.alarms.raise_alarm(METER_SILENT, mp, "no answer")


def test_an_important_event_is_reported_once_when_it_is_confirmed():
    async def scene(bench, session):
        await seconds(10)
        bench.dcu.alarms.raise_alarm(METER_REPLACED, 1, "an ordinary one")
        await seconds(10)
        assert session.sent == []
        silent(bench)
        await seconds(100)
        ((_, pointers),) = session.sent
        assert pointers == [bench.first]
        assert bench.dcu.alarms.mark == 0  # it waits to be acknowledged as an alarm

    bench, _ = play(scene)
    assert bench.new_gdw().events.to_report() is None  # nor after a restart


def test_one_that_is_not_confirmed_is_repeated_also_after_a_restart():
    async def scene(bench, session):
        session.confirms = False
        silent(bench)
        await seconds(3 * REPEAT_S + 10)
        times = [at_s for at_s, _ in session.sent]
        assert [b - a for a, b in zip(times, times[1:])] == [REPEAT_S + 1] * 3
        assert bench.new_gdw().events.to_report() is not None
        session.confirms = True
        await seconds(REPEAT_S + 2)
        assert len(session.sent) == 5 and bench.gdw.events.to_report() is None

    play(scene)


def test_many_go_in_frames_of_a_few_oldest_first():
    async def scene(bench, session):
        for mp in range(1, 2 * REPORTED_MAX + 2):
            silent(bench, mp)
        await seconds(10)
        sent = [pointers for _, pointers in session.sent]
        assert [len(each) for each in sent] == [REPORTED_MAX, REPORTED_MAX, 1]
        flat = [pointer for each in sent for pointer in each]
        assert flat == list(range(bench.first, bench.first + len(flat)))

    play(scene)


def test_it_is_off_by_default_and_switched_by_afn_05():
    async def scene(bench, session):
        silent(bench)
        await seconds(10)
        assert session.sent == []
        for fn, text in ((29, "yes"), (37, "no")):
            await bench.gdw.serve(bench.frame(0x05, [(0, fn)]), drop, False)
            assert bench.dcu.settings.get("gdw.push") == text

    async def drop(frame):
        pass

    play(scene, ())


def test_a_session_that_is_closed_ends_it():
    async def scene(bench, session):
        session.is_closed = True
        silent(bench)
        await seconds(3)

    bench, _ = play(scene)
    assert bench.is_done


def test_a_session_matches_the_confirmation_to_the_report_and_to_the_heartbeat():
    async def scene(bench):
        await seconds(1)
        session = bench.uplink._session
        number = await session.report(b"\x00\x00\x01\x00\x01\x00\x01\x01", b"\x01\x00")
        await seconds(1)
        (frame,) = bench.frames
        assert (frame.control, frame.seq, frame.afn) == (0xE4, 0x70 | number, 0x0E)
        assert frame.events == b"\x01\x00" and not session.is_confirmed(number)
        data = await session.tell(0x0C, b"\x00\x00\x02\x00" + bytes(6), b"", True)
        assert bench.frames[-1].seq == 0x70 | data and bench.frames[-1].afn == 0x0C
        for seq, is_confirmed in ((0x60 | (data + 1) % 16, False), (0x60 | number, True)):
            answer = frame_of_hes(0x00, control=0x0B, seq=seq)
            bench.says_frame(answer)
            await seconds(1)
            assert session.is_confirmed(number) == is_confirmed
        assert not session.is_confirmed(data)
        bench.says_frame(frame_of_hes(0x00, control=0x0B, seq=0x60 | data))
        await seconds(1)
        assert session.is_confirmed(data) and session.is_confirmed(number)
        unasked = await session.tell(0x0C, b"\x00\x00\x02\x00" + bytes(6), b"")
        assert bench.frames[-1].seq == 0x60 | unasked
        denied = await session.report(b"\x00\x00\x01\x00\x01\x00\x01\x01", b"\x01\x00")
        denial = frame_of_hes(0x00, body=b"\x00\x00\x02\x00", control=0x0B, seq=0x60 | denied)
        bench.says_frame(denial)
        await seconds(1)
        assert not session.is_confirmed(denied)
        before = len(bench.functions(qgdw3761.HEARTBEAT))
        await seconds(20 * 310)  # a number comes again, of a heartbeat
        assert len(bench.functions(qgdw3761.HEARTBEAT)) - before == 20
        assert bench.uplink.status()["heartbeats_missed"] == 0

    run(scene)
