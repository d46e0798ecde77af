"""What each comparison of a study can show by its design, whatever its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dipoutcomes.comparison.design_grade import (
    JUDGEMENT,
    KINDS,
    DesignFeatures,
    DesignGrade,
    design_grade,
)
from dipoutcomes.protocol.model import Comparison, Protocol
from dipoutcomes.results import Column, Table


def grades(protocol: Protocol, facts: Mapping[str, Any]) -> Table | None:
    """Return the grade of each comparison that the protocol makes, and what it supports.

    Parameters
    ----------
    protocol : Protocol
    facts : mapping
        Of the comparisons made: those of other people say how alike the groups became.
    """
    section = protocol.comparison
    if section is None:
        return None
    found = [design_grade(features) for features in _made(protocol, section, facts)]
    if not found:
        return None
    return Table.of(
        "design_grades",
        "What each comparison can show by its design, on the Maryland scale of 1 to 5",
        [
            Column(key="comparison", heading="Comparison", kind="label"),
            Column(key="grade", heading="Grade", kind="count"),
            Column(key="because", heading="Because"),
            Column(key="can", heading="It can show"),
            Column(key="cannot", heading="It cannot show"),
        ],
        [_row(grade) for grade in found],
        notes=(f"{JUDGEMENT[:1].upper()}{JUDGEMENT[1:]}.",),
    )


def _made(
    protocol: Protocol, section: Comparison, facts: Mapping[str, Any]
) -> list[DesignFeatures]:
    made = []
    if protocol.analysis.contrast:
        made.append(DesignFeatures(kind="before_after", baseline_measured=True))
    if section.regression_to_mean is not None and facts.get("regression_to_mean", {}).get("left"):
        made.append(
            DesignFeatures(kind="rtm_adjusted", baseline_measured=True, reference_unselected=True)
        )
    people = facts.get("other_people")
    if section.other_people is not None and people:
        made.append(
            DesignFeatures(
                kind="matched",
                baseline_measured="events_before" in section.other_people.covariates,
                balanced=people["red"] == 0,
                kept_share=people["kept_share"],
            )
        )
    areas = facts.get("areas")
    if areas:
        made.append(
            DesignFeatures(
                kind="areas_difference_in_differences",
                baseline_measured=True,
                areas=areas["areas"],
            )
        )
    if section.benchmark:
        made.append(DesignFeatures(kind="benchmark"))
    return made


def _row(grade: DesignGrade) -> list[Any]:
    return [
        KINDS[grade.features.kind],
        grade.grade,
        "; ".join(grade.reasons),
        "; ".join(grade.can_say),
        "; ".join(grade.cannot_say),
    ]
