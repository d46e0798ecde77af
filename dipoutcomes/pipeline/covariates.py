"""What was known of people at the start, as a regression takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dipoutcomes.pipeline.observed import NOT_KNOWN, Mask, Observed
from dipoutcomes.protocol.model import Regression
from dipoutcomes.windows import NO_DAY, EventIndex, add_months, to_days


def covariates_of_people(section: Regression, seen: Observed, who: Mask) -> Mapping[str, Any]:
    """Return each covariate of the people in *who*, a number missing where it is not known."""
    found: dict[str, Any] = {}
    for name in section.covariates:
        if name == "age":
            found[name] = seen.people["age"].astype(float).to_numpy()[who]
        elif name == "events_before":
            found[name] = events_before(seen, section.events_before_months)[who]
        elif name in section.numbers:
            found[name] = as_numbers(seen.people[name])[who]
        else:
            found[name] = seen.attribute(name)[who].astype(str)
    return found


def events_before(seen: Observed, months: int) -> NDArray[np.float64]:
    """Return each person's events in so many months before the start, as a window counts them."""
    closes = to_days(seen.people["start"])
    opens = add_months(closes, -months)
    selected = seen.selected
    index = EventIndex.build(selected.code, selected.day, len(closes), proof_day=selected.proof_day)
    if not index.needs_proof:
        return np.asarray(index.count(opens, closes), dtype=np.float64)
    until = add_months(closes, seen.waiting_period_months)
    low, high = index.positions(opens), index.positions(closes)
    return np.asarray(index.proven_between(low, high, until)[0], dtype=np.float64)


def as_numbers(column: pd.Series) -> NDArray[np.float64]:
    """Return a column as numbers; what is none is missing."""
    values = pd.to_numeric(column, errors="coerce").astype(float)
    return np.asarray(values.where(np.isfinite(values)), dtype=np.float64)


def as_categories(column: pd.Series) -> NDArray[Any]:
    """Return a column as texts, "not known" where there is nothing."""
    texts = column.astype(object).where(column.notna(), NOT_KNOWN).astype(str).str.strip()
    return np.asarray(texts.replace("", NOT_KNOWN), dtype=object)


def days_in_treatment(seen: Observed) -> NDArray[np.float64]:
    """Return the length of each episode in days; infinite while it is open."""
    start, end = to_days(seen.people["start"]), to_days(seen.people["end"])
    return np.where(end == NO_DAY, np.inf, end - start).astype(float)
