"""The request to the police in words and cells, and its way back into the study."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes import storage
from dipoutcomes.errors import DesignError, RecordError, StorageError
from dipoutcomes.protocol.model import Protocol
from dipoutcomes.study.plan import Plan, read_key_of

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.sampling.response import Response, Row

READ_ME = """\
The sample of a study, and what is needed to draw it again.

draw.json         The record of the draw: fingerprint and members of the frame (by pseudonym),
                  design, seed, random stream, algorithm, version, and who was drawn, in order.
                  Give it to the auditor today, or send its SHA-256 (manifest.json) to somebody
                  else: it then proves that the names were fixed before any answer came.
frame.csv         Everybody who could be drawn, by pseudonym, with the columns of the design.
sample.csv        Who was drawn, in the order of the draw, with chance and weight.
reserve.csv       Everybody else of the frame, in order. Rule: somebody whom the police cannot
                  find is replaced by the first person of the same stratum who was not used yet;
                  nobody is passed over, and each use is logged (dipoutcomes sample return).
                  dipoutcomes sample PROTOCOL --next reserve-log.csv asks for those who came in.
                  Simple random and stratified draws without replacement only.
pnc-request.xlsx  PERSONAL DATA. The one file that says who people are, for the police. Keep it
                  on the secure side, and delete it when the answers are in.

To check the draw: dipoutcomes sample verify draw.json frame.csv (or the protocol for frame.csv).
"""


_DISARMED = r"^'(?=[=+\-@\t\r])"


def workbook(protocol: Protocol, people: pd.DataFrame) -> bytes:
    """Return the request workbook: identifiers, and empty cells for the answers."""
    from dipoutcomes.pipeline.sample_study import ANSWER, NUMBER, PNCID
    from dipoutcomes.storage.request_workbook import request_workbook

    numbered = people.copy()
    numbered.insert(0, NUMBER, range(1, len(people) + 1))
    return request_workbook(
        numbered,
        study=protocol.study.id,
        instructions=_instructions(protocol, len(people)),
        answers={ANSWER: ("yes", "no"), PNCID: ()},
        events=_event_columns(protocol),
    )


def _instructions(protocol: Protocol, people: int) -> list[str]:
    study = protocol.study
    begin = f"from {study.records_from} " if study.records_from else ""
    return [
        f"Request for a check of {people:,} people against the Police National Computer.",
        f"Study: {study.title} ({study.id}).",
        "1. Sheet 'People': choose yes or no in 'Found on PNC' for every row, and give the PNCID "
        "of everybody who was found. A row without an answer is asked for again.",
        "2. Leave the other cells as they are: number and identifiers are locked, and a row whose "
        "identifiers came back otherwise does not count. Report a correction separately.",
        "3. Do not add, remove or join rows. Somebody who cannot be found is an answer (no); do "
        "not put another person in their place.",
        "4. Sheet 'Events', for everybody who was found: one row for each event on record "
        f"{begin}to {study.extract_date}, with the person's id as on 'People'. Your own extract "
        "with these columns will do as well. Nobody is asked to judge a person.",
        "5. The people were drawn at random by a rule fixed beforehand; nobody chose them.",
    ]


def _event_columns(protocol: Protocol) -> dict[str, tuple[str, ...]]:
    if protocol.records is None:
        return {}
    source = protocol.records.events
    codes: Mapping[str, Mapping[str, str]] = dict(source).get("values", {})
    return {heading: tuple(codes.get(name, ())) for name, heading in source.columns.items()}


def frame_of_csv(place: Path) -> pd.DataFrame:
    """Return a frame of pseudonyms from a CSV file."""
    frame = storage.read_frame(place)
    if "person_id" not in frame.columns:
        raise RecordError(
            f"'{place.name}' has no column person_id; a frame is a CSV file of pseudonyms, as "
            "frame.csv in the sample's folder, or a protocol"
        )
    texts = frame.astype(object).fillna("")
    for name in texts.columns:  # an apostrophe keeps a spreadsheet from taking a text for a formula
        texts[name] = texts[name].astype(str).str.replace(_DISARMED, "", regex=True)
    return texts.mask(texts == "")


def other_promise(protocol: Protocol, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in what the protocol promises another draw than the one recorded."""
    from dipoutcomes.sampling.record import sample_design
    from dipoutcomes.sampling.seed import draw_seed

    section = protocol.sample
    if section is None:
        return ("the protocol draws no sample",)
    faults = []
    if draw_seed(section, protocol.study.seed) != record["seed"]:
        faults.append("the protocol gives another seed than the record")
    now, then = sample_design(section), record["section"]
    other = sorted(key for key in now.keys() | then.keys() if now.get(key) != then.get(key))
    if other:
        faults.append(f"the protocol has another [sample] {', '.join(other)} than the record")
    return tuple(faults)


def read_rows(
    plan: Plan, place: Path, record: Mapping[str, Any]
) -> tuple[list[Row], dict[int, str]]:
    """Return the rows of a returned workbook, and the person id of each number."""
    from dipoutcomes.pipeline.sample_study import ANSWER, NUMBER
    from dipoutcomes.records.identities import cell_text, row_digests
    from dipoutcomes.sampling.response import Row
    from dipoutcomes.storage.request_workbook import read_request

    if "request" not in record:
        raise DesignError("the record of the draw has no request to compare with")
    columns = record["request"]["columns"]
    frame = read_request(place, [NUMBER, *columns, ANSWER])
    numbers = [_number(cell_text(value)) for value in frame[NUMBER].tolist()]
    rows = [
        Row(number=number, digest=digest, answer=cell_text(answer))
        for number, digest, answer in zip(
            numbers, row_digests(frame[columns], read_key_of(plan)), frame[ANSWER], strict=True
        )
    ]
    ids = [cell_text(value) for value in frame[columns[0]].tolist()]
    return rows, {n: name for n, name in zip(numbers, ids, strict=True) if n is not None}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def log_bytes(response: Response) -> bytes:
    """Return the log of the reserve as CSV: pseudonyms alone."""
    columns = ["step", "stratum", "replaces", "because", "comes_in", "place_in_reserve"]
    rows = [[step[name] for name in columns] for step in response.replacements]
    return _csv([columns, *rows]).encode()


def came_in(place: Path) -> list[str]:
    """Return who came in from the reserve, from its log."""
    frame = storage.read_frame(place)
    if "comes_in" not in frame.columns:
        raise RecordError(f"'{place.name}' has no column comes_in: it is not a reserve-log.csv")
    return [str(person) for person in frame["comes_in"].astype(object).fillna("") if person]


def write_linkage(
    protocol: Protocol,
    place: Path,
    response: Response,
    ids: Mapping[int, str],
) -> None:
    """Write who was found and who was not as a table that the protocol can read."""
    from dipoutcomes.sampling.response import FOUND, NOT_FOUND

    source = protocol.records.linkage if protocol.records is not None else None
    columns = source.columns if source is not None else {}
    values: Mapping[str, Mapping[str, str]] = {} if source is None else dict(source)["values"]
    codes = {word: code for code, word in values.get("status", {}).items()}
    words = {FOUND: codes.get("found", "found"), NOT_FOUND: codes.get("not_found", "not_found")}
    table: list[Sequence[Any]] = [
        (columns.get("person_id", "person_id"), columns.get("status", "status"))
    ]
    table += [
        (ids[number], words[state])
        for number, state in enumerate(response.states, start=1)
        if state in words
    ]
    if place.exists():
        raise StorageError(f"'{place}' exists already; choose another name for the linkage table")
    encoding = "utf-8"
    if source is not None and protocol.records is not None:
        encoding = source.encoding or protocol.records.encoding
    text = _csv(table, delimiter=source.delimiter if source is not None else ",")
    try:
        storage.write_atomic(place, text.encode(encoding))
    except UnicodeEncodeError:
        raise StorageError(
            f"the linkage table holds letters that the encoding {encoding} does not know; set "
            'encoding = "utf-8" under [records.linkage]'
        ) from None


def _csv(rows: Iterable[Sequence[Any]], *, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()
