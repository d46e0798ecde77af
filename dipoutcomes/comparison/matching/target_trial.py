"""The trial that a comparison stands in for, element by element."""

from __future__ import annotations

import re

from dipoutcomes.comparison.matching.design import ESTIMANDS, LockedDesign
from dipoutcomes.results import Column, Table

Words = str | tuple[str, str]

#: The elements of a target trial, and the words that head them.
ELEMENTS = {
    "eligibility": "Who is eligible",
    "time_zero": "Time zero",
    "strategies": "Strategies compared",
    "assignment": "Who gets which",
    "follow_up": "Follow-up",
    "outcome": "Outcome",
    "estimand": "Effect estimated",
    "analysis": "Analysis",
}

_BLANK = re.compile(r"[\W_]*|(?i:tbc|tbd|todo|n/?a|none|unknown|to be (confirmed|decided))\W*")


def target_trial(
    *,
    eligibility: Words,
    time_zero: Words,
    strategies: Words,
    assignment: Words,
    follow_up: Words,
    outcome: Words,
    estimand: Words,
    analysis: Words,
) -> Table:
    """Return the table of a target trial: what a trial would do, and what these data do instead.

    Parameters
    ----------
    eligibility, time_zero, strategies, assignment, follow_up, outcome, estimand, analysis :
        In words, each one text or two. One: the data do as the trial would. Two: what the trial
        would do, and what these data do. `design_words` gives three of them for a locked design.

    Returns
    -------
    Table
        Of eight rows: "Element", "Target trial", "These data".

    Raises
    ------
    ValueError
        If an element is blank or a placeholder ("n/a", "to be decided"); all are named at once.

    References
    ----------
    .. [1] Hernan, M. A. and Robins, J. M. (2016). American Journal of Epidemiology 183, 758-764,
       table 1.

    Examples
    --------
    >>> table = target_trial(
    ...     eligibility="adults who tested positive for opiates or cocaine on arrest",
    ...     time_zero="the day of the test",
    ...     strategies=("treatment from day 0, or none", "a first session within 28 days, or none"),
    ...     assignment=("by chance", "as worker and person chose; 8 covariates measured"),
    ...     follow_up="12 months from time zero, and 6 more for proof",
    ...     outcome="a proven reoffence",
    ...     estimand="average effect on those who had the programme",
    ...     analysis="difference in shares of matched people",
    ... )
    >>> table.column("element")[2], table.column("data")[2]
    ('Strategies compared', 'a first session within 28 days, or none')
    """
    words: dict[str, Words] = {
        "eligibility": eligibility,
        "time_zero": time_zero,
        "strategies": strategies,
        "assignment": assignment,
        "follow_up": follow_up,
        "outcome": outcome,
        "estimand": estimand,
        "analysis": analysis,
    }
    rows, blank = [], []
    for name, given in words.items():
        both = (given, given) if isinstance(given, str) else tuple(given)
        if len(both) != 2 or any(_BLANK.fullmatch(text.strip()) for text in both):
            blank.append(f"`{name}` is blank")
            continue
        rows.append([ELEMENTS[name], *(text.strip() for text in both)])
    if blank:
        raise ValueError(
            f"a target trial must be said in full: {'; '.join(blank)}. An element that nobody can "
            "state is a reason not to make the comparison"
        )
    return Table.of(
        "target_trial",
        "The trial that this comparison stands in for",
        [
            Column(key="element", heading="Element", kind="label"),
            Column(key="trial", heading="Target trial", kind="text"),
            Column(key="data", heading="These data", kind="text"),
        ],
        rows,
        notes=["Where the two columns differ, so may the effects."],
    )


def design_words(design: LockedDesign) -> dict[str, tuple[str, str]]:
    """Return what a locked design says of a target trial: *assignment*, *estimand*, *analysis*.

    Parameters
    ----------
    design : LockedDesign

    Returns
    -------
    dict
        For each element what the trial would do, and what the design does, with its counts.

    Examples
    --------
    >>> import pandas as pd
    >>> from dipoutcomes.comparison.matching import open_design
    >>> people = pd.DataFrame({"treated": [1, 1, 0, 0, 0], "prior": [4, 2, 2, 4, 3], "y": 0})
    >>> plan = open_design(people, treated="treated", covariates=["prior"], outcomes=["y"])
    >>> found = plan.match()
    >>> design_words(plan.lock())["assignment"]
    ('by chance', 'not by chance; made alike in prior')
    """
    counts = design.counts
    effect = f"the {ESTIMANDS[design.estimand]}"
    if counts["treated"] - counts["treated_used"]:
        effect += f": {counts['treated_used']:,} of {counts['treated']:,}"
    covariates = dict.fromkeys(name.split(":")[0] for name in design.covariate_names)
    analysis = (
        f"{design.method}; {counts['treated_used']:,} treated people against "
        f"{counts['comparison_used']:,} others; design locked as {design.sha256[:12]}"
    )
    if not design.outcome_blind:
        analysis += ", changed after outcomes of these people had been opened"
    return {
        "assignment": ("by chance", f"not by chance; made alike in {', '.join(covariates)}"),
        "estimand": ("the average effect on everybody who is eligible", effect),
        "analysis": ("comparison of the groups as drawn", analysis),
    }
