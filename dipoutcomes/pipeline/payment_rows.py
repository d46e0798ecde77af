"""The rows that a claim's counts rest on, so that every figure can be traced to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.pipeline.payment_counts import days_free
from dipoutcomes.pipeline.payment_matched import MatchedGroup
from dipoutcomes.pipeline.payment_occasions import window_for
from dipoutcomes.protocol.model import Payment, PaymentMeasure
from dipoutcomes.protocol.model.contract import Contract, Measure

if TYPE_CHECKING:
    import pandas as pd


def base_of(asked: PaymentMeasure, seen: Observed) -> NDArray[np.bool_]:
    """Return who is in the base of a measure: known in its window, and in the one before."""
    base = seen.base(asked.window)
    return base & seen.base(asked.before) if asked.before else base


def rows_of_people(
    contract: Contract, section: Payment, seen: Observed, matched: MatchedGroup | None
) -> pd.DataFrame:
    """Return one row a person and measure: whose outcome it is, and what it counts for."""
    import pandas as pd

    frames = []
    for asked in section.measure:
        measure = contract.measure_named(asked.name)
        if asked.matched and matched is not None:
            rows = _rows(measure, asked, matched.seen, matched.cohort)
            rows["weight"] = np.where(matched.others, matched.weights, 1.0)
            rows["in_base"] |= matched.others
            rows.loc[matched.others, "group"] = "matched"
            ours = set(seen.people["person_id"])
            frames.append(rows[matched.others | rows["number"].isin(ours).to_numpy()])
        else:
            frames.append(_rows(measure, asked, seen, base_of(asked, seen)))
    rows = pd.concat(frames, ignore_index=True)
    return rows.sort_values(["measure", "number"], kind="stable", ignore_index=True)


def _rows(
    measure: Measure, asked: PaymentMeasure, seen: Observed, base: NDArray[np.bool_]
) -> pd.DataFrame:
    import pandas as pd

    window = window_for(measure, seen, asked.window)
    nobody = pd.array([pd.NA] * len(seen.people), dtype="Int64")
    before = window_for(measure, seen, asked.before).events if asked.before else nobody
    free = days_free(window).astype(np.int64) if measure.kind == "time_to_first" else nobody
    return pd.DataFrame(
        {
            "number": seen.people["person_id"].to_numpy(),
            "measure": asked.name,
            "window": asked.window,
            "group": "cohort",
            "in_base": base,
            "events": window.events,
            "events_before": pd.array(before, dtype="Int64"),
            "days_free": pd.array(free, dtype="Int64"),
            "weight": 1.0,
        }
    )
