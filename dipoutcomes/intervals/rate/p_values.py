"""P-values for a rate, of the kinds of its intervals."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from dipoutcomes._validate import check_choice
from dipoutcomes.intervals._common import Alternative, FloatArray, check_alternative, find_method
from dipoutcomes.intervals._typing import Counts, Numbers
from dipoutcomes.intervals.rate import _p_kernels
from dipoutcomes.intervals.rate._frame import check_rate
from dipoutcomes.intervals.rate.table import RATE_METHODS

_TESTS = {
    "garwood": _p_kernels.central,
    "mid_p": _p_kernels.mid_p,
    "blaker": _p_kernels.blaker,
    "minlike": _p_kernels.minlike,
    "score": _p_kernels.score,
    "scas": _p_kernels.scas,
    "likelihood_ratio": _p_kernels.likelihood_ratio,
    "wald_log": _p_kernels.wald_log,
}
TWO_SIDED_ONLY = ("blaker", "minlike", "r_default")


def check_test(word: str, alternative: str) -> None:
    """Refuse an alternative that there is not, or one side of a test that has two."""
    if check_alternative(alternative) != "two-sided" and word in TWO_SIDED_ONLY:
        raise ValueError(f"`method` '{word}' is a two-sided test; it has no `alternative`")


def of_nothing(word: str, alternative: Alternative) -> float:
    """Return the p-value of no data: a count of 0 where no other was possible."""
    return 1.0 if alternative == "two-sided" or word in {"garwood", "exact"} else 0.5


@overload
def rate_p_value(  # type: ignore[overload-overlap]
    events: int,
    person_time: float,
    null_rate: float,
    *,
    method: str = ...,
    alternative: Alternative = ...,
) -> float: ...
@overload
def rate_p_value(
    events: Counts | int,
    person_time: Numbers | float,
    null_rate: Numbers | float,
    *,
    method: str = ...,
    alternative: Alternative = ...,
) -> FloatArray: ...
def rate_p_value(
    events: Any,
    person_time: Any,
    null_rate: Any,
    *,
    method: str = "garwood",
    alternative: Alternative = "two-sided",
) -> FloatArray | float:
    """Return the p-value of *null_rate* that agrees with the interval by *method*.

    Parameters
    ----------
    events, person_time : number or array
        As for :func:`garwood_interval`, with its warning: not for offences of persons.
    null_rate : float or array of float
        Events per unit of person-time under the hypothesis, finite and at least 0; broadcast.
    method : str, default "garwood"
        Which kind: "garwood" (central: twice the smaller tail), "mid_p", "blaker", "minlike"
        (R's ``poisson.test``), "score", "scas", "likelihood_ratio" or "wald_log", or an alias.
    alternative : {"two-sided", "greater", "less"}
        "greater" asks whether the rate is above *null_rate*. "blaker" and "minlike" are
        two-sided only.

    Returns
    -------
    float or array
        1 where there is no person-time and the test is two-sided, or one-sided and exact, 0.5
        for other tests on one side; ``nan`` by "wald_log" where there is no event.

    Raises
    ------
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    A null rate has a p-value above 1 - level exactly where it lies inside the interval at that
    level. For "blaker" and "minlike" the rates accepted can have holes, and the interval spans
    them. Probabilities that differ by less than a relative 1e-7 count as ties, as in R.

    References
    ----------
    .. [1] Fay, M. P. (2010). Biostatistics 11, 373-374 (matching tests and intervals).

    Examples
    --------
    >>> round(rate_p_value(21, 56.4, 0.25), 4)
    0.1017
    >>> round(rate_p_value(21, 56.4, 0.25, method="minlike"), 4)
    0.0808
    """
    word = find_method(RATE_METHODS, method).name
    check_choice("method", word, tuple(_TESTS))
    check_test(word, alternative)
    null = np.asarray(null_rate, dtype=np.float64)
    if not np.all(np.isfinite(null) & (null >= 0)):
        raise ValueError("`null_rate` must be finite and at least 0")
    x, time, null = np.broadcast_arrays(*check_rate(events, person_time), null)
    p = np.where(
        time == 0, of_nothing(word, alternative), _TESTS[word](x, null * time, alternative)
    )
    return float(p) if p.ndim == 0 else p
