"""The risks of both parties at the cohort in hand, and why a bar at the effect is a coin toss."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes.payment.operating_characteristics import _say
from dipoutcomes.payment.operating_characteristics.characteristics import operating_characteristics
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRisks:
    """What each party may lose by chance.

    Parameters
    ----------
    design : PaymentDesign
    useless_effect, promised_effect : float
        In the unit of the contract's test.
    commissioner_risk : float
        Chance that the contract pays where the true effect is the useless one.
    provider_risk : float
        Chance that it does not where the true effect is the promised one.
    chance_at_bar : float
        Chance that it pays where the true effect is exactly the bar; nan where there is no bar.
    simulated : int
        Cohorts simulated; 0 where every outcome was listed.
    """

    design: PaymentDesign
    useless_effect: float
    promised_effect: float
    commissioner_risk: float
    provider_risk: float
    chance_at_bar: float
    simulated: int = 0

    def __str__(self) -> str:
        asked = self.design.asked()
        return (
            f"With {self.design.n:,} people the contract pays "
            f"{_say.often(self.commissioner_risk)} if the programme "
            f"{_say.does(asked, self.useless_effect)} (the commissioner's risk), and fails to pay "
            f"{_say.often(self.provider_risk)} if it {_say.does(asked, self.promised_effect)} "
            "(the provider's risk)."
        )

    def at_the_bar(self) -> str:
        """Return the sentence on a bar that is set at the true effect; "" without a bar."""
        if isnan(self.chance_at_bar) or self.design.bar <= 0:
            return ""
        asked, bar = self.design.asked(), self.design.bar
        chance = _say.often(self.chance_at_bar)
        start = (
            f"With {self.design.n:,} people, a programme that truly "
            f"{_say.makes(asked, bar)}, exactly the bar, is paid {chance}"
        )
        if asked.asks_significance:
            return f"{start}: the contract asks for more than chance besides."
        if not 0.4 <= self.chance_at_bar <= 0.6:
            return (
                f"{start}. Chance alone, and more than a few people, would make that about a coin "
                "toss at any size of the cohort."
            )
        return (
            f"{start}: a bar set at the true effect is about a coin toss whatever the size of the "
            "cohort, since chance puts the result above the truth about as often as below it. The "
            "bar has to lie below what is promised."
        )

    def _repr_html_(self) -> str:
        asked = self.design.asked()
        rows = [
            [
                f"Commissioner's: pays, true effect {_say.effect(asked, self.useless_effect)}",
                _display.percent(self.commissioner_risk),
            ],
            [
                f"Provider's: does not pay, true effect {_say.effect(asked, self.promised_effect)}",
                _display.percent(self.provider_risk),
            ],
        ]
        if not isnan(self.chance_at_bar):
            says = _say.effect(asked, self.design.bar)
            rows.append(
                [f"Pays, true effect at the bar ({says})", _display.percent(self.chance_at_bar)]
            )
        return _display.html_table(f"Risks with {self.design.n:,} people", ["", "chance"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "contract": self.design.contract.id,
            "n": self.design.n,
            "bar": self.design.bar,
            "useless_effect": self.useless_effect,
            "promised_effect": self.promised_effect,
            "commissioner_risk": self.commissioner_risk,
            "provider_risk": self.provider_risk,
            "chance_at_bar": self.chance_at_bar,
            "simulated": self.simulated,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def payment_risks(
    design: PaymentDesign,
    promised_effect: float,
    *,
    useless_effect: float = 0.0,
    rng: np.random.Generator | None = None,
) -> PaymentRisks:
    """Return the risks of both parties, and the chance of payment at the bar itself.

    Parameters
    ----------
    design : PaymentDesign
    promised_effect : float
        Effect that deserves to be paid, in the unit of the contract's test.
    useless_effect : float, default 0
        Effect that does not; less than the promised one.
    rng : numpy.random.Generator, optional
        Needed where cohorts are simulated.

    Returns
    -------
    PaymentRisks

    Raises
    ------
    ValueError
        If the promised effect is not the larger one.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PaymentDesign, PeopleModel
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=28,
    ...     people=PeopleModel.from_share(0.58))
    >>> risks = payment_risks(design, 0.10)
    >>> round(risks.commissioner_risk, 2), round(risks.chance_at_bar, 2)
    (0.25, 0.45)
    """
    check_effects(promised_effect, useless_effect)
    bar = design.bar
    effects = [useless_effect, promised_effect, *([] if isnan(bar) else [bar])]
    found = operating_characteristics(design, effects, rng=rng)
    return PaymentRisks(
        design=design,
        useless_effect=useless_effect,
        promised_effect=promised_effect,
        commissioner_risk=found.rows[0].chance_paid,
        provider_risk=1 - found.rows[1].chance_paid,
        chance_at_bar=found.rows[2].chance_paid if len(effects) == 3 else bar,
        simulated=found.simulated,
    )


def check_effects(promised_effect: float, useless_effect: float) -> None:
    """Refuse a promise that is no more than what is useless."""
    if not promised_effect > useless_effect:
        raise ValueError(
            f"`promised_effect` must be greater than `useless_effect`; got {promised_effect:g} and "
            f"{useless_effect:g}"
        )
