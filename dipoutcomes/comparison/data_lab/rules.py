"""What a Justice Data Lab report asks before it prints: sizes and the proven window."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from math import sqrt

from scipy.special import ndtri

from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table

FOLLOW_UP_MONTHS = 12
WAITING_PERIOD_MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLabRules:
    """The least numbers for a report, a table, a line and a finding.

    Parameters
    ----------
    submitted : int
        People whose details were sent in.
    treated : int
        Treated people left in the analysis.
    reoffenders : int
        Treated reoffenders, for the table of days and for any finding called significant.
    events : int
        Number times proportion in the treated group, for a line of the tables by severity and
        custody and for any finding called significant.
    """

    submitted: int = 60
    treated: int = 30
    reoffenders: int = 30
    events: int = 10


RULES = DataLabRules()


def check_sizes(treated: int, submitted: int | None, rules: DataLabRules) -> None:
    """Raise `DesignError` if a Data Lab report would not be made of so few people."""
    short = []
    if submitted is not None and submitted < rules.submitted:
        short.append(f"{submitted} people were submitted; the rule is at least {rules.submitted}")
    if treated < rules.treated:
        short.append(
            f"{treated} treated people are in the analysis; the rule is at least {rules.treated}"
        )
    if short:
        raise DesignError(
            "; ".join(short) + ". A report of this kind would not be made. Use "
            "`treatment_effect`, whose interval says how little so few people show."
        )


def check_proven_window(last_index_date: date, extract_date: date) -> None:
    """Raise `DesignError` if reoffences in the year could not all have been proven in time.

    Parameters
    ----------
    last_index_date : date
        The latest release, start of sentence or caution of anybody in either group.
    extract_date : date
        When the records were taken: at least 12 + 6 calendar months later.
    """
    due = _months_later(last_index_date, FOLLOW_UP_MONTHS + WAITING_PERIOD_MONTHS)
    if extract_date < due:
        raise DesignError(
            f"the records were taken {(due - extract_date).days} days too early: an offence counts "
            f"if committed within {FOLLOW_UP_MONTHS} months and proven within a further "
            f"{WAITING_PERIOD_MONTHS}. Take a later extract, or close the cohort earlier: those "
            "not followed to the end must never count as without a reoffence."
        )


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def data_lab_precision(
    people: list[int], *, share: float = 0.5, power: float = 0.8, confidence_level: float = 0.95
) -> Table:
    """Return how near a Data Lab report can come with so many treated people.

    Parameters
    ----------
    people : list of int
        Treated people in the analysis.
    share : float, default 0.5
        Who reoffend.
    power : float, default 0.8
    confidence_level : float, default 0.95

    Returns
    -------
    Table
        The half-width of the interval and the difference found with *power*, in percentage
        points, against a comparison group so large that its error does not count.

    Examples
    --------
    >>> table = data_lab_precision([60])
    >>> [round(100 * table.column(key)[0], 1) for key in ("half_width", "detectable")]
    [12.7, 18.1]
    """
    level = check_confidence_level(confidence_level)
    if not 0 < share < 1:
        raise ValueError(f"`share` must lie strictly between 0 and 1; got {share:g}")
    check_confidence_level(power, "power")
    z = float(ndtri((1 + level) / 2))
    rows = []
    for n in people:
        error = sqrt(share * (1 - share) / check_count("people", n, minimum=1))
        rows.append([n, z * error, (z + float(ndtri(power))) * error])
    return Table.of(
        "data_lab_precision",
        f"How near a comparison can come where {100 * share:g}% reoffend, by treated people",
        [
            Column(key="people", heading="Treated people", kind="count"),
            Column(key="half_width", heading="Interval: plus or minus", kind="share"),
            Column(key="detectable", heading=f"Found with {100 * power:g}% power", kind="share"),
        ],
        rows,
        notes=("In percentage points, against a very large comparison group.",),
    )
