"""Several cards in order of time: run charts, revisions, and what they give away together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.measures.line import Period
from dipoutcomes.scorecard.series.differencing import Leak, check_publications, leaks_table
from dipoutcomes.scorecard.series.figures import CardFigures, Row
from dipoutcomes.scorecard.series.revisions import Reconciled, plain, revisions_table
from dipoutcomes.scorecard.series.run_chart import LEAST_PERIODS, RunChart, run_chart

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSeries:
    """Cards of periods that follow one another.

    Parameters
    ----------
    cards : tuple of CardFigures
        In order of time.
    charts : tuple of (str, RunChart)
        By the id of the row; only rows whose periods can be compared have one.
    reconciled : tuple of Reconciled
    leaks : tuple of Leak
    suppress_below : int
    confidence_level : float
        Of each chart as a whole.
    """

    cards: tuple[CardFigures, ...]
    charts: tuple[tuple[str, RunChart], ...]
    reconciled: tuple[Reconciled, ...]
    leaks: tuple[Leak, ...]
    suppress_below: int
    confidence_level: float

    def __getitem__(self, name: str) -> RunChart:
        """Return the run chart of the row called *name*."""
        return dict(self.charts)[name]

    @property
    def signals(self) -> tuple[RunChart, ...]:
        """The charts with a period outside its limits."""
        return tuple(chart for _, chart in self.charts if chart.signals)

    def __str__(self) -> str:
        first, last = self.cards[0].period.first, self.cards[-1].period.last
        said = [
            f"{len(self.cards)} cards, {_display.date_in_words(first)} to "
            f"{_display.date_in_words(last)}: {len(self.charts)} rows can be followed, "
            f"{len(self.signals)} of them with a period outside what chance allows"
        ]
        said += [f"  {chart}" for chart in self.signals]
        said += [f"  {r}" for r in self.reconciled]
        revised = len(self.revisions)
        said.append(f"{revised} count{'s were' if revised != 1 else ' was'} revised between cards")
        said.append(
            f"{len(self.leaks)} thing{'s are' if len(self.leaks) != 1 else ' is'} given away by "
            f"the cards together (threshold {self.suppress_below})"
        )
        return "\n".join([*said, *(f"  {leak}" for leak in self.leaks)])

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    @property
    def table(self) -> Table:
        """A row a line of the card, with a column a period and what it is judged."""
        columns = [
            Column(key="section", heading="Section", kind="text"),
            Column(key="label", heading="Row", kind="label"),
            *(
                Column(key=f"period_{k}", heading=card.name, kind="number")
                for k, card in enumerate(self.cards, start=1)
            ),
            Column(key="judged", heading="Judged", kind="number"),
        ]
        level = _display.level(self.confidence_level)
        notes = [
            f"Each row's limits hold for all its periods at once ({level}); with {len(self.charts)}"
            " rows about one in twenty that did not change shows a period outside all the same.",
            "Rows without a judgement count people who may be in several periods, or things of "
            "which one person may have several.",
        ]
        charts = dict(self.charts)
        rows = []
        for name, row in self._rows.items():
            cells = [_cell(card, name) for card in self.cards]
            rows.append([row.section, row.label, *cells, _judged(charts.get(name))])
        return Table.of("scorecard_series", "The card, period by period", columns, rows,
                        notes=notes, working_only=True)  # fmt: skip

    @property
    def _rows(self) -> dict[str, Row]:
        rows = {name: row for card in self.cards for name, row in card.rows.items()}
        sections = list(dict.fromkeys(row.section for row in rows.values()))
        # A row that only a later card has stands with its own section.
        return dict(sorted(rows.items(), key=lambda item: sections.index(item[1].section)))

    @property
    def revisions(self) -> Table:
        """The counts that a later card gives otherwise, with the reason where it is known."""
        return revisions_table(self.cards, self.reconciled)

    @property
    def given_away(self) -> Table:
        """What the cards give away together."""
        return leaks_table(self.leaks, suppress_below=self.suppress_below)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a line of the card and period that can be followed."""
        import pandas as pd

        rows = [
            {"row": name, "name": chart.name, "kind": chart.kind, **point}
            for name, chart in self.charts
            for point in chart.to_dict()["points"]
        ]
        columns = ["row", "name", "kind", "label", "count", "base", "low", "high", "baseline",
                   "signal"]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "cards": [card.name for card in self.cards],
            "confidence_level": self.confidence_level,
            "suppress_below": self.suppress_below,
            "charts": {name: chart.to_dict() for name, chart in self.charts},
            "revisions": self.revisions.to_dict()["rows"],
            "reconciled": [plain(r) for r in self.reconciled],
            "given_away": self.given_away.to_dict()["rows"],
        }


def series_of(
    cards: Sequence[CardFigures],
    *,
    published: Sequence[CardFigures] | None = None,
    reconciled: Sequence[Reconciled] = (),
    suppress_below: int = 10,
    confidence_level: float = 0.95,
) -> CardSeries:
    """Return cards of several periods as a series.

    Parameters
    ----------
    cards : sequence of CardFigures
        Three or more, of periods that do not overlap, in any order.
    published : sequence of CardFigures, optional
        The same (or more) as they are published; *cards* if omitted. What they give away together
        is asked of these.
    reconciled : sequence of Reconciled
        Of periods of which two extracts are at hand.
    suppress_below : int, default 10
        The threshold of disclosure control.
    confidence_level : float, default 0.95
        Of each chart as a whole.

    Returns
    -------
    CardSeries

    Raises
    ------
    DesignError
        If there are fewer than three cards, or two periods overlap.
    TypeError, ValueError
        If level or threshold is none.
    """
    level = check_confidence_level(confidence_level)
    ordered = tuple(sorted(cards, key=lambda card: card.period.first))
    if len(ordered) < LEAST_PERIODS:
        raise DesignError(
            f"a series needs at least {LEAST_PERIODS} cards; there are {len(ordered)}. Two periods "
            "are compared in a card itself (previous_from and previous_to)"
        )
    overlapping = sum(
        later.period.first <= earlier.period.last for earlier, later in pairwise(ordered)
    )
    if overlapping:
        raise DesignError(
            f"{overlapping} of {len(ordered)} cards would begin before the one before has ended: "
            "one day would count in two points of a series. Leave out the longer card, or the one "
            "named twice"
        )
    ordered = _with_noughts(ordered)
    names = dict.fromkeys(name for card in ordered for name in card.rows)
    charts = [(name, chart) for name in names if (chart := _chart(ordered, name, level))]
    return CardSeries(
        cards=ordered,
        charts=tuple(charts),
        reconciled=tuple(reconciled),
        leaks=check_publications(
            ordered if published is None else published, suppress_below=suppress_below
        ),
        suppress_below=suppress_below,
        confidence_level=level,
    )


def _with_noughts(cards: Sequence[CardFigures]) -> tuple[CardFigures, ...]:
    """Return the cards with a row of 0 for each part that others have, and that there was none of.

    A card has no row for a source or a drug that nobody had. That it was none is certain where the
    parts that it prints add up to their total.
    """
    rows = {name: row for card in cards for name, row in card.rows.items()}
    found = []
    for card in cards:
        whole = {
            (row.of, row.group): _add_up(card, row)
            for row in card.rows.values()
            if row.parts == "all" and row.of
        }
        more = {
            name: replace(row, count=0, previous=None)
            for name, row in rows.items()
            if name not in card.rows and whole.get((row.of, row.group))
        }
        found.append(replace(card, rows={**card.rows, **more}) if more else card)
    return tuple(found)


def _add_up(card: CardFigures, one: Row) -> bool:
    """Return whether a row and those beside it are all printed and add up to their total."""
    total = card.rows.get(one.of)
    parts = [r.count for r in card.rows.values() if (r.of, r.group) == (one.of, one.group)]
    if total is None or total.count is None or None in parts:
        return False
    return sum(part or 0 for part in parts) == total.count


def _chart(cards: Sequence[CardFigures], name: str, level: float) -> RunChart | None:
    """Return the chart of a row that every card prints, if its periods can be compared."""
    rows = [card.rows.get(name) for card in cards]
    found = [row for row in rows if row is not None and row.count is not None]
    if len(found) < len(cards):
        return None
    counts = [row.count or 0 for row in found]
    labels = [card.name for card in cards]
    first = found[0]
    if first.basis == "entries":
        days = [card.period.days for card in cards]
        return run_chart(counts, days=days, labels=labels, name=first.label,
                         confidence_level=level)  # fmt: skip
    if first.basis != "cases" or not first.of:
        return None
    bases = [_base(card, row) for card, row in zip(cards, found, strict=True)]
    if any(base is None for base in bases):
        return None
    return run_chart(counts, [base or 0 for base in bases], labels=labels, unit=first.unit,
                     name=f"{first.section}: {first.label}", confidence_level=level)  # fmt: skip


def _base(card: CardFigures, row: Row) -> int | None:
    whole = card.rows.get(row.of)
    return None if whole is None else whole.count


def _cell(card: CardFigures, name: str) -> str:
    row = card.rows.get(name)
    if row is None:
        return ""
    return _display.WITHHELD if row.count is None else f"{row.count:,}"


def _judged(chart: RunChart | None) -> str:
    if chart is None:
        return ""
    if not chart.signals:
        return "no clear change"
    return "; ".join(
        f"{p.label} {'above' if p.count > p.high else 'below'} {p.low:,} to {p.high:,}"
        for p in chart.signals
    )


def quarters_before(last: Period, number: int) -> tuple[Period, ...]:
    """Return *number* periods of the same calendar months, the last of them *last*.

    Raises
    ------
    DesignError
        If *last* is no whole number of calendar months.

    Examples
    --------
    >>> from datetime import date
    >>> last = Period(first=date(2014, 1, 1), last=date(2014, 3, 31))
    >>> print(quarters_before(last, 2)[0])
    1 October 2013 to 31 December 2013
    """
    from datetime import date, timedelta

    after = last.last + timedelta(days=1)
    months = 12 * (after.year - last.first.year) + after.month - last.first.month
    if last.first.day != 1 or after.day != 1 or months < 1:
        raise DesignError(
            f"the period {last} is no whole number of calendar months, so that the ones before it "
            "cannot be told from it"
        )

    def month(back: int) -> date:
        at = 12 * last.first.year + last.first.month - 1 - back * months
        return date(at // 12, at % 12 + 1, 1)

    return tuple(
        Period(first=month(k), last=month(k - 1) - timedelta(days=1))
        for k in range(number - 1, -1, -1)
    )
