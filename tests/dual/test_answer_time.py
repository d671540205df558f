"""Time limits that are learned from the answers, and what a meter may cost its bus."""

from dcu.meter_state import MeterState
from drivers.answer_time import LIMIT_MIN_MS, AnswerTime
from tests.dual.cardboard import record
from tests.virtual import UTC_S

USUAL_MS = 1000


def known(*answers_ms):
    answers = AnswerTime()
    for answer_ms in answers_ms:
        answers.heard(answer_ms)
    return answers


def test_the_whole_time_is_given_until_the_meter_is_known():
    assert known(*[20] * 7).limit_ms(USUAL_MS) == USUAL_MS
    assert known(*[20] * 8).limit_ms(USUAL_MS) == LIMIT_MIN_MS


def test_a_slow_answer_is_remembered_for_a_while():
    assert known(*[20] * 8, 250).limit_ms(USUAL_MS) == 750
    assert known(250, *[20] * 31).limit_ms(USUAL_MS) == 750
    assert known(250, *[20] * 32).limit_ms(USUAL_MS) == LIMIT_MIN_MS


def test_the_limit_is_never_beyond_the_usual_one():
    assert known(*[900] * 8).limit_ms(USUAL_MS) == USUAL_MS
    assert known(*[20] * 8).limit_ms(100) == 100


def test_after_a_miss_the_whole_time_is_given_until_it_is_known_again():
    answers = known(*[20] * 20)
    answers.missed()
    assert answers.limit_ms(USUAL_MS) == USUAL_MS
    for _ in range(7):
        answers.heard(20)
    assert answers.limit_ms(USUAL_MS) == LIMIT_MIN_MS


def test_a_meter_that_has_had_its_share_waits_for_the_next_hour():
    state = MeterState(record(1))
    state.spend(UTC_S, 599_999)
    assert not state.has_spent(UTC_S, 600)
    state.spend(UTC_S + 10, 1)
    assert state.has_spent(UTC_S + 10, 600) and not state.has_spent(UTC_S + 3600, 600)
    state.spend(UTC_S + 3600, 5)
    assert not state.has_spent(UTC_S + 3600, 600)
