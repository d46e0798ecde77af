"""The paired odds ratio: persons with the event first only over those with it second only."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from dipoutcomes._validate import check_positives
from dipoutcomes.intervals import _binomial
from dipoutcomes.intervals._common import (
    FloatArray,
    Method,
    Side,
    find_method,
    finish,
    level_for,
)
from dipoutcomes.intervals._typing import Counts
from dipoutcomes.intervals.paired._tables import check_cells, plain, score_p_value, tails_p_value
from dipoutcomes.intervals.paired.mcnemar import DISCORDANT, binomial_tails
from dipoutcomes.results import Interval, IntervalArray

_ODDS_KERNELS = {
    "clopper_pearson": (_binomial.clopper_pearson, "paired odds ratio, exact"),
    "mid_p": (_binomial.mid_p, "paired odds ratio, mid-P"),
    "wilson": (_binomial.wilson, "paired odds ratio, transformed Wilson"),
}


@overload
def paired_odds_ratio_interval(  # type: ignore[overload-overlap]
    first_only: int,
    second_only: int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> Interval: ...
@overload
def paired_odds_ratio_interval(
    first_only: Counts | int,
    second_only: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def paired_odds_ratio_interval(
    first_only: Any,
    second_only: Any,
    *,
    method: str = "clopper_pearson",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for the paired odds ratio, first only over second only.

    Parameters
    ----------
    first_only, second_only : int or array of int
        Persons with the event at the first time only, and at the second only. No discordant
        pair gives 0 to infinity: no information.
    method : {"clopper_pearson", "mid_p", "wilson"}
        Of the proportion behind it; they agree with McNemar's exact, mid-P and score tests.
    confidence_level : float, default 0.95
        Two-sided, strictly between 0 and 1; with *side* that of the bound, at least 0.5.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone leaves the other limit at 0 or infinity.

    Returns
    -------
    Interval or IntervalArray
        Limits for *first_only* over *second_only*, 1 for no change; an array for arrays.

    Notes
    -----
    Limits for first only out of all discordant pairs, as odds. It says nothing of how many
    persons changed; give :func:`tango_interval` beside it.

    References
    ----------
    .. [1] Fagerland, M. W., Lydersen, S. and Laake, P. (2014). Statistics in Medicine 33,
       2850-2875.

    Examples
    --------
    >>> print(paired_odds_ratio_interval(3, 9))
    95% CI 0.058 to 1.336, paired odds ratio, exact
    """
    level = level_for(confidence_level, side)
    method = find_method(PAIRED_ODDS_RATIO_METHODS, method).name
    kernel, title = _ODDS_KERNELS[method]
    b, c = check_cells((first_only, second_only), DISCORDANT)
    none = b + c == 0
    low, high = kernel(b, b + c + none, level)
    with np.errstate(divide="ignore"):
        limits = (low / (1 - low), high / (1 - high))
    possible = (0.0, np.inf)
    return finish(limits, confidence_level, title, no_data=none, possible=possible, side=side)


def paired_odds_ratio_p_value(
    first_only: Any,
    second_only: Any,
    *,
    null_odds_ratio: Any = 1.0,
    method: str = "clopper_pearson",
    alternative: str = "two-sided",
) -> FloatArray | float:
    """Return the p-value of a given paired odds ratio, of the same kind as the interval.

    Parameters
    ----------
    first_only, second_only, method
        As for :func:`paired_odds_ratio_interval`.
    null_odds_ratio : float or array of float, default 1
        Above 0 and finite. At 1 these are McNemar's exact, mid-P and score tests.
    alternative : {"two-sided", "greater", "less"}
        "greater": that the odds ratio is above *null_odds_ratio*.

    Returns
    -------
    float or array
        1 where no pair is discordant.

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    References
    ----------
    .. [1] Fagerland, M. W., Lydersen, S. and Laake, P. (2014). Statistics in Medicine 33,
       2850-2875.

    Examples
    --------
    >>> paired_odds_ratio_p_value(0, 7)
    0.015625
    """
    word = find_method(PAIRED_ODDS_RATIO_METHODS, method).name
    null = check_positives("null_odds_ratio", null_odds_ratio)
    b, c, null = np.broadcast_arrays(*check_cells((first_only, second_only), DISCORDANT), null)
    total, share = np.maximum(b + c, 1), null / (1 + null)
    if word == "wilson":
        z = (b - total * share) / np.sqrt(total * share * (1 - share))
        p = score_p_value(z / np.sqrt(1 + z**2), alternative)
    else:
        tails = binomial_tails(b, total, share, mid_p=word == "mid_p")
        p = tails_p_value(*tails, alternative)
    return plain(np.where(b + c == 0, 1.0, p))


def _odds_method(name: str, use: str, alias: str, standing: Any = "sound") -> Method:
    def function(
        first_only: Any,
        second_only: Any,
        *,
        confidence_level: float = 0.95,
        side: Side = "two-sided",
    ) -> Any:
        return paired_odds_ratio_interval(
            first_only, second_only, method=name, confidence_level=confidence_level, side=side
        )

    return Method(
        name=name,
        title=_ODDS_KERNELS[name][1],
        function=function,
        use=use,
        reference="Fagerland, Lydersen and Laake (2014), Statistics in Medicine 33, 2850-2875",
        standing=standing,
        one_sided=True,
        aliases=(alias,),
    )


PAIRED_ODDS_RATIO_METHODS = (
    _odds_method(
        "clopper_pearson", "The default.", "mcnemar_exact_conditional", standing="recommended"
    ),
    _odds_method("mid_p", "Less cautious.", "mcnemar_mid_p"),
    _odds_method("wilson", "A closed form.", "transformed_wilson"),
)
