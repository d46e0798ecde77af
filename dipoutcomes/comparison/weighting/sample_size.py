"""How many equally weighted people a weighted group is worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_numbers


def effective_sample_size(weights: ArrayLike) -> float:
    """Return Kish's effective sample size, (sum of weights)^2 / sum of squared weights.

    Parameters
    ----------
    weights : array_like of float, shape (n,)
        Finite and not below 0. People with a weight of 0 count for nothing.

    Returns
    -------
    float
        Between 1 and the number of people with weight; 0 if nobody has any.

    Raises
    ------
    ValueError
        If a weight is below 0 or not finite.

    Notes
    -----
    Exact where the outcome has one variance and does not depend on the weight; otherwise a guide.
    It leaves out that a score was estimated: do not make a standard error of it where
    `dipoutcomes.comparison.effect.treatment_effect` can give one.

    References
    ----------
    .. [1] Kish, L. (1965). Survey Sampling. Wiley, section 11.7.

    Examples
    --------
    >>> effective_sample_size([1, 1, 1, 1]), round(effective_sample_size([4, 1, 1, 0]), 2)
    (4.0, 2.0)
    """
    values = check_numbers("weights", weights)
    wrong = int(np.count_nonzero(~(np.isfinite(values) & (values >= 0))))
    if wrong:
        raise ValueError(f"`weights` must be finite and not below 0; {wrong} are not")
    largest = float(values.max(initial=0.0))
    if largest == 0:
        return 0.0
    scaled = values / largest  # squares of tiny weights would vanish
    return float(scaled.sum() ** 2 / (scaled**2).sum())
