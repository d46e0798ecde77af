"""`dipoutcomes specifications`: every analysis that a protocol would have allowed."""

import csv
import json
from pathlib import Path

import pytest

from dipoutcomes.comparison.sensitivity import SpecificationCurve
from dipoutcomes.laboratory.specifications import run_specifications
from dipoutcomes.study import evaluate

PROTOCOL = "protocols/compared-synthetic.toml"


@pytest.fixture(scope="module")
def people() -> SpecificationCurve:
    return run_specifications(PROTOCOL)


def test_every_choice_is_combined_with_every_other_that_it_goes_with(people):
    # Nearest: 3 calipers, 3 ratios, with and without; radius: 3 calipers; three kinds of weights.
    assert len(people.specifications) + people.left_out == 2 * (3 * 3 * 2 + 3 + 3)
    assert people.main is not None
    assert dict(people.main.choices) == {
        "method": "nearest", "caliper": "0.2", "others for each": "2", "replacement": "without",
        "window": "12 months after the start",
    }  # fmt: skip
    for one in people.specifications:
        if one.choices["method"] not in {"nearest", "radius"}:
            assert one.choices["caliper"] == one.choices["replacement"] == "not used"


def test_the_protocols_own_analysis_is_that_of_the_study(people):
    table = evaluate(PROTOCOL).results.estimates["effects"]
    own = next(row.estimate for row in table.rows if row.label.startswith("made comparable"))
    assert people.main.estimate.value == pytest.approx(own.value, abs=1e-12)
    assert people.main.estimate.base == own.base


def test_the_numbers_of_the_source_give_the_studys_ratio_and_others_move_it_the_known_way():
    curve = run_specifications(PROTOCOL, part="regression_to_mean")
    by = {tuple(one.choices.values()): one.estimate.value for one in curve.specifications}
    assert len(by) == 25
    table = evaluate(PROTOCOL).results.estimates["regression_to_mean"]
    assert by["0.9", "1.2"] == pytest.approx(table["observed over expected"].value, abs=1e-12)
    # The more everybody offends, the more would have been expected after.
    assert by["0.45", "1.2"] > by["0.9", "1.2"] > by["1.8", "1.2"]


def test_the_command_prints_both_parts_and_writes_tables_and_figures(command, tmp_path):
    out = tmp_path / "curves"
    answer = command(["specifications", PROTOCOL, "--out", str(out), "-q"])
    assert answer.code == 0
    assert "48 analyses: median" in answer.out
    assert "25 analyses: median" in answer.out
    assert answer.out.count("the protocol's own") == 2
    assert "a description and not a test" in answer.out
    with (out / "other_people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 48
    assert sum(row["main"] == "True" for row in rows) == 1
    assert (out / "regression_to_mean.png").read_bytes()[:4] == b"\x89PNG"
    assert "25 analyses" in (out / "regression_to_mean.txt").read_text(encoding="utf-8")


def test_json_progress_and_the_ratio_of_events(command):
    arguments = ["specifications", PROTOCOL, "--part", "other_people", "--measure", "ratio"]
    answer = command([*arguments, "--json"])
    found = json.loads(answer.out)["other_people"]["specifications"]
    assert {one["estimate"]["quantity"] for one in found} == {"ratio"}
    assert "Analysis 24 of 24" in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["protocols/gwent-2013-14.toml"], 12, "0 comparisons whose choices can be varied"),
        ([PROTOCOL, "--part", "areas"], 2, "other_people or regression_to_mean"),
        ([PROTOCOL, "--measure", "odds"], 2, "measure"),
        (["no-such-protocol.toml"], 14, "no-such-protocol.toml"),
    ],
)
def test_what_cannot_be_varied_is_said(command, arguments, code, says):
    answer = command(["specifications", *arguments, "-q"])
    assert answer.code == code
    assert says in " ".join(answer.err.split())


def test_a_spread_estimated_from_a_reference_group_is_not_varied(tmp_path):
    folder = tmp_path / "protocols"
    folder.mkdir()
    text = Path(PROTOCOL).read_text(encoding="utf-8")
    kept = [
        line for line in text.splitlines()
        if not line.startswith(("events_per_year = 0.9", "shape = 1.2", "source = \"synthetic/"))
    ]  # fmt: skip
    text = "\n".join(kept).replace(
        'earlier = "24 to 12 months before"',
        'reference = "group"\nreference_value = "test alone"\nearlier = "24 to 12 months before"',
    )
    text = text.replace("../synthetic", str(Path("synthetic").resolve()))
    (folder / "study.toml").write_text(text, encoding="utf-8")
    from dipoutcomes.errors import DesignError

    with pytest.raises(DesignError, match="their error is in the interval already"):
        run_specifications(folder / "study.toml", part="regression_to_mean")
