"""Was follow-up long enough to speak of people who never have the event? As far as data can say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes.survival._counts import check_follow_up

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSufficiency:
    """Maller and Zhou's quantity: events close before the last one, against the plateau after it.

    Parameters
    ----------
    last_event, last_follow_up : float
    plateau : float
        Time after the last event in which nobody had one.
    events_before : int
        Events in a stretch as long as the plateau that ends with the last event.
    persons, events : int
    quantity : float
        q = events_before / persons.
    level : float
        (1 - q) ** persons: below 0.05 it would be taken as evidence that follow-up was long
        enough. nan without an event; 1, which says nothing, without a plateau.
    """

    last_event: float
    last_follow_up: float
    plateau: float
    events_before: int
    persons: int
    events: int
    quantity: float
    level: float

    def __str__(self) -> str:
        if np.isnan(self.level):
            return "Sufficient follow-up: no event was seen, so nothing can be said."
        if self.plateau == 0:
            return (
                f"Sufficient follow-up: the last event and the end of follow-up coincide (at "
                f"{self.last_event:g}), so no stretch without events was seen at the end; nothing "
                "shows that some never have the event."
            )
        return (
            "Sufficient follow-up (Maller-Zhou, no gate): "
            f"{self.events_before} of {self.persons:,} "
            f"people had the event in the {self.plateau:g} before the last one, and none in the "
            f"{self.plateau:g} after it; level {self.level:.3f}. It has little power in small "
            "groups: a large level does not show that follow-up was too short, nor a small one "
            "that the tail is known."
        )

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>"

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([asdict(self)])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def sufficient_follow_up(durations: ArrayLike, observed: ArrayLike) -> FollowUpSufficiency:
    r"""Return how the end of follow-up compares with the last events; shown, never a gate.

    Parameters
    ----------
    durations, observed : array_like, shape (people,)
        As in `kaplan_meier`.

    Returns
    -------
    FollowUpSufficiency

    Raises
    ------
    TypeError, ValueError, DesignError
        As in `kaplan_meier`.

    Notes
    -----
    With t* the last event, t the last follow-up and N the events in (2 t* - t, t*], the level is
    :math:`(1 - N/n)^n` [1]_: small where events were still frequent just before a long plateau
    set in. Do not use it to decide whether a cure model may be fitted: in simulated cohorts of 28,
    half of them cured, it fell below 0.05 in 46% where follow-up was long enough for 96% of the
    others' events, and in 29% where it was long enough for 58% only.

    References
    ----------
    .. [1] Maller, R. A. and Zhou, S. (1994). Journal of the American Statistical Association 89,
       1499-1506; (1996) Survival Analysis with Long-Term Survivors, section 4.3.

    Examples
    --------
    >>> found = sufficient_follow_up([10, 20, 30, 40, 50, 60, 60, 60], [1, 1, 1, 1, 0, 0, 0, 0])
    >>> found.events_before, round(found.level, 3)
    (2, 0.1)
    """
    time, seen, _ = check_follow_up(durations, observed)
    n, died = len(time), seen == 1
    last = float(time.max())
    if not died.any():
        nan = float("nan")
        return FollowUpSufficiency(
            last_event=nan, last_follow_up=last, plateau=nan, events_before=0, persons=n,
            events=0, quantity=nan, level=nan,
        )  # fmt: skip
    end = float(time[died].max())
    close = int((died & (time > 2 * end - last) & (time <= end)).sum())
    return FollowUpSufficiency(
        last_event=end,
        last_follow_up=last,
        plateau=last - end,
        events_before=close,
        persons=n,
        events=int(died.sum()),
        quantity=close / n,
        level=float((1 - close / n) ** n),
    )
