"""Whether groups differ in time to the event over the whole follow-up: the log-rank test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Table
from dipoutcomes.survival._by_group import ByGroup
from dipoutcomes.survival._counts import check_follow_up, count_at_times
from dipoutcomes.survival._log_rank import chi_squared, scores, upper_tail
from dipoutcomes.survival.curves import group_codes


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRankResult(ByGroup):
    """A log-rank test with the counts it rests on.

    Parameters
    ----------
    statistic : float
        Chi-squared; nan where the data leave nothing to compare.
    df : int
        Groups that could have had an event, less 1.
    p_value : float
        Two-sided, of the hypothesis that the groups have one hazard throughout.
    groups : tuple of str
    persons, observed : tuple of int
        People and events, group by group.
    expected : tuple of float
        Events expected were the hazard one and the same; adds up to the observed.
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
        counts = self._counts_said()
        if self.caveat:
            return f"log-rank test: {self.caveat} ({counts})"
        return (
            f"log-rank test: chi-squared {self.statistic:.2f} on {self.df} df, "
            f"p {_display.p_value(self.p_value)} ({counts})"
        )

    def to_table(self, *, name: str = "log_rank", caption: str = "") -> Table:
        """Return a `Table` with one row a group and the test in its notes."""
        said = self.caveat or (
            f"Log-rank test: chi-squared {self.statistic:.2f} on {self.df} "
            f"degree{'s' * (self.df != 1)} of freedom, p-value "
            f"{_display.p_value(self.p_value)}."
        )
        return self._counts_table(name, caption, [said])


def log_rank_test(
    durations: Any, observed: Any, groups: Any, *, entry: Any = None
) -> LogRankResult:
    r"""Test whether two or more groups have the same time to the event.

    Parameters
    ----------
    durations, observed, entry : array_like, shape (people,)
        As in `kaplan_meier`.
    groups : array_like, shape (people,)
        The group of each person; two groups at least.

    Returns
    -------
    LogRankResult

    Raises
    ------
    TypeError, ValueError
        As in `kaplan_meier`; or if somebody has no group.
    DesignError
        If there are fewer than two groups, or nobody had the event.

    Notes
    -----
    At each event time the events of a group are compared with a hypergeometric draw, so that
    tied days are right: variance :math:`d (n - d) / (n - 1) \cdot p_g (\delta_{gh} - p_h)`
    [1]_. It looks at the whole follow-up with equal weight for every event: where curves cross
    it sees little, and with a handful of events its chi-squared p-value is rough. A difference
    between groups that nobody drew by lot is not an effect.

    References
    ----------
    .. [1] Mantel, N. (1966). Cancer Chemotherapy Reports 50, 163-170; Peto, R. and Peto, J.
       (1972). Journal of the Royal Statistical Society A 135, 185-207.

    Examples
    --------
    >>> print(log_rank_test([5, 8, 2, 9, 4, 3], [1, 0, 1, 1, 1, 1], list("bbaaab")))
    log-rank test: chi-squared 0.07 on 1 df, p 0.79 (a 3 events against 2.7 expected in 3 persons,
    b 2 events against 2.3 expected in 3 persons)
    """
    time, seen, start = check_follow_up(durations, observed, entry)
    codes, labels = group_codes(groups, len(time))
    if len(labels) < 2:
        raise DesignError(f"{len(labels)} group was given: a comparison needs at least 2")
    counts = count_at_times(time, seen, start, codes, len(labels))
    if not counts.events.any():
        raise DesignError(
            f"none of the {len(time):,} people had the event: there is nothing to compare; "
            "show the follow-up and the upper limits of each group"
        )
    busy = counts.events.any(axis=1)
    expected, score, variance = scores(
        counts.events[busy].astype(float), counts.at_risk[busy].astype(float)
    )
    statistic, df = chi_squared(expected, score, variance)
    return LogRankResult(
        statistic=statistic,
        df=df,
        p_value=upper_tail(statistic, df),
        groups=labels,
        persons=tuple((counts.events + counts.censored).sum(axis=0).tolist()),
        observed=tuple(counts.events.sum(axis=0).tolist()),
        expected=tuple(expected.tolist()),
        caveat="" if np.isfinite(statistic) else "no event happened while the groups could differ",
    )
