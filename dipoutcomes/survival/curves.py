"""The Kaplan-Meier curve, for one group or for several."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Curve
from dipoutcomes.survival._counts import (
    Counts,
    Floats,
    Integers,
    check_follow_up,
    count_at_times,
)
from dipoutcomes.survival._limits import EXACT, TITLES, exact_limits, greenwood, wald_limits

_MOST_CODES = 1 << 16  # between the least and the greatest label, to be counted without sorting


def kaplan_meier(
    durations: Any,
    observed: Any,
    *,
    entry: Any = None,
    label: str = "all",
    measure: str = "share not yet seen again",
    time_unit: str = "days",
    confidence_level: float = 0.95,
    limits: str = "log_log",
) -> Curve:
    r"""Return the Kaplan-Meier curve of the share of people who have not yet had the event.

    Parameters
    ----------
    durations : array_like, shape (people,)
        Time from the start of follow-up to the first event or to the end of follow-up, 0 or
        more, in *time_unit*. Whole days are the normal case; ties are exact.
    observed : array_like of bool or 0/1, shape (people,)
        1 where the duration ends in the event, 0 where follow-up ended without it.
    entry : array_like, shape (people,), optional
        Time at which a person comes under observation; counted at risk on (entry, duration].
        Someone with entry 0 is there from the start. Omitted: everybody is.
    label : str, default "all"
        The group.
    measure : str
        As a report prints it: "share not yet arrested".
    time_unit : str, default "days"
    confidence_level : float, default 0.95
        Nominal pointwise coverage, strictly between 0 and 1.
    limits : {"log_log", "log", "plain", "logit", "arcsine", "likelihood_ratio", "beta_product"}
        Greenwood's variance on one of five scales, or the likelihood ratio or the beta product
        throughout. Limits of the first five kinds are empty or of zero width where nobody or
        everybody has had the event: there the beta product takes their place, and `method` says
        so.

    Returns
    -------
    Curve
        One step a time at which somebody had the event, left (or entered); the first is at 0.
        The curve ends with the follow-up: nothing is carried beyond it.

    Raises
    ------
    TypeError, ValueError
        If the arrays differ in length, a duration is negative or missing, or `observed` holds
        anything but 0 and 1. All faults at once, with counts.
    DesignError
        If there is nobody, or nobody has any follow-up at the start of a late-entry study.

    Notes
    -----
    :math:`S(t) = \prod_{t_i \le t} (1 - d_i / n_i)`, events before leavers at a tied time [1]_.
    Assumes that leaving is unrelated to the risk of the event. Do not use it where death or
    custody stops the event from happening and the question is how many will have it: one minus
    the curve is then too high (use a cumulative incidence). The limits hold at one time chosen
    beforehand, not for the whole curve at once.

    References
    ----------
    .. [1] Kaplan, E. L. and Meier, P. (1958). Journal of the American Statistical Association
       53, 457-481 (equation 2b).
    .. [2] Kalbfleisch, J. D. and Prentice, R. L. (2002). The Statistical Analysis of Failure
       Time Data, 2nd edition, equation 1.15 (log-log limits).
    .. [3] Fay, M. P., Brittain, E. H. and Proschan, M. A. (2013). Biostatistics 14, 723-736.

    Examples
    --------
    >>> curve = kaplan_meier([30, 60, 60, 90, 365], [1, 1, 0, 1, 0])
    >>> [round(share, 3) for share in curve.value]
    [1.0, 0.8, 0.6, 0.3, 0.3]
    >>> curve.at_risk
    (5, 5, 4, 2, 1)
    """
    level = check_confidence_level(confidence_level)
    check_choice("limits", limits, tuple(TITLES))
    time, seen, start = check_follow_up(durations, observed, entry)
    counts = count_at_times(time, seen, start)
    return curve_of_counts(counts, label, measure, time_unit, level, limits)


def curves_by_group(
    durations: Any,
    observed: Any,
    groups: Any,
    *,
    entry: Any = None,
    measure: str = "share not yet seen again",
    time_unit: str = "days",
    confidence_level: float = 0.95,
    limits: str = "log_log",
) -> tuple[Curve, ...]:
    """Return one Kaplan-Meier curve a group, in the sorted order of the groups.

    Parameters
    ----------
    durations, observed, entry, measure, time_unit, confidence_level, limits
        As in `kaplan_meier`.
    groups : array_like, shape (people,)
        The group of each person; printed with ``str``. None may be missing.

    Returns
    -------
    tuple of Curve

    Raises
    ------
    TypeError, ValueError, DesignError
        As in `kaplan_meier`; ``ValueError`` too where somebody has no group.

    Examples
    --------
    >>> for curve in curves_by_group([5, 8, 2, 9], [1, 0, 1, 1], ["b", "b", "a", "a"]):
    ...     print(curve)
    share not yet seen again, a: 2 people, 2 events, 0.000 at 9 days
    share not yet seen again, b: 2 people, 1 events, 0.500 at 8 days
    """
    level = check_confidence_level(confidence_level)
    check_choice("limits", limits, tuple(TITLES))
    time, seen, start = check_follow_up(durations, observed, entry)
    codes, labels = group_codes(groups, len(time))
    counts = count_at_times(time, seen, start, codes, len(labels))
    return tuple(
        curve_of_counts(counts.group(column), name, measure, time_unit, level, limits)
        for column, name in enumerate(labels)
    )


def group_codes(groups: Any, people: int) -> tuple[Integers, tuple[str, ...]]:
    """Return each person's group as a number, and the groups in sorted order."""
    values: NDArray[Any] = np.asarray(groups)
    if values.shape != (people,):
        raise ValueError(f"`groups` needs one value a person: {people}, found {values.size}")
    if values.dtype.kind in "bi" and people:
        found = _small_codes(values)
        if found is not None:
            return found
    import pandas as pd

    codes, labels = pd.factorize(values, sort=True)
    if missing := int((codes < 0).sum()):
        raise ValueError(f"`groups` is missing for {missing} people; name their group or drop them")
    return codes.astype(np.int64), tuple(str(name) for name in labels)


def _small_codes(values: NDArray[Any]) -> tuple[Integers, tuple[str, ...]] | None:
    """Return the same for whole numbers that lie close together, by counting; else None."""
    whole = values.astype(np.int64, copy=False)
    first, last = int(whole.min()), int(whole.max())
    if last - first > _MOST_CODES:
        return None
    codes = whole - first
    present = np.flatnonzero(np.bincount(codes, minlength=last - first + 1))
    names = tuple(str(name) for name in (present + first).astype(values.dtype))
    if len(present) <= last - first:
        codes = np.searchsorted(present, codes).astype(np.int64)
    return codes, names


def curve_of_counts(
    counts: Counts, label: str, measure: str, time_unit: str, level: float, limits: str
) -> Curve:
    """Return the curve of one group's checked counts."""
    events, censored = counts.events[:, 0], counts.censored[:, 0]
    at_risk = counts.at_risk[:, 0]
    if counts.late_entries and at_risk[0] == 0:
        raise DesignError(
            "nobody is under observation at time 0, so the curve has no start; give the entry "
            "times from the first entry on, and read the curve as conditional on reaching it"
        )
    survival, variance_sum = greenwood(events, at_risk)
    low, high, method = _limits(counts, survival, variance_sum, limits, level)
    return Curve(
        label=label,
        measure=measure,
        time=_plain(counts.time),
        value=_plain(survival),
        low=_plain(low),
        high=_plain(high),
        at_risk=tuple(at_risk.tolist()),
        events=tuple(events.tolist()),
        censored=tuple(censored.tolist()),
        time_unit=time_unit,
        confidence_level=level,
        method=method,
        caveat=late_entry_caveat(counts.late_entries, survival, at_risk),
        # Everybody leaves the curve once, with the event or without.
        persons=int(events.sum() + censored.sum()) if counts.late_entries else None,
    )


def late_entry_caveat(late_entries: int, survival: Floats, at_risk: Integers) -> str:
    """Return what a reader of a curve with late entry must know; nothing without any."""
    if not late_entries:
        return ""
    text = f"{late_entries:,} people enter late, after time 0"
    ended = np.flatnonzero(survival <= 0)
    if len(ended) and at_risk[ended[0] + 1 :].any():
        text += "; all of the few then followed had an event early, and the rest count for nothing"
    return text


def _limits(
    counts: Counts, survival: Floats, variance_sum: Floats, limits: str, level: float
) -> tuple[Floats, Floats, str]:
    """Return the limits at every time and how they were made, in words."""
    exact = limits in EXACT
    if counts.late_entries:
        if exact:
            raise ValueError(f"the {TITLES[limits]} is not defined for late entry; use `log_log`")
        low, high = wald_limits(survival, variance_sum, limits, level)
        return low, high, f"{TITLES[limits]}, none where nobody or everybody had the event"
    if exact:
        everywhere = np.ones(len(survival), dtype=bool)
        low, high = exact_limits(counts, everywhere, limits, level)
        return low, high, TITLES[limits]
    low, high = wald_limits(survival, variance_sum, limits, level)
    bare = np.isnan(low)
    low[bare], high[bare] = exact_limits(counts, bare, "beta_product", level)
    return low, high, f"{TITLES[limits]}, beta product where nobody or everybody had the event"


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(values.tolist())
