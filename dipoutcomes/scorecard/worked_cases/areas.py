"""Figures of single areas: targets of Cambridgeshire, offenders of Solihull by year."""

from __future__ import annotations

from collections.abc import Sequence

from dipoutcomes.scorecard.worked_cases.case import WorkedCase

#: Police article: offenders that the team worked with, by year.
SOLIHULL_YEARS, SOLIHULL_WORKED_WITH = (2008, 2012), (654, 320)


def cambridgeshire() -> WorkedCase:
    """Return Cambridgeshire's indicators: targets, with no figure of what was reached.

    Examples
    --------
    >>> print(cambridgeshire().shows[0])
    What the programme was to reach: it is held to stages of a path, each with a base of its own.
    """
    return WorkedCase(
        id="cambridgeshire",
        title="Indicators with targets",
        source="Cambridgeshire Drug Interventions Programme paper",
        printed=(
            "70% assessed, 60% with a care plan, 75% case managed, 80% retained or completed",
            "75% of prison referrals case managed; 65 commencements, 35% completions",
        ),
        shows=(
            "What the programme was to reach: it is held to stages of a path, each with a base of "
            "its own.",
        ),
        does_not_show=(
            "What it did reach: no figure is printed.",
            "How many of those arrested reach the end: 70 x 60 x 75 x 80% is 25.2%, but the base "
            "of a stage is not always those who passed the one before.",
            "Whether a target was met in a quarter: with few people an unchanged programme is "
            "above it in one quarter and below it in the next.",
        ),
    )


def solihull(shows: Sequence[str], does_not_show: Sequence[str]) -> WorkedCase:
    """Return Solihull's two years, with what a published series of two points says.

    Parameters
    ----------
    shows, does_not_show : sequence of str
        From ``comparison.series.published_series``, which this room does not know.

    Examples
    --------
    >>> solihull(["A fall of 51.1%."], []).shows
    ('A fall of 51.1%.',)
    """
    first, last = SOLIHULL_WORKED_WITH
    return WorkedCase(
        id="solihull",
        title="Fewer people worked with",
        source="police article on the Solihull Drug Interventions Programme",
        printed=(
            f"offenders worked with: {first} in {SOLIHULL_YEARS[0]}, {last} in "
            f"{SOLIHULL_YEARS[1]}, beside a fall in recorded crime",
        ),
        shows=tuple(shows),
        does_not_show=tuple(does_not_show),
    )
