"""The best bar for the cohort in hand, and what both parties risk at every other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_positive
from dipoutcomes.errors import DesignError
from dipoutcomes.payment.operating_characteristics import _say
from dipoutcomes.payment.operating_characteristics._evaluate import Block, settle_block
from dipoutcomes.payment.operating_characteristics._terms import Asked, with_threshold
from dipoutcomes.payment.operating_characteristics.characteristics import outcomes
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign
from dipoutcomes.payment.operating_characteristics.risks import check_effects

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_FARTHEST = 4  # times the distance between the effects: no bar is looked for beyond


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ThresholdChoice:
    """What both parties risk along the bar, and the bar that suits stated risks best.

    Parameters
    ----------
    design : PaymentDesign
    useless_effect, promised_effect : float
    bar, commissioner_risk, provider_risk : ndarray of float
        Bars looked at, and the risks at each.
    chosen : int
        Position of the lowest bar that keeps the commissioner's risk: of those that keep it, the
        one with the smallest risk for the provider.
    wanted_commissioner_risk, wanted_provider_risk : float
    simulated : int
        Cohorts simulated for each bar; 0 where every outcome was listed.
    """

    design: PaymentDesign
    useless_effect: float
    promised_effect: float
    bar: Floats
    commissioner_risk: Floats
    provider_risk: Floats
    chosen: int
    wanted_commissioner_risk: float
    wanted_provider_risk: float
    simulated: int = 0

    @property
    def best(self) -> float:
        """The bar chosen, in the unit of the contract's test."""
        return float(self.bar[self.chosen])

    @property
    def keeps_both(self) -> bool:
        """Whether the provider's risk is kept too at that bar."""
        return bool(self.provider_risk[self.chosen] <= self.wanted_provider_risk)

    @property
    def agreed(self) -> float:
        """The bar of the contract as it stands."""
        return self.design.bar

    def says(self, effect: float) -> str:
        """Return an effect in words."""
        return _say.effect(self.design.asked(), effect)

    def __str__(self) -> str:
        asked = self.design.asked()
        both = (
            "Both risks are kept."
            if self.keeps_both
            else f"No bar keeps both risks ({_display.percent(self.wanted_commissioner_risk)} and "
            f"{_display.percent(self.wanted_provider_risk)}) with {self.design.n:,} people: it "
            "takes a larger cohort."
        )
        return (
            f"With {self.design.n:,} people the lowest bar that keeps the commissioner's risk is "
            f"{self.says(self.best)}: it pays {_say.often(self.commissioner_risk[self.chosen])} if "
            f"the programme {_say.does(asked, self.useless_effect)}, and fails to pay "
            f"{_say.often(self.provider_risk[self.chosen])} if it "
            f"{_say.does(asked, self.promised_effect)}. {both}"
        )

    def _repr_html_(self) -> str:
        step = max(1, len(self.bar) // 12)
        shown = sorted({*range(0, len(self.bar), step), self.chosen})
        rows = [
            [
                self.says(self.bar[i]) + (" (chosen)" if i == self.chosen else ""),
                _display.percent(self.commissioner_risk[i]),
                _display.percent(self.provider_risk[i]),
            ]
            for i in shown
        ]
        return _display.html_table(
            f"Risks along the bar, {self.design.n:,} people",
            ["Bar", "Commissioner's risk", "Provider's risk"], rows, [str(self)],
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "contract": self.design.contract.id,
            "n": self.design.n,
            "useless_effect": self.useless_effect,
            "promised_effect": self.promised_effect,
            "best": self.best,
            "keeps_both": self.keeps_both,
            "agreed": self.agreed,
            "bar": self.bar.tolist(),
            "commissioner_risk": self.commissioner_risk.tolist(),
            "provider_risk": self.provider_risk.tolist(),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a bar."""
        import pandas as pd

        return pd.DataFrame(
            {
                "bar": self.bar,
                "commissioner_risk": self.commissioner_risk,
                "provider_risk": self.provider_risk,
            }
        )


def best_threshold(
    design: PaymentDesign,
    promised_effect: float,
    *,
    useless_effect: float = 0.0,
    commissioner_risk: float = 0.10,
    provider_risk: float = 0.20,
    step: float | None = None,
    seed: int | None = None,
) -> ThresholdChoice:
    """Return the lowest bar that keeps the commissioner's risk, and the risks at every other.

    Parameters
    ----------
    design : PaymentDesign
        Of a contract whose main term tests a reduction; its own bar does not matter.
    promised_effect : float
        Effect that deserves to be paid, in the unit of the contract's test.
    useless_effect : float, default 0
    commissioner_risk : float, default 0.10
        Largest chance of paying for the useless effect.
    provider_risk : float, default 0.20
        Largest chance wished for of not paying for the promised one.
    step : float, optional
        Distance between bars; a twentieth of what lies between the effects if left out.
    seed : int, optional
        Needed where cohorts are simulated: every bar then judges the same cohorts.

    Returns
    -------
    ThresholdChoice
        ``keeps_both`` says whether the provider's risk is kept at that bar as well.

    Raises
    ------
    DesignError
        If the main term has no bar to move, or no bar keeps the commissioner's risk.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PaymentDesign, PeopleModel
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=200,
    ...     people=PeopleModel.from_share(0.58))
    >>> found = best_threshold(design, 0.10, step=0.005)
    >>> round(found.best, 3), found.keeps_both
    (0.05, True)
    """
    check_effects(promised_effect, useless_effect)
    wanted = (
        check_confidence_level(commissioner_risk, "commissioner_risk"),
        check_confidence_level(provider_risk, "provider_risk"),
    )
    asked = design.asked()
    if asked.main.test not in {"relative_reduction", "absolute_reduction"}:
        raise DesignError(
            f"the term '{asked.main.name}' tests no reduction, so there is no bar to move"
        )
    effects = [useless_effect, promised_effect]
    rng = None if seed is None else np.random.default_rng(seed)
    found_outcomes, cohorts = outcomes(design, design.world(asked), effects, rng=rng)
    blocks = list(found_outcomes)  # the same for every bar
    gap = promised_effect - useless_effect
    width = gap / 20 if step is None else check_positive("step", step)
    bars, risks = [], []
    # From the useless effect to somewhat past the promised one, or until the first risk is kept.
    for number in range(int(_FARTHEST * gap / width) + 1):
        bars.append(round(useless_effect + number * width, 12))
        paid = _chance_paid(with_threshold(asked, bars[-1]), blocks, design.contract_value)
        risks.append((paid[0], 1 - paid[1]))
        if paid[0] <= wanted[0] and bars[-1] >= promised_effect + gap / 4 - 1e-9:
            break
    found = np.array(risks)
    kept = np.flatnonzero(found[:, 0] <= wanted[0])
    if not len(kept):
        raise DesignError(
            f"even a bar of {_say.effect(asked, bars[-1])} pays "
            f"{_say.often(float(found[-1, 0]))} if the programme "
            f"{_say.does(asked, useless_effect)}: it takes more people, or other terms pay besides"
        )
    return ThresholdChoice(
        design=design,
        useless_effect=useless_effect,
        promised_effect=promised_effect,
        bar=np.array(bars),
        commissioner_risk=found[:, 0],
        provider_risk=found[:, 1],
        chosen=int(kept[0]),
        wanted_commissioner_risk=wanted[0],
        wanted_provider_risk=wanted[1],
        simulated=cohorts,
    )


def _chance_paid(
    asked: Asked, blocks: list[Block], contract_value: Decimal | None
) -> tuple[float, float]:
    """Return the chances of payment under the useless and the promised effect."""
    paid = [0.0, 0.0]
    for block in blocks:
        for k, found in settle_block(asked, block, contract_value):
            paid[k] += found.share(found.paid)
    return min(paid[0], 1.0), min(paid[1], 1.0)
