"""A recipe is read in full, and everything wrong with it is said at once."""

from pathlib import Path

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate import parse_recipe

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
