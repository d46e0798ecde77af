"""What every regression gives: ratios with limits and counts, and tests of the whole model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dipoutcomes import _display
from dipoutcomes.results import Estimate, EstimateRow, EstimateTable, Interval
from dipoutcomes.survival.regression.covariates import Covariates, Term
from dipoutcomes.survival.regression.rows import Checked, Floats

if TYPE_CHECKING:
    import pandas as pd

#: Fewer events than this for each term: the normal limits are rough (Peduzzi et al. 1995).
FEW_EVENTS = 10
#: Fewer people or clusters than this: the sandwich is too small.
FEW_CLUSTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioTerm:
    """One term of a regression.

    Parameters
    ----------
    term : Term
        Which covariate, and which level against which.
    measure : {"hazard ratio", "time ratio", "odds ratio"}
        What *ratio* is. A hazard ratio is how many times the hazard of the event, at any time
        among those still at risk, for one more unit of a number or for a level against its
        reference: it is not a ratio of shares ("risk") and not of mean times. A time ratio is how
        many times as long it takes until a given share has had the event. An odds ratio is of
        those who could ever have it.
    log_ratio, std_error : float
        The coefficient and its error, on the log scale.
    ratio : float
    interval : Interval
        Of *ratio*.
    p_value : float
        Two-sided, of a ratio of 1; agrees with *interval*.
    persons, events : int
        With the level or the value 1; of a number everybody.
    reference_persons, reference_events : int or None
        With the reference level or the value 0; None for a number.
    caveat : str
    """

    term: Term
    measure: str
    log_ratio: float
    std_error: float
    ratio: float
    interval: Interval
    p_value: float
    persons: int
    events: int
    reference_persons: int | None = None
    reference_events: int | None = None
    caveat: str = ""

    @property
    def name(self) -> str:
        """The name of the term."""
        return self.term.name

    @property
    def label(self) -> str:
        """As a figure prints it: "area: south (against north)"."""
        if self.term.level:
            return f"{self.name} (against {self.term.reference})"
        return self.name if self.term.indicator else f"{self.name} (one more)"

    def estimate(self) -> Estimate:
        """Return the ratio as an `Estimate`."""
        return Estimate(
            measure=self.measure,
            value=self.ratio,
            interval=self.interval,
            events=self.events,
            base=float(self.persons),
            base_unit="persons",
            quantity="ratio",
            reference_events=self.reference_events,
            reference_base=float(
                "nan" if self.reference_persons is None else self.reference_persons
            ),
            p_value=self.p_value,
            caveat=self.caveat,
        )

    def __str__(self) -> str:
        note = f" [{self.caveat}]" if self.caveat else ""
        return (
            f"{self.label}: {self.measure} {self.ratio:.3f} ({self.interval}; "
            f"{_p(self.p_value)}; {self.estimate().counts}){note}"
        )

    def _repr_html_(self) -> str:
        return replace(self.estimate(), measure=f"{self.label}: {self.measure}")._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, the interval spread over four keys."""
        fields = [
            "name", "measure", "log_ratio", "std_error", "ratio", "p_value", "persons", "events",
            "reference_persons", "reference_events", "caveat",
        ]  # fmt: skip
        plain = {f: getattr(self, f) for f in fields}
        return plain | {"reference": self.term.reference} | self.interval.to_dict()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTest:
    """A test that every coefficient of a model is 0."""

    name: str
    statistic: float
    df: int
    p_value: float

    def __str__(self) -> str:
        return f"{self.name} test: {self.statistic:.2f} on {self.df} df, {_p(self.p_value)}"


def _p(value: float) -> str:
    printed = _display.p_value(value)
    return f"p {printed}" if printed.startswith("less") else f"p = {printed}"


def ratio_table(
    terms: Sequence[RatioTerm], *, name: str, caption: str, caveat: str
) -> EstimateTable:
    """Return ratios as a table, one row a term."""
    doubt = f"{caveat[:1].upper()}{caveat[1:]}." if caveat else ""
    return EstimateTable(
        name=name,
        caption=caption,
        rows=tuple(EstimateRow(label=t.label, estimate=t.estimate()) for t in terms),
        notes=(doubt,) if doubt else (),
        heading="Term",
    )


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients:
    """Coefficients on the log scale with limits and p-values, before they are terms."""

    value: Floats
    error: Floats
    low: Floats
    high: Floats
    p_value: Floats

    @classmethod
    def normal(cls, value: Floats, covariance: Floats, level: float) -> Coefficients:
        """Return Wald limits and tests."""
        from scipy.special import ndtr, ndtri

        error = np.sqrt(np.diag(covariance))
        half = float(ndtri((1 + level) / 2)) * error
        with np.errstate(divide="ignore", invalid="ignore"):
            p_value = 2 * ndtr(-np.abs(value) / error)
        return cls(value, error, value - half, value + half, p_value)


def ratio_terms(
    found: Coefficients,
    table: Covariates,
    checked: Checked,
    level: float,
    method: str,
    measure: str,
) -> tuple[RatioTerm, ...]:
    """Return the terms of *found*, each with the people and events it rests on."""
    with np.errstate(over="ignore"):
        low, ratio, high = np.exp([found.low, found.value, found.high])
    terms = []
    for k, term in enumerate(table.terms):
        counts = _counts(term, table, checked)
        none = 0 in (counts["events"], counts.get("reference_events"))
        terms.append(
            RatioTerm(
                term=term,
                measure=measure,
                log_ratio=float(found.value[k]),
                std_error=float(found.error[k]),
                ratio=float(ratio[k]),
                interval=Interval(float(low[k]), float(high[k]), level, method),
                p_value=float(found.p_value[k]),
                caveat="one of the two groups has no event" if none else "",
                **counts,  # type: ignore[arg-type]
            )
        )
    return tuple(terms)


def _counts(term: Term, table: Covariates, checked: Checked) -> dict[str, int | None]:
    """Return people and events with the level, and with its reference."""
    if not term.indicator:
        return {"persons": checked.persons, "events": int(checked.event.sum())}
    own = [k for k, other in enumerate(table.terms) if other.source == term.source]
    has = table.columns[:, table.terms.index(term)] == 1
    has_not = (table.columns[:, own] == 0).all(axis=1)
    return {
        "persons": checked.persons_where(has),
        "events": int(checked.event[has].sum()),
        "reference_persons": checked.persons_where(has_not),
        "reference_events": int(checked.event[has_not].sum()),
    }


def doubts(checked: Checked, parameters: int, *, robust: bool) -> list[str]:
    """Return what weakens any model of these rows: few events, few clusters, repeated events."""
    parts = []
    events = int(checked.event.sum())
    if events < FEW_EVENTS * parameters:
        parts.append(
            f"{events} events for {parameters} term{'s' if parameters > 1 else ''}, fewer than "
            f"{FEW_EVENTS} a term: limits are rough, and ratios far from 1 tend to be too far"
        )
    if robust and checked.units < FEW_CLUSTERS:
        by = "people" if checked.person is not None else "rows"
        whose = "clusters" if checked.cluster is not None else by
        parts.append(f"robust errors of {checked.units} {whose} are somewhat too small")
    if checked.repeats and not robust:
        parts.append("some people have several events, which the errors take for independent")
    return parts


def errors_say(checked: Checked, *, robust: bool) -> str:
    """Return the words for robust errors, with a comma before them."""
    if not robust:
        return ""
    by = " by person" if checked.person is not None else ""
    return ", robust errors" + (" by cluster" if checked.cluster is not None else by)


def wald_test(name: str, estimate: Floats, covariance: Floats) -> ModelTest:
    """Return the test that every *estimate* is 0; as many degrees of freedom as the rank allows."""
    error = np.sqrt(np.diag(covariance))
    # In units of the errors, so that a covariate's unit cannot make it look redundant.
    alike = covariance / np.outer(error, error)
    z = estimate / error
    return chi_squared(
        name, z @ np.linalg.pinv(alike, 1e-10) @ z, int(np.linalg.matrix_rank(alike))
    )


def chi_squared(name: str, statistic: Any, df: int) -> ModelTest:
    """Return a `ModelTest` of a chi-squared *statistic*."""
    from scipy.special import chdtrc

    return ModelTest(
        name=name,
        statistic=float(statistic),
        df=df,
        p_value=float(chdtrc(df, max(float(statistic), 0.0))),
    )
