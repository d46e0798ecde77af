"""What an effect needs of a design, whatever room made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

#: For whom each estimand speaks, as the middle of a sentence.
SPEAKS_FOR = {
    "ATT": "the treated",
    "ATM": "the treated who could be matched",
    "ATC": "people like the comparison group",
    "ATE": "everybody in both groups",
    "ATO": "people who could have been in either group",
}

# How far the likelihood equations of a logistic score may be from 0, as a share of their terms.
SOLVED = 1e-6


class Design(Protocol):
    """A comparison that was settled before its outcomes: `WeightedDesign`, `LockedDesign`."""

    @property
    def treated(self) -> Flags: ...
    @property
    def weights(self) -> Floats: ...
    @property
    def matched_set(self) -> Any: ...
    @property
    def pairs(self) -> Any: ...
    @property
    def covariates(self) -> Any: ...
    @property
    def score(self) -> Any: ...
    @property
    def estimand(self) -> str: ...
    @property
    def method(self) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """The arrays of a design, one row a person; ``columns`` have a constant first."""

    treated: Flags
    weights: Floats
    estimand: str
    method: str
    weighting: str  # "score", "entropy" or "given"
    matched_set: Ints | None
    pairs: tuple[Ints, Ints] | None
    score: Floats | None
    columns: Floats | None

    @classmethod
    def of(cls, design: Design) -> People:
        """Return what *design* says; its estimand is ATM where treated people went unmatched."""
        treated, weights = np.asarray(design.treated), np.asarray(design.weights, dtype=np.float64)
        for who, side in (("treated", treated), ("comparison", ~treated)):
            if not np.any(weights[side] > 0):
                raise DesignError(f"nobody of the {who} group has a weight: nothing to compare")
        score = None if design.score is None else np.asarray(design.score, dtype=np.float64)
        sets = None if design.matched_set is None else np.asarray(design.matched_set)
        pairs = None
        if design.pairs is not None:
            pairs = (np.asarray(design.pairs[0]), np.asarray(design.pairs[1]))
        lost = bool(np.any(treated & (weights == 0)))
        matched = sets is not None or pairs is not None
        estimand = "ATM" if design.estimand == "ATT" and lost and matched else design.estimand
        columns = getattr(design, "score_columns", None)
        columns = design.covariates if columns is None else columns
        if columns is not None:
            columns = np.column_stack([np.ones(len(treated)), np.asarray(columns, dtype=float)])
        found = cls(treated, weights, estimand, design.method, "given", sets, pairs, score, columns)
        return cls(
            treated, weights, estimand, design.method, _weighting(found, design), sets, pairs,
            score, columns,
        )  # fmt: skip

    @property
    def used(self) -> tuple[int, int]:
        """People with weight: treated, comparison."""
        some = self.weights > 0
        return int((some & self.treated).sum()), int((some & ~self.treated).sum())

    @property
    def left_out(self) -> tuple[int, int]:
        """People without weight: treated, comparison."""
        none = self.weights <= 0
        return int((none & self.treated).sum()), int((none & ~self.treated).sum())

    @property
    def score_was_fitted(self) -> bool:
        """Whether the score solves the likelihood equations of a logistic model in the columns."""
        if self.score is None or self.columns is None:
            return False
        away = self.treated - self.score
        terms = np.abs(self.columns.T) @ np.abs(away)
        return bool(np.all(np.abs(self.columns.T @ away) <= SOLVED * terms + 1e-12))

    def score_influence(self) -> tuple[Floats, Floats]:
        """Return each person's part in the error of the score's coefficients, and their leverage.

        Shapes (n, k) and (n,). Columns that repeat each other leave the fitted scores as they are;
        so does the pseudo-inverse.
        """
        assert self.score is not None and self.columns is not None  # noqa: S101, PT018
        scale = np.maximum(np.abs(self.columns).max(axis=0), 1e-300)
        columns = self.columns / scale
        spread = self.score * (1 - self.score)
        information = (columns.T * spread) @ columns
        inverse = np.linalg.pinv(information, rcond=1e-12, hermitian=True)
        reach = columns @ inverse
        parts = reach * (self.treated - self.score)[:, None] / scale
        return parts, np.einsum("ij,ij->i", reach, columns) * spread


def _weighting(people: People, design: Design) -> str:
    """Return what made the weights; of a design that does not say, see if the score did."""
    said = getattr(design, "weighting", "")
    if said:
        return str(said)
    matched = people.matched_set is not None or people.pairs is not None
    if matched or people.score is None or people.estimand not in {"ATT", "ATE", "ATO", "ATC"}:
        return "given"
    from dipoutcomes.comparison.weighting.scores import score_weights

    inside = (people.score > 0) & (people.score < 1) & (people.weights > 0)
    expected = score_weights(people.treated[inside], people.score[inside], people.estimand)
    same = np.allclose(people.weights[inside], expected, rtol=1e-9, atol=0)
    return "score" if same else "given"
