"""Coverage over a space of two truths, as the two-sample and the paired designs have it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dipoutcomes import _display
from dipoutcomes.intervals._common import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoverageSurface:
    """The exact coverage of a method at every pair of a grid of truths.

    Parameters
    ----------
    method : str
        As a report prints it.
    design : str
        "28 against 29 persons", "28 pairs".
    confidence_level : float
        Nominal.
    first, second : ndarray, shape (g,)
        The true proportions of the grid: groups 1 and 2, or before and after.
    coverage, width : ndarray, shape (g, g)
        At each pair, the first truth down, the second across. ``nan`` where a pair cannot be.
    """

    method: str
    design: str
    confidence_level: float
    first: FloatArray
    second: FloatArray
    coverage: FloatArray
    width: FloatArray

    @property
    def minimum(self) -> float:
        """The lowest coverage on the grid; between its points it may be a little lower."""
        return float(np.nanmin(self.coverage))

    @property
    def minimum_at(self) -> tuple[float, float]:
        """The pair of truths where the lowest coverage is."""
        i, j = np.unravel_index(int(np.nanargmin(self.coverage)), self.coverage.shape)
        return float(self.first[i]), float(self.second[j])

    @property
    def mean(self) -> float:
        """The coverage averaged over the grid."""
        return float(np.nanmean(self.coverage))

    @property
    def mean_width(self) -> float:
        """The expected width averaged over the grid."""
        return float(np.nanmean(self.width))

    def __str__(self) -> str:
        at = " and ".join(f"{p:.3f}" for p in self.minimum_at)
        return (
            f"{self.method}, {self.design}, nominal {_display.level(self.confidence_level)}: "
            f"coverage at least {self.minimum:.4f} (at {at}), mean {self.mean:.4f}, "
            f"mean width {self.mean_width:.3f}"
        )
