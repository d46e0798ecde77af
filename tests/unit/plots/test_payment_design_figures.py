"""Figures of a contract before it is signed: what is drawn, and the same in words."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from dipoutcomes.payment.operating_characteristics import (
    best_threshold,
    operating_characteristics,
    payment_distribution,
)
from dipoutcomes.plots.payment_amounts import (
    describe_payment_distribution,
    plot_payment_distribution,
)
from dipoutcomes.plots.payment_design import (
    describe_payment_curve,
    describe_risk_trade_off,
    plot_payment_curve,
    plot_risk_trade_off,
)

_spec = importlib.util.spec_from_file_location(
    "payment_designs", Path(__file__).parents[1] / "payment" / "payment_designs.py"
)
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)


def words(ax):
    return " ".join(t.get_text() for t in ax.texts)


def labels(ax):
    return [t.get_text() for t in ax.get_legend().get_texts()]


def test_a_curve_for_each_size_crosses_the_bar_at_its_own_dot():
    curves = [operating_characteristics(made.share_design(n)) for n in (28, 100)]
    ax = plot_payment_curve(curves)
    assert labels(ax) == ["28 people", "100 people"]
    dots = [line for line in ax.lines if line.get_linestyle() == "None"]
    for dot, curve in zip(dots, curves, strict=True):
        assert dot.get_ydata()[0] == pytest.approx(curve.at(0.05).chance_paid)
    assert "Coin toss" in words(ax)
    assert "5.0 points lower" in words(ax)
    assert "44.7% at the bar" in describe_payment_curve(curves)


def test_a_contract_without_a_bar_is_drawn_without_one():
    design = made.published("drug-recovery-illustration", n=20, terms=("final",))
    ax = plot_payment_curve(operating_characteristics(design, [0.0, 0.1]))
    assert "bar" not in words(ax)


def test_a_curve_needs_two_effects():
    with pytest.raises(ValueError, match="at least two effects"):
        plot_payment_curve(operating_characteristics(made.share_design(), [0.0]))
    with pytest.raises(ValueError, match="at least two effects"):
        plot_payment_curve([])


def test_few_payments_are_bars_of_their_chances():
    payments = payment_distribution(made.share_design(100, more=made.WITH_CLAWBACK), 0.05)
    ax = plot_payment_distribution(payments)
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == pytest.approx(payments.chance.tolist())
    assert "Expected: GBP 355" in labels(ax)
    assert "46.1%" in describe_payment_distribution(payments)


def test_many_payments_are_a_histogram_with_nothing_apart():
    payments = payment_distribution(made.frequency_design(60, more=made.TIERED), 0.10)
    ax = plot_payment_distribution(payments)
    heights = np.array([bar.get_height() for bar in ax.patches])
    assert heights.sum() == pytest.approx(1, abs=0.0011)
    assert heights[-1] == pytest.approx(payments.share_nothing)
    assert "Histogram" in describe_payment_distribution(payments)


def test_both_risks_are_drawn_with_the_chosen_bar():
    choice = best_threshold(made.share_design(300), 0.10)
    ax = plot_risk_trade_off(choice)
    assert ax.lines[0].get_ydata() == pytest.approx(choice.commissioner_risk)
    assert f"Chosen bar: {choice.says(choice.best)}" in words(ax)
    assert choice.says(choice.best) in describe_risk_trade_off(choice)


@pytest.mark.parametrize(
    "draw", [plot_payment_curve, plot_payment_distribution, plot_risk_trade_off]
)
def test_axes_of_ones_own_are_used(draw):
    from dipoutcomes.plots import style

    design = made.share_design(28, more=made.ONE_SUM)
    given = {
        plot_payment_curve: lambda: operating_characteristics(design),
        plot_payment_distribution: lambda: payment_distribution(design, 0.0),
        plot_risk_trade_off: lambda: best_threshold(design, 0.1),
    }[draw]()
    ax = style.new_axes(5, 3)
    assert draw(given, ax=ax) is ax
