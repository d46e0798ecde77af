"""Windows worked by hand: edges, leap days, exits, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.protocol.model import Bound, Window
from dipoutcomes.windows import (
    NO_DAY,
    EventDays,
    EventIndex,
    PeopleDays,
    SpellDays,
    SpellIndex,
    check_bands,
    measure_windows,
    resolve_window,
    to_dates,
    to_days,
)

LAST_DAY = int(to_days(np.datetime64("2016-03-31")))


def window(name, opens, closes):
    """``("end", 3)`` is three months after the end; ``None`` the last day counted."""
    bounds = [
        Bound(at="last_offence_date") if b is None else Bound(at=b[0], months=b[1])
        for b in (opens, closes)
    ]
    return Window(name=name, opens=bounds[0], closes=bounds[1])


BEFORE = window("before", ("start", -12), ("start", 0))
YEAR = window("year after", ("end", 0), ("end", 12))
OVER_12 = window("12+", ("end", 12), None)


def day(text):
    return int(to_days(np.datetime64(text)))


def measure(start, end, events=(), custody=(), **options):
    """One person; events as dates, custody as pairs of dates."""
    people = PeopleDays.of(
        [day(start)],
        [day(end) if end else NO_DAY],
        [day(options.pop("exit"))] if "exit" in options else None,
        [options.pop("traced", True)],
    )
    codes = np.zeros(len(events), dtype=int)
    spells = np.array([[day(a), day(b)] for a, b in custody], dtype=int).reshape(-1, 2)
    return measure_windows(
        people,
        EventDays(codes, np.array([day(e) for e in events], dtype=int)),
        SpellDays(np.zeros(len(spells), dtype=int), spells[:, 0], spells[:, 1]),
        [BEFORE, YEAR, OVER_12],
        last_day=options.pop("last_day", LAST_DAY),
    )


def test_the_opening_day_is_inside_and_the_closing_day_is_not():
    events = ["2013-03-31", "2013-04-01", "2014-03-31", "2014-04-01"]
    before = measure("2014-04-01", "2014-06-01", events).frame("before").iloc[0]
    assert before["events"] == 2
    assert to_dates(before["first_event_day"]) == np.datetime64("2013-04-01")


def test_the_last_offence_date_is_counted_and_the_day_after_is_not():
    events = ["2016-03-31", "2016-04-01"]
    over = measure("2014-01-01", "2014-06-01", events).frame("12+").iloc[0]
    assert over["events"] == 1
    assert to_dates(over["closes"]) == np.datetime64("2016-04-01")
    assert over["observed_to_end"]


def test_a_year_from_a_leap_day_ends_on_the_28th():
    opens, closes = resolve_window(YEAR, [day("2012-01-01")], [day("2012-02-29")], LAST_DAY)
    assert to_dates(closes)[0] == np.datetime64("2013-02-28")
    assert closes[0] - opens[0] == 365


def test_an_open_episode_has_no_after_and_is_never_one_without_an_offence():
    measures = measure("2014-01-01", None, ["2014-06-01"])
    after = measures.frame("year after").iloc[0]
    assert (after["events"], after["days_in_window"], after["observed_to_end"]) == (0, 0, False)
    assert (after["opens"], after["first_event_day"]) == (NO_DAY, NO_DAY)
    assert measures.frame("before").iloc[0]["observed_to_end"]


def test_someone_whose_window_had_not_begun_by_the_last_day_was_not_observed():
    over = measure("2015-10-01", "2015-12-01").frame("12+").iloc[0]
    assert (over["days_in_window"], over["observed_to_end"]) == (0, False)


def test_each_day_goes_to_one_kind_only():
    # Dies in custody on 1 December 2015; the year runs to 1 June 2016, past the last day.
    row = measure(
        "2015-01-01",
        "2015-06-01",
        ["2015-07-01", "2015-12-01"],
        [("2015-09-01", "2015-11-01"), ("2015-10-01", "2016-01-01")],
        exit="2015-12-01",
    ).frame("year after").iloc[0]  # fmt: skip
    assert row["days_in_window"] == 366
    assert row["days_at_liberty"] == 92  # June, July, August
    assert row["days_in_custody"] == 91  # September, October, November: overlaps count once
    assert row["days_after_exit"] == 122  # December to March
    assert row["days_not_observed"] == 61  # April, May
    assert row["events"] == 1  # the one on the day of the exit is not hers
    assert not row["observed_to_end"]


def test_nothing_is_observed_of_a_person_who_was_not_traced():
    row = measure("2014-01-01", "2014-06-01", traced=False).frame("year after").iloc[0]
    assert (row["days_not_observed"], row["days_at_liberty"]) == (365, 0)
    assert not row["observed_to_end"]


def test_custody_does_not_end_observation():
    row = measure("2014-01-01", "2014-06-01", custody=[("2014-01-01", "2016-01-01")])
    year = row.frame("year after").iloc[0]
    assert (year["days_in_custody"], year["days_at_liberty"]) == (365, 0)
    assert year["observed_to_end"]


@pytest.mark.parametrize(("proof", "counted"), [("2015-11-30", 1), ("2015-12-01", 0), (None, 0)])
def test_an_offence_proven_after_the_waiting_period_does_not_count(proof, counted):
    # The year closes on 1 June 2015; six months on, proof must come before 1 December.
    events = EventDays(
        np.array([0]),
        np.array([day("2015-05-31")]),
        np.array([day(proof) if proof else NO_DAY]),
    )
    people = PeopleDays.of([day("2014-01-01")], [day("2014-06-01")])
    measures = measure_windows(
        people, events, SpellDays.none(), [YEAR], last_day=LAST_DAY, waiting_period_months=6
    )
    row = measures.frame("year after").iloc[0]
    assert row["events"] == counted
    assert (row["first_event_day"] == NO_DAY) == (counted == 0)


def test_totals_are_those_of_the_frames():
    measures = measure("2014-01-01", "2014-06-01", ["2013-05-05", "2014-07-01", "2015-09-09"])
    totals = measures.totals().set_index("window")
    assert totals["events"].to_dict() == {"before": 1, "year after": 1, "12+": 1}
    for name in measures.names:
        assert totals.loc[name, "days_at_liberty"] == measures.frame(name)["days_at_liberty"].sum()


def test_nobody_at_all_is_measured_as_nobody():
    empty = np.empty(0, dtype=int)
    measures = measure_windows(
        PeopleDays.of(empty, empty),
        EventDays(empty, empty),
        SpellDays.none(),
        [YEAR],
        last_day=LAST_DAY,
    )
    assert len(measures.frame("year after")) == 0


def test_frames_become_arrays_by_the_order_of_the_people():
    people = pd.DataFrame(
        {
            "start": pd.to_datetime(["2014-01-01", "2014-01-01"]),
            "end": pd.to_datetime(["2014-02-01", None]),
            "exit_date": pd.to_datetime([None, "2015-01-01"]),
            "traced": [True, False],
        }
    )
    days = PeopleDays.from_frame(people)
    assert (days.end[1], days.exit[0], days.traced.tolist()) == (NO_DAY, NO_DAY, [True, False])
    custody = pd.DataFrame(
        {
            "person_id": ["b", "x", "a"],
            "start": pd.to_datetime(["2014-01-01"] * 3),
            "end": pd.to_datetime(["2014-01-11", "2014-01-11", None]),
        }
    )
    spells = SpellDays.from_frame(custody, ["a", "b"])
    assert spells.code.tolist() == [1, 0]
    assert (spells.end - spells.start).tolist() == [10, NO_DAY - day("2014-01-01")]


def bands_of(*bands):
    people = PeopleDays.of([day("2014-01-01")], [day("2014-06-01")])
    events = EventDays(np.array([0, 0]), np.array([day("2014-06-05"), day("2014-12-01")]))
    after = window("after", ("end", 0), None)
    return measure_windows(people, events, SpellDays.none(), [*bands, after], last_day=LAST_DAY)


def test_bands_that_touch_add_up_and_others_are_refused():
    first, rest = window("0-3", ("end", 0), ("end", 3)), window("3+", ("end", 3), None)
    check_bands(bands_of(first, rest), ["0-3", "3+"], "after")
    overlapping = window("2+", ("end", 2), None)
    with pytest.raises(DesignError, match="'2\\+' does not open on the day on which '0-3' closes"):
        check_bands(bands_of(first, overlapping), ["0-3", "2+"], "after")
    with pytest.raises(DesignError, match="days_at_liberty do not add up to 'after': 1 persons"):
        check_bands(bands_of(first, OVER_12), ["0-3", "12+"], "after")
    with pytest.raises(DesignError, match="do not begin and end with 'after'"):
        check_bands(bands_of(first), ["0-3"], "after")


def test_records_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="1 of 2 codes of `events` lie outside 0 to 0"):
        EventIndex.build([0, 1], [5, 5], n_people=1)
    with pytest.raises(ValueError, match="1 of 1 events have no day"):
        EventIndex.build([0], [NO_DAY], n_people=1)
    with pytest.raises(ValueError, match="1 of 1 spells have no start"):
        SpellIndex.build([0], [NO_DAY], [NO_DAY], n_people=1)
    with pytest.raises(ValueError, match="of one length"):
        EventIndex.build([0, 0], [5], n_people=1)
    with pytest.raises(TypeError, match="whole numbers"):
        EventIndex.build([0.0], [5.5], n_people=1)
    with pytest.raises(ValueError, match="different names"):
        bands_of(YEAR, YEAR)
    with pytest.raises(KeyError, match="no window 'nonsense'; the windows: before"):
        measure("2014-01-01", "2014-06-01").frame("nonsense")
    with pytest.raises(ValueError, match="without `proof_day`"):
        EventIndex.build([0], [5], n_people=1).proven_between(
            np.zeros(1, int), np.ones(1, int), [9]
        )
