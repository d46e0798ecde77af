"""The trial that a comparison stands in for, element by element."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
_AT_RANDOM = "by chance"


def target_trial(
    design: LockedDesign | None = None,
    *,
    eligibility: Words,
    time_zero: Words,
    strategies: Words,
    follow_up: Words,
    outcome: Words,
    design_words: Mapping[str, Words] | None = None,
) -> Table:
    """Return the table of a target trial: what a trial would do, and what these data do instead.

    Parameters
    ----------
    design : LockedDesign, optional
        Fills *assignment*, *estimand* and *analysis* in, with its counts.
    eligibility, time_zero, strategies, follow_up, outcome : str or (str, str)
        In words. One text: the data do as the trial would. Two: what the trial would do, and what
        these data do.
    design_words : mapping of {"assignment", "estimand", "analysis"} to words, optional
        The same for what a design would fill in; needed without one, and first where both are.

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
    ...     follow_up="12 months from time zero, and 6 more for proof",
    ...     outcome="a proven reoffence",
    ...     design_words={
    ...         "assignment": ("by chance", "as worker and person chose; 8 covariates measured"),
    ...         "estimand": "average effect on those who had the programme",
    ...         "analysis": "difference in shares of matched people",
    ...     },
    ... )
    >>> table.column("element")[2], table.column("data")[2]
    ('Strategies compared', 'a first session within 28 days, or none')
    """
    words: dict[str, Words] = {
        "eligibility": eligibility,
        "time_zero": time_zero,
        "strategies": strategies,
        "follow_up": follow_up,
        "outcome": outcome,
        **(_from_design(design) if design is not None else {}),
        **(design_words or {}),
    }
    problems = [f"`{name}` is no element of a target trial" for name in words.keys() - ELEMENTS]
    rows = []
    for name, heading in ELEMENTS.items():
        given = words.get(name, "")
        both = (given, given) if isinstance(given, str) else tuple(given)
        if len(both) != 2 or any(_BLANK.fullmatch(text) for text in both):
            problems.append(f"`{name}` is blank")
            continue
        rows.append([heading, *(text.strip() for text in both)])
    if problems:
        raise ValueError(
            "a target trial must be said in full: " + "; ".join(sorted(problems)) + ". An element "
            "that nobody can state is a reason not to make the comparison"
        )
    notes = ["Where the two columns differ, so may the effects."]
    if design is not None:
        notes.append(f"Design locked as {design.sha256[:12]}.")
        if not design.outcome_blind:
            notes.append("The design was changed after outcomes of these people had been opened.")
    return Table.of(
        "target_trial",
        "The trial that this comparison stands in for",
        [
            Column(key="element", heading="Element", kind="label"),
            Column(key="trial", heading="Target trial", kind="text"),
            Column(key="data", heading="These data", kind="text"),
        ],
        rows,
        notes=notes,
    )


def _from_design(design: LockedDesign) -> dict[str, Words]:
    counts = design.counts
    effect = f"the {ESTIMANDS[design.estimand]}"
    lost = counts["treated"] - counts["treated_used"]
    if lost:
        effect += f": {counts['treated_used']:,} of {counts['treated']:,}"
    covariates = dict.fromkeys(name.split(":")[0] for name in design.covariate_names)
    return {
        "assignment": (
            _AT_RANDOM,
            f"not by chance; made alike in {', '.join(covariates)}",
        ),
        "estimand": ("the average effect on everybody who is eligible", effect),
        "analysis": (
            "comparison of the groups as drawn",
            f"{design.method}; {counts['treated_used']:,} treated people against "
            f"{counts['comparison_used']:,} others",
        ),
    }
