"""One table of a stand-in, column by column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.stand_in import plain_columns as pc
from dipoutcomes.simulate.stand_in.cells import PRESENT, text_of
from dipoutcomes.simulate.stand_in.keys import made_up_words
from dipoutcomes.simulate.stand_in.made import MadeColumn, with_blanks
from dipoutcomes.simulate.stand_in.making import Making, agree, person_texts
from dipoutcomes.simulate.stand_in.marginals import fit_bins, people_by_code
from dipoutcomes.simulate.stand_in.orders import (
    DateOrder,
    draw_dates,
    draw_patterns,
    fit_order,
)
from dipoutcomes.simulate.stand_in.own_values import numbers_of_their_own
from dipoutcomes.simulate.stand_in.reading import ReadTable
from dipoutcomes.simulate.stand_in.source import plain

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_LONG_AGO = -1e6


class TableMaker:
    """Makes one table; keys come last, when all tables have their rows."""

    def __init__(self, read: ReadTable, making: Making) -> None:
        self.read, self.making = read, making
        self.made: dict[int, MadeColumn] = {}
        self.emptied = False
        cap = self._draw_rows()
        self.weight = np.minimum(1.0, cap / np.maximum(read.rows_each[read.person], 1))
        first = read.first_row
        self.by_row = pc.Rows(
            take=np.arange(len(read.person)), person=read.person, weight=self.weight
        )
        self.by_person = pc.Rows(take=first, person=read.person[first], weight=np.ones(len(first)))
        self.several = bool((read.rows_each > 1).any())
        self._make()

    def _draw_rows(self) -> float:
        """Draw how many rows each made person has; return the cap on rows."""
        read, making = self.read, self.making
        each = read.rows_each
        counts = np.ones(making.people, dtype=np.int64)
        cap = 1.0
        if int((each > 0).sum()) < making.fewest or not self._has_needed_words():
            counts[:] = 0
            self.emptied = True
        elif not read.table.one_each and not (each == 1).all():
            bins = fit_bins(
                each.astype(float), np.arange(len(each)), np.ones(len(each)), fewest=making.fewest
            )
            counts = np.nan_to_num(bins.draw(making.people, rng=making.rng)).astype(np.int64)
            cap = max(1.0, float(np.nan_to_num(bins.high)))
        self.person = np.repeat(np.arange(making.people), counts)
        return cap

    def _has_needed_words(self) -> bool:
        """Return whether each word that a row must have is common; else a row would be no row."""
        read = self.read
        for column in read.columns:
            if column.column.role == "category" and column.column.filled:
                code = np.where(column.present, column.code, -1)
                if not (people_by_code(code, read.person) >= self.making.fewest).any():
                    return False
        return True

    @property
    def n(self) -> int:
        """Made rows."""
        return len(self.person)

    def _make(self) -> None:
        table = self.read.table
        kinds = np.full(len(self.read.person), -1, dtype=np.int64)
        self.kinds = np.full(self.n, -1, dtype=np.int64)
        if table.kind is not None:
            column = self.read.columns[table.kind]
            kinds = np.where(column.present, column.code, -1)
            self._word_column(table.kind)
        in_order = {place for order in table.orders for place in order}
        single = [
            (place,)
            for place, described in enumerate(table.columns)
            if described.role == "date" and place not in in_order
        ]
        drawn = [self._draw_order(order, kinds) for order in (*table.orders, *single)]
        for place, described in enumerate(table.columns):
            if described.role == "flag":
                self._flag_column(place, drawn[0] if drawn else None, kinds)
        for order, states, days in drawn:
            for number, place in enumerate(order.places):
                self._date_column(place, states[:, number], days[:, number])
            self._remember(order, days)
        for place, described in enumerate(table.columns):
            if described.role == "category" and place not in self.made:
                self._word_column(place)
            elif described.role in {"number", "birth", "text", "blank"}:
                getattr(self, f"_{described.role}_column")(place)

    # dates

    def _draw_order(self, places: tuple[int, ...], kinds: Ints) -> tuple[DateOrder, Ints, Floats]:
        read, making = self.read, self.making
        order = fit_order(read, places, kinds, self.weight, fewest=making.fewest)
        for number, place in enumerate(places):
            left = making.left_of(read.table.name, place)
            left.faults = int((read.columns[place].state < 0).sum())
            left.emptied = order.bins[number].empty and bool(read.columns[place].present.any())
        usable = np.array([not bins.empty for bins in order.bins])
        highs = [bins.high for bins in order.bins if not bins.empty]
        ceiling = float(read.table.last_day or max(highs, default=0.0))
        age = self._least_age(places)
        floor = np.nan_to_num(making.birth + age, nan=_LONG_AGO)
        if read.table.after_all:
            floor = np.maximum(floor, making.last_day_seen)
        a_person = self.several and all(read.constant(place) for place in places)
        of_row = np.full(making.people, -1) if a_person else self.kinds
        states = draw_patterns(order, of_row, rng=making.rng)
        states = np.where(usable | (states > 0), states, 1)
        row_floor = floor if a_person else floor[self.person]
        days = draw_dates(order, states, row_floor, ceiling, rng=making.rng)
        if a_person:
            states, days = states[self.person], days[self.person]
        return order, states, days

    def _least_age(self, places: tuple[int, ...]) -> float:
        """Return how many days after birth the first dates lie, without the youngest people."""
        birth = self.making.real_birth[self.read.person]
        ages = [self.read.columns[place].values - birth for place in places]
        youngest = np.fmin.reduce(ages)
        good = youngest >= 0
        if not good.any():
            return 0.0
        bins = fit_bins(
            youngest[good], self.read.person[good], self.weight[good], fewest=self.making.fewest
        )
        return max(0.0, float(np.nan_to_num(bins.low)))

    def _remember(self, order: DateOrder, days: Floats) -> None:
        """Keep the first day of each date for flags, and the last day of each person."""
        making, read = self.making, self.read
        for number, place in enumerate(order.places):
            made = np.full(making.people, np.inf)
            known = ~np.isnan(days[:, number])
            np.minimum.at(made, self.person[known], days[known, number])
            np.maximum.at(making.last_day_seen, self.person[known], days[known, number])
            real = np.full(read.people, np.inf)
            values = read.columns[place].values
            there = ~np.isnan(values)
            np.minimum.at(real, read.person[there], values[there])
            making.first_day[read.table.name, place] = (real, made)

    def _date_column(self, place: int, states: Ints, days: Floats) -> None:
        self.made[place] = pc.date_column(
            self.read.columns[place], self.by_row, states, days,
            fewest=self.making.fewest, rng=self.making.rng,
        )  # fmt: skip

    def _birth_column(self, place: int) -> None:
        making, column = self.making, self.read.columns[place]
        left = making.left_of(self.read.table.name, place)
        state = pc.draw_states(
            column, self.by_person, making.people, left, fewest=making.fewest, rng=making.rng
        )
        state = np.where((state == PRESENT) & np.isnan(making.birth), 1, state)
        self._date_column(place, state[self.person], making.birth[self.person])

    # words, numbers, texts

    def _level(self, place: int) -> tuple[pc.Rows, int, bool]:
        """Return what a column is learnt from, how many draws it needs, and whether a person's."""
        if self.several and self.read.constant(place):
            return self.by_person, self.making.people, True
        if not self.several and self.read.table.person is not None:
            return self.by_person, self.making.people, True
        return self.by_row, self.n, False

    def _word_column(self, place: int) -> None:
        making, column = self.making, self.read.columns[place]
        left = making.left_of(self.read.table.name, place)
        rows, n, a_person = self._level(place)
        state = pc.draw_states(column, rows, n, left, fewest=making.fewest, rng=making.rng)
        words = pc.draw_words(column, rows, n, left, fewest=making.fewest, rng=making.rng)
        if a_person:
            words = self._shared_words(place, words)
            state, words = state[self.person], words[self.person]
        self.made[place] = pc.category(column, state, words)
        if place == self.read.table.kind:
            self.kinds = np.where(state == PRESENT, words, -1)

    def _shared_words(self, place: int, words: Ints) -> Ints:
        """Return the words that another table already gave the made people, where it is so."""
        making, column = self.making, self.read.columns[place]
        heading = plain(column.column.heading)
        texts = [text_of(label) for label in column.labels]
        real = person_texts(self.read, place)
        before = making.words.get(heading)
        if before is not None and agree(before[0], real):
            known = {texts[code]: code for code in np.unique(words[words >= 0]).tolist()}
            if {text for text in before[1] if text is not None} <= known.keys():
                old = [known.get(text, -1) for text in before[1]]
                return np.array(old, dtype=np.int64)
        made = np.array([*texts, None], dtype=object)[words]
        making.words.setdefault(heading, (real, made))
        return words

    def _number_column(self, place: int) -> None:
        making, column = self.making, self.read.columns[place]
        left = making.left_of(self.read.table.name, place)
        rows, n, a_person = self._level(place)
        state = pc.draw_states(column, rows, n, left, fewest=making.fewest, rng=making.rng)
        own = numbers_of_their_own(
            column.values, self.read.person, fewest=making.fewest, decimals=column.decimals
        )
        left.own_numbers = bool(own.size)
        values = pc.draw_numbers(column, rows, n, own, fewest=making.fewest, rng=making.rng)
        if a_person:
            state, values = state[self.person], values[self.person]
        left.emptied |= bool(column.present.any() and np.isnan(values).all() and self.n)
        self.made[place] = pc.number_column(column, state, values)

    def _text_column(self, place: int) -> None:
        making, column = self.making, self.read.columns[place]
        left = making.left_of(self.read.table.name, place)
        state = pc.draw_states(
            column, self.by_row, self.n, left, fewest=making.fewest, rng=making.rng
        )
        heading = plain(column.column.heading)
        if heading not in making.texts:
            making.texts[heading] = made_up_words(making.people, making.avoid, rng=making.rng)
        self.made[place] = with_blanks(state, self.person, making.texts[heading], column.blanks)

    def _blank_column(self, place: int) -> None:
        column = self.read.columns[place]
        often = int(np.bincount(column.state, minlength=2)[1:].argmax()) + 1
        state = np.full(self.n, often)
        nothing = np.empty(0, dtype=object)
        self.made[place] = with_blanks(state, np.full(self.n, -1), nothing, column.blanks)

    # flags

    def _flag_column(
        self, place: int, drawn: tuple[DateOrder, Ints, Floats] | None, kinds: Ints
    ) -> None:
        making, column, table = self.making, self.read.columns[place], self.read.table
        left = making.left_of(table.name, place)
        says = {text.casefold() for text in table.flag_says}
        yes = [i for i, label in enumerate(column.labels) if text_of(label).casefold() in says]
        flagged = np.isin(column.code, yes)
        marked = np.zeros(self.n, dtype=bool)
        if drawn is not None and len(np.unique(self.read.person[flagged])) >= making.fewest:
            marked = self._mark(drawn, flagged, kinds)
        other = pc.Rows(
            take=np.flatnonzero(~flagged),
            person=self.read.person[~flagged],
            weight=self.weight[~flagged],
        )
        state = pc.draw_states(column, other, self.n, left, fewest=making.fewest, rng=making.rng)
        words = pc.draw_words(column, other, self.n, left, fewest=making.fewest, rng=making.rng)
        if marked.any():
            often = np.bincount(column.code[flagged])
            words, state = np.where(marked, int(often.argmax()), words), np.where(marked, 0, state)
        self.made[place] = pc.category(column, state, words)

    def _mark(
        self, drawn: tuple[DateOrder, Ints, Floats], flagged: NDArray[np.bool_], kinds: Ints
    ) -> NDArray[np.bool_]:
        """Mark a row of as many people as have one, and move it to just before their entry."""
        making, read = self.making, self.read
        order, _, days = drawn
        anchor = order.anchors[0] if order.anchors else 0
        fit = ~np.isnan(days[:, anchor]) & np.isin(self.kinds, np.unique(kinds[flagged]))
        marked = np.zeros(self.n, dtype=bool)
        entry = making.first_day.get(read.table.flag_before or ("", 0))
        if entry is None:
            return marked
        real_entry, made_entry = entry
        gap = real_entry[read.person] - read.columns[order.places[anchor]].values
        good = flagged & (gap >= 0) & np.isfinite(gap)
        bins = fit_bins(gap[good], read.person[good], self.weight[good], fewest=making.fewest)
        has_rows = read.rows_each > 0
        share = len(np.unique(read.person[flagged])) / max(int(has_rows.sum()), 1)
        rows = np.flatnonzero(fit & np.isfinite(made_entry[self.person]))
        rows = rows[making.rng.permutation(len(rows))]
        rows = rows[np.unique(self.person[rows], return_index=True)[1]]
        rows = rows[making.rng.random(len(rows)) < share]
        marked[rows] = True
        if not bins.empty:
            self._move(rows, anchor, bins.draw(len(rows), rng=making.rng), days, made_entry)
        return marked

    def _move(self, rows: Ints, anchor: int, gap: Floats, days: Floats, entry: Floats) -> None:
        """Shift the dates of *rows* so that the anchor lies *gap* days before the entry."""
        shift = entry[self.person[rows]] - gap - days[rows, anchor]
        moved = days[rows] + shift[:, None]
        birth = np.nan_to_num(self.making.birth[self.person[rows]], nan=_LONG_AGO)
        last = float(self.read.table.last_day or np.nanmax(days))
        fits = (np.fmin.reduce(moved, axis=1) >= birth) & (np.fmax.reduce(moved, axis=1) <= last)
        days[rows[fits]] = moved[fits]
