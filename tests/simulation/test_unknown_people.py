"""People who could not be followed, in the long run: who pays if they are unlike the others."""

from functools import cache

import numpy as np
import pytest

from dipoutcomes.intervals import finite_population_interval
from dipoutcomes.outcomes import bounds_for_unknown, share_with_event

pytestmark = pytest.mark.simulation

FRAME, SAMPLE, RUNS, LEVEL = 210, 28, 4_000, 0.95
#: Chance of being lost: without an event, with one.
ALIKE, WORSE = (0.15, 0.15), (0.05, 0.3)


def draws(lost, share=0.6):
    """Samples of a frame: had each person an event, and were they followed?"""
    rng = np.random.default_rng(2014)
    truth = (np.arange(FRAME) < share * FRAME).astype(int)
    for _ in range(RUNS):
        had = truth[rng.permutation(FRAME)[:SAMPLE]]
        followed = rng.random(SAMPLE) >= np.where(had == 1, lost[1], lost[0])
        yield had, followed


def coverage(interval_of, lost, share=0.6):
    held = [share in interval_of(had, followed) for had, followed in draws(lost, share)]
    return float(np.mean(held))


def bounds(had, followed):
    return bounds_for_unknown(np.where(followed, had, 0), followed).interval


def followed_alone(had, followed):
    return share_with_event(had, followed, unobserved="leave_out").interval


@cache
def exact(events, n):
    return finite_population_interval(events, n, FRAME, method="hypergeometric")


def followed_in_frame(had, followed):
    return exact(int(had[followed].sum()), int(followed.sum()))


def lost_counted_as_clean(had, followed):
    return share_with_event(np.where(followed, had, 0), np.ones(SAMPLE, dtype=bool)).interval


@pytest.mark.parametrize("lost", [ALIKE, WORSE])
def test_best_to_worst_case_holds_the_truth_whoever_was_lost(lost):
    assert coverage(bounds, lost) >= LEVEL


def test_limits_for_the_frame_hold_if_those_lost_are_like_those_followed():
    assert coverage(followed_in_frame, ALIKE) >= LEVEL


@pytest.mark.parametrize("interval_of", [followed_alone, followed_in_frame])
def test_they_fail_where_people_with_events_are_lost_more_often(interval_of):
    assert coverage(interval_of, WORSE) < coverage(interval_of, ALIKE) - 0.03


def test_to_count_the_lost_as_free_of_offences_is_worst_of_all():
    for lost in (ALIKE, WORSE):
        assert coverage(lost_counted_as_clean, lost) < coverage(followed_alone, lost)
