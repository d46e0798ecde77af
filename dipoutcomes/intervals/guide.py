"""The guide to the methods, written from their table and from what was measured."""

from __future__ import annotations

from dipoutcomes.intervals._common import Method
from dipoutcomes.intervals.coverage import exact_coverage, paired_coverage, two_sample_coverage
from dipoutcomes.intervals.tables import METHODS

#: The designs at which coverage is worked out for the guide: the published sample and its like.
PEOPLE, FRAME, OTHER_GROUP, ODDS_RATIO = 28, 210, 29, 5.0

_FAMILIES = {
    "proportion": "One proportion: `proportion_interval(events, n)`",
    "finite_population": "A sample of a known frame: `finite_population_interval(events, n, N)`",
    "rate": "One rate: `rate_interval(events, person_time)`",
    "rate_ratio": "Two rates, ratio: `rate_ratio_interval`",
    "rate_difference": "Two rates, difference: `rate_difference_interval`",
    "difference": "Two proportions, difference: `difference_interval`",
    "ratio": "Two proportions, ratio: `ratio_interval`",
    "odds_ratio": "Two proportions, odds ratio: `odds_ratio_interval`",
    "paired_difference": "Pairs, difference: `paired_difference_interval`",
    "paired_ratio": "Pairs, ratio: `paired_ratio_interval`",
    "paired_odds_ratio": "Pairs, odds ratio: `paired_odds_ratio_interval`",
    "before_after": "The same people before and after, totals of events: `before_after_interval`",
    "signed_rank": "The same people before and after, a median change: `hodges_lehmann`",
    "survival": "A Kaplan-Meier curve at one time: `survival_interval`",
    "survival_quantile": "A median or other quantile of a curve: `survival_quantile_interval`",
    "survival_two_groups": "Two curves at one time: `melded_interval`",
    "restricted_mean": "Mean time without the event, two groups: "
    "`restricted_mean_comparison_interval`",
}


def methods_guide() -> str:
    """Return the guide as Markdown: every family, its methods, and their measured coverage.

    Notes
    -----
    Coverage is exact, by enumeration: for one sample the infimum over all true shares; for two
    samples and for pairs the least on a grid of truths. The figures are those of a nominal 95%.
    """
    parts = [
        "# Which interval to use",
        "Made by `dipoutcomes.intervals.guide.methods_guide`; a test keeps it current. "
        '**Recommended** is the method that `method="recommended"` takes: the default, for the '
        "reason beside it. It is near its level on average, and sound where nobody or everybody "
        "has the event; for a known frame, one rate, and totals before and after it keeps its "
        "level for every truth that its model allows. It need be neither the shortest "
        "nor the one whose coverage dips least: Wilson's dips furthest at shares next to 0 and 1, "
        "and where the truth may lie there `mid_p`, `scas` or `blaker` dips less.",
        "Coverage is worked out exactly at a nominal 95%: the least over all truths (of two groups "
        "and of pairs, over a grid of truths), the mean, and the expected width.",
    ]
    for family, methods in METHODS.items():
        parts += [f"## {_FAMILIES[family]}"]
        parts += [_table(family, methods)]
    return "\n\n".join(parts) + "\n"


def _table(family: str, methods: tuple[Method, ...]) -> str:
    measured = {method.name: _measured(family, method) for method in methods}
    shown = any(measured.values())
    keyword = "measure" if family == "restricted_mean" else "method"
    head = [f"`{keyword}=`", "What it is", "When to use it", "Source"]
    head += [_design(family)] if shown else []
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    for method in methods:
        name = f"`{method.name}`" + (" **recommended**" if method.standing == "recommended" else "")
        cells = [name, method.title, method.use, method.reference]
        cells += [measured[method.name]] if shown else []
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines)


def _design(family: str) -> str:
    return {
        "proportion": f"n = {PEOPLE}: least, mean, width",
        "finite_population": f"{PEOPLE} of {FRAME}: least, mean, width",
        "paired_difference": f"{PEOPLE} pairs, odds ratio {ODDS_RATIO:g}: least, mean, width",
    }.get(family, f"{PEOPLE} v {OTHER_GROUP}: least, mean, width")


def _measured(family: str, method: Method) -> str:
    if family == "proportion":
        one = exact_coverage(PEOPLE, method=method.name)
        return _figures(one.minimum, one.mean, one.mean_width)
    if family == "finite_population":
        one = exact_coverage(PEOPLE, method=method.name, population=FRAME)
        return _figures(one.minimum, one.mean, one.mean_width)
    if family == "difference" and method.name not in {"chan_zhang", "agresti_min"}:
        two = two_sample_coverage(PEOPLE, OTHER_GROUP, method=method.name)
        return _figures(two.minimum, two.mean, two.mean_width)
    if family == "paired_difference":
        two = paired_coverage(PEOPLE, odds_ratio=ODDS_RATIO, method=method.name, points=15)
        return _figures(two.minimum, two.mean, two.mean_width)
    return ""


def _figures(least: float, mean: float, width: float) -> str:
    return f"{least:.3f}, {mean:.3f}, {width:.3f}"
