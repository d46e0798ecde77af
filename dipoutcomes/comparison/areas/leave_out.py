"""How much the mean effect leans on each area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dipoutcomes._validate import check_choice, check_confidence_level
from dipoutcomes.comparison.areas import _between_areas as between
from dipoutcomes.comparison.areas.effects import AreaEffects
from dipoutcomes.comparison.areas.pooled_effect import TESTS, Test, _mean, _quantile
from dipoutcomes.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd


def leave_one_out(
    effects: AreaEffects,
    *,
    estimator: str = "reml",
    test: Test = "hartung_knapp",
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Return the mean effect with each area left out in turn.

    Parameters
    ----------
    effects : AreaEffects
        At least three areas.
    estimator, test, confidence_level
        As in `meta_analysis`.

    Returns
    -------
    DataFrame
        One row an area: *without*, *value*, *std_error*, *low*, *high*, *tau2*, on the scale of
        the effects.

    Raises
    ------
    DesignError
        With fewer than three areas.

    Examples
    --------
    >>> from dipoutcomes.comparison.areas import two_group_effects
    >>> effects = two_group_effects([7, 9, 4], [28, 24, 18], [12, 11, 9], [29, 25, 20])
    >>> leave_one_out(effects, test="normal")["value"].round(3).tolist()
    [-0.335, -0.58, -0.31]
    """
    import pandas as pd

    level = check_confidence_level(confidence_level)
    word = between.ALIASES.get(estimator, estimator)
    function = between.ESTIMATORS[check_choice("estimator", word, list(between.ESTIMATORS))][1]
    check_choice("test", test, list(TESTS))
    k = len(effects)
    if k < 3:
        raise DesignError(f"{k} areas: leaving one out needs at least three.")
    # One row for each area left out: the indices of the others.
    others = np.arange(k - 1) + (np.arange(k - 1) >= np.arange(k)[:, None])
    y, v = effects.effects[others], effects.variances[others]
    tau2 = function(y, v)
    mean, error, df, _ = _mean(y, v, tau2, test)
    half = _quantile(float(df), level) * error
    return pd.DataFrame(
        {
            "without": list(effects.areas),
            "value": mean,
            "std_error": error,
            "low": mean - half,
            "high": mean + half,
            "tau2": tau2,
        }
    )
