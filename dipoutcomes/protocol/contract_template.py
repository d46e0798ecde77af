"""The template of a contract, made from the model, so that it never falls behind it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from dipoutcomes.protocol.model import contract as m
from dipoutcomes.protocol.template import _explain, _keys, _prose, _section, _toml, _value

_HEAD = (
    "# A payment contract: what is measured, against what, by which rule it pays, and how much.",
    "#",
    "# Lines that begin with # and a space explain. A line such as #decimals = 2 is a key that may",
    "# be left out; take the # away to use it. A share is a proportion: 0.05 is 5 points.",
    "",
)


def contract_template_text() -> str:
    """Return a contract with every key explained, that `parse_contract` accepts as it stands.

    Examples
    --------
    >>> from dipoutcomes.protocol.contract import parse_contract
    >>> parse_contract(contract_template_text()).term[0].name
    'five_points'
    """
    lines = [
        *_HEAD,
        *_keys(m.Contract, only="schema_version"),
        *_section("contract", m.Agreement),
        *_section("money", m.Money),
        *_section("claim", m.Claims),
        *_section("measure", m.Measure, many=True, skip=("baseline",)),
        *_section("measure.baseline", m.Baseline, skip=("value",)),
        *_written(m.Baseline, "value"),
        *_section("term", m.Term, many=True, skip=("price", "clawback", "test", "threshold")),
        *_written(m.Term, "test", '"absolute_reduction"'),
        *_written(m.Term, "threshold"),
        *_section("term.price", m.Price, skip=("tier", "amount")),
        *_written(m.Price, "amount"),
        *_section("term.price.tier", m.Tier, many=True, active=False),
        *_section("term.clawback", m.Clawback, active=False),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _written(section: type[BaseModel], key: str, value: str = "") -> Iterator[str]:
    """Yield a key that may be left out, written out all the same."""
    field = section.model_fields[key]
    yield from _prose(_explain(field))
    yield f"{key} = {value or _toml(_value(field), field)}"
