"""What a contract pays for one cohort, with every step from the counts to the price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.payment.metric import Measured
from dipoutcomes.payment.term_verdict import Step, TermVerdict, money_says
from dipoutcomes.protocol.model.contract import SHARES
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePair:
    """One measure of the cohort and what it is compared with.

    Parameters
    ----------
    name, says : str
    kind : str
        "binary", "frequency_per_person" ...
    treated : Measured or None
        None where only a reduction was published.
    baseline : Measured or None
    baseline_says : str
    improved : bool or None
        Whether the cohort's is better than its baseline; None where they cannot be compared.
    """

    name: str
    says: str
    kind: str
    treated: Measured | None
    baseline: Measured | None
    baseline_says: str
    improved: bool | None

    @property
    def is_share(self) -> bool:
        """Whether it is a share of people."""
        return self.kind in SHARES

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "says": self.says,
            "kind": self.kind,
            "treated": None if self.treated is None else self.treated.to_dict(),
            "baseline": None if self.baseline is None else self.baseline.to_dict(),
            "baseline_says": self.baseline_says,
            "improved": self.improved,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a contract pays for one cohort, or for all cohorts together.

    Parameters
    ----------
    contract_id, contract_title : str
    contract_sha256 : str
    cohort : str
        Its name.
    scope : str
        "cohort" or "pooled".
    terms : tuple of TermVerdict
    amount : Decimal or None
        Sum of the terms, under the contract's cap; None where a term that was met has a price that
        is not known.
    currency : str
    steps : tuple of Step
        The arithmetic from the counts to the price.
    measured : tuple of MeasurePair
        Every measure that was counted, with its interval, the baseline's beside it.
    confidence_level : float
    warnings : tuple of str
        Where shares and frequencies disagree, where a baseline has no error, and the like.
    caution : str
        What is known of the contract's terms; printed in every output.
    """

    contract_id: str
    contract_title: str
    contract_sha256: str
    cohort: str
    scope: str
    terms: tuple[TermVerdict, ...]
    amount: Decimal | None
    currency: str
    steps: tuple[Step, ...]
    measured: tuple[MeasurePair, ...]
    confidence_level: float
    warnings: tuple[str, ...]
    caution: str

    def __getitem__(self, name: str) -> TermVerdict:
        """Return the verdict on the term called *name*."""
        for term in self.terms:
            if term.name == name:
                return term
        raise KeyError(f"no term '{name}'; there are: {', '.join(t.name for t in self.terms)}")

    @property
    def paid(self) -> bool:
        """Whether a term that pays was met, and comes to something as far as its price is known."""
        return any(
            term.met and not term.pays_nothing_itself and (term.amount is None or term.amount > 0)
            for term in self.terms
        )

    @property
    def printed_amount(self) -> str:
        """The amount, or that its price is not known."""
        if self.amount is not None and (self.amount or self.paid):
            return money_says(self.amount, self.currency)
        return "an amount that is not known" if self.paid else "nothing"

    @property
    def headline(self) -> str:
        """The verdict in a sentence."""
        if self.amount is not None and self.amount < 0:
            said = f"{money_says(-self.amount, self.currency)} is paid back"
        elif self.paid:
            said = f"payment is due: {self.printed_amount}"
        elif self.amount is None and any("paid back" in term.why for term in self.terms):
            said = "no payment; what was paid in advance is paid back"
        else:
            said = "no payment"
        return f"{self.contract_title}, {self.cohort}: {said}."

    def __str__(self) -> str:
        lines = [self.headline]
        lines += [f"  {term.name}: {term.why}" for term in self.terms]
        lines += [f"  Warning: {text}" for text in self.warnings]
        return "\n".join([*lines, *([f"  {self.caution}"] if self.caution else [])])

    def measures_table(self) -> Table:
        """Return a row for each measure and each baseline: value, interval, counts."""
        rows = []
        for pair in self.measured:
            for who, found in ((self.cohort, pair.treated), (pair.baseline_says, pair.baseline)):
                if found is not None:
                    rows.append({"measure": pair.says, "who": who, **found.printed(pair.is_share)})
        level = _display.level(self.confidence_level)
        return Table(
            name="measures",
            caption=f"What was counted: {self.cohort}",
            columns=(
                Column(key="measure", heading="Measure", kind="label"),
                Column(key="who", heading="Of whom"),
                Column(key="counts", heading="Based on"),
                Column(key="value", heading="Value"),
                Column(key="interval", heading=f"{level} interval"),
                *([Column(key="caveat", heading="Note")] if any(r["caveat"] for r in rows) else []),
            ),
            rows=tuple(rows),
        )

    def terms_table(self) -> Table:
        """Return a row a term: reduction, interval, probability, decision, amount."""
        rows = tuple(
            {
                "term": term.says,
                "reduction": "" if term.test == "none" else term.printed_reduction,
                "interval": "" if term.test == "none" else term.printed_interval,
                "threshold": "" if term.test == "none" else term.printed_threshold,
                "truly_met": "" if term.test == "none" else term.printed_probability,
                "decision": self._decision_says(term),
                "amount": self._amount_says(term),
            }
            for term in self.terms
        )
        level = _display.level(self.confidence_level)
        return Table(
            name="terms",
            caption=f"What each term of the contract decides for {self.cohort}",
            columns=(
                Column(key="term", heading="Term"),
                Column(key="reduction", heading="Reduction"),
                Column(key="interval", heading=f"{level} interval"),
                Column(key="threshold", heading="Needed"),
                Column(key="truly_met", heading="Probability truly met"),
                Column(key="decision", heading="Decision"),
                Column(key="amount", heading="Amount"),
            ),
            rows=rows,
            notes=self._notes(),
        )

    @staticmethod
    def _decision_says(term: TermVerdict) -> str:
        if term.test == "none":
            return "by person" if term.person_by_person else "no test"
        return "met" if term.met else "not met"

    def _amount_says(self, term: TermVerdict) -> str:
        if term.pays_nothing_itself:
            return "a hurdle"
        if term.amount is None:
            return "not known" if term.met or "paid back" in term.why else "nothing"
        return money_says(term.amount, self.currency)

    def _notes(self) -> tuple[str, ...]:
        priors = dict.fromkeys(
            f"The probability that a threshold was truly met is under {t.truly_met.prior}; it is "
            "no p-value, nor 1 less one."
            for t in self.terms
            if t.truly_met.prior and not isnan(t.truly_met.value)
        )
        return (*priors, *([self.caution] if self.caution else []))

    def steps_table(self) -> Table:
        """Return the arithmetic, a row a step."""
        return Table(
            name="steps",
            caption=f"From the counts to the price: {self.cohort}",
            columns=(
                Column(key="term", heading="Term", kind="label"),
                Column(key="what", heading="Step"),
                Column(key="says", heading="Arithmetic"),
                Column(key="rests_on", heading="Rests on"),
            ),
            rows=tuple(
                {
                    "term": step.term or "all",
                    "what": step.what,
                    "says": step.says,
                    "rests_on": step.rests_on,
                }
                for step in self.steps
            ),
        )

    def _repr_html_(self) -> str:
        return self.measures_table()._repr_html_() + self.terms_table()._repr_html_()

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a term."""
        import pandas as pd

        return pd.DataFrame([self._row(term) for term in self.terms])

    def _row(self, term: TermVerdict) -> dict[str, Any]:
        return {
            "contract": self.contract_id,
            "cohort": self.cohort,
            "term": term.name,
            "measure": term.measure,
            "met": term.met,
            "reduction": term.reduction,
            "low": term.interval.low,
            "high": term.interval.high,
            "confidence_level": term.interval.confidence_level,
            "threshold": float(term.threshold),
            "probability_truly_met": term.truly_met.value,
            "units": None if term.units is None else float(term.units),
            "amount": None if term.amount is None else str(term.amount),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; money and thresholds as texts, so that no digit is lost."""
        return {
            "contract": {
                "id": self.contract_id,
                "title": self.contract_title,
                "sha256": self.contract_sha256,
                "caution": self.caution,
            },
            "cohort": self.cohort,
            "scope": self.scope,
            "amount": None if self.amount is None else str(self.amount),
            "currency": self.currency,
            "headline": self.headline,
            "terms": [term.to_dict() for term in self.terms],
            "steps": [
                {"term": s.term, "what": s.what, "says": s.says, "rests_on": s.rests_on}
                for s in self.steps
            ],
            "measures": [pair.to_dict() for pair in self.measured],
            "confidence_level": self.confidence_level,
            "warnings": list(self.warnings),
        }
