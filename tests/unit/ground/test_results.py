"""Results say what they rest on, and survive being stored."""

import json
import math

import pytest

from dipoutcomes.results import (
    Column,
    Curve,
    Deviation,
    Estimate,
    EstimateRow,
    EstimateTable,
    Interval,
    StudyResults,
    Table,
)


def share(events=22, base=84, **more):
    interval = Interval(0.18, 0.365, 0.95, "Wilson score")
    fields = {"measure": "proven reoffending rate", "value": events / base, "interval": interval}
    return Estimate(**fields | {"events": events, "base": base, "base_unit": "persons"} | more)


def test_the_sentence_has_value_interval_method_and_counts():
    assert str(share()) == (
        "proven reoffending rate: 0.262 (95% CI 0.180 to 0.365, Wilson score; 22 of 84 people)"
    )


def test_a_comparison_names_both_counts():
    both = share(48, 216, reference_events=66, reference_base=216)
    assert both.counts == "48 of 216 against 66 of 216 people"


def test_a_withheld_estimate_has_no_number_left():
    hidden = share(3, 84).withhold("rests on a count of fewer than 5")
    plain = hidden.to_dict()
    assert plain["events"] is None
    numbers = [plain["value"], plain["base"], plain["interval"]["low"], plain["interval"]["high"]]
    assert all(math.isnan(n) for n in numbers)
    assert str(hidden) == ("proven reoffending rate: withheld [rests on a count of fewer than 5]")
    assert "84" not in hidden._repr_html_()


def test_an_unknown_quantity_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'share'"):
        share(quantity="shares")


def test_an_interval_holds_its_limits_and_is_not_upside_down():
    interval = Interval(0.2, 0.4, 0.95, "test")
    assert 0.2 in interval
    assert 0.41 not in interval
    with pytest.raises(ValueError, match="above the upper"):
        Interval(0.5, 0.4, 0.95, "test")
    with pytest.raises(ValueError, match=r"95% is written 0\.95"):
        Interval(0.1, 0.4, 95, "test")


def curve():
    return Curve(
        label="all", measure="share arrested", time=(0.0, 3.0), value=(1.0, 0.5),
        low=(1.0, 0.1), high=(1.0, float("nan")), at_risk=(4, 4), events=(0, 2), censored=(0, 0),
        time_unit="days", confidence_level=0.95, method="log-log",
    )  # fmt: skip


def test_a_curve_is_read_from_its_last_step():
    assert curve().at(2.9)[0] == 1.0
    assert curve().at(3)[0] == 0.5
    assert curve().at_risk_at([0, 3, 4]) == [4, 4, 0]


def test_arrays_of_a_curve_have_one_length():
    with pytest.raises(ValueError, match="one length"):
        Curve.from_dict(curve().to_dict() | {"events": [1]})


def results():
    table = EstimateTable(
        name="shares", caption="Shares", rows=(EstimateRow(label="before", estimate=share()),)
    )
    columns = [Column(key="says", heading="Step", kind="label"), Column(key="n", heading="N")]
    flow = Table.of("flow", "Losses", columns, [["all", 28], ["found", None]])
    return StudyResults(
        facts={"title": "A study", "id": "a"},
        estimates={"shares": table},
        tables={"flow": flow},
        curves={"time": (curve(),)},
        deviations=(Deviation(key="a.b", locked="1", current="2", declared=False),),
        provenance={"seed": 1},
    )


def test_results_survive_json_with_its_lack_of_nan():
    text = json.dumps(results().to_dict()).replace("NaN", "null")
    back = StudyResults.from_dict(json.loads(text))
    assert json.dumps(back.to_dict()) == json.dumps(results().to_dict())


def test_a_table_of_estimates_is_read_by_label():
    table = results().estimates["shares"]
    assert table["before"].events == 22
    with pytest.raises(KeyError, match="its rows: before"):
        table["after"]
    assert table.to_frame().loc[0, "low"] == 0.18
