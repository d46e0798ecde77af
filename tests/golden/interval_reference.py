"""Adapters between the columns of the reference files and the functions that are compared."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS, Method

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", HERE / "reference"))

Answer = Mapping[str, Any]  # column of the file -> our values, one a row


def known(family: str, word: str) -> Method | None:
    """Return the entry that offers *word*, or None."""
    words = [m for m in METHODS[family] if word == m.name or word in m.aliases]
    return words[0] if words else None


def level_of(rows: pd.DataFrame) -> float:
    """Return the two-sided level of rows that share one.

    A one-sided bound at level L leaves out 1 - L on its side, as a two-sided interval at 2L - 1.
    """
    level = float(rows["confidence_level"].iloc[0])
    return level if rows["side"].iloc[0] == "two-sided" else 2 * level - 1


def limits(family: str, word: str, rows: pd.DataFrame, *counts: Any, **more: Any) -> Answer:
    """Return both limits by the method that offers *word*."""
    entry = known(family, word)
    assert entry is not None
    found = entry.function(*counts, confidence_level=level_of(rows), **more)
    return {"lower": found.low, "upper": found.high}


def columns(rows: pd.DataFrame, *names: str) -> tuple[Any, ...]:
    return tuple(rows[name].to_numpy() for name in names)


SIDES = {"two-sided": "two-sided", "lower bound only": "lower", "upper bound only": "upper"}


def bounds(family: str, word: str, rows: pd.DataFrame, *counts: Any) -> Answer:
    """Return both limits, or the bound on one side, by the method that offers *word*."""
    entry = known(family, word)
    assert entry is not None
    side = SIDES[rows["side"].iloc[0]]
    more = {} if side == "two-sided" else {"side": side}
    level = float(rows["confidence_level"].iloc[0])
    found = entry.function(*counts, confidence_level=level, **more)
    return {"lower": found.low, "upper": found.high}


def proportion(word: str, rows: pd.DataFrame) -> Answer:
    return bounds("proportion", word, rows, *columns(rows, "successes", "trials"))


def proportion_p_values(word: str, rows: pd.DataFrame) -> Answer:
    counts = columns(rows, "successes", "trials", "null_value")
    side = rows["side"].iloc[0]
    return {"p_value": intervals.proportion_p_value(*counts, method=word, alternative=side)}


def finite_population(word: str, rows: pd.DataFrame) -> Answer:
    counts = columns(rows, "successes", "sample_size", "population_size")
    if rows["p_value"].notna().all():
        null = rows["null_value"].to_numpy().astype(int)
        return {"p_value": intervals.finite_population_p_value(*counts, null, method=word)}
    found = bounds("finite_population", word, rows, *counts)
    whole = intervals.finite_population_counts(
        *counts,
        method=word,
        confidence_level=float(rows["confidence_level"].iloc[0]),
        side=SIDES[rows["side"].iloc[0]],
    )
    return {**found, "lower_count": whole.low, "upper_count": whole.high}


def rate(word: str, rows: pd.DataFrame) -> Answer:
    counts = columns(rows, "events", "person_time")
    if rows["p_value"].isna().all():
        return limits("rate", word, rows, *counts)
    null = rows["null_value"].to_numpy()
    return {"p_value": intervals.rate_p_value(*counts, null, method=word)}


def two_rates(word: str, rows: pd.DataFrame) -> Answer:
    family = rows["quantity"].iloc[0].replace(" ", "_")
    counts = columns(rows, "events_1", "person_time_1", "events_2", "person_time_2")
    found = dict(limits(family, word, rows, *counts))
    if rows["p_value"].notna().any():
        null = rows["null_value"].to_numpy()
        p_value = getattr(intervals, f"{family}_p_value")
        found["p_value"] = p_value(*counts, null, method=word)
    return found


# R's fisher.test prints the central interval and the minlike p-value together.
OTHER_P_VALUE = {"fisher_central_interval_minlike_p": "fisher_minlike"}
NO_DIFFERENCE = {
    word for test in intervals.NO_DIFFERENCE_TESTS for word in (test.name, *test.aliases)
}


def two_proportions(word: str, rows: pd.DataFrame) -> Answer:
    family = rows["quantity"].iloc[0].replace(" ", "_")
    counts = columns(rows, "successes_1", "trials_1", "successes_2", "trials_2")
    if family == "no_difference":
        side = rows["side"].iloc[0]
        return {"p_value": intervals.no_difference_p_value(*counts, method=word, alternative=side)}
    found = dict(limits(family, word, rows, *counts))
    if rows["p_value"].notna().any():
        p_value = getattr(intervals, f"{family}_p_value")
        found["p_value"] = p_value(*counts, method=OTHER_P_VALUE.get(word, word))
    return found


def offers_two_proportions(word: str, quantity: str) -> bool:
    if quantity == "no difference":
        return word in NO_DIFFERENCE
    return known(quantity.replace(" ", "_"), word) is not None


#: File -> (what makes a block of rows alike, the adapter, does a family offer this word?).
FILES: dict[str, tuple[Callable[[str, pd.DataFrame], Answer], Callable[[str, str], bool]]] = {
    "f01_single_proportion": (proportion, lambda w, q: known("proportion", w) is not None),
    "f01_single_proportion_pvalues": (
        proportion_p_values,
        lambda w, q: known("proportion", w) is not None,
    ),
    "f02_finite_population": (
        finite_population,
        lambda w, q: known("finite_population", w) is not None,
    ),
    "f03_single_rate": (rate, lambda w, q: known("rate", w) is not None),
    "f03_rate_ratio_difference": (
        two_rates,
        lambda w, q: known(q.replace(" ", "_"), w) is not None,
    ),
    "f04_two_proportions": (two_proportions, offers_two_proportions),
    "f04_two_proportions_unconditional_intervals": (two_proportions, offers_two_proportions),
}


def _beside(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FILES |= _beside("pairs_and_curves_reference").FILES
