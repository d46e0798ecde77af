"""Calibrate a recipe of made-up people to the published figures that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dipoutcomes import storage
from dipoutcomes.errors import StorageError
from dipoutcomes.study.plan import Progress, silent

if TYPE_CHECKING:
    from dipoutcomes.simulate.calibration.fit import Fit


def calibrate_recipe(
    recipe: str | Path,
    *,
    out: str | Path | None = None,
    people: int = 20_000,
    progress: Progress = silent,
) -> Fit:
    """Move the free numbers of a recipe, and return its fit to every published figure.

    Parameters
    ----------
    recipe : str or Path
        Recipe file with ``[[target]]`` and ``[[free]]``; without free numbers the fit is told as
        it is.
    out : str or Path, optional
        A file that must not exist yet: the recipe with the numbers found, comments and all.
    people : int, default 20,000
        Made up at each step; five times as many for the fit that is told.
    progress : callable, optional

    Returns
    -------
    Fit

    Raises
    ------
    ProtocolError
        If the recipe cannot be read, names no figure, a free number cannot be moved between its
        limits, or does not stand on a line of its own in the file.
    StorageError
        If *out* exists.
    """
    from dipoutcomes.simulate import parse_recipe
    from dipoutcomes.simulate.calibration.rewrite import with_numbers
    from dipoutcomes.simulate.calibration.search import calibrate, check_free

    place = Path(recipe)
    text = storage.read_protocol_text(place)
    parsed = parse_recipe(text, name=place.name)
    target = None if out is None else Path(out)
    if target is not None:
        if target.suffix.lower() != ".toml":
            raise StorageError(
                f"'{target.name}' must end in .toml: the calibrated recipe goes there"
            )
        if target.exists():
            raise StorageError(f"'{target}' exists already; choose another name")
        check_free(parsed)
        with_numbers(text, {free.key: free.low for free in parsed.free})  # before minutes of work
    _, fit = calibrate(parsed, people=people, check_with=5 * people, progress=progress)
    if target is not None:
        storage.write_atomic(target, with_numbers(text, dict(fit.moved)).encode())
    return fit
