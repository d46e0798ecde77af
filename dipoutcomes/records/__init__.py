"""The data dictionary, and the way raw tables pass it: checks, quarantine, pseudonyms.

Names are exported lazily, so that reading a protocol does not load a data frame library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dipoutcomes.records.dates import DateColumn, type_dates
    from dipoutcomes.records.dictionary import DICTIONARY, ColumnSpec, TableSpec
    from dipoutcomes.records.load import Records, load_records
    from dipoutcomes.records.pseudonyms import DEMONSTRATION_KEY, pseudonym
    from dipoutcomes.records.quarantine import TooManyRejectsError
    from dipoutcomes.records.raw import RawTable
    from dipoutcomes.records.row_rules import RowRule
    from dipoutcomes.records.rules import LoadRules, TableRules

__all__ = [
    "DEMONSTRATION_KEY",
    "DICTIONARY",
    "ColumnSpec",
    "DateColumn",
    "LoadRules",
    "RawTable",
    "Records",
    "RowRule",
    "TableRules",
    "TableSpec",
    "TooManyRejectsError",
    "load_records",
    "pseudonym",
    "type_dates",
]

_HOME = {
    "DEMONSTRATION_KEY": "pseudonyms",
    "DICTIONARY": "dictionary",
    "ColumnSpec": "dictionary",
    "DateColumn": "dates",
    "LoadRules": "rules",
    "RawTable": "raw",
    "Records": "load",
    "RowRule": "row_rules",
    "TableRules": "rules",
    "TableSpec": "dictionary",
    "TooManyRejectsError": "quarantine",
    "load_records": "load",
    "pseudonym": "pseudonyms",
    "type_dates": "dates",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
