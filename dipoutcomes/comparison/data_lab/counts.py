"""A published comparison of two counts, in the same form."""

from __future__ import annotations

import numpy as np

from dipoutcomes._validate import check_count
from dipoutcomes.comparison.data_lab.outcomes import DataLabOutcomes
from dipoutcomes.comparison.data_lab.report import DataLabReport, data_lab_report
from dipoutcomes.comparison.data_lab.rules import RULES, DataLabRules
from dipoutcomes.comparison.data_lab.words import cannot_say
from dipoutcomes.comparison.groups import difference_between_groups
from dipoutcomes.comparison.weighting.design import WeightedDesign
from dipoutcomes.results import EstimateRow, EstimateTable

MOST_PEOPLE = 10_000_000
METHODS = ("miettinen_nurminen", "newcombe", "wald")
WEIGHTS_UNKNOWN = (
    "Made of published counts: how the comparison group was matched or weighted is not in them, so "
    "every interval here takes it for a plain sample of as many people"
)


def data_lab_from_counts(
    treated_reoffenders: int,
    treated: int,
    comparison_reoffenders: int,
    comparison: int,
    *,
    programme: str = "the programme",
    submitted: int | None = None,
    rules: DataLabRules = RULES,
    confidence_level: float = 0.95,
) -> tuple[DataLabReport, EstimateTable]:
    """Return table 1 of published counts, and the difference by three methods.

    Parameters
    ----------
    treated_reoffenders, treated, comparison_reoffenders, comparison : int
    programme, submitted, rules, confidence_level
        As in `data_lab_report`.

    Returns
    -------
    DataLabReport
        Of the rate alone; the frequency of reoffences is not in such counts.
    EstimateTable
        Miettinen and Nurminen's, Newcombe's and Wald's intervals.

    Raises
    ------
    DesignError
        If a report would not be made of so few people.
    TypeError, ValueError
        If a count is not a whole number in its range.

    Examples
    --------
    >>> report, table = data_lab_from_counts(156, 368, 136, 327, programme="Diamond")
    >>> [e.printed_interval for e in table.estimates]
    ['-6.6 to +8.1 points', '-6.5 to +8.1 points', '-6.5 to +8.2 points']
    """
    n = [
        check_count("treated", treated, minimum=1, maximum=MOST_PEOPLE),
        check_count("comparison", comparison, minimum=1, maximum=MOST_PEOPLE),
    ]
    again = [
        check_count("treated_reoffenders", treated_reoffenders, maximum=n[0]),
        check_count("comparison_reoffenders", comparison_reoffenders, maximum=n[1]),
    ]
    flags = np.concatenate([np.arange(size) < k for k, size in zip(again, n, strict=True)])
    design = WeightedDesign(
        treated=np.repeat([True, False], n),
        weights=np.ones(sum(n)),
        estimand="ATT",
        method="published counts",
    )
    whole = data_lab_report(
        design, DataLabOutcomes.of(flags.astype(int)), programme=programme, submitted=submitted,
        rules=rules, confidence_level=confidence_level,
    )  # fmt: skip
    from dataclasses import replace

    rate = whole.measures[:1]
    report = replace(
        whole,
        measures=rate,
        estimand="the people counted; for whom else the publication's matching decides",
        can_say=whole.can_say[:1],
        cannot_say=tuple(cannot_say(list(rate), programme, max((submitted or n[0]) - n[0], 0))),
        notes=(f"{WEIGHTS_UNKNOWN}.", whole.notes[0]),
    )
    rows = []
    for method in METHODS:
        found = difference_between_groups(
            again[0], n[0], again[1], n[1], method=method, confidence_level=confidence_level,
            measure="difference in the one-year proven reoffending rate",
        )  # fmt: skip
        rows.append(EstimateRow(label=found.interval.method, estimate=found))
    return report, EstimateTable(
        name="data_lab_difference",
        caption=f"{programme}: difference in the one-year proven reoffending rate, by method",
        rows=tuple(rows),
        notes=(f"{WEIGHTS_UNKNOWN}.",),
        heading="Method",
    )
