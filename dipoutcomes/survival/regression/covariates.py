"""Covariates of people or rows as numbers: categories against a named reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One column of a model.

    Parameters
    ----------
    name : str
        "age"; of a category's level "area: north".
    source : str
        The covariate it comes from.
    level, reference : str
        Of a category; both "" for a number.
    indicator : bool
        Whether its values are 0 and 1 alone, so that it divides people into two.
    """

    name: str
    source: str
    level: str = ""
    reference: str = ""
    indicator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Covariates:
    """Covariates as numbers, one column a `Term`; made by `covariates_of`.

    Parameters
    ----------
    terms : tuple of Term
    columns : ndarray, shape (rows, terms)
    """

    terms: tuple[Term, ...]
    columns: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the terms."""
        return tuple(term.name for term in self.terms)

    @property
    def sources(self) -> tuple[str, ...]:
        """The covariates that the terms come from, each once."""
        return tuple(dict.fromkeys(term.source for term in self.terms))

    def __str__(self) -> str:
        return f"{len(self.columns):,} rows of {', '.join(self.names)}"

    def encode(self, profile: Mapping[str, Any]) -> Floats:
        """Return one person's values in the order of the terms.

        Parameters
        ----------
        profile : mapping of str to number or str
            A value for every covariate: a number, or a level (the reference too).

        Raises
        ------
        ValueError
            If a covariate is missing or unknown, or a level was not among those fitted.
        """
        problems = [f"`{s}` is missing" for s in self.sources if s not in profile]
        problems += [f"`{s}` is not in the model" for s in profile if s not in self.sources]
        values = np.zeros(len(self.terms))
        for source in (s for s in self.sources if s in profile):
            own = [k for k, term in enumerate(self.terms) if term.source == source]
            first = self.terms[own[0]]
            if not first.level:
                values[own[0]] = float(profile[source])
                continue
            levels = [first.reference, *(self.terms[k].level for k in own)]
            if str(profile[source]) not in levels:
                problems.append(f"`{source}` has the levels {', '.join(levels)}")
                continue
            values[own] = [float(self.terms[k].level == str(profile[source])) for k in own]
        if problems:
            raise ValueError("profile: " + "; ".join(problems))
        return values


def covariates_of(
    columns: Mapping[str, ArrayLike] | pd.DataFrame,
    *,
    reference: Mapping[str, Any] | None = None,
) -> Covariates:
    """Return covariates as numbers: a number as it is, a category as levels against a reference.

    Parameters
    ----------
    columns : mapping of str to array_like, or DataFrame
        One value a row for each name. Texts and pandas categories are categories; numbers and
        booleans stay numbers, so write a coded category as text.
    reference : mapping of str to level, optional
        The level that the others are compared with, for each category; otherwise the first one
        (of a pandas category in its own order, of texts in the order of the alphabet).

    Returns
    -------
    Covariates
        A level that nobody has makes no term.

    Raises
    ------
    TypeError
        If a column holds dates or anything else that is neither number nor text.
    ValueError
        If a value is missing or infinite, columns differ in length, or a reference is not a level.

    Examples
    --------
    >>> table = covariates_of(
    ...     {"age": [31, 24, 40], "area": ["north", "south", "north"]},
    ...     reference={"area": "south"},
    ... )
    >>> table.names, table.terms[1].reference
    (('age', 'area: north'), 'south')
    """
    given = {str(name): values for name, values in columns.items()}
    wanted = {str(k): str(v) for k, v in (reference or {}).items()}
    problems = [f"`reference` names `{k}`, which is no covariate" for k in wanted if k not in given]
    terms: list[Term] = []
    values: list[Floats] = []
    for name, column in given.items():
        try:
            for term, numbers in _terms(name, column, wanted.get(name)):
                terms.append(term)
                values.append(numbers)
        except ValueError as problem:
            problems.append(str(problem))
    if len({len(column) for column in values}) > 1:
        problems.append("covariates must have one value a row each; their lengths differ")
    if problems:
        raise ValueError("; ".join(problems))
    # Column after column in memory, as they are asked for.
    table = np.array(values).T if values else np.zeros((0, 0))
    return Covariates(terms=tuple(terms), columns=table)


def _terms(name: str, column: ArrayLike, reference: str | None) -> list[tuple[Term, Floats]]:
    """Return the terms of one covariate with their numbers."""
    import pandas as pd

    series = pd.Series(column).reset_index(drop=True)
    if missing := int(series.isna().sum()):
        raise ValueError(
            f"covariate `{name}` is missing in {missing} rows; leave the rows out and say how "
            "many, or name missing as a level of its own"
        )
    if pd.api.types.is_numeric_dtype(series):
        if reference is not None:
            raise ValueError(f"covariate `{name}` holds numbers, which have no reference level")
        numbers: Floats = np.asarray(series, dtype=np.float64)
        if bad := int((~np.isfinite(numbers)).sum()):
            raise ValueError(f"covariate `{name}` is infinite in {bad} rows")
        indicator = bool(((numbers == 0) | (numbers == 1)).all())
        return [(Term(name=name, source=name, indicator=indicator), numbers)]
    if not (
        isinstance(series.dtype, pd.CategoricalDtype)
        or all(isinstance(value, str) for value in series)
    ):
        raise TypeError(f"covariate `{name}` must hold numbers or texts, not {series.dtype}")
    kind = series.astype("category").cat.remove_unused_categories()
    levels = [str(level) for level in kind.cat.categories]
    base = levels[0] if reference is None else reference
    if base not in levels:
        raise ValueError(f"covariate `{name}` has no level '{base}' to refer to")
    codes = kind.cat.codes.to_numpy()
    return [
        (
            Term(name=f"{name}: {level}", source=name, level=level, reference=base, indicator=True),
            (codes == position).astype(np.float64),
        )
        for position, level in enumerate(levels)
        if level != base
    ]
