"""The tables of a report: what is shown, on which base, and a second interval beside the first."""

from __future__ import annotations

from collections.abc import Sequence

from dipoutcomes.comparison.data_lab.measure import DataLabMeasure
from dipoutcomes.results import Column, Table

#: What each table is of, with its base.
HEADINGS = {
    1: "Table 1: one-year proven reoffending rate, all people",
    2: "Table 2: proven reoffences per person, all people",
    3: "Table 3: mean days to the first reoffence, reoffenders only",
    4: "Table 4: rate of reoffences by severity, reoffenders only",
    5: "Table 5: frequency of reoffences by severity, reoffenders only",
    6: "Table 6: rate of custody for reoffences, reoffenders only",
    7: "Table 7: frequency of custody for reoffences, reoffenders only",
}
CONDITIONAL = (
    "Reoffenders are picked out by what happened afterwards: the table describes them and does "
    "not show an effect."
)


def measure_table(
    number: int, lines: Sequence[DataLabMeasure], notes: Sequence[str]
) -> Table | None:
    """Return table *number*; None where there is no line to show."""
    shown = [line for line in lines if line.shown]
    hidden = [line for line in lines if not line.shown]
    if not shown:
        return None
    beside = any(line.ours is not None for line in shown)
    columns = [
        Column(key="measure", heading="Measure", kind="label"),
        Column(key="treated", heading="Treated people", kind="persons"),
        Column(key="treated_mean", heading="Treated"),
        Column(key="comparison", heading="Comparison people", kind="persons"),
        Column(key="worth", heading="worth", kind="number"),
        Column(key="comparison_mean", heading="Comparison"),
        Column(key="difference", heading="Difference"),
        Column(key="p", heading="p-value"),
        Column(key="significant", heading="Significant"),
    ]
    rows = [
        [
            line.name,
            line.treated.people,
            line.printed(line.treated.mean),
            line.comparison.people,
            line.comparison.effective,
            line.printed(line.comparison.mean),
            line.printed_difference,
            line.printed_p,
            "yes" if line.significant else "no",
        ]
        for line in shown
    ]
    if beside:
        columns.append(Column(key="ours", heading="Difference, variance of the design"))
        for row, line in zip(rows, shown, strict=True):
            row.append(line.printed_difference_of_ours)
    under = [*notes]
    if number > 2:
        under.insert(0, CONDITIONAL)
    under += [f"Not shown: {line.name} ({line.why_not_shown})." for line in hidden]
    return Table.of(f"data_lab_table_{number}", HEADINGS[number], columns, rows, notes=tuple(under))
