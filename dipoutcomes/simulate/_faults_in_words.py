"""What is wrong with a table of a recipe, in lines that can be acted on.

Never the input itself: a message may be pasted into an email.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError


def faults_in_words(error: ValidationError, section: type[BaseModel]) -> list[str]:
    """Return one line about each fault that pydantic found in *section*."""
    return [_line(fault, section) for fault in error.errors(include_input=False)]


def counted(problems: list[str]) -> str:
    """Return how many faults there are, in words."""
    return f"{len(problems)} fault{'s' if len(problems) > 1 else ''}"


def _line(fault: Any, section: type[BaseModel]) -> str:
    *path, key = fault["loc"] or (section.__name__.lower(),)
    where = ".".join(str(part) for part in path) or "top level"
    if fault["type"] == "extra_forbidden":
        known = _keys_at(path, section)
        near = get_close_matches(str(key), known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"the keys are {', '.join(known)}"
        return f"  [{where}] has no key '{key}'; {hint}"
    if fault["type"] == "missing" and isinstance(key, int):
        return f"  [{where}] needs {key + 1} values at least"
    if fault["type"] == "missing":
        return f"  [{where}] needs the key '{key}'"
    return f"  [{where}] {key}: {fault['msg'].removeprefix('Value error, ')}"


def _keys_at(path: list[Any], section: type[BaseModel]) -> list[str]:
    """Return the keys that the section at *path* knows; a number in it is a place in a list."""
    for part in path:
        if isinstance(part, int):
            continue
        annotation: Any = section.model_fields[part].annotation
        inner = [arg for arg in get_args(annotation) if isinstance(arg, type)]
        section = inner[0] if inner else annotation
    return list(section.model_fields)
