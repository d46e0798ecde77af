"""The methods for a rate, and the one function that takes them by name."""

from __future__ import annotations

from typing import Any, overload

from dipoutcomes.intervals._common import Method, Side, interval_by
from dipoutcomes.intervals._typing import Counts, Numbers
from dipoutcomes.intervals.rate import approximate, exact
from dipoutcomes.results import Interval, IntervalArray

_BRESLOW_DAY = "Breslow and Day (1987), Statistical Methods in Cancer Research II"
_BROWN = "Brown, Cai and DasGupta (2003), Statistica Sinica 13, 19-49"

RATE_METHODS = (
    Method(
        name="garwood",
        title="exact Poisson (Garwood)",
        function=exact.garwood_interval,
        use="The default for totals of independent events; never for offences of persons.",
        reference="Garwood (1936), Biometrika 28, 437-442",
        standing="recommended",
        aliases=("exact", "garwood_exact", "exact_central"),
        one_sided=True,
    ),
    Method(
        name="mid_p",
        title="Poisson mid-P",
        function=exact.rate_mid_p_interval,
        use="A less cautious exact interval: near nominal on average, sound at 0.",
        reference="Cohen and Yang (1994), Statistics in Medicine 13, 2189-2203",
        aliases=("exact_mid_p", "exact_mid_p_central"),
        one_sided=True,
    ),
    Method(
        name="blaker",
        title="Poisson Blaker",
        function=exact.rate_blaker_interval,
        use="Shorter than Garwood's and as safe; two-sided only.",
        reference="Blaker (2000), Canadian Journal of Statistics 28, 783-798",
    ),
    Method(
        name="minlike",
        title="Poisson minimum likelihood",
        function=exact.rate_minlike_interval,
        use="To agree with the p-value of R's poisson.test; two-sided only.",
        reference="Sterne (1954), Biometrika 41, 275-278; Crow and Gardner (1959), 46, 441-453",
        aliases=("exact_minlike", "sterne"),
    ),
    Method(
        name="scas",
        title="Poisson score, corrected for skewness (SCAS)",
        function=approximate.rate_scas_interval,
        use="A closed form with nearly equal tails, close to mid-P.",
        reference="Laud (2017), Pharmaceutical Statistics 16, 334-348",
        aliases=("skewness_corrected_score_scas",),
        one_sided=True,
    ),
    Method(
        name="score",
        title="Poisson score",
        function=approximate.rate_score_interval,
        use="A closed form with near-nominal coverage on average; misses mostly on one side.",
        reference="Barker (2002), American Statistician 56, 85-89",
        one_sided=True,
    ),
    Method(
        name="likelihood_ratio",
        title="Poisson likelihood ratio",
        function=approximate.rate_likelihood_ratio_interval,
        use="Beside a likelihood analysis; too short above when there is no event.",
        reference=_BROWN,
        one_sided=True,
    ),
    Method(
        name="jeffreys",
        title="Poisson Jeffreys",
        function=approximate.rate_jeffreys_interval,
        use="A Bayesian alternative; leaves out 0 when there is no event.",
        reference=_BROWN,
        one_sided=True,
    ),
    Method(
        name="byar",
        title="Byar (Breslow and Day)",
        function=approximate.byar_interval,
        use="To reproduce published work; approximates the exact interval.",
        reference=_BRESLOW_DAY,
        aliases=("byar_breslow_day",),
        one_sided=True,
    ),
    Method(
        name="byar_half",
        title="Byar (Rothman and Boice)",
        function=approximate.byar_half_interval,
        use="To reproduce work done with epitools or epiR.",
        reference="Rothman and Boice (1979), NIH publication 79-1649",
        aliases=("byar_rothman_boice_half", "byar_epiR"),
        one_sided=True,
    ),
    Method(
        name="wald_log",
        title="Poisson Wald, log scale (do not use)",
        function=approximate.rate_wald_log_interval,
        use="Do not use: no answer when there is no event.",
        reference=_BRESLOW_DAY,
        standing="do not use",
        one_sided=True,
    ),
)


@overload
def rate_interval(  # type: ignore[overload-overlap]
    events: int,
    person_time: float,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def rate_interval(
    events: Counts | int,
    person_time: Numbers | float,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def rate_interval(
    events: Any,
    person_time: Any,
    *,
    method: str = "garwood",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for a rate by any method of ``METHODS["rate"]``.

    Parameters
    ----------
    events, person_time : number or array
        As for :func:`garwood_interval`, with its warning: not for offences of persons.
    method : str, default "garwood"
        A name of ``METHODS["rate"]``, one of its aliases, or "recommended". That is Garwood's:
        the one use left for a Poisson interval is a total of independent events, and there at
        least the stated coverage costs little.
    confidence_level : float, default 0.95
        Strictly between 0 and 1; of a bound on one side at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone, at *confidence_level*, where the method has one.

    Returns
    -------
    Interval or IntervalArray
        Limits as events per unit of *person_time*; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method (the message names the nearest one), or it has no bound on
        one side.

    Examples
    --------
    >>> print(rate_interval(21, 56.4, method="score"))
    95% CI 0.244 to 0.569, Poisson score
    """
    return interval_by(
        RATE_METHODS, method, events, person_time, confidence_level=confidence_level, side=side
    )
