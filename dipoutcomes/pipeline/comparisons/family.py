"""The outcomes of one comparison as a family: p-values that allow for how many were asked."""

from __future__ import annotations

from collections.abc import Mapping

from dipoutcomes import _display
from dipoutcomes.comparison.multiplicity import adjust_p_values
from dipoutcomes.results import Column, EstimateTable, Table

#: The analyses that the protocol chose; the others stand beside them and are no questions.
OWN = {"effects": "made comparable, as the protocol says", "effects_on_counts": ""}


def family_of_outcomes(estimates: Mapping[str, EstimateTable], *, level: float) -> Table | None:
    """Return the p-values of the protocol's own analyses, as found and allowing for each other.

    Parameters
    ----------
    estimates : mapping of str to EstimateTable
        Those of the comparison of people.
    level : float
        Confidence level of the study.

    Returns
    -------
    Table or None
        None where there are fewer than two.
    """
    named: list[str] = []
    found: list[float] = []
    for name, label in OWN.items():
        table = estimates.get(name)
        for row in table.rows if table is not None else ():
            if not label or row.label == label:
                what = "share with an event" if label else row.label.removesuffix(", ratio")
                named.append(f"{what}, {row.group}")
                found.append(row.estimate.p_value)
    if len(found) < 2:
        return None
    holm, shares = (
        adjust_p_values(
            dict(zip(named, found, strict=True)),
            family="outcomes compared",
            method=how,
            confidence_level=level,
        )
        for how in ("holm", "benjamini_hochberg")
    )
    rows = [
        [outcome, *(_display.p_value(p) for p in three)]
        for outcome, three in zip(
            named, zip(found, holm.adjusted, shares.adjusted, strict=True), strict=True
        )
    ]
    return Table.of(
        "family_of_outcomes",
        f"The {len(named)} outcomes compared, as one family",
        [
            Column(key="outcome", heading="Outcome", kind="label"),
            Column(key="p", heading="p-value"),
            Column(key="holm", heading="Holm"),
            Column(key="fdr", heading="Benjamini-Hochberg"),
        ],
        rows,
        notes=(
            f"Holm keeps {holm.controls} at most {_display.percent(1 - level, 0)}; "
            f"Benjamini-Hochberg keeps {shares.controls} at most so, for {shares.holds}.",
        ),
    )
