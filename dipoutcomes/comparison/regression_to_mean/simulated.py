"""What would be seen if nothing worked, by simulation: for an entry rule of one's own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes._models import LogEstimate, log_rate_influence
from dipoutcomes._validate import check_choice, check_confidence_level, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Interval

if TYPE_CHECKING:
    import pandas as pd

    from dipoutcomes.simulate import CareerModel, Careers

Floats = NDArray[np.float64]

Anchor = Literal["entry", "start", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedNull:
    """The change of entrants' rate at liberty under no effect, over made-up people.

    Parameters
    ----------
    rate_ratio : float
        Rate at liberty after over that before, the index offence left out.
    interval : Interval
        Monte Carlo error alone; more people make it shorter.
    rate_ratio_with_index : float or None
        The same with the index offence counted before, where the window before reaches the entry.
    earlier_ratio : float or None
        Rate after over the rate in the earlier window.
    share_fell, share_same, share_rose : float
        Of people with time in both windows, by their rates; index offence left out.
    people : int
    says : str
        The windows in words.
    """

    rate_ratio: float
    interval: Interval
    rate_ratio_with_index: float | None
    earlier_ratio: float | None
    share_fell: float
    share_same: float
    share_rose: float
    people: int
    says: str

    @property
    def change(self) -> float:
        """Relative change of the rate."""
        return self.rate_ratio - 1

    def __str__(self) -> str:
        level = _display.level(self.interval.confidence_level)
        with_index = (
            ""
            if self.rate_ratio_with_index is None
            else f", {self.rate_ratio_with_index:.3f} with the index offence counted"
        )
        return (
            f"With no effect {self.people:,} made-up people show a ratio of {self.rate_ratio:.3f} "
            f"({level} Monte Carlo interval {self.interval.low:.3f} to {self.interval.high:.3f})"
            f"{with_index}; {self.says}"
        )

    def _repr_html_(self) -> str:
        rows = [
            [name.replace("_", " "), str(value)]
            for name, value in self.to_dict().items()
            if name != "interval"
        ]
        return _display.html_table("With no effect, simulated", ["", "value"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        row = self.to_dict()
        return pd.DataFrame([row | row.pop("interval")])


def simulated_change_without_effect(  # noqa: PLR0913
    model: CareerModel,
    *,
    people: int = 20_000,
    seed: int,
    days_before: int = 365,
    days_after: int = 365,
    before_ends_days: int = 0,
    after_opens_days: int = 0,
    earlier_ends_days: int | None = None,
    after_from: Anchor = "entry",
    counted: Literal["offence", "arrest", "conviction", "proven"] = "arrest",
    confidence_level: float = 0.95,
) -> SimulatedNull:
    """Return the change that entrants of *model* show when its treatment does nothing.

    Parameters
    ----------
    model : CareerModel
        Of `dipoutcomes.simulate`: offending, custody, entry rule and the length of treatment; its
        effect is taken away.
    people : int, default 20,000
        Entrants to make up.
    seed : int
        Keyword only; the same seed gives the same people.
    days_before, days_after : int, default 365
        Lengths of the windows; rates are per day at liberty in them.
    before_ends_days : int, default 0
        Days from the end of the window before to the entry.
    after_opens_days : int, default 0
        Days from *after_from* to the opening of the window after; on day 0 the entry itself.
    earlier_ends_days : int, optional
        Days from the end of an earlier window, as long as the window before, to the entry.
    after_from : {"entry", "start", "end"}
        Where the window after is counted from.
    counted : {"offence", "arrest", "conviction", "proven"}
    confidence_level : float, default 0.95
        Of the Monte Carlo interval.

    Returns
    -------
    SimulatedNull

    Raises
    ------
    DesignError
        If nobody enters, or nobody has an event in a window.
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    For what no closed form has: bursts, quiet spells, ageing, custody, windows of unequal length,
    entry by release or through a share of arrests. The answer is no better than the model.

    Examples
    --------
    >>> from dipoutcomes.simulate import CareerModel
    >>> model = CareerModel(offending={"offences_per_year": 2.0, "gamma_shape": 0.8})
    >>> null = simulated_change_without_effect(model, people=2_000, seed=1)
    >>> 0.9 < null.rate_ratio < 1.1 and null.rate_ratio_with_index < 0.9
    True
    """
    check_choice("after_from", after_from, ("entry", "start", "end"))
    level = check_confidence_level(confidence_level)
    n = check_count("people", people, minimum=100)
    lengths = [
        check_count("days_before", days_before, minimum=1),
        check_count("days_after", days_after, minimum=1),
    ]
    ends = check_count("before_ends_days", before_ends_days)
    opens = check_count("after_opens_days", after_opens_days)
    earlier = None if earlier_ends_days is None else check_count(
        "earlier_ends_days", earlier_ends_days
    )  # fmt: skip
    careers = _lives(model, n, seed, lengths, (ends, opens, earlier or 0))
    entry = careers.entry_day.astype(np.int64)
    anchor = {"entry": careers.entry_day, "start": careers.start, "end": careers.end}[after_from]
    from_day = anchor.astype(np.int64) + opens + (after_from == "entry" and opens == 0)
    windows = {
        "before": (entry - ends - lengths[0], entry - ends),
        "after": (from_day, from_day + lengths[1]),
    }
    if earlier is not None:
        windows["earlier"] = (entry - earlier - lengths[0], entry - earlier)
    liberty = {w: careers.days_at_liberty(*days).astype(float) for w, days in windows.items()}
    inside = np.all([days > 0 for days in liberty.values()], axis=0)
    liberty = {w: days[inside] for w, days in liberty.items()}
    counts = {
        w: careers.count(*days, counted=counted)[inside].astype(float)
        for w, days in windows.items()
    }
    ratio, interval = _ratio(counts, liberty, "before", level)
    has_index = ends == 0 and bool(careers.is_index.any())
    before = counts["before"].sum()
    with_index = float(ratio * before / (before + inside.sum())) if has_index else None
    change = counts["after"] / liberty["after"] - counts["before"] / liberty["before"]
    return SimulatedNull(
        rate_ratio=ratio,
        interval=interval,
        rate_ratio_with_index=with_index,
        earlier_ratio=None if earlier is None else _ratio(counts, liberty, "earlier", level)[0],
        share_fell=float((change < -1e-12).mean()),
        share_same=float((np.abs(change) <= 1e-12).mean()),
        share_rose=float((change > 1e-12).mean()),
        people=int(inside.sum()),
        says=f"{lengths[0]} days ending {ends} before entry against {lengths[1]} days opening "
        f"{opens} after {after_from}",
    )


def _lives(
    model: CareerModel, people: int, seed: int, lengths: list[int], reach: tuple[int, int, int]
) -> Careers:
    from dipoutcomes.simulate import simulate_careers

    nothing = {
        "rate_ratio_during": 1.0, "rate_ratio_after": 1.0, "share_desisting": 0.0,
    }  # fmt: skip
    inert = model.model_copy(update={"treatment": model.treatment.model_copy(update=nothing)})
    longest = model.treatment.planned_days[1] + model.entry.days_to_start[1]
    return simulate_careers(
        inert,
        people,
        seed=seed,
        days_before=max(731, lengths[0] + max(reach[0], reach[2]) + 30),
        days_after=lengths[1] + reach[1] + longest + model.entry.accrual_days + 30,
    )


def _ratio(
    counts: dict[str, Floats], liberty: dict[str, Floats], first: str, level: float
) -> tuple[float, Interval]:
    if not counts[first].sum() or not counts["after"].sum():
        raise DesignError(
            f"no event in the window {first if not counts[first].sum() else 'after'} among the "
            "made-up people: there is no ratio. Make up more people or lengthen the window."
        )
    value = counts["after"].sum() / liberty["after"].sum()
    value = float(value / (counts[first].sum() / liberty[first].sum()))
    influence = log_rate_influence(counts["after"], liberty["after"])
    influence = influence - log_rate_influence(counts[first], liberty[first])
    low, high = LogEstimate.of(value, influence).limits(level)
    return value, Interval(low, high, level, "Monte Carlo")
