"""How many people each person of a sample stands for, and what that costs in precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dipoutcomes._validate import check_choice, check_count
from dipoutcomes.errors import DesignError
from dipoutcomes.results import Column, Table

Floats = NDArray[np.float64]
TOO_FEW = ("refuse", "merge")


def kish_effective_size(weights: ArrayLike) -> float:
    """Return the sample size that unequal weights leave: (sum w)^2 over the sum of w^2.

    Parameters
    ----------
    weights : array_like of float, shape (n,)

    Notes
    -----
    What the weights cost if they have nothing to do with the outcome; the effect of strata and
    clusters is not in it. For that see `SurveyEstimate.effective_n`. Kish, L. (1965). Survey
    Sampling. New York: Wiley, section 11.7.

    Examples
    --------
    >>> round(kish_effective_size([3, 1, 1, 1]), 6)
    3.0
    """
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or not len(w) or not (np.isfinite(w) & (w > 0)).all():
        raise ValueError("`weights` must hold finite numbers above 0, at least one")
    w = w / w.max()  # so that no square overflows
    return float(w.sum() ** 2 / (w**2).sum())


def kish_design_effect(weights: ArrayLike) -> float:
    """Return the sample size over `kish_effective_size`: 1 for equal weights.

    Parameters
    ----------
    weights : array_like of float, shape (n,)

    Examples
    --------
    >>> round(kish_design_effect([3, 1, 1, 1]), 3)
    1.333
    """
    return float(np.size(np.asarray(weights))) / kish_effective_size(weights)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseAdjustment:
    """Weights of those who answered, raised to stand for those of their class who did not.

    Parameters
    ----------
    weights : ndarray of float, shape (n,)
        Of everybody asked; 0 for those who did not answer. They add up to what they did before.
    group : ndarray of int, shape (n,)
        Number of the class of each, after classes were joined.
    responded : ndarray of bool, shape (n,)
    names : tuple of str
        Of the classes as they came.
    joined : tuple of int
        The group of each class.
    asked, answered : tuple of int
        Persons in each class.
    factor : tuple of float
        What the weights of each group were multiplied by, at least 1.
    """

    weights: Floats
    group: NDArray[np.intp]
    responded: NDArray[np.bool_]
    names: tuple[str, ...]
    joined: tuple[int, ...]
    asked: tuple[int, ...]
    answered: tuple[int, ...]
    factor: tuple[float, ...]

    def __str__(self) -> str:
        return (
            f"{sum(self.answered):,} of {sum(self.asked):,} answered, in {len(self.names)} "
            f"classes made into {len(set(self.joined))}"
        )

    def __repr__(self) -> str:
        return f"ResponseAdjustment({self})"

    @property
    def notes(self) -> tuple[str, ...]:
        """What was joined, in a sentence a group; classes are named, people never."""
        found = []
        for group in sorted(set(self.joined)):
            members = [n for n, g in zip(self.names, self.joined, strict=True) if g == group]
            if len(members) > 1:
                found.append(
                    f"{', '.join(members)} were joined into one class, because one of them had too "
                    "few people who could be followed; each was joined with the class whose "
                    "response was nearest to its own."
                )
        return tuple(found)

    def table(self) -> Table:
        """Return asked, answered, response and factor by class, marked for disclosure control."""
        rows = [
            [name, answered, asked, answered / asked, self.factor[group]]
            for name, asked, answered, group in zip(
                self.names, self.asked, self.answered, self.joined, strict=True
            )
        ]
        return Table.of(
            "response",
            f"Response by class: {self}",
            [
                Column(key="class", heading="Class", kind="label"),
                Column(key="answered", heading="Answered", kind="persons", out_of="asked"),
                Column(key="asked", heading="Asked", kind="persons"),
                Column(key="response", heading="Response", kind="share"),
                Column(key="factor", heading="Weights times", kind="number", decimals=3),
            ],
            rows,
            notes=self.notes,
        )


def adjust_for_non_response(
    weights: ArrayLike,
    classes: ArrayLike,
    responded: ArrayLike,
    *,
    too_few: str = "refuse",
    minimum: int = 1,
    names: Sequence[str] | None = None,
) -> ResponseAdjustment:
    """Return weights that let those who answered stand for those of their class who did not.

    Parameters
    ----------
    weights : array_like of float, shape (n,)
        Design weights of everybody asked.
    classes : array_like, shape (n,)
        Weighting class of each: people who are thought alike whether they answer or not, such as
        the strata of the draw. No value may be missing.
    responded : array_like of bool, shape (n,)
        Who answered: was traced, or could be followed.
    too_few : {"refuse", "merge"}
        What becomes of a class with fewer than *minimum* who answered. "merge" joins it with the
        class of the nearest response rate, the first in order among equals, and again until no
        class has too few.
    minimum : int, default 1
        Of those who answered in a class. Classes that are to be strata of a design need 2.
    names : sequence of str, optional
        What the classes are called, in sorted order; their values if omitted.

    Returns
    -------
    ResponseAdjustment

    Raises
    ------
    DesignError
        If nobody answered, a class has too few and *too_few* is "refuse", a class is missing, a
        weight is not above 0, or lengths differ.

    Notes
    -----
    # Assumes that, within a class, whether somebody answers has nothing to do with the outcome.

    The factor of a class is the sum of its weights over that of those who answered. Weights are
    not trimmed: that buys variance with a bias nobody can measure. Kalton, G. and Flores-Cervantes,
    I. (2003). Journal of Official Statistics 19, 81-97, section 2.

    Examples
    --------
    >>> adjusted = adjust_for_non_response([2, 2, 2, 5], list("aaab"), [True, False, True, True])
    >>> adjusted.weights
    array([3., 0., 3., 5.])
    >>> print(adjusted)
    3 of 4 answered, in 2 classes made into 2
    """
    check_choice("too_few", too_few, TOO_FEW)
    least = check_count("minimum", minimum, minimum=1)
    w, answer = np.asarray(weights, dtype=np.float64), np.asarray(responded)
    code, values = pd.factorize(np.asarray(classes), sort=True)
    _check(w, code, answer)
    said = tuple(str(v) for v in (values if names is None else names))
    if len(said) != len(values):
        raise ValueError(f"`names` has {len(said)} names and there are {len(values)} classes")
    asked = np.bincount(code, minlength=len(values))
    answered = np.bincount(code[answer], minlength=len(values))
    short = int((answered < least).sum())
    if short and too_few == "refuse":
        raise DesignError(
            f"{short} of {len(values)} classes have fewer than {least} people who answered, so "
            'nobody can stand for the others; make larger classes, or take too_few="merge"'
        )
    joined = _joined(asked, answered, least)
    group = joined[code]
    whole = np.bincount(group, weights=w)
    factor = whole / np.bincount(group[answer], weights=w[answer], minlength=len(whole))
    return ResponseAdjustment(
        weights=np.where(answer, w * factor[group], 0.0),
        group=group,
        responded=answer,
        names=said,
        joined=tuple(int(g) for g in joined),
        asked=tuple(int(k) for k in asked),
        answered=tuple(int(k) for k in answered),
        factor=tuple(float(f) for f in factor),
    )


def _check(weights: Floats, code: NDArray[np.intp], answer: NDArray[np.bool_]) -> None:
    n = len(code)
    if weights.shape != (n,) or answer.shape != (n,):
        raise DesignError(
            f"there are {weights.size} weights, {n} classes and {answer.size} answers; give one of "
            "each a person"
        )
    if answer.dtype != np.bool_:
        raise TypeError("`responded` must hold True and False")
    problems = []
    bad, missing = int((~(np.isfinite(weights) & (weights > 0))).sum()), int((code < 0).sum())
    if bad:
        problems.append(f"{bad} of {n} weights are missing or not above 0; leave such people out")
    if missing:
        problems.append(f"{missing} of {n} people have no class; give the missing one of their own")
    if not answer.any():
        problems.append(f"none of {n} people answered, so there is nobody to stand for the others")
    if problems:
        raise DesignError("\n".join(problems))


def _joined(asked: NDArray[np.int64], answered: NDArray[np.int64], least: int) -> NDArray[np.intp]:
    """Return the group of each class, numbered from 0 in the order of their first classes."""
    group = np.arange(len(asked))
    while True:
        n, k = np.bincount(group, weights=asked), np.bincount(group, weights=answered)
        short = np.flatnonzero(k < least)
        if not len(short) or len(n) == 1:
            return group.astype(np.intp)
        one = short[np.argmin(k[short])]  # the emptiest first
        distance = np.abs(k / n - k[one] / n[one])
        distance[one] = np.inf
        group = np.where(group == one, int(np.argmin(distance)), group)
        group = np.unique(group, return_inverse=True)[1]
