"""The evidence pack of a claim from records: they stay where they are, their hashes go in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes import storage
from dipoutcomes.errors import ProtocolError, StorageError
from dipoutcomes.protocol.contract_lock import make_contract_lock
from dipoutcomes.results import Column, StudyResults, Table
from dipoutcomes.study.evaluation import Copy, release_copy
from dipoutcomes.study.plan import Plan, Progress, read_inputs, read_plan, silent
from dipoutcomes.study.writing import registers_of

if TYPE_CHECKING:
    from dipoutcomes.pipeline import StudyRun
    from dipoutcomes.pipeline.payment import StudyPayment
    from dipoutcomes.protocol.model import Protocol
    from dipoutcomes.report.payment import ClaimPage

KIND = "claim from records"


def study_pack_files(
    protocol: str | Path, *, output_folder: Path | None = None, progress: Progress = silent
) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return every file of the pack of a study, and the SHA-256 of what it rests on.

    Parameters
    ----------
    protocol : path
        With a section [payment].

    Returns
    -------
    (dict of str to bytes, dict of str to str)

    Raises
    ------
    ProtocolError
        If the protocol names no contract; besides everything that `study.run` raises.
    """
    from dipoutcomes.pipeline import run_study

    plan = read_plan(protocol)
    if plan.contract is None or plan.protocol.payment is None:
        raise ProtocolError(
            f"'{plan.path.name}' has no section [payment], so there is no claim to make a pack of"
        )
    inputs = read_inputs(plan, output_folder=output_folder, progress=progress)
    found = run_study(plan.protocol, inputs, progress=progress)
    if found.payment is None:
        raise ProtocolError("[payment] needs a study of kind 'records'")
    hashes = {file.name: digest for file, _, digest in plan.sources.values()}
    progress("Making the pack")
    return _files(plan, found, found.payment, hashes), hashes


def _files(
    plan: Plan, found: StudyRun, paid: StudyPayment, hashes: Mapping[str, str]
) -> dict[str, bytes]:
    from dipoutcomes.payment.release import show_verdict
    from dipoutcomes.report.payment import ClaimPage

    protocol, contract = plan.protocol, paid.contract
    files = {
        "protocol.toml": storage.read_protocol_text(plan.path).encode(),
        "contract-canonical.json": make_contract_lock(contract).encode(),
    }
    if plan.lock is not None:
        files["protocol.lock"] = plan.lock.encode()
    whole: Copy = "working" if protocol.disclosure.protect else "release"
    files |= registers_of(found, whole)
    files[f"{whole}/payment/counts.json"] = storage.canonical_json(
        paid.counts.model_dump(exclude_none=True)
    )
    changes = _deviations(found.results)
    notices = (
        ("SYNTHETIC DATA: THE PEOPLE ARE MADE UP",) if protocol.study.data == "synthetic" else ()
    )
    notes = _notes(plan, changes, hashes)
    page = ClaimPage(
        verdict=paid.verdict,
        shown=show_verdict(paid.verdict),
        more=[
            found.results.tables["flow"],
            *_compared(found.results),
            *(register.summary() for register in paid.registers),
            *([changes] if len(changes) else []),
        ],
        notes=notes,
        notices=notices,
        copy=whole,
    )
    files |= _page_files(whole, page)
    if whole == "working":
        files |= _release(protocol, found.results, paid, changes, notes, notices)
    return files


def _compared(results: StudyResults) -> list[Table]:
    """Return who is compared and how alike they are, where a matched group was counted."""
    names = ("comparison_people", "balance")
    return [results.tables[name] for name in names if name in results.tables]


def _page_files(copy: str, page: ClaimPage) -> dict[str, bytes]:
    from dipoutcomes.report.payment import claim_pages

    files = {f"{copy}/{name}": data for name, data in claim_pages(page).items()}
    for table in (page.shown.measures, page.shown.terms, page.shown.steps, *page.more):
        files[f"{copy}/tables/{table.name}.csv"] = storage.csv_bytes(table.to_frame())
    return files


def _release(
    protocol: Protocol,
    results: StudyResults,
    paid: StudyPayment,
    changes: Table,
    notes: list[str],
    notices: tuple[str, ...],
) -> dict[str, bytes]:
    """Return what may be sent on: what was decided, and the flow under disclosure control.

    Counts, reductions and money stay behind: with the tables of the study's own release they
    could be taken from one another.
    """
    from dipoutcomes.report.payment import decision_pages

    released = release_copy(protocol, results)
    tables = [released.tables["payment_decisions"], released.tables["flow"]]
    tables += [changes] if len(changes) else []
    pages = decision_pages(paid.verdict, tables, notes=notes, notices=notices)
    files = {f"release/{name}": data for name, data in pages.items()}
    for table in tables:
        files[f"release/tables/{table.name}.csv"] = storage.csv_bytes(table.to_frame())
    return files


def _deviations(results: StudyResults) -> Table:
    return Table(
        name="deviations",
        caption="The protocol, where it differs from what was locked",
        columns=(
            Column(key="key", heading="Key", kind="label"),
            Column(key="locked", heading="As locked"),
            Column(key="current", heading="Now"),
            Column(key="declared", heading="Declared"),
            Column(key="reason", heading="Reason"),
        ),
        rows=tuple(
            {
                "key": d.key,
                "locked": d.locked,
                "current": d.current,
                "declared": "yes" if d.declared else "no",
                "reason": d.reason,
            }
            for d in results.deviations
        ),
    )


def _notes(plan: Plan, changes: Table, hashes: Mapping[str, str]) -> list[str]:
    from dipoutcomes.protocol.contract import contract_sha256

    section = plan.protocol.payment
    pinned = section is not None and bool(section.contract_sha256)
    said = [
        "Each measure is counted in the study's own windows; the records stay where they are.",
        "Decisions and money are worked out in exact fractions; each amount is rounded once, as "
        "the contract says.",
        f"{len(changes)} fields of the protocol differ from its lock."
        if plan.lock is not None
        else "The protocol was not locked, so changes since it was agreed cannot be shown.",
    ]
    if plan.contract is not None:
        said.append(
            f"Contract: SHA-256 {contract_sha256(plan.contract)}"
            + (", as the protocol names it." if pinned else "; the protocol does not name it.")
        )
    # A hash of records says nothing of a person: nobody can try every file there may be.
    said += [f"File {name}: SHA-256 {digest}" for name, digest in sorted(hashes.items())]
    return said


def study_pack_details(hashes: Mapping[str, str]) -> dict[str, Any]:
    """Return what the manifest says of the inputs."""
    return {
        "kind": KIND,
        "inputs": [{"name": name, "sha256": digest} for name, digest in sorted(hashes.items())],
    }


def check_same_inputs(details: Mapping[str, Any], hashes: Mapping[str, str]) -> None:
    """Refuse to compare with a run on other records.

    Raises
    ------
    StorageError
        Naming the files that differ.
    """
    held = {entry["name"]: entry["sha256"] for entry in details["inputs"]}
    other = sorted(
        name for name in held.keys() | hashes.keys() if held.get(name) != hashes.get(name)
    )
    if other:
        raise StorageError(
            f"{len(other)} files are not those that the pack was made from: {', '.join(other)}. "
            "Give the protocol beside the records of the claim"
        )
