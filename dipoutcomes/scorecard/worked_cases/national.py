"""The national figures of the Home Office: a mean fall, and a fall of half of the people."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from dipoutcomes.results import Column, Table
from dipoutcomes.scorecard.worked_cases.case import WorkedCase

#: Home Office page on the programme: percentages, as printed.
VOLUME_CHANGE, DECLINERS, DECLINE = -26, 50, -79


def change_of_the_others(change: float, change_of_some: float, share_of_events: float) -> float:
    """Return by how much the rest changed, where all and some of them are known.

    Parameters
    ----------
    change, change_of_some : float
        Of everybody's events together and of those of some people, as proportions: -0.26.
    share_of_events : float
        Those people's share of all events before, in [0, 1).

    Returns
    -------
    float
        As a proportion; ``nan`` where it would be a fall of more than everything.

    Notes
    -----
    With w the share: change = w change_of_some + (1 - w) x, solved for x.

    Examples
    --------
    >>> round(change_of_the_others(-0.26, -0.79, 0.5), 2)
    0.27
    """
    if not 0 <= share_of_events < 1:
        raise ValueError(f"`share_of_events` must lie in [0, 1); got {share_of_events}")
    rest = (change - share_of_events * change_of_some) / (1 - share_of_events)
    return rest if rest >= -1 else nan


def home_office(*, shares: Sequence[float] = (0.25, 1 / 3, 0.5, 0.6, 0.75)) -> WorkedCase:
    """Return the Home Office's national figures, and what they say of the other half.

    Parameters
    ----------
    shares : sequence of float
        Of all offences before, how many may be of those whose offending declined.

    Examples
    --------
    >>> case = home_office()
    >>> case.table.rows[2]["others"]
    0.27
    """
    rows = [
        [share, round(change_of_the_others(VOLUME_CHANGE / 100, DECLINE / 100, share), 4)]
        for share in shares
    ]
    table = Table.of(
        "home_office",
        "By how much the others' offending changed, by who did how much before",
        [
            Column(key="share", heading="Share of offences before, of those who declined",
                   kind="share", decimals=0),
            Column(key="others", heading="Change of the others", kind="share", decimals=0),
        ],
        rows,
        notes=["The publication does not print the first column: each row is one possibility."],
    )  # fmt: skip
    return WorkedCase(
        id="home-office",
        title="National figures of the programme",
        source="Home Office page on the Drug Interventions Programme",
        printed=(
            "overall volume of offending 26 per cent lower following identification through a "
            "positive test",
            "around half the cohort showed a decline of around 79 per cent in the following six "
            "months",
            "an estimated 680,000 crimes prevented a year",
        ),
        shows=(
            "People offended less in the six months after they were identified than in those "
            "before.",
            "The fall was uneven: if those who declined had done half of the offending before, the "
            "other half must have risen by 27%; if a third, the others hardly changed.",
        ),
        does_not_show=(
            "That the programme made the difference: everybody was met through an arrest, at a "
            "time when they offend more than usual, and would on average have offended less "
            "afterwards with nothing done (regression to the mean).",
            "That half the cohort improved: between two periods the numbers of people whom nothing "
            "changes go up and down by chance as well, and those chosen for having fallen show a "
            "large fall. Made-up people on whom nothing has an effect come near to all three "
            "figures (synthetic/home-office-no-effect.toml).",
            "Crimes prevented: that needs what would have happened otherwise. The page says itself "
            "that some would have sought treatment anyway.",
            "Anything beyond six months, or of time spent in custody in them.",
        ),
        table=table,
    )
