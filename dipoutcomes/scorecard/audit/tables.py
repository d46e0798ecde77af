"""The tables of an audit: findings, figures recomputed, possible denominators, samples."""

from __future__ import annotations

from collections.abc import Iterable

from dipoutcomes import _display
from dipoutcomes.intervals import wilson_interval
from dipoutcomes.results import Column, Estimate, EstimateRow, EstimateTable, Table
from dipoutcomes.scorecard.audit import _words as words
from dipoutcomes.scorecard.audit.arithmetic import RULE_SAYS, RULES, denominators_that_fit
from dipoutcomes.scorecard.audit.bases import Judgement, Pair
from dipoutcomes.scorecard.audit.finding import Finding
from dipoutcomes.scorecard.audit.model import Scorecard
from dipoutcomes.scorecard.audit.parts import stated_base

_FOLLOWS = {
    "reproduces": "yes",
    "own total": "yes, of another base than stated",
    "sum of parts": "yes, of a base that is blank",
    "range": "possibly; the base is blank",
    "does not": "no",
    "no denominator": "cannot be told; no base is stated",
}


def findings_table(findings: Iterable[Finding]) -> Table:
    """Return a row a finding."""
    columns = [
        Column(key="severity", heading="Severity", kind="text"),
        Column(key="title", heading="What", kind="text"),
        Column(key="printed", heading="What is printed", kind="text"),
        Column(key="arithmetic", heading="What arithmetic says", kind="text"),
        Column(key="ask", heading="To ask the author", kind="text"),
    ]
    rows = [[f.severity, f.title, f.printed, f.arithmetic, f.ask] for f in findings]
    return Table.of("findings", "Findings, the gravest first", columns, rows)


def lines_table(card: Scorecard, judgement: Judgement) -> Table:
    """Return a row a printed percentage, with its base and what it comes to."""
    columns = [
        Column(key="label", heading="Row", kind="text"),
        Column(key="count", heading="Count", kind="count"),
        Column(key="printed", heading="Printed", kind="text"),
        Column(key="base", heading="Of", kind="count"),
        Column(key="base_is", heading="Which is", kind="text"),
        Column(key="recomputed", heading="Recomputed", kind="text"),
        Column(key="follows", heading="Follows", kind="text"),
    ]
    rows = [
        [
            pair.line.label,
            pair.count,
            words.percent(pair.units, pair.decimals),
            pair.base,
            _base(card, pair),
            "" if pair.percent is None else words.share(pair.percent, pair.decimals + 1),
            _FOLLOWS[pair.status],
        ]
        for pair in judgement.pairs
    ]
    notes = [
        "Counts of everybody in the period are a census: they have no interval. The shares of "
        "samples stand in a table of their own."
    ]
    return Table.of("lines", "Every printed percentage, recomputed", columns, rows, notes=notes)


def _base(card: Scorecard, pair: Pair) -> str:
    reference = stated_base(pair.line)
    if pair.base_is == "own total" and pair.line.part_of:
        return (
            f"{card[pair.line.part_of].label} (the heading says: {pair.line.of_words or 'another'})"
        )
    if pair.base_is == "sum of parts" and isinstance(reference, str):
        return f"{card[reference].label} (blank; the sum of its parts)"
    if pair.base is None or pair.base_is in {"unstated", "blank"}:
        label = card[reference].label if isinstance(reference, str) else pair.line.of_words
        return f"{label or 'not stated'} (not printed; fits: {pair.shared})"
    return card[reference].label if isinstance(reference, str) else "printed beside it"


def denominators_table(judgement: Judgement) -> Table:
    """Return, for each percentage that does not simply follow, what would give it by each rule."""
    columns = [
        Column(key="label", heading="Row", kind="text"),
        Column(key="count", heading="Count", kind="count"),
        Column(key="printed", heading="Printed", kind="text"),
        *(Column(key=rule, heading=RULE_SAYS[rule].capitalize(), kind="text") for rule in RULES),
        Column(key="shared", heading="With the others of its base", kind="text"),
    ]
    rows = [
        [
            pair.line.label,
            pair.count,
            words.percent(pair.units, pair.decimals),
            *(
                str(
                    denominators_that_fit(pair.count, pair.units, decimals=pair.decimals, rule=rule)
                )
                for rule in RULES
            ),
            str(pair.shared),
        ]
        for pair in judgement.pairs
        if pair.status not in {"reproduces", "own total"}
    ]
    return Table.of(
        "denominators",
        "Denominators that would give each percentage that does not follow from a printed one",
        columns,
        rows,
        notes=["The last column is under the rule of rounding that fits the document best."],
    )


def samples_table(card: Scorecard, confidence_level: float) -> EstimateTable:
    """Return the share of every line that is of a sample, with its interval."""
    rows = []
    for line in card.line:
        base = card.value(stated_base(line))
        if not line.sample or line.count is None or not base or line.count > base:
            continue
        interval = wilson_interval(line.count, base, confidence_level=confidence_level)
        rows.append(
            EstimateRow(
                label=line.label,
                estimate=Estimate(
                    measure="share of the people sampled",
                    value=line.count / base,
                    interval=interval,
                    events=line.count,
                    base=base,
                    base_unit="persons" if line.unit in {"people", ""} else line.unit,
                ),
            )
        )
    level = _display.level(confidence_level)
    return EstimateTable(
        name="samples",
        caption="Shares of samples, with their intervals",
        rows=tuple(rows),
        notes=(
            f"A {level} interval holds for a sample drawn at random from those it speaks for, and "
            "covers chance in the drawing alone.",
        ),
        heading="Row",
    )
