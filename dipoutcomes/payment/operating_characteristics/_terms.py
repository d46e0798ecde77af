"""What a design needs to know of a contract: which counts it looks at, and in which unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model.contract import Contract, Measure, Term

#: Kind of a contract's measure = the same of `PeopleModel`.
OF_PEOPLE = {
    "binary": "share",
    "frequency_per_person": "events_per_person",
    "frequency_per_reoffender": "events_per_reoffender",
}
_COUNTS = {
    "binary": {"reoffenders"},
    "frequency_per_person": {"events"},
    "frequency_per_reoffender": {"reoffenders", "events"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The terms of a contract that a design looks at, and the one the effect is measured by."""

    contract: Contract
    scope: str
    main: Term

    @property
    def measure(self) -> Measure:
        """The measure that the effect is an effect on."""
        return self.contract.measure_of(self.main)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure that a term looks at."""
        used = {term.measure for term in self.contract.term}
        return tuple(m for m in self.contract.measure if m.name in used)

    @property
    def relative(self) -> bool:
        """Whether the effect is a share of the measure, and not a distance in its unit."""
        return self.main.test == "relative_reduction"

    @property
    def needs(self) -> frozenset[str]:
        """The counts of a cohort without which the terms cannot be judged."""
        found: set[str] = set()
        for term in self.contract.term:
            kind = self.contract.measure_of(term).kind
            found |= _COUNTS[kind]
            if term.significant_at is not None and kind != "binary":
                found |= {"reoffenders", "events", "squares"}
        return frozenset(found)

    @property
    def asks_significance(self) -> bool:
        """Whether a term asks for more than chance."""
        return any(term.significant_at is not None for term in self.contract.term)


def ask(contract: Contract, terms: Sequence[str] | None = None) -> Asked:
    """Return what is asked of *contract*: some of its *terms*, or all those for a cohort.

    Raises
    ------
    ValueError
        If the contract has no such term.
    DesignError
        If a measure has no model of counts, if windows or baselines differ, or if no term is left.
    """
    chosen = _chosen(contract, terms)
    kept = contract.model_copy(update={"term": chosen})
    main = next((t for t in chosen if not t.hurdle_only and t.test != "none"), chosen[0])
    asked = Asked(
        contract=kept,
        scope="pooled" if main.applies_to == "pooled" else "cohort",
        main=main,
    )
    problems = [*_unknown_kinds(asked), *_not_alike(asked)]
    if problems:
        raise DesignError("\n".join(problems))
    return asked


def with_threshold(asked: Asked, threshold: float) -> Asked:
    """Return the same contract with another threshold of its main term."""
    from decimal import Decimal

    moved = asked.main.model_copy(update={"threshold": Decimal(repr(float(threshold)))})
    terms = tuple(moved if t.name == moved.name else t for t in asked.contract.term)
    contract = asked.contract.model_copy(update={"term": terms})
    return Asked(contract=contract, scope=asked.scope, main=moved)


def _chosen(contract: Contract, names: Sequence[str] | None) -> tuple[Term, ...]:
    if names is None:
        found = tuple(t for t in contract.term if t.applies_to != "pooled")
        return found or contract.term
    wanted = {contract.term_named(name).name for name in names}
    if not wanted:
        raise ValueError("`terms` must name at least one term")
    # A hurdle belongs to the term that needs it.
    for term in contract.term:
        if term.name in wanted:
            wanted |= set(term.hurdle)
    chosen = tuple(t for t in contract.term if t.name in wanted)
    if len({t.applies_to == "pooled" for t in chosen}) > 1:
        raise DesignError(
            "terms for each cohort and terms for all cohorts together are judged apart: name the "
            "terms of one kind"
        )
    return chosen


def _unknown_kinds(asked: Asked) -> list[str]:
    return [
        f"the measure '{m.name}' is of the kind {m.kind}, for which there is no model of counts. "
        "Name other terms, or simulate careers and settle each cohort"
        for m in asked.measures
        if m.kind not in OF_PEOPLE
    ]


def _not_alike(asked: Asked) -> list[str]:
    problems = []
    windows = sorted({m.window_months for m in asked.measures})
    if len(windows) > 1:
        problems.append(
            f"the terms look at {len(windows)} windows ({', '.join(map(str, windows))} months), "
            "and the people are described for one. Name the terms of one window"
        )
    kinds = sorted({m.baseline.kind for m in asked.measures if m.baseline is not None})
    # Fixed or expected values beside counts of an earlier cohort are one comparison to a cohort.
    apart = {"own_past", "matched_group"} & set(kinds)
    if len(kinds) > 1 and apart:
        problems.append(
            f"the terms compare with {len(kinds)} kinds of baseline ({', '.join(kinds)}). Name the "
            "terms of one kind"
        )
    return problems
