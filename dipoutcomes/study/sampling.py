"""The sample of a study: drawn and written down, repeated, and returned by the police."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes import storage
from dipoutcomes.errors import DesignError, StorageError
from dipoutcomes.study import request as requests
from dipoutcomes.study.plan import Plan, Progress, read_inputs, read_plan, silent
from dipoutcomes.study.writing import refuse_own_inputs

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.pipeline import StudyInputs
    from dipoutcomes.pipeline.sample_study import StudyDraw
    from dipoutcomes.sampling.record import Repetition
    from dipoutcomes.sampling.response import Response

RECORD, REQUEST, LOG = "draw.json", "pnc-request.xlsx", "reserve-log.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSample:
    """Where a sample was written, and what a person should read about it."""

    folder: Path
    files: tuple[str, ...]
    says: tuple[Any, ...]

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in self.says)


def draw(path: str | Path, *, progress: Progress = silent) -> StudyDraw:
    """Draw the sample of a study in memory; no outcome is read and nothing is written.

    Parameters
    ----------
    path : path
        The protocol file.
    progress : callable, optional
        Called with the name of each stage as it begins.

    Returns
    -------
    StudyDraw
        ``draw``, ``frame`` (with its ``tables()``) and ``record``; also ``request``, which says
        who the people are: do not print it.
    """
    plan = _plan(path)
    return _draw(plan, None, progress)


def sample(
    path: str | Path, *, out: str | Path | None = None, progress: Progress = silent
) -> WrittenSample:
    """Draw the sample of a study and write it down with all that is needed to repeat it.

    Parameters
    ----------
    path : path
        The protocol file. The files of events, of tracing and (unless it decides who is
        eligible) of custody are not opened, and need not be there yet.
    out : path, optional
        Folder; ``<study id>-sample`` in the working folder if omitted. Never under ``build``,
        where a clean-up or a release would take it along: it holds personal data.

    Raises
    ------
    ProtocolError, RecordError, DesignError, StorageError
        Each says what was found, what the rule is and what to do.
    """
    from dipoutcomes.pipeline.sample_study import reserve_frame, sample_frame

    plan = _plan(path)
    folder = Path(out) if out is not None else Path(f"{plan.protocol.study.id}-sample")
    _refuse_build(folder)
    storage.check_replaceable(folder)
    refuse_own_inputs(plan, folder)
    found = _draw(plan, folder, progress)
    progress("Writing the sample")
    files = {
        "sample.csv": storage.csv_bytes(sample_frame(found.draw)),
        "reserve.csv": storage.csv_bytes(reserve_frame(found.draw)),
        "frame.csv": storage.csv_bytes(found.frame.frame()),
        RECORD: storage.canonical_json(found.record),
        REQUEST: requests.workbook(plan.protocol, found.request),
        "README.txt": requests.READ_ME.encode(),
    }
    storage.write_folder(folder, files)
    says = [*found.frame.tables(), found.draw.allocation_table(), found]
    return WrittenSample(folder=folder, files=tuple(sorted(files)), says=tuple(says))


def ask_next(
    path: str | Path,
    log: str | Path,
    *,
    out: str | Path | None = None,
    progress: Progress = silent,
) -> WrittenSample:
    """Write the request for the people who came in from the reserve.

    Parameters
    ----------
    path : path
        The protocol file.
    log : path
        ``reserve-log.csv``, with the ``draw.json`` it belongs to beside it.
    out : path, optional
        Folder; ``<study id>-sample-next`` in the working folder if omitted. Never under ``build``.

    Raises
    ------
    DesignError
        If the draw does not repeat from the protocol, or the log does not use the reserve
        strictly in order.
    """
    from dipoutcomes.pipeline.sample_study import ask_for
    from dipoutcomes.sampling.record import repeat_draw
    from dipoutcomes.sampling.reserve import next_request

    plan = _plan(path)
    folder = Path(out) if out is not None else Path(f"{plan.protocol.study.id}-sample-next")
    _refuse_build(folder)
    storage.check_replaceable(folder)
    refuse_own_inputs(plan, folder)
    if Path(log).resolve().is_relative_to(folder.resolve()):
        raise StorageError(f"'{folder}' holds the log that is asked from; name another with --out")
    record = _read_record(Path(log).with_name(RECORD))
    asked, used = next_request(record, requests.came_in(Path(log)))
    inputs = read_inputs(plan, output_folder=folder, progress=progress)
    again = repeat_draw(record, _frame(plan, inputs, progress))
    if not again.same:
        raise DesignError(str(again))
    people, request = ask_for(plan.protocol, inputs, list(asked))
    files = {
        RECORD: storage.canonical_json(record | {"request": request | {"reserve_used": used}}),
        REQUEST: requests.workbook(plan.protocol, people),
        "README.txt": requests.READ_ME.encode(),
    }
    storage.write_folder(folder, files)
    says = f"{len(asked):,} people from the reserve are asked for, in its order."
    return WrittenSample(folder=folder, files=tuple(sorted(files)), says=(says,))


def verify_sample(
    record: str | Path, frame: str | Path, *, progress: Progress = silent
) -> Repetition:
    """Repeat a recorded draw from its frame and say whether it matches, person by person.

    Parameters
    ----------
    record : path
        ``draw.json``.
    frame : path
        The protocol (TOML), whose caseload is read again and whose design and seed must be those
        of the record; or a CSV file of pseudonyms (``frame.csv``).

    Returns
    -------
    Repetition
        ``same``, and what differs.
    """
    from dataclasses import replace

    from dipoutcomes.sampling.record import repeat_draw

    written = _read_record(Path(record))
    place = Path(frame)
    if place.suffix.lower() != ".toml":
        return repeat_draw(written, requests.frame_of_csv(place))
    plan = _plan(place)
    people = _frame(plan, read_inputs(plan, progress=progress), progress)
    progress("Drawing again")
    again = repeat_draw(written, people)
    return replace(again, faults=(*requests.other_promise(plan.protocol, written), *again.faults))


def returned(
    path: str | Path,
    workbook: str | Path,
    *,
    record: str | Path | None = None,
    linkage: str | Path | None = None,
    progress: Progress = silent,
) -> tuple[Response, Path]:
    """Compare a request that came back with the draw, and log who comes in from the reserve.

    Parameters
    ----------
    path, workbook : path
        The protocol, and the workbook as the police returned it.
    record : path, optional
        ``draw.json``; looked for beside the workbook, then in the study's sample folder.
    linkage : path, optional
        A new file for the linkage table (person id, found or not), with the headings and codes of
        the protocol. It holds person ids, as the caseload does.

    Returns
    -------
    (Response, Path)
        What came back, and the log (``reserve-log.csv`` beside ``draw.json``), which names
        people by pseudonym alone.

    Raises
    ------
    DesignError
        If the draw is of another study, or the log that is there says otherwise: a reserve is
        used in order and its log is not rewritten.
    """
    from dipoutcomes.sampling.response import compare_return

    plan = _plan(path)
    home = _record_place(plan, Path(workbook), record)
    written = _read_record(home)
    if written["study"] != plan.protocol.study.id:
        raise DesignError(
            f"the draw is of the study '{written['study']}' and the protocol is of "
            f"'{plan.protocol.study.id}'; name the draw of this study with --draw"
        )
    progress("Reading the returned workbook")
    rows, ids = requests.read_rows(plan, Path(workbook), written)
    response = compare_return(written, rows)
    log = home.parent / LOG
    _write_log(log, requests.log_bytes(response))
    if linkage is not None:
        requests.write_linkage(plan.protocol, Path(linkage), response, ids)
    return response, log


def _plan(path: str | Path) -> Plan:
    from dipoutcomes.pipeline.sample_study import not_looked_at
    from dipoutcomes.protocol.parse import parse_protocol

    place = Path(path)
    protocol = parse_protocol(storage.read_protocol_text(place), name=place.name)
    return read_plan(place, leave=not_looked_at(protocol))


def _draw(plan: Plan, folder: Path | None, progress: Progress) -> StudyDraw:
    from dipoutcomes.pipeline.sample_study import draw_study

    inputs = read_inputs(plan, output_folder=folder, progress=progress)
    return draw_study(plan.protocol, inputs, progress=progress)


def _frame(plan: Plan, inputs: StudyInputs, progress: Progress) -> pd.DataFrame:
    from dipoutcomes.pipeline.sample_study import frame_of_study

    return frame_of_study(plan.protocol, inputs, progress=progress).cohort.people


def _refuse_build(folder: Path) -> None:
    if folder.resolve().is_relative_to(Path("build").resolve()):
        raise StorageError(
            f"'{folder}' lies under build/, which is for results that may be thrown away and "
            "passed on. A sample folder holds personal data and the proof of the draw: keep it "
            "elsewhere"
        )


def _read_record(place: Path) -> dict[str, Any]:
    try:
        found = storage.from_canonical_json(storage.read_protocol_text(place).encode())
    except ValueError:
        found = None
    if not isinstance(found, dict) or not {"study", "sample"} <= found.keys():
        raise DesignError(f"'{place.name}' is not the record of a draw (draw.json)")
    return found


def _record_place(plan: Plan, workbook: Path, record: str | Path | None) -> Path:
    places: Sequence[Path] = [
        workbook.parent / RECORD,
        Path(f"{plan.protocol.study.id}-sample") / RECORD,
    ]
    if record is not None:
        places = [Path(record)]
    for place in places:
        if place.is_file():
            return place
    looked = " or ".join(f"'{place}'" for place in places)
    raise StorageError(f"there is no {RECORD} at {looked}; name it with --draw")


def _write_log(place: Path, data: bytes) -> None:
    """Write the log of the reserve; one that is there may grow, and nothing in it may change."""
    if place.exists() and not data.startswith(place.read_bytes()):
        raise DesignError(
            f"'{place}' has replacements that this workbook does not give in the same order. A "
            "reserve is used in order and its log is never rewritten: keep the old log under "
            "another name with a note of what changed, then run again"
        )
    storage.write_atomic(place, data)
