"""The mean number of events where people may die: Ghosh and Lin's mean function."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.survival.recurrent._limits import LIMITS, TITLES, mean_limits
from dipoutcomes.survival.recurrent._mean import Grid, moments
from dipoutcomes.survival.recurrent._terminal import DeathGrid, mean_with_death
from dipoutcomes.survival.recurrent.histories import Histories
from dipoutcomes.survival.recurrent.mean_function import MEASURE, MeanFunction, assemble


def mean_cumulative_function_with_death(
    histories: Histories,
    died: Any,
    *,
    label: str = "all",
    measure: str = MEASURE,
    confidence_level: float = 0.95,
    limits: str = "log_t",
) -> MeanFunction:
    r"""Return how many events a person has had by each time, on average, when some people die.

    Parameters
    ----------
    histories : Histories
        Follow-up must end with the death of those who die (`end` of `build_histories`).
    died : array_like of bool, shape (n_people,)
        Whether each person's follow-up ended with death (or another end after which no event can
        happen).
    label, measure, confidence_level, limits
        As in `mean_cumulative_function`; "log_t" takes the degrees of freedom of the mean function
        without death.

    Returns
    -------
    MeanFunction
        `poisson_std_error` is nan: no such error is defined here.

    Raises
    ------
    TypeError, ValueError
        If *died* is not one 0 or 1 for each person.
    DesignError
        If nobody was at risk at any time.

    Notes
    -----
    :math:`\mu(t) = \int_0^t S(s-) \, dN(s) / Y(s)`, *S* being the Kaplan-Meier share alive [1]_:
    the dead have no further events and stay in the base. To take the dead for people who left
    early, as `mean_cumulative_function` does, counts the offences that they would have had. People
    in custody are alive: they stay in the base of *S* and leave that of the events, so the mean is
    of people at liberty as long as they live. Its variance is the sum over people of the squares of
    :math:`\int S \, dM_i / Y - \int (\mu(t) - \mu(s)) \, dM^D_i(s) / (Y^D(s) - d(s))`, the
    infinitesimal jackknife; Ghosh and Lin divide by :math:`Y^D`, which as people become many comes
    to the same.

    Fewer events where more people die is no success: show deaths beside it. Assumes that leaving
    follow-up otherwise is unrelated to death and offending.

    Measured where those who offend more die more (29% within the year looked at; 4,000 cohorts
    each): a nominal 95% with "log_t" covered 95% for 28 people and for 200; the mean function
    without death was more than 10% too high.

    References
    ----------
    .. [1] Ghosh, D. and Lin, D. Y. (2000). Biometrics 56, 554-562, section 2.
    .. [2] Cook, R. J. and Lawless, J. F. (1997). Statistics in Medicine 16, 911-924.

    Examples
    --------
    >>> from dipoutcomes.survival.recurrent import build_histories
    >>> histories = build_histories(
    ...     [0] * 4, [100, 50, 100, 100], event_person=[0, 0, 1], event_day=[9, 79, 29],
    ... )
    >>> mean = mean_cumulative_function_with_death(histories, [False, True, False, False])
    >>> [round(value, 3) for value in mean.curve.value]  # 1/4 + 1/4 + 3/4 x 1/3
    [0.0, 0.25, 0.5, 0.5, 0.75, 0.75]
    """
    level = check_confidence_level(confidence_level)
    check_choice("limits", limits, LIMITS)
    dead = _checked(died, histories.n_people)
    plain = Grid.of(histories)
    table = DeathGrid.of(histories, dead)
    mean, variance = mean_with_death(table, histories)
    variance[variance <= 1e-13 * mean**2 / max(len(table.end), 1)] = 0.0
    people = int(table.followed.sum())
    # Both grids hold the times of the rows; that of follow-up may hold more.
    without = moments(plain, histories).degrees_of_freedom(people)
    df = without[np.searchsorted(plain.time, table.grid.time, side="right") - 1]
    low, high = mean_limits(mean, variance, df, people, limits, level)
    deaths = int(table.deaths.sum())
    return assemble(
        table.grid,
        histories,
        {
            "value": mean,
            "low": low,
            "high": high,
            "std_error": np.sqrt(variance),
            "poisson_std_error": np.full(len(mean), np.nan),
            "df": df,
        },
        label=label,
        measure=measure,
        level=level,
        method=f"Ghosh-Lin, {TITLES[limits]}",
        caveats=(f"{deaths:,} of {people:,} people died in follow-up",),
    )


def _checked(died: Any, people: int) -> Any:
    values = np.asarray(died)
    if values.shape != (people,):
        raise ValueError(f"`died` needs one value a person: {people}, found {values.size}")
    if values.dtype.kind not in "biuf":
        raise TypeError(f"`died` must hold 0 and 1, not {values.dtype}")
    if bad := int(((values != 0) & (values != 1)).sum()):
        raise ValueError(f"`died` has {bad} values that are neither 0 nor 1")
    return values.astype(bool)
