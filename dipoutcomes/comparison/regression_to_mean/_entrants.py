"""The people who came in, what is expected of each, and how the total moves with m and k."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_count, check_generator, check_numbers
from dipoutcomes.comparison._paired_counts import DAYS_PER_YEAR, PairedCounts
from dipoutcomes.comparison.regression_to_mean._negative_binomial import CountTable
from dipoutcomes.comparison.regression_to_mean.entry import EntryRule
from dipoutcomes.comparison.regression_to_mean.spread import OffendingSpread
from dipoutcomes.errors import DesignError

Floats = NDArray[np.float64]

MOST_REPLICATES = 10_000_000

_NEEDED = (
    "what no effect would look like depends on m and k, the mean and the spread of offending "
    "among people nobody selected"
)
_IDENTITY = (
    "from the entrants themselves the expected events after are the events before, whatever the "
    "data, so that the adjusted ratio is the unadjusted one"
)
_REMEDY = (
    "Give offending_spread(...) of an unselected reference, published_spread(...) with "
    "literature_grid(...) beside it, or use earlier_window_ratio(...)."
)


def check_reference(reference: OffendingSpread | str | None, data: PairedCounts) -> OffendingSpread:
    """Return *reference*, or refuse none at all and one that is made of the entrants."""
    if reference is None:
        raise DesignError(f"no reference was given: {_NEEDED}. {_REMEDY}")
    if isinstance(reference, str):
        if reference in ("entrants", "self"):
            raise DesignError(f"the reference must not be the entrants: {_IDENTITY}. {_REMEDY}")
        raise TypeError("`reference` must be an OffendingSpread, not a word")
    if not isinstance(reference, OffendingSpread):
        raise TypeError(
            f"`reference` must be an OffendingSpread, not {type(reference).__name__}. {_REMEDY}"
        )
    table = reference.table
    if table is not None and _same(table, CountTable.of(data.before, data.years_before)):
        raise DesignError(
            "the counts of the reference are those of the entrants before entry, every one: "
            f"{_IDENTITY}. {_REMEDY}"
        )
    return reference


def _same(one: CountTable, other: CountTable) -> bool:
    return (
        (
            np.array_equal(one.count, other.count)
            and np.allclose(one.time, other.time)
            and np.array_equal(one.people, other.people)
        )
        if len(one.count) == len(other.count)
        else False
    )


@dataclass(frozen=True, slots=True, eq=False)
class Entrants:
    """Counts and years of each; *known* are the offences known of them, the index included."""

    before: Floats
    years_before: Floats
    after: Floats
    years_after: Floats
    known: Floats
    exposure: Floats

    @classmethod
    def of(
        cls,
        data: PairedCounts,
        rule: EntryRule,
        *,
        index_counts: bool,
        gap_days: ArrayLike | None,
    ) -> Entrants:
        """Return the entrants of *data*; refuse counts that contradict how they came in."""
        _check_counts(data, rule, index_counts=index_counts)
        exposure = data.years_before
        if rule.by == "first_offence":
            exposure = np.maximum(exposure, _gap(gap_days, data))
        elif gap_days is not None:
            raise ValueError(f"`gap_days` says nothing of entry by '{rule.by}'; leave it out")
        unseen = 0 if index_counts else rule.index_offences
        return cls(
            data.before, data.years_before, data.after, data.years_after, data.before + unseen,
            exposure,
        )  # fmt: skip

    def expected(self, m: float, k: float) -> Floats:
        """Return t1 (k + known) / (k / m + t0) of each."""
        return np.asarray(self.years_after * (k + self.known) / (k / m + self.exposure))

    def slope(self, m: float, k: float) -> Floats:
        """Return the slope of the log of the total expected in (log m, log k)."""
        b = k / m
        share = self.years_after / (b + self.exposure)
        mean = share * (k + self.known)
        by_b = -mean * b / (b + self.exposure)  # b falls with m and rises with k
        total = by_b.sum()
        return np.asarray([-total, (k * share).sum() + total]) / float(mean.sum())


def _check_counts(data: PairedCounts, rule: EntryRule, *, index_counts: bool) -> None:
    without = int((data.before < 1).sum())
    if index_counts and without:
        raise DesignError(
            f"{without} of {len(data.before)} people have no event before although the offence "
            "that brought each in is said to be counted there. Count it for everybody, or leave "
            "it out for everybody and set index_counts=False."
        )
    if rule.by == "recent_count" and rule.count_time is not None:
        longest = float(data.years_before.max()) * DAYS_PER_YEAR
        if rule.count_time > longest + 0.5:
            raise DesignError(
                f"people were judged on {rule.count_time:g} days and no window before is longer "
                f"than {longest:g} days at liberty: give counts over the whole period judged"
            )
    if rule.by == "recent_count" and rule.minimum_count is not None:
        few = int((data.before < rule.minimum_count).sum())
        if few:
            raise DesignError(
                f"{few} of {len(data.before)} people have fewer than {rule.minimum_count} events "
                "before, with which the rule would not have let them in. Count the same kind of "
                "event over the whole period judged."
            )


def _gap(gap_days: ArrayLike | None, data: PairedCounts) -> Floats:
    if gap_days is None:
        raise DesignError(
            "entry at the first offence after a date leaves a gap back to that date that is free "
            "of offences; where it is longer than the window before, it is the record. Give "
            "`gap_days`, the days at liberty from the date to each entry."
        )
    gap = np.atleast_1d(check_numbers("gap_days", gap_days))
    if gap.shape != data.kept.shape:
        raise ValueError("`gap_days` must have one element for each person")
    if not np.all(np.isfinite(gap)) or np.any(gap < 0):
        raise ValueError("`gap_days` must be finite and not below 0")
    return np.asarray(gap[data.kept] / DAYS_PER_YEAR, dtype=np.float64)


def resampled_ratios(
    people: Entrants, spread: OffendingSpread, replicates: int, rng: np.random.Generator
) -> Floats:
    """Return the adjusted ratio of samples of the entrants, m and k estimated anew for each."""
    replicates = check_count("replicates", replicates, minimum=100, maximum=MOST_REPLICATES)
    check_generator(rng)
    means, shapes = spread.resampled(replicates, rng)
    n = len(people.after)
    ratios = np.empty(replicates)
    for r in range(replicates):
        chosen = rng.integers(0, n, n)
        known, exposure = people.known[chosen], people.exposure[chosen]
        m, k = means[r], shapes[r]
        # With no spread between people, what somebody did before says nothing of what is to come.
        rate = (k + known) / (k / m + exposure) if np.isfinite(k) else m
        ratios[r] = people.after[chosen].sum() / (people.years_after[chosen] * rate).sum()
    return ratios
