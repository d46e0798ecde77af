"""A protocol with its place, and its input files found, fingerprinted and read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes import __version__, storage
from dipoutcomes.errors import StorageError
from dipoutcomes.protocol.contract import contract_sha256, parse_contract
from dipoutcomes.protocol.lock import protocol_sha256
from dipoutcomes.protocol.model import Protocol, TableSource
from dipoutcomes.protocol.model.contract import Contract
from dipoutcomes.protocol.parse import parse_protocol

if TYPE_CHECKING:
    from dipoutcomes.pipeline import StudyInputs
    from dipoutcomes.records import RawTable

Progress = Callable[[str], None]
_LIBRARIES = ("numpy", "scipy", "pandas")


def silent(_stage: str) -> None:
    """Take the name of a stage and do nothing with it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A protocol with its place and its input files found and fingerprinted, not yet read."""

    protocol: Protocol
    path: Path
    sources: Mapping[str, tuple[Path, TableSource | None, str]]  # path, section, SHA-256
    lock: str | None
    contract: Contract | None = None

    @property
    def digest(self) -> str:
        """Fingerprint of everything the results depend on."""
        parts = [__version__, protocol_sha256(self.protocol), self.lock or ""]
        parts += [f"{name} {found[2]}" for name, found in sorted(self.sources.items())]
        parts += [] if self.contract is None else [contract_sha256(self.contract)]
        return sha256("\n".join(parts).encode()).hexdigest()


def read_plan(path: str | Path, *, leave: Collection[str] = ()) -> Plan:
    """Return the protocol at *path*, with its input files found, but not the tables of *leave*.

    Raises
    ------
    ProtocolError
        All faults of the protocol at once.
    StorageError
        If files are missing, all of them at once.
    """
    place = Path(path)
    protocol = parse_protocol(storage.read_protocol_text(place), name=place.name)
    sources, faults = {}, []
    wanted = {n: found for n, found in _wanted_files(protocol).items() if n not in leave}
    for name, (file, section) in wanted.items():
        try:
            found = storage.resolve_source(file, place.parent)
            sources[name] = (found, section, storage.sha256_of(found))
        except StorageError as error:
            faults.append(str(error))
    if faults:
        raise StorageError("\n".join(dict.fromkeys(faults)))
    contract = _contract(protocol, place)
    return Plan(protocol, place, sources, storage.read_lock_text(place), contract)


def _contract(protocol: Protocol, place: Path) -> Contract | None:
    if protocol.payment is None:
        return None
    found = storage.resolve_source(protocol.payment.contract, place.parent)
    return parse_contract(storage.read_protocol_text(found), name=found.name)


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
    plan: Plan, *, output_folder: Path | None = None, progress: Progress = silent
) -> StudyInputs:
    """Read the raw tables, the key and the versions that a run needs."""
    from dipoutcomes.pipeline import StudyInputs

    tables = read_tables(plan, progress=progress)
    key = b""
    if plan.protocol.records is not None:
        key = _key(plan, output_folder)
    versions = {"dipoutcomes": __version__} | {name: version(name) for name in _LIBRARIES}
    return StudyInputs(
        tables=tables, key=key, lock=plan.lock, versions=versions, contract=plan.contract
    )


def read_tables(plan: Plan, *, progress: Progress = silent) -> dict[str, RawTable]:
    """Read the raw tables of a plan; no key is asked for."""
    tables = {}
    for name, (file, section, fingerprint) in plan.sources.items():
        progress(f"Reading {file.name} ({name})")
        tables[name] = _read_table(plan.protocol, name, file, section)
        if tables[name].sha256 != fingerprint:
            raise StorageError(f"'{file.name}' changed while it was being read; run again")
    return tables


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


def read_key_of(plan: Plan, output_folder: Path | None = None) -> bytes:
    """Return the key for the pseudonyms of a plan's people."""
    return _key(plan, output_folder)


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
