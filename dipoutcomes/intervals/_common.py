"""What every family of intervals shares: checks, the normal quantile, the answer to no data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from dipoutcomes._validate import check_choice, check_confidence_level, check_counts
from dipoutcomes.results import Interval, IntervalArray

FloatArray = NDArray[Any]  # float64 in fact; the special functions are typed more loosely
Limits = tuple[FloatArray, FloatArray]
Standing = Literal["recommended", "sound", "do not use"]
RECOMMENDED: Standing = "recommended"
Side = Literal["two-sided", "lower", "upper"]
SIDES: tuple[Side, ...] = ("two-sided", "lower", "upper")
Alternative = Literal["two-sided", "greater", "less"]
ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "greater", "less")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One way to compute an interval: an entry of `METHODS`.

    Parameters
    ----------
    name : str
        The word that ``method=`` takes.
    title : str
        As a report prints it; the ``method`` of the interval that comes back.
    function : callable
        The public function of this method alone.
    use : str
        When to use it, or why not.
    reference : str
        Author, year, journal and pages.
    standing : {"recommended", "sound", "do not use"}
        One method of a family is the recommended one.
    aliases : tuple of str
        Other words for it, those of reference tables among them.
    one_sided : bool
        Whether *function* takes ``side=`` and can give a lower or an upper bound alone.
    """

    name: str
    title: str
    function: Callable[..., Interval | IntervalArray]
    use: str
    reference: str
    standing: Standing = "sound"
    aliases: tuple[str, ...] = ()
    one_sided: bool = False


def find_method(methods: Iterable[Method], word: str) -> Method:
    """Return the method called *word*, by its name or an alias; otherwise name the nearest.

    The word ``"recommended"`` stands for the one to use when nothing speaks for another.
    """
    known = tuple(methods)
    for method in known:
        if word == RECOMMENDED == method.standing:
            return method
        if word == method.name or word in method.aliases:
            return method
    check_choice("method", word, (*(method.name for method in known), RECOMMENDED))
    raise AssertionError("unreachable")  # pragma: no cover


def check_side(side: str) -> Side:
    """Return *side* if it is one of `SIDES`; otherwise name them."""
    return cast("Side", check_choice("side", side, SIDES))


def check_alternative(alternative: str) -> Alternative:
    """Return *alternative* if it is one of `ALTERNATIVES`; otherwise name them."""
    return cast("Alternative", check_choice("alternative", alternative, ALTERNATIVES))


def level_for(confidence_level: Any, side: Side) -> float:
    """Return the two-sided level whose limit on *side* is the bound asked for.

    A bound at level L leaves 1 - L out on its own side, as a two-sided interval of level 2L - 1
    does. A kernel of an equal-tailed method, called at this level, so serves for both; it must
    stand a level of 0.
    """
    level = check_confidence_level(confidence_level)
    if check_side(side) == "two-sided":
        return level
    if level < 0.5:
        raise ValueError(
            f"`confidence_level` of a one-sided bound must be at least 0.5; got {level:g}"
        )
    return 2 * level - 1


def interval_by(
    methods: Iterable[Method], word: str, *data: Any, confidence_level: float, side: Side
) -> Interval | IntervalArray:
    """Call the method called *word*; a bound on one side only where that method has one."""
    known = tuple(methods)
    entry = find_method(known, word)
    if check_side(side) == "two-sided":
        return entry.function(*data, confidence_level=confidence_level)
    if not entry.one_sided:
        others = ", ".join(method.name for method in known if method.one_sided)
        raise ValueError(f"`method` '{entry.name}' has no one-sided bounds; these do: {others}")
    return entry.function(*data, confidence_level=confidence_level, side=side)


def half_alpha(confidence_level: float) -> float:
    """Return the probability left out on each side."""
    return (1 - confidence_level) / 2


def normal_quantile(confidence_level: float) -> float:
    """Return z, 1.96 for 95%."""
    return -float(ndtri(half_alpha(confidence_level)))


def check_events(
    events: Any, n: Any, *, events_name: str = "events", n_name: str = "n"
) -> tuple[FloatArray, FloatArray]:
    """Return events and trials as whole-valued float arrays of one shape, ``0 <= events <= n``."""
    x, trials = np.broadcast_arrays(check_counts(events_name, events), check_counts(n_name, n))
    above = int(np.count_nonzero(x > trials))
    if above:
        raise ValueError(
            f"`{events_name}` must be at most `{n_name}`; larger in {above} of {x.size} rows. "
            "Count persons with at least one event, not events."
        )
    return x.astype(np.float64), trials.astype(np.float64)


def finish(
    limits: Limits,
    confidence_level: float,
    title: str,
    *,
    no_data: NDArray[np.bool_] | bool = False,
    possible: tuple[Any, Any] = (0.0, 1.0),
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return limits as an `Interval` (scalars) or an `IntervalArray`.

    The one place that says what nobody observed means: no information, so the whole range of
    *possible* values; and what a bound on one *side* means: the other limit is the end of that
    range, *confidence_level* is the level of the bound, and the title says so.
    """
    low = np.where(no_data | np.bool_(side == "upper"), possible[0], limits[0])
    high = np.where(no_data | np.bool_(side == "lower"), possible[1], limits[1])
    if side != "two-sided":
        title = f"{title}, {side} bound only"
    if low.ndim == 0:
        return Interval(float(low), float(high), confidence_level, title)
    return IntervalArray(low, high, confidence_level, title)
