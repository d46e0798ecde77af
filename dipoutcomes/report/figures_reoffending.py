"""Figures of time to re-offending, made from stored results alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dipoutcomes import plots
from dipoutcomes.results import Curve, Estimate, StudyResults

#: What draws a figure, its text alternative, its caption.
Drawing = tuple[Callable[[], Any], str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIncidence:
    """The curves of what came first as `plots.plot_cumulative_incidence` reads them."""

    causes: tuple[str, ...]
    curves: tuple[Curve, ...]
    event_free: Curve
    group: str = "all"

    @property
    def withheld(self) -> bool:
        """Whether the numbers have been taken away."""
        return self.event_free.withheld


def drawings_of(results: StudyResults, name: str) -> Iterator[Drawing]:
    """Yield the figure called *name*, if the results hold what it shows."""
    curves = results.curves.get(name, ())
    if name in _MAKERS and curves and not all(curve.withheld for curve in curves):
        yield _MAKERS[name](results, curves)


def _incidence(results: StudyResults, curves: tuple[Curve, ...]) -> Drawing:
    causes = tuple(results.facts["first_event"]["causes"])
    stored = StoredIncidence(causes=causes, curves=curves[:-1], event_free=curves[-1])
    return (
        lambda: plots.plot_cumulative_incidence(stored),
        plots.describe_cumulative_incidence(stored),
        _caption("What came first. The areas add up to everybody at each time", curves),
    )


def _overstatement(_: StudyResults, curves: tuple[Curve, ...]) -> Drawing:
    right, naive = curves
    return (
        lambda: plots.plot_overstatement(right, naive),
        plots.describe_overstatement(right, naive),
        _caption(
            "The share of people with the event, and what one minus a Kaplan-Meier curve makes of "
            "it. The upper line is shown to be avoided",
            curves,
        ),
    )


def _by_group(_: StudyResults, curves: tuple[Curve, ...]) -> Drawing:
    return (
        lambda: plots.plot_curves(curves, cumulative=False),
        plots.describe_curves(curves, cumulative=False),
        _caption(
            "Share of people for whom it came first, by group. Lines: the shares; shaded areas: "
            "their confidence intervals",
            curves,
        ),
    )


def _repeated(_: StudyResults, curves: tuple[Curve, ...]) -> Drawing:
    return (
        lambda: plots.plot_mean_functions(curves),
        plots.describe_mean_functions(curves),
        _caption(
            "How many, on average, by each time. Line: the mean per person; shaded area: its "
            "confidence interval",
            curves,
        ),
    )


def _landmark(results: StudyResults, curves: tuple[Curve, ...]) -> Drawing:
    month = results.facts["landmark"]["month"]
    months = "1 month" if month == 1 else f"{month} months"
    start = "the start" if month == 0 else f"the landmark ({months} after the start)"
    return (
        lambda: plots.plot_curves(curves),
        plots.describe_curves(curves),
        _caption(
            f"Time from {start} to the first event. Lines: the share with the event by each time; "
            "shaded areas: their confidence intervals",
            curves,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTail:
    """One assumed tail as `plots.plot_cured_share` reads it."""

    tail: str
    cured_share: Estimate
    fit: Curve | None  # None where nobody is taken to be free for good

    def survival(self, times: Any) -> Any:
        """Return the curve at *times*, between the stored points on a straight line."""
        import numpy as np

        if self.fit is None:
            return np.full(np.shape(times), np.nan)
        return np.interp(times, self.fit.time, self.fit.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTails:
    """Both tails and how far people were followed."""

    models: tuple[StoredTail, StoredTail]
    last_follow_up: float
    persons: int
    events: int

    @property
    def follow_up(self) -> StoredTails:
        """Itself: it has the last follow-up."""
        return self


def _tails(results: StudyResults, curves: tuple[Curve, ...]) -> Drawing:
    shares = results.estimates["cured_shares"]
    drawn = {curve.label: curve for curve in curves}
    weibull, lognormal = (
        StoredTail(
            tail=row.label.removesuffix(" tail").lower(),
            cured_share=row.estimate,
            fit=drawn.get(row.label),
        )
        for row in shares.rows
    )
    first = shares.rows[0].estimate
    stored = StoredTails(
        models=(weibull, lognormal),
        last_follow_up=curves[0].time[-1] / 2,
        persons=int(first.base),
        events=int(first.base) - int(first.events or 0),  # the count is of people without it
    )
    (seen,) = results.curves["desistance"]
    without = [row.label for row in shares.rows if row.label not in drawn]
    missing = (
        f". The {without[0]} has no line: it takes nobody at all to be free for good"
        if without
        else ""
    )
    return (
        lambda: plots.plot_cured_share(stored, curve=seen),
        plots.describe_cured_share(stored),
        _caption(
            f"Share not yet {results.facts['desistance']['event_says']}, in "
            f"{curves[0].time_unit}. Steps: what was seen; lines: two assumed shapes, dashed "
            f"beyond the follow-up{missing}",
            (seen,),
        ),
    )


def _caption(text: str, curves: tuple[Curve, ...]) -> str:
    """Return the caption with what disclosure control did to the curves."""
    done = dict.fromkeys(
        f" {c.caveat[:1].upper()}{c.caveat[1:]}."
        for c in curves
        if c.caveat.startswith("shown in steps")
    )
    return f"{text}.{''.join(done)}"


_MAKERS: dict[str, Callable[[StudyResults, tuple[Curve, ...]], Drawing]] = {
    "incidence": _incidence,
    "overstatement": _overstatement,
    "incidence_by_group": _by_group,
    "repeated": _repeated,
    "landmark": _landmark,
    "tails": _tails,
}
