"""A press notice's rises in numbers of clients, by the numbers that the report prints."""

from __future__ import annotations

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.measures import NO_CLEAR_CHANGE, change_in_number
from dipoutcomes.scorecard.worked_cases.case import WorkedCase

#: Half a year, as the report counts; the length of both periods is the same and cancels.
_HALF_YEAR_DAYS = 182
#: Printed by the Gwent report (quarters 3 and 4 of 2013/14) and by the press notice on it.
PRESS_NOTICE = (
    ("clients accessing the programme", 15, "referrals", 306),
    ("clients prescribed", 25, "prescribed", 79),
)


def earlier_counts(count: int, percent: int) -> tuple[int, int]:
    """Return the least and the most that a count can have been before it changed by *percent*.

    Parameters
    ----------
    count : int
        The later count, 1 or more.
    percent : int
        The printed change in percent, rounded half up to whole numbers; above -100.

    Returns
    -------
    (int, int)
        Both included.

    Raises
    ------
    ValueError
        If no whole number gives it, as a small count may not.

    Examples
    --------
    >>> earlier_counts(306, 15)
    (265, 267)
    >>> earlier_counts(79, 25)
    (63, 63)
    """
    later = check_count("count", count, minimum=1)
    if percent <= -100:
        raise ValueError(f"`percent` must be above -100; got {percent}")
    # percent - 1/2 <= 100 (count - earlier) / earlier < percent + 1/2, in whole numbers.
    most = 200 * later // (199 + 2 * percent)
    least = 200 * later // (201 + 2 * percent) + 1
    if least > most:
        raise ValueError(f"no whole number changes by {percent}% to {later}")
    return least, most


def count_for_clear_change(percent: int, *, confidence_level: float = 0.95) -> int:
    """Return how many there must be before a rise by *percent* is more than chance may give.

    Parameters
    ----------
    percent : int
        The rise, 1 or more, between two periods of one length.
    confidence_level : float, default 0.95

    Returns
    -------
    int
        The least later count from which on the interval of the ratio leaves out 1.

    Examples
    --------
    >>> count_for_clear_change(15), count_for_clear_change(25)
    (426, 178)
    """
    level = check_confidence_level(confidence_level)
    rise = check_count("percent", percent, minimum=1)

    def clear(count: int) -> bool:
        before = round(100 * count / (100 + rise))
        change = change_in_number(count, before, days=1, previous_days=1, confidence_level=level)
        return change.verdict == "higher"

    high = 2
    while not clear(high):
        high *= 2
    # Rounding makes the answer uneven: the last count that is not clear lies below it.
    return next(n for n in range(high, 0, -1) if not clear(n)) + 1


def press_notice(*, confidence_level: float = 0.95) -> WorkedCase:
    """Return the press notice's +15% and +25%: changes that nothing printed can verify.

    Examples
    --------
    >>> [row["verdict"] for row in press_notice().table.rows]
    ['no clear change', 'no clear change']
    """
    level = check_confidence_level(confidence_level)
    rows = []
    for says, percent, name, count in PRESS_NOTICE:
        least, most = earlier_counts(count, percent)
        change = change_in_number(
            count, least, days=_HALF_YEAR_DAYS, previous_days=_HALF_YEAR_DAYS,
            confidence_level=level,
        )  # fmt: skip
        estimate = change.estimate
        shown = "" if estimate is None else f"{estimate.printed} ({estimate.printed_interval})"
        before = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        rows.append([says, f"+{percent}%", f"{count:,} ({name})", before, shown, change.verdict,
                     count_for_clear_change(percent, confidence_level=level)])  # fmt: skip
    columns = [
        Column(key="what", heading="What", kind="label"),
        Column(key="claimed", heading="Claimed", kind="text"),
        Column(key="now", heading="Printed for the half year", kind="text"),
        Column(key="before", heading="Earlier count that would give it", kind="text"),
        Column(key="ratio", heading=f"Ratio ({_display.level(level)} interval)", kind="text"),
        Column(key="verdict", heading="Judged", kind="text"),
        Column(key="needed", heading="Count from which it would be clear", kind="count"),
    ]
    table = Table.of(
        "press_notice", "If the claim is of the counts that the report prints", columns, rows,
        notes=[
            "An illustration: nothing says that the claim is of these counts. The ratio is from "
            "the least of the earlier counts, which favours the claim most."
        ],
    )  # fmt: skip
    unclear = all(row[5] == NO_CLEAR_CHANGE for row in rows)
    return WorkedCase(
        id="press-notice",
        title="Growth claimed in a press notice",
        source="Police and Crime Commissioner for Gwent, on the annual report 2013/14",
        printed=(
            "clients accessing the programme: +15% over twelve months",
            "clients prescribed: +25% over twelve months",
        ),
        shows=(
            "Nothing by themselves: a percentage without the two counts behind it can be neither "
            "confirmed nor refuted.",
            *(
                ("Had they been of the half year that the report prints, neither would be a clear "
                 "change: two half years in which nothing changed differ as much by chance.",)
                if unclear
                else ()
            ),
        ),
        does_not_show=(
            "That more people came: the counts of both years are needed, by one definition. The "
            "report covers two quarters, the notice speaks of twelve months, and the report says "
            "itself that its format is not comparable with earlier ones.",
            "That the programme worked better: both are numbers of people served.",
        ),
        table=table,
    )  # fmt: skip
