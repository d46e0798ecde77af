"""How many people show a difference between two groups, and with what chance."""

from __future__ import annotations

from math import asin, ceil, sqrt

from scipy.special import ndtr

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.size import _search
from dipoutcomes.sampling.size.exact_power import TESTS, exact_power_two_groups
from dipoutcomes.sampling.size.plan import SizePlan

NORMAL = ("normal", "normal_both_tails", "arcsine")
METHODS = (*NORMAL, *TESTS)
_LARGEST_EXACT = 250  # people in group 1: beyond it normal and exact answers are alike
_TITLES = {
    "normal": "normal approximation, pooled variance under no difference, the far tail left out",
    "normal_both_tails": "normal approximation, pooled variance under no difference, both tails",
    "arcsine": "arcsine (Cohen's h), both tails",
    "fisher_minlike": "exact power of Fisher's test (outcomes no likelier than the one seen)",
    "fisher_central": "exact power of Fisher's test (twice the smaller tail)",
    "pooled_z": "exact power of the pooled z test (chi-square without correction)",
}
_SOURCES = {
    "normal": "Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and "
    "Proportions, 3rd edition, section 4.2",
    "arcsine": "Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd "
    "edition, chapter 6",
    "exact": "Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and "
    "Proportions, 3rd edition, chapters 3 and 4; the sum over all tables",
}


def difference_power(
    share_1: float,
    share_2: float,
    n_1: float,
    n_2: float,
    *,
    method: str = "normal",
    confidence_level: float = 0.95,
) -> float:
    """Return the chance that a two-sided test finds two groups to differ.

    Parameters
    ----------
    share_1, share_2 : float
        True shares, strictly between 0 and 1.
    n_1, n_2 : float
        People in each group, at least 1; whole numbers for the exact methods.
    method : {"normal", "normal_both_tails", "arcsine", "fisher_minlike", "fisher_central", \
"pooled_z"}
        The last three are exact: the chances of all tables that the test rejects are added.
        "normal" is R ``power.prop.test``, which leaves the far tail out.
    confidence_level : float, default 0.95
        One less the level of the test.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Examples
    --------
    >>> round(difference_power(0.75, 0.45, 28, 28, method="fisher_minlike"), 6)
    0.535012
    """
    p_1, p_2 = _search.check_share("share_1", share_1), _search.check_share("share_2", share_2)
    check_choice("method", method, METHODS)
    if method in TESTS:
        return exact_power_two_groups(
            p_1, p_2, int(check_count("n_1", n_1)), int(check_count("n_2", n_2)),
            test=method, confidence_level=confidence_level,
        )  # fmt: skip
    z = _search.critical(confidence_level)
    if method == "arcsine":
        moved = abs(2 * asin(sqrt(p_1)) - 2 * asin(sqrt(p_2))) * sqrt(n_1 * n_2 / (n_1 + n_2))
        return float(ndtr(moved - z) + ndtr(-moved - z))
    pooled = (n_1 * p_1 + n_2 * p_2) / (n_1 + n_2)
    null_error = sqrt(pooled * (1 - pooled) * (1 / n_1 + 1 / n_2))
    error = sqrt(p_1 * (1 - p_1) / n_1 + p_2 * (1 - p_2) / n_2)
    gap = abs(p_1 - p_2)
    near = float(ndtr((gap - z * null_error) / error))
    if method == "normal":
        return near
    return near + float(ndtr((-gap - z * null_error) / error))


def plan_difference(
    share_1: float,
    share_2: float,
    *,
    power: float = 0.8,
    method: str = "normal",
    ratio: float = 1.0,
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return the smallest groups with which a two-sided test finds a difference.

    Parameters
    ----------
    share_1, share_2 : float
        True shares with the event, different and strictly between 0 and 1.
    power : float, default 0.8
        The chance wanted.
    method
        As for `difference_power`.
    ratio : float, default 1
        People in group 2 for each of group 1; group 2 is rounded up.
    confidence_level : float, default 0.95

    Returns
    -------
    SizePlan
        For the exact methods ``n`` is the first size with the power and ``stable_n`` that of
        group 1 from which all have it, among the sizes tried (see its notes).

    Raises
    ------
    ValueError
        If an argument lies outside its range, or the shares are equal.
    DesignError
        If an exact method would need more than 250 people in group 1.

    Examples
    --------
    >>> plan = plan_difference(0.5, 0.3)
    >>> print(plan)
    Difference between two groups: 93 people in group 1 and 93 people in group 2 (power 80.0%, ...
    >>> round(plan.n_unrounded, 3)
    92.999
    """
    level = check_confidence_level(confidence_level)
    wanted = _search.check_power(power, level)
    times = _search.check_ratio(ratio)
    if _search.check_share("share_1", share_1) == _search.check_share("share_2", share_2):
        raise ValueError("`share_1` and `share_2` are equal: no sample shows a difference of 0")
    check_choice("method", method, METHODS)
    rough = method if method in NORMAL else "normal"

    def normal_power(n: float) -> float:
        return difference_power(
            share_1, share_2, n, times * n, method=rough, confidence_level=level
        )

    unrounded = _search.smallest_real(normal_power, wanted)
    first = _search.round_up(unrounded)
    stable: int | None = None
    notes: tuple[str, ...] = ()
    if method in TESTS:
        first, stable, notes = _exact_sizes(
            share_1, share_2, wanted, method, times, level, unrounded
        )
    second = ceil(times * first - 1e-9)
    return SizePlan(
        quantity="difference between two groups",
        n=(first, second),
        groups=("people in group 1", "people in group 2"),
        achieved=difference_power(
            share_1, share_2, first, second, method=method, confidence_level=level
        ),
        achieved_says="power",
        achieved_kind="share",
        wanted=wanted,
        n_unrounded=unrounded if method in NORMAL else None,
        stable_n=stable,
        confidence_level=level,
        method=_TITLES[method],
        assumptions=(
            f"the true shares are {_display.percent(share_1)} and {_display.percent(share_2)}",
            "people are independent of each other and the groups are comparable; matching or "
            "weighting needs more people",
            f"the test is two-sided at {_display.percent(1 - level, 0)}",
        ),
        reference=source(method),
        notes=notes,
    )


def source(method: str) -> str:
    """Return where a method comes from."""
    return _SOURCES["exact" if method in TESTS else method.removesuffix("_both_tails")]


def title(method: str) -> str:
    """Return a method as a report prints it."""
    return _TITLES[method]


def _exact_sizes(
    share_1: float,
    share_2: float,
    power: float,
    method: str,
    ratio: float,
    level: float,
    near: float,
) -> tuple[int, int, tuple[str, ...]]:
    """Return the first size with the power, that from which all have it, and what was tried."""
    if near > _LARGEST_EXACT:
        raise DesignError(
            f"about {near:,.0f} people in group 1 would be needed, and exact power is summed for "
            f"up to {_LARGEST_EXACT}. Use method 'normal', which is alike at such sizes"
        )
    start, stop = max(2, int(0.7 * near) - 10), int(1.3 * near) + 30

    def enough(n: int) -> bool:
        return (
            exact_power_two_groups(
                share_1, share_2, n, ceil(ratio * n - 1e-9), test=method, confidence_level=level
            )
            >= power
        )

    first, stable = _search.first_and_stable(enough, start, stop)
    if first is None or stable is None:
        raise DesignError(
            f"the test does not keep the power with any size from {start} to {stop} on. Use "
            "method 'normal' for a first answer, or plan for a larger difference"
        )
    return first, stable, (f"Every size of group 1 was tried from {start} to {stop}.",)
