"""Of cohorts with a probability of 30% that the bar was truly met, it was in 30%."""

from decimal import Decimal

import numpy as np
import pytest

from dipoutcomes.payment.contract import Measure, Term
from dipoutcomes.payment.metric import measured, reduction_interval
from dipoutcomes.payment.probability import probability_truly_met
from dipoutcomes.protocol.model.payment import Group

pytestmark = pytest.mark.simulation
COHORTS = 3_000


def measure(kind):
    return Measure(
        name="m", says="m", kind=kind, event_type="arrest", window_months=12,
        baseline={"kind": "matched_group"},
    )  # fmt: skip


def term(test, threshold):
    return Term(name="t", says="t", measure="m", test=test, threshold=Decimal(threshold))


def assert_calibrated(said, truth):
    """Compare by fifths of the probability: four standard errors, no fifth left out."""
    for low in np.arange(0, 1, 0.2):
        inside = (said >= low) & (said < low + 0.2)
        error = np.sqrt(max(said[inside].mean() * (1 - said[inside].mean()), 0.01) / inside.sum())
        assert abs(truth[inside].mean() - said[inside].mean()) < 4 * error


def test_shares_drawn_from_their_prior():
    rng = np.random.default_rng(20140401)
    rule, kind = term("absolute_reduction", "0.05"), measure("binary")
    share, base = rng.beta(0.5, 0.5, COHORTS), rng.beta(0.5, 0.5, COHORTS)
    events, other = rng.binomial(60, share), rng.binomial(200, base)
    said = np.array([
        probability_truly_met(
            kind, rule, measured(kind, Group(people=60, events=int(x))),
            measured(kind, Group(people=200, events=int(y))),
        ).value
        for x, y in zip(events, other, strict=True)
    ])  # fmt: skip
    assert_calibrated(said, base - share >= 0.05)


def test_people_compared_with_themselves():
    """With the correlation the interval is as wide as it should be, without it far too wide."""
    rng = np.random.default_rng(20140403)
    kind, held = measure("frequency_per_person"), np.zeros((COHORTS, 2), dtype=bool)
    for i in range(COHORTS):
        own = rng.gamma(0.9, 1 / 0.9, 100)
        after, before = rng.poisson(1.55 * 0.9 * own), rng.poisson(1.55 * own)
        r = Decimal(f"{np.corrcoef(after, before)[0, 1]:.9f}")
        for k, correlation in enumerate((r, None)):
            groups = [
                measured(kind, Group(
                    people=100, events=int(x.sum()), correlation=correlation,
                    standard_deviation=Decimal(f"{x.std(ddof=1):.9f}"),
                ))
                for x in (after, before)
            ]  # fmt: skip
            held[i, k] = 0.1 in reduction_interval(kind, *groups, relative=True)[0]
    share = held.mean(axis=0)
    assert 0.935 < share[0] < 0.962
    assert share[1] > 0.985


def test_frequencies_of_people_who_differ_and_the_intervals_coverage():
    rng = np.random.default_rng(20140402)
    rule, kind = term("relative_reduction", "0.10"), measure("frequency_per_person")
    ratio = np.exp(rng.normal(0, 0.5, COHORTS))
    said, held = np.empty(COHORTS), np.empty(COHORTS, dtype=bool)
    for i in range(COHORTS):
        # 100 people and 1,000 matched, rates gamma with shape 0.9: mean 1.55, SD about 2.05.
        groups = [
            measured(kind, Group(
                people=n, events=int(x.sum()), standard_deviation=Decimal(f"{x.std(ddof=1):.9f}"),
            ))
            for n, mean in ((100, 1.55 * ratio[i]), (1_000, 1.55))
            for x in [rng.poisson(mean * rng.gamma(0.9, 1 / 0.9, n))]
        ]  # fmt: skip
        said[i] = probability_truly_met(kind, rule, *groups).value
        interval, _ = reduction_interval(kind, *groups, relative=True)
        held[i] = 1 - ratio[i] in interval
    assert_calibrated(said, ratio <= 0.9)
    assert 0.93 < held.mean() < 0.965
