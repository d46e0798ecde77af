"""The paragraphs on the scorecard of a period, in the words of who commissions the work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Facts = Mapping[str, Any]

#: What stands above each section of the card; a section that is not here stands alone.
SECTIONS = {
    "Referrals": "How much did we do? A referral is an episode that began in the period.",
    "Drug tests": "Of the referrals of the period, those with a test recorded, and its result.",
    "Pathway": "How well did we do it? Each stage counts those of the referrals of the period who "
    "reached it by the last day, out of those who reached the stage before. It is not the number "
    "of assessments done in the period, some of which are of earlier referrals.",
    "Modalities": "Of those who reached the last of these stages.",
    "Prescribing": "Of the referrals of the period.",
    "Brief interventions": "Interventions, and not people: one person may have several.",
    "Caseload": "People whose episode was open after the last day, each once.",
    "Flow": "Open before + referrals = in contact = closures + caseload.",
    "Closures": "A closure is an episode that ended in the period, whenever it began. Bands of "
    "weeks are half-open: 12 to 23 is from 12 up to, and without, 24 full weeks.",
    "How they closed": "Is anyone better off? By the reason that staff recorded at closure, which "
    "is no outcome that others have checked.",
    "Primary drug": "One drug an episode.",
    "Mentions of drugs": "Mentions, and not people: an episode may have several, each drug once.",
    "Positive outcomes": "Outcomes, and not people: one person may have several. Staff recorded "
    "them at closure.",
    "Outcome sample": "People followed on police records after treatment. They closed earlier than "
    "the people above: nobody who closed in this period has been followed yet.",
}


def scorecard(facts: Facts) -> str:
    """Return the paragraph above the card."""
    part = facts["scorecard"]
    said = (
        f"The card counts the whole caseload of {part['period']}, and not only the people whose "
        "offending was followed. Every percentage stands beside its number, what it is of, and the "
        "unit of both; a number without a base is no share of anything printed here."
    )
    if part["not_recorded"]:
        said += (
            f"\n\nNot recorded in this extract, and therefore not in the card: "
            f"{', '.join(part['not_recorded'])}. That is not a count of 0."
        )
    return said


def change(facts: Facts) -> str:
    """Return the paragraph on the changes since the last period; "" where there is none."""
    part = facts["scorecard"]
    if not part["previous"]:
        return ""
    found = part["verdicts"]
    judged = sum(found.values())
    if not judged:
        return ""
    rows = "row" if judged == 1 else "rows"
    shown = " and are shown" if part.get("verdicts_of") == "shown" else ""
    return (
        f"Against {part['previous']}, {found['higher']} of {judged} {rows} that can be "
        f"judged{shown} are clearly higher, {found['lower']} clearly lower, and of "
        f"{found['no clear change']} no clear change can be told. Each row is judged by itself: "
        f"if nothing at all had changed, about {part['by_chance']} of them would be called higher "
        "or lower. “No clear change” does not say that nothing changed."
    )
