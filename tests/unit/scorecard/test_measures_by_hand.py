"""A caseload small enough to count by hand, and changes whose answer is known."""

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError, RecordError
from dipoutcomes.intervals import difference_interval, rate_ratio_interval
from dipoutcomes.protocol.model import Card
from dipoutcomes.scorecard.measures import (
    OutcomeSample,
    build_scorecard,
    change_in_number,
    change_in_share,
)
from dipoutcomes.scorecard.worked_cases import (
    change_of_the_others,
    count_for_clear_change,
    earlier_counts,
    home_office,
    press_notice,
)

QUARTER = {"period_from": date(2014, 1, 1), "period_to": date(2014, 3, 31)}
BEFORE = {"previous_from": date(2013, 10, 1), "previous_to": date(2013, 12, 31)}


def frames(*rows, **columns):
    episodes = pd.DataFrame(rows, columns=["person_id", "start", "end"])
    for day in ("start", "end"):
        episodes[day] = pd.to_datetime(episodes[day])
    for name, cells in columns.items():
        episodes[name] = cells
    return episodes, pd.DataFrame({"person_id": sorted(set(episodes["person_id"]))})


def built(rows, columns=None, *, before=False, **keys):
    wanted = {**QUARTER, **(BEFORE if before else {}), "extract_holds": "all_episodes", **keys}
    return build_scorecard(
        *frames(*rows, **(columns or {})), Card.model_validate(wanted), title="x"
    )


def counts(card):
    return {line.id: line.count for line in card.lines}


def test_first_and_last_day_belong_to_the_period():
    card = built([
        ("a", "2013-12-31", "2014-01-01"),  # closed on the first day: a closure, no referral
        ("b", "2014-01-01", "2014-03-31"),  # both
        ("c", "2014-03-31", "2014-04-01"),  # referred on the last day, open after it
        ("d", "2014-04-01", None),          # neither
        ("e", "2013-12-01", "2013-12-31"),  # closed before
        ("f", "2014-02-01", "2014-02-01"),  # began and closed on one day
    ])  # fmt: skip
    found = counts(card)
    assert found["referrals"] == 3
    assert found["closures"] == 3
    assert found["open_before"] == 1
    assert found["caseload"] == 1
    assert found["in_contact"] == 4


@pytest.mark.parametrize(
    ("days", "band"), [(0, 0), (83, 0), (84, 12), (167, 12), (168, 24), (900, 24)]
)
def test_bands_of_weeks_are_half_open(days, band):
    end = pd.Timestamp("2014-02-10")
    card = built([("a", end - pd.Timedelta(days=days), end)])
    assert {k: v for k, v in counts(card).items() if k.startswith("weeks-") and v} == {
        f"weeks-{band}": 1
    }


def test_a_stage_is_of_the_stage_before_and_counts_to_the_last_day():
    rows = [(p, "2014-01-10", None) for p in "abcde"]
    card = built(
        rows,
        {
            "seen": ["2014-01-20", "2014-03-31", "2014-04-01", None, "2014-01-11"],
            "plan": ["2014-02-01", None, "2014-02-01", "2014-02-02", "2014-04-02"],
        },
        assessed_on="seen",
        care_plan_on="plan",
    )
    found = counts(card)
    assert (found["assessed"], found["care_plans"]) == (3, 1)  # a, b, e; and a
    assert card.base(card["assessed"]) == 5
    assert card.base(card["care_plans"]) == 3
    assert card.share(card["care_plans"]) == pytest.approx(1 / 3)
    assert "as the row is of those assessed: 2." in " ".join(card.notes)  # c and d


def test_a_person_with_two_open_episodes_is_one_of_the_caseload_and_there_is_no_flow():
    rows = [("a", "2013-11-01", None), ("a", "2014-02-01", None), ("b", "2014-02-01", None)]
    card = built(rows, {"area": ["Newport", "Torfaen", "Torfaen"]}, area="area")
    found = counts(card)
    assert found["caseload"] == 2
    assert (found["area-newport"], found["area-torfaen"]) == (0, 2)  # a, by the latest episode
    assert "in_contact" not in found
    assert "more than one episode open at once" in " ".join(card.notes)


def test_mentions_and_primary_drug_are_kept_apart():
    card = built(
        [(p, "2014-01-10", None) for p in "abc"],
        {
            "one": ["Heroin", "Heroin", None],
            "two": ["Crack", "Heroin", "Heroin"],  # b has heroin twice: one mention
        },
        primary_drug="one",
        further_drugs=["two"],
    )
    found = counts(card)
    assert (found["drug-heroin"], found["drug-drug-not-recorded"]) == (2, 1)
    assert (found["mentions"], found["mention-heroin"], found["mention-crack"]) == (4, 3, 1)
    assert card["mentions"].unit == "mentions"
    assert card["drug-heroin"].unit == "episodes"


def test_what_is_not_recorded_is_neither_yes_nor_no():
    card = built(
        [(p, "2014-01-10", None) for p in "abcd"],
        {"script": ["Y", "N", None, None]},
        prescribed="script",
    )
    found = counts(card)
    assert (found["prescribed"], found["prescribed-no"]) == (1, 1)
    assert found["prescribed-not-recorded"] == 2


def test_closures_alone_hold_no_referrals_and_no_caseload():
    card = built([("a", "2013-06-01", "2014-02-01")], extract_holds="closures")
    assert not {"referrals", "caseload", "in_contact"} & counts(card).keys()
    assert "The extract holds closures alone" in card.notes[0]


def test_every_cell_that_cannot_be_read_is_counted_and_none_is_quoted():
    with pytest.raises(RecordError) as error:
        built(
            [("a", "2014-01-10", None), ("b", "2014-01-11", None)],
            {"seen": ["31/02/2014", "soon"], "script": ["maybe", "Y"], "n": ["-1", "2"]},
            assessed_on="seen",
            prescribed="script",
            interventions="n",
        )
    said = str(error.value)
    assert "assessed_on: 2 cells" in said
    assert "prescribed: 1 cells" in said
    assert "interventions: 1 cells" in said
    assert "maybe" not in said
    assert "soon" not in said


def test_a_reason_that_is_written_otherwise_is_no_other_reason():
    rows = [("a", "2014-01-06", "2014-02-03"), ("b", "2014-01-06", "2014-02-03")]
    keys = {"closure_reason": "reason", "disengaged": ["Dropped out"],
            "completed": {"Completed, drug free": "drug_free"}}  # fmt: skip
    with pytest.raises(RecordError, match="closure_reason: 1 cells differ from a reason"):
        built(rows, {"reason": ["Dropped out", "completed drug free"]}, **keys)
    card = built(rows, {"reason": ["Dropped out", "Moved away"]}, **keys)
    assert (card["completed"].count, card["other_reason"].count) == (0, 1)
    assert "No episode of the extract closed for “Completed, drug free”" in " ".join(card.notes)


def test_a_column_that_nobody_filled_is_not_recorded_and_no_count_of_0():
    rows = [("a", "2014-01-06", "2014-02-03"), ("b", "2014-01-06", None)]
    columns = {"assessed": [None, None], "planned": ["2014-01-08", None], "reason": [None, None],
               "brief": ["3", None]}  # fmt: skip
    card = built(rows, columns, assessed_on="assessed", care_plan_on="planned",
                 closure_reason="reason", completed={"Done": "crime_free"},
                 interventions="brief")  # fmt: skip
    found = counts(card)
    assert {"assessments", "reasons of closure", "completions"} <= set(card.not_recorded)
    assert not {"assessed", "completed", "other_reason"} & set(found)
    assert (found["care_plans"], card["care_plans"].of) == (1, "referrals")
    assert found["interventions"] == 3
    assert "brief interventions is blank, and which add nothing to it: 1." in " ".join(card.notes)


def test_an_episode_without_a_start_or_that_ended_before_it_is_refused():
    with pytest.raises(RecordError, match=r"1 episodes have no start\n.*1 episodes ended before"):
        built([("a", None, "2014-02-03"), ("b", "2014-02-03", "2014-02-02"),
               ("c", "2014-02-03", "2014-02-03")])  # fmt: skip


def test_two_values_that_look_alike_have_ids_of_their_own():
    card = built(
        [(p, "2014-01-10", None) for p in "abc"],
        {"source": ["Self", "self", "SELF!"]},
        referral_source="source",
    )
    assert sum(line.id.startswith("source-self") for line in card.lines) == 3


def test_a_value_called_as_a_blank_is_refused():
    with pytest.raises(DesignError, match="id of another"):
        built(
            [("a", "2014-01-10", None), ("b", "2014-01-10", None)],
            {"source": ["Source not recorded", None]},
            referral_source="source",
        )


def test_the_sample_is_not_of_the_people_of_the_period_and_is_not_judged():
    card = build_scorecard(
        *frames(("a", "2014-01-10", None)),
        Card.model_validate({**QUARTER, **BEFORE, "extract_holds": "all_episodes"}),
        title="x",
        outcome=OutcomeSample(people=28, without_event=21, says="Not arrested"),
    )
    assert card.share(card["outcome-without"]) == 0.75
    assert card["outcome-without"].change.verdict == "not judged"
    assert '"outcome-without"' in card.to_toml()


def test_a_change_of_the_card_is_that_of_its_counts():
    start = [*["2014-02-01"] * 30, *["2013-11-01"] * 12]
    people = [f"p{k}" for k in range(42)]
    source = [*["Police"] * 20, *["Self"] * 10, *["Police"] * 4, *["Self"] * 8]
    card = built(
        list(zip(people, start, start, strict=True)), {"source": source}, before=True,
        referral_source="source",
    )  # fmt: skip
    ratio = card["referrals"].change.estimate
    assert ratio.value == pytest.approx((30 / 90) / (12 / 92))
    assert tuple(ratio.interval) == pytest.approx(tuple(rate_ratio_interval(30, 90, 12, 92)))
    assert card["referrals"].change.verdict == "higher"
    share = card["source-police"].change.estimate
    assert share.value == pytest.approx(20 / 30 - 4 / 12)
    assert tuple(share.interval) == pytest.approx(tuple(difference_interval(20, 30, 4, 12)))


def test_no_clear_change_is_an_answer_and_nothing_is_invented_where_there_is_nobody():
    assert change_in_share(5, 10, 5, 10).verdict == "no clear change"
    assert change_in_share(0, 0, 5, 10).estimate is None
    assert change_in_number(0, 0, days=90, previous_days=92).estimate is None
    assert change_in_number(40, 0, days=90, previous_days=90).verdict == "higher"
    assert change_in_share(1, 20, 15, 20).verdict == "lower"
    with pytest.raises(ValueError, match="base"):
        change_in_share(1, -1, 1, 2)


# ------------------------------------------------------------------------- worked cases


@pytest.mark.parametrize("percent", [15, 25, -40, 3])
@pytest.mark.parametrize("count", [79, 306, 1000])
def test_earlier_counts_are_those_that_print_the_percentage(count, percent):
    fits = [
        earlier
        for earlier in range(1, 5 * count)
        if np.floor(Fraction(100 * (count - earlier), earlier) + Fraction(1, 2)) == percent
    ]
    if not fits:  # of 79 there is none for 15%
        with pytest.raises(ValueError, match="no whole number"):
            earlier_counts(count, percent)
        return
    assert earlier_counts(count, percent) == (fits[0], fits[-1])


def test_a_small_count_may_not_change_by_a_percentage_at_all():
    with pytest.raises(ValueError, match="no whole number"):
        earlier_counts(2, 1)


@pytest.mark.parametrize("percent", [15, 25])
def test_from_that_count_on_the_rise_is_clear(percent):
    needed = count_for_clear_change(percent)

    def clear(count):
        before = round(100 * count / (100 + percent))
        return rate_ratio_interval(count, 1, before, 1).low > 1

    assert not clear(needed - 1)
    assert all(clear(count) for count in range(needed, needed + 60))


def test_neither_rise_of_the_press_notice_would_be_clear_in_the_half_year_that_is_printed():
    rows = press_notice().table.rows
    assert [row["before"] for row in rows] == ["265 to 267", "63"]
    assert {row["verdict"] for row in rows} == {"no clear change"}
    assert rows[0]["needed"] > 306
    assert rows[1]["needed"] > 79


def test_the_two_halves_make_up_the_whole():
    for row in home_office().table.rows:
        whole = row["share"] * -0.79 + (1 - row["share"]) * row["others"]
        assert whole == pytest.approx(-0.26, abs=1e-4)
    assert np.isnan(change_of_the_others(-0.9, 0.0, 0.5))
