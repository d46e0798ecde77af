"""Weights from a propensity score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_choice
from dipoutcomes.comparison.weighting._check import (
    Flags,
    Floats,
    check_columns,
    check_score,
    check_treated,
)
from dipoutcomes.comparison.weighting.design import ESTIMANDS, WeightedDesign
from dipoutcomes.errors import DesignError

WORDS = {
    "ATT": "comparison people weighted by the odds of their score",
    "ATC": "treated people weighted by the inverse odds of their score",
    "ATE": "everybody weighted by the inverse of the chance of their own group",
    "ATO": "everybody weighted by the chance of the other group (overlap weights)",
}
ALIASES = {"overlap": "ATO"}


def propensity_weights(
    treated: ArrayLike,
    score: ArrayLike,
    *,
    estimand: str = "ATT",
    covariates: ArrayLike | None = None,
    covariate_names: Sequence[str] | None = None,
    stabilised: bool = False,
    trim: tuple[float, float] | None = None,
) -> WeightedDesign:
    """Return two groups weighted by their propensity score.

    Parameters
    ----------
    treated : array_like of bool, shape (n,)
    score : array_like of float, shape (n,)
        Each person's estimated chance of being treated, strictly between 0 and 1.
    estimand : {"ATT", "ATC", "ATE", "ATO"}
        "overlap" is another word for "ATO".
    covariates : array_like, shape (n, k), optional
        The columns of the logistic model that gave the score, without its constant. A variance
        that allows for estimating the score needs them.
    covariate_names : sequence of str, optional
    stabilised : bool, default False
        Of "ATE" alone: multiply by the share of the person's own group. It changes the size of
        the weights and no estimate here, since each group's mean is over its own sum of weights.
    trim : (float, float), optional
        Give everybody whose score lies outside these bounds a weight of 0: (0.1, 0.9) is the rule
        of thumb of [4]_. It changes for whom the result speaks, and the design says so.

    Returns
    -------
    WeightedDesign

    Raises
    ------
    DesignError
        If a score is exactly 0 or 1, or trimming leaves a group empty.
    TypeError, ValueError
        If an argument is not what is described above.

    Notes
    -----
    With the score e: ATT 1 and e / (1 - e); ATC (1 - e) / e and 1; ATE 1 / e and 1 / (1 - e); ATO
    1 - e and e, for treated and comparison people. Overlap weights never exceed 1 and, with a
    logistic score, make the means of its columns equal exactly [3]_. Weights do not help with
    what was not measured, and a design with one person carrying much of a group's weight is not
    to be used.

    References
    ----------
    .. [1] Rosenbaum, P. R. (1987). JASA 82, 387-394.
    .. [2] Robins, J. M., Hernan, M. A. and Brumback, B. (2000). Epidemiology 11, 550-560.
    .. [3] Li, F., Morgan, K. L. and Zaslavsky, A. M. (2018). JASA 113, 390-400, Table 1.
    .. [4] Crump, R. K. and others (2009). Biometrika 96, 187-199.

    Examples
    --------
    >>> design = propensity_weights([True, True, False, False], [0.5, 0.75, 0.5, 0.2])
    >>> design.weights.tolist()
    [1.0, 1.0, 1.0, 0.25]
    >>> print(design.statement)
    ATT: the average effect on the treated
    """
    flags = check_treated(treated)
    chance = check_score(score, len(flags))
    kind = check_choice("estimand", ALIASES.get(estimand, estimand), tuple(ESTIMANDS))
    if stabilised and kind != "ATE":
        raise ValueError('`stabilised` weights are for `estimand="ATE"` alone')
    columns, names = (None, ()) if covariates is None else check_columns(
        covariates, covariate_names, len(flags)
    )  # fmt: skip
    weights, words = score_weights(flags, chance, kind), WORDS[kind]
    if stabilised:
        share = flags.mean()
        weights, words = weights * np.where(flags, share, 1 - share), f"{words}, stabilised"
    outside = np.zeros(len(flags), dtype=bool)
    if trim is not None:
        outside = _outside(chance, trim, flags)
        weights = np.where(outside, 0.0, weights)
        words = f"{words}, scores outside {trim[0]:g} to {trim[1]:g} trimmed"
    return WeightedDesign(
        treated=flags,
        weights=weights,
        estimand=kind,
        method=words,
        weighting="score",
        covariates=columns,
        covariate_names=names,
        score=chance,
        trimmed_treated=int((outside & flags).sum()),
        trimmed_comparison=int((outside & ~flags).sum()),
    )


def score_weights(treated: Flags, score: Floats, estimand: str) -> Floats:
    """Return the weights of *estimand* at each score."""
    ours, theirs = {
        "ATT": (np.ones_like(score), score / (1 - score)),
        "ATC": ((1 - score) / score, np.ones_like(score)),
        "ATE": (1 / score, 1 / (1 - score)),
        "ATO": (1 - score, score),
    }[estimand]
    return np.where(treated, ours, theirs)


def _outside(score: Floats, trim: tuple[float, float], treated: Flags) -> Flags:
    low, high = (float(bound) for bound in trim)
    if not 0 <= low < high <= 1:
        raise ValueError(
            f"`trim` must be two bounds of the score, 0 to 1 and rising; got {low:g} and {high:g}"
        )
    outside = (score < low) | (score > high)
    for who, side in (("treated", treated), ("comparison", ~treated)):
        if np.all(outside[side]):
            raise DesignError(
                f"no {who} person has a score from {low:g} to {high:g}, so trimming would leave "
                "nobody. Widen the bounds, or say that the groups do not overlap."
            )
    return np.asarray(outside, dtype=np.bool_)
