"""All that the parties ought to know before they sign, in one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.payment.operating_characteristics._terms import Asked
from dipoutcomes.payment.operating_characteristics.characteristics import (
    OperatingCharacteristics,
    Progress,
    operating_characteristics,
)
from dipoutcomes.payment.operating_characteristics.compare import (
    ScenarioComparison,
    compare_scenarios,
)
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign
from dipoutcomes.payment.operating_characteristics.risks import PaymentRisks, payment_risks
from dipoutcomes.payment.operating_characteristics.scenario import Scenario, usual_scenarios
from dipoutcomes.payment.operating_characteristics.smallest import CohortSize, smallest_cohort
from dipoutcomes.payment.operating_characteristics.threshold import (
    ThresholdChoice,
    best_threshold,
)

if TYPE_CHECKING:
    import pandas as pd


_SEARCHED = 20_000  # a chance is then known to about half a point


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPlan:
    """What a contract does, both parties' risks, the best bar, the smallest cohort, scenarios.

    Parameters
    ----------
    characteristics : OperatingCharacteristics
    risks : PaymentRisks
    threshold : ThresholdChoice or None
        None where there is no bar to move, or none keeps the commissioner's risk.
    size : CohortSize or None
        None where no cohort keeps both risks.
    scenarios : ScenarioComparison
    refusals : tuple of str
        Why there is no bar, or no cohort.
    """

    characteristics: OperatingCharacteristics
    risks: PaymentRisks
    threshold: ThresholdChoice | None
    size: CohortSize | None
    scenarios: ScenarioComparison
    refusals: tuple[str, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """Return what a report says of the contract, most important first."""
        found = [str(self.risks), self.risks.at_the_bar()]
        found += [str(part) for part in (self.threshold, self.size) if part is not None]
        said = [text if text.endswith(".") else f"{text}." for text in found if text]
        return (*said, *(f"{text[:1].upper()}{text[1:]}." for text in self.refusals))

    def __str__(self) -> str:
        return "\n\n".join(
            [
                "\n".join(self.sentences()),
                str(self.characteristics.to_table()),
                str(self.scenarios.to_table()),
            ]
        )

    def _repr_html_(self) -> str:
        return self.characteristics._repr_html_() + self.scenarios._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a scenario and effect."""
        return self.scenarios.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "characteristics": self.characteristics.to_dict(),
            "risks": self.risks.to_dict(),
            "threshold": None if self.threshold is None else self.threshold.to_dict(),
            "size": None if self.size is None else self.size.to_dict(),
            "scenarios": self.scenarios.to_dict()["scenarios"],
            "sentences": list(self.sentences()),
        }


def plan_payment(
    design: PaymentDesign,
    promised_effect: float,
    *,
    commissioner_risk: float = 0.10,
    provider_risk: float = 0.20,
    scenarios: Sequence[Scenario] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> PaymentPlan:
    """Return all that the parties ought to know before they sign.

    Parameters
    ----------
    design : PaymentDesign
    promised_effect : float
        Effect that deserves to be paid, in the unit of the contract's test.
    commissioner_risk, provider_risk : float
        Largest chances of paying for nothing, and of not paying for the promised effect.
    scenarios : sequence of Scenario, optional
        Those of `usual_scenarios` if left out, with a drift of two points, or of 5%.
    seed : int, default 0
        For whatever is simulated.
    progress : callable, optional
        Called with the name of each part as it begins.

    Returns
    -------
    PaymentPlan

    Raises
    ------
    ValueError
        If the promised effect is not above none.

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PaymentDesign, PeopleModel
    >>> text = Path("protocols/contracts/doncaster-2011.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_share(0.58))
    >>> plan = plan_payment(design, 0.10)
    >>> plan.size.n
    147
    >>> print(plan.sentences()[0])
    With 100 people the contract pays 18.1% of the time if the programme does nothing (the
    commissioner's risk), and fails to pay 13.5% of the time if it makes it 10.0 points lower (the
    provider's risk).
    """
    tell = progress or (lambda _: None)
    tell("chances along the true effect")
    found = operating_characteristics(design, rng=np.random.default_rng(seed))
    tell("risks of both parties")
    risks = payment_risks(design, promised_effect, rng=np.random.default_rng(seed))
    options: dict[str, Any] = {
        "commissioner_risk": commissioner_risk,
        "provider_risk": provider_risk,
        "seed": seed,
    }
    refusals = []
    threshold, size = None, None
    # A search looks at many bars and sizes: of simulated cohorts fewer do.
    searched = design.replace(simulated_cohorts=min(design.simulated_cohorts, _SEARCHED))
    tell("bars")
    try:
        threshold = best_threshold(searched, promised_effect, **options)
    except DesignError as refusal:
        refusals.append(str(refusal))
    tell("sizes of the cohort")
    try:
        size = smallest_cohort(searched, promised_effect, **options)
    except DesignError as refusal:
        refusals.append(str(refusal))
    tell("scenarios")
    compared = compare_scenarios(
        design,
        scenarios_for(design) if scenarios is None else scenarios,
        [0.0, promised_effect],
        rng=np.random.default_rng(seed),
    )
    return PaymentPlan(
        characteristics=found, risks=risks, threshold=threshold, size=size, scenarios=compared,
        refusals=tuple(refusals),
    )  # fmt: skip


def scenarios_for(design: PaymentDesign, drift: float | None = None) -> tuple[Scenario, ...]:
    """Return the usual scenarios that a design's baseline allows.

    Parameters
    ----------
    design : PaymentDesign
    drift : float, optional
        What the measure may have changed by anyway, in the unit of the contract's test; a fall of
        two points, or of 5%, if left out.

    Returns
    -------
    tuple of Scenario

    Examples
    --------
    >>> from pathlib import Path
    >>> from dipoutcomes.payment.contract import parse_contract
    >>> from dipoutcomes.payment.operating_characteristics import PaymentDesign, PeopleModel
    >>> text = Path("protocols/contracts/peterborough-2010.toml").read_text(encoding="utf-8")
    >>> design = PaymentDesign(contract=parse_contract(text), n=100,
    ...     people=PeopleModel.from_sd(1.55, 2.3))
    >>> [scenario.name for scenario in scenarios_for(design)][:2]
    ['as the contract supposes', 'national drift']
    """
    asked = design.asked()
    change = (-0.05 if asked.relative else -0.02) if drift is None else drift
    # The worst of several years is defined for one count.
    counted = design.world().form == "counted" and len(asked.needs) == 1
    return usual_scenarios(_kind(asked), drift=change, counted=counted)


def _kind(asked: Asked) -> str:
    baseline = asked.measure.baseline
    return "fixed" if baseline is None else baseline.kind
