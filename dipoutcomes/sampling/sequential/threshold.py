"""Whether the share is below a threshold: evidence after each person, and when it is enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level
from dipoutcomes.sampling.sequential import _e_values
from dipoutcomes.sampling.sequential.result import ConfidenceSequence
from dipoutcomes.sampling.sequential.sequence import best_and_worst

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ThresholdEvidence:
    """Evidence on both sides of a threshold after each person, and where it was enough.

    Parameters
    ----------
    threshold : float
        A share: 0.5 asks "is the share below 50%?".
    e_below, e_at_least : ndarray of float, shape (n,)
        e-values for "below" (against every share at or above the threshold) and for "at or above"
        (against every share below it), after each person. Infinite where the other is impossible.
    p_below, p_at_least : ndarray of float, shape (n,)
        Anytime-valid p-values: one over the largest e-value so far, at most 1.
    answer : {"below", "at or above", ""}
        The first side to be answered, or nothing yet.
    person : int or None
        Place (from 1) of the first person at whom the question was answered.
    events : int or None
        People with the event up to that person.
    n : int
        People looked at.
    confidence_level : float
    """

    threshold: float
    e_below: NDArray[np.float64]
    e_at_least: NDArray[np.float64]
    p_below: NDArray[np.float64]
    p_at_least: NDArray[np.float64]
    answer: Literal["below", "at or above", ""]
    person: int | None
    events: int | None
    n: int
    confidence_level: float

    def __repr__(self) -> str:
        """Say the answer."""
        return f"ThresholdEvidence({self})"

    def __str__(self) -> str:
        level, share = _display.level(self.confidence_level), _display.percent(self.threshold)
        if self.person is None:
            return (
                f"not answered after {self.n:,} people at {level}: is the share below {share}? "
                f"(p {_p(self.p_below[-1])} for below, {_p(self.p_at_least[-1])} for at or above)"
            )
        p = (self.p_below if self.answer == "below" else self.p_at_least)[self.person - 1]
        return (
            f"answered at person {self.person:,} ({self.events:,} with the event): the share is "
            f"{self.answer} {share} ({level}, anytime-valid p {_p(p)}); the other "
            f"{self.n - self.person:,} of {self.n:,} people were not needed"
        )

    def _repr_html_(self) -> str:
        rows = [
            [side, _display.p_value(float(p[-1]))]
            for side, p in (("below", self.p_below), ("at or above", self.p_at_least))
        ]
        caption = f"Is the share below {_display.percent(self.threshold)}?"
        return _display.html_table(caption, ["answer", "anytime-valid p"], rows, (f"{self}.",))

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a person, in the order of the draw."""
        import pandas as pd

        return pd.DataFrame(
            {
                "person": np.arange(1, self.n + 1),
                "e_below": self.e_below,
                "e_at_least": self.e_at_least,
                "p_below": self.p_below,
                "p_at_least": self.p_at_least,
                "threshold": self.threshold,
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: the answer and the last p-values."""
        return {
            "threshold": self.threshold,
            "answer": self.answer,
            "person": self.person,
            "events": self.events,
            "n": self.n,
            "p_below": float(self.p_below[-1]),
            "p_at_least": float(self.p_at_least[-1]),
            "confidence_level": self.confidence_level,
        }


def stop_when(sequence: ConfidenceSequence, threshold: float) -> ThresholdEvidence:
    """Return whether, and at which person, "is the share below *threshold*?" was answered.

    Parameters
    ----------
    sequence : ConfidenceSequence
        Its level and method are used.
    threshold : float
        A share strictly between 0 and 1, named before the first outcome was seen.

    Returns
    -------
    ThresholdEvidence

    Raises
    ------
    ValueError, TypeError
        If *threshold* is not such a share.

    Notes
    -----
    The e-value against a set of shares is the least of the e-values of its members. The question
    is answered when it reaches 1 / (1 - level), that is when the limits of *sequence* leave the
    threshold behind. Each side on its own errs with a chance of at most 1 - level, and so do both
    together, for only one of them can be wrong. An answer, once given, stands: not asking further
    is allowed, and asking further does not take it back.

    Do not move the threshold to where it would be answered: it is part of the protocol.

    References
    ----------
    .. [1] Ramdas, A., Grünwald, P., Vovk, V. and Shafer, G. (2023). Game-theoretic statistics and
       safe anytime-valid inference. Statistical Science 38, 576-601.

    Examples
    --------
    >>> from dipoutcomes.sampling.sequential import proportion_confidence_sequence
    >>> print(stop_when(proportion_confidence_sequence([0] * 12, 210), 0.5))
    answered at person 8 (0 with the event): the share is below 50.0% (95%, anytime-valid p 0.031);
    the other 4 of 12 people were not needed
    """
    threshold = check_confidence_level(threshold, "threshold")
    first = _e_values.first_at_or_above(threshold, sequence.population)
    lowest, highest = best_and_worst(sequence.outcome)
    # Against "at or above": the untraced count with the event, and the other way about.
    below = _least(highest, sequence, first, sequence.population)
    at_least = _least(lowest, sequence, 0, first - 1)
    bar = _e_values.log_bar(sequence.confidence_level)
    places = {side: _first(log_e >= bar) for side, log_e in (("below", below), ("", at_least))}
    answer: Literal["below", "at or above", ""] = ""
    person = min(places.values())
    if person < len(sequence):
        answer = "below" if places["below"] == person else "at or above"
    found = answer != ""
    return ThresholdEvidence(
        threshold=threshold,
        e_below=_exp(below),
        e_at_least=_exp(at_least),
        p_below=_p_values(below),
        p_at_least=_p_values(at_least),
        answer=answer,
        person=person + 1 if found else None,
        events=int(sequence.events[person]) if found else None,
        n=len(sequence),
        confidence_level=sequence.confidence_level,
    )


def _least(
    outcome: NDArray[np.int64], sequence: ConfidenceSequence, first: int, last: int
) -> NDArray[np.float64]:
    """Return the least log e-value among *first* to *last* people, after each person."""
    if sequence.method == "hedged_capital":
        log_e = _e_values.log_hedged_capital(outcome, sequence.population)
        return np.asarray(log_e[:, first : last + 1].min(axis=1, initial=np.inf))
    n = np.arange(1, len(outcome) + 1)
    x = np.cumsum(outcome)
    return _e_values.prior_posterior_least(x, n, sequence.population, first, last)


def _first(reached: NDArray[np.bool_]) -> int:
    return int(reached.argmax()) if reached.any() else len(reached)


def _exp(log_e: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(log_e))


def _p_values(log_e: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.minimum(1.0, np.exp(-np.maximum.accumulate(log_e))))


def _p(value: float) -> str:
    return _display.p_value(float(value))
