"""Tables of a comparison of people that come before any outcome: who, how alike, which trial."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

from dipoutcomes.comparison.matching import Balance, design_words, target_trial
from dipoutcomes.pipeline.comparisons.people_design import Groups, Prepared
from dipoutcomes.protocol.model import OtherPeople, Protocol
from dipoutcomes.results import Column, Table


def who_is_compared(section: OtherPeople, groups: Groups, ready: Prepared) -> Table:
    """Return how many people of each group were asked, known and used."""
    counts = ready.design.counts
    treated, others = section.treated, section.comparison or "everybody else"
    rows = [
        [
            treated,
            groups.asked[0],
            groups.unknown[0],
            counts["treated"],
            counts["treated_used"],
            float(ready.balance.effective_treated),
        ],
        [
            others,
            groups.asked[1],
            groups.unknown[1],
            counts["comparison"],
            counts["comparison_used"],
            float(ready.balance.effective_comparison),
        ],
    ]
    return Table.of(
        "comparison_people",
        "Who is compared",
        [
            Column(key="group", heading="Group", kind="label"),
            Column(key="asked", heading="In the study", kind="persons"),
            Column(key="unknown", heading="Outcome not known", kind="persons", out_of="asked"),
            Column(key="known", heading="Known throughout", kind="persons", out_of="asked"),
            Column(key="used", heading="Compared", kind="persons", out_of="known"),
            Column(key="worth", heading="Count as", kind="number"),
        ],
        rows,
        notes=(
            f"How: {ready.design.method}.",
            f"The design was locked as {ready.design.sha256[:12]}.",
            "Count as: the number of people of equal weight that would say as much (Kish).",
        ),
    )


def balance_tables(ready: Prepared) -> list[Table]:
    """Return balance as standardised differences, and the means for the working copy alone."""
    short, whole = (ready.balance.to_table(means=means) for means in (False, True))
    # Who is compared stands in a table of its own, which disclosure control judges.
    short = replace(short, notes=short.notes[:1] + short.notes[2:])
    return [_in_words(_with_counts(short, ready.balance)), _in_words(whole, "balance_means")]


def _in_words(table: Table, name: str = "balance") -> Table:
    """Return balance with the protocol's own word for earlier offending in words."""
    rows = tuple(
        {**row, "covariate": "events before"} if row["covariate"] == "events_before" else row
        for row in table.rows
    )
    return replace(table, name=name, rows=rows)


def _with_counts(table: Table, balance: Balance) -> Table:
    """Return balance with the people of each category, whom disclosure control judges.

    A standardised difference of a category is a count in another dress.
    """
    counts: list[tuple[int | None, int | None]] = []
    for row in balance.rows:
        is_category = isnan(row.variance_ratio) and 0 <= row.mean_treated <= 1
        pair = (row.mean_treated * balance.treated, row.mean_comparison * balance.comparison)
        counts.append((round(pair[0]), round(pair[1])) if is_category else (None, None))
    first, *others = table.columns
    return replace(
        table,
        columns=(
            first,
            Column(key="treated", heading="In the programme", kind="persons"),
            Column(key="others", heading="Others", kind="persons"),
            *others,
        ),
        rows=tuple(
            {**row, "treated": pair[0], "others": pair[1]}
            for row, pair in zip(table.rows, counts, strict=True)
        ),
    )


def trial_table(protocol: Protocol, section: OtherPeople, ready: Prepared) -> Table:
    """Return the trial that the comparison stands in for."""
    cohort, outcome = protocol.cohort, protocol.outcome
    ages = f", aged {cohort.minimum_age} or more" if cohort and cohort.minimum_age else ""
    when = ""
    if cohort:
        first, last = (f"{d.day} {d:%B %Y}" for d in (cohort.accrual_from, cohort.accrual_to))
        when = f" from {first} to {last}"
    what = outcome.measure if outcome else "event"
    windows = "; ".join(section.windows)
    at_start = not cohort or cohort.index_date == "start"
    verb, index = (
        ("started", "the start of the episode") if at_start else ("ended", "the end of the episode")
    )
    words = design_words(ready.design)
    by_chance, ours = words["assignment"]
    words["assignment"] = (by_chance, ours.replace("_", " "))
    # How many there are stands in a table of its own, which disclosure control judges.
    whose, effect = words["estimand"]
    words["estimand"] = (whose, effect.partition(":")[0])
    analysis = f"{ready.design.method}; design locked as {ready.design.sha256[:12]}"
    words["analysis"] = (words["analysis"][0], analysis)
    return target_trial(
        **words,
        eligibility=f"people whose episode {verb}{when}{ages}",
        time_zero=("the day on which chance decides", index),
        strategies=f"{section.treated_says}, or {section.comparison_says}",
        follow_up=windows,
        outcome=f"at least one {what}; {what}s per person",
    )
