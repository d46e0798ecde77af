"""Every method for the share still without the event, and one function for all of them."""

from __future__ import annotations

from typing import Any, overload

from dipoutcomes.intervals._common import Method, Side, interval_by
from dipoutcomes.intervals.kaplan_meier._greenwood import SCALES
from dipoutcomes.intervals.kaplan_meier._typing import Times
from dipoutcomes.intervals.kaplan_meier.beta_product import (
    beta_product_interval,
    beta_product_mid_p_interval,
)
from dipoutcomes.intervals.kaplan_meier.likelihood_ratio import km_likelihood_ratio_interval
from dipoutcomes.intervals.kaplan_meier.wald import (
    km_arcsine_interval,
    km_log_interval,
    km_log_log_interval,
    km_logit_interval,
    km_plain_interval,
)
from dipoutcomes.results import Interval, IntervalArray

SURVIVAL_METHODS = (
    Method(
        name="beta_product",
        title="beta product",
        function=beta_product_interval,
        use="The default: keeps its level, sound where nobody or everybody had the event.",
        reference="Fay, Brittain and Proschan (2013), Biostatistics 14, 723-736",
        standing="recommended",
        one_sided=True,
        aliases=("beta_product_grouped_delta",),
    ),
    Method(
        name="mid_p",
        title="beta product, mid-P",
        function=beta_product_mid_p_interval,
        use="Less cautious.",
        reference="Fay and Brittain (2016), Statistics in Medicine 35, 2726-2740",
        one_sided=True,
        aliases=("beta_product_mid_p",),
    ),
    Method(
        name="likelihood_ratio",
        title="likelihood ratio",
        function=km_likelihood_ratio_interval,
        use="Larger samples; follows the curve's own skewness.",
        reference="Thomas and Grunkemeier (1975), J. American Statistical Association 70, 865-871",
        one_sided=True,
        aliases=("likelihood_ratio_thomas_grunkemeier",),
    ),
    Method(
        name="log_log",
        title=SCALES["log_log"],
        function=km_log_log_interval,
        use="Larger samples; none where nobody or everybody had the event.",
        reference="Kalbfleisch and Prentice (2002), equation 1.15",
        one_sided=True,
        aliases=("km_log_log",),
    ),
    Method(
        name="logit",
        title=SCALES["logit"],
        function=km_logit_interval,
        use="As log-log, alike for shares with and without the event.",
        reference="Meeker and Escobar (1998), section 3.6",
        one_sided=True,
        aliases=("km_logit",),
    ),
    Method(
        name="arcsine",
        title=SCALES["arcsine"],
        function=km_arcsine_interval,
        use="As log-log, alike for shares with and without the event.",
        reference="Borgan and Liestol (1990), Scandinavian Journal of Statistics 17, 35-41",
        one_sided=True,
        aliases=("km_arcsin", "arcsin"),
    ),
    Method(
        name="log",
        title=SCALES["log"],
        function=km_log_interval,
        use="To reproduce published work; the usual one of R.",
        reference="Kalbfleisch and Prentice (2002), section 1.4",
        one_sided=True,
        aliases=("km_log",),
    ),
    Method(
        name="plain",
        title=SCALES["plain"],
        function=km_plain_interval,
        use="To reproduce published work: covers too little in small samples.",
        reference="Greenwood (1926), Reports on Public Health and Medical Subjects 33, 1-26",
        one_sided=True,
        aliases=("km_plain",),
    ),
)


@overload
def survival_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: float,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def survival_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Times,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def survival_interval(
    time: Any,
    at_risk: Any,
    events: Any,
    censored: Any,
    at: Any,
    *,
    method: str = "beta_product",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for the share still without the event, by any method.

    Parameters
    ----------
    time, at_risk, events, censored, at, confidence_level, side
        As for :func:`beta_product_interval`.
    method : str, default "beta_product"
        A name of ``METHODS["survival"]`` or one of its aliases.

    Returns
    -------
    Interval or IntervalArray
        Limits as shares still without the event; an array where *at* is one.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> steps = ([30, 60, 90], [5, 4, 2], [1, 1, 1], [0, 1, 1])
    >>> print(survival_interval(*steps, at=60, method="mid_p"))
    95% CI 0.126 to 0.926, beta product, mid-P
    """
    data = (time, at_risk, events, censored, at)
    return interval_by(
        SURVIVAL_METHODS, method, *data, confidence_level=confidence_level, side=side
    )
