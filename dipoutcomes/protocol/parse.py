"""Turn the text of a protocol file into frozen sections, or say everything that is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol._messages import line_for, model_in
from dipoutcomes.protocol.check import check_protocol
from dipoutcomes.protocol.model import Protocol

#: A value that was meant as a date: 1/4/2013, 2013-4-1, 2013-13-01.
_LIKE_A_DATE = re.compile(r"=\s*(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})")


def parse_protocol(text: str, *, name: str = "protocol") -> Protocol:
    """Return the study that a protocol file describes.

    Parameters
    ----------
    text : str
        The whole file, TOML 1.0. Decimals are read as decimals, never as floats.
    name : str, optional
        What to call the file where its TOML cannot be read.

    Returns
    -------
    Protocol
        Frozen sections with every default filled in; parts that contradict each other have
        been refused.

    Raises
    ------
    ProtocolError
        With one line for every fault: a misspelt key (and the nearest known one), a missing
        key, a value of the wrong kind, parts that contradict each other. Where the file is not
        TOML at all, the first line that cannot be read.

    Examples
    --------
    >>> text = '''
    ... schema_version = 1
    ... [study]
    ... id = "example"
    ... kind = "summary"
    ... title = "An example"
    ... data = "published"
    ... [[finding]]
    ... name = "not_arrested"
    ... says = "had not been arrested"
    ... base_says = "sampled clients"
    ... count = 21
    ... base = 28
    ... '''
    >>> parse_protocol(text).finding[0].base
    28
    >>> parse_protocol(text.replace("count", "cuont"))
    Traceback (most recent call last):
    ...
    dipoutcomes.errors.ProtocolError: [[finding]] 1 (not_arrested) has no key 'cuont'; did you
    mean 'count'?
    [[finding]] 1 (not_arrested) needs the key 'count'
    """
    raw = _read(text, name)
    try:
        protocol = Protocol.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
    else:
        problems = check_protocol(protocol)
        if problems:
            raise ProtocolError("\n".join(problems))
        return protocol
    # A misspelt key first, then what is missing: often the same fault seen twice.
    order = {"extra_forbidden": 0, "missing": 1}
    details.sort(
        key=lambda fault: (str(fault["loc"][0]), order.get(fault["type"], 2), str(fault["loc"]))
    )
    problems = [line_for(fault, raw, Protocol) for fault in details]
    broken = frozenset(_dotted(fault["loc"]) for fault in details)
    partial = _partial(Protocol, raw, broken)
    assert isinstance(partial, Protocol)  # noqa: S101  (for the type checker)
    # A key too many harms no other rule, unless it cost us the whole entry of a list.
    unsound = frozenset(
        _dotted(fault["loc"])
        for fault in details
        if fault["type"] != "extra_forbidden" or any(isinstance(s, int) for s in fault["loc"])
    )
    problems += check_protocol(partial, broken=unsound)
    # `from None`: the cause would print pydantic's own words under ours.
    raise ProtocolError("\n".join(dict.fromkeys(problems))) from None


def _read(text: str, name: str) -> dict[str, Any]:
    try:
        # A byte order mark is what Windows editors put in front of UTF-8 text.
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(_syntax(str(error), text, name)) from None


def _syntax(message: str, text: str, name: str) -> str:
    what, _, position = message.rpartition(" (at ")
    found = re.search(r"line (\d+), column (\d+)", position)
    lines = text.splitlines()
    where = f"line {found[1]}, column {found[2]}" if found else f"line {len(lines)} (the last)"
    line = lines[int(found[1]) - 1] if found and int(found[1]) <= len(lines) else ""
    return f"{name}, {where}: {_in_plain_words(what, line)}"


def _in_plain_words(what: str, line: str) -> str:
    """Return what the TOML reader found, in words for who wrote the *line*."""
    twice = re.match(r"Cannot declare \((.*?),?\) twice", what)
    heading = re.match(r"\s*\[+\s*([\w.-]+)", line)
    if heading and heading[1] in {"window", "finding", "amendment", "analysis.contrast"}:
        # Each of these may occur many times, and the fault is nearly always one bracket.
        return f"write [[{heading[1]}]], with two brackets, every time"
    if twice:
        heading_twice = ".".join(part.strip(" '\"") for part in twice[1].split(","))
        return f"[{heading_twice}] is headed twice; a section is written once"
    if what.startswith("Cannot overwrite"):
        return "this key is given twice"
    if _LIKE_A_DATE.search(line):
        return "this is no date; write the year, month and day as in 2013-04-01, with no quotes"
    if "Invalid value" in what:
        what += "; text stands in quotes, a date does not, and true and false are small letters"
    return what


def _dotted(loc: tuple[int | str, ...]) -> str:
    """Return a position without list indices: ``window.opens.months``."""
    return ".".join(step for step in loc if isinstance(step, str))


def _partial(model: type[BaseModel], raw: Mapping[str, Any], broken: frozenset[str]) -> BaseModel:
    """Return *model* with the fields that are sound, so that the other rules can still be judged.

    What is broken is absent from the result; `check_protocol` passes over rules that need it.
    """
    values = {}
    for key, field in model.model_fields.items():
        if key not in raw or key in broken:
            continue
        inner = frozenset(b.removeprefix(f"{key}.") for b in broken if b.startswith(f"{key}."))
        if not inner:
            values[key] = _field(field).validate_python(raw[key])
        elif isinstance(raw[key], Mapping):
            section = model_in(field.annotation)
            values[key] = _partial(section, raw[key], inner) if section else raw[key]
    return model.model_construct(**values)


def _field(field: FieldInfo) -> TypeAdapter[Any]:
    annotation: Any = field.annotation
    if field.metadata:
        annotation = Annotated[(annotation, *field.metadata)]
    return TypeAdapter(annotation)
