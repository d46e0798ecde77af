"""Two proportions: what must hold whatever the table, and on every small table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS
from dipoutcomes.intervals._two_samples.difference import (
    difference_score,
    difference_skewed_score,
)
from dipoutcomes.intervals._two_samples.odds_ratio import odds_ratio_score
from dipoutcomes.intervals._two_samples.ratio import ratio_score

FAMILIES = {
    "difference": (intervals.difference_interval, intervals.difference_p_value, "null_difference"),
    "ratio": (intervals.ratio_interval, intervals.ratio_p_value, "null_ratio"),
    "odds_ratio": (intervals.odds_ratio_interval, intervals.odds_ratio_p_value, "null_odds_ratio"),
}
UNCONDITIONAL = {"chan_zhang", "agresti_min"}
FAST = [
    pytest.param(family, entry.name, id=f"{family}-{entry.name}")
    for family in FAMILIES
    for entry in METHODS[family]
    if entry.standing != "do not use" and entry.name not in UNCONDITIONAL
]
EXACT = [(family, method) for family in FAMILIES for method in sorted(UNCONDITIONAL)]
# The interval is the set that the test accepts: no hulls, no end rules.
INVERTED = [
    ("difference", "miettinen_nurminen"), ("difference", "mee"), ("ratio", "koopman"),
    ("ratio", "miettinen_nurminen"), ("odds_ratio", "miettinen_nurminen"),
    ("odds_ratio", "cornfield"), ("odds_ratio", "fisher"), ("odds_ratio", "fisher_mid_p"),
]  # fmt: skip

group = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.floats(0.5, 0.9999)


def small_tables(most):
    n1, n2, x1, x2 = np.meshgrid(*[np.arange(most + 1)] * 4, indexing="ij")
    possible = (n1 > 0) & (n2 > 0) & (x1 <= n1) & (x2 <= n2)
    return x1[possible], n1[possible], x2[possible], n2[possible]


def mirrored(family, found):
    if family == "difference":
        return -found.high, -found.low
    with np.errstate(divide="ignore"):
        return np.divide(1.0, found.high), np.divide(1.0, found.low)


@pytest.mark.parametrize(("family", "method"), FAST)
@pytest.mark.parametrize("level", [0.5, 0.95, 0.9999])
def test_every_small_table_has_an_answer_that_turns_round_with_the_groups(family, method, level):
    x1, n1, x2, n2 = small_tables(7)
    ask = FAMILIES[family][0]
    found = ask(x1, n1, x2, n2, method=method, confidence_level=level)
    back = ask(x2, n2, x1, n1, method=method, confidence_level=level)
    assert np.all(found.low <= found.high)  # false for nan
    for ours, theirs in zip((found.low, found.high), mirrored(family, back), strict=True):
        with np.errstate(invalid="ignore"):  # infinity less infinity
            near = (ours == theirs) | (np.abs(ours - theirs) <= 1e-8 * (1 + np.abs(ours)))
        # Near infinity the scale t = ratio / (1 + ratio) has no digits left.
        assert np.all(near | (np.minimum(ours, theirs) > 1e6))


@pytest.mark.parametrize(("family", "method"), FAST)
@given(one=group, two=group, levels=st.tuples(levels, levels))
@settings(max_examples=40)
def test_a_higher_level_contains_a_lower_one(family, method, one, two, levels):
    narrow, wide = (
        FAMILIES[family][0](*one, *two, method=method, confidence_level=level)
        for level in sorted(levels)
    )
    assert wide.low <= narrow.low + 1e-9 * (1 + abs(narrow.low))
    assert wide.high == narrow.high or wide.high >= narrow.high * (1 - 1e-9) - 1e-9


@pytest.mark.parametrize(("family", "method"), INVERTED)
@given(one=group, two=group, level=levels, place=st.floats(0.02, 0.98))
@settings(max_examples=60)
def test_an_interval_holds_what_its_test_accepts(family, method, one, two, level, place):
    ask, p_value, name = FAMILIES[family]
    null = 2 * place - 1 if family == "difference" else place / (1 - place)
    found = ask(*one, *two, method=method, confidence_level=level)
    p = p_value(*one, *two, method=method, **{name: null})
    if abs(p - (1 - level)) > 1e-7:
        assert (null in found) == (p > 1 - level)


@pytest.mark.parametrize("method", ["fisher_blaker", "fisher_minlike"])
@given(one=group, two=group, level=levels, place=st.floats(-12, 12))
@settings(max_examples=150)
def test_nothing_accepted_lies_outside_a_hull(method, one, two, level, place):
    found = intervals.odds_ratio_interval(*one, *two, method=method, confidence_level=level)
    p = intervals.odds_ratio_p_value(
        *one, *two, method=method, null_odds_ratio=float(np.exp(place))
    )
    if not found.low * (1 - 1e-6) <= np.exp(place) <= found.high * (1 + 1e-6):
        assert p <= 1 - level + 1e-9
    # Just inside a limit is accepted, or the limit is a place where the p-value jumps.
    for limit, step in ((found.low, 1e-6), (found.high, -1e-6)):
        if 1e-6 < limit < 1e6:
            inside = [limit * (1 + step * k) for k in (0.0, 0.05, 1.0)]
            ps = [
                intervals.odds_ratio_p_value(*one, *two, method=method, null_odds_ratio=v)
                for v in inside
            ]
            assert max(ps) > 1 - level - 1e-5


@given(one=group, two=group, level=levels)
def test_blaker_is_never_longer_than_fisher(one, two, level):
    short = intervals.fisher_blaker_interval(*one, *two, confidence_level=level)
    long = intervals.fisher_interval(*one, *two, confidence_level=level)
    assert long.low <= short.low * (1 + 1e-9)
    assert short.high <= long.high * (1 + 1e-9) or long.high == np.inf


ONE_SIDED = [
    pytest.param(family, entry, id=f"{family}-{entry.name}")
    for family in FAMILIES
    for entry in METHODS[family]
    if entry.one_sided and entry.name not in UNCONDITIONAL
]


@pytest.mark.parametrize(("family", "entry"), ONE_SIDED)
def test_a_bound_on_one_side_has_all_the_error_there(family, entry):
    counts = (21, 28, 13, 29)
    two = entry.function(*counts, confidence_level=0.9)
    low = entry.function(*counts, confidence_level=0.95, side="lower")
    high = entry.function(*counts, confidence_level=0.95, side="upper")
    assert (low.low, high.high) == pytest.approx((two.low, two.high), rel=1e-12)
    assert (high.low, low.high) == ((-1, 1) if family == "difference" else (0, np.inf))


@pytest.mark.parametrize("score", [
    lambda table, v: difference_score(table, 2 * v - 1, corrected=False),
    lambda table, v: ratio_score(table, v, corrected=False),
    lambda table, v: odds_ratio_score(table, v, corrected=False),
], ids=["difference", "ratio", "odds_ratio"])  # fmt: skip
def test_the_scores_fall_with_the_null_and_order_tables_in_both_directions(score):
    # What the search for exact limits, and Barnard's convexity, rest on.
    nulls = np.linspace(0.001, 0.999, 400)[:, None, None]
    for n1, n2 in ((1, 1), (5, 5), (4, 9), (12, 7), (28, 29)):
        i, j = np.meshgrid(np.arange(n1 + 1.0), np.arange(n2 + 1.0), indexing="ij")
        table = tuple(v[None] for v in (i, np.full_like(i, n1), j, np.full_like(j, n2)))
        # Beyond z = 5 an odds ratio's score is not ordered: of no account at any level in use.
        z = np.clip(score(table, nulls), -0.98, 0.98)
        assert np.all(np.diff(z, axis=0) <= 1e-9)
        assert np.all(np.diff(z, axis=1) >= -1e-9)
        assert np.all(np.diff(z, axis=2) <= 1e-9)


@pytest.mark.parametrize("z", [1.0, 1.645, 1.96, 2.576, 3.89])
def test_the_skewed_score_crosses_each_level_once(z):
    # It need not fall everywhere, but no limit of a level from 68% on has two places.
    x1, n1, x2, n2 = (v[:, None].astype(float) for v in small_tables(6))
    score = difference_skewed_score((x1, n1, x2, n2), np.linspace(-0.999, 0.999, 800)[None])
    for cut in (z / np.hypot(1, z), -z / np.hypot(1, z)):
        assert np.all(np.diff((score > cut).astype(int), axis=1) <= 0)


def dense_maximum(family, counts, null, members):
    """The largest probability of a set of tables on a fine grid of the nuisance parameter."""
    from scipy.stats import binom

    _, n1, _, n2 = counts
    s = np.linspace(0, 1, 20_001)
    if family == "difference":
        p2 = max(0, -null) + (min(1, 1 - null) - max(0, -null)) * s
        p1 = np.clip(p2 + null, 0, 1)
    elif family == "ratio":
        p1, p2 = s * min(1, null), s * min(1, 1 / null)
    else:
        p1, p2 = null * s / (1 - s + null * s), s
    one = binom.pmf(np.arange(n1 + 1), n1, p1[:, None])
    two = binom.pmf(np.arange(n2 + 1), n2, p2[:, None])
    return float(np.einsum("pi,ij,pj->p", one, members, two).max())


@pytest.mark.parametrize("family", list(FAMILIES))
@given(one=st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       two=st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       place=st.floats(0.1, 0.9))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_an_exact_p_value_is_never_below_the_maximum_on_a_fine_grid(family, one, two, place):
    null = 2 * place - 1 if family == "difference" else place / (1 - place)
    counts = (*one, *two)
    n1, n2 = one[1], two[1]
    i, j = np.meshgrid(np.arange(n1 + 1.0), np.arange(n2 + 1.0), indexing="ij")
    table = (i, np.full_like(i, n1), j, np.full_like(j, n2))
    score = {"difference": difference_score, "ratio": ratio_score, "odds_ratio": odds_ratio_score}
    v = np.full(i.shape, null if family == "difference" else place)
    z = score[family](table, v, corrected=False)
    members = z >= z[one[0], two[0]] - 1e-9
    p = FAMILIES[family][1](
        *counts, method="chan_zhang", alternative="greater", **{FAMILIES[family][2]: null}
    )
    most = dense_maximum(family, counts, null, members)
    assert most <= p * (1 + 1e-12)
    assert p <= most * (1 + 1e-5) + 1e-12


@pytest.mark.parametrize(("family", "method"), EXACT)
@given(one=st.integers(1, 7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       two=st.integers(1, 7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       level=st.sampled_from([0.5, 0.8, 0.95, 0.99]), place=st.floats(0.02, 0.98))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_nothing_that_the_exact_test_accepts_is_left_out(family, method, one, two, level, place):
    ask, p_value, name = FAMILIES[family]
    null = 2 * place - 1 if family == "difference" else place / (1 - place)
    found = ask(*one, *two, method=method, confidence_level=level)
    back = ask(*two, *one, method=method, confidence_level=level)
    assert tuple(found) == pytest.approx(mirrored(family, back), rel=1e-6, abs=1e-7)
    p = p_value(*one, *two, method=method, **{name: null})
    if p > (1 - level) * (1 + 1e-6):
        assert found.low - 1e-7 <= null <= found.high * (1 + 1e-6) + 1e-7
    for limit, step in ((found.low, 1.0), (found.high, -1.0)):
        # A limit is accepted, at it or next to it.
        near = [limit + step * 1e-6 * k * max(1.0, abs(limit)) for k in (0.0, 0.1, 1.0)]
        if family == "difference":
            near = [min(max(v, -1.0), 1.0) for v in near]
        elif not 1e-3 < limit < 1e3:
            continue
        ps = [p_value(*one, *two, method=method, **{name: v}) for v in near]
        assert max(ps) > (1 - level) * (1 - 1e-3)
