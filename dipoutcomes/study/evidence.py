"""An evidence pack for a claim: everything a second person needs to come to the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes import __version__, storage
from dipoutcomes.protocol.claim import parse_counts
from dipoutcomes.protocol.contract import parse_contract
from dipoutcomes.protocol.contract_lock import contract_deviations, make_contract_lock
from dipoutcomes.results import Column, Deviation, Table
from dipoutcomes.study.evidence_study import (
    study_pack_details,
    study_pack_files,
)
from dipoutcomes.study.payment import find_contract, find_counts
from dipoutcomes.study.plan import Progress, silent

if TYPE_CHECKING:
    from dipoutcomes.payment.verdict import Verdict

_LIBRARIES = ("numpy", "scipy", "pandas", "matplotlib", "pypandoc-binary", "typst", "python-docx")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file can hold
KIND = "claim from counts"


def pack_counts(
    contract: str | Path, counts: str | Path, out: str | Path, *, as_zip: bool = False
) -> tuple[Path, list[str]]:
    """Write the evidence pack of a claim from counts and return its folder and files.

    Parameters
    ----------
    contract : path or str
        A contract file, or the name of one that belongs to the toolkit. A lock beside it
        (``NAME.contract.lock``) goes into the pack, with every change since.
    counts : path
        File of the cohort's counts.
    out : path
        Folder of the pack.
    as_zip : bool, default False
        Write ``OUT.zip`` beside it too.

    Notes
    -----
    ``working/`` holds the counts as they are and is not for release; ``release/`` has what counts
    few people withheld. Of published and made-up counts there is ``release/`` only.
    """
    home = find_contract(contract)
    lock = home.with_suffix(".contract.lock")
    given = {
        "contract.toml": storage.read_protocol_text(home).encode(),
        "counts.toml": storage.read_protocol_text(find_counts(counts)).encode(),
    }
    if lock.is_file():
        given["contract.lock"] = storage.read_protocol_text(lock).encode()
    files = counts_pack_files(given)
    folder = Path(out)
    storage.write_folder(folder, files, details=_details(given))
    if as_zip:
        storage.write_atomic(folder.with_name(f"{folder.name}.zip"), zip_of(folder))
    return folder, sorted(files)


def pack_study(
    protocol: str | Path,
    out: str | Path,
    *,
    as_zip: bool = False,
    progress: Progress = silent,
) -> tuple[Path, list[str]]:
    """Write the evidence pack of a study whose protocol names a contract.

    Parameters
    ----------
    protocol : path
    out : path
        Folder of the pack.
    as_zip : bool, default False

    Notes
    -----
    The records stay where they are, and their SHA-256 go in. ``working/`` has the register, the
    rows that every count rests on, and the money; ``release/`` what was decided, and the flow of
    losses under disclosure control.
    """
    folder = Path(out)
    storage.check_replaceable(folder)
    files, hashes = study_pack_files(protocol, output_folder=folder, progress=progress)
    details = study_pack_details(hashes) | {"versions": software_versions()}
    storage.write_folder(folder, files, details=details)
    if as_zip:
        storage.write_atomic(folder.with_name(f"{folder.name}.zip"), zip_of(folder))
    return folder, sorted(files)


def counts_pack_files(given: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return every file of a pack, by its path, from the texts that it is made from."""
    from dipoutcomes.payment.release import show_verdict
    from dipoutcomes.payment.settle import settle

    contract = parse_contract(given["contract.toml"].decode(), name="contract.toml")
    counts = parse_counts(given["counts.toml"].decode(), name="counts.toml")
    verdict = settle(contract, counts)
    changes = _changes(contract, given.get("contract.lock"))
    protect = counts.cohort.data == "real"
    files = {"contract.toml": given["contract.toml"]}
    if "contract.lock" in given:
        files["contract.lock"] = given["contract.lock"]
    files["contract-canonical.json"] = make_contract_lock(contract).encode()
    trace = trace_table(verdict, given["counts.toml"].decode(), given["contract.toml"].decode())
    whole = "working" if protect else "release"
    files[f"{whole}/counts.toml"] = given["counts.toml"]
    files[f"{whole}/verdict.json"] = storage.canonical_json(verdict.to_dict())
    files[f"{whole}/tables/trace.csv"] = storage.csv_bytes(trace.to_frame())
    notices = {
        "real": (),
        "published": ("FROM PUBLISHED COUNTS: nothing is withheld",),
        "synthetic": ("MADE-UP COUNTS: nothing is withheld",),
    }[counts.cohort.data]
    copies: dict[str, int | None] = {"release": counts.cohort.suppress_below if protect else None}
    if protect:
        copies = {"working": None, **copies}
    for copy, below in copies.items():
        shown = show_verdict(verdict, suppress_below=below)
        # The hash of counts that are withheld would give them back to who tries them all.
        named = {k: v for k, v in given.items() if shown.whole or k != "counts.toml"}
        files |= _copy_files(copy, verdict, shown, changes, _notes(named, changes), notices)
        if copy != whole:
            files[f"{copy}/verdict.json"] = storage.canonical_json(shown.to_dict())
    return files


def _copy_files(
    copy: str, verdict: Verdict, shown: Any, changes: Table, notes: list[str], notices: Any
) -> dict[str, bytes]:
    from dipoutcomes.report.payment import ClaimPage, claim_pages

    more = [changes] if len(changes) else []
    page = ClaimPage(
        verdict=verdict, shown=shown, more=more, notes=notes, notices=notices, copy=copy
    )
    files = {f"{copy}/{name}": data for name, data in claim_pages(page).items()}
    for table in (shown.measures, shown.terms, shown.steps, changes):
        files[f"{copy}/tables/{table.name}.csv"] = storage.csv_bytes(table.to_frame())
    return files


def trace_table(verdict: Verdict, counts: str, contract: str) -> Table:
    """Return, for each figure of a verdict, the file and line that it rests on."""
    rows = []
    for step in verdict.steps:
        section, _, rest = step.rests_on.partition("]] ")
        name, _, part = rest.partition(" ")
        file, text = (
            ("counts.toml", counts) if section == "[[count" else ("contract.toml", contract)
        )
        key = "measure" if section == "[[count" else "name"
        rows.append(
            {
                "term": step.term,
                "step": step.what,
                "figure": step.says,
                "file": file,
                "line": _line(text, section, f'{key} = "{name}"'),
                "place": f"{step.rests_on}",
                "part": part,
            }
        )
    return Table(
        name="trace",
        caption="Where each figure stands",
        columns=tuple(
            Column(key=key, heading=key.capitalize(), kind="count" if key == "line" else "text")
            for key in ("term", "step", "figure", "file", "line", "place", "part")
        ),
        rows=tuple(rows),
    )


def _line(text: str, section: str, wanted: str) -> int | None:
    """Return the line of a file on which an entry names itself, counted from 1."""
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.split("#")[0].strip()
        if bare.startswith("["):
            inside = bare.startswith(f"{section}]]")
        elif inside and " ".join(bare.replace("=", " = ").split()) == wanted:
            return number
    return None


def _changes(contract: Any, lock: bytes | None) -> Table:
    found: tuple[Deviation, ...] = ()
    note = "No lock of the contract was kept, so changes since it was agreed cannot be shown."
    if lock is not None:
        found = contract_deviations(contract, lock.decode())
        note = "Compared with the contract's lock."
    return Table(
        name="deviations",
        caption="The contract, where it differs from what was locked",
        columns=(
            Column(key="key", heading="Key", kind="label"),
            Column(key="locked", heading="As locked"),
            Column(key="current", heading="Now"),
        ),
        rows=tuple({"key": d.key, "locked": d.locked, "current": d.current} for d in found),
        notes=(note,),
    )


def _notes(given: Mapping[str, bytes], changes: Table) -> list[str]:
    said = [f"{name}: SHA-256 {sha256(data).hexdigest()}" for name, data in sorted(given.items())]
    return [
        "Decisions and money are worked out in exact fractions; each amount is rounded once, as "
        "the contract says.",
        *changes.notes,
        *said,
        "To check this pack, run dipoutcomes verify on its folder: everything is made again from "
        "what is in it and compared byte for byte (Word and PDF by what they hold).",
    ]


def _details(given: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "kind": KIND,
        "inputs": [
            {"name": name, "sha256": sha256(data).hexdigest()}
            for name, data in sorted(given.items())
        ],
        "versions": software_versions(),
    }


def software_versions() -> dict[str, str]:
    """Return the versions of what makes the bytes of a pack."""
    return {"dipoutcomes": __version__} | {name: version(name) for name in _LIBRARIES}


def zip_of(folder: Path) -> bytes:
    """Return a folder as a zip file: the same bytes for the same files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, path.read_bytes())
    return out.getvalue()
