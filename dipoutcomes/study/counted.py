"""The people of a made-up study as counts by window, for work of one's own in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DisclosureError
from dipoutcomes.results import EstimateRow, EstimateTable
from dipoutcomes.study.plan import read_inputs, read_plan

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.protocol.model import Protocol

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedPeople:
    """People whose record is whole, one row each; every array has their order.

    Parameters
    ----------
    known : DataFrame
        What was known at the start: ``age`` (years), the attributes of the protocol, ``sex``, and
        ``events_before`` (events in the 12 months before the start, the index event left out).
    events, days : mapping of str to ndarray of int
        By window: events, and days at liberty.
    whole : mapping of str to ndarray of bool
        By window: followed from its first day to its last.
    programme : ndarray of bool
        Whom the programme took on; everybody, where the study has no other people.
    measure : str
        What an event is: "arrest".
    """

    known: pd.DataFrame
    events: Mapping[str, Ints]
    days: Mapping[str, Ints]
    whole: Mapping[str, Mask]
    programme: Mask
    measure: str

    def __len__(self) -> int:
        return len(self.programme)

    def __str__(self) -> str:
        taken = int(self.programme.sum())
        return (
            f"{len(self):,} people whose record is whole, {taken:,} of them in the programme, in "
            f"{len(self.events)} windows"
        )

    def __repr__(self) -> str:
        return f"CountedPeople({self})"

    def keep(self, who: Mask) -> CountedPeople:
        """Return the people in *who* alone."""
        return CountedPeople(
            known=self.known[who].reset_index(drop=True),
            events={name: values[who] for name, values in self.events.items()},
            days={name: values[who] for name, values in self.days.items()},
            whole={name: values[who] for name, values in self.whole.items()},
            programme=self.programme[who],
            measure=self.measure,
        )

    def followed(self, *windows: str) -> CountedPeople:
        """Return those followed to the end of every one of *windows*."""
        return self.keep(np.logical_and.reduce([self.whole[name] for name in windows]))

    def rates(self, *windows: str) -> dict[str, tuple[Ints, Ints]]:
        """Return events and days at liberty by window, as a comparison of rates takes them."""
        return {name: (self.events[name], self.days[name]) for name in windows}

    def shares(self, *windows: str) -> dict[str, Mask]:
        """Return who had an event, by window; only windows of one length may be compared."""
        return {name: self.events[name] > 0 for name in windows}

    def rate_table(self, *windows: str, confidence_level: float = 0.95) -> EstimateTable:
        """Return the rate at liberty in each window."""
        from dipoutcomes.outcomes import rate_per_person_year

        noun = f"{self.measure}s per person-year at liberty"
        rows = [
            EstimateRow(
                label=name,
                estimate=rate_per_person_year(
                    events, days, measure=noun, confidence_level=confidence_level
                ),
            )
            for name, (events, days) in self.rates(*windows).items()
        ]
        return EstimateTable(
            name="rates", caption=noun.capitalize(), rows=tuple(rows), heading="Window"
        )

    def share_table(self, *windows: str, confidence_level: float = 0.95) -> EstimateTable:
        """Return the share with an event in each window, of those followed through all of them."""
        from dipoutcomes.outcomes import share_with_event

        people, what = self.followed(*windows), f"share with at least one {self.measure}"
        rows = [
            EstimateRow(
                label=name,
                estimate=share_with_event(
                    people.events[name],
                    people.whole[name],
                    measure=what,
                    confidence_level=confidence_level,
                ),
            )
            for name in windows
        ]
        return EstimateTable(
            name="shares", caption=what.capitalize(), rows=tuple(rows), heading="Window"
        )

    def frame(self, *windows: str) -> pd.DataFrame:
        """Return what was known, ``programme``, and the events of each window by its name."""
        counts = {name: self.events[name] for name in windows}
        return self.known.assign(programme=self.programme, **counts)

    def both(self, before: str, after: str) -> tuple[Ints, Ints, Ints, Ints]:
        """Return events and days before, events and days after: what a ratio of rates takes."""
        return (self.events[before], self.days[before], self.events[after], self.days[after])


def counted_people(protocol: str | Path) -> CountedPeople:
    """Count the events and days of the people of a made-up study, window by window.

    Parameters
    ----------
    protocol : path
        Of a records study of synthetic data. Real people are counted by `evaluate`, which makes
        estimates of them and shows nobody.

    Returns
    -------
    CountedPeople
        Everybody in the cohort, or in its sample, who was found on the records and of whom no
        line was rejected.

    Raises
    ------
    DisclosureError
        If the data are not synthetic.
    ProtocolError, RecordError, DesignError, StorageError
        As in `evaluate`.

    Examples
    --------
    >>> people = counted_people("protocols/compared-synthetic.toml")
    >>> print(people)
    784 people whose record is whole, 197 of them in the programme, in 4 windows
    """
    from dipoutcomes.pipeline.covariates import events_before
    from dipoutcomes.pipeline.records_study import observe_people

    plan = read_plan(protocol)
    if plan.protocol.study.data != "synthetic":
        raise DisclosureError(
            f"the data of this study are {plan.protocol.study.data}: people are laid out one by "
            "one for made-up data alone. Use study.evaluate, which shows nobody"
        )
    seen, programme = observe_people(plan.protocol, read_inputs(plan))
    names = [window.name for window in plan.protocol.window]
    plain = [c for c in seen.people.columns if c in _attributes(plan.protocol)]
    known = seen.people[["age", *plain]].reset_index(drop=True)
    outcome = plan.protocol.outcome
    people = CountedPeople(
        known=known.assign(events_before=events_before(seen, 12).astype(np.int64)),
        events={n: seen.measures[n].events.astype(np.int64) for n in names},
        days={n: seen.measures[n].ledger.days_at_liberty.astype(np.int64) for n in names},
        whole={n: seen.measures[n].ledger.observed_to_end for n in names},
        programme=programme,
        measure=outcome.measure if outcome is not None else "",
    )
    return people.keep(seen.certain & ~seen.custody_uncertain)


def _attributes(protocol: Protocol) -> set[str]:
    """Return the names of what the records say of people and episodes, and sex."""
    records = protocol.records
    tables = () if records is None else (records.persons, records.episodes)
    return {"sex", *(name for table in tables for name in table.attributes)}
