"""Mean time without the event, few events: exact cases, the moments behind, every outcome."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes import intervals
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals.kaplan_meier._beta_area import lost_above, lost_below
from dipoutcomes.intervals.kaplan_meier._steps import check_steps

limits = intervals.restricted_mean_beta_product_interval
levels = st.floats(0.5, 0.999)
#: Two with the event at once on day 7, leavers in between, one on the horizon itself.
STEPS = ([3, 7, 8, 12, 20], [14, 13, 9, 7, 5], [1, 2, 0, 1, 1], [0, 2, 2, 1, 4])
HORIZON = 20.0


@given(level=levels, group=st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n),
       st.just(n))))  # fmt: skip
def test_where_all_events_are_on_day_0_it_is_the_horizon_times_clopper_pearson(level, group):
    events, n = group
    steps = ([0, 50], [n, n - events], [events, 0], [0, n - events])
    found = limits(*steps, horizon=50, confidence_level=level)
    exact = intervals.clopper_pearson_interval(n - events, n, confidence_level=level)
    assert tuple(found) == pytest.approx((50 * exact.low, 50 * exact.high), abs=1e-7)


def test_the_moments_are_those_of_curves_drawn_at_random():
    rng, runs = np.random.default_rng(20140401), 200_000
    steps = check_steps(*STEPS)
    above, below = np.zeros(runs), np.zeros(runs)
    curve, next_one, before = np.ones(runs), rng.random(runs), 0.0
    for day, followed, died in zip(steps.days, steps.followed, steps.died, strict=True):
        above += curve * (day - before)
        below += curve * next_one ** (1 / followed) * (day - before)
        if died:
            first = next_one ** (1 / followed)
            rest = rng.beta(followed - died + 1, died - 1, runs) if died > 1 else 1.0
            curve, next_one = curve * first * rest, rng.random(runs)
        before = day
    for drawn, lost in ((above, lost_above(steps, 20.0)), (below, lost_below(steps, 20.0))):
        away = HORIZON - drawn
        assert lost.first == pytest.approx(away.mean(), abs=4 * away.std() / runs**0.5)
        second = away**2
        assert lost.second == pytest.approx(second.mean(), abs=4 * second.std() / runs**0.5)
    found = limits(*STEPS, horizon=HORIZON)
    assert found.low == pytest.approx(np.quantile(below, 0.025), abs=0.02 * found.width)
    assert found.high == pytest.approx(np.quantile(above, 0.975), abs=0.02 * found.width)


happened = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=10)


@given(rows=happened, level=st.floats(0.5, 0.99), short=st.floats(0.1, 1.0))
def test_limits_hold_the_area_and_a_higher_level_is_wider(rows, level, short):
    died, left = (np.append(column, end) for column, end in zip(zip(*rows, strict=True), (0, 2),
                  strict=True))  # fmt: skip
    at_risk = (died + left).sum() - np.append(0, np.cumsum(died + left)[:-1])
    days = np.arange(1.0, len(died) + 1)
    tau = short * days[-1]
    curve = np.cumprod(1 - died / at_risk)
    edges = np.clip(np.concatenate([[0.0], days]), 0, tau)
    area = float((np.append(1.0, curve[:-1]) * np.diff(edges)).sum())
    found = limits(days, at_risk, died, left, horizon=tau, confidence_level=level)
    wider = limits(days, at_risk, died, left, horizon=tau, confidence_level=level + 0.009)
    assert 0 <= wider.low <= found.low <= area + 1e-9
    assert area - 1e-9 <= found.high <= wider.high <= tau + 1e-9


def test_a_day_or_a_year_is_only_a_unit():
    days = limits(*STEPS, horizon=HORIZON)
    years = limits(np.array(STEPS[0]) / 365.25, *STEPS[1:], horizon=HORIZON / 365.25)
    assert tuple(years) == pytest.approx([limit / 365.25 for limit in days])


def test_with_many_events_it_is_the_normal_interval():
    """1,000 people, one event a day: what is left of the difference is of the order of 1 / n."""
    days = np.arange(1.0, 1_001)
    steps = (days, 1_001 - days, np.ones(1_000), np.zeros(1_000))
    normal = intervals.restricted_mean_interval(*steps, horizon=600)
    assert tuple(limits(*steps, horizon=600)) == pytest.approx(tuple(normal), abs=0.06 * 16)
    assert limits(*steps, horizon=600).width == pytest.approx(normal.width, rel=0.03)


def test_two_of_a_million_do_not_drown_in_rounding():
    n = 10**8
    steps = ([100, 200, 300], [n, n - 1, n - 2], [1, 1, 0], [0, 0, n - 2])
    found = limits(*steps, horizon=300)
    # Events on days 100 and 200 lose 300 days together; the mean is of n people.
    lost = 300 - np.array([found.high, found.low])
    few = ([100, 200, 300], [10_000, 9_999, 9_998], [1, 1, 0], [0, 0, 9_998])
    again = limits(*few, horizon=300)
    assert lost * n == pytest.approx((300 - np.array([again.high, again.low])) * 1e4, rel=1e-3)


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_every_outcome_of_ten_people(level):
    """Nobody leaves; the event falls on day 100, on day 200, or on none of 300."""
    n, held = 10, []
    outcomes = [(a, b) for a, b in product(range(n + 1), repeat=2) if a + b <= n]
    found = [
        limits(
            [100, 200, 300], [n, n - a, n - a - b], [a, b, 0], [0, 0, n - a - b], horizon=300,
            confidence_level=level,
        )
        for a, b in outcomes
    ]  # fmt: skip
    for p, q in product((0.01, 0.05, 0.2, 0.5, 0.8), repeat=2):
        if p + q > 1:
            continue
        truth = 300 - 200 * p - 100 * q
        chances = [
            comb(n, a) * comb(n - a, b) * p**a * q**b * (1 - p - q) ** (n - a - b)
            for a, b in outcomes
        ]
        assert sum(chances) == pytest.approx(1)
        inside = [interval.low - 1e-9 <= truth <= interval.high + 1e-9 for interval in found]
        held.append(float(np.dot(chances, inside)))
    assert min(held) >= level
    assert min(held) < 0.995


def test_thousands_of_leavers_between_events_are_taken_together_on_the_safe_side():
    """10,000 leave one after the other and nobody has the event: close to the exact mean."""
    n = 10_000
    days = np.arange(1.0, n + 1)
    found = limits(days, n + 1 - days, np.zeros(n), np.ones(n), horizon=n)
    still = n + 1 - days
    exact = float((0.025 ** (1 / still)).sum())  # all factors move with one uniform number
    assert found.high == n
    assert found.low <= exact
    assert found.low == pytest.approx(exact, rel=0.01)


def test_misuse_is_refused():
    with pytest.raises(DesignError, match="ends at 20"):
        limits(*STEPS, horizon=21)
    with pytest.raises(ValueError, match="horizon"):
        limits(*STEPS, horizon=-1)
    with pytest.raises(ValueError, match="`at_risk` is not"):
        limits([1, 2], [5, 9], [1, 1], [1, 1], horizon=1)
