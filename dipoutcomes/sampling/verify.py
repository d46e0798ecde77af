"""Whether a list of people is the sample that the protocol and the seed give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dipoutcomes.protocol.model import Sample
from dipoutcomes.sampling.draw import draw_sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How a list of people compares with the sample drawn again.

    Parameters
    ----------
    same : bool
        The same people in the same order, from the same frame.
    same_frame : bool or None
        Whether the frame has the hash that was claimed; None where none was claimed.
    missing : int
        Drawn, and not in the list.
    added : int
        In the list, and not drawn.
    reordered : bool
        The same people in another order.
    """

    same: bool
    same_frame: bool | None
    missing: int
    added: int
    reordered: bool

    def __str__(self) -> str:
        if self.same:
            return "the list is the sample that the seed gives"
        parts = ["the list is not the sample that the seed gives"]
        if self.same_frame is False:
            parts.append("the frame is not the one that was drawn from")
        if self.missing or self.added:
            parts.append(f"{self.missing} people are missing and {self.added} were added")
        if self.reordered:
            parts.append("the people are the same in another order")
        return "; ".join(parts)


def verify_draw(
    person_ids: Sequence[str],
    people: pd.DataFrame,
    section: Sample,
    *,
    rng: np.random.Generator,
    frame_sha256: str | None = None,
) -> Verification:
    """Draw again and compare with *person_ids*, so that anybody can check a sample.

    Parameters
    ----------
    person_ids : sequence of str
        The list to check, in the order in which it was published.
    people, section, rng
        As for `draw_sample`.
    frame_sha256 : str, optional
        The hash of the frame that the list claims to come from.

    Examples
    --------
    >>> from dipoutcomes.streams import random_stream
    >>> people = pd.DataFrame({"person_id": list("abcdef")})
    >>> drawn = draw_sample(people, Sample(size=2), rng=random_stream(1, "sampling")).person_ids
    >>> print(verify_draw(drawn, people, Sample(size=2), rng=random_stream(1, "sampling")))
    the list is the sample that the seed gives
    """
    draw = draw_sample(people, section, rng=rng)
    listed, drawn = list(person_ids), list(draw.person_ids)
    same_frame = None if frame_sha256 is None else frame_sha256 == draw.frame_sha256
    # Counted, not as sets: with replacement a person may be there twice.
    missing, added = Counter(drawn) - Counter(listed), Counter(listed) - Counter(drawn)
    return Verification(
        same=listed == drawn and same_frame is not False,
        same_frame=same_frame,
        missing=missing.total(),
        added=added.total(),
        reordered=listed != drawn and sorted(listed) == sorted(drawn),
    )
