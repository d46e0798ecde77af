"""What is known of each person's one-year follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_counts, check_numbers
from dipoutcomes.errors import RecordError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: The classes of offence by the court that can try them, as the tables list them.
SEVERITIES = ("indictable only", "either way", "summary")
YEAR = 366  # days at most in twelve calendar months


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DataLabOutcomes:
    """Each person's proven reoffences, in the order of the design's rows.

    An offence counts if it was committed within 12 months of the index date and proven by
    conviction or caution within those or a further 6.
    """

    reoffences: Floats
    days_to_first: Floats | None
    by_severity: Mapping[str, Floats]
    custodial: Floats | None

    @classmethod
    def of(
        cls,
        reoffences: ArrayLike,
        *,
        days_to_first: ArrayLike | None = None,
        by_severity: Mapping[str, ArrayLike] | None = None,
        custodial: ArrayLike | None = None,
    ) -> DataLabOutcomes:
        """Return checked outcomes.

        Parameters
        ----------
        reoffences : array_like of int, shape (n,)
            Proven reoffences of each person.
        days_to_first : array_like of float, shape (n,), optional
            Days from the index date to the first reoffence; ``nan`` for people without one.
        by_severity : mapping of str to array_like of int, optional
            Reoffences of each class, the keys among `SEVERITIES`.
        custodial : array_like of int, optional
            Reoffences that led to custody.

        Raises
        ------
        RecordError
            If these contradict each other; all faults at once, with counts and without values.
        TypeError, ValueError
            If a count is not one, or shapes differ.

        Examples
        --------
        >>> DataLabOutcomes.of([0, 2, 1], days_to_first=[float("nan"), 30, 200]).reoffended.sum()
        np.int64(2)
        """
        total = check_counts("reoffences", reoffences).astype(np.float64)
        if total.ndim != 1:
            raise ValueError("`reoffences` must have one element for each person")
        days = None if days_to_first is None else check_numbers("days_to_first", days_to_first)
        classes = {
            name: check_counts(name, counts).astype(np.float64)
            for name, counts in (by_severity or {}).items()
        }
        custody = None
        if custodial is not None:
            custody = check_counts("custodial", custodial).astype(np.float64)
        for array in (days, custody, *classes.values()):
            if array is not None and array.shape != total.shape:
                raise ValueError("every outcome must have one element for each person")
        unknown = sorted(set(classes) - set(SEVERITIES))
        if unknown:
            raise ValueError(
                f"`by_severity` has no class {', '.join(unknown)}; they are {', '.join(SEVERITIES)}"
            )
        problems = _contradictions(total, days, classes, custody)
        if problems:
            raise RecordError("the outcomes contradict each other; correct them first", problems)
        return cls(reoffences=total, days_to_first=days, by_severity=classes, custodial=custody)

    @property
    def reoffended(self) -> Flags:
        """Whether each person has a proven reoffence."""
        return self.reoffences > 0

    @property
    def days_free(self) -> Floats | None:
        """Days of the year before the first reoffence; 365 for people without one."""
        if self.days_to_first is None:
            return None
        return np.where(self.reoffended, np.minimum(self.days_to_first, 365.0), 365.0)


def _contradictions(
    total: Floats, days: Floats | None, classes: Mapping[str, Floats], custody: Floats | None
) -> list[str]:
    again, found = total > 0, []
    if days is not None:
        known = np.isfinite(days)
        found += [
            (int((again & ~known).sum()), "reoffended but have no days to the first reoffence"),
            (int((~again & known).sum()), "have days to a reoffence but did not reoffend"),
            (int((known & ((days < 0) | (days > YEAR))).sum()), "have days outside the year"),
        ]
    if classes:
        over = np.sum(list(classes.values()), axis=0) > total
        found.append((int(over.sum()), "have more reoffences by severity than in all"))
    if custody is not None:
        found.append((int((custody > total).sum()), "have more custodial reoffences than in all"))
    return [f"{count} people {what}" for count, what in found if count]
