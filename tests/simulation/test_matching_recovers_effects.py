"""Made-up people whose effect is known: what matching recovers, and what a wide caliper leaves.

The programme reaches people with more convictions, who would also reoffend more without it; and
it does more for some than for others, so that the average effect on those treated is not that on
everybody. The truth is the mean effect on the treated people who were matched.
"""

import numpy as np
import pytest

from dipoutcomes.comparison.matching import (
    MatchingRule,
    balance_table,
    match,
    propensity_score,
)

RULES = {
    "nearest": MatchingRule(),
    "smallest first": MatchingRule(order="smallest"),
    "two each": MatchingRule(ratio=2),
    "with replacement": MatchingRule(replacement=True, ratio=2),
    "radius": MatchingRule(method="radius", caliper=0.05),
    "tight on the score": MatchingRule(scale="score", caliper=0.0005, caliper_unit="absolute"),
}


def confounded(rng, n=6000):
    """Return covariates, treatment, outcome and each person's effect."""
    x = rng.normal(size=(n, 2))
    women = rng.random(n) < 0.3
    treated = rng.random(n) < 1 / (1 + np.exp(3.2 - 0.8 * x[:, 0] - 0.4 * x[:, 1]))
    effect = -0.5 + 0.3 * x[:, 0] - 0.4 * women
    outcome = 2 + 0.9 * x[:, 0] + 0.3 * x[:, 1] + effect * treated + rng.normal(size=n)
    return np.column_stack([x, women]), women, treated, outcome, effect


def estimate(found, outcome):
    cases = found.treated
    w = found.weights
    return np.average(outcome[cases], weights=w[cases]) - np.average(
        outcome[~cases], weights=w[~cases]
    )


def errors(rule, replications, *, exact=False, seed=0):
    """Return estimate less truth of each replication, and the naive one's."""
    found, naive = [], []
    for r in range(replications):
        x, women, treated, outcome, effect = confounded(np.random.default_rng([seed, r]))
        made = match(
            treated, propensity_score(x, treated).score, rule, exact=women if exact else None
        )
        used = treated & (made.weights > 0)
        found.append(estimate(made, outcome) - effect[used].mean())
        naive.append(outcome[treated].mean() - outcome[~treated].mean() - effect[treated].mean())
    return np.array(found), np.array(naive)


def mc_error(values):
    return values.std(ddof=1) / np.sqrt(len(values))


@pytest.mark.simulation
@pytest.mark.parametrize("name", RULES)
def test_matching_recovers_the_effect_on_those_matched(name):
    found, naive = errors(RULES[name], 40)
    assert abs(found.mean()) < 4 * mc_error(found) + 0.005  # pairs are near, not equal
    assert naive.mean() > 0.5


@pytest.mark.simulation
def test_exact_strata_recover_it_too():
    found, _ = errors(RULES["nearest"], 40, exact=True)
    assert abs(found.mean()) < 4 * mc_error(found) + 0.005


@pytest.mark.validation
@pytest.mark.parametrize("name", RULES)
def test_matching_recovers_the_effect_in_many_cohorts(name):
    found, _ = errors(RULES[name], 1000, seed=1)
    assert abs(found.mean()) < 4 * mc_error(found) + 0.005


def small_cohorts(rule, replications, seed=7):
    """Return error, hit of the interval and imbalance of 40 treated people and a pool of 4,000.

    Nobody's outcome is changed by the programme. The interval is that of two shares with Kish's
    effective numbers.
    """
    rows = []
    for r in range(replications):
        rng = np.random.default_rng([seed, r])
        x = np.concatenate([rng.normal(0.9, 1, 40), rng.normal(0, 1, 4000)])
        treated = np.arange(4040) < 40
        outcome = rng.random(4040) < 1 / (1 + np.exp(0.3 - 0.8 * x))
        found = match(treated, propensity_score({"x": x}, treated).score, rule)
        balance = balance_table(x[:, None], treated, found.weights)
        error = estimate(found, outcome)
        spread = 0.0
        sizes = balance.effective_treated, balance.effective_comparison
        for who, size in zip((treated, ~treated), sizes, strict=True):
            share = np.average(outcome[who], weights=found.weights[who])
            spread += share * (1 - share) / (size - 1)
        rows.append((error, abs(error) < 2.02 * np.sqrt(spread), balance.rows[0].difference_after))
    return np.array(rows, dtype=float).T


WIDE = MatchingRule(method="radius", scale="score", caliper=0.02, caliper_unit="absolute")
FIFTH = MatchingRule(method="radius")


@pytest.mark.simulation
def test_an_absolute_radius_on_small_scores_leaves_the_bias_in_place():
    error, hit, difference = small_cohorts(WIDE, 150)
    assert error.mean() > 0.06  # no effect at all, and nine in a hundred more "reoffend"
    assert hit.mean() < 0.90
    assert difference.mean() > 0.4  # and balance shows it: red


@pytest.mark.simulation
def test_a_fifth_of_a_standard_deviation_of_the_logit_does_not():
    error, hit, difference = small_cohorts(FIFTH, 150)
    assert abs(error.mean()) < 4 * mc_error(error)
    assert hit.mean() > 0.90
    assert abs(difference.mean()) < 0.05


@pytest.mark.validation
def test_both_calipers_in_many_cohorts():
    wide, fifth = small_cohorts(WIDE, 2000, seed=8), small_cohorts(FIFTH, 2000, seed=8)
    assert wide[0].mean() == pytest.approx(0.09, abs=0.015)
    assert wide[1].mean() == pytest.approx(0.78, abs=0.05)
    assert abs(fifth[0].mean()) < 4 * mc_error(fifth[0]) + 0.005
    assert fifth[1].mean() > 0.93
