"""What must hold of the clean tables, whatever the seed."""

from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from dipoutcomes.simulate import make_cohort, parse_recipe, raw_files

TEXT = (Path(__file__).parents[3] / "synthetic/gwent.toml").read_text(encoding="utf-8")
RECIPE = parse_recipe(TEXT)
TABLES = ("persons", "episodes", "events", "custody", "exits", "linkage")


@pytest.fixture(scope="module", params=[RECIPE.seed, 1])
def cohort(request):
    return make_cohort(RECIPE.model_copy(update={"seed": request.param}))


@pytest.fixture(scope="module")
def eligible(cohort):
    """The index episode of everybody in the true cohort."""
    first = cohort.episodes.sort_values("start").drop_duplicates("person_id")
    people = cohort.persons[cohort.persons["standing"] == "eligible"]
    return people.merge(first, on="person_id").merge(cohort.linkage, on="person_id")


def test_the_frame_closes_in_the_period_in_the_published_bands(eligible):
    assert len(eligible) == 210
    assert eligible["end"].between("2012-10-01", "2013-03-31").all()
    weeks = (eligible["end"] - eligible["start"]).dt.days // 7
    assert np.histogram(weeks, [0, 12, 24, 78])[0].tolist() == [97, 16, 97]


def test_the_margins_are_the_published_ones_within_a_person(eligible):
    for name in ("area", "referral_source", "main_drug", "sex"):
        margin = pd.Series(getattr(RECIPE, name))
        people = eligible[name].value_counts().reindex(margin.index, fill_value=0)
        assert (people - 210 * margin / margin.sum()).abs().max() < 1
        assert people.sum() == 210


def test_the_others_are_out_for_the_reason_given(cohort):
    first = cohort.episodes.sort_values("start").drop_duplicates("person_id")
    people = cohort.persons.merge(first, on="person_id").set_index("standing")
    assert (people.loc["closed_before_period", "end"] < "2012-10-01").all()
    assert (people.loc["closed_after_period", "end"] > "2013-03-31").all()
    assert people.loc["still_open", "end"].isna().all()
    counts = people.index.value_counts()
    assert counts.drop("eligible").to_dict() == RECIPE.not_eligible.model_dump()
    adult = people["birth_date"] + pd.DateOffset(years=18) <= people["end"]
    assert adult["eligible"].all()
    assert not adult["under_age"].any()


def test_everybody_found_has_one_index_arrest_shortly_before_the_start(cohort, eligible):
    index = cohort.events[cohort.events["is_index"]]
    assert (index["event_type"] == "arrest").all()
    found = cohort.linkage.query("status == 'found'")["person_id"]
    assert sorted(index["person_id"]) == sorted(found)
    both = eligible.merge(index, on="person_id")
    assert (both["start"] - both["arrest_date"]).dt.days.between(1, 21).all()


def test_people_not_found_have_no_events(cohort):
    lost = cohort.linkage.query("status == 'not_found'")["person_id"]
    assert len(lost) == round(0.03 * 235)
    assert not cohort.events["person_id"].isin(lost).any()


def test_dates_follow_each_other(cohort):
    events = cohort.events.merge(cohort.persons, on="person_id")
    assert (events["offence_date"] <= events["arrest_date"]).all()
    assert (events["birth_date"] < events["offence_date"]).all()
    proven = events["event_type"].isin(["conviction", "caution"])
    assert (events["proof_date"].notna() == proven).all()
    assert (events.loc[proven, "arrest_date"] <= events.loc[proven, "proof_date"]).all()
    last = events[["arrest_date", "proof_date"]].max().max()
    assert last <= pd.Timestamp(RECIPE.dates.extract_date)
    custody = cohort.custody
    assert (custody["end"].isna() | (custody["start"] < custody["end"])).all()
    assert custody["start"].max() <= pd.Timestamp(RECIPE.dates.extract_date)


def test_nobody_offends_or_is_arrested_while_inside(cohort):
    for column in ("arrest_date", "offence_date"):
        both = cohort.events.merge(cohort.custody, on="person_id")
        ends = both["end"].fillna(pd.Timestamp.max)
        assert len(both)
        assert not ((both["start"] <= both[column]) & (both[column] < ends)).any()


def test_true_spells_do_not_overlap(cohort):
    following = cohort.custody.groupby("person_id")["start"].shift(-1)
    both = following.notna()
    assert both.any()
    assert (cohort.custody.loc[both, "end"] <= following[both]).all()


def test_nothing_happens_after_an_exit(cohort):
    leaves = cohort.exits.set_index("person_id")["date"]
    assert len(leaves)
    for table, column in (
        (cohort.events, "arrest_date"), (cohort.events, "proof_date"), (cohort.custody, "start"),
    ):  # fmt: skip
        mine = table[table["person_id"].isin(leaves.index) & table[column].notna()]
        assert (mine[column] < mine["person_id"].map(leaves)).all()
    inside = cohort.custody[cohort.custody["person_id"].isin(leaves.index)]
    assert (inside["end"] <= inside["person_id"].map(leaves)).all()


def test_a_second_episode_follows_an_arrest_after_the_first(cohort):
    again = cohort.episodes[cohort.episodes.duplicated("person_id")]
    assert len(again)
    first = cohort.episodes.drop_duplicates("person_id").set_index("person_id")["end"]
    for row in again.itertuples():
        arrests = cohort.events[cohort.events["person_id"] == row.person_id]["arrest_date"]
        waited = (row.start - arrests[arrests >= first[row.person_id]]).dt.days
        lost = (cohort.linkage.set_index("person_id")["status"] == "not_found")[row.person_id]
        assert waited.between(1, 21).any() or lost


def test_an_offence_that_ends_in_court_has_rows_of_its_own(cohort):
    arrest = [cohort.events["person_id"], cohort.events["arrest_date"]]
    kinds = pd.crosstab(arrest, cohort.events["event_type"])
    assert (kinds["arrest"] >= 1).all()
    assert (kinds["charge"] <= kinds["arrest"]).all()
    assert (kinds["conviction"] <= kinds["charge"]).all()
    assert kinds["caution"].sum() > 0


def test_the_truth_is_what_a_plain_count_finds(cohort, eligible):
    found = eligible[eligible["status"] == "found"]
    for name, origin, opens, closes in (
        ("12 months before", "start", -12, 0),
        ("3 to 15 months after", "end", 3, 15),
        ("12 to 24 months after", "end", 12, 24),
    ):
        arrested = 0
        for person in found.itertuples():
            own = cohort.events[cohort.events["person_id"] == person.person_id]
            own = own[(own["event_type"] == "arrest") & ~own["is_index"]]["arrest_date"]
            first = getattr(person, origin) + pd.DateOffset(months=opens)
            end = getattr(person, origin) + pd.DateOffset(months=closes)
            arrested += bool(((own >= first) & (own < end)).any())
        window = cohort.truth["windows"][name]
        lost = window["people_arrested_not_found_on_pnc"]
        assert arrested == window["people_arrested"] - lost
        ledger = ("days_after_exit", "days_in_custody", "days_at_liberty")
        assert window["days_in_window"] == sum(window[part] for part in ledger)


def test_the_same_seed_makes_the_same_people_and_another_seed_others():
    one, two = make_cohort(RECIPE), make_cohort(RECIPE)
    other = make_cohort(RECIPE.model_copy(update={"seed": 2}))
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table))
    assert one.truth == two.truth
    assert not one.persons["birth_date"].equals(other.persons["birth_date"])


def test_another_death_rate_leaves_names_treatment_and_rates_as_they_were():
    exits = RECIPE.exits.model_copy(update={"deaths_per_year": 0.3})
    one, two = make_cohort(RECIPE), make_cohort(RECIPE.model_copy(update={"exits": exits}))
    assert len(two.exits) > len(one.exits) + 20
    pd.testing.assert_frame_equal(one.persons, two.persons)
    first = [c.episodes.sort_values("start").drop_duplicates("person_id") for c in (one, two)]
    pd.testing.assert_series_equal(*(f.set_index("person_id")["start"].sort_index() for f in first))
    assert np.array_equal(one.careers.rate_per_year, two.careers.rate_per_year)


def test_one_person_without_custody_exits_or_company_is_a_cohort_too():
    alone = RECIPE.model_copy(
        update={
            "people": 1,
            "not_eligible": type(RECIPE.not_eligible)(),
            "treatment": type(RECIPE.treatment)(),
            "custody": type(RECIPE.custody)(),
            "exits": type(RECIPE.exits)(),
            "tracing": type(RECIPE.tracing)(),
            "faults": type(RECIPE.faults)(),
        }
    )
    cohort = make_cohort(alone)
    assert [len(getattr(cohort, table)) for table in TABLES if table != "events"] == [1, 1, 0, 0, 1]
    assert cohort.events["is_index"].sum() == 1
    custody = raw_files(cohort, alone)["custody.csv"].decode()
    assert custody.splitlines() == ["Client ref,Date in,Date out"]


def test_people_inside_most_of_the_time_can_still_be_reached():
    detection = RECIPE.detection.model_copy(update={"share_charged": 1.0, "share_convicted": 1.0})
    custody = RECIPE.custody.model_copy(update={"share_sentenced": 1.0, "mean_days_sentence": 900})
    cohort = make_cohort(RECIPE.model_copy(update={"custody": custody, "detection": detection}))
    assert cohort.careers.is_index.sum() == 235
    # 1.21 without custody, standard error 0.06: those who are often inside are seldom met.
    assert cohort.careers.rate_per_year.mean() < 1.21 - 3 * 0.06


BY_INDEX = """
schema_version = 1
id = "by-index"
says = "people who came in through an arrest"
seed = 7
people = 300
offending = { offences_per_year = 3.0 }
dates.index_from = 2012-01-01
dates.index_to = 2012-03-31
dates.last_offence_date = 2014-03-31
dates.extract_date = 2014-10-01
"""


@pytest.mark.parametrize("by", ["random_arrest", "first_arrest", "recent_count", "release"])
def test_people_may_come_in_by_date_and_each_way_in_leaves_its_mark(by):
    recipe = parse_recipe(f"{BY_INDEX}entry = {{ by = '{by}' }}")
    cohort = make_cohort(recipe)
    assert len(cohort.persons) == 300
    assert (cohort.persons["standing"] == "eligible").all()
    index = cohort.events[cohort.events["is_index"]]
    if by == "recent_count":
        assert index.empty
    else:
        assert index["person_id"].is_unique
        assert len(index) == 300
        first, last = ("2011-01-01", "2012-03-31") if by == "release" else (
            "2012-01-01", "2012-03-31"
        )  # fmt: skip
        assert index["arrest_date"].between(first, last).all()
    if by == "release":
        held = cohort.custody.merge(cohort.episodes[["person_id", "start"]], on="person_id")
        assert (held["end"] == held["start_y"]).groupby(held["person_id"]).any().sum() == 300
    if by == "recent_count":
        day = cohort.careers.reference_day
        assert (cohort.careers.count(day - 183, day) >= 4).all()


def test_groups_differ_in_what_the_recipe_says_and_are_left_alone_by_each_other():
    groups = """
[[group]]
name = "treated"
people = 100
[[group]]
name = "pool"
people = 200
treated = false
rate_ratio = 2.0
"""
    text = f"{BY_INDEX}{groups}[treatment]\nrate_ratio_during = 0.1\nrate_ratio_after = 0.1\n"
    cohort = make_cohort(parse_recipe(text))
    assert cohort.persons["group"].value_counts().to_dict() == {"pool": 200, "treated": 100}
    rates = pd.Series(cohort.careers.rate_per_year).groupby(cohort.group).mean()
    assert rates["pool"] / rates["treated"] == pytest.approx(2, abs=0.5)
    truth = cohort.truth["groups"]
    after = {
        name: truth[name]["windows"]["3 to 15 months after"]["arrests_per_person_year_at_liberty"]
        for name in truth
    }
    assert after["treated"] < 0.15 * after["pool"]
    larger = text.replace("people = 200", "people = 400").replace("people = 300", "people = 500")
    other = make_cohort(parse_recipe(larger))
    assert np.array_equal(other.careers.rate_per_year[:100], cohort.careers.rate_per_year[:100])


def test_the_extract_of_a_recipe_with_groups_says_who_is_in_which():
    groups = "".join(f'[[group]]\nname = "{name}"\npeople = 150\n' for name in ("left", "right"))
    recipe = parse_recipe(BY_INDEX + groups)
    book = load_workbook(BytesIO(raw_files(make_cohort(recipe), recipe)["caseload.xlsx"]))
    headings, *rows = list(book["Clients"].iter_rows(min_row=3, values_only=True))
    place = headings.index("Group")
    assert Counter(row[place] for row in rows) == {"left": 150, "right": 150}
    alone = raw_files(make_cohort(RECIPE), RECIPE)["caseload.xlsx"]
    plain = load_workbook(BytesIO(alone))["Clients"]
    assert "IOM" in next(plain.iter_rows(min_row=3, max_row=3, values_only=True))
    assert "Group" not in next(plain.iter_rows(min_row=3, max_row=3, values_only=True))


def test_who_is_managed_as_prolific_was_picked_for_recent_arrests(cohort):
    persons = cohort.persons.set_index("person_id")
    index = cohort.events[cohort.events["is_index"]].set_index("person_id")["arrest_date"]
    arrests = cohort.events[cohort.events["event_type"] == "arrest"]
    for ref, day in index.items():
        own = arrests[arrests["person_id"] == ref]["arrest_date"]
        recent = own.between(day - pd.DateOffset(months=12), day).sum()
        assert persons["iom"][ref] == ("Y" if recent >= 3 else "N")
    assert 0.1 < (persons["iom"] == "Y").mean() < 0.6
