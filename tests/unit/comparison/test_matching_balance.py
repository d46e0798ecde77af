"""Balance by hand, its colours and its words."""

import numpy as np
import pytest

from dipoutcomes.comparison.matching import (
    balance_table,
    colour_of,
    design_matrix,
    match,
    open_design,
)

TREATED = np.array([1, 1, 1, 0, 0, 0, 0], dtype=bool)
AGE = np.array([20.0, 30, 40, 20, 30, 50, 60])


@pytest.mark.parametrize(
    ("difference", "colour"),
    [(0, "green"), (0.05, "green"), (-0.0504, "green"), (0.0506, "amber"), (-0.1, "amber"),
     (0.1006, "red"), (np.inf, "red"), (np.nan, "red")],
)  # fmt: skip
def test_colours_are_judged_as_printed(difference, colour):
    assert colour_of(difference) == colour


def test_differences_by_hand():
    # Means 30 and 40; variances 100 and 333.3: pooled sd 14.72, treated sd 10.
    weights = np.array([1, 1, 1, 1, 1, 0.5, 0.5])
    pooled = balance_table(AGE[:, None], TREATED, weights).rows[0]
    assert pooled.difference == pytest.approx(-10 / np.sqrt((100 + 1000 / 3) / 2))
    assert pooled.mean_comparison_after == pytest.approx(35)
    assert pooled.difference_after == pytest.approx(-5 / np.sqrt((100 + 1000 / 3) / 2))
    assert pooled.variance_ratio == pytest.approx(100 / (1000 / 3))
    own = balance_table(AGE[:, None], TREATED, weights, denominator="treated").rows[0]
    assert own.difference_after == pytest.approx(-0.5)
    # Sum w 3, sum w^2 2.5, sum w (x - 35)^2 = 675: 675 / (3 - 2.5 / 3).
    assert pooled.variance_ratio_after == pytest.approx(100 / (675 / (3 - 2.5 / 3)))


def test_effective_numbers():
    balance = balance_table(AGE[:, None], TREATED, [1, 1, 0, 3, 1, 0, 0])
    assert (balance.treated_used, balance.comparison_used) == (2, 2)
    assert balance.effective_comparison == pytest.approx(16 / 10)
    assert balance.effective_treated == pytest.approx(2)


def test_every_level_has_a_row_and_its_reference_too():
    area = ["n", "s", "w", "n", "n", "s", "w"]
    matrix = design_matrix({"age": AGE, "area": area}, reference={"area": "s"})
    balance = balance_table(matrix, TREATED, [1, 1, 1, 0.2, 1, 2, 1])
    assert [row.name for row in balance.rows] == ["age", "area: s", "area: n", "area: w"]
    plain = balance_table(
        (np.array(area) == "s")[:, None].astype(float), TREATED, [1, 1, 1, 0.2, 1, 2, 1]
    ).rows[0]
    ours = balance["area: s"]
    for name in (
        "difference",
        "difference_after",
        "mean_comparison",
        "mean_comparison_after",
        "sd",
    ):
        assert getattr(ours, name) == pytest.approx(getattr(plain, name))
    assert np.isnan(ours.variance_ratio)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e9 + 0.1, 0.0])
def test_a_constant_has_no_difference(value):
    row = balance_table(np.full((50_000, 1), value), np.arange(50_000) < 77).rows[0]
    assert row.difference == 0
    assert row.colour == "green"


def test_a_column_that_divides_the_groups_is_red():
    row = balance_table(TREATED[:, None].astype(float), TREATED).rows[0]
    assert row.difference == np.inf
    assert row.colour == "red"


def test_large_values_lose_no_digits():
    far = balance_table((AGE + 1e9)[:, None], TREATED).rows[0]
    near = balance_table(AGE[:, None], TREATED).rows[0]
    assert far.difference == pytest.approx(near.difference, rel=1e-6)
    assert far.variance_ratio == pytest.approx(near.variance_ratio, rel=1e-6)


def test_a_locked_design_brings_its_own_weights_and_score():
    import pandas as pd

    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"age": rng.normal(30, 8, 300), "y": 0})
    frame["treated"] = rng.random(300) < 1 / (1 + np.exp(0.1 * (36 - frame["age"])))
    plan = open_design(frame, treated="treated", covariates=["age"], outcomes=["y"])
    plan.match()
    before = plan.balance()
    design = plan.lock()
    balance = balance_table(design)
    assert [row.name for row in balance.rows] == ["score", "age"]
    assert balance["age"] == before["age"]
    assert balance.method == design.method
    assert abs(balance["age"].difference_after) < abs(balance["age"].difference)
    with pytest.raises(ValueError, match="its own `treated`"):
        balance_table(design, design.treated)


def test_its_words_count_the_colours():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(400, 3))
    treated = rng.random(400) < 1 / (1 + np.exp(1 - x[:, 0]))
    found = match(treated, 1 / (1 + np.exp(1 - x[:, 0])))
    balance = balance_table(x, treated, found.weights)
    assert sum(balance.count(c) for c in ("green", "amber", "red")) == 3
    assert balance.worst.name in str(balance)
    assert len(balance.to_table()) == len(balance.to_frame()) == 3
    released = balance.to_table(means=False)
    assert balance.to_table().working_only
    assert not released.working_only
    assert not any(key.startswith("mean") for key in released.rows[0])
    assert balance.to_dict()["rows"][0]["colour"] == balance.rows[0].colour


@pytest.mark.parametrize(
    ("columns", "treated", "weights", "says"),
    [
        ([[1.0]], [1, 0], None, "1 rows and `treated` 2"),
        ([1.0, 2.0], [1, 0], None, "two dimensions"),
        ([[1.0], [2.0]], None, None, "`treated` is needed"),
        ([[1.0], [np.nan]], [1, 0], None, "1 values are not"),
        ([[1.0], [2.0], [3.0]], [1, 0, 0], None, "at least two people"),
        ([[1.0], [2.0]], [1, 0], [1.0], "one value a person"),
        ([[1.0], [2.0], [1.0], [2.0]], [1, 1, 0, 0], [1, 1, -1, 1], "not below 0"),
        (np.zeros((4, 0)), [1, 1, 0, 0], None, "no covariate"),
    ],
)
def test_what_has_no_balance_is_refused(columns, treated, weights, says):
    with pytest.raises(ValueError, match=says):
        balance_table(columns, treated, weights)
