"""Run a study: choose the order of stages for its kind, add facts and provenance."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from dipoutcomes.errors import ProtocolError
from dipoutcomes.pipeline.inputs import Progress, StudyInputs, StudyRun, silent
from dipoutcomes.protocol.deviation import deviations
from dipoutcomes.protocol.lock import protocol_sha256, read_lock
from dipoutcomes.protocol.model import Protocol
from dipoutcomes.results import StudyResults


def run_study(
    protocol: Protocol, inputs: StudyInputs, *, progress: Progress | None = None
) -> StudyRun:
    """Return everything the study found.

    Parameters
    ----------
    protocol : Protocol
        The study as agreed.
    inputs : StudyInputs
        Raw tables, key, lock text and versions.
    progress : callable, optional
        Called with the name of each stage as it begins.

    Returns
    -------
    StudyRun
        The working copy of the results; disclosure control comes after.

    Raises
    ------
    RecordError, DesignError, ProtocolError
        If the records or the design cannot support the study; see each stage.

    Notes
    -----
    Pure: reads no file, no clock and no environment, so the same inputs give the same results.
    """
    tell = progress or silent
    _check_method(protocol)
    kind = protocol.study.kind
    if kind == "records":
        from dipoutcomes.pipeline.records_study import run_records as run
    elif kind == "summary":
        from dipoutcomes.pipeline.summary_study import run_summary as run
    else:
        from dipoutcomes.pipeline.time_study import run_time_to_event as run
    found = run(protocol, inputs, tell)
    results = StudyResults(
        facts=_facts(protocol) | dict(found.results.facts),
        estimates=found.results.estimates,
        tables=found.results.tables,
        curves=found.results.curves,
        deviations=_deviations(protocol, inputs),
        provenance=_provenance(protocol, inputs),
    )
    return replace(found, results=results)


def _check_method(protocol: Protocol) -> None:
    """Refuse a method that `intervals` does not know; the protocol's room cannot see them."""
    from dipoutcomes.intervals import METHODS

    known = [method.name for method in METHODS["proportion"]]
    word = protocol.analysis.proportion_interval
    if word not in known:
        near = get_close_matches(word, known, n=1)
        hint = f"did you mean '{near[0]}'? The methods: " if near else "the methods: "
        raise ProtocolError(
            f"[analysis] proportion_interval: there is no method '{word}'; {hint}"
            f"{', '.join(known)}. `dipoutcomes interval methods` describes them"
        )


def _facts(protocol: Protocol) -> dict[str, Any]:
    study, report = protocol.study, protocol.report
    return {
        "id": study.id,
        "title": study.title,
        "kind": study.kind,
        "data": study.data,
        "data_note": study.data_note,
        "organisation": study.organisation,
        "background": report.background,
        "limits": list(report.limits),
        "confidence_level": float(protocol.analysis.confidence_level),
    }


def _deviations(protocol: Protocol, inputs: StudyInputs) -> Any:
    if inputs.lock is None:
        return ()
    return deviations(protocol, read_lock(inputs.lock))


def _provenance(protocol: Protocol, inputs: StudyInputs) -> dict[str, Any]:
    return {
        "inputs": [
            {"name": name, "file": raw.file, "sheet": raw.sheet, "sha256": raw.sha256}
            for name, raw in sorted(inputs.tables.items())
        ],
        "protocol_sha256": protocol_sha256(protocol),
        "lock": "none" if inputs.lock is None else read_lock(inputs.lock).sha256,
        "seed": protocol.study.seed,
        "versions": dict(sorted(inputs.versions.items())),
        **_seed_of_the_draw(protocol),
        **_contract(inputs),
    }


def _contract(inputs: StudyInputs) -> dict[str, Any]:
    if inputs.contract is None:
        return {}
    from dipoutcomes.protocol.contract import contract_sha256

    return {"contract": inputs.contract.id, "contract_sha256": contract_sha256(inputs.contract)}


def _seed_of_the_draw(protocol: Protocol) -> dict[str, Any]:
    """Return where the draw's seed comes from, if it is not the study's."""
    sample = protocol.sample
    if sample is None or not sample.public_number.strip():
        return {}
    from dipoutcomes.sampling.seed import draw_seed

    return {
        "draw_seed": {
            "seed": draw_seed(sample, protocol.study.seed),
            "public_number": sample.public_number,
            "source": sample.public_number_source,
        }
    }
