"""Run a study and write both copies: tables, results and write-ups, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes import storage
from dipoutcomes.errors import StorageError
from dipoutcomes.protocol.model import Protocol
from dipoutcomes.results import EstimateTable, StudyResults, Table
from dipoutcomes.study.evaluation import HANDED_OVER, Copy, release_copy
from dipoutcomes.study.plan import Plan, Progress, read_inputs, read_plan, silent

if TYPE_CHECKING:
    from dipoutcomes.pipeline import StudyRun


def run(
    path: str | Path,
    *,
    out: str | Path | None = None,
    report: bool = True,
    progress: Progress = silent,
) -> tuple[Path, list[str]]:
    """Run a study and write its copies: tables, results and write-ups.

    Parameters
    ----------
    path : path
        The protocol file.
    out : path, optional
        Folder for the results; ``build/<study id>`` in the working folder if omitted.
    report : bool, default True
        False leaves out the write-ups (HTML, Word, PDF).

    Returns
    -------
    (Path, list of str)
        The folder and the files written in it.
    """
    from dipoutcomes.pipeline import run_study

    plan = read_plan(path)
    folder = Path(out) if out is not None else Path("build") / plan.protocol.study.id
    storage.check_replaceable(folder)
    refuse_own_inputs(plan, folder)
    inputs = read_inputs(plan, output_folder=folder, progress=progress)
    found = run_study(plan.protocol, inputs, progress=progress)
    progress("Making the tables")
    release = release_copy(plan.protocol, found.results)
    files: dict[str, bytes] = {}
    copies: list[Copy] = ["release"]
    files |= _tables(release, "release")
    if plan.protocol.disclosure.protect:
        copies.insert(0, "working")
        files |= _tables(found.results, "working")
        for name, frame in (("rejects", found.rejects), ("ledger", found.ledger)):
            if frame is not None:
                files[f"working/{name}.csv"] = storage.csv_bytes(frame)
        files |= registers_of(found, "working") | scorecard_of(found, "working")
    elif found.rejects is not None:
        files["release/rejects.csv"] = storage.csv_bytes(found.rejects)
    if not plan.protocol.disclosure.protect:
        files |= registers_of(found, "release") | scorecard_of(found, "release")
    if report:
        files |= _write_ups(plan, found.results, copies, progress)
    progress("Writing the results")
    storage.write_folder(folder, files)
    return folder, sorted(files)


def registers_of(found: StudyRun, copy: Copy) -> dict[str, bytes]:
    """Return the registers of what a contract pays, with the rows that its figures rest on."""
    paid = found.payment
    if paid is None:
        return {}
    files = {f"{copy}/payment/people.csv": storage.csv_bytes(paid.people)}
    for register in paid.registers:
        files[f"{copy}/payment/register-{register.term}.csv"] = storage.csv_bytes(register.frame)
    files[f"{copy}/payment/verdict.json"] = storage.canonical_json(paid.verdict.to_dict())
    return files


def scorecard_of(found: StudyRun, copy: Copy) -> dict[str, bytes]:
    """Return the scorecard in the audit's format, and the episodes that it counts."""
    if found.scorecard is None:
        return {}
    return {
        f"{copy}/scorecard/card.toml": found.scorecard.card.to_toml().encode(),
        f"{copy}/scorecard/episodes.csv": storage.csv_bytes(found.scorecard.episodes),
    }


def refuse_own_inputs(plan: Plan, folder: Path) -> None:
    """Refuse an output folder that holds a file of the study: it would be lost in the replacing."""
    home = folder.resolve()
    needed = [plan.path, *(file for file, _, _ in plan.sources.values())]
    inside = sorted({path.name for path in needed if path.resolve().is_relative_to(home)})
    if inside:
        raise StorageError(
            f"the output folder '{folder}' holds what the study is made from ({', '.join(inside)}) "
            "and is replaced whole by a run. Name another output folder"
        )


def _tables(results: StudyResults, copy: Copy) -> dict[str, bytes]:
    """Return results.json and one tidy CSV file a table, as bytes."""
    files = {f"{copy}/results.json": storage.canonical_json(results.to_dict())}
    every: dict[str, EstimateTable | Table] = {**results.estimates, **results.tables}
    for name, table in every.items():
        files[f"{copy}/tables/{name.replace(':', '-')}.csv"] = storage.csv_bytes(table.to_frame())
    for name, curves in results.curves.items():
        for number, curve in enumerate(curves, start=1):
            mark = f"-{number}" if len(curves) > 1 else ""
            files[f"{copy}/tables/curve-{name}{mark}.csv"] = storage.csv_bytes(curve.to_frame())
    return files


def _write_ups(
    plan: Plan, results: StudyResults, copies: Sequence[Copy], progress: Progress
) -> dict[str, bytes]:
    """Execute the notebook once a copy, both at a time, and return the pages as bytes."""
    with tempfile.TemporaryDirectory(prefix="dipoutcomes-") as scratch:
        left = Path(scratch) / "results.json"
        left.write_bytes(
            storage.canonical_json({"digest": plan.digest, "results": results.to_dict()})
        )
        os.environ[HANDED_OVER] = str(left)
        try:
            with ThreadPoolExecutor(max_workers=len(copies)) as pool:
                pages = list(pool.map(lambda copy: _write_up(plan, copy, progress), copies))
        finally:
            del os.environ[HANDED_OVER]
    return {name: content for page in pages for name, content in page.items()}


def _write_up(plan: Plan, copy: Copy, progress: Progress) -> dict[str, bytes]:
    from dipoutcomes.report.execute import execute_notebook
    from dipoutcomes.report.export import export_markdown
    from dipoutcomes.report.formats import build_docx, build_html, build_pdf
    from dipoutcomes.report.resources import notebook_text

    progress(f"Executing the evaluation notebook ({copy} copy)")
    done = execute_notebook(
        notebook_text("evaluation"),
        {"protocol": str(plan.path.resolve()), "copy": copy},
        folder=plan.path.resolve().parent,
    )
    markdown, images = export_markdown(done)
    meta = _meta(plan.protocol, copy)
    progress(f"Making HTML, Word and PDF ({copy} copy)")
    name = f"{copy}/{plan.protocol.study.id}"
    makers = {"html": build_html, "docx": build_docx, "pdf": build_pdf}
    with ThreadPoolExecutor(max_workers=len(makers)) as pool:  # each waits for another program
        made = {kind: pool.submit(make, markdown, images, meta) for kind, make in makers.items()}
        return {f"{name}.{kind}": page.result() for kind, page in made.items()}


def _meta(protocol: Protocol, copy: Copy) -> Any:
    from dipoutcomes.report.meta import ReportMeta

    study = protocol.study
    notices = ("SYNTHETIC DATA: THE PEOPLE ARE MADE UP",) if study.data == "synthetic" else ()
    return ReportMeta(
        title=study.title, copy=copy, notices=notices, organisation=study.organisation
    )
