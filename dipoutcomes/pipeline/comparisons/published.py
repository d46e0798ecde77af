"""A result beside published rates, with what is known to differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from dipoutcomes.comparison.benchmark import (
    BenchmarkComparison,
    Definition,
    PublishedRate,
    against_benchmark,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.pipeline.comparisons.said_once import said_once
from dipoutcomes.pipeline.found import Found
from dipoutcomes.protocol.model import Benchmark
from dipoutcomes.results import Column, EstimateRow, EstimateTable, Table

PART = "benchmark"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnShare:
    """The share that stands beside a published one: people with the event, people, what it is."""

    events: int
    n: int
    says: str
    definition: Definition


def beside_published(
    pairs: Sequence[tuple[Benchmark, OwnShare]], *, level: float
) -> tuple[Found, list[dict[str, Any]]]:
    """Return each share beside its published rate, and the facts that the words need."""
    found = Found()
    rows: list[EstimateRow] = []
    differs: list[list[str]] = []
    facts: list[dict[str, Any]] = []
    for section, own in pairs:
        result = found.attempt(PART, section.says, partial(_compare, section, own, level=level))
        if result is None:
            continue
        rows += _rows(section, own, result)
        differs += _differs(section, result)
        facts.append(_facts(section, own, result))
    if rows:
        found.add(
            said_once(
                EstimateTable(
                    name="benchmarks",
                    caption="The share with the event, beside published rates",
                    rows=tuple(rows),
                    heading="Share",
                    group_heading="Published rate",
                )
            ),
            _definitions(differs, several=len(facts) > 1),
        )
    return found, facts


def _definitions(differs: list[list[str]], *, several: bool) -> Table:
    """Return what differs; the published rate has a column only where there are several."""
    columns = [
        Column(key="rate", heading="Published rate", kind="label"),
        Column(key="what", heading="What", kind="text" if several else "label"),
        Column(key="here", heading="Here"),
        Column(key="there", heading="There"),
    ]
    rates = "the published rates" if several else "the published rate"
    return Table.of(
        "benchmark_definitions",
        f"What differs between {rates} and this study",
        columns if several else columns[1:],
        differs if several else [row[1:] for row in differs],
    )


def _compare(section: Benchmark, own: OwnShare, *, level: float) -> BenchmarkComparison:
    if not own.n:
        raise DesignError(f"nobody could be seen to the end of the period “{own.says}”")
    published = PublishedRate(
        name=section.says,
        share=float(section.share),
        n=section.people,
        rounding=_half_unit(section),
        source=section.source,
        definition=Definition(
            event_type=section.event, window_months=section.months, population=section.says
        ),
    )
    return against_benchmark(
        own.events,
        own.n,
        benchmark=published,
        definition=own.definition,
        allow_different_definitions=True,  # the words and the table say that it is none
        confidence_level=level,
    )


def _half_unit(section: Benchmark) -> float:
    """Return half of the last digit printed: 0.61 stands for 0.605 to 0.615."""
    exponent = section.share.as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 2
    return 0.5 * 10.0 ** -max(digits, 2)


def _rows(section: Benchmark, own: OwnShare, result: BenchmarkComparison) -> list[EstimateRow]:
    rows = [
        EstimateRow(
            group=section.says,
            label=f"here: {own.says}",
            estimate=replace(result.share, caveat=""),
        )
    ]
    if result.comparable:
        rows.append(
            EstimateRow(
                group=section.says, label="less the published rate", estimate=result.difference
            )
        )
    return rows


def _differs(section: Benchmark, result: BenchmarkComparison) -> list[list[str]]:
    found = [
        [section.says, str(row["what"]), str(row["ours"]), str(row["theirs"])]
        for row in result.definitions.rows
    ]
    return [*found, *([section.says, "as the protocol says", line, ""] for line in section.differs)]


def _facts(section: Benchmark, own: OwnShare, result: BenchmarkComparison) -> dict[str, Any]:
    return {
        "says": section.says,
        "source": section.source,
        "share": float(section.share),
        "event": section.event,
        "months": section.months,
        "people": section.people,
        "comparable": result.comparable,
        "here": own.says,
    }
