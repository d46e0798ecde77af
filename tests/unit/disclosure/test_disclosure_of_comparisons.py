"""Tables of comparisons give no withheld count back, whatever stands beside them."""

from __future__ import annotations

import pytest

from dipoutcomes import disclosure
from dipoutcomes.results import (
    Column,
    Estimate,
    EstimateRow,
    EstimateTable,
    Interval,
    StudyResults,
    Table,
)

T = 5


def ratio(events, reference_events, *, label="r", group="", base=100.0, reference_base=200.0):
    estimate = Estimate(
        measure="m", value=0.5, interval=Interval(0.2, 0.9, 0.95, "test"), events=events,
        base=base, base_unit="persons", quantity="ratio", reference_events=reference_events,
        reference_base=reference_base,
    )  # fmt: skip
    return EstimateRow(label=label, group=group, estimate=estimate)


def released(*tables, threshold=T):
    results = StudyResults(
        facts={"data": "real"},
        estimates={t.name: t for t in tables if isinstance(t, EstimateTable)},
        tables={t.name: t for t in tables if isinstance(t, Table)},
    )
    return disclosure.protect_results(results, protect=True, suppress_below=threshold)


def estimates(name, *rows, nested=False):
    return EstimateTable(name=name, caption="c", rows=rows, nested=nested)


def numbers(name):
    columns = [
        Column(key="what", heading="W", kind="label"),
        Column(key="x", heading="X", kind="number"),
    ]
    return Table.of(name, "c", columns, [["one", 0.7], ["two", 0.8]], notes=("17 people.",))


@pytest.mark.parametrize(
    ("table", "source"),
    [
        ("regression_grid", "regression_to_mean"),
        ("distribution_of_change", "regression_to_mean"),
        ("e_values", "effects_on_counts"),
        ("family_of_outcomes", "effects"),
        ("family_of_outcomes", "effects_on_counts"),
        ("areas_changes", "areas_compared"),
    ],
)
def test_what_is_worked_out_of_an_estimate_goes_with_it(table, source):
    gone = released(numbers(table), estimates(source, ratio(3, 40))).tables[table]
    assert [row["x"] for row in gone.rows] == ["withheld", "withheld"]
    assert [row["what"] for row in gone.rows] == ["one", "two"]
    assert gone.notes == (f"The table rests on a count of fewer than {T}.",)
    kept = released(numbers(table), estimates(source, ratio(30, 40))).tables[table]
    assert [row["x"] for row in kept.rows] == [0.7, 0.8]


def balance(*rows):
    columns = [
        Column(key="covariate", heading="C", kind="label"),
        Column(key="treated", heading="T", kind="persons"),
        Column(key="others", heading="O", kind="persons"),
        Column(key="difference", heading="D", kind="share"),
    ]
    return Table.of("balance", "c", columns, rows)


def test_one_small_level_takes_its_covariate_along_and_no_other():
    found = released(
        balance(
            ["age", None, None, -0.123456], ["area: a", 3, 40, 0.2], ["area: b", 50, 60, 0.1],
            ["sex: f", 20, 50, 0.333333], ["sex: m", 33, 50, -0.333333],
        )
    )  # fmt: skip
    shown = {row["covariate"]: row["difference"] for row in found.tables["balance"].rows}
    assert shown == {
        "age": -0.12, "area: a": "withheld", "area: b": "withheld", "sex: f": 0.33, "sex: m": -0.33,
    }  # fmt: skip


def definitions(**counts):
    columns = [
        Column(key="definition", heading="D", kind="label"),
        Column(key="people", heading="P", kind="persons"),
        Column(key="with_event", heading="W", kind="persons", out_of="people"),
        Column(key="share", heading="S", kind="share"),
        Column(key="events", heading="E", kind="events"),
    ]
    rows = [[name.replace("_", " "), 100, w, w / 100, e] for name, (w, e) in counts.items()]
    return Table.of("definitions_side_by_side", "c", columns, rows)


@pytest.mark.parametrize(
    ("conviction", "proven", "event", "gone"),
    [
        ((30, 60), (32, 70), (30, 50), {"proven reoffending"}),  # two had cautions alone
        ((30, 60), (40, 63), (30, 50), {"proven reoffending"}),
        ((30, 60), (40, 70), (30, 57), {"reconviction event"}),
        ((30, 60), (30, 60), (30, 60), set()),  # no difference tells of nobody
        ((30, 60), (40, 70), (30, 50), set()),
    ],
)
def test_definitions_of_which_one_counts_part_of_the_other(conviction, proven, event, gone):
    found = released(
        definitions(conviction=conviction, proven_reoffending=proven, reconviction_event=event)
    )
    rows = found.tables["definitions_side_by_side"].rows
    assert {row["definition"] for row in rows if row["share"] == "withheld"} == gone
    assert {row["people"] for row in rows} == {100}


def test_rows_of_one_period_that_differ_by_a_few_in_the_others_go_together():
    rows = [
        ratio(30, 80, label="matched", group="after", reference_base=197.0),
        ratio(30, 81, label="as they are", group="after", reference_base=200.0),
        ratio(30, 80, label="matched", group="later", reference_base=150.0),
        ratio(30, 90, label="as they are", group="later", reference_base=200.0),
    ]
    found = released(estimates("effects", *rows, nested=True)).estimates["effects"]
    assert [row.estimate.withheld for row in found.rows] == [True, True, False, False]


def test_without_control_everything_stays():
    results = StudyResults(
        facts={"data": "synthetic"}, tables={"balance": balance(["area: a", 3, 40, 0.2345])}
    )
    found = disclosure.protect_results(results, protect=False, suppress_below=T, reason="made up")
    assert found.tables["balance"].rows[0]["difference"] == 0.2345


def test_a_refusal_gives_no_small_count_of_treated_people():
    results = StudyResults(
        facts={
            "data": "real",
            "cannot_be_had": {"data_lab": ["4 treated people are in the analysis; at least 30"]},
        }
    )
    safe = disclosure.protect_results(results, protect=True, suppress_below=T)
    (line,) = safe.facts["cannot_be_had"]["data_lab"]
    assert line == "fewer than 5 treated people are in the analysis; at least 30"
