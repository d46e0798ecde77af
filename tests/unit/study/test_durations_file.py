"""One file of durations: what is read from each kind of file, and every fault told by its row."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError, RecordError, StorageError
from dipoutcomes.study import read_durations, read_repeated
from dipoutcomes.study._cells import flag, number

LINES = ["ref,weeks,arrest,aid,age", "A1,20,1,0,27", "B2,17,1,1,18", "C3,52,0,1,23"]
COLUMNS = {"time": "weeks", "event": "arrest", "group": "aid"}


@pytest.fixture
def file(tmp_path):
    """Return a function that writes lines to a CSV file and gives its place."""

    def written(lines, name="people.csv"):
        place = tmp_path / name
        place.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return place

    return written


def faults_of(place, **columns):
    with pytest.raises(RecordError) as caught:
        read_durations(place, **(COLUMNS | columns))
    return caught.value


def test_a_plain_file_gives_times_events_and_groups(file):
    people = read_durations(file(LINES), **COLUMNS, covariates=["age"])
    assert people.time.tolist() == [20, 17, 52]
    assert people.time.dtype == np.int64  # weeks stay whole: ties are exact
    assert people.event.tolist() == [1, 1, 0]
    assert people.group.tolist() == ["aid 0", "aid 1", "aid 1"]
    assert people.covariates["age"].tolist() == [27, 18, 23]
    assert (people.entry, people.cause, len(people)) == (None, None, 3)
    assert len(people.sha256) == 64


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_a_workbook_and_a_parquet_file_give_the_same(tmp_path, file, kind):
    frame = pd.DataFrame(
        {"weeks": [20, 17, 52], "arrest": [True, True, False], "aid": ["0", "1", "1"]}
    )
    place = tmp_path / f"people.{kind}"
    if kind == "xlsx":
        frame.to_excel(place, index=False)
    else:
        from dipoutcomes.storage import parquet_bytes

        place.write_bytes(parquet_bytes(frame))
    people, plain = read_durations(place, **COLUMNS), read_durations(file(LINES), **COLUMNS)
    assert people.time.tolist() == plain.time.tolist()
    assert people.event.tolist() == plain.event.tolist()
    assert people.group.tolist() == plain.group.tolist()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12), (" 12.50 ", 12.5), ("1e2", 100), ("-3", -3), (".5", 0.5), (7, 7),
        (np.float64(2.5), 2.5), (Decimal("1.25"), 1.25),
    ],
)  # fmt: skip
def test_a_number_is_a_number(cell, value):
    assert number(cell) == flag(cell) == value


@pytest.mark.parametrize(
    "cell",
    [
        "1,000", "12 weeks", "1_000", "0x1F", "١٢", "inf", "nan", "1e999", "", "-", "12-05", True,
        dt.datetime(2014, 5, 12), dt.date(2014, 5, 12), float("inf"), None, "1 2",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_none(cell):
    assert np.isnan(number(cell))


def test_every_fault_is_told_at_once_by_row_and_no_cell_is_quoted(file):
    spoilt = [
        *LINES[:1],
        "QZ1,20,1,0,27",
        "QZ2,soon,1,1,18",
        "QZ3,-4,2,1,23",
        "QZ4,,yes,1,31",
        "QZ5,52,0,,44",
        "QZ6,52,,1,x44",
    ]
    error = faults_of(file(spoilt), covariates=["age"])
    assert error.exit_code == 11
    assert list(error.problems) == [
        "weeks is not a number: rows 3",
        "weeks is empty: rows 5",
        "weeks is below 0: rows 4",
        "arrest is neither 0 nor 1: rows 4, 5",
        "arrest is empty: rows 7",
        "aid is empty: rows 6",
        "age holds numbers in some rows and texts in others; the fewer: rows 7",
    ]
    for word in ("QZ", "soon", "-4", "yes", "x44"):
        assert word not in str(error)


def test_many_rows_of_one_fault_are_counted(file):
    error = faults_of(file([LINES[0], *(["X,late,1,0,20"] * 1200)]))
    assert "weeks is not a number: rows 2, 3, 4, 5, 6 and 1,195 more" in error.problems


def test_a_missing_column_is_told_with_the_nearest_heading_and_no_other(file):
    error = faults_of(file(LINES), time="week", event="Arrest", group="office")
    assert list(error.problems) == [
        "no column 'week'; did you mean 'weeks'?",
        "no column 'Arrest'; did you mean 'arrest'?",
        "no column 'office'",
    ]
    twice = faults_of(file(["weeks,arrest,aid,weeks", "1,1,0,2"]))
    assert "2 columns are headed 'weeks'" in twice.problems[0]


def test_a_file_that_is_not_there_or_empty_says_so(file, tmp_path):
    place = file(LINES[:1])
    with pytest.raises(DesignError, match="no rows below its headings"):
        read_durations(place, **COLUMNS)
    with pytest.raises(StorageError, match=r"near it are people\.csv"):
        read_durations(tmp_path / "peple.csv", **COLUMNS)
    with pytest.raises(StorageError, match="not installed"):
        read_durations("package:no_such_package/rossi.csv", **COLUMNS)


def test_groups_are_called_as_asked_and_their_codes_kept(file):
    people = read_durations(file(LINES), **COLUMNS, group_labels={"1": "aid", "0": "none"})
    assert people.group.tolist() == ["none", "aid", "aid"]
    assert people.group_codes == {"none": "0", "aid": "1"}
    assert (people.label_of("1"), people.label_of("aid"), people.label_of("x")) == (
        "aid", "aid", "x",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "words"),
    [({"2": "other"}, "1 labels are of no group"), ({"0": "a", "1": "a"}, "would have one label")],
)
def test_labels_that_name_nothing_or_join_groups_are_refused(file, labels, words):
    with pytest.raises(ValueError, match=words):
        read_durations(file(LINES), **COLUMNS, group_labels=labels)


def test_a_column_with_a_value_for_each_person_is_no_group(file):
    lines = [LINES[0], *(f"ZQ{i},{i},1,0,20" for i in range(30))]
    with pytest.raises(DesignError, match="ref has 30 groups, more than 20") as caught:
        read_durations(file(lines), **(COLUMNS | {"group": "ref"}))
    assert "ZQ" not in str(caught.value)


def test_late_entry_must_come_before_the_end(file):
    lines = ["weeks,arrest,aid,from", "20,1,0,0", "17,1,1,17", "52,0,1,60", "30,1,0,4"]
    error = faults_of(file(lines), entry="from")
    assert list(error.problems) == ["from is not before weeks: rows 3, 4"]
    lines = [lines[0], lines[1], lines[4]]
    assert read_durations(file(lines), **COLUMNS, entry="from").entry.tolist() == [0, 4]


def test_causes_may_be_codes_or_words(file):
    coded = file(["weeks,what", "1,0", "2,2", "3,1", "4,2"])
    people = read_durations(coded, time="weeks", cause="what", cause_names={2: "death"})
    assert people.cause.tolist() == [0, 2, 1, 2]
    assert people.cause_names == {1: "cause 1", 2: "death"}
    words = file(["weeks,what", "1,none", "2,death", "3,arrest", "4,death"])
    people = read_durations(words, time="weeks", cause="what", no_event="none")
    assert people.cause.tolist() == [0, 2, 1, 2]
    assert people.cause_names == {1: "arrest", 2: "death"}


def test_a_word_for_no_event_that_stands_nowhere_is_refused(file):
    words = file(["weeks,what", "1,none", "2,death"])
    with pytest.raises(ValueError, match="no row of what holds '0'"):
        read_durations(words, time="weeks", cause="what")


def test_covariates_are_numbers_or_categories_and_empty_ones_can_be_left_out(file):
    lines = ["weeks,arrest,aid,age,area", "1,1,0,20,n", "2,1,1,,s", "3,0,1,40,s"]
    asked = {"covariates": ["age", "area", "aid"], "categories": ["aid"]}
    assert faults_of(file(lines), **asked).problems == ("age is empty: rows 3",)
    people = read_durations(file(lines), **COLUMNS, **asked, drop_incomplete=True)
    assert (len(people), people.left_out) == (2, 1)
    assert people.covariates["age"].tolist() == [20, 40]
    assert people.covariates["area"].tolist() == ["n", "s"]
    assert people.covariates["aid"].tolist() == ["0", "1"]
    assert "1 left out" in str(people)
    with pytest.raises(ValueError, match="aid: named as a category"):
        read_durations(file(lines), **COLUMNS, categories=["aid"])


def test_an_exposure_that_never_came_is_an_empty_cell(file):
    lines = ["weeks,arrest,done", "9,1,4", "8,0,", "7,1,7"]
    people = read_durations(file(lines), time="weeks", event="arrest", exposure_time="done")
    assert np.isnan(people.exposure_time).tolist() == [False, True, False]


def test_true_and_one_are_told_apart_in_a_workbook(tmp_path):
    frame = pd.DataFrame({"weeks": pd.Series([1, True, 2], dtype=object), "arrest": [1, True, 0]})
    frame.to_excel(tmp_path / "mixed.xlsx", index=False)
    with pytest.raises(RecordError) as caught:
        read_durations(tmp_path / "mixed.xlsx", time="weeks", event="arrest")
    assert caught.value.problems == ("weeks is not a number: rows 3",)


ROWS = ["id,from,to,arrests,area", "a,0,10,1,n", "b,0,30,0,s", "a,20,40,2,n", "a,10,15,0,n"]
SPELLS = {"person": "id", "start": "from", "stop": "to", "event": "arrests"}


def test_rows_of_repeated_events_keep_the_gaps_of_custody(file):
    rows = read_repeated(file(ROWS), **SPELLS, group="area")
    assert rows.person.tolist() == [0, 1, 0, 0]
    assert rows.event.tolist() == [1, 0, 2, 0]
    assert rows.group.tolist() == ["n", "s"]  # one a person
    assert str(rows) == "4 rows of 2 people in 'people.csv'"


def test_rows_that_cannot_be_are_told(file):
    lines = [
        ROWS[0],
        "a,0,10,1,n",
        "a,9,20,0,n",
        "b,5,5,0,s",
        "b,6,9,0.5,s",
        "b,9,12,-1,n",
    ]
    with pytest.raises(RecordError) as caught:
        read_repeated(file(lines), **SPELLS, group="area")
    assert caught.value.problems == (
        "arrests is not a whole number from 0: rows 5, 6",
        "to is not after from: rows 4",
        "starts before an earlier row of the same id ends: rows 3",
        "area differs from the first row of the same id: rows 6",
    )


def test_many_rows_are_read_without_loss(tmp_path):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"weeks": rng.integers(1, 700, 10**5), "arrest": 1, "aid": 0})
    frame.to_csv(tmp_path / "many.csv", index=False)
    people = read_durations(tmp_path / "many.csv", **COLUMNS)
    assert people.time.tolist() == frame["weeks"].tolist()
