"""A fitted model of repeated events: its ratios, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes._validate import check_choice
from dipoutcomes.results import Interval
from dipoutcomes.survival._counts import Floats

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentTerm:
    """One coefficient of a model of repeated events.

    Parameters
    ----------
    name : str
        A covariate; or the rate that the covariates multiply.
    log_ratio, std_error : float
        The coefficient and its error, on the log scale.
    ratio : float
        Of rates or hazards, for one more unit of the covariate; or the rate itself.
    interval : Interval
        Of *ratio*.
    p_value : float
        Two-sided, of a ratio of 1; nan for a rate.
    """

    name: str
    log_ratio: float
    std_error: float
    ratio: float
    interval: Interval
    p_value: float

    def __str__(self) -> str:
        test = "" if np.isnan(self.p_value) else f"; p {_display.p_value(self.p_value)}"
        return f"{self.name}: {self.ratio:.3f} ({self.interval}{test})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentModel:
    """A fitted model of repeated events.

    Parameters
    ----------
    title : str
        As a report prints it: "proportional means (Andersen-Gill, robust by person)".
    terms : tuple of RecurrentTerm
        ``model["treated"]`` finds one by name.
    persons, events, rows : int
        At risk at some time; while at risk.
    time_at_risk : float
    time_unit : str
    log_likelihood : float
        Partial for a Cox form.
    events_by_order : tuple of int
        First events, second events, ..., the last being joined; empty where order plays no part.
    frailty_variance, frailty_error : float
        Variance of people's rates over the square of their mean, and its error; nan without.
    caveat : str
    """

    title: str
    terms: tuple[RecurrentTerm, ...]
    persons: int
    events: int
    rows: int
    time_at_risk: float
    time_unit: str
    log_likelihood: float
    events_by_order: tuple[int, ...] = ()
    frailty_variance: float = nan
    frailty_error: float = nan
    caveat: str = ""

    def __getitem__(self, name: str) -> RecurrentTerm:
        check_choice("name", name, tuple(term.name for term in self.terms))
        return next(term for term in self.terms if term.name == name)

    @property
    def base(self) -> str:
        """The counts as a phrase."""
        return (
            f"{self.events:,} events of {self.persons:,} people in {self.time_at_risk:,.10g} "
            f"{self.time_unit} at risk"
        )

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        return "\n".join([f"{self.title}: {self.base}{note}", *map(str, self.terms)])

    def _repr_html_(self) -> str:
        rows = [
            [t.name, f"{t.ratio:.3f}", f"{t.interval.low:.3f}", f"{t.interval.high:.3f}",
             "" if np.isnan(t.p_value) else _display.p_value(t.p_value)]
            for t in self.terms
        ]  # fmt: skip
        level = _display.level(self.terms[0].interval.confidence_level)
        heads = ["term", "ratio", f"{level} lower", f"{level} upper", "p"]
        notes = [f"{self.base}.", *([self.caveat] if self.caveat else [])]
        return _display.html_table(self.title, heads, rows, notes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, keys as the fields; the terms a list of mappings."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name != "terms"}
        return plain | {"terms": self.to_frame().to_dict("records")}

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a term, the interval spread over four columns."""
        import pandas as pd

        fields = ("name", "log_ratio", "std_error", "ratio", "p_value")
        return pd.DataFrame(
            [{f: getattr(t, f) for f in fields} | t.interval.to_dict() for t in self.terms]
        )


def term(
    name: str,
    coefficient: float,
    error: float,
    level: float,
    method: str,
    *,
    tested: bool = True,
    df: float = inf,
) -> RecurrentTerm:
    """Return a term with limits exp(coefficient -+ q x error)."""
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    upper = (1 + level) / 2
    half = float(ndtri(upper) if df == inf else stdtrit(df, upper)) * error
    with np.errstate(over="ignore"):
        low, value, high = np.exp([coefficient - half, coefficient, coefficient + half])
    z = -abs(coefficient) / error if error > 0 else nan
    p_value = float(2 * (ndtr(z) if df == inf else stdtr(df, z)))
    known = error > 0
    return RecurrentTerm(
        name=name,
        log_ratio=float(coefficient),
        std_error=float(error) if known else nan,
        ratio=float(value),
        interval=Interval(
            float(low) if known else nan, float(high) if known else nan, level, method
        ),
        p_value=p_value if tested else nan,
    )


def terms(
    names: list[str], coefficients: Floats, errors: Floats, level: float, method: str
) -> tuple[RecurrentTerm, ...]:
    """Return the terms of covariates."""
    return tuple(
        term(name, float(value), float(error), level, method)
        for name, value, error in zip(names, coefficients, errors, strict=True)
    )
