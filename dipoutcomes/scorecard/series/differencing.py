"""Whether publications, subtracted from one another, tell of few people, or of what was withheld.

The rule of disclosure control for one publication is its threshold: a count from 1 to one less is
withheld. Here the same rule is asked of what several publications give together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, islice
from math import isnan

from dipoutcomes._validate import check_count
from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.measures.line import Period
from dipoutcomes.scorecard.series._sums import MOST_SETS, Key, apart, lies_in, settled, tilings
from dipoutcomes.scorecard.series.figures import CardFigures

_FLOW = "in_contact"
SAYS = {
    "revised": "the same period is published twice, and the two counts differ by few",
    "nested": "one period lies in another, and the counts differ by few",
    "shown elsewhere": "withheld in one publication, printed in another, and it tells of few",
    "adds up": "withheld, tells of few, and what it adds up with is printed",
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
    Asked: does a later card revise a count by few; does the count of a period differ by few from
    that of one in it, or of several that lie apart in it; is a count withheld here and printed
    there, last period's columns included; can a withheld count be had by adding up, over the parts
    of a total, over periods that make up a longer one, or from the end of one period to the
    beginning of the next, all sums taken together. A withheld count that can be had is flagged if
    it is small, or the rest of what it is a part of, or the mentions of a drug besides as the
    primary one: cards also withhold counts that are not, for the sake of others. Not asked: more
    than 10,000 sets of shorter periods in one (a year of months has 4,095);
    percentages, which are printed with their counts; withheld counts that are few together though
    none can be had alone; what other publications, or what a reader knows of a person, would add.

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
    found = [*_revised(cells, threshold), *_nested(cells, threshold)]
    had = _added_up(cells)
    found += [*_elsewhere(cells, had, threshold), *_from_sums(cells, had, threshold)]
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
    for outer in cells.periods:
        within = [p for p in cells.periods if p != outer and lies_in(p, outer)]
        within.sort(key=lambda period: (period.first, period.last))
        told: set[str] = set()  # once a row: a month with nobody would tell the same again
        for inner in [*((p,) for p in within), *islice(apart(within), MOST_SETS)]:
            for name, row in cells.rows.items():
                large = cells.printed.get((name, outer), {}) if row.additive else {}
                small = [cells.printed.get((name, period), {}) for period in inner]
                if not large or not all(small) or name in told:
                    continue
                for cards, count in _ways(small):
                    few = [
                        c for c, b in large.items() if cards != {c} and _few(b - count, threshold)
                    ]
                    for other in few:
                        told.add(name)
                        yield cells.leak("nested", (name, outer), (*sorted(cards), other))


def _ways(small: Sequence[Mapping[str, int]]) -> Iterator[tuple[set[str], int]]:
    """Yield publications and the sum that they print: of one period each, of several the latest."""
    if len(small) == 1:
        yield from (({card}, count) for card, count in small[0].items())
        return
    latest = [_latest(by_card) for by_card in small]
    yield {card for card, _ in latest}, sum(count for _, count in latest)


def _latest(by_card: Mapping[str, int]) -> tuple[str, int]:
    return list(by_card.items())[-1]


def _elsewhere(cells: _Cells, had: Mapping[Key, float], threshold: int) -> Iterator[Leak]:
    for key, hidden in cells.withheld.items():
        for other, value in cells.printed.get(key, {}).items():
            if _tells_of_few(cells, had, key, value, threshold):
                yield cells.leak("shown elsewhere", key, (*hidden, other))


def _from_sums(cells: _Cells, had: Mapping[Key, float], threshold: int) -> Iterator[Leak]:
    for key, value in had.items():
        if key in cells.withheld and _tells_of_few(cells, had, key, value, threshold):
            yield cells.leak("adds up", key, cells.withheld[key])


def _tells_of_few(
    cells: _Cells, had: Mapping[Key, float], key: Key, value: float, threshold: int
) -> bool:
    """Return whether a count, the rest of what it is a part of, or of its mentions is small."""

    def known(name: str) -> float | None:
        at = (name, key[1])
        by_card = cells.printed.get(at)
        return _latest(by_card)[1] if by_card else had.get(at)

    name = key[0]
    rests = [value]
    of = cells.rows[name].of
    while of and of != _FLOW:
        whole = known(of)
        if whole is not None:
            rests.append(whole - value)
        of = cells.rows[of].of if of in cells.rows else ""
    if name.startswith("mention-"):
        primary = known(name.replace("mention-", "drug-", 1))
        rests += [] if primary is None else [value - primary]
    # Sums of revised counts do not agree to the unit: what is near to few is flagged as few.
    return any(isnan(rest) or _few(round(rest), threshold) for rest in rests)


def _added_up(cells: _Cells) -> dict[Key, float]:
    """Return the counts printed nowhere that follow from printed ones, by all the sums at once.

    ``nan`` for those that follow from counts that contradict one another.
    """
    known = {key: float(_latest(by_card)[1]) for key, by_card in cells.printed.items()}
    sums, rest = [], []
    for total, *parts in (
        *_sums_of_parts(cells), *_sums_of_periods(cells), *_sums_of_flow(cells)
    ):  # fmt: skip
        terms = {key: 1.0 for key in parts if key not in known}
        if total not in known:
            terms[total] = -1.0
        if terms:
            sums.append(terms)
            rest.append(known.get(total, 0.0) - sum(known.get(key, 0.0) for key in parts))
    return settled(sums, rest)


def _sums_of_flow(cells: _Cells) -> Iterator[tuple[Key, ...]]:
    """Yield who was open when a period began as the caseload at the end of the one before it."""
    if not {"open_before", "caseload"} <= cells.rows.keys():
        return
    for period in cells.periods:
        for before in cells.periods:
            if before.last + timedelta(days=1) == period.first:
                here, there = ("open_before", period), ("caseload", before)
                one, other = cells.printed.get(here), cells.printed.get(there)
                if not (one and other and not set(one.values()) & set(other.values())):
                    yield here, there


def _sums_of_parts(cells: _Cells) -> Iterator[tuple[Key, ...]]:
    for (total, _), parts in cells.groups.items():
        for period in cells.periods:
            yield ((total, period), *((name, period) for name in sorted(parts)))


def _sums_of_periods(cells: _Cells) -> Iterator[tuple[Key, ...]]:
    for whole in cells.periods:
        for tiles in tilings(whole, cells.periods):
            for name, row in cells.rows.items():
                if row.additive:
                    yield ((name, whole), *((name, tile) for tile in tiles))


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
