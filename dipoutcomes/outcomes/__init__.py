"""What happened to people in a window: whether, how often, and by which definition."""

from dipoutcomes.outcomes.binary import Bounds, bounds_for_unknown, share_with_event
from dipoutcomes.outcomes.definitions import DEFINITIONS, OutcomeDefinition
from dipoutcomes.outcomes.frequency import events_per_person, rate_per_person_year
from dipoutcomes.outcomes.published import (
    USUAL_METHODS,
    rate_by_follow_up,
    share_by_frame,
    share_by_method,
    share_by_size,
    share_from_counts,
    share_with_untraced,
)
from dipoutcomes.outcomes.rate_model import RateModel, RateTerm, rate_model
from dipoutcomes.outcomes.select import (
    SelectedEvents,
    event_codes,
    index_event_mask,
    select_events,
)

__all__ = [
    "DEFINITIONS",
    "USUAL_METHODS",
    "Bounds",
    "OutcomeDefinition",
    "RateModel",
    "RateTerm",
    "SelectedEvents",
    "bounds_for_unknown",
    "event_codes",
    "events_per_person",
    "index_event_mask",
    "rate_by_follow_up",
    "rate_model",
    "rate_per_person_year",
    "select_events",
    "share_by_frame",
    "share_by_method",
    "share_by_size",
    "share_from_counts",
    "share_with_event",
    "share_with_untraced",
]
