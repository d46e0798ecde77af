"""The chance of two people to be drawn together, which a variance without replacement needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling.designs import frame_order, size_measures
from dipoutcomes.sampling.draw import Draw
from dipoutcomes.sampling.frame import SamplingFrame
from dipoutcomes.sampling.proportional_to_size import (
    inclusion_probabilities,
    sampford_joint_probabilities,
)
from dipoutcomes.sampling.selection import Floats, Places

#: A table of pairs has the square of this many cells.
LARGEST_SAMPLE = 5000


def joint_inclusion_probabilities(draw: Draw, frame: SamplingFrame, section: Sample) -> Floats:
    """Return the chance of each pair of people in a sample to be drawn together.

    Parameters
    ----------
    draw : Draw
        Without replacement.
    frame : SamplingFrame
        What it was drawn from, see `frame_for_design`.
    section : Sample
        What it was drawn by.

    Returns
    -------
    ndarray of float, shape (n, n)
        In the order of ``draw.codes``; each person's own chance on the diagonal. Exact for every
        design. A systematic design also has pairs of chance 0, which are in no sample and so not
        here, but make an unbiased estimate of the variance impossible.

    Raises
    ------
    DesignError
        If the draw was with replacement (its draws are independent and need no pairs), comes from
        another frame, or is too large for a table of pairs.

    Notes
    -----
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. New York:
    Springer, sections 2.4, 3.3 to 3.7 and 4.2.

    Examples
    --------
    >>> import pandas as pd
    >>> from dipoutcomes.sampling.draw import draw_from_frame
    >>> from dipoutcomes.sampling.frame import frame_for_design
    >>> section = Sample(size=2)
    >>> frame = frame_for_design(pd.DataFrame({"person_id": list("abcd")}), section)
    >>> draw = draw_from_frame(frame, section, rng=np.random.default_rng(1))
    >>> joint_inclusion_probabilities(draw, frame, section).round(4)
    array([[0.5   , 0.1667],
           [0.1667, 0.5   ]])
    """
    if draw.replacement:
        raise DesignError("draws with replacement are independent; they need no chances of pairs")
    if draw.frame_sha256 != frame.sha256:
        raise DesignError("the sample was drawn from another frame; make that frame again")
    if len(draw) > LARGEST_SAMPLE:
        raise DesignError(
            f"a table of pairs of {len(draw):,} people is too large; {LARGEST_SAMPLE:,} at most"
        )
    if section.design == "cluster":
        m, of = draw.clusters_drawn, len(draw.clusters)
        apart = np.full((len(draw), len(draw)), m * (m - 1) / (of * max(of - 1, 1)))
        together = draw.cluster[:, None] == draw.cluster[None, :]
        return np.asarray(np.where(together, m / of, apart), dtype=np.float64)
    if section.design in {"simple_random", "stratified"}:
        return _in_strata(draw)
    place = np.empty(len(frame), dtype=np.intp)
    place[frame.position] = np.arange(len(frame))
    members = place[draw.codes]
    if section.design == "systematic":
        # In whole numbers: everybody has n of the N places where the draw may start.
        pieces = np.full(len(frame), section.size, dtype=np.int64)
        return _systematic(members, frame, section, pieces, len(frame))
    chances = inclusion_probabilities(size_measures(frame, section.size_measure), section.size)
    if section.selection == "sampford":
        return sampford_joint_probabilities(chances, members)
    return _systematic(members, frame, section, chances, 1)


def _in_strata(draw: Draw) -> Floats:
    size = np.array(draw.frame_by_stratum)
    drawn = np.array(draw.drawn_by_stratum)
    same = drawn * (drawn - 1) / (size * np.maximum(size - 1, 1))
    own = draw.inclusion_probability
    together = draw.stratum[:, None] == draw.stratum[None, :]
    joint = np.where(together, same[draw.stratum][:, None], own[:, None] * own[None, :])
    np.fill_diagonal(joint, own)
    return np.asarray(joint, dtype=np.float64)


def _systematic(
    members: Places,
    frame: SamplingFrame,
    section: Sample,
    pieces: NDArray[np.float64] | NDArray[np.int64],
    circle: int,
) -> Floats:
    """Return the shares of starts that hit both of two pieces, laid end to end round a circle."""
    order = frame_order(frame, section)
    random = order[pieces[order] < circle]  # the certain are taken first, and lie on no circle
    begins = np.zeros(len(frame), dtype=pieces.dtype)
    begins[random] = np.concatenate([[0], np.cumsum(pieces[random])[:-1]]) % circle
    start, length = begins[members], pieces[members]
    shared = np.zeros((len(members), len(members)))
    for turn in (-circle, 0, circle):
        first = np.maximum(start[:, None], start[None, :] + turn)
        last = np.minimum((start + length)[:, None], (start + length)[None, :] + turn)
        shared += np.maximum(last - first, 0)
    certain = length >= circle
    shorter = np.minimum(length[:, None], length[None, :])
    joint = np.where(certain[:, None] | certain[None, :], shorter, shared)
    np.fill_diagonal(joint, length)
    return np.asarray(joint / circle, dtype=np.float64)
