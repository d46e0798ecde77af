"""Figures of regressions and cured shares: what is drawn is what the results say."""

import numpy as np
import pytest

from dipoutcomes.plots.cured_share import describe_cured_share, plot_cured_share
from dipoutcomes.plots.regression import (
    describe_proportional_hazards,
    describe_ratios,
    plot_proportional_hazards,
    plot_ratios,
)
from dipoutcomes.survival import kaplan_meier
from dipoutcomes.survival.cure import mixture_cure_models
from dipoutcomes.survival.regression import (
    cox_regression,
    parametric_regression,
    proportional_hazards_test,
)


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(3)
    never = rng.random(150) < 0.4
    time = np.where(never, np.inf, np.ceil(rng.weibull(1.2, 150) * 90))
    covariates = {"age": rng.integers(18, 60, 150), "area": rng.choice(["north", "south"], 150)}
    return np.minimum(time, 300), time <= 300, covariates


@pytest.fixture(scope="module")
def model(people):
    return cox_regression(*people)


@pytest.fixture(scope="module")
def cured(people):
    return mixture_cure_models(*people[:2])


def test_forest_has_a_log_axis_a_line_at_one_and_counts(model, read_words):
    ax = plot_ratios(model)
    assert ax.get_xscale() == "log"
    assert any(np.allclose(line.get_xdata(), 1) for line in ax.lines)
    words = read_words(ax)
    term = model["area: south"]
    assert "area: south (against north)" in words
    assert f"{term.events} in {term.persons} against {term.reference_events}" in words
    assert "95% confidence interval" in words


def test_chosen_terms_and_time_ratios(people):
    ax = plot_ratios(parametric_regression(*people), terms=["age"])
    assert len(ax.get_yticklabels()) == 1
    assert "Time ratio" in ax.get_xlabel()


def test_forest_in_words(model):
    words = describe_ratios(model)
    for term in model.terms:
        assert term.label in words
        assert f"{term.ratio:.2f}" in words


def test_residuals_are_drawn_with_the_test_and_the_constant(model, read_words):
    test = proportional_hazards_test(model)
    ax = plot_proportional_hazards(test, "age")
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    assert len(dots.get_xdata()) == model.events
    constant = next(line for line in ax.lines if len(set(line.get_ydata())) == 1)
    assert constant.get_ydata()[0] == pytest.approx(model["age"].log_ratio)
    assert f"p = {test['age'].p_value:.2f}"[:7] in read_words(ax)


def test_smooth_of_a_constant_ratio_stays_near_it():
    rng = np.random.default_rng(9)
    group = np.arange(800) % 2
    time = np.ceil(rng.exponential(200 * np.where(group, 1.0, 2.0)))
    model = cox_regression(time, np.ones(800), {"group": group})
    smooth = proportional_hazards_test(model).smooth("group")
    inside = (smooth.low <= np.log(2)) & (np.log(2) <= smooth.high)
    assert inside.mean() > 0.8
    assert np.all(smooth.high - smooth.low < 2)


def test_smooth_limits_hold_a_constant_as_often_as_they_say():
    rng = np.random.default_rng(10)
    held = []
    for _ in range(60):
        group = np.arange(200) % 2
        time = np.ceil(rng.exponential(200 * np.where(group, 1.0, 2.0)))
        model = cox_regression(time, np.ones(200), {"group": group})
        smooth = proportional_hazards_test(model).smooth("group")
        held.append((smooth.low <= np.log(2)) & (np.log(2) <= smooth.high))
    assert 0.90 < np.mean(held) < 0.99


def test_residuals_in_words(model):
    words = describe_proportional_hazards(proportional_hazards_test(model), "area: south")
    assert f"{model.events} events" in words
    assert "p-value" in words


def test_beyond_follow_up_is_dashed_and_ends_in_the_shares(people, cured, read_words):
    ax = plot_cured_share(cured, curve=kaplan_meier(*people[:2]))
    end = cured.follow_up.last_follow_up
    for model in cured.models:
        lines = [line for line in ax.lines if line.get_color() and len(line.get_xdata()) > 50]
        beyond = [line for line in lines if min(line.get_xdata()) >= end]
        assert len(beyond) == 2
        assert all(line.get_linestyle() == "--" for line in beyond)
        assert f"in the end {model.cured_share.printed}" in read_words(ax)
    assert "assumed, not seen" in ax.get_xlabel()
    assert "Kaplan-Meier" in read_words(ax)


def test_cured_share_in_words(cured):
    words = describe_cured_share(cured)
    assert "Weibull tail" in words
    assert "Lognormal tail" in words
    assert cured.weibull.cured_share.printed in words
    assert "assumed, not seen" in words
