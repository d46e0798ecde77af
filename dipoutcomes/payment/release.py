"""A verdict as it may be shown: whole, or with what counts few people withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dipoutcomes._display import WITHHELD
from dipoutcomes.payment.metric import Measured
from dipoutcomes.payment.verdict import MeasurePair, Verdict
from dipoutcomes.results import Table

_OF_MEASURE = ("counts", "value", "interval")
_OF_TERM = ("reduction", "interval", "truly_met", "amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVerdict:
    """What a copy of a verdict shows.

    Parameters
    ----------
    headline : str
    measures, terms, steps : Table
    withheld : tuple of str
        Names of the measures whose counts are withheld.
    warnings : tuple of str
    caution : str
    whole : bool
        Whether nothing is withheld, so that a figure may be drawn.
    """

    headline: str
    measures: Table
    terms: Table
    steps: Table
    withheld: tuple[str, ...]
    warnings: tuple[str, ...]
    caution: str

    @property
    def whole(self) -> bool:
        """Whether nothing is withheld, so that a figure may be drawn."""
        return not self.withheld

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, as they are shown."""
        return {
            "headline": self.headline,
            "measures": [dict(row) for row in self.measures.rows],
            "terms": [dict(row) for row in self.terms.rows],
            "steps": [dict(row) for row in self.steps.rows],
            "withheld": list(self.withheld),
            "warnings": list(self.warnings),
            "caution": self.caution,
        }


def show_verdict(verdict: Verdict, *, suppress_below: int | None = None) -> ShownVerdict:
    """Return a verdict's tables, with what counts few people withheld.

    Parameters
    ----------
    verdict : Verdict
    suppress_below : int, optional
        A count of people from 1 to one less is withheld, with everything that would give it back:
        the measure's value, its interval, the steps, the reduction and the money of its terms, and
        then every sum of money. So are people with an event in one window and not in a longer one
        of the same measure, which come by subtraction. Nothing is withheld if omitted.

    Returns
    -------
    ShownVerdict
        What was decided is always shown: that a threshold was met says little of few people.
    """
    small = _small(verdict, suppress_below) if suppress_below else ()
    if not small:
        return _shown(verdict, small)
    terms = {term.name for term in verdict.terms if term.measure in small}
    says = {pair.says for pair in verdict.measured if pair.name in small}
    kept = tuple(step for step in verdict.steps if step.term not in terms)
    # Money of one term comes back from the sum and the others, so all of it goes.
    steps = replace(verdict, steps=tuple(step for step in kept if step.what != "price"))
    measured = verdict.measures_table()
    table = verdict.terms_table()
    return ShownVerdict(
        headline=f"{verdict.contract_title}, {verdict.cohort}: "
        + ("payment is due" if verdict.paid else "no payment is due")
        + "; amounts are withheld, because few people are counted.",
        measures=replace(
            measured,
            rows=tuple(_without(row, _OF_MEASURE, row["measure"] in says) for row in measured.rows),
        ),
        terms=replace(
            table,
            rows=tuple(
                _without(_without(row, ("amount",), hide=True), _OF_TERM, hide=term.name in terms)
                for row, term in zip(table.rows, verdict.terms, strict=True)
            ),
        ),
        steps=steps.steps_table(),
        withheld=small,
        warnings=verdict.warnings,
        caution=verdict.caution,
    )


def _shown(verdict: Verdict, small: tuple[str, ...]) -> ShownVerdict:
    return ShownVerdict(
        headline=verdict.headline,
        measures=verdict.measures_table(),
        terms=verdict.terms_table(),
        steps=verdict.steps_table(),
        withheld=small,
        warnings=verdict.warnings,
        caution=verdict.caution,
    )


def _without(row: Mapping[str, Any], keys: Iterable[str], hide: bool) -> dict[str, Any]:
    return {k: WITHHELD if hide and k in keys and v else v for k, v in row.items()}


def _small(verdict: Verdict, below: int) -> tuple[str, ...]:
    found = [
        pair.name
        for pair in verdict.measured
        if any(_few(group, below, pair.is_share) for group in (pair.treated, pair.baseline))
    ]
    shares = [pair for pair in verdict.measured if pair.is_share and pair.name not in found]
    for position, pair in enumerate(shares):
        if any(_few_between(pair, other, below) for other in shares[:position]):
            found.append(pair.name)
    return tuple(found)


def _few(group: Measured | None, below: int, is_share: bool) -> bool:
    if group is None or not group.people:
        return False
    counts = [group.people, *([] if group.events is None else [group.events])]
    if is_share and group.events is not None:
        counts.append(group.people - group.events)
    return any(0 < count < below for count in counts)


def _few_between(pair: MeasurePair, other: MeasurePair, below: int) -> bool:
    first, second = pair.treated, other.treated
    if first is None or second is None or first.people != second.people:
        return False
    if first.events is None or second.events is None:
        return False
    return 0 < abs(first.events - second.events) < below
