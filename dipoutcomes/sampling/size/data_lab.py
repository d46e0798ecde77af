"""Whether a submission to the Justice Data Lab is worth its while, after the losses seen."""

from __future__ import annotations

from math import floor, nan

import numpy as np
from scipy.special import bdtrc, betainc

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.size import _search
from dipoutcomes.sampling.size.detect import detectable_from_published
from dipoutcomes.sampling.size.plan import SizePlan

#: Least sizes: people submitted, and people in the matched treatment group.
LEAST_SUBMITTED, LEAST_MATCHED = 60, 30
#: Losses in its reports: people submitted and people analysed.
REPORTS = {"Blue Sky": (321, 72), "Langley": (775, 231), "Leeds IOM": (203, 142)}
_MOST_SUBMITTED = 100_000


def chance_enough_remain(
    submitted: int, retained: tuple[float, float] = (0.22, 0.70), *, needed: int = LEAST_MATCHED
) -> float:
    """Return the chance that enough of those submitted are left for the analysis.

    Parameters
    ----------
    submitted : int
        People on the list sent in.
    retained : tuple of float, default (0.22, 0.70)
        Lowest and highest share that is found, eligible and matched. Any share between them is
        held to be as likely as another; give the same number twice for a share that is known.
    needed : int, default 30
        People who must remain.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Notes
    -----
    Given the share R the number that remains is binomial, and R is uniform on the range, so that
    the chance is the mean of ``P(X >= k | R)`` over it:
    ``sum_{x >= k} [I_b(x + 1, n - x + 1) - I_a(x + 1, n - x + 1)] / ((n + 1)(b - a))``.
    Losses differ far more between reports than chance alone would have it, which the range takes
    up.

    Examples
    --------
    >>> round(chance_enough_remain(60), 3), round(chance_enough_remain(60, (0.7, 0.7)), 3)
    (0.434, 1.0)
    """
    n = check_count("submitted", submitted, minimum=1, maximum=_MOST_SUBMITTED)
    least = check_count("needed", needed, minimum=1)
    low, high = _check_range(retained)
    if least > n:
        return 0.0
    if low == high:
        return float(bdtrc(least - 1, n, low))
    x = np.arange(least, n + 1.0)
    spread = betainc(x + 1, n - x + 1, high) - betainc(x + 1, n - x + 1, low)
    return float(spread.sum() / ((n + 1) * (high - low)))


def plan_data_lab(
    submitted: int = LEAST_SUBMITTED,
    *,
    retained: tuple[float, float] = (0.22, 0.70),
    needed: int = LEAST_MATCHED,
    reoffending: float = 0.5,
    probability: float = 0.9,
    power: float = 0.8,
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return whether enough people remain of a submission, and what they could show.

    Parameters
    ----------
    submitted : int, default 60
    retained, needed
        As for `chance_enough_remain`.
    reoffending : float, default 0.5
        One-year proven reoffending rate of the comparison group, so large that its error does not
        count.
    probability : float, default 0.9
        Chance wanted that at least *needed* remain; decides how many should be submitted.
    power : float, default 0.8
    confidence_level : float, default 0.95

    Returns
    -------
    SizePlan
        ``achieved`` is the chance that *needed* remain; the details hold how many remain at both
        ends of the range, what they could show, and how many should be submitted.

    Raises
    ------
    ValueError
        If an argument lies outside its range.
    DesignError
        If more than 100,000 would have to be submitted.

    Notes
    -----
    Detectable differences are of the normal approximation with the variance of the comparison
    group (`detectable_from_published`, "equal_variance"), in percentage points.

    Examples
    --------
    >>> plan = plan_data_lab(60)
    >>> print(plan)
    Data Lab submission: 60 people submitted (chance that at least 30 remain 43.4%, asked 90.0%)
    >>> int(plan.detail("To be submitted for that chance"))
    112
    """
    low, high = _check_range(retained)
    level = check_confidence_level(confidence_level)
    least = check_count("needed", needed, minimum=1)
    chance = chance_enough_remain(submitted, (low, high), needed=least)
    wanted = _search.check_share("probability", probability)

    def shows(n: int) -> float:
        if n < 1:
            return nan
        return detectable_from_published(
            n, reoffending, power=power, method="equal_variance", confidence_level=level
        ).achieved

    few, many = floor(submitted * low + 1e-9), floor(submitted * high + 1e-9)
    small = submitted < LEAST_SUBMITTED
    return SizePlan(
        quantity="Data Lab submission",
        n=(submitted,),
        groups=("people submitted",),
        achieved=chance,
        achieved_says=f"chance that at least {least} remain",
        achieved_kind="share",
        wanted=wanted,
        confidence_level=level,
        method="binomial losses with a retained share uniform on its range",
        assumptions=(
            f"from {_display.percent(low, 0)} to {_display.percent(high, 0)} of those submitted "
            "are found, eligible and matched, any share as likely as another",
            f"{_display.percent(reoffending)} of the comparison group reoffend, and it is so large "
            "that its error does not count",
            f"a power of {_display.percent(power, 0)} is asked of a two-sided test at "
            f"{_display.percent(1 - level, 0)}",
        ),
        reference="Losses in reports of the Justice Data Lab: "
        + ", ".join(
            f"{name} {left} of {sent} ({_display.percent(left / sent, 0)})"
            for name, (sent, left) in REPORTS.items()
        ),
        details=(
            ("People left at the lowest share", float(few), "count"),
            ("People left at the highest share", float(many), "count"),
            ("Detectable difference at the lowest share", shows(few), "width"),
            ("Detectable difference at the highest share", shows(many), "width"),
            (f"Detectable difference with {least} people", shows(least), "width"),
            (
                "To be submitted for that chance",
                float(_submission(low, high, least, wanted)),
                "count",
            ),
        ),
        notes=(
            *((f"The Data Lab asks for at least {LEAST_SUBMITTED} people.",) if small else ()),
            "Those who remain are not those who were sent: losses are not at random.",
        ),
    )


def _submission(low: float, high: float, needed: int, probability: float) -> int:
    """Return the smallest submission with the chance; the chance rises with it."""
    near, far = needed - 1, needed
    while chance_enough_remain(far, (low, high), needed=needed) < probability:
        near, far = far, 2 * far
        if far > _MOST_SUBMITTED:
            raise DesignError(
                f"more than {_MOST_SUBMITTED:,} people would have to be submitted. Look at why so "
                "few are retained"
            )
    while far - near > 1:
        middle = (near + far) // 2
        reached = chance_enough_remain(middle, (low, high), needed=needed) >= probability
        near, far = (near, middle) if reached else (middle, far)
    return far


def _check_range(retained: tuple[float, float]) -> tuple[float, float]:
    low, high = (float(value) for value in retained)
    if not 0 < low <= high <= 1:
        raise ValueError(
            "`retained` must be a lowest and a highest share, above 0 and at most 1, in order; got "
            f"{low:g} and {high:g}"
        )
    return low, high
