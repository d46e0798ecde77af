"""What would be seen if nothing worked: the change under no effect, in closed form."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_counts, check_numbers, check_positive, check_positives
from dipoutcomes.comparison.regression_to_mean._closed_forms import Records, null_means, records
from dipoutcomes.comparison.regression_to_mean.entry import EntryMechanism, EntryRule, as_rule

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NullChange:
    """The change before to after among entrants whom nothing has changed.

    Parameters
    ----------
    events_before, events_after : float
        Expected per entrant.
    rate_ratio : float
        Events per unit of time after, over those before.
    share_fell, share_same, share_rose : float
        Shares of entrants whose rate after is below, at, or above their rate before.
    volume_of_fallers : float
        Share of all events before that those who fell had.
    change_of_fallers, change_of_others : float
        Relative change of the number of events of the two groups together, per unit of time.
    entry : str
        The mechanism in words.
    index_counts : bool
        Whether the index offence is among the events before.
    mean_rate, gamma_shape, time_before, time_after : float
        What it was computed for.
    """

    events_before: float
    events_after: float
    rate_ratio: float
    share_fell: float
    share_same: float
    share_rose: float
    volume_of_fallers: float
    change_of_fallers: float
    change_of_others: float
    entry: str
    index_counts: bool
    mean_rate: float
    gamma_shape: float
    time_before: float
    time_after: float

    @property
    def change(self) -> float:
        """Relative change of the rate: -0.25 for a fall by a quarter."""
        return self.rate_ratio - 1

    def __str__(self) -> str:
        index = "index offence counted before" if self.index_counts else "index offence left out"
        return (
            f"With no effect at all the rate would change by {_signed(self.change)} "
            f"({self.entry}, {index}; mean {self.mean_rate:g}, shape {self.gamma_shape:g}): "
            f"{_display.percent(self.share_fell, 0)} of people would fall, their offences by "
            f"{_display.percent(-self.change_of_fallers, 0)}"
        )

    def _repr_html_(self) -> str:
        rows = [
            ["change of the rate", _signed(self.change)],
            ["people who fall", _display.percent(self.share_fell)],
            ["people who stay the same", _display.percent(self.share_same)],
            ["people who rise", _display.percent(self.share_rose)],
            ["change of those who fall", _signed(self.change_of_fallers)],
            ["change of the others", _signed(self.change_of_others)],
        ]
        return _display.html_table(f"With no effect: {self.entry}", ["", "expected"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def _signed(share: float) -> str:
    return f"{'+' if share > 0 else ''}{_display.percent(share)}"


def expected_change_without_effect(
    mean_rate: float,
    gamma_shape: float,
    *,
    entry: EntryRule | EntryMechanism = "random_offence",
    time_before: float = 1.0,
    time_after: float = 1.0,
    index_counts: bool = False,
) -> NullChange:
    """Return what entrants would show before and after if the programme did nothing.

    Parameters
    ----------
    mean_rate : float
        m: events per person and unit of time in the *unselected* population, above 0. Never that
        of the entrants.
    gamma_shape : float
        k: shape of the gamma distribution of people's own rates, above 0; the smaller, the more
        they differ.
    entry : EntryRule or str, default "random_offence"
        How people came in.
    time_before, time_after : float, default 1
        Lengths of the windows, up to the entry and after it, in the unit of *mean_rate*.
    index_counts : bool, default False
        Whether the offence that brought them in is among those before.

    Returns
    -------
    NullChange

    Raises
    ------
    DesignError
        If the mechanism needs a number that its rule does not give, or the window before is
        shorter than the period by which people were chosen.
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    It is assumed that rates do not change and that offences are a Poisson process; bursts,
    quiet spells, age and custody are for `simulated_change_without_effect`. Entry at an offence
    finds people in proportion to their rate, so that theirs has shape k + 1 and mean m (1 + 1/k).

    - Random offence: 0 with the index left out, -1 / (1 + m t0 (1 + 1/k)) with it.
    - First offence after a date: a rise with the index left out, as the gap back to the date is
      free of offences.
    - Recent count: t1 (k + x) / (k/m + t0) summed over the counts that let people in.

    References
    ----------
    .. [1] Maltz, M. D., Gordon, A. C., McDowall, D. and McCleary, R. (1980). Evaluation Review 4,
       225-240 (the artefact in before and after designs).
    .. [2] Robbins, H. (1956). Proceedings of the Third Berkeley Symposium 1, 157-163.

    Examples
    --------
    >>> corner = expected_change_without_effect(2.5, 0.8, index_counts=True)
    >>> print(f"{corner.change:.3f}")
    -0.151
    """
    m, k = check_positive("mean_rate", mean_rate), check_positive("gamma_shape", gamma_shape)
    t0, t1 = check_positive("time_before", time_before), check_positive("time_after", time_after)
    rule = as_rule(entry)
    rule.check_index(index_counts=index_counts)
    found = records(m, k, rule, t0)
    before, after = null_means(m, k, rule, t0, t1)
    index = int(index_counts)
    shares = _who_changes(found, index, t0, t1)
    events_before = float(before) + index
    ratio = float(after) / t1 / (events_before / t0)
    return NullChange(
        events_before=events_before,
        events_after=float(after),
        rate_ratio=ratio,
        **shares,
        entry=str(rule),
        index_counts=index_counts,
        mean_rate=m,
        gamma_shape=k,
        time_before=t0,
        time_after=t1,
    )


def _who_changes(found: Records, index: int, t0: float, t1: float) -> dict[str, float]:
    """Return shares of people, and of events, by the direction of the change."""
    before = found.count + index
    same = before * t1 / t0  # the count after at which the rate has not changed
    p = found.inverse_scale / (found.inverse_scale + t1)
    below = np.ceil(same - 1e-9) - 1
    at_most = np.floor(same + 1e-9)
    fell = _at_most(found.shape, p, below)
    rose = 1 - _at_most(found.shape, p, at_most)
    expected = found.shape * (1 - p) / p
    after_of_fallers = float(
        (found.weight * expected * _at_most(found.shape + 1, p, below - 1)).sum()
    )
    before_of_fallers = float((found.weight * before * fell).sum())
    all_before = float((found.weight * before).sum())
    all_after = float((found.weight * expected).sum())
    others = all_before - before_of_fallers
    share_fell, share_rose = float((found.weight * fell).sum()), float((found.weight * rose).sum())
    return {
        "share_fell": share_fell,
        "share_rose": share_rose,
        "share_same": max(0.0, 1 - share_fell - share_rose),
        "volume_of_fallers": before_of_fallers / all_before,
        "change_of_fallers": after_of_fallers / t1 / (before_of_fallers / t0) - 1,
        "change_of_others": (all_after - after_of_fallers) / t1 / (others / t0) - 1
        if others > 0
        else float("inf"),
    }


def _at_most(shape: Floats, p: Floats, count: Floats) -> Floats:
    """Return P(N <= count) of negative binomial counts; 0 below 0."""
    from scipy.special import betainc

    return np.where(count >= 0, betainc(shape, np.maximum(count, 0) + 1, p), 0.0)


def expected_after_given_before(
    events_before: ArrayLike,
    time_before: ArrayLike,
    time_after: ArrayLike,
    *,
    mean_rate: float,
    gamma_shape: float,
    entry: EntryRule | EntryMechanism = "random_offence",
    index_counts: bool = False,
    gap_time: ArrayLike | None = None,
) -> Floats:
    """Return what each person would be expected to do after, had nothing changed.

    Parameters
    ----------
    events_before : array_like of int, shape (n,) or ()
        Events in the window that ends at the entry.
    time_before, time_after : array_like of float, shape (n,) or ()
        Time at liberty in the windows; above 0 before, at least 0 after.
    mean_rate, gamma_shape, entry, index_counts
        As for `expected_change_without_effect`.
    gap_time : array_like of float, optional
        "first_offence": time at liberty from the opening date to the entry, without an offence.
        Where it is longer than the window before, it is the record.

    Returns
    -------
    ndarray of float64
        t1 (k + 1 + x) / (k/m + t0) for entry at an offence that is not among the x before;
        t1 (k + x) / (k/m + t0) where it is, and where no offence brought the person in.

    Notes
    -----
    Whatever in the record of the window let somebody in, the likelihood of their rate given that
    record is the same; so the formula holds for entry at a first offence too, gap included.

    Examples
    --------
    >>> expected = expected_after_given_before(
    ...     [0, 1, 4], 1.0, 1.0, mean_rate=1.0, gamma_shape=1.0)
    >>> expected.tolist()
    [1.0, 1.5, 3.0]
    """
    m, k = check_positive("mean_rate", mean_rate), check_positive("gamma_shape", gamma_shape)
    rule = as_rule(entry)
    rule.check_index(index_counts=index_counts)
    x = check_counts("events_before", events_before)
    t0, t1 = check_positives("time_before", time_before), check_numbers("time_after", time_after)
    if not np.all(np.isfinite(t1)) or np.any(t1 < 0):
        raise ValueError("`time_after` must be finite and not below 0")
    if gap_time is not None:
        t0 = np.maximum(t0, np.asarray(gap_time, dtype=np.float64))
    shape = k + x + (0 if index_counts else rule.index_offences)
    return np.asarray(t1 * shape / (k / m + t0), dtype=np.float64)
