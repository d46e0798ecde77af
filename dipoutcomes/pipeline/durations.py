"""A table of durations, read and checked: every fault in one error, no value quoted."""

from __future__ import annotations

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
    missing = [name for name in wanted if name not in raw.frame.columns]
    if missing:
        known = ", ".join(map(str, raw.frame.columns))
        raise RecordError(
            f"'{raw.file}' lacks {len(missing)} of the columns that [time_to_event] names; it has: "
            f"{known}",
            [f"no column '{name}'" for name in missing],
        )
    if not len(raw.frame):
        raise DesignError(f"'{raw.file}' has no rows below its headings; nobody is in the study")
    duration = pd.to_numeric(raw.frame[section.duration], errors="coerce").to_numpy(float)
    code = pd.to_numeric(raw.frame[section.event], errors="coerce").to_numpy(float)
    group = _codes(raw.frame[section.group]) if section.group else np.full(len(code), "", object)
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
