"""The figures of a target, by hand; the search finds numbers that are known; a miss is named."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import nbinom

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate import parse_recipe
from dipoutcomes.simulate.calibration.fit import fit_to_targets, resized
from dipoutcomes.simulate.calibration.rewrite import with_numbers
from dipoutcomes.simulate.calibration.search import calibrate
from dipoutcomes.simulate.calibration.statistics import Counted, count_target
from dipoutcomes.simulate.calibration.targets import Target
from dipoutcomes.simulate.cohort import draw_lives

BASE = """
schema_version = 1
id = "small"
says = "people for a test"
seed = 3
people = 400
dates.index_from = 2012-01-01
dates.index_to = 2012-03-31
dates.last_offence_date = 2014-03-31
dates.extract_date = 2014-10-01

[entry]
by = "none"

[offending]
offences_per_year = 2.0   # moved
gamma_shape = 2.0
"""


def target(statistic, value, tolerance=0.005, **more):
    lines = {"name": "a figure", "statistic": statistic, "at": "reference", "value": value,
             "tolerance": tolerance, "source": "made up for the test"} | more  # fmt: skip
    rows = []
    for key, content in lines.items():
        shown = f'"{content}"' if isinstance(content, str) else str(content).lower()
        rows.append(f"{key} = {shown}")
    return "\n[[target]]\n" + "\n".join(rows) + "\n"


def free(key, low, high):
    return f'\n[[free]]\nkey = "{key}"\nlow = {low}\nhigh = {high}\n'


@pytest.mark.parametrize(
    ("statistic", "more", "by_hand"),
    [
        ("share_with_event", {}, lambda a, b: (a > 0).mean()),
        ("events_per_person", {}, lambda a, b: a.mean()),
        ("events_per_person_with_event", {}, lambda a, b: a[a > 0].mean()),
        ("share_with_count", {"least": 2, "most": 3}, lambda a, b: np.isin(a, [2, 3]).mean()),
        ("share_with_count", {"least": 6}, lambda a, b: (a >= 6).mean()),
        ("change_in_events", {}, lambda a, b: a.sum() / b.sum() - 1),
        ("share_who_decline", {}, lambda a, b: (a < b).mean()),
        ("change_among_those_who_decline", {}, lambda a, b: a[a < b].sum() / b[a < b].sum() - 1),
    ],
)
def test_a_figure_is_what_a_plain_count_gives(statistic, more, by_hand):
    recipe = parse_recipe(BASE)
    careers, group = draw_lives(recipe)
    wanted = Target.model_validate(
        {
            "name": "figure",
            "statistic": statistic,
            "at": "reference",
            "months": (0, 6),
            "value": 1,
            "tolerance": 1,
            "source": "test",
            "months_before": 6,
        }
        | more
    )
    after, before = np.zeros(400, int), np.zeros(400, int)
    for code in range(400):
        day = careers.reference_day[code].astype("datetime64[D]")
        month = day.astype("datetime64[M]")
        into = day - month.astype("datetime64[D]")

        def moved(months, month=month, into=into):
            start = (month + months).astype("datetime64[D]")
            last = (month + months + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
            return min(start + into, last)

        own = careers.day[(careers.person == code) & careers.arrested].astype("datetime64[D]")
        after[code] = ((own >= day) & (own < moved(6))).sum()
        before[code] = ((own >= moved(-6)) & (own < day)).sum()
    assert count_target(wanted, careers, group).value == pytest.approx(by_hand(after, before))


def test_the_error_of_a_mean_and_of_a_ratio_are_those_of_repeated_draws():
    rng = np.random.default_rng(1)
    means, ratios, errors = [], [], []
    for _ in range(800):
        up, down = rng.poisson(2, 200), rng.poisson(3, 200)
        means.append(Counted.mean(up).value)
        ratio = Counted.ratio(up, down)
        ratios.append(ratio.value)
        errors.append((Counted.mean(up).standard_error, ratio.standard_error))
    assert np.std(means) == pytest.approx(np.mean(errors, axis=0)[0], rel=0.1)
    assert np.std(ratios) == pytest.approx(np.mean(errors, axis=0)[1], rel=0.1)


def test_a_plain_gamma_poisson_through_the_national_figures_misses_those_with_one_or_two():
    # (1 + m / k)^-k = 0.39 at m = 2.6016: k = 0.53; then 28% have one or two, published 25%.
    text = BASE.replace("2.0   # moved", "3.0").replace("gamma_shape = 2.0", "gamma_shape = 0.8")
    text += target("share_with_event", 0.61) + target("events_per_person", 2.6016)
    text += target("share_with_count", 0.25, least=1, most=2, held_out=True)
    text += free("offending.offences_per_year", 0.5, 20) + free("offending.gamma_shape", 0.1, 5)
    moved, fit = calibrate(parse_recipe(text), people=8_000, check_with=60_000, rounds=7)
    found = dict(fit.moved)
    assert found["offending.gamma_shape"] == pytest.approx(0.53, abs=0.025)
    assert found["offending.offences_per_year"] == pytest.approx(2.6016, abs=0.06)
    assert [row.verdict for row in fit.rows] == ["met", "met", "missed"]
    k = 0.5301
    expected = nbinom.pmf([1, 2], k, k / (k + 2.6016)).sum()
    assert fit.rows[2].counted.value == pytest.approx(expected, abs=0.01)
    assert "2 of 3 published figures are met. Missed: a figure (0.28 for 0.25)" in str(fit)
    assert moved.offending.gamma_shape == found["offending.gamma_shape"]


def test_without_free_numbers_the_fit_is_told_as_it_is():
    recipe = parse_recipe(BASE + target("events_per_person", 9.0))
    same, fit = calibrate(recipe, check_with=2_000)
    assert same == recipe
    assert [row.target.name for row in fit.missed] == ["a figure"]
    assert not fit.moved
    assert fit.to_dict()["targets"][0]["verdict"] == "missed"


def test_what_cannot_be_calibrated_is_refused_all_at_once():
    with pytest.raises(ProtocolError, match="names no published figure"):
        fit_to_targets(parse_recipe(BASE))
    text = BASE + target("events_per_person", 2.0)
    text += free("offending.nothing", 0, 1) + free("offending.gamma_shape", 3, 4)
    with pytest.raises(ProtocolError) as caught:
        calibrate(parse_recipe(text))
    assert "'offending.nothing' names no number of the recipe" in str(caught.value)
    assert "'offending.gamma_shape' is 2 and must start inside its limits" in str(caught.value)
    with pytest.raises(ProtocolError, match="the first less than the second; most must not be"):
        parse_recipe(BASE + target("share_with_count", 1, months=[3, 3], least=4, most=2))
    with pytest.raises(ProtocolError, match="needs group and against"):
        parse_recipe(BASE + target("rate_ratio_between_groups", 1))


GROUPS = """
[[group]]
name = "few"
people = 100
rate_ratio = 0.5
[[group]]
name = "many"
people = 300
"""


def test_groups_are_compared_and_found_numbers_reach_into_lists():
    text = BASE + GROUPS + target("rate_ratio_between_groups", 0.7, group="few", against="many")
    text += free("group.0.rate_ratio", 0.2, 2.0)
    recipe = parse_recipe(text)
    assert [group.people for group in resized(recipe, 1_000, 1).group] == [500, 500]
    moved, fit = calibrate(recipe, people=4_000, check_with=40_000, rounds=5)
    assert moved.group[0].rate_ratio == pytest.approx(0.7, abs=0.05)
    assert fit.rows[0].verdict == "met"
    written = with_numbers(text, dict(fit.moved))
    assert parse_recipe(written).group[0].rate_ratio == moved.group[0].rate_ratio
    assert written.count("# moved") == 1
    mixed = parse_recipe(BASE + GROUPS + target("events_per_person", 2.0))
    assert [group.people for group in resized(mixed, 1_000, 1).group] == [250, 750]


def test_a_number_that_does_not_stand_alone_is_not_written_over():
    with pytest.raises(ProtocolError, match=r"2 numbers do not stand on a line .* a\.b, exits\.x"):
        with_numbers("[a]\nc = 1\n", {"a.b": 1.0, "exits.x": 2.0})


def test_what_is_met_for_want_of_people_is_said_to_be_so():
    home = Path(__file__).parents[3]
    text = (home / "synthetic/national-2008.toml").read_text(encoding="utf-8")
    recipe = parse_recipe(text)
    few = fit_to_targets(recipe, people=40)
    assert {row.target.name for row in few.unproven} == {
        row.target.name for row in few.rows if row.verdict == "met"
    }
    assert "so many people show no miss, and no more than that" in str(few)
    wide = recipe.model_copy(
        update={"target": tuple(t.model_copy(update={"tolerance": 9.0}) for t in recipe.target)}
    )
    enough = fit_to_targets(wide, people=40)
    assert enough.unproven == ()
    assert "show no miss" not in str(enough)
