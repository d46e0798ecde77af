"""Changes in number in the same persons: the signed rank test and Hodges-Lehmann limits, exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from dipoutcomes import _display
from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import Method, Side, find_method, half_alpha, level_for
from dipoutcomes.intervals.paired._hodges_lehmann import Found, permutation_limits, untied_limits
from dipoutcomes.intervals.paired._sign_flips import doubled_ranks, rank_sum_tails
from dipoutcomes.intervals.paired._tables import tails_p_value
from dipoutcomes.results import Interval

ZEROS = ("wilcoxon", "pratt")
_MOST_EXACT = 1_000  # persons: the distribution has half a million places then


def signed_rank_p_value(
    differences: Any,
    *,
    null_shift: float = 0.0,
    zeros: str = "wilcoxon",
    method: str = "exact",
    alternative: str = "two-sided",
) -> float:
    """Return the signed rank p-value of no change, exact under ties and zeros.

    Parameters
    ----------
    differences : array of float, shape (n,)
        One a person: the number after less the number before (or the other way round). Finite.
    null_shift : float, default 0
        The change supposed; it is taken from every difference first.
    zeros : {"wilcoxon", "pratt"}
        Persons without a change are dropped before the ranking, or after it.
    method : {"exact", "normal"}
        "exact" gives every sign the same chance and keeps ties as mid-ranks; up to 1,000 persons.
        "normal" is its approximation, without continuity correction.
    alternative : {"two-sided", "greater", "less"}
        "greater": that differences lie above *null_shift*. Two-sided is twice the smaller tail.

    Returns
    -------
    float
        1 (0.5 for one normal side) where nobody changed.

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Notes
    -----
    Differences nearer to each other than 1e-10 of the largest are tied. The test supposes that
    differences lie evenly about the shift: a fall after entry in those who entered at their worst
    is no proof of an effect.

    References
    ----------
    .. [1] Wilcoxon, F. (1945). Biometrics Bulletin 1, 80-83.
    .. [2] Pratt, J. W. (1959). Journal of the American Statistical Association 54, 655-667.
    .. [3] Streitberg, B. and Roehmel, J. (1986). Statistical Software Newsletter 12, 10-17.

    Examples
    --------
    >>> changes = [-3, 0, 5, 2, 2, -1, 7, 0, 4, 4, -2, 6]
    >>> [round(signed_rank_p_value(changes, zeros=z), 4) for z in ("wilcoxon", "pratt")]
    [0.0586, 0.082]
    """
    check_choice("zeros", zeros, ZEROS)
    check_choice("method", method, ("exact", "normal"))
    values = _checked(differences) - _shift(null_shift)
    doubled, signs = doubled_ranks(values, zeros)
    taken = float(doubled[signs > 0].sum())
    if method == "exact":
        if len(doubled) > _MOST_EXACT:
            raise ValueError(f"`method` 'exact' takes up to {_MOST_EXACT:,} changes; use 'normal'")
        at_most, at_least = rank_sum_tails(doubled, taken)
    else:
        spread = float(np.sqrt((doubled**2).sum())) / 2
        z = (taken - doubled.sum() / 2) / spread if spread else 0.0
        at_most, at_least = float(ndtr(z)), float(ndtr(-z))
    return float(tails_p_value(np.asarray(at_most), np.asarray(at_least), alternative))


@dataclass(frozen=True, slots=True, kw_only=True)
class HodgesLehmann:
    """A typical change with limits that belong to the signed rank test.

    Parameters
    ----------
    estimate : float
        The median of all means of two differences (a difference with itself included).
    interval : Interval
        In the unit of the differences.
    achieved_level : float
        Coverage that the limits have, at least the level asked for: one less the two tails just
        outside them. 1 where no finite limits hold the level.
    n, unchanged : int
        Persons, and those whose difference is 0.
    """

    estimate: float
    interval: Interval
    achieved_level: float
    n: int
    unchanged: int

    def __str__(self) -> str:
        level = _display.level(self.interval.confidence_level)
        return (
            f"typical change {self.estimate:.3g} ({level} CI {self.interval.low:.3g} to "
            f"{self.interval.high:.3g}, {self.interval.method}; {self.n} persons, "
            f"{self.unchanged} unchanged)"
        )


def hodges_lehmann(
    differences: Any,
    *,
    method: str = "permutation",
    zeros: str = "wilcoxon",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> HodgesLehmann:
    """Return the Hodges-Lehmann estimate of a change with exact limits.

    Parameters
    ----------
    differences : array of float, shape (n,)
        One a person, at least one; finite.
    method : {"permutation", "untied"}
        "permutation": every shift whose exact p-value, ties and zeros kept as they are, is above
        one less the level; up to 300 persons where differences are tied. "untied": order
        statistics of the means of two differences by the distribution without ties; cautious
        where there are ties.
    zeros : {"wilcoxon", "pratt"}
        How a shift equal to a difference is tested; for "permutation" alone.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit infinite.

    Returns
    -------
    HodgesLehmann

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Notes
    -----
    With n persons no limits hold a level above 1 - 2 / 2^n: five persons have none at 95%, and
    the interval is then minus infinity to infinity. The permutation limits are the ends of the
    set of accepted shifts; between two neighbouring means of two differences the p-value does not
    change, and it is tried at each of them and between. The exactRankTests package keeps the ties
    seen at no shift for all shifts, and gives finite limits where there are none.

    References
    ----------
    .. [1] Hodges, J. L. and Lehmann, E. L. (1963). Annals of Mathematical Statistics 34, 598-611.
    .. [2] Streitberg, B. and Roehmel, J. (1986). Statistical Software Newsletter 12, 10-17.

    Examples
    --------
    >>> print(hodges_lehmann([1.1, -0.4, 2.3, 3.7, -1.9, 0.8, 5.2, 2.6]))
    typical change 1.68 (95% CI -0.4 to 3.75, Hodges-Lehmann, exact; 8 persons, 0 unchanged)
    """
    check_choice("zeros", zeros, ZEROS)
    level = level_for(confidence_level, side)
    values = _checked(differences)
    entry = find_method(SIGNED_RANK_METHODS, method)
    found: Found
    if entry.name == "untied":
        found = untied_limits(values, half_alpha(level))
    else:
        found = permutation_limits(values, half_alpha(level), zeros)
    low, high, below, above = found
    title = entry.title if side == "two-sided" else f"{entry.title}, {side} bound only"
    if side == "upper":
        low, below = -np.inf, 0.0
    if side == "lower":
        high, above = np.inf, 0.0
    first, second = np.triu_indices(len(values))
    return HodgesLehmann(
        estimate=float(np.median((values[first] + values[second]) / 2)),
        interval=Interval(float(low), float(high), confidence_level, title),
        achieved_level=float(1 - below - above),
        n=len(values),
        unchanged=int((values == 0).sum()),
    )


def signed_rank_interval(
    differences: Any,
    *,
    method: str = "permutation",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval:
    """Return the limits of `hodges_lehmann` alone.

    Parameters
    ----------
    differences, method, confidence_level, side
        As for :func:`hodges_lehmann`.

    Returns
    -------
    Interval
        As from :func:`hodges_lehmann`.

    Raises
    ------
    ValueError
        As :func:`hodges_lehmann` does.

    Examples
    --------
    >>> print(signed_rank_interval([1, 2, 3, 4, 5]))
    95% CI -inf to inf, Hodges-Lehmann, exact
    """
    return hodges_lehmann(
        differences, method=method, confidence_level=confidence_level, side=side
    ).interval


def _checked(differences: Any) -> Any:
    values = np.asarray(differences, dtype=np.float64)
    if values.ndim != 1 or not values.size:
        raise ValueError("`differences` must hold one number a person, of at least one person")
    if missing := int((~np.isfinite(values)).sum()):
        raise ValueError(f"`differences` has {missing} missing or infinite values of {values.size}")
    return values


def _shift(value: float) -> float:
    if not np.isfinite(value):
        raise ValueError("`null_shift` must be finite")
    return float(value)


def _signed_rank_method(name: str, title: str, use: str, **more: Any) -> Method:
    def function(
        differences: Any, *, confidence_level: float = 0.95, side: Side = "two-sided"
    ) -> Interval:
        return signed_rank_interval(
            differences, method=name, confidence_level=confidence_level, side=side
        )

    return Method(name=name, title=title, function=function, use=use, one_sided=True, **more)


SIGNED_RANK_METHODS = (
    _signed_rank_method(
        "permutation",
        "Hodges-Lehmann, exact",
        "The default: exact under ties and zeros, agrees with the signed rank p-value.",
        reference="Hodges and Lehmann (1963), Ann. Math. Stat. 34, 598-611; "
        "Streitberg and Roehmel (1986), Statistical Software Newsletter 12, 10-17",
        standing="recommended",
        aliases=("hodges_lehmann_exact_permutation",),
    ),
    _signed_rank_method(
        "untied",
        "Hodges-Lehmann, untied distribution",
        "Large samples without ties; cautious under ties.",
        reference="Hodges and Lehmann (1963), Ann. Math. Stat. 34, 598-611",
        aliases=("hodges_lehmann_walsh_untied_distribution",),
    ),
)
