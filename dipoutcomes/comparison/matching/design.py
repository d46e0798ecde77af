"""A comparison that is settled before an outcome is looked at: who, with what weight, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256 as _sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: The estimands that a design can have, in words.
ESTIMANDS = {
    "ATT": "average effect on those who had the programme",
    "ATM": "average effect on those who had the programme and could be matched",
    "ATE": "average effect on everybody",
    "ATO": "average effect on those who could as well have been in either group",
}


class Pairs(NamedTuple):
    """Who was matched with whom: row numbers, one entry a pair, in the order of the rows."""

    treated: Ints
    comparison: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class LockedDesign:
    """A comparison that is settled: nothing of it depends on an outcome.

    Parameters
    ----------
    treated : ndarray of bool, shape (n,)
    weights : ndarray of float, shape (n,)
        Under "ATT" and "ATM" a treated person who is used has 1; 0: not used.
    matched_set : ndarray of int, shape (n,), or None
        The number of each person's matched set, from 0; -1: unmatched. None where a person may
        stand in several sets (matching with replacement) or there are none (weighting).
    pairs : Pairs or None
        Row numbers (treated, comparison). None where pairs are not listed: radius matching and
        weighting.
    covariates : ndarray of float, shape (n, k)
        What balance is judged on; a category has a column for each level but its reference.
    covariate_names : tuple of str, length k
    score : ndarray of float, shape (n,), or None
        The propensity score.
    times_used : ndarray of int, shape (n,)
        In how many treated people's matches a comparison person stands; 0 for the treated.
    estimand : {"ATT", "ATM", "ATE", "ATO"}
        See `ESTIMANDS`. Treated people without a match turn "ATT" into "ATM".
    method : str
        In words, as a report prints it.
    sha256 : str
        Over rows, covariates, score, weights, pairs, method and seed.
    unmatched_treated : ndarray of int
        Row numbers of treated people who are not used.
    reference_levels : tuple of (str, tuple of int)
        The name of each category's reference level, and its other levels' columns.
    score_columns : ndarray of float, shape (n, p), or None
        The columns, without the constant, that gave the score.
    score_method : str
        How the score was fitted, in words.
    opened_before : tuple of str
        SHA-256 of earlier designs of the same people whose outcomes had been opened before this
        one was locked: not empty means that this design is not blind.
    """

    treated: Flags
    weights: Floats
    matched_set: Ints | None
    pairs: Pairs | None
    covariates: Floats
    covariate_names: tuple[str, ...]
    score: Floats | None
    times_used: Ints
    estimand: str
    method: str
    sha256: str
    unmatched_treated: Ints
    reference_levels: tuple[tuple[str, tuple[int, ...]], ...] = ()
    score_columns: Floats | None = None
    score_method: str = ""
    opened_before: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            if (array := getattr(self, name)) is not None:
                object.__setattr__(self, name, _read_only(array))
        if self.pairs is not None:
            object.__setattr__(self, "pairs", Pairs(*map(_read_only, self.pairs)))

    @property
    def outcome_blind(self) -> bool:
        """Whether no outcome of these people had been opened when the design was locked."""
        return not self.opened_before

    @property
    def counts(self) -> dict[str, int]:
        """People: treated, treated_used, comparison, comparison_used."""
        used = self.weights > 0
        return {
            "treated": int(self.treated.sum()),
            "treated_used": int((used & self.treated).sum()),
            "comparison": int((~self.treated).sum()),
            "comparison_used": int((used & ~self.treated).sum()),
        }

    def __str__(self) -> str:
        c = self.counts
        said = (
            f"{self.method}: {c['treated_used']:,} of {c['treated']:,} treated people against "
            f"{c['comparison_used']:,} of {c['comparison']:,} others; "
            f"{self.estimand}, the {ESTIMANDS.get(self.estimand, self.estimand)}"
        )
        lost = c["treated"] - c["treated_used"]
        if lost:
            said += f" (not used, and so not spoken for: {lost:,} treated)"
        blind = "" if self.outcome_blind else "; changed after outcomes had been opened"
        return f"{said}{blind}; locked as {self.sha256[:12]}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, without any person's."""
        return {
            **self.counts,
            "estimand": self.estimand,
            "method": self.method,
            "score_method": self.score_method,
            "covariates": list(self.covariate_names),
            "sha256": self.sha256,
            "opened_before": list(self.opened_before),
        }

    def with_outcomes(self) -> pd.DataFrame:
        """Return the outcomes of all n people, in the order of the rows; the design stays as it is.

        From here on, another design of the same people is no longer blind, and says so.

        Raises
        ------
        DesignError
            If the design was made from arrays and holds no outcomes.
        """
        try:
            release = _sealed[self]
        except KeyError:
            raise DesignError(
                "this design holds no outcomes; make it with `open_design`, naming `outcomes`"
            ) from None
        return release()


_ARRAYS = (
    "treated", "weights", "matched_set", "covariates", "score", "times_used", "unmatched_treated",
    "score_columns",
)  # fmt: skip


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return the same numbers, which cannot be changed from here."""
    own = array.view()
    own.flags.writeable = False
    return own


# Outcomes by design, out of reach of its attributes.
_sealed: WeakKeyDictionary[LockedDesign, Callable[[], pd.DataFrame]] = WeakKeyDictionary()


def seal(design: LockedDesign, release: Callable[[], pd.DataFrame]) -> LockedDesign:
    """Return *design*, whose outcomes *release* gives when it is asked for them."""
    _sealed[design] = release
    return design


def fingerprint(arrays: Mapping[str, NDArray[Any] | None], settings: Mapping[str, Any]) -> str:
    """Return the SHA-256 of named arrays and settings, the same on every machine.

    Parameters
    ----------
    arrays : mapping of str to ndarray or None
        Numbers, in little-endian 64-bit form; texts as UTF-8.
    settings : mapping
        Plain values.
    """
    digest = _sha256(json.dumps(dict(settings), sort_keys=True, default=str).encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(name.encode() + b"\0")
        if array is None:
            continue
        digest.update(f"{array.shape}".encode())
        digest.update(_bytes(array))
    return digest.hexdigest()


def _bytes(array: NDArray[Any]) -> bytes | memoryview:
    if array.dtype.kind == "f":
        plain = np.ascontiguousarray(array + 0.0, dtype="<f8")  # -0.0 and 0.0 are one number
        return plain.data.cast("B") if plain.size else b""
    if array.dtype.kind in "biu":
        plain = np.ascontiguousarray(array, dtype="<i8")
        return plain.data.cast("B") if plain.size else b""
    return "\x1f".join(map(str, array.tolist())).encode()
