"""The methods for the odds ratio, and the function that takes any of them by name."""

from __future__ import annotations

from typing import Any, overload

from dipoutcomes.intervals._common import Method, Side, find_method, interval_by
from dipoutcomes.intervals._typing import Counts
from dipoutcomes.intervals.odds_ratio.closed_forms import (
    gart_interval,
    odds_ratio_mover_exact_interval,
    odds_ratio_mover_jeffreys_interval,
    odds_ratio_mover_wilson_interval,
    woolf_interval,
)
from dipoutcomes.intervals.odds_ratio.conditional import (
    fisher_blaker_interval,
    fisher_interval,
    fisher_mid_p_interval,
    fisher_minlike_interval,
)
from dipoutcomes.intervals.odds_ratio.score import (
    cornfield_interval,
    odds_ratio_miettinen_nurminen_interval,
    odds_ratio_scas_interval,
)
from dipoutcomes.intervals.unconditional import (
    odds_ratio_agresti_min_interval,
    odds_ratio_chan_zhang_interval,
)
from dipoutcomes.results import Interval, IntervalArray

__all__ = ["ODDS_RATIO_METHODS", "find_method", "odds_ratio_interval"]

ODDS_RATIO_METHODS = (
    Method(
        name="miettinen_nurminen",
        title="Miettinen-Nurminen score odds ratio",
        function=odds_ratio_miettinen_nurminen_interval,
        use="The default: near-nominal coverage, sound at 0 and n, agrees with its p-value.",
        reference="Miettinen and Nurminen (1985), Statistics in Medicine 4, 213-226",
        standing="recommended",
        one_sided=True,
    ),
    Method(
        name="scas",
        title="skewness-corrected score odds ratio",
        function=odds_ratio_scas_interval,
        use="Bounds on one side, and very unequal groups: misses are balanced between the sides.",
        reference="Laud (2017), Pharmaceutical Statistics 16, 334-348",
        aliases=("skewness_corrected_score",),
        one_sided=True,
    ),
    Method(
        name="fisher",
        title="Fisher exact",
        function=fisher_interval,
        use="When at least the level must be promised on each side, or all margins are fixed.",
        reference="Cornfield (1956), Proceedings of the Third Berkeley Symposium 4, 135-148",
        aliases=(
            "fisher_central",
            "fisher_central_interval_minlike_p",
            "cornfield_exact",
        ),
        one_sided=True,
    ),
    Method(
        name="fisher_blaker",
        title="Fisher-Blaker exact",
        function=fisher_blaker_interval,
        use="As Fisher's and never longer; one two-sided promise.",
        reference="Blaker (2000), Canadian Journal of Statistics 28, 783-798",
    ),
    Method(
        name="fisher_minlike",
        title="Fisher minlike exact",
        function=fisher_minlike_interval,
        use="Beside the usual two-sided Fisher p-value.",
        reference="Fay (2010), Biostatistics 11, 373-374",
    ),
    Method(
        name="fisher_mid_p",
        title="Fisher mid-P",
        function=fisher_mid_p_interval,
        use="Fixed margins, and the level on average instead of at least.",
        reference="Berry and Armitage (1995), The Statistician 44, 417-423",
        aliases=("fisher_mid_p_central",),
        one_sided=True,
    ),
    Method(
        name="chan_zhang",
        title="Chan-Zhang exact",
        function=odds_ratio_chan_zhang_interval,
        use="When at least the level must be promised: exact, two one-sided tests.",
        reference="Chan and Zhang (1999), Biometrics 55, 1202-1209",
        aliases=("chan_zhang_score_central",),
        one_sided=True,
    ),
    Method(
        name="agresti_min",
        title="Agresti-Min exact",
        function=odds_ratio_agresti_min_interval,
        use="As Chan-Zhang, and mostly shorter: exact, one two-sided test.",
        reference="Agresti and Min (2001), Biometrics 57, 963-971",
        aliases=("agresti_min_score_square",),
    ),
    Method(
        name="cornfield",
        title="Cornfield score odds ratio",
        function=cornfield_interval,
        use="Where the interval must agree with the pooled chi-square test.",
        reference="Cornfield (1956), Proceedings of the Third Berkeley Symposium 4, 135-148",
        one_sided=True,
    ),
    Method(
        name="mover_wilson",
        title="MOVER of Wilson intervals, odds ratio",
        function=odds_ratio_mover_wilson_interval,
        use="A closed form.",
        reference="Fagerland and Newcombe (2013), Statistics in Medicine 32, 2823-2836",
        one_sided=True,
    ),
    Method(
        name="mover_jeffreys",
        title="MOVER of Jeffreys intervals, odds ratio",
        function=odds_ratio_mover_jeffreys_interval,
        use="A closed form that stays finite.",
        reference="Fagerland and Newcombe (2013), Statistics in Medicine 32, 2823-2836",
        one_sided=True,
    ),
    Method(
        name="mover_exact",
        title="MOVER of exact intervals, odds ratio",
        function=odds_ratio_mover_exact_interval,
        use="To reproduce published work: cautious, yet no exact interval.",
        reference="Fagerland and Newcombe (2013), Statistics in Medicine 32, 2823-2836",
        one_sided=True,
    ),
    Method(
        name="gart",
        title="Gart adjusted logit",
        function=gart_interval,
        use="By hand: the logit interval that is always finite.",
        reference="Gart (1966), Biometrika 53, 51-57",
        aliases=(
            "gart_adjusted_logit",
            "haldane",
        ),
        one_sided=True,
    ),
    Method(
        name="woolf",
        title="Woolf logit (do not use)",
        function=woolf_interval,
        use="Do not use in small groups: no answer where a cell is empty.",
        reference="Woolf (1955), Annals of Human Genetics 19, 251-253",
        standing="do not use",
        aliases=("woolf_logit",),
        one_sided=True,
    ),
)


@overload
def odds_ratio_interval(  # type: ignore[overload-overlap]
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
def odds_ratio_interval(
    events_1: Counts | int,
    n_1: Counts | int,
    events_2: Counts | int,
    n_2: Counts | int,
    *,
    method: str = ...,
    confidence_level: float = ...,
    side: Side = ...,
) -> IntervalArray: ...
def odds_ratio_interval(
    events_1: Any,
    n_1: Any,
    events_2: Any,
    n_2: Any,
    *,
    method: str = "miettinen_nurminen",
    confidence_level: float = 0.95,
    side: Side = "two-sided",
) -> Interval | IntervalArray:
    """Return an interval for the odds ratio by any method of ``METHODS["odds_ratio"]``.

    Parameters
    ----------
    events_1, n_1, events_2, n_2 : int or array of int
        As for :func:`fisher_interval`.
    method : str, default "miettinen_nurminen"
        A name of ``METHODS["odds_ratio"]`` or one of its aliases, or "recommended".
    confidence_level : float, default 0.95
        Strictly between 0 and 1.
    side : {"two-sided", "lower", "upper"}
        A bound on one side alone, where the method has one.

    Returns
    -------
    Interval or IntervalArray
        Limits for the odds of the first group over those of the second; an array for arrays.

    Raises
    ------
    ValueError
        If there is no such method; the message names the nearest one.

    Examples
    --------
    >>> print(odds_ratio_interval(21, 28, 13, 29))
    95% CI 1.206 to 11.263, Miettinen-Nurminen score odds ratio
    """
    counts = (events_1, n_1, events_2, n_2)
    return interval_by(
        ODDS_RATIO_METHODS, method, *counts, confidence_level=confidence_level, side=side
    )
