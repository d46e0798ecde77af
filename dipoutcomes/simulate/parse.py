"""Text in, a checked recipe out; everything that is wrong is said at once."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate._faults_in_words import counted, faults_in_words
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
    TypeError
        If *text* is no text.

    Examples
    --------
    >>> parse_recipe("schema_version = 1\nseeds = 3")
    Traceback (most recent call last):
        ...
    dipoutcomes.errors.ProtocolError: recipe: 7 faults in the recipe
    ...
    """
    if not isinstance(text, str):
        raise TypeError(
            f"`text` must be the text of a recipe (a str), got {type(text).__name__}; read the "
            'file first, with Path("recipe.toml").read_text("utf-8")'
        )
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{name}: the text is no valid TOML: {error}") from error
    try:
        return Recipe.model_validate(table)
    except ValidationError as error:
        problems = faults_in_words(error, Recipe)
    raise ProtocolError("\n".join([f"{name}: {counted(problems)} in the recipe", *problems]))
