"""Who fell, who rose and by how much, beside what no effect at all would show."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_confidence_level, check_count, check_generator
from dipoutcomes.comparison._paired_counts import DAYS_PER_YEAR, PairedCounts
from dipoutcomes.comparison.regression_to_mean._draws import draw_without_effect
from dipoutcomes.comparison.regression_to_mean._entrants import check_reference
from dipoutcomes.comparison.regression_to_mean.entry import EntryMechanism, EntryRule, as_rule
from dipoutcomes.comparison.regression_to_mean.spread import OffendingSpread
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

WARNING = (
    "Sorting people by the direction of their own change guarantees a group that fell sharply, "
    "often near half of all, and another that rose, whether or not anything worked. The groups "
    "were made by the outcome; neither says what the programme did for them."
)
#: The farthest change of a count that has a bar of its own.
FARTHEST = 10
MOST_REPLICATES = 100_000
#: People drawn at the most, all replicates together.
_MOST_DRAWN = 20_000_000

_LABELS = {
    "share_fell": "People who fell",
    "share_same": "People who stayed the same",
    "share_rose": "People who rose",
    "volume_of_fallers": "Share of the events before that those who fell had",
    "change_of_fallers": "Change of the rate of those who fell",
    "change_of_others": "Change of the rate of the others",
    "change_in_all": "Change of the rate of all",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFigure:
    """One figure as observed, and its mean and range over cohorts that nothing has changed."""

    name: str
    observed: float
    expected: float
    low: float
    high: float

    @property
    def label(self) -> str:
        """The figure in words."""
        return _LABELS[self.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDistribution:
    """How many fell, stayed the same and rose, and by how much; observed and under no effect.

    Parameters
    ----------
    figures : tuple of ChangeFigure
        Shares of people, share of events and relative changes, in this order.
    people_fell, people_same, people_rose : int
    change : tuple of int
        Events after less events before, from -10 (or fewer) to 10 (or more).
    people_observed : tuple of int
        With each change.
    people_expected : tuple of float
        With each change under no effect.
    persons : int
    entry : str
    index_counts : bool
    replicates : int
        Cohorts drawn.
    range_level : float
        Share of those cohorts between *low* and *high*.
    """

    figures: tuple[ChangeFigure, ...]
    people_fell: int
    people_same: int
    people_rose: int
    change: tuple[int, ...]
    people_observed: tuple[int, ...]
    people_expected: tuple[float, ...]
    persons: int
    entry: str
    index_counts: bool
    replicates: int
    range_level: float

    def __getitem__(self, name: str) -> ChangeFigure:
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise KeyError(f"no figure '{name}'; there are {', '.join(f.name for f in self.figures)}")

    def __str__(self) -> str:
        fell, by = self["share_fell"], self["change_of_fallers"]
        return (
            f"{self.people_fell:,} of {self.persons:,} people fell ({_percent(fell.observed)}), by "
            f"{_percent(-by.observed)} together; with no effect at all {_percent(fell.expected)} "
            f"would, by {_percent(-by.expected)}. {WARNING}"
        )

    def table(self) -> Table:
        """Return the figures as a table."""
        level = _display.level(self.range_level)
        index = "counted before" if self.index_counts else "left out"
        return Table.of(
            "distribution_of_change",
            "How people changed from before to after, and how they would have with no effect",
            [
                Column(key="what", heading="Figure", kind="label"),
                Column(key="observed", heading="Observed", kind="share"),
                Column(key="expected", heading="With no effect", kind="share"),
                Column(key="low", heading=f"{level} of such cohorts, from", kind="share"),
                Column(key="high", heading="to", kind="share"),
            ],
            [(f.label, *map(_or_none, (f.observed, f.expected, f.low, f.high)))
             for f in self.figures],
            notes=(
                WARNING,
                f"{self.persons:,} people; {self.entry}, index offence {index}; "
                f"{self.replicates:,} made-up cohorts as large.",
            ),
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a figure."""
        import pandas as pd

        return pd.DataFrame([asdict(f) | {"label": f.label} for f in self.figures])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        return asdict(self)


def distribution_of_change(  # noqa: PLR0913
    events_before: ArrayLike,
    days_before: ArrayLike,
    events_after: ArrayLike,
    days_after: ArrayLike,
    *,
    reference: OffendingSpread | str | None,
    entry: EntryRule | EntryMechanism = "random_offence",
    index_counts: bool = False,
    rng: np.random.Generator,
    replicates: int = 500,
    range_level: float = 0.95,
) -> ChangeDistribution:
    """Return how many fell, stayed and rose, beside what a model with no effect gives.

    Parameters
    ----------
    events_before, days_before, events_after, days_after
        As for `rate_ratio_before_after`; rates are compared, each over the person's own days.
    reference : OffendingSpread
        m and k of people nobody selected, as for `adjusted_ratio`; without it there is no model to
        set beside the figures, and they are refused: alone they mislead.
    entry : EntryRule or str
        With times in days.
    index_counts : bool, default False
    rng : numpy.random.Generator
    replicates : int, default 500
        Made-up cohorts; fewer where the cohort is so large that 20 million people would be drawn.
    range_level : float, default 0.95
        Of the range of the made-up cohorts, m and k as they stand.

    Returns
    -------
    ChangeDistribution
        Relative changes are ``nan`` where a group had no event before.

    Raises
    ------
    DesignError
        Without a reference, with one made of the entrants, or if nobody has days in both windows.
    TypeError, ValueError
        If an argument is not what is described above.

    References
    ----------
    .. [1] Maltz, M. D., Gordon, A. C., McDowall, D. and McCleary, R. (1980). Evaluation Review 4,
       225-240.

    Examples
    --------
    >>> from dipoutcomes.comparison.regression_to_mean import published_spread
    >>> change = distribution_of_change([3, 1, 2, 5] * 25, [183] * 100, [0, 1, 3, 1] * 25,
    ...     [183] * 100, reference=published_spread(3.0, 0.8, source="illustrative"),
    ...     index_counts=True, rng=np.random.default_rng(1))
    >>> change.people_fell, change.people_same, change.people_rose
    (50, 25, 25)
    """
    level, rule = check_confidence_level(range_level, "range_level"), as_rule(entry)
    rule.check_index(index_counts=index_counts)
    count = check_count("replicates", replicates, minimum=20, maximum=MOST_REPLICATES)
    check_generator(rng)
    data = PairedCounts.of(events_before, days_before, events_after, days_after)
    spread = check_reference(reference, data)
    times = data.years_before, data.years_after
    n = len(data.after)
    observed = _figures(data.before, data.after, times)
    count = min(count, max(20, _MOST_DRAWN // n))
    drawn, steps = [], np.zeros(2 * FARTHEST + 1)
    in_years = rule.scaled(1 / DAYS_PER_YEAR)
    for _ in range(count):
        before, after = draw_without_effect(
            spread.offences_per_year, spread.gamma_shape, in_years, *times,
            index_counts=index_counts, rng=rng,
        )  # fmt: skip
        drawn.append(list(_figures(before, after, times).values()))
        steps += _steps(before, after)
    values = np.array(drawn)
    low, middle, high = _ranges(values, level)
    fell, same = (round(observed[name] * n) for name in ("share_fell", "share_same"))
    return ChangeDistribution(
        figures=tuple(
            ChangeFigure(name=name, observed=value, expected=e, low=a, high=b)
            for (name, value), e, a, b in zip(observed.items(), middle, low, high, strict=True)
        ),
        people_fell=fell,
        people_same=same,
        people_rose=n - fell - same,
        change=tuple(range(-FARTHEST, FARTHEST + 1)),
        people_observed=tuple(int(c) for c in _steps(data.before, data.after)),
        people_expected=tuple(float(c) for c in steps / count),
        persons=n,
        entry=str(rule),
        index_counts=index_counts,
        replicates=count,
        range_level=level,
    )


def _figures(
    before: NDArray[Any], after: NDArray[Any], times: tuple[Floats, Floats]
) -> dict[str, float]:
    # Rates compared without dividing, so that equal ones are equal.
    first, second = before * times[1], after * times[0]
    fell, rose = second < first * (1 - 1e-12), second > first * (1 + 1e-12)
    n, total = len(before), float(before.sum())
    share_fell, share_rose = float(fell.mean()), float(rose.mean())
    return {
        "share_fell": share_fell,
        "share_same": (n - int(fell.sum()) - int(rose.sum())) / n,
        "share_rose": share_rose,
        "volume_of_fallers": float(before[fell].sum()) / total if total else float("nan"),
        "change_of_fallers": _change(before, after, times, fell),
        "change_of_others": _change(before, after, times, ~fell),
        "change_in_all": _change(before, after, times, np.ones(n, dtype=bool)),
    }


def _change(
    before: NDArray[Any],
    after: NDArray[Any],
    times: tuple[Floats, Floats],
    who: NDArray[np.bool_],
) -> float:
    events = float(before[who].sum())
    if not events:
        return float("nan")
    rate = float(after[who].sum() / times[1][who].sum())
    return rate / (events / float(times[0][who].sum())) - 1


def _steps(before: NDArray[Any], after: NDArray[Any]) -> Floats:
    change = np.clip(after - before, -FARTHEST, FARTHEST).astype(np.int64) + FARTHEST
    return np.bincount(change, minlength=2 * FARTHEST + 1).astype(np.float64)


def _ranges(values: Floats, level: float) -> Any:
    """Return low, mean and high of each column, over the rows in which it is defined."""
    found = []
    for column in values.T:
        defined = column[np.isfinite(column)]
        if not len(defined):
            found.append((float("nan"),) * 3)
            continue
        low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
        found.append((float(low), float(defined.mean()), float(high)))
    return zip(*found, strict=True)


def _or_none(value: float) -> float | None:
    return None if isnan(value) else value


def _percent(share: float) -> str:
    return _display.percent(share, 0)
