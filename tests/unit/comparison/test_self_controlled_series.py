"""People against themselves: a published example, a model with an effect a person, refusals."""

import numpy as np
import pytest

from dipoutcomes.comparison._conditional import conditional_poisson
from dipoutcomes.comparison.self_controlled import (
    Baseline,
    ObservedSeries,
    RiskPeriod,
    self_controlled_series,
)
from dipoutcomes.comparison.self_controlled._cells import cut_into_cells
from dipoutcomes.errors import DesignError

# Ten children with aseptic meningitis in the second year of life: day of the illness, of the
# vaccination (Farrington 1995; Whitaker, Farrington, Spiessens and Musonda 2006, Statistics in
# Medicine 25, 1768-1797: ratio 12.04, 95% CI 3.00 to 48.26 for days 15 to 35).
ILL = [398, 413, 449, 455, 472, 474, 485, 524, 700, 399]
VACCINATED = [458, 392, 429, 433, 432, 395, 470, 496, 428, 716]
CHILDREN = ObservedSeries(
    opens=[366] * 10, closes=[731] * 10, entry_day=VACCINATED, event_person=range(10),
    event_day=ILL, birth_day=[0] * 10,
)  # fmt: skip
AFTER = RiskPeriod(
    name="15 to 35 days", opens=np.add(VACCINATED, 15), closes=np.add(VACCINATED, 36)
)


def test_published_example():
    found = self_controlled_series(
        CHILDREN, [AFTER], form="whole_observation", entry_independent_of_outcome=True,
        ends_independent_of_outcome=True, baseline=Baseline(age_cuts_years=(548 / 365.25,)),
        variance="model",
    )["15 to 35 days"]  # fmt: skip
    assert round(found.value, 2) == 12.04
    assert round(found.interval.low, 2) == 3.00
    assert round(found.interval.high, 2) == 48.26
    assert (found.events, found.reference_events) == (5, 5)


def made_up(seed=5, people=60, days=900):
    """Return a series with two periods a person, and custody."""
    rng = np.random.default_rng(seed)
    entry = rng.integers(50, 150, people)
    start = entry + rng.integers(1, 22, people)
    end = start + rng.integers(84, 300, people)
    rate = rng.gamma(1.0, 3.0, people) / 365
    who = np.repeat(np.arange(people), rng.poisson(rate * days))
    when = rng.integers(0, days, len(who))
    spell = rng.integers(200, 700, 20)
    person = rng.permutation(people)[:20]
    series = ObservedSeries(
        opens=np.zeros(people, int), closes=np.full(people, days), entry_day=entry,
        event_person=np.r_[who, np.arange(people)], event_day=np.r_[when, entry],
        birth_day=-rng.integers(18 * 365, 40 * 365, people), inside_person=person,
        inside_opens=spell, inside_closes=spell + 40,
    )  # fmt: skip
    periods = [
        RiskPeriod(name="in treatment", opens=start, closes=end),
        RiskPeriod(name="first half-year after", opens=end, closes=end + 183),
    ]
    return series, periods


def test_ratios_are_those_of_a_poisson_model_with_an_effect_for_each_person():
    import statsmodels.api as sm

    series, periods = made_up()
    baseline = Baseline(age_cuts_years=(25, 32))
    found = self_controlled_series(
        series, periods, ends_independent_of_outcome=True, baseline=baseline, variance="model"
    )
    # One row for each day at liberty after entry, summed by person, period and age group.
    rows = {}
    inside = {
        (p, d)
        for p, a, b in zip(*series.spells, strict=True)
        for d in range(a, b)
    }  # fmt: skip
    events = {}
    for p, d in zip(series.event_person, series.event_day, strict=True):
        events[p, d] = events.get((p, d), 0) + 1
    for p in range(series.people):
        for day in range(series.entry_day[p] + 1, series.closes[p]):
            if (p, day) in inside:
                continue
            k = next((i for i, q in enumerate(periods, 1) if q.opens[p] <= day < q.closes[p]), 0)
            born = series.birth_day[p]
            age = sum(day >= born + round(c * 365.25) for c in (25, 32))
            row = rows.setdefault((p, k, age), [0, 0])
            row[0] += events.get((p, day), 0)
            row[1] += 1
    keys = list(rows)
    count, time = np.array(list(rows.values()), float).T
    total = {p: sum(n for (q, *_), (n, _) in rows.items() if q == p) for p in range(series.people)}
    keep = np.array([total[p] > 0 for p, *_ in keys])
    person = np.array([p for p, *_ in keys])[keep]
    design = np.column_stack(
        [person == p for p in np.unique(person)]
        + [np.array([f == level for f in column])[keep]
           for column, level in (([k for _, k, _ in keys], 1), ([k for _, k, _ in keys], 2),
                                 ([a for *_, a in keys], 0), ([a for *_, a in keys], 1))]
    ).astype(float)  # fmt: skip
    model = sm.GLM(count[keep], design, family=sm.families.Poisson(), offset=np.log(time[keep]))
    fit = model.fit(tol=1e-12, maxiter=200)
    for position, period in ((-4, periods[0]), (-3, periods[1])):
        ours = found[period.name]
        assert np.log(ours.value) == pytest.approx(fit.params[position], abs=1e-6)
        low, high = fit.conf_int()[position]
        assert np.log(tuple(ours.interval)) == pytest.approx((low, high), abs=1e-4)
    assert sum(row.estimate.events for row in found.ratios) <= found.events


def test_with_one_period_it_is_the_conditional_poisson_ratio_and_its_spread():
    rng = np.random.default_rng(8)
    people = np.arange(40)
    before, after = rng.poisson(2.0, 40), rng.poisson(1.4, 40)
    length = rng.integers(100, 300, 40)
    who = np.r_[np.repeat(people, after), np.repeat(people, before)]
    day = np.r_[np.repeat(np.full(40, 50), after), np.repeat(600 + 0 * people, before)]
    series = ObservedSeries(
        opens=np.zeros(40, int), closes=np.full(40, 700), entry_day=np.full(40, 9),
        event_person=who, event_day=day,
    )  # fmt: skip
    period = RiskPeriod(name="treated", opens=np.full(40, 10), closes=10 + length)
    found = self_controlled_series(series, [period], ends_independent_of_outcome=True)["treated"]
    expected = conditional_poisson(before, 690.0 - length, after, length.astype(float))
    assert np.log(found.value) == pytest.approx(expected.value)
    low, high = expected.limits(0.95)
    assert tuple(found.interval) == pytest.approx((low, high), rel=1e-5)
    assert found.p_value == pytest.approx(expected.p_value(), rel=1e-4)


def test_cells_hold_every_day_and_event_once():
    series, periods = made_up()
    opens = series.entry_day + 1
    baseline = Baseline(age_cuts_years=(25, 32), entry_cuts_days=(60, 200), settling_days=1)
    cells = cut_into_cells(series, opens, periods, baseline)
    person, first, last = series.spells
    inside = np.zeros(series.people)
    np.add.at(inside, person, np.clip(last - np.maximum(first, opens[person]), 0, None))
    assert cells.days.sum(axis=1) == pytest.approx(series.closes - opens - inside)
    late = series.event_day > series.entry_day[series.event_person]
    expected = np.bincount(series.event_person[late], minlength=series.people)
    assert cells.events.sum(axis=1) == pytest.approx(expected)
    treated = (cells.days * (cells.risk == 1)).sum()
    assert treated <= (periods[0].closes - periods[0].opens).sum()


def test_what_came_before_entry_changes_nothing():
    series, periods = made_up()
    first = self_controlled_series(series, periods, ends_independent_of_outcome=True)
    more = ObservedSeries(
        opens=series.opens - 500, closes=series.closes, entry_day=series.entry_day,
        event_person=np.r_[series.event_person, np.zeros(50, int)],
        event_day=np.r_[series.event_day, np.arange(-50, 0)], birth_day=series.birth_day,
        inside_person=series.inside_person, inside_opens=series.inside_opens,
        inside_closes=series.inside_closes,
    )  # fmt: skip
    again = self_controlled_series(more, periods, ends_independent_of_outcome=True)
    assert first["in treatment"].to_dict() == again["in treatment"].to_dict()
    assert "events on or before the day of entry" in again.left_out[0]
    assert first.form == "after_entry"


def test_people_who_say_nothing_are_not_counted():
    series, periods = made_up()
    found = self_controlled_series(series, periods, ends_independent_of_outcome=True)
    assert 0 < found.people < found.people_given == 60
    assert "60 people say something" in str(found)
    assert "steady rate" in found["in treatment"].caveat
    assert "cannot be seen" in found["in treatment"].caveat
    assert "in treatment" in found._repr_html_()
    assert len(found.to_frame()) == 2
    assert found.to_dict()["people"] == found.people


def test_the_standard_form_is_refused_unless_entry_is_declared_independent():
    series, periods = made_up()
    with pytest.raises(DesignError, match=r"between 0\.87 and 1\.30"):
        self_controlled_series(
            series, periods, form="whole_observation", ends_independent_of_outcome=True
        )
    found = self_controlled_series(
        series, periods, form="whole_observation", ends_independent_of_outcome=True,
        entry_independent_of_outcome=True,
    )  # fmt: skip
    assert "before and after entry" in str(found)
    with pytest.raises(ValueError, match="belong to form"):
        self_controlled_series(
            series, periods, form="whole_observation", ends_independent_of_outcome=True,
            entry_independent_of_outcome=True, baseline=Baseline(settling_days=30),
        )  # fmt: skip


def test_ends_must_be_declared():
    series, periods = made_up()
    with pytest.raises(TypeError):
        self_controlled_series(series, periods)
    with pytest.raises(DesignError, match="planned end"):
        self_controlled_series(series, periods, ends_independent_of_outcome=False)


def test_ends_on_the_day_of_an_arrest_are_seen_whatever_is_declared():
    series, periods = made_up()
    end = periods[0].closes.copy()
    shut = 0
    for p in range(series.people):
        own = series.event_day[series.event_person == p]
        own = own[(own > periods[0].opens[p]) & (own < end[p])]
        if len(own):
            end[p] = own.min()
            shut += 1
    assert shut > 10
    closed = RiskPeriod(name="in treatment", opens=periods[0].opens, closes=end)
    with pytest.raises(DesignError, match=f"in {shut} of"):
        self_controlled_series(series, [closed], ends_independent_of_outcome=True)


def test_a_reference_in_the_month_after_the_arrest_is_refused():
    series, periods = made_up()
    ever_after = RiskPeriod(
        name="later", opens=periods[0].closes, closes=np.full(series.people, 10**6)
    )
    with pytest.raises(DesignError, match="within 30 days of entry"):
        self_controlled_series(series, [periods[0], ever_after], ends_independent_of_outcome=True)
    with pytest.raises(ValueError, match="settling_days"):
        Baseline(entry_cuts_days=(30, 90))


def test_much_custody_is_refused():
    series, periods = made_up()
    people = np.arange(series.people)
    locked = ObservedSeries(
        opens=series.opens, closes=series.closes, entry_day=series.entry_day,
        event_person=series.event_person, event_day=series.event_day, inside_person=people,
        inside_opens=np.full(60, 500), inside_closes=np.full(60, 600),
    )  # fmt: skip
    with pytest.raises(DesignError, match="spent in custody"):
        self_controlled_series(locked, periods, ends_independent_of_outcome=True)


def test_events_in_custody_are_set_aside():
    series, periods = made_up()
    person, opens, _ = series.spells
    more = ObservedSeries(
        opens=series.opens, closes=series.closes, entry_day=series.entry_day,
        event_person=np.r_[series.event_person, person[:3]],
        event_day=np.r_[series.event_day, opens[:3] + 5], birth_day=series.birth_day,
        inside_person=person, inside_opens=opens, inside_closes=series.inside_closes,
    )  # fmt: skip
    first = self_controlled_series(series, periods, ends_independent_of_outcome=True)
    again = self_controlled_series(more, periods, ends_independent_of_outcome=True)
    assert first["in treatment"].value == again["in treatment"].value
    counts = [int(f.left_out[-2].split()[0]) for f in (first, again)]
    assert "events on days in custody" in again.left_out[-2]
    assert "of the observed days" in again.left_out[-1]
    assert counts[1] == counts[0] + 3


def test_a_period_without_events_has_a_ratio_of_nothing_and_no_limit():
    series = ObservedSeries(
        opens=[0, 0], closes=[800, 800], entry_day=[50, 60], event_person=[0, 0, 1, 1],
        event_day=[400, 90, 500, 300],
    )  # fmt: skip
    one = RiskPeriod(name="treated", opens=[80, 80], closes=[200, 200])
    none = RiskPeriod(name="quiet", opens=[600, 600], closes=[700, 700])
    found = self_controlled_series(series, [one, none], ends_independent_of_outcome=True)
    assert found["quiet"].value == 0
    assert tuple(found["quiet"].interval) == (0, np.inf)
    assert "nobody" in found["quiet"].caveat
    alone = self_controlled_series(series, [one], ends_independent_of_outcome=True)
    assert alone["treated"].value > 0
    with pytest.raises(DesignError, match="nobody with an event"):
        self_controlled_series(series, [none], ends_independent_of_outcome=True)


def test_no_event_in_the_reference_is_refused():
    series = ObservedSeries(
        opens=[0], closes=[800], entry_day=[50], event_person=[0], event_day=[90]
    )
    with pytest.raises(DesignError, match="no event in the reference"):
        self_controlled_series(
            series, [RiskPeriod(name="treated", opens=[80], closes=[200])],
            ends_independent_of_outcome=True,
        )  # fmt: skip


def test_faults_of_the_data_are_said_at_once():
    with pytest.raises(ValueError, match=r"closes before it opens.*codes outside 0 to 1"):
        ObservedSeries(
            opens=[0, 10], closes=[800, 5], entry_day=[50, 60], event_person=[0, 7],
            event_day=[1, 2],
        )  # fmt: skip
    with pytest.raises(ValueError, match="overlap the one before"):
        ObservedSeries(
            opens=[0], closes=[800], entry_day=[50], event_person=[0], event_day=[1],
            inside_person=[0, 0], inside_opens=[10, 20], inside_closes=[30, 40],
        )  # fmt: skip
    with pytest.raises(TypeError, match="whole days"):
        ObservedSeries(opens=[0.5], closes=[8], entry_day=[5], event_person=[], event_day=[])
    series, periods = made_up()
    with pytest.raises(ValueError, match="overlap in 60 people"):
        self_controlled_series(
            series, [periods[0], RiskPeriod(name="b", opens=periods[0].opens,
            closes=periods[0].closes)], ends_independent_of_outcome=True,
        )  # fmt: skip
    with pytest.raises(ValueError, match="must be above 0 and rise"):
        Baseline(age_cuts_years=(30, 20))
