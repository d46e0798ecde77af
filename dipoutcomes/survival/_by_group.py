"""What every test of groups shows: people, events and expected events, group by group."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd


class ByGroup(ABC):
    """Shared by frozen dataclasses with a test's counts; the test's own words stay with them."""

    __slots__ = ()

    groups: tuple[str, ...]
    persons: tuple[int, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]

    #: Fields with one entry a group, in the order of their columns.
    EACH: ClassVar[tuple[str, ...]] = ("groups", "persons", "observed", "expected")

    @abstractmethod
    def to_table(self) -> Table:
        """Return a `Table` with one row a group and the test in its notes."""

    def _counts_said(self, people: str = "persons") -> str:
        """Return the counts as a phrase, the groups behind one another."""
        return ", ".join(
            f"{group} {seen} events against {expected:.1f} expected in {n} {people}"
            for group, n, seen, expected in zip(
                self.groups, self.persons, self.observed, self.expected, strict=True
            )
        )

    def _counts_table(
        self,
        name: str,
        caption: str,
        notes: Sequence[str],
        *,
        observed: Literal["persons", "events"] = "persons",
    ) -> Table:
        """Return the counts as a table; *observed* says whether people or events are counted."""
        whole = "persons" if observed == "persons" else ""
        columns = (
            Column(key="group", heading="Group", kind="label"),
            Column(key="persons", heading="People", kind="persons"),
            Column(key="observed", heading="Events observed", kind=observed, out_of=whole),
            Column(key="expected", heading="Events expected", kind="number"),
        )
        rows = zip(self.groups, self.persons, self.observed, self.expected, strict=True)
        says = caption or "Events observed, and expected if the groups did not differ"
        return Table.of(name, says, columns, [list(row) for row in rows], notes=notes)

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a group."""
        import pandas as pd

        frame = pd.DataFrame({name: list(getattr(self, name)) for name in self.EACH})
        return frame.assign(**{k: v for k, v in self.to_dict().items() if k not in self.EACH})
