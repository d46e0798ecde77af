"""`dipoutcomes payment design`: what is printed before anybody signs."""

import json

import pytest

from dipoutcomes.cli.main import main

DONCASTER = ["payment", "design", "doncaster-2011", "--people", "100", "--promised", "0.10", "-q"]


def test_it_says_both_risks_the_bar_the_size_and_the_scenarios(capsys):
    assert main([*DONCASTER, "--share", "0.58", "--drift", "-0.02"]) == 0
    said = capsys.readouterr().out
    assert "pays 18.1% of the time if the programme does nothing" in said
    assert "about a coin toss" in said
    assert "147 people keep both risks" in said
    assert "national drift" in said
    assert "30.6%" in said
    assert "Not verified" in said


def test_json_has_the_same_numbers(capsys):
    assert main([*DONCASTER, "--share", "0.58", "--value", "1000000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["risks"]["commissioner_risk"] == pytest.approx(0.1807358888)
    assert found["size"]["n"] == 147
    assert found["characteristics"]["rows"][0]["expected_payment"] == pytest.approx(-63_853, abs=1)


@pytest.mark.parametrize(
    "people", [[], ["--share", "0.58", "--mean", "1.5", "--sd", "2"], ["--mean", "1.5"]]
)
def test_people_are_described_in_one_way(people, capsys):
    assert main([*DONCASTER, *people]) == 2
    assert "--share" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["--share", "1.58"], ["--share", "x"], ["--share", "0.58", "--value", "much"]]
)
def test_numbers_out_of_range_are_misuse(wrong, capsys):
    assert main([*DONCASTER, *wrong]) == 2
    assert capsys.readouterr().err


def test_what_the_contract_cannot_tell_is_a_design_error(capsys):
    command = ["payment", "design", "drug-recovery-illustration", "--people", "50"]
    assert main([*command, "--share", "0.6", "--promised", "0.1", "-q"]) == 12
    assert "Name other terms" in capsys.readouterr().err
    assert main(["payment", "design", "nowhere", "--people", "5", "--share", "0.5",
                 "--promised", "0.1", "-q"]) == 14  # fmt: skip
