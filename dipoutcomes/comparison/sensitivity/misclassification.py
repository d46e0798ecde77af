"""What a share would be, were the records or their linking wrong at given rates."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan, sqrt

import numpy as np

from dipoutcomes._validate import check_confidence_level, check_count
from dipoutcomes.results import Column, Estimate, Interval, Table

TAKEN_AS_KNOWN = "the rates of error are taken as known"


def corrected_share(
    events: int,
    n: int,
    *,
    sensitivity: float,
    specificity: float,
    measure: str = "share with at least one event, corrected for wrong records",
    method: str = "wilson",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the share of people with an event that the recorded share implies.

    Parameters
    ----------
    events, n : int
        People recorded with the event, and people.
    sensitivity, specificity : float
        Share of people with the event whose record shows it, and of people without it whose
        record shows none; in [0, 1], their sum above 1.
    measure : str
    method : str, default "wilson"
        Of the interval of the recorded share; its limits are corrected as the share is.
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "share", *events* being those recorded. ``nan`` with a caveat where the
        recorded share is impossible at these rates (below 1 - specificity, or above the
        sensitivity): then the rates are wrong, or it is chance.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    Notes
    -----
    (recorded + specificity - 1) / (sensitivity + specificity - 1). An offence that never came to
    notice is no fault of the records: this cannot turn a share arrested into a share offending.

    References
    ----------
    .. [1] Rogan, W. J. and Gladen, B. (1978). American Journal of Epidemiology 107, 71-76 (eq. 1).

    Examples
    --------
    >>> share = corrected_share(70, 200, sensitivity=0.9, specificity=0.98)
    >>> print(share.printed, share.printed_interval)
    37.5% 30.4% to 45.3%
    """
    n = check_count("n", n, minimum=1)
    events = check_count("events", events, maximum=n)
    level = check_confidence_level(confidence_level)
    rates = _rates(sensitivity, specificity)
    value, low, high, caveat = _corrected(events, n, *rates, method=method, level=level)
    return Estimate(
        measure=measure,
        value=value,
        interval=Interval(low, high, level, f"{_method_name(method)}, corrected"),
        events=events,
        base=n,
        base_unit="persons",
        caveat=caveat,
    )


def corrected_difference(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    *,
    sensitivity: tuple[float, float],
    specificity: tuple[float, float],
    measure: str = "difference in the share with at least one event, corrected for wrong records",
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the difference between two groups whose records are wrong at rates of their own.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        People recorded with the event, and people, of interest and compared with.
    sensitivity, specificity : tuple of two floats
        Of the records of the first group and of the second; records of people in a programme are
        often the better kept.
    measure : str
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "difference"; the limits join those of the two corrected shares (MOVER), and
        are Newcombe's where nothing is wrong. ``nan`` where a share is impossible at its rates.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (method 10).
    .. [2] Rogan, W. J. and Gladen, B. (1978). American Journal of Epidemiology 107, 71-76.

    Examples
    --------
    >>> found = corrected_difference(40, 100, 50, 100, sensitivity=(0.95, 0.8),
    ...     specificity=(1.0, 1.0))
    >>> print(found.printed, found.printed_interval)
    -20.4 points -35.7 to -4.6 points
    """
    level = check_confidence_level(confidence_level)
    sizes = [check_count(f"n_{k}", v, minimum=1) for k, v in ((1, n_1), (0, n_0))]
    events = [
        check_count(f"events_{k}", v, maximum=n)
        for k, v, n in ((1, events_1, sizes[0]), (0, events_0, sizes[1]))
    ]
    found = []
    for k in (0, 1):
        rates = _rates(sensitivity[k], specificity[k])
        found.append(_corrected(events[k], sizes[k], *rates, method="wilson", level=level))
    (p, low_1, high_1, note_1), (q, low_0, high_0, note_0) = found
    return Estimate(
        measure=measure,
        value=p - q,
        interval=Interval(
            p - q - sqrt((p - low_1) ** 2 + (high_0 - q) ** 2),
            p - q + sqrt((high_1 - p) ** 2 + (q - low_0) ** 2),
            level,
            "MOVER of Wilson limits, corrected",
        ),
        events=events[0],
        base=sizes[0],
        base_unit="persons",
        persons=sum(sizes),
        quantity="difference",
        reference_events=events[1],
        reference_base=sizes[1],
        caveat=note_1 if len(note_1) >= len(note_0) else note_0,
    )


def misclassification_table(
    events: int,
    n: int,
    *,
    sensitivities: Sequence[float] = (1.0, 0.95, 0.9, 0.8, 0.7),
    specificities: Sequence[float] = (1.0, 0.99, 0.95),
    confidence_level: float = 0.95,
) -> Table:
    """Return the corrected share for each pair of rates at which records may be wrong.

    Parameters
    ----------
    events, n : int
    sensitivities, specificities : sequence of float
    confidence_level : float, default 0.95

    Returns
    -------
    Table
        One row a pair; cells are empty where the recorded share is impossible at its rates.

    Raises
    ------
    TypeError, ValueError
        As `corrected_share`.

    Examples
    --------
    >>> table = misclassification_table(7, 28, sensitivities=[1, 0.8], specificities=[1])
    >>> [round(v, 4) for v in table.column("share")]
    [0.25, 0.3125]
    """
    rows = []
    for specificity in specificities:
        for sensitivity in sensitivities:
            share = corrected_share(
                events, n, sensitivity=sensitivity, specificity=specificity,
                confidence_level=confidence_level,
            )  # fmt: skip
            rows.append((sensitivity, specificity, *_cells(share.value, *share.interval)))
    return _table(
        "misclassification",
        "The share with the event, were the records wrong at these rates.",
        ("sensitivity", "Shown where it happened"),
        ("specificity", "Not shown where it did not"),
        [(*row, events, n) for row in rows],
    )


def linkage_error_table(
    events: int,
    n: int,
    *,
    missed: Sequence[float] = (0.0, 0.02, 0.05, 0.1),
    false_matches: Sequence[float] = (0.0, 0.01, 0.02),
    share_among_strangers: float,
    confidence_level: float = 0.95,
) -> Table:
    """Return the share corrected for people linked to no record, or to somebody else's.

    Parameters
    ----------
    events, n : int
        People whose linked record shows the event, and people; somebody linked to no record was
        counted as without an event.
    missed : sequence of float
        Shares of people with a record who were not found on it.
    false_matches : sequence of float
        Shares of people linked to the record of somebody else.
    share_among_strangers : float
        Share of such records that show an event in the window.
    confidence_level : float, default 0.95

    Returns
    -------
    Table
        One row a pair; cells are empty where the recorded share is impossible at its rates.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range, or missed and false shares sum to 1 or more.

    Notes
    -----
    Recorded = (1 - missed - false) share + false x strangers, solved for the share. People known
    to be unmatched are better kept out of the count and shown as bounds (`tipping_point_share`):
    this table is for those who were taken to be matched.

    References
    ----------
    .. [1] Doidge, J. C. and Harron, K. L. (2019). International Journal of Epidemiology 48,
       2050-2060 (linkage error as misclassification).

    Examples
    --------
    >>> table = linkage_error_table(7, 28, missed=[0, 0.1], false_matches=[0],
    ...     share_among_strangers=0.5)
    >>> [round(v, 4) for v in table.column("share")]
    [0.25, 0.2778]
    """
    strangers = _share("share_among_strangers", share_among_strangers)
    rows = []
    for wrong in false_matches:
        for lost in missed:
            found, lost_share = _share("false_matches", wrong), _share("missed", lost)
            right = 1 - lost_share - found
            if right <= 0:
                raise ValueError(
                    f"`missed` and `false_matches` must sum to less than 1; got {lost + wrong:g}"
                )
            # The same line as Rogan and Gladen's, with these two ends.
            rates = right + found * strangers, 1 - found * strangers
            value, low, high, _ = _corrected(
                check_count("events", events, maximum=check_count("n", n, minimum=1)), n, *rates,
                method="wilson", level=check_confidence_level(confidence_level),
            )  # fmt: skip
            rows.append((lost, wrong, *_cells(value, low, high)))
    return _table(
        "linkage_error",
        "The share with the event, were the linking wrong at these rates.",
        ("missed", "Not found on their record"),
        ("false_matches", "Linked to somebody else's"),
        [(*row, events, n) for row in rows],
    )


def _share(name: str, value: float) -> float:
    if np.ndim(value) or not np.issubdtype(np.asarray(value).dtype, np.number):
        raise TypeError(f"`{name}` must be a number, not {type(value).__name__}")
    if not 0 <= value <= 1:
        raise ValueError(f"`{name}` must lie from 0 to 1 (90% is written 0.9); got {value}")
    return float(value)


def _rates(sensitivity: float, specificity: float) -> tuple[float, float]:
    rates = _share("sensitivity", sensitivity), _share("specificity", specificity)
    if sum(rates) <= 1:
        raise ValueError(
            f"`sensitivity` and `specificity` must sum to more than 1, or the records say nothing; "
            f"got {sum(rates):g}"
        )
    return rates


def _corrected(
    events: int, n: int, sensitivity: float, specificity: float, *, method: str, level: float
) -> tuple[float, float, float, str]:
    from dipoutcomes.intervals.proportion import proportion_interval

    low, high = proportion_interval(events, n, method=method, confidence_level=level)

    def correct(recorded: float) -> float:
        return (recorded + specificity - 1) / (sensitivity + specificity - 1)

    value = correct(events / n)
    rounding = 1e-12
    if not -rounding <= value <= 1 + rounding:
        return nan, nan, nan, "the recorded share is impossible at these rates of error"
    clipped = [min(max(v, 0.0), 1.0) for v in (value, correct(low), correct(high))]
    return clipped[0], clipped[1], clipped[2], TAKEN_AS_KNOWN


def _method_name(method: str) -> str:
    from dipoutcomes.intervals.proportion import proportion_interval

    return proportion_interval(1, 2, method=method).method


def _cells(*values: float) -> list[float | None]:
    return [None if isnan(v) else v for v in values]


def _table(
    name: str,
    caption: str,
    first: tuple[str, str],
    second: tuple[str, str],
    rows: Sequence[Sequence[float | None]],
) -> Table:
    columns = (
        Column(key=first[0], heading=first[1], kind="share"),
        Column(key=second[0], heading=second[1], kind="share"),
        Column(key="share", heading="Share", kind="share"),
        Column(key="low", heading="Lower limit", kind="share"),
        Column(key="high", heading="Upper limit", kind="share"),
        Column(key="events", heading="Recorded with event", kind="persons", out_of="n"),
        Column(key="n", heading="People", kind="persons"),
    )
    notes = (
        "The rates of error are taken as known; an empty row is impossible at its rates.",
        "Limits: Wilson score, corrected as the share is.",
    )
    return Table.of(name, caption, columns, rows, notes=notes)
