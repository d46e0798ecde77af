"""Rows of a table as the lines of a scorecard: headings, marks for what is withheld, references."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol._messages import hint_for
from dipoutcomes.scorecard.audit.model import Line

_NUMBERS = {"count", "decimals", "at_least", "most_per_person"}
_REFERENCES = {"of", "part_of", "within", "people"}
_WHOLE = {
    *_NUMBERS,
    "of",
    "people",
    "total",
    "earlier",
    "per",
    "items",
    "opens_months",
    "proof_months",
}
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0", "")
#: What is printed where a figure is withheld or does not apply: it is neither blank nor 0.
_NOT_SHOWN = re.compile(
    r"\*+|[-\u2013\u2014]+|\.{2,}|n/?a|s|c|suppressed|withheld|not (?:shown|applicable|available)"
    r"|(?:<=?|\u2264|less than|fewer than|under|up to) ?\d+ ?%?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(-?\d{1,3}(?:[,\s]\d{3})+|-?\d+)(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"(\d+),(\d{1,2})")


def heading_of(cell: Any) -> str:
    """Return a heading as a key: ``Part of`` is ``part_of``."""
    return re.sub(r"\s+", "_", str(cell).strip().casefold())


def rows_as_lines(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of a table as the entries of ``[[line]]``.

    Raises
    ------
    ProtocolError
        With one line for every heading that is no key; they are not repeated row by row.
    """
    found = [cells_of(row) for row in rows]
    headings = dict.fromkeys(key for cells in found for key in cells)
    _check_headings(list(headings), empty=not found)
    labels = Counter(_slug(str(cells.get("label", ""))) for cells in found)
    ids = [_with_id(_withheld(cells), labels) for cells in found]
    by_label = {_slug(str(line["label"])): line["id"] for line in ids if "label" in line}
    by_label = {label: name for label, name in by_label.items() if labels[label] == 1}
    known = {line.get("id") for line in ids}
    for line in ids:
        for key in _REFERENCES & line.keys():
            if isinstance(line[key], str) and line[key] not in known:
                label = _slug(line[key])
                line[key] = by_label.get(label, label or line[key])
    return ids


def _check_headings(headings: list[str], *, empty: bool) -> None:
    known = list(Line.model_fields)
    if empty:
        raise ProtocolError("the table has no row below its headings; a row is a line")
    faults = [
        f"no key is called '{key}'; {hint_for(key, known)}" if key else
        "a column without a heading holds figures; give it one, or empty it"
        for key in headings if key not in known
    ]  # fmt: skip
    listed = f"the keys are {', '.join(known)}"
    faults = [fault.replace(f"; {listed}", "") for fault in faults]
    if "label" not in headings:
        faults.insert(0, "no column is called 'label', the words beside each figure")
    if faults:
        raise ProtocolError("\n".join([*faults, f"Headings: {listed}"]))


def cells_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row that hold something, numbers and flags as a TOML file has them."""
    found: dict[str, Any] = {}
    for heading, cell in row.items():
        if cell is None or str(cell).strip() in {"", "nan", "NaT"}:  # as data frames have blanks
            continue
        key = heading_of(heading)
        found[key] = _cell(key, cell)
    return found


def _withheld(cells: dict[str, Any]) -> dict[str, Any]:
    """Return the cells without marks in place of figures, and with what the mark was."""
    marks = {
        key: cells[key].strip()
        for key in ("count", "percent")
        if isinstance(cells.get(key), str) and _NOT_SHOWN.fullmatch(cells[key].strip())
    }
    kept = {key: cell for key, cell in cells.items() if key not in marks}
    return kept if not marks else {"not_shown": next(iter(marks.values())), **kept}


def _with_id(cells: dict[str, Any], labels: Mapping[str, int]) -> dict[str, Any]:
    """Return a row with an id: its label, after its section where several rows have one label."""
    if "id" in cells or "label" not in cells:
        return cells
    name = _slug(str(cells["label"]))
    if labels[name] > 1 and "section" in cells:
        name = _slug(f"{cells['section']} {cells['label']}")
    return {**cells, "id": name}


def _slug(words: str) -> str:
    """Return words as an id: small letters without accents, digits, and _ for the rest."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _cell(key: str, cell: Any) -> Any:
    """Return a cell as its column needs it; what cannot be read is left for the checks to name."""
    if not isinstance(cell, str | bool | int | float | Decimal):
        return cell
    text = str(cell).strip()
    if key in {"percent", "printed", "change_percent"}:
        number = _decimal(text.removesuffix("%").strip())
        return text if number is None else number
    if key == "sample":
        low = text.casefold()
        return True if low in _YES else False if low in _NO else text
    if key in _WHOLE:
        found = _THOUSANDS.fullmatch(text)
        if found is None or (found[2] or "").strip(".0"):
            return text
        return int(re.sub(r"[,\s]", "", found[1]))
    return text if isinstance(cell, str) else cell


def _decimal(text: str) -> Decimal | None:
    """Return a cell's number, its digits after the point kept; None where it is none.

    A comma parts thousands where three digits follow it, and is a decimal comma before one or two.
    """
    comma = _DECIMAL_COMMA.fullmatch(text)
    if comma:
        return Decimal(f"{comma[1]}.{comma[2]}")
    plain = re.sub(r"[,\s]", "", text) if _THOUSANDS.fullmatch(text) else text
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
