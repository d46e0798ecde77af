"""One file of durations and no protocol: cells typed strictly, every fault told at once by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.study._cells import Column, Faults
from dipoutcomes.study._tables import labelled, refuse_many, table, whole

if TYPE_CHECKING:
    from dipoutcomes.records import RawTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Texts = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Durations:
    """People (or rows of people) of one file; what was not asked for is None.

    Parameters
    ----------
    time : ndarray, shape (rows,)
        0 or more; whole numbers where all are.
    event : ndarray of int or None
        1 where the time ends in the event, 0 where follow-up ended without it.
    cause : ndarray of int or None
        0 without any event, otherwise which came first.
    cause_names : mapping of int to str
        By the codes in *cause*.
    group, strata, cluster, person : ndarray of str or None
    group_codes : mapping of str to str
        What stands in the file, by the group as it is printed.
    entry : ndarray or None
        When a row comes under observation.
    exposure_time : ndarray of float or None
        nan for never.
    covariates : mapping of str to ndarray
        Numbers, or texts for categories.
    left_out : int
        Rows left out because a covariate is empty, where that was allowed.
    file, sha256 : str
        Of the file read.
    """

    time: NDArray[Any]
    event: Integers | None = None
    cause: Integers | None = None
    cause_names: Mapping[int, str] = field(default_factory=dict)
    group: Texts | None = None
    group_codes: Mapping[str, str] = field(default_factory=dict)
    strata: Texts | None = None
    cluster: Texts | None = None
    person: Texts | None = None
    entry: NDArray[Any] | None = None
    exposure_time: Floats | None = None
    covariates: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    left_out: int = 0
    file: str = ""
    sha256: str = ""

    def __len__(self) -> int:
        return len(self.time)

    def __repr__(self) -> str:
        """Say how many, never who."""
        return f"Durations({self})"

    def __str__(self) -> str:
        less = f"; {self.left_out:,} left out, a covariate is empty" if self.left_out else ""
        return f"{len(self):,} rows of '{self.file}'{less}"

    def label_of(self, code: str) -> str:
        """Return the group as printed of a code in the file; anything else is returned as it is."""
        return {own: label for label, own in self.group_codes.items()}.get(code, code)


def read_durations(  # noqa: PLR0913 - one keyword a column
    file: str | Path,
    *,
    time: str,
    event: str = "",
    cause: str = "",
    no_event: str = "0",
    cause_names: Mapping[int, str] | None = None,
    group: str = "",
    group_labels: Mapping[str, str] | None = None,
    entry: str = "",
    strata: str = "",
    cluster: str = "",
    person: str = "",
    exposure_time: str = "",
    covariates: Sequence[str] = (),
    categories: Sequence[str] = (),
    drop_incomplete: bool = False,
    sheet: str | None = None,
) -> Durations:
    """Return the durations of one CSV, Excel, Parquet or database file, one row a person.

    Parameters
    ----------
    file : path
        Relative to the working folder, or ``"package:NAME/PATH"`` for a file that an installed
        package brings.
    time, event, cause, group, entry, strata, cluster, person, exposure_time : str
        Headings; "" for what is not there. `time` and `entry` hold numbers from 0; `event` 0 and 1
        (or true and false); `exposure_time` a number, or nothing for never; the others texts.
    no_event : str, default "0"
        What `cause` holds where nothing happened, if it holds words; codes have 0.
    cause_names : mapping of int to str, optional
        Names of the codes in `cause`.
    group_labels : mapping of str to str, optional
        What a group is called in print. A group that is not named keeps its own, a number after
        its heading: "fin 1".
    covariates : sequence of str
        Headings; a column of numbers stays numbers, one of texts becomes a category.
    categories : sequence of str
        Those of `covariates` whose numbers are codes of a category.
    drop_incomplete : bool, default False
        Leave out rows where a covariate is empty, and count them; otherwise they are a fault.
    sheet : str, optional
        Of a workbook; the first if omitted.

    Returns
    -------
    Durations

    Raises
    ------
    StorageError
        If there is no such file, or it is of no kind that can be read.
    RecordError
        If a column is missing or repeated, or a cell is not what its column holds: all faults at
        once, with the row numbers a spreadsheet shows and no value of anybody.
    DesignError
        If there is nobody, or more than 20 groups or causes.
    ValueError
        If `no_event`, a label or a category names nothing in the file.

    Notes
    -----
    A cell is a number only as it is written in a calculation: "1,000", "12 weeks" and dates are
    none. Nothing is guessed, filled in or rounded.

    Examples
    --------
    >>> people = read_durations("package:lifelines/datasets/rossi.csv", time="week",
    ...     event="arrest", group="fin", group_labels={"1": "financial aid"})
    >>> print(people)
    432 rows of 'rossi.csv'
    >>> int(people.event.sum()), sorted(set(people.group))
    (114, ['fin 0', 'financial aid'])
    """
    names = {
        "time": time, "event": event, "cause": cause, "group": group, "entry": entry,
        "strata": strata, "cluster": cluster, "person": person, "exposure_time": exposure_time,
    }  # fmt: skip
    names = {role: name for role, name in names.items() if name}
    if unknown := [name for name in categories if name not in covariates]:
        raise ValueError(f"{', '.join(unknown)}: named as a category and not among the covariates")
    raw = table(file, [*names.values(), *covariates], sheet)
    faults = Faults(raw.rows)
    columns = {role: Column.of(raw.frame[name], name) for role, name in names.items()}
    found: dict[str, Any] = {}
    for role, column in columns.items():
        found[role] = _READ[role](column, faults)
    if entry:
        faults.add(f"{entry} is not before {time}", found["entry"] >= found["time"])
    if cause:
        found |= _causes(columns["cause"], faults, no_event, cause_names)
    kept, values = _covariates(raw, covariates, categories, faults, drop_incomplete=drop_incomplete)
    faults.raise_any(raw.file)
    if group:
        found["group"], found["group_codes"] = labelled(found["group"], group, group_labels)
    if not kept.any():
        raise DesignError(
            f"'{raw.file}': every row has an empty covariate; ask for fewer covariates"
        )
    arrays: dict[str, Any] = {
        k: v[kept] if isinstance(v, np.ndarray) else v for k, v in found.items()
    }
    return Durations(
        **arrays,
        covariates={name: column[kept] for name, column in values.items()},
        left_out=int((~kept).sum()),
        file=raw.file,
        sha256=raw.sha256,
    )


def _time(column: Column, faults: Faults) -> NDArray[Any]:
    values = column.numbers(faults, least=0)
    return values if np.isnan(values).any() else whole(values)


def _exposure(column: Column, faults: Faults) -> Floats:
    return column.numbers(faults, least=0, blank_allowed=True)


def _texts(column: Column, faults: Faults) -> Texts:
    return column.texts(faults)


def _flags(column: Column, faults: Faults) -> Integers:
    return column.flags(faults)


_READ: dict[str, Any] = {
    "time": _time,
    "event": _flags,
    "cause": _texts,
    "group": _texts,
    "entry": _time,
    "strata": _texts,
    "cluster": _texts,
    "person": _texts,
    "exposure_time": _exposure,
}


def _causes(
    column: Column, faults: Faults, no_event: str, names: Mapping[int, str] | None
) -> dict[str, Any]:
    """Return the code of each person's cause and the names of the codes."""
    if column.is_numeric:
        codes = column.counts(faults, what="a whole number from 0 (no event)")
        present = sorted({int(code) for code in np.unique(codes) if code > 0})
        refuse_many(len(present), column.name, "causes")
        said = {code: f"cause {code}" for code in present} | dict(names or {})
        return {"cause": codes.astype(np.int64), "cause_names": said}
    if names:
        raise ValueError(f"{column.name} holds words, which need no names")
    words = column.texts(faults)
    kinds = sorted({str(word) for word in words} - {no_event, ""})
    if no_event not in words:
        raise ValueError(
            f"no row of {column.name} holds '{no_event}', the word for no event; name the word "
            "that stands there"
        )
    refuse_many(len(kinds), column.name, "causes")
    place = {word: code for code, word in enumerate(kinds, start=1)} | {no_event: 0, "": 0}
    codes = np.fromiter((place[word] for word in words), dtype=np.int64, count=len(words))
    return {"cause": codes, "cause_names": {code: word for word, code in place.items() if code}}


def _covariates(
    raw: RawTable,
    wanted: Sequence[str],
    categories: Sequence[str],
    faults: Faults,
    *,
    drop_incomplete: bool,
) -> tuple[NDArray[np.bool_], dict[str, NDArray[Any]]]:
    """Return which rows are complete, and the columns as numbers or texts."""
    kept = np.ones(len(raw.frame), dtype=bool)
    values: dict[str, NDArray[Any]] = {}
    for name in dict.fromkeys(wanted):
        column = Column.of(raw.frame[name], name)
        values[name] = column.covariate(
            faults, category=name in categories, blank_allowed=drop_incomplete
        )
        kept &= ~column.blank
    if not drop_incomplete:
        kept[:] = True
    return kept, values
