"""A made column: distinct cells and the place of each row's among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Objects = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class MadeColumn:
    """Distinct cells, and the place of each row's cell among them (-1: nothing)."""

    code: Ints
    labels: Objects


def with_blanks(state: Ints, code: Ints, labels: Objects, blanks: Objects) -> MadeColumn:
    """Return a column that has *labels* where the state is 0 and its blank elsewhere.

    Parameters
    ----------
    state : ndarray of int64, shape (n,)
        0, or 1 + the place of the blank.
    code : ndarray of int64, shape (n,)
        Place in *labels*; read only where the state is 0.
    labels, blanks : ndarray of object
    """
    places = np.full(len(blanks) + 1, -1, dtype=np.int64)
    texts = [i for i, blank in enumerate(blanks) if blank is not None]
    places[[i + 1 for i in texts]] = len(labels) + np.arange(len(texts))
    extra = np.empty(len(texts), dtype=object)
    extra[:] = [blanks[i] for i in texts]
    return MadeColumn(
        code=np.where(state == 0, code, places[np.maximum(state, 0)]),
        labels=np.concatenate([labels, extra]),
    )


def frame_of(columns: list[MadeColumn], headings: list[str]) -> pd.DataFrame:
    """Return made columns as a frame of categories under the old headings."""
    import pandas as pd

    series = [
        pd.Series(
            pd.Categorical.from_codes(
                np.asarray(column.code),  # type: ignore[arg-type]
                categories=pd.Index(column.labels, dtype=object),
            )
        )
        for column in columns
    ]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame()
    frame.columns = pd.Index(headings, dtype=object)
    return frame
