"""A pack run again by a second person: whether it is whole, and comes out the same."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dipoutcomes import storage
from dipoutcomes.errors import DipOutcomesError, StorageError
from dipoutcomes.study._same_bytes import same_content
from dipoutcomes.study.evidence import KIND, counts_pack_files, software_versions
from dipoutcomes.study.evidence_study import KIND as FROM_RECORDS
from dipoutcomes.study.evidence_study import check_same_inputs, study_pack_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether a pack is whole, and whether a re-run gives the same.

    Parameters
    ----------
    altered : tuple of str
        A sentence for each file that is not as the manifest says.
    different : tuple of str
        A sentence for each file that a re-run does not give again.
    same : int
        Files that came out the same.
    versions : tuple of str
        Software that differs from what made the pack: it may explain a difference.
    inputs : tuple of str
        What the pack says it was made from, with SHA-256: to be held against what either party
        was sent when it was agreed, for a pack cannot vouch for itself.
    """

    altered: tuple[str, ...]
    different: tuple[str, ...]
    same: int
    versions: tuple[str, ...]
    inputs: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was altered and everything came out the same."""
        return not (self.altered or self.different)

    def __str__(self) -> str:
        lines = [
            f"The pack holds: a re-run gave the same {self.same} files."
            if self.holds
            else f"The pack does NOT hold ({self.same} files came out the same)."
        ]
        lines += [f"  altered since it was made: {text}" for text in self.altered]
        lines += [f"  a re-run gives something else: {text}" for text in self.different]
        lines += [f"  made with other software: {text}" for text in self.versions]
        lines += [f"  made from {text}" for text in self.inputs]
        return "\n".join(lines)


def verify_pack(pack: str | Path, *, protocol: str | Path | None = None) -> Verification:
    """Run a pack again from what is in it, and say whether every file comes out the same.

    Parameters
    ----------
    pack : path
        The folder of a pack, or its zip file.
    protocol : path, optional
        For a pack that was made from records, which are not in it: the protocol beside them.

    Returns
    -------
    Verification

    Raises
    ------
    StorageError
        If it is no pack that this toolkit wrote.
    """
    place = Path(pack)
    if place.suffix == ".zip":
        with tempfile.TemporaryDirectory(prefix="dipoutcomes-") as scratch:
            _unpack(place, Path(scratch))
            return _verify(Path(scratch), protocol)
    return _verify(place, protocol)


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as inside:
            for name in inside.namelist():
                target = (folder / name).resolve()
                if not target.is_relative_to(folder.resolve()):
                    raise StorageError(
                        f"'{archive.name}' names files outside itself; do not use it"
                    )
            inside.extractall(folder)  # every name was looked at above
    except (OSError, zipfile.BadZipFile):
        raise StorageError(f"'{archive.name}' is no zip file that can be read") from None


def _verify(folder: Path, protocol: str | Path | None) -> Verification:
    details = storage.read_manifest(folder).get("details", {})
    if details.get("kind") not in (KIND, FROM_RECORDS):
        raise StorageError(
            f"'{folder.name}' is a folder of results and no evidence pack; "
            "`dipoutcomes payment pack` writes one"
        )
    altered = storage.check_manifest(folder)
    if details["kind"] == KIND:
        made = _made_again(folder, details, altered)
    elif protocol is None:
        raise StorageError(
            "this pack was made from records, which are not in it. Say where they are: "
            "dipoutcomes verify PACK --protocol PROTOCOL"
        )
    else:
        made, hashes = study_pack_files(protocol)
        check_same_inputs(details, hashes)
    return _compared(folder, made, altered, details)


def _made_again(
    folder: Path, details: Mapping[str, Any], altered: tuple[str, ...]
) -> dict[str, bytes]:
    """Return the files made again; what was altered is said first where that cannot be done."""
    try:
        return counts_pack_files(_given(folder, details))
    except DipOutcomesError as error:
        if not altered:
            raise
        lines = [f"  altered since it was made: {text}" for text in altered]
        raise StorageError(
            "\n".join(["The pack does NOT hold, and cannot be run again:", *lines, f"  {error}"])
        ) from None


def _given(folder: Path, details: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the texts that a pack was made from, as they are in it now."""
    given = {}
    for entry in details["inputs"]:
        name = entry["name"]
        found = [
            path
            for path in (folder / name, folder / "working" / name, folder / "release" / name)
            if path.is_file()
        ]
        if not found:
            raise StorageError(f"the pack lacks {name}, so it cannot be run again")
        given[name] = found[0].read_bytes()
    return given


def _compared(
    folder: Path, made: Mapping[str, bytes], altered: tuple[str, ...], details: Mapping[str, Any]
) -> Verification:
    there = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    different = [f"{name} is not in the pack" for name in sorted(made.keys() - there.keys())]
    same = 0
    for name, data in sorted(made.items()):
        if name in there and same_content(name, there[name], data):
            same += 1
        elif name in there:
            different.append(name)
    return Verification(
        altered=altered,
        different=tuple(different),
        same=same,
        versions=_other_versions(details.get("versions", {})),
        inputs=tuple(f"{e['name']}: SHA-256 {e['sha256']}" for e in details["inputs"]),
    )


def _other_versions(made_with: Mapping[str, str]) -> tuple[str, ...]:
    now = software_versions()
    return tuple(
        f"{name} {made_with.get(name, 'not recorded')} then, {now[name]} now"
        for name in now
        if made_with.get(name) != now[name]
    )
