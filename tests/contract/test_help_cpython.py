"""Nothing that can be typed is left without a word of help."""

import argparse

from boards import cli_cpython, do_cpython
from hes_stub import cli as hes_cli
from meter_sim import cli as sim_cli
from tests.kept import refusal


def parsers_below(parser):
    """(parser, {verb: its line in the list})"""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield parser, {row.dest: row.help for row in action._choices_actions}, action.choices
            for below in action.choices.values():
                yield from parsers_below(below)


def test_every_verb_and_every_argument_says_what_it_is_for():
    missing = []
    for module in (cli_cpython, hes_cli, sim_cli):
        for parser, lines, choices in parsers_below(module._parser()):
            missing += [f"{parser.prog} {name}" for name in choices if not lines.get(name)]
            for below in choices.values():
                missing += [] if below.description else [f"{below.prog}: description"]
                missing += [
                    f"{below.prog} {row.dest}" for row in below._actions if not of_use(row)
                ]
    assert not missing


def of_use(action):
    return action.help or isinstance(action, argparse._SubParsersAction)


def test_a_field_that_is_given_twice_is_refused_by_its_name():
    assert "period is given twice" in refusal(
        do_cpython.as_object, ["period=1h", "id=1", "period=1d"]
    )
    assert do_cpython.as_object(["id=1", "items=1.0.1.8.0.255=09"]) == (
        '{"id": "1", "items": "1.0.1.8.0.255=09"}'
    )
