"""The paragraphs on what a result is compared with, in the words of who commissions the work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dipoutcomes import _display

Facts = Mapping[str, Any]

ENTRY_SAYS = {
    "at_an_event": "Everybody came in through one of their own {noun}. Whoever is met that way is "
    "met at a time, and is a person, of more {noun} than usual.",
    "first_event_after_a_date": "Everybody came in at their first of the {noun} after a date, so "
    "that the time just before is empty of them by the way people were chosen.",
    "count": "Everybody came in because they had many {noun} in the period before; in a later "
    "period they would on average have had fewer, whatever anybody did.",
    "not_by_offending": "Nobody came in because of their {noun}, so none of the change comes from "
    "the way people were chosen.",
}


def regression_to_mean(facts: Facts) -> str:
    """Return the paragraph above what is left of a fall."""
    return (
        f"{_entry(facts)} A later period then shows a different rate with no effect at all: "
        "regression to the mean. The table has the ratio of the two rates as it was observed; the "
        "ratio that no effect would have left; and the one over the other, which is what remains "
        "to be explained. A ratio of 1 is no change, 0.75 a quarter less."
    )


def regression_to_mean_unknown(facts: Facts) -> str:
    """Return the paragraph where it could not be worked out what no effect would have left."""
    return (
        f"{_entry(facts)} How much of the change that explains could not be worked out from these "
        "data, so the change from before to after says nothing of the programme."
    )


def _entry(facts: Facts) -> str:
    return ENTRY_SAYS[facts["regression_to_mean"]["entry"]].format(noun=facts["events_noun"])


def adjusted_sources(*, grid: bool) -> str:
    """Return what the grid is for, where the two numbers are from elsewhere."""
    return (
        "What no effect would have left depends on two numbers that are not of these people: how "
        "often people like them offend who were not chosen for it, and how much they differ (the "
        "shape: the smaller, the more they differ). The table shows what would remain if the two "
        "were others. Where the answer turns with them, "
        "the answer is not known."
        if grid
        else ""
    )


def who_changed() -> str:
    """Return the paragraph above the people who fell and rose."""
    return (
        "People's numbers go up and down by chance alone. The table sets how many fell, and by how "
        "much, beside made-up cohorts of the same size that came in the same way and that nothing "
        "had changed."
    )


def other_models() -> str:
    """Return the paragraph above the ratio by several models."""
    return (
        "The ratio of rates rests on how it is taken that people differ. The protocol's own way "
        "stands first; the last takes the events of one person to be independent, which they are "
        "not, and is there to be compared with. No model takes regression to the mean away."
    )


def earlier(facts: Facts) -> str:
    """Return the paragraph above the earlier window."""
    part = facts["regression_to_mean"]
    return (
        f"The period “{part['earlier']}” lies before the time at which people were chosen. If "
        f"their rates were steady, “{part['after']}” against it is free of the way they were "
        "chosen, and needs no number from elsewhere; it is not free of ageing or of a time of "
        "trouble that led up to the contact."
    )


def other_people(facts: Facts) -> str:
    """Return the paragraph above the comparison of people."""
    part = facts["other_people"]
    blind = (
        f"The two groups were made {'alike' if part['red'] == 0 else 'as alike as it went'}, and "
        "the result of that was fixed, before any outcome of theirs could be seen."
        if part["blind"]
        else "The way in which the groups were made alike was changed after outcomes had been seen."
    )
    return (
        f"People in “{part['treated']}” ({part['treated_says']}) are compared with people in "
        f"“{part['comparison']}” ({part['comparison_says']}). {blind} The first table says which "
        "trial the comparison stands in for, and where it falls short of one."
    )


def balance(facts: Facts) -> str:
    """Return the paragraph above the balance of the groups."""
    part = facts["other_people"]
    red = part["red"]
    judged = (
        "Afterwards nothing differs by more than a tenth of a standard deviation."
        if red == 0
        else (
            f"{red} of the {part['covariates']} still {'differs' if red == 1 else 'differ'} by "
            "more than a tenth of a standard deviation, so the groups are not alike in what is on "
            "record, let alone in what is not."
        )
    )
    return (
        "How different the groups were in what was known at the start, and how different the "
        f"people compared are. {judged}"
    )


def effects() -> str:
    """Return the paragraph above the effects."""
    return (
        "The protocol's own analysis stands first. A second analysis of another kind stands beside "
        "it: where the two disagree, the answer hangs on the method. The groups as they are show "
        "what making them alike has changed."
    )


def family() -> str:
    """Return the paragraph above the family of outcomes."""
    return (
        "Ask about twenty outcomes and one of them will seem to differ by chance alone. The table "
        "has each p-value as it was found, and as it is when the others are allowed for."
    )


def negative_control(facts: Facts) -> str:
    """Return the paragraph above the period that cannot have been touched."""
    window = facts["other_people"]["negative_control"]
    return (
        f"The programme cannot have changed “{window}”. If the groups differ there, they differ in "
        "something that was not made alike, and the difference afterwards cannot be put down to "
        "the programme. That none is seen does not show that there is none: the interval says how "
        "large it may be."
    )


def fragile() -> str:
    """Return the paragraph above what it would take for the conclusion to change."""
    return (
        "People may differ in what nobody recorded, and the outcome of some is not known. The "
        "tables say how strong a hidden difference, or how unlike the others the unknown people, "
        "would have to be for the conclusion to change. They do not say whether it is so."
    )


def areas(facts: Facts) -> str:
    """Return the paragraph above the comparison of areas."""
    part = facts["areas"]
    return (
        f"The change in {part['intensive']} intensive areas is set against the change in the "
        f"{part['areas'] - part['intensive']} others. What counts is the number of areas and not "
        "that of people: whatever happened in one area happened to all its people. The smallest "
        f"p-value that so few areas can give is {part['smallest_p']:.2g}."
    )


def areas_apart() -> str:
    """Return the paragraph above the areas one by one."""
    return (
        "With few people an area's share goes up and down by chance, so the best and the worst of "
        "a list are mostly the smallest. Partly pooled, each share is drawn towards the others as "
        "far as the areas turn out to be alike; the limits of chance say which areas differ by "
        "more than it can make them."
    )


def benchmark(facts: Facts) -> str:
    """Return the paragraph above the published rates."""
    lines = [
        "A rate of other people, counted in another way, is a mark on the scale and not a "
        "comparison group. The second table has every way in which the two are known to differ."
    ]
    for one in facts["benchmarks"]:
        people = f" of {one['people']:,}" if one["people"] else ""
        lines.append(
            f"Of the {one['says']}, {_display.percent(one['share'], 0)}{people} had a "
            f"{one['event']} within {one['months']} months ({one['source']})."
        )
        if not one["comparable"]:
            lines.append(
                "That counts another event, or another length of time, than this study does: "
                "nothing follows from the distance between the two figures, and none is given."
            )
    return " ".join(lines)


def definitions() -> str:
    """Return the paragraph above the definitions side by side."""
    return (
        "One and the same group of people has many rates of reoffending: of being arrested, "
        "charged, convicted, or proven to have offended; counted in people or in events; for each "
        "person or for each of those who reoffended. The table has them side by side, so that a "
        "figure from elsewhere is held against the row that counts as it does."
    )


def design() -> str:
    """Return the paragraph above the grades of the designs."""
    return (
        "How much a comparison can show is settled by its design before any number is in. The "
        "Maryland scale puts designs in five grades; it judges the plan and not how well it was "
        "carried out, and a high grade makes no weak result strong."
    )


def data_lab() -> str:
    """Return the paragraph above the tables in the Justice Data Lab's form."""
    return (
        "The same comparison by the rules of the Justice Data Lab, so that it can be laid beside "
        "its reports: its measures, the thresholds below which it prints nothing, its intervals "
        "and its way of saying what a result means. Its intervals take the matching as given, and "
        "the analysis above does not."
    )
