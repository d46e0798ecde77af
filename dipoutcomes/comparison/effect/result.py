"""An effect with its interval, for whom it speaks, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.comparison.effect._people import SPEAKS_FOR
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A difference or ratio between the treated and the people they are compared with.

    Parameters
    ----------
    estimate : Estimate
        The value with its interval, unweighted counts and p-value.
    outcome : str
        As a report prints it: "share with a proven reoffence".
    kind : str
        "share", "events per person", "events per person-year" or "mean".
    measure : {"difference", "ratio"}
    mean_treated, mean_comparison : float
        What the contrast is made of, weighted.
    std_error : float
        Of the difference, or of the log ratio.
    df : float
        Of Student's t; infinite for normal quantiles.
    estimand : {"ATT", "ATM", "ATC", "ATE", "ATO"}
    design, variance : str
        How people were made comparable; the name of the variance.
    treated, comparison : int
        People with weight.
    effective_treated, effective_comparison : float
        Kish's effective sample sizes.
    treated_left_out : int
        Treated people without weight, for whom the effect does not speak.
    """

    estimate: Estimate
    outcome: str
    kind: str
    measure: str
    mean_treated: float
    mean_comparison: float
    std_error: float
    df: float
    estimand: str
    design: str
    variance: str
    treated: int
    comparison: int
    effective_treated: float
    effective_comparison: float
    treated_left_out: int = 0

    @property
    def value(self) -> float:
        """The difference or ratio."""
        return self.estimate.value

    @property
    def interval(self) -> Interval:
        """The `Interval` of the value."""
        return self.estimate.interval

    @property
    def p_value(self) -> float:
        """Two-sided, of no effect; of the same error as the interval."""
        return self.estimate.p_value

    @property
    def speaks_for(self) -> str:
        """For whom, as a clause; with the number of treated people it leaves out."""
        words = f"{SPEAKS_FOR[self.estimand]} ({self.estimand})"
        if self.treated_left_out:
            total = self.treated + self.treated_left_out
            words += (
                f", {self.treated:,} of {total:,}: {self.treated_left_out:,} treated people are "
                "not spoken for"
            )
        return words

    @property
    def printed(self) -> str:
        """Value and limits as a report prints them."""
        level = _display.level(self.interval.confidence_level)
        return f"{self.estimate.printed} ({level} CI {self.estimate.printed_interval})"

    def __str__(self) -> str:
        kind = self._kind_of_mean
        first, second = (
            _display.quantity(m, kind) for m in (self.mean_treated, self.mean_comparison)
        )
        p = _display.p_value(self.p_value)
        said_p = "" if p == _display.NOT_AVAILABLE else f", p {p}"
        note = f" [{self.estimate.caveat}]" if self.estimate.caveat else ""
        return (
            f"{self.outcome}, for {self.speaks_for}: {first} against {second}, {self.measure} "
            f"{self.printed}{said_p}; {self.interval.method}; {self.treated:,} treated and "
            f"{self.comparison:,} compared with (worth {self.effective_comparison:,.1f}){note}"
        )

    @property
    def _kind_of_mean(self) -> str:
        return "share" if self.kind == "share" else "rate"

    def _repr_html_(self) -> str:
        kind = self._kind_of_mean
        rows = [
            ["for whom", self.speaks_for],
            ["treated", _display.quantity(self.mean_treated, kind)],
            ["compared with", _display.quantity(self.mean_comparison, kind)],
            [self.measure, self.printed],
            ["p-value", _display.p_value(self.p_value)],
            ["how made comparable", self.design],
            ["interval", self.interval.method],
            ["people", f"{self.treated:,} treated, {self.comparison:,} compared with (worth "
             f"{self.effective_comparison:,.1f})"],
            ["caveat", self.estimate.caveat or "none"],
        ]  # fmt: skip
        return _display.html_table(self.outcome, ["", "value"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; the estimate is a nested mapping."""
        return asdict(self) | {"estimate": self.estimate.to_dict()}

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        row = self.to_dict()
        estimate = row.pop("estimate")
        interval = estimate.pop("interval")
        del estimate["measure"]
        return pd.DataFrame([row | estimate | interval])


def effects_table(
    effects: Sequence[Effect],
    *,
    name: str = "effects",
    caption: str = "",
    labels: Sequence[str] | None = None,
    chosen: int | None = None,
) -> EstimateTable:
    """Return effects as a table of estimates, a row each, for a report or a forest.

    Parameters
    ----------
    effects : sequence of Effect
        Of one measure.
    name, caption : str
    labels : sequence of str, optional
        Of the rows; otherwise the estimand and the variance.
    chosen : int, optional
        The row that the protocol chose; its label says so.

    Returns
    -------
    EstimateTable

    Raises
    ------
    ValueError
        If there are no effects, *labels* are not one each, or *chosen* is no row.

    Examples
    --------
    >>> from dipoutcomes.comparison import entropy_balancing, treatment_effect
    >>> treated = [True] * 4 + [False] * 6
    >>> design = entropy_balancing(treated, [[2], [3], [3], [4], [1], [2], [3], [3], [4], [5]])
    >>> effect = treatment_effect(design, [0, 1, 0, 1, 0, 1, 1, 1, 0, 1])
    >>> effects_table([effect], labels=["balanced"]).rows[0].label
    'balanced'
    """
    if not effects:
        raise ValueError("`effects` is empty: there is nothing to tabulate")
    words = list(labels) if labels is not None else [
        f"{e.estimand}: {e.interval.method.split(', t with')[0]}" for e in effects
    ]  # fmt: skip
    if len(words) != len(effects):
        raise ValueError(f"{len(words)} labels were given for {len(effects)} effects")
    if chosen is not None:
        if not 0 <= chosen < len(effects):
            raise ValueError(f"`chosen` must be a row from 0 to {len(effects) - 1}; got {chosen}")
        words[chosen] += " (chosen)"
    measure = f"{effects[0].measure}: {effects[0].outcome}"
    rows = tuple(
        EstimateRow(label=word, estimate=replace(e.estimate, measure=measure))
        for word, e in zip(words, effects, strict=True)
    )
    first = effects[0]
    whose = sorted({e.estimand for e in effects})
    weighted = "Counts are of people as they are; estimates are weighted."
    if len(whose) > 1:
        weighted += f" {' and '.join(whose)} are effects on different people and need not agree."
    return EstimateTable(
        name=name,
        caption=caption or f"{first.outcome}: {first.measure} by method",
        rows=rows,
        notes=(weighted,),
        heading="Analysis",
    )
