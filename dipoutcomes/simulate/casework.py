"""What a programme's own staff write down of an episode: tests, plans, reasons, outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.margins import deal
from dipoutcomes.simulate.recipe import Recipe
from dipoutcomes.streams import random_stream

if TYPE_CHECKING:
    import pandas as pd

#: Each column of casework: its heading in the extract.
CASEWORK = {
    "test_result": "Test result",
    "assessed_on": "Date assessed",
    "care_plan_on": "Care plan agreed",
    "engaged_on": "Treatment began",
    "prescribed": "Prescribed",
    "brief_interventions": "Brief interventions",
    "signposted": "Signposted",
    "modality": "Modality",
    "second_drug": "Second drug",
    "third_drug": "Third drug",
    "closure_reason": "Reason closed",
    "positive_outcomes": "Positive outcomes",
}


def add_casework(episodes: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """Return the episodes with the columns of casework, if the recipe asks for them.

    Stages follow one another: nobody has a care plan who was not assessed, and no stage lies after
    the closure or the extract. Reasons and outcomes are there for closed episodes alone. All is
    drawn independently of offending.
    """
    work = recipe.casework
    if work is None:
        return episodes
    rng = random_stream(recipe.seed, "simulate/casework")
    n = len(episodes)
    start = episodes["start"].to_numpy(dtype="datetime64[D]")
    end = episodes["end"].to_numpy(dtype="datetime64[D]")
    last = np.where(np.isnat(end), np.datetime64(recipe.dates.extract_date, "D"), end)
    found = episodes.copy()
    tested = rng.random(n) < work.share_tested
    positive = rng.random(n) < work.share_positive
    found["test_result"] = np.where(tested, np.where(positive, "Positive", "Negative"), "")
    reached, day = np.ones(n, dtype=bool), start
    for column, share in (
        ("assessed_on", work.share_assessed),
        ("care_plan_on", work.share_planned),
        ("engaged_on", work.share_engaged),
    ):
        day = day + rng.integers(1, work.days_between + 1, n)
        reached = reached & (rng.random(n) < share) & (day <= last)
        found[column] = np.where(reached, day, np.datetime64("NaT", "D")).astype("datetime64[ns]")
    found["prescribed"] = np.where(reached & (rng.random(n) < work.share_prescribed), "Y", "N")
    given = rng.poisson(work.mean_interventions, n)
    found["brief_interventions"] = given
    found["signposted"] = rng.binomial(given, work.share_signposted)
    found["modality"] = np.where(reached, _dealt(n, work.modality, rng), "")
    found["second_drug"] = _further(found["main_drug"], recipe, work.share_second_drug, rng)
    third = _further(found["main_drug"], recipe, work.share_third_drug, rng)
    found["third_drug"] = np.where(found["second_drug"] == "", "", third)
    closed = ~np.isnat(end)
    found["closure_reason"] = np.where(closed, _dealt(n, work.closure_reason, rng), "")
    outcomes = rng.poisson(work.mean_outcomes, n).astype(object)
    found["positive_outcomes"] = np.where(closed, outcomes, "")
    return found


def _dealt(n: int, margin: dict[str, int], rng: np.random.Generator) -> NDArray[np.object_]:
    return deal(n, margin, rng=rng)


def _further(
    main: pd.Series[Any], recipe: Recipe, share: float, rng: np.random.Generator
) -> NDArray[np.object_]:
    """Return a further drug for some, never the main one again."""
    drug = deal(len(main), recipe.main_drug, rng=rng)
    there = (rng.random(len(main)) < share) & (drug != main.to_numpy(dtype=object))
    return np.where(there, drug, "").astype(object)
