"""Stand-in tables: made-up people, drawn one column at a time, in tables of the same shape.

What is kept: headings, codes, formats, keys that join, how common the common words are, how
many rows a person has, coarsely. What is not: anything that few people have, and every relation
between columns that a valid table can do without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_count
from dipoutcomes.errors import DisclosureError
from dipoutcomes.simulate.stand_in.cells import PRESENT
from dipoutcomes.simulate.stand_in.keys import common_patterns, comparable, new_keys
from dipoutcomes.simulate.stand_in.made import frame_of, with_blanks
from dipoutcomes.simulate.stand_in.making import Making, birth_bins
from dipoutcomes.simulate.stand_in.marginals import count_different
from dipoutcomes.simulate.stand_in.plain_columns import LeftOut, draw_states
from dipoutcomes.simulate.stand_in.reading import ReadTable, read_tables
from dipoutcomes.simulate.stand_in.scan import refuse_leaks
from dipoutcomes.simulate.stand_in.source import SourceTable
from dipoutcomes.simulate.stand_in.table import TableMaker

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
#: Fewer people than this have no stand-in: three bins of ten are no distribution.
FEWEST_PEOPLE = 30
FEWEST = 10
_ROUNDED_TO = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StandIn:
    """Made tables, and what of the real ones is not in them.

    Parameters
    ----------
    tables : mapping of str to SourceTable
        Made tables by name; the frames hold categories under the old headings.
    people : int
        People made.
    real_people : int
        People of the real tables, rounded to 5.
    fewest : int
        People that every word, heap and bin rests on at least.
    left : mapping of (str, int) to LeftOut
        By table and position of the column.
    emptied : tuple of str
        Tables without rows, because too few people had one, or none of the words that a row must
        have is common.
    nobody : mapping of str to int
        Rows of each real table that name nobody.
    """

    tables: Mapping[str, SourceTable]
    people: int
    real_people: int
    fewest: int
    left: Mapping[tuple[str, int], LeftOut]
    emptied: tuple[str, ...]
    nobody: Mapping[str, int]

    def __repr__(self) -> str:
        """Say how much there is."""
        return f"StandIn({self.people:,} made people, {len(self.tables)} tables)"

    def frame(self, table: str) -> pd.DataFrame:
        """Return the cells of one made table."""
        return self.tables[table].frame


def make_stand_in(
    tables: Sequence[SourceTable],
    *,
    people: int | None = None,
    fewest: int = FEWEST,
    rng: np.random.Generator,
) -> StandIn:
    """Return made tables in the shape of *tables*, without a record of theirs.

    Parameters
    ----------
    tables : sequence of SourceTable
        Real tables; those whose dates lie after all others come last in the making.
    people : int, optional
        How many to make; as many as there are, rounded to 5, if omitted.
    fewest : int, default 10
        People that a word, a heap or a bin must rest on.
    rng : Generator
        Source of randomness.

    Returns
    -------
    StandIn

    Raises
    ------
    DisclosureError
        If there are fewer than 30 people, or a cell of a real key, text or rare word is found in
        a made table.
    TypeError, ValueError
        If *people* or *fewest* is out of range, or tables share no people.

    Notes
    -----
    No record is copied, and no key, name, address or text: keys are new (in the old letter and
    digit pattern where at least *fewest* people share it) and join across tables. A word held by
    fewer than *fewest* people is left out. Numbers and dates are drawn from bins and heaps with
    at least *fewest* people each; half as many lie beyond the smallest and beyond the largest
    value that can be drawn, so neither extreme is. Rows of one person count no more than the cap on
    rows. Columns are drawn independently, but for the order of dates within a row, the dates
    that a kind of row has, birth before everything, deaths after everything, columns that say
    the same in all rows of a person, and the marked row of a person just before their entry.

    For code that must run, not for inference: relations between columns are not there, and
    nothing estimated from a stand-in says anything about the real people. This is not
    differential privacy, and no proof against somebody who knows all but one of the people. A
    made person may agree with a real one by chance; `measure_closeness` counts how many do.
    """
    fewest = check_count("fewest", fewest, minimum=3)
    reads = read_tables(tables)
    real = reads[0].people
    if real < max(FEWEST_PEOPLE, 3 * fewest):
        raise DisclosureError(
            f"the records hold fewer than {max(FEWEST_PEOPLE, 3 * fewest)} people. So few have no "
            "distribution that rests on enough of them, and a stand-in would be drawn from "
            "individuals. Nothing was written: share the headings and codes alone, or make up "
            "people from a recipe (dipoutcomes synthesise RECIPE)"
        )
    rounded = _ROUNDED_TO * round(real / _ROUNDED_TO)
    n = rounded if people is None else check_count("people", people, minimum=1)
    making = _making(reads, n, fewest, rng)
    makers: dict[str, TableMaker] = {}
    for read in sorted(reads, key=lambda read: read.table.after_all):
        makers[read.table.name] = TableMaker(read, making)
    in_order = [makers[read.table.name] for read in reads]
    _key_columns(in_order, making)
    making.avoid.clear()  # of millions of rows it is the largest thing in memory
    made = {maker.read.table.name: _finished(maker) for maker in in_order}
    refuse_leaks(reads, made, fewest=fewest)
    return StandIn(
        tables=made,
        people=n,
        real_people=rounded,
        fewest=fewest,
        left=making.left,
        emptied=tuple(maker.read.table.name for maker in in_order if maker.emptied),
        nobody={read.table.name: read.nobody for read in reads},
    )


def _making(reads: tuple[ReadTable, ...], n: int, fewest: int, rng: np.random.Generator) -> Making:
    avoid: set[str] = set()
    for read in reads:
        for column in read.columns:
            if column.column.role in {"key", "text"}:
                avoid.update(comparable(column.labels))
    real_birth, bins = birth_bins(reads, fewest)
    return Making(
        people=n,
        fewest=fewest,
        rng=rng,
        avoid=avoid,
        real_birth=real_birth,
        birth=bins.draw(n, rng=rng),
        last_day_seen=np.full(n, -1e6),
    )


def _finished(maker: TableMaker) -> SourceTable:
    columns = [maker.made[place] for place in range(len(maker.read.columns))]
    headings = [column.heading for column in maker.read.table.columns]
    return replace(maker.read.table, frame=frame_of(columns, headings))


def _key_columns(makers: list[TableMaker], making: Making) -> None:
    """Give every key column its keys; a key that several tables have joins them."""
    where: dict[str, list[tuple[TableMaker, int]]] = {}
    for maker in makers:
        for place, column in enumerate(maker.read.columns):
            if column.column.role == "key":
                name = column.column.key or f"{maker.read.table.name}/{place}"
                where.setdefault(name, []).append((maker, place))
    for places in where.values():
        of_person = any(maker.read.table.person == place for maker, place in places)
        home, home_place = places[0] if of_person else max(places, key=_uniqueness)
        entity = home.person if of_person else _entities(home, home_place)
        n = making.people if of_person else int(entity.max(initial=-1)) + 1
        column = home.read.columns[home_place]
        code = np.where(column.present, column.code, -1)
        patterns = common_patterns(
            column.labels.tolist(), code, home.read.person, fewest=making.fewest
        )
        keys = new_keys(n, patterns, making.avoid, rng=making.rng)
        making.avoid.update(comparable(keys))  # another key is never taken for this one
        for maker, place in places:
            if of_person:
                chosen = maker.person
            elif maker is home:
                chosen = entity
            else:
                chosen = _joined(maker, home, entity, making)
            _put(maker, place, chosen, keys, making)


def _uniqueness(where: tuple[TableMaker, int]) -> float:
    """Return how nearly each row has a key of its own."""
    maker, place = where
    column = maker.read.columns[place]
    codes = column.code[column.present]
    return count_different(codes) / max(len(codes), 1)


def _entities(maker: TableMaker, place: int) -> Ints:
    """Return the number of what each made row belongs to, as many rows each as there were."""
    rows = max(1, round(1 / max(_uniqueness((maker, place)), 1e-6)))
    starts = np.searchsorted(maker.person, maker.person)
    within = (np.arange(maker.n) - starts) // rows
    new = np.ones(maker.n, dtype=bool)
    new[1:] = (maker.person[1:] != maker.person[:-1]) | (within[1:] != within[:-1])
    return np.cumsum(new).astype(np.int64) - 1


def _joined(maker: TableMaker, home: TableMaker, entity: Ints, making: Making) -> Ints:
    """Return for each row one of the things that its person has in the home table; -1 if none."""
    starts = np.searchsorted(home.person, maker.person)
    held = np.searchsorted(home.person, maker.person, side="right") - starts
    at = starts + (making.rng.random(maker.n) * held).astype(np.int64)
    if not home.n:
        return np.full(maker.n, -1, dtype=np.int64)
    return np.where(held > 0, entity[np.minimum(at, home.n - 1)], -1)


def _put(
    maker: TableMaker, place: int, chosen: Ints, keys: NDArray[np.object_], making: Making
) -> None:
    column = maker.read.columns[place]
    left = making.left_of(maker.read.table.name, place)
    state = np.zeros(maker.n, dtype=np.int64)
    if place != maker.read.table.person:
        state = draw_states(
            column, maker.by_row, maker.n, left, fewest=making.fewest, rng=making.rng
        )
    state = np.where((state == PRESENT) & (chosen < 0), 1, state)
    numbers = all(not isinstance(label, str) for label in column.labels)
    labels = keys
    if numbers and all(key.isdigit() for key in keys):
        labels = np.empty(len(keys), dtype=object)
        labels[:] = [int(key) for key in keys]
    maker.made[place] = with_blanks(state, chosen, labels, column.blanks)
