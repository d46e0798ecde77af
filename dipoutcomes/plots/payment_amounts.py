"""The payments that can come out of a contract under one true effect, with their chances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style
from dipoutcomes.plots.payment_design import Design, chance_says

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FEW = 8  # different payments that are drawn one by one
_BINS = 30
_RARE = 0.0005  # of each end of a histogram, and not drawn


class Payments(Protocol):
    """What the figure reads of a `PaymentDistribution`."""

    @property
    def design(self) -> Design: ...  # noqa: D102
    @property
    def amount(self) -> Any: ...  # noqa: D102
    @property
    def chance(self) -> Any: ...  # noqa: D102
    @property
    def expected(self) -> float: ...  # noqa: D102
    @property
    def deserved(self) -> float: ...  # noqa: D102
    @property
    def share_nothing(self) -> float: ...  # noqa: D102
    @property
    def currency(self) -> str: ...  # noqa: D102
    def effect_says(self) -> str: ...  # noqa: D102
    def quantile(self, share: float) -> float: ...  # noqa: D102


def plot_payment_distribution(payments: Payments, *, ax: Axes | None = None) -> Axes:
    """Draw the payments that can come out under one true effect, with their chances.

    Parameters
    ----------
    payments : PaymentDistribution
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        A few different payments as bars; many as a histogram in which nothing is a bar of its own;
        what comes less often than once in 2,000 at either end is not drawn.
        Lines mark what is expected and what is deserved.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, payment_distribution)
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_share(0.58), contract_value=Decimal(1_000_000))
    >>> axes = plot_payment_distribution(payment_distribution(design, 0.0))
    >>> axes.get_xlabel()
    'Payment to the provider, GBP'
    """
    ax = style.new_axes(7.2, 3.8) if ax is None else ax
    amount, chance = np.asarray(payments.amount), np.asarray(payments.chance)
    span = float(np.ptp(amount)) or max(abs(float(amount[0])), 1.0)
    if len(amount) <= _FEW:
        heights, places, width = chance, amount, 0.05 * span
    else:
        # Payments that hardly ever come would squeeze all others together.
        low, high = payments.quantile(_RARE), payments.quantile(1 - _RARE)
        rest = (amount != 0) & (amount >= low) & (amount <= high)
        rest = rest if rest.any() else amount != 0
        edges = np.linspace(amount[rest].min(), amount[rest].max(), _BINS + 1)
        heights, _ = np.histogram(amount[rest], bins=edges, weights=chance[rest])
        places, width = (edges[1:] + edges[:-1]) / 2, 0.94 * float(edges[1] - edges[0])
    ax.bar(places, heights, width=width, color=style.COLOURS[2], edgecolor="white", zorder=2)
    if len(amount) > _FEW and payments.share_nothing > 0:
        ax.bar(
            [0.0], [payments.share_nothing], width=width, color=style.COLOURS[0], zorder=3,
            label=f"Nothing is paid: {chance_says(payments.share_nothing)}",
        )  # fmt: skip
    _mark(ax, payments.expected, f"Expected: {_money(payments, payments.expected)}", 1)
    _mark(ax, payments.deserved, f"Deserved: {_money(payments, payments.deserved)}", 3)
    style.format_axis(ax.yaxis, "share")
    style.format_axis(ax.xaxis, "count")
    ax.set_xlabel(f"Payment to the provider, {payments.currency}", fontsize=style.TEXT)
    ax.set_ylabel("Chance", fontsize=style.TEXT)
    ax.set_title(
        f"{payments.design.n:,} people, true effect: {payments.effect_says()}",
        loc="left", fontsize=style.TEXT,
    )  # fmt: skip
    ax.set_ylim(0, 1.06 * max(float(np.max(heights)), payments.share_nothing))
    style.tidy(ax, grid="y")
    ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1.07), ncols=3, frameon=False, fontsize=style.SMALL,
        borderaxespad=0, columnspacing=1.2,
    )  # fmt: skip
    return ax


def describe_payment_distribution(payments: Payments) -> str:
    """Return the text alternative of `plot_payment_distribution`.

    Parameters
    ----------
    payments : PaymentDistribution
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from decimal import Decimal
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, payment_distribution)
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_share(0.58), contract_value=Decimal(1_000_000))
    >>> print(describe_payment_distribution(payment_distribution(design, 0.0)))
    Bar chart of the payments to the provider with 100 people and a true effect of none: GBP
    -100,000 with a chance of 81.9%, GBP 100,000 with a chance of 18.1%. Expected: GBP -63,853;
    deserved: GBP -100,000.
    """
    start = f"with {payments.design.n:,} people and a true effect of {payments.effect_says()}: "
    if len(payments.amount) <= _FEW:
        found = ", ".join(
            f"{_money(payments, float(a))} with a chance of {chance_says(float(c))}"
            for a, c in zip(payments.amount, payments.chance, strict=True)
        )
        start = f"Bar chart of the payments to the provider {start}{found}."
    else:
        low, high = payments.quantile(0.05), payments.quantile(0.95)
        start = (
            f"Histogram of the payments to the provider {start}nothing is paid in "
            f"{chance_says(payments.share_nothing)}; nine in ten lie from {_money(payments, low)} "
            f"to {_money(payments, high)}."
        )
    return (
        f"{start} Expected: {_money(payments, payments.expected)}; deserved: "
        f"{_money(payments, payments.deserved)}."
    )


def caption_payment_distribution(payments: Payments) -> str:
    """Return the caption of `plot_payment_distribution`: what is drawn, and what is not.

    Parameters
    ----------
    payments : PaymentDistribution
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from decimal import Decimal
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, payment_distribution)
    >>> from dipoutcomes.study.payment import read_contract
    >>> design = PaymentDesign(contract=read_contract("doncaster-2011"), n=100,
    ...     people=PeopleModel.from_share(0.58), contract_value=Decimal(1_000_000))
    >>> caption_payment_distribution(payment_distribution(design, 0.0))
    'Every payment that can come out, with its chance (true effect: none).'
    """
    effect = payments.effect_says()
    if len(payments.amount) <= _FEW:
        return f"Every payment that can come out, with its chance (true effect: {effect})."
    return (
        f"How likely payments of each size are (true effect: {effect}). Payments so low or so high "
        f"that they come less than {chance_says(_RARE)} of the time are not drawn."
    )


def _mark(ax: Axes, place: float, label: str, k: int) -> None:
    if np.isfinite(place):
        ax.axvline(
            place, color=style.COLOURS[k], linewidth=1.5, linestyle=style.LINES[k % 3], zorder=4,
            label=label,
        )  # fmt: skip


def _money(payments: Payments, amount: float) -> str:
    return f"{payments.currency} {_display.number(amount, 0)}"
