"""A recipe is read in full, and everything wrong with it is said at once."""

import re
from pathlib import Path

import numpy as np
import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate import parse_recipe
from dipoutcomes.simulate.episodes import draw_calendar
from dipoutcomes.simulate.model import CareerModel

TEXT = (Path(__file__).parents[3] / "synthetic/gwent.toml").read_text(encoding="utf-8")


def test_the_gwent_recipe_is_read():
    recipe = parse_recipe(TEXT)
    assert recipe.people == 97 + 16 + 97
    assert [band.people for band in recipe.episodes.weeks_in_treatment] == [97, 16, 97]
    assert sum(recipe.area.values()) == 108
    assert sum(recipe.referral_source.values()) == 306
    assert sum(recipe.main_drug.values()) == 535


def test_every_fault_is_named_at_once_with_the_nearest_known_key():
    broken = (
        TEXT.replace("gamma_shape ", "gama_shape ")
        .replace("from_weeks = 12", "from_week = 12")
        .replace("seed   =", "sede   =")
        .replace("share_charged                  = 0.60", "share_charged = 1.6")
    )
    with pytest.raises(ProtocolError) as caught:
        parse_recipe(broken, name="gwent.toml")
    message = str(caught.value)
    assert message.startswith("gwent.toml: 6 faults")
    for line in (
        "[offending] has no key 'gama_shape'; did you mean 'gamma_shape'?",
        "[episodes.weeks_in_treatment.1] has no key 'from_week'; did you mean 'from_weeks'?",
        "[episodes.weeks_in_treatment.1] needs the key 'from_weeks'",
        "[top level] has no key 'sede'; did you mean 'seed'?",
        "[top level] needs the key 'seed'",
        "[detection] share_charged: Input should be less than or equal to 1",
    ):
        assert line in message


def test_a_key_like_no_other_is_answered_with_the_list():
    with pytest.raises(ProtocolError, match="the keys are mean_years, sd_years"):
        parse_recipe(TEXT.replace("sd_years       = 8.5", "sd_years = 8.5\nzzz = 1"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("closed_to         = 2013-03-31", "closed_to = 2012-03-31", "must follow each other"),
        ("to_weeks   = 24", "to_weeks = 12", "to_weeks must be greater"),
        ("oldest_years   = 65", "oldest_years = 18", "less than oldest_years"),
        ("= [1, 21]", "= [21, 1]", "0 <= least <= most"),
        ("= [1, 21]", "= [0, 21]", "days_to_start from 1 on"),
        ('"random_arrest" ', '"first_arrest" ', "needs entry.by = 'random_arrest'"),
        (
            "effect_lasts_days = 731",
            "effect_half_life_days = 90\neffect_lasts_days = 9",
            "not both",
        ),
        ("closed_from       = 2012-10-01", "index_from = 2012-10-01", "not both pairs"),
        ("episode_end_before_start = 1", "episode_end_before_start = 9", "exceeds not_eligible"),
        ("Male   = 78\nFemale = 22", "Male = 0", "must add up to more than 0"),
        ("schema_version = 1", "schema_version 1", "no valid TOML"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(old, new, says):
    assert old in TEXT
    with pytest.raises(ProtocolError, match=says):
        parse_recipe(TEXT.replace(old, new))


def test_what_is_no_text_is_said():
    with pytest.raises(
        TypeError, match=r"must be the text of a recipe .* got NoneType; read the file"
    ):
        parse_recipe(None)


@pytest.mark.parametrize("age", [{"mean_years": 90, "oldest_years": 60, "sd_years": 5},
                                 {"mean_years": 10, "sd_years": 1}])  # fmt: skip
def test_ages_that_would_nearly_all_be_cut_off_are_refused(age):
    with pytest.raises(ValueError, match=r"\[top level\] age: .*nearly all would be cut off"):
        CareerModel(offending={"offences_per_year": 1.0}, age=age)
    # Two thirds beyond a limit are a distribution still.
    CareerModel(offending={"offences_per_year": 1.0}, age={**age, "sd_years": 70})


def test_a_group_older_than_the_limits_is_refused():
    text = """
schema_version = 1
id = "old"
says = "a group too old"
seed = 1
people = 10
offending = { offences_per_year = 1.0 }
dates = { index_from = 2012-01-01, index_to = 2012-03-31, last_offence_date = 2014-03-31, \
extract_date = 2014-10-01 }
[[group]]
name = "elders"
people = 10
years_older = 80
"""
    with pytest.raises(ProtocolError, match="group 'elders': with years_older its mean age is 113"):
        parse_recipe(text)


def test_a_model_is_refused_in_the_words_of_a_recipe():
    with pytest.raises(ValueError, match="CareerModel: 3 faults in the model") as caught:
        CareerModel(offending={"offences_per_yaer": 2.0}, detection={"share_charged": 54.321})
    message = str(caught.value)
    assert (
        "[offending] has no key 'offences_per_yaer'; did you mean 'offences_per_year'?" in message
    )
    assert "[offending] needs the key 'offences_per_year'" in message
    assert "[detection] share_charged: Input should be less than or equal to 1" in message
    assert "54.321" not in message
    assert "http" not in message
    assert caught.value.__cause__ is None


def test_nobody_closes_after_the_period_on_the_last_day_there_is():
    with pytest.raises(ProtocolError, match=r"needs dates.extract_date after dates.closed_to"):
        parse_recipe(taken_on("2013-03-31"))


@pytest.mark.parametrize("day", ["2013-04-01", "2013-04-20"])
def test_nobody_comes_or_closes_after_an_extract_right_after_the_period(day):
    recipe = parse_recipe(taken_on(day))
    calendar = draw_calendar(recipe)
    late = calendar.standing == "closed_after_period"
    extract = np.datetime64(day, "D").astype(int)
    ends = calendar.slots.end[late]
    assert late.sum() == recipe.not_eligible.closed_after_period > 0
    assert (ends > np.datetime64("2013-03-31", "D").astype(int)).all()
    assert (ends <= extract).all()
    assert (calendar.slots.reference_day < extract).all()


def taken_on(day):
    """Return the recipe with the extract on *day*, and short treatment after the period."""
    text = TEXT
    for key, value in {"last_offence_date": "2013-03-31", "extract_date     ": day}.items():
        text = re.sub(rf"(?m)^{key} *= [-0-9]+", f"{key} = {value}", text)
    return re.sub(r"(?m)^closed_after_period *= \d+", "closed_after_period = 40", text)
