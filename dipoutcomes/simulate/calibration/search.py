"""Move the free numbers of a recipe until its people come near to the published figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from dipoutcomes.errors import DesignError, ProtocolError
from dipoutcomes.simulate.calibration.fit import Fit, TargetFit, fit_to_targets
from dipoutcomes.simulate.calibration.targets import Free
from dipoutcomes.simulate.recipe import Recipe

Progress = Callable[[str], None]
Floats = NDArray[np.float64]

SIGNIFICANT = 4  # digits of a number found: more would be noise
ROUNDS = 12
FIRST_RADIUS, LAST_RADIUS = 0.5, 0.1  # on the line of `_to_line`; a unit is a factor of about e
REACH = 1.5  # a round may go so many radii from where it stands


def calibrate(
    recipe: Recipe,
    *,
    people: int = 20_000,
    check_with: int = 100_000,
    rounds: int = ROUNDS,
    progress: Progress | None = None,
) -> tuple[Recipe, Fit]:
    """Return the recipe with its free numbers moved, and its fit to every published figure.

    Parameters
    ----------
    recipe : Recipe
        With targets and, to move anything, ``[[free]]`` numbers with their limits. Without free
        numbers the fit is reported as it is.
    people : int, default 20,000
        Made up at each step.
    check_with : int, default 100,000
        Made up at the end with another seed, so that nothing is fitted to chance.
    rounds : int, default 12
        Each makes up people at two places for every free number, and at one more.
    progress : callable, optional

    Returns
    -------
    recipe, fit : Recipe, Fit
        The numbers are rounded to four significant digits before the fit is counted.

    Raises
    ------
    ProtocolError
        If there is no target, a free key names no number of the recipe, or its value lies outside
        its limits.
    DesignError
        If next to nobody enters with numbers that the search has to try.

    Notes
    -----
    The figures of so many made-up people carry Monte Carlo error, on which a search that looks for
    the one best place comes to rest too early. So each round fits straight lines to the figures
    at all places near by (a response surface: Box and Wilson 1951, Journal of the Royal
    Statistical Society B 13, 1-45) and goes where the misses, in units of their tolerances, are
    least by these lines; a place that is no better is left again, and the next round looks
    closer. It is a local search: start from plausible numbers. Targets that are held out play no
    part. With more targets than the model can meet, those that are missed say what it lacks.
    """
    check_free(recipe)
    used = tuple(target for target in recipe.target if not target.held_out)
    if not recipe.free or not used:
        return recipe, fit_to_targets(recipe, people=check_with, seed=recipe.seed + 1)
    place = _search(recipe.model_copy(update={"target": used}), people, rounds, progress)
    moved = _rounded(_moved(recipe, place), recipe.free)
    fit = fit_to_targets(moved, people=check_with, seed=recipe.seed + 1)
    return moved, replace(fit, moved=tuple((f.key, _value(moved, f.key)) for f in recipe.free))


def _search(recipe: Recipe, people: int, rounds: int, progress: Progress | None) -> Floats:
    """Return the place, on the line of `_to_line`, where the misses are least."""
    place = np.array([_to_line(_value(recipe, f.key), f) for f in recipe.free])
    tried: list[Floats] = []
    misses: list[Floats] = []
    best, least, radius = place, np.inf, FIRST_RADIUS
    for number in range(rounds):
        for step in (np.zeros(len(place)), *_steps(len(place))):
            there = place + radius * step
            # Another seed each time: their errors then average out.
            seed = recipe.seed + 2 + len(tried)
            fit = fit_to_targets(_moved(recipe, there), people=people, seed=seed)
            if unknown := [row.target.name for row in fit.rows if not np.isfinite(_miss(row))]:
                raise DesignError(
                    f"no made-up person counts for {len(unknown)} of the figures: "
                    f"{'; '.join(unknown)}. Nobody reaches the day that its months are counted "
                    "from, or the record does not cover them; make the record longer, or name "
                    "another day under 'at'"
                )
            tried.append(there)
            misses.append(np.array([_miss(row) for row in fit.rows]))
        expected, slopes = _lines(np.array(tried), np.array(misses), place, 2 * radius)
        off = float(np.sqrt(np.mean(np.square(expected))))
        if progress is not None:
            progress(f"Round {number + 1} of {rounds}: figures off by {off:.2g} tolerances")
        if off < least:
            best, least = place, off
            place = place + _best_step(expected, slopes, REACH * radius)
            radius = max(radius * 0.8, LAST_RADIUS)
        else:  # the lines did not hold so far out: back, and look closer
            radius = max(radius / 2, LAST_RADIUS)
            place = best + (place - best) / 3
    # All places near the best one, from every round: their errors average out once more.
    expected, slopes = _lines(np.array(tried), np.array(misses), best, 3 * LAST_RADIUS)
    return best + _best_step(expected, slopes, LAST_RADIUS)


def _miss(row: TargetFit) -> float:
    """Return a miss in units of what can be asked: the tolerance, and the Monte Carlo error."""
    return row.difference / float(np.hypot(row.target.tolerance, row.counted.standard_error))


def _steps(numbers: int) -> Floats:
    return np.vstack([np.eye(numbers), -np.eye(numbers)])


def _lines(
    tried: Floats, misses: Floats, place: Floats, near: float
) -> tuple[Floats, NDArray[np.float64]]:
    """Return the misses expected at *place*, and their slopes, from the places near it."""
    offset = tried - place
    close = np.max(np.abs(offset), axis=1) <= near
    if close.sum() <= len(place):  # the last round's own places are always near its start
        close[-(2 * len(place) + 1) :] = True
    design = np.column_stack([np.ones(close.sum()), offset[close]])
    found, *_ = np.linalg.lstsq(design, misses[close], rcond=None)
    return found[0], found[1:].T


def _best_step(expected: Floats, slopes: Floats, reach: float) -> Floats:
    """Return the step of at most *reach* in each number that makes the misses least."""
    from scipy.optimize import lsq_linear

    step: Floats = lsq_linear(slopes, -expected, bounds=(-reach, reach)).x
    return step


def check_free(recipe: Recipe) -> None:
    """Refuse free numbers that cannot be moved between their limits.

    Raises
    ------
    ProtocolError
        If a key names no number, or a whole one, or starts outside its limits; or if the model
        does not take the numbers between them.
    """
    faults = []
    for free in recipe.free:
        value = _value_or_none(recipe, free.key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            faults.append(f"[[free]] '{free.key}' names no number of the recipe")
        elif isinstance(value, int):
            faults.append(f"[[free]] '{free.key}' is a whole number, and only others can be moved")
        elif not free.low < value < free.high:
            faults.append(
                f"[[free]] '{free.key}' is {value:g} and must start inside its limits, "
                f"{free.low:g} to {free.high:g}"
            )
        else:
            faults += _limits_not_taken(recipe, free)
    if faults:
        raise ProtocolError("\n".join(faults))


def _limits_not_taken(recipe: Recipe, free: Free) -> list[str]:
    """Return what the model says to numbers next to the limits; the limits are never reached."""
    inside = 1e-6 * (free.high - free.low)
    said = []
    for value in (free.low + inside, free.high - inside):
        moved = _with(recipe, free.key.split("."), value)
        try:
            Recipe.model_validate(moved.model_dump())
        except ValidationError as error:
            why = error.errors(include_input=False)[0]["msg"]
            said.append(f"[[free]] '{free.key}' may not go to {value:.6g}: {why}")
    return said


def _value_or_none(recipe: Recipe, key: str) -> Any:
    place: Any = recipe
    for part in key.split("."):
        if part.isdigit() and isinstance(place, tuple) and int(part) < len(place):
            place = place[int(part)]
        else:
            place = getattr(place, part, None) if isinstance(place, BaseModel) else None
    return place


def _value(recipe: Recipe, key: str) -> float:
    return float(_value_or_none(recipe, key))


def _with(section: Any, path: list[str], value: float) -> Any:
    """Return a section with the number at *path* replaced."""
    if not path:
        return value
    here, *rest = path
    if here.isdigit():
        place = int(here)
        return (*section[:place], _with(section[place], rest, value), *section[place + 1 :])
    return section.model_copy(update={here: _with(getattr(section, here), rest, value)})


def _moved(recipe: Recipe, place: Floats) -> Recipe:
    for free, x in zip(recipe.free, place, strict=True):
        recipe = _with(recipe, free.key.split("."), _from_line(float(x), free))
    return recipe


def _rounded(recipe: Recipe, free: tuple[Free, ...]) -> Recipe:
    for f in free:
        value = float(f"{_value(recipe, f.key):.{SIGNIFICANT}g}")
        recipe = _with(recipe, f.key.split("."), value)
    return recipe


def _to_line(value: float, free: Free) -> float:
    share = (value - free.low) / (free.high - free.low)
    return float(np.log(share / (1 - share)))


def _from_line(x: float, free: Free) -> float:
    return free.low + (free.high - free.low) / (1 + float(np.exp(-np.clip(x, -50, 50))))
