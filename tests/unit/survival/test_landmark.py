"""Landmarks, rows of exposure, and the refusal of immortal time."""

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import log_rank_test
from dipoutcomes.survival.landmark import check_immortal_time, exposure_rows, landmark_cohort

NAN = float("nan")
DAYS, SEEN = [20, 50, 90, 120, 200, 300], [1, 0, 1, 1, 0, 1]
COMPLETED = [NAN, NAN, 60, NAN, 100, 30]


def careers(rng, n, ratio=1.0):
    """Return whole days to an event, exposure that only those still free can reach."""
    hazard = 1 / 300
    exposed_at = np.ceil(rng.uniform(30, 200, n))
    first = np.ceil(rng.exponential(1 / hazard, n))
    later = exposed_at + np.ceil(rng.exponential(1 / (hazard * ratio), n))
    event = np.where(first <= exposed_at, first, later)
    end = rng.integers(300, 700, n)
    time = np.minimum(event, end)
    reached = exposed_at < time
    return time, (event <= end).astype(int), np.where(reached, exposed_at, np.nan)


def test_who_is_compared_and_who_is_left_out():
    cohort = landmark_cohort(DAYS, SEEN, COMPLETED, landmark=84, exposure_says="completed")
    assert cohort.kept.tolist() == [2, 3, 4, 5]
    assert cohort.durations.tolist() == [6, 36, 116, 216]
    assert cohort.exposed.tolist() == [True, False, False, True]
    assert (cohort.had_event, cohort.had_left, cohort.exposed_later) == (1, 1, 1)
    assert cohort.groups.tolist() == ["completed", *["not completed"] * 2, "completed"]
    table = cohort.to_table()
    assert table.column("persons") == [6, 1, 1, 2, 2, 1]
    assert "left out" in table._cells()[1][1][0]
    assert cohort.to_frame()["person"].tolist() == [2, 3, 4, 5]
    assert "left out" in cohort._repr_html_()


def test_the_day_of_the_landmark_is_before_it():
    cohort = landmark_cohort([60, 90, 90], [1, 1, 1], [NAN, 60, NAN], landmark=60)
    assert cohort.kept.tolist() == [1, 2]
    assert cohort.exposed.tolist() == [True, False]


def test_late_entry_must_come_before_the_landmark():
    cohort = landmark_cohort([90, 90, 90], [1, 1, 1], [NAN, 10, 10], landmark=50, entry=[0, 0, 60])
    assert cohort.kept.tolist() == [0, 1]
    assert (cohort.had_left, cohort.entered_later) == (0, 1)
    assert "0 who had left before, and 1 who came under observation only after it" in str(cohort)
    assert "came under observation later: left out" in cohort.to_table().column("says")
    assert cohort.to_dict()["entered_later"] == 1
    assert cohort.to_dict()["compared"] == 2
    assert "durations" not in cohort.to_dict()


def test_one_group_at_the_landmark_is_refused():
    with pytest.raises(DesignError, match="not two groups"):
        landmark_cohort(DAYS, SEEN, [NAN] * 6, landmark=84)
    with pytest.raises(DesignError, match="0 of 6 people"):
        landmark_cohort(DAYS, SEEN, COMPLETED, landmark=1000)
    with pytest.raises(ValueError, match="1 negative"):
        landmark_cohort(DAYS, SEEN, [-1, NAN, NAN, NAN, NAN, NAN], landmark=84)


def test_rows_cover_each_person_once():
    rng = np.random.default_rng(1)
    days = rng.integers(1, 30, 200)
    entry = np.minimum(rng.integers(0, 10, 200) * rng.integers(0, 2, 200), days - 1)
    seen = rng.integers(0, 2, 200)
    exposed = np.where(rng.random(200) < 0.3, np.nan, rng.integers(0, 40, 200))
    rows = exposure_rows(days, seen, exposed, entry=entry)
    assert np.all(rows.stop > rows.start)
    lived = np.bincount(rows.person, rows.stop - rows.start)
    assert lived == pytest.approx(days - entry)
    assert np.bincount(rows.person, rows.event).tolist() == seen.tolist()
    after = np.where(np.isnan(exposed), 0, np.clip(days - np.maximum(exposed, entry), 0, None))
    time_exposed = np.bincount(rows.person, (rows.stop - rows.start) * rows.exposed, minlength=200)
    assert time_exposed == pytest.approx(after)


def test_an_event_on_the_day_of_exposure_comes_before_it():
    rows = exposure_rows([12, 30], [1, 0], [12, 12])
    assert rows.exposed.tolist() == [False, False, True]
    assert rows.event.tolist() == [1, 0, 0]
    assert "2 people in 3 rows: 0 events in 18 units of time exposed" in str(rows)


def test_an_event_on_the_first_day_keeps_its_row():
    rows = exposure_rows([0, 5], [1, 1], [NAN, 0])
    assert rows.event.tolist() == [1, 1]
    assert rows.exposed.tolist() == [False, True]


def test_completers_timed_from_entry_are_refused_with_what_would_be_valid():
    exposed = ~np.isnan(COMPLETED)
    with pytest.raises(DesignError) as caught:
        check_immortal_time(DAYS, SEEN, exposed, exposure_time=COMPLETED, exposure_says="completed")
    said = str(caught.value)
    assert "3 of the 3 people completed became so after the start, the first at 30 days" in said
    assert "32% of their time" in said  # (60 + 100 + 30) / (90 + 200 + 300)
    assert "1 of the others had theirs by 30 days" in said
    assert "landmark_cohort" in said


def test_exposure_from_the_start_passes():
    found = check_immortal_time(DAYS, SEEN, [1, 0] * 3, exposure_time=[0, NAN] * 3)
    assert found.exposure_known
    assert "all of them from the start" in str(found)


def test_without_times_a_gap_without_events_gives_it_away():
    days, seen, exposed_at = careers(np.random.default_rng(2), 200)
    with pytest.raises(DesignError, match="known only by having lasted"):
        check_immortal_time(days, seen, ~np.isnan(exposed_at))


def test_the_chance_of_the_gap_by_hand():
    # Two events of others while both exposed are still there: (1 - 2/5) (1 - 2/4).
    found = check_immortal_time([1, 2, 3, 4, 5], [1, 1, 1, 1, 0], [0, 0, 1, 1, 0])
    assert found.chance == pytest.approx(3 / 5 * 2 / 4)
    assert found.events_before == 2
    assert "ruled out only by the times" in str(found)
    assert found.to_frame()["events_before"].tolist() == [2]
    assert "ruled out" in found._repr_html_()


def test_inputs_that_contradict_each_other_are_all_named():
    with pytest.raises(ValueError, match=r"1 exposed people have no time.*1 people are not in"):
        check_immortal_time(DAYS, SEEN, [1, 0, 0, 0, 1, 1], exposure_time=COMPLETED)
    with pytest.raises(ValueError, match="only after the end"):
        check_immortal_time([5, 9], [1, 1], [1, 0], exposure_time=[6, NAN])
    with pytest.raises(DesignError, match="one group only"):
        check_immortal_time([5, 9], [1, 1], [1, 1])


@pytest.mark.simulation
def test_the_check_seldom_refuses_groups_drawn_by_lot():
    rng, refused = np.random.default_rng(3), 0
    for _ in range(1_000):
        days = rng.exponential(300, 60)
        end = rng.uniform(300, 700, 60)
        try:
            check_immortal_time(np.minimum(days, end), days <= end, rng.random(60) < 0.5)
        except DesignError:
            refused += 1
    assert refused <= 20  # 1% nominal


@pytest.mark.simulation
def test_the_landmark_is_fair_where_the_naive_comparison_is_not():
    rng = np.random.default_rng(4)
    naive, landmark, rates = [], [], []
    for _ in range(400):
        days, seen, exposed_at = careers(rng, 150)  # exposure does nothing
        exposed = ~np.isnan(exposed_at)
        naive.append(log_rank_test(days, seen, exposed).p_value < 0.05)
        cohort = landmark_cohort(days, seen, exposed_at, landmark=110)
        test = log_rank_test(cohort.durations, cohort.observed, cohort.groups)
        landmark.append(test.p_value < 0.05)
        rows = exposure_rows(days, seen, exposed_at)
        time, event = rows.stop - rows.start, rows.event
        rates.append([event[who].sum() / time[who].sum() for who in (rows.exposed, ~rows.exposed)])
    assert np.mean(naive) > 0.95
    assert np.mean(landmark) == pytest.approx(0.05, abs=0.045)
    one, other = np.mean(rates, axis=0)
    assert one / other == pytest.approx(1, abs=0.02)
