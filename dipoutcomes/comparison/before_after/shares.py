"""The same people before and after: the share with an event, compared in three ways."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.comparison._paired_counts import NOT_REMOVED
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate, Interval


@dataclass(frozen=True, slots=True)
class _Cells:
    """People by whether they had an event in both windows, after only, before only, neither."""

    both: int
    only_after: int
    only_before: int
    neither: int

    @classmethod
    def of(cls, before: ArrayLike, after: ArrayLike) -> _Cells:
        first, second = _flags("before", before), _flags("after", after)
        if first.shape != second.shape:
            raise ValueError("`before` and `after` must have one element for each person")
        n = len(first)
        if not n:
            raise DesignError("nobody was observed in both windows; see the table of losses")
        both = int((first & second).sum())
        only_after, only_before = int((~first & second).sum()), int((first & ~second).sum())
        return cls(both, only_after, only_before, n - both - only_after - only_before)

    @property
    def four(self) -> tuple[int, int, int, int]:
        return self.both, self.only_after, self.only_before, self.neither

    def estimate(self, measure: str, value: float, interval: Interval, quantity: str) -> Estimate:
        from dipoutcomes.intervals.paired import mcnemar_mid_p_value

        n = sum(self.four)
        return Estimate(
            measure=measure,
            value=value,
            interval=interval,
            events=self.both + self.only_after,
            base=n,
            base_unit="persons",
            persons=n,
            quantity=quantity,
            reference_events=self.both + self.only_before,
            reference_base=n,
            p_value=float(mcnemar_mid_p_value(self.only_after, self.only_before)),
            caveat=NOT_REMOVED,
        )


def paired_shares(
    before: ArrayLike,
    after: ArrayLike,
    *,
    method: str = "tango",
    measure: str = "change in the share with at least one event",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the share after less the share before, in the same people.

    Parameters
    ----------
    before, after : array_like of bool, shape (n,)
        Whether each person had an event in each window. The windows must be equally long, and
        everyone observed to the end of both; this cannot be seen from here.
    method : str, default "tango"
        Of `dipoutcomes.intervals.paired_difference_interval`.
    measure : str
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "difference" (after minus before, a proportion); *events* are the persons with
        an event after, *reference_events* those before; *p_value* is McNemar's mid-P.

    Raises
    ------
    DesignError
        If there is nobody.
    TypeError, ValueError
        If the arrays are not of booleans or differ in length.

    References
    ----------
    .. [1] Tango, T. (1998). Statistics in Medicine 17, 891-908.
    .. [2] Fagerland, M. W., Lydersen, S. and Laake, P. (2013). BMC Medical Research Methodology
       13:91 (mid-P McNemar; with equal discordant counts the p-value here is 1).

    Examples
    --------
    >>> change = paired_shares([True, True, True, False], [True, False, False, False])
    >>> print(change.counts, round(change.value, 3))
    1 of 4 against 3 of 4 people -0.5
    """
    from dipoutcomes.intervals.paired import paired_difference_interval

    cells = _Cells.of(before, after)
    interval = paired_difference_interval(
        *cells.four, method=method, confidence_level=confidence_level
    )
    value = (cells.only_after - cells.only_before) / sum(cells.four)
    return cells.estimate(measure, value, interval, "difference")


def paired_share_ratio(
    before: ArrayLike,
    after: ArrayLike,
    *,
    method: str = "tang",
    measure: str = "ratio of the share with an event after to the share before",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the share after over the share before, in the same people.

    Parameters
    ----------
    before, after, measure, confidence_level
        As for `paired_shares`.
    method : str, default "tang"
        Of `dipoutcomes.intervals.paired_ratio_interval`.

    Returns
    -------
    Estimate
        Of quantity "ratio", below 1 for a fall; infinite if nobody had an event before, ``nan``
        if nobody had one at all. *p_value* is McNemar's mid-P.

    Raises
    ------
    DesignError, TypeError, ValueError
        As `paired_shares` does.

    References
    ----------
    .. [1] Tang, N.-S., Tang, M.-L. and Chan, I. S. F. (2003). Statistics in Medicine 22,
       1217-1233.

    Examples
    --------
    >>> change = paired_share_ratio([True, True, True, False], [True, False, False, False])
    >>> print(change.counts, round(change.value, 3))
    1 in 4 against 3 in 4 people 0.333
    """
    from dipoutcomes.intervals.paired import paired_ratio_interval

    cells = _Cells.of(before, after)
    interval = paired_ratio_interval(*cells.four, method=method, confidence_level=confidence_level)
    value = _over(cells.both + cells.only_after, cells.both + cells.only_before)
    return cells.estimate(measure, value, interval, "ratio")


def paired_share_odds_ratio(
    before: ArrayLike,
    after: ArrayLike,
    *,
    method: str = "mid_p",
    measure: str = "odds ratio of an event after to one before, person by person",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the conditional odds ratio of an event after, each person against themselves.

    Parameters
    ----------
    before, after, measure, confidence_level
        As for `paired_shares`.
    method : str, default "mid_p"
        Of `dipoutcomes.intervals.paired_odds_ratio_interval`.

    Returns
    -------
    Estimate
        Of quantity "ratio": people with an event after only over people with one before only.
        Others say nothing. It lies farther from 1 than the odds ratio of the two shares, and is
        not to be read as a ratio of shares (`paired_share_ratio`). *p_value* is McNemar's mid-P.

    Raises
    ------
    DesignError, TypeError, ValueError
        As `paired_shares` does.

    References
    ----------
    .. [1] Breslow, N. E. and Day, N. E. (1980). Statistical Methods in Cancer Research,
       vol. I, section 5.2.

    Examples
    --------
    >>> flags = [True] * 9 + [False] * 4, [False] * 6 + [True] * 7
    >>> round(paired_share_odds_ratio(*flags).value, 3)
    0.667
    """
    from dipoutcomes.intervals.paired import paired_odds_ratio_interval

    cells = _Cells.of(before, after)
    interval = paired_odds_ratio_interval(
        cells.only_after, cells.only_before, method=method, confidence_level=confidence_level
    )
    value = _over(cells.only_after, cells.only_before)
    return cells.estimate(measure, value, interval, "ratio")


def _over(after: int, before: int) -> float:
    if before:
        return after / before
    return inf if after else nan


def _flags(name: str, values: ArrayLike) -> NDArray[np.bool_]:
    flags = np.atleast_1d(np.asarray(values))
    if flags.size == 0:
        return np.zeros(0, dtype=bool)
    if flags.dtype != bool or flags.ndim != 1:
        raise TypeError(f"`{name}` must hold True or False for each person")
    return flags
