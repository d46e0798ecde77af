"""The one door that the notebooks and the command line share: read, run, write.

`storage` touches files, `pipeline` orders the stages, `report` makes pages; they are strangers to
each other, and meet here.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dipoutcomes import __version__, storage
from dipoutcomes.disclosure import protect_results
from dipoutcomes.errors import ProtocolError, StorageError
from dipoutcomes.protocol.lock import make_lock, protocol_sha256, read_lock
from dipoutcomes.protocol.model import Protocol, TableSource
from dipoutcomes.protocol.parse import parse_protocol
from dipoutcomes.results import EstimateTable, StudyResults, Table

if TYPE_CHECKING:
    from dipoutcomes.pipeline import StudyInputs, StudyRun
    from dipoutcomes.report.page import Page

Copy = Literal["working", "release"]
Progress = Callable[[str], None]

#: Where a run leaves its results for the notebooks it executes, so that they need not run again.
HANDED_OVER = "DIPOUTCOMES_HANDED_OVER"
_LIBRARIES = ("numpy", "scipy", "pandas")


def _silent(_stage: str) -> None:
    """Take the name of a stage and do nothing with it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A protocol with its place and its input files found and fingerprinted, not yet read."""

    protocol: Protocol
    path: Path
    sources: Mapping[str, tuple[Path, TableSource | None, str]]  # path, section, SHA-256
    lock: str | None

    @property
    def digest(self) -> str:
        """Fingerprint of everything the results depend on."""
        parts = [__version__, protocol_sha256(self.protocol), self.lock or ""]
        parts += [f"{name} {found[2]}" for name, found in sorted(self.sources.items())]
        return sha256("\n".join(parts).encode()).hexdigest()


def read_plan(path: str | Path) -> Plan:
    """Return the protocol at *path*, with its input files found.

    Raises
    ------
    ProtocolError
        All faults of the protocol at once.
    StorageError
        If a file is missing.
    """
    place = Path(path)
    protocol = parse_protocol(storage.read_protocol_text(place), name=place.name)
    found = {
        name: (storage.resolve_source(file, place.parent), section)
        for name, (file, section) in _wanted_files(protocol).items()
    }
    sources = {
        name: (file, section, storage.sha256_of(file)) for name, (file, section) in found.items()
    }
    return Plan(protocol, place, sources, storage.read_lock_text(place))


def _wanted_files(protocol: Protocol) -> dict[str, tuple[str, TableSource | None]]:
    if protocol.records is not None:
        sections: dict[str, TableSource | None] = {
            "persons": protocol.records.persons,
            "episodes": protocol.records.episodes,
            "events": protocol.records.events,
            "custody": protocol.records.custody,
            "exits": protocol.records.exits,
            "linkage": protocol.records.linkage,
        }
        return {name: (s.file, s) for name, s in sections.items() if s is not None}
    if protocol.time_to_event is not None:
        return {"time_to_event": (protocol.time_to_event.file, None)}
    return {}


def read_inputs(
    plan: Plan, *, output_folder: Path | None = None, progress: Progress = _silent
) -> StudyInputs:
    """Read the raw tables, the key and the versions that a run needs."""
    from dipoutcomes.pipeline import StudyInputs

    tables = {}
    for name, (file, section, fingerprint) in plan.sources.items():
        progress(f"Reading {file.name} ({name})")
        tables[name] = _read_table(plan.protocol, name, file, section)
        if tables[name].sha256 != fingerprint:
            raise StorageError(f"'{file.name}' changed while it was being read; run again")
    key = b""
    if plan.protocol.records is not None:
        key = _key(plan, output_folder)
    versions = {"dipoutcomes": __version__} | {name: version(name) for name in _LIBRARIES}
    return StudyInputs(tables=tables, key=key, lock=plan.lock, versions=versions)


def _read_table(protocol: Protocol, name: str, file: Path, section: TableSource | None) -> Any:
    if section is None:
        time_to_event = protocol.time_to_event
        sheet = None if time_to_event is None else time_to_event.sheet
        return storage.read_raw_table(file, table=name, sheet=sheet)
    records = protocol.records
    return storage.read_raw_table(
        file,
        table=name,
        sheet=section.sheet,
        header_row=section.header_row,
        delimiter=section.delimiter,
        encoding=section.encoding or (records.encoding if records else "utf-8-sig"),
        db_table=section.table,
    )


def _key(plan: Plan, output_folder: Path | None) -> bytes:
    from dipoutcomes.records import DEMONSTRATION_KEY

    records = plan.protocol.records
    if records is None or records.pseudonym_key == "demonstration":
        return DEMONSTRATION_KEY
    place = storage.resolve_source(records.pseudonym_key, plan.path.parent)
    others = [plan.path, *(file for file, _, _ in plan.sources.values())]
    if place.resolve() in {path.resolve() for path in others}:
        raise StorageError(
            f"the key '{place.name}' is also a file of the study, so it is no secret. Make one "
            'with python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return storage.read_key(place, output_folder or Path("build"))


def evaluate(path: str | Path, *, progress: Progress = _silent) -> StudyRun:
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
    """
    from dipoutcomes.report.page import Page

    if copy not in ("working", "release"):
        raise ValueError(f"`copy` must be 'working' or 'release'; got '{copy}'")
    plan = read_plan(protocol)
    results = _handed_over(plan) or evaluate(protocol).results
    return Page(results if copy == "working" else _release(plan.protocol, results))


def _release(protocol: Protocol, results: StudyResults) -> StudyResults:
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


# ----------------------------------------------------------------------------- commands


def run(
    path: str | Path,
    *,
    out: str | Path | None = None,
    report: bool = True,
    progress: Progress = _silent,
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
    _refuse_own_inputs(plan, folder)
    inputs = read_inputs(plan, output_folder=folder, progress=progress)
    found = run_study(plan.protocol, inputs, progress=progress)
    progress("Making the tables")
    release = _release(plan.protocol, found.results)
    files: dict[str, bytes] = {}
    copies: list[Copy] = ["release"]
    files |= _tables(release, "release")
    if plan.protocol.disclosure.protect:
        copies.insert(0, "working")
        files |= _tables(found.results, "working")
        for name, frame in (("rejects", found.rejects), ("ledger", found.ledger)):
            if frame is not None:
                files[f"working/{name}.csv"] = storage.csv_bytes(frame)
    elif found.rejects is not None:
        files["release/rejects.csv"] = storage.csv_bytes(found.rejects)
    if report:
        files |= _write_ups(plan, found.results, copies, progress)
    progress("Writing the results")
    storage.write_folder(folder, files)
    return folder, sorted(files)


def _refuse_own_inputs(plan: Plan, folder: Path) -> None:
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


def check(path: str | Path, *, progress: Progress = _silent) -> list[Any]:
    """Return what a protocol and its records look like before any outcome is seen.

    Returns
    -------
    list
        A sentence, then the tables of data quality and of losses, each with a ``str``.
    """
    plan = read_plan(path)
    if plan.lock is not None:
        read_lock(plan.lock)  # a lock that was altered would stop the run as well
    study = plan.protocol.study
    lines = [f"Protocol '{study.id}' ({study.kind}): no faults found."]
    if plan.protocol.time_to_event is not None:
        from dipoutcomes.pipeline.durations import read_durations

        raw = read_inputs(plan, progress=progress).tables["time_to_event"]
        people = len(read_durations(plan.protocol.time_to_event, raw))
        lines.append(
            f"{people:,} rows of durations were read, none has a fault. No event was counted."
        )
    if plan.protocol.records is None:
        return ["\n".join(lines)]
    from dipoutcomes.pipeline.records_study import look_at_records

    found = look_at_records(plan.protocol, read_inputs(plan, progress=progress), progress=progress)
    lines.append("No outcome was counted: this looks only at rows and at who is in the study.")
    return ["\n".join(lines), *found]


def lock(path: str | Path, *, force: bool = False) -> tuple[Path, str]:
    """Write the lock of a protocol beside it and return its path and fingerprint.

    Raises
    ------
    ProtocolError
        If there is a lock already and *force* is not given: replacing it hides every change.
    """
    place = Path(path)
    protocol = parse_protocol(storage.read_protocol_text(place), name=place.name)
    target = storage.lock_path(place)
    if target.exists() and not force:
        raise ProtocolError(
            f"'{target.name}' exists already. A lock that is replaced hides every change made "
            "since; declare changes under [[amendment]] instead, or pass --force before any "
            "outcome has been seen"
        )
    storage.write_atomic(target, make_lock(protocol).encode())
    return target, protocol_sha256(protocol)


def synthesise(recipe: str | Path, out: str | Path, *, progress: Progress = _silent) -> list[str]:
    """Make up people from a recipe and write their raw extracts with the truth beside them."""
    from dipoutcomes.simulate import make_cohort, parse_recipe, raw_files

    place = Path(recipe)
    parsed = parse_recipe(storage.read_protocol_text(place), name=place.name)
    storage.check_replaceable(Path(out))
    progress("Making up people, episodes, arrests and custody")
    files = raw_files(make_cohort(parsed), parsed)
    progress("Writing the extracts")
    storage.write_folder(Path(out), files)
    return sorted(files)


def template_text() -> str:
    """Return the protocol template, every key explained."""
    from dipoutcomes.protocol.template import template_text as text

    return text()


def write_new_text(path: str | Path, text: str) -> None:
    """Write a text file that must not exist yet."""
    target = Path(path)
    if target.exists():
        raise StorageError(f"'{path}' exists already; choose another name")
    storage.write_atomic(target, text.encode())
