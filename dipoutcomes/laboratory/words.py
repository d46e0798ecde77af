"""The sentences of the result page."""

from __future__ import annotations

from math import exp, isnan, sqrt

from dipoutcomes import _display
from dipoutcomes.laboratory.results import LaboratoryResults
from dipoutcomes.laboratory.score import Score
from dipoutcomes.laboratory.verdict import (
    AVOID,
    BIASED,
    DECLARED,
    ERRORS_ALLOWED,
    HOLDS,
    NOT_JUDGED,
    NOT_SHOWN,
    SHORT,
    SHORTFALL_TO_SEE,
)

FAMILIES_IN_WORDS = {
    "proportion": "One share",
    "finite_population": "A share of a known frame",
    "rate": "One rate, independent events",
    "rate_ratio": "Ratio of two rates",
    "rate_difference": "Difference of two rates",
    "difference": "Difference of two shares",
    "ratio": "Ratio of two shares",
    "odds_ratio": "Odds ratio of two shares",
    "paired_difference": "Shares in the same people, difference",
    "paired_ratio": "Shares in the same people, ratio",
    "paired_odds_ratio": "Shares in the same people, odds ratio",
    "before_after": "Totals before and after",
    "signed_rank": "Median change",
    "survival": "Kaplan-Meier at one time",
    "survival_quantile": "Median time to the event",
    "survival_two_groups": "Two curves at one time",
    "restricted_mean": "Mean time without the event",
    "regression": "Regression of time to the event",
    "recurrent": "How often it happens again",
    "competing_risks": "What comes first: competing events",
    "outcomes": "What happened: shares and rates of people who differ",
    "comparison": "Before and after, and between groups",
    "regression_to_mean": "What is left of a fall that would have come of itself",
    "other_people": "Other people, made comparable",
    "areas": "Areas against areas",
    "series": "One series against its own past",
    "benchmark": "Beside a published figure",
    "sensitivity": "Hidden bias, wrong records, many outcomes",
    "payment": "What a contract pays",
    "sampling": "Draws from a frame",
    "tests": "Tests",
    "popular practice": "Popular practice",
}

#: Verdict: as the page prints it, and what is done.
VERDICTS = {
    HOLDS: (
        "holds",
        "Kept its level in every scenario and at every size tried, to within Monte Carlo error. "
        "Use it for what it is for.",
    ),
    NOT_SHOWN: (
        "not shown to fall short",
        "No shortfall was seen, but in some row the cohorts were too few to see one of "
        f"{100 * SHORTFALL_TO_SEE:.0f} points: this says little either way. The full version, "
        "with more cohorts, says more.",
    ),
    DECLARED: (
        "falls short somewhere, as declared",
        "Approximate: below its level in the rows named further down, by no more than is declared "
        "there, with the reason and what to use instead.",
    ),
    AVOID: (
        "do not use",
        "Kept so that published work can be reproduced; its own title says not to use it.",
    ),
    BIASED: (
        "biased",
        "Wrong on average by more than a tenth of its standard deviation. The build fails until "
        "this is mended or stated.",
    ),
    SHORT: (
        "falls short of what is declared",
        "Below the least that it is held to. The build fails until it is mended, or its range of "
        "validity is stated.",
    ),
    NOT_JUDGED: ("not judged", "Tried for its power only."),
}

PRACTICE = (
    "Each practice below is met in published evaluations. The made-up people are the same for "
    "both ways, and the truth is known: where it says no effect, nothing was changed for anybody."
)
BELOW = (
    "A method stands here if, in at least one scenario, its intervals held the truth less often "
    "than they say, or its test rejected a true hypothesis more often than 5%, by more than four "
    "Monte Carlo standard errors."
)
FAMILIES = (
    "Each figure shows the worst scenario of each estimator, so that a method is seen at its "
    "weakest. To the right of the dashed line a method is cautious: its limits are longer than "
    "need be. Lengths are medians in the first scenario at the largest size tried; of ratios, of "
    "the logarithm."
)
BIAS = (
    "For estimators that give a value of their own: how much of the typical error is the same "
    "every time. Between -0.1 and 0.1 it hardly moves the coverage of an interval."
)


def family(name: str) -> str:
    """Return a family as the page prints it."""
    return FAMILIES_IN_WORDS.get(name, name)


def headline(results: LaboratoryResults) -> str:
    """Return what a commissioner needs to know, in a few sentences."""
    counts = results.counts()
    estimators = sum(counts.values())
    cohorts = sum(row.replications for row in results.rows)
    failing = counts.get(SHORT, 0) + counts.get(BIASED, 0)
    unsure = counts.get(NOT_SHOWN, 0)
    said = "**None falls short of what is declared of it.**"
    if failing:
        said = f"**{failing:,} fall short of what is declared of them and must be mended.**"
    elif unsure:
        said = "**None was found to fall short of what is declared of it.**"
    few = (
        f"{unsure:,} were tried on too few cohorts, somewhere, to show a shortfall of "
        f"{100 * SHORTFALL_TO_SEE:.0f} points: they were not shown to fall short, and no more can "
        "be said. "
        if unsure
        else ""
    )
    return (
        f"{estimators:,} estimators and tests were tried on made-up cohorts of "
        f"{_listed(results.sizes)} people whose truth is known: {len(results.rows):,} trials, "
        f"{cohorts:,} answers. {counts.get(HOLDS, 0):,} keep their level wherever they were "
        f"tried. {few}{counts.get(DECLARED, 0):,} fall short somewhere, by no more than is "
        f"declared below, and {counts.get(AVOID, 0):,} are marked 'do not use'. {said}"
    )


def precision(results: LaboratoryResults) -> str:
    """Return how small a fault would have been noticed."""
    most = max(row.replications for row in results.rows)
    fewest = min(row.replications for row in results.rows)
    size = {"small": "This is the small version that runs with every change", "full": "This is the "
            "full version that runs at night"}.get(results.preset, "")  # fmt: skip
    return (
        f"{size}: {fewest:,} to {most:,} cohorts a trial, so that a coverage "
        f"{_points(most)} below 95% is noticed where there are most, and one {_points(fewest)} "
        "below where there are fewest."
    )


def _points(replications: int) -> str:
    return f"{100 * ERRORS_ALLOWED * sqrt(0.95 * 0.05 / replications):.1f} points"


def method(results: LaboratoryResults) -> str:
    """Return how the laboratory works, for whoever wants to repeat it."""
    return (
        "A scenario says how cohorts come about, so that the truth is known: in closed form, from "
        "the frame they are drawn from, or by design. All estimators of a scenario see the same "
        "cohorts. Coverage is the share of intervals that hold the truth; an interval that is "
        "missing (an estimator refused, or gave no limits) counts as one that does not, and is "
        "counted as a failure besides. Type I error is the share of p-values of at most 5% where "
        "the hypothesis is true.\n\n"
        f"A verdict is a rule: coverage must not lie below the level by more than "
        f"{ERRORS_ALLOWED:g} Monte Carlo standard errors, nor type I error above 5%; what is known "
        "to fall short is held to a declared floor instead. A method is only said to hold where "
        f"those errors come to {100 * SHORTFALL_TO_SEE:.0f} points or less. The chance of a false "
        "alarm among some 1,500 trials is about 5%.\n\n"
        f"Seed {results.seed}. The same seed gives the same results "
        "to the last digit; every row is in `validation.csv`, with bias, root mean square error, "
        "misses on each side, lengths and failures."
    )


def where(row: Score) -> str:
    """Return scenario and size of a row."""
    says = row.scenario_says.replace("n people", f"{row.n:,} people")
    return says if f"{row.n:,} people" in says else f"{row.n:,} people: {says}"


def average(row: Score) -> str:
    """Return the mean estimate of a row; of ratios the geometric mean."""
    if isnan(row.bias):
        return "bounds"
    value = row.truth * exp(row.bias) if row.scale == "log" else row.truth + row.bias
    return _display.number(value, 2)


def _listed(sizes: tuple[int, ...]) -> str:
    found = [f"{n:,}" for n in sizes]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
