"""Figures of time to re-offending, made from stored results alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dipoutcomes import plots
from dipoutcomes.results import Curve, StudyResults

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
}
