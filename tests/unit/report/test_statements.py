"""The sentences are true of the numbers, at the edges too."""

from math import inf, nan

import pytest

from dipoutcomes.report import words
from dipoutcomes.report.statements import (
    make_statements,
    say_change,
    say_ratio,
    say_share,
    verdict,
)
from dipoutcomes.results import (
    Estimate,
    EstimateRow,
    EstimateTable,
    Interval,
    StudyResults,
)

WHAT = "the share arrested"
AFTER, BEFORE = "3 to 15 months after", "12 months before"


def estimate(value, low, high, *, events=3, base=28, quantity="share", level=0.95, **more):
    return Estimate(
        measure=more.pop("measure", WHAT),
        value=value,
        interval=Interval(low, high, level, "a method"),
        events=events,
        base=base,
        base_unit=more.pop("base_unit", "persons"),
        quantity=quantity,
        **more,
    )


def share(events, base, low, high, **more):
    return estimate(events / base, low, high, events=events, base=base, **more)


def change(low, high, **more):
    return estimate((low + high) / 2, low, high, quantity="difference", **more)


def ratio(value, low, high, **more):
    return estimate(value, low, high, quantity="ratio", **more)


def table(name, *rows):
    return EstimateTable(
        name=name,
        caption=name,
        rows=tuple(EstimateRow(label=la, group=g, estimate=e) for la, g, e in rows),
    )


def records(main=None, *tables, **facts):
    """The results of a study of records with one share, and what else is given."""
    estimates = {t.name: t for t in tables}
    if main is not None:
        estimates["shares_by_window"] = table("shares_by_window", (AFTER, "", main))
    return StudyResults(
        facts={
            "kind": "records",
            "measure": "arrest",
            "event_says": "arrested",
            "events_noun": "arrests",
            "frame_size": 210,
            "design": "simple_random",
            "primary_window": AFTER,
            "rate_interval": "person_robust",
        }
        | facts,
        estimates=estimates,
    )


def unknown(best, worst, base=28):
    best, worst = (share(x, base, 0.3, 0.8) for x in (best, worst))
    return table("bounds_by_window", ("best", AFTER, best), ("worst", AFTER, worst))


def groups(first, second, difference, p_value=0.5, **facts):
    """The results of two groups compared."""
    return StudyResults(
        facts={
            "kind": "time_to_event",
            "event_says": "arrested",
            "persons_say": "people",
            "time_unit": "weeks",
            "horizon": 52,
            "randomised": False,
            "groups": ["none", "aid"],
            "log_rank_p_value": p_value,
        }
        | facts,
        estimates={
            "shares_by_group": table("shares_by_group", ("none", "", first), ("aid", "", second)),
            "difference": table("difference", ("aid less none", "", difference)),
        },
    )


# ------------------------------------------------------------------------------- verdicts


@pytest.mark.parametrize(
    ("low", "high", "null", "found"),
    [
        (-0.3, -0.001, 0, "lower"),
        (0.001, 0.3, 0, "higher"),
        (-0.3, 0.0, 0, "inconclusive"),  # a limit at no difference has not left it out
        (0.0, 0.3, 0, "inconclusive"),
        (0.0, 0.0, 0, "inconclusive"),
        (1.0, 1.4, 1, "inconclusive"),
        (0.5, 1.0, 1, "inconclusive"),
        (1.2, inf, 1, "higher"),
        (0.0, inf, 1, "inconclusive"),
        (0.0, 0.9, 1, "lower"),
        (nan, nan, 1, "not available"),
    ],
)
def test_a_verdict_needs_the_whole_interval_on_one_side_of_no_difference(low, high, null, found):
    assert verdict(change(low, high), null=null) == found


def test_a_withheld_estimate_has_no_verdict():
    assert verdict(change(-0.3, -0.1).withhold("small"), null=0) == "not available"


# --------------------------------------------------------------------------------- shares


def test_none_and_all_of_them_are_shares_like_others():
    assert say_share(share(0, 28, 0, 0.121)) == (
        "0 of 28 (0.0%; 95% confidence interval 0.0% to 12.1%)"
    )
    assert say_share(share(28, 28, 0.879, 1)).startswith("28 of 28 (100.0%; ")
    assert say_share(share(1, 1, 0.2, 1)).startswith("1 of 1 (100.0%; ")


def test_a_share_from_a_curve_is_not_said_as_a_ratio_of_counts():
    said = say_share(estimate(0.4, 0.2, 0.7, events=2, base=8))
    assert "2 of 8" not in said
    assert said.startswith("an estimated 40.0%")


def test_a_share_that_cannot_be_given_or_is_withheld_says_so_without_a_number():
    for hidden in (estimate(nan, nan, nan), share(2, 28, 0, 0.2).withhold("small")):
        said = say_share(hidden)
        assert not any(letter.isdigit() for letter in said)


def test_one_person_was_and_two_were():
    one, two = (make_statements(records(share(n, 28, 0, 0.2))) for n in (1, 2))
    assert "was arrested" in one.headline
    assert "was arrested" in one.can_say[0]
    assert "were arrested" in two.headline
    assert "were arrested" in two.can_say[0]


def test_the_headline_gives_counts_limits_and_level():
    said = make_statements(records(share(0, 26, 0, 0.1287, level=0.9))).headline
    assert said.startswith("0 of 26 people followed (0%) were arrested")
    assert "likely to lie between 0% and 13% (90% confidence)" in said


def test_limits_are_of_the_true_share_and_not_of_what_another_sample_would_give():
    said = " ".join(make_statements(records(share(14, 28, 0.3, 0.7))).cannot_say)
    assert "true share of 30% or of 70%" in said
    assert "come out at" not in said


# -------------------------------------------------------------------------------- changes


def test_a_change_gives_both_limits_and_the_level():
    assert say_change(change(-0.31, -0.04), WHAT) == (
        "The share arrested was lower afterwards, by between 4 percentage points and 31 percentage "
        "points (95% confidence)."
    )
    assert "higher afterwards, by between 4 percentage" in say_change(change(0.04, 0.31), WHAT)


def test_an_interval_about_no_change_may_be_a_fall_or_a_rise():
    said = say_change(change(-0.12, 0.08, level=0.9), WHAT)
    assert "fallen by up to 12 percentage points or risen by up to 8 percentage points" in said
    assert "(90% confidence)" in said
    assert "not evidence that nothing changed" in said


def test_a_limit_at_no_change_is_no_rise_of_nothing():
    assert "may have fallen by up to 12 percentage points or stayed the same" in say_change(
        change(-0.12, 0.0), WHAT
    )
    assert "may have stayed the same or risen by up to 50%" in say_ratio(ratio(1.2, 1, 1.5), WHAT)
    assert "may have stayed the same (" in say_change(change(0.0, 0.0), WHAT)


def test_a_limit_near_no_change_is_not_printed_as_none():
    said = say_change(change(-0.166, -0.0001), WHAT)
    assert "by between less than 0.1 percentage points and 17" in said
    assert "by between 0.4 percentage points and 17" in say_change(change(-0.166, -0.004), WHAT)
    assert "by between 0.4% and 20%" in say_ratio(ratio(1.1, 1.004, 1.2), WHAT)


def test_a_ratio_without_an_upper_limit_claims_a_least_rise_alone():
    said = say_ratio(ratio(inf, 1.2, inf), WHAT)
    assert said == "The share arrested was higher afterwards, by 20% at least (95% confidence)."


def test_a_ratio_that_may_be_anything_says_so():
    said = say_ratio(ratio(nan, 0.0, inf), WHAT)
    assert "may have fallen by up to 100% or risen by any amount" in said
    assert "not evidence that nothing changed" in said


def test_a_fall_to_nothing_is_a_hundred_per_cent():
    assert "lower afterwards, by between 10% and 100%" in say_ratio(ratio(0, 0, 0.9), WHAT)


@pytest.mark.parametrize("say", [say_change, say_ratio])
def test_a_withheld_change_lets_no_number_out(say):
    said = say(change(-0.3, -0.1).withhold("small"), WHAT)
    assert "withheld" in said
    assert not any(letter.isdigit() for letter in said)


@pytest.mark.parametrize(("low", "high"), [(-0.3, -0.1), (0.1, 0.3)])
def test_a_change_either_way_is_not_put_down_to_the_programme(low, high):
    rows = table("before_after", ("difference", f"“{AFTER}” against “{BEFORE}”", change(low, high)))
    said = make_statements(records(share(14, 28, 0.3, 0.7), rows))
    (line,) = [text for text in said.can_say if "afterwards" in text]
    assert line.endswith("it does not show what caused it.")
    assert any("That the programme caused any difference" in text for text in said.cannot_say)


# ---------------------------------------------------------------- those who are not known


def test_best_and_worst_case_give_the_level_and_count_nobody_as_clean():
    said = make_statements(records(share(16, 25, 0.4, 0.8), unknown(16, 19))).can_say[1]
    assert said.startswith("For 3 of the 28 people the outcome is not known.")
    assert "at least 95% confidence" in said
    assert "likely to lie between" in said


def test_one_unknown_person_is_one_person():
    said = make_statements(records(share(16, 27, 0.4, 0.8), unknown(16, 17))).can_say[1]
    assert "For 1 of the 28 people" in said
    assert "If that person was not arrested" in said


def test_where_everybody_is_known_nothing_is_said_of_the_unknown():
    said = make_statements(records(share(16, 28, 0.4, 0.8), unknown(16, 16))).can_say
    assert not any("not known" in line for line in said)


def test_the_limits_for_the_frame_say_on_what_condition_they_hold():
    frame = table("shares_in_frame", (AFTER, "", share(16, 25, 0.44, 0.81)))
    said = make_statements(records(share(16, 25, 0.4, 0.8), frame)).can_say[1]
    assert "95% confidence" in said
    assert said.endswith("if those who could not be followed are like those who could.")


def test_weighted_shares_are_said_of_the_whole_cohort_and_only_where_there_is_an_interval():
    weighted = table("shares_weighted", (AFTER, "", estimate(0.5234, 0.404, 0.641)))
    said = make_statements(records(share(16, 25, 0.4, 0.8), weighted)).can_say[1]
    assert "With the weights of the draw" in said
    assert "about 52%, and likely to lie between 40% and 64% (95% confidence" in said
    assert said.endswith("if those who could not be followed are like the others of their stratum.")
    for none in (estimate(0.5, nan, nan), estimate(0.5, 0.4, 0.6).withhold("small")):
        rows = table("shares_weighted", (AFTER, "", none))
        said = make_statements(records(share(16, 25, 0.4, 0.8), rows)).can_say
        assert not any("weights" in line for line in said)


def test_the_words_above_weighted_shares_follow_the_design():
    said = [words.weighted({"design": d, "frame_size": 1210}) for d in ("stratified", "cluster")]
    assert said[0].startswith("The sample was drawn stratum by stratum. To speak of all 1,210")
    assert said[1].startswith("People were drawn in whole groups")


def test_withheld_results_leave_no_number_of_people_behind():
    small = share(2, 25, 0, 0.2).withhold("small")
    bounds = table(
        "bounds_by_window",
        ("best", AFTER, share(2, 28, 0, 0.2).withhold("small")),
        ("worst", AFTER, share(5, 28, 0, 0.4)),
    )
    frame = table("shares_in_frame", (AFTER, "", small))
    said = make_statements(records(small, bounds, frame))
    assert "too few people to be released" in said.headline
    assert not any("28" in line or "25" in line for line in [said.headline, *said.can_say])


def test_with_nobody_followed_to_the_end_there_is_a_sentence_and_no_share():
    assert "Nobody could be followed to the end" in make_statements(records()).headline
    none = make_statements(records(primary_window=""))
    assert "No period of this study has one length for everybody" in none.headline


# ---------------------------------------------------------------------------------- rates


def rate_table(unit):
    rate = estimate(1.1, 0.7, 1.6, events=26, base=24.3, quantity="rate", base_unit=unit)
    return table("rates_by_window", (AFTER, "", rate))


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("person-years at liberty", "person-year at liberty (95% confidence interval 0.70 to 1.60)"
         ", days in custody not counted."),
        ("person-years", "person-year (95% confidence interval 0.70 to 1.60), days in custody "
         "included."),
    ],
)  # fmt: skip
def test_a_rate_says_whether_days_in_custody_are_in_it(unit, said):
    results = records(share(16, 25, 0.4, 0.8), rate_table(unit))
    assert make_statements(results).can_say[1].endswith(said)
    assert ("Nor are days in custody" in words.rates(results)) == (unit != "person-years")


def test_the_words_on_rates_fit_the_interval_that_was_chosen():
    usual = words.rates(records(None, rate_table("person-years")))
    garwood = words.rates(records(None, rate_table("person-years"), rate_interval="garwood"))
    assert "allows for the fact that offending differs" in usual
    assert "too short" in garwood
    assert "allows for" not in garwood


def test_the_words_on_change_say_what_became_of_the_index_event():
    assert "is not counted as offending before" in words.change({"index_event": "is_index"})
    none = words.change({"index_event": "none"})
    assert "is not counted" not in none
    assert "makes the fall larger" in none


# --------------------------------------------------------------------------------- groups


def test_groups_are_compared_one_way_with_their_counts():
    found = groups(
        share(66, 216, 0.25, 0.37), share(48, 216, 0.17, 0.28), difference(-0.166, -0.0001), 0.0501
    )
    said = make_statements(found)
    assert said.headline.startswith("48 of 216 (22%) of those with “aid” were arrested")
    assert "suggestive, not established" in said.headline
    assert any("“aid” than with “none”" in line for line in said.can_say)


def difference(low, high):
    return share(48, 216, low, high, quantity="difference", reference_events=66, reference_base=216)


def test_an_inconclusive_comparison_that_the_test_agrees_with_is_left_at_that():
    found = groups(
        share(66, 216, 0.25, 0.37), share(48, 216, 0.17, 0.28), difference(-0.17, 0.0), 0.05
    )
    said = make_statements(found)
    assert "inconclusive" in said.headline
    assert "on the edge" not in said.headline


def test_only_a_lottery_lets_a_difference_be_put_down_to_what_was_given():
    shares = (share(66, 216, 0.25, 0.37), share(48, 216, 0.17, 0.28), difference(-0.2, -0.1))
    for randomised in (True, False):
        said = make_statements(groups(*shares, 0.001, randomised=randomised))
        assert any("put down to" in line for line in said.can_say) == randomised
        assert any("caused the difference" in line for line in said.cannot_say) != randomised


def test_other_events_than_arrests_are_not_warned_of_as_arrests():
    shares = (share(66, 216, 0.25, 0.37), share(48, 216, 0.17, 0.28), difference(-0.2, -0.1))
    said = make_statements(groups(*shares, event_says="returned to prison"))
    assert not any("no arrest" in line for line in said.cannot_say)
    assert any("no recorded event" in line for line in said.cannot_say)


# --------------------------------------------------------------------------------- counts


def published(count, base, low, high, **finding):
    finding = {
        "name": "free",
        "says": "had not been arrested",
        "base_says": "clients",
        "count": count,
        "base": base,
        "claim": "",
        "claim_refused_because": "",
        "claim_is_verbatim": True,
        "printed_percent": "",
        "missing_information": [],
        "frame": [],
    } | finding
    rows = table("methods", ("Wilson", "", share(count, base, low, high)))
    return StudyResults(
        facts={"kind": "summary", "findings": [finding]}, estimates={"methods:free": rows}
    )


@pytest.mark.parametrize(("low", "high", "both"), [(0.25, 0.84, True), (0.51, 0.84, False)])
def test_most_is_refused_only_where_the_interval_holds_a_half(low, high, both):
    said = make_statements(published(4, 7, low, high, claim="most were free")).cannot_say
    assert any("not even “most”" in line for line in said) == both


def test_published_counts_at_the_ends_keep_their_limits():
    none, every = (make_statements(published(*c)) for c in ((0, 28, 0, 0.12), (1, 1, 0.2, 1)))
    assert "between about 0% and 12% (95% confidence)" in none.headline
    assert "between about 20% and 100%" in every.headline
    assert "only if it was drawn at random" in every.headline


def test_no_claim_is_made_that_methods_agree():
    said = words.finding(published(4, 7, 0.25, 0.84).facts["findings"][0])
    assert "agree" not in said
