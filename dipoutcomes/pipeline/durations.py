"""A table of durations, read and checked: every fault in one error, no value quoted."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd

from dipoutcomes.errors import DesignError, RecordError
from dipoutcomes.pipeline.covariates import as_categories, as_numbers
from dipoutcomes.protocol.model import Regression, TimeToEvent
from dipoutcomes.records import RawTable


def read_durations(
    section: TimeToEvent, raw: RawTable, regression: Regression | None = None
) -> pd.DataFrame:
    """Return ``duration`` (float), ``event`` (0 or 1), ``group`` and ``cause`` (codes as text).

    Without a column of causes, ``cause`` is empty. The covariates of a *regression* follow under
    ``covariate:`` and their heading: numbers, or texts.

    Raises
    ------
    RecordError
        If a column is missing, a duration is no number from 0 up, the event column holds
        anything but 0 and 1, or a group has no label. All faults at once, by row.
    DesignError
        If the table has no row.
    """
    wanted = [section.duration, section.event, section.group, section.cause]
    wanted = [name for name in wanted if name]
    covariates = [] if regression is None else list(regression.covariates)
    wanted = list(dict.fromkeys([*wanted, *covariates]))
    faults = _heading_faults(wanted, [str(heading) for heading in raw.frame.columns])
    if faults:
        named = "[time_to_event]" + (" and [regression]" if covariates else "")
        verb = "name" if covariates else "names"
        raise RecordError(
            f"'{raw.file}' does not have the columns that {named} {verb}. The first row "
            "holds the headings; correct them, or their names in the protocol:",
            faults,
        )
    if not len(raw.frame):
        raise DesignError(f"'{raw.file}' has no rows below its headings; nobody is in the study")
    cells = {name: raw.frame[name].astype(object) for name in wanted}  # texts may be categories
    duration = pd.to_numeric(cells[section.duration], errors="coerce").to_numpy(float)
    code = pd.to_numeric(cells[section.event], errors="coerce").to_numpy(float)
    group = _codes(cells[section.group]) if section.group else np.full(len(code), "", object)
    broken = {
        f"{section.duration} is not a number": ~np.isfinite(duration),
        f"{section.duration} is negative": duration < 0,
        f"{section.event} is neither 0 nor 1": ~np.isin(code, (0.0, 1.0)),
    }
    if section.group and section.group_labels:
        unknown = ~np.isin(group, list(section.group_labels))
        broken[f"{section.group} has no label in time_to_event.group_labels"] = unknown
    elif section.group:
        broken[f"{section.group} is empty"] = group == ""
    cause = _codes(cells[section.cause]) if section.cause else np.full(len(code), "", object)
    if section.cause:
        broken |= _cause_faults(section, cause, code)
    found = {f"covariate:{name}": cells[name] for name in covariates}
    if regression is not None:
        broken |= _number_faults(regression, found)
    problems = [
        _line(rule, np.asarray(raw.rows)[where]) for rule, where in broken.items() if where.any()
    ]
    if problems:
        raise RecordError(f"'{raw.file}': the table of durations has faults", problems)
    event = (code == float(section.event_when)).astype(int)
    frame = pd.DataFrame({"duration": duration, "event": event, "group": group, "cause": cause})
    for name, column in found.items():
        number = regression is not None and name.partition(":")[2] in regression.numbers
        frame[name] = as_numbers(column) if number else as_categories(_as_text(column))
    return frame


def _as_text(column: pd.Series) -> pd.Series:
    """Return codes as text, a whole number without decimals, and nothing where there is none."""
    texts = pd.Series(_codes(column), index=column.index, dtype=object)
    return texts.where(column.notna())


def _cause_faults(
    section: TimeToEvent, cause: np.ndarray, event: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the rows whose cause is not named, or says other than the event column."""
    first = next(iter(section.cause_labels), "")
    marked = event == float(section.event_when)
    return {
        f"{section.cause} is neither 0 nor in time_to_event.cause_labels": ~np.isin(
            cause, ["0", *section.cause_labels]
        ),
        f"{section.cause} and {section.event} do not say the same of the event": marked
        != (cause == first),
    }


def _number_faults(regression: Regression, columns: dict[str, pd.Series]) -> dict[str, np.ndarray]:
    """Return the rows where a number of the regression holds something else."""
    faults = {}
    for name in regression.numbers:
        column = columns[f"covariate:{name}"]
        text = column.astype(str).str.strip()
        given = column.notna().to_numpy() & (text != "").to_numpy()
        faults[f"{name} is not a number"] = given & np.isnan(as_numbers(column))
    return faults


def _heading_faults(wanted: Sequence[str], headings: Sequence[str]) -> list[str]:
    """Return a line for each heading that is absent or repeated.

    Others are named only where they are near: in a file without headings they are somebody's
    record.
    """
    faults = []
    for name in wanted:
        found = headings.count(name)
        if not found:
            near = get_close_matches(name, headings, n=1)
            faults.append(f"no column '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        elif found > 1:
            faults.append(f"{found} columns are headed '{name}'; give each its own heading")
    return faults


def _codes(column: pd.Series) -> np.ndarray:
    """Return codes as text; a whole number is written without decimals, whatever its type."""
    numbers = pd.to_numeric(column, errors="coerce")
    whole = numbers.notna() & (numbers % 1 == 0)
    text = column.where(column.notna(), "").astype(str).str.strip()
    text[whole] = numbers[whole].astype("int64").astype(str)
    return text.to_numpy(dtype=object)


def _line(rule: str, rows: np.ndarray) -> str:
    more = f" and {len(rows) - 5:,} more" if len(rows) > 5 else ""
    return f"{rule}: rows {', '.join(map(str, rows[:5]))}{more}"
