"""One thing found in a published scorecard: what is printed, what arithmetic says, what to ask."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dipoutcomes._validate import check_choice

#: From the gravest, with what each means.
SEVERITIES: dict[str, str] = {
    "impossible": "what is printed cannot all be so: a figure, a label or a heading is wrong",
    "unsupported": "the words say more than the figures do",
    "missing": "a figure that others hang on is not printed",
    "question": "it may be right, but only the author can say",
}

#: Every kind of finding: its severity, and its name for a table.
KINDS: dict[str, tuple[str, str]] = {
    "percentage": ("impossible", "percentage does not follow"),
    "other_base": ("impossible", "heading names another base"),
    "no_base_fits": ("impossible", "no one base fits"),
    "whole_number": ("impossible", "no whole number gives it"),
    "total": ("impossible", "parts and total disagree"),
    "over_total": ("impossible", "more than the whole"),
    "percent_sum": ("impossible", "percentages do not add up"),
    "threshold": ("impossible", "band mislabelled"),
    "mentions": ("impossible", "more mentions than people allow"),
    "by_definition": ("impossible", "excluded by definition"),
    "change_percent": ("impossible", "change does not follow"),
    "mean": ("impossible", "mean or rate does not follow"),
    "population": ("unsupported", "sample stated as population"),
    "majority": ("unsupported", "majority of few"),
    "claim_unit": ("unsupported", "claim about another unit"),
    "several_bases": ("unsupported", "one outcome, several bases"),
    "change": ("unsupported", "change without counts"),
    "part_of_period": ("unsupported", "part of the period"),
    "blank_base": ("missing", "denominator blank"),
    "unstated_base": ("missing", "denominator not stated"),
    "unstated_outcome": ("missing", "outcome not stated"),
    "blank_row": ("missing", "row blank"),
    "window_empty": ("missing", "no figure for a window"),
    "same_number": ("question", "one number, several names"),
    "whose_mentions": ("question", "more mentions than these people can make"),
    "window_dates": ("question", "follow-up longer than has passed"),
    "alike": ("question", "one description, several numbers"),
    "units_differ": ("question", "two units in one row"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is printed, what arithmetic says, and what to ask the author.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    lines : tuple of str
        Ids of the lines that it rests on.
    printed, arithmetic, ask : str
        One sentence each.

    Examples
    --------
    >>> finding = Finding(kind="percentage", lines=("prescribed",), printed="79 is 25% of 306.",
    ...     arithmetic="It is 25.8%.", ask="Which is right?")
    >>> print(finding)
    79 is 25% of 306. It is 25.8%. To ask: Which is right?
    >>> finding.severity
    'impossible'
    """

    kind: str
    lines: tuple[str, ...]
    printed: str
    arithmetic: str
    ask: str

    def __post_init__(self) -> None:
        check_choice("kind", self.kind, tuple(KINDS))

    @property
    def severity(self) -> str:
        """A key of `SEVERITIES`."""
        return KINDS[self.kind][0]

    @property
    def title(self) -> str:
        """The kind in words."""
        return KINDS[self.kind][1]

    def __str__(self) -> str:
        return f"{self.printed} {self.arithmetic} To ask: {self.ask}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"severity": self.severity, **asdict(self), "lines": list(self.lines)}
