"""What must hold of repeated events in any cohort, with custody, ties and deaths."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.survival.recurrent import (
    Histories,
    build_histories,
    histories_from_rows,
    mean_cumulative_function,
    mean_cumulative_function_with_death,
    recurrent_event_model,
    recurrent_event_test,
)
from dipoutcomes.survival.recurrent._mean import Grid, moments, person_parts


@st.composite
def cohorts(draw, *, custody=True):
    """Return histories of 2 to 12 people over up to 25 days, and a generator for the rest."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(2, 12))
    events, spells = draw(st.integers(0, 25)), draw(st.integers(0, 8)) if custody else 0
    last = draw(st.integers(2, 25))
    first = rng.integers(-2, last, spells)
    histories = build_histories(
        rng.integers(0, 3, n), rng.integers(4, last + 4, n),
        event_person=rng.integers(0, n, events), event_day=rng.integers(0, last + 3, events),
        custody_person=rng.integers(0, n, spells), custody_start=first,
        custody_end=first + rng.integers(0, 9, spells),
    )  # fmt: skip
    return histories, rng


def brute(histories, time, weight=None, died=None):
    """Return the mean by *time* from a walk over all days, people carrying weights."""
    w = np.ones(histories.n_people) if weight is None else weight
    mean, alive = 0.0, 1.0
    for day in range(1, int(time) + 1):
        at_risk = (histories.start < day) & (histories.stop >= day)
        n = w[histories.person[at_risk]].sum()
        if n > 0:
            now = histories.stop == day
            mean += alive * (w[histories.person[now]] * histories.event[now]).sum() / n
        if died is not None:
            followed = (histories.entry < day) & (histories.end >= day)
            deaths = w[followed & died & (histories.end == day)].sum()
            alive *= 1 - deaths / w[followed].sum() if w[followed].any() else 1
    return mean


def jackknife(histories, time, died=None, size=1e-6):
    """Return the sum of squared derivatives of the mean by each person's weight."""
    parts = []
    for person in range(histories.n_people):
        up, down = np.ones((2, histories.n_people))
        up[person] += size
        down[person] -= size
        ends = [brute(histories, time, w, died) for w in (up, down)]
        parts.append((ends[0] - ends[1]) / (2 * size))
    return sum(p**2 for p in parts)


@given(cohorts())
def test_the_error_is_the_sum_of_squared_influences_at_every_time(cohort):
    histories, _ = cohort
    if not len(histories):
        return
    grid = Grid.of(histories)
    found = moments(grid, histories)
    for place, time in enumerate(grid.time):
        parts = person_parts(grid, histories, time)
        assert found.variance[place] == pytest.approx((parts**2).sum(), abs=1e-12)
        assert found.fourth[place] == pytest.approx((parts**4).sum(), abs=1e-12)
    end = grid.time[-1]
    assert found.mean[-1] == pytest.approx(brute(histories, end))
    assert found.variance[-1] == pytest.approx(jackknife(histories, end), abs=1e-6)


@given(cohorts())
def test_the_error_with_death_is_the_jackknife(cohort):
    histories, rng = cohort
    if not len(histories):
        return
    died = rng.random(histories.n_people) < 0.5
    found = mean_cumulative_function_with_death(histories, died)
    for time in (found.curve.time[-1] // 2, found.curve.time[-1]):
        step = found.step_at(time)
        assert found.curve.value[step] == pytest.approx(brute(histories, time, died=died))
        exact = jackknife(histories, time, died)
        assert found.std_error[step] ** 2 == pytest.approx(exact, abs=1e-6)


@given(cohorts())
def test_without_deaths_it_is_the_plain_mean_function(cohort):
    histories, _ = cohort
    if not len(histories):
        return
    plain = mean_cumulative_function(histories)
    dead = mean_cumulative_function_with_death(histories, np.zeros(histories.n_people, bool))
    for place, time in enumerate(plain.curve.time):
        step = dead.step_at(time)
        assert dead.curve.value[step] == pytest.approx(plain.curve.value[place])
        assert dead.std_error[step] == pytest.approx(plain.std_error[place], abs=1e-7)


@given(cohorts(custody=False))
def test_of_first_events_without_custody_it_is_nelson_aalens(cohort):
    from lifelines import NelsonAalenFitter

    histories, _ = cohort
    first = histories.until_first_event()
    events, time = first.totals()
    if not len(first):
        return
    kept = time > 0
    fitter = NelsonAalenFitter(nelson_aalen_smoothing=False)
    theirs = fitter.fit(time[kept], events[kept]).cumulative_hazard_
    ours = mean_cumulative_function(first).curve
    for day, hazard in theirs.iloc[:, 0].items():
        assert ours.at(day)[0] == pytest.approx(hazard)


@given(cohorts(), st.floats(0.01, 100))
def test_the_unit_of_time_changes_nothing_but_the_times(cohort, factor):
    histories, _ = cohort
    if not len(histories):
        return
    other = histories_from_rows(
        histories.person, histories.start * factor, histories.stop * factor, histories.event,
        n_people=histories.n_people,
    )  # fmt: skip
    ours, theirs = mean_cumulative_function(histories), mean_cumulative_function(other)
    assert theirs.curve.value == pytest.approx(ours.curve.value)
    assert theirs.std_error == pytest.approx(ours.std_error, abs=1e-9)
    assert theirs.curve.time == pytest.approx(tuple(t * factor for t in ours.curve.time))
    assert theirs.curve.at_risk == ours.curve.at_risk


def cut_somewhere(histories, rng):
    """Return the same histories with every row of two days or more cut in two."""
    long = np.flatnonzero(histories.stop - histories.start > 1)
    at = (
        histories.start[long]
        + 1
        + rng.integers(0, 10**6, len(long)) % (histories.stop[long] - histories.start[long] - 1)
    )
    start = np.concatenate([histories.start, at])
    stop = np.concatenate([histories.stop, histories.stop[long]])
    stop[long] = at
    event = np.concatenate([histories.event, histories.event[long]])
    event[long] = 0
    person = np.concatenate([histories.person, histories.person[long]])
    return histories_from_rows(person, start, stop, event, n_people=histories.n_people)


@given(cohorts())
def test_cutting_a_row_changes_nothing(cohort):
    histories, rng = cohort
    if not len(histories):
        return
    cut = cut_somewhere(histories, rng)
    ours, theirs = mean_cumulative_function(histories), mean_cumulative_function(cut)
    assert theirs.curve.value == pytest.approx(ours.curve.value)
    assert theirs.std_error == pytest.approx(ours.std_error, abs=1e-9)
    ours_gap, theirs_gap = (h.gap_time()[1][h.event > 0] for h in (histories, cut))
    np.testing.assert_allclose(np.sort(ours_gap), np.sort(theirs_gap))
    if histories.events:
        group = np.arange(histories.n_people) % 2
        together = [recurrent_event_test(h, group) for h in (histories, cut)
                    if len(set(group[h.person])) > 1]  # fmt: skip
        if together:
            assert together[0].expected == pytest.approx(together[1].expected)


@pytest.mark.parametrize("model", ["andersen_gill", "pwp_total_time", "pwp_gap_time"])
def test_cutting_a_row_changes_no_ratio(model):
    rng = np.random.default_rng(6)
    n = 50
    who = rng.integers(0, n, 120)
    histories = build_histories(
        [0] * n, rng.integers(100, 300, n), event_person=who,
        event_day=rng.integers(0, 300, len(who)), same_day="one",
    )  # fmt: skip
    group = {"treated": np.arange(n) % 2}
    cut = cut_somewhere(histories, rng)
    ours, theirs = (recurrent_event_model(h, group, model=model) for h in (histories, cut))
    assert theirs["treated"].log_ratio == pytest.approx(ours["treated"].log_ratio, abs=1e-9)
    assert theirs["treated"].std_error == pytest.approx(ours["treated"].std_error, rel=1e-9)


@given(cohorts())
def test_the_order_of_people_changes_nothing(cohort):
    histories, rng = cohort
    if not len(histories):
        return
    place = rng.permutation(histories.n_people)
    other = histories_from_rows(
        place[histories.person], histories.start, histories.stop, histories.event,
        n_people=histories.n_people,
    )  # fmt: skip
    assert isinstance(other, Histories)
    ours, theirs = mean_cumulative_function(histories), mean_cumulative_function(other)
    assert theirs.curve.value == pytest.approx(ours.curve.value)
    assert theirs.std_error == pytest.approx(ours.std_error, abs=1e-9)
