"""Whether publications, subtracted from one another, tell of few people, or of what was withheld.

The rule of disclosure control for one publication is its threshold: a count from 1 to one less is
withheld. Here the same rule is asked of what several publications give together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, permutations

from dipoutcomes._validate import check_count
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.measures.line import Period
from dipoutcomes.scorecard.series.figures import CardFigures

Key = tuple[str, Period]
#: More publications than this are not looked at together; a year of months is within it.
MOST_TILES = 12
_NOUGHT = 1e-9
SAYS = {
    "revised": "the same period is published twice, and the two counts differ by few",
    "nested": "one period lies in another, and the counts differ by few",
    "shown elsewhere": "withheld in one publication and printed in another",
    "adds up": "withheld, and what it adds up with is printed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One thing that the publications give away together; never the number itself.

    Parameters
    ----------
    kind : {"revised", "nested", "shown elsewhere", "adds up"}
    label, section : str
        Of the row.
    period : Period
    publications : tuple of str
    """

    kind: str
    label: str
    section: str
    period: Period
    publications: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.section}, {self.label}, {self.period}: {SAYS[self.kind]} "
            f"({', '.join(self.publications)})"
        )


def check_publications(cards: Sequence[CardFigures], *, suppress_below: int) -> tuple[Leak, ...]:
    """Return what *cards* give away together that none gives away alone.

    Parameters
    ----------
    cards : sequence of CardFigures
        As they are, or would be, published: release copies. Withheld counts are None.
    suppress_below : int
        The threshold; a difference from 1 to one less is flagged.

    Returns
    -------
    tuple of Leak
        Empty if nothing was found. No number is in it.

    Raises
    ------
    TypeError, ValueError
        If the threshold is no whole number from 2 on.

    Notes
    -----
    Asked: does a later card revise a count by few; do the counts of two nested periods differ by
    few; is a count withheld here and printed there, last period's columns included; can a withheld
    count be had by adding up, over the parts of a total or over periods that make up a longer one,
    all sums taken together. Not asked: percentages, which are printed with their counts; withheld
    counts that are few together though none can be had alone; what other publications, or what a
    reader knows of a person, would add.

    Examples
    --------
    >>> from datetime import date
    >>> from dipoutcomes.scorecard.series.figures import CardFigures, Row
    >>> def card(first, last, count):
    ...     row = Row(id="closures", label="Closures", section="Closures", count=count,
    ...               unit="episodes")
    ...     return CardFigures(name=f"to {last}", period=Period(first=first, last=last),
    ...                        rows={"closures": row})
    >>> quarter = card(date(2014, 1, 1), date(2014, 3, 31), 40)
    >>> longer = card(date(2014, 1, 1), date(2014, 4, 30), 42)
    >>> [leak.kind for leak in check_publications([quarter, longer], suppress_below=5)]
    ['nested']
    """
    threshold = check_count("suppress_below", suppress_below, minimum=2)
    cells = _Cells(cards)
    found = [*_revised(cells, threshold), *_nested(cells, threshold), *_elsewhere(cells)]
    found += _added_up(cells)
    return tuple(dict.fromkeys(found))


class _Cells:
    """Every count of every publication, last period's columns included."""

    def __init__(self, cards: Sequence[CardFigures]) -> None:
        self.rows = {name: row for card in cards for name, row in card.rows.items()}
        self.printed: dict[Key, dict[str, int]] = defaultdict(dict)
        self.withheld: dict[Key, list[str]] = defaultdict(list)
        self.groups: dict[tuple[str, str], set[str]] = defaultdict(set)
        for card in cards:
            for name, row in card.rows.items():
                self._put((name, card.period), card.name, row.count)
                if card.previous is not None and row.previous is not None:
                    self._put((name, card.previous), card.name, row.previous)
                if row.parts == "all" and row.of:
                    self.groups[row.of, row.group].add(name)
        self.periods = list(dict.fromkeys(period for _, period in [*self.printed, *self.withheld]))

    def _put(self, key: Key, publication: str, count: int | None) -> None:
        if count is None:
            self.withheld[key].append(publication)
        else:
            self.printed[key][publication] = count

    def leak(self, kind: str, key: Key, publications: Sequence[str]) -> Leak:
        row = self.rows[key[0]]
        return Leak(
            kind=kind, label=row.label, section=row.section, period=key[1],
            publications=tuple(dict.fromkeys(publications)),
        )  # fmt: skip


def _few(difference: int, threshold: int) -> bool:
    return 0 < abs(difference) < threshold


def _revised(cells: _Cells, threshold: int) -> Iterator[Leak]:
    for key, by_card in cells.printed.items():
        for (one, a), (other, b) in combinations(by_card.items(), 2):
            if _few(a - b, threshold):
                yield cells.leak("revised", key, (one, other))


def _nested(cells: _Cells, threshold: int) -> Iterator[Leak]:
    for inner, outer in permutations(cells.periods, 2):
        if not (outer.first <= inner.first and inner.last <= outer.last):
            continue
        for name, row in cells.rows.items():
            if not row.additive:
                continue
            small = cells.printed.get((name, inner), {})
            large = cells.printed.get((name, outer), {})
            for one, a in small.items():
                for other, b in large.items():
                    if one != other and _few(b - a, threshold):
                        yield cells.leak("nested", (name, outer), (one, other))


def _elsewhere(cells: _Cells) -> Iterator[Leak]:
    for key, hidden in cells.withheld.items():
        for other in cells.printed.get(key, {}):
            yield cells.leak("shown elsewhere", key, (*hidden, other))


def _added_up(cells: _Cells) -> Iterator[Leak]:
    """Yield withheld counts that follow from printed ones, by all the sums at once."""
    known = set(cells.printed)
    sums = []
    for total, *parts in (*_sums_of_parts(cells), *_sums_of_periods(cells)):
        terms = {key: 1.0 for key in parts if key not in known}
        if total not in known:
            terms[total] = -1.0
        if terms:
            sums.append(terms)
    for key in _settled(sums):
        if key in cells.withheld:
            yield cells.leak("adds up", key, cells.withheld[key])


def _settled(sums: Sequence[Mapping[Key, float]]) -> list[Key]:
    """Return the unknowns that the sums settle: those that are 0 wherever the sums all are 0."""
    import numpy as np

    unknown = sorted(
        {key for terms in sums for key in terms}, key=lambda k: (k[0], k[1].first, k[1].last)
    )
    if not unknown:
        return []
    where = {key: k for k, key in enumerate(unknown)}
    matrix = np.zeros((len(sums), len(unknown)))
    for row, terms in enumerate(sums):
        for key, sign in terms.items():
            matrix[row, where[key]] = sign
    _, size, right = np.linalg.svd(matrix)
    free = right[int((size > _NOUGHT).sum()) :]
    return [key for key in unknown if not (abs(free[:, where[key]]) > _NOUGHT).any()]


def _sums_of_parts(cells: _Cells) -> Iterator[tuple[Key, ...]]:
    for (total, _), parts in cells.groups.items():
        for period in cells.periods:
            yield ((total, period), *((name, period) for name in sorted(parts)))


def _sums_of_periods(cells: _Cells) -> Iterator[tuple[Key, ...]]:
    for whole in cells.periods:
        for tiles in _tilings(whole, cells.periods):
            for name, row in cells.rows.items():
                if row.additive:
                    yield ((name, whole), *((name, tile) for tile in tiles))


def _tilings(whole: Period, periods: Sequence[Period]) -> Iterator[tuple[Period, ...]]:
    """Yield every way in which shorter periods that follow one another make up *whole*."""
    by_first = defaultdict(list)
    for period in periods:
        if period != whole and whole.first <= period.first and period.last <= whole.last:
            by_first[period.first].append(period)

    def after(done: tuple[Period, ...]) -> Iterator[tuple[Period, ...]]:
        at = done[-1].last + timedelta(days=1) if done else whole.first
        for period in by_first.get(at, ()):
            if period.last == whole.last:
                yield (*done, period)
            elif len(done) < MOST_TILES:
                yield from after((*done, period))

    yield from after(())


def leaks_table(leaks: Sequence[Leak], *, suppress_below: int) -> Table:
    """Return what was found, a row each."""
    columns = [
        Column(key="section", heading="Section", kind="text"),
        Column(key="label", heading="Row", kind="label"),
        Column(key="period", heading="Period", kind="text"),
        Column(key="what", heading="What is given away", kind="text"),
        Column(key="publications", heading="By", kind="text"),
    ]
    rows = [
        [x.section, x.label, str(x.period), SAYS[x.kind], "; ".join(x.publications)] for x in leaks
    ]
    rule = f"Few: from 1 to {suppress_below - 1}. What others have published was not looked at."
    nothing = [] if leaks else ["Nothing was found: subtraction between these cards tells nothing."]
    return Table.of(
        "scorecard_differencing", "What the publications give away together", columns, rows,
        notes=[*nothing, rule], working_only=True,
    )  # fmt: skip
