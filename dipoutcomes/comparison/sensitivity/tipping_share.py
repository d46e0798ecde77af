"""How many of the untraced must have had the event for a claim on one share to fall."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

MOST_UNTRACED = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTippingPoint:
    """How many of the untraced must have had the event for one share to reach a reference.

    Parameters
    ----------
    events, n, untraced : int
    reference : float
    claim : {"below", "above"}
    needed : int or None
        The least number of untraced people with the event ("below"), or without it ("above"), at
        which the interval no longer lies on the claimed side; None where no number does it.
    holds : bool
        Whether the known people support the claim at all.
    share, low, high : float
        With *needed* of them counted so, or all of them where none is enough.
    confidence_level : float
    """

    events: int
    n: int
    untraced: int
    reference: float
    claim: str
    needed: int | None
    holds: bool
    share: float
    low: float
    high: float
    confidence_level: float

    def __str__(self) -> str:
        level, reference = _display.level(self.confidence_level), _display.percent(self.reference)
        known = f"{self.events:,} of {self.n:,} people with a known outcome had the event"
        if not self.holds:
            return (
                f"{known}; their {level} interval is not {self.claim} {reference}, so there is no "
                "claim to overturn"
            )
        with_it = "had it" if self.claim == "below" else "did not have it"
        if self.needed is None:
            return (
                f"{known}; even if all {self.untraced:,} untraced people {with_it}, the {level} "
                f"interval would stay {self.claim} {reference}"
            )
        return (
            f"{known}; if {self.needed:,} or more of the {self.untraced:,} untraced people "
            f"{with_it}, the {level} interval would no longer be {self.claim} {reference}"
        )

    def _repr_html_(self) -> str:
        rows = [
            ["known", f"{self.events:,} of {self.n:,}"],
            ["untraced", f"{self.untraced:,}"],
            ["claim", f"{self.claim} {_display.percent(self.reference)}"],
            ["needed to overturn it", "none would" if self.needed is None else f"{self.needed:,}"],
        ]
        return _display.html_table("Tipping point of a share", ["", "value"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def tipping_point_share(
    events: int,
    n: int,
    untraced: int,
    *,
    reference: float,
    claim: Literal["below", "above"] = "below",
    method: str = "wilson",
    confidence_level: float = 0.95,
) -> ShareTippingPoint:
    """Return how many untraced people must have had the event for a claim on a share to fall.

    Parameters
    ----------
    events, n : int
        People with the event, and people with a known outcome.
    untraced : int
        People with none known.
    reference : float
        In (0, 1): a target or a published share.
    claim : {"below", "above"}, default "below"
        That the share lies below (above) the reference, its whole interval with it.
    method : str, default "wilson"
        Of `dipoutcomes.intervals.proportion_interval`.
    confidence_level : float, default 0.95

    Returns
    -------
    ShareTippingPoint

    Raises
    ------
    DesignError
        If nobody is untraced.
    TypeError, ValueError
        If an argument is out of range.

    Examples
    --------
    >>> print(tipping_point_share(7, 28, 12, reference=0.61))
    7 of 28 people with a known outcome had the event; if 12 or more of the 12 untraced people had
    it, the 95% interval would no longer be below 61.0%
    """
    n = check_count("n", n, minimum=1)
    untraced = check_count("untraced", untraced, maximum=MOST_UNTRACED)
    events = check_count("events", events, maximum=n)
    check_choice("claim", claim, ("below", "above"))
    level = check_confidence_level(confidence_level)
    if not 0 < reference < 1:
        raise ValueError(f"`reference` must lie strictly between 0 and 1; got {reference:g}")
    if untraced == 0:
        raise DesignError(
            "nobody is untraced, so there is no tipping point: 0 outcomes are unknown. Report the "
            "share."
        )
    from dipoutcomes.intervals.proportion import proportion_interval

    against = np.arange(untraced + 1)  # how many of them speak against the claim
    added = against if claim == "below" else untraced - against
    found = proportion_interval(
        events + added, np.full(untraced + 1, n + untraced), method=method, confidence_level=level
    )
    known = proportion_interval(events, n, method=method, confidence_level=level)
    holds = known.high < reference if claim == "below" else known.low > reference
    lost = found.high >= reference if claim == "below" else found.low <= reference
    at = int(np.argmax(lost)) if lost.any() else untraced
    return ShareTippingPoint(
        events=events,
        n=n,
        untraced=untraced,
        reference=float(reference),
        claim=claim,
        needed=at if lost.any() and holds else None,
        holds=bool(holds),
        share=float((events + added[at]) / (n + untraced)),
        low=float(found.low[at]),
        high=float(found.high[at]),
        confidence_level=level,
    )
