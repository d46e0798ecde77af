"""Common support: whether both groups have people at the same scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes import _display
from dipoutcomes._validate import check_count, check_numbers
from dipoutcomes.comparison.matching._arrays import Flags, Floats, as_scores, as_treated
from dipoutcomes.comparison.matching.design import LockedDesign
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

MOST_BINS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Where the scores of both groups lie, in bins of equal width.

    Parameters
    ----------
    edges : tuple of float, length bins + 1
        From 0 to the first round number above the highest score.
    treated, comparison : tuple of int, length bins
        People, before.
    treated_after, comparison_after : tuple of float, or None
        Weights, after; None where nothing was matched or weighted.
    outside : int
        Treated people below the lowest or above the highest score of the comparison group.
    comparison_outside : int
        The reverse.
    empty : int
        Treated people in bins without any comparison person.
    """

    edges: tuple[float, ...]
    treated: tuple[int, ...]
    comparison: tuple[int, ...]
    treated_after: tuple[float, ...] | None
    comparison_after: tuple[float, ...] | None
    outside: int
    comparison_outside: int
    empty: int

    def __str__(self) -> str:
        cases = sum(self.treated)
        share = _display.percent(self.outside / cases)
        return (
            f"{self.outside:,} of {cases:,} treated people ({share}) have a score that lies "
            f"outside those of the {sum(self.comparison):,} others; for {self.empty:,} of "
            f"the {cases:,} nobody else has a score in the same bin, so that a comparison rests on "
            "the model alone"
        )

    def to_table(self) -> Table:
        """Return people by score as a table of a report."""
        after = self.treated_after is not None and self.comparison_after is not None
        columns = [
            Column(key="score", heading="Score", kind="label"),
            Column(key="treated", heading="Treated", kind="persons"),
            Column(key="comparison", heading="Comparison", kind="persons"),
        ]
        if after:
            columns += [
                Column(key="treated_after", heading="Treated, used", kind="number"),
                Column(key="comparison_after", heading="Comparison, weighted", kind="number"),
            ]
        rows = []
        for k, (low, high) in enumerate(zip(self.edges, self.edges[1:], strict=False)):
            cells: list[Any] = [f"{low:.3f} to {high:.3f}", self.treated[k], self.comparison[k]]
            if self.treated_after is not None and self.comparison_after is not None:
                cells += [self.treated_after[k], self.comparison_after[k]]
            rows.append(cells)
        return Table.of(
            "common_support", "People by propensity score", columns, rows, notes=(f"{self}.",),
            working_only=True,
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a bin."""
        return self.to_table().to_frame()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name in self.__slots__
            for value in (getattr(self, name),)
        }


def common_support(
    design: LockedDesign | ArrayLike,
    score: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    *,
    bins: int = 20,
) -> Support:
    """Return where the scores of both groups lie.

    Parameters
    ----------
    design : LockedDesign, or array_like of bool, shape (n,)
        A locked design with a score, or who is treated.
    score : array_like of float, shape (n,), optional
        The propensity score, strictly between 0 and 1.
    weights : array_like of float, shape (n,), optional
    bins : int, default 20
        Of equal width.

    Returns
    -------
    Support

    Raises
    ------
    DesignError
        If a locked design has no score.
    TypeError, ValueError
        If an argument is not as described.

    References
    ----------
    .. [1] Heckman, J. J., Ichimura, H. and Todd, P. E. (1997). Review of Economic Studies 64,
       605-654.

    Examples
    --------
    >>> print(common_support([1, 1, 0, 0, 0], [0.8, 0.3, 0.25, 0.4, 0.1], bins=4))
    1 of 2 treated people (50.0%) have a score that lies outside those of the 3 others; for 1 of
    the 2 nobody else has a score in the same bin, so that a comparison rests on the model alone
    """
    bins = check_count("bins", bins, minimum=1, maximum=MOST_BINS)
    if isinstance(design, LockedDesign):
        if score is not None or weights is not None:
            raise ValueError("a locked design has its own `score` and `weights`")
        if design.score is None:
            raise DesignError("this design has no score; overlap can be seen in its balance only")
        return _support(design.treated, design.score, design.weights, bins)
    flags = as_treated(design)
    if score is None:
        raise ValueError("`score` is needed")
    values = as_scores(score, len(flags), logit=False)
    w = None if weights is None else check_numbers("weights", weights)
    if w is not None and w.shape != values.shape:
        raise ValueError(f"`weights` must have one value a person, {len(flags):,}")
    if w is not None and not np.all(np.isfinite(w) & (w >= 0)):
        wrong = int((~(np.isfinite(w) & (w >= 0))).sum())
        raise ValueError(f"`weights` must be finite and not below 0; {wrong:,} are not")
    return _support(flags, values, w, bins)


def _support(treated: Flags, score: Floats, weights: Floats | None, bins: int) -> Support:
    top = min(np.ceil(score.max() * 20) / 20, 1.0)
    edges = np.linspace(0.0, top, bins + 1)
    cases, others = score[treated], score[~treated]

    def counts(values: Floats, w: Floats | None = None) -> Floats:
        return np.histogram(values, edges, weights=w)[0].astype(np.float64)

    here, there = counts(cases), counts(others)
    return Support(
        edges=tuple(map(float, edges)),
        treated=tuple(map(int, here)),
        comparison=tuple(map(int, there)),
        treated_after=None if weights is None else _after(counts(cases, weights[treated])),
        comparison_after=None if weights is None else _after(counts(others, weights[~treated])),
        outside=int(((cases < others.min()) | (cases > others.max())).sum()),
        comparison_outside=int(((others < cases.min()) | (others > cases.max())).sum()),
        empty=int(here[there == 0].sum()),
    )


def _after(values: Floats) -> tuple[float, ...]:
    return tuple(map(float, values))
