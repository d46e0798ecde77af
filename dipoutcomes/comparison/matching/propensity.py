"""The propensity score: the chance of having the programme, given what was known before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from dipoutcomes._validate import check_choice, check_numbers
from dipoutcomes.comparison.matching import _logistic
from dipoutcomes.comparison.matching._arrays import Flags, Floats, as_treated
from dipoutcomes.comparison.matching.covariates import DesignMatrix, design_matrix
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

_PENALTIES = ("none", "firth")
_DECIMALS = 12  # of the linear predictor: people who are alike get one score on every machine


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PropensityModel:
    """A fitted propensity score.

    Parameters
    ----------
    names : tuple of str, length k + 1
        "(constant)" and the names of *design*.
    coefficients : ndarray of float, shape (k + 1,)
        Log odds ratios for one unit of a column.
    covariance : ndarray of float, shape (k + 1, k + 1)
        Inverse of the information, as of a model that is taken as given.
    score : ndarray of float, shape (n,)
        Strictly between 0 and 1.
    linear_predictor : ndarray of float, shape (n,)
        Log odds of the score, to 12 decimals.
    design : DesignMatrix
    treated : ndarray of bool, shape (n,)
    log_likelihood : float
    steps : int
    penalty : {"none", "firth"}
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    score: Floats
    linear_predictor: Floats
    design: DesignMatrix
    treated: Flags
    log_likelihood: float
    steps: int
    penalty: str

    @property
    def std_errors(self) -> Floats:
        """Standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def method(self) -> str:
        """In words, as a report prints it."""
        kind = " with Firth's penalty" if self.penalty == "firth" else ""
        return f"logistic regression{kind} on {', '.join(self.names[1:])}"

    def __str__(self) -> str:
        means = [float(self.score[who].mean()) for who in (self.treated, ~self.treated)]
        return (
            f"Propensity score by {self.method}: {int(self.treated.sum()):,} treated people (mean "
            f"{means[0]:.3f}) and {int((~self.treated).sum()):,} others (mean {means[1]:.3f})"
        )

    def to_table(self) -> Table:
        """Return the coefficients as a table of a report."""
        spread = np.concatenate([[1.0], self.design.columns.std(axis=0, ddof=1)])
        notes = [
            f"{self.method[:1].upper()}{self.method[1:]}.",
            "Log odds ratios are for one standard deviation of a column.",
            *self.design.notes,
            "It serves to make groups alike; its coefficients are no effects.",
        ]
        return Table.of(
            "propensity_score",
            "What went with having the programme: the model of the propensity score",
            [
                Column(key="term", heading="Column", kind="label"),
                Column(key="sd", heading="Standard deviation", kind="number", decimals=2),
                Column(key="log_odds_ratio", heading="Log odds ratio for it", kind="number",
                       decimals=3),
                Column(key="std_error", heading="Standard error", kind="number", decimals=3),
            ],
            [
                [name, float(sd) if k else None, float(value * sd), float(error * sd)]
                for k, (name, sd, value, error) in enumerate(
                    zip(self.names, spread, self.coefficients, self.std_errors, strict=True)
                )
            ],
            notes=notes,
            working_only=True,
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient, for one unit of its column."""
        import pandas as pd

        return pd.DataFrame({
            "term": self.names,
            "log_odds_ratio": self.coefficients,
            "std_error": self.std_errors,
        })  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, without any person's."""
        return {
            "names": list(self.names),
            "coefficients": self.coefficients.tolist(),
            "std_errors": self.std_errors.tolist(),
            "treated": int(self.treated.sum()),
            "comparison": int((~self.treated).sum()),
            "log_likelihood": self.log_likelihood,
            "penalty": self.penalty,
            "notes": list(self.design.notes),
        }


def propensity_score(
    covariates: DesignMatrix | pd.DataFrame | Mapping[str, ArrayLike] | ArrayLike,
    treated: ArrayLike,
    formula: str | Sequence[str] | None = None,
    *,
    missing: str = "refuse",
    reference: Mapping[str, Any] | None = None,
    penalty: str = "none",
) -> PropensityModel:
    """Return the propensity score of everybody, by logistic regression.

    Parameters
    ----------
    covariates : DesignMatrix, DataFrame, mapping, or array_like of shape (n, k)
        What was known of each person before the programme could act.
    treated : array_like of bool, shape (n,)
        Who had the programme.
    formula : str or sequence of str, optional
        Which columns, and products of them: ``"age + sex + prior + age:prior"``; all by default.
    missing : {"refuse", "category"}
    reference : mapping of str to level, optional
        See `design_matrix`.
    penalty : {"none", "firth"}
        "firth": Firth's, which has a finite answer where a column divides treated from others.

    Returns
    -------
    PropensityModel

    Raises
    ------
    DesignError
        If a column is constant or a combination of others; if a column, or several together,
        divide treated people from others (separation); if there are too few people.
    TypeError, ValueError
        If an argument is not as described.

    Notes
    -----
    When not to use it: with covariates that the programme may have changed, or with outcomes.
    The fit is not judged by its likelihood but by the balance that it leads to. Firth's penalty
    draws scores towards one half; with rare treatment their mean is then above the share treated.

    References
    ----------
    .. [1] Rosenbaum, P. R. and Rubin, D. B. (1983). Biometrika 70, 41-55.
    .. [2] Albert, A. and Anderson, J. A. (1984). Biometrika 71, 1-10 (separation).
    .. [3] Firth, D. (1993). Biometrika 80, 27-38; Heinze, G. and Schemper, M. (2002). Statistics
       in Medicine 21, 2409-2419.

    Examples
    --------
    >>> people = {"prior": [0, 1, 2, 3, 4, 5, 1, 2], "age": [31, 24, 40, 28, 22, 37, 30, 26]}
    >>> model = propensity_score(people, [0, 0, 1, 0, 1, 1, 0, 1], "prior")
    >>> print(model)  # doctest: +ELLIPSIS
    Propensity score by logistic regression on prior: 4 treated people (mean ...) and 4 others ...
    """
    check_choice("penalty", penalty, _PENALTIES)
    matrix = _matrix(covariates, formula, missing, reference)
    flags = as_treated(treated)
    columns = matrix.columns
    if not matrix.names:
        raise DesignError("a propensity score needs at least one covariate")
    if len(columns) != len(flags):
        raise ValueError(
            f"`covariates` have {len(columns):,} rows and `treated` {len(flags):,} values"
        )
    _check_columns(matrix, flags, penalty)
    fit = _logistic.fit_logistic(columns, flags, firth=penalty == "firth")
    if not fit.converged:
        raise DesignError(_why_not(fit, matrix))
    line = np.round(fit.linear_predictor, _DECIMALS)
    return PropensityModel(
        names=("(constant)", *matrix.names),
        coefficients=fit.coefficients,
        covariance=fit.covariance,
        score=1 / (1 + np.exp(-line)),
        linear_predictor=line,
        design=matrix,
        treated=flags,
        log_likelihood=fit.log_likelihood,
        steps=fit.steps,
        penalty=penalty,
    )


def _matrix(
    covariates: Any,
    formula: str | Sequence[str] | None,
    missing: str,
    reference: Mapping[str, Any] | None,
) -> DesignMatrix:
    if isinstance(covariates, DesignMatrix):
        if formula is not None:
            raise ValueError("a DesignMatrix has its columns already; leave `formula` out")
        return covariates
    if hasattr(covariates, "columns") or isinstance(covariates, Mapping):
        return design_matrix(covariates, formula, missing=missing, reference=reference)
    table = check_numbers("covariates", covariates)
    if table.ndim != 2:
        raise ValueError(f"`covariates` must have two dimensions, not {table.ndim}")
    names = [f"x{k + 1}" for k in range(table.shape[1])]
    by_name = dict(zip(names, table.T, strict=True))
    return design_matrix(by_name, formula, missing=missing, reference=reference)


def _check_columns(matrix: DesignMatrix, treated: Flags, penalty: str) -> None:
    """Refuse what no fit can stand, all of it at once."""
    n, k = matrix.columns.shape
    if n <= k + 1:
        raise DesignError(f"{n} people cannot settle {k + 1} coefficients; use fewer covariates")
    gram = _logistic.Standard.of(matrix.columns).gram()
    problems = [
        f"`{matrix.names[j - 1]}` is the same for everybody or a combination of columns before it"
        for j in _logistic.dependent_columns(gram)
        if j
    ]
    if penalty == "none":
        problems += _one_sided(matrix, treated)
    if problems:
        raise DesignError(
            "the propensity score cannot be fitted: " + "; ".join(problems) + ". Leave such a "
            "column or such people out and say so, join levels, or use penalty='firth'"
        )


def _one_sided(matrix: DesignMatrix, treated: Flags) -> list[str]:
    """Say of which 0/1 columns and levels all people, or none, are treated."""
    levels = []
    for j, name in enumerate(matrix.names):
        column = matrix.columns[:, j]
        head = column[:1000]
        if np.all((head == 0) | (head == 1)) and np.all((column == 0) | (column == 1)):
            levels += [(name, column == 1)]
            if ":" not in name:  # of a category the other levels are looked at themselves
                levels += [(f"not {name}", column == 0)]
    for name, own in matrix.reference_levels:
        levels.append((name, matrix.columns[:, list(own)].sum(axis=1) == 0))
    problems = []
    for name, inside in levels:
        people, cases = int(inside.sum()), int((inside & treated).sum())
        if people and cases in {0, people}:
            who = "all" if cases else "none"
            problems.append(f"of {people:,} people who are `{name}`, {who} are treated")
    return problems


def _why_not(fit: _logistic.LogisticFit, matrix: DesignMatrix) -> str:
    if fit.separating is None:
        return (
            f"the likelihood of the propensity score found no maximum in {fit.steps} steps; use "
            "fewer covariates, or penalty='firth'"
        )
    size = np.abs(fit.separating[1:])
    main = [matrix.names[j] for j in np.flatnonzero(size > 0.1 * size.max(initial=0.0))]
    return (
        f"the covariates divide treated people from others (separation; mainly by "
        f"{', '.join(f'`{name}`' for name in main)}), so that scores of 0 or 1 fit best and nobody "
        "can be compared. Leave such a column or such people out and say so, join levels, or use "
        "penalty='firth'"
    )
