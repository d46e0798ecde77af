"""What a test of groups returns: its name, its figure and the counts it rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.results import Column, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTest:
    """A test of the hypothesis that groups have one and the same time to the event.

    Parameters
    ----------
    test : str
        Its full name: "log-rank test, Gehan-Breslow weights, 3 strata".
    statistic : float
        Chi-squared, or a standardised figure where `df` is 0; nan where nothing can be compared.
    df : int
        Degrees of freedom; 0 for a permutation test of two groups.
    p_value : float
        Two-sided.
    groups : tuple of str
    persons, observed : tuple of int
        People and events, group by group.
    expected : tuple of float
        Events expected were the hazard one and the same (within each stratum); unweighted, so
        that they add up to the observed. A permutation test has its own: see
        `permutation_log_rank_test`.
    weighted_difference : tuple of float
        Weighted sum of observed less expected, group by group: its sign is the direction.
    monte_carlo_error : float
        Standard error of the p-value where it was simulated; 0 where it was not.
    caveat : str
    """

    test: str
    statistic: float
    df: int
    p_value: float
    groups: tuple[str, ...]
    persons: tuple[int, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    weighted_difference: tuple[float, ...]
    monte_carlo_error: float = 0.0
    caveat: str = ""

    def __str__(self) -> str:
        counts = ", ".join(
            f"{group} {seen} events against {expected:.1f} expected in {people} persons"
            for group, people, seen, expected in zip(
                self.groups, self.persons, self.observed, self.expected, strict=True
            )
        )
        note = f" [{self.caveat}]" if self.caveat else ""
        return f"{self.test}: {self.figures} ({counts}){note}"

    @property
    def figures(self) -> str:
        """The statistic and the p-value as a report prints them."""
        if self.p_value != self.p_value:
            return "nothing to compare"
        if self.df:
            figure = f"chi-squared {self.statistic:.2f} on {self.df} df"
        else:
            figure = f"standardised statistic {self.statistic:.2f}"
        p = f"p {_display.p_value(self.p_value)}"
        if self.monte_carlo_error:
            p += f" (Monte Carlo error {self.monte_carlo_error:.1g})"
        return f"{figure}, {p}"

    def to_table(self, *, name: str = "group_test", caption: str = "") -> Table:
        """Return a `Table` with one row a group and the test in its notes."""
        columns = (
            Column(key="group", heading="Group", kind="label"),
            Column(key="persons", heading="People", kind="persons"),
            Column(key="observed", heading="Events observed", kind="persons", out_of="persons"),
            Column(key="expected", heading="Events expected", kind="number"),
        )
        rows = zip(self.groups, self.persons, self.observed, self.expected, strict=True)
        notes = [f"{self.test[:1].upper()}{self.test[1:]}: {self.figures}."]
        if self.caveat:
            notes.append(f"{self.caveat[:1].upper()}{self.caveat[1:]}.")
        return Table.of(
            name,
            caption or "Events observed, and expected if the groups did not differ",
            columns,
            [list(row) for row in rows],
            notes=notes,
        )

    def _repr_html_(self) -> str:
        return self.to_table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a group."""
        import pandas as pd

        each = ("groups", "persons", "observed", "expected", "weighted_difference")
        frame = pd.DataFrame({name: list(getattr(self, name)) for name in each})
        whole = ("test", "statistic", "df", "p_value", "monte_carlo_error", "caveat")
        return frame.assign(**{name: getattr(self, name) for name in whole})
