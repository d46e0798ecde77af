"""Run the trials: the same cohorts for all estimators of a scenario, the same for a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from dipoutcomes._validate import check_choice, check_count
from dipoutcomes.laboratory.registry import all_trials
from dipoutcomes.laboratory.results import LaboratoryResults
from dipoutcomes.laboratory.score import Score, score
from dipoutcomes.laboratory.trial import (
    COSTS,
    LARGEST,
    SIZES,
    SMALLEST,
    Cost,
    Replications,
    Scenario,
    Trial,
)
from dipoutcomes.streams import random_stream

SEED = 20140401
#: All cohorts of a scenario are held at once: so many made-up people, and no more.
MOST_PEOPLE = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """How much is run.

    Parameters
    ----------
    says : str
    sizes : tuple of int
    replications : mapping of cost to int
        Cohorts for each trial; 0 leaves its kind out.
    """

    says: str
    sizes: tuple[int, ...]
    replications: Mapping[Cost, int]


PRESETS: dict[str, Preset] = {
    "small": Preset(
        says="a small fixed version: two sizes, few cohorts for what takes long",
        sizes=(28, 200),
        replications={"table": 4_000, "light": 300, "medium": 50, "heavy": 0},
    ),
    "full": Preset(
        says="the full version: every size and estimator",
        sizes=SIZES,
        replications={"table": 40_000, "light": 4_000, "medium": 1_000, "heavy": 400},
    ),
}


def run_laboratory(
    trials: Iterable[Trial] | None = None,
    *,
    preset: str = "small",
    sizes: Iterable[int] | None = None,
    replications: int | None = None,
    seed: int = SEED,
    already: LaboratoryResults | None = None,
    progress: Callable[[str], None] | None = None,
    checkpoint: Callable[[LaboratoryResults], None] | None = None,
) -> LaboratoryResults:
    """Return how every estimator does against known truths.

    Parameters
    ----------
    trials : iterable of Trial, optional
        All that there are if omitted.
    preset : {"small", "full"}
        "small" takes some 80 seconds of one core and runs with every build; "full" is for a night
        (an hour and a half).
    sizes : iterable of int, optional
        People in a cohort, 10 to 10,000; those of the preset if omitted. A trial made for certain
        sizes only is run at those of them that are asked for.
    replications : int, optional
        Cohorts for every trial, at least 2, instead of the preset's numbers; times the people in
        a cohort no more than 100 million.
    seed : int
        With the name of a scenario and the size it determines the cohorts. A new trial changes
        none of the others, and the same seed gives the same results to the last digit.
    already : LaboratoryResults, optional
        Of an interrupted run; its rows are kept where seed and replications are the same.
    progress : callable, optional
        Called with a sentence as each scenario begins.
    checkpoint : callable, optional
        Called with the results so far after each scenario, to keep them.

    Returns
    -------
    LaboratoryResults
        In the order of the trials, then of the sizes.

    Raises
    ------
    ValueError
        If an argument is outside its range, or a trial gives not one answer a cohort.

    Notes
    -----
    An exception in an estimator counts as a failure of every cohort it was asked about; nothing is
    left out of a base.

    Examples
    --------
    >>> from dipoutcomes.laboratory import all_trials
    >>> wilson = [t for t in all_trials() if t.name == "proportion/wilson/share 25%"]
    >>> found = run_laboratory(wilson, sizes=[28], replications=2_000)
    >>> 0.92 < found.rows[0].coverage < 0.98
    True
    """
    chosen = all_trials() if trials is None else tuple(trials)
    plan = PRESETS[check_choice("preset", preset, tuple(PRESETS))]
    people = plan.sizes if sizes is None else tuple(
        _check_size(n) for n in sizes
    )  # fmt: skip
    seed = check_count("seed", seed)
    if replications is None:
        many: Mapping[Cost, int] = plan.replications
    else:
        check_room(people, replications)
        many = dict.fromkeys(COSTS, check_count("replications", replications, minimum=2))
    kept = _kept(already, seed)
    found: dict[str, Score] = {}

    def so_far() -> LaboratoryResults:
        order = [f"{t.name}/{n}" for t in chosen for n in people]
        rows = tuple(found[name] for name in order if name in found)
        return LaboratoryResults(rows=rows, seed=seed, preset=preset)

    groups = _groups(chosen, people, many)
    for number, (scenario, n, cohorts, group) in enumerate(groups, start=1):
        missing = []
        for trial in group:
            old = kept.get(f"{trial.name}/{n}")
            if old is not None and old.replications == cohorts:
                found[old.name] = old
            else:
                missing.append(trial)
        if not missing:
            continue
        if progress is not None:
            progress(f"{number:,} of {len(groups):,}: {scenario.name}, {n:,} people")
        for row in _tried(scenario, n, cohorts, missing, seed):
            found[row.name] = row
        if checkpoint is not None:
            checkpoint(so_far())
    return so_far()


def _check_size(n: int) -> int:
    if SMALLEST <= check_count("sizes", n) <= LARGEST:
        return n
    raise ValueError(
        f"`sizes` must lie between {SMALLEST:,} and {LARGEST:,} people in a cohort; got {n:,}"
    )


def check_room(sizes: Iterable[int], replications: int | None) -> None:
    """Raise `ValueError` if so many cohorts of such sizes are more than can be held at once."""
    people = max(sizes, default=SIZES[-1]) * (replications or 0)
    if people > MOST_PEOPLE:
        raise ValueError(
            f"`replications` of cohorts this large come to {people:,} made-up people held at "
            f"once, and may come to {MOST_PEOPLE:,}; ask for fewer, or for smaller cohorts"
        )


def _kept(already: LaboratoryResults | None, seed: int) -> dict[str, Score]:
    if already is None or already.seed != seed:
        return {}
    return {row.name: row for row in already.rows}


Group = tuple[Scenario, int, int, tuple[Trial, ...]]


def _groups(
    trials: tuple[Trial, ...], sizes: tuple[int, ...], many: Mapping[Cost, int]
) -> list[Group]:
    """Return scenario, size, cohorts and trials of all that can be tried on the same cohorts."""
    jobs = [
        (trial.scenario.name, n, many[trial.cost], position, trial)
        for position, trial in enumerate(trials)
        for n in sizes
        if many[trial.cost] and trial.tried_at(n)
    ]
    jobs.sort(key=lambda job: job[:4])
    return [
        (group[0][4].scenario, n, cohorts, tuple(job[4] for job in group))
        for (_, n, cohorts), found in groupby(jobs, key=lambda job: job[:3])
        for group in [list(found)]
    ]


def _tried(
    scenario: Scenario, n: int, cohorts: int, trials: list[Trial], seed: int
) -> Iterable[Score]:
    rng = random_stream(seed, f"laboratory/{scenario.name}/{n}")
    data = scenario.draw(rng, n, cohorts)
    for trial in trials:
        try:
            found = trial.apply(data)
        except Exception as error:  # a method that breaks has failed, and the table says so
            found = Replications(errors={type(error).__name__: cohorts})
        yield score(trial, n, found, trial.truth(n), replications=cohorts)
