"""A file as a table of durations: its columns found, its groups named, its times whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import storage
from dipoutcomes.errors import DesignError, RecordError
from dipoutcomes.study._cells import heading_faults, number

if TYPE_CHECKING:
    from dipoutcomes.records import RawTable

#: More groups or causes than this side by side say nothing, and may be people's names.
MOST_LABELS = 20


def table(file: str | Path, wanted: Sequence[str], sheet: str | None) -> RawTable:
    """Return the raw cells, once every column that is asked for is there once."""
    place = storage.resolve_source(str(file), Path())
    raw = storage.read_raw_table(place, table="durations", sheet=sheet)
    if faults := heading_faults(wanted, [str(heading) for heading in raw.frame.columns]):
        raise RecordError(
            f"'{raw.file}' does not have the columns asked for; its first row holds the headings:",
            faults,
        )
    if not len(raw.frame):
        raise DesignError(f"'{raw.file}' has no rows below its headings; nobody is in the study")
    return raw


def whole(values: NDArray[np.float64]) -> NDArray[Any]:
    """Return whole numbers as such, so that days are printed and tied as days."""
    return values.astype(np.int64) if (values == np.floor(values)).all() else values


def labelled(
    groups: NDArray[np.object_], name: str, labels: Mapping[str, str] | None
) -> tuple[NDArray[np.object_], dict[str, str]]:
    """Return the groups as they are printed, and their codes; refuse what cannot be groups."""
    present = sorted({str(group) for group in groups})
    refuse_many(len(present), name, "groups")
    if unknown := [code for code in labels or () if code not in present]:
        raise ValueError(
            f"{name}: {len(unknown)} labels are of no group in the file ({', '.join(unknown)})"
        )
    # A bare number says nothing in a sentence: "1 48 events".
    said = {code: f"{name} {code}" if np.isfinite(number(code)) else code for code in present}
    said |= labels or {}
    if len(set(said.values())) < len(said):
        raise ValueError(f"{name}: two groups would have one label; join them in the file instead")
    out = np.empty(len(groups), dtype=object)
    out[:] = [said[group] for group in groups]
    return out, {label: code for code, label in said.items()}


def refuse_many(found: int, name: str, what: str) -> None:
    """Refuse more groups or causes than a reader can tell apart."""
    if found > MOST_LABELS:
        raise DesignError(
            f"{name} has {found:,} {what}, more than {MOST_LABELS} side by side can show; join "
            "them, or name another column"
        )
