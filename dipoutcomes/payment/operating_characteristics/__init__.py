"""Before signing: how often a contract pays, for what, and what it costs, if the truth is this."""

from dipoutcomes.payment.operating_characteristics._summary import AtEffect
from dipoutcomes.payment.operating_characteristics.characteristics import (
    OperatingCharacteristics,
    operating_characteristics,
)
from dipoutcomes.payment.operating_characteristics.design import PaymentDesign
from dipoutcomes.payment.operating_characteristics.normal import normal_payment_chance
from dipoutcomes.payment.operating_characteristics.people import PeopleModel
from dipoutcomes.payment.operating_characteristics.scenario import (
    PLAIN,
    Scenario,
    usual_scenarios,
)

__all__ = [
    "PLAIN",
    "AtEffect",
    "OperatingCharacteristics",
    "PaymentDesign",
    "PeopleModel",
    "Scenario",
    "normal_payment_chance",
    "operating_characteristics",
    "usual_scenarios",
]
