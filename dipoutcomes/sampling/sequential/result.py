"""The result: limits after each person, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes.results import Column, Interval, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConfidenceSequence:
    """Limits for the share of a frame with the event, after each person in the order of the draw.

    Parameters
    ----------
    population : int
        Persons in the frame.
    outcome : ndarray of int, shape (n,)
        1 with the event, 0 without, -1 for an untraced person (counted as both cases).
    low_people, high_people : ndarray of int, shape (n,)
        The least and the most people of the frame who can have the event, after each person.
    fixed_low, fixed_high : ndarray of float, shape (n,)
        Exact hypergeometric limits, as shares, had that number of people been fixed in advance:
        wrong as a rule for stopping, and printed as the price. With untraced people they run from
        the best to the worst case.
    confidence_level : float
        Chance that all the limits, from the first person to the last, hold the truth.
    method : str
        "prior_posterior" or "hedged_capital".
    title : str
        The method in words.
    untraced_at : int or None
        Place in the order (from 1) of the untraced person at whom the sequence stopped.
    not_counted : int
        Outcomes given for people after that place, which may not be used.
    conflict_at : int or None
        Place at which the limits first excluded every number of people: the order was not random,
        or this is one of the few sequences that miss. They start again from there.
    """

    population: int
    outcome: NDArray[np.int64]
    low_people: NDArray[np.int64]
    high_people: NDArray[np.int64]
    fixed_low: NDArray[np.float64]
    fixed_high: NDArray[np.float64]
    confidence_level: float
    method: str
    title: str
    untraced_at: int | None = None
    not_counted: int = 0
    conflict_at: int | None = None

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def untraced(self) -> int:
        """People counted as both cases."""
        return int((self.outcome < 0).sum())

    @property
    def events(self) -> NDArray[np.int64]:
        """People known to have the event, after each person."""
        return np.cumsum(self.outcome == 1)

    @property
    def share(self) -> NDArray[np.float64]:
        """Share with the event among those traced, after each person; nan before the first."""
        traced = np.cumsum(self.outcome >= 0)
        return np.where(traced > 0, self.events / np.maximum(traced, 1), np.nan)

    @property
    def low(self) -> NDArray[np.float64]:
        """Lower limits as shares of the frame."""
        return self.low_people / self.population

    @property
    def high(self) -> NDArray[np.float64]:
        """Upper limits as shares of the frame."""
        return self.high_people / self.population

    @property
    def width_ratio(self) -> NDArray[np.float64]:
        """Width of the limits over that of the fixed-sample ones; nan where those have none."""
        fixed = self.fixed_high - self.fixed_low
        return np.where(fixed > 0, (self.high - self.low) / np.where(fixed > 0, fixed, 1.0), np.nan)

    @property
    def interval(self) -> Interval:
        """The limits after the last person."""
        low, high = float(self.low[-1]), float(self.high[-1])
        return Interval(low, high, self.confidence_level, f"confidence sequence, {self.title}")

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know besides."""
        found = []
        if self.untraced:
            found.append(
                f"Untraced: {self.untraced} of {len(self):,}, who enter as both cases: the lower "
                "limits count them without the event and the upper limits with it."
            )
        if self.untraced_at is not None:
            found.append(
                f"The sequence stops before person {self.untraced_at:,}, who is untraced; "
                f"outcomes given for people after that and not used: {self.not_counted:,}."
            )
        if self.conflict_at is not None:
            found.append(
                f"At person {self.conflict_at:,} the limits contradicted earlier ones and start "
                "again. Look first at whether the order was the order of the draw."
            )
        return tuple(found)

    @property
    def price(self) -> str:
        """What looking after every person costs, in one sentence."""
        ratio, fixed = self.width_ratio[-1], (float(self.fixed_low[-1]), float(self.fixed_high[-1]))
        if np.isnan(ratio):
            return "The whole frame was asked: there is nothing left to estimate"
        return (
            f"Had {len(self):,} been fixed in advance: {_display.limits(*fixed, 'share')} (exact, "
            f"hypergeometric); the price of looking after every person is "
            f"{_display.number(float(ratio), 2)} times that width"
        )

    def __repr__(self) -> str:
        """Say the answer, without anybody's outcome."""
        return f"ConfidenceSequence({len(self):,} of {self.population:,} people, {self.interval})"

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer, its price and the notes."""
        traced = len(self) - self.untraced
        level = _display.level(self.confidence_level)
        low, high = float(self.low[-1]), float(self.high[-1])
        share = "" if not traced else f"{_display.percent(float(self.share[-1]))}, "
        answer = (
            f"{int(self.events[-1]):,} of {traced:,} people, from a frame of {self.population:,}: "
            f"{share}{level} confidence sequence {_display.limits(low, high, 'share')} "
            f"({int(self.low_people[-1]):,} to {int(self.high_people[-1]):,} people; {self.title})."
        )
        return (answer, f"{self.price}.", *self.notes)

    def __str__(self) -> str:
        return " ".join(self.sentences)

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a person, in the order of the draw."""
        import pandas as pd

        return pd.DataFrame(
            {
                "person": np.arange(1, len(self) + 1),
                "events": self.events,
                "untraced": np.cumsum(self.outcome < 0),
                "share": self.share,
                "low": self.low,
                "high": self.high,
                "low_people": self.low_people,
                "high_people": self.high_people,
                "fixed_low": self.fixed_low,
                "fixed_high": self.fixed_high,
                "width_ratio": self.width_ratio,
                "population": self.population,
                "confidence_level": self.confidence_level,
                "method": self.method,
            }
        )

    def to_table(self) -> Table:
        """Return the limits after each person, for the working copy alone.

        Rows that differ by one person say what became of that person, so the table never enters
        a release copy.
        """
        level = _display.level(self.confidence_level)
        keys = ("person", "events", "share", "low", "high", "fixed_low", "fixed_high")
        frame = self.to_frame()
        cells = [frame[key].tolist() for key in keys] + [self.width_ratio.tolist()]
        return Table.of(
            "confidence_sequence",
            f"Limits after each person: {len(self):,} of a frame of {self.population:,}",
            [
                Column(key="person", heading="People asked for", kind="persons"),
                Column(key="events", heading="With the event", kind="persons", out_of="person"),
                Column(key="share", heading="Share", kind="share"),
                Column(key="low", heading=f"Lower limit ({level})", kind="share"),
                Column(key="high", heading=f"Upper limit ({level})", kind="share"),
                Column(key="fixed_low", heading="Lower, fixed sample", kind="share"),
                Column(key="fixed_high", heading="Upper, fixed sample", kind="share"),
                Column(key="ratio", heading="Ratio of widths", kind="number", decimals=2),
            ],
            [[None if isnan(cell) else cell for cell in row] for row in zip(*cells, strict=True)],
            notes=(f"Method: {self.title}.", f"{self.price}.", *self.notes),
            working_only=True,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: the answer, and the limits after each person."""
        frame = self.to_frame().drop(columns=["population", "confidence_level", "method"])
        return {
            "population": self.population,
            "n": len(self),
            "events": int(self.events[-1]),
            "untraced": self.untraced,
            "low": float(self.low[-1]),
            "high": float(self.high[-1]),
            "confidence_level": self.confidence_level,
            "method": self.method,
            "notes": list(self.notes),
            "after_each_person": {key: frame[key].tolist() for key in frame.columns},
        }
