"""A target judged: met, not met, or not to be told yet; and when it could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import Estimate

if TYPE_CHECKING:
    import pandas as pd

MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell yet"
VERDICTS = (MET, NOT_MET, CANNOT_TELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was achieved against a target, with the verdict and its rule.

    Parameters
    ----------
    name : str
        Of the indicator.
    target : float
        A proportion, or a count.
    direction : {"at_least", "at_most"}
    achieved : Estimate
        With its interval. For a count within the year: what the year will come to.
    verdict : {"met", "not met", "cannot tell yet"}
    rule : str
        By which it was reached.
    needed : int or None
        Where it cannot be told yet: how many more people until it can be, with a chance of 80%,
        if the share stays as it is; None where it will not be, or is told.
    months : float or None
        The same in months, where people a month are known; of a yearly number at its pace.
    """

    name: str
    target: float
    direction: str
    achieved: Estimate
    verdict: str
    rule: str
    needed: int | None = None
    months: float | None = None

    @property
    def printed_target(self) -> str:
        """The target in words: ``at least 70%``."""
        word = self.direction.replace("_", " ")
        if self.achieved.quantity == "share":
            return f"{word} {100 * self.target:.10g}%"
        return f"{word} {self.target:,.0f}"

    def __str__(self) -> str:
        level = _display.level(self.achieved.interval.confidence_level)
        found = self.achieved
        says = f"{found.counts}, {found.printed}, {level} interval {found.printed_interval}"
        if found.quantity == "count":
            says = (
                f"{found.events or 0:,} so far with {_display.percent(found.base)} of the year "
                f"gone, {found.printed} in the year at this pace, {level} prediction "
                f"{found.printed_interval}"
            )
        says = f"{self.name}: {self.verdict} (target {self.printed_target}; {says})"
        return f"{says}; {self.waiting}" if self.waiting else says

    @property
    def waiting(self) -> str:
        """When it could be told, in words; "" where it is told."""
        if self.verdict != CANNOT_TELL:
            return ""
        if self.achieved.quantity == "count":
            return f"about {self.months or 0:.1f} more months at this pace would tell"
        if self.needed is None:
            return "at this share no number of people within reach would tell"
        wait = "" if self.months is None else f", about {self.months:,.0f} months"
        return f"{self.needed:,} more people{wait} would tell with a chance of 80% at this share"

    def _repr_html_(self) -> str:
        rows = [
            ["target", self.printed_target],
            ["achieved", f"{self.achieved.printed} ({self.achieved.counts})"],
            ["interval", self.achieved.printed_interval],
            ["verdict", self.verdict],
            ["rule", self.rule],
        ]
        return _display.html_table(self.name, ["", "value"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "target": self.target,
            "direction": self.direction,
            "achieved": self.achieved.to_dict(),
            "verdict": self.verdict,
            "rule": self.rule,
            "needed": self.needed,
            "months": self.months,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row."""
        import pandas as pd

        row = self.to_dict()
        achieved = row.pop("achieved")
        interval = achieved.pop("interval")
        kept = {k: achieved[k] for k in ("value", "events", "base", "base_unit")}
        return pd.DataFrame([row | kept | interval])
