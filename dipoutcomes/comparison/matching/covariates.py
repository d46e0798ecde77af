"""Covariates of people as columns of numbers, and as the words a balance table prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice
from dipoutcomes.comparison.matching.formula import parse_formula

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignMatrix:
    """Covariates as numbers, without a constant; made by `design_matrix`.

    Parameters
    ----------
    columns : ndarray of float, shape (n, k)
    names : tuple of str, length k
        "age"; of a category's level "area: north"; of a product "age x area: north".
    reference_levels : tuple of (str, tuple of int)
        The name of each category's reference level ("area: east") and its other levels' columns.
    notes : tuple of str
        What was done with missing values, with counts.
    """

    columns: Floats
    names: tuple[str, ...]
    reference_levels: tuple[tuple[str, tuple[int, ...]], ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{len(self.columns):,} people, {len(self.names)} columns: {', '.join(self.names)}"


@dataclass(slots=True)
class _Source:
    """One covariate: the names of its columns, their numbers, and its reference level."""

    names: list[str]
    columns: list[Floats]
    reference: str = ""
    note: str = ""


def design_matrix(
    frame: pd.DataFrame | Mapping[str, ArrayLike],
    covariates: Sequence[str] | str | None = None,
    *,
    missing: str = "refuse",
    reference: Mapping[str, Any] | None = None,
) -> DesignMatrix:
    """Return covariates as columns of numbers.

    Parameters
    ----------
    frame : DataFrame or mapping of str to array_like
        One value a person for each name. Numbers and booleans stay numbers, texts and pandas
        categories become one column for each level but the reference.
    covariates : sequence of str, or str, optional
        The names wanted, or a formula such as ``"age + sex + prior + age:prior"`` (see
        `parse_formula`). All columns by default.
    missing : {"refuse", "category"}
        "category": a missing text is a level of its own ("missing"); a missing number is set to
        the mean of the others and a column says that it was missing.
    reference : mapping of str to level, optional
        The reference level of a category; otherwise the first in its order, or in the alphabet.

    Returns
    -------
    DesignMatrix

    Raises
    ------
    TypeError
        If a column holds neither numbers nor texts.
    ValueError
        If a name is unknown, a value missing or infinite, a reference no level. All at once.

    References
    ----------
    .. [1] Rosenbaum, P. R. and Rubin, D. B. (1984). Journal of the American Statistical
       Association 79, 516-524, appendix B (missing values as a category of the score).

    Examples
    --------
    >>> people = {"age": [31, 24, 40], "area": ["north", None, "north"]}
    >>> matrix = design_matrix(people, "age + area", missing="category")
    >>> print(matrix)
    3 people, 2 columns: age, area: north
    >>> matrix.reference_levels, matrix.notes
    ((('area: missing', (1,)),), ('`area` is missing for 1 person, a level of its own',))
    """
    check_choice("missing", missing, ("refuse", "category"))
    given: dict[str, Any] = {str(name): column for name, column in frame.items()}
    terms = _terms(covariates, list(given))
    names = list(dict.fromkeys(name for term in terms for name in term))
    problems = [f"there is no covariate `{name}`" for name in names if name not in given]
    wanted = dict(reference or {})
    problems += [
        f"`reference` names `{k}`, which is no covariate" for k in wanted if k not in given
    ]
    sources: dict[str, _Source] = {}
    for name in (n for n in names if n in given):
        try:
            sources[name] = _source(name, given[name], missing, wanted.get(name))
        except ValueError as problem:
            problems.append(str(problem))
    if len({len(v) for source in sources.values() for v in source.columns}) > 1:
        problems.append("covariates must have one value a person each; their lengths differ")
    if problems:
        raise ValueError("; ".join(problems))
    return _assemble(terms, sources)


def _terms(covariates: Sequence[str] | str | None, known: list[str]) -> list[tuple[str, ...]]:
    if covariates is None:
        return [(name,) for name in known]
    if isinstance(covariates, str):
        return list(parse_formula(covariates))
    return [(str(name),) for name in dict.fromkeys(covariates)]


def _assemble(terms: list[tuple[str, ...]], sources: Mapping[str, _Source]) -> DesignMatrix:
    names: list[str] = []
    values: list[Floats] = []
    references = []
    for term in terms:
        first = len(names)
        for name, column in _product(term, sources):
            names.append(name)
            values.append(column)
        if len(term) == 1 and (level := sources[term[0]].reference):
            own = [k for k in range(first, len(names)) if not names[k].endswith(" is missing")]
            references.append((level, tuple(own)))
    n = len(next(iter(sources.values())).columns[0]) if values else 0
    # Rows side by side in memory: sums over people are then one pass.
    table = np.empty((n, len(values)))
    for k, column in enumerate(values):
        table[:, k] = column
    notes = tuple(source.note for source in sources.values() if source.note)
    return DesignMatrix(
        columns=table, names=tuple(names), reference_levels=tuple(references), notes=notes
    )


def _product(term: tuple[str, ...], sources: Mapping[str, _Source]) -> list[tuple[str, Floats]]:
    """Return the columns of a term: of a product, each column of one times each of the next."""
    found = [*zip(sources[term[0]].names, sources[term[0]].columns, strict=True)]
    for name in term[1:]:
        nexts = zip(sources[name].names, sources[name].columns, strict=True)
        found = [(f"{a} x {b}", x * y) for b, y in list(nexts) for a, x in found]
    return found


def _source(name: str, column: Any, missing: str, reference: Any) -> _Source:
    """Return the columns of one covariate."""
    import pandas as pd

    series = pd.Series(column).reset_index(drop=True)
    lost = int(series.isna().sum())
    if lost and missing == "refuse":
        raise ValueError(
            f"`{name}` is missing for {lost:,} of {len(series):,} people; leave them out and say "
            "how many, or take missing as a category of its own (`missing='category'`)"
        )
    people = f"{lost:,} {'person' if lost == 1 else 'people'}"
    if pd.api.types.is_numeric_dtype(series):
        if reference is not None:
            raise ValueError(f"`{name}` holds numbers, which have no reference level")
        return _numbers(name, series.to_numpy(dtype=np.float64, na_value=np.nan), people)
    texts = isinstance(series.dtype, pd.CategoricalDtype) or all(
        isinstance(value, str) for value in series.dropna()
    )
    if not texts:
        raise TypeError(f"covariate `{name}` must hold numbers or texts, not {series.dtype}")
    if lost:
        if isinstance(series.dtype, pd.CategoricalDtype) and MISSING not in series.cat.categories:
            series = series.cat.add_categories(MISSING)
        series = series.fillna(MISSING)
    made = _category(name, series, reference)
    made.note = f"`{name}` is missing for {people}, a level of its own" if lost else ""
    return made


def _numbers(name: str, numbers: Floats, people: str) -> _Source:
    lost = np.isnan(numbers)
    if bad := int(np.isinf(numbers).sum()):
        raise ValueError(f"`{name}` is infinite for {bad:,} of {len(numbers):,} people")
    if not lost.any():
        return _Source([name], [numbers])
    if lost.all():
        raise ValueError(f"`{name}` is missing for everybody")
    # Assumes people whose number is missing are alike given that it is (Rosenbaum and Rubin 1984).
    filled = np.where(lost, numbers[~lost].mean(), numbers)
    note = f"`{name}` is missing for {people}: set to the mean, with a column that says so"
    return _Source([name, f"{name} is missing"], [filled, lost.astype(np.float64)], note=note)


def _category(name: str, series: pd.Series, reference: Any) -> _Source:
    kind = series.astype("category").cat.remove_unused_categories()
    levels = [str(level) for level in kind.cat.categories]
    base = (levels[0] if levels else "") if reference is None else str(reference)
    if base not in levels:
        raise ValueError(f"`{name}` has no level '{base}' to refer to")
    codes = kind.cat.codes.to_numpy()
    others = [k for k, level in enumerate(levels) if level != base]
    if not others:  # the same for everybody: a column that says so, as of a number
        return _Source([f"{name}: {base}"], [np.ones(len(codes))])
    return _Source(
        [f"{name}: {levels[k]}" for k in others],
        [(codes == k).astype(np.float64) for k in others],
        reference=f"{name}: {base}",
    )
