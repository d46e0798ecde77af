"""The draw: who is in the sample, who stands in reserve, and with what chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.results import Column, Table
from dipoutcomes.sampling.allocate import proportional_allocation
from dipoutcomes.sampling.frame import SamplingFrame, sampling_frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """Who was drawn, in the order of the draw, and who would be next.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Rows of *people* that were drawn, stratum by stratum, in the order of the draw.
    person_ids : tuple of str
        The pseudonyms of *codes*.
    reserve : ndarray of int
        The rest of the frame in the order in which it would be drawn, stratum by stratum. Somebody
        who must be replaced is replaced by the next of the same stratum.
    reserve_ids : tuple of str
        The pseudonyms of *reserve*.
    frame_size : int
        Persons who could have been drawn.
    design : str
        "simple_random" or "stratified".
    stratum, reserve_stratum : ndarray of int
        The stratum of each drawn, and of each in reserve: a position in *strata*.
    strata : tuple of tuple of str
        The values that make each stratum.
    frame_by_stratum, drawn_by_stratum : tuple of int
        Persons in the frame and in the sample.
    inclusion_probability : ndarray of float, shape (n,)
        Chance that each person had to be drawn: drawn over frame, within the stratum.
    weights : ndarray of float, shape (n,)
        One over that chance: how many people of the frame each stands for. They add up to the
        size of the frame, unless a stratum has nobody in the sample.
    frame_sha256 : str
        See `SamplingFrame`.
    notes : tuple of str
    """

    codes: NDArray[np.intp]
    person_ids: tuple[str, ...]
    reserve: NDArray[np.intp]
    reserve_ids: tuple[str, ...]
    frame_size: int
    design: str
    stratum: NDArray[np.intp]
    reserve_stratum: NDArray[np.intp]
    strata: tuple[tuple[str, ...], ...]
    frame_by_stratum: tuple[int, ...]
    drawn_by_stratum: tuple[int, ...]
    inclusion_probability: NDArray[np.float64]
    weights: NDArray[np.float64]
    frame_sha256: str
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        """Say how many, never who."""
        return f"Draw({self})"

    def __str__(self) -> str:
        design = self.design.replace("_", " ")
        return f"{len(self):,} of {self.frame_size:,} people, {design}, without replacement"

    def allocation_table(self) -> Table:
        """Return frame and sample by stratum, marked for disclosure control."""
        names = [", ".join(values) or "everybody" for values in self.strata]
        return Table.of(
            "allocation",
            f"How the sample was drawn: {self}",
            [
                Column(key="stratum", heading="Stratum", kind="label"),
                Column(key="drawn", heading="Drawn", kind="persons", out_of="frame"),
                Column(key="frame", heading="In the frame", kind="persons"),
            ],
            list(zip(names, self.drawn_by_stratum, self.frame_by_stratum, strict=True)),
            notes=self.notes,
        )


def draw_sample(people: pd.DataFrame, section: Sample, *, rng: np.random.Generator) -> Draw:
    """Return a random sample of *people*, without replacement.

    Parameters
    ----------
    people : DataFrame, n rows
        The frame: ``person_id`` (unique) and the attributes that make strata. Its order is of no
        account: people are put in the order of their pseudonyms before the draw.
    section : Sample
        Design, size and strata, from the protocol.
    rng : numpy.random.Generator
        ``random_stream(seed, "sampling")``.

    Returns
    -------
    Draw

    Raises
    ------
    DesignError
        If the frame holds fewer people than are to be drawn, nobody, or somebody twice; if a
        stratified design names no strata.

    Notes
    -----
    Each stratum (or the whole frame) is put in a random order, every order equally likely; the
    first are the sample and the rest the reserve. Allocation to strata is in proportion to their
    sizes, see `proportional_allocation`. A stratified sample narrows intervals only if they are
    computed with its strata and weights.

    Cochran, W. G. (1977). Sampling Techniques, 3rd edition. New York: Wiley, sections 2.1 and 5.5.

    Examples
    --------
    >>> from dipoutcomes.streams import random_stream
    >>> people = pd.DataFrame({"person_id": ["e", "a", "c", "b", "d"]})
    >>> draw = draw_sample(people, Sample(size=2), rng=random_stream(2014, "sampling"))
    >>> print(draw)
    2 of 5 people, simple random, without replacement
    >>> draw.weights
    array([2.5, 2.5])
    """
    if section.design == "stratified" and not section.strata:
        raise DesignError("a stratified sample needs strata; name an attribute of the people")
    frame = sampling_frame(people, section.strata if section.design == "stratified" else ())
    return draw_from_frame(frame, section, rng=rng)


def draw_from_frame(frame: SamplingFrame, section: Sample, *, rng: np.random.Generator) -> Draw:
    """Return a random sample of a frame that was made before; see `draw_sample`.

    Parameters
    ----------
    frame : SamplingFrame
        With the strata of *section*, or none.
    section, rng
        As for `draw_sample`.
    """
    if section.size > len(frame):
        raise DesignError(
            f"{section.size} people are to be drawn and the frame holds {len(frame)}. Draw fewer, "
            "or leave the [sample] section out to study everybody"
        )
    sizes = np.bincount(frame.stratum, minlength=len(frame.strata))
    drawn = proportional_allocation(sizes, section.size)
    members = np.split(np.argsort(frame.stratum, kind="stable"), np.cumsum(sizes)[:-1])
    orders = [rng.permutation(member) for member in members]
    sample = np.concatenate([o[:k] for o, k in zip(orders, drawn, strict=True)])
    reserve = np.concatenate([o[k:] for o, k in zip(orders, drawn, strict=True)])
    chance = (drawn / sizes)[frame.stratum[sample]]
    return Draw(
        codes=frame.position[sample],
        person_ids=tuple(frame.person_id[sample]),
        reserve=frame.position[reserve],
        reserve_ids=tuple(frame.person_id[reserve]),
        frame_size=len(frame),
        design=section.design,
        stratum=frame.stratum[sample],
        reserve_stratum=frame.stratum[reserve],
        strata=frame.strata,
        frame_by_stratum=tuple(int(k) for k in sizes),
        drawn_by_stratum=tuple(int(k) for k in drawn),
        inclusion_probability=chance,
        weights=1 / chance,
        frame_sha256=frame.sha256,
        notes=_NOBODY if (drawn == 0).any() else (),
    )


_NOBODY = (
    "Some strata have nobody in the sample, because there are more strata than people to draw: "
    "the sample says nothing of the people in them. Draw more, or make fewer strata.",
)
