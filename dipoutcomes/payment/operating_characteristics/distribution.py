"""Every payment that can come out under one true effect, with its chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.payment.operating_characteristics import _evaluate, _say
from dipoutcomes.payment.operating_characteristics.characteristics import settled_in
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PaymentDistribution:
    """The payments that can come out, with their chances.

    Parameters
    ----------
    design : PaymentDesign
    effect : float
        True effect, in the unit of the contract's test.
    amount : ndarray of float
        Different payments, smallest first; a negative one is paid back.
    chance : ndarray of float
        They add up to 1.
    deserved : float
        What would be paid if nothing were left to chance.
    simulated : int
        Cohorts simulated; 0 where every outcome was listed.
    """

    design: PaymentDesign
    effect: float
    amount: Floats
    chance: Floats
    deserved: float
    simulated: int = 0

    @property
    def expected(self) -> float:
        """Mean payment."""
        return float(self.amount @ self.chance)

    @property
    def share_nothing(self) -> float:
        """Chance that nothing is paid, either way."""
        return float(self.chance[self.amount == 0].sum())

    @property
    def share_paid_back(self) -> float:
        """Chance that money goes back to the commissioner."""
        return float(self.chance[self.amount < 0].sum())

    @property
    def currency(self) -> str:
        """As printed before an amount."""
        return self.design.contract.money.currency

    def effect_says(self) -> str:
        """Return the true effect in words."""
        return _say.effect(self.design.asked(), self.effect)

    def quantile(self, share: float) -> float:
        """Return the smallest payment that is not exceeded with a chance of at least *share*."""
        wanted = check_confidence_level(share, "share")
        reached = np.searchsorted(np.cumsum(self.chance), wanted - 1e-12)
        return float(self.amount[min(int(reached), len(self.amount) - 1)])

    def __str__(self) -> str:
        back = ""
        if self.share_paid_back:
            back = f", and money is paid back {_say.often(self.share_paid_back)}"
        return (
            f"{self.design.contract.contract.title}, {self.design.n:,} people, true effect "
            f"{self.effect_says()}: {self.currency} {_display.number(self.expected, 0)} expected; "
            f"nothing is paid {_say.often(self.share_nothing)}{back}"
        )

    def _repr_html_(self) -> str:
        rows = [
            ["Expected payment", _display.number(self.expected, 0)],
            ["Deserved, if nothing were left to chance", _display.number(self.deserved, 0)],
            ["Nothing is paid", _display.percent(self.share_nothing)],
            ["Money is paid back", _display.percent(self.share_paid_back)],
            *(
                [f"Payment not exceeded in {_display.percent(q, 0)}", _display.number(x, 0)]
                for q, x in ((q, self.quantile(q)) for q in (0.05, 0.5, 0.95))
            ),
        ]
        caption = f"Payments in {self.currency}, true effect {self.effect_says()}"
        return _display.html_table(caption, ["", "value"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "contract": self.design.contract.id,
            "n": self.design.n,
            "effect": self.effect,
            "amount": self.amount.tolist(),
            "chance": self.chance.tolist(),
            "expected": self.expected,
            "deserved": self.deserved,
            "share_nothing": self.share_nothing,
            "share_paid_back": self.share_paid_back,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a payment."""
        import pandas as pd

        return pd.DataFrame({"amount": self.amount, "chance": self.chance})


def payment_distribution(
    design: PaymentDesign, effect: float, *, rng: np.random.Generator | None = None
) -> PaymentDistribution:
    """Return every payment that can come out under one true effect, with its chance.

    Parameters
    ----------
    design : PaymentDesign
        Of a contract with prices.
    effect : float
        True effect, in the unit of the contract's test.
    rng : numpy.random.Generator, optional
        Needed where cohorts are simulated.

    Returns
    -------
    PaymentDistribution

    Raises
    ------
    DesignError
        If the contract does not say what a payment is.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PaymentDesign, PeopleModel
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_share(0.58), contract_value=Decimal(1_000_000))
    >>> found = payment_distribution(design, 0.05)
    >>> found.amount, found.chance.round(3)
    (array([-100000.,  100000.]), array([0.461, 0.539]))
    """
    world = design.world()
    deserved = _evaluate.deserved(world, effect, design.contract_value)
    stream, cohorts = settled_in(design, world, [effect], rng=rng)
    amounts, chances = np.empty(0), np.empty(0)
    for _, batch in stream:
        if batch.amount is None:
            raise DesignError(
                f"the contract '{design.contract.id}' does not say what is paid: give the prices, "
                "or `contract_value` where a price is a share of it"
            )
        amounts, chances = _together(
            np.append(amounts, batch.amount), np.append(chances, batch.chance)
        )
    return PaymentDistribution(
        design=design, effect=effect, amount=amounts, chance=chances / chances.sum(),
        deserved=deserved, simulated=cohorts,
    )  # fmt: skip


def _together(amount: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Return each different amount once, with the chances of all its outcomes."""
    different, where = np.unique(amount.ravel(), return_inverse=True)
    total = np.bincount(where.ravel(), weights=chance.ravel(), minlength=len(different))
    possible = total > 0
    return np.asarray(different[possible]), np.asarray(total[possible], dtype=np.float64)
