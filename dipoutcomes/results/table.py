"""Tables: of estimates (each row can be withheld whole), and of anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from dipoutcomes import _display
from dipoutcomes.results.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateRow:
    """One labelled estimate; *group* heads a block of rows, such as a window or an arm."""

    label: str
    estimate: Estimate
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateTable:
    """Estimates that a reader sees together.

    Parameters
    ----------
    name : str
        A slug, used as a file name: "shares_by_window".
    caption : str
        One sentence that says what, of whom and when.
    rows : tuple of EstimateRow
    notes : tuple of str
        Printed under the table.
    nested : bool
        True where the rows of a group count nested sets of persons (best and worst case), so that
        disclosure control judges the differences between them too.
    heading, group_heading : str
        What the labels and the groups of the rows are: "Period", "Comparison".
    """

    name: str
    caption: str
    rows: tuple[EstimateRow, ...]
    notes: tuple[str, ...] = ()
    nested: bool = False
    heading: str = ""
    group_heading: str = "Group"

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, label: str) -> Estimate:
        """Return the estimate of the first row called *label*."""
        for row in self.rows:
            if row.label == label:
                return row.estimate
        known = ", ".join(row.label for row in self.rows)
        raise KeyError(f"no row '{label}' in table '{self.name}'; its rows: {known}")

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """The estimates, in the order of the rows."""
        return tuple(row.estimate for row in self.rows)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the rows."""
        return tuple(row.label for row in self.rows)

    def __str__(self) -> str:
        return "\n".join([self.caption, _display.text_table(*self._printed()), *self.printed_notes])

    def _repr_html_(self) -> str:
        return _display.html_table(self.caption, *self._printed(), self.printed_notes)

    def _printed(self) -> tuple[list[str], list[list[str]]]:
        """Return headings and cells; a column that says nothing, or repeats the labels, goes."""
        level = " or ".join(
            sorted({_display.level(e.interval.confidence_level) for e in self.estimates})
        )
        labels = list(self.labels)
        others = {
            "Based on": [e.counts for e in self.estimates],
            "Estimate": [e.printed for e in self.estimates],
            f"{level} confidence interval": [e.printed_interval for e in self.estimates],
            "p-value": [
                "" if e.p_value != e.p_value else _display.p_value(e.p_value)
                for e in self.estimates
            ],
            "Method": [] if self.common_method else [e.interval.method for e in self.estimates],
            "Note": [self._own_caveat(e) for e in self.estimates],
        }
        groups = [row.group for row in self.rows]
        shown = [(self.group_heading, groups)] if any(groups) else []
        shown.append((self.heading, labels))
        shown += [(h, cells) for h, cells in others.items() if any(cells) and cells != labels]
        return [h for h, _ in shown], [
            list(row) for row in zip(*(c for _, c in shown), strict=True)
        ]

    @property
    def common_method(self) -> str:
        """The method of every interval, said once under the table; "" if there are several."""
        methods = {e.interval.method for e in self.estimates}
        return methods.pop() if len(methods) == 1 else ""

    @property
    def printed_notes(self) -> tuple[str, ...]:
        """Everything that stands under the table: notes, caveats and method that rows share."""
        caveats = tuple(f"{c[:1].upper()}{c[1:]}." for c in self.common_caveats)
        method = (f"Method of the intervals: {self.common_method}.",) if self.common_method else ()
        return (*self.notes, *caveats, *method)

    @property
    def common_caveats(self) -> tuple[str, ...]:
        """The caveats that every row carries, said once under the table."""
        if len(self.rows) < 2:
            return ()
        first, *others = (e.caveat.split("; ") for e in self.estimates)
        return tuple(c for c in first if c and all(c in parts for parts in others))

    def _own_caveat(self, estimate: Estimate) -> str:
        common = self.common_caveats
        return "; ".join(c for c in estimate.caveat.split("; ") if c not in common)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row an estimate."""
        import pandas as pd

        frames = [
            row.estimate.to_frame().assign(group=row.group, label=row.label) for row in self.rows
        ]
        if not frames:
            return pd.DataFrame(columns=["group", "label"])
        # Plain records, not concat: an all-empty column must keep its place and meaning.
        frame = pd.DataFrame([record for f in frames for record in f.to_dict("records")])
        first = ["group", "label"]
        return frame[first + [c for c in frame.columns if c not in first]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "caption": self.caption,
            "notes": list(self.notes),
            "nested": self.nested,
            "heading": self.heading,
            "group_heading": self.group_heading,
            "rows": [
                {"group": r.group, "label": r.label, "estimate": r.estimate.to_dict()}
                for r in self.rows
            ],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> EstimateTable:
        """Return the table that `to_dict` described."""
        rows = tuple(
            EstimateRow(
                group=r["group"], label=r["label"], estimate=Estimate.from_dict(r["estimate"])
            )
            for r in values["rows"]
        )
        return cls(
            name=values["name"],
            caption=values["caption"],
            rows=rows,
            notes=tuple(values["notes"]),
            nested=values["nested"],
            heading=values["heading"],
            group_heading=values["group_heading"],
        )


ColumnKind = Literal[
    "label", "persons", "events", "count", "number", "days", "share", "rate", "date", "text"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a `Table`.

    ``persons`` and ``events`` mark counts that disclosure control judges (``count`` does not:
    rows of a file, say). *out_of* names the column of the total it is part of, so that the rest
    (total less count) is judged too. *running* marks a count left over after each row's loss, so
    that the falls from row to row are judged.
    """

    key: str
    heading: str
    kind: ColumnKind = "text"
    out_of: str = ""
    running: bool = False
    decimals: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Any other table: a flow of losses, days by kind, rejected rows by rule, provenance.

    A cell is a plain value (str, int, float, None) or the word ``"withheld"``. *adds_up* says that
    the last row is the total of the others, so that one hidden cell would come back by subtraction.
    *working_only* keeps the table out of the release copy: its cells add up over single people.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...] = ()
    adds_up: bool = False
    working_only: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, key: str) -> list[Any]:
        """Return one column's cells in the order of the rows."""
        return [row.get(key) for row in self.rows]

    def printed(self, row: Mapping[str, Any], column: Column) -> str:
        """Return one cell as a report prints it."""
        value = row.get(column.key)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if column.kind in {"persons", "events", "count", "days"}:
            return _display.number(float(value), 0)
        if column.kind == "share":
            return _display.percent(float(value), column.decimals)
        if column.kind in {"number", "rate"}:
            return _display.number(float(value), column.decimals)
        return str(value)

    def __str__(self) -> str:
        return "\n".join([self.caption, _display.text_table(*self._cells()), *self.notes])

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        rows = [[self.printed(row, c) for c in self.columns] for row in self.rows]
        return [c.heading for c in self.columns], rows

    def _repr_html_(self) -> str:
        return _display.html_table(self.caption, *self._cells(), self.notes)

    def to_frame(self) -> pd.DataFrame:
        """Return the cells, one column a key."""
        import pandas as pd

        return pd.DataFrame(
            {c.key: pd.Series([row.get(c.key) for row in self.rows]) for c in self.columns}
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "caption": self.caption,
            "notes": list(self.notes),
            "adds_up": self.adds_up,
            "working_only": self.working_only,
            "columns": [asdict(c) for c in self.columns],
            "rows": [dict(row) for row in self.rows],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Table:
        """Return the table that `to_dict` described."""
        return cls(
            name=values["name"],
            caption=values["caption"],
            columns=tuple(Column(**c) for c in values["columns"]),
            rows=tuple(dict(r) for r in values["rows"]),
            notes=tuple(values["notes"]),
            adds_up=values["adds_up"],
            working_only=values["working_only"],
        )

    @classmethod
    def of(
        cls,
        name: str,
        caption: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Any]],
        *,
        notes: Sequence[str] = (),
        adds_up: bool = False,
        working_only: bool = False,
    ) -> Table:
        """Return a table from rows given as sequences in the order of *columns*."""
        keys = [c.key for c in columns]
        cells = tuple(dict(zip(keys, row, strict=True)) for row in rows)
        return cls(
            name=name,
            caption=caption,
            columns=tuple(columns),
            rows=cells,
            notes=tuple(notes),
            adds_up=adds_up,
            working_only=working_only,
        )
