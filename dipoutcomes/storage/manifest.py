"""What a folder of results holds: every file with its hash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from dipoutcomes.errors import StorageError
from dipoutcomes.storage.canonical import canonical_json
from dipoutcomes.storage.locate import read_bytes, sha256_of

MANIFEST = "manifest.json"
MADE_BY = "dipoutcomes"
_LITTER = frozenset({"Thumbs.db", "desktop.ini", "__pycache__"})


def make_manifest(
    files: Mapping[str, bytes], details: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the manifest of a folder: ``made_by``, ``files`` (path, sha256, bytes), *details*."""
    listed = [
        {"path": path, "sha256": sha256(data).hexdigest(), "bytes": len(data)}
        for path, data in sorted(files.items())
    ]
    return {"made_by": MADE_BY, "details": dict(details or {}), "files": listed}


def manifest_bytes(files: Mapping[str, bytes], details: Mapping[str, Any] | None = None) -> bytes:
    """Return the manifest as canonical JSON: no clock and no folder of this machine is in it."""
    return canonical_json(make_manifest(files, details))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder that this toolkit wrote; `StorageError` if it has none."""
    path = Path(folder) / MANIFEST
    if not path.is_file():
        raise StorageError(f"'{folder}' has no {MANIFEST}, so it was not written by {MADE_BY}")
    try:
        found = json.loads(read_bytes(path))
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("made_by") != MADE_BY:
        raise StorageError(f"'{path}' is not a manifest that {MADE_BY} wrote")
    return found


def check_manifest(folder: Path) -> tuple[str, ...]:
    """Return a sentence for each file that is missing, changed or not listed; empty if all agree.

    Raises
    ------
    StorageError
        If the folder has no manifest of ours.
    """
    folder = Path(folder)
    listed = _listed(folder)
    there = _there(folder)
    faults = [f"{name} is missing" for name in sorted(listed.keys() - there)]
    faults += [f"{name} is not in the manifest" for name in sorted(there - listed.keys())]
    faults += [
        f"{name} has changed"
        for name in sorted(there & listed.keys())
        if sha256_of(folder / name) != listed[name]
    ]
    return tuple(faults)


def unlisted(folder: Path) -> tuple[str, ...]:
    """Return the files of a folder that its manifest does not list, sorted.

    What operating systems and editors leave behind (hidden files, ``Thumbs.db``) is passed over.

    Raises
    ------
    StorageError
        If the folder has no manifest of ours.
    """
    folder = Path(folder)
    return tuple(sorted(n for n in _there(folder) - _listed(folder).keys() if not _is_litter(n)))


def _listed(folder: Path) -> dict[str, str]:
    try:
        return {entry["path"]: entry["sha256"] for entry in read_manifest(folder)["files"]}
    except (KeyError, TypeError):
        raise StorageError(
            f"'{folder / MANIFEST}' is not a manifest that {MADE_BY} wrote"
        ) from None


def _there(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {
        MANIFEST
    }


def _is_litter(name: str) -> bool:
    return any(part.startswith((".", "~$")) or part in _LITTER for part in name.split("/"))
