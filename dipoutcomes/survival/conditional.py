"""Having stayed out of trouble for some time: the chance of staying out for longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dipoutcomes._validate import check_positive
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Curve, EstimateRow, EstimateTable
from dipoutcomes.survival._counts import Counts
from dipoutcomes.survival._plain_curve import counts_of, plain_steps
from dipoutcomes.survival.curves import curve_of_counts
from dipoutcomes.survival.fixed_time import survival_at


def conditional_survival(curve: Curve, reached: float, *, limits: str = "log_log") -> Curve:
    r"""Return the curve from a later start, of those still followed without the event by then.

    Parameters
    ----------
    curve : Curve
        From `kaplan_meier` or `curves_by_group`; nobody may enter late.
    reached : float
        Time stayed free of the event, 0 or more, in the curve's unit, named before the data are
        seen. The events of that day itself have happened by then; 0 sets no condition.
    limits : str, default "log_log"
        As in `kaplan_meier`.

    Returns
    -------
    Curve
        :math:`S(s + t) / S(s)` over the time *t* since *s* = `reached`, with its own counts and
        limits. `caveat` says how many of the people at the start it is about.

    Raises
    ------
    ValueError
        If *reached* is negative, *limits* is no choice, or the curve is weighted or has late
        entry.
    DesignError
        If nobody is followed for longer than *reached*, or the curve is withheld.

    Notes
    -----
    It is the Kaplan-Meier curve of the people still at risk after *s*, so that its Greenwood
    variance is the sum over the times after *s* alone. Use it for "of those who stayed out of
    trouble for six months, how many stay out for the next six". It describes those who lasted,
    who were the better risks to begin with: it does not show that time itself, or a programme,
    lowered the risk, and groups compared after a common start that many did not reach are no
    longer alike.

    References
    ----------
    .. [1] Zabor, E. C. and others (2013). Annals of Oncology 24, 2014-2018.

    Examples
    --------
    >>> from dipoutcomes.survival import kaplan_meier
    >>> curve = kaplan_meier([30, 60, 60, 90, 365], [1, 1, 0, 1, 0])
    >>> later = conditional_survival(curve, 60)
    >>> [round(share, 3) for share in later.value]  # 0.3 / 0.6
    [1.0, 0.5, 0.5]
    >>> later.caveat
    'of 5 people at the start, the 2 still followed without the event after 60 days'
    """
    if not 0 <= float(reached) < float("inf"):
        raise ValueError(f"`reached` must be 0 or more; got {reached:g}")
    steps = plain_steps(curve)
    time, at_risk, events, censored = counts_of(curve)
    since = float(reached)
    later = time > since if since > 0 else np.ones(len(time), dtype=bool)
    if not later.any():
        raise DesignError(
            f"nobody is followed for longer than {since:g} {curve.time_unit}: follow-up ends at "
            f"{time[-1]:g}; choose an earlier time"
        )

    def start_again(counts: np.ndarray, first: int) -> np.ndarray:
        kept = counts[later]
        return (kept if since == 0 else np.append(first, kept))[:, None]

    people = int(at_risk[later][0])
    counts = Counts(
        time[later] - since if since == 0 else np.append(0.0, time[later] - since),
        start_again(events, 0),
        start_again(censored, 0),
        start_again(at_risk, people),
        0,
    )
    words = (curve.label, curve.measure, curve.time_unit, curve.confidence_level)
    found = curve_of_counts(counts, *words, limits)
    if since == 0:
        return replace(found, caveat=curve.caveat)
    return replace(
        found,
        measure=f"{curve.measure} since {since:g} {curve.time_unit} without",
        caveat=(
            f"of {steps.persons:,.0f} people at the start, the {people:,} still followed without "
            f"the event after {since:g} {curve.time_unit}"
        ),
    )


def conditional_survival_table(
    curve: Curve,
    *,
    reached: Sequence[float],
    ahead: float,
    measure: str = "share with the event",
    limits: str = "log_log",
) -> EstimateTable:
    """Return the share with the event in the next stretch of time, after each time stayed free.

    Parameters
    ----------
    curve, limits
        As in `conditional_survival`.
    reached : sequence of float
        Times stayed free of the event, 0 or more.
    ahead : float
        Length of the stretch that follows, above 0, in the curve's unit.
    measure : str, default "share with the event"
        As a report prints it: "share arrested".

    Returns
    -------
    EstimateTable
        A row a time: the share of those still followed without the event by then who have it
        within *ahead* of it, the people it is about as its base. nan with a caveat where the
        follow-up ends before.

    Raises
    ------
    ValueError, DesignError
        As in `conditional_survival`; or if there is no time.

    Examples
    --------
    >>> from dipoutcomes.survival import kaplan_meier
    >>> curve = kaplan_meier([30, 60, 60, 90, 365, 400], [1, 1, 0, 1, 0, 0])
    >>> table = conditional_survival_table(curve, reached=[0, 60], ahead=90)
    >>> [round(estimate.value, 3) for estimate in table.estimates]
    [0.556, 0.333]
    """
    span = check_positive("ahead", ahead)
    times = [float(time) for time in reached]
    if not times:
        raise ValueError("`reached` must be at least one time")
    unit = curve.time_unit
    rows = []
    for time in times:
        later = replace(conditional_survival(curve, time, limits=limits), label="all")
        (row,) = survival_at(later, [span], measure=measure)
        rows.append(EstimateRow(label=f"{time:g} {unit} without", estimate=row.estimate))
    return EstimateTable(
        name="conditional_survival",
        caption=f"{measure[:1].upper()}{measure[1:]} in the next {span:g} {unit}",
        rows=tuple(rows),
        heading="Having stayed",
        notes=("Each row is about those still followed without the event by then.",),
    )
