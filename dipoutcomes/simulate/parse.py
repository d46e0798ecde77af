"""Text in, a checked recipe out; everything that is wrong is said at once."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate.recipe import Recipe


def parse_recipe(text: str, *, name: str = "recipe") -> Recipe:
    r"""Return the recipe that a TOML text describes.

    Parameters
    ----------
    text : str
        The whole file. `Recipe` says which keys there are, with their units.
    name : str, optional
        What to call the text in an error, such as the file's name.

    Returns
    -------
    Recipe
        Frozen and checked.

    Raises
    ------
    ProtocolError
        If the text is no TOML, a key is unknown (the nearest known one is named) or missing, or
        a value is out of range. One error lists all of these.

    Examples
    --------
    >>> parse_recipe("schema_version = 1\nseeds = 3")
    Traceback (most recent call last):
        ...
    dipoutcomes.errors.ProtocolError: recipe: 7 faults in the recipe
    ...
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{name}: the text is no valid TOML: {error}") from error
    try:
        return Recipe.model_validate(table)
    except ValidationError as error:
        # Without the input: a message may be pasted into an email.
        problems = [_problem(fault) for fault in error.errors(include_input=False)]
    faults = f"{len(problems)} fault{'s' if len(problems) > 1 else ''}"
    raise ProtocolError("\n".join([f"{name}: {faults} in the recipe", *problems]))


def _problem(fault: Any) -> str:
    """Return one line about one fault that pydantic found."""
    *path, key = fault["loc"] or ("recipe",)
    where = ".".join(str(part) for part in path) or "top level"
    if fault["type"] == "extra_forbidden":
        known = _keys_at(path)
        near = get_close_matches(str(key), known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"the keys are {', '.join(known)}"
        return f"  [{where}] has no key '{key}'; {hint}"
    if fault["type"] == "missing" and isinstance(key, int):
        return f"  [{where}] needs {key + 1} values at least"
    if fault["type"] == "missing":
        return f"  [{where}] needs the key '{key}'"
    return f"  [{where}] {key}: {fault['msg'].removeprefix('Value error, ')}"


def _keys_at(path: list[Any]) -> list[str]:
    """Return the keys that the section at *path* knows; a number in it is a place in a list."""
    section: type[BaseModel] = Recipe
    for part in path:
        if isinstance(part, int):
            continue
        annotation: Any = section.model_fields[part].annotation
        inner = [arg for arg in get_args(annotation) if isinstance(arg, type)]
        section = inner[0] if inner else annotation
    return list(section.model_fields)
