"""One form for the same content: JSON and CSV whose bytes are equal whenever their values are."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import inf, isinf, isnan, nan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

DIGITS = 12
_INFINITE = {"inf": inf, "-inf": -inf}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?%?", re.IGNORECASE)
_ROWS_AT_A_TIME = 1 << 16  # of a CSV file in the making
_OF_INTERVAL = ("low", "high", "value")
_OF_ESTIMATE = ("value", "base", "reference_base", "p_value")


def canonical_json(value: Any) -> bytes:
    """Return plain values as JSON in one form.

    Keys are sorted; a float has 12 significant digits; nan is ``null``; infinities are the texts
    ``"inf"`` and ``"-inf"``; decimals and dates are texts; UTF-8 with a line feed at the end.

    Raises
    ------
    TypeError
        If a value is of any other type: what has no one form is not written.

    Examples
    --------
    >>> print(canonical_json({"b": float("inf"), "a": 0.1 + 0.2}).decode(), end="")
    {
      "a": 0.3,
      "b": "inf"
    }
    """
    text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True)
    return (text + "\n").encode()


def from_canonical_json(data: bytes) -> Any:
    """Return what `canonical_json` wrote, as dicts, lists and plain values.

    ``"inf"`` and ``"-inf"`` become floats wherever they stand. ``null`` becomes nan only where a
    result keeps a float: ``low``, ``high`` and ``value`` of an interval or curve (a mapping with
    a ``confidence_level``); ``value``, ``base``, ``reference_base`` and ``p_value`` of an estimate
    (a mapping with an ``interval``). Elsewhere it is ``None``. Decimals and dates stay texts.
    """
    return json.loads(data, object_hook=_restored)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, Mapping):
        return {_key(k): _plain(v) for k, v in value.items()}
    if isinstance(value, datetime):
        return None if value != value else value.isoformat()  # noqa: PLR0124  (NaT)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return [_plain(v) for v in value.tolist()]
    raise TypeError(f"a value of type {type(value).__name__} has no canonical JSON form")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of canonical JSON must be str, not {type(key).__name__}")
    return key


def _plain_float(value: float) -> float | str | None:
    if isnan(value):
        return None
    if isinf(value):
        return "inf" if value > 0 else "-inf"
    return float(f"{value:.{DIGITS}g}") + 0.0  # never -0.0


def _restored(mapping: dict[str, Any]) -> dict[str, Any]:
    floats: Sequence[str] = ()
    if "confidence_level" in mapping:
        floats = _OF_INTERVAL
    elif "interval" in mapping:
        floats = _OF_ESTIMATE
    return {key: _value(value, none_is_nan=key in floats) for key, value in mapping.items()}


def _value(value: Any, *, none_is_nan: bool) -> Any:
    if value is None and none_is_nan:
        return nan
    if isinstance(value, str):
        return _INFINITE.get(value, value)
    if isinstance(value, list):
        return [_value(v, none_is_nan=none_is_nan) for v in value]
    return value


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV in one form; the index is not written.

    UTF-8, a line feed after each row; floats with 12 significant digits, ``inf`` and ``-inf``,
    an empty cell for nan, None and NaT; dates as YYYY-MM-DD; ``true`` and ``false``.

    Notes
    -----
    A text that a spreadsheet would take for a formula (it begins with ``= + - @``, a tab or a
    carriage return) gets an apostrophe in front, unless it is just a number. Headings too.
    """
    out = io.BytesIO()
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_safe(str(name)) for name in frame.columns])
    columns = [_column(frame.iloc[:, i]) for i in range(frame.shape[1])]
    for at in range(0, len(frame), _ROWS_AT_A_TIME):
        block = slice(at, at + _ROWS_AT_A_TIME)
        cells = [written[place[block]].tolist() for written, place in columns]
        writer.writerows(zip(*cells, strict=True))
    text.flush()
    return out.getvalue()


def _column(cells: pd.Series[Any]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the distinct cells as they are written, the empty one last, and each row's place.

    A ledger of a million people has millions of cells and a few thousand different ones.
    """
    import pandas as pd

    if cells.dtype == object and pd.api.types.infer_dtype(cells, skipna=True) != "string":
        # Python takes True, 1 and 1.0 for the same: such a column is written cell by cell.
        place, distinct = np.arange(len(cells)), cells
    else:
        place, unique = pd.factorize(cells)
        distinct = pd.Series(unique)
    if distinct.dtype.kind == "M":
        whole_days = distinct.eq(distinct.dt.normalize()).all()
        texts = distinct.dt.strftime("%Y-%m-%d" if whole_days else "%Y-%m-%dT%H:%M:%S.%f").tolist()
    else:
        texts = [_cell(value) for value in distinct.tolist()]
    return np.array([*texts, ""], dtype=object), np.asarray(place, dtype=np.intp)


def _cell(value: Any) -> str:
    if type(value).__name__ in {"NAType", "NaTType"}:
        return ""
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(value, str):
        return _safe(value)
    return plain if isinstance(plain, str) else repr(plain)


def _safe(text: str) -> str:
    disarmed = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    # One kind of line end inside a cell: csv.writer leaves a bare carriage return unquoted.
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{lines}" if disarmed else lines
