"""Run a study in memory: its results, and the page that a notebook shows them on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dipoutcomes import storage
from dipoutcomes.disclosure import protect_results
from dipoutcomes.protocol.model import Protocol
from dipoutcomes.results import StudyResults
from dipoutcomes.study.plan import Plan, Progress, read_inputs, read_plan, silent

if TYPE_CHECKING:
    from dipoutcomes.pipeline import StudyRun
    from dipoutcomes.report.page import Page

Copy = Literal["working", "release"]

#: Where a run leaves its results for the notebooks it executes, so that they need not run again.
HANDED_OVER = "DIPOUTCOMES_HANDED_OVER"


def evaluate(path: str | Path, *, progress: Progress = silent) -> StudyRun:
    """Run the study that a protocol describes and return everything it found; write nothing.

    Parameters
    ----------
    path : path
        The protocol file.
    progress : callable, optional
        Called with the name of each stage as it begins.

    Returns
    -------
    StudyRun
        ``results`` (the working copy), ``rejects`` and ``ledger``.

    Raises
    ------
    ProtocolError, RecordError, DesignError, StorageError
        Each says what was found, what the rule is and what to do.

    Examples
    --------
    >>> found = evaluate("protocols/gwent-2013-14.toml")
    >>> print(found.results.estimates["methods:not_arrested"]["Wilson score"].printed_interval)
    56.6% to 87.3%
    """
    from dipoutcomes.pipeline import run_study

    plan = read_plan(path)
    return run_study(plan.protocol, read_inputs(plan, progress=progress), progress=progress)


def open_report(protocol: str | Path, *, copy: Copy = "working") -> Page:
    """Return the write-up of a study, section by section, for a notebook to show.

    Parameters
    ----------
    protocol : path
        The protocol file.
    copy : {"working", "release"}
        The release copy has been through disclosure control.

    Returns
    -------
    Page
        With one method a section: ``summary()``, ``people()``, ``offending()`` ...

    Raises
    ------
    ValueError
        If *copy* is neither of the two.
    ProtocolError, RecordError, DesignError, DisclosureError, StorageError
        As in `evaluate`.

    Examples
    --------
    >>> page = open_report("protocols/gwent-2013-14.toml", copy="release")
    >>> page.findings()  # in a notebook: figures and tables
    <IPython.core.display.Markdown object>
    ...
    """
    from dipoutcomes.report.page import Page

    if copy not in ("working", "release"):
        raise ValueError(f"`copy` must be 'working' or 'release'; got '{copy}'")
    plan = read_plan(protocol)
    results = _handed_over(plan) or evaluate(protocol).results
    return Page(results if copy == "working" else release_copy(plan.protocol, results))


def release_copy(protocol: Protocol, results: StudyResults) -> StudyResults:
    """Return the release copy that the protocol's disclosure section asks for."""
    rule = protocol.disclosure
    return protect_results(
        results, protect=rule.protect, suppress_below=rule.suppress_below, reason=rule.reason
    )


def _handed_over(plan: Plan) -> StudyResults | None:
    """Return the results that the run executing this notebook left, if they are of this plan."""
    place = os.environ.get(HANDED_OVER)
    if not place or not Path(place).exists():
        return None
    found = storage.from_canonical_json(Path(place).read_bytes())
    if found["digest"] != plan.digest:
        return None
    return StudyResults.from_dict(found["results"])
