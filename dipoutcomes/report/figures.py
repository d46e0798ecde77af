"""Figures of a write-up as PNG bytes, each with its text alternative and caption."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from dipoutcomes import plots
from dipoutcomes.report import figures_comparisons, figures_reoffending
from dipoutcomes.results import Curve, StudyResults

DOTS_PER_INCH = 160
#: Bands of more curves than this hide each other; they are in the folder of tables all the same.
MOST_BANDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: PNG in base64, what it shows in words, its caption."""

    png: str
    alt: str
    caption: str
    width_percent: int = 100


def figures_of(results: StudyResults, name: str) -> Iterator[Figure]:
    """Yield the figure called *name*, if the results hold what it shows."""
    base = name.split(":", maxsplit=1)[0]
    if base in _CURVES and name in results.curves:
        curves = results.curves[name]
        if all(c.withheld for c in curves):
            return
        bands = _bands(results, name)
        caption = _curves_caption(curves, _CURVES[base], bands=bool(bands))
        yield make_figure(
            lambda: plots.plot_curves(curves, bands=bands),
            plots.describe_curves(curves, bands=bands),
            caption,
        )
    elif base in _TABLES:
        table: Any = results.estimates.get(name) or results.tables.get(name)
        if table is not None and len(table):
            plot, describe = _TABLES[base]
            caption = f"{table.caption}. {_HOW_TO_READ[plot]}"
            yield make_figure(lambda: plot(table), describe(table), caption)
    for room in (figures_reoffending, figures_comparisons):
        for draw, alt, caption in room.drawings_of(results, name):
            yield make_figure(draw, alt, caption)


def _bands(results: StudyResults, name: str) -> tuple[Curve, ...]:
    """Return the bands of the curves called *name* that can be shown."""
    bands = results.curves.get("bands", ()) if name in {"time_to_first", "by_group"} else ()
    if len(results.curves[name]) > MOST_BANDS:
        return ()
    return tuple(band for band in bands if not band.withheld)


def _curves_caption(curves: tuple[Curve, ...], title: str, *, bands: bool) -> str:
    """Return what the curves show, how to read them, and what disclosure control did to them."""
    shade = (
        "shaded area: its confidence interval"
        if len(curves) == 1
        else ("shaded areas: their confidence intervals")
    )
    if bands:
        shade += ", at one time each; dotted lines: limits that hold the whole curve at once"
    line = "Line" if len(curves) == 1 else "Lines"
    done = dict.fromkeys(f" {c.caveat[:1].upper()}{c.caveat[1:]}." for c in curves if c.caveat)
    return (
        f"{title}. {line}: the share with the event by each time; {shade}; a mark: where the line "
        f"ends.{''.join(done)}"
    )


_CURVES = {"time_to_first": "Time to the first event", "by_group": "Time to the event, by group"}
_HOW_TO_READ: dict[Callable[[Any], Any], str] = {
    plots.plot_flow: "Left: who remains; right: who was left out, and why.",
    plots.plot_estimates: "Dot: the estimate; line: its confidence interval.",
    plots.plot_rates: "Dot: the rate; line: its confidence interval.",
    plots.plot_methods: "Dot: the share as counted; line: the confidence interval by each method.",
}
_TABLES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], str]]] = {
    "flow": (plots.plot_flow, plots.describe_flow),
    "shares_by_window": (plots.plot_estimates, plots.describe_estimates),
    "shares_by_group": (plots.plot_estimates, plots.describe_estimates),
    "rates_by_window": (plots.plot_rates, plots.describe_estimates),
    "methods": (plots.plot_methods, plots.describe_estimates),
    "hazard_ratios": (plots.plot_estimates, plots.describe_estimates),
    "before_after_models": (plots.plot_estimates, plots.describe_estimates),
    "effects": (plots.plot_estimates, plots.describe_estimates),
}


def make_figure(draw: Callable[[], Any], alt: str, caption: str) -> Figure:
    """Return the figure that *draw* makes, with its text alternative and caption."""
    return Figure(png=b64encode(_png(draw)).decode(), alt=alt, caption=caption)


def _png(draw: Callable[[], Any]) -> bytes:
    """Return a figure's PNG: the same bytes for the same figure (no date, no software name)."""
    figure = draw().figure
    buffer = BytesIO()
    figure.savefig(
        buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None}, facecolor="white"
    )
    return buffer.getvalue()
