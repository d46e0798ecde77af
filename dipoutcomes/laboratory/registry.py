"""Every trial there is. To add one, write it here in three steps.

1. In ``families/`` write a `Scenario` (how made-up cohorts come about, with a name of its own) and
   a `Trial` (estimator, truth, and ``apply``, which turns the cohorts into `Replications`; the
   helpers of `answers` do it for functions of counts and for functions of one cohort).
2. Yield it from a ``trials()`` of its file; a new file is named in `_FILES` below.
3. Say in ``covers`` which public names it tries. If the estimator is known to fall short somewhere,
   its floor and the reason go into `declared.DECLARED`, and the same sentence into its docstring.

A test fails while a public estimator is neither covered nor excluded with a reason (`offered`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module

from dipoutcomes.laboratory.trial import Trial

_FILES = (
    "proportions",
    "rates",
    "two_groups",
    "pairs",
    "curves",
    "outcomes",
    "survival",
    "special_curves",
    "groups",
    "competing",
    "recurrent",
    "comparison",
    "same_people",
    "regression_to_mean",
    "other_people",
    "areas",
    "one_series",
    "published",
    "fragile",
    "contracts",
    "sampling",
    "draws",
    "practice",
    "practice_compared",
)


@lru_cache(maxsize=1)
def all_trials() -> tuple[Trial, ...]:
    """Return every trial, in the order of the page.

    Raises
    ------
    ValueError
        If two trials have one name, or two scenarios of one name say different things: they would
        share a random stream.
    """
    trials = tuple(
        trial
        for name in _FILES
        for trial in import_module(f"dipoutcomes.laboratory.families.{name}").trials()
    )
    check_names(trials)
    return trials


def check_names(trials: Iterable[Trial]) -> None:
    """Raise `ValueError` if two trials, or two different scenarios, have one name."""
    seen: set[str] = set()
    says: dict[str, str] = {}
    for trial in trials:
        if trial.name in seen:
            raise ValueError(f"two trials are called '{trial.name}'")
        seen.add(trial.name)
        scenario = trial.scenario
        if says.setdefault(scenario.name, scenario.says) != scenario.says:
            raise ValueError(f"two scenarios are called '{scenario.name}'")


def family_names() -> tuple[str, ...]:
    """Return the families that have trials, in their order."""
    return tuple(dict.fromkeys(trial.family for trial in all_trials()))
