"""The same people before and after: the share with an event."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.results import Estimate

NOT_REMOVED = (
    "regression to the mean is not removed: people enter when they offend most, and would offend "
    "less afterwards without any intervention"
)


def paired_shares(
    before: ArrayLike,
    after: ArrayLike,
    *,
    method: str = "tango",
    measure: str = "change in the share with at least one event",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the share after less the share before, in the same people.

    Parameters
    ----------
    before, after : array_like of bool, shape (n,)
        Whether each person had an event in each window. The windows must be equally long, and
        everyone observed to the end of both; this cannot be seen from here.
    method : str, default "tango"
        Of `dipoutcomes.intervals.paired_difference_interval`.
    measure : str
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "difference" (after minus before, a proportion); *events* are the persons with
        an event after, *reference_events* those before; *p_value* is McNemar's mid-P.

    Raises
    ------
    DesignError
        If there is nobody.
    TypeError, ValueError
        If the arrays are not of booleans or differ in length.

    References
    ----------
    .. [1] Tango, T. (1998). Statistics in Medicine 17, 891-908.
    .. [2] Fagerland, M. W., Lydersen, S. and Laake, P. (2013). BMC Medical Research Methodology
       13:91 (mid-P McNemar; with equal discordant counts the p-value here is 1).

    Examples
    --------
    >>> change = paired_shares([True, True, True, False], [True, False, False, False])
    >>> print(change.counts, round(change.value, 3))
    1 of 4 against 3 of 4 people -0.5
    """
    from dipoutcomes.intervals.paired import mcnemar_mid_p_value, paired_difference_interval

    first, second = _flags("before", before), _flags("after", after)
    if first.shape != second.shape:
        raise ValueError("`before` and `after` must have one element for each person")
    n = len(first)
    if not n:
        raise DesignError("nobody was observed in both windows; see the table of losses")
    both = int((first & second).sum())
    only_after, only_before = int((~first & second).sum()), int((first & ~second).sum())
    interval = paired_difference_interval(
        both,
        only_after,
        only_before,
        n - both - only_after - only_before,
        method=method,
        confidence_level=confidence_level,
    )
    return Estimate(
        measure=measure,
        value=(only_after - only_before) / n,
        interval=interval,
        events=both + only_after,
        base=n,
        base_unit="persons",
        persons=n,
        quantity="difference",
        reference_events=both + only_before,
        reference_base=n,
        p_value=float(mcnemar_mid_p_value(only_after, only_before)),
        caveat=NOT_REMOVED,
    )


def _flags(name: str, values: ArrayLike) -> NDArray[np.bool_]:
    flags = np.atleast_1d(np.asarray(values))
    if flags.size == 0:
        return np.zeros(0, dtype=bool)
    if flags.dtype != bool or flags.ndim != 1:
        raise TypeError(f"`{name}` must hold True or False for each person")
    return flags
