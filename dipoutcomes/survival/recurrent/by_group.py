"""One mean cumulative function a group."""

from __future__ import annotations

from typing import Any

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.survival.curves import group_codes
from dipoutcomes.survival.recurrent.histories import Histories
from dipoutcomes.survival.recurrent.mean_function import (
    MEASURE,
    MeanFunction,
    mean_cumulative_function,
)
from dipoutcomes.survival.recurrent.terminal import mean_cumulative_function_with_death


def mean_cumulative_functions_by_group(
    histories: Histories,
    groups: Any,
    *,
    died: Any = None,
    measure: str = MEASURE,
    confidence_level: float = 0.95,
    limits: str = "log_t",
) -> tuple[MeanFunction, ...]:
    """Return one mean cumulative function a group, in the sorted order of the groups.

    Parameters
    ----------
    histories, measure, confidence_level, limits
        As in `mean_cumulative_function`.
    groups : array_like, shape (n_people,)
        The group of each person; printed with ``str``. None may be missing.
    died : array_like of bool, shape (n_people,), optional
        Given: the mean function with death of `mean_cumulative_function_with_death`.

    Returns
    -------
    tuple of MeanFunction

    Raises
    ------
    TypeError, ValueError, DesignError
        As in `mean_cumulative_function`, for any group; or if somebody has no group.

    Examples
    --------
    >>> from dipoutcomes.survival.recurrent import build_histories
    >>> histories = build_histories([0] * 4, [9] * 4, event_person=[0, 1, 1], event_day=[2, 3, 5])
    >>> for mean in mean_cumulative_functions_by_group(histories, ["b", "b", "a", "a"]):
    ...     print(mean)
    mean number of events per person, a: 0.000 by 9 days (no limits; 0 events of 2 people) [no
    event was seen, which is no proof of a rate of 0]
    mean number of events per person, b: 1.500 by 9 days (95% CI ...)
    """
    codes, labels = group_codes(groups, histories.n_people)
    options: dict[str, Any] = {
        "measure": measure,
        "confidence_level": confidence_level,
        "limits": limits,
    }
    dead = None if died is None else np.asarray(died)
    if dead is not None and dead.shape != (histories.n_people,):
        raise ValueError(
            f"`died` needs one value a person: {histories.n_people}, found {dead.size}"
        )
    found = []
    for code, name in enumerate(labels):
        mine = codes == code
        own = histories.among(mine)
        if not len(own):
            raise DesignError(f"group '{name}' has nobody at risk at any time: leave it out")
        if dead is None:
            found.append(mean_cumulative_function(own, label=name, **options))
        else:
            found.append(
                mean_cumulative_function_with_death(own, dead[mine], label=name, **options)
            )
    return tuple(found)
