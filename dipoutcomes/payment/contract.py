"""The contract as this room uses it; the model and its reader stand with the other promises."""

from dipoutcomes.protocol.contract import contract_sha256, contract_text, parse_contract
from dipoutcomes.protocol.model.contract import (
    Agreement,
    Baseline,
    Clawback,
    Contract,
    Measure,
    Money,
    Price,
    Term,
    Tier,
)

__all__ = [
    "Agreement",
    "Baseline",
    "Clawback",
    "Contract",
    "Measure",
    "Money",
    "Price",
    "Term",
    "Tier",
    "contract_sha256",
    "contract_text",
    "parse_contract",
]
