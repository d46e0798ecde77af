"""Many outcomes, one study: p-values that allow for how many questions were asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes import _display
from dipoutcomes._validate import check_choice, check_confidence_level, check_numbers
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Missing = Literal["count", "leave_out"]


def _bonferroni(p: Floats, n: int) -> Floats:
    return np.minimum(1.0, n * p)


def _sidak(p: Floats, n: int) -> Floats:
    return _some_of(p, np.full(len(p), n))


def _some_of(p: Floats, power: NDArray[Any]) -> Floats:
    """Return 1 - (1 - p)^power, without losing the digits of a small p."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.expm1(power * np.log1p(-p)), dtype=np.float64)


def _holm(p: Floats, n: int) -> Floats:
    return np.minimum(1.0, np.maximum.accumulate((n - np.arange(len(p))) * p))


def _holm_sidak(p: Floats, n: int) -> Floats:
    return np.maximum.accumulate(_some_of(p, n - np.arange(len(p))))


def _from_above(p: Floats, factor: Floats) -> Floats:
    return np.minimum(1.0, np.minimum.accumulate((factor * p)[::-1])[::-1])


def _hochberg(p: Floats, n: int) -> Floats:
    return _from_above(p, (n - np.arange(len(p))).astype(np.float64))


def _benjamini_hochberg(p: Floats, n: int) -> Floats:
    return _from_above(p, n / np.arange(1, len(p) + 1))


def _benjamini_yekutieli(p: Floats, n: int) -> Floats:
    return _from_above(p, float(np.sum(1 / np.arange(1, n + 1))) * n / np.arange(1, len(p) + 1))


def _hommel(p: Floats, n: int) -> Floats:
    """Return Hommel's values by Wright's algorithm: for each size of an intersection, its Simes."""
    adjusted = np.full(n, np.min(n * p / np.arange(1, n + 1)))
    for size in range(n - 1, 1, -1):
        low, high = p[: n - size + 1], p[n - size + 1 :]
        largest = float(np.min(size * high / np.arange(2, size + 1)))
        lower = np.minimum(size * low, largest)
        here = np.concatenate([lower, np.full(len(high), lower[-1])])
        adjusted = np.maximum(adjusted, here)
    return np.maximum(adjusted, p)


@dataclass(frozen=True, slots=True)
class _Rule:
    title: str
    function: Callable[[Floats, int], Floats]
    controls: str
    holds: str


_ANY_ERROR = "the chance of even one false finding in the family"
_FALSE_SHARE = "the expected share of false findings among the findings"
_INDEPENDENT = "outcomes that are independent or positively dependent"
RULES: dict[str, _Rule] = {
    "holm": _Rule("Holm", _holm, _ANY_ERROR, "any dependence between outcomes"),
    "bonferroni": _Rule("Bonferroni", _bonferroni, _ANY_ERROR, "any dependence between outcomes"),
    "sidak": _Rule("Sidak", _sidak, _ANY_ERROR, _INDEPENDENT),
    "holm_sidak": _Rule("Holm-Sidak", _holm_sidak, _ANY_ERROR, _INDEPENDENT),
    "hochberg": _Rule("Hochberg", _hochberg, _ANY_ERROR, _INDEPENDENT),
    "hommel": _Rule("Hommel", _hommel, _ANY_ERROR, _INDEPENDENT),
    "benjamini_hochberg": _Rule(
        "Benjamini-Hochberg", _benjamini_hochberg, _FALSE_SHARE, _INDEPENDENT
    ),
    "benjamini_yekutieli": _Rule(
        "Benjamini-Yekutieli", _benjamini_yekutieli, _FALSE_SHARE, "any dependence between outcomes"
    ),
}
ALIASES = {"bh": "benjamini_hochberg", "fdr": "benjamini_hochberg", "by": "benjamini_yekutieli"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedPValues:
    """The p-values of one family of outcomes, as found and adjusted.

    Parameters
    ----------
    family : str
        What the outcomes have in common: "secondary outcomes".
    outcomes : tuple of str
    p_values, adjusted : tuple of float
        In the order given; ``nan`` where no p-value could be had.
    method : str
        As a report prints it: "Holm".
    controls, holds : str
        What the method keeps below 1 - *confidence_level*, and for which dependence.
    tests : int
        Tests that the method allowed for.
    confidence_level : float
    caveat : str
        What was done about outcomes without a p-value.
    """

    family: str
    outcomes: tuple[str, ...]
    p_values: tuple[float, ...]
    adjusted: tuple[float, ...]
    method: str
    controls: str
    holds: str
    tests: int
    confidence_level: float
    caveat: str = ""

    def __len__(self) -> int:
        return len(self.outcomes)

    def __getitem__(self, outcome: str) -> float:
        """Return the adjusted p-value of *outcome*."""
        return self.adjusted[self.outcomes.index(outcome)]

    @property
    def found(self) -> tuple[str, ...]:
        """The outcomes whose adjusted p-value is at most 1 - *confidence_level*."""
        limit = (1 - self.confidence_level) * (1 + 1e-12)  # 1 - 0.95 is 0.05000000000000004
        return tuple(
            name for name, p in zip(self.outcomes, self.adjusted, strict=True) if p <= limit
        )

    def __str__(self) -> str:
        limit = _display.number(1 - self.confidence_level, 2)
        before = sum(p <= 1 - self.confidence_level for p in self.p_values)
        what = f"{len(self.found)} of {len(self)} outcomes"
        note = f" [{self.caveat}]" if self.caveat else ""
        return (
            f"{self.family}: {what} at or below {limit} after adjusting for {self.tests} tests "
            f"({self.method}, which keeps {self.controls} at or below {limit} under {self.holds}); "
            f"{before} before{note}"
        )

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def table(self) -> Table:
        """Return one row an outcome, with both p-values."""
        caption = f"{self.family}: p-values before and after adjusting for {self.tests} tests"
        show = _display.p_value
        return Table.of(
            "adjusted_p_values",
            caption,
            (
                Column(key="outcome", heading="Outcome", kind="label"),
                Column(key="p_value", heading="p-value"),
                Column(key="adjusted", heading=f"Adjusted ({self.method})"),
            ),
            [
                [name, show(p), show(a)]
                for name, p, a in zip(self.outcomes, self.p_values, self.adjusted, strict=True)
            ],
            notes=(str(self) + ".",),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an outcome."""
        import pandas as pd

        return pd.DataFrame(
            {
                "family": self.family,
                "outcome": list(self.outcomes),
                "p_value": list(self.p_values),
                "adjusted": list(self.adjusted),
                "method": self.method,
                "tests": self.tests,
            }
        )


def adjust_p_values(
    p_values: Mapping[str, float] | ArrayLike,
    *,
    method: str = "holm",
    family: str = "all outcomes",
    missing: Missing = "count",
    confidence_level: float = 0.95,
) -> AdjustedPValues:
    """Return p-values adjusted for the number of outcomes in their family.

    Parameters
    ----------
    p_values : mapping of str to float, or array_like of float
        By outcome. ``nan`` for an outcome that gave none.
    method : str, default "holm"
        "holm", "bonferroni", "sidak", "holm_sidak", "hochberg", "hommel": the chance of even one
        false finding. "benjamini_hochberg" ("bh") and "benjamini_yekutieli" ("by"): the expected
        share of false findings among the findings.
    family : str
        What the outcomes have in common. Name the families before the outcomes are seen.
    missing : {"count", "leave_out"}
        An outcome without a p-value counts in the size of the family (the careful reading: it was
        one of the questions), or is left out as though it had not been asked.
    confidence_level : float, default 0.95

    Returns
    -------
    AdjustedPValues

    Raises
    ------
    TypeError, ValueError
        If a p-value lies outside 0 to 1, or an argument is not what is described above.

    Notes
    -----
    With m independent true null hypotheses and no adjustment, the chance of a p-value at or below
    0.05 is 1 - 0.95^m: 40% for ten outcomes. An adjustment says nothing of outcomes that were
    looked at and not listed. Hochberg's, Hommel's and Sidak's methods are not for outcomes that
    move against each other; Holm's holds for all.

    References
    ----------
    .. [1] Holm, S. (1979). Scandinavian Journal of Statistics 6, 65-70.
    .. [2] Benjamini, Y. and Hochberg, Y. (1995). Journal of the Royal Statistical Society B 57,
       289-300.
    .. [3] Benjamini, Y. and Yekutieli, D. (2001). Annals of Statistics 29, 1165-1188 (Theorem 1.3).
    .. [4] Hochberg, Y. (1988). Biometrika 75, 800-802.
    .. [5] Hommel, G. (1988). Biometrika 75, 383-386.
    .. [6] Wright, S. P. (1992). Biometrics 48, 1005-1013 (adjusted values).

    Examples
    --------
    >>> found = adjust_p_values({"arrest": 0.01, "conviction": 0.04, "custody": 0.03})
    >>> [round(p, 3) for p in found.adjusted]
    [0.03, 0.06, 0.06]
    """
    word = str(method).removeprefix("p_adjust_")
    rule = RULES[check_choice("method", ALIASES.get(word, word), list(RULES))]
    check_choice("missing", missing, ("count", "leave_out"))
    names, p = _named(p_values)
    known = ~np.isnan(p)
    tests = len(p) if missing == "count" else int(known.sum())
    adjusted = np.full(len(p), nan)
    if known.any():
        # Assumes an outcome without a p-value is no finding: it counts as one of 1.
        counted = np.where(known, p, 1.0) if missing == "count" else p[known]
        order = np.argsort(counted, kind="stable")
        values = np.empty(len(counted))
        values[order] = rule.function(counted[order], tests)
        adjusted[known] = values[known] if missing == "count" else values
    return AdjustedPValues(
        family=family,
        outcomes=names,
        p_values=tuple(map(float, p)),
        adjusted=tuple(map(float, adjusted)),
        method=rule.title,
        controls=rule.controls,
        holds=rule.holds,
        tests=tests,
        confidence_level=check_confidence_level(confidence_level),
        caveat=_about_missing(int((~known).sum()), missing),
    )


def adjust_by_family(
    p_values: Mapping[str, Mapping[str, float]],
    *,
    method: str = "holm",
    missing: Missing = "count",
    confidence_level: float = 0.95,
) -> tuple[AdjustedPValues, ...]:
    """Return `adjust_p_values` of each family on its own.

    Parameters
    ----------
    p_values : mapping of str to mapping of str to float
        By family, then by outcome.
    method, missing, confidence_level
        As in `adjust_p_values`.

    Returns
    -------
    tuple of AdjustedPValues
        In the order given. The rate of error is kept within each family and not over all of them.

    Examples
    --------
    >>> families = {"primary": {"arrest": 0.04}, "secondary": {"custody": 0.03, "fines": 0.2}}
    >>> [family.found for family in adjust_by_family(families)]
    [('arrest',), ()]
    """
    return tuple(
        adjust_p_values(
            values,
            method=method,
            family=family,
            missing=missing,
            confidence_level=confidence_level,
        )
        for family, values in p_values.items()
    )


def _named(p_values: Mapping[str, float] | ArrayLike) -> tuple[tuple[str, ...], Floats]:
    if isinstance(p_values, Mapping):
        names: Sequence[str] = [str(name) for name in p_values]
        p = check_numbers("p_values", list(p_values.values()))
    else:
        p = np.atleast_1d(check_numbers("p_values", p_values))
        names = [f"outcome {k + 1}" for k in range(len(p))]
    if p.ndim != 1 or not len(p):
        raise ValueError("`p_values` must hold one number for each of at least one outcome")
    wrong = [name for name, v in zip(names, p, strict=True) if not (isnan(v) or 0 <= v <= 1)]
    if wrong:
        raise ValueError(
            f"`p_values` must lie in 0 to 1 (nan where there is none); {len(wrong)} of {len(p)} do "
            f"not: {', '.join(wrong[:5])}"
        )
    return tuple(names), p


def _about_missing(count: int, missing: str) -> str:
    if not count:
        return ""
    who = f"{count} outcome{'s' * (count != 1)} gave no p-value and "
    if missing == "count":
        return who + ("counts" if count == 1 else "count") + " in the size of the family"
    return who + ("is" if count == 1 else "are") + " left out of the family"
