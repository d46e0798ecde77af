"""Operating characteristics: hand-made sums, money, risks, sizes, bars, refusals, words."""

import importlib.util
from math import floor, isnan
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from dipoutcomes.errors import DesignError
from dipoutcomes.payment.operating_characteristics import (
    PeopleModel,
    Scenario,
    _past,
    best_threshold,
    characteristics_from_people,
    compare_scenarios,
    operating_characteristics,
    payment_distribution,
    payment_risks,
    plan_payment,
    scenarios_for,
    smallest_cohort,
    usual_scenarios,
)

_spec = importlib.util.spec_from_file_location(
    "payment_designs", Path(__file__).with_name("payment_designs.py")
)
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)


def by_binomial(n, effect, bar=0.05, share=0.58, strict=False):
    """Return the chance by hand: so few people with the event that the share has fallen enough."""
    most = floor(n * (share - bar) + 1e-9)
    if strict and abs(most - n * (share - bar)) < 1e-9:
        most -= 1
    return binom.cdf(most, n, share - effect)


@pytest.mark.parametrize("n", [1, 7, 28, 100, 300])
@pytest.mark.parametrize("effect", [-0.03, 0.0, 0.05, 0.12])
def test_a_share_against_a_fixed_one_is_a_binomial_tail(n, effect):
    found = operating_characteristics(made.share_design(n), [effect])
    assert found.rows[0].chance_paid == pytest.approx(by_binomial(n, effect), abs=1e-9)
    assert found.simulated == 0


def test_a_tie_is_met_by_at_least_and_not_by_more_than():
    # 53 of 100 is exactly 5 points below 58%.
    design = made.share_design(100, more='comparison = ">"')
    found = operating_characteristics(design, [0.0]).rows[0].chance_paid
    assert found == pytest.approx(by_binomial(100, 0.0, strict=True), abs=1e-9)
    assert found < by_binomial(100, 0.0)


def test_binomial_against_binomial_is_the_double_sum():
    design = made.share_design(
        28, baseline='kind = "historical_cohort"', baseline_people=50, terms=("bar",)
    )
    found = operating_characteristics(design, [0.05]).rows[0].chance_paid
    x, y = np.arange(29)[:, None], np.arange(51)[None, :]
    pays = y / 50 - x / 28 >= 0.05 - 1e-12
    chance = binom.pmf(x, 28, 0.53) * binom.pmf(y, 50, 0.58)
    assert found == pytest.approx((pays * chance).sum(), abs=1e-8)
    # The baseline's error makes paying for nothing likelier.
    none = operating_characteristics(design, [0.0]).rows[0].chance_paid
    assert none > operating_characteristics(made.share_design(28), [0.0]).rows[0].chance_paid


def test_a_baseline_with_a_standard_error_is_normal_about_the_truth():
    design = made.share_design(
        400, baseline='kind = "risk_adjusted_expected", value = 0.58, standard_error = 0.02'
    )
    found = operating_characteristics(design, [0.0]).rows[0].chance_paid
    rng = np.random.default_rng(1)
    x, base = rng.binomial(400, 0.58, 400_000) / 400, 0.58 + 0.02 * rng.standard_normal(400_000)
    assert found == pytest.approx(np.mean(base - x >= 0.05), abs=0.003)


def test_money_adds_up_and_follows_tiers_and_caps():
    design = made.frequency_design(60, more=made.TIERED)
    found = operating_characteristics(design, [0.0, 0.15, 0.30])
    for row in found.rows:
        spread = payment_distribution(design, row.effect)
        assert spread.expected == pytest.approx(row.expected_payment, rel=1e-9)
        assert spread.chance.sum() == pytest.approx(1)
        assert spread.amount.max() <= 3000
        assert spread.share_nothing == pytest.approx(1 - row.chance_paid, abs=1e-9)
        total = row.deserved + row.overpayment - row.underpayment
        assert row.expected_payment == pytest.approx(total, rel=1e-9)
    none, some, much = found.rows
    assert none.deserved == 0
    assert none.overpayment == pytest.approx(none.expected_payment)
    # 60 people, 1.55 events, 15% fewer at 100; 30% fewer at 150 for each, capped at 3,000.
    assert some.deserved == pytest.approx(60 * 1.55 * 0.15 * 100)
    assert much.deserved == 3000
    assert some.prevented == pytest.approx(60 * 1.55 * 0.15)
    assert some.price_of_one == pytest.approx(some.expected_payment / some.prevented)
    assert isnan(none.price_of_one)


def test_money_paid_back_counts_against_the_provider():
    design = made.share_design(100, more=made.WITH_CLAWBACK)
    row = operating_characteristics(design, [0.05]).rows[0]
    paid = by_binomial(100, 0.05)
    assert row.chance_paid == pytest.approx(paid)
    assert row.chance_paid_back == pytest.approx(1 - paid)
    assert row.expected_payment == pytest.approx(1000 * paid - 400 * (1 - paid))
    assert row.underpayment == pytest.approx(1400 * (1 - paid))
    spread = payment_distribution(design, 0.05)
    assert spread.amount.tolist() == [-400, 1000]
    assert (spread.quantile(0.1), spread.quantile(0.9)) == (-400, 1000)
    assert "money is paid back" in str(spread)


def test_a_price_that_is_not_known_leaves_the_chance():
    design = made.published("peterborough-2010", n=100)
    found = operating_characteristics(design, [0.0, 0.1])
    assert not found.is_priced
    assert isnan(found.rows[0].expected_payment)
    with pytest.raises(DesignError, match="does not say what is paid"):
        payment_distribution(design, 0.0)


def test_a_price_that_is_a_share_needs_the_value():
    design = made.published(
        "doncaster-2011", n=100, people=PeopleModel.from_share(0.58), contract_value=made.VALUE
    )
    assert payment_distribution(design, 0.0).amount.tolist() == [-100_000, 100_000]


def test_both_parties_risks_and_the_sentence_on_the_bar():
    risks = payment_risks(made.share_design(28), 0.10)
    assert risks.commissioner_risk == pytest.approx(by_binomial(28, 0.0))
    assert risks.provider_risk == pytest.approx(1 - by_binomial(28, 0.10))
    assert risks.chance_at_bar == pytest.approx(by_binomial(28, 0.05))
    assert "44.7% of the time" in risks.at_the_bar()
    assert "coin toss" in risks.at_the_bar()
    with pytest.raises(ValueError, match="greater than"):
        payment_risks(made.share_design(28), 0.0)


@pytest.mark.parametrize("promised", [0.10, 0.08])  # one risk binds, and the other
def test_the_smallest_cohort_is_the_first_and_it_says_from_which_it_stays(promised):
    size = smallest_cohort(made.share_design(28), promised)

    def keeps(n):
        return by_binomial(n, 0.0) <= 0.10 and 1 - by_binomial(n, promised) <= 0.20

    assert size.n == next(n for n in range(1, 600) if keeps(n))
    assert all(keeps(n) for n in range(size.stable_n, size.looked_to + 1))
    assert not keeps(size.stable_n - 1)
    assert "for good from" in str(size)


def test_the_smallest_cohort_with_a_matched_group_keeps_both_risks():
    size = smallest_cohort(made.frequency_design(), 0.30)
    assert size.risks.commissioner_risk <= 0.10
    assert size.risks.provider_risk <= 0.20
    before = payment_risks(made.frequency_design(size.n - 1), 0.30)
    assert before.commissioner_risk > 0.10 or before.provider_risk > 0.20


def test_no_cohort_is_large_enough_for_a_bar_at_the_promise():
    with pytest.raises(DesignError, match="about half the time at best"):
        smallest_cohort(made.share_design(), 0.05)
    with pytest.raises(DesignError, match="about half the time at least"):
        smallest_cohort(made.share_design(bar="0.0"), 0.10)
    with pytest.raises(DesignError, match="no cohort up to 40"):
        smallest_cohort(made.share_design(), 0.10, largest=40)


def test_the_best_bar_is_the_lowest_that_keeps_the_commissioners_risk():
    found = best_threshold(made.share_design(200), 0.10, step=0.005)
    risk = [by_binomial(200, 0.0, bar) for bar in found.bar]
    assert found.commissioner_risk == pytest.approx(risk, abs=1e-9)
    assert found.best == next(b for b, r in zip(found.bar, risk, strict=True) if r <= 0.10)
    assert found.keeps_both
    assert found.agreed == 0.05
    too_few = best_threshold(made.share_design(28), 0.10)
    assert not too_few.keeps_both
    assert "larger cohort" in str(too_few)


def test_scenarios_move_what_they_say():
    design = made.share_design(100, baseline='kind = "historical_cohort"', baseline_people=1500)
    found = compare_scenarios(
        design, usual_scenarios("historical_cohort", drift=-0.02), [0.0, 0.10]
    )
    plain = found["as the contract supposes"].rows[0].chance_paid
    for name in ("national drift", "baseline of the worst of 5 years", "only easy clients started",
                 "a fifth drop out, hard cases first", "hard cases closed early"):  # fmt: skip
        assert found[name].rows[0].chance_paid > plain + 0.05, name
    # Losing people at random adds chance and nothing else.
    assert abs(found["a fifth drop out, whoever they are"].rows[0].chance_paid - plain) < 0.05
    with pytest.raises(KeyError, match="national drift"):
        found["no such"]
    assert "points" in str(found)


def test_drift_is_the_binomial_at_the_drifted_share():
    design = made.share_design(100, scenario=Scenario(drift=-0.02))
    assert operating_characteristics(design, [0.0]).rows[0].chance_paid == pytest.approx(
        by_binomial(100, 0.02)
    )


def test_a_matched_group_drifts_along_and_may_see_the_choice():
    plain = operating_characteristics(made.frequency_design(), [0.0]).rows[0]
    drift = made.frequency_design(scenario=Scenario(drift=-0.10))
    drifted = operating_characteristics(drift, [0.0]).rows[0]
    assert drifted.chance_paid == plain.chance_paid
    chosen = {
        seen: operating_characteristics(
            made.frequency_design(scenario=Scenario(hardest_not_started=0.2, matching_sees=seen)),
            [0.0],
        ).rows[0].chance_paid
        for seen in (0.0, 0.5, 1.0)
    }  # fmt: skip
    assert chosen[0.0] > chosen[0.5] > chosen[1.0]
    assert chosen[1.0] == pytest.approx(plain.chance_paid, abs=0.02)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"scenario": Scenario(baseline_years=3)}, "an earlier cohort gave"),
        (
            {
                "scenario": Scenario(year_sd=0.03),
                "baseline": 'kind = "historical_cohort", value = 0.58',
            },
            "give `baseline_people`",
        ),
        (
            {"scenario": Scenario(closed_early=0.5), "baseline": 'kind = "own_past"'},
            "not modelled",
        ),
    ],
)
def test_what_a_baseline_cannot_have_is_refused(options, says):
    with pytest.raises(DesignError, match=says):
        operating_characteristics(made.share_design(**options), [0.0])


def test_terms_without_a_model_of_counts_are_refused_all_at_once():
    with pytest.raises(DesignError, match="re_engagement") as error:
        made.published("drug-recovery-illustration", n=100)
    assert "6, 12 months" in str(error.value)
    one = made.published("drug-recovery-illustration", n=100, terms=("fewer_offences",))
    assert operating_characteristics(one, [0.2]).rows[0].deserved > 0


def test_terms_of_one_kind_are_judged_together():
    with pytest.raises(DesignError, match="judged apart"):
        made.published("peterborough-2010", n=100, terms=("each_cohort", "all_cohorts"))
    with pytest.raises(ValueError, match="no term 'nobody'"):
        made.published("peterborough-2010", n=100, terms=("nobody",))
    pooled = made.published("peterborough-2010", n=2000, terms=("all_cohorts",))
    assert pooled.bar == 0.075
    assert "each_cohort" in " ".join(pooled.assumptions())


def test_simulation_needs_a_generator_and_exactness_is_refused_where_there_is_none():
    several = made.published("transforming-rehabilitation-2015", n=100, baseline_people=1000)
    with pytest.raises(TypeError, match="`rng` is needed"):
        operating_characteristics(several, [0.0])
    with pytest.raises(DesignError, match="cannot all be listed"):
        operating_characteristics(several.replace(method="exact"), [0.0])


def test_an_impossible_effect_is_refused():
    with pytest.raises(DesignError, match="smaller effect"):
        operating_characteristics(made.share_design(), [0.58])
    with pytest.raises(ValueError, match="finite"):
        operating_characteristics(made.share_design(), [float("nan")])


@pytest.mark.parametrize(
    "wrong", [{"n": 0}, {"method": "by hand"}, {"simulated_cohorts": 3}, {"baseline_people": 0}]
)
def test_a_design_out_of_range_is_refused(wrong):
    with pytest.raises((ValueError, TypeError)):
        made.share_design(**({"n": 10} | wrong))


def test_results_say_what_they_rest_on():
    found = operating_characteristics(made.share_design(28, more=made.ONE_SUM))
    assert len(found.rows) == 21
    assert found.at(0.05).effect == 0.05
    assert "28 people" in str(found)
    notes = " ".join(found.notes())
    assert "An illustration" in notes
    assert "known without error" in notes
    assert len(found.to_frame()) == 21
    assert found.to_dict()["rows"][0]["chance_met"] == {"bar": found.rows[0].chance_paid}
    assert "<table>" in found._repr_html_()
    with pytest.raises(ValueError, match="not among those"):
        found.at(0.051)


def test_progress_names_each_effect_once():
    said = []
    operating_characteristics(made.share_design(), [0.0, 0.05], progress=said.append)
    assert said == ["true effect none", "true effect 5.0 points lower"]


def test_a_bar_that_nothing_keeps_is_refused():
    # One person: no event at all is a fall of everything, and likely without any programme.
    with pytest.raises(DesignError, match="it takes more people"):
        best_threshold(made.frequency_design(1), 0.2)
    final = made.published("drug-recovery-illustration", n=20, terms=("final",))
    with pytest.raises(DesignError, match="tests no reduction"):
        best_threshold(final, 0.2)


def test_a_plan_says_what_there_is_and_why_something_is_not():
    plan = plan_payment(made.share_design(100, more=made.ONE_SUM), 0.10)
    assert plan.size.n == smallest_cohort(made.share_design(100), 0.10).n
    assert plan.threshold.best == best_threshold(made.share_design(100), 0.10).best
    assert plan.risks.to_dict() == payment_risks(made.share_design(100), 0.10).to_dict() | {
        "contract": "made-up"
    }
    assert not plan.refusals
    assert "coin toss" in str(plan)
    refused = plan_payment(made.share_design(100, bar="0.10"), 0.10)
    assert refused.size is None
    assert "about half the time at best" in refused.refusals[0]
    assert "Set the bar lower" in " ".join(refused.sentences())


def test_the_usual_scenarios_are_those_a_baseline_allows():
    names = {
        kind: [s.name for s in usual_scenarios(kind, drift=-0.02)]
        for kind in ("fixed", "matched_group", "historical_cohort", "own_past")
    }
    assert "baseline of the worst of 5 years" in names["historical_cohort"]
    assert "baseline of the worst of 5 years" not in names["matched_group"]
    assert "an offence brings them in" in names["own_past"]
    assert "hard cases closed early" not in names["own_past"]
    several = made.published("transforming-rehabilitation-2015", n=100, baseline_people=500)
    assert "baseline of the worst of 5 years" not in [s.name for s in scenarios_for(several)]


def test_people_with_given_events_are_drawn_from():
    events = np.random.default_rng(1).poisson(1.2, 5_000)
    design = made.frequency_design(28, people=PeopleModel.from_counts(events))
    found = characteristics_from_people(design, events, events, effect=0.0)
    plain = operating_characteristics(design, [0.0]).rows[0].chance_paid
    assert found.chance_paid == pytest.approx(plain, abs=0.01)
    with pytest.raises(DesignError, match="at least 100"):
        characteristics_from_people(design, events[:50], effect=0.0)
    with pytest.raises(DesignError, match="is a number"):
        characteristics_from_people(made.share_design(28), events, events, effect=0.0)
    with pytest.raises(DesignError, match="at least 30"):
        PeopleModel.from_counts(events[:20])


def test_a_baseline_agreed_too_high_is_paid_for_and_said():
    design = made.share_design(100).replace(people=PeopleModel.from_share(0.55))
    row = operating_characteristics(design, [0.0]).rows[0]
    assert row.chance_paid == pytest.approx(binom.cdf(53, 100, 0.55))
    assert "0.580 is not what the people would do" in " ".join(design.assumptions())
    assert "is not what" not in " ".join(made.share_design(100).assumptions())


def test_a_very_large_cohort_is_still_exact():
    found = operating_characteristics(made.share_design(1_000_000), [0.0499, 0.05, 0.0501])
    assert found.chance_paid == pytest.approx(
        binom.cdf(530_000, 1_000_000, [0.5301, 0.53, 0.5299]), abs=1e-8
    )


def test_a_price_for_each_person_is_paid_for_those_without_an_event():
    final = made.published(
        "drug-recovery-illustration", n=50, terms=("final",), people=PeopleModel.from_share(0.6)
    )
    row = operating_characteristics(final, [0.1]).rows[0]
    assert row.expected_payment == pytest.approx(400 * 50 * 0.5)
    assert row.deserved == pytest.approx(400 * 50 * 0.5)
    assert row.prevented == pytest.approx(50 * 0.1)


@pytest.mark.parametrize(("m", "k"), [(2.5, 0.8), (1.0, 1.5)])
def test_regression_to_the_mean_of_their_own_past_is_that_of_theory(m, k):
    # Entry at an offence that counts in the past: with no effect the change of the mean is
    # -1 / (1 + m (1 + 1/k)); without that offence there is none.
    people = PeopleModel(events_per_person=m, gamma_shape=k)
    changes = {}
    for index in (False, True):
        design = made.frequency_design(
            200, people=people, baseline='kind = "own_past"',
            scenario=Scenario(entry="offence", index_in_baseline=index),
        )  # fmt: skip
        world = design.world()
        drawn, past = _past.draw_own_past(
            world, world.treated(0.0), 20_000, rng=np.random.default_rng(8)
        )
        changes[index] = drawn.events.mean() / 200 / past["outcome"].mean() - 1
    assert changes[True] == pytest.approx(-1 / (1 + m * (1 + 1 / k)), abs=0.003)
    assert changes[False] == pytest.approx(0, abs=0.003)


def test_a_past_with_the_offence_that_brought_them_in_is_paid_for_nothing():
    def paid(**options):
        design = made.frequency_design(
            60, baseline='kind = "own_past"', scenario=Scenario(**options)
        )
        rng = np.random.default_rng(9)
        return operating_characteristics(design, [0.0], rng=rng).rows[0].chance_paid

    assert paid() < 0.35
    assert paid(entry="offence", index_in_baseline=True) > 0.9


def test_where_it_is_no_coin_toss_the_sentence_does_not_say_so():
    drifted = payment_risks(made.share_design(300, scenario=Scenario(drift=-0.03)), 0.10)
    assert drifted.chance_at_bar > 0.8
    assert "would make that about a coin toss" in drifted.at_the_bar()
    asked = made.share_design(300, more="significant_at = 0.95")
    assert "more than chance besides" in payment_risks(asked, 0.10).at_the_bar()
    assert payment_risks(made.share_design(300, bar="0.0"), 0.10).at_the_bar() == ""
