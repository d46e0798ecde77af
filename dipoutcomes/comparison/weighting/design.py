"""Two groups with weights, and for whom a comparison of them speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes.comparison.weighting._check import Flags, Floats
from dipoutcomes.comparison.weighting.sample_size import effective_sample_size

if TYPE_CHECKING:
    import pandas as pd

#: For whom each estimand speaks.
ESTIMANDS = {
    "ATT": "the average effect on the treated",
    "ATC": "the average effect on people like the comparison group",
    "ATE": "the average effect on everybody in both groups",
    "ATO": "the average effect on people who could have been in either group (overlap)",
}

HEAVY = 0.1  # a person with more than this share of their group's weight is worth saying


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightedDesign:
    """Two groups whose people carry weights, before any outcome was looked at.

    Parameters
    ----------
    treated : ndarray of bool, shape (n,)
    weights : ndarray of float, shape (n,)
        0 for people who are not used.
    estimand : {"ATT", "ATC", "ATE", "ATO"}
    method : str
        How the weights were made, as a report prints it.
    weighting : {"score", "entropy", "given"}
        What made them; tells a variance whether it can allow for that step.
    covariates, covariate_names : ndarray, shape (n, k), and tuple of str
        The columns of the score's model without the constant, or the columns that were balanced.
    score : ndarray of float, shape (n,), optional
    trimmed_treated, trimmed_comparison : int
        People whom trimming took out.
    matched_set : ndarray of int, shape (n,), optional
        -1 for nobody's set.
    pairs : tuple of two ndarrays of int, optional
        Row of the treated person and row of the person compared with, a match an element.
    """

    treated: Flags
    weights: Floats
    estimand: str
    method: str
    weighting: str = "given"
    covariates: Floats | None = None
    covariate_names: tuple[str, ...] = ()
    score: Floats | None = None
    trimmed_treated: int = 0
    trimmed_comparison: int = 0
    matched_set: Any = None
    pairs: Any = None

    @property
    def unmatched_treated(self) -> int:
        """Treated people who are not used."""
        return int(np.count_nonzero(self.treated & (self.weights == 0)))

    @property
    def used(self) -> tuple[int, int]:
        """People with weight: treated, comparison."""
        some = self.weights > 0
        return int((some & self.treated).sum()), int((some & ~self.treated).sum())

    @property
    def effective(self) -> tuple[float, float]:
        """Kish's effective sample size of each group: treated, comparison."""
        return (
            effective_sample_size(self.weights[self.treated]),
            effective_sample_size(self.weights[~self.treated]),
        )

    @property
    def heaviest(self) -> tuple[float, float]:
        """The largest share of its group's weight that one person carries."""
        groups = (self.weights[self.treated], self.weights[~self.treated])
        return tuple(float(w.max() / w.sum()) if w.sum() else 0.0 for w in groups)  # type: ignore[return-value]

    @property
    def statement(self) -> str:
        """For whom the comparison speaks, and whom it left out."""
        words = f"{self.estimand}: {ESTIMANDS[self.estimand]}"
        lost = self.trimmed_treated + self.trimmed_comparison
        if lost:
            words += (
                f", among those left after trimming, which took out {self.trimmed_treated:,} "
                f"treated and {self.trimmed_comparison:,} comparison people: it is no longer the "
                "effect on all of them"
            )
        return words

    def __str__(self) -> str:
        treated, compared = self.used
        worth_1, worth_0 = self.effective
        text = (
            f"{self.method}; {self.statement}. {treated:,} treated (worth {worth_1:,.1f}) against "
            f"{compared:,} compared with (worth {worth_0:,.1f})"
        )
        heavy = max(self.heaviest)
        if heavy > HEAVY:
            text += f"; one person carries {_display.percent(heavy, 0)} of a group's weight"
        return text

    def _repr_html_(self) -> str:
        rows = [
            [str(r["group"]), f"{r['people']:,}", f"{r['effective']:,.1f}",
             f"{r['largest_weight']:.3g}", _display.percent(r["largest_share"])]
            for r in self._rows()
        ]  # fmt: skip
        headings = ["group", "people used", "effective number", "largest weight", "its share"]
        return _display.html_table(self.method, headings, rows, [self.statement])

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "group": name,
                "people": people,
                "effective": worth,
                "largest_weight": float(self.weights[side].max()),
                "largest_share": share,
            }
            for name, people, worth, share, side in zip(
                ("treated", "comparison"), self.used, self.effective, self.heaviest,
                (self.treated, ~self.treated), strict=True,
            )
        ]  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a group."""
        import pandas as pd

        return pd.DataFrame(self._rows())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values about the design; nothing of a person."""
        return {
            "estimand": self.estimand,
            "statement": self.statement,
            "method": self.method,
            "weighting": self.weighting,
            "covariates": list(self.covariate_names),
            "trimmed_treated": self.trimmed_treated,
            "trimmed_comparison": self.trimmed_comparison,
            "groups": self._rows(),
        }
