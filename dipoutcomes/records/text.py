"""Text, codes, identifiers and yes/no out of raw cells, worked out once for each distinct cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import is_
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.records.raw import factorise

if TYPE_CHECKING:
    import pandas as pd

MISSING_CODE = -1
BOOL_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("true", "yes", "y", "1"), "true"),
    **dict.fromkeys(("false", "no", "n", "0"), "false"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextColumn:
    """A column of texts as codes into its distinct values.

    Parameters
    ----------
    codes : ndarray of int64, shape (n,)
        Position in *labels*; -1 where there is no value, or one that is not allowed.
    labels : ndarray of str (object)
        Distinct values, surrounding spaces cut, Unicode form NFC.
    refused : ndarray of bool, shape (n,)
        A value was there and is not in the list that the column allows.
    """

    codes: NDArray[np.int64]
    labels: NDArray[np.object_]
    refused: NDArray[np.bool_]

    @classmethod
    def empty(cls, n: int) -> TextColumn:
        """Return a column of *n* missing values."""
        return cls(
            codes=np.full(n, MISSING_CODE),
            labels=np.empty(0, dtype=object),
            refused=np.zeros(n, dtype=bool),
        )

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Whether each cell was empty or declared as missing."""
        return np.asarray((self.codes == MISSING_CODE) & ~self.refused, dtype=bool)

    def values(self) -> NDArray[np.object_]:
        """Return one value a row, ``None`` where there is none."""
        return np.append(self.labels, [None])[self.codes]

    def equals(self, *words: str) -> NDArray[np.bool_]:
        """Return whether each value is one of *words*."""
        wanted = np.append(np.isin(self.labels.astype(str), words), [False])
        return np.asarray(wanted[self.codes], dtype=bool)


def type_text(
    cells: pd.Series[Any],
    *,
    missing: Sequence[str] = ("",),
    codes: Mapping[str, str] | None = None,
    choices: Mapping[str, str] | None = None,
) -> TextColumn:
    """Return the texts in a column of raw cells.

    Parameters
    ----------
    cells : Series, shape (n,)
        Text, numbers, dates or nothing; a whole number of a workbook (1001.0) becomes "1001".
    missing : sequence of str
        Texts that stand for a missing value.
    codes : mapping, optional
        Code in the file -> word; with it, a code that is not listed is refused.
    choices : mapping, optional
        Lower-case word -> the word kept; with it, any other word is refused.
    """
    import pandas as pd

    first, unique = factorise(cells)
    absent = frozenset(missing) | {""}
    texts = _texts(unique.tolist())
    words = texts if absent.isdisjoint(texts) else [None if t in absent else t for t in texts]
    listed = codes is not None or choices is not None
    kept = [_allowed(w, codes, choices) for w in words] if listed else words
    if all(map(is_, kept, unique.tolist())):  # clean already: nothing to join
        return TextColumn(
            codes=first.astype(np.int64, copy=False),
            labels=np.asarray(unique, dtype=object),
            refused=np.zeros(len(first), dtype=bool),
        )
    second, labels = pd.factorize(np.array([*kept, None], dtype=object), use_na_sentinel=True)
    refused = np.array([w is not None and k is None for w, k in zip(words, kept, strict=True)])
    return TextColumn(
        codes=np.asarray(second, dtype=np.int64)[first],  # -1 looks at the last: nothing
        labels=np.asarray(labels, dtype=object),
        refused=np.append(refused, [False]).astype(bool)[first],
    )


def _allowed(
    word: str | None, codes: Mapping[str, str] | None, choices: Mapping[str, str] | None
) -> str | None:
    if word is None:
        return None
    if codes is not None:
        if word not in codes:
            return None
        word = codes[word]
    return word if choices is None else choices.get(word.lower())


def _texts(values: list[Any]) -> Sequence[str | None]:
    """Return distinct cells as texts; a column of plain texts in one go, for it may be long."""
    try:
        if "".join(values).isascii():
            return list(map(str.strip, values))
    except TypeError:  # not only texts
        pass
    return [_text(value) for value in values]


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return (value if value.isascii() else unicodedata.normalize("NFC", value)).strip()
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        real = float(value)
        return str(int(real)) if real.is_integer() and abs(real) < 1e15 else repr(real)
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return (value.date() if midnight else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
