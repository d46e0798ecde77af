"""What a test of groups returns: its name, its figure and the counts it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dipoutcomes import _display
from dipoutcomes.results import Table
from dipoutcomes.survival._by_group import ByGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTest(ByGroup):
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

    EACH: ClassVar[tuple[str, ...]] = (*ByGroup.EACH, "weighted_difference")

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
        counts = self._counts_said()
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
        notes = [f"{self.test[:1].upper()}{self.test[1:]}: {self.figures}."]
        if self.caveat:
            notes.append(f"{self.caveat[:1].upper()}{self.caveat[1:]}.")
        return self._counts_table(name, caption, notes)
