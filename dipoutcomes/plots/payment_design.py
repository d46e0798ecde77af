"""How often a contract pays along the truth, and what a bar costs each party."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dipoutcomes import _display
from dipoutcomes.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Design(Protocol):
    """What the figures read of a `PaymentDesign`."""

    @property
    def n(self) -> int: ...  # noqa: D102


class PaymentCurve(Protocol):
    """What the figure reads of `OperatingCharacteristics`."""

    @property
    def design(self) -> Design: ...  # noqa: D102
    @property
    def effects(self) -> Any: ...  # noqa: D102
    @property
    def chance_paid(self) -> Any: ...  # noqa: D102
    @property
    def bar(self) -> float: ...  # noqa: D102
    def effect_says(self, effect: float) -> str: ...  # noqa: D102


class Choice(Protocol):
    """What the figure reads of a `ThresholdChoice`."""

    @property
    def design(self) -> Design: ...  # noqa: D102
    @property
    def bar(self) -> Any: ...  # noqa: D102
    @property
    def commissioner_risk(self) -> Any: ...  # noqa: D102
    @property
    def provider_risk(self) -> Any: ...  # noqa: D102
    @property
    def chosen(self) -> int: ...  # noqa: D102
    @property
    def useless_effect(self) -> float: ...  # noqa: D102
    @property
    def promised_effect(self) -> float: ...  # noqa: D102
    @property
    def wanted_commissioner_risk(self) -> float: ...  # noqa: D102
    @property
    def wanted_provider_risk(self) -> float: ...  # noqa: D102
    def says(self, effect: float) -> str: ...  # noqa: D102


def plot_payment_curve(
    curves: PaymentCurve | Sequence[PaymentCurve], *, ax: Axes | None = None
) -> Axes:
    """Draw the chance of payment along the true effect, a line for each size of the cohort.

    Parameters
    ----------
    curves : OperatingCharacteristics or sequence of them
        Of one contract, along its effects; each with its own number of people.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes
        A line marks the bar, and a dot where each curve crosses it.

    Raises
    ------
    ValueError
        If there is no curve, or one with fewer than two effects.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, operating_characteristics)
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_share(0.58))
    >>> axes = plot_payment_curve(operating_characteristics(design))
    >>> axes.get_ylabel()
    'Chance of payment'
    """
    drawn = _several(curves)
    ax = style.new_axes(7.2, 4.0) if ax is None else ax
    for k, curve in enumerate(drawn):
        colour = style.nth(style.COLOURS, k)
        ax.plot(
            curve.effects, curve.chance_paid, color=colour, linewidth=1.8,
            linestyle=style.nth(style.LINES, k), label=f"{curve.design.n:,} people",
        )  # fmt: skip
        if _inside(curve, curve.bar):
            ax.plot(
                [curve.bar], [_at(curve, curve.bar)], color=colour, markersize=6,
                marker=style.nth(style.MARKERS, k), linestyle="none", zorder=4,
                markeredgecolor="white", markeredgewidth=0.8,
            )  # fmt: skip
    first = drawn[0]
    if _inside(first, first.bar):
        ax.axvline(first.bar, color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
        ax.annotate(
            f"The bar: {first.effect_says(first.bar)}", (first.bar, 0.02), xytext=(5, 0),
            textcoords="offset points", fontsize=style.SMALL, color=style.INK, va="bottom",
        )  # fmt: skip
        ax.axhline(0.5, color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
        ax.annotate(
            "Coin toss", (1, 0.5), xycoords=("axes fraction", "data"), xytext=(-2, 3),
            textcoords="offset points", fontsize=style.SMALL, color=style.INK, ha="right",
        )  # fmt: skip
    ax.set_ylim(0, 1.02)
    ax.set_xlim(float(np.min(first.effects)), float(np.max(first.effects)))
    style.format_axis(ax.yaxis, "share")
    _effect_axis(ax, first.effect_says, "True effect of the programme")
    ax.set_ylabel("Chance of payment", fontsize=style.TEXT)
    style.tidy(ax, grid="y")
    ax.legend(
        title="In the cohort", loc="upper left", frameon=False, fontsize=style.SMALL,
        title_fontsize=style.SMALL, alignment="left",
    )  # fmt: skip
    return ax


def describe_payment_curve(curves: PaymentCurve | Sequence[PaymentCurve]) -> str:
    """Return the text alternative of `plot_payment_curve`.

    Parameters
    ----------
    curves : OperatingCharacteristics or sequence of them
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, operating_characteristics)
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_share(0.58))
    >>> print(describe_payment_curve(operating_characteristics(design)))
    Line chart of the chance of payment along the true effect, by people in the cohort. 100 people:
    18.1% if none, 53.9% at the bar (5.0 points lower), 86.5% if 10.0 points lower.
    """
    parts = ["Line chart of the chance of payment along the true effect, by people in the cohort."]
    for curve in _several(curves):
        first, last = float(curve.effects[0]), float(curve.effects[-1])
        points = [f"{chance_says(_at(curve, first))} if {curve.effect_says(first)}"]
        if _inside(curve, curve.bar):
            says = curve.effect_says(curve.bar)
            points.append(f"{chance_says(_at(curve, curve.bar))} at the bar ({says})")
        points.append(f"{chance_says(_at(curve, last))} if {curve.effect_says(last)}")
        parts.append(f"{curve.design.n:,} people: {', '.join(points)}.")
    return " ".join(parts)


def plot_risk_trade_off(choice: Choice, *, ax: Axes | None = None) -> Axes:
    """Draw both parties' risks along the bar, with the bar that was chosen.

    Parameters
    ----------
    choice : ThresholdChoice
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure is made if omitted. Nothing is shown or saved.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, best_threshold)
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_share(0.58))
    >>> axes = plot_risk_trade_off(best_threshold(design, 0.10))
    >>> axes.get_ylabel()
    'Risk'
    """
    ax = style.new_axes(7.2, 4.0) if ax is None else ax
    useless, promised = choice.says(choice.useless_effect), choice.says(choice.promised_effect)
    lines = (
        (choice.commissioner_risk, f"Commissioner's: pays, true effect {useless}", 0,
         choice.wanted_commissioner_risk),
        (choice.provider_risk, f"Provider's: does not pay, true effect {promised}", 1,
         choice.wanted_provider_risk),
    )  # fmt: skip
    for risk, label, k, wanted in lines:
        colour = style.COLOURS[k]
        ax.plot(
            choice.bar, risk, color=colour, linewidth=1.8, linestyle=style.LINES[k], label=label
        )
        ax.axhline(wanted, color=colour, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
        ax.annotate(
            f"At most {chance_says(wanted)}", (1, wanted), xycoords=("axes fraction", "data"),
            xytext=(-2, 2), textcoords="offset points", fontsize=style.SMALL, color=colour,
            ha="right",
        )  # fmt: skip
        ax.plot(
            [choice.bar[choice.chosen]], [risk[choice.chosen]], color=colour, markersize=7,
            marker=style.MARKERS[k], markeredgecolor="white", linestyle="none", zorder=4,
        )  # fmt: skip
    best = float(choice.bar[choice.chosen])
    ax.axvline(best, color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    right = best > (float(choice.bar[0]) + float(choice.bar[-1])) / 2
    ax.annotate(
        f"Chosen bar: {choice.says(best)}", (best, 0.98), xytext=(-5 if right else 5, 0),
        textcoords="offset points", fontsize=style.SMALL, color=style.INK, va="top",
        ha="right" if right else "left",
    )  # fmt: skip
    ax.set_ylim(0, 1)
    ax.set_xlim(float(choice.bar[0]), float(choice.bar[-1]))
    style.format_axis(ax.yaxis, "share")
    _effect_axis(ax, choice.says, "Bar of the contract")
    ax.set_ylabel("Risk", fontsize=style.TEXT)
    style.tidy(ax, grid="y")
    ax.set_title(f"{choice.design.n:,} people", loc="left", fontsize=style.TEXT)
    ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1.06), ncols=1, frameon=False, fontsize=style.SMALL,
        borderaxespad=0,
    )  # fmt: skip
    return ax


def describe_risk_trade_off(choice: Choice) -> str:
    """Return the text alternative of `plot_risk_trade_off`.

    Parameters
    ----------
    choice : ThresholdChoice
        As drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, best_threshold)
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_share(0.58))
    >>> print(describe_risk_trade_off(best_threshold(design, 0.10)))
    Line chart of both parties' risks along the bar, 100 people. ...
    """
    first, last, best = 0, len(choice.bar) - 1, choice.chosen

    def along(risk: Any) -> str:
        return " to ".join(chance_says(float(risk[k])) for k in (first, last))

    return (
        f"Line chart of both parties' risks along the bar, {choice.design.n:,} people. From a bar "
        f"of {choice.says(float(choice.bar[first]))} to one of "
        f"{choice.says(float(choice.bar[last]))}, the commissioner's risk goes from "
        f"{along(choice.commissioner_risk)}, the provider's from {along(choice.provider_risk)}. At "
        f"the chosen bar ({choice.says(float(choice.bar[best]))}) they are "
        f"{chance_says(float(choice.commissioner_risk[best]))} and "
        f"{chance_says(float(choice.provider_risk[best]))}."
    )


def _several(curves: PaymentCurve | Sequence[PaymentCurve]) -> list[PaymentCurve]:
    drawn = list(curves) if isinstance(curves, Sequence) else [curves]
    if not drawn or any(len(curve.effects) < 2 for curve in drawn):
        raise ValueError("a payment curve needs at least two effects to be drawn")
    return drawn


def _inside(curve: PaymentCurve, effect: float) -> bool:
    return bool(np.min(curve.effects) <= effect <= np.max(curve.effects))


def _at(curve: PaymentCurve, effect: float) -> float:
    return float(np.interp(effect, curve.effects, curve.chance_paid))


def _effect_axis(ax: Axes, says: Any, title: str) -> None:
    """Print effects as their words have them: per cent lower, or points lower."""
    sample = says(0.1)
    if sample.endswith("% lower"):
        style.format_axis(ax.xaxis, "share")
        unit = ", lower by"
    elif sample.endswith("points lower"):
        style.format_axis(ax.xaxis, "difference")
        unit = ", percentage points lower"
    else:
        style.format_axis(ax.xaxis, "mean")
        unit = ", lower by"
    ax.set_xlabel(f"{title}{unit}", fontsize=style.TEXT)


def chance_says(share: float) -> str:
    """Return a chance as a percentage; never certain where it only nearly is."""
    if 0 < share < 0.0005:
        return "less than 0.1%"
    return "more than 99.9%" if 0.9995 < share < 1 else _display.percent(share)
