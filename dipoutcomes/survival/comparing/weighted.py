"""Log-rank tests with weights, in strata, and for a trend over ordered groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.survival._counts import Floats, Integers, check_follow_up
from dipoutcomes.survival._log_rank import (
    check_weight,
    chi_squared,
    count_by_stratum,
    scores,
    upper_tail,
    weight_title,
    weights_at,
)
from dipoutcomes.survival._strata import stratum_codes
from dipoutcomes.survival.comparing.result import GroupTest
from dipoutcomes.survival.curves import group_codes

_Sums = tuple[Floats, Floats, Floats]


def weighted_log_rank_test(
    durations: Any,
    observed: Any,
    groups: Any,
    *,
    weight: str | tuple[float, float] = "log_rank",
    strata: Any = None,
    entry: Any = None,
) -> GroupTest:
    r"""Test whether groups have the same time to the event, early or late differences weighted.

    Parameters
    ----------
    durations, observed, groups, entry : array_like, shape (people,)
        As in `log_rank_test`.
    weight : {"log_rank", "gehan_breslow", "tarone_ware", "peto_peto"} or (rho, gamma)
        What a difference at a time counts. "log_rank": the same at every event. With n people
        still followed, "gehan_breslow": n, "tarone_ware": the root of n; both depend on who
        leaves. "peto_peto": the pooled curve with 1 - d/(n + 1) as its factors. A pair
        is Fleming and Harrington's :math:`S(t-)^\rho (1 - S(t-))^\gamma` with the pooled curve
        just before the time: (1, 0) looks early, (0, 1) late, (1, 1) in between.
    strata : array_like, shape (people,), optional
        People are compared within each stratum only (area, risk band); each needs people of two
        groups at risk to say anything.

    Returns
    -------
    GroupTest

    Raises
    ------
    TypeError, ValueError
        As in `kaplan_meier`; if somebody has no group or stratum; or *weight* is no choice.
    DesignError
        If there are fewer than two groups, or nobody had the event.

    Notes
    -----
    :math:`U = \sum_i w_i (d_{gi} - n_{gi} d_i / n_i)` with hypergeometric variance, so that tied
    days are right [1]_. Name the weight in the protocol: whoever tries several and reports the
    smallest p-value has tested nothing. In 2,000 simulated pairs of groups of 14 without a
    difference (a third leaving early) a test at 5% rejected 6.1% (log-rank), 5.5% to 5.7% (Gehan,
    Tarone-Ware, Peto-Peto), 5.7% (1, 0), 6.4% (0, 1): in such groups take
    `permutation_log_rank_test`. A difference between groups that nobody drew by lot is not an
    effect.

    References
    ----------
    .. [1] Klein, J. P. and Moeschberger, M. L. (2003). Survival Analysis, 2nd edition, section
       7.3, equations 7.3.2 and 7.3.3, and 7.5 (strata).
    .. [2] Fleming, T. R. and Harrington, D. P. (1981). Communications in Statistics A 10, 763-794.

    Examples
    --------
    >>> days, seen, group = [5, 8, 2, 9, 4, 3], [1, 0, 1, 1, 1, 1], list("bbaaab")
    >>> print(weighted_log_rank_test(days, seen, group, weight="gehan_breslow"))
    log-rank test, Gehan-Breslow weights: chi-squared 0.19 on 1 df, p 0.66 (a 3 events against 2.7
    expected in 3 persons, b 2 events against 2.3 expected in 3 persons)
    """
    kind = check_weight(weight)
    sums, labels, codes, seen, said = _sums(durations, observed, groups, entry, strata, kind)
    expected, score, variance = sums
    statistic, df = chi_squared(expected, score, variance)
    return GroupTest(
        test=f"log-rank test{said}",
        statistic=statistic,
        df=df,
        p_value=upper_tail(statistic, df),
        caveat="" if np.isfinite(statistic) else "no event happened while the groups could differ",
        weighted_difference=tuple(score.tolist()),
        **_counts(labels, codes, seen, expected),
    )


def trend_test(
    durations: Any,
    observed: Any,
    groups: Any,
    order: Mapping[Any, float],
    *,
    weight: str | tuple[float, float] = "log_rank",
    strata: Any = None,
    entry: Any = None,
) -> GroupTest:
    r"""Test whether the hazard rises or falls over ordered groups (doses, risk bands).

    Parameters
    ----------
    durations, observed, groups, weight, strata, entry
        As in `weighted_log_rank_test`.
    order : mapping of group to float
        The score of each group, by its label as printed: ``{"low": 0, "medium": 1, "high": 2}``.
        Chosen before the data are seen.

    Returns
    -------
    GroupTest
        Chi-squared on 1 df; `caveat` says whether events come earlier or later as scores rise
        in these people, sure or not: the p-value alone says how sure.

    Raises
    ------
    TypeError, ValueError
        As in `weighted_log_rank_test`; or if a group has no score, or all scores are one.
    DesignError
        As in `weighted_log_rank_test`.

    Notes
    -----
    :math:`(c^T U)^2 / (c^T V c)` with the scores *c* [1]_. It sees a trend and little else: where
    the middle group differs from both ends the plain test may find what this one cannot.

    References
    ----------
    .. [1] Klein, J. P. and Moeschberger, M. L. (2003). Survival Analysis, 2nd edition, equation
       7.4.1.

    Examples
    --------
    >>> days, seen, band = [5, 8, 2, 9, 4, 3], [1, 0, 1, 1, 1, 1], list("llhhml")
    >>> print(trend_test(days, seen, band, {"l": 0, "m": 1, "h": 2}).figures)
    chi-squared 0.01 on 1 df, p 0.93
    """
    kind = check_weight(weight)
    sums, labels, codes, seen, said = _sums(durations, observed, groups, entry, strata, kind)
    expected, score, variance = sums
    c = _scores_of(labels, order)
    along, spread = float(c @ score), float(c @ variance @ c)
    largest = float(np.abs(variance).max())
    statistic, caveat = float("nan"), "no event happened while the groups could differ"
    if spread > 1e-12 * largest * float(np.ptp(c)) ** 2:
        statistic = along**2 / spread
        way = "neither earlier nor later"
        if statistic > 1e-12:
            way = "earlier" if along > 0 else "later"
        caveat = f"in these people events come {way} as the score rises"
    return GroupTest(
        test=f"log-rank test for trend{said}",
        statistic=statistic,
        df=int(np.isfinite(statistic)),
        p_value=upper_tail(statistic, 1),
        caveat=caveat,
        weighted_difference=tuple(score.tolist()),
        **_counts(labels, codes, seen, expected),
    )


def check_groups(groups: Any, seen: Integers) -> tuple[Integers, tuple[str, ...]]:
    """Return each person's group and the labels; refuse what cannot be compared."""
    codes, labels = group_codes(groups, len(seen))
    if len(labels) < 2:
        raise DesignError(f"{len(labels)} group was given: a comparison needs at least 2")
    if not seen.any():
        raise DesignError(
            f"none of the {len(seen):,} people had the event: there is nothing to compare; "
            "show the follow-up and the upper limits of each group"
        )
    return codes, labels


def _sums(
    durations: Any, observed: Any, groups: Any, entry: Any, strata: Any, kind: Any
) -> tuple[_Sums, tuple[str, ...], Integers, Integers, str]:
    """Return the weighted sums over times and strata, the groups, and the rest of the name."""
    time, seen, start = check_follow_up(durations, observed, entry)
    codes, labels = check_groups(groups, seen)
    stratum, said = _strata(strata, len(time))
    counts = count_by_stratum(time, seen, start, codes, len(labels), stratum)
    n, d = (part.sum(axis=1).astype(float) for part in (counts.at_risk, counts.events))
    busy = d > 0
    weights = weights_at(n, d, kind, counts.first)[busy]
    sums = scores(counts.events[busy].astype(float), counts.at_risk[busy].astype(float), weights)
    weighted = "" if kind == "log_rank" else f", {weight_title(kind)} weights"
    return sums, labels, codes, seen, weighted + said


def _strata(strata: Any, people: int) -> tuple[Integers, str]:
    if strata is None:
        return np.zeros(people, dtype=np.int64), ""
    codes, found = stratum_codes(strata, people)
    return codes, f", {found:,} strat{'a' if found > 1 else 'um'}"


def _scores_of(labels: tuple[str, ...], order: Mapping[Any, float]) -> Floats:
    by_label = {str(label): float(score) for label, score in order.items()}
    if without := [label for label in labels if label not in by_label]:
        raise ValueError(f"`order` has no score for {len(without)} groups: {', '.join(without)}")
    found = np.array([by_label[label] for label in labels])
    if not np.isfinite(found).all() or np.ptp(found) == 0:
        raise ValueError("`order` must give finite scores, not all of them one and the same")
    return found


def _counts(
    labels: tuple[str, ...], codes: Integers, seen: Integers, expected: Floats
) -> dict[str, Any]:
    return {
        "groups": labels,
        "persons": tuple(np.bincount(codes, minlength=len(labels)).tolist()),
        "observed": tuple(np.bincount(codes[seen == 1], minlength=len(labels)).tolist()),
        "expected": tuple(expected.tolist()),
    }
