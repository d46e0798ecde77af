"""What a sample of a given size could ever have shown."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan, nan, sqrt
from typing import Any

from scipy.special import ndtr

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.sampling.size import _search
from dipoutcomes.sampling.size.exact_power import exact_power_one_group
from dipoutcomes.sampling.size.plan import SizePlan
from dipoutcomes.sampling.size.two_groups import METHODS, difference_power, source, title

ONE_GROUP = ("exact", "normal", "equal_variance")
_EXACT = "Clopper, C. J. and Pearson, E. S. (1934). Biometrika 26, 404-413"
_NORMAL = (
    "Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and "
    "Proportions, 3rd edition, section 2.5"
)
_TITLES = {
    "exact": "exact power of the binomial test (either tail)",
    "normal": "normal approximation, own variance under the published and the true share",
    "equal_variance": "normal approximation with the variance of the published share for both",
}


def detectable_from_published(
    n: int,
    published: float,
    *,
    power: float = 0.8,
    method: str = "exact",
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return the smallest differences from a published share that *n* people could show.

    Parameters
    ----------
    n : int
        People followed.
    published : float
        The share they are compared with, taken as known: a national rate, or a comparison group
        so large that its error does not count.
    power : float, default 0.8
    method : {"exact", "normal", "equal_variance"}
    confidence_level : float, default 0.95

    Returns
    -------
    SizePlan
        ``achieved`` is the smaller of the two detectable differences, a proportion; the details
        hold both shares ("Highest share below", "Lowest share above"), ``nan`` where no share on
        that side can be told apart.

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Examples
    --------
    >>> plan = detectable_from_published(28, 0.5, method="equal_variance")
    >>> round(100 * plan.achieved, 1)
    26.5
    """
    size = check_count("n", n, minimum=1)
    null = _search.check_share("published", published)
    level = check_confidence_level(confidence_level)
    check_choice("method", method, ONE_GROUP)
    sides = _both_sides(
        lambda p: _one_group_power(size, p, null, method, level),
        null,
        _search.check_power(power, level),
    )
    return SizePlan(
        quantity="what one group could show against a published share",
        n=(size,),
        groups=("people",),
        method=_TITLES[method],
        reference=_EXACT if method == "exact" else _NORMAL,
        assumptions=(
            f"the published share, {_display.percent(null)}, is known without error and is of "
            "like people, followed alike",
            _asked(power, level),
        ),
        confidence_level=level,
        **_found(null, sides),
    )


def detectable_difference(
    n_1: int,
    n_2: int,
    share_2: float,
    *,
    power: float = 0.8,
    method: str = "normal",
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return the smallest differences between two groups that their sizes could show.

    Parameters
    ----------
    n_1, n_2 : int
        People in each group.
    share_2 : float
        The true share in group 2.
    power : float, default 0.8
    method
        As for `difference_power`.
    confidence_level : float, default 0.95

    Returns
    -------
    SizePlan
        As `detectable_from_published`, of the share in group 1.

    Examples
    --------
    >>> plan = detectable_difference(28, 28, 0.45)
    >>> round(plan.detail("Lowest share above"), 3)
    0.804
    """
    first, second = check_count("n_1", n_1, minimum=1), check_count("n_2", n_2, minimum=1)
    share = _search.check_share("share_2", share_2)
    level = check_confidence_level(confidence_level)
    check_choice("method", method, METHODS)
    sides = _both_sides(
        lambda p: difference_power(p, share, first, second, method=method, confidence_level=level),
        share,
        _search.check_power(power, level),
    )
    return SizePlan(
        quantity="what two groups could show",
        n=(first, second),
        groups=("people in group 1", "people in group 2"),
        method=title(method),
        reference=source(method),
        assumptions=(
            f"the true share in group 2 is {_display.percent(share)}",
            "the groups are comparable and people are independent of each other",
            _asked(power, level),
        ),
        confidence_level=level,
        **_found(share, sides),
    )


def _one_group_power(n: int, share: float, null: float, method: str, level: float) -> float:
    if method == "exact":
        return exact_power_one_group(n, share, null, confidence_level=level)
    z = _search.critical(level)
    null_error = sqrt(null * (1 - null) / n)
    error = null_error if method == "equal_variance" else sqrt(share * (1 - share) / n)
    return float(ndtr((abs(share - null) - z * null_error) / error))


def _both_sides(
    power_of: Callable[[float], float], share: float, power: float
) -> tuple[float, float]:
    """Return the nearest shares below and above that are found with the power; nan where none."""
    return (
        _nearest(power_of, share, 0.0, power),
        _nearest(power_of, share, 1.0, power),
    )


def _nearest(power_of: Callable[[float], float], share: float, end: float, power: float) -> float:
    """Return the share nearest to *share*, towards *end*, at which the power is reached."""
    # Assumes that power rises with the distance: true of these tests, whose rejected sets have
    # no holes on a side, for the truth moving away from the null.
    near, far = share, share + (end - share) * (1 - 1e-9)
    if power_of(far) < power:
        return nan
    while abs(far - near) > 1e-10:
        middle = (near + far) / 2
        near, far = (near, middle) if power_of(middle) >= power else (middle, far)
    return far


def _asked(power: float, level: float) -> str:
    return (
        f"a power of {_display.percent(power, 0)} is asked of a two-sided test at "
        f"{_display.percent(1 - level, 0)}"
    )


def _found(share: float, sides: tuple[float, float]) -> dict[str, Any]:
    """Return the parts of a plan that say what can be told from *share*."""
    gaps = [abs(side - share) for side in sides if not isnan(side)]
    notes = () if len(gaps) == 2 else (_ONE_SIDE,) if gaps else (_NEITHER_SIDE,)
    return {
        "achieved": min(gaps, default=nan),
        "achieved_says": "smallest detectable difference",
        "achieved_kind": "width",
        "details": (
            ("Compared with", share, "share"),
            ("Highest share below", sides[0], "share"),
            ("Lowest share above", sides[1], "share"),
        ),
        "notes": (*notes, _SMALLER) if gaps else notes,
    }


_SMALLER = "Smaller differences may be there: the sample would miss them more often."
_ONE_SIDE = "On one side no share at all can be told apart with this power by so few people."
_NEITHER_SIDE = "No difference at all can be shown with this power by so few people."
