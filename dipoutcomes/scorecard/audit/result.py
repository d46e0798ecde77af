"""What an audit found: the findings, every figure recomputed, and a clean reconstruction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import EstimateTable, Table
from dipoutcomes.scorecard.audit import tables
from dipoutcomes.scorecard.audit.arithmetic import RULE_SAYS, RULES
from dipoutcomes.scorecard.audit.bases import STATUSES, Judgement
from dipoutcomes.scorecard.audit.finding import SEVERITIES, Finding
from dipoutcomes.scorecard.audit.model import Scorecard

if TYPE_CHECKING:
    import pandas as pd

#: Of a terminal's lines.
_WIDTH = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorecardAudit:
    """What arithmetic says of a published scorecard.

    Parameters
    ----------
    card : Scorecard
        As read.
    judgement : Judgement
        Every percentage recomputed, and the rule of rounding.
    findings : tuple of Finding
        The gravest first.
    confidence_level : float
        Of the intervals about samples.
    """

    card: Scorecard
    judgement: Judgement
    findings: tuple[Finding, ...]
    confidence_level: float = 0.95

    @property
    def severities(self) -> dict[str, int]:
        """Findings by severity, the gravest first; those without any are 0."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    @property
    def statuses(self) -> dict[str, int]:
        """Pairs of count and percentage by what became of them, in the order of `STATUSES`."""
        found = Counter(pair.status for pair in self.judgement.pairs)
        return {status: found[status] for status in STATUSES}

    @property
    def reproduced(self) -> int:
        """Pairs whose percentage follows from some number that is printed, or a sum of such."""
        found = self.statuses
        return found["reproduces"] + found["own total"] + found["sum of parts"]

    def of_kind(self, kind: str) -> tuple[Finding, ...]:
        """Return the findings of one kind, a key of ``finding.KINDS``."""
        return tuple(finding for finding in self.findings if finding.kind == kind)

    @property
    def rounding(self) -> str:
        """How the percentages were cut to their digits, in words."""
        says = " or ".join(RULE_SAYS[rule] for rule in self.judgement.rules)
        if self.judgement.declared:
            return f"{says}, as the publication states"
        if len(self.judgement.rules) == 3 and any(self.judgement.unexplained.values()):
            return f"no one rule gives every figure; of three as good, {RULE_SAYS[RULES[0]]}"
        if len(self.judgement.rules) == 3:
            return "not to be told: every rule explains the figures equally well"
        if self.judgement.rules == RULES[:2]:
            return "usual rounding; no figure tells whether a half goes up or to the even digit"
        return f"{says}: the rule that leaves the fewest figures unexplained"

    def __str__(self) -> str:
        pairs = len(self.judgement.pairs)
        parts = [f"{count} {_counted(name, count)}" for name, count in self.severities.items()
                 if count]  # fmt: skip
        found = f"{len(self.findings)} findings: {', '.join(parts)}" if parts else "no finding"
        if len(self.findings) == 1:
            found = found.replace("findings", "finding", 1)
        if not pairs:
            return f"{self.card.scorecard.title}: no percentage with its count; {found}"
        other, summed = self.statuses["own total"], self.statuses["sum of parts"]
        derived = [f"{other} of another base than their heading reads"] if other else []
        derived += [f"{summed} of a base that is blank, by the sum of its parts"] if summed else []
        less = f" ({', '.join(derived)})" if derived else ""
        return (
            f"{self.card.scorecard.title}: {self.reproduced} of {pairs} percentages follow from "
            f"printed counts{less}; {found}"
        )

    def _repr_html_(self) -> str:
        return self.findings_table._repr_html_()

    @property
    def findings_table(self) -> Table:
        """A row a finding."""
        return tables.findings_table(self.findings)

    @property
    def lines_table(self) -> Table:
        """A row a printed percentage: what it is of, and what it comes to."""
        return tables.lines_table(self.card, self.judgement)

    @property
    def denominators_table(self) -> Table:
        """A row a percentage that does not follow: the denominators that would give it, by rule."""
        return tables.denominators_table(self.judgement)

    @property
    def samples(self) -> EstimateTable:
        """Shares of samples with their intervals; figures of everybody have none."""
        return tables.samples_table(self.card, self.confidence_level)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a finding."""
        import pandas as pd

        rows = [finding.to_dict() | {"lines": " ".join(finding.lines)} for finding in self.findings]
        columns = ["severity", "kind", "lines", "printed", "arithmetic", "ask"]
        return pd.DataFrame(rows, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: findings, rule of rounding, every figure, samples."""
        return {
            "title": self.card.scorecard.title,
            "rounding": {
                "rules": list(self.judgement.rules),
                "declared": self.judgement.declared,
                "unexplained": dict(self.judgement.unexplained),
            },
            "pairs": len(self.judgement.pairs),
            "reproduced": self.reproduced,
            "statuses": self.statuses,
            "severities": self.severities,
            "findings": [finding.to_dict() for finding in self.findings],
            "lines": self.lines_table.to_dict()["rows"],
            "denominators": self.denominators_table.to_dict()["rows"],
            "samples": [
                {"label": row.label, **row.estimate.to_dict()} for row in self.samples.rows
            ],
            "confidence_level": self.confidence_level,
        }

    @property
    def as_text(self) -> str:
        """The findings for a terminal: the headline, then each under its severity, title first."""
        level = _display.level(self.confidence_level)
        parts = [_wrapped(f"{self}."), _wrapped(f"Rounding: {self.rounding}. Intervals: {level}.")]
        number = 0
        for severity, count in self.severities.items():
            if count:
                parts.append(f"{severity.upper()}: {SEVERITIES[severity]}")
            for finding in self.findings:
                if finding.severity == severity:
                    number += 1
                    parts.append(_told(number, finding))
        return "\n\n".join(parts)


def _told(number: int, finding: Finding) -> str:
    """Return one finding for a terminal: its title, and what belongs to it set in below."""
    says = (finding.printed, finding.arithmetic, f"Ask: {finding.ask}")
    title = f"{number:>2}. {finding.title.capitalize()}"
    return "\n".join([title, *(_wrapped(part, 4) for part in says)])


def _wrapped(text: str, indent: int = 0) -> str:
    margin = " " * indent
    return fill(text, _WIDTH, initial_indent=margin, subsequent_indent=margin,
                break_long_words=False, break_on_hyphens=False)  # fmt: skip


def _counted(severity: str, count: int) -> str:
    if severity != "question":
        return severity
    return "open question" if count == 1 else "open questions"
