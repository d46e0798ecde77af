"""The same people counted under each definition of reoffending."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from dipoutcomes.comparison.benchmark import translate_definitions
from dipoutcomes.errors import DesignError
from dipoutcomes.outcomes import event_codes, index_event_mask
from dipoutcomes.pipeline.found import Found
from dipoutcomes.pipeline.observed import Observed
from dipoutcomes.protocol.model import Protocol
from dipoutcomes.results import Table
from dipoutcomes.windows import add_months

PART = "definitions"
#: What official statistics wait for a proof, where the study's own outcome needs none.
OFFICIAL_WAIT_MONTHS = 6
DATES = ("offence", "arrest", "proof")


def side_by_side(protocol: Protocol, events: pd.DataFrame, seen: Observed) -> Found:
    """Return the table of definitions for the window that the protocol names."""
    found = Found()
    name = protocol.comparison.definitions_window if protocol.comparison else ""
    if name:
        table = found.attempt(
            PART, f"definitions in “{name}”", partial(_table, protocol, events, seen, name)
        )
        found.add(table)
    return found


def _table(protocol: Protocol, events: pd.DataFrame, seen: Observed, name: str) -> Table:
    cohort, outcome, study = protocol.cohort, protocol.outcome, protocol.study
    if cohort is None or outcome is None or study.extract_date is None:
        raise ValueError("a records study has [cohort], [outcome] and study.extract_date")
    if not seen.certain.any():
        raise DesignError("nobody has a complete record of the outcome")
    people = seen.people[seen.certain]
    ids = people["person_id"].to_numpy()
    code = event_codes(events, ids)
    index = index_event_mask(
        events,
        ids,
        people["start"],
        rule=cohort.index_event,
        within_days=cohort.index_event_within_days,
        code=code,
    )
    known = code >= 0
    ledger = seen.measures[name].ledger
    opens = ledger.opens[seen.certain].astype(np.int64)
    closes = ledger.closes[seen.certain].astype(np.int64)
    wait = outcome.waiting_period_months or OFFICIAL_WAIT_MONTHS
    extract = (pd.Timestamp(study.extract_date) - pd.Timestamp("1970-01-01")).days
    gone = people["exit_date"].to_numpy(dtype="datetime64[D]")
    left = np.where(np.isnat(gone), np.int64(extract + 1), gone.astype(np.int64))
    seen_whole = ledger.observed_to_end[seen.certain]
    return translate_definitions(
        code[known],
        events["event_type"].to_numpy()[known],
        days={
            kind: _days(events[f"{kind}_date"])[known] for kind in ("offence", "arrest", "proof")
        },
        window=(opens, closes),
        proven_by=add_months(closes, wait),
        # Whoever died or left before the window closed was not observed to its end.
        observed_to=np.where(seen_whole, np.int64(extract + 1), np.minimum(left, closes - 1)),
        is_index=index[known],
        confidence_level=float(protocol.analysis.confidence_level),
    )


def _days(column: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    dates = column.to_numpy(dtype="datetime64[D]")
    days = dates.astype(np.int64).astype(np.float64)
    days[np.isnat(dates)] = np.nan
    return days
