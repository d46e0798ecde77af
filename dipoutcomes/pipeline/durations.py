"""A table of durations, read and checked: every fault in one error, no value quoted."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd

from dipoutcomes.errors import DesignError, RecordError
from dipoutcomes.protocol.model import TimeToEvent
from dipoutcomes.records import RawTable


def read_durations(section: TimeToEvent, raw: RawTable) -> pd.DataFrame:
    """Return ``duration`` (float), ``event`` (0 or 1) and ``group`` (the code as text).

    Raises
    ------
    RecordError
        If a column is missing, a duration is no number from 0 up, the event column holds
        anything but 0 and 1, or a group has no label. All faults at once, by row.
    DesignError
        If the table has no row.
    """
    wanted = [section.duration, section.event, *([section.group] if section.group else [])]
    faults = _heading_faults(wanted, [str(heading) for heading in raw.frame.columns])
    if faults:
        raise RecordError(
            f"'{raw.file}' does not have the columns that [time_to_event] names. The first row "
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
    problems = [
        _line(rule, np.asarray(raw.rows)[where]) for rule, where in broken.items() if where.any()
    ]
    if problems:
        raise RecordError(f"'{raw.file}': the table of durations has faults", problems)
    event = (code == float(section.event_when)).astype(int)
    return pd.DataFrame({"duration": duration, "event": event, "group": group})


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
