"""Numbers that nobody can live by are refused in words, before anything is made."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from dipoutcomes.errors import DesignError, ProtocolError
from dipoutcomes.simulate import (
    CareerModel,
    Slots,
    apportion,
    make_cohort,
    parse_recipe,
    simulate_careers,
)
from dipoutcomes.simulate._calendar import NO_DAY
from dipoutcomes.simulate.calibration.fit import fit_to_targets
from dipoutcomes.simulate.calibration.search import calibrate

SYNTHETIC = Path(__file__).parents[3] / "synthetic"
GWENT = (SYNTHETIC / "gwent.toml").read_text(encoding="utf-8")
HOME_OFFICE = (SYNTHETIC / "home-office-no-effect.toml").read_text(encoding="utf-8")


def model(rate=2.0, **sections):
    offending = {"offences_per_year": rate} | sections.pop("offending", {})
    return CareerModel.model_validate({"offending": offending} | sections)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("gamma_shape  ", "log_sd = inf\ngamma_shape", "log_sd: Input should be a finite number"),
        ("history_months    = 24", "history_months = 1000000", "less than or equal to 1200"),
        ("extract_date      = 2015-04-30", "extract_date = 9999-12-31", "years 1900 to 2200"),
        ("during_treatment      = false", "during_treatment = true", "during_treatment must be f"),
        (
            "share_reentering ",
            "share_closed_by_arrest = 0.2\nshare_reentering",
            "by_arrest must be",
        ),
        (
            "share_reentering ",
            "drop_out_per_year = 0.2\nshare_reentering",
            "drop_out_per_year must",
        ),
        (
            "share_reentering ",
            "days_until_effect = 99999999\nshare_reentering",
            "or equal to 36525",
        ),
        ("= [1, 21]", "= [1]", "[entry.days_to_start] needs 2 values"),
    ],
)
def test_a_recipe_of_what_cannot_be_is_refused(old, new, says):
    assert GWENT.count(old) == 1
    with pytest.raises(ProtocolError) as caught:
        parse_recipe(GWENT.replace(old, new))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("types", "says"),
    [
        ([{"name": "a", "share": 0}, {"name": "b", "share": 0}], "must add up to more than 0"),
        ([{"name": "a", "share": 1}, {"name": "a", "share": 2}], "one name"),
        ([{"name": str(n), "share": 1} for n in range(130)], "at most 100"),
    ],
)
def test_kinds_of_offence_that_cannot_be_told_apart_or_drawn_are_refused(types, says):
    with pytest.raises(ValueError, match=says):
        model(offence_type=types)


def test_names_that_the_extract_cannot_hold_are_refused_before_it_is_made():
    first = GWENT.index("[[offence_type]]")
    name = GWENT.index('"', first) + 1
    with pytest.raises(ProtocolError, match="Windows-1252"):
        parse_recipe(GWENT[:name] + "\u65e5" + GWENT[name:])


@pytest.mark.parametrize(
    "offending",
    [
        {"offences_per_year": 1e7},
        {"gamma_shape": 1e-9},
        {"differ": "log_normal", "log_sd": 10},
        {"share_of_time_active": 1e-9},
        {"drift_per_year": -0.999999},
        {"follow_on_offences": 0.94, "mean_days_to_follow_on": 36_525, "offences_per_year": 900},
    ],
)
def test_more_offences_than_memory_holds_are_refused(offending):
    with pytest.raises(DesignError, match="possible offences, and at most"):
        simulate_careers(model(offending=offending), 400, seed=1)


def test_rates_next_to_nothing_and_waits_without_end_come_to_nothing():
    never = model(
        rate=1.0,
        offending={"share_desisters": 1.0, "desistance_per_year": 1e-25},
        exits={"deaths_per_year": 1e-25},
        custody={"share_sentenced": 1.0, "licence_over_served": 1e300, "share_recalled": 0.5},
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        careers = simulate_careers(never, 200, seed=1)
    assert (careers.exit_day == NO_DAY).all()
    assert careers.count(careers.entry_day + 1, careers.entry_day + 366).sum() > 0


@pytest.mark.parametrize(
    "entry",
    [
        {"by": "recent_count", "within_days": 800, "minimum_arrests": 1},
        {"by": "release", "most_days_inside": 900, "mean_days_inside": 500},
    ],
)
def test_entry_that_looks_back_further_than_the_record_is_refused(entry):
    with pytest.raises(DesignError, match=r"begins less than [89]0[01] days before"):
        simulate_careers(model(entry=entry), 50, seed=1)
    longer = simulate_careers(model(entry=entry), 50, seed=1, days_before=1000)
    assert longer.people == 50


def test_those_who_never_begin_can_die_too():
    half = model(
        treatment={"share_engaging": 0.5, "planned_days": [1, 1]},
        exits={"deaths_per_year": 1.0, "during_treatment": False},
    )
    careers = simulate_careers(half, 2_000, seed=2)
    began = careers.start != NO_DAY
    year = careers.entry_day.astype(np.int64) + 365
    dead = careers.exit_day <= year
    # 1 - exp(-1) = 63% in a year for either; a little less where days of treatment come first.
    assert dead[~began].mean() == pytest.approx(0.632, abs=0.05)
    assert dead[began].mean() == pytest.approx(0.62, abs=0.05)


def test_desisters_who_stop_at_once_are_no_prisoners():
    at_once = model(offending={"share_desisters": 1.0, "desistance_per_year": 1e9})
    with pytest.raises(DesignError, match="or had stopped for good"):
        simulate_careers(at_once, 5, seed=1)


def test_windows_of_the_truth_hold_only_people_whose_record_covers_them():
    recipe = parse_recipe(HOME_OFFICE.replace("people = ", "people = 40 #", 1))
    cohort = make_cohort(recipe)
    lives = cohort.careers
    for name, window in cohort.truth["windows"].items():
        assert window["people_observed_to_the_end"] <= window["people"] <= 40, name
    months = (lives.end.astype("datetime64[D]").astype("datetime64[M]")[:, None]).ravel()
    late = months + np.timedelta64(12, "M")
    extract = np.datetime64(recipe.dates.extract_date, "M")
    surely = int((late < extract).sum())
    possibly = int((late <= extract).sum())
    assert surely <= cohort.truth["windows"]["3 to 12 months after"]["people"] <= possibly
    assert possibly < 40


def with_free(key, low, high):
    head, _, _ = HOME_OFFICE.partition("[[free]]")
    return parse_recipe(f'{head}[[free]]\nkey = "{key}"\nlow = {low}\nhigh = {high}\n')


@pytest.mark.parametrize(
    ("key", "low", "high", "says"),
    [
        ("dates.history_months", 12.0, 40.0, "is a whole number, and only others can be moved"),
        ("offending.follow_on_offences", -1.0, 0.9, "greater than or equal to 0"),
        ("offending.follow_on_offences", 0.1, 3.0, "less than 0.95"),
    ],
)
def test_numbers_that_cannot_be_moved_so_far_are_refused_before_the_search(key, low, high, says):
    with pytest.raises(ProtocolError, match=says):
        calibrate(with_free(key, low, high), people=50, rounds=1)


def test_a_figure_that_nobody_counts_for_is_named_and_not_searched_for():
    head, _, _ = HOME_OFFICE.partition("[[target]]")
    nobody = (
        head
        + (
            '[[target]]\nname = "ten years on"\nstatistic = "share_with_event"\nmonths = [0, 120]\n'
            'value = 0.5\ntolerance = 0.1\nsource = "none"\n'
        )
        + '[[free]]\nkey = "offending.gamma_shape"\nlow = 0.1\nhigh = 9.0\n'
    )
    with pytest.raises(DesignError, match="counts for 1 of the figures: ten years on"):
        calibrate(parse_recipe(nobody), people=50, rounds=1)


def test_months_before_the_record_are_not_counted_as_free_of_arrests():
    head, _, _ = HOME_OFFICE.partition("[[target]]")
    target = (
        '[[target]]\nname = "change over years"\nstatistic = "change_in_events"\nmonths = [0, 6]\n'
        'months_before = {}\nvalue = 0.5\ntolerance = 0.1\nsource = "none"\n'
    )
    covered, beyond = (
        fit_to_targets(parse_recipe(head + target.format(months)), people=500).rows[0].counted.value
        for months in (24, 25)
    )
    assert np.isfinite(covered)
    assert np.isnan(beyond)


def test_a_target_for_a_group_that_is_none_is_refused():
    text = HOME_OFFICE.replace("[[target]]", '[[target]]\ngroup = "nobody"', 1)
    with pytest.raises(ProtocolError, match="group 'nobody', which is none"):
        parse_recipe(text)


DAYS = np.full(3, 16_000)


@pytest.mark.parametrize(
    ("slots", "error", "says"),
    [
        (Slots(DAYS, DAYS + 9, DAYS + 99), ValueError, "3 people have a reference day before"),
        (Slots(DAYS, DAYS - 9, DAYS - 99), ValueError, "3 people have a record that ends before"),
        (Slots(DAYS + 0.5, DAYS - 9, DAYS + 99), TypeError, "whole numbers, days since"),
        (Slots([16_000] * 3, DAYS - 9, DAYS + 99), TypeError, "whole numbers, days since"),
        (Slots(DAYS, DAYS[:2] - 9, DAYS + 99), ValueError, "one element a person"),
        (
            Slots(DAYS, DAYS - 9, DAYS + 99, age_years=np.array([30.0, -5.0, np.nan])),
            ValueError,
            "2 people have an age",
        ),
        (
            Slots(DAYS, DAYS - 9, DAYS + 99, start=DAYS + 5, end=DAYS + 5),
            ValueError,
            "3 people have an episode that ends before",
        ),
    ],
)
def test_slots_that_do_not_fit_together_are_refused(slots, error, says):
    with pytest.raises(error, match=says):
        simulate_careers(model(), 3, seed=1, slots=slots)


def test_people_and_counts_below_nothing_are_not_shared_out():
    for people, counts in ((-3, [1, 2]), (3, [-1, 2])):
        with pytest.raises(ValueError, match="must be at least 0"):
            apportion(people, counts)
    with pytest.raises(TypeError, match="whole number"):
        apportion(3, [1.5, 2.5])
