"""The draw: who is in the sample, who stands in reserve, and with what chance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.results import Column, Table
from dipoutcomes.sampling.designs import select
from dipoutcomes.sampling.frame import SamplingFrame, frame_for_design
from dipoutcomes.sampling.selection import NO_PLACES


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
        The rest of the frame in the order in which it would be drawn, stratum by stratum (or
        cluster by cluster). Somebody who must be replaced is replaced by the next of the same
        stratum.
    reserve_ids : tuple of str
        The pseudonyms of *reserve*.
    frame_size : int
        Persons who could have been drawn.
    design : str
        "simple_random", "stratified", "systematic", "cluster" or "proportional_to_size".
    stratum, reserve_stratum : ndarray of int
        The stratum of each drawn, and of each in reserve: a position in *strata*.
    strata : tuple of tuple of str
        The values that make each stratum.
    frame_by_stratum, drawn_by_stratum : tuple of int
        Persons in the frame and in the sample.
    inclusion_probability : ndarray of float, shape (n,)
        Chance that each person had to be drawn (at least once, with replacement).
    weights : ndarray of float, shape (n,)
        How many people of the frame each stands for: one over that chance or, with replacement,
        over the number of times that the person was expected. In a simple random, stratified or
        systematic sample they add up to the size of the frame, unless a stratum has nobody in
        the sample; in the others on average.
    frame_sha256 : str
        See `SamplingFrame`.
    notes : tuple of str
    replacement : bool
        Whether somebody may be among *codes* several times.
    algorithm, algorithm_version : str, int
        What to repeat to draw the same people from the same frame and seed.
    cluster, reserve_cluster : ndarray of int
        The cluster of each drawn, and of each in reserve: a position in *clusters*; empty without.
    clusters : tuple of str
        The clusters of the frame, by name.
    clusters_drawn : int
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
    replacement: bool = False
    algorithm: str = ""
    algorithm_version: int = 1
    cluster: NDArray[np.intp] = field(default_factory=lambda: NO_PLACES)
    reserve_cluster: NDArray[np.intp] = field(default_factory=lambda: NO_PLACES)
    clusters: tuple[str, ...] = ()
    clusters_drawn: int = 0

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        """Say how many, never who."""
        return f"Draw({self})"

    def __str__(self) -> str:
        design = self.design.replace("_", " ")
        if self.replacement:
            return (
                f"{len(self):,} draws from {self.frame_size:,} people, {design}, with replacement"
            )
        if self.clusters:
            design += f" ({self.clusters_drawn:,} of {len(self.clusters):,} clusters)"
        return f"{len(self):,} of {self.frame_size:,} people, {design}, without replacement"

    @property
    def unequal_chances(self) -> bool:
        """Whether some stand for clearly more of the frame than others (half as many again)."""
        return bool(self.weights.max() > 1.5 * self.weights.min())

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
    """Return a random sample of *people* by the design of the protocol.

    Parameters
    ----------
    people : DataFrame, n rows
        The frame: ``person_id`` (unique) and the attributes that the design names. Its order is
        of no account: people are put in the order of their pseudonyms before the draw.
    section : Sample
        Design, size, strata and the rest, from the protocol.
    rng : numpy.random.Generator
        ``random_stream(seed, "sampling")``.

    Returns
    -------
    Draw

    Raises
    ------
    DesignError
        If the frame holds fewer people than are to be drawn, nobody, or somebody twice; if a
        design lacks what it needs, or the frame does not hold it.

    Notes
    -----
    Simple random and stratified: each stratum (or the whole frame) is put in a random order, every
    order equally likely; the first are the sample and the rest the reserve. The other designs are
    in `sampling.systematic`, `sampling.cluster` and `sampling.proportional_to_size`. A sample in
    strata, in clusters or in proportion to size gives right intervals only if they are computed
    with its strata, clusters and weights.

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
    return draw_from_frame(frame_for_design(people, section), section, rng=rng)


def draw_from_frame(frame: SamplingFrame, section: Sample, *, rng: np.random.Generator) -> Draw:
    """Return a random sample of a frame that was made before; see `draw_sample`.

    Parameters
    ----------
    frame : SamplingFrame
        With the strata of *section*, or none.
    section, rng
        As for `draw_sample`.
    """
    if section.size > len(frame) and not (section.replacement or section.design == "cluster"):
        raise DesignError(
            f"{section.size} people are to be drawn and the frame holds {len(frame)}. Draw fewer, "
            "or leave the [sample] section out to study everybody"
        )
    found = select(frame, section, rng=rng)
    strata = len(frame.strata)
    return Draw(
        codes=frame.position[found.sample],
        person_ids=tuple(frame.person_id[found.sample]),
        reserve=frame.position[found.reserve],
        reserve_ids=tuple(frame.person_id[found.reserve]),
        frame_size=len(frame),
        design=section.design,
        stratum=frame.stratum[found.sample],
        reserve_stratum=frame.stratum[found.reserve],
        strata=frame.strata,
        frame_by_stratum=_counts(frame.stratum, strata),
        drawn_by_stratum=_counts(frame.stratum[found.sample], strata),
        inclusion_probability=found.chance,
        weights=found.weights,
        frame_sha256=frame.sha256,
        notes=found.notes,
        replacement=section.replacement,
        algorithm=found.algorithm,
        algorithm_version=found.version,
        cluster=found.cluster,
        reserve_cluster=found.reserve_cluster,
        clusters=found.clusters,
        clusters_drawn=found.clusters_drawn,
    )


def _counts(stratum: NDArray[np.intp], strata: int) -> tuple[int, ...]:
    return tuple(int(k) for k in np.bincount(stratum, minlength=strata))
