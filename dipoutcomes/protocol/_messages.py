"""What pydantic found, said in the words of the protocol file: one plain line a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

Loc = tuple[int | str, ...]

#: Keys that people reach for, which live elsewhere; a nearest spelling would mislead.
ELSEWHERE = {
    ("outcome", "follow_up"): "the length of follow-up is set by the [[window]] tables",
    ("outcome", "follow_up_months"): "the length of follow-up is set by the [[window]] tables",
    ("cohort", "size"): "the number drawn is [sample] size",
    ("study", "confidence_level"): "it belongs to [analysis]",
    ("study", "measure"): "it belongs to [outcome]",
}


def line_for(error: ErrorDetails, raw: Mapping[str, Any], root: type[BaseModel]) -> str:
    """Return one line that says where the fault is, what was found and what to write."""
    loc = tuple(error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown_key(loc, raw, root)
    if error["type"] == "missing":
        return _missing_key(loc, raw, root)
    where, key = place(loc[:-1], raw), str(loc[-1])
    if isinstance(loc[-1], int) and len(loc) > 1:  # an entry of a list, such as exclude
        where, key = place(loc[:-2], raw), f"{loc[-2]} (entry {loc[-1] + 1})"
    says = _SAYS.get(error["type"], _anything_else)(error)
    return f"{where} {key}: {says}" if where else f"{key}: {says}"


def place(loc: Loc, raw: Mapping[str, Any]) -> str:
    """Return a position as its heading in the file: ``[[window]] 2 (3+ months after) opens``."""
    if not loc:
        return ""
    value: Any = raw
    dotted: list[str] = []
    said = ""
    for step in loc:
        value = _step(value, step)
        if isinstance(step, int):
            label = _label(value)
            said += f"[[{'.'.join(dotted)}]] {step + 1}{f' ({label})' if label else ''}"
            dotted = []
        else:
            dotted.append(step)
    if not dotted:
        return said
    tail = ".".join(dotted)
    return f"{said} {tail}" if said else f"[{tail}]"


def hint_for(key: str, known: Sequence[str]) -> str:
    """Return ``did you mean 'x'?``, or all the keys where none is near."""
    near = get_close_matches(key.casefold(), known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"the keys are {', '.join(known)}"


def shown(value: Any) -> str:
    """Return a value as it would be written in the file, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}...'"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)


def model_at(loc: Loc, root: type[BaseModel]) -> type[BaseModel] | None:
    """Return the section that a position lies in, or None inside a free table of names."""
    model: type[BaseModel] | None = root
    for step in loc:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(step) if model else None
        model = model_in(field.annotation) if field else None
    return model


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the section that a field holds, alone, optional or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {tuple, Union, UnionType}:
        found = (model_in(inner) for inner in get_args(annotation))
        return next((model for model in found if model), None)
    return None


def _step(value: Any, step: int | str) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, Mapping) else None


def _label(value: Any) -> str:
    for key in ("name", "says", "key"):
        if isinstance(_step(value, key), str):
            return str(value[key])
    return ""


def _unknown_key(loc: Loc, raw: Mapping[str, Any], root: type[BaseModel]) -> str:
    where, key = place(loc[:-1], raw), str(loc[-1])
    model = model_at(loc[:-1], root)
    known = list(model.model_fields) if model else []
    hint = hint_for(key, known)
    if not where:
        kind = "section" if isinstance(raw.get(key), Mapping | list) else "key"
        hint = hint.replace("the keys are", "the sections are") if kind == "section" else hint
        written = f"[{key}]" if kind == "section" else f"'{key}'"
        return f"the protocol has no {kind} {written}; {hint}"
    names = tuple(str(step) for step in loc if isinstance(step, str))
    if names in ELSEWHERE:
        hint = f"the keys are {', '.join(known)}; {ELSEWHERE[names]}"
    return f"{where} has no key '{key}'; {hint}"


def _missing_key(loc: Loc, raw: Mapping[str, Any], root: type[BaseModel]) -> str:
    where, key = place(loc[:-1], raw), str(loc[-1])
    if not where:
        is_section = model_at(loc, root) is not None
        return f"the protocol needs the {f'section [{key}]' if is_section else f'key {key!r}'}"
    if model_at(loc, root) is not None and model_at(loc[:-1], root) is not None and len(loc) == 2:
        return f"{where} needs the table [{loc[0]}.{key}]"
    return f"{where} needs the key '{key}'"


def _choice(error: ErrorDetails) -> str:
    expected = str(error.get("ctx", {}).get("expected", ""))
    choices = [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(", ")]
    near = get_close_matches(str(error["input"]), choices, n=1)
    hint = f"did you mean '{near[0]}'? The" if near else "the"
    return f"{shown(error['input'])} is not a choice; {hint} choices: {', '.join(choices)}"


def _date(error: ErrorDetails) -> str:
    value = error["input"]
    if isinstance(value, datetime):
        return f"{shown(value)} has a time of day; write the date alone, as in 2013-04-01"
    return f"{shown(value)} is not a date; write it as 2013-04-01, with no quotes"


def _limit(words: str, bound: str) -> Callable[[ErrorDetails], str]:
    def says(error: ErrorDetails) -> str:
        value, limit = error["input"], error.get("ctx", {}).get(bound)
        percent = isinstance(value, int | Decimal) and error["loc"][-1] == "confidence_level"
        hint = " (95% is written 0.95)" if percent and not Decimal("0.5") <= value < 1 else ""
        return f"must be {words} {limit}; got {shown(value)}{hint}"

    return says


def _must_be(what: str) -> Callable[[ErrorDetails], str]:
    return lambda error: f"must be {what}; got {shown(error['input'])}"


def _anything_else(error: ErrorDetails) -> str:
    return f"cannot be read; got {shown(error['input'])}"


_SAYS: dict[str, Callable[[ErrorDetails], str]] = {
    "literal_error": _choice,
    "date_type": _date,
    "int_type": _must_be("a whole number, without quotes"),
    "bool_type": _must_be("true or false, without quotes"),
    "string_type": _must_be("text in quotes"),
    "string_pattern_mismatch": _must_be("small letters, digits, hyphens and underscores"),
    "string_too_short": lambda e: (
        f"must have at least {e.get('ctx', {}).get('min_length')} characters"
        if e["input"]
        else "must not be empty"
    ),
    "string_too_long": lambda e: (
        f"must have at most {e.get('ctx', {}).get('max_length')} character; got {shown(e['input'])}"
    ),
    "too_short": lambda _: "must not be empty",
    "decimal_type": _must_be("a number, without quotes"),
    "decimal_parsing": _must_be("a number, without quotes"),
    "finite_number": _must_be("a finite number"),
    "tuple_type": _must_be("a list in square brackets, or [[...]] tables"),
    "dict_type": _must_be("a table of names"),
    "model_type": _must_be("a table"),
    "greater_than": _limit("greater than", "gt"),
    "greater_than_equal": _limit("at least", "ge"),
    "less_than": _limit("less than", "lt"),
    "less_than_equal": _limit("at most", "le"),
}
