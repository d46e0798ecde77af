"""Before signing: how often a contract pays, for what, and what it costs, if the truth is this."""

from dipoutcomes.payment.operating_characteristics._summary import AtEffect
from dipoutcomes.payment.operating_characteristics.characteristics import (
    OperatingCharacteristics,
    operating_characteristics,
    usual_effects,
)
from dipoutcomes.payment.operating_characteristics.compare import (
    ScenarioComparison,
    compare_scenarios,
    curves_by_size,
)
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign
from dipoutcomes.payment.operating_characteristics.distribution import (
    PaymentDistribution,
    payment_distribution,
)
from dipoutcomes.payment.operating_characteristics.from_people import (
    characteristics_from_people,
)
from dipoutcomes.payment.operating_characteristics.normal import normal_payment_chance
from dipoutcomes.payment.operating_characteristics.people import PeopleModel
from dipoutcomes.payment.operating_characteristics.plan import (
    PaymentPlan,
    plan_payment,
    scenarios_for,
)
from dipoutcomes.payment.operating_characteristics.risks import PaymentRisks, payment_risks
from dipoutcomes.payment.operating_characteristics.scenario import (
    PLAIN,
    Scenario,
    usual_scenarios,
)
from dipoutcomes.payment.operating_characteristics.smallest import CohortSize, smallest_cohort
from dipoutcomes.payment.operating_characteristics.threshold import (
    ThresholdChoice,
    best_threshold,
)

__all__ = [
    "PLAIN",
    "AtEffect",
    "CohortSize",
    "OperatingCharacteristics",
    "PaymentDesign",
    "PaymentDistribution",
    "PaymentPlan",
    "PaymentRisks",
    "PeopleModel",
    "Scenario",
    "ScenarioComparison",
    "ThresholdChoice",
    "best_threshold",
    "characteristics_from_people",
    "compare_scenarios",
    "curves_by_size",
    "normal_payment_chance",
    "operating_characteristics",
    "payment_distribution",
    "payment_risks",
    "plan_payment",
    "scenarios_for",
    "smallest_cohort",
    "usual_effects",
    "usual_scenarios",
]
