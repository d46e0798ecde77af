"""What a column is taken for, and which columns join tables."""

import pandas as pd
import pytest

from dipoutcomes.errors import RecordError
from dipoutcomes.simulate.stand_in import infer_column, infer_tables
from dipoutcomes.simulate.stand_in.kinds import is_identifier, is_private
from dipoutcomes.simulate.stand_in.source import MISSING_TEXTS


def kind(cells, heading="Thing"):
    return infer_column(pd.Series(cells, dtype=object), heading, missing=MISSING_TEXTS)


@pytest.mark.parametrize(
    "heading",
    ["Surname", "first_name", "FirstName", "Home address", "Postcode", "post_code", "E-mail",
     "Notes", "case notes", "Telephone", "Mobile no", "NAME", "Next of kin", "Alias"],
)  # fmt: skip
def test_private_headings(heading):
    assert is_private(heading)
    assert kind(["M", "F"] * 50, heading).role == "text"


@pytest.mark.parametrize("heading", ["Gender", "Area", "Offence", "Drug", "Type of referral"])
def test_other_headings_are_not_private(heading):
    assert not is_private(heading)


@pytest.mark.parametrize(
    ("heading", "is_one"),
    [("Client ref", True), ("NHS number", True), ("person_id", True), ("PNCID", True),
     ("Number of arrests", False), ("No of children", False), ("Arrests", False)],
)  # fmt: skip
def test_identifiers_are_known_by_their_heading(heading, is_one):
    assert is_identifier(heading) is is_one


def test_counts_under_a_heading_of_number_stay_numbers():
    assert kind([str(i % 40) for i in range(200)], "Number of arrests").role == "number"


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d-%b-%y", "%d/%m/%Y %H:%M"])
def test_dates_are_known_by_their_cells(form):
    days = pd.date_range("2011-01-01", periods=300, freq="5D").strftime(form)
    found = kind(list(days))
    assert (found.role, found.formats[0]) == ("date", form)


def test_a_date_of_birth_is_one():
    days = pd.date_range("1970-01-01", periods=60, freq="90D").strftime("%d/%m/%Y")
    assert kind(list(days), "DOB").role == "birth"


def test_eight_digits_are_a_date_only_under_such_a_heading():
    days = list(pd.date_range("2011-01-01", periods=300, freq="D").strftime("%Y%m%d"))
    assert kind(days, "Arrest date").role == "date"
    assert kind(days, "Amount").role != "date"


def test_numbers_codes_words_and_texts():
    assert kind([str(i * 1.5) for i in range(100)]).role == "number"
    assert kind(["0", "1"] * 50).role == "category"
    assert kind(["heroin"] * 60 + ["other"] * 40).role == "category"
    assert kind([f"met him on day {i}" for i in range(100)]).role == "text"
    assert kind([f"AB{i:04d}X" for i in range(100)]).role == "key"
    assert kind([f"0{i:04d}" for i in range(100)], "Code").role != "number"
    assert kind(["", None, "NA"]).role == "blank"
    assert kind([True, False] * 20).role == "category"


def test_rows_that_are_counted_are_a_key_and_ages_are_not():
    assert kind(list(range(1, 101)), "Unnamed: 0").role == "key"
    assert kind([20 + i % 45 for i in range(100)], "Age").role == "number"


def test_people_under_a_plain_heading_are_not_copied():
    assert kind(["Jones"] * 40 + ["Evans"] * 40, "Key worker").role == "text"


def tables():
    people = pd.DataFrame({"Client Ref": [f"C{i}" for i in range(40)], "Sex": ["M", "F"] * 20})
    events = pd.DataFrame(
        {
            "client_ref": [f"C{i % 35}" for i in range(120)],
            "Event ref": [f"E{i}" for i in range(120)],
            "Taken": pd.date_range("2012-01-01", periods=120).strftime("%d/%m/%Y"),
            "Proven": pd.date_range("2012-03-01", periods=120).strftime("%d/%m/%Y"),
        }
    )
    return {"people.csv": people, "events.csv": events}


def test_the_key_that_joins_two_files_is_the_person():
    people, events = infer_tables(tables())
    assert (people.person, events.person) == (0, 0)
    assert people.columns[0].key == events.columns[0].key != ""
    assert "joins 2 tables" in events.columns[0].because
    assert events.columns[1].role == "key"
    assert events.orders == ((2, 3),)


def test_keys_without_a_common_cell_do_not_join():
    frames = tables()
    frames["events.csv"]["client_ref"] = [f"X{i % 35}" for i in range(120)]
    assert [table.person for table in infer_tables(frames)] == [None, None]


def test_a_repeated_identifier_of_one_file_is_the_person():
    (events,) = infer_tables({"events.csv": tables()["events.csv"]})
    assert events.person == 0


def test_without_a_repeated_identifier_each_row_is_a_person():
    (people,) = infer_tables({"people.csv": tables()["people.csv"]})
    assert people.person is None


def test_columns_may_be_named():
    people, _ = infer_tables(tables(), hide=["sex"])
    assert (people.columns[1].role, people.columns[1].because) == ("text", "you named it")
    with pytest.raises(RecordError, match="'Weight'"):
        infer_tables(tables(), hide=["Weight"])
