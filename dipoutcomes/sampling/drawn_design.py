"""From a draw, and who of it could be followed, to the design that estimates need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.sampling.draw import Draw
from dipoutcomes.sampling.survey_structure import SurveyDesign, survey_design
from dipoutcomes.sampling.weights import ResponseAdjustment, adjust_for_non_response

#: So that every stratum of the design has a spread.
FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnDesign:
    """The design of those of a draw who could be followed.

    Parameters
    ----------
    design : SurveyDesign
        Of those followed, in the order of the draw; their weights stand for everybody drawn.
    followed : ndarray of bool, shape (n,)
        Who of the draw that is.
    adjustment : ResponseAdjustment
        Response by stratum, and what the weights were multiplied by.
    """

    design: SurveyDesign
    followed: NDArray[np.bool_]
    adjustment: ResponseAdjustment

    def __str__(self) -> str:
        return f"{self.adjustment}; {self.design}"

    def __repr__(self) -> str:
        return f"DrawnDesign({self})"


def design_of_draw(
    draw: Draw, followed: ArrayLike | None = None, *, finite_population: bool = True
) -> DrawnDesign:
    """Return strata, clusters and weights of a draw, adjusted for those who were not followed.

    Parameters
    ----------
    draw : Draw
        Of any design.
    followed : array_like of bool, shape (n,), optional
        Who of the draw, in its order, was traced and seen to the end; everybody if omitted.
    finite_population : bool, default True
        Whether intervals allow for how much of the frame was drawn. Only draws without
        replacement, and with equal chances within strata, have such a correction.

    Returns
    -------
    DrawnDesign

    Raises
    ------
    DesignError
        If nobody was followed, or *followed* is not one a person drawn.

    Notes
    -----
    # Assumes that those who could not be followed are like the others of their stratum.

    Strata with fewer than two people followed are joined, see `adjust_for_non_response`; the
    joined stratum has the population of its parts. A systematic sample is taken as a simple
    random one: right for a list in the order of the pseudonyms, which is as good as random; in
    another order one systematic sample cannot show its own variance (Wolter 2007, chapter 8). In
    proportion to size, those certain to be drawn are a stratum of their own without variance and
    the others are taken as drawn with replacement, which is cautious: Wolter (2007), section 1.4.

    Examples
    --------
    >>> import pandas as pd
    >>> from dipoutcomes.protocol.model import Sample
    >>> from dipoutcomes.sampling import draw_sample
    >>> from dipoutcomes.streams import random_stream
    >>> people = pd.DataFrame({"person_id": list("abcdefgh"), "area": list("xxxxyyyy")})
    >>> section = Sample(design="stratified", size=4, strata=("area",))
    >>> draw = draw_sample(people, section, rng=random_stream(2014, "sampling"))
    >>> print(design_of_draw(draw).design)
    4 people, 2 strata, 2 degrees of freedom
    """
    seen = np.ones(len(draw), dtype=bool) if followed is None else np.asarray(followed)
    if seen.shape != (len(draw),):
        raise DesignError(f"{len(draw)} people were drawn, and {seen.size} are said to be followed")
    stratum = np.asarray(draw.stratum, dtype=np.intp)
    proportional = draw.design == "proportional_to_size"
    # With replacement nobody is certain, whatever rounding makes of a chance close to 1.
    certain = proportional & (not draw.replacement) & (draw.inclusion_probability >= 1)
    classes = 2 * stratum + certain
    adjustment = adjust_for_non_response(
        draw.weights,
        classes,
        seen,
        too_few="merge",
        minimum=FEWEST,
        names=[_name(draw, int(c)) for c in np.unique(classes)],
    )
    group = adjustment.group
    clustered = draw.design == "cluster"
    if clustered:
        there = np.full(len(draw), float(len(draw.clusters)))
    else:
        there = _population(draw, classes, group)
    if draw.replacement or not finite_population:
        there = np.full(len(draw), np.inf)
    design = survey_design(
        adjustment.weights[seen],
        strata=group[seen],
        clusters=draw.cluster[seen] if clustered else None,
        population=there[seen],
        single_unit="centre",
    )
    return DrawnDesign(design=design, followed=seen, adjustment=adjustment)


def _name(draw: Draw, number: int) -> str:
    name = ", ".join(draw.strata[number // 2]) or "everybody"
    return f"{name}, certain to be drawn" if number % 2 else name


def _population(
    draw: Draw, classes: NDArray[np.intp], group: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return, for each drawn, the people of the frame in their group of strata."""
    found = np.full(len(draw), np.inf)
    for number in np.unique(group):
        members = np.unique(classes[group == number])
        if draw.design != "proportional_to_size":
            sizes = [draw.frame_by_stratum[int(c) // 2] for c in members]
            found[group == number] = float(sum(sizes))
        elif (members % 2 == 1).all():
            found[group == number] = float((group == number).sum())
    return found
