"""How often the person with the higher predicted risk has the event first."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes.errors import DesignError
from dipoutcomes.survival.regression.cox_result import CoxModel
from dipoutcomes.survival.regression.rows import Checked, Floats

if TYPE_CHECKING:
    import pandas as pd

#: Rows compared with all others at a time; keeps the work in memory that is near.
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Concordance:
    """Harrell's index, ties of the prediction counted half.

    Parameters
    ----------
    value : float
        From 0 to 1, 0.5 where it is no better than a coin; nan where no pair can be compared.
    std_error : float
    pairs : float
        Comparable pairs, by weight.
    """

    value: float
    std_error: float
    pairs: float

    def __str__(self) -> str:
        if not self.pairs:
            return "no two people can be compared, so there is no concordance"
        return (
            f"in {self.value:.1%} of {self.pairs:,.0f} comparable pairs the person with the "
            f"higher predicted risk had the event first (standard error {self.std_error:.1%})"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])


def concordance(model: CoxModel) -> Concordance:
    """Return how often the person with the higher predicted risk has the event first.

    Parameters
    ----------
    model : CoxModel
        From `cox_regression`. Pairs are compared within its strata, with its weights.

    Returns
    -------
    Concordance
        Of the people the model was fitted to, who flatter it; it says how well risks are told
        apart, not whether the model is right. Time grows with people times events.

    Raises
    ------
    DesignError
        If the model is without its rows.

    Examples
    --------
    >>> from dipoutcomes.survival.regression import cox_regression
    >>> model = cox_regression([5, 8, 9, 12, 15, 21, 24, 30], [1, 1, 0, 1, 1, 0, 1, 1],
    ...     {"age": [19, 40, 33, 22, 35, 50, 41, 38]})
    >>> print(concordance(model))
    in 76.2% of 21 comparable pairs the person with the higher predicted risk had the event first
    (standard error 15.4%)
    """
    if model.fitted is None:
        raise DesignError("the model is without its rows; ask before `without_rows`")
    fitted = model.fitted
    return harrell_concordance(fitted.rows, fitted.covariates.columns @ fitted.fit.coefficients)


def harrell_concordance(rows: Checked, prediction: Floats) -> Concordance:
    """Return the share of comparable pairs in which the higher prediction has the event first.

    A pair is comparable where one has the event while the other is still at risk after it (an
    event and a leaver of the same time are; two events are not). The error is the infinitesimal
    jackknife, by cluster or person where rows have one. Work grows with events x rows.

    References
    ----------
    Harrell, F. E. et al. (1982). Journal of the American Medical Association 247, 2543-2546;
    Therneau, T. and Watson, D. (2017). The concordance statistic and the Cox model (Mayo Clinic
    technical report 85).
    """
    n = len(rows.stop)
    stop, event = rows.stop, rows.event
    w = np.ones(n) if rows.weight is None else rows.weight
    # People alike must be tied, though sums of theirs may differ by a rounding.
    level = np.round(prediction / max(float(np.ptp(prediction)), 1e-300), 12)
    sums = np.zeros((3, n))
    places = np.flatnonzero(event)
    for first in range(0, len(places), _BLOCK):
        own = places[first : first + _BLOCK, None]
        later = (stop > stop[own]) | ((stop == stop[own]) & ~event)
        if rows.start is not None:
            later &= rows.start < stop[own]
        if rows.stratum is not None:
            later &= rows.stratum == rows.stratum[own]
        higher = later & (level < level[own])
        equal = later & (level == level[own])
        for k, which in enumerate((later, higher, equal)):
            sums[k, own[:, 0]] += which @ w
            sums[k] += w[own[:, 0]] @ which
    pairs, right, tied = sums
    whole = float(w @ pairs) / 2
    if not whole:
        return Concordance(float("nan"), float("nan"), 0.0)
    value = float(w @ (right + tied / 2)) / 2 / whole
    influence: Floats = w * (right + tied / 2 - value * pairs) / whole
    if rows.unit is not None:
        influence = np.bincount(rows.unit, influence).astype(np.float64)
    return Concordance(value, float(np.sqrt((influence**2).sum())), whole)
