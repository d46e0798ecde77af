"""What is written down of a draw, so that somebody else can repeat it with nothing else in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample
from dipoutcomes.results import Column, Table
from dipoutcomes.sampling.draw import Draw, draw_sample
from dipoutcomes.sampling.seed import LABEL, STREAM, draw_seed
from dipoutcomes.streams import random_stream

FORMAT = "dipoutcomes draw 1"
#: Keys of the section that say how to ask, not how to draw.
_NOT_OF_THE_DRAW = {"request_columns"}


def sample_design(section: Sample) -> dict[str, Any]:
    """Return what a draw depends on besides frame and seed, as plain values."""
    return section.model_dump(mode="json", exclude=_NOT_OF_THE_DRAW)


def frame_columns(section: Sample, people: pd.DataFrame) -> list[str]:
    """Return the columns of *people* that the design uses, in the order of the table."""
    named: set[str] = set()
    for value in sample_design(section).values():
        named |= {value} if isinstance(value, str) else set()
        named |= {v for v in value if isinstance(v, str)} if isinstance(value, list) else set()
    return [str(name) for name in people.columns if name in named and name != "person_id"]


def draw_record(
    draw: Draw,
    section: Sample,
    frame_ids: list[str],
    *,
    study: str,
    study_seed: int,
    versions: Mapping[str, str],
) -> dict[str, Any]:
    """Return the record of a draw as plain values: no clock, no path, no identifier.

    Parameters
    ----------
    draw : Draw
    section : Sample
        The design, from the protocol.
    frame_ids : list of str
        Pseudonyms of everybody who could be drawn.
    study : str
        Its id.
    study_seed : int
        ``study.seed`` of the protocol.
    versions : mapping of str to str
        Of the package and of numpy, whose generator draws.
    """
    return {
        "format": FORMAT,
        "study": study,
        "design": draw.design,
        "n": len(draw),
        "frame": {
            "size": draw.frame_size,
            "sha256": draw.frame_sha256,
            "person_ids": sorted(frame_ids),
        },
        "allocation": [
            {"stratum": list(values), "frame": frame, "drawn": drawn}
            for values, frame, drawn in zip(
                draw.strata, draw.frame_by_stratum, draw.drawn_by_stratum, strict=True
            )
        ],
        "clusters": {"in_frame": len(draw.clusters), "drawn": draw.clusters_drawn},
        "section": sample_design(section),
        "seed": draw_seed(section, study_seed),
        "seed_from": seed_origin(section),
        "stream": STREAM,
        "algorithm": _algorithm(draw),
        "versions": dict(versions),
        "sample": list(draw.person_ids),
        "sample_stratum": [int(k) for k in draw.stratum],
        "reserve": list(draw.reserve_ids),
        "reserve_stratum": [int(k) for k in draw.reserve_stratum],
    }


def draw_in_words(record: Mapping[str, Any]) -> str:
    """Return what the record of a draw says, for a person."""
    frame, seed = record["frame"], record["seed_from"]
    origin = seed["rule"]
    if "number" in seed:
        origin = f"from the public number {seed['number']} ({seed['source']}), by the {origin}"
    return "\n".join(
        [
            f"Frame: {frame['size']:,} people, SHA-256 {frame['sha256']}",
            f"Seed: {record['seed']} ({origin}), stream '{record['stream']}'",
            f"Drawn: {record['n']:,}; in reserve, in order: {len(record['reserve']):,}",
        ]
    )


def _algorithm(draw: Draw) -> dict[str, Any]:
    return {"name": draw.algorithm, "version": draw.algorithm_version, "generator": "numpy PCG64"}


def seed_origin(section: Sample) -> dict[str, str]:
    """Return where the seed comes from."""
    if not section.public_number.strip():
        return {"rule": "study.seed of the protocol"}
    return {
        "rule": f"first 13 hexadecimal digits of SHA-256('{LABEL}', source, number)",
        "source": section.public_number_source,
        "number": section.public_number,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """How a recorded draw compares with the same draw made again.

    Parameters
    ----------
    faults : tuple of str
        What does not agree, in words; empty if everything does.
    differences : tuple of (int, str, str)
        Places of the sample where the lists differ: place, recorded, drawn again (pseudonyms).
    drawn, frame_size : int
        People in the recorded sample, and in the frame that was given.
    came, went : int
        People of the given frame who were not in the recorded one, and the other way round.
    """

    faults: tuple[str, ...]
    differences: tuple[tuple[int, str, str], ...]
    drawn: int
    frame_size: int
    came: int
    went: int

    @property
    def same(self) -> bool:
        """Whether everything agrees."""
        return not self.faults

    def __str__(self) -> str:
        if self.same:
            return (
                f"The draw repeats: {self.drawn:,} of {self.frame_size:,} people, the same in the "
                "same order, from the same frame. Nobody chose the names, if the seed was fixed "
                "before the frame was seen: a lock or a public number shows it."
            )
        return "\n".join(["The draw does not repeat:", *(f"  {fault}" for fault in self.faults)])

    def difference_table(self) -> Table:
        """Return the places of the sample that differ, person by person."""
        return Table.of(
            "differences",
            "Places of the sample where the record and the draw made again differ",
            [
                Column(key="place", heading="Place", kind="label"),
                Column(key="recorded", heading="Recorded"),
                Column(key="again", heading="Drawn again"),
            ],
            [(str(place), *pair) for place, *pair in self.differences],
        )


def repeat_draw(record: Mapping[str, Any], people: pd.DataFrame) -> Repetition:
    """Draw again from *people* as *record* says and compare, person by person.

    Parameters
    ----------
    record : mapping
        As `draw_record` wrote it.
    people : DataFrame
        The frame: ``person_id`` (pseudonyms) and the columns that the design uses.

    Raises
    ------
    DesignError
        If *record* is none, or nobody can be drawn from *people* as it says.
    """
    section, frame, sample, reserve = _parts(record)
    faults: list[str] = []
    if draw_seed(section, int(record["seed"])) != record["seed"]:
        faults.append("the seed is not the one that the public number gives")
    there = set(people["person_id"].astype(str))
    came, went = len(there - set(frame["person_ids"])), len(set(frame["person_ids"]) - there)
    draw = draw_sample(people, section, rng=random_stream(int(record["seed"]), STREAM))
    if record["algorithm"] != _algorithm(draw) or record["stream"] != STREAM:
        faults.append("the record names another algorithm or random stream; use its version")
    if draw.frame_sha256 != frame["sha256"]:
        faults.append(_changed(came, went, draw.frame_size, int(frame["size"])))
    differences = _differences(sample, list(draw.person_ids))
    if differences:
        missing = len(set(draw.person_ids) - set(sample))
        added = len(set(sample) - set(draw.person_ids))
        faults.append(
            f"{len(differences):,} of {max(len(sample), len(draw)):,} places of the sample differ "
            f"({added:,} recorded people were not drawn, {missing:,} drawn people are not recorded)"
        )
    if reserve != list(draw.reserve_ids):
        faults.append("the reserve, or its order, is not the one that was drawn")
    if int(record["n"]) != len(sample):
        faults.append(f"the record says n = {record['n']} and lists {len(sample):,} people")
    return Repetition(
        faults=tuple(faults),
        differences=differences,
        drawn=len(sample),
        frame_size=draw.frame_size,
        came=came,
        went=went,
    )


def _parts(record: Mapping[str, Any]) -> tuple[Sample, Mapping[str, Any], list[str], list[str]]:
    try:
        if record["format"] != FORMAT:
            raise DesignError(
                f"the draw was recorded in another form than '{FORMAT}'; use the version of "
                "dipoutcomes that it names"
            )
        section = Sample.model_validate(record["section"])
        frame = record["frame"]
        int(record["seed"]), int(record["n"]), frame["sha256"], int(frame["size"])
        _ = record["algorithm"], record["stream"], set(frame["person_ids"])
        return section, frame, list(record["sample"]), list(record["reserve"])
    except (KeyError, TypeError, ValueError) as error:
        raise DesignError(
            "the file is not the record of a draw (draw.json), or was altered so that it cannot "
            "be read. Take the one that `dipoutcomes sample` wrote"
        ) from error


def _changed(came: int, went: int, now: int, then: int) -> str:
    if came or went:
        return (
            f"the frame has changed: {came:,} people came and {went:,} went ({then:,} then, "
            f"{now:,} now); a draw can be repeated only from the frame that it was made from"
        )
    return (
        "the frame has changed: the same people, but not the same strata or other values of the "
        f"design, or the recorded fingerprint was altered ({now:,} people)"
    )


def _differences(listed: list[str], drawn: list[str]) -> tuple[tuple[int, str, str], ...]:
    size = max(len(listed), len(drawn))
    one = np.array(listed + [""] * (size - len(listed)), dtype=object)
    two = np.array(drawn + [""] * (size - len(drawn)), dtype=object)
    places = np.flatnonzero(one != two)
    return tuple((int(i) + 1, str(one[i]), str(two[i])) for i in places)
