"""Every analysis that the protocol allowed, side by side, and how much hangs on the choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes import _display
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Estimate, EstimateRow, EstimateTable, Table

if TYPE_CHECKING:
    import pandas as pd

#: What no effect is, by the quantity of the estimates.
NO_EFFECT = {"difference": 0.0, "ratio": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One analysis: the choices made, and what it found.

    Parameters
    ----------
    choices : mapping of str to str
        What was decided, and how: ``{"window": "12 months", "index offence": "excluded"}``.
    estimate : Estimate
    main : bool
        Whether it is the one that the protocol named beforehand.
    """

    choices: Mapping[str, str]
    estimate: Estimate
    main: bool = False

    @property
    def label(self) -> str:
        """The choices as a phrase."""
        return "; ".join(f"{name}: {option}" for name, option in self.choices.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationCurve:
    """Analyses in the order of their estimates.

    Parameters
    ----------
    specifications : tuple of Specification
        From the least estimate to the greatest.
    left_out : int
        Analyses without an estimate (``nan`` or withheld).
    """

    specifications: tuple[Specification, ...]
    left_out: int = 0

    @property
    def quantity(self) -> str:
        """What the estimates are: a difference or a ratio."""
        return self.specifications[0].estimate.quantity

    @property
    def no_effect(self) -> float:
        """The value that means no effect."""
        return NO_EFFECT[self.quantity]

    @property
    def values(self) -> NDArray[np.float64]:
        """The estimates, in order."""
        return np.array([s.estimate.value for s in self.specifications])

    @property
    def median(self) -> float:
        """The middle estimate."""
        return float(np.median(self.values))

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest estimate."""
        return float(self.values[0]), float(self.values[-1])

    @property
    def main(self) -> Specification | None:
        """The analysis named beforehand, if one is marked."""
        return next((s for s in self.specifications if s.main), None)

    @property
    def share_same_sign(self) -> float:
        """Share of the analyses on the same side of no effect as the main one, or the median."""
        main = self.main
        side = np.sign((main.estimate.value if main else self.median) - self.no_effect)
        return float((np.sign(self.values - self.no_effect) == side).mean())

    @property
    def share_excluding_no_effect(self) -> float:
        """Share whose interval leaves no effect out."""
        inside = [self.no_effect in s.estimate.interval for s in self.specifications]
        return 1 - float(np.mean(inside))

    @property
    def influence(self) -> Table:
        """By choice, the medians of its options and how far apart they are, the most first."""
        scale = np.log if self.quantity == "ratio" else np.asarray
        found = []
        for name in self.specifications[0].choices:
            medians = self._medians(name)
            if len(medians) < 2:
                continue
            low, high = min(medians, key=medians.__getitem__), max(medians, key=medians.__getitem__)
            apart = float(scale(medians[high]) - scale(medians[low]))
            found.append((apart, name, low, medians[low], high, medians[high]))
        found.sort(key=lambda row: (-row[0], row[1]))
        kind = "number" if self.quantity == "ratio" else "share"
        decimals = 2 if self.quantity == "ratio" else 1
        columns = (
            Column(key="choice", heading="Choice", kind="label"),
            Column(key="option_low", heading="Option with the least median"),
            Column(key="low", heading="Median", kind=kind, decimals=decimals),  # type: ignore[arg-type]
            Column(key="option_high", heading="Option with the greatest median"),
            Column(key="high", heading="Median", kind=kind, decimals=decimals),  # type: ignore[arg-type]
            # Behind every median, so that disclosure control can judge them.
            Column(key="fewest", heading="Fewest events behind an analysis", kind="events"),
        )
        return Table.of(
            "choices",
            f"Which choice moves the estimate most ({len(self.specifications)} analyses).",
            columns,
            [(*row[1:], self._fewest_events) for row in found],
        )

    @property
    def _fewest_events(self) -> int:
        counts = [(s.estimate.events, s.estimate.reference_events) for s in self.specifications]
        return min((c for pair in counts for c in pair if c is not None), default=0)

    def _medians(self, name: str) -> dict[str, float]:
        options = np.array([s.choices[name] for s in self.specifications])
        return {str(o): float(np.median(self.values[options == o])) for o in np.unique(options)}

    @property
    def table(self) -> EstimateTable:
        """The analyses as a table of estimates."""
        rows = tuple(
            EstimateRow(label=s.label, estimate=s.estimate, group="main analysis" * s.main)
            for s in self.specifications
        )
        caption = f"{len(rows)} analyses that the protocol allowed, from the least estimate on."
        return EstimateTable(
            name="specification_curve", caption=caption, rows=rows, notes=(f"{self}.",),
            heading="Choices", group_heading="",
        )  # fmt: skip

    def __str__(self) -> str:
        low, high = (_display.quantity(v, self.quantity) for v in self.range)
        parts = [
            f"{len(self.specifications)} analyses: median "
            f"{_display.quantity(self.median, self.quantity)}, from {low} to {high}; "
            f"{_display.percent(self.share_same_sign, 0)} on the same side of no effect as the "
            f"{'main one' if self.main else 'median'}, "
            f"{_display.percent(self.share_excluding_no_effect, 0)} with an interval that leaves "
            "no effect out"
        ]
        influence = self.influence
        if len(influence):
            parts.append(f"the choice that moves it most is '{influence.rows[0]['choice']}'")
        if self.left_out:
            parts.append(f"{self.left_out} without an estimate left out")
        parts.append("they share their data, so that the shares are a description and not a test")
        return "; ".join(parts)

    def _repr_html_(self) -> str:
        return self.table._repr_html_() + self.influence._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "left_out": self.left_out,
            "specifications": [
                {"choices": dict(s.choices), "main": s.main, "estimate": s.estimate.to_dict()}
                for s in self.specifications
            ],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an analysis, a column for each choice."""
        import pandas as pd

        rows = [
            {**s.choices, "main": s.main, **s.estimate.to_frame().iloc[0].to_dict()}
            for s in self.specifications
        ]
        return pd.DataFrame(rows)


def specification_curve(specifications: Sequence[Specification]) -> SpecificationCurve:
    """Return analyses of one question in the order of their estimates.

    Parameters
    ----------
    specifications : sequence of Specification
        At least two, with the same choices to make, no two alike, at most one the main one; their
        estimates all differences or all ratios. Running them is the caller's.

    Returns
    -------
    SpecificationCurve

    Raises
    ------
    DesignError
        If fewer than two have an estimate.
    ValueError
        If the analyses cannot stand in one curve.

    Notes
    -----
    Not a meta-analysis: the analyses use the same people, so their agreement is no further
    evidence, and no p-value is made of them. Different outcomes (arrest, conviction) have
    different true values and belong in different curves.

    References
    ----------
    .. [1] Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Nature Human Behaviour 4,
       1208-1214.

    Examples
    --------
    >>> from dipoutcomes.comparison import difference_between_groups
    >>> found = specification_curve([
    ...     Specification(choices={"window": "6 months"}, main=True,
    ...         estimate=difference_between_groups(30, 100, 45, 100)),
    ...     Specification(choices={"window": "12 months"},
    ...         estimate=difference_between_groups(40, 100, 48, 100)),
    ... ])
    >>> round(found.median, 3), found.share_same_sign, found.share_excluding_no_effect
    (-0.115, 1.0, 0.5)
    """
    given = tuple(specifications)
    _check(given)
    kept = [s for s in given if not s.estimate.withheld and np.isfinite(s.estimate.value)]
    if len(kept) < 2:
        raise DesignError(
            f"{len(kept)} of {len(given)} analyses have an estimate; a curve needs two. Report "
            "the one, or widen what the protocol allows."
        )
    ordered = sorted(kept, key=lambda s: (s.estimate.value, s.label))
    return SpecificationCurve(specifications=tuple(ordered), left_out=len(given) - len(kept))


def _check(given: tuple[Specification, ...]) -> None:
    problems = []
    quantities = {s.estimate.quantity for s in given}
    if len(quantities) != 1 or not quantities <= NO_EFFECT.keys():
        problems.append(
            f"the estimates must all be differences or all ratios; found "
            f"{', '.join(sorted(quantities)) or 'none'}"
        )
    if len({tuple(sorted(s.choices)) for s in given}) > 1 or any(not s.choices for s in given):
        problems.append("every analysis must state the same choices, and one at the least")
    alike = len(given) - len({tuple(sorted(s.choices.items())) for s in given})
    if alike:
        problems.append(f"{alike} analyses repeat the choices of another")
    if sum(s.main for s in given) > 1:
        problems.append(f"{sum(s.main for s in given)} analyses are marked as the main one")
    if problems:
        raise ValueError("; ".join(problems))
