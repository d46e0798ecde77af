"""Figures of comparisons, made from stored results alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dipoutcomes import plots
from dipoutcomes._display import WITHHELD
from dipoutcomes.results import Estimate, StudyResults

#: What draws a figure, its text alternative, its caption.
Drawing = tuple[Callable[[], Any], str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRatios:
    """Three ratios as `plots.plot_regression_to_mean` reads them."""

    observed: Estimate
    expected: Estimate
    adjusted: Estimate
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBalanceRow:
    """One covariate as `plots.plot_balance` reads it."""

    name: str
    difference: float
    difference_after: float
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBalance:
    """Balance as `plots.plot_balance` reads it."""

    rows: tuple[StoredBalanceRow, ...]
    treated_used: int
    comparison_used: int
    effective_comparison: float

    def count(self, colour: str) -> int:
        """Return how many covariates are judged so."""
        return sum(row.colour == colour for row in self.rows)


def drawings_of(results: StudyResults, name: str) -> Iterator[Drawing]:
    """Yield the figure called *name*, if the results hold what it shows."""
    if name in _MAKERS:
        yield from _MAKERS[name](results)


def _ratios(results: StudyResults) -> Iterator[Drawing]:
    table = results.estimates.get("regression_to_mean")
    if table is None or any(row.estimate.withheld for row in table.rows):
        return
    observed, expected, left = (row.estimate for row in table.rows)
    entry = results.facts["regression_to_mean"]["entry_says"]
    stored = StoredRatios(observed=observed, expected=expected, adjusted=left, entry=entry)
    yield (
        lambda: plots.plot_regression_to_mean(stored),
        plots.describe_regression_to_mean(stored),
        "What was observed, what no effect would have left, and what remains. Mark: the ratio; "
        "line: its confidence interval.",
    )


def _balance(results: StudyResults) -> Iterator[Drawing]:
    table, people = results.tables.get("balance"), results.tables.get("comparison_people")
    if table is None or people is None:
        return
    if not all(isinstance(row["used"], int) for row in people.rows):
        return  # how many are compared is withheld in this copy
    treated, others = people.rows
    stored = StoredBalance(
        rows=tuple(
            StoredBalanceRow(
                name=str(row["covariate"]),
                difference=_number(row["difference"]),
                difference_after=_number(row["difference_after"]),
                colour=str(row["colour"]),
            )
            for row in table.rows
            if row["difference"] != WITHHELD
        ),
        treated_used=treated["used"],
        comparison_used=others["used"],
        effective_comparison=float(others["worth"]),
    )
    yield (
        lambda: plots.plot_balance(stored),
        plots.describe_balance(stored),
        "How far apart the groups are in each thing on record. Open marks: everybody, before; "
        "filled marks: the people compared.",
    )


def _number(value: Any) -> float:
    return float("inf") if value is None else float(value)


_MAKERS: dict[str, Callable[[StudyResults], Iterator[Drawing]]] = {
    "regression_to_mean": _ratios,
    "balance": _balance,
}
