"""A study of published counts: intervals by several methods and frames, and nothing more."""

from __future__ import annotations

from typing import Any

from dipoutcomes import _display
from dipoutcomes.intervals import finite_population_interval, proportion_interval
from dipoutcomes.pipeline.inputs import Progress, StudyInputs, StudyRun
from dipoutcomes.protocol.model import Finding, Protocol
from dipoutcomes.results import (
    Column,
    Estimate,
    EstimateRow,
    EstimateTable,
    Interval,
    StudyResults,
    Table,
)

#: Shown for every finding, the protocol's own method first and the one not to use last.
_SHOWN = ("wilson", "clopper_pearson", "mid_p", "jeffreys", "wald")
_TOO_SHORT = "too short for a small sample; shown as a warning"


def run_summary(protocol: Protocol, inputs: StudyInputs, tell: Progress) -> StudyRun:  # noqa: ARG001
    """Return each finding under the usual methods, and for each frame it may be drawn from."""
    tell("Working out intervals for the published counts")
    level = float(protocol.analysis.confidence_level)
    first = protocol.analysis.proportion_interval
    estimates: dict[str, EstimateTable] = {}
    for finding in protocol.finding:
        estimates[f"methods:{finding.name}"] = _by_method(finding, first, level)
        if finding.frame:
            estimates[f"frames:{finding.name}"] = _by_frame(finding, level)
    facts = {"findings": [_plain(finding) for finding in protocol.finding]}
    tables = {"findings": _printed(protocol.finding)}
    return StudyRun(results=StudyResults(facts=facts, estimates=estimates, tables=tables))


def _estimate(finding: Finding, interval: Any, caveat: str = "") -> Estimate:
    if not isinstance(interval, Interval):
        raise TypeError("one count gives one interval")
    return Estimate(
        measure=f"share of {finding.base_says} who {finding.says}",
        value=finding.count / finding.base,
        interval=interval,
        events=finding.count,
        base=finding.base,
        base_unit="persons",
        caveat=caveat,
    )


def _by_method(finding: Finding, first: str, level: float) -> EstimateTable:
    methods = [first, *(m for m in _SHOWN if m != first)]
    rows = []
    for method in methods:
        interval = proportion_interval(
            finding.count, finding.base, method=method, confidence_level=level
        )
        estimate = _estimate(finding, interval, _TOO_SHORT if method == "wald" else "")
        rows.append(EstimateRow(label=estimate.interval.method, estimate=estimate))
    level_says = _display.level(level)
    return EstimateTable(
        name=f"methods-{finding.name}",
        caption=f"{finding.count} of {finding.base} {finding.base_says}: {level_says} confidence "
        "intervals "
        "by several methods",
        rows=tuple(rows),
        heading="Method of the interval",
    )


def _by_frame(finding: Finding, level: float) -> EstimateTable:
    rows = []
    for frame in finding.frame:
        interval = finite_population_interval(
            finding.count, finding.base, frame.size, confidence_level=level
        )
        stated = "" if frame.stated else "not stated by the publication to be the frame"
        rows.append(
            EstimateRow(
                label=f"{frame.size:,} {frame.says}", estimate=_estimate(finding, interval, stated)
            )
        )
    return EstimateTable(
        name=f"frames-{finding.name}",
        caption=f"{finding.count} of {finding.base} {finding.base_says}: exact "
        f"{_display.level(level)} limits for everybody in the frame, if the sample was drawn from "
        "it at random",
        rows=tuple(rows),
        heading="Frame",
    )


def _plain(finding: Finding) -> dict[str, Any]:
    values = finding.model_dump()
    percent = values["printed_percent"]
    values["printed_percent"] = "" if percent is None else f"{percent.normalize():f}"
    values["missing_information"] = list(finding.missing_information)
    values["frame"] = [frame.model_dump() for frame in finding.frame]
    return values


def _printed(findings: tuple[Finding, ...]) -> Table:
    columns = [
        Column(key="says", heading="Finding", kind="label"),
        Column(key="count", heading="Count", kind="persons", out_of="base"),
        Column(key="base", heading="Base", kind="persons"),
        Column(key="share", heading="Share", kind="share"),
        Column(key="printed", heading="As printed"),
    ]
    rows = [
        [
            f"{f.base_says} who {f.says}",
            f.count,
            f.base,
            f.count / f.base,
            "not printed" if f.printed_percent is None else f"{f.printed_percent.normalize():f}%",
        ]
        for f in findings
    ]
    return Table.of("findings", "Published findings", columns, rows)
