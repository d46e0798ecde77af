"""Parts of one whole leave together or not at all."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes import disclosure
from dipoutcomes.disclosure.together import protect_rows, protect_series, protect_tests
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


def row(label, events, base, group="", quantity="share", **more):
    estimate = Estimate(
        measure="share", value=events / base, interval=Interval(0.0, 1.0, 0.95, "test"),
        events=events, base=base, base_unit="persons", quantity=quantity, **more,
    )  # fmt: skip
    return EstimateRow(label=label, group=group, estimate=estimate)


def table(name, *rows, **more):
    return EstimateTable(name=name, caption="c", rows=rows, **more)


def protected(*tables, others=(), curves=None):
    results = StudyResults(
        facts={"data": "real"},
        estimates={t.name: t for t in tables},
        tables={t.name: t for t in others},
        curves=curves or {},
    )
    return disclosure.protect_results(results, protect=True, suppress_below=T)


def left(found):
    return [(r.group, r.label) for r in found.rows if not r.estimate.withheld]


def test_a_hidden_death_takes_those_with_neither_along_and_leaves_the_arrests():
    found = protected(
        table(
            "incidence_at",
            row("arrest", 30, 60, "early"), row("death", 0, 60, "early"),
            row("none of these", 30, 60, "early"),
            row("arrest", 40, 60, "late"), row("death", 2, 60, "late"),
            row("none of these", 18, 60, "late"),
        )
    )  # fmt: skip
    assert left(found.estimates["incidence_at"]) == [
        ("early", "arrest"), ("early", "death"), ("early", "none of these"), ("late", "arrest"),
    ]  # fmt: skip


def test_a_few_arrests_take_everything_of_their_time():
    found = protected(
        table("incidence_at", row("arrest", 2, 60, "t"), row("death", 8, 60, "t"),
              row("none of these", 50, 60, "t"))
    )  # fmt: skip
    assert left(found.estimates["incidence_at"]) == []


def test_the_naive_share_goes_with_the_time_that_its_gap_would_give_away():
    rows = [row("arrest", 40, 60, "t"), row("death", 2, 60, "t"), row("none", 18, 60, "t")]
    found = protected(
        table("incidence_at", *rows),
        table("overstatement", row("share of people", 40, 60, "t"), row("1 - KM", 40, 60, "t")),
    )
    assert left(found.estimates["overstatement"]) == []


@pytest.mark.parametrize("by_group", [True, False])
def test_a_total_goes_where_it_would_give_back_one_group(by_group):
    groups = [row("by t", 3, 20, "a"), row("by t", 30, 60, "b")]
    more = [table("first_event_at", *groups)]
    if by_group:
        more.append(table("incidence_by_group", row("a", 3, 20, "by t"), row("b", 30, 60, "by t")))
    whole = table("incidence_at", row("arrest", 33, 80, "by t"), row("none", 47, 80, "by t"))
    found = protected(whole, *more)
    assert left(found.estimates["incidence_at"]) == []
    if by_group:
        assert left(found.estimates["incidence_by_group"]) == []


def test_a_difference_goes_with_the_curve_that_it_would_give_back():
    gone = row("by t", 30, 60, "b", persons=28)  # two left
    found = protected(
        table("first_event_at", row("by t", 10, 40, "a"), gone),
        table(
            "difference_at",
            row("by t", 30, 60, "b less a", "difference", reference_events=10, reference_base=40),
            row("later", 30, 60, "b less a", "difference", reference_events=10, reference_base=40),
        ),
    )
    assert left(found.estimates["difference_at"]) == [("b less a", "later")]


def test_levels_of_one_covariate_go_together():
    def ratio(label, events, base, other=(20, 40)):
        return row(label, events, base, quantity="ratio", reference_events=other[0],
                   reference_base=other[1])  # fmt: skip

    found = protected(
        table(
            "hazard_ratios",
            ratio("area: b (against a)", 2, 30), ratio("area: c (against a)", 15, 30),
            ratio("sex: m (against f)", 30, 60),
            row("age (one more)", 40, 100, quantity="ratio"),
        ),
        others=[
            Table.of(
                "proportional_hazards", "c",
                [Column(key="term", heading="T", kind="label"),
                 Column(key="statistic", heading="S", kind="number")],
                [[t, 1.0] for t in ("area: b (against a)", "area: c (against a)",
                                    "sex: m (against f)", "age (one more)", "all terms")],
            )
        ],
    )  # fmt: skip
    labels = [label for _, label in left(found.estimates["hazard_ratios"])]
    assert labels == ["sex: m (against f)", "age (one more)"]
    shown = [r["term"] for r in found.tables["proportional_hazards"].rows if r["statistic"] == 1.0]
    assert shown == ["sex: m (against f)", "age (one more)", "all terms"]


def test_the_rest_of_a_mean_time_is_judged_for_its_events_are_persons():
    found = protected(table("mean_time_free", row("free", 38, 40, quantity="days")))
    assert left(found.estimates["mean_time_free"]) == []


def test_a_test_goes_whole_where_one_group_is_hidden():
    columns = [
        Column(key="group", heading="G", kind="label"),
        Column(key="persons", heading="P", kind="persons"),
        Column(key="observed", heading="O", kind="persons", out_of="persons"),
        Column(key="expected", heading="E", kind="number"),
    ]
    rows = [["a", 40, "withheld", "withheld"], ["b", 60, 30, 28.4]]
    one = Table.of("gray_test", "c", columns, rows, notes=["chi-squared 2.31"])
    found = protect_tests(one, T)
    assert [r["group"] for r in found.rows] == ["a", "b"]
    assert {r[k] for r in found.rows for k in ("persons", "observed", "expected")} == {"withheld"}
    assert "2.31" not in " ".join(found.notes)
    other = replace(one, name="log_rank")
    assert protect_tests(other, T) is other


def curve(label, events, at_risk):
    n = len(events)
    value = tuple(sum(events[: i + 1]) / at_risk[0] for i in range(n))
    return Curve(
        label=label, measure="m", time=tuple(float(i) for i in range(n)), value=value,
        low=value, high=value, at_risk=tuple(at_risk), events=tuple(events),
        censored=(0,) * n, time_unit="days", confidence_level=0.95, method="t",
    )  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=4, max_size=40),
    st.integers(2, 12),
    st.integers(0, 60),
)
def test_steps_of_curves_of_one_set_hold_enough_of_each_kind(steps, threshold, rest):
    first = [0, *(a for a, _ in steps)]
    second = [0, *(b for _, b in steps)]
    gone = [a + b for a, b in zip(first, second, strict=True)]
    people = sum(gone) + rest
    if not people:
        return
    at_risk = [people - sum(gone[:i]) for i in range(len(gone))]
    found = protect_series(
        (curve("x", first, at_risk), curve("y", second, at_risk), curve("any", gone, at_risk)),
        threshold,
    )
    assert len({c.withheld for c in found}) == 1
    if found[0].withheld:
        return
    assert len({c.time for c in found}) == 1  # steps in common
    kept = [int(t) for t in found[0].time]
    for own in (first, second):
        held = [sum(own[a + 1 : b + 1]) for a, b in pairwise(kept)]
        assert all(count == 0 or count >= threshold for count in held)
        assert not 0 < sum(own) < threshold
    assert all(c == 0 or c >= threshold for one in found for c in (*one.events, *one.at_risk))


def test_an_assumed_tail_goes_with_the_share_it_comes_down_to():
    tail = Curve(
        label="Weibull tail", measure="m", time=(0.0, 1.0), value=(1.0, 0.4321),
        low=(float("nan"),) * 2, high=(float("nan"),) * 2, at_risk=(0, 0), events=(0, 0),
        censored=(0, 0), time_unit="days", confidence_level=0.95, method="m",
    )  # fmt: skip
    for events, wanted in ((30, (1.0, 0.43)), (2, ())):
        found = protected(
            table("cured_shares", row("Weibull tail", events, 60)), curves={"tails": (tail,)}
        )
        assert found.curves["tails"][0].value == wanted


def test_other_tables_are_left_alone():
    one = table("shares_by_window", row("a", 10, 40), row("b", 20, 40))
    assert protect_rows(one, T) == one
