"""Figures that programmes have printed, each with what they support and what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.measures import NO_CLEAR_CHANGE, change_in_number

if TYPE_CHECKING:
    import pandas as pd

#: Half a year, as the report counts; the length of both periods is the same and cancels.
_HALF_YEAR_DAYS = 182
#: Printed by the Gwent report (quarters 3 and 4 of 2013/14) and by the press notice on it.
PRESS_NOTICE = (
    ("clients accessing the programme", 15, "referrals", 306),
    ("clients prescribed", 25, "prescribed", 79),
)
#: Home Office page on the programme: percentages, as printed.
VOLUME_CHANGE, DECLINERS, DECLINE = -26, 50, -79
#: Police article: offenders that the team worked with, by year.
SOLIHULL_YEARS, SOLIHULL_WORKED_WITH = (2008, 2012), (654, 320)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedCase:
    """One publication's figures, and what follows from them.

    Parameters
    ----------
    id, title, source : str
    printed : tuple of str
        The figures as printed.
    shows, does_not_show : tuple of str
        Sentences.
    table : Table or None
        What the figures can be made to say by arithmetic.
    """

    id: str
    title: str
    source: str
    printed: tuple[str, ...]
    shows: tuple[str, ...]
    does_not_show: tuple[str, ...]
    table: Table | None = None

    def __str__(self) -> str:
        parts = [f"{self.title} ({self.source})"]
        for heading, lines in (
            ("Printed", self.printed),
            ("What they support", self.shows),
            ("What they do not", self.does_not_show),
        ):
            parts.append("\n".join([f"{heading}:", *(f"- {line}" for line in lines)]))
        if self.table is not None:
            parts.append(str(self.table))
        return "\n".join(parts)

    @property
    def as_markdown(self) -> str:
        """The sentences under their headings, without the table."""
        parts = [f"### {self.title}\n\nSource: {self.source}."]
        for heading, lines in (
            ("Printed", self.printed),
            ("What it supports", self.shows),
            ("What it does not", self.does_not_show),
        ):
            parts.append("\n".join([f"**{heading}**\n", *(f"- {line}" for line in lines)]))
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        rows = [["printed", line] for line in self.printed]
        rows += [["supported", line] for line in self.shows]
        rows += [["not supported", line] for line in self.does_not_show]
        table = "" if self.table is None else self.table._repr_html_()
        return _display.html_table(f"{self.title} ({self.source})", ["", "what"], rows) + table

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a sentence."""
        import pandas as pd

        rows = [
            {"case": self.id, "what": what, "says": line}
            for what, lines in (
                ("printed", self.printed),
                ("supported", self.shows),
                ("not supported", self.does_not_show),
            )
            for line in lines
        ]
        return pd.DataFrame(rows, columns=["case", "what", "says"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "id": self.id,
            "title": self.title,
            "source": self.source,
            "printed": list(self.printed),
            "shows": list(self.shows),
            "does_not_show": list(self.does_not_show),
            "table": None if self.table is None else self.table.to_dict(),
        }


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


def change_of_the_others(change: float, change_of_some: float, share_of_events: float) -> float:
    """Return by how much the rest changed, where all and some of them are known.

    Parameters
    ----------
    change, change_of_some : float
        Of everybody's events together and of those of some people, as proportions: -0.26.
    share_of_events : float
        Those people's share of all events before, in [0, 1).

    Returns
    -------
    float
        As a proportion; ``nan`` where it would be a fall of more than everything.

    Notes
    -----
    With w the share: change = w change_of_some + (1 - w) x, solved for x.

    Examples
    --------
    >>> round(change_of_the_others(-0.26, -0.79, 0.5), 2)
    0.27
    """
    if not 0 <= share_of_events < 1:
        raise ValueError(f"`share_of_events` must lie in [0, 1); got {share_of_events}")
    rest = (change - share_of_events * change_of_some) / (1 - share_of_events)
    return rest if rest >= -1 else nan


def home_office(*, shares: Sequence[float] = (0.25, 1 / 3, 0.5, 0.6, 0.75)) -> WorkedCase:
    """Return the Home Office's national figures, and what they say of the other half.

    Parameters
    ----------
    shares : sequence of float
        Of all offences before, how many may be of those whose offending declined.

    Examples
    --------
    >>> case = home_office()
    >>> case.table.rows[2]["others"]
    0.27
    """
    rows = [
        [share, round(change_of_the_others(VOLUME_CHANGE / 100, DECLINE / 100, share), 4)]
        for share in shares
    ]
    table = Table.of(
        "home_office",
        "By how much the others' offending changed, by who did how much before",
        [
            Column(key="share", heading="Share of offences before, of those who declined",
                   kind="share", decimals=0),
            Column(key="others", heading="Change of the others", kind="share", decimals=0),
        ],
        rows,
        notes=["The publication does not print the first column: each row is one possibility."],
    )  # fmt: skip
    return WorkedCase(
        id="home-office",
        title="National figures of the programme",
        source="Home Office page on the Drug Interventions Programme",
        printed=(
            "overall volume of offending 26 per cent lower following identification through a "
            "positive test",
            "around half the cohort showed a decline of around 79 per cent in the following six "
            "months",
            "an estimated 680,000 crimes prevented a year",
        ),
        shows=(
            "People offended less in the six months after they were identified than in those "
            "before.",
            "The fall was uneven: if those who declined had done half of the offending before, the "
            "other half must have risen by 27%; if a third, the others hardly changed.",
        ),
        does_not_show=(
            "That the programme made the difference: everybody was met through an arrest, at a "
            "time when they offend more than usual, and would on average have offended less "
            "afterwards with nothing done (regression to the mean).",
            "That half the cohort improved: between two periods the numbers of people whom nothing "
            "changes go up and down by chance as well, and those chosen for having fallen show a "
            "large fall. Made-up people on whom nothing has an effect come near to all three "
            "figures (synthetic/home-office-no-effect.toml).",
            "Crimes prevented: that needs what would have happened otherwise. The page says itself "
            "that some would have sought treatment anyway.",
            "Anything beyond six months, or of time spent in custody in them.",
        ),
        table=table,
    )


def cambridgeshire() -> WorkedCase:
    """Return Cambridgeshire's indicators: targets, with no figure of what was reached.

    Examples
    --------
    >>> print(cambridgeshire().shows[0])
    What the programme was to reach: it is held to stages of a path, each with a base of its own.
    """
    return WorkedCase(
        id="cambridgeshire",
        title="Indicators with targets",
        source="Cambridgeshire Drug Interventions Programme paper",
        printed=(
            "70% assessed, 60% with a care plan, 75% case managed, 80% retained or completed",
            "75% of prison referrals case managed; 65 commencements, 35% completions",
        ),
        shows=(
            "What the programme was to reach: it is held to stages of a path, each with a base of "
            "its own.",
        ),
        does_not_show=(
            "What it did reach: no figure is printed.",
            "How many of those arrested reach the end: 70 x 60 x 75 x 80% is 25.2%, but the base "
            "of a stage is not always those who passed the one before.",
            "Whether a target was met in a quarter: with few people an unchanged programme is "
            "above it in one quarter and below it in the next.",
        ),
    )


def solihull(shows: Sequence[str], does_not_show: Sequence[str]) -> WorkedCase:
    """Return Solihull's two years, with what a published series of two points says.

    Parameters
    ----------
    shows, does_not_show : sequence of str
        From ``comparison.series.published_series``, which this room does not know.

    Examples
    --------
    >>> solihull(["A fall of 51.1%."], []).shows
    ('A fall of 51.1%.',)
    """
    first, last = SOLIHULL_WORKED_WITH
    return WorkedCase(
        id="solihull",
        title="Fewer people worked with",
        source="police article on the Solihull Drug Interventions Programme",
        printed=(
            f"offenders worked with: {first} in {SOLIHULL_YEARS[0]}, {last} in "
            f"{SOLIHULL_YEARS[1]}, beside a fall in recorded crime",
        ),
        shows=tuple(shows),
        does_not_show=tuple(does_not_show),
    )
