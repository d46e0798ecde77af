"""The table of methods for a known frame, and the functions of the family."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from dipoutcomes.intervals._common import Method, Side, finish, interval_by
from dipoutcomes.intervals._typing import Counts
from dipoutcomes.intervals.finite_population._call import checked
from dipoutcomes.intervals.finite_population.approximate import (
    wald_finite_interval,
    wilson_finite_interval,
    wilson_sampling_fraction_interval,
)
from dipoutcomes.intervals.finite_population.exact import (
    hypergeometric_interval,
    hypergeometric_katz_interval,
    hypergeometric_mid_p_interval,
)
from dipoutcomes.intervals.finite_population.hulls import (
    hypergeometric_blaker_interval,
    hypergeometric_minlike_interval,
)
from dipoutcomes.intervals.finite_population.wang import hypergeometric_wang_interval
from dipoutcomes.results import Interval, IntervalArray

FINITE_POPULATION_METHODS = (
    Method(
        name="hypergeometric",
        title="exact (hypergeometric)",
        function=hypergeometric_interval,
        use="The default: at least nominal coverage for every number of people in the frame.",
        reference="Buonaccorsi (1987), American Statistician 41, 215-218",
        standing="recommended",
        aliases=(
            "exact",
            "hypergeometric_equal_tailed",
            "hypergeometric_exact",
            "hypergeometric_central",
        ),
        one_sided=True,
    ),
    Method(
        name="blaker",
        title="exact (hypergeometric, Blaker)",
        function=hypergeometric_blaker_interval,
        use="At least the stated coverage, and shorter than the default; two-sided only.",
        reference="Blaker (2000), Canadian Journal of Statistics 28, 783-798",
        aliases=("hypergeometric_blaker",),
    ),
    Method(
        name="minlike",
        title="exact (hypergeometric, minlike)",
        function=hypergeometric_minlike_interval,
        use="To go with a p-value that sums the outcomes no likelier than the one seen.",
        reference="Sterne (1954), Biometrika 41, 275-278",
        aliases=("hypergeometric_minlike",),
    ),
    Method(
        name="wang",
        title="exact (hypergeometric, Wang)",
        function=hypergeometric_wang_interval,
        use="The shortest with at least the stated coverage; not nested: fix the level in advance.",
        reference="Wang (2015), JASA 110, 1491-1499",
        aliases=("hypergeometric_wang_2015_admissible",),
    ),
    Method(
        name="mid_p",
        title="mid-P (hypergeometric)",
        function=hypergeometric_mid_p_interval,
        use="A less cautious exact interval.",
        reference="Lancaster (1961), JASA 56, 223-234",
        aliases=("hypergeometric_mid_p", "hypergeometric_mid_p_central"),
        one_sided=True,
    ),
    Method(
        name="wilson",
        title="Wilson score, finite population",
        function=wilson_finite_interval,
        use="A quick approximation.",
        reference="Wilson (1927), JASA 22, 209-212, with the hypergeometric variance",
        aliases=("wilson_fpc_n_minus_1", "wilson_fpc"),
        one_sided=True,
    ),
    Method(
        name="wilson_sampling_fraction",
        title="Wilson score, sampling fraction",
        function=wilson_sampling_fraction_interval,
        use="To reproduce work that used the textbook's correction.",
        reference="Cochran (1977), Sampling Techniques, section 3.2",
        aliases=("wilson_fpc_sampling_fraction",),
        one_sided=True,
    ),
    Method(
        name="katz",
        title="exact (hypergeometric, nearest rejected)",
        function=hypergeometric_katz_interval,
        use="To reproduce R's samplingbook: one person wider at each end than the default.",
        reference="Katz (1953), Annals of Mathematical Statistics 24, 256-261",
        aliases=("hypergeometric_katz_one_step_wider",),
        one_sided=True,
    ),
    Method(
        name="wald",
        title="Wald, finite population (do not use)",
        function=wald_finite_interval,
        use="Do not use: no width at 0 and n, poor coverage in small samples.",
        reference="Cochran (1977), Sampling Techniques, section 3.3",
        standing="do not use",
        aliases=("wald_fpc",),
        one_sided=True,
    ),
)


@overload
def finite_population_interval(  # type: ignore[overload-overlap]
    events: int,
    n: int,
    population: int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def finite_population_interval(
    events: Counts | int,
    n: Counts | int,
    population: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def finite_population_interval(
    events: Any,
    n: Any,
    population: Any,
    *,
    method: str = "hypergeometric",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for the proportion of a frame, by any method of its family.

    Parameters
    ----------
    events, n, population : int or array of int
        As for :func:`hypergeometric_interval`.
    method : str, default "hypergeometric"
        A name of ``METHODS["finite_population"]`` or one of its aliases.
    confidence_level : float, default 0.95
        Nominal coverage, strictly between 0 and 1; at least 0.5 with a bound on one side.
    side : {"two-sided", "lower", "upper"}, default "two-sided"
        Both limits, or one bound alone. Blaker, minlike and Wang are two-sided only.

    Returns
    -------
    Interval or IntervalArray
        Limits as proportions of the frame, not percentages; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method (the message names the nearest one), or it has no bounds on
        one side.

    Examples
    --------
    >>> print(finite_population_interval(21, 28, 210))
    95% CI 0.567 to 0.881, exact (hypergeometric)
    """
    return interval_by(
        FINITE_POPULATION_METHODS,
        method,
        events,
        n,
        population,
        confidence_level=confidence_level,
        side=side,
    )


@overload
def finite_population_counts(  # type: ignore[overload-overlap]
    events: int,
    n: int,
    population: int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def finite_population_counts(
    events: Counts | int,
    n: Counts | int,
    population: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def finite_population_counts(
    events: Any,
    n: Any,
    population: Any,
    *,
    method: str = "hypergeometric",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return the smallest and the largest number of people in the frame who may have the event.

    Parameters
    ----------
    events, n, population, method, confidence_level, side
        As for :func:`finite_population_interval`.

    Returns
    -------
    Interval or IntervalArray
        Whole people. A method that does not work in counts gives the counts inside its limits,
        and never one that the sample itself rules out.

    Raises
    ------
    ValueError
        As :func:`finite_population_interval` does.

    Examples
    --------
    >>> interval = finite_population_counts(21, 28, 210)
    >>> interval.low, interval.high
    (119.0, 185.0)
    """
    found = finite_population_interval(
        events, n, population, method=method, confidence_level=confidence_level, side=side
    )
    x, drawn, size = checked(events, n, population)
    slack = 1e-9  # a whole count that went through a division comes back as itself
    low = np.clip(np.ceil(np.asarray(found.low) * size - slack), x, size - (drawn - x))
    high = np.clip(np.floor(np.asarray(found.high) * size + slack), x, size - (drawn - x))
    limits = (np.minimum(low, high) + 0.0, np.maximum(low, high) + 0.0)  # never -0.0
    return finish(limits, found.confidence_level, found.method)
