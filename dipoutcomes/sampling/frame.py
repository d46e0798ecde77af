"""The sampling frame: everybody who can be drawn, in one order, with a hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Sample

NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SamplingFrame:
    """Everybody who can be drawn, in the order of their pseudonyms.

    Parameters
    ----------
    person_id : ndarray of str, shape (n,)
        Pseudonyms, sorted and unique.
    position : ndarray of int, shape (n,)
        Row of each in the table that the frame was made from.
    stratum : ndarray of int, shape (n,)
        Number of each person's stratum, 0 to the number of strata less 1.
    strata : tuple of tuple of str
        The values that make each stratum, sorted; one empty tuple where there are no strata.
    sha256 : str
        Of the pseudonyms, strata and what else the draw looks at, in their order: two parties who
        have the same hash have the same frame.
    attributes : mapping of str to ndarray of str
        What else the draw looks at (clusters, sizes, what the list is ordered by), in the order
        of the pseudonyms.
    """

    person_id: NDArray[np.object_]
    position: NDArray[np.intp]
    stratum: NDArray[np.intp]
    strata: tuple[tuple[str, ...], ...]
    sha256: str
    attributes: Mapping[str, NDArray[np.object_]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.person_id)

    def __repr__(self) -> str:
        """Say how many, never who."""
        return f"SamplingFrame({len(self):,} people, {len(self.strata)} strata, {self.sha256[:12]})"


def sampling_frame(
    people: pd.DataFrame, strata: Sequence[str] = (), *, others: Sequence[str] = ()
) -> SamplingFrame:
    """Return the frame of *people*, the same whatever the order of their rows.

    Parameters
    ----------
    people : DataFrame
        ``person_id`` and the columns of *strata*.
    strata : sequence of str, optional
        Columns whose values together make a stratum. A missing value is a stratum of its own,
        "not known": people must not leave the frame for a gap in a form.
    others : sequence of str, optional
        Further columns that the draw looks at.

    Raises
    ------
    DesignError
        If it is empty, a person is in it twice (they would have two chances), or a column of
        *strata* or *others* is not there.

    Examples
    --------
    >>> people = pd.DataFrame({"person_id": ["b", "a"], "area": ["Newport", None]})
    >>> frame = sampling_frame(people, ["area"])
    >>> list(frame.person_id), frame.strata
    (['a', 'b'], (('Newport',), ('not known',)))
    """
    missing = [name for name in strata if name not in people.columns]
    if missing:
        raise DesignError(f"the frame has no column {', '.join(missing)} to make strata from")
    gone = [name for name in others if name not in people.columns]
    if gone:
        raise DesignError(f"the frame has no column {', '.join(gone)}, which the design needs")
    if not len(people):
        raise DesignError("the frame holds nobody, so nobody can be drawn")
    ids = people["person_id"].astype(str).to_numpy(dtype=object)
    twice = int(pd.Index(ids).duplicated().sum())
    if twice:
        raise DesignError(
            f"{twice} of {len(ids)} rows of the frame repeat a person, who would be drawn with "
            "twice the chance; give each person one row"
        )
    position = np.argsort(ids, kind="stable")
    columns = list(dict.fromkeys([*strata, *others]))
    names = people[columns].astype(object)
    names = names.where(names.notna(), NOT_KNOWN).astype(str).iloc[position]
    stratum: NDArray[np.intp]
    values: tuple[tuple[str, ...], ...]
    if strata:
        grouped = names.groupby(list(strata), sort=True)
        stratum = np.asarray(grouped.ngroup(), dtype=np.intp)
        firsts = np.unique(stratum, return_index=True)[1]
        groups = names[list(strata)].iloc[firsts]
        values = tuple(tuple(row) for row in groups.itertuples(index=False, name=None))
    else:
        stratum, values = np.zeros(len(ids), dtype=np.intp), ((),)
    ordered = ids[position]
    return SamplingFrame(
        person_id=ordered,
        position=position,
        stratum=stratum,
        strata=values,
        sha256=_hash(ordered, [names[name].to_numpy() for name in columns]),
        attributes={name: names[name].to_numpy(dtype=object) for name in others},
    )


def frame_for_design(people: pd.DataFrame, section: Sample) -> SamplingFrame:
    """Return the frame of *people* with the columns that a design looks at.

    Parameters
    ----------
    people : DataFrame
        As for `sampling_frame`.
    section : Sample
        From the protocol.

    Raises
    ------
    DesignError
        As for `sampling_frame`; if a design lacks what it needs.

    Examples
    --------
    >>> people = pd.DataFrame({"person_id": ["b", "a"], "hostel": ["East", "West"]})
    >>> frame = frame_for_design(people, Sample(design="cluster", size=1, cluster="hostel"))
    >>> list(frame.attributes["hostel"])
    ['West', 'East']
    """
    needs = {
        "stratified": ("strata", "a stratified sample needs strata; name an attribute"),
        "cluster": ("cluster", "a cluster sample needs clusters; name an attribute"),
        "proportional_to_size": ("size_measure", "a sample in proportion to size needs "
                                 "size_measure; name an attribute"),
    }  # fmt: skip
    key, says = needs.get(section.design, ("", ""))
    if key and not getattr(section, key):
        raise DesignError(f"{says} of the people")
    others = {
        "systematic": (section.order_by,),
        "cluster": (section.cluster,),
        "proportional_to_size": (section.size_measure, section.order_by),
    }.get(section.design, ())
    strata = section.strata if section.design == "stratified" else ()
    return sampling_frame(people, strata, others=[name for name in others if name])


def _hash(ids: NDArray[np.object_], columns: Sequence[NDArray[np.object_]]) -> str:
    lines = ("\t".join(row) for row in zip(ids, *columns, strict=True))
    return sha256("\n".join(lines).encode()).hexdigest()
