"""The probability that a share of the same people fell, against draws from the named prior."""

import numpy as np
import pytest

from dipoutcomes.payment._paired_shares import cells_of, chance_of_fall
from dipoutcomes.payment.contract import Measure, Term
from dipoutcomes.payment.metric import measured
from dipoutcomes.payment.probability import probability_truly_met
from dipoutcomes.protocol.model.payment import Group

CELLS = [(12, 9, 4, 3), (3, 1, 0, 24), (40, 25, 15, 20), (0, 5, 2, 21), (28, 0, 0, 0)]


def groups(cells):
    both, before, after, never = cells
    n = sum(cells)
    pairs = np.repeat([[1, 1], [0, 1], [1, 0], [0, 0]], [both, before, after, never], axis=0)
    r = np.corrcoef(pairs.T)[0, 1]
    return (
        Group(people=n, events=both + after),
        Group(people=n, events=both + before, correlation=f"{r:.9f}"),
    )


def chance(cells, test, threshold, kind="binary", prior="jeffreys"):
    measure = Measure(
        name="m", says="m", kind=kind, event_type="conviction", window_months=12,
        baseline={"kind": "own_past"},
    )  # fmt: skip
    term = Term(name="t", says="t", measure="m", test=test, threshold=threshold)
    after, before = (measured(measure, group) for group in groups(cells))
    return probability_truly_met(measure, term, after, before, share_prior=prior)


@pytest.mark.parametrize("cells", CELLS[:4])
def test_the_cells_come_back_from_counts_and_correlation(cells):
    measure = Measure(name="m", says="m", kind="binary", event_type="conviction", window_months=12)
    after, before = (measured(measure, group) for group in groups(cells))
    assert cells_of(after, before) == cells


@pytest.mark.parametrize("cells", CELLS)
@pytest.mark.parametrize("prior", [0.5, 1.0])
@pytest.mark.parametrize(
    ("relative", "threshold"), [(False, 0.05), (False, -0.1), (True, 0.1), (True, 0.0)]
)
def test_it_is_the_share_of_draws_that_fell_so_far(cells, prior, relative, threshold):
    rng = np.random.default_rng(11)
    draws = rng.dirichlet(np.array(cells) + prior, 200_000)
    before, after = draws[:, 0] + draws[:, 1], draws[:, 0] + draws[:, 2]
    fell = after <= (1 - threshold) * before if relative else before - after >= threshold
    found = chance_of_fall(cells, threshold, relative=relative, prior=prior)
    assert found == pytest.approx(fell.mean(), abs=0.005)  # four standard errors


def test_a_rise_is_the_better_where_more_is():
    # Came back: 4 before alone and 9 after alone is the mirror of a fall.
    up = chance((12, 4, 9, 3), "absolute_reduction", "0.05", kind="re_engagement")
    down = chance((12, 9, 4, 3), "absolute_reduction", "0.05")
    assert up.value == pytest.approx(down.value, abs=1e-12)


def test_the_prior_is_named_and_what_is_missing_is_said():
    assert "Dirichlet prior" in chance(CELLS[0], "absolute_reduction", "0.05").prior
    assert "1 for each" in chance(CELLS[0], "absolute_reduction", "0.05", prior="uniform").prior
    measure = Measure(
        name="m", says="m", kind="binary", event_type="conviction", window_months=12,
        baseline={"kind": "own_past"},
    )  # fmt: skip
    term = Term(name="t", says="t", measure="m", test="absolute_reduction", threshold="0.05")
    alone = (
        measured(measure, Group(people=28, events=16)),
        measured(measure, Group(people=28, events=21)),
    )
    found = probability_truly_met(measure, term, *alone)
    assert np.isnan(found.value)
    assert "correlation" in found.caveat
