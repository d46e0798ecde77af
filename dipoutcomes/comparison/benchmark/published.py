"""A published share, what it counts, and how far it can be taken at its word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from dipoutcomes._validate import check_choice, check_count, check_positive
from dipoutcomes.results import Column, Table

EVENT_TYPES = (
    "arrest",
    "charge",
    "conviction",
    "caution",
    "proven reoffending",
    "reconviction event",
)
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a share counts. None is said to be not stated, which differs from everything.

    Parameters
    ----------
    event_type : str
        One of `EVENT_TYPES`; six different outcomes.
    window_months : int or None
        Length of the window from *starts*.
    waiting_period_months : int or None
        Further time for an offence in the window to be proven; 0 where none is needed.
    population : str or None
        Whom it is about: "adults testing positive for a Class A drug on arrest".
    starts : str or None
        What the window starts from: "positive test", "closure".
    linkage : str or None
        How people were found on records, and what became of those not found.

    Examples
    --------
    >>> Definition(event_type="arrest", window_months=12, population="DIP clients").event_type
    'arrest'
    """

    event_type: str
    window_months: int | None = None
    waiting_period_months: int | None = None
    population: str | None = None
    starts: str | None = None
    linkage: str | None = None

    def __post_init__(self) -> None:
        check_choice("event_type", self.event_type, EVENT_TYPES)
        for name in ("window_months", "waiting_period_months"):
            value = getattr(self, name)
            if value is not None:
                check_count(name, value, minimum=1 if name == "window_months" else 0)

    def differences(self, other: Definition) -> tuple[tuple[str, str, str], ...]:
        """Return (what, ours, theirs) where the two differ or either does not say."""
        found = []
        for name, says in _FIELDS.items():
            ours, theirs = getattr(self, name), getattr(other, name)
            if ours is None or theirs is None or ours != theirs:
                found.append((says, _in_words(name, ours), _in_words(name, theirs)))
        return tuple(found)


_FIELDS = {
    "event_type": "what counts as an event",
    "window_months": "length of the window",
    "waiting_period_months": "waiting period for proof",
    "population": "who is counted",
    "starts": "start of the window",
    "linkage": "how people were found on records",
}


def _in_words(name: str, value: object) -> str:
    if value is None:
        return NOT_STATED
    if name.endswith("_months"):
        return f"{value} month{'s' * (value != 1)}" if value else "none"
    return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRate:
    """A published share of people with an event, and what is known of its error.

    Parameters
    ----------
    name : str
        As a report prints it: "drug-misusing offenders, January to March 2008".
    definition : Definition
    share : float, optional
        In [0, 1]; not needed where *events* and *n* are given.
    events, n : int, optional
        With *n* the benchmark's own sampling error is carried.
    standard_error : float, optional
        Of the share, where it is published in place of *n*.
    rounding : float, default 0
        Half the unit in which the share is printed: 0.005 for a whole percentage.
    truncated : bool, default False
        Whether digits were cut off, so that the share lies from the printed one upwards.
    source : str

    Raises
    ------
    TypeError, ValueError
        If the numbers contradict each other.

    Examples
    --------
    >>> benchmark = PublishedRate(name="England, 2008", share=0.61, n=20_934, rounding=0.005,
    ...     definition=Definition(event_type="conviction", window_months=12))
    >>> benchmark.basis, benchmark.range
    ('counts', (0.605, 0.615))
    """

    name: str
    definition: Definition
    share: float | None = None
    events: int | None = None
    n: int | None = None
    standard_error: float | None = None
    rounding: float = 0.0
    truncated: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if self.n is not None:
            check_count("n", self.n, minimum=1)
        if self.events is not None:
            if self.n is None:
                raise ValueError("`events` needs `n`, the people they are out of")
            check_count("events", self.events, maximum=self.n)
        if self.share is None and self.events is None:
            raise ValueError("give `share`, or `events` and `n`")
        if self.share is not None and not 0 <= self.share <= 1:
            raise ValueError(f"`share` must lie from 0 to 1 (61% is 0.61); got {self.share}")
        if self.standard_error is not None:
            check_positive("standard_error", self.standard_error)
            if self.n is not None:
                raise ValueError("give `n` or `standard_error`, not both")
        if not 0 <= self.rounding <= 0.05:
            raise ValueError(f"`rounding` must lie from 0 to 0.05; got {self.rounding}")
        if self.events is not None and self.share is not None and not self._agree():
            raise ValueError(
                f"`events` of `n` is {self.events / (self.n or 1):.4f}, and not the `share` "
                f"{self.share:g} to within its rounding"
            )

    def _agree(self) -> bool:
        assert self.events is not None  # noqa: S101  (for the type checker)
        low, high = self._printed_range()
        return low - 1e-12 <= self.events / (self.n or 1) <= high + 1e-12

    def _printed_range(self) -> tuple[float, float]:
        assert self.share is not None  # noqa: S101  (for the type checker)
        low, high = (0, 2) if self.truncated else (-1, 1)
        return (
            max(0.0, round(self.share + low * self.rounding, 12)),
            min(1.0, round(self.share + high * self.rounding, 12)),
        )

    @property
    def basis(self) -> Literal["counts", "standard_error", "known"]:
        """What its error is known from."""
        if self.n is not None:
            return "counts"
        return "known" if self.standard_error is None else "standard_error"

    @property
    def value(self) -> float:
        """The share: that of the counts where they are given."""
        if self.events is not None and self.n is not None:
            return self.events / self.n
        return float(self.share or 0.0)

    @property
    def range(self) -> tuple[float, float]:
        """The least and greatest share that would be printed so."""
        return (self.value, self.value) if self.events is not None else self._printed_range()

    @property
    def count_range(self) -> tuple[int, int]:
        """The least and greatest count of people with an event that would be printed so."""
        if self.n is None:
            raise ValueError("the benchmark has no `n`")
        if self.events is not None:
            return self.events, self.events
        low, high = (Fraction(str(share)) * self.n for share in self._printed_range())
        least, most = ceil(low), floor(high)
        if least > most:  # no whole count gives it: the nearest
            least = most = round(self.value * self.n)
        return least, most


def differences_table(ours: Definition, theirs: Definition) -> Table:
    """Return the definitions that differ, side by side.

    Parameters
    ----------
    ours, theirs : Definition

    Returns
    -------
    Table

    Examples
    --------
    >>> table = differences_table(Definition(event_type="arrest"),
    ...     Definition(event_type="conviction"))
    >>> table.rows[0]["theirs"]
    'conviction'
    """
    columns = (
        Column(key="what", heading="What", kind="label"),
        Column(key="ours", heading="Here"),
        Column(key="theirs", heading="Published"),
    )
    return Table.of(
        "definitions_that_differ",
        "Definitions that differ from those of the published figure, or are not stated.",
        columns,
        ours.differences(theirs),
    )


def how_printed(
    numerator: int, denominator: int, printed: str, *, per: int = 100
) -> Literal["rounded", "truncated", "both", "neither"]:
    """Return how a printed figure was made of its counts.

    Parameters
    ----------
    numerator, denominator : int
    printed : str
        As printed, without a percent sign: its decimals count.
    per : int, default 100
        What the figure is per.

    Returns
    -------
    {"rounded", "truncated", "both", "neither"}
        Half goes up. "both" where rounding and cutting off give the same.

    Raises
    ------
    TypeError, ValueError
        If the counts are not whole numbers, or *printed* is no number.

    Examples
    --------
    >>> how_printed(54_462, 20_934, "260.1")
    'truncated'
    """
    top, bottom = check_count("numerator", numerator), check_count("denominator", denominator)
    if bottom == 0:
        raise ValueError("`denominator` must be above 0")
    if not isinstance(printed, str):
        raise TypeError(f"`printed` must be the text as printed, not {type(printed).__name__}")
    text = printed.strip().replace(",", "")
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise ValueError("`printed` must be a plain number as printed, such as '260.1'")
    per = check_count("per", per, minimum=1)
    shown = Fraction(text)
    decimals = len(text.partition(".")[2])
    scaled = Fraction(top, bottom) * per * 10**decimals
    target = shown * 10**decimals
    rounded, cut = floor(scaled + Fraction(1, 2)) == target, floor(scaled) == target
    if rounded and cut:
        return "both"
    return "rounded" if rounded else "truncated" if cut else "neither"
