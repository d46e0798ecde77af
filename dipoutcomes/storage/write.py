"""Writing whole or not at all: a reader sees the old results or the new, never a mixture."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from dipoutcomes.errors import StorageError
from dipoutcomes.storage.manifest import MADE_BY, MANIFEST, manifest_bytes, unlisted


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    The bytes go to a temporary name in the same folder, are flushed to the disk, and take the
    place of *path* in one step. Folders that are missing are made.

    Raises
    ------
    StorageError
        If the disk refuses; what was there before is then untouched.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(temporary, data)
        temporary.replace(path)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_folder(
    target: Path, files: Mapping[str, bytes], *, details: Mapping[str, Any] | None = None
) -> None:
    """Write a folder of results, with its manifest, in place of the one that was there.

    Parameters
    ----------
    target : Path
        The folder. It may be absent, empty, or one that this toolkit wrote (it has our
        ``manifest.json``, and nothing that this does not list); its old contents go.
    files : mapping of str to bytes
        Path inside the folder, with ``/`` = contents. ``manifest.json`` is added.
    details : mapping, optional
        Plain values for the manifest: hashes of the inputs, versions. No clock and no path.

    Raises
    ------
    StorageError
        If *target* is a file, or a folder that something else wrote or left a file in, or the
        disk refuses. What was there before is then untouched.
    ValueError
        If a path leads outside the folder, or names the manifest.
    """
    target = Path(target)
    for name in files:
        _check_name(name)
    check_replaceable(target)
    mark = secrets.token_hex(4)
    home = target.resolve()  # "." has no name to write beside, and a link stays a link
    fresh = home.with_name(f".{home.name}.{mark}.new")
    old = home.with_name(f".{home.name}.{mark}.old")
    whole = {**files, MANIFEST: manifest_bytes(files, details)}
    try:
        for name, data in whole.items():
            place = fresh / name
            place.parent.mkdir(parents=True, exist_ok=True)
            _write_synced(place, data)
        _swap(fresh, home, old)
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, target: Path, old: Path) -> None:
    if target.exists():
        target.replace(old)
    try:
        fresh.replace(target)
    except BaseException:  # also where somebody presses Ctrl-C just now
        if old.exists():
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def check_replaceable(target: Path) -> None:
    """Refuse a target that `write_folder` would not replace; ask before a long run."""
    try:
        if not target.exists():
            return
        if not target.is_dir():
            raise StorageError(f"'{target}' is a file; results need a folder")
        if any(target.iterdir()):
            _check_ours(target)
    except OSError as error:  # a name too long, a folder that may not be entered
        raise _refused(target, error) from error


def _check_ours(target: Path) -> None:
    try:
        foreign = unlisted(target)
    except StorageError as error:
        raise StorageError(
            f"{error}. It is not replaced: name another output folder, or move it away"
        ) from None
    if foreign:
        named = ", ".join(foreign[:3]) + (" ..." if len(foreign) > 3 else "")
        raise StorageError(
            f"'{target}' holds {len(foreign):,} files that {MADE_BY} did not write ({named}) and "
            "that would be lost. It is not replaced: move them away, or name another output folder"
        )


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or "\\" in name or ":" in name or name.startswith("/"):
        raise ValueError(f"`files` must name paths inside the folder; got {name!r}")
    if name == MANIFEST:
        raise ValueError(f"`files` must not hold {MANIFEST}: it is made from the others")


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"'{path}' cannot be written ({error.strerror or type(error).__name__}). Close the files "
        "that are open there, and look at the permissions and the free space"
    )
