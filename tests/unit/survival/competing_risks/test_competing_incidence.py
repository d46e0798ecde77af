"""Cumulative incidence: values by hand, exact limits, late entry, what it is refused for."""

import json
from fractions import Fraction

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import clopper_pearson_interval
from dipoutcomes.survival import kaplan_meier
from dipoutcomes.survival.competing_risks import (
    CumulativeIncidence,
    cumulative_incidence,
    incidence_at,
    incidence_by_group,
    naive_incidence,
    overstatement,
)

DAYS, CAUSES = [5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0]
NAMES = {1: "arrest", 2: "death"}


def tied_people(n=60, seed=0, causes=3):
    rng = np.random.default_rng(seed)
    return rng.integers(1, 12, n), rng.integers(0, causes + 1, n)


def incidence_by_loop(days, causes, cause, at, entry=None):
    """The definition, in fractions: S(s-) d_k(s) / n(s), added up."""
    entry = [None] * len(days) if entry is None else entry
    free, total = Fraction(1), Fraction(0)
    for s in sorted({d for d, c in zip(days, causes, strict=True) if c and d <= at}):
        n = sum(d >= s and (e is None or e < s) for d, e in zip(days, entry, strict=True))
        every = sum(d == s and c > 0 for d, c in zip(days, causes, strict=True))
        total += free * sum(d == s and c == cause for d, c in zip(days, causes, strict=True)) / n
        free *= Fraction(n - every, n)
    return float(total)


def test_worked_by_hand():
    # 6 at risk on day 5, 5 on day 8 (one of each), 2 on day 20 after one left on day 12.
    found = cumulative_incidence(DAYS, CAUSES, names=NAMES)
    arrest, death = found["arrest"], found["death"]
    assert found.event_free.time == (0, 5, 8, 12, 20)
    assert arrest.value == pytest.approx([0, 1 / 6, 1 / 3, 1 / 3, 1 / 3 + 1 / 2 / 2])
    assert death.value == pytest.approx([0, 0, 1 / 6, 1 / 6, 1 / 6])
    assert found.event_free.value == pytest.approx([1, 5 / 6, 1 / 2, 1 / 2, 1 / 4])
    assert arrest.events == (0, 1, 1, 0, 1)
    assert arrest.censored == (0, 0, 0, 1, 1)
    assert arrest.at_risk == (6, 6, 5, 3, 2)


def test_ties_are_the_definition():
    days, causes = tied_people()
    found = cumulative_incidence(days, causes)
    for k in (1, 2, 3):
        for at in (3, 7, 11):
            value, _, _ = found[f"cause {k}"].at(at)
            assert value == pytest.approx(
                incidence_by_loop(days.tolist(), causes.tolist(), k, at), abs=1e-13
            )


def test_with_nobody_leaving_it_is_a_share_with_its_binomial_variance():
    days, causes = tied_people()
    causes = np.maximum(causes, 1)
    found = cumulative_incidence(days, causes)
    for k in (1, 2, 3):
        for at in (4, 11):
            share = np.mean((causes == k) & (days <= at))
            assert found[f"cause {k}"].at(at)[0] == pytest.approx(share, abs=1e-14)
            wanted = np.sqrt(share * (1 - share) / len(days))
            assert found.std_error_at(f"cause {k}", at) == pytest.approx(wanted, abs=1e-13)


def weighted_incidence(days, causes, weights, cause, at):
    free, total = 1.0, 0.0
    for s in np.unique(days[(causes > 0) & (days <= at)]):
        n = weights[days >= s].sum()
        total += free * weights[(days == s) & (causes == cause)].sum() / n
        free *= 1 - weights[(days == s) & (causes > 0)].sum() / n
    return total


def test_the_standard_error_is_the_infinitesimal_jackknife():
    days, causes = tied_people(40, seed=3)
    found = cumulative_incidence(days, causes, variance="infinitesimal_jackknife")
    step = 1e-5
    for k in (1, 2):
        for at in (5, 10):
            each = []
            for person in range(len(days)):
                up = np.ones(len(days))
                up[person] += step
                down = np.ones(len(days))
                down[person] -= step
                change = weighted_incidence(days, causes, up, k, at) - weighted_incidence(
                    days, causes, down, k, at
                )
                each.append(change / (2 * step))
            wanted = np.sqrt(np.sum(np.square(each)))
            assert found.std_error_at(f"cause {k}", at) == pytest.approx(wanted, rel=1e-6)


def test_against_statsmodels_at_tied_days():
    from statsmodels.duration.survfunc import CumIncidenceRight

    days, causes = tied_people(500, seed=4)
    witness = CumIncidenceRight(days, causes)
    found = cumulative_incidence(days, causes)
    for k in range(3):
        at = [found.curves[k].at(t)[0] for t in witness.times]
        assert at == pytest.approx(witness.cinc[k], abs=1e-12)


def test_nobody_had_it_and_nobody_left():
    # Death keeps its people in the base: 0 of all 10, though only 7 are followed on.
    days, causes = [3, 4, 5, *[9] * 7], [2, 2, 2, *[0] * 7]
    found = cumulative_incidence(days, causes, names=NAMES)
    for at, number in ((2, 10), (5, 10)):
        value, low, high = found["arrest"].at(at)
        assert (value, low) == (0, 0)
        assert high == pytest.approx(clopper_pearson_interval(0, number).high, abs=1e-12)
    assert found["arrest"].at(9)[1:] == (0, 1)  # nobody is followed any longer


def test_nobody_had_it_and_some_left():
    # 10 start, one dies, then 3 of 9 leave: 10 x 6/9 = 6.67 effectively followed, 6 in whole.
    found = cumulative_incidence([1, 2, 2, 2, *[9] * 6], [2, *[0] * 9], names=NAMES)
    assert found["arrest"].at(2)[2] == pytest.approx(clopper_pearson_interval(0, 6).high)


def test_exact_limits_are_those_of_kaplan_meier_where_there_is_one_cause():
    days, causes = [2, 4, 4, 6, 7], [0, 1, 1, 1, 1]
    found = cumulative_incidence(days, causes).curves[0]
    curve = kaplan_meier(days, causes, limits="beta_product")
    for at in (0, 2, 7):
        value, low, high = found.at(at)
        survival, from_low, from_high = curve.at(at)
        assert value == 1 - survival
        assert (low, high) == pytest.approx((1 - from_high, 1 - from_low), abs=1e-9)
    assert "beta product" in found.method


def test_late_entrants_are_among_the_people_of_a_result():
    found = cumulative_incidence([3, 5, 6, 9], [1, 1, 2, 0], entry=[0, 0, 3, 4])
    assert found.n == 4
    assert "all, 4 people" in str(found)
    assert incidence_at(found, [6]).estimates[0].base == 4
    assert found.to_table().column("events") == [2, 1, 1]


def test_late_entry_is_the_definition_and_has_no_exact_limits():
    rng = np.random.default_rng(5)
    days = rng.integers(5, 30, 80)
    entry = np.where(np.arange(80) < 40, 0, rng.integers(0, 5, 80))
    causes = rng.integers(0, 3, 80)
    found = cumulative_incidence(days, causes, entry=entry)
    inside = np.where(entry == 0, -1, entry).tolist()
    for at in (8, 20, 29):
        wanted = incidence_by_loop(days.tolist(), causes.tolist(), 1, at, inside)
        assert found["cause 1"].at(at)[0] == pytest.approx(wanted, abs=1e-13)
    assert np.isnan(found["cause 1"].at(4)[1:]).all()
    assert found.late_entries == int((entry > 0).sum())
    assert "enter late" in found.caveat
    with pytest.raises(ValueError, match="infinitesimal jackknife"):
        cumulative_incidence(days, causes, entry=entry, variance="infinitesimal_jackknife")
    with pytest.raises(DesignError, match="nobody is under observation at time 0"):
        cumulative_incidence([5, 6], [1, 2], entry=[1, 1])


def test_an_early_end_of_a_late_entry_study_is_said():
    found = cumulative_incidence([2, 9, 9], [1, 1, 0], entry=[0, 5, 5])
    assert "the rest count for nothing" in found.caveat


def test_one_group_is_computed_as_if_alone():
    days, causes = tied_people(90, seed=6)
    groups = np.array(["a", "b", "c"])[np.arange(90) % 3]
    names = {k: f"cause {k}" for k in (1, 2, 3)}
    together = incidence_by_group(days, causes, groups)
    for found, name in zip(together, "abc", strict=True):
        mine = groups == name
        alone = cumulative_incidence(days[mine], causes[mine], names=names, label=name)
        assert found == alone


@pytest.mark.parametrize(
    ("days", "causes", "names", "said"),
    [
        ([1, -2], [1, 0], None, "1 negative values"),
        ([1, np.nan], [1, 0], None, "1 missing or infinite"),
        ([1, 2], [1, -1], None, "1 values that are not whole numbers"),
        ([1, 2], [1, 0.5], None, "1 values that are not whole numbers"),
        ([1, 2], [1, np.nan], None, "1 values that are not whole numbers"),
        ([1, -2, 3], [1, 0, -5], None, "1 negative values.*1 values that are not whole"),
        ([1, 2, 3], [1, 0], None, "durations 3, causes 2"),
        ([1, 2], [1, 7], {1: "arrest"}, "1 values in 1 codes that `names` does not name"),
        ([1, 2], [1, 2], {1: "arrest", 2: "arrest"}, "one name to more than one"),
        ([1, 2], [1, 0], {0: "arrest", 1: "death"}, "1 codes that are not whole numbers of 1"),
    ],
)
def test_faults_are_named_with_counts(days, causes, names, said):
    with pytest.raises(ValueError, match=said):
        cumulative_incidence(days, causes, names=names)


def test_words_for_causes_are_refused():
    with pytest.raises(TypeError, match="0 for no event"):
        cumulative_incidence([1, 2], ["arrest", "none"])
    with pytest.raises(TypeError, match="missing or other values"):
        cumulative_incidence([1, 2], [None, "x"])


def test_no_event_at_all():
    with pytest.raises(DesignError, match="none of the 2 people had any event"):
        cumulative_incidence([1, 2], [0, 0])
    found = cumulative_incidence([1, 2], [0, 0], names=NAMES)
    assert found["arrest"].value == (0, 0, 0)
    with pytest.raises(DesignError, match="0 people"):
        cumulative_incidence([], [])


def test_events_at_time_zero_and_all_at_once():
    found = cumulative_incidence([0, 0, 3], [1, 2, 1])
    assert found["cause 1"].value == pytest.approx([1 / 3, 2 / 3])
    found = cumulative_incidence([4] * 5, [1, 1, 1, 2, 2])
    assert found["cause 1"].at(4)[0] == pytest.approx(0.6)
    assert found.std_error_at("cause 1", 4) == pytest.approx(np.sqrt(0.6 * 0.4 / 5))


def test_codes_need_not_follow_each_other():
    found = cumulative_incidence(DAYS, np.array(CAUSES) * 40, names={40: "arrest", 80: "death"})
    assert found == cumulative_incidence(DAYS, CAUSES, names=NAMES)


def test_it_can_be_stored_and_withheld():
    found = cumulative_incidence(DAYS, CAUSES, names=NAMES)
    again = CumulativeIncidence.from_dict(json.loads(json.dumps(found.to_dict())))
    assert again == found
    hidden = found.withhold("fewer than 10 persons")
    assert "withheld" in str(hidden)
    assert "0." not in hidden.to_table()._repr_html_()
    assert hidden.to_table().column("value") == ["withheld"] * 3
    assert all(e.withheld for e in incidence_at(hidden, [8]).estimates)
    with pytest.raises(DesignError, match="withheld"):
        naive_incidence(hidden)
    assert len(hidden.to_frame()) == 0


def test_the_table_counts_everybody_once():
    found = cumulative_incidence(DAYS, CAUSES, names=NAMES)
    table = found.to_table()
    assert table.column("events") == [3, 1, 2]
    assert sum(table.column("value")) == pytest.approx(1)
    frame = found.to_frame()
    assert frame.groupby("time")["value"].sum().tolist() == pytest.approx([1] * 5)
    with pytest.raises(KeyError, match="the causes: arrest, death"):
        found["fine"]


def test_a_share_by_a_time():
    found = cumulative_incidence(DAYS, CAUSES, names=NAMES)
    table = incidence_at(found, [0, 8, 30])
    first, middle, late = table.estimates[:3]
    assert first.interval.method.startswith("exact binomial")
    assert (middle.value, middle.events, middle.base, middle.persons) == (
        pytest.approx(1 / 3), 2, 6, 5,
    )  # fmt: skip
    assert np.isnan(late.value)
    assert late.caveat == "follow-up ends at 20 days"
    with pytest.raises(ValueError, match="at least one time"):
        incidence_at(found, [])
    gone = incidence_at(cumulative_incidence([1, 2], [1, 2]), [30])
    assert gone.estimates[0].value == 0.5


def test_the_naive_share_is_one_minus_kaplan_meier_and_too_high():
    days, causes = tied_people(80, seed=8)
    found = cumulative_incidence(days, causes)
    for k, naive in enumerate(naive_incidence(found), start=1):
        curve = kaplan_meier(days, causes == k)
        for at in (3, 6, 10):
            value, low, high = curve.at(at)
            assert naive.at(at) == pytest.approx((1 - value, 1 - high, 1 - low), abs=1e-14)
    table = overstatement(found, [3, 10])
    for row in table.rows:
        assert row["overstatement"] == pytest.approx(row["naive"] - row["incidence"])
        assert row["overstatement"] > 0
        assert row["low"] < row["incidence"] < row["high"]
        assert row["naive_low"] < row["naive"] < row["naive_high"]
    headings = [column.heading for column in table.columns]
    assert headings == [
        "What came first", "By (days)", "Share with it", "95% lower limit", "95% upper limit",
        "One minus Kaplan-Meier", "95% lower limit", "95% upper limit", "Too high by",
    ]  # fmt: skip
    assert "naive_low" not in str(table)
    assert "naive low" not in str(table)
    with pytest.raises(DesignError, match="1 of 2 times lie beyond"):
        overstatement(found, [3, 1000])
