"""From the words of a protocol to the design that draws."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling import proportional_to_size as by_size
from dipoutcomes.sampling.allocate import (
    by_stratum,
    fixed_allocation,
    neyman_allocation,
    proportional_allocation,
    standard_deviation_of_share,
)
from dipoutcomes.sampling.cluster import select_clusters
from dipoutcomes.sampling.frame import NOT_KNOWN, SamplingFrame
from dipoutcomes.sampling.selection import Floats, Places, Selection
from dipoutcomes.sampling.stratified import select_in_strata, select_in_strata_with_replacement
from dipoutcomes.sampling.systematic import order_of_frame, select_systematic

#: Sums of larger ones are no longer exact to one.
LARGEST_SIZE = 1e15


def select(frame: SamplingFrame, section: Sample, *, rng: np.random.Generator) -> Selection:
    """Return who is selected from *frame* by the design of *section*.

    Parameters
    ----------
    frame : SamplingFrame
        From `frame_for_design` with the same section.
    section : Sample
    rng : numpy.random.Generator

    Raises
    ------
    DesignError
        If the frame does not hold what the design needs.
    """
    if section.replacement and section.design in {"systematic", "cluster"}:
        raise DesignError(
            f"a {section.design} sample is drawn without replacement; leave replacement out"
        )
    if section.design == "systematic":
        return select_systematic(
            len(frame), section.size, order=frame_order(frame, section), attribute=section.order_by,
            rng=rng,
        )  # fmt: skip
    if section.design == "cluster":
        return select_clusters(_attribute(frame, section.cluster), section.size, rng=rng)
    if section.design == "proportional_to_size":
        return _select_by_size(frame, section, rng)
    drawn = allocation(frame, section)
    if section.replacement:
        return select_in_strata_with_replacement(frame.stratum, drawn, rng=rng)
    return select_in_strata(frame.stratum, drawn, rng=rng)


def allocation(frame: SamplingFrame, section: Sample) -> NDArray[np.int64]:
    """Return how many are to be drawn from each stratum of *frame*.

    Parameters
    ----------
    frame : SamplingFrame
    section : Sample
        Its allocation, size, minimum and tables by stratum.

    Raises
    ------
    DesignError
        If the strata cannot give what is asked for, or a table by stratum does not fit the frame.
    """
    sizes, again = np.bincount(frame.stratum, minlength=len(frame.strata)), section.replacement
    # The minimum has a meaning for strata only: a simple random sample is one stratum.
    least = section.minimum_per_stratum if section.design == "stratified" else 0
    if section.design == "stratified" and section.allocation == "fixed":
        wanted = by_stratum(frame.strata, section.stratum_sizes, key="stratum_sizes")
        if int(wanted.sum()) != section.size:
            raise DesignError(
                f"stratum_sizes add up to {int(wanted.sum())} and size is {section.size}"
            )
        return fixed_allocation(sizes, wanted.astype(np.int64), replacement=again)
    if section.design == "stratified" and section.allocation == "neyman":
        return neyman_allocation(
            sizes, _spread(frame, section), section.size, minimum=least, replacement=again
        )
    return proportional_allocation(sizes, section.size, minimum=least, replacement=again)


def frame_order(frame: SamplingFrame, section: Sample) -> Places:
    """Return the places of *frame* in the order that a systematic design steps through.

    Parameters
    ----------
    frame : SamplingFrame
    section : Sample
        Its ``order_by``.
    """
    values = _attribute(frame, section.order_by) if section.order_by else None
    return order_of_frame(values, len(frame))


def size_measures(frame: SamplingFrame, attribute: str) -> Floats:
    """Return the size of each in *frame*, by place.

    Parameters
    ----------
    frame : SamplingFrame
    attribute : str
        The column of sizes.

    Raises
    ------
    DesignError
        With the numbers of people who have no size, one that is no number, or one that is not
        above 0 and at most 10^15.
    """
    texts = _attribute(frame, attribute)
    unknown = np.asarray(texts == NOT_KNOWN, dtype=bool)
    codes, distinct = pd.factorize(texts)
    sizes = np.array([_number(str(text)) for text in distinct], dtype=float)[codes]
    faults = {
        "no size": unknown,
        "one that is no finite number": ~unknown & ~np.isfinite(sizes),
        "a size that is zero": sizes == 0,
        "a negative size": np.isfinite(sizes) & (sizes < 0),
        "a size beyond a thousand million million": np.isfinite(sizes) & (sizes > LARGEST_SIZE),
    }
    found = [f"{int(bad.sum()):,} have {says}" for says, bad in faults.items() if bad.any()]
    if found:
        raise DesignError(
            f'[sample] size_measure = "{attribute}": of {len(texts):,} people '
            f"{', '.join(found)}; each needs a number above 0, or they could never be drawn"
        )
    return sizes


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _select_by_size(frame: SamplingFrame, section: Sample, rng: np.random.Generator) -> Selection:
    sizes = size_measures(frame, section.size_measure)
    if section.replacement:
        return by_size.select_proportional_with_replacement(sizes, section.size, rng=rng)
    chance = by_size.inclusion_probabilities(sizes, section.size)
    if section.selection == "systematic":
        order = frame_order(frame, section)
        return by_size.select_systematic_proportional(chance, sizes=sizes, order=order, rng=rng)
    return by_size.select_sampford(chance, sizes=sizes, rng=rng)


def _spread(frame: SamplingFrame, section: Sample) -> Floats:
    if section.standard_deviations:
        return by_stratum(frame.strata, section.standard_deviations, key="standard_deviations")
    shares = by_stratum(frame.strata, section.expected_shares, key="expected_shares")
    return standard_deviation_of_share(shares)


def _attribute(frame: SamplingFrame, name: str) -> NDArray[np.object_]:
    if name not in frame.attributes:
        raise DesignError(
            f"the frame was made without '{name}', which the design needs; make it with "
            "frame_for_design"
        )
    return frame.attributes[name]
