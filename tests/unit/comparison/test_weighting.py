"""Weights by a score and by entropy balancing: by hand, by their equations, by other programs."""

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from dipoutcomes.comparison.matching import propensity_score
from dipoutcomes.comparison.weighting import (
    WeightedDesign,
    effective_sample_size,
    entropy_balancing,
    propensity_weights,
)
from dipoutcomes.errors import DesignError


def people(seed, n=200):
    rng = np.random.default_rng(seed)
    columns = np.column_stack([rng.normal(30, 8, n), rng.poisson(3, n), rng.random(n) < 0.3])
    chance = 1 / (1 + np.exp(0.7 - 0.2 * (columns[:, 1] - 3) + 0.03 * (columns[:, 0] - 30)))
    return columns.astype(float), rng.random(n) < chance


TREATED = np.array([True, True, False, False])
SCORE = np.array([0.5, 0.8, 0.5, 0.2])


@pytest.mark.parametrize(
    ("estimand", "weights"),
    [
        ("ATT", [1, 1, 1, 0.25]),
        ("ATC", [1, 0.25, 1, 1]),
        ("ATE", [2, 1.25, 2, 1.25]),
        ("ATO", [0.5, 0.2, 0.5, 0.2]),
    ],
)
def test_weights_by_hand(estimand, weights):
    design = propensity_weights(TREATED, SCORE, estimand=estimand)
    np.testing.assert_allclose(design.weights, weights, rtol=1e-14)
    assert design.statement.startswith(estimand)


def test_stabilised_weights_average_to_one_and_keep_each_groups_proportions():
    columns, treated = people(1)
    score = propensity_score(columns, treated).score
    plain = propensity_weights(treated, score, estimand="ATE")
    stable = propensity_weights(treated, score, estimand="ATE", stabilised=True)
    for side in (treated, ~treated):
        ratio = stable.weights[side] / plain.weights[side]
        np.testing.assert_allclose(ratio, ratio[0])
    assert stable.weights.mean() == pytest.approx(1, abs=0.1)
    assert "stabilised" in stable.method
    with pytest.raises(ValueError, match="ATE"):
        propensity_weights(treated, score, stabilised=True)


def test_overlap_weights_with_a_logistic_score_balance_its_columns_exactly():
    columns, treated = people(2)
    score = propensity_score(columns, treated).score
    w = propensity_weights(treated, score, estimand="overlap").weights
    means = [w[g] @ columns[g] / w[g].sum() for g in (treated, ~treated)]
    np.testing.assert_allclose(*means, rtol=1e-7)
    assert w.max() < 1


def test_trimming_says_whom_it_left_out():
    design = propensity_weights(
        [True, True, False, False, False], [0.5, 0.95, 0.5, 0.02, 0.3], trim=(0.1, 0.9)
    )
    assert design.weights.tolist() == pytest.approx([1, 0, 1, 0, 3 / 7])
    assert (design.trimmed_treated, design.trimmed_comparison) == (1, 1)
    assert design.unmatched_treated == 1
    assert "took out 1 treated and 1 comparison people" in str(design)
    with pytest.raises(DesignError, match=r"no treated person has a score from 0\.99"):
        propensity_weights([True, False], [0.5, 0.5], trim=(0.99, 1))
    with pytest.raises(ValueError, match="rising"):
        propensity_weights([True, False], [0.5, 0.5], trim=(0.9, 0.1))


@pytest.mark.parametrize(
    ("treated", "score", "error", "says"),
    [
        ([True, False], [1.0, 0.5], DesignError, "1 of 2 people have a score of exactly 0 or 1"),
        ([True, False], [1.2, 0.5], ValueError, "1 of 2 do not"),
        ([True, False], [np.nan, 0.5], ValueError, "between 0 and 1"),
        ([True, False], [0.5], ValueError, "one element for each of 2"),
        ([1, 0], [0.5, 0.5], TypeError, "True or False"),
        ([True, True], [0.5, 0.5], DesignError, "the comparison group is empty"),
    ],
)
def test_scores_that_cannot_be_used(treated, score, error, says):
    with pytest.raises(error, match=says):
        propensity_weights(treated, score)


def test_an_unknown_estimand_names_the_nearest():
    with pytest.raises(ValueError, match="ATT"):
        propensity_weights(TREATED, SCORE, estimand="ATTT")


def test_effective_sample_size_by_hand_and_between_one_and_n():
    assert effective_sample_size([3, 1]) == pytest.approx(16 / 10)
    assert effective_sample_size([5, 0, 0]) == 1
    assert effective_sample_size([1e-200, 1e-200]) == pytest.approx(2)
    assert effective_sample_size([]) == 0
    with pytest.raises(ValueError, match="1 are not"):
        effective_sample_size([1, -1])


def test_one_person_with_much_of_the_weight_is_said():
    design = propensity_weights([True] * 3 + [False] * 3, [0.5, 0.5, 0.5, 0.1, 0.1, 0.95])
    assert "one person carries 99% of a group's weight" in str(design)


def test_a_design_as_frame_mapping_and_html_holds_no_person():
    design = propensity_weights(TREATED, SCORE)
    frame = design.to_frame()
    assert frame["people"].tolist() == [2, 2]
    assert frame["effective"].tolist() == pytest.approx([2, 1.25**2 / (1 + 0.25**2)])
    assert design.to_dict()["groups"][1]["largest_weight"] == 1
    assert "<caption>" in design._repr_html_()


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
@pytest.mark.parametrize("moments", [1, 2])
def test_entropy_balancing_balances_exactly(estimand, moments):
    columns, treated = people(3)
    design = entropy_balancing(treated, columns, moments=moments, estimand=estimand)
    whose = {"ATT": treated, "ATC": ~treated}.get(estimand, np.ones_like(treated))
    w = design.weights
    for side in (treated, ~treated):
        means = w[side] @ columns[side] / w[side].sum()
        np.testing.assert_allclose(means, columns[whose].mean(axis=0), rtol=1e-7)
        assert w[side].sum() == pytest.approx(whose.sum())
        if moments == 2:  # variances agree then too
            squares = w[side] @ columns[side, 0] ** 2 / w[side].sum()
            assert squares == pytest.approx((columns[whose, 0] ** 2).mean(), rel=1e-7)
    # The binary column needs no square.
    assert len(design.covariate_names) == (5 if moments == 2 else 3)


def test_entropy_weights_are_those_of_least_divergence():
    # A general optimiser, told the problem and not the dual.
    columns, treated = people(4, n=40)
    columns = columns[:, :2] / 10
    rows, target = columns[~treated], columns[treated].mean(axis=0)
    m = len(rows)
    found = minimize(
        lambda w: float(w @ np.log(w * m)), np.full(m, 1 / m), method="SLSQP",
        jac=lambda w: np.log(w * m) + 1, bounds=[(1e-12, 1)] * m,
        constraints=[
            {"type": "eq", "fun": lambda w: rows.T @ w - target},
            {"type": "eq", "fun": lambda w: w.sum() - 1},
        ],
        options={"maxiter": 1000, "ftol": 1e-14},
    )  # fmt: skip
    ours = entropy_balancing(treated, columns).weights[~treated]
    np.testing.assert_allclose(ours / ours.sum(), found.x, atol=1e-5)


def test_what_no_weights_can_reach_is_named_and_agrees_with_linear_programming():
    with pytest.raises(DesignError, match="comparison people reach the target means of: prior\\."):
        entropy_balancing(
            [True, True, False, False], [[3, 1], [5, 2], [1, 1], [2, 2]],
            covariate_names=["prior", "sex"],
        )  # fmt: skip
    rng, agreed, out = np.random.default_rng(5), 0, 0
    for _ in range(150):
        n, k = int(rng.integers(8, 40)), int(rng.integers(1, 5))
        x = rng.normal(size=(n, k)).round(int(rng.integers(0, 3)))
        treated = np.arange(n) < max(2, n // 3)
        x[treated] += 0.4
        rows = x[~treated].T
        within = linprog(
            np.zeros(rows.shape[1]), A_eq=np.vstack([rows, np.ones(rows.shape[1])]),
            b_eq=np.append(x[treated].mean(axis=0), 1), bounds=(0, None),
        ).status == 0  # fmt: skip
        try:
            entropy_balancing(treated, x)
            reached = True
        except DesignError:
            reached = False
        agreed += reached == within
        out += not within
    assert agreed == 150
    assert 10 < out < 140


def test_columns_that_repeat_each_other_do_no_harm():
    columns, treated = people(6)
    both = np.column_stack([columns, columns[:, 2], 1 - columns[:, 2], np.ones(len(columns))])
    np.testing.assert_allclose(
        entropy_balancing(treated, both).weights, entropy_balancing(treated, columns).weights,
        rtol=1e-6,
    )  # fmt: skip


def test_missing_covariates_and_odd_arguments_are_refused():
    with pytest.raises(DesignError, match="1 of 3 people have a covariate that is missing"):
        entropy_balancing([True, False, False], [1.0, np.nan, 2.0])
    with pytest.raises(ValueError, match="1 or 2"):
        entropy_balancing([True, False], [1, 1], moments=3)
    with pytest.raises(ValueError, match="choices"):
        entropy_balancing([True, False], [1, 1], estimand="ATO")
    with pytest.raises(ValueError, match="2 names were given for 1"):
        entropy_balancing([True, False], [1, 1], covariate_names=["a", "b"])


def test_nobody_without_weight_counts_as_used():
    design = WeightedDesign(
        treated=TREATED, weights=np.array([1.0, 0, 1, 1]), estimand="ATT", method="by hand"
    )
    assert design.used == (1, 2)
    assert design.unmatched_treated == 1
