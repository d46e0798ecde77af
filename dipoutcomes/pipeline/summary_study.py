"""A study of published counts: intervals by several methods and frames, and nothing more."""

from __future__ import annotations

from typing import Any

from dipoutcomes import _display
from dipoutcomes.comparison.benchmark import Definition
from dipoutcomes.intervals import exact_coverage
from dipoutcomes.outcomes import USUAL_METHODS, share_by_frame, share_by_method
from dipoutcomes.pipeline.comparisons.grades import grades
from dipoutcomes.pipeline.comparisons.published import OwnShare, beside_published
from dipoutcomes.pipeline.inputs import Progress, StudyInputs, StudyRun
from dipoutcomes.protocol.model import Benchmark, Finding, Protocol
from dipoutcomes.results import Column, EstimateTable, StudyResults, Table

#: People up to which a method's coverage is worked out; beyond it is as good as nominal.
LARGEST_ENUMERATED = 500


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
    facts: dict[str, Any] = {
        "findings": [_plain(finding, first, level) for finding in protocol.finding]
    }
    tables = {"findings": _printed(protocol.finding)}
    beside, benchmarks = beside_published(_beside(protocol), level=level)
    beside.add(grades(protocol, {}))
    if benchmarks or beside.refused:
        facts |= {"benchmarks": benchmarks, "cannot_be_had": beside.refused}
    return StudyRun(
        results=StudyResults(
            facts=facts, estimates=estimates | beside.estimates, tables=tables | beside.tables
        )
    )


def _beside(protocol: Protocol) -> list[tuple[Benchmark, OwnShare]]:
    """Return each benchmark with the finding that stands beside it, as people with the event."""
    found = []
    findings = {finding.name: finding for finding in protocol.finding}
    for section in protocol.comparison.benchmark if protocol.comparison else ():
        finding = findings[section.finding]
        without = section.finding_counts == "without_event"
        own = OwnShare(
            events=finding.base - finding.count if without else finding.count,
            n=finding.base,
            says=_says(finding, without=without),
            definition=Definition(
                event_type=section.finding_event or "arrest",
                window_months=section.finding_months,
                population=finding.base_says,
            ),
        )
        found.append((section, own))
    return found


def _says(finding: Finding, *, without: bool) -> str:
    who = f"{finding.base_says} who {finding.says}"
    return f"all but the {who}" if without else who


def _by_method(finding: Finding, first: str, level: float) -> EstimateTable:
    return share_by_method(
        finding.count,
        finding.base,
        measure=_measure(finding),
        methods=[first, *(m for m in USUAL_METHODS if m != first)],
        confidence_level=level,
        name=f"methods-{finding.name}",
        caption=f"{finding.count} of {finding.base} {finding.base_says}: "
        f"{_display.level(level)} confidence intervals by several methods",
    )


def _by_frame(finding: Finding, level: float) -> EstimateTable:
    unstated = "not stated by the publication to be the frame"
    return share_by_frame(
        finding.count,
        finding.base,
        {frame.says: frame.size for frame in finding.frame},
        measure=_measure(finding),
        caveats={frame.says: "" if frame.stated else unstated for frame in finding.frame},
        confidence_level=level,
        name=f"frames-{finding.name}",
        caption=f"{finding.count} of {finding.base} {finding.base_says}: exact "
        f"{_display.level(level)} limits for everybody in the frame, if the sample was drawn from "
        "it at random",
    )


def _measure(finding: Finding) -> str:
    return f"share of {finding.base_says} who {finding.says}"


def _plain(finding: Finding, method: str, level: float) -> dict[str, Any]:
    values = finding.model_dump()
    values["coverage"] = ""
    if finding.base <= LARGEST_ENUMERATED:
        actual = exact_coverage(finding.base, method=method, confidence_level=level)
        values["coverage"] = actual.sentence()
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
