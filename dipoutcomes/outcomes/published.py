"""Shares and rates from counts alone, as a publication prints them: by method, frame and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dipoutcomes import _display
from dipoutcomes._validate import check_count, check_positive
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval

#: Shown for every published share, the recommended one first and the one not to use last.
USUAL_METHODS = ("wilson", "clopper_pearson", "mid_p", "jeffreys_adjusted", "wald")
_TOO_SHORT = "too short for a small sample; shown as a warning"


def share_from_counts(
    count: int,
    base: int,
    *,
    measure: str = "share of the people sampled",
    method: str = "recommended",
    population: int | None = None,
    confidence_level: float = 0.95,
    caveat: str = "",
) -> Estimate:
    """Return a published count over its base, with an interval.

    Parameters
    ----------
    count, base : int
        People with it and people asked of, ``0 <= count <= base``, ``base >= 1``.
    measure : str
        As a report prints it.
    method : str, default "recommended"
        A name of ``intervals.METHODS["proportion"]``, or with *population* of
        ``intervals.METHODS["finite_population"]``.
    population : int, optional
        People in the frame that the base was drawn from at random.
    confidence_level : float, default 0.95
    caveat : str, optional

    Returns
    -------
    Estimate

    Raises
    ------
    TypeError, ValueError
        If a count is no whole number or out of range, or there is no such method.

    Notes
    -----
    The interval covers chance in drawing the sample and nothing else. Do not use it for a share
    of events or of mentions: they are not people drawn one by one.

    Examples
    --------
    >>> print(share_from_counts(21, 28))
    share of the people sampled: 0.750 (95% CI 0.566 to 0.873, Wilson score; 21 of 28 people)
    """
    from dipoutcomes.intervals import finite_population_interval, proportion_interval

    people = check_count("base", base, minimum=1)
    having = check_count("count", count, maximum=people)
    if population is None:
        interval: Interval = proportion_interval(
            having, people, method=method, confidence_level=confidence_level
        )
    else:
        interval = finite_population_interval(
            having, people, population, method=method, confidence_level=confidence_level
        )
    return Estimate(
        measure=measure,
        value=having / people,
        interval=interval,
        events=having,
        base=people,
        base_unit="persons",
        persons=people,
        caveat=caveat,
    )


def share_by_method(
    count: int,
    base: int,
    *,
    measure: str = "share of the people sampled",
    methods: Sequence[str] = USUAL_METHODS,
    confidence_level: float = 0.95,
    name: str = "methods",
    caption: str = "",
) -> EstimateTable:
    """Return one share with its interval by several methods, a row a method.

    Parameters
    ----------
    count, base, measure, confidence_level
        As for `share_from_counts`, with its errors.
    methods : sequence of str
        Names of ``intervals.METHODS["proportion"]``, in the order of the rows.
    name, caption : str
        Of the table; the caption says the counts if omitted.

    Returns
    -------
    EstimateTable
        The estimate is the same in every row; the interval differs.

    Examples
    --------
    >>> [row.label for row in share_by_method(21, 28).rows][:2]
    ['Wilson score', 'exact (Clopper-Pearson)']
    """
    rows = []
    for method in methods:
        estimate = share_from_counts(
            count,
            base,
            measure=measure,
            method=method,
            confidence_level=confidence_level,
            caveat=_TOO_SHORT if method == "wald" else "",
        )
        rows.append(EstimateRow(label=estimate.interval.method, estimate=estimate))
    level = _display.level(confidence_level)
    return EstimateTable(
        name=name,
        caption=caption or f"{count} of {base}: {level} confidence intervals by several methods",
        rows=tuple(rows),
        heading="Method of the interval",
    )


def share_by_frame(
    count: int,
    base: int,
    frames: Mapping[str, int],
    *,
    measure: str = "share of the people sampled",
    caveats: Mapping[str, str] | None = None,
    confidence_level: float = 0.95,
    name: str = "frames",
    caption: str = "",
) -> EstimateTable:
    """Return one share with the exact limits for each frame it may have been drawn from.

    Parameters
    ----------
    count, base : int
    frames : mapping of str to int
        What the people of each frame are called = how many they are.
    measure, confidence_level, name, caption
        As for `share_by_method`.
    caveats : mapping of str to str, optional
        For a frame's name: what weakens it.

    Returns
    -------
    EstimateTable
        A row a frame, with exact (hypergeometric) limits for everybody in it.

    Raises
    ------
    TypeError, ValueError
        As `share_from_counts` does; besides, where a frame has fewer people than were sampled.

    Examples
    --------
    >>> table = share_by_frame(21, 28, {"closures": 210})
    >>> table["210 closures"].printed_interval
    '56.7% to 88.1%'
    """
    rows = tuple(
        EstimateRow(
            label=f"{size:,} {says}",
            estimate=share_from_counts(
                count,
                base,
                measure=measure,
                population=size,
                confidence_level=confidence_level,
                caveat=(caveats or {}).get(says, ""),
            ),
        )
        for says, size in frames.items()
    )
    level = _display.level(confidence_level)
    return EstimateTable(
        name=name,
        caption=caption
        or f"{count} of {base}: exact {level} limits for everybody in the frame, by its size",
        rows=rows,
        heading="Frame",
    )


def share_by_size(
    share: float,
    sizes: Sequence[int],
    *,
    method: str = "recommended",
    confidence_level: float = 0.95,
    name: str = "sizes",
) -> EstimateTable:
    """Return the interval that the same share would have in samples of other sizes.

    Parameters
    ----------
    share : float
        A proportion in [0, 1]; the nearest whole count of each size is taken.
    sizes : sequence of int
        People sampled, each at least 1.
    method, confidence_level, name
        As for `share_from_counts`.

    Returns
    -------
    EstimateTable
        A row a size.

    Raises
    ------
    TypeError, ValueError
        If the share is no proportion, or as `share_from_counts` does.

    Examples
    --------
    >>> share_by_size(0.75, [28, 280])["280 people"].printed_interval
    '69.6% to 79.7%'
    """
    if not 0 <= share <= 1:
        raise ValueError(f"`share` must be a proportion in [0, 1]; got {share}")
    rows = tuple(
        EstimateRow(
            label=f"{size:,} people",
            estimate=share_from_counts(
                round(share * size), size, method=method, confidence_level=confidence_level
            ),
        )
        for size in sizes
    )
    level = _display.level(confidence_level)
    return EstimateTable(
        name=name,
        caption=f"The same share in samples of other sizes, with {level} confidence intervals",
        rows=rows,
        heading="People sampled",
    )


def share_with_untraced(
    count: int,
    base: int,
    untraced: Sequence[int],
    *,
    method: str = "recommended",
    confidence_level: float = 0.95,
    name: str = "untraced",
) -> EstimateTable:
    """Return the worst and the best case if some of the base had not been found on the records.

    Parameters
    ----------
    count, base : int
        People without an event, as counted, and people looked for.
    untraced : sequence of int
        How many of *count* may not have been found at all, each from 0 to *count*.
    method, confidence_level, name
        As for `share_from_counts`.

    Returns
    -------
    EstimateTable
        A row for each number: the value is the worst case (none of them free of events), the
        interval reaches from its lower limit to the upper limit of the best case.

    Notes
    -----
    A person not found has no event on the records, and so is easily counted as having none. The
    joined interval covers the range from worst to best case with at least its level.

    Examples
    --------
    >>> share_with_untraced(21, 28, [0, 2])["2 not found"].printed_interval
    '49.3% to 87.3%'
    """
    rows = []
    best = share_from_counts(count, base, method=method, confidence_level=confidence_level)
    for lost in untraced:
        check_count("untraced", lost, maximum=count)
        worst = share_from_counts(
            count - lost, base, method=method, confidence_level=confidence_level
        )
        joined = Interval(
            worst.interval.low,
            best.interval.high,
            worst.interval.confidence_level,
            f"{worst.interval.method}, worst to best case",
        )
        estimate = Estimate(
            measure=best.measure,
            value=worst.value,
            interval=joined,
            events=count - lost,
            base=base,
            base_unit="persons",
            persons=base,
        )
        rows.append(EstimateRow(label=f"{lost} not found", estimate=estimate))
    return EstimateTable(
        name=name,
        caption=f"{count} of {base}, if some of the {count} were only not found on the records",
        rows=tuple(rows),
        heading="Not found on the records",
    )


def rate_by_follow_up(
    events: int,
    people: int,
    years: Mapping[str, float],
    *,
    measure: str = "first arrests per person-year",
    method: str = "recommended",
    confidence_level: float = 0.95,
    name: str = "follow_up",
) -> EstimateTable:
    """Return the rate that one count would be, had people been followed for various times.

    Parameters
    ----------
    events : int
        Events in all, 0 or more.
    people : int
        People followed, at least 1.
    years : mapping of str to float
        What a follow-up is called = its years, above 0 and the same for everybody.
    measure : str
        As a report prints it.
    method : str, default "recommended"
        A name of ``intervals.METHODS["rate"]``.
    confidence_level : float, default 0.95
    name : str

    Returns
    -------
    EstimateTable
        A row for each follow-up.

    Raises
    ------
    TypeError, ValueError
        If a count is no whole number or out of range, a time is not above 0, or there is no such
        method.

    Notes
    -----
    The interval is for independent events: one to a person at most, as first arrests are. Time is
    counted in full for everybody, also after the event and in custody, so the rate is a little low.

    Examples
    --------
    >>> table = rate_by_follow_up(7, 28, {"six months": 0.5, "a year": 1})
    >>> table["a year"].printed, table["a year"].printed_interval
    ('0.25', '0.10 to 0.52')
    """
    from dipoutcomes.intervals import rate_interval

    count, followed = check_count("events", events), check_count("people", people, minimum=1)
    rows = []
    for says, each in years.items():
        time = followed * check_positive(f"years['{says}']", each)
        estimate = Estimate(
            measure=measure,
            value=count / time,
            interval=rate_interval(count, time, method=method, confidence_level=confidence_level),
            events=count,
            base=time,
            base_unit="person-years",
            persons=followed,
            quantity="rate",
        )
        rows.append(EstimateRow(label=says, estimate=estimate))
    return EstimateTable(
        name=name,
        caption=f"{count} among {followed} people is a different rate for each time followed",
        rows=tuple(rows),
        heading="Each followed for",
    )
