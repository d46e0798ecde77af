"""Figures of a payment contract before it is signed, for a notebook: each with its words."""

from __future__ import annotations

from collections.abc import Sequence

from dipoutcomes.payment.operating_characteristics import (
    OperatingCharacteristics,
    PaymentDistribution,
    ThresholdChoice,
)
from dipoutcomes.plots import payment_amounts, payment_design
from dipoutcomes.report.display import show_figure
from dipoutcomes.report.figures import make_figure


def show_payment_curve(
    curves: OperatingCharacteristics | Sequence[OperatingCharacteristics],
) -> None:
    """Show the chance of payment along the true effect, a line for each size of the cohort.

    Parameters
    ----------
    curves : OperatingCharacteristics or sequence of them
        From `operating_characteristics` or `curves_by_size`, of one contract.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, operating_characteristics)
    >>> from dipoutcomes.study.payment import read_contract
    >>> design = PaymentDesign(contract=read_contract("doncaster-2011"), n=100,
    ...     people=PeopleModel.from_share(0.58))
    >>> show_payment_curve(operating_characteristics(design))
    {'image/png': ..., 'text/plain': 'Line chart of the chance of payment...'}
    """
    caption = "How likely payment is for each true effect; the line marks the bar."
    alt = payment_design.describe_payment_curve(curves)
    show_figure(make_figure(lambda: payment_design.plot_payment_curve(curves), alt, caption))


def show_risk_trade_off(choice: ThresholdChoice) -> None:
    """Show what each party risks along the bar, with the bar that was chosen.

    Parameters
    ----------
    choice : ThresholdChoice
        From `best_threshold`.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, best_threshold)
    >>> from dipoutcomes.study.payment import read_contract
    >>> design = PaymentDesign(contract=read_contract("doncaster-2011"), n=100,
    ...     people=PeopleModel.from_share(0.58))
    >>> show_risk_trade_off(best_threshold(design, 0.10))
    {'image/png': ..., 'text/plain': ...}
    """
    caption = "What each party risks, for every bar that could be agreed."
    alt = payment_design.describe_risk_trade_off(choice)
    show_figure(make_figure(lambda: payment_design.plot_risk_trade_off(choice), alt, caption))


def show_payment_distribution(payments: PaymentDistribution) -> None:
    """Show the payments that can come out under one true effect, with their chances.

    Parameters
    ----------
    payments : PaymentDistribution
        From `payment_distribution`.

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from dipoutcomes.payment.operating_characteristics import (
    ...     PaymentDesign, PeopleModel, payment_distribution)
    >>> from dipoutcomes.study.payment import read_contract
    >>> design = PaymentDesign(contract=read_contract("doncaster-2011"), n=100,
    ...     people=PeopleModel.from_share(0.58), contract_value=Decimal(1_000_000))
    >>> show_payment_distribution(payment_distribution(design, 0.0))
    {'image/png': ..., 'text/plain': ...}
    """
    caption = payment_amounts.caption_payment_distribution(payments)
    alt = payment_amounts.describe_payment_distribution(payments)
    show_figure(
        make_figure(lambda: payment_amounts.plot_payment_distribution(payments), alt, caption)
    )
