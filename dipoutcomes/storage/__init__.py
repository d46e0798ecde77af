"""The only file access: reading tables, protocols and keys; writing results whole or not at all.

Names are exported lazily, so that reading a protocol does not load a data frame library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dipoutcomes.storage._duckdb import parquet_bytes
    from dipoutcomes.storage.canonical import canonical_json, csv_bytes, from_canonical_json
    from dipoutcomes.storage.locate import resolve_source, sha256_of
    from dipoutcomes.storage.manifest import check_manifest, make_manifest, read_manifest
    from dipoutcomes.storage.read import read_frame, read_raw_table
    from dipoutcomes.storage.texts import lock_path, read_key, read_lock_text, read_protocol_text
    from dipoutcomes.storage.write import check_replaceable, write_atomic, write_folder

__all__ = [
    "canonical_json",
    "check_manifest",
    "check_replaceable",
    "csv_bytes",
    "from_canonical_json",
    "lock_path",
    "make_manifest",
    "parquet_bytes",
    "read_frame",
    "read_key",
    "read_lock_text",
    "read_manifest",
    "read_protocol_text",
    "read_raw_table",
    "resolve_source",
    "sha256_of",
    "write_atomic",
    "write_folder",
]

_HOME = {
    "canonical_json": "canonical",
    "check_manifest": "manifest",
    "check_replaceable": "write",
    "csv_bytes": "canonical",
    "from_canonical_json": "canonical",
    "lock_path": "texts",
    "make_manifest": "manifest",
    "parquet_bytes": "_duckdb",
    "read_frame": "read",
    "read_key": "texts",
    "read_lock_text": "texts",
    "read_manifest": "manifest",
    "read_protocol_text": "texts",
    "read_raw_table": "read",
    "resolve_source": "locate",
    "sha256_of": "locate",
    "write_atomic": "write",
    "write_folder": "write",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
