"""One proportion: hulls against enumeration, defining equations, bounds on one side, p-values."""

import numpy as np
import pytest
from scipy import stats

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS
from dipoutcomes.intervals._roots import find_root, first_where

GRID = np.linspace(0, 1, 4001)
ONE_SIDED = [m.name for m in METHODS["proportion"] if m.one_sided]
TESTED = [
    "wilson",
    "clopper_pearson",
    "blaker",
    "minlike",
    "mid_p",
    "scas",
    "likelihood_ratio",
    "wilson_corrected",
]


def plain_p_values(n, p):
    """Blaker and minlike p-values of every count by their definitions, one column a count."""
    chance = stats.binom.pmf(np.arange(n + 1), n, np.asarray(p)[:, None])
    tail = np.minimum(chance.cumsum(axis=1), chance[:, ::-1].cumsum(axis=1)[:, ::-1])
    found = {}
    for name, rank in [("blaker", tail), ("minlike", chance)]:
        no_more = rank[:, :, None] <= rank[:, None, :] * (1 + 1e-7)
        found[name] = np.minimum((chance[:, :, None] * no_more).sum(axis=1), 1.0)
    return found


@pytest.mark.parametrize("n", [1, 2, 5, 11])
@pytest.mark.parametrize("level", [0.1, 0.5, 0.9, 0.95, 0.999])
def test_hulls_hold_all_that_enumeration_accepts_and_end_where_it_ends(n, level):
    alpha = 1 - level
    for name, p_values in plain_p_values(n, GRID).items():
        found = intervals.proportion_interval(
            np.arange(n + 1), n, method=name, confidence_level=level
        )
        outside = (GRID[:, None] < found.low - 1e-9) | (GRID[:, None] > found.high + 1e-9)
        assert np.all(p_values[outside] <= alpha + 1e-9), name
        for x in range(n + 1):
            for limit, inward in [(found.low[x], 1), (found.high[x], -1)]:
                if 0 < limit < 1:
                    near = limit + np.array([1e-9, -2e-6]) * inward  # beyond the slack of ties
                    inside, beyond = plain_p_values(n, near)[name][:, x]
                    assert inside > alpha - 1e-7, (name, x)
                    assert beyond <= alpha + 1e-7, (name, x)


def test_a_search_that_stops_at_the_first_crossing_would_miss_the_hull():
    # 0 of 20 at 90%: rejected at 0.13, accepted again at 0.1466 (methods of the reference tables).
    p = intervals.proportion_p_value(0, 20, [0.12, 0.13, 0.1466, 0.1468], method="minlike")
    assert [bool(v) for v in p > 0.1] == [True, False, True, False]
    assert intervals.minlike_interval(0, 20, confidence_level=0.9).high == pytest.approx(
        0.1467, abs=0.5e-4
    )


@pytest.mark.parametrize("method", ["blaker", "minlike"])
def test_two_sided_exact_methods_keep_the_level_and_beat_clopper_pearson(method):
    found = intervals.exact_coverage(28, method=method)
    exact = intervals.exact_coverage(28, method="clopper_pearson")
    assert 0.95 - 1e-9 <= found.minimum < exact.minimum + 0.01
    assert found.mean_width < exact.mean_width


@pytest.mark.parametrize("n", [1, 20, 10**6, 10**9])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.9999])
@pytest.mark.parametrize("method", ["blaker", "minlike", "likelihood_ratio", "scas"])
def test_limits_stand_at_every_size_and_at_both_ends(method, n, level):
    x = np.unique([0, 1, n // 3, n - 1, n])
    found = intervals.proportion_interval(x, n, method=method, confidence_level=level)
    assert found.low[0] == 0.0
    assert found.high[-1] == 1.0
    assert np.all((found.low <= x / n) & (x / n <= found.high))
    assert np.all(np.diff(found.low) >= 0)
    assert np.all(np.diff(found.high) >= 0)
    back = intervals.proportion_interval(n - x, n, method=method, confidence_level=level)
    assert back.low == pytest.approx(1 - found.high, abs=1e-12)


def test_likelihood_ratio_limits_are_where_the_likelihood_has_fallen_far_enough():
    found = intervals.likelihood_ratio_interval([1, 14, 21, 27], 28)
    x = np.array([1, 14, 21, 27])
    for limit in (found.low, found.high):
        fall = stats.binom.logpmf(x, 28, x / 28) - stats.binom.logpmf(x, 28, limit)
        assert 2 * fall == pytest.approx(np.full(4, stats.chi2.ppf(0.95, 1)), abs=1e-9)
    assert intervals.likelihood_ratio_interval(0, 28).high == pytest.approx(
        1 - np.exp(-stats.chi2.ppf(0.95, 1) / 56)
    )


def test_scas_limits_solve_the_corrected_score_equation():
    x, n, z = np.array([2, 14, 21, 26]), 28, stats.norm.ppf(0.975)
    found = intervals.skewness_corrected_interval(x, n)
    for limit, sign in [(found.low, 1), (found.high, -1)]:
        spread = np.sqrt(limit * (1 - limit) / n)
        skew = (z**2 - 1) * (1 - 2 * limit) / (6 * n * spread)
        assert (x / n - limit) / spread == pytest.approx(sign * z + skew, abs=1e-9)


@pytest.mark.parametrize("method", ONE_SIDED)
def test_a_bound_on_one_side_leaves_all_the_error_there(method):
    x = np.arange(29)
    both = intervals.proportion_interval(x, 28, method=method, confidence_level=0.9)
    lower = intervals.proportion_interval(x, 28, method=method, side="lower")
    upper = intervals.proportion_interval(x, 28, method=method, side="upper")
    assert lower.low == pytest.approx(both.low, abs=1e-12)
    assert upper.high == pytest.approx(both.high, abs=1e-12)
    assert np.all(lower.high == 1)
    assert np.all(upper.low == 0)
    assert lower.confidence_level == 0.95
    assert lower.method.endswith("lower bound only")
    assert upper.method.endswith("upper bound only")


def test_the_rule_of_three_and_an_exact_one_sided_coverage():
    assert intervals.clopper_pearson_interval(0, 1000, side="upper").high == pytest.approx(
        1 - 0.05 ** (1 / 1000)
    )
    bound = intervals.clopper_pearson_interval(np.arange(29), 28, side="lower").low
    chance = stats.binom.pmf(np.arange(29), 28, GRID[:, None])
    covered = (chance * (bound <= GRID[:, None])).sum(axis=1)
    assert 0.95 - 1e-12 <= covered.min() < 0.96


@pytest.mark.parametrize("method", ["blaker", "minlike"])
def test_methods_without_sides_say_which_have_them(method):
    with pytest.raises(ValueError, match="clopper_pearson"):
        intervals.proportion_interval(21, 28, method=method, side="lower")
    with pytest.raises(ValueError, match="two-sided test"):
        intervals.proportion_p_value(21, 28, 0.5, method=method, alternative="less")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: intervals.wilson_interval(1, 2, side="left"), "did you mean|choices"),
        (lambda: intervals.wilson_interval(1, 2, side="lower", confidence_level=0.4), "at least"),
        (lambda: intervals.proportion_p_value(1, 2, 1.5), "null_proportion"),
        (lambda: intervals.proportion_p_value(1, 2, np.nan), "null_proportion"),
        (lambda: intervals.proportion_p_value(1, 2, 0.5, method="jeffreys"), "no choice"),
        (lambda: intervals.proportion_p_value(1, 2, 0.5, alternative="more"), "alternative"),
    ],
)
def test_misuse_says_what_is_wrong(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_minlike_and_one_sided_p_values_are_those_of_scipy():
    for n in (1, 4, 7, 28):
        for x in range(n + 1):
            for null in (0.0, 0.05, 0.25, 1 / 3, 0.5, 0.9, 1.0):
                for alternative in ("two-sided", "greater", "less"):
                    ours = intervals.proportion_p_value(
                        x,
                        n,
                        null,
                        method="minlike" if alternative == "two-sided" else "exact",
                        alternative=alternative,
                    )
                    theirs = stats.binomtest(x, n, null, alternative=alternative).pvalue
                    assert ours == pytest.approx(theirs, abs=1e-12)


def test_central_and_minlike_kinds_clash_where_r_prints_them_together():
    # 4 of 28 against 0.05: the minlike p-value rejects, the central interval holds 0.05.
    assert intervals.proportion_p_value(4, 28, 0.05, method="minlike") == pytest.approx(
        0.0491, abs=0.5e-4
    )
    assert 0.05 in intervals.clopper_pearson_interval(4, 28)
    assert intervals.proportion_p_value(4, 28, 0.05, method="clopper_pearson") > 0.05
    assert 0.05 not in intervals.minlike_interval(4, 28)


@pytest.mark.parametrize("method", TESTED)
def test_what_must_happen_is_no_evidence_and_what_cannot_is_proof(method):
    p = intervals.proportion_p_value([0, 3, 7, 3], 7, [0.0, 0.0, 1.0, 1.0], method=method)
    assert p.tolist() == [1.0, 0.0, 1.0, 0.0]
    assert intervals.proportion_p_value(0, 0, 0.3, method=method) == 1.0


@pytest.mark.parametrize("method", [m for m in TESTED if m not in {"blaker", "minlike"}])
def test_one_sided_p_values_point_the_right_way(method):
    more = intervals.proportion_p_value(21, 28, 0.5, method=method, alternative="greater")
    less = intervals.proportion_p_value(21, 28, 0.5, method=method, alternative="less")
    both = intervals.proportion_p_value(21, 28, 0.5, method=method)
    assert more < 0.02
    assert less > 0.98
    assert both == pytest.approx(2 * more)


@pytest.mark.parametrize("method", TESTED)
def test_the_smallest_numbers_there_are_upset_no_test(method):
    null = np.array([5e-324, 2.2e-309, 1e-300, 1e-17, 1 - 1e-16])
    for x, n in [(0, 1), (1, 1), (3, 400), (400, 400), (0, 10**9)]:
        p = intervals.proportion_p_value(x, n, null, method=method)
        assert np.all((p >= 0) & (p <= 1))
        # The corrected score has a ceiling, and so the p-value of SCAS a floor.
        floor = 2 * stats.norm.sf(np.sqrt(6 * x + 1)) if method == "scas" else 0.0
        assert p[:3] == pytest.approx(np.full(3, 1.0 if x == 0 else floor), abs=1e-9)


def test_roots_with_and_without_dropping_agree():
    target = np.linspace(0.01, 0.99, 50)
    low, high = np.zeros(50), np.ones(50)
    plain = find_root(lambda p: p**3 - target, low, high)
    dropping = find_root(lambda p, t: p**3 - t, low, high, target)
    assert dropping == pytest.approx(target ** (1 / 3), abs=1e-14)
    assert plain == pytest.approx(dropping, abs=1e-15)


@pytest.mark.parametrize("size", [1, 3, 500])
def test_the_first_whole_number_that_meets_a_condition(size):
    wanted = np.random.default_rng(7).integers(0, 10**9, size).astype(float)
    found = first_where(lambda k, w: k >= w, np.zeros(size), np.full(size, 1e9), wanted)
    assert np.all(found == wanted)


@pytest.mark.parametrize("n", [1, 2, 7, 28, 77])
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.9999])
def test_wang_keeps_the_level_and_is_the_shortest_of_the_exact_methods(n, level):
    x = np.arange(n + 1)
    found = intervals.wang_interval(x, n, confidence_level=level)
    assert np.all(found.low == 1 - found.high[::-1])
    assert np.all(np.diff(found.low) >= 0)
    assert np.all((found.low <= x / n) & (x / n <= found.high))
    here = intervals.exact_coverage(n, method="wang", confidence_level=level)
    outer = intervals.exact_coverage(n, method="exact", confidence_level=level)
    assert here.minimum >= level - 1e-9
    assert here.mean_width <= outer.mean_width


def test_wang_refuses_what_it_cannot_work_out():
    with pytest.raises(ValueError, match="use Blaker"):
        intervals.wang_interval(1, 5000)
    with pytest.raises(ValueError, match="must be at least"):
        intervals.wang_interval(1, 5, confidence_level=0.4)


def test_wang_is_not_nested_as_its_docstring_warns():
    lower, higher = (intervals.wang_interval(5, 5, confidence_level=c) for c in (0.90, 0.91))
    assert higher.low > lower.low + 0.01
