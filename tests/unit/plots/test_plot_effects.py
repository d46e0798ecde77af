"""The forest of effects and the histogram of weights show what they are given."""

import numpy as np
import pytest

from dipoutcomes.comparison.effect import treatment_effect
from dipoutcomes.comparison.weighting import propensity_weights
from dipoutcomes.plots.effects import (
    describe_effects,
    describe_weights,
    plot_effects,
    plot_weights,
)


@pytest.fixture(scope="module")
def design():
    rng = np.random.default_rng(1)
    score = rng.uniform(0.1, 0.7, 200)
    return propensity_weights(rng.random(200) < score, score)


@pytest.fixture(scope="module")
def effects(design):
    outcome = np.random.default_rng(2).random(200) < 0.4
    return [
        treatment_effect(design, outcome, variance=v, label="share back")
        for v in ("welch", "sandwich")
    ]


def test_the_chosen_row_is_bold_and_banded(effects):
    ax = plot_effects(effects, chosen=1)
    weights = [label.get_fontweight() for label in ax.get_yticklabels()]
    assert weights == ["normal", "bold"]
    assert ax.get_yticklabels()[0].get_text() == "ATT: weighted Welch"
    band = ax.patches[-1]
    low, high = band.get_y(), band.get_y() + band.get_height()
    assert min(low, high) < ax.get_yticks()[1] < max(low, high)
    assert not min(low, high) < ax.get_yticks()[0] < max(low, high)


def test_nothing_is_marked_unasked(effects):
    ax = plot_effects(effects, labels=["parity", "ours"])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["parity", "ours"]
    assert not any("as counted" in t.get_text() for t in ax.texts)
    assert {label.get_fontweight() for label in ax.get_yticklabels()} == {"normal"}


def test_text_alternatives(effects, design):
    text = describe_effects(effects, chosen=0)
    assert effects[0].estimate.printed in text
    assert text.endswith("Marked as the one chosen: ATT: weighted Welch.")
    words = describe_weights(design)
    assert f"worth {design.effective[1]:,.1f}" in words
    assert "Treated" in words


def test_refusals(effects):
    with pytest.raises(ValueError, match="empty"):
        plot_effects([])
    with pytest.raises(ValueError, match="row from 0 to 1"):
        plot_effects(effects, chosen=2)
    with pytest.raises(ValueError, match="1 labels"):
        plot_effects(effects, labels=["one"])


def test_weights_are_over_their_groups_mean(design):
    ax = plot_weights(design)
    bars = ax.patches[-1].get_data()
    middle = (bars.edges[:-1] + bars.edges[1:]) / 2
    assert bars.values.sum() == pytest.approx(1)
    assert bars.values @ middle == pytest.approx(1, abs=0.05)
    legend = [t.get_text() for t in ax.get_legend().get_texts()]
    assert "equal weights" in legend[0]
    assert "largest share" in legend[1]
