"""How many events, and so how many people, a log-rank test needs."""

from __future__ import annotations

from math import ceil, log, sqrt

from scipy.special import ndtr

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_positive
from dipoutcomes.sampling.size import _search
from dipoutcomes.sampling.size.plan import SizePlan

METHODS = ("schoenfeld", "freedman")
_SOURCES = {
    "schoenfeld": "Schoenfeld, D. A. (1983). Biometrics 39, 499-503, equation 1",
    "freedman": "Freedman, L. S. (1982). Statistics in Medicine 1, 121-129",
}


def plan_log_rank(
    hazard_ratio: float,
    *,
    allocation: float = 0.5,
    event_share: float | None = None,
    power: float = 0.8,
    method: str = "schoenfeld",
    confidence_level: float = 0.95,
) -> SizePlan:
    """Return the events with which a log-rank test finds a hazard ratio.

    Parameters
    ----------
    hazard_ratio : float
        True ratio of the hazards, group 1 over group 2; not 1.
    allocation : float, default 0.5
        Share of the people in group 1, strictly between 0 and 1.
    event_share : float, optional
        Share of all people with the event before their follow-up ends; turns events into people.
    power : float, default 0.8
    method : {"schoenfeld", "freedman"}
    confidence_level : float, default 0.95

    Returns
    -------
    SizePlan
        In events, or in people where *event_share* is given (events are then a detail).

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Notes
    -----
    Schoenfeld: ``d = (z_a + z_b)**2 / (p (1 - p) log(h)**2)``. Freedman, with
    ``f = p / (1 - p)``: ``d = (z_a + z_b)**2 (1 + f h)**2 / (f (1 - h)**2)``. Both suppose
    proportional hazards; people who cannot offend for part of the time give fewer events.

    Examples
    --------
    >>> plan_log_rank(0.5).n, plan_log_rank(0.5, method="freedman").n
    ((66,), (71,))
    >>> plan_log_rank(0.5, event_share=0.4).n
    (165,)
    """
    level = check_confidence_level(confidence_level)
    quantiles = _search.both_quantiles(level, power)
    per_event = _information(hazard_ratio, allocation, method)
    unrounded = quantiles**2 / per_event
    events = _search.round_up(unrounded)
    n, groups = events, ("events",)
    details: tuple[tuple[str, float, str], ...] = ()
    if event_share is not None:
        share = _search.check_share("event_share", event_share)
        n, groups = ceil(events / share - 1e-9), ("people",)
        details = (("Events", float(events), "count"),)
    return SizePlan(
        quantity="time to the first event in two groups",
        n=(n,),
        groups=groups,
        achieved=log_rank_power(
            hazard_ratio, events, allocation=allocation, method=method, confidence_level=level
        ),
        achieved_says="power",
        achieved_kind="share",
        wanted=power,
        n_unrounded=unrounded,
        confidence_level=level,
        method=f"log-rank test, {method.capitalize()}",
        assumptions=(
            f"the hazard ratio is {hazard_ratio:g} all the time",
            f"{_display.percent(allocation)} of the people are in group 1",
            *(
                (f"{_display.percent(event_share)} of all people have the event while followed",)
                if event_share is not None
                else ()
            ),
        ),
        reference=_SOURCES[method],
        details=details,
    )


def log_rank_power(
    hazard_ratio: float,
    events: int,
    *,
    allocation: float = 0.5,
    method: str = "schoenfeld",
    confidence_level: float = 0.95,
) -> float:
    """Return the chance that a log-rank test with so many events finds a hazard ratio.

    Parameters
    ----------
    hazard_ratio, allocation, method, confidence_level
        As for `plan_log_rank`.
    events : int
        In both groups together.

    Returns
    -------
    float

    Examples
    --------
    >>> round(log_rank_power(0.5, 66), 3)
    0.804
    """
    per_event = _information(hazard_ratio, allocation, method)
    moved = sqrt(check_positive("events", events) * per_event)
    return float(ndtr(moved - _search.critical(confidence_level)))


def _information(hazard_ratio: float, allocation: float, method: str) -> float:
    """Return the squared effect over its variance that one event gives."""
    ratio = check_positive("hazard_ratio", hazard_ratio)
    share = _search.check_share("allocation", allocation)
    check_choice("method", method, METHODS)
    if ratio == 1:
        raise ValueError("`hazard_ratio` is 1: no number of events shows that nothing differs")
    if method == "schoenfeld":
        return share * (1 - share) * log(ratio) ** 2
    odds = share / (1 - share)
    return odds * (1 - ratio) ** 2 / (1 + odds * ratio) ** 2
