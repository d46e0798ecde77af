"""The log-rank test by permutation: exact for small groups, where chi-squared is rough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import Floats, Integers, check_follow_up
from dipoutcomes.survival._log_rank import check_weight, weight_title
from dipoutcomes.survival.comparing._arrangements import can_enumerate, tail_share
from dipoutcomes.survival.comparing._rank_scores import TIES, log_rank_scores
from dipoutcomes.survival.comparing.result import GroupTest
from dipoutcomes.survival.comparing.weighted import check_groups

_WAYS = ("auto", "exact", "monte_carlo", "normal")
_CELLS = 1 << 22  # scores shuffled at a time
_SLACK = 1e-9  # sums that rounding alone tells apart count as one


def permutation_log_rank_test(
    durations: Any,
    observed: Any,
    groups: Any,
    *,
    weight: str | tuple[float, float] = "log_rank",
    ties: str = "mid_ranks",
    how: str = "auto",
    permutations: int = 100_000,
    rng: np.random.Generator | None = None,
) -> GroupTest:
    r"""Test whether groups have the same time to the event by dealing the people out again.

    Parameters
    ----------
    durations, observed, groups, weight
        As in `weighted_log_rank_test`. The "Peto-Peto" of R's coin is the pair (1, 0).
    ties : {"mid_ranks", "hothorn_lausen", "average_scores"}
        How people of one tied day are scored; the three give different tests, so name the rule
        beforehand. "mid_ranks" counts at risk everybody followed up to the day, as the log-rank
        test does.
    how : {"auto", "exact", "monte_carlo", "normal"}
        "exact" goes through every way of dealing the people into two groups of these sizes;
        "monte_carlo" draws some of them; "normal" takes the permutation variance and a normal
        (chi-squared) tail. "auto" is exact for two groups of up to about 40 people together
        (more where times are tied), otherwise Monte Carlo.
    permutations : int, default 100,000
        Drawn by Monte Carlo; the standard error of the p-value is in the result.
    rng : numpy.random.Generator
        Needed by Monte Carlo alone.

    Returns
    -------
    GroupTest
        With two groups `statistic` is standardised and above 0 where the first group (in sorted
        order) had the event later than the other; with more it is chi-squared. `expected` are
        the events expected under the rule for ties.

    Raises
    ------
    TypeError, ValueError
        As in `weighted_log_rank_test`; *ties* or *how* is no choice; or Monte Carlo has no *rng*.
    DesignError
        If there are fewer than two groups, nobody had the event, or an exact test was asked for
        that cannot be enumerated.

    Notes
    -----
    Assumes that, if groups do not differ, people could be exchanged: leaving early must be alike
    in the groups too. Where one group was followed for longer, use the log-rank test. The sum of
    the first group's scores (events expected up to a person's time less their own) is compared
    with all its possible values; two-sided by distance from its mean. The Monte Carlo p-value is
    (1 + as far or farther) / (1 + drawn), never 0.

    References
    ----------
    .. [1] Hothorn, T. and Lausen, B. (2003). Computational Statistics and Data Analysis 43,
       121-137. Hothorn, T. and others (2006). The American Statistician 60, 257-263 (scores).
    .. [2] Pagano, M. and Tritchler, D. (1983). Journal of the American Statistical Association
       78, 435-440 (that every arrangement need not be looked at one by one).

    Examples
    --------
    >>> days, seen = [1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 0, 1, 0]
    >>> print(permutation_log_rank_test(days, seen, list("bbbbaaaa")).figures)  # 2 of 70 ways
    standardised statistic 2.21, p 0.029
    """
    kind = check_weight(weight)
    check_choice("ties", ties, tuple(TIES))
    check_choice("how", how, _WAYS)
    time, seen, _ = check_follow_up(durations, observed)
    codes, labels = check_groups(groups, seen)
    deal = _Deal(log_rank_scores(time, seen, kind, ties), codes, len(labels))
    way = _way(how, deal)
    p, error = (
        (deal.exact_p, 0.0)
        if way == "exact"
        else (deal.normal_p, 0.0)
        if way == "normal"
        else _monte_carlo(deal, check_count("permutations", permutations, minimum=100), rng)
    )
    events = np.bincount(codes[seen == 1], minlength=len(labels))
    plain = log_rank_scores(time, seen, "log_rank", ties)
    said = "" if kind == "log_rank" else f", {weight_title(kind)} weights"
    drawn = f", {permutations:,} permutations" if way == "monte_carlo" else f", {way}"
    return GroupTest(
        test=f"permutation log-rank test{said}, {TIES[ties]} for ties{drawn}",
        statistic=deal.statistic,
        df=0 if len(labels) == 2 else len(labels) - 1,
        p_value=p,
        groups=labels,
        persons=tuple(deal.sizes.astype(int).tolist()),
        observed=tuple(events.tolist()),
        expected=tuple((np.bincount(codes, weights=plain) + events).tolist()),
        weighted_difference=tuple((deal.sizes * deal.mean - deal.sums).tolist()),
        monte_carlo_error=error,
        caveat="" if np.isfinite(p) else "everybody has one score: there is nothing to compare",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Deal:
    """Scores dealt into groups, and what they would add up to on average."""

    scores: Floats
    codes: Integers
    groups: int

    @property
    def sizes(self) -> Floats:
        return np.bincount(self.codes, minlength=self.groups).astype(float)

    @property
    def sums(self) -> Floats:
        return np.bincount(self.codes, self.scores, minlength=self.groups).astype(float)

    @property
    def mean(self) -> float:
        return float(self.scores.mean())

    @property
    def variance(self) -> float:
        """Of the scores, with n - 1; nan where they are all one."""
        spread = float(((self.scores - self.mean) ** 2).sum())
        nothing = spread <= (_SLACK * max(1.0, float(np.abs(self.scores).max()))) ** 2
        return float("nan") if nothing else spread / (len(self.scores) - 1)

    @property
    def statistic(self) -> float:
        """Standardised sum of the first of two groups; chi-squared of more."""
        gap = self.sums - self.sizes * self.mean
        if self.groups > 2:
            return float((gap**2 / self.sizes).sum() / self.variance)
        share = self.sizes.prod() / len(self.scores)
        return float(gap[0] / np.sqrt(share * self.variance))

    @property
    def normal_p(self) -> float:
        from scipy.special import chdtrc

        value = self.statistic
        if not np.isfinite(value):
            return value
        if self.groups > 2:
            return float(chdtrc(self.groups - 1, value))
        return float(chdtrc(1, value**2))

    @property
    def exact_p(self) -> float:
        if not np.isfinite(self.variance):
            return float("nan")
        drawn = int(self.sizes[0])
        middle = drawn * self.mean
        away = abs(float(self.sums[0]) - middle)
        slack = _SLACK * max(float(np.abs(self.scores).sum()), 1e-300)
        low, high = middle - away + slack, middle + away - slack
        return min(tail_share(self.scores, drawn, low, high), 1.0)


def _way(how: str, deal: _Deal) -> str:
    """Return "exact", "monte_carlo" or "normal"."""
    possible = deal.groups == 2 and can_enumerate(deal.scores)
    if how == "exact" and not possible:
        what = f"{deal.groups} groups" if deal.groups > 2 else f"{len(deal.scores):,} people"
        raise DesignError(
            f"an exact test of {what} has too many arrangements to go through; ask for "
            "`how='monte_carlo'`, whose error is stated"
        )
    if how == "auto":
        return "exact" if possible else "monte_carlo"
    return how


def _monte_carlo(
    deal: _Deal, permutations: int, rng: np.random.Generator | None
) -> tuple[float, float]:
    """Return the p-value from drawn arrangements and its standard error."""
    if rng is None:
        raise ValueError("`rng` is needed: a numpy.random.Generator, so that it can be repeated")
    if not np.isfinite(deal.variance):
        return float("nan"), 0.0
    people = len(deal.scores)
    order = np.argsort(deal.codes, kind="stable")
    edges = np.append(0, np.cumsum(deal.sizes).astype(int))[:-1]
    pool = deal.scores[order] - deal.mean
    seen = float((np.add.reduceat(pool, edges) ** 2 / deal.sizes).sum())
    bound = seen - _SLACK * float(np.abs(pool).sum()) ** 2 / people
    far, left = 0, permutations
    while left:
        rows = min(left, max(1, _CELLS // people))
        dealt = rng.permuted(np.broadcast_to(pool, (rows, people)), axis=1)
        sums = np.add.reduceat(dealt, edges, axis=1)
        far += int(((sums**2 / deal.sizes).sum(axis=1) >= bound).sum())
        left -= rows
    p = (1 + far) / (1 + permutations)
    return p, float(np.sqrt(p * (1 - p) / permutations))
