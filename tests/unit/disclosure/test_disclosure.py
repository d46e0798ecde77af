"""Nothing small leaves, and nothing that would give it back."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes import disclosure
from dipoutcomes.errors import DisclosureError
from dipoutcomes.results import (
    Column,
    Curve,
    Estimate,
    EstimateRow,
    EstimateTable,
    Interval,
    StudyResults,
    Table,
)

T = 5


def share(events, base):
    return Estimate(
        measure="share arrested", value=events / base, interval=Interval(0.1, 0.9, 0.95, "test"),
        events=events, base=base, base_unit="persons",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "base", "hidden"),
    [(0, 28, False), (1, 28, True), (4, 28, True), (5, 28, False), (23, 28, False),
     (24, 28, True), (28, 28, False), (4, 4, True)],
)  # fmt: skip
def test_a_small_count_and_a_small_rest_are_withheld(events, base, hidden):
    assert disclosure.protect_estimate(share(events, base), T).withheld is hidden


def test_a_rate_of_few_events_is_withheld_though_its_base_is_years():
    rate = Estimate(
        measure="arrests", value=0.1, interval=Interval(0, 1, 0.95, "test"), events=3, base=30.0,
        base_unit="person-years", persons=28, quantity="rate",
    )  # fmt: skip
    assert disclosure.protect_estimate(rate, T).withheld


def test_best_and_worst_case_go_together_when_they_differ_by_a_few():
    rows = tuple(
        EstimateRow(group="after", label=name, estimate=share(n, 28))
        for name, n in (("best", 14), ("worst", 16))
    )
    table = EstimateTable(name="bounds", caption="Bounds", rows=rows, nested=True)
    assert all(e.withheld for e in disclosure.protect_estimates(table, T).estimates)


def test_weighted_shares_leave_in_whole_percent_without_what_gives_a_stratum_back():
    caveat = "design effect 1.31, effective sample size 21.4; lengths differ"
    fine = replace(
        share(14, 28), value=0.523421, interval=Interval(0.4049, 0.6412, 0.95, "test"),
        caveat=caveat,
    )  # fmt: skip
    empty = replace(fine, interval=Interval.none(0.95, "test"), caveat="")
    rows = tuple(
        EstimateRow(label=name, estimate=e)
        for name, e in (("fine", fine), ("empty", empty), ("small", share(2, 28)))
    )
    table = EstimateTable(name="shares_weighted", caption="Weighted", rows=rows)
    fine, empty, small = disclosure.protect_estimates(table, T).estimates
    assert (fine.value, tuple(fine.interval)) == (0.52, (0.40, 0.65))
    assert "whole percent" in fine.caveat
    assert fine.caveat.endswith("lengths differ")
    assert "effect" not in fine.caveat
    assert (empty.value, str(empty.interval.low)) == (0.52, "nan")
    assert small.withheld


FLOW = [
    Column(key="says", heading="Step", kind="label"),
    Column(key="lost", heading="Left out", kind="persons"),
    Column(key="remaining", heading="Remaining", kind="persons", running=True),
]


def protect_flow(rows):
    table = disclosure.protect_table(Table.of("flow", "Flow", FLOW, rows), T)
    return table.column("says"), table.column("lost"), table.column("remaining")


def test_a_small_loss_is_joined_with_its_neighbour_and_what_remains_between_goes():
    rows = [["extract", None, 240], ["young", 30, 210], ["dead", 0, 210], ["lost", 2, 208],
            ["cohort", None, 208]]  # fmt: skip
    says, lost, remaining = protect_flow(rows)
    assert says == ["extract", "young; or lost", "cohort"]
    assert lost == [None, 32, None]
    assert remaining == [240, 208, 208]


def test_a_small_loss_alone_is_withheld_with_what_would_give_it_back():
    rows = [["sample", None, 28], ["not found", 1, 27], ["unread", 1, 26], ["known", None, 26]]
    says, lost, remaining = protect_flow(rows)
    assert says == ["sample", "not found; or unread", "known"]
    assert lost == [None, "withheld", None]
    assert remaining == [28, "withheld", "withheld"]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(2, 12))
def test_no_fall_in_a_flow_is_small(losses, threshold):
    left = [sum(losses) + 50]
    for loss in losses:
        left.append(left[-1] - loss)
    steps = [[f"step {i}", loss, left[i + 1]] for i, loss in enumerate(losses)]
    rows = [["start", None, left[0]], *steps]
    table = disclosure.protect_table(Table.of("flow", "Flow", FLOW, rows), threshold)
    shown = [n for n in table.column("remaining") if n != "withheld"]
    lost = [n for n in table.column("lost") if n not in ("withheld", None)]
    falls = [a - b for a, b in pairwise(shown)]
    assert not any(disclosure.is_small(n, threshold) for n in falls + lost)


def test_events_per_person_are_not_persons():
    mean = replace(share(27, 28), quantity="mean")
    assert not disclosure.protect_estimate(mean, T).withheld


def test_one_hidden_part_of_a_sum_hides_a_second():
    columns = [
        Column(key="window", heading="Period", kind="label"),
        Column(key="events", heading="Events", kind="events"),
    ]
    columns.append(Column(key="rate", heading="Rate", kind="rate"))
    rows = [["0 to 3", 3, 0.3], ["3 to 12", 12, 0.4], ["12+", 30, 0.5], ["all", 45, 0.4]]
    table = disclosure.protect_table(Table.of("bands", "Bands", columns, rows, adds_up=True), T)
    assert table.column("events") == ["withheld", "withheld", 30, 45]
    assert table.column("rate") == ["withheld", "withheld", 0.5, 0.4]


def curve(steps, n=60):
    at_risk, now = [n], n
    for events in steps[:-1]:
        now -= events
        at_risk.append(now)
    return Curve(
        label="all", measure="share arrested", time=(0.0, *range(1, len(steps) + 1)),
        value=tuple([1.0] + [0.9] * len(steps)), low=tuple([0.5] * (len(steps) + 1)),
        high=tuple([1.0] * (len(steps) + 1)), at_risk=(n, *at_risk), events=(0, *steps),
        censored=tuple([0] * (len(steps) + 1)), time_unit="days", confidence_level=0.95,
        method="test",
    )  # fmt: skip


def test_a_curve_is_coarsened_to_steps_of_enough_events():
    shown = disclosure.protect_curve(curve([1] * 20), T)
    assert not shown.withheld
    assert all(e == 0 or e >= T for e in shown.events)
    assert len(shown.time) == 5
    assert disclosure.protect_curve(curve([1, 1, 1]), T).withheld


def results(**more):
    flow = Table.of("flow", "Flow", FLOW, [["all", 0, 28], ["not found", 2, 26]])
    fields = {
        "facts": {"data": "synthetic", "title": "t", "data_notes": ["2 rows were copies"]},
        "tables": {"flow": flow},
        "curves": {"time": (curve([1] * 20),)},
        "estimates": {
            "shares": EstimateTable(
                name="shares", caption="Shares",
                rows=(EstimateRow(label="after", estimate=share(3, 28)),),
            )
        },
    }  # fmt: skip
    return StudyResults(**fields | more)


def test_the_release_copy_has_no_small_count_anywhere():
    release = disclosure.protect_results(results(), protect=True, suppress_below=T)
    assert release.copy == "release"
    assert not disclosure.small_counts(release, T)
    assert release.facts["data_notes"] == ["fewer than 5 rows were copies"]
    told = json.dumps(release.to_dict()["estimates"])
    assert not re.search(r": [1-4][,}]", told)


def test_the_guard_sees_a_small_count_that_was_let_through():
    assert set(disclosure.small_counts(results(), T)) == {"shares", "flow", "time"}


@pytest.mark.parametrize(("data", "reason"), [("real", "because"), ("synthetic", "")])
def test_protection_is_not_switched_off_in_silence_or_for_real_people(data, reason):
    facts = {"data": data, "title": "t"}
    with pytest.raises(DisclosureError, match="protect = true"):
        disclosure.protect_results(
            results(facts=facts), protect=False, suppress_below=T, reason=reason
        )


def test_the_reason_for_switching_it_off_is_printed():
    off = disclosure.protect_results(
        results(), protect=False, suppress_below=T, reason="the figures are published"
    )
    assert "the figures are published" in off.protection


@given(st.integers(0, 60), st.integers(1, 60), st.integers(2, 20))
def test_no_shown_share_has_a_small_count_or_rest(events, more, threshold):
    base = events + more
    shown = disclosure.protect_estimate(share(events, base), threshold)
    if not shown.withheld:
        assert events == 0 or events >= threshold
        assert more >= threshold


def test_those_who_left_a_curve_cannot_be_had_by_subtraction():
    read = replace(share(17, 26), persons=8)  # 26 followed, 17 with the event, 8 still there
    assert disclosure.protect_estimate(read, T).withheld
    assert not disclosure.protect_estimate(replace(share(10, 26), persons=8), T).withheld


def test_the_people_behind_a_rate_do_not_leave_with_it():
    rate = replace(share(25, 25.4), base_unit="person-years", quantity="rate", persons=26)
    shown = disclosure.protect_estimate(rate, T)
    assert not shown.withheld
    assert shown.persons is None


def test_a_table_of_single_peoples_days_stays_in_the_working_copy():
    ledger = Table.of("days_ledger", "Days", FLOW[:1], [["after"]], working_only=True)
    both = results(tables={"flow": results().tables["flow"], "days_ledger": ledger})
    release = disclosure.protect_results(both, protect=True, suppress_below=T)
    assert set(release.tables) == {"flow"}
