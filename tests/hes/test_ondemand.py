"""`hes read` inside the server: through the gateway header to a meter and back."""

import asyncio

import pytest

from hes_stub import ondemand
from hes_stub.errors import HesError
from tests.hes.fake_dcu import Dcu, Plant, meter_row
from tests.hes.running_hes import run_hes, until

TERMINAL = "07310001"
ENERGY = "1.0.1.8.0.255"


def request(items=ENERGY, mp=1, terminal=TERMINAL, attribute=2, logical=1):
    names = ("terminal", "mp", "items", "attribute", "logical")
    return dict(zip(names, (terminal, mp, items, attribute, logical)))


def answer_to(folder, asked, meters=None, plant=None, **options):
    answers = []

    async def check(hes):
        the_plant = plant or Plant()
        the_plant.meters = meters or the_plant.meters
        await Dcu(the_plant, hes.port).dial()
        await until(lambda: hes.meters())
        answers.append(await hes.reader.read(asked))

    run_hes(folder, check, **options)
    return answers[0]


def test_a_register_has_scaler_and_unit_applied(tmp_path, capsys):
    answer = answer_to(tmp_path, request())
    item = {"obis": ENERGY, "class": 3, "attribute": 2, "value": 12345.6, "unit": "Wh"}
    assert answer["items"] == [item] and answer["result"] == "good"
    line = f"read MP 1 through {TERMINAL}: {ENERGY} = 12345.6 Wh\n"
    assert line in capsys.readouterr().out


def test_clocks_texts_and_raw_attributes_are_shown_as_what_they_are(tmp_path):
    asked = f"0.0.1.0.0.255,0.0.96.1.0.255,3/{ENERGY}/3"
    values = [item["value"] for item in answer_to(tmp_path, request(asked))["items"]]
    assert values == ["2023-11-14 22:13:20Z", "M<17>", [-1, 30]]


def test_an_item_that_the_meter_has_not_makes_it_partly(tmp_path):
    answer = answer_to(tmp_path, request(f"1.0.99.99.9.255,{ENERGY}"))
    assert answer["result"] == "partly" and answer["error"] is None
    assert "object undefined" in answer["items"][0]["error"]
    assert answer["items"][1]["value"] == 12345.6


def test_only_items_that_the_meter_has_not_is_refused(tmp_path):
    assert answer_to(tmp_path, request("1.0.99.99.9.255"))["result"] == "refused"


def test_a_silent_meter_is_no_answer(tmp_path):
    answer = answer_to(tmp_path, request(), meters=[meter_row(1, address="18")])
    assert answer["result"] == "no answer" and answer["error"] == "MP 1 does not answer"


def test_a_meter_that_falls_silent_after_some_items_is_partly(tmp_path):
    plant = Plant()
    calls = []

    def before_meter(asked):
        calls.append(asked)
        return b"\xd8\x01\x03" if len(calls) > 3 else None

    plant.before_meter = before_meter
    answer = answer_to(tmp_path, request(f"{ENERGY},0.0.1.0.0.255"), plant=plant)
    assert answer["result"] == "partly" and len(answer["items"]) == 1


def test_a_meter_that_the_dcu_does_not_give_way_to_is_refused(tmp_path):
    plant = Plant()
    plant.before_meter = lambda asked: b"\xd8\x01\x01"
    assert answer_to(tmp_path, request(), plant=plant)["result"] == "refused"


def test_a_meter_that_answers_rubbish_is_no_answer(tmp_path):
    plant = Plant()
    plant.before_meter = lambda asked: b"\x01\x02\x03"
    answer = answer_to(tmp_path, request(), plant=plant)
    assert answer["result"] == "no answer" and "answers wrongly" in answer["error"]


def test_a_dcu_that_never_answers_for_the_meter_is_no_answer(tmp_path):
    async def check(hes):
        dcu = Dcu(Plant(), hes.port)
        await dcu.dial()
        await until(lambda: hes.meters())
        dcu.deaf = True
        answer = await hes.reader.read(request())
        assert answer["result"] == "no answer" and "0.1 s" in answer["error"]

    run_hes(tmp_path, check, limits={"meter_answer_s": 0.1})


def test_an_absent_dcu_is_no_answer(tmp_path):
    assert answer_to(tmp_path, request(terminal="07310099"))["result"] == "no answer"


def test_a_meter_that_was_put_on_file_just_now_is_read(tmp_path):
    plant = Plant()

    async def check(hes):
        await Dcu(plant, hes.port).dial()
        await until(lambda: len(hes.meters()) == 3)
        plant.meters.append(meter_row(4))
        answer = await hes.reader.read(request(mp=4))
        assert answer["result"] == "good"

    run_hes(tmp_path, check, fetch_s=3600)


def test_an_errand_of_one_who_has_gone_is_not_done(tmp_path):
    done = []

    async def errand(session):
        done.append(session)

    async def check(hes):
        await Dcu(Plant(), hes.port).dial()
        await until(lambda: hes.meters())
        link = hes.hall.dcus[TERMINAL]
        gone = asyncio.get_running_loop().create_future()
        gone.cancel()
        link.errands.append((errand, gone))
        await link.errand(errand, 5)
        assert len(done) == 1

    run_hes(tmp_path, check)


def test_who_waits_for_a_look_at_the_archive_of_a_dcu_that_goes_is_let_go(tmp_path):
    async def check(hes):
        dcu = Dcu(Plant(), hes.port)
        await dcu.dial()
        await until(lambda: hes.meters() and hes.dcu()["backlog"] == 0)
        dcu.deaf = True
        reading = asyncio.create_task(hes.reader.read(request(mp=4)))
        await asyncio.sleep(0.05)
        assert not reading.done()
        dcu.hang_up()
        await until(reading.done)
        assert "no MP 4" in str(reading.exception())

    run_hes(tmp_path, check, fetch_s=3600)


@pytest.mark.parametrize(
    "asked, told",
    [
        (request(mp=99), "hes meters"),
        (request(mp=0), "mp"),
        (request(mp="1"), "mp"),
        (request(items=None), "OBIS"),
        (request(items=",".join([ENERGY] * 51)), "50"),
        (request(attribute=None), "attribute"),
        (request(logical=70000), "logical"),
        ({}, "mp"),
    ],
)
def test_wrong_use_says_what(tmp_path, asked, told):
    with pytest.raises(HesError, match=told):
        answer_to(tmp_path, asked)


def test_a_meter_with_a_password_needs_one(tmp_path):
    meters = [meter_row(1, auth="lls")]
    with pytest.raises(HesError, match="--meter-password"):
        answer_to(tmp_path, request(), meters=meters)


def test_a_refused_password_is_refused_and_not_shown(tmp_path, capsys):
    meters = [meter_row(1, auth="lls")]
    answer = answer_to(tmp_path, request(), meters=meters, meter_password=b"Geheim12")
    assert answer["result"] == "refused" and "Geheim" not in str(answer)
    assert "Geheim" not in capsys.readouterr().out


def test_a_meter_on_a_channel_that_is_not_reached_is_wrong_use(tmp_path):
    with pytest.raises(HesError, match="mbus"):
        answer_to(tmp_path, request(), meters=[meter_row(1, channel="mbus")])


def test_reads_wait_for_each_other_up_to_a_limit(tmp_path):
    async def check(hes):
        await Dcu(Plant(), hes.port).dial()
        await until(lambda: hes.meters())
        reads = [hes.reader.read(request()) for _ in range(ondemand.WAITING_MAX + 1)]
        results = [answer["result"] for answer in await asyncio.gather(*reads)]
        assert results == ["good"] * ondemand.WAITING_MAX + ["refused"]
        assert (await hes.reader.read(request()))["result"] == "good"

    run_hes(tmp_path, check)
