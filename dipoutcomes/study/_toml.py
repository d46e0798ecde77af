"""Plain values as TOML: what a protocol that was read and altered is written with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(values: Mapping[str, Any]) -> str:
    """Return *values* as TOML: plain keys first, then tables, then lists of tables.

    Raises
    ------
    TypeError
        If a value has no form in TOML.

    Examples
    --------
    >>> print(toml_text({"version": 1, "study": {"id": "a", "days": [1, 2]}}), end="")
    version = 1
    <BLANKLINE>
    [study]
    id = "a"
    days = [1, 2]
    """
    return "\n".join(_lines(values, ())).lstrip("\n") + "\n"


def _lines(values: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    tables: list[tuple[str, Any]] = []
    for key, value in values.items():
        entries = value if isinstance(value, list) else [value]
        if value and entries and all(isinstance(entry, Mapping) for entry in entries):
            tables.append((key, value))
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    for key, value in tables:
        name = ".".join(_key(part) for part in (*path, key))
        if isinstance(value, Mapping):
            lines += ["", f"[{name}]", *_lines(value, (*path, key))]
            continue
        for entry in value:
            lines += ["", f"[[{name}]]", *_lines(entry, (*path, key))]
    return lines


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(entry) for entry in value) + "]"
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {_value(entry)}" for key, entry in value.items())
        return "{ " + inside + " }" if inside else "{}"
    raise TypeError(f"a value of type {type(value).__name__} has no form in TOML")
