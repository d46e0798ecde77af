"""How many people make the interval for one share as narrow as is wanted."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from dipoutcomes import _display
from dipoutcomes._validate import (
    check_choice,
    check_confidence_level,
    check_count,
    check_positive,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.size import _search, _widths
from dipoutcomes.sampling.size.plan import SizePlan

CRITERIA = ("expected", "worst", "planned")
METHODS = ("wilson", "exact", "wald")
_SCANNED = 600  # up to here every n is tried
_LARGEST_EXACT_FRAME = 2000
_SAYS = {
    "expected": "expected width of the {} interval",
    "worst": "widest {} interval that can come",
    "planned": "width of the {} interval if exactly the planned share is seen",
}
TITLES = {
    ("wilson", False): "Wilson score interval",
    ("wilson", True): "Wilson score interval with the frame known, n* = n(N - 1)/(N - n)",
    ("exact", False): "exact interval of Clopper and Pearson",
    ("exact", True): "exact equal-tailed hypergeometric interval, the frame known",
    ("wald", False): "normal approximation (Cochran)",
    ("wald", True): "normal approximation with the frame known (Cochran)",
}
_SOURCES = {
    "wilson": "Newcombe, R. G. (1998). Statistics in Medicine 17, 857-872, method 3",
    "exact": "Clopper, C. J. and Pearson, E. S. (1934). Biometrika 26, 404-413; Buonaccorsi, "
    "J. P. (1987). American Statistician 41, 215-218",
    "wald": "Cochran, W. G. (1977). Sampling Techniques, 3rd edition, sections 4.4 and 4.5",
}


def interval_width(
    n: int,
    share: float = 0.5,
    *,
    population: int | None = None,
    method: str = "wilson",
    criterion: str = "expected",
    confidence_level: float = 0.95,
) -> float:
    """Return how wide the interval for a share will be if *n* people are followed.

    Parameters
    ----------
    n : int
        People followed, at least 1 and at most *population*.
    share : float
        The true share expected, strictly between 0 and 1. Not used by "worst".
    population : int, optional
        People in the frame, if the sample is drawn from it without replacement.
    method : {"wilson", "exact", "wald"}
        "exact" is Clopper and Pearson's or, with *population*, the hypergeometric interval.
    criterion : {"expected", "worst", "planned"}
        The mean over the samples that *share* gives; the widest of all; or the width if the
        sample shows *share* itself, which a whole number of people need not (not for "exact").
    confidence_level : float, default 0.95

    Returns
    -------
    float
        A proportion: 0.2 is 20 percentage points from limit to limit.

    Raises
    ------
    ValueError
        If an argument lies outside its range, or method and criterion do not go together.

    Examples
    --------
    >>> round(interval_width(28, 0.75, criterion="planned"), 4)  # 56.6% to 87.3%
    0.3068
    """
    value = width_function(share, population, method, criterion, confidence_level)
    return value(check_count("n", n, minimum=1, maximum=population))


def plan_proportion(
    share: float,
    width: float,
    *,
    population: int | None = None,
    method: str = "wilson",
    criterion: str = "expected",
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return the smallest sample whose interval for a share is no wider than *width*.

    Parameters
    ----------
    share : float
        The true share expected, strictly between 0 and 1; 0.5 is the most demanding.
    width : float
        From limit to limit, a proportion: 0.2 is 20 percentage points (plus or minus 10).
    population, method, criterion, confidence_level
        As for `interval_width`.

    Returns
    -------
    SizePlan
        ``n`` is the first number that is enough and ``stable_n`` the one from which all are:
        exact widths are saw-toothed. ``n_unrounded`` is the solution of Cochran's formula for
        "wald".

    Raises
    ------
    ValueError
        If an argument lies outside its range, or method and criterion do not go together.
    DesignError
        If more than a million people would be needed.

    Notes
    -----
    Every n up to 600 is tried. Above that the crossing is found by halving and the numbers about
    it are tried, as far as the steps of the frame can move it.

    Examples
    --------
    >>> print(plan_proportion(0.75, 0.2, population=210))
    Share of one group: 52 people (expected width of the 95% interval 19.9 points, asked ...)
    """
    wanted = check_positive("width", width)
    if wanted >= 1:
        raise ValueError(f"`width` is a proportion below 1 (20 points are 0.2); got {wanted:g}")
    level = check_confidence_level(confidence_level)
    width_of = width_function(share, population, method, criterion, level)
    first, stable, seen = _first_and_stable(width_of, wanted, population, method)
    return SizePlan(
        quantity="share of one group",
        n=(first,),
        groups=("people",),
        achieved=width_of(first),
        achieved_says=_SAYS[criterion].format(_display.level(level)),
        achieved_kind="width",
        wanted=wanted,
        n_unrounded=_cochran(share, wanted, population, level) if method == "wald" else None,
        stable_n=stable,
        confidence_level=level,
        method=TITLES[method, population is not None],
        assumptions=_assumptions(share, population, criterion),
        reference=_SOURCES[method],
        notes=(f"Every n was tried from {seen[0]:,} to {seen[1]:,}.",),
    )


def _first_and_stable(
    width_of: Callable[[int], float], wanted: float, population: int | None, method: str
) -> tuple[int, int, tuple[int, int]]:
    """Return the first n that is enough, the n from which all are, and what was tried."""
    largest = _search.LARGEST if population is None else min(population, _search.LARGEST)
    near = _search.smallest_falling(width_of, wanted, largest)
    if near is None:
        raise DesignError(
            f"an interval of {wanted:g} needs more than {largest:,} people. Accept a wider one"
        )
    steps = 0.0 if population is None or method != "exact" else 6 * near / (population * wanted)
    reach = 25 + ceil(steps)
    start = 1 if near <= _SCANNED else max(1, near - reach)
    stop = min(largest, near + max(reach, 25))
    first, stable = _search.first_and_stable(
        lambda n: width_of(n) <= wanted * (1 + 1e-12), start, stop
    )
    if first is None or stable is None:
        raise DesignError(
            f"no number of people from {start:,} to {stop:,} keeps the interval within "
            f"{wanted:g} from there on. Accept a wider one"
        )
    return first, stable, (start, stop)


def width_function(
    share: float, population: int | None, method: str, criterion: str, confidence_level: float
) -> Callable[[int], float]:
    """Return the width along n, once the arguments go together."""
    p = _search.check_share("share", share)
    level = check_confidence_level(confidence_level)
    check_choice("method", method, METHODS)
    check_choice("criterion", criterion, CRITERIA)
    if population is not None:
        check_count("population", population, minimum=2)
    if method == "exact" and criterion == "planned":
        raise ValueError(
            "an exact interval exists for whole counts alone: its `criterion` is 'expected' or "
            "'worst'"
        )
    if method == "wald" and criterion != "planned":
        raise ValueError(
            "a Wald interval has no width where nobody or everybody has the event, which spoils "
            "its average: its `criterion` is 'planned'"
        )
    if method == "exact" and population is not None and population > _LARGEST_EXACT_FRAME:
        raise ValueError(
            f"exact limits are planned for frames of up to {_LARGEST_EXACT_FRAME:,} people; for "
            f"{population:,} use method 'wilson'"
        )
    if criterion == "planned":
        return lambda n: _widths.width_at(n, p, population, method, level)
    if criterion == "worst":
        return lambda n: _widths.worst_width(n, population, method, level)
    return lambda n: _widths.expected_width(n, p, population, method, level)


def _cochran(share: float, width: float, population: int | None, level: float) -> float:
    z = _search.critical(level)
    n = z * z * share * (1 - share) / (width / 2) ** 2
    return n if population is None else population * n / (n + population - 1)


def _assumptions(share: float, population: int | None, criterion: str) -> tuple[str, ...]:
    drawn = (
        "people are drawn at random from a frame so large that its size does not matter"
        if population is None
        else f"people are drawn at random, without replacement, from a frame of {population:,}"
    )
    about = (
        ()
        if criterion == "worst"
        else (f"the share is {_display.percent(share)}; near 50% the interval is wider",)
    )
    return (drawn, *about, "everybody drawn is traced and followed; add the losses expected")
