"""A matched group as a contract's baseline: the others of [comparison.other_people]."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.errors import DesignError
from dipoutcomes.pipeline.comparisons.people_design import groups_of, prepare
from dipoutcomes.pipeline.observed import Mask, Observed
from dipoutcomes.protocol.model import Protocol
from dipoutcomes.streams import random_stream

#: The stream from which the study's own comparison draws: the two designs are the same.
STREAM = "comparison: matching"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedGroup:
    """The programme's people who found a match, and those who stand for them.

    Parameters
    ----------
    seen : Observed
        Everybody of the study, with their windows.
    cohort, others : ndarray of bool
        Of everybody: who is compared on either side.
    weights : ndarray of float
        Of everybody; what each of the others counts for.
    """

    seen: Observed
    cohort: Mask
    others: Mask
    weights: NDArray[np.float64]


def matched_group(protocol: Protocol, seen: Observed) -> MatchedGroup | None:
    """Return the groups as the study's comparison makes them; None where no measure asks.

    Raises
    ------
    DesignError
        If the groups cannot be made comparable: what is paid for is then not known.
    """
    section = protocol.payment
    comparison = protocol.comparison
    if section is None or not any(measure.matched for measure in section.measure):
        return None
    if comparison is None or comparison.other_people is None:
        return None
    people = comparison.other_people
    groups = groups_of(people, seen)
    # The design is settled from what was known at the start: no outcome is handed over.
    none = pd.DataFrame({":none": np.zeros(int(groups.who.sum()), dtype=np.int64)})
    seed = int(random_stream(protocol.study.seed, STREAM).integers(2**31))
    design = prepare(people, seen, groups, none, seed=seed).design
    weights = np.zeros(len(seen.people))
    weights[groups.who] = np.asarray(design.weights, dtype=float)
    used = weights > 0
    treated = np.zeros(len(used), dtype=bool)
    treated[groups.who] = groups.treated
    if not (used & treated).any():
        raise DesignError(
            "[payment] nobody of the programme found a match, so there is no matched group to pay "
            "against. Widen the caliper or name fewer covariates in [comparison.other_people]"
        )
    return MatchedGroup(seen=seen, cohort=used & treated, others=used & ~treated, weights=weights)
