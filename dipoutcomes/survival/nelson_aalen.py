"""The cumulative hazard by the Nelson-Aalen estimator."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.intervals._common import normal_quantile
from dipoutcomes.results import Curve
from dipoutcomes.survival._counts import Counts, Floats, check_follow_up, count_at_times
from dipoutcomes.survival._limits import exact_limits

_SCALES = {"log": "log (Aalen)", "plain": "plain (Aalen)"}


def nelson_aalen(
    durations: Any,
    observed: Any,
    *,
    entry: Any = None,
    label: str = "all",
    measure: str = "cumulative hazard",
    time_unit: str = "days",
    confidence_level: float = 0.95,
    limits: str = "log",
) -> Curve:
    r"""Return the cumulative hazard: events per person still followed, added up over time.

    Parameters
    ----------
    durations, observed, entry, label, time_unit, confidence_level
        As in `kaplan_meier`.
    measure : str, default "cumulative hazard"
    limits : {"log", "plain"}
        Normal limits on the log scale, or plain ones cut at 0.

    Returns
    -------
    Curve
        Rises from 0 and may pass 1: it is no share of people. Before the first event the upper
        limit is that of the beta product, as minus the logarithm of its lower one (none with late
        entry).

    Raises
    ------
    TypeError, ValueError, DesignError
        As in `kaplan_meier`.

    Notes
    -----
    :math:`H(t) = \sum_{t_i \le t} d_i / n_i` with variance :math:`\sum d_i / n_i^2` [1]_; ties
    are not smoothed. Straight where the hazard is constant, bent down where it falls: for looking
    at the shape, and for expected events. For the share of people use `kaplan_meier`;
    :math:`1 - e^{-H}` differs from it in small groups.

    References
    ----------
    .. [1] Aalen, O. (1978). Annals of Statistics 6, 701-726; Klein, J. P. and Moeschberger, M. L.
       (2003). Survival Analysis, 2nd edition, equations 4.2.3 and 4.2.4.

    Examples
    --------
    >>> curve = nelson_aalen([30, 60, 60, 90, 365], [1, 1, 0, 1, 0])
    >>> [round(hazard, 3) for hazard in curve.value]  # 1/5, 1/4 and 1/2 added up
    [0.0, 0.2, 0.45, 0.95, 0.95]
    """
    level = check_confidence_level(confidence_level)
    check_choice("limits", limits, tuple(_SCALES))
    time, seen, start = check_follow_up(durations, observed, entry)
    counts = count_at_times(time, seen, start)
    d, n = (part[:, 0].astype(float) for part in (counts.events, counts.at_risk))
    share = np.divide(d, n, out=np.zeros(len(d)), where=n > 0)
    square = np.divide(share, n, out=np.zeros(len(d)), where=n > 0)
    hazard, error = share.cumsum(), np.sqrt(square.cumsum())
    low, high, said = _limits(counts, hazard, error, limits, level)
    late = f"{counts.late_entries:,} people enter late, after time 0"
    return Curve(
        label=label,
        measure=measure,
        time=tuple(counts.time.tolist()),
        value=tuple(hazard.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        at_risk=tuple(counts.at_risk[:, 0].tolist()),
        events=tuple(counts.events[:, 0].tolist()),
        censored=tuple(counts.censored[:, 0].tolist()),
        time_unit=time_unit,
        confidence_level=level,
        method=said,
        caveat=late if counts.late_entries else "",
        persons=len(time) if counts.late_entries else None,
    )


def _limits(
    counts: Counts, hazard: Floats, error: Floats, kind: str, level: float
) -> tuple[Floats, Floats, str]:
    z = normal_quantile(level)
    happened = hazard > 0
    low, high = np.full(len(hazard), np.nan), np.full(len(hazard), np.nan)
    if kind == "log":
        factor = np.exp(z * error[happened] / hazard[happened])
        low[happened], high[happened] = hazard[happened] / factor, hazard[happened] * factor
    else:
        low[happened] = np.maximum(hazard[happened] - z * error[happened], 0)
        high[happened] = hazard[happened] + z * error[happened]
    if counts.late_entries:
        return low, high, f"{_SCALES[kind]}, none before the first event"
    if not happened.all():
        share, _ = exact_limits(counts, ~happened, "beta_product", level)
        with np.errstate(divide="ignore"):
            low[~happened], high[~happened] = 0.0, -np.log(share)
    return low, high, f"{_SCALES[kind]}, beta product before the first event"
