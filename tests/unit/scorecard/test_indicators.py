"""Targets as data, verdicts, people needed, charts and stages."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, nbinom

from dipoutcomes.errors import ProtocolError
from dipoutcomes.intervals import clopper_pearson_interval
from dipoutcomes.plots import indicators as figures
from dipoutcomes.scorecard.indicators import (
    Cascade,
    Stage,
    cumulative_chart,
    judge_count,
    judge_indicators,
    judge_share,
    parse_targets,
    people_needed,
    people_needed_table,
    rest_of_year,
    target_cascade,
    target_funnel,
)
from dipoutcomes.scorecard.indicators._exact import least_above, most_below
from dipoutcomes.scorecard.indicators.cumulative import chance_of_leaving

FILE = Path(__file__).parents[3] / "protocols" / "cambridgeshire-indicators.toml"


@pytest.fixture(scope="module")
def targets():
    return parse_targets(FILE.read_text(encoding="utf-8"))


def test_the_targets_of_cambridgeshire_are_those_printed(targets):
    shares = [t.target_percent for t in targets.indicator if t.target_percent]
    assert shares == [70, 60, 75, 80, 75, 35]
    assert targets["dtto_commencements"].target_count == 65
    assert targets["prolific"].says == "no target"


def test_the_cascade_is_25_2_per_cent_and_an_illustration(targets):
    four = [targets[i] for i in ("assessed", "care_planned", "case_managed", "retained")]
    cascade = target_cascade(four)
    assert cascade.left[-1] == pytest.approx(0.252, abs=1e-12)
    assert not cascade.chains
    assert "an illustration and no figure of the programme" in str(cascade)
    assert cascade.breaks == (
        "'assessed as needing treatment' is not 'assessed'",
        "'DIP clients' is not 'case managed by the DIP'",
    )
    assert "do not chain" in figures.plot_cascade(cascade).get_xlabel().replace("\n", " ")
    assert "An illustration" in cascade.table.notes[0]


def test_a_cascade_whose_bases_chain_needs_no_caveat():
    stages = (Stage(name="a", share=0.5, of="x", reached="y"), Stage(name="b", share=0.5, of="Y"))
    assert Cascade(stages=stages).chains
    assert str(Cascade(stages=stages)) == "50% x 50% = 25.0%"
    assert figures.plot_cascade(Cascade(stages=stages)).get_xlabel() == ""


@pytest.mark.parametrize("direction", ["at_least", "at_most"])
@pytest.mark.parametrize("target", [0.35, 0.7])
def test_either_word_is_wrong_in_at_most_a_fortieth_of_cases(direction, target):
    for n in (7, 28, 60):
        words = [judge_share(k, n, target, direction=direction).verdict for k in range(n + 1)]
        for true in (target - 1e-9, target, target + 1e-9):
            chances = binom.pmf(np.arange(n + 1), n, true)
            for word in ("met", "not met"):
                said = chances[[w == word for w in words]].sum()
                assert said <= 0.025 + 1e-6


def test_a_verdict_is_on_the_side_of_the_count_and_mirrors_with_the_direction():
    assert judge_share(600, 800, 0.7).verdict == "met"
    assert judge_share(600, 800, 0.7, direction="at_most").verdict == "not met"
    assert judge_share(0, 20, 0.3, direction="at_most").verdict == "met"
    assert judge_share(75, 100, 0.7).verdict == "cannot tell yet"


def brute_people(target, share, tail=0.025, chance=0.8):
    """Search one by one, with scipy.stats: the first from which on a hundred keep the chance."""
    run = 0
    for n in range(3_000):
        k = np.arange(n + 1)
        if share > target:
            critical = k[binom.sf(k - 1, n, target) <= tail]
            got = binom.sf(critical[0] - 1, n, share) if critical.size else 0.0
        else:
            critical = k[binom.cdf(k, n, target) <= tail]
            got = binom.cdf(critical[-1], n, share) if critical.size else 0.0
        run = run + 1 if got >= chance else 0
        if run == 101:
            return n - 100
    return None


@pytest.mark.parametrize(("target", "share"), [(0.7, 0.8), (0.7, 0.6), (0.35, 0.5), (0.8, 0.95)])
def test_people_needed_are_those_of_a_plain_search(target, share):
    assert people_needed(0, 0, target, share=share) == brute_people(target, share)


def test_people_needed_reckons_with_those_already_seen():
    assert people_needed(600, 800, 0.7) == 0
    # Told already, by so many that even all of those to come would not change it.
    assert people_needed(3, 10, 0.8, share=0.3) == people_needed(0, 40, 0.8) == 0
    assert people_needed(35, 50, 0.7) is None
    assert people_needed(501, 1_000, 0.5) is None  # 0.1 of a point: beyond reach
    fewer = people_needed(40, 50, 0.7)
    assert 0 < fewer < people_needed(0, 0, 0.7, share=0.8)
    judged = judge_share(40, 50, 0.7, people_per_month=10)
    assert judged.needed == fewer
    assert judged.months == pytest.approx(fewer / 10)


@pytest.mark.parametrize(("count", "part"), [(0, 0.25), (5, 0.5), (20, 0.5), (20, 0.9), (300, 0.4)])
def test_the_rest_of_the_year_is_what_the_binomial_does_not_reject(count, part):
    low, high = rest_of_year(count, part, 0.95)
    rests = np.arange(high + 200)
    few = binom.cdf(count, count + rests, part) > 0.025  # not so many to come
    many = binom.sf(count - 1, count + rests, part) > 0.025
    kept = rests[few & many]
    assert (low, high) == (kept[0], kept[-1])


@pytest.mark.parametrize("mean", [2.0, 12.0, 60.0])
@pytest.mark.parametrize("part", [0.25, 0.5, 0.8])
def test_predictions_hold_the_rest_as_often_as_they_say(mean, part):
    # Exact: both counts are Poisson, summed over all pairs that matter.
    from scipy.stats import poisson

    top = int(mean + 12 * np.sqrt(mean) + 12)
    held = 0.0
    for count in range(top):
        low, high = rest_of_year(count, part, 0.95)
        rest = poisson.cdf(high, mean * (1 - part)) - poisson.cdf(low - 1, mean * (1 - part))
        held += poisson.pmf(count, mean * part) * rest
    assert held >= 0.95 - 1e-6


def test_prediction_agrees_with_the_negative_binomial_of_a_flat_prior_nearby():
    # Another road: the rest given x so far is negative binomial under Jeffreys' prior.
    low, high = rest_of_year(40, 0.5, 0.95)
    other = nbinom.ppf([0.025, 0.975], 40.5, 0.5)
    assert abs(low - other[0]) <= 2
    assert abs(high - other[1]) <= 2


def test_a_yearly_number_is_met_once_it_is_reached():
    assert judge_count(65, 65, part_of_year=0.3).verdict == "met"
    assert judge_count(64, 65, part_of_year=1).verdict == "not met"
    assert judge_count(28, 65, part_of_year=0.5).verdict == "cannot tell yet"
    assert judge_count(66, 65, part_of_year=0.5, direction="at_most").verdict == "not met"
    assert judge_count(10, 65, part_of_year=0.9, direction="at_most").verdict == "met"
    with pytest.raises(ValueError, match=r"at most 1, the whole year"):
        judge_count(1, 2, part_of_year=6)


def test_a_yearly_number_is_told_by_the_end_of_the_year_and_a_week_earlier_it_is_not():
    judged = judge_count(28, 65, part_of_year=0.5)
    weeks = round(judged.months * 52 / 12)
    assert 0 < weeks <= 26

    def after(week):
        part = 0.5 + week / 52
        return judge_count(round(56 * part), 65, part_of_year=part).verdict

    assert after(weeks) == "not met"
    assert after(weeks - 1) == "cannot tell yet"
    on_it = judge_count(33, 66, part_of_year=0.5)  # on its target: only the end tells
    assert on_it.months == pytest.approx(6, abs=0.5)
    assert judge_count(65, 65, part_of_year=0.3).months is None


def test_the_funnel_is_the_exact_interval_seen_from_the_target():
    base = np.array([5, 9, 13, 25, 51, 108])
    for target in (0.3, 0.7):
        for level in (0.95, 0.998):
            for n in base:
                counts = np.arange(n + 1)
                funnel = target_funnel(
                    [str(k) for k in counts], counts, np.full(n + 1, n), target=target,
                    levels=[level],
                )  # fmt: skip
                inside = [
                    target in clopper_pearson_interval(k, int(n), confidence_level=level)
                    for k in counts.tolist()
                ]
                assert (~funnel.outside[0]).tolist() == inside


def test_the_funnel_against_their_own_share_says_so():
    funnel = target_funnel(["a", "b"], [5, 10], [10, 20])
    assert funnel.own_average
    assert "against their own share of 50.0%" in str(funnel)
    with pytest.raises(ValueError, match="give a `target`"):
        target_funnel(["a", "b"], [0, 0], [10, 20])


def test_exact_limits_are_the_first_counts_that_are_rare():
    n = np.arange(1, 80)
    for share in (0.1, 0.5, 0.93):
        for size, above, below in zip(
            n, least_above(n, share, 0.025), most_below(n, share, 0.025), strict=True
        ):
            assert binom.sf(above - 1, size, share) <= 0.025 < binom.sf(above - 2, size, share)
            assert binom.cdf(below, size, share) <= 0.025 < binom.cdf(below + 1, size, share)


def test_looking_every_month_costs_what_it_costs_and_the_chart_pays_for_it():
    bases, rng = [20] * 12, np.random.default_rng(7)
    paths = np.cumsum(rng.binomial(20, 0.7, size=(40_000, 12)), axis=1)
    total = np.cumsum(bases)
    low = most_below(total, 0.7, 0.025) + 1
    high = least_above(total, 0.7, 0.025) - 1
    left = ((paths < low) | (paths > high)).any(axis=1).mean()
    exact = chance_of_leaving(bases, 0.7, 0.05)
    assert left == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 40_000))
    assert exact > 0.15
    chart = cumulative_chart([14] * 12, bases, 0.7)
    left = ((paths < chart.low) | (paths > chart.high)).any(axis=1).mean()
    error = 4 * np.sqrt(chart.false_alarm * (1 - chart.false_alarm) / 40_000)
    assert left == pytest.approx(chart.false_alarm, abs=error)
    assert 0.035 < chart.false_alarm <= 0.05


def test_one_period_alone_has_the_exact_limits_of_one_look():
    chart = cumulative_chart([40], [60], 0.7)
    funnel = target_funnel(["a"], [40], [60], target=0.7, levels=[0.95])
    assert (chart.low[0], chart.high[0]) == (funnel.low[0, 0], funnel.high[0, 0])


def test_a_period_without_people_moves_nothing():
    with_gap = cumulative_chart([14, 0, 12], [20, 0, 20], 0.7)
    without = cumulative_chart([14, 12], [20, 20], 0.7)
    assert with_gap.base.tolist() == [20, 20, 40]
    assert with_gap.false_alarm == pytest.approx(without.false_alarm)


def test_charts_refuse_what_they_cannot_draw():
    with pytest.raises(ValueError, match="must not exceed"):
        cumulative_chart([21], [20], 0.7)
    with pytest.raises(ValueError, match=r"70% is written 0\.70"):
        cumulative_chart([1], [20], 70)
    with pytest.raises(ValueError, match="must name 2 periods"):
        cumulative_chart([1, 2], [20, 20], 0.7, labels=["a"])
    with pytest.raises(ValueError, match="one length, one an area"):
        target_funnel(["a"], [1, 2], [3, 4], target=0.5)


def test_all_indicators_at_once(targets):
    found = judge_indicators(
        targets,
        {"assessed": (150, 200), "retained": (30, 60), "dtto_commencements": (28, 0.5)},
        people_per_month={"assessed": 33},
    )
    assert found["assessed"].verdict == "cannot tell yet"
    assert found["retained"].verdict == "not met"
    verdicts = [row["verdict"] for row in found.table.rows]
    assert verdicts.count("no figure") == 4
    assert verdicts.count("no target") == 1
    assert "12 months" in found["assessed"].waiting
    assert found.to_dict()["indicators"]["retained"]["target"] == 0.8
    with pytest.raises(ValueError, match="did you mean 'retained'"):
        judge_indicators(targets, {"retaind": (1, 2)})
    with pytest.raises(ValueError, match="has no target"):
        judge_indicators(targets, {"prolific": (1, 2)})
    with pytest.raises(ValueError, match=r"assessed: .* 2\.5 is no number of people"):
        judge_indicators(targets, {"assessed": (1, 2.5)})


def test_how_many_people_each_target_needs(targets):
    table = people_needed_table(targets, points=[10, 25])
    assert len(table) == 6
    retained = next(row for row in table.rows if row["name"].startswith("Retained"))
    assert retained["up_25"] is None  # more than everybody
    assert retained["up_10"] < retained["down_10"]


def test_faults_of_a_file_of_targets():
    with pytest.raises(ProtocolError) as caught:
        parse_targets('[indicators]\ntitle = "x"\n[[indicator]]\nid = "a"\nnme = "A"\n')
    assert "did you mean 'name'?" in str(caught.value)
    entry = '[[indicator]]\nid = "a"\nname = "A"\ntarget_percent = 70\ntarget_count = 3\n'
    with pytest.raises(ProtocolError) as caught:
        parse_targets(f'[indicators]\ntitle = "x"\n{entry}{entry}')
    assert "one is enough" in str(caught.value)
    assert "the id 'a' is given to 2 indicators" in str(caught.value)


def test_figures_have_words_and_marks(targets):
    found = judge_indicators(targets, {"assessed": (150, 200), "retained": (30, 60)})
    ax = figures.plot_indicators(found.shares)
    assert [text.get_text() for text in ax.texts] == ["cannot tell yet", "not met"]
    assert "target at least 80%: not met" in figures.describe_indicators(found.shares)
    with pytest.raises(ValueError, match="shares alone"):
        figures.plot_indicators([judge_count(1, 2, part_of_year=0.5)])
    chart = cumulative_chart([14, 12, 9, 10, 9, 8], [20] * 6, 0.7)
    legend = figures.plot_cumulative_chart(chart).get_legend().get_texts()
    assert {text.get_text() for text in legend} >= {"beyond the limits", "within the limits"}
    funnel = target_funnel(["a", "b"], [7, 24], [10, 51], target=0.7)
    assert [t.get_text() for t in figures.plot_target_funnel(funnel).texts] == ["b: 24 of 51"]


@pytest.mark.parametrize("n", [1, 9, 28, 97])
@pytest.mark.parametrize("target", [0.05, 0.35, 0.7, 0.8])
def test_a_wrong_word_has_at_most_half_of_what_the_level_leaves(n, target):
    words = np.array([judge_share(k, n, target).verdict for k in range(n + 1)])
    for share in np.linspace(0, 1, 101):
        wrong = "met" if share < target else "not met"
        assert binom.pmf(np.arange(n + 1), n, share)[words == wrong].sum() <= 0.025


def test_every_figure_that_cannot_be_is_named_at_once(targets):
    with pytest.raises(ValueError, match="assessed") as caught:
        judge_indicators(targets, {"assessed": (90, 80), "retained": (9, 0.5), "prolific": (9, 10)})
    assert str(caught.value).splitlines() == [
        "assessed: 90 of 80 cannot be; the count is part of the base",
        "retained: the target is a share, and 0.5 is no number of people",
        "prolific: it has no target to be judged by",
    ]
