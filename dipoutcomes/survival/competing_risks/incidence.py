"""The cumulative incidence of each of several causes (Aalen-Johansen), for one group or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.results import Curve
from dipoutcomes.survival._counts import Floats
from dipoutcomes.survival._limits import exact_limits
from dipoutcomes.survival.competing_risks import _limits
from dipoutcomes.survival.competing_risks._aalen_johansen import (
    VARIANCES,
    Incidence,
    incidence,
    standard_error,
)
from dipoutcomes.survival.competing_risks._causes import (
    CauseCounts,
    check_people,
    count_causes,
    start_of_follow_up,
)
from dipoutcomes.survival.competing_risks.result import CumulativeIncidence
from dipoutcomes.survival.curves import curve_of_counts, group_codes, late_entry_caveat

_ALIASES = {"infinitesimal_jackknife": "greenwood"}


def cumulative_incidence(  # noqa: PLR0913 - one keyword an option
    durations: Any,
    causes: Any,
    *,
    names: Mapping[int, str] | None = None,
    entry: Any = None,
    label: str = "all",
    time_unit: str = "days",
    confidence_level: float = 0.95,
    variance: str = "greenwood",
    limits: str = "log_log",
) -> CumulativeIncidence:
    r"""Return the share of people for whom each cause came first, by each time.

    In a report: "within a year 45% had been arrested, 6% had died and 15% had gone to custody
    for long, each before any of the others; 34% had none of these".

    Parameters
    ----------
    durations : array_like, shape (people,)
        Time from the start of follow-up to the first event of any kind or to the end of
        follow-up, 0 or more, in *time_unit*. Whole days are the normal case; ties are exact.
    causes : array_like of int, shape (people,)
        0 where follow-up ended with no event, otherwise the code of the event that came first,
        1 to 1000. Two causes on one day must be settled beforehand, by a rule of the protocol.
    names : mapping of int to str, optional
        Code to name, as a report prints it: ``{1: "arrest", 2: "death"}``. A cause that is named
        and happened to nobody keeps its curve of 0 with an upper limit. Omitted: "cause 1", ...
    entry : array_like, shape (people,), optional
        Time at which a person comes under observation; at risk on (entry, duration].
    label : str, default "all"
        The group.
    time_unit : str, default "days"
    confidence_level : float, default 0.95
        Nominal pointwise coverage, strictly between 0 and 1.
    variance : {"greenwood", "aalen", "infinitesimal_jackknife"}
        Greenwood-type (one person at a time has one of the events or none), or Aalen's of 1978
        (the causes as if unrelated; larger in small groups). The infinitesimal jackknife equals
        the first and is refused with late entry, where it does not.
    limits : {"log_log", "log_log_complement", "log", "plain"}
        The scale of the limits: log(-log F), log(-log(1 - F)), log F, or F itself, cut at 0 and 1.
        Where nobody has had the event no scale gives limits: the exact binomial upper limit of 0
        among those effectively followed takes their place (people at the start times the share
        who had not left, rounded down; in long runs too low less often than it may be). Where
        everybody has, the beta product does. With late entry there is neither, and such limits
        are nan.

    Returns
    -------
    CumulativeIncidence
        One step a time at which somebody had an event, left (or entered); the first is at 0.

    Raises
    ------
    TypeError, ValueError
        If the arrays differ in length, a duration is negative or missing, a cause is not a whole
        number from 0, or is not named. All faults at once, with counts.
    DesignError
        If there is nobody, nobody had any event and no cause is named, or nobody is under
        observation at time 0.

    Notes
    -----
    :math:`F_k(t) = \sum_{s \le t} S(s-)\, d_k(s) / n(s)` with *S* the Kaplan-Meier share free of
    any event [1]_. Assumes that leaving is unrelated to what would have come next.

    It says what happened with the other causes in place: a programme whose people die more has
    a lower incidence of arrest for that reason alone. Do not read it as the risk of arrest while
    alive and at liberty (`cause_specific_hazards` is about that), nor as what would happen were
    death abolished, which these data cannot say. The limits hold at one time chosen beforehand.
    In simulated cohorts with daily ties (4,000 each; true shares of 8, 39 and 58%) the default
    limits held the truth in 94.5 to 98.5% at 28 people and in 95.2 to 95.4% at 200; plain ones in
    92.8 to 99.7% and 93.2 to 95.2%.

    References
    ----------
    .. [1] Aalen, O. O. and Johansen, S. (1978). Scandinavian Journal of Statistics 5, 141-150.
    .. [2] Aalen, O. O. (1978). Annals of Statistics 6, 534-545.
    .. [3] Gray, R. J. (1988). Annals of Statistics 16, 1141-1154.
    .. [4] Andersen, P. K., Borgan, O., Gill, R. D. and Keiding, N. (1993). Statistical Models
       Based on Counting Processes, equation 4.4.19 (Greenwood-type).

    Examples
    --------
    >>> found = cumulative_incidence([5, 8, 8, 12, 20, 20], [1, 2, 1, 0, 1, 0],
    ...     names={1: "arrest", 2: "death"})
    >>> print(found)
    cumulative incidence by 20 days, all, 6 people: arrest 58.3% (3 events), death 16.7% (1 events),
    none of these 25.0%
    >>> [round(v, 3) for v in found["arrest"].at(8)]
    [0.333, 0.046, 0.676]
    """
    options = _options(confidence_level, variance, limits, late=entry is not None)
    people = check_people(durations, causes, entry=entry, names=names)
    (counts,) = count_causes(people)
    return _result(counts, people.causes, label, time_unit, *options)


def incidence_by_group(  # noqa: PLR0913 - one keyword an option
    durations: Any,
    causes: Any,
    groups: Any,
    *,
    names: Mapping[int, str] | None = None,
    entry: Any = None,
    time_unit: str = "days",
    confidence_level: float = 0.95,
    variance: str = "greenwood",
    limits: str = "log_log",
) -> tuple[CumulativeIncidence, ...]:
    """Return one `CumulativeIncidence` a group, in the sorted order of the groups.

    Parameters
    ----------
    durations, causes, names, entry, time_unit, confidence_level, variance, limits
        As in `cumulative_incidence`; every group has a curve for every cause.
    groups : array_like, shape (people,)
        The group of each person; printed with ``str``. None may be missing.

    Returns
    -------
    tuple of CumulativeIncidence

    Raises
    ------
    TypeError, ValueError, DesignError
        As in `cumulative_incidence`; ``ValueError`` too where somebody has no group.

    Examples
    --------
    >>> for found in incidence_by_group([5, 8, 2, 9], [1, 0, 2, 1], ["b", "b", "a", "a"]):
    ...     print(found)
    cumulative incidence by 9 days, a, 2 people: cause 1 50.0% (1 events), cause 2 50.0%
    (1 events), none of these 0.0%
    cumulative incidence by 8 days, b, 2 people: cause 1 50.0% (1 events), cause 2 0.0%
    (0 events), none of these 50.0%
    """
    options = _options(confidence_level, variance, limits, late=entry is not None)
    people = check_people(durations, causes, entry=entry, names=names)
    codes, labels = group_codes(groups, len(people.time))
    return tuple(
        _result(counts, people.causes, label, time_unit, *options)
        for counts, label in zip(count_causes(people, codes, len(labels)), labels, strict=True)
    )


def _options(level: float, variance: str, limits: str, *, late: bool) -> tuple[float, str, str]:
    level = check_confidence_level(level)
    check_choice("limits", limits, tuple(_limits.TITLES))
    check_choice("variance", variance, (*VARIANCES, *_ALIASES))
    if late and variance in _ALIASES:
        raise ValueError(
            "the infinitesimal jackknife equals the Greenwood-type variance only without late "
            "entry; use `greenwood`"
        )
    return level, _ALIASES.get(variance, variance), limits


def _result(
    counts: CauseCounts,
    causes: tuple[str, ...],
    label: str,
    time_unit: str,
    level: float,
    variance: str,
    limits: str,
) -> CumulativeIncidence:
    start_of_follow_up(counts)
    found = incidence(counts.events, counts.at_risk)
    errors = standard_error(counts.events, counts.at_risk, found, variance)
    caveat = late_entry_caveat(counts.late_entries, found.event_free, counts.at_risk)
    curves = tuple(
        replace(
            _cause_curve(counts, found, place, errors[:, place], level, limits),
            label=label,
            measure=f"cumulative incidence of {cause}",
            time_unit=time_unit,
            caveat=caveat,
        )
        for place, cause in enumerate(causes)
    )
    return CumulativeIncidence(
        group=label,
        causes=causes,
        curves=curves,
        std_errors=tuple(tuple(row) for row in errors.T.tolist()),
        event_free=curve_of_counts(
            counts.single(), label, "share with none of the events", time_unit, level, "log_log"
        ),
        variance=VARIANCES[variance],
        late_entries=counts.late_entries,
        caveat=caveat,
    )


def _cause_curve(
    counts: CauseCounts,
    found: Incidence,
    place: int,
    errors: Floats,
    level: float,
    limits: str,
) -> Curve:
    value = found.value[:, place]
    low, high = _limits.wald_limits(value, errors, limits, level)
    method = _limits.TITLES[limits]
    if counts.late_entries:
        method += ", none where nobody or everybody had the event"
    else:
        _fill_exact(counts, found, place, low, high, level)
        method += f", {_limits.AT_ZERO} where nobody had the event"
        if (value >= 1).any():
            method += f", {_limits.AT_ONE} where everybody had it"
    return Curve(
        label="",
        measure="",
        time=tuple(counts.time.tolist()),
        value=tuple(value.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        at_risk=tuple(counts.at_risk.tolist()),
        events=tuple(counts.events[:, place].tolist()),
        censored=tuple(counts.left.tolist()),
        time_unit="",
        confidence_level=level,
        method=method,
        persons=int(counts.events.sum() + counts.left.sum()) if counts.late_entries else None,
    )


def _fill_exact(
    counts: CauseCounts, found: Incidence, place: int, low: Floats, high: Floats, level: float
) -> None:
    """Write exact limits where the incidence is 0 or 1."""
    value = found.value[:, place]
    none, everybody = value <= 0, value >= 1
    if none.any():
        gone = counts.events.sum(axis=1) + counts.left
        number = _limits.effectively_followed(
            (counts.at_risk - gone).astype(float),
            counts.at_risk.astype(float),
            found.event_free,
            found.before,
        )
        low[none] = 0.0
        high[none] = _limits.upper_limit_of_none(number[none], level)
    if everybody.any():  # then no other cause ever happened, and it is a Kaplan-Meier curve
        from_below, from_above = exact_limits(
            counts.single(place), everybody, "beta_product", level
        )
        low[everybody], high[everybody] = 1 - from_above, 1 - from_below
