"""Faults from the command line, and the pages that are made from the list of them."""

import json
from pathlib import Path

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate.dirt import FAULTS, fault_page, fault_table, what_the_protocol_needs
from dipoutcomes.simulate.faults import Faults, parse_faults

ROOT = Path(__file__).parents[2]
RECIPE = str(ROOT / "synthetic" / "gwent.toml")


def test_the_committed_page_is_current():
    # Where this fails: python -c "from dipoutcomes.simulate.dirt import fault_page;
    # print(fault_page(), end='')" > docs/faults.md
    assert (ROOT / "docs" / "faults.md").read_text("utf-8") == fault_page()


@pytest.mark.parametrize("kind", FAULTS)
def test_every_kind_is_explained_once_on_both(kind):
    assert fault_table().count(f"  {kind} (") == 1
    assert fault_page().count(f"| `{kind}` |") == 1
    assert str(FAULTS[kind]).startswith(f"{kind} ({FAULTS[kind].table}): ")


def test_list_faults_needs_no_recipe(command):
    answer = command(["synthesise", "--list-faults"])
    assert answer.code == 0
    assert answer.out.strip() == fault_table()


def test_faults_of_the_command_replace_those_of_the_recipe(command, tmp_path):
    out = tmp_path / "made"
    arguments = ["synthesise", RECIPE, "--out", str(out), "-q", "--faults"]
    assert command([*arguments, "cells_shifted=2, total_row"]).code == 0
    truth = json.loads((out / "truth.json").read_text("utf-8"))
    assert truth["parameters"]["faults"] == {"cells_shifted": 2, "total_row": 1}
    made = {fault["kind"]: fault["rows"] for fault in truth["faults"]}
    assert made.pop("accented_name") > 0
    assert made == {"cells_shifted": 2, "total_row": 1}
    assert command([*arguments, "none"]).code == 0
    truth = json.loads((out / "truth.json").read_text("utf-8"))
    assert truth["parameters"]["faults"] == {}
    assert truth["protocol_needs"] == {"date_formats": ["%d/%m/%Y"]}


def test_faults_that_cannot_be_read_are_named_all_at_once(command, tmp_path):
    out = tmp_path / "made"
    answer = command(
        ["synthesise", RECIPE, "--out", str(out), "--faults", "cell_shifted,total_row=x,blank_rows,"
         "blank_rows"]
    )  # fmt: skip
    assert answer.code == ProtocolError.exit_code
    assert "no fault 'cell_shifted'; did you mean 'cells_shifted'?" in answer.err
    assert "'total_row' needs a whole number from 0" in answer.err
    assert "'blank_rows' is named twice" in answer.err
    assert not out.exists()


def test_faults_that_the_people_cannot_have_are_named_all_at_once(command, tmp_path):
    out = tmp_path / "made"
    asked = "all,open_custody_as_9999=900,missing_exit_date=901"
    answer = command(["synthesise", RECIPE, "--out", str(out), "--faults", asked])
    assert answer.code == ProtocolError.exit_code
    assert "open_custody_as_9999 asks for 900 people, and " in answer.err
    assert "missing_exit_date asks for 901 people, and " in answer.err
    assert not out.exists()


def test_faults_have_no_meaning_for_stand_ins(command, tmp_path):
    arguments = ["synthesise", "--like", RECIPE, "--out", str(tmp_path / "x"), "--faults", "all"]
    answer = command(arguments)
    assert answer.code == 2


@pytest.mark.parametrize(("text", "each"), [("all", 1), ("none", 0), (" all ", 1)])
def test_all_and_none(text, each):
    assert set(parse_faults(text).model_dump().values()) == {each}


def test_all_but_some():
    asked = parse_faults("all,total_row=0,blank_rows=4").model_dump()
    assert (asked.pop("total_row"), asked.pop("blank_rows")) == (0, 4)
    assert set(asked.values()) == {1}


@pytest.mark.parametrize(
    "text",
    ["", "none,total_row", "total_row,all", "=3", "total_row=-1", "total_row=1.5", "total_row=²"],
)
def test_nothing_is_guessed(text):
    with pytest.raises(ProtocolError, match="Write all, none or kind=3"):
        parse_faults(text)


def test_what_a_protocol_must_declare_is_joined():
    needs = what_the_protocol_needs(Faults.model_fields)
    assert needs["date_formats"][0] == "%d/%m/%Y"
    assert len(needs["date_formats"]) == len(set(needs["date_formats"])) == 5
    assert needs["repeated_events"] == "reject"
    assert needs["similar_identifiers"] == "uncertain"
    assert set(needs) == {
        "date_formats", "missing", "missing_dates", "open_ended_dates", "repeated_events",
        "similar_identifiers",
    }  # fmt: skip
    assert what_the_protocol_needs([]) == {"date_formats": ["%d/%m/%Y"]}
