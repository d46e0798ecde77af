"""The table of methods for a proportion, and the function of the family."""

from __future__ import annotations

from typing import Any, overload

from dipoutcomes.intervals._common import Method, Side, interval_by
from dipoutcomes.intervals._typing import Counts
from dipoutcomes.intervals.proportion.closed_forms import (
    agresti_coull_interval,
    jeffreys_adjusted_interval,
    jeffreys_interval,
    wald_interval,
    wilson_corrected_interval,
    wilson_interval,
)
from dipoutcomes.intervals.proportion.exact import clopper_pearson_interval, mid_p_interval
from dipoutcomes.intervals.proportion.hulls import blaker_interval, minlike_interval
from dipoutcomes.intervals.proportion.likelihood import (
    likelihood_ratio_interval,
    skewness_corrected_interval,
)
from dipoutcomes.intervals.proportion.wang import wang_interval
from dipoutcomes.results import Interval, IntervalArray

_NEWCOMBE = "Newcombe (1998), Statistics in Medicine 17, 857-872"
_BROWN = "Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133"

PROPORTION_METHODS = (
    Method(
        name="wilson",
        title="Wilson score",
        function=wilson_interval,
        use="The default: near-nominal coverage on average, sound at 0 and at n.",
        reference=f"{_NEWCOMBE}, method 3",
        standing="recommended",
        aliases=("score", "wilson_score", "score_wilson"),
        one_sided=True,
    ),
    Method(
        name="clopper_pearson",
        title="exact (Clopper-Pearson)",
        function=clopper_pearson_interval,
        use="Where at least the stated coverage is promised; wider than the others.",
        reference="Clopper and Pearson (1934), Biometrika 26, 404-413",
        aliases=("exact", "exact_central"),
        one_sided=True,
    ),
    Method(
        name="blaker",
        title="exact (Blaker)",
        function=blaker_interval,
        use="At least the stated coverage, and shorter than Clopper-Pearson; two-sided only.",
        reference="Blaker (2000), Canadian Journal of Statistics 28, 783-798",
        aliases=("exact_blaker",),
    ),
    Method(
        name="minlike",
        title="exact (minlike)",
        function=minlike_interval,
        use="To go with the p-value that R's binom.test or SciPy's binomtest prints.",
        reference="Sterne (1954), Biometrika 41, 275-278",
        aliases=("minlike_sterne", "sterne", "exact_minlike"),
    ),
    Method(
        name="wang",
        title="exact (Wang)",
        function=wang_interval,
        use="The shortest with at least the stated coverage; not nested: fix the level in advance.",
        reference="Wang (2014), Statistica Sinica 24, 1389-1410",
        aliases=("wang_2014_admissible",),
    ),
    Method(
        name="mid_p",
        title="exact mid-P",
        function=mid_p_interval,
        use="A less cautious exact interval.",
        reference=f"{_NEWCOMBE}, method 6",
        aliases=("clopper_pearson_mid_p", "exact_mid_p", "exact_mid_p_central"),
        one_sided=True,
    ),
    Method(
        name="scas",
        title="skewness-corrected score (SCAS)",
        function=skewness_corrected_interval,
        use="Where each side should miss equally often, and for bounds on one side.",
        reference="Laud (2017), Pharmaceutical Statistics 16, 334-348",
        aliases=("skewness_corrected_score_scas", "skewness_corrected"),
        one_sided=True,
    ),
    Method(
        name="likelihood_ratio",
        title="likelihood ratio",
        function=likelihood_ratio_interval,
        use="Beside other likelihood intervals; not where nobody or everybody had the event.",
        reference=f"{_NEWCOMBE}, method 7",
        aliases=("lrt",),
        one_sided=True,
    ),
    Method(
        name="jeffreys_adjusted",
        title="Jeffreys with ends at 0 and 1",
        function=jeffreys_adjusted_interval,
        use="A Bayesian alternative to Wilson for small samples.",
        reference=f"{_BROWN}, section 4.1.2",
        aliases=("jeffreys_endpoint_adjusted",),
        one_sided=True,
    ),
    Method(
        name="jeffreys",
        title="Jeffreys",
        function=jeffreys_interval,
        use="As above, without the rule for 0 and n: it leaves out the value observed there.",
        reference=f"{_BROWN}, section 3.1.3",
        aliases=("jeffreys_equal_tailed",),
        one_sided=True,
    ),
    Method(
        name="wilson_corrected",
        title="Wilson score with continuity correction",
        function=wilson_corrected_interval,
        use="To reproduce older work; the exact interval serves the same purpose.",
        reference=f"{_NEWCOMBE}, method 4",
        aliases=("wilson_continuity_corrected",),
        one_sided=True,
    ),
    Method(
        name="agresti_coull",
        title="Agresti-Coull",
        function=agresti_coull_interval,
        use="By hand, for 40 persons or more.",
        reference="Agresti and Coull (1998), American Statistician 52, 119-126",
        aliases=("agresti_coull_untruncated",),
        one_sided=True,
    ),
    Method(
        name="wald",
        title="Wald (do not use)",
        function=wald_interval,
        use="Do not use: no width at 0 and n, poor coverage in small samples.",
        reference=_BROWN,
        standing="do not use",
        one_sided=True,
    ),
)


@overload
def proportion_interval(  # type: ignore[overload-overlap]
    events: int, n: int, *, method: str = ..., confidence_level: float = ..., side: Side = ...
) -> Interval: ...
@overload
def proportion_interval(
    events: Counts | int,
    n: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def proportion_interval(
    events: Any,
    n: Any,
    *,
    method: str = "wilson",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for a proportion by any method of ``METHODS["proportion"]``.

    Parameters
    ----------
    events, n : int or array of int
        As for :func:`wilson_interval`.
    method : str, default "wilson"
        A name of ``METHODS["proportion"]`` or one of its aliases.
    confidence_level : float, default 0.95
        Nominal coverage, strictly between 0 and 1; at least 0.5 with a bound on one side.
    side : {"two-sided", "lower", "upper"}, default "two-sided"
        Both limits, or one bound alone. Blaker, minlike and Wang are two-sided only.

    Returns
    -------
    Interval or IntervalArray
        Limits as proportions, not percentages; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method (the message names the nearest one), or it has no bounds on
        one side.

    Examples
    --------
    >>> print(proportion_interval(21, 28, method="exact"))
    95% CI 0.551 to 0.893, exact (Clopper-Pearson)
    >>> print(proportion_interval(0, 28, method="exact", side="upper"))
    95% CI 0.000 to 0.101, exact (Clopper-Pearson), upper bound only
    """
    return interval_by(
        PROPORTION_METHODS, method, events, n, confidence_level=confidence_level, side=side
    )
