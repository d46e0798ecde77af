"""The methods for p1 - p2, and the function that takes any of them by name."""

from __future__ import annotations

from typing import Any, overload

from dipoutcomes.intervals._common import Method, Side, find_method, interval_by
from dipoutcomes.intervals._typing import Counts
from dipoutcomes.intervals.difference.closed_forms import (
    agresti_caffo_interval,
    difference_mover_exact_interval,
    difference_mover_jeffreys_interval,
    difference_wald_interval,
    newcombe_corrected_interval,
    newcombe_interval,
)
from dipoutcomes.intervals.difference.score import (
    difference_scas_interval,
    mee_interval,
    miettinen_nurminen_interval,
)
from dipoutcomes.intervals.unconditional import (
    difference_agresti_min_interval,
    difference_chan_zhang_interval,
)
from dipoutcomes.results import Interval, IntervalArray

_NEWCOMBE = "Newcombe (1998), Statistics in Medicine 17, 873-890"

__all__ = ["DIFFERENCE_METHODS", "difference_interval", "find_method"]

DIFFERENCE_METHODS = (
    Method(
        name="miettinen_nurminen",
        title="Miettinen-Nurminen score",
        function=miettinen_nurminen_interval,
        use="The default: near-nominal coverage, sound at 0 and n, agrees with its p-value.",
        reference="Miettinen and Nurminen (1985), Statistics in Medicine 4, 213-226",
        standing="recommended",
        one_sided=True,
    ),
    Method(
        name="newcombe",
        title="Newcombe hybrid score",
        function=newcombe_interval,
        use="A closed form that needs two Wilson intervals.",
        reference=f"{_NEWCOMBE}, method 10",
        aliases=("newcombe_method_10",),
        one_sided=True,
    ),
    Method(
        name="scas",
        title="skewness-corrected score",
        function=difference_scas_interval,
        use="Bounds on one side, and very unequal groups: misses are balanced between the sides.",
        reference="Laud (2017), Pharmaceutical Statistics 16, 334-348",
        aliases=("skewness_corrected_score",),
        one_sided=True,
    ),
    Method(
        name="chan_zhang",
        title="Chan-Zhang exact",
        function=difference_chan_zhang_interval,
        use="When at least the level must be promised: exact, two one-sided tests.",
        reference="Chan and Zhang (1999), Biometrics 55, 1202-1209",
        aliases=("chan_zhang_score_central",),
        one_sided=True,
    ),
    Method(
        name="agresti_min",
        title="Agresti-Min exact",
        function=difference_agresti_min_interval,
        use="As Chan-Zhang, and shorter: exact, one two-sided test.",
        reference="Agresti and Min (2001), Biometrics 57, 963-971",
        aliases=("agresti_min_score_square",),
    ),
    Method(
        name="mee",
        title="Mee score",
        function=mee_interval,
        use="Where the interval must agree with the pooled chi-square test.",
        reference="Mee (1984), Biometrics 40, 1175-1176",
        aliases=("mee_score",),
        one_sided=True,
    ),
    Method(
        name="agresti_caffo",
        title="Agresti-Caffo",
        function=agresti_caffo_interval,
        use="By hand.",
        reference="Agresti and Caffo (2000), American Statistician 54, 280-288",
        aliases=("agresti_caffo_untruncated",),
        one_sided=True,
    ),
    Method(
        name="mover_jeffreys",
        title="MOVER of Jeffreys intervals",
        function=difference_mover_jeffreys_interval,
        use="A closed form whose misses are better balanced than Newcombe's.",
        reference="Laud (2017), Pharmaceutical Statistics 16, 334-348",
        one_sided=True,
    ),
    Method(
        name="mover_exact",
        title="MOVER of exact intervals",
        function=difference_mover_exact_interval,
        use="To reproduce published work: cautious, yet no exact interval.",
        reference="Zou and Donner (2008), Statistics in Medicine 27, 1693-1702",
        one_sided=True,
    ),
    Method(
        name="newcombe_corrected",
        title="Newcombe hybrid score with continuity correction",
        function=newcombe_corrected_interval,
        use="To reproduce published work.",
        reference=f"{_NEWCOMBE}, method 11",
        aliases=("newcombe_method_11_continuity_corrected",),
        one_sided=True,
    ),
    Method(
        name="wald",
        title="Wald difference (do not use)",
        function=difference_wald_interval,
        use="Do not use: no width at 0 and n, poor coverage in small groups.",
        reference=f"{_NEWCOMBE}, method 1",
        standing="do not use",
        one_sided=True,
    ),
)


@overload
def difference_interval(  # type: ignore[overload-overlap]
    events_1: int,
    n_1: int,
    events_2: int,
    n_2: int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def difference_interval(
    events_1: Counts | int,
    n_1: Counts | int,
    events_2: Counts | int,
    n_2: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def difference_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    method: str = "miettinen_nurminen",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for p1 - p2 by any method of ``METHODS["difference"]``.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`miettinen_nurminen_interval`.
    method : str, default "miettinen_nurminen"
        A name of ``METHODS["difference"]`` or one of its aliases, or
        "recommended".
    confidence_level : float, default 0.95
        Strictly between 0 and 1.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone, where the method has one.

    Returns
    -------
    Interval or IntervalArray
        Limits for p1 - p2 as proportions, 0 for no difference; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(difference_interval(156, 368, 136, 327, method="newcombe"))
    95% CI -0.065 to 0.081, Newcombe hybrid score
    """
    counts = (events_1, n_1, events_2, n_2)
    return interval_by(
        DIFFERENCE_METHODS, method, *counts, confidence_level=confidence_level, side=side
    )
