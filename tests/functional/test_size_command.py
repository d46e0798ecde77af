"""`dipoutcomes size` answers on the spot, and says plainly what it cannot do."""

import json

import pytest

from dipoutcomes.cli.main import main

ANSWERS = [
    ("proportion --share 0.5 --width 0.2 --method wald --criterion planned", "97 people"),
    ("proportion --share 0.5 --width 0.1 --population 210 --criterion planned", "136 people"),
    ("proportion --share 0.5 --width 0.2 --retained 0.5 --criterion planned", "186 people"),
    ("difference --share-1 0.5 --share-2 0.3", "93 people in group 1 and 93 people in group 2"),
    ("difference --share-1 0.1 --share-2 0.02 --method arcsine --power 0.9", "163 people in"),
    ("paired --before-only 0.25 --after-only 0.05", "57 people"),
    ("rate-ratio --rate-1 1 --rate-2 0.6 --dispersion 0.7", "123 people in group 1"),
    ("log-rank --hazard-ratio 0.67 --method freedman", "202 events"),
    ("log-rank --hazard-ratio 0.5 --event-share 0.4", "165 people"),
    ("data-lab", "chance that at least 30 remain 43.4%"),
    ("data-lab --submitted 50", "asks for at least 60 people"),
    ("detect 28 --against 0.5 --method equal_variance", "difference 26.5 points"),
    ("detect 28 --against 0.45 --n-2 28", "Lowest share above: 80.4%"),
    ("detect 3 --against 0.5", "No difference at all can be shown"),
]


@pytest.mark.parametrize(("command", "answer"), ANSWERS, ids=[c for c, _ in ANSWERS])
def test_a_question_is_answered_on_the_spot(command, answer, capsys):
    assert main(["size", *command.split()]) == 0, capsys.readouterr().err
    assert answer in capsys.readouterr().out


@pytest.mark.parametrize("command", [c for c, _ in ANSWERS])
def test_json_holds_the_number_and_what_is_assumed(command, capsys):
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    assert main(["size", *command.split(), "--json"]) == 0
    found = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert all(isinstance(n, int) and n > 0 for n in found["n"].values())
    assert found["assumptions"]
    assert found["reference"]


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("difference --share-1 0.5 --share-2 0.5", 2, "are equal"),
        ("difference --share-1 50 --share-2 0.3", 2, "strictly between 0 and 1"),
        ("difference --share-1 0.5 --share-2 0.3 --method arcsin", 2, "did you mean 'arcsine'"),
        ("difference --share-1 0.5 --share-2 0.3 --power 0.05", 2, "more than 1 - confidence"),
        ("difference --share-1 0.5 --share-2 -0.3", 2, "0 or more"),
        ("difference --share-1 0.6 --share-2 0.55 --method pooled_z", 12, "Use method 'normal'"),
        ("proportion --share 0.5 --width 20", 2, "20 points are 0.2"),
        ("proportion --share 0.5 --width 0.2 --method exact --criterion planned", 2, "whole"),
        ("proportion --share 0.5 --width 0.00001", 12, "Accept a wider one"),
        ("proportion --share 0.75 --width 0.2 --population 210 --retained 0.2", 12, "holds 210"),
        ("paired --before-only 0.8 --after-only 0.4", 2, "at most 1"),
        ("log-rank --hazard-ratio 1", 2, "nothing differs"),
        ("data-lab --lowest 0.8 --highest 0.2", 2, "in order"),
        ("data-lab --lowest 0.0001 --highest 0.0001", 12, "Look at why"),
        ("detect 2.5 --against 0.5", 2, "not a whole number"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(command, code, words, capsys):
    assert main(["size", *command.split()]) == code
    assert words in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "name",
    ["", "proportion", "difference", "paired", "rate-ratio", "log-rank", "data-lab", "detect"],
)
def test_help_fits_80_columns(name, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    assert main(["size", *name.split(), "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line.endswith("...") and "ARGS" not in line]
