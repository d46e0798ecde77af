"""A known frame: limits and p-values of every kind against enumeration."""

import numpy as np
import pytest
from scipy import stats

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS

FRAMES = [(1, 1), (2, 1), (5, 5), (9, 4), (13, 7), (20, 3), (31, 16)]
RANKED = ("hypergeometric", "mid_p", "minlike", "blaker")


def table(population, n):
    """P(X = x | M): one row a number of people with the event, one column a count."""
    marked = np.arange(population + 1)
    chance = stats.hypergeom.pmf(np.arange(n + 1), population, marked[:, None], n)
    return chance / chance.sum(axis=1, keepdims=True)


def plain_p_values(population, n):
    chance = table(population, n)
    below = chance.cumsum(axis=1)
    above = chance[:, ::-1].cumsum(axis=1)[:, ::-1]
    tail = np.minimum(below, above)
    half = np.minimum(below - chance / 2, above - chance / 2)
    found = {"hypergeometric": 2 * tail, "mid_p": 2 * half}
    for name, rank in [("blaker", tail), ("minlike", chance)]:
        no_more = rank[:, :, None] <= rank[:, None, :] * (1 + 1e-7)
        found[name] = (chance[:, :, None] * no_more).sum(axis=1)
    return {name: np.minimum(p, 1.0) for name, p in found.items()}


@pytest.mark.parametrize(("population", "n"), FRAMES)
def test_p_values_are_those_of_enumeration(population, n):
    x, marked = np.arange(n + 1), np.arange(population + 1)[:, None]
    for name, wanted in plain_p_values(population, n).items():
        found = intervals.finite_population_p_value(x, n, population, marked, method=name)
        assert found == pytest.approx(wanted, abs=1e-12), name
    chance = table(population, n)
    for alternative, wanted in [
        ("less", chance.cumsum(axis=1)),
        ("greater", chance[:, ::-1].cumsum(axis=1)[:, ::-1]),
    ]:
        found = intervals.finite_population_p_value(
            x, n, population, marked, alternative=alternative
        )
        assert found == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize(("population", "n"), FRAMES)
@pytest.mark.parametrize("level", [0.3, 0.5, 0.9, 0.95, 0.99, 0.9999])
def test_limits_are_the_hull_of_what_enumeration_accepts(population, n, level):
    marked = np.arange(population + 1)
    for name, p_values in plain_p_values(population, n).items():
        found = intervals.finite_population_counts(
            np.arange(n + 1), n, population, method=name, confidence_level=level
        )
        for x in range(n + 1):
            accepted = marked[p_values[:, x] > (1 - level) * (1 + 1e-9)]
            if name == "mid_p":  # begins at 0 with no event, ends at the frame with events only
                accepted = np.append(accepted, [0] if x == 0 else [])
                accepted = np.append(accepted, [population] if x == n else [])
            if accepted.size:
                got = (found.low[x], found.high[x])
                assert got == (accepted.min(), accepted.max()), (name, x)


@pytest.mark.parametrize("name", ["blaker", "minlike"])
def test_accepted_numbers_have_gaps_and_the_hull_spans_them(name):
    p = intervals.finite_population_p_value(0, 28, 210, np.arange(211), method=name)
    accepted = np.flatnonzero(p > 0.05)
    assert accepted.size < accepted[-1] + 1
    found = intervals.finite_population_counts(0, 28, 210, method=name)
    assert (found.low, found.high) == (0, accepted[-1])


@pytest.mark.parametrize("name", ["hypergeometric", "blaker", "minlike"])
def test_coverage_is_at_least_nominal_for_every_frame(name):
    found = intervals.exact_coverage(28, population=210, method=name)
    assert found.minimum >= 0.95
    if name == "blaker":
        assert found.minimum == pytest.approx(0.9501, abs=0.5e-4)
        assert found.mean_width * 210 == pytest.approx(57.2, abs=0.05)


@pytest.mark.parametrize(("name", "binomial"), [("blaker", "blaker"), ("minlike", "minlike")])
def test_a_frame_of_a_thousand_million_is_as_good_as_endless(name, binomial):
    found = intervals.finite_population_interval([0, 1, 21, 28], 28, 10**9, method=name)
    endless = intervals.proportion_interval([0, 1, 21, 28], 28, method=binomial)
    assert found.low == pytest.approx(endless.low, abs=1e-6)
    assert found.high == pytest.approx(endless.high, abs=1e-6)


@pytest.mark.parametrize("name", RANKED)
def test_a_large_sample_of_a_large_frame(name):
    found = intervals.finite_population_counts(30_000, 100_000, 10**6, method=name)
    p = intervals.finite_population_p_value(
        30_000,
        100_000,
        10**6,
        np.array([found.low - 1, found.low, found.high, found.high + 1]).astype(int),
        method=name,
    )
    assert [bool(v) for v in p > 0.05] == [False, True, True, False]


def test_katz_gives_the_neighbouring_rejected_counts():
    x = np.arange(29)
    exact = intervals.finite_population_counts(x, 28, 210)
    katz = intervals.finite_population_counts(x, 28, 210, method="katz")
    assert np.all(katz.low == np.maximum(exact.low - 1, x))
    assert np.all(katz.high == np.minimum(exact.high + 1, 182 + x))
    assert np.any(katz.low < exact.low)


@pytest.mark.parametrize(
    "name", [m.name for m in METHODS["finite_population"] if m.one_sided and m.name != "wald"]
)
def test_bounds_on_one_side(name):
    x = np.arange(29)
    both = intervals.finite_population_interval(x, 28, 210, method=name, confidence_level=0.9)
    lower = intervals.finite_population_interval(x, 28, 210, method=name, side="lower")
    upper = intervals.finite_population_interval(x, 28, 210, method=name, side="upper")
    assert lower.low == pytest.approx(both.low, abs=1e-12)
    assert upper.high == pytest.approx(both.high, abs=1e-12)
    assert lower.high == pytest.approx((182 + x) / 210)
    assert upper.low == pytest.approx(x / 210)


def test_bounds_in_people_and_the_sides_that_are_not_offered():
    found = intervals.finite_population_counts(21, 28, 210, side="lower")
    marked = np.arange(211)
    tail = stats.hypergeom.sf(20, 210, marked, 28)
    assert (found.low, found.high) == (marked[tail > 0.05].min(), 203)
    with pytest.raises(ValueError, match="has no one-sided bounds"):
        intervals.finite_population_interval(21, 28, 210, method="blaker", side="upper")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: intervals.finite_population_p_value(1, 2, 5, 6), "at most `population`"),
        (lambda: intervals.finite_population_p_value(1, 2, 5, -1), "at least 0"),
        (lambda: intervals.finite_population_p_value(1, 2, 5, 2, method="wald"), "no choice"),
        (
            lambda: intervals.finite_population_p_value(
                1, 2, 5, 2, method="blaker", alternative="less"
            ),
            "two-sided test",
        ),
    ],
)
def test_misuse_says_what_is_wrong(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.parametrize(("population", "n"), [*FRAMES, (210, 28)])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_wang_keeps_the_level_for_every_frame_inside_the_equal_tailed_limits(population, n, level):
    found = intervals.finite_population_counts(
        np.arange(n + 1), n, population, method="wang", confidence_level=level
    )
    outer = intervals.finite_population_counts(
        np.arange(n + 1), n, population, confidence_level=level
    )
    assert np.all(found.low == population - found.high[::-1])
    assert np.all((outer.low <= found.low) & (found.high <= outer.high))
    marked = np.arange(population + 1)[:, None]
    held = (found.low <= marked) & (marked <= found.high)
    assert (table(population, n) * held).sum(axis=1).min() >= level - 1e-9


def test_wang_refuses_what_it_cannot_work_out():
    with pytest.raises(ValueError, match="use Blaker"):
        intervals.hypergeometric_wang_interval(21, 28, 10**6)
    with pytest.raises(ValueError, match="must be at least"):
        intervals.hypergeometric_wang_interval(21, 28, 210, confidence_level=0.3)
