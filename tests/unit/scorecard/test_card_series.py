"""Cards in a row: limits by hand, revisions that add up, what publications give away."""

from datetime import date, timedelta
from itertools import pairwise
from math import comb

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.scorecard.audit import parse_scorecard
from dipoutcomes.scorecard.measures import Period
from dipoutcomes.scorecard.series import (
    CardFigures,
    Row,
    check_publications,
    figures_from_scorecard,
    number_limits,
    quarters_before,
    reconcile_episodes,
    run_chart,
    series_of,
    share_limits,
)

Q1, Q2, Q3, Q4 = quarters_before(Period(first=date(2014, 1, 1), last=date(2014, 3, 31)), 4)
HALF = Period(first=Q1.first, last=Q2.last)


def hypergeometric_tails(x, n, others, whole):
    """P(X <= x) and P(X >= x), X of n drawn from whole + n with others + x marked."""
    marked, size = others + x, whole + n
    chance = [comb(marked, k) * comb(size - marked, n - k) for k in range(n + 1)]
    total = comb(size, n)
    return sum(chance[: x + 1]) / total, sum(chance[x:]) / total


@pytest.mark.parametrize(
    ("n", "others", "whole"), [(30, 45, 90), (5, 0, 20), (12, 3, 7), (1, 1, 1), (0, 2, 5)]
)
def test_limits_of_a_share_hold_the_counts_whose_tails_are_large_enough(n, others, whole):
    inside = [x for x in range(n + 1) if min(hypergeometric_tails(x, n, others, whole)) > 0.025]
    assert share_limits(n, others, whole) == (inside[0], inside[-1])


@pytest.mark.parametrize(("days", "others", "whole"), [(91, 240, 273), (90, 0, 270), (30, 2, 300)])
def test_limits_of_a_number_hold_the_counts_whose_tails_are_large_enough(days, others, whole):
    def tails(x):
        share, size = days / (days + whole), others + x
        chance = [comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)]
        return min(sum(chance[: x + 1]), sum(chance[x:]))

    inside = [x for x in range(int(4 * others * days / whole) + 30) if tails(x) > 0.025]
    assert number_limits(days, others, whole) == (inside[0], inside[-1])


def test_a_chart_judges_each_period_by_the_others_at_the_level_of_the_whole():
    chart = run_chart([20, 24, 19, 41], [60, 66, 58, 63])
    low, high = share_limits(63, 63, 184, confidence_level=1 - 0.05 / 4)
    assert (chart.points[3].low, chart.points[3].high) == (low, high)
    assert [point.signal for point in chart.points] == [False, False, False, True]
    assert chart.centre == pytest.approx(104 / 247)


def test_a_baseline_that_was_chosen_beforehand_judges_the_later_periods_alone():
    chart = run_chart([20, 24, 40, 41], [60, 66, 58, 63], baseline_periods=2)
    low, high = share_limits(58, 44, 126, confidence_level=1 - 0.05 / 4)
    assert (chart.points[2].low, chart.points[2].high) == (low, high)
    assert chart.centre == pytest.approx(44 / 126)


def test_a_chart_needs_three_periods_and_counts_within_their_bases():
    with pytest.raises(ValueError, match="at least 3"):
        run_chart([1, 2], [3, 4])
    with pytest.raises(ValueError, match="1 counts are more"):
        run_chart([1, 2, 9], [3, 4, 5])
    with pytest.raises(TypeError, match="either"):
        run_chart([1, 2, 3])


# ------------------------------------------------------------------------- revisions


def extract(seed, people=80):
    rng = np.random.default_rng(seed)
    start = np.datetime64("2013-01-01") + rng.integers(0, 450, people)
    end = start + rng.integers(0, 200, people)
    frame = pd.DataFrame(
        {
            "person_id": [f"p{k}" for k in rng.integers(0, people // 2, people)],
            "start": start.astype("datetime64[ns]"),
            "end": end.astype("datetime64[ns]"),
        }
    )
    frame.loc[rng.random(people) < 0.3, "end"] = pd.NaT
    return frame


def in_period(days, period):
    return int(days.between(pd.Timestamp(period.first), pd.Timestamp(period.last)).sum())


@pytest.mark.parametrize("seed", range(12))
def test_what_lies_between_two_extracts_adds_up_whatever_was_changed(seed):
    rng = np.random.default_rng(1000 + seed)
    then = extract(seed)
    now = then.drop(index=rng.choice(len(then), 6, replace=False))
    now = pd.concat([now, extract(500 + seed, 9)], ignore_index=True)
    moved = rng.choice(len(now), 10, replace=False)
    now.loc[moved, "start"] -= pd.to_timedelta(rng.integers(1, 90, 10), unit="D")
    closed = now.index[now["end"].isna()][:5]
    now.loc[closed, "end"] = pd.Timestamp("2014-02-20")
    now = now.sample(frac=1, random_state=seed)
    for period in (Q1, Q3, Q4, HALF):
        for found, day in zip(reconcile_episodes(then, now, period), ("start", "end"), strict=True):
            assert found.earlier == in_period(then[day], period)
            assert found.later == in_period(now[day], period)
            made = (
                found.earlier + found.late_rows - found.removed + found.moved_in - found.moved_out
            )
            assert made == found.later


def test_each_reason_is_told_from_the_others():
    day = pd.Timestamp
    then = pd.DataFrame(
        {
            "person_id": ["stays", "goes", "moves", "closes"],
            "start": [day("2014-01-10"), day("2014-01-11"), day("2014-01-12"), day("2013-05-01")],
            "end": [pd.NaT, pd.NaT, pd.NaT, pd.NaT],
        }
    )
    now = pd.DataFrame(
        {
            "person_id": ["stays", "moves", "closes", "comes"],
            "start": [day("2014-01-10"), day("2013-12-12"), day("2013-05-01"), day("2014-03-30")],
            "end": [pd.NaT, pd.NaT, day("2014-03-31"), pd.NaT],
        }
    )
    referrals, closures = reconcile_episodes(then, now, Q4)
    assert (referrals.late_rows, referrals.removed, referrals.moved_in, referrals.moved_out) == (
        1, 1, 0, 1,
    )  # fmt: skip
    assert (closures.earlier, closures.later, closures.moved_in) == (0, 1, 1)
    assert "1 then" not in str(closures)
    same = reconcile_episodes(then, then, Q4)[0]
    assert "not revised" in str(same)


# ------------------------------------------------------------------- what is given away


def card(period, counts, previous=None, name=""):
    """Return figures of closures and their bands; previous counts by row, None: withheld."""
    then = {} if previous is None else previous[1]
    rows = {}
    for row, count in counts.items():
        total = row == "closures"
        rows[row] = Row(
            id=row, label=row, section="Closures", count=count, unit="episodes",
            of="" if total else "closures", group="" if total else "weeks",
            parts="" if total else "all", previous=then.get(row),
        )  # fmt: skip
    return CardFigures(
        name=name or period.short, period=period, rows=rows,
        previous=None if previous is None else previous[0],
    )  # fmt: skip


def kinds(*cards, threshold=5):
    return [leak.kind for leak in check_publications(cards, suppress_below=threshold)]


def test_publications_that_give_nothing_away_are_silent():
    assert not kinds(
        card(Q1, {"closures": 60, "a": 40, "b": 20}), card(Q2, {"closures": 70, "a": 40, "b": 30})
    )


def test_a_revision_by_few_is_flagged_and_one_by_many_or_none_is_not():
    for revised, expected in ((62, ["revised"]), (65, []), (60, [])):
        later = card(Q2, {"closures": 70}, previous=(Q1, {"closures": revised}))
        assert kinds(card(Q1, {"closures": 60}), later) == expected


def test_nested_periods_that_differ_by_few_are_flagged():
    assert kinds(card(Q1, {"closures": 60}), card(HALF, {"closures": 63})) == ["nested"]
    assert not kinds(card(Q1, {"closures": 60}), card(HALF, {"closures": 80}))
    # Of a caseload a later day says nothing of the days between.
    people = [
        CardFigures(
            name=period.short, period=period,
            rows={"x": Row(id="x", label="x", section="Caseload", count=n, unit="people")},
        )
        for period, n in ((Q1, 60), (HALF, 62))
    ]  # fmt: skip
    assert not kinds(*people)


def test_withheld_here_and_printed_there_is_flagged():
    later = card(Q2, {"closures": 70, "a": 50, "b": 20}, previous=(Q1, {"a": 3}))
    assert kinds(card(Q1, {"closures": None, "a": None, "b": None}), later) == ["shown elsewhere"]


def test_withheld_parts_that_add_up_are_flagged():
    one_hidden = card(Q1, {"closures": 60, "a": 40, "b": 17, "c": None})
    assert kinds(one_hidden) == ["adds up"]
    assert not kinds(card(Q1, {"closures": 60, "a": 43, "b": None, "c": None}))


def test_withheld_over_periods_that_add_up_is_flagged():
    quarters = card(Q1, {"closures": 40}), card(Q2, {"closures": None})
    assert kinds(*quarters, card(HALF, {"closures": 43})) == ["nested", "adds up"]
    # What was withheld for the sake of others, and is not few, tells of nobody.
    assert not kinds(*quarters, card(HALF, {"closures": 70}))


def test_what_takes_several_sums_at_once_is_flagged():
    # Neither quarter alone gives b or c back; the half year has their sum in other parts.
    first = card(Q1, {"closures": 60, "a": 40, "b": None, "c": None})
    second = card(Q2, {"closures": 50, "a": 30, "b": 11, "c": 9})
    half = card(HALF, {"closures": 110, "a": 70, "b": 13, "c": 27})
    found = check_publications([first, second, half], suppress_below=5)
    assert {(leak.label, leak.kind) for leak in found if leak.kind == "adds up"} == {
        ("b", "adds up")
    }  # c is 18


def test_a_withheld_count_that_is_not_few_is_no_leak_but_its_rest_may_be():
    later = card(Q2, {"closures": 70, "a": 50, "b": 20}, previous=(Q1, {"a": 40}))
    assert not kinds(card(Q1, {"closures": 60, "a": None, "b": None}), later)
    assert kinds(card(Q1, {"closures": 43, "a": None, "b": None}), later) == [
        "shown elsewhere", "adds up",
    ]  # fmt: skip


def test_a_year_less_several_of_its_quarters_is_flagged():
    year = Period(first=Q1.first, last=Q1.first.replace(year=Q1.first.year + 1) - timedelta(days=1))
    first, second = card(Q1, {"closures": 40}), card(Q2, {"closures": 30})
    assert kinds(first, second, card(year, {"closures": 73})) == ["nested"]
    assert not kinds(first, second, card(year, {"closures": 80}))


def test_the_caseload_of_one_quarter_is_that_with_which_the_next_begins():
    def flow(period, *counts):
        names = ("open_before", "referrals", "closures", "caseload")
        rows = {
            name: Row(
                id=name, label=name, section="Flow", count=count, unit="episodes",
                of="in_contact", group=group, parts="all",
            )
            for name, count, group in zip(names, counts, ("from", "from", "to", "to"), strict=True)
        }  # fmt: skip
        rows["in_contact"] = Row(
            id="in_contact", label="in contact", section="Flow", count=60, unit="episodes"
        )
        return CardFigures(name=period.short, period=period, rows=rows)

    hidden = flow(Q1, 40, 20, None, None)
    found = check_publications([hidden, flow(Q2, 57, None, None, 30)], suppress_below=5)
    assert ("closures", Q1, "adds up") in {(x.label, x.period, x.kind) for x in found}  # three
    assert not kinds(hidden, flow(Q2, 50, None, None, 30))


def test_no_number_is_in_what_is_flagged():
    first = card(Q1, {"closures": 6123, "a": 40, "b": 6080, "c": None})
    for leak in check_publications([first], suppress_below=5):
        assert "6123" not in str(leak)
        assert not any(cell.isdigit() for cell in str(leak).split()) or "2013" in str(leak)


# ------------------------------------------------------------------------- the series


def test_a_series_needs_three_periods_that_do_not_overlap():
    cards = [card(q, {"closures": 60}) for q in (Q1, Q2, Q3)]
    assert series_of(cards)["closures"].points[0].count == 60
    with pytest.raises(DesignError, match="at least 3"):
        series_of(cards[:2])
    with pytest.raises(DesignError, match="2 of 4 cards would begin before"):
        series_of([*cards, card(HALF, {"closures": 90})])


def test_a_part_that_only_a_later_card_has_is_followed_from_0():
    cards = [card(Q1, {"closures": 60, "a": 60}), card(Q2, {"closures": 50, "a": 50}),
             card(Q3, {"closures": 70, "a": 45, "b": 25})]  # fmt: skip
    chart = series_of(cards)["b"]
    assert [point.count for point in chart.points] == [0, 0, 25]
    assert [point.label for point in chart.signals][-1] == Q3.short
    # Where what is printed does not add up, the rest may be of it: it is not known to be 0.
    cards[0] = card(Q1, {"closures": 60, "a": 57})
    assert "b" not in dict(series_of(cards).charts)


def test_a_row_that_one_card_withholds_is_not_followed():
    cards = [card(Q1, {"closures": 60, "a": None}), *(card(q, {"closures": 60, "a": 50})
             for q in (Q2, Q3))]  # fmt: skip
    series = series_of(cards)
    assert [name for name, _ in series.charts] == ["closures"]
    assert "withheld" in str(series.table)


def test_quarters_follow_one_another_without_a_gap():
    for earlier, later in pairwise((Q1, Q2, Q3, Q4)):
        assert (later.first - earlier.last).days == 1
    assert Q1.first == date(2013, 4, 1)
    with pytest.raises(DesignError, match="whole number of calendar months"):
        quarters_before(Period(first=date(2014, 1, 2), last=date(2014, 3, 31)), 2)


def test_a_published_card_without_its_days_is_refused():
    text = '[scorecard]\ntitle = "x"\n[[line]]\nid = "a"\nlabel = "A"\ncount = 3\n'
    with pytest.raises(DesignError, match="does not say which days"):
        figures_from_scorecard(parse_scorecard(text))
