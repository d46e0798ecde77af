"""How people came in: the mechanism decides what no effect at all would look like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from dipoutcomes._validate import check_choice, check_count, check_positive
from dipoutcomes.errors import DesignError

EntryMechanism = Literal["random_offence", "first_offence", "recent_count", "none"]
MECHANISMS = ("random_offence", "first_offence", "recent_count", "none")

_SAYS = {
    "random_offence": "entry at an offence like any other",
    "first_offence": "entry at the first offence after a date",
    "recent_count": "entry by a count of recent offences",
    "none": "nobody selected by their offending",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRule:
    """What brought people in, with the numbers that its null change needs.

    Parameters
    ----------
    by : {"random_offence", "first_offence", "recent_count", "none"}
        "random_offence": an offence like any other (a positive test on arrest, say) opens the
        door; the more somebody offends, the likelier it is theirs. "first_offence": the first
        offence on or after a date on which the programme opened. "recent_count": at least
        *minimum_count* offences in the *count_time* before, judged on a day that no offence of
        theirs chose. "none": entry has nothing to do with offending.
    accrual_time : float, optional
        "first_offence": how long entry stayed open, in the unit of the windows.
    minimum_count : int, optional
        "recent_count": the least count.
    count_time : float, optional
        "recent_count": the length of the period counted, in the unit of the windows.

    Raises
    ------
    ValueError, TypeError
        If a number is missing that a mechanism needs, or is given that it does not have.

    Examples
    --------
    >>> print(EntryRule(by="recent_count", minimum_count=4, count_time=0.5))
    entry by a count of recent offences (at least 4 in a time of 0.5)
    """

    by: EntryMechanism = "random_offence"
    accrual_time: float | None = None
    minimum_count: int | None = None
    count_time: float | None = None

    def __post_init__(self) -> None:
        check_choice("by", self.by, MECHANISMS)
        wanted = {
            "first_offence": {"accrual_time"},
            "recent_count": {"minimum_count", "count_time"},
        }
        for name in ("accrual_time", "minimum_count", "count_time"):
            given = getattr(self, name) is not None
            if given and name not in wanted.get(self.by, set()):
                raise ValueError(f"`{name}` says nothing of entry by '{self.by}'; leave it out")
        if self.accrual_time is not None:
            check_positive("accrual_time", self.accrual_time)
        if self.count_time is not None:
            check_positive("count_time", self.count_time)
        if self.minimum_count is not None:
            check_count("minimum_count", self.minimum_count, minimum=1)

    def __str__(self) -> str:
        if self.minimum_count is not None and self.count_time is not None:
            enough = f"at least {self.minimum_count} in a time of {self.count_time:g}"
            return f"{_SAYS[self.by]} ({enough})"
        return _SAYS[self.by]

    @property
    def by_an_offence(self) -> bool:
        """Whether an index offence of their own brought people in."""
        return self.by in ("random_offence", "first_offence")

    @property
    def index_offences(self) -> int:
        """Offences that entry itself says of a person, beside those counted before: 1 or 0."""
        return int(self.by_an_offence)

    def need(self, *names: str) -> tuple[float, ...]:
        """Return the numbers called *names*, or raise `DesignError` for those not given."""
        missing = [name for name in names if getattr(self, name) is None]
        if missing:
            raise DesignError(
                f"entry by '{self.by}' has a null change of its own, which needs "
                f"{' and '.join(missing)}: give "
                f"EntryRule(by='{self.by}', {', '.join(f'{n}=...' for n in missing)})"
            )
        return tuple(float(getattr(self, name)) for name in names)

    def scaled(self, factor: float) -> EntryRule:
        """Return the rule with its times in another unit, *factor* of it to one of this."""
        times = {
            name: getattr(self, name) * factor
            for name in ("accrual_time", "count_time")
            if getattr(self, name) is not None
        }
        return replace(self, **times)

    def check_index(self, *, index_counts: bool) -> None:
        """Refuse an index offence among those before where entry has none."""
        if index_counts and not self.by_an_offence:
            raise ValueError(f"entry by '{self.by}' has no index offence that could be counted")


def as_rule(entry: EntryRule | EntryMechanism) -> EntryRule:
    """Return *entry* as a rule; a word alone is a rule without numbers."""
    return entry if isinstance(entry, EntryRule) else EntryRule(by=entry)
