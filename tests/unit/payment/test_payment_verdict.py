"""A verdict: steps, intervals, probability, dates of claims, warnings."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import isnan, log, sqrt

import numpy as np
import pytest
from scipy import stats

from dipoutcomes.errors import DesignError, ProtocolError
from dipoutcomes.intervals import difference_interval
from dipoutcomes.payment.contract import Measure, Term, parse_contract
from dipoutcomes.payment.dates import first_claim_date
from dipoutcomes.payment.metric import Measured, measured, reduction_interval
from dipoutcomes.payment.pooled import pooled_counts
from dipoutcomes.payment.probability import probability_truly_met
from dipoutcomes.payment.settle import Prior, settle
from dipoutcomes.protocol.claim import parse_counts
from dipoutcomes.protocol.model.payment import Group

BOTH = """
schema_version = 1
[contract]
id = "both"
title = "Both measures"
standing = "agreed"
[money]
cap = 5000
[[measure]]
name = "share"
says = "share convicted"
kind = "binary"
event_type = "conviction"
window_months = 12
waiting_period_months = 6
baseline = { kind = "matched_group" }
[[measure]]
name = "often"
says = "convictions per person"
kind = "frequency_per_person"
event_type = "conviction"
window_months = 12
waiting_period_months = 6
baseline = { kind = "matched_group" }
[[term]]
name = "fewer_people"
says = "5 points"
measure = "share"
test = "absolute_reduction"
threshold = 0.05
price = { per = "person_averted", amount = 333.33, units_rounding = "down" }
[[term]]
name = "fewer_events"
says = "10%"
measure = "often"
test = "relative_reduction"
threshold = 0.10
price = { per = "event_averted", amount = 100 }
"""
COUNTS = """
[cohort]
name = "the cohort"
{cohort}
[[count]]
measure = "share"
people = 100
events = 50
baseline = {{ people = 1000, events = 580 }}
[[count]]
measure = "often"
people = 100
events = 170
standard_deviation = 2
baseline = {{ people = 1000, events = 1550, standard_deviation = 2.3 }}
"""


def both(cohort="", contract=BOTH):
    return settle(parse_contract(contract), parse_counts(COUNTS.format(cohort=cohort)))


def test_every_figure_of_a_verdict_by_hand():
    found = both()
    people, events = found["fewer_people"], found["fewer_events"]
    assert people.reduction == pytest.approx(0.08)
    assert (people.met, people.units, people.amount) == (True, 8, Decimal("2666.64"))
    assert events.reduction == pytest.approx((1.55 - 1.7) / 1.55)
    assert (events.met, events.units, events.amount) == (False, 0, Decimal("0.00"))
    assert (found.amount, found.printed_amount) == (Decimal("2666.64"), "GBP 2,666.64")
    assert found.headline == "Both measures, the cohort: payment is due: GBP 2,666.64."
    says = {(step.term, step.what): step.says for step in found.steps}
    assert says["fewer_people", "counted"] == "share convicted: 50 / 100 = 0.5"
    assert says["fewer_people", "reduction"] == "0.58 - 0.5 = 0.08"
    assert says["fewer_people", "price"] == (
        "8 x GBP 333.33 for each person fewer than the baseline = GBP 2,666.64"
    )
    assert says["fewer_events", "reduction"] == "(1.55 - 1.7) / 1.55 = -9.677%"
    assert any("share and frequency disagree" in text for text in found.warnings)


def test_the_contracts_cap_is_on_the_sum():
    assert both(contract=BOTH.replace("cap = 5000", "cap = 2000")).amount == Decimal("2000.00")


def test_the_interval_of_two_shares_is_newcombes():
    found = both()["fewer_people"].interval
    limits = difference_interval(580, 1000, 50, 100, method="newcombe")
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high), rel=1e-9)


def test_the_interval_of_a_frequency_joins_both_groups_errors_on_the_log_scale():
    found = both()["fewer_events"].interval
    # Student's t of 99 and of 999 degrees of freedom, by hand.
    first = stats.t.ppf(0.975, 99) * 0.2 / 1.7
    second = stats.t.ppf(0.975, 999) * (2.3 / sqrt(1000)) / 1.55
    half = sqrt(first**2 + second**2)
    ratio = np.exp(log(1.7 / 1.55) + np.array([half, -half]))
    assert (found.low, found.high) == pytest.approx(tuple(1 - ratio), rel=1e-9)


def test_a_baselines_error_is_carried_and_one_that_is_unknown_is_not_left_out():
    measure = parse_contract(BOTH).measure_named("share")
    treated = measured(measure, Group(people=100, events=50))
    known = Measured(value=Fraction(58, 100), low=0.58, high=0.58, standard_error=0.0)
    widths = []
    for people in (100, 1000, 10**6):
        other = measured(measure, Group(people=people, events=int(0.58 * people)))
        interval, _ = reduction_interval(measure, treated, other, relative=False)
        widths.append(interval.high - interval.low)
    alone, _ = reduction_interval(measure, treated, known, relative=False)
    assert widths[0] > widths[1] > widths[2] > alone.high - alone.low
    unknown = measured(measure, Group(value="0.58"))
    interval, why = reduction_interval(measure, treated, unknown, relative=False)
    assert isnan(interval.low)
    assert "its error is not known" in why


def test_a_frequency_of_totals_alone_has_no_interval_and_says_why():
    found = settle(
        parse_contract(BOTH),
        parse_counts(
            '[cohort]\nname = "c"\n[[count]]\nmeasure = "often"\npeople = 100\nevents = 120\n'
            "baseline = { people = 1000, events = 1550 }"
        ),
    )
    term = found["fewer_events"]
    assert isnan(term.interval.low)
    assert isnan(term.truly_met.value)
    assert "far too short" in str(found.measures_table())
    assert term.met  # the decision needs no interval
    assert any("'fewer_people' was not judged" in text for text in found.warnings)


def truly(events, n, baseline, **term):
    measure = Measure(
        name="m", says="m", kind="binary", event_type="arrest", window_months=12,
        baseline={"kind": "matched_group"},
    )  # fmt: skip
    rule = Term(name="t", says="t", measure="m", **{"test": "absolute_reduction", **term})
    return probability_truly_met(
        measure, rule, measured(measure, Group(people=n, events=events)), baseline
    )


def test_the_probability_against_a_known_baseline_is_a_beta_tail():
    known = Measured(value=0.58, low=0.58, high=0.58, standard_error=0.0)
    found = truly(50, 100, known, threshold=Decimal("0.05"))
    assert found.value == pytest.approx(stats.beta(50.5, 50.5).cdf(0.53), rel=1e-10)
    assert "Jeffreys" in found.prior


def test_the_probability_against_an_estimated_baseline_agrees_with_draws():
    rng = np.random.default_rng(5)
    measure = parse_contract(BOTH).measure_named("share")
    baseline = measured(measure, Group(people=60, events=35))
    for test, bound in (
        ("absolute_reduction", lambda b: b - 0.05),
        ("relative_reduction", lambda b: 0.95 * b),
    ):
        found = truly(20, 50, baseline, threshold=Decimal("0.05"), test=test)
        draws = rng.beta(20.5, 30.5, 400_000) <= bound(rng.beta(35.5, 25.5, 400_000))
        assert found.value == pytest.approx(draws.mean(), abs=4 * 0.5 / sqrt(400_000))


def test_the_probability_of_a_frequency_by_hand():
    found = both()["fewer_events"].truly_met
    variance = (0.2 / 1.7) ** 2 + (2.3 / sqrt(1000) / 1.55) ** 2
    shrink = 0.25 / (0.25 + variance)
    z = (log(0.9) - shrink * log(1.7 / 1.55)) / sqrt(shrink * variance)
    assert found.value == pytest.approx(stats.norm.cdf(z), rel=1e-10)
    tight = settle(
        parse_contract(BOTH), parse_counts(COUNTS.format(cohort="")), prior=Prior(log_ratio_sd=0.01)
    )
    assert "standard deviation 0.01" in tight["fewer_events"].truly_met.prior
    assert tight["fewer_events"].truly_met.value < 1e-6  # hardly anything is believed to change


def test_the_first_day_of_a_claim_follows_windows_and_waiting():
    contract = parse_contract(BOTH.replace("[money]", "[claim]\nprocessing_months = 3\n[money]"))
    term = contract.term_named("fewer_people")
    assert first_claim_date(contract, term, date(2012, 6, 30)) == date(2014, 3, 30)
    # A month is a calendar month: the window of 31 August closes on 31 August.
    assert first_claim_date(parse_contract(BOTH), term, date(2012, 8, 31)) == date(2014, 2, 28)


def test_a_claim_made_too_early_is_refused_with_the_first_date():
    with pytest.raises(DesignError) as caught:
        both("last_entry = 2012-06-30\nclaimed_on = 2013-12-29\nrecords_taken_on = 2013-11-30")
    said = str(caught.value)
    assert said.count("too early") == 4  # both terms, both dates
    assert "can be claimed from 30 December 2013" in said
    found = both("last_entry = 2012-06-30\nclaimed_on = 2013-12-30")
    assert not any("given" in text for text in found.warnings)
    found = both("last_entry = 2012-06-30")
    assert any("can be made from 30 December 2013" in text for text in found.warnings)
    assert any("was not checked" in text for text in both().warnings)


def test_a_claim_outside_the_contracts_days_is_refused():
    dated = BOTH.replace(
        'standing = "agreed"',
        'standing = "agreed"\nfirst_day = 2012-01-01\nlast_claim_day = 2014-12-31',
    )
    with pytest.raises(DesignError, match=r"before the contract's first day(.|\n)*last day"):
        both("first_entry = 2011-12-31\nlast_entry = 2012-06-30\nclaimed_on = 2015-01-01", dated)


def test_counts_that_cannot_be_are_refused_all_at_once():
    with pytest.raises(ProtocolError) as caught:
        settle(
            parse_contract(BOTH),
            parse_counts(
                '[cohort]\nname = "c"\ncontract = "another"\nalready_met = ["x"]\n'
                '[[count]]\nmeasure = "share"\npeople = 10\nevents = 11\n'
                "baseline = { value = 1.2 }\n"
                '[[count]]\nmeasure = "nothing"\nevents = 1\n'
                '[[count]]\nmeasure = "often"\nreduction = 0.1\nvalue = 3\n'
            ),
        )
    said = str(caught.value).splitlines()
    assert len(said) == 6


def test_a_term_that_asks_for_more_than_chance_needs_the_error():
    asks = BOTH.replace("threshold = 0.10", "threshold = 0.10\nsignificant_at = 0.95")
    counts = (
        '[cohort]\nname = "c"\n[[count]]\nmeasure = "often"\nvalue = 1\nbaseline = { value = 2 }'
    )
    with pytest.raises(DesignError, match="its error is not known"):
        settle(parse_contract(asks), parse_counts(counts))


def test_a_baseline_that_the_contract_has_set_is_not_set_again_by_the_counts():
    agreed = BOTH.replace('kind = "matched_group" }', 'kind = "fixed", value = 0.58 }', 1)
    with pytest.raises(ProtocolError, match="the contract has set its own"):
        settle(parse_contract(agreed), parse_counts(COUNTS.format(cohort="")))


def test_nobody_with_an_event_among_three_is_not_more_than_chance():
    """The usual standard error would be 0, and any difference at all then beyond chance."""
    asks = BOTH.replace("threshold = 0.05", "threshold = 0.05\nsignificant_at = 0.95")
    agreed = asks.replace('kind = "matched_group" }', 'kind = "fixed", value = 0.30 }', 1)
    for people, met in ((3, False), (300, True)):
        counts = (
            f'[cohort]\nname = "c"\n[[count]]\nmeasure = "share"\npeople = {people}\nevents = 0'
        )
        assert settle(parse_contract(agreed), parse_counts(counts))["fewer_people"].met == met


def test_a_measure_is_rounded_before_it_is_compared_and_the_steps_say_so():
    rounded = BOTH.replace('kind = "binary"', 'kind = "binary"\ndecimals = 2')
    counts = (
        '[cohort]\nname = "c"\n[[count]]\nmeasure = "share"\npeople = 1000\nevents = 534\n'
        "baseline = { people = 1000, events = 580 }"
    )
    found = settle(parse_contract(rounded), parse_counts(counts))
    assert found["fewer_people"].met  # 53% against 58%, in the contract's words
    assert found["fewer_people"].reduction == pytest.approx(0.05)
    says = {step.what: step.says for step in found.steps}
    assert says["rounded"].endswith("0.53 and 0.58")
    assert says["reduction"] == "0.58 - 0.53 = 0.05"
    assert not settle(parse_contract(BOTH), parse_counts(counts))["fewer_people"].met


def test_where_more_is_better_a_rise_counts_as_the_reduction():
    days = BOTH.replace('kind = "frequency_per_person"', 'kind = "time_to_first"').replace(
        'per = "event_averted"', 'per = "point"'
    )
    counts = (
        '[cohort]\nname = "c"\n[[count]]\nmeasure = "often"\nvalue = 230\nstandard_error = 5\n'
        "baseline = { value = 200, standard_error = 4 }"
    )
    found = settle(parse_contract(days), parse_counts(counts))
    term = found["fewer_events"]
    assert (term.met, term.reduction) == (True, pytest.approx(0.15))
    assert term.interval.low < 0.15 < term.interval.high
    assert 0.5 < term.truly_met.value < 1
    assert "(230 - 200) / 200 = 15.000%" in [step.says for step in found.steps]


def test_a_reduction_just_short_is_not_printed_as_if_it_reached():
    counts = (
        '[cohort]\nname = "c"\n[[count]]\nmeasure = "often"\nvalue = 0.9004\n'
        "baseline = { value = 1 }"
    )
    term = settle(parse_contract(BOTH), parse_counts(counts))["fewer_events"]
    assert (term.met, term.printed_reduction, term.printed_threshold) == (
        False, "9.96%", "at least 10.0%",
    )  # fmt: skip


POOLED = (
    BOTH
    + '[[term]]\nname = "all"\nsays = "7.5%"\nmeasure = "often"\n'
    + (
        'applies_to = "pooled"\ntest = "relative_reduction"\nthreshold = 0.075\n'
        'unless = ["fewer_events"]\n'
    )
)


def test_cohorts_are_added_up_for_the_pooled_terms():
    counts = COUNTS.format(cohort="").replace("events = 170", "events = 142")
    cohorts = [parse_counts(counts), parse_counts(counts.replace("events = 142", "events = 141"))]
    contract = parse_contract(POOLED)
    added = pooled_counts(contract, cohorts)
    assert (added.of("often").events, added.of("often").baseline.people) == (283, 2000)
    assert float(added.of("often").standard_deviation) == pytest.approx(1.995, abs=0.001)
    # The spread of all people, by hand, where one cohort has three times the events of the other.
    apart = parse_counts(counts.replace("events = 142", "events = 426"))
    spread = float(pooled_counts(contract, [cohorts[0], apart]).of("often").standard_deviation)
    squares = 2 * 99 * 2.0**2 + 2 * 100 * 1.42**2
    assert spread == pytest.approx(sqrt(squares / 199), rel=1e-8)
    found = settle(contract, added)
    assert found["all"].reduction == pytest.approx(1 - 1.415 / 1.55)
    assert found["all"].met
    paid = [parse_counts(counts.replace("events = 142", "events = 100")), cohorts[1]]
    assert not settle(contract, pooled_counts(contract, paid))["all"].met
    with pytest.raises(DesignError, match="two cohorts"):
        pooled_counts(contract, cohorts[:1])


def test_a_verdict_shows_itself():
    found = both()
    assert found.to_frame()["amount"].tolist() == ["2666.64", "0.00"]
    assert found.to_dict()["terms"][0]["amount"] == "2666.64"
    html = found._repr_html_()
    assert "Probability truly met" in html
    assert "no p-value, nor 1 less one" in html
    assert "GBP 2,666.64" in str(found)
