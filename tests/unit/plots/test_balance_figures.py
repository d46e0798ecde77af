"""The love plot and the mirrored scores: what is drawn is what the results say."""

import numpy as np
import pytest

from dipoutcomes.comparison.matching import (
    balance_table,
    common_support,
    design_matrix,
    match,
    propensity_score,
)
from dipoutcomes.plots.balance import (
    describe_balance,
    describe_support,
    plot_balance,
    plot_support,
)


@pytest.fixture(scope="module")
def matched():
    rng = np.random.default_rng(5)
    n = 600
    people = {
        "age": rng.integers(18, 60, n),
        "prior convictions in the two years before": rng.poisson(3, n),
        "area": rng.choice(["north", "south"], n),
    }
    chance = 1 / (1 + np.exp(2.5 - 0.5 * people["prior convictions in the two years before"]))
    treated = rng.random(n) < chance
    model = propensity_score(people, treated)
    found = match(treated, model.score)
    balance = balance_table(design_matrix(people), treated, found.weights)
    return balance, common_support(treated, model.score, found.weights)


def marks(ax, label):
    return next(line for line in ax.lines if line.get_label() == label)


def test_marks_are_the_sizes_of_the_differences(matched):
    balance, _ = matched
    ax = plot_balance(balance)
    rows = sorted(balance.rows, key=lambda row: -abs(row.difference))
    assert marks(ax, "before").get_xdata() == pytest.approx([abs(r.difference) for r in rows])
    assert marks(ax, "after").get_xdata() == pytest.approx([abs(r.difference_after) for r in rows])
    assert {0.05, 0.10} <= {line.get_xdata()[0] for line in ax.lines}
    assert len(ax.get_yticklabels()) == len(balance.rows) == 4


def test_counts_stand_above(matched, read_words):
    balance, _ = matched
    words = read_words(plot_balance(balance))
    assert f"{balance.treated_used} treated people, {balance.comparison_used} others" in words
    assert "before" in words
    assert "after" in words


def test_a_difference_without_a_size_stands_at_the_edge():
    balance = balance_table([[1, 0.0], [1, 1], [0, 0], [0, 1]], [1, 1, 0, 0])
    assert np.isinf(balance.rows[0].difference)
    ax = plot_balance(balance)
    assert marks(ax, "after").get_xdata()[0] == ax.get_xlim()[1]
    assert "x1: not measurable before" in describe_balance(balance)


def test_every_covariate_is_described(matched):
    balance, _ = matched
    words = describe_balance(balance)
    assert all(f"{row.name}: " in words for row in balance.rows)


def test_scores_are_mirrored_and_add_up(matched):
    _, support = matched
    ax = plot_support(support)
    heights = [patch.get_data().values for patch in ax.patches]
    assert [round(float(h.sum()), 9) for h in heights] == [1, 1, -1, -1]
    assert heights[0] == pytest.approx(np.array(support.treated) / sum(support.treated))
    assert not any("-" in label.get_text() for label in ax.get_yticklabels())


def test_scores_in_words_say_who_is_outside(matched):
    _, support = matched
    words = describe_support(support)
    assert f"{support.outside:,} of {sum(support.treated):,} treated people" in words


def test_before_a_match_there_is_no_outline():
    support = common_support([1, 1, 0, 0], [0.2, 0.4, 0.3, 0.1])
    assert len(plot_support(support).patches) == 2
