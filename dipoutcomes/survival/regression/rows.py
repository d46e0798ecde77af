"""Follow-up as rows: one a person, or several where covariates change or follow-up is broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import check_follow_up

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowOptions:
    """What a row is beside its end and its covariates; each has one value a row.

    Parameters
    ----------
    entry : array_like, optional
        Time after which the row is at risk, (entry, duration]; 0 is from the very start. Rows of
        one person must not overlap.
    person : array_like, optional
        Whose row it is. People are counted by it, and robust errors add up over it.
    cluster : array_like, optional
        A larger unit that people share, an area or an office: robust errors, then the default,
        add up over it.
    strata : array_like, optional
        Groups with a hazard of their own each; rows are compared within them.
    weights : array_like, optional
        Sampling or propensity weights, above 0. They need robust errors, which are then the
        default.

    Examples
    --------
    >>> from dipoutcomes.survival.regression import cox_regression
    >>> rows = RowOptions(entry=[0, 30, 0, 0, 0], person=["a", "a", "b", "c", "d"])
    >>> model = cox_regression(
    ...     [30, 90, 60, 80, 45], [0, 1, 1, 0, 1], {"in_work": [0, 1, 0, 1, 0]},
    ...     rows=rows, penalty="firth",
    ... )
    >>> model.persons, model.rows, model.events
    (4, 5, 3)
    """

    entry: ArrayLike | None = None
    person: ArrayLike | None = None
    cluster: ArrayLike | None = None
    strata: ArrayLike | None = None
    weights: ArrayLike | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """Checked rows; `person`, `cluster` and `stratum` are codes. `start` is -1 for entry 0."""

    stop: Floats
    event: NDArray[np.bool_]
    start: Floats | None
    person: Integers | None
    cluster: Integers | None
    stratum: Integers | None
    strata: tuple[str, ...]
    weight: Floats | None

    @property
    def persons(self) -> int:
        """People, or rows where nobody says whose they are."""
        return len(self.stop) if self.person is None else int(self.person.max()) + 1

    @property
    def unit(self) -> Integers | None:
        """What robust errors add up over."""
        return self.person if self.cluster is None else self.cluster

    @property
    def units(self) -> int:
        """How many of them there are."""
        return len(self.stop) if self.unit is None else int(self.unit.max()) + 1

    @property
    def repeats(self) -> bool:
        """Whether somebody has the event more than once."""
        if self.person is None:
            return False
        return bool((np.bincount(self.person[self.event], minlength=1) > 1).any())

    def persons_where(self, rows: NDArray[np.bool_]) -> int:
        """Return how many people have one of *rows*."""
        return int(rows.sum()) if self.person is None else len(np.unique(self.person[rows]))


def check_rows(durations: Any, observed: Any, options: RowOptions | None) -> Checked:
    """Return the rows as arrays, or say everything that is wrong with them."""
    rows = RowOptions() if options is None else options
    time, seen, entry = check_follow_up(durations, observed, rows.entry)
    n = len(time)
    problems: list[str] = []
    person, _ = _codes("person", rows.person, n, problems)
    cluster, _ = _codes("cluster", rows.cluster, n, problems)
    stratum, strata = _codes("strata", rows.strata, n, problems)
    weight = _weights(rows.weights, n, problems)
    if problems:
        raise ValueError("; ".join(problems))
    stop = time.astype(np.float64)
    # Somebody with entry 0 is there from the start, for an event at time 0 too.
    start = None if entry is None else np.where(entry <= 0, -1.0, entry.astype(np.float64))
    if person is not None:
        _refuse_overlap(stop, start, person)
    if not seen.any():
        raise DesignError(
            f"no event was seen in {n:,} rows, so there is nothing to compare; "
            "`survival_at` gives the share with its upper limit"
        )
    return Checked(stop, seen.astype(bool), start, person, cluster, stratum, strata, weight)


def _codes(
    name: str, values: ArrayLike | None, n: int, problems: list[str]
) -> tuple[Integers | None, tuple[str, ...]]:
    import pandas as pd

    if values is None:
        return None, ()
    array = np.asarray(values)
    if array.shape != (n,):
        problems.append(f"`{name}` needs one value a row: {n}, found {array.size}")
        return None, ()
    codes, labels = pd.factorize(array, sort=True)
    if missing := int((codes < 0).sum()):
        problems.append(f"`{name}` is missing in {missing} rows")
        return None, ()
    return codes.astype(np.int64), tuple(str(label) for label in labels)


def _weights(values: ArrayLike | None, n: int, problems: list[str]) -> Floats | None:
    if values is None:
        return None
    weight = np.asarray(values, dtype=np.float64)
    if weight.shape != (n,):
        problems.append(f"`weights` needs one value a row: {n}, found {weight.size}")
        return None
    if bad := int((~(np.isfinite(weight) & (weight > 0))).sum()):
        problems.append(f"`weights` has {bad} values that are 0, negative, missing or infinite")
    return weight


def _refuse_overlap(stop: Floats, start: Floats | None, person: Integers) -> None:
    begin = np.full(len(stop), -1.0) if start is None else start
    order = np.lexsort((begin, person))
    same = np.diff(person[order]) == 0
    over = int((same & (begin[order][1:] < stop[order][:-1])).sum())
    if over:
        raise ValueError(
            f"{over} rows overlap the row before of the same person: a person is at risk once at a "
            "time. Give `entry`, the end of the row before, or correct the rows"
        )
