"""What is known to fall short, how far, and why: the table that a worse method would break.

A method is held to its level unless it stands here. Floors were measured with
``dipoutcomes validate --full`` and rounded down; each says the same as the method's docstring.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from dipoutcomes.laboratory.score import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The least that a method is held to in some scenarios and sizes.

    Parameters
    ----------
    estimator : str
        Family and estimator, ``"proportion/wilson"``; ``*`` stands for anything.
    why : str
        The reason, as the page prints it.
    floor : float, optional
        Coverage that it must reach there; its level if omitted.
    ceiling : float, optional
        Type I error that it must keep to; 5% if omitted.
    bias : float, optional
        Bias allowed, in standard deviations of the estimate; a tenth if omitted.
    scenario : str, default "*"
        Name of the scenario; ``*`` stands for anything.
    sizes : tuple of int, optional
        People; every size if omitted.
    """

    estimator: str
    why: str
    floor: float | None = None
    ceiling: float | None = None
    bias: float | None = None
    scenario: str = "*"
    sizes: tuple[int, ...] = ()

    def is_about(self, row: Score) -> bool:
        """Return whether this entry speaks of the row."""
        return (
            fnmatchcase(f"{row.family}/{row.estimator}", self.estimator)
            and fnmatchcase(row.scenario, self.scenario)
            and (not self.sizes or row.n in self.sizes)
        )


def declared_for(row: Score, declared: tuple[Declared, ...] | None = None) -> Declared | None:
    """Return the first entry about the row, if there is one."""
    table = DECLARED if declared is None else declared
    return next((entry for entry in table if entry.is_about(row)), None)


DECLARED: tuple[Declared, ...] = ()
