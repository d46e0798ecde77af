"""Adapters for families 5 and 6: pairs, and Kaplan-Meier curves."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dipoutcomes import intervals
from dipoutcomes.comparison._conditional import conditional_poisson
from dipoutcomes.intervals import METHODS

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", HERE / "reference"))

Answer = Mapping[str, Any]  # column of the file -> our values, one a row
Steps = tuple[Any, Any, Any, Any]


def offers(family: str, word: str) -> bool:
    return any(word == m.name or word in m.aliases for m in METHODS[family])


def only(rows: pd.DataFrame, column: str) -> Any:
    """Return the value that the rows of a block share."""
    (value,) = rows[column].unique()
    return value


def columns(rows: pd.DataFrame, *names: str) -> tuple[Any, ...]:
    return tuple(rows[name].to_numpy() for name in names)


def both_limits(found: Any) -> dict[str, Any]:
    return {"lower": found.low, "upper": found.high}


# Pairs

PAIRED_TESTS = {
    "mcnemar_chi_square": "score",
    "mcnemar_chi_square_continuity_corrected": "score_corrected",
}
PAIRED_TESTED = {"tango", "scas", "tang", "clopper_pearson", "mid_p", "wilson"}


def offers_paired(word: str, quantity: str) -> bool:
    if quantity == "no change":
        return word in PAIRED_TESTS
    return offers(f"paired_{quantity.replace(' ', '_')}", word)


def paired(word: str, rows: pd.DataFrame) -> Answer:
    family = f"paired_{only(rows, 'quantity').replace(' ', '_')}"
    counts = columns(rows, "both", "first_only", "second_only", "neither")
    if word in PAIRED_TESTS:
        return {"p_value": intervals.mcnemar_p_value(*counts[1:3], method=PAIRED_TESTS[word])}
    counts = counts[1:3] if family == "paired_odds_ratio" else counts
    interval = getattr(intervals, f"{family}_interval")
    level = only(rows, "confidence_level")
    found = both_limits(interval(*counts, method=word, confidence_level=level))
    if intervals.method_named(family, word).name in PAIRED_TESTED:
        found["p_value"] = getattr(intervals, f"{family}_p_value")(*counts, method=word)
    return found


VARIANCES = {
    "model": "model",
    "cluster robust (sum of squared person scores, no small sample factor)": "person",
    "cluster robust with n/(n-1)": "person_corrected",
}


def before_after(word: str, rows: pd.DataFrame) -> Answer:
    level = only(rows, "confidence_level")
    if word == "conditional_poisson_individual":
        people = pd.read_csv(FOLDER / "data" / "before_after_counts.csv")
        names = ("offences_before", "years_before", "offences_after", "years_after")
        variance: Any = VARIANCES[only(rows, "variance")]
        found = conditional_poisson(
            *(people[name].to_numpy(dtype=float) for name in names), variance=variance
        )
        low, high = found.limits(level)
        return {"lower": low, "upper": high, "p_value": found.p_value()}
    totals = columns(
        rows, "events_before", "person_time_before", "events_after", "person_time_after"
    )
    found = intervals.before_after_interval(*totals, method=word, confidence_level=level)
    return {
        **both_limits(found),
        "p_value": intervals.before_after_p_value(*totals, method=word),
    }


def offers_before_after(word: str, _quantity: str) -> bool:
    return word == "conditional_poisson_individual" or offers("before_after", word)


SIGNED_RANK_TESTS = {
    f"signed_rank_{kind}_zero_{zeros}": ({"exact": "exact", "asymptotic": "normal"}[kind], zeros)
    for kind in ("exact", "asymptotic")
    for zeros in ("pratt", "wilcoxon")
}


def signed_rank(word: str, rows: pd.DataFrame) -> Answer:
    people = pd.read_csv(FOLDER / "data" / "signed_rank_differences.csv")
    changes = people.loc[people["set"] == only(rows, "set"), "difference"].to_numpy()
    if word in SIGNED_RANK_TESTS:
        method, zeros = SIGNED_RANK_TESTS[word]
        return {"p_value": intervals.signed_rank_p_value(changes, method=method, zeros=zeros)}
    level = only(rows, "confidence_level")
    found = intervals.hodges_lehmann(changes, method=word, confidence_level=level)
    return {
        **both_limits(found.interval),
        "achieved_level": found.achieved_level,
        "p_value": intervals.signed_rank_p_value(changes),
    }


def offers_signed_rank(word: str, _quantity: str) -> bool:
    return word in SIGNED_RANK_TESTS or offers("signed_rank", word)


# Curves


@cache
def steps_of(dataset: str, group: str) -> Steps:
    """Return time, at risk, events and censored at each distinct time of a data set."""
    people = pd.read_csv(FOLDER / "data" / f"survival_{dataset}.csv")
    if group != "all":
        people = people[people["group"].astype(str) == group]
    assert len(people), (dataset, group)
    time, place = np.unique(people["time"].to_numpy(), return_inverse=True)
    events = np.bincount(place, people["event"].to_numpy(), len(time)).astype(int)
    seen = np.bincount(place, minlength=len(time))
    at_risk = seen[::-1].cumsum()[::-1]
    return time, at_risk, events, seen - events


def survival(word: str, rows: pd.DataFrame) -> Answer:
    steps = steps_of(only(rows, "dataset"), only(rows, "group"))
    level, at = only(rows, "confidence_level"), rows["time"].to_numpy()
    if word == "rmst":
        return each(
            intervals.restricted_mean_interval(*steps, horizon=horizon, confidence_level=level)
            for horizon in at
        )
    if word.startswith("median"):
        return both_limits(
            intervals.survival_quantile_interval(*steps, method=word, confidence_level=level)
        )
    if word == "beta_product_grouped_delta":
        width = float(only(rows, "note").removeprefix("Delta = "))
        return both_limits(
            intervals.beta_product_interval(*steps, at, grouping=width, confidence_level=level)
        )
    return both_limits(intervals.survival_interval(*steps, at, method=word, confidence_level=level))


def each(found: Any) -> Answer:
    limits = np.array([tuple(interval) for interval in found])
    return {"lower": limits[:, 0], "upper": limits[:, 1]}


def offers_survival(word: str, _quantity: str) -> bool:
    return word == "rmst" or offers("survival", word) or offers("survival_quantile", word)


MELDED = {
    "melded_beta_product_difference": "difference",
    "melded_beta_product_ratio": "ratio",
    "melded_beta_product_oddsratio": "odds_ratio",
    "melded_beta_product_cdfratio": "event_ratio",
}
FIXED_TIME = {
    f"fixed_time_test_{theirs}_{kind}": (ours, kind == "pooled")
    for theirs, ours in (("cloglog", "log_log"), ("identity", "plain"), ("log", "log"))
    for kind in ("pooled", "unpooled")
}


def two_groups(word: str, rows: pd.DataFrame) -> Answer:
    """Compare group_2 with group_1, as the file does."""
    dataset, level, at = only(rows, "dataset"), only(rows, "confidence_level"), rows["time"]
    two = steps_of(dataset, only(rows, "group_2"))
    if word == "rmst_arm":
        return each(
            intervals.restricted_mean_interval(*two, horizon=tau, confidence_level=level)
            for tau in at
        )
    one, times = steps_of(dataset, only(rows, "group_1")), at.to_numpy()
    if word in FIXED_TIME:
        scale, pooled = FIXED_TIME[word]
        p = intervals.fixed_time_p_value(two, one, times, scale=scale, pooled_variance=pooled)
        return {"p_value": p}
    if word == "fixed_time_difference_plain":
        found = intervals.fixed_time_difference_interval(two, one, times, confidence_level=level)
        p = intervals.fixed_time_p_value(two, one, times, scale="plain", pooled_variance=False)
        return {**both_limits(found), "p_value": p}
    if word in MELDED:
        # The file's "cdfratio" is 1 - S1 over 1 - S2, as its estimates show: group_1 first.
        pair = (one, two) if MELDED[word] == "event_ratio" else (two, one)
        measure = MELDED[word]
        found = intervals.melded_interval(*pair, times, measure=measure, confidence_level=level)
        p = intervals.melded_p_value(*pair, times, measure=measure)
        return {**both_limits(found), "p_value": p}
    compare, test = intervals.restricted_mean_comparison_interval, intervals.restricted_mean_p_value
    p = np.array([test(two, one, horizon=tau, measure=word) for tau in at])
    found = (compare(two, one, horizon=tau, measure=word, confidence_level=level) for tau in at)
    return {**each(found), "p_value": p}


def offers_two_groups(word: str, _quantity: str) -> bool:
    known = {"rmst_arm", "fixed_time_difference_plain", *FIXED_TIME, *MELDED}
    return word in known or offers("restricted_mean", word)


FILES: dict[str, tuple[Callable[[str, pd.DataFrame], Answer], Callable[[str, str], bool]]] = {
    "f05_paired_proportions": (paired, offers_paired),
    "f05_before_after_rate_ratio": (before_after, offers_before_after),
    "f05_signed_rank": (signed_rank, offers_signed_rank),
    "f06_kaplan_meier": (survival, offers_survival),
    "f06_kaplan_meier_likelihood_ratio_precise": (survival, offers_survival),
    "f06_two_group_fixed_time_rmst": (two_groups, offers_two_groups),
}
