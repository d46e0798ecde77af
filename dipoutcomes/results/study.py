"""Everything a study found, as plain values: what a write-up is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from dipoutcomes.results.curve import Curve
from dipoutcomes.results.table import EstimateTable, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One field of the protocol that differs from the locked one."""

    key: str  # "outcome.follow_up_months"
    locked: str
    current: str
    declared: bool  # an [[amendment]] names it
    reason: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResults:
    """Everything a study found. No record of a person is in it, and nothing depends on a clock.

    Parameters
    ----------
    facts : mapping of str to plain values
        What the study is: ``id``, ``title``, ``kind``, ``data``, ``data_note``, ``unit`` and the
        definitions in words (``outcome``, ``event_noun`` ...). Keys are listed in
        ``docs/architecture.md``.
    estimates : mapping of str to EstimateTable
    tables : mapping of str to Table
    curves : mapping of str to tuple of Curve
    deviations : tuple of Deviation
    provenance : mapping of str to plain values
        Input hashes, protocol hash, seed, versions.
    copy : {"working", "release"}
        Which of the two copies this is; a release copy has been through disclosure control.
    protection : str
        One sentence: what disclosure control did, or the printed reason why it is off.
    """

    facts: Mapping[str, Any]
    estimates: Mapping[str, EstimateTable] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    curves: Mapping[str, tuple[Curve, ...]] = field(default_factory=dict)
    deviations: tuple[Deviation, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    copy: Literal["working", "release"] = "working"
    protection: str = ""

    def __str__(self) -> str:
        return "\n\n".join(
            [
                f"{self.facts['title']} ({self.copy} copy)",
                *(str(t) for t in self.estimates.values()),
                *(str(t) for t in self.tables.values()),
            ]
        )

    def _repr_html_(self) -> str:
        tables = [table._repr_html_() for table in self.estimates.values()]
        return "\n".join([*tables, *(table._repr_html_() for table in self.tables.values())])

    def with_copy(self, **changes: Any) -> StudyResults:
        """Return these results with some fields replaced."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for canonical JSON."""
        return {
            "facts": dict(self.facts),
            "estimates": {k: t.to_dict() for k, t in self.estimates.items()},
            "tables": {k: t.to_dict() for k, t in self.tables.items()},
            "curves": {k: [c.to_dict() for c in cs] for k, cs in self.curves.items()},
            "deviations": [asdict(d) for d in self.deviations],
            "provenance": dict(self.provenance),
            "copy": self.copy,
            "protection": self.protection,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> StudyResults:
        """Return the results that `to_dict` described."""
        known = {f.name for f in fields(cls)}
        plain = {k: v for k, v in values.items() if k in known}
        return cls(
            **plain
            | {
                "estimates": {
                    k: EstimateTable.from_dict(t) for k, t in values["estimates"].items()
                },
                "tables": {k: Table.from_dict(t) for k, t in values["tables"].items()},
                "curves": {
                    k: tuple(Curve.from_dict(c) for c in cs) for k, cs in values["curves"].items()
                },
                "deviations": tuple(Deviation(**d) for d in values["deviations"]),
            }
        )
