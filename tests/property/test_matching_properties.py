"""Matching is what its plain definition says, whatever the scores, ties, strata and calipers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes.comparison.matching import (
    MatchingRule,
    balance_table,
    match,
    parse_formula,
)
from dipoutcomes.errors import DesignError

# Few distinct scores, so that ties and equal distances to both sides are the rule.
COARSE = st.integers(1, 19).map(lambda k: k / 20)
FINE = st.floats(0.01, 0.99)


@st.composite
def people(draw, strata=True):
    n = draw(st.integers(2, 24))
    score = draw(st.lists(draw(st.sampled_from([COARSE, FINE])), min_size=n, max_size=n))
    treated = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    treated[0], treated[-1] = True, False
    exact = None
    if strata and draw(st.booleans()):
        exact = np.array(draw(st.lists(st.sampled_from("abc"), min_size=n, max_size=n)))
    return np.array(treated), np.array(score), exact


@st.composite
def rules(draw, **fixed):
    parts = {
        "scale": draw(st.sampled_from(["logit", "score"])),
        "caliper": draw(st.sampled_from([None, 0.05, 0.1, 0.2, 1.0])),
        "caliper_unit": draw(st.sampled_from(["sd", "absolute"])),
        "ratio": draw(st.integers(1, 4)),
        "order": draw(st.sampled_from(["largest", "smallest", "data", "random"])),
    }
    return MatchingRule(**parts | fixed)


def place_of(score, rule):
    place = np.log(score) - np.log1p(-score) if rule.scale == "logit" else score
    return np.rint(place * 2.0**30) / 2.0**30  # as the distances are taken


def limit_of(score, treated, rule):
    """The caliper by its definition: the root of the mean of the two variances."""
    if rule.caliper is None:
        return np.inf
    if rule.caliper_unit == "absolute":
        return rule.caliper
    groups = [g for g in (score[treated], score[~treated]) if len(g) > 1]
    sd = np.sqrt(sum(np.var(g, ddof=1) for g in groups) / len(groups)) if groups else 0.0
    return rule.caliper * sd


def turns_of(treated, score, rule, seed):
    cases = [i for i in range(len(treated)) if treated[i]]
    if rule.order == "largest":
        return sorted(cases, key=lambda i: -score[i])
    if rule.order == "smallest":
        return sorted(cases, key=lambda i: score[i])
    if rule.order == "random":
        return [cases[k] for k in np.random.default_rng(seed).permutation(len(cases))]
    return cases


def plain_nearest(treated, score, exact, rule, seed):
    """One after another in turn takes the nearest who is free; ties go to the first row."""
    place = place_of(score, rule)
    limit = limit_of(place, treated, rule)
    free = [j for j in range(len(treated)) if not treated[j]]
    found = {i: [] for i in turns_of(treated, place, rule, seed)}
    for _ in range(rule.ratio):
        for i in found:
            near = [
                (abs(place[i] - place[j]), j)
                for j in free
                if (exact is None or exact[i] == exact[j]) and j not in found[i]
            ]
            near = [pair for pair in near if pair[0] <= limit]
            if near:
                best = min(near)[1]
                found[i].append(best)
                if not rule.replacement:
                    free.remove(best)
    return found


def plain_radius(treated, score, exact, rule):
    place = place_of(score, rule)
    limit = limit_of(place, treated, rule)
    return {
        i: [
            j
            for j in range(len(treated))
            if not treated[j]
            and abs(place[i] - place[j]) < limit
            and (exact is None or exact[i] == exact[j])
        ]
        for i in range(len(treated))
        if treated[i]
    }


def weights_of(found, n):
    weights = np.zeros(n)
    for i, matches in found.items():
        weights[i] = bool(matches)
        for j in matches:
            weights[j] += 1 / len(matches)
    return weights


def matched(treated, score, rule, exact, seed):
    try:
        return match(treated, score, rule, exact=exact, rng=np.random.default_rng(seed))
    except DesignError:
        return None


@settings(max_examples=300, deadline=None)
@given(people(), rules(replacement=False), st.integers(0, 5))
def test_without_replacement_it_is_the_plain_loop(who, rule, seed):
    treated, score, exact = who
    plain = plain_nearest(treated, score, exact, rule, seed)
    found = matched(treated, score, rule, exact, seed)
    if found is None:
        assert not any(plain.values())
        return
    pairs = sorted((i, j) for i, matches in plain.items() for j in matches)
    assert sorted(zip(*map(np.ndarray.tolist, found.pairs), strict=True)) == pairs
    assert found.weights == pytest.approx(weights_of(plain, len(treated)))
    assert found.times_used.max() <= 1
    for i, matches in plain.items():
        together = {found.matched_set[k] for k in [i, *matches]}
        assert len(together) == 1
        assert (together == {-1}) == (not matches)


def test_three_thousand_drawn_cases_are_the_plain_loop():
    rng = np.random.default_rng(20140401)
    for case in range(3000):
        n = int(rng.integers(2, 30))
        score = rng.integers(1, rng.choice([8, 40, 4000]), n)
        score = score / (score.max() + 1)
        treated = rng.random(n) < rng.choice([0.2, 0.5, 0.7])
        treated[:2] = True, False
        exact = rng.integers(0, 3, n) if case % 3 == 0 else None
        rule = MatchingRule(
            scale=rng.choice(["logit", "score"]),
            caliper=[None, 0.1, 0.5][case % 3],
            ratio=int(rng.integers(1, 4)),
            replacement=bool(case % 2),
            order=rng.choice(["largest", "smallest", "data", "random"]),
        )
        plain = plain_nearest(treated, score, exact, rule, case)
        found = matched(treated, score, rule, exact, case)
        pairs = sorted((i, j) for i, matches in plain.items() for j in matches)
        ours = (
            [] if found is None else sorted(zip(*map(np.ndarray.tolist, found.pairs), strict=True))
        )
        assert ours == pairs, case


@settings(max_examples=200, deadline=None)
@given(people(), rules(replacement=True))
def test_with_replacement_it_is_the_plain_loop(who, rule):
    treated, score, exact = who
    plain = plain_nearest(treated, score, exact, rule, 0)
    found = matched(treated, score, rule, exact, 0)
    if found is None:
        assert not any(plain.values())
        return
    pairs = [(i, j) for i in sorted(plain) for j in plain[i]]  # nearest first
    assert list(zip(*map(np.ndarray.tolist, found.pairs), strict=True)) == pairs
    assert found.weights == pytest.approx(weights_of(plain, len(treated)))
    assert found.matched_set is None


@settings(max_examples=200, deadline=None)
@given(people(), rules(method="radius", ratio=1, caliper=0.1) | rules(
    method="radius", ratio=1, caliper=0.05, caliper_unit="absolute", scale="score"))  # fmt: skip
def test_radius_weights_are_sums_over_the_treated_of_their_shares(who, rule):
    treated, score, exact = who
    plain = plain_radius(treated, score, exact, rule)
    found = matched(treated, score, rule, exact, 0)
    if found is None:
        assert not any(plain.values())
        return
    assert found.weights == pytest.approx(weights_of(plain, len(treated)), abs=1e-12)
    times = np.bincount([j for m in plain.values() for j in m], minlength=len(treated))
    assert found.times_used.tolist() == times.tolist()
    assert found.weights[~treated].sum() == pytest.approx(found.weights[treated].sum())


@settings(max_examples=100, deadline=None)
@given(people(), rules(order="largest") | rules(order="smallest"), st.randoms())
def test_the_order_of_the_rows_matters_only_where_scores_are_equal(who, rule, random):
    treated, score, exact = who
    score = score + np.sqrt(np.arange(len(score)) + 2.0) * 1e-4  # no ties, no equal distances
    shuffled = list(range(len(score)))
    random.shuffle(shuffled)
    first = matched(treated, score, rule, exact, 0)
    own = None if exact is None else exact[shuffled]
    second = matched(treated[shuffled], score[shuffled], rule, own, 0)
    if first is None:
        assert second is None
        return
    assert second.weights == pytest.approx(first.weights[shuffled])


@settings(max_examples=100, deadline=None)
@given(people(strata=False), st.lists(st.floats(0, 5), min_size=24, max_size=24))
def test_balance_is_that_of_the_weighted_people_written_out(who, weights):
    treated, score, _ = who
    if treated.sum() < 2 or (~treated).sum() < 2:
        return
    w = np.array(weights[: len(treated)]) + 0.01
    table = np.column_stack([score, score > 0.5, np.ones(len(score))])
    balance = balance_table(table, treated, w)
    for k, row in enumerate(balance.rows):
        x = table[:, k]
        one, other = x[treated], x[~treated]
        sd = np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2)
        after = np.average(one, weights=w[treated]) - np.average(other, weights=w[~treated])
        assert row.mean_comparison_after == pytest.approx(np.average(other, weights=w[~treated]))
        if sd > 1e-9:
            assert row.difference == pytest.approx((one.mean() - other.mean()) / sd, abs=1e-9)
            assert row.difference_after == pytest.approx(after / sd, abs=1e-9)
    assert balance.rows[2].difference == 0
    assert 1 - 1e-9 <= balance.effective_comparison <= (~treated).sum() + 1e-9


@given(st.lists(st.sampled_from(["age", "sex", "prior", "`time at risk`"]), min_size=1))
def test_a_sum_of_names_has_each_name_once(names):
    terms = parse_formula(" + ".join(names))
    assert [t[0] for t in terms] == list(dict.fromkeys(n.strip("`") for n in names))
