"""Ratios, rates and changes in the same persons: shapes, edges, and sums over every sign."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import rankdata

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS
from dipoutcomes.intervals.paired._sign_flips import rank_sum_distribution
from dipoutcomes.results import Interval, IntervalArray

CALLS = {
    "paired_difference": ((12, 3, 9, 4), (0, 0, 0, 0), (-1, 1)),
    "paired_ratio": ((12, 3, 9, 4), (0, 0, 0, 7), (0, np.inf)),
    "paired_odds_ratio": ((3, 9), (0, 0), (0, np.inf)),
    "before_after": ((64, 31.2, 22, 28.5), (0, 3.0, 0, 2.0), (0, np.inf)),
}
ENTRIES = [
    pytest.param(family, entry, id=f"{family}-{entry.name}")
    for family in CALLS
    for entry in METHODS[family]
]


@pytest.mark.parametrize(("family", "entry"), ENTRIES)
def test_numbers_give_an_interval_and_arrays_an_array_of_the_same_limits(family, entry):
    scalars = CALLS[family][0]
    one = entry.function(*scalars)
    many = entry.function(*(np.full((2, 3), value) for value in scalars))
    assert isinstance(one, Interval)
    assert isinstance(many, IntervalArray)
    assert np.all(many.low == one.low)
    assert np.all(many.high == one.high)
    assert one.method == many.method == entry.title


@pytest.mark.parametrize(("family", "entry"), ENTRIES)
def test_no_information_is_everything_possible(family, entry):
    _, nothing, possible = CALLS[family]
    assert tuple(entry.function(*nothing)) == possible


@pytest.mark.parametrize(("family", "entry"), ENTRIES)
def test_a_higher_level_gives_a_longer_interval(family, entry):
    scalars = CALLS[family][0]
    found = [entry.function(*scalars, confidence_level=c) for c in (0.5, 0.9, 0.95, 0.99, 0.9999)]
    assert np.all(np.diff([i.low for i in found]) < 0)
    assert np.all(np.diff([i.high for i in found]) > 0)


@pytest.mark.parametrize(("family", "entry"), ENTRIES)
@pytest.mark.parametrize("level", [0.5, 0.8, 0.975])
def test_a_bound_on_one_side_is_a_limit_of_twice_the_error(family, entry, level):
    scalars, _, possible = CALLS[family]
    both = entry.function(*scalars, confidence_level=max(2 * level - 1, 1e-12))
    lower = entry.function(*scalars, confidence_level=level, side="lower")
    upper = entry.function(*scalars, confidence_level=level, side="upper")
    assert entry.one_sided
    assert (lower.low, upper.high) == pytest.approx(tuple(both), rel=1e-9, abs=1e-11)
    assert (upper.low, lower.high) == possible
    assert lower.confidence_level == level
    assert lower.method.endswith("lower bound only")


@pytest.mark.parametrize("table", [(0, 0, 5, 3), (0, 5, 0, 3), (7, 0, 0, 0), (0, 0, 0, 4)])
def test_a_time_without_events_still_has_limits_of_the_ratio(table):
    found = intervals.tang_interval(*table)
    assert 0 <= found.low <= found.high
    if table[0] + table[1] == 0:
        assert found.low == 0
    if table[0] + table[2] == 0:
        assert found.high == np.inf
    assert not np.isnan(found.high)


@pytest.mark.parametrize("family", CALLS)
def test_counts_of_a_thousand_million_lose_no_digits(family):
    """In large samples every method nears the estimate plus or minus z standard errors."""
    n = 10**9
    scalars = {
        "paired_difference": (n, n // 2, n // 4, n),
        "paired_ratio": (n, n // 2, n // 4, n),
        "paired_odds_ratio": (n // 2, n // 4),
        "before_after": (n, 2.0, n // 2, 3.0),
    }[family]
    ends = [tuple(entry.function(*scalars)) for entry in METHODS[family]]
    width = ends[0][1] - ends[0][0]
    assert 0 < width < 1e-3
    assert np.ptp(ends, axis=0).max() < 1e-3 * width


def test_mcnemars_correction_stops_at_no_change():
    # statsmodels gives 0.0 for one pair, and corrects 4 against 4 to a statistic of 1/8.
    assert intervals.mcnemar_corrected_p_value(1, 0) == 1.0
    assert intervals.mcnemar_corrected_p_value([4, 0], [4, 0]) == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("method", ["exact", "mid_p", "score", "score_corrected"])
def test_one_sided_tests_mirror_and_halve(method):
    greater = intervals.mcnemar_p_value(9, 3, method=method, alternative="greater")
    less = intervals.mcnemar_p_value(3, 9, method=method, alternative="less")
    assert greater == less
    assert intervals.mcnemar_p_value(9, 3, method=method) == pytest.approx(2 * greater)


CHANGES = {
    "ties and zeros": [-3, 0, 5, 2, 2, -1, 7, 0, 4, 4],
    "all alike": [1, 1, 1, 1, -1, 1, 1],
    "no ties": [1.1, -0.4, 2.3, 3.7, -1.9, 0.8, 5.2],
    "tied but for rounding": [0.1 + 0.2, -0.3, 0.6, 0.7 - 0.1, -0.9],
    "nobody changed": [0, 0, 0],
    "one": [2],
}


def every_sign(values, zeros):
    """Return the two-sided p-value as a share of all ways to set the signs."""
    size = np.round(np.abs(np.asarray(values, dtype=float)), 9)
    keep = size > 0
    ranks = rankdata(size[keep]) if zeros == "wilcoxon" else rankdata(size)[keep]
    signs = np.sign(np.asarray(values, dtype=float))[keep]
    middle = ranks.sum() / 2
    seen = abs(ranks[signs > 0].sum() - middle)
    flips = [
        abs(ranks[np.array(f, dtype=bool)].sum() - middle) for f in product(*[(0, 1)] * len(ranks))
    ]
    return float(np.mean(np.array(flips) >= seen - 1e-9)) if len(ranks) else 1.0


@pytest.mark.parametrize("zeros", ["wilcoxon", "pratt"])
@pytest.mark.parametrize("name", CHANGES)
def test_the_signed_rank_p_value_is_a_share_of_all_signs(name, zeros):
    p = intervals.signed_rank_p_value(CHANGES[name], zeros=zeros)
    assert p == pytest.approx(every_sign(CHANGES[name], zeros), abs=1e-12)


def test_the_distribution_of_untied_ranks_is_the_tabulated_one():
    # n = 4: sums 0 to 10 arise in 1, 1, 1, 2, 2, 2, 2, 2, 1, 1, 1 of 16 ways.
    expected = np.array([1, 1, 1, 2, 2, 2, 2, 2, 1, 1, 1]) / 16
    assert rank_sum_distribution(np.arange(1.0, 5)) == pytest.approx(expected, abs=0)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("name", ["ties and zeros", "all alike", "no ties"])
def test_permutation_limits_are_the_ends_of_the_accepted_shifts(name, level):
    values = np.array(CHANGES[name], dtype=float)
    found = intervals.hodges_lehmann(values, confidence_level=level)
    grid = np.unique(np.round(np.arange(-6, 9, 0.025), 6))  # holds every mean of two, and between
    accepted = [s for s in grid if every_sign(values - s, "wilcoxon") > 1 - level]
    low, high = found.interval
    if np.isinf(low):
        assert 2 / 2 ** len(values) > 1 - level
    else:
        assert low == pytest.approx(min(accepted), abs=0.026)
        assert high == pytest.approx(max(accepted), abs=0.026)
        assert min(accepted) >= low - 1e-9
        assert max(accepted) <= high + 1e-9
    assert found.achieved_level >= level


@pytest.mark.parametrize(
    ("n", "level", "finite"), [(5, 0.95, False), (6, 0.95, True), (1, 0.5, False)]
)
@pytest.mark.parametrize("method", ["permutation", "untied"])
def test_few_persons_have_no_finite_limits(n, level, finite, method):
    found = intervals.hodges_lehmann(np.arange(1, n + 1), method=method, confidence_level=level)
    assert np.isfinite(found.interval.low) == finite == np.isfinite(found.interval.high)
    expected = 1 - 2 / 2**n if finite else 1
    assert found.achieved_level == pytest.approx(expected)


def test_large_untied_samples_use_one_table_and_large_tied_ones_are_refused():
    values = np.random.default_rng(4).normal(0.3, 1, 400)
    permutation = intervals.hodges_lehmann(values)
    assert tuple(permutation.interval) == tuple(
        intervals.hodges_lehmann(values, method="untied").interval
    )
    with pytest.raises(ValueError, match="use 'untied'"):
        intervals.hodges_lehmann(np.round(values))
    with pytest.raises(ValueError, match="use 'normal'"):
        intervals.signed_rank_p_value(np.arange(1, 1200))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: intervals.tang_interval(1, 2, -3, 4), "`second_only`"),
        (lambda: intervals.paired_ratio_p_value(1, 2, 3, 4, null_ratio=0), "`null_ratio`"),
        (lambda: intervals.paired_ratio_p_value(1, 2, 3, 4, method="bonett_price"), "tang"),
        (lambda: intervals.paired_difference_p_value(1, 2, 3, 4, null_difference=2), r"\[-1, 1\]"),
        (lambda: intervals.before_after_interval(1, 0.0, 2, 1.0), "`time_before`"),
        (lambda: intervals.before_after_interval(1, 1.0, 2, 1.0, method="exat"), "did you mean"),
        (lambda: intervals.signed_rank_p_value([1, np.nan]), "1 missing"),
        (lambda: intervals.signed_rank_p_value([]), "at least one"),
        (lambda: intervals.signed_rank_p_value([1.0], zeros="drop"), "zeros"),
        (lambda: intervals.mcnemar_p_value(1, 2, alternative="both"), "alternative"),
        (lambda: intervals.tango_interval(1, 2, 3, 4, confidence_level=0.4, side="lower"), "0.5"),
    ],
)
def test_misuse_says_what_is_wrong(call, says):
    with pytest.raises(ValueError, match=says):
        call()
