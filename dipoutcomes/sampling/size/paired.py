"""How many people show a change, when the same people are seen before and after."""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.special import bdtr, bdtrc, ndtr

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.size import _search
from dipoutcomes.sampling.size._chances import binomial
from dipoutcomes.sampling.size.plan import SizePlan

METHODS = ("normal", "exact")
_SLACK = 1e-12
_LARGEST_EXACT = 400


def paired_power(
    before_only: float,
    after_only: float,
    n: float,
    *,
    method: str = "normal",
    confidence_level: float = 0.95,
) -> float:
    """Return the chance that McNemar's test finds a change.

    Parameters
    ----------
    before_only, after_only : float
        True shares of people with the event before only, and after only. Their sum is at most 1.
    n : float
        People seen both times; a whole number for "exact".
    method : {"normal", "exact"}
        "exact" is the conditional binomial test, summed over all numbers that changed.
    confidence_level : float, default 0.95

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Examples
    --------
    >>> round(paired_power(0.25, 0.05, 28), 3)
    0.488
    >>> round(paired_power(0.25, 0.05, 28, method="exact"), 3)
    0.365
    """
    first, second = _check_shares(before_only, after_only)
    check_choice("method", method, METHODS)
    if method == "exact":
        return _exact(first, second, check_count("n", n, minimum=1), confidence_level)
    changed, gap = first + second, abs(first - second)
    z = _search.critical(confidence_level)
    if changed == gap and changed == 1:  # everybody changes, and the same way
        return float(gap * sqrt(n) > z)
    return float(ndtr((gap * sqrt(n) - z * sqrt(changed)) / sqrt(changed - gap * gap)))


def plan_paired(
    before_only: float,
    after_only: float,
    *,
    power: float = 0.8,
    method: str = "normal",
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return the smallest number of people in whom McNemar's test finds a change.

    Parameters
    ----------
    before_only, after_only, method, confidence_level
        As for `paired_power`; the shares must differ.
    power : float, default 0.8

    Returns
    -------
    SizePlan
        With "exact", ``n`` is the first size with the power and ``stable_n`` that from which all
        have it, among sizes up to 400.

    Raises
    ------
    ValueError
        If an argument lies outside its range.
    DesignError
        If "exact" would need more than 400 people.

    Notes
    -----
    Normal: ``n = [z_a sqrt(psi) + z_b sqrt(psi - delta**2)]**2 / delta**2`` with psi the share
    that changes either way and delta the difference. A fall without a comparison group may be
    regression to the mean, however large the sample.

    Connor, R. J. (1987). Biometrics 43, 207-211, equation 3.

    Examples
    --------
    >>> plan_paired(0.25, 0.05).n, plan_paired(0.25, 0.05, method="exact").stable_n
    ((57,), 61)
    """
    level = check_confidence_level(confidence_level)
    wanted = _search.check_power(power, level)
    first, second = _check_shares(before_only, after_only)
    if first == second:
        raise ValueError("`before_only` and `after_only` are equal: there is no change to be shown")
    check_choice("method", method, METHODS)

    def power_of(n: float) -> float:
        return paired_power(first, second, n, method=method, confidence_level=level)

    unrounded: float | None = None
    stable: int | None = None
    if method == "normal":
        unrounded = _search.smallest_real(power_of, wanted)
        size: int | None = _search.round_up(unrounded)
    else:
        size, stable = _search.first_and_stable(lambda n: power_of(n) >= wanted, 1, _LARGEST_EXACT)
    if size is None or (method == "exact" and stable is None):
        raise DesignError(
            f"no number of people up to {_LARGEST_EXACT} keeps the power. Use method 'normal', "
            "which is alike at such sizes"
        )
    return SizePlan(
        quantity="change in the same people",
        n=(size,),
        groups=("people",),
        achieved=power_of(size),
        achieved_says="power",
        achieved_kind="share",
        wanted=wanted,
        n_unrounded=unrounded,
        stable_n=stable,
        confidence_level=level,
        method="McNemar's test, "
        + ("normal approximation" if method == "normal" else "exact conditional power"),
        assumptions=(
            f"{_display.percent(first)} have the event before only and {_display.percent(second)} "
            "after only",
            "both periods are equally long at liberty, and nobody entered because of an event in "
            "the first: otherwise the change is in part regression to the mean",
        ),
        reference="Connor, R. J. (1987). Biometrics 43, 207-211, equation 3",
        details=(("Share that changes either way", first + second, "share"),),
        notes=() if method == "normal" else (f"Every size was tried from 1 to {_LARGEST_EXACT}.",),
    )


def _exact(first: float, second: float, n: int, confidence_level: float) -> float:
    tail = (1 - check_confidence_level(confidence_level)) / 2 + _SLACK
    changed = np.arange(n + 1)
    few = np.arange(n + 1)[None, :]
    # The largest number that is few enough to reject, for each number that changed; -1 if none.
    at_most = np.where(few <= changed[:, None], bdtr(few, changed[:, None], 0.5), 2.0)
    most = (at_most <= tail).sum(axis=1) - 1
    some = most >= 0
    share = first / (first + second)
    total, edge = changed[some], most[some]
    power = bdtr(edge, total, share) + bdtrc(total - edge - 1, total, share)
    return float(binomial(total, n, min(first + second, 1.0)) @ power)


def _check_shares(before_only: float, after_only: float) -> tuple[float, float]:
    shares = []
    for name, value in (("before_only", before_only), ("after_only", after_only)):
        if not 0 <= value <= 1:
            raise ValueError(f"`{name}` must lie between 0 and 1; got {value:g}")
        shares.append(float(value))
    if not 0 < sum(shares) <= 1:
        raise ValueError(
            "`before_only` and `after_only` must add up to more than 0 and at most 1; got "
            f"{sum(shares):g}"
        )
    return shares[0], shares[1]
