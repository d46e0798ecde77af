"""What a self-controlled series must be told, and what shows in the data that it was told wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dipoutcomes.comparison.self_controlled._cells import Cells
from dipoutcomes.comparison.self_controlled.data import Baseline, Days, ObservedSeries, RiskPeriod
from dipoutcomes.errors import DesignError

#: Share of days in custody above which its dependence on offending is no longer passed over.
MOST_INSIDE = 0.1
#: Days after entry that are no fair reference alone.
SOON_DAYS = 30
_FEWEST_COINCIDENCES = 5
_CHANCE = 1e-4


def check_periods(
    series: ObservedSeries, risk_periods: Sequence[RiskPeriod], baseline: Baseline
) -> None:
    """Raise ValueError where the periods do not fit the people or each other."""
    problems = []
    names = [period.name for period in risk_periods]
    if not names or len(set(names)) < len(names):
        problems.append("at least one risk period is needed, and each needs a name of its own")
    problems += [
        f"'{period.name}' has {len(period.opens)} spans for {series.people} people"
        for period in risk_periods
        if len(period.opens) != series.people
    ]
    if baseline.age_cuts_years and series.birth_day is None:
        problems.append("age groups need `birth_day`")
    if not problems:
        for k, one in enumerate(risk_periods):
            for other in risk_periods[k + 1 :]:
                first = np.maximum(one.opens, other.opens)
                shared = int((np.minimum(one.closes, other.closes) > first).sum())
                if shared:
                    problems.append(
                        f"'{one.name}' and '{other.name}' overlap in {shared} people; a day can "
                        "be in one"
                    )
    if problems:
        raise ValueError("; ".join(problems))


def refuse_dependent_entry(*, entry_independent_of_outcome: bool) -> None:
    """Raise DesignError for the whole observation where the outcome brings people in."""
    if not entry_independent_of_outcome:
        raise DesignError(
            "the whole observation is used only where entry is declared independent of the "
            "outcome. An arrest that triggers entry makes the time before unlike any other: under "
            "no effect at all the ratio then comes out between 0.87 and 1.30. Use "
            'form="after_entry", or the ratio adjusted for regression to the mean.'
        )


def refuse_dependent_ends(*, ends_independent_of_outcome: bool) -> None:
    """Raise DesignError where an event ends a period or the observation."""
    if not ends_independent_of_outcome:
        raise DesignError(
            "people's own events end a risk period or their observation: an episode that an arrest "
            "closes looks worse than it is (ratio 1.07 under no effect where half of the arrests "
            "in treatment close it). Use the planned end of each episode, or spans of the same "
            "length for everybody, and declare those; or a model of rates with a gamma frailty."
        )


def refuse_coincidences(
    series: ObservedSeries, opens: Days, risk_periods: Sequence[RiskPeriod]
) -> None:
    """Raise DesignError where periods end on the days of events far more often than by chance."""
    from scipy.special import pdtrc

    days = np.maximum(series.closes - opens, 0)
    inside = (series.event_day >= opens[series.event_person]) & (
        series.event_day < series.closes[series.event_person]
    )
    who, when = series.event_person[inside], series.event_day[inside]
    rate = np.bincount(who, minlength=series.people) / np.maximum(days, 1)
    for period in risk_periods:
        ends = (
            (period.closes > period.opens) & (period.closes > opens)
            & (period.closes < series.closes)
        )  # fmt: skip
        # The day of the end and the day before it: records differ in which they write.
        hit = ends[who] & ((when == period.closes[who]) | (when == period.closes[who] - 1))
        found, expected = len(np.unique(who[hit])), float(2 * rate[ends].sum())
        if found >= _FEWEST_COINCIDENCES and pdtrc(found - 1, expected) < _CHANCE:
            raise DesignError(
                f"'{period.name}' ends on the day of an event, or the day after, in {found} of "
                f"{int(ends.sum())} people where about {expected:.1f} are expected by chance: "
                "events end it, which was declared not to be so. Use the planned end of each "
                "episode, or spans of the same length for everybody."
            )


def refuse_reference_at_entry(series: ObservedSeries, cells: Cells, opens: Days) -> None:
    """Raise DesignError where most of the reference lies in the month after entry."""
    since = opens + np.cumsum(cells.days, axis=1).T - series.entry_day
    reference = cells.days * (cells.risk == 0)
    total = float(reference.sum())
    early = float(reference[since.T <= SOON_DAYS].sum())
    if total and early > 0.5 * total:
        raise DesignError(
            f"{100 * early / total:.0f}% of the reference time lies within {SOON_DAYS} days of "
            "entry. Arrests come in bursts, so that people offend most just after the one that "
            "brought them in: where they do, this reference made a ratio of 0.24 under no effect. "
            "Let observation go on after the effect is over and take that time as the reference."
        )


def refuse_much_custody(share_inside: float) -> None:
    """Raise DesignError where custody, which follows offending, takes more than a tenth."""
    if share_inside > MOST_INSIDE:
        raise DesignError(
            f"{100 * share_inside:.0f}% of the observed days were spent in custody, which follows "
            f"offending: above {100 * MOST_INSIDE:.0f}% the ratio is off by more than a few "
            "hundredths under no effect. Use a model of rates at liberty, or a shorter observation."
        )
