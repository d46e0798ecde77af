"""One row a person, the first eligible episode, and a reason for everybody else."""

from datetime import date

import pandas as pd
import pytest

from dipoutcomes.cohort import flow_table, select_cohort
from dipoutcomes.errors import DesignError, RecordError
from dipoutcomes.protocol.model import Cohort

LAST = date(2016, 3, 31)


def section(**changes):
    dates = {"accrual_from": date(2013, 4, 1), "accrual_to": date(2014, 3, 31)}
    return Cohort(**(dates | changes))


def lost(result):
    return {step.says: step.lost for step in result.flow if step.lost}


def test_everybody_is_in_the_cohort_or_has_a_reason_not_to_be(tables):
    records = tables(
        persons=[
            ("adult", "1980-01-01"),
            ("nobody", "1980-01-01"),
            ("early", "1980-01-01"),
            ("dead", "1980-01-01"),
            ("young", "1995-07-01"),
            ("ageless", None),
            ("inside", "1980-01-01"),
            ("open", "1980-01-01"),
        ],
        episodes=[
            ("adult", "2013-06-30", "2013-12-01"),
            ("early", "2013-03-31", "2013-12-01"),
            ("dead", "2013-06-30", "2013-12-01"),
            ("young", "2013-06-30", "2013-12-01"),
            ("ageless", "2013-06-30", "2013-12-01"),
            ("inside", "2013-06-30", "2013-12-01"),
            ("open", "2013-06-30", None),
        ],
        exits=[("dead", "2013-06-29", "death")],
        custody=[("inside", "2013-06-30", "2013-07-01")],
    )
    rules = section(minimum_age=18, exclude=("open_episode", "in_custody_at_index_date"))
    result = select_cohort(records, rules, last_offence_date=LAST)
    assert list(result.people["person_id"]) == ["adult"]
    assert lost(result) == {
        "no episode of contact with the programme": 1,
        "no episode with its start from 1 April 2013 to 31 March 2014": 1,
        "episode still open": 1,
        "died or left the country before the index date": 1,
        "date of birth not known, so age at the index date not known": 1,
        "under 18 at the index date": 1,
        "in custody at the index date": 1,
    }
    assert result.flow[0].remaining == sum(s.lost for s in result.flow) + len(result)


@pytest.mark.parametrize("day", ["2013-04-01", "2014-03-31"])
def test_both_ends_of_accrual_are_inside(tables, day):
    records = tables(persons=[("a", None)], episodes=[("a", day, None)])
    assert len(select_cohort(records, section(), last_offence_date=LAST)) == 1


@pytest.mark.parametrize("day", ["2013-03-31", "2014-04-01"])
def test_the_days_around_accrual_are_outside(tables, day):
    records = tables(persons=[("a", None)], episodes=[("a", day, None)])
    with pytest.raises(DesignError, match="nobody is eligible"):
        select_cohort(records, section(), last_offence_date=LAST)


@pytest.mark.parametrize(
    ("birth", "eligible"),
    [("1995-06-30", True), ("1995-07-01", False), ("1996-02-29", False)],
)
def test_age_is_in_completed_years_on_the_index_date(tables, birth, eligible):
    records = tables(
        persons=[("a", birth), ("adult", "1980-01-01")],
        episodes=[("a", "2013-06-30", None), ("adult", "2013-06-30", None)],
    )
    result = select_cohort(records, section(minimum_age=18), last_offence_date=LAST)
    assert ("a" in set(result.people["person_id"])) is eligible


@pytest.mark.parametrize(
    ("spell", "inside"),
    [
        (("2013-06-01", "2013-06-30"), False),  # the end is the first day at liberty
        (("2013-06-01", "2013-07-01"), True),
        (("2013-06-30", "2013-07-01"), True),
        (("2013-07-01", "2013-08-01"), False),
        (("2013-06-01", None), True),  # still inside
    ],
)
def test_custody_at_the_index_date_is_half_open(tables, spell, inside):
    records = tables(
        persons=[("a", None), ("b", None)],
        episodes=[("a", "2013-06-30", None), ("b", "2013-06-30", None)],
        custody=[("a", *spell), ("a", "2010-01-01", "2010-02-01")],
    )
    rules = section(exclude=("in_custody_at_index_date",))
    result = select_cohort(records, rules, last_offence_date=LAST)
    assert ("a" not in set(result.people["person_id"])) is inside


def test_the_first_eligible_episode_is_the_index_and_the_next_is_the_re_entry(tables):
    records = tables(
        persons=[("a", None)],
        episodes=[
            ("a", "2014-02-01", "2014-03-01"),
            ("a", "2013-06-01", "2013-08-01"),
            ("a", "2013-07-01", "2013-07-10"),  # overlaps the index: no re-entry
            ("a", "2013-01-01", "2013-02-01"),  # before accrual
        ],
    )
    row = select_cohort(records, section(), last_offence_date=LAST).people.loc[0]
    assert row["start"] == pd.Timestamp("2013-06-01")
    assert row["index_date"] == row["start"]
    assert row["reentry_date"] == pd.Timestamp("2014-02-01")
    assert pd.isna(row["exit_date"])


def test_a_person_excluded_at_one_episode_enters_with_the_next(tables):
    records = tables(
        persons=[("a", None)],
        episodes=[("a", "2013-06-01", "2013-08-01"), ("a", "2014-02-01", "2014-03-01")],
        custody=[("a", "2013-05-01", "2013-07-01")],
    )
    rules = section(exclude=("in_custody_at_index_date",))
    row = select_cohort(records, rules, last_offence_date=LAST).people.loc[0]
    assert row["start"] == pd.Timestamp("2014-02-01")


def test_an_open_episode_stays_unless_the_protocol_says_otherwise(tables):
    records = tables(
        persons=[("a", None)],
        episodes=[("a", "2013-06-01", None), ("a", "2014-02-01", "2014-03-01")],
    )
    row = select_cohort(records, section(), last_offence_date=LAST).people.loc[0]
    assert pd.isna(row["end"])
    assert pd.isna(row["reentry_date"])  # never left, so never came back
    rules = section(exclude=("open_episode",))
    row = select_cohort(records, rules, last_offence_date=LAST).people.loc[0]
    assert row["start"] == pd.Timestamp("2014-02-01")


def test_an_index_date_at_the_end_needs_an_end(tables):
    records = tables(
        persons=[("a", None), ("b", None)],
        episodes=[("a", "2013-06-01", None), ("b", "2012-01-01", "2013-04-01")],
    )
    result = select_cohort(records, section(index_date="end"), last_offence_date=LAST)
    assert list(result.people["person_id"]) == ["b"]
    assert result.people["index_date"][0] == pd.Timestamp("2013-04-01")
    assert lost(result) == {"every episode still open, so no end to count from": 1}


@pytest.mark.parametrize(
    ("rule", "date_found", "kind"),
    [("report", "2015-01-01", "death"), ("censor", "2014-02-01", "re-entry")],
)
def test_re_entry_censors_where_the_protocol_says_so(tables, rule, date_found, kind):
    records = tables(
        persons=[("a", None)],
        episodes=[("a", "2013-06-01", "2013-08-01"), ("a", "2014-02-01", None)],
        exits=[("a", "2015-06-01", "left_country"), ("a", "2015-01-01", "death")],
    )
    row = select_cohort(records, section(reentry=rule), last_offence_date=LAST).people.loc[0]
    assert row["exit_date"] == pd.Timestamp(date_found)
    assert row["exit_kind"] == kind


def test_untraced_people_stay_and_no_answer_is_not_found_either(tables):
    people = ["found", "missing", "unanswered"]
    records = tables(
        persons=[(p, None) for p in people],
        episodes=[(p, "2013-06-01", None) for p in people],
        linkage=[("found", "found"), ("missing", "not_found")],
    )
    result = select_cohort(records, section(), last_offence_date=LAST)
    frame = result.people.set_index("person_id")
    assert frame["traced"].to_dict() == {"found": True, "missing": False, "unanswered": False}
    assert frame.loc["unanswered", "untraced_because"] == "no answer from police records"
    assert result.counts["not found on police records"] == 1
    assert result.counts["no answer from police records"] == 1
    assert result.notes == ()


def test_without_a_linkage_table_a_note_says_what_that_hides(tables):
    records = tables(persons=[("a", None)], episodes=[("a", "2013-06-01", None)])
    result = select_cohort(records, section(), last_offence_date=LAST)
    assert result.people["traced"].all()
    assert "No linkage table was given" in result.notes[0]
    empty = select_cohort(records, section(), last_offence_date=LAST, linkage_supplied=True)
    assert not empty.people["traced"].any()


def test_a_rejected_record_makes_its_person_uncertain_and_nobody_else(tables):
    records = tables(
        persons=[("a", None), ("b", None)],
        episodes=[("a", "2013-06-01", None), ("b", "2013-06-01", None)],
        uncertain=[("b", "events", None), ("b", "custody", "2013-09-01")],
    )
    people = select_cohort(records, section(), last_offence_date=LAST).people
    assert list(people["outcome_uncertain"]) == [False, True]


def test_attributes_of_persons_and_of_the_index_episode_are_kept(tables):
    records = tables(
        persons=[("b", None), ("a", None)],
        episodes=[("b", "2013-06-01", None), ("a", "2013-07-01", None), ("a", "2013-05-01", None)],
    )
    records.persons["area"] = ["Newport", "Torfaen"]
    records.episodes["source"] = ["court", "self", "police"]
    people = select_cohort(records, section(), last_offence_date=LAST).people
    assert list(people["person_id"]) == ["a", "b"]  # in the order of pseudonyms
    assert list(people["area"]) == ["Torfaen", "Newport"]
    assert list(people["source"]) == ["police", "court"]
    assert people.index.name == "code"


def test_the_birth_date_does_not_leave_the_records(tables):
    records = tables(persons=[("a", "1980-01-01")], episodes=[("a", "2013-06-01", None)])
    people = select_cohort(records, section(), last_offence_date=LAST).people
    assert "birth_date" not in people
    assert people["age"][0] == 33


def test_records_that_break_the_dictionary_are_refused(tables):
    twice = tables(persons=[("a", None), ("a", None)], episodes=[("a", "2013-06-01", None)])
    with pytest.raises(RecordError, match="1 rows of persons repeat"):
        select_cohort(twice, section(), last_offence_date=LAST)
    stranger = tables(persons=[("a", None)], episodes=[("b", "2013-06-01", None)])
    with pytest.raises(RecordError, match="1 of 1 episodes belong to nobody"):
        select_cohort(stranger, section(), last_offence_date=LAST)


def test_tables_mark_their_persons_for_disclosure_control(tables):
    records = tables(persons=[("a", None)], episodes=[("a", "2013-06-01", None)])
    result = select_cohort(records, section(), last_offence_date=LAST)
    assert {c.kind for c in flow_table(result.flow).columns} == {"label", "persons"}
    assert {c.kind for c in result.counts_table().columns} == {"label", "persons"}
    assert "a" not in repr(result).split()
