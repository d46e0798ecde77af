"""Whether groups differ in how often the event happens: a robust pseudo-score test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Table
from dipoutcomes.survival._by_group import ByGroup
from dipoutcomes.survival._counts import Floats, Integers
from dipoutcomes.survival.curves import group_codes
from dipoutcomes.survival.recurrent._mean import Grid, running_counts
from dipoutcomes.survival.recurrent.histories import Histories


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentTestResult(ByGroup):
    """A robust test of equal mean functions with the counts it rests on.

    Parameters
    ----------
    statistic : float
        Chi-squared; nan where the data leave nothing to compare.
    df : int
    p_value : float
        Two-sided, of one and the same mean function in all groups.
    groups : tuple of str
    persons, observed : tuple of int
        People at risk at some time, and events, group by group.
    expected : tuple of float
        Events expected were the rate one and the same; adds up to the observed.
    caveat : str
    """

    statistic: float
    df: int
    p_value: float
    groups: tuple[str, ...]
    persons: tuple[int, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    caveat: str = ""

    def __str__(self) -> str:
        counts = self._counts_said("people")
        note = f" [{self.caveat}]" if self.caveat else ""
        return f"{self._verdict()} ({counts}){note}"

    def _verdict(self) -> str:
        if not np.isfinite(self.statistic):
            return "robust test of repeated events: nothing to compare"
        return (
            f"robust test of repeated events: chi-squared {self.statistic:.2f} on {self.df} df, "
            f"p {_display.p_value(self.p_value)}"
        )

    def to_table(self, *, name: str = "recurrent_test", caption: str = "") -> Table:
        """Return a `Table` with one row a group and the test in its notes."""
        said = self._verdict()
        notes = [f"{said[:1].upper()}{said[1:]}.", *([self.caveat] if self.caveat else [])]
        return self._counts_table(name, caption, notes, observed="events")


def recurrent_event_test(histories: Histories, groups: Any) -> RecurrentTestResult:
    r"""Test whether groups have the same mean number of events over time.

    Parameters
    ----------
    histories : Histories
    groups : array_like, shape (n_people,)
        The group of each person; two groups at least.

    Returns
    -------
    RecurrentTestResult

    Raises
    ------
    ValueError
        If somebody has no group.
    DesignError
        If fewer than two groups have anybody at risk, or nobody had an event.

    Notes
    -----
    For each group the events are compared with what they would be at one common rate,
    :math:`U_g = \sum_i \int (1[i \in g] - Y_g(s) / Y(s)) \, Y_i(s) (dN_i(s) - dM(s))`, and the
    variance is the sum over people of the products of their own terms [1]_ [2]_; for two groups
    this is the pseudo-score test of Cook, Lawless and Nadeau and the robust score test of the
    proportional means model. A log-rank test that treats the events of one person as independent
    rejects far too often where people differ.

    Every event has the same weight: where mean functions cross it sees little. In simulated
    cohorts without a difference (gamma-distributed rates, shape 0.5 and 1) it rejected at 5% in
    4% to 5% of cohorts of 28 people and in 4% of cohorts of 200.

    References
    ----------
    .. [1] Cook, R. J., Lawless, J. F. and Nadeau, C. (1996). Biometrics 52, 557-571.
    .. [2] Lin, D. Y., Wei, L. J., Yang, I. and Ying, Z. (2000). Journal of the Royal Statistical
       Society B 62, 711-730, section 2.

    Examples
    --------
    >>> from dipoutcomes.survival.recurrent import build_histories
    >>> histories = build_histories([0] * 4, [9] * 4, event_person=[0, 1, 1], event_day=[2, 3, 5])
    >>> print(recurrent_event_test(histories, ["a", "a", "b", "b"]))
    robust test of repeated events: chi-squared 3.27 on 1 df, p 0.070 (a 3 events against
    1.5 expected in 2 people, b 0 events against 1.5 expected in 2 people) [only 2 people had any
    event: the p-value is rough]
    """
    codes, labels = group_codes(groups, histories.n_people)
    grid = Grid.of(histories)
    persons = np.bincount(codes[histories.person[histories.is_first]], minlength=len(labels))
    if (persons > 0).sum() < 2:
        raise DesignError(
            f"{(persons > 0).sum()} of the groups has people at risk: a comparison needs at least 2"
        )
    if not histories.events:
        raise DesignError(
            f"none of the {histories.people_at_risk:,} people had an event: there is nothing to "
            "compare; show the follow-up of each group"
        )
    parts, expected = person_scores(grid, histories, codes, len(labels))
    statistic, df = _quadratic_form(parts)
    observed = np.bincount(codes[histories.person], weights=histories.event, minlength=len(labels))
    return RecurrentTestResult(
        statistic=statistic,
        df=df,
        p_value=_upper_tail(statistic, df),
        groups=labels,
        persons=tuple(persons.tolist()),
        observed=tuple(observed.astype(int).tolist()),
        expected=tuple(expected.tolist()),
        caveat=_caveat(statistic, histories),
    )


def person_scores(
    grid: Grid, histories: Histories, codes: Integers, groups: int
) -> tuple[Floats, Floats]:
    """Return each person's term in every group's score, shape (n_people, groups), and expected."""
    own = codes[histories.person]
    rate = grid.events * grid.per_person_at_risk()
    run = rate.cumsum()
    exposure = run[grid.stop] - run[grid.start]
    terms = np.empty((histories.n_people, groups))
    expected = np.empty(groups)
    for group in range(groups):
        mine = own == group
        entered = np.bincount(grid.start[mine], minlength=grid.width).cumsum()
        left = np.bincount(grid.stop[mine], minlength=grid.width).cumsum()
        at_risk = np.append(entered[:1] - left[:1], (entered - left)[:-1])
        share = at_risk * grid.per_person_at_risk()
        shared = (share * rate).cumsum()
        value = histories.event * (mine - share[grid.stop]) - mine * exposure
        value += shared[grid.stop] - shared[grid.start]
        terms[:, group] = running_counts(histories.person, value, histories.n_people)
        expected[group] = exposure[mine].sum()
    return terms, expected


def _quadratic_form(parts: Floats) -> tuple[float, int]:
    """Return the chi-squared of the sums of *parts* and its degrees of freedom."""
    score, variance = parts.sum(axis=0), parts.T @ parts
    # The scores add up to 0, so one group is redundant; groups never at risk together lose more.
    sizes, directions = np.linalg.eigh(variance)
    real = sizes > 1e-9 * max(sizes[-1], 1e-9)
    if not real.any():
        return float("nan"), 0
    along = directions[:, real].T @ score
    return float(np.sum(along**2 / sizes[real])), int(real.sum())


def _upper_tail(statistic: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, statistic)) if np.isfinite(statistic) else float("nan")


def _caveat(statistic: float, histories: Histories) -> str:
    if not np.isfinite(statistic):
        return "no event happened while the groups could differ"
    with_event = int((histories.totals()[0] > 0).sum())
    if with_event < 10:
        return f"only {with_event} people had any event: the p-value is rough"
    return ""
