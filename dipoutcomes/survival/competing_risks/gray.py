"""Whether groups differ in the cumulative incidence of one cause: Gray's test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Table
from dipoutcomes.survival._by_group import ByGroup
from dipoutcomes.survival._counts import Floats, Integers, count_at_times
from dipoutcomes.survival._log_rank import chi_squared, upper_tail
from dipoutcomes.survival._strata import stratum_codes
from dipoutcomes.survival.competing_risks._causes import People, check_people
from dipoutcomes.survival.competing_risks._gray import GrayCounts, gray_score
from dipoutcomes.survival.curves import group_codes


@dataclass(frozen=True, slots=True, kw_only=True)
class GrayTestResult(ByGroup):
    """Gray's test of one cause with the counts it rests on.

    Parameters
    ----------
    cause : str
    statistic : float
        Chi-squared; nan where the data leave nothing to compare.
    df : int
    p_value : float
        Two-sided, of the hypothesis that the groups have one cumulative incidence throughout.
    groups : tuple of str
    persons, observed : tuple of int
        People and events of the cause, group by group.
    expected : tuple of float
        Events expected were the incidence one and the same; adds up to the observed.
    strata : int
        Within how many strata the groups were compared; 1 without strata.
    caveat : str
    """

    cause: str
    statistic: float
    df: int
    p_value: float
    groups: tuple[str, ...]
    persons: tuple[int, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    strata: int = 1
    caveat: str = ""

    def __str__(self) -> str:
        counts = self._counts_said()
        return f"{self._title} of {self.cause}: {self._verdict} ({counts})"

    @property
    def _title(self) -> str:
        return "Gray's test" + (f" within {self.strata} strata" if self.strata > 1 else "")

    @property
    def _verdict(self) -> str:
        if self.df == 0:
            return self.caveat
        note = f" [{self.caveat}]" if self.caveat else ""
        return (
            f"chi-squared {self.statistic:.2f} on {self.df} df, "
            f"p {_display.p_value(self.p_value)}{note}"
        )

    def to_table(self, *, name: str = "gray_test", caption: str = "") -> Table:
        """Return a `Table` with one row a group and the test in its notes."""
        says = caption or (
            f"{self.cause}: events observed, and expected if the groups did not differ"
        )
        return self._counts_table(name, says, [f"{self._title}: {self._verdict}."])


def gray_test(
    durations: Any,
    causes: Any,
    groups: Any,
    *,
    cause: int | str,
    strata: Any = None,
    names: Mapping[int, str] | None = None,
) -> GrayTestResult:
    r"""Test whether two or more groups have the same cumulative incidence of one cause.

    In a report: "over the whole follow-up, fewer of the treated were arrested (Gray's test, p
    0.002)". It is about how many people the event reaches, other causes in place.

    Parameters
    ----------
    durations, causes, names
        As in `cumulative_incidence`. Late entry is not covered.
    groups : array_like, shape (people,)
        The group of each person; two groups at least.
    cause : int or str
        Code or name of the cause that is compared.
    strata : array_like, shape (people,), optional
        Groups are compared within each stratum and the comparisons added up.

    Returns
    -------
    GrayTestResult

    Raises
    ------
    TypeError, ValueError
        As in `cumulative_incidence`; or if somebody has no group or stratum, or *cause* is unknown.
    DesignError
        If there are fewer than two groups, or nobody had an event of the cause.

    Notes
    -----
    The score and variance of [1]_ with its weight 1 (:math:`\rho = 0`): the subdistribution hazard
    of each group against the pooled one, tied events with the hypergeometric factor as in the R
    package cmprsk, but never below 0 (cmprsk lets it, where more people have the event on one day
    than a group could have had). With few events the chi-squared p-value is rough.

    A difference here need not be a difference in the risk of the event among those still at
    liberty and alive: where one group dies or goes to custody more, fewer are left to be arrested.
    Show `cause_specific_test` of every cause beside it. A difference between groups that nobody
    drew by lot is not an effect.

    References
    ----------
    .. [1] Gray, R. J. (1988). Annals of Statistics 16, 1141-1154, equations 2.5 and 3.2.

    Examples
    --------
    >>> days = [5, 8, 8, 12, 20, 20, 3, 4, 6, 9]
    >>> print(gray_test(days, [1, 2, 1, 0, 1, 0, 1, 1, 1, 2], list("aaaaaabbbb"), cause=1))
    Gray's test of cause 1: chi-squared 2.31 on 1 df, p 0.13 [6 events: the p-value is rough]
    (a 3 events against 4.6 expected in 6 persons, b 3 events against 1.4 expected in 4 persons)
    """
    people = check_people(durations, causes, names=names)
    wanted = people.number(cause)
    codes, labels = group_codes(groups, len(people.time))
    if len(labels) < 2:
        raise DesignError(f"{len(labels)} group was given: a comparison needs at least 2")
    layer, number_of_strata = _strata(strata, len(people.time))
    observed = np.bincount(codes[people.ending == wanted], minlength=len(labels))
    if not observed.any():
        raise DesignError(
            f"none of the {len(people.time):,} people had {people.causes[wanted - 1]} first: there "
            "is nothing to compare; show the upper limits of each group"
        )
    expected, score, variance = _add_up(people, wanted, codes, len(labels), layer, number_of_strata)
    statistic, df = chi_squared(expected, score, variance)
    caveat = "" if np.isfinite(statistic) else "no event happened while the groups could differ"
    if 0 < observed.sum() < 10 and not caveat:
        caveat = f"{observed.sum()} events: the p-value is rough"
    return GrayTestResult(
        cause=people.causes[wanted - 1],
        statistic=statistic,
        df=df,
        p_value=upper_tail(statistic, df),
        groups=labels,
        persons=tuple(np.bincount(codes, minlength=len(labels)).tolist()),
        observed=tuple(observed.tolist()),
        expected=tuple(expected.tolist()),
        strata=number_of_strata,
        caveat=caveat,
    )


def _strata(strata: Any, people: int) -> tuple[Integers, int]:
    if strata is None:
        return np.zeros(people, dtype=np.int64), 1
    return stratum_codes(strata, people)


def _add_up(
    people: People,
    wanted: int,
    codes: Integers,
    groups: int,
    layer: Integers,
    strata: int,
) -> tuple[Floats, Floats, Floats]:
    """Return expected events, score and variance, summed over the strata."""
    kind = np.where(people.ending == wanted, 1, np.where(people.ending > 0, 2, 0))
    expected, score = np.zeros(groups), np.zeros(groups)
    variance = np.zeros((groups, groups))
    order = np.argsort(layer, kind="stable")
    for here in np.split(order, np.cumsum(np.bincount(layer, minlength=strata))[:-1]):
        time, kinds, column = people.time[here], kind[here], codes[here]
        ones = np.ones(len(time), dtype=np.int64)
        table = count_at_times(time, ones, None, column * 3 + kinds, 3 * groups)
        shape = (len(table.time), groups, 3)
        ended = table.events.reshape(shape).astype(float)
        at_risk = table.at_risk.reshape(shape).sum(axis=2).astype(float)
        busy = ended[:, :, 1:].any(axis=(1, 2))
        if not busy.any():
            continue
        one = gray_score(GrayCounts(at_risk[busy], ended[busy, :, 1], ended[busy, :, 2]))
        expected, score, variance = expected + one[0], score + one[1], variance + one[2]
    return expected, score, variance
