"""`dipoutcomes interval` answers on the spot, and says plainly what it cannot do."""

import json

import pytest

from dipoutcomes.cli.main import main

ANSWERS = [
    ("proportion 21 28", "75.0% (95% CI 56.6% to 87.3%, Wilson score)"),
    ("proportion 21 28 --population 210", "56.7% to 88.1%, exact (hypergeometric)"),
    ("proportion 0 12 --side upper --method clopper_pearson", "0.0% to 22.1%"),
    ("difference 56 70 48 80", "5.3% to 33.8%"),  # Newcombe (1998) prints 0.0528 to 0.3382
    ("odds-ratio 21 28 13 29 --method fisher", "1.057 to 13.453"),
    ("rate-ratio 21 56.4 35 50.1 --method exact", "0.533"),
    ("before-after 25 25.4 26 25.2", "1.048"),
    ("coverage 28 --population 210", "no fewer than 95.9%"),
]


@pytest.mark.parametrize(("command", "answer"), ANSWERS, ids=[c for c, _ in ANSWERS])
def test_a_question_is_answered_on_the_spot(command, answer, capsys):
    assert main(["interval", *command.split()]) == 0, capsys.readouterr().err
    assert answer in capsys.readouterr().out


def test_json_holds_the_counts_the_limits_and_the_method(capsys):
    assert main(["interval", "proportion", "21", "28", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["count"], found["base"], found["method"]) == (21, 28, "Wilson score")
    assert found["low"] == pytest.approx(0.566443, abs=1e-6)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("proportion 21 28 --method wilsn", "did you mean 'wilson'"),
        ("proportion 21 28 --side loer", "did you mean 'lower'"),
        ("proportion 21 28 --method blaker --side lower", "no one-sided bounds"),
        ("proportion 29 28", "more than BASE"),
    ],
)
def test_misuse_is_code_2_with_the_way_out(command, words, capsys):
    assert main(["interval", *command.split()]) == 2
    assert words in capsys.readouterr().err
