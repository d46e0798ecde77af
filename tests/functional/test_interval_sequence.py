"""`dipoutcomes interval sequence` looks after every person, and says when to stop."""

import json

import pytest

from dipoutcomes.cli.main import main

OUTCOMES = "0111" * 7


def asked(capsys, *arguments):
    code = main(["interval", "sequence", *arguments])
    return code, capsys.readouterr()


def test_the_limits_and_their_price_are_printed(capsys):
    code, answer = asked(capsys, "210", OUTCOMES)
    assert code == 0
    assert "21 of 28 people, from a frame of 210" in answer.out
    assert "48.6% to 91.0%" in answer.out
    assert "56.7% to 88.1%" in answer.out


def test_a_question_is_answered_at_the_first_person_at_whom_it_can_be(capsys):
    code, answer = asked(capsys, "210", "0" * 12, "--below", "0.5")
    assert code == 0
    assert "answered at person 8" in answer.out


def test_a_file_holds_one_person_a_line(capsys, tmp_path):
    path = tmp_path / "outcomes.txt"
    path.write_text("\n".join(OUTCOMES) + "\n", encoding="utf-8")
    typed, read = (asked(capsys, "210", given)[1].out for given in (OUTCOMES, str(path)))
    assert typed == read


def test_json_has_the_limits_after_each_person_and_the_answer(capsys):
    code, answer = asked(capsys, "210", "u011", "--untraced", "bounds", "--below", "0.5", "--json")
    assert code == 0
    found = json.loads(answer.out)
    assert len(found["after_each_person"]["low"]) == found["n"] == 4
    assert (found["events"], found["untraced"]) == (2, 1)
    assert found["after_each_person"]["share"][0] is None
    assert found["question"]["answer"] == ""


def test_the_table_has_a_line_a_person(capsys):
    code, answer = asked(capsys, "210", "0111", "--each")
    assert code == 0
    assert [line.split()[0] for line in answer.out.splitlines()[3:7]] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("arguments", "expected", "words"),
    [
        (["3", "0111"], 12, "somebody is counted twice"),
        (["210", "u111"], 12, "the first person is untraced"),
        (["210", "none.txt"], 14, "no file"),
        (["210", "0111", "--method", "wilson"], 2, "hedged_capital"),
        (["210", "0111", "--untraced", "skip"], 2, "stop, bounds"),
        (["210", "0111", "--below", "50"], 2, "strictly between 0 and 1"),
        (["0", "0111"], 2, "population"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(capsys, arguments, expected, words):
    code, answer = asked(capsys, *arguments)
    assert code == expected
    assert words in answer.err


def test_lines_that_are_no_outcomes_are_counted_and_not_quoted(capsys, tmp_path):
    path = tmp_path / "outcomes.txt"
    path.write_text("1\n0\nJane Doe\n\n1\n", encoding="utf-8")
    code, answer = asked(capsys, "210", str(path))
    assert code == 11
    assert "2 of 5 lines" in answer.err
    assert "lines 3, 4" in answer.err
    assert "Jane" not in answer.err
