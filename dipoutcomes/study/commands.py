"""The smaller commands about a study: check, lock, synthesise, template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dipoutcomes import storage
from dipoutcomes.errors import ProtocolError, StorageError
from dipoutcomes.protocol.lock import make_lock, protocol_sha256, read_lock
from dipoutcomes.protocol.parse import parse_protocol
from dipoutcomes.study.plan import Progress, read_inputs, read_plan, silent


def check(path: str | Path, *, progress: Progress = silent) -> list[Any]:
    """Return what a protocol and its records look like before any outcome is seen.

    Returns
    -------
    list
        A sentence, then the tables of data quality and of losses, each with a ``str``.
    """
    plan = read_plan(path)
    if plan.lock is not None:
        read_lock(plan.lock)  # a lock that was altered would stop the run as well
    if plan.contract is not None:
        from dipoutcomes.pipeline.payment import check_contract_fits

        check_contract_fits(plan.protocol, plan.contract)
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


def synthesise(
    recipe: str | Path,
    out: str | Path,
    *,
    faults: str | None = None,
    progress: Progress = silent,
) -> list[str]:
    """Make up people from a recipe and write their raw extracts with the truth beside them.

    Parameters
    ----------
    recipe, out : str or Path
        Recipe file, and the folder to write.
    faults : str, optional
        Instead of those that the recipe asks for: "all", "none" or "kind=3,kind=2".

    Returns
    -------
    list of str
        Names of the files written. ``fit.txt`` and ``fit.json`` are there where the recipe names
        published figures: how near its model comes to each.
    """
    from dipoutcomes.simulate import make_cohort, parse_recipe, raw_files
    from dipoutcomes.simulate.calibration.fit import fit_to_targets
    from dipoutcomes.simulate.faults import parse_faults

    place = Path(recipe)
    parsed = parse_recipe(storage.read_protocol_text(place), name=place.name)
    if faults is not None:
        parsed = parsed.model_copy(update={"faults": parse_faults(faults)})
    storage.check_replaceable(Path(out))
    progress("Making up people, episodes, arrests and custody")
    files = raw_files(make_cohort(parsed), parsed)
    if parsed.target:
        progress("Counting how near the model comes to the published figures")
        fit = fit_to_targets(parsed)
        files["fit.txt"] = f"{fit}\n".encode()
        files["fit.json"] = storage.canonical_json(fit.to_dict())
    progress("Writing the extracts")
    storage.write_folder(Path(out), files)
    return sorted(files)


def list_of_faults() -> str:
    """Return every fault that `synthesise` can make, and what the toolkit does with it."""
    from dipoutcomes.simulate.dirt import fault_table

    return fault_table()


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
