"""Two groups of different people."""

from __future__ import annotations

from dipoutcomes._validate import check_count
from dipoutcomes.results import Estimate

NOT_ALIKE = "people in the two groups may differ in more than the intervention"


def difference_between_groups(
    events_1: int,
    n_1: int,
    events_0: int,
    n_0: int,
    *,
    method: str = "miettinen_nurminen",
    measure: str = "difference in the share with at least one event",
    randomised: bool = False,
    confidence_level: float = 0.95,
) -> Estimate:
    """Return the share in group 1 less the share in group 0.

    Parameters
    ----------
    events_1, n_1 : int
        Persons with an event, and persons, in the group of interest.
    events_0, n_0 : int
        The same in the group compared with.
    method : str, default "miettinen_nurminen"
        Of `dipoutcomes.intervals.difference_interval`: "newcombe", ...
    measure : str
    randomised : bool, default False
        Whether chance decided the groups; otherwise the caveat says that they may differ.
    confidence_level : float, default 0.95

    Returns
    -------
    Estimate
        Of quantity "difference", a proportion, negative if group 1 has the smaller share.

    Raises
    ------
    TypeError, ValueError
        If a count is not a whole number in its range.

    References
    ----------
    .. [1] Miettinen, O. and Nurminen, M. (1985). Statistics in Medicine 4, 213-226.
    .. [2] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890 (method 10).

    Examples
    --------
    >>> difference = difference_between_groups(56, 70, 48, 80)
    >>> print(difference.counts, difference.printed)
    56 of 70 against 48 of 80 people +20.0 points
    """
    from dipoutcomes.intervals.difference import difference_interval

    n_1, n_0 = check_count("n_1", n_1, minimum=1), check_count("n_0", n_0, minimum=1)
    events_1 = check_count("events_1", events_1, maximum=n_1)
    events_0 = check_count("events_0", events_0, maximum=n_0)
    return Estimate(
        measure=measure,
        value=events_1 / n_1 - events_0 / n_0,
        interval=difference_interval(
            events_1, n_1, events_0, n_0, method=method, confidence_level=confidence_level
        ),
        events=events_1,
        base=n_1,
        base_unit="persons",
        persons=n_1 + n_0,
        quantity="difference",
        reference_events=events_0,
        reference_base=n_0,
        caveat="" if randomised else NOT_ALIKE,
    )
