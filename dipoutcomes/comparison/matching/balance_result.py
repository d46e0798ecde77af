"""What is known of balance: a row for each covariate, before and after, and who counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import check_choice
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

DENOMINATORS = {
    "pooled": "the root of the mean of the two groups' variances",
    "treated": "the standard deviation among treated people",
}
AMBER, RED = 0.05, 0.10  # where they begin: the Justice Data Lab's, in standard deviations


def colour_of(difference: float) -> str:
    """Return "green" up to 5% of a standard deviation, "amber" up to 10%, else "red".

    Judged as it is printed, to a tenth of a percent; the bounds are the Justice Data Lab's.

    Parameters
    ----------
    difference : float
        Standardised, as a share of a standard deviation.

    Returns
    -------
    str
        "red" also where there is no finite difference: what cannot be judged is not good.

    Examples
    --------
    >>> colour_of(-0.05), colour_of(0.051), colour_of(0.2)
    ('green', 'amber', 'red')
    """
    size = round(abs(difference), 3)
    if size <= AMBER:
        return "green"
    return "amber" if size <= RED else "red"  # nan, too: what cannot be judged is not good


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """One covariate in both groups, before and after.

    Parameters
    ----------
    name : str
    mean_treated, mean_comparison : float
        Of everybody, before.
    mean_treated_after, mean_comparison_after : float
        Weighted, of the people used.
    difference, difference_after : float
        Standardised: treated less comparison over *sd*, which is of everybody in both.
    variance_ratio, variance_ratio_after : float
        Treated over comparison; nan for a 0/1 column, whose variance its mean settles.
    sd : float
        The denominator.
    """

    name: str
    mean_treated: float
    mean_comparison: float
    mean_treated_after: float
    mean_comparison_after: float
    difference: float
    difference_after: float
    variance_ratio: float
    variance_ratio_after: float
    sd: float

    @property
    def colour(self) -> str:
        """Of the difference after: "green", "amber" or "red"."""
        return colour_of(self.difference_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How alike the groups are in each covariate, before and after.

    Parameters
    ----------
    rows : tuple of BalanceRow
    treated, comparison : int
        People in each group, before.
    treated_used, comparison_used : int
        People with a weight, after.
    effective_treated, effective_comparison : float
        Kish's effective number of people after: (sum of weights)^2 / sum of squared weights.
    denominator : {"pooled", "treated"}
        Of the standardised differences; always from the unweighted data of everybody.
    method : str
        What was done, in words.
    """

    rows: tuple[BalanceRow, ...]
    treated: int
    comparison: int
    treated_used: int
    comparison_used: int
    effective_treated: float
    effective_comparison: float
    denominator: str
    method: str = ""

    def __getitem__(self, name: str) -> BalanceRow:
        """Return the row of the covariate *name*."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(f"no covariate '{name}'; there are {', '.join(r.name for r in self.rows)}")

    def count(self, colour: str) -> int:
        """Return how many covariates are "green", "amber" or "red" after."""
        check_choice("colour", colour, ("green", "amber", "red"))
        return sum(row.colour == colour for row in self.rows)

    @property
    def worst(self) -> BalanceRow:
        """The row with the largest difference after; one that cannot be judged counts as that."""
        return max(self.rows, key=_size)

    def __str__(self) -> str:
        before = sum(colour_of(row.difference) == "red" for row in self.rows)
        worst = self.worst
        return (
            f"{self.count('green')} of {len(self.rows)} covariates differ by at most 5% of a "
            f"standard deviation, {self.count('amber')} by 5% to 10%, {self.count('red')} by more "
            f"(before: {before}); the largest difference is {_percent(worst.difference_after)} "
            f"({worst.name}). {self.treated_used:,} treated people against "
            f"{self.comparison_used:,} others, who count as {self.effective_comparison:,.0f}"
        )

    def to_table(self, *, means: bool = True) -> Table:
        """Return the balance as a table of a report.

        Parameters
        ----------
        means : bool, default True
            With the means of both groups. In a small group a mean is a count of people, so that
            such a table stays in the working copy; without means it may be released.
        """
        columns = {
            "covariate": Column(key="covariate", heading="Covariate", kind="label"),
            "mean_treated": _mean("mean_treated", "Treated, all"),
            "mean_comparison": _mean("mean_comparison", "Comparison, all"),
            "difference": Column(key="difference", heading="Difference before", kind="share"),
            "mean_treated_after": _mean("mean_treated_after", "Treated, used"),
            "mean_comparison_after": _mean("mean_comparison_after", "Comparison, used"),
            "difference_after": Column(
                key="difference_after", heading="Difference after", kind="share"
            ),
            "variance_ratio_after": _mean("variance_ratio_after", "Variance ratio"),
            "colour": Column(key="colour", heading="Judged"),
        }
        shown = [c for key, c in columns.items() if means or not key.startswith("mean_")]
        notes = (
            f"Differences are a share of a standard deviation ({DENOMINATORS[self.denominator]}, "
            "of everybody before). Green: at most 5%; amber: to 10%; red: more.",
            f"Used: {self.treated_used:,} of {self.treated:,} treated people and "
            f"{self.comparison_used:,} of {self.comparison:,} comparison people, who count as "
            f"{self.effective_comparison:,.0f} (Kish).",
            "Groups that are alike in what is listed may differ in what is not.",
        )
        caption = "How alike the groups are, before and after"
        if self.method:
            caption += f": {self.method}"
        return Table.of(
            "balance", caption, shown, [[_cell(row, c.key) for c in shown] for row in self.rows],
            notes=notes, working_only=means,
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a covariate."""
        import pandas as pd

        names = BalanceRow.__slots__
        frame = pd.DataFrame([{k: getattr(row, k) for k in names} for row in self.rows])
        return frame.assign(colour=[row.colour for row in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "treated": self.treated,
            "comparison": self.comparison,
            "treated_used": self.treated_used,
            "comparison_used": self.comparison_used,
            "effective_treated": self.effective_treated,
            "effective_comparison": self.effective_comparison,
            "denominator": self.denominator,
            "method": self.method,
            "rows": self.to_frame().to_dict("records"),
        }


def _size(row: BalanceRow) -> float:
    size = abs(row.difference_after)
    return float("inf") if np.isnan(size) else size


def _mean(key: str, heading: str) -> Column:
    return Column(key=key, heading=heading, kind="number", decimals=2)


def _cell(row: BalanceRow, key: str) -> Any:
    """Return what a table holds; nothing where there is no finite number."""
    if key in {"covariate", "colour"}:
        return row.name if key == "covariate" else row.colour
    value = getattr(row, key)
    return value if np.isfinite(value) else None


def _percent(value: float) -> str:
    return _display.percent(value) if np.isfinite(value) else "not measurable"
