"""Values of many cohorts at once, as a rule takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.payment._exact import Values, rounded, values
from dipoutcomes.protocol.model.contract import Contract, Measure, Term

Named = Mapping[str, Any] | ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """What the terms of a contract need of one cohort, or of thousands.

    Parameters
    ----------
    treated : mapping of str to array_like, or array_like
        Name of a measure = its value in each cohort, in its own unit (a share is a proportion). An
        array alone is for a contract whose terms look at one measure.
    baseline : mapping or array_like, optional
        The same for what each is compared with; the contract's own value where left out.
    people : mapping or array_like, optional
        People in the base of each measure: where people or events fewer are priced.
    standard_error : mapping or array_like, optional
        Of the *difference* between the measure and its baseline, so that the baseline's error is in
        it: where a term asks for significance.
    persons : mapping of str to array_like, optional
        For terms judged person by person: how many had the outcome. Of a share they follow from
        *treated* and *people*.
    """

    treated: Named
    baseline: Named | None = None
    people: Named | None = None
    standard_error: Named | None = None
    persons: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The values that came with a call, found by term and rounded as their measure says."""

    contract: Contract
    cohorts: Cohorts
    exact: bool

    def treated(self, term: Term) -> Values:
        """Return the value of the term's measure."""
        found = self._found(self.cohorts.treated, term, "treated")
        if found is None:
            raise ValueError(f"`treated` must hold the measure '{term.measure}'")
        return self._rounded(term, found)

    def baseline(self, term: Term) -> Values | None:
        """Return the baseline given, or the contract's own; None where there is none."""
        found = self._found(self.cohorts.baseline, term, "baseline")
        if found is None:
            agreed = agreed_baseline(self.contract.measure_of(term))
            if agreed is None:
                return None
            found = np.asarray(agreed if self.exact else float(agreed))
        return self._rounded(term, found)

    def people(self, term: Term) -> Values | None:
        """Return the people in the base of the term's measure."""
        return self._found(self.cohorts.people, term, "people")

    def standard_error(self, term: Term) -> NDArray[np.float64]:
        """Return the standard error of the difference from the baseline."""
        found = _pick(self.cohorts.standard_error, term.measure)
        if found is None:
            raise ValueError(
                f"`standard_error` must hold the measure '{term.measure}': the term '{term.name}' "
                "asks whether the difference is more than chance"
            )
        return np.asarray(found, dtype=np.float64)

    def persons_of(self, term: Term) -> Values:
        """Return how many people had the outcome that a term for each person pays for."""
        counted = (self.cohorts.persons or {}).get(term.measure)
        if counted is not None:
            return values("persons", counted, exact=self.exact)
        measure, people = self.contract.measure_of(term), self.people(term)
        if not measure.is_share or people is None:
            raise ValueError(f"`persons` must hold the measure '{term.measure}'")
        share = self._found(self.cohorts.treated, term, "treated")
        if share is None:
            raise ValueError(f"`treated` must hold the measure '{term.measure}'")
        count = people * (share if measure.higher_is_better else 1 - share)
        return count if self.exact else np.rint(count)

    def _found(self, mapping: Any, term: Term, name: str) -> Values | None:
        found = _pick(mapping, term.measure)
        return None if found is None else values(name, found, exact=self.exact)

    def _rounded(self, term: Term, found: Values) -> Values:
        measure = self.contract.measure_of(term)
        if measure.decimals is None:
            return found
        return rounded(found, measure.decimals, measure.rounding)


def agreed_baseline(measure: Measure) -> Fraction | None:
    """Return the value of the baseline that stands in the contract itself, if one does."""
    baseline = measure.baseline
    if baseline is None:
        return None
    if baseline.value is not None:
        return Fraction(baseline.value)
    if baseline.events is None or baseline.people is None:
        return None
    base = baseline.people
    if measure.kind == "frequency_per_reoffender":
        base = baseline.reoffenders or 0
    return Fraction(baseline.events, base) if base else None


def _pick(mapping: Any, name: str) -> Any:
    return mapping.get(name) if isinstance(mapping, Mapping) else mapping
