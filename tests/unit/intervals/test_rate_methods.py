"""Rates and two rates: brute force, edges, huge counts, enumerated coverage, the command line."""

import json

import numpy as np
import pytest
from scipy.stats import binom, poisson

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS


def accepted(kind, x, means):
    """Return the p-value of each mean by summing over every count."""
    counts = np.arange(int(max(means) + x + 40 * np.sqrt(max(means) + x) + 100))
    likely = poisson.pmf(counts, means[:, None])
    if kind == "minlike":
        tail = likely <= likely[:, [x]] * (1 + 1e-7)
    else:
        smaller = np.minimum(
            poisson.sf(counts - 1, means[:, None]), poisson.cdf(counts, means[:, None])
        )
        tail = smaller <= smaller[:, [x]] * (1 + 1e-7)
    return (likely * tail).sum(axis=1)


@pytest.mark.parametrize("kind", ["blaker", "minlike"])
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.9999])
@pytest.mark.parametrize("x", [0, 1, 2, 3, 7, 25])
def test_hulls_are_those_of_a_search_over_all_means(kind, level, x):
    low, high = intervals.rate_interval(x, 1.0, method=kind, confidence_level=level)
    around = intervals.garwood_interval(x, 1.0, confidence_level=1 - (1 - level) / 4)
    edges = np.array([low, high]) * [[1 - 1e-6], [1 + 1e-6]]
    means = np.sort(
        np.concatenate([np.linspace(around.low, 1.2 * around.high + 3, 3_000), edges.ravel()])
    )
    p = accepted(kind, x, means)
    assert p == pytest.approx(intervals.rate_p_value(x, 1.0, means, method=kind), abs=1e-11)
    inside = means[p >= 1 - level]
    assert low <= inside.min() <= low * (1 + 1e-5) or low == 0
    assert high * (1 - 1e-5) <= inside.max() <= high


def test_an_accepted_set_has_a_hole_and_the_interval_spans_it():
    # A search outward from 14 stops at the first rejected mean, 23.35; the hull ends at 23.80.
    means = np.linspace(14, 24, 10_001)
    p = intervals.rate_p_value(14, 1.0, means, method="minlike")
    high = intervals.rate_minlike_interval(14, 1.0).high
    first_rejected = means[np.argmax(p < 0.05)]
    assert first_rejected < high - 0.4
    assert p[(means > first_rejected) & (means < high)].max() > 0.05


def test_blaker_lies_inside_garwood():
    x = np.arange(1_000)
    for level in (0.5, 0.9, 0.95, 0.999):
        inner = intervals.rate_blaker_interval(x, 1.0, confidence_level=level)
        outer = intervals.garwood_interval(x, 1.0, confidence_level=level)
        assert np.all(inner.low >= outer.low * (1 - 1e-12))
        assert np.all(inner.high <= outer.high * (1 + 1e-12))


EXACT = ["garwood", "mid_p", "score", "scas", "likelihood_ratio"]


@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize("x", [1, 2, 10**3, 10**6, 10**9])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.9999])
def test_limits_solve_their_equation_for_one_event_and_for_a_thousand_million(method, x, level):
    found = intervals.rate_interval(x, 1.0, method=method, confidence_level=level)
    for limit in found:
        if limit > 0:
            p = intervals.rate_p_value(x, 1.0, limit, method=method)
            assert p == pytest.approx(1 - level, rel=1e-6)


@pytest.mark.parametrize("method", [m.name for m in METHODS["rate_ratio"]])
def test_huge_counts_have_finite_ratios_near_the_normal_ones(method):
    found = intervals.rate_ratio_interval(10**9, 2.0, 10**9, 1.0, method=method)
    half = 1.959963984540054 * np.sqrt(2e-9)
    assert tuple(found) == pytest.approx((0.5 * np.exp(-half), 0.5 * np.exp(half)), rel=1e-8)
    lone = intervals.rate_ratio_interval(1, 1.0, 10**6, 1.0, method=method)
    single = {"exact": "garwood", "r_default": "garwood"}.get(method, method)
    if method not in {"mover", "minlike"}:  # against a rate known so well it is a single rate
        one = intervals.rate_interval(1, 10**6, method=single)
        assert tuple(lone) == pytest.approx(tuple(one), rel=2e-3)


def test_no_event_is_no_evidence_against_small_rates():
    # Uncut, the skewness correction would count no event as one standard error too many.
    assert intervals.rate_p_value(0, 1.0, 0.01, method="scas") == 1
    assert intervals.rate_scas_interval(0, 1.0, confidence_level=0.5).low == 0
    assert intervals.rate_ratio_p_value(0, 1.0, 3, 1.0, 0.001, method="scas") == 1
    assert intervals.rate_ratio_scas_interval(0, 1.0, 3, 1.0, confidence_level=0.5).low == 0
    assert intervals.rate_difference_p_value(0, 1.0, 0, 1.0, 0.01, method="scas") == 1
    assert intervals.rate_difference_p_value(0, 1.0, 0, 1.0, method="scas") == 1


def test_a_null_rate_of_zero_is_certain():
    # But for the skewness-corrected score, which has a finite limit there: z^2 = 6 x + 1.
    for method in [*(m for m in EXACT if m != "scas"), "blaker", "minlike"]:
        p = intervals.rate_p_value([0, 1], 2.0, 0.0, method=method)
        assert p.tolist() == [1, 0], method


def test_the_conditional_p_values_sum_over_the_split_of_the_events():
    x1, t1, x2, t2, ratio = 4, 10.0, 9, 12.0, 1.4
    share, counts = ratio * t1 / (ratio * t1 + t2), np.arange(14)
    likely = binom.pmf(counts, 13, share)
    tails = np.minimum(binom.sf(counts - 1, 13, share), binom.cdf(counts, 13, share))
    by_hand = {
        "exact": min(1, 2 * tails[4]),
        "mid_p": 2 * (tails[4] - likely[4] / 2),
        "minlike": likely[likely <= likely[4] * (1 + 1e-7)].sum(),
        "blaker": likely[tails <= tails[4] * (1 + 1e-7)].sum(),
    }
    for method, p in by_hand.items():
        found = intervals.rate_ratio_p_value(x1, t1, x2, t2, ratio, method=method)
        assert found == pytest.approx(p, rel=1e-10), method


def test_an_interval_of_r_and_its_p_value_can_disagree():
    found = intervals.rate_ratio_interval(
        3, 20, 11, 22.5, method="r_default", confidence_level=0.93
    )
    p = intervals.rate_ratio_p_value(3, 20, 11, 22.5, method="r_default")
    assert 1 in found
    assert p < 0.07


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: intervals.rate_p_value(1, 1.0, -1.0), ValueError, "`null_rate`"),
        (lambda: intervals.rate_p_value(1, 1.0, 1.0, method="byar"), ValueError, "choice 'byar'"),
        (lambda: intervals.rate_p_value(1, 1.0, 1.0, alternative="more"), ValueError, "alternativ"),
        (lambda: intervals.rate_ratio_p_value(1, 1, 1, 1, 0), ValueError, "`null_ratio`"),
        (lambda: intervals.rate_ratio_interval(1, 0, 2, 3), ValueError, "no person-time"),
        (lambda: intervals.rate_ratio_interval(1, 1, -2, 3), ValueError, "`events_2`"),
        (lambda: intervals.rate_ratio_interval(1, 1, 2, -3), ValueError, "`person_time_2`"),
        (lambda: intervals.rate_ratio_interval(1, "a", 2, 3), TypeError, "`person_time_1`"),
        (lambda: intervals.rate_difference_p_value(1, 1, 1, 1, np.inf), ValueError, "finite"),
        (lambda: intervals.garwood_interval(1, 1.0, confidence_level=0.4, side="upper"), ValueError,
         "at least 0.5"),
    ],
)  # fmt: skip
def test_misuse_says_what_is_wrong(call, error, says):
    with pytest.raises(error, match=says):
        call()


# Coverage, summed over every count: what the docstrings claim.

MEANS = np.linspace(1, 60, 800)
LEAST = {
    "garwood": 0.95, "blaker": 0.95, "minlike": 0.95, "mid_p": 0.916, "scas": 0.915,
    "score": 0.919, "jeffreys": 0.905, "byar": 0.949, "byar_half": 0.87, "likelihood_ratio": 0.84,
}  # fmt: skip


@pytest.mark.parametrize("method", LEAST)
def test_coverage_of_a_rate_over_all_means(method):
    counts = np.arange(200)
    found = intervals.rate_interval(counts, 1.0, method=method)
    held = (found.low[:, None] <= MEANS) & (found.high[:, None] >= MEANS)
    coverage = (poisson.pmf(counts[:, None], MEANS) * held).sum(axis=0)
    assert coverage.min() >= LEAST[method] - 1e-9
    assert 0.948 < coverage.mean() < 0.965


FEW = np.array([1.0, 2, 3, 5, 8, 12, 20, 35, 60])
PLANE = np.meshgrid(np.arange(120), np.arange(120), indexing="ij")
CHANCES = poisson.pmf(np.arange(120)[:, None], FEW)


def coverage_of_plane(held):
    """Return the coverage for each pair of means from whether a table's interval holds it."""
    return np.array(
        [[CHANCES[:, i] @ held(a, b) @ CHANCES[:, j] for j, b in enumerate(FEW)]
         for i, a in enumerate(FEW)]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("method", "least", "mean"),
    [("exact", 0.95, 0.979), ("blaker", 0.95, 0.970), ("minlike", 0.95, 0.970),
     ("mid_p", 0.949, 0.965), ("score", 0.9455, 0.956), ("scas", 0.9445, 0.960),
     ("likelihood_ratio", 0.9015, 0.943), ("mover", 0.930, 0.954)],
)  # fmt: skip
def test_coverage_of_a_ratio_over_pairs_of_means(method, least, mean):
    found = intervals.rate_ratio_interval(PLANE[0], 1.0, PLANE[1], 1.0, method=method)
    coverage = coverage_of_plane(lambda a, b: found.contains(a / b).astype(float))
    assert coverage.min() >= least
    assert coverage.mean() == pytest.approx(mean, abs=1e-3)


@pytest.mark.parametrize(
    ("method", "least", "mean"),
    [("scas", 0.944, 0.952), ("score", 0.931, 0.951), ("mover", 0.956, 0.968),
     ("mover_jeffreys", 0.945, 0.951), ("wald", 0.857, 0.943)],
)  # fmt: skip
def test_coverage_of_a_difference_over_pairs_of_means(method, least, mean):
    found = intervals.rate_difference_interval(PLANE[0], 1.0, PLANE[1], 1.0, method=method)

    def held(a, b):
        return ((found.low <= a - b + 1e-9) & (a - b - 1e-9 <= found.high)).astype(float)

    coverage = coverage_of_plane(held)
    assert coverage.min() >= least
    assert coverage.mean() == pytest.approx(mean, abs=1e-3)


def test_the_recommended_methods_are_chosen_by_that_coverage():
    assert intervals.recommended("rate_ratio").name == "score"
    assert intervals.recommended("rate_difference").name == "scas"
    recommended = intervals.rate_ratio_interval(21, 56.4, 35, 50.1, method="recommended")
    assert recommended == intervals.rate_ratio_score_interval(21, 56.4, 35, 50.1)


def test_the_command_line_answers_for_two_rates(capsys):
    from dipoutcomes.cli.main import main

    main(["interval", "rate-ratio", "21", "56.4", "35", "50.1"])
    assert capsys.readouterr().out == "0.533 (95% CI 0.312 to 0.910, score)\n"
    main(["interval", "rate-ratio", "0", "10", "0", "12", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["low"], found["high"], found["estimate"]) == (0, "inf", None)
    main(["interval", "rate-ratio", "3", "0", "1", "2"])
    assert "no person-time" in capsys.readouterr().err
