"""The way back to a person, for the request to the police: right people, right cells."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import RecordError
from dipoutcomes.records import DEMONSTRATION_KEY, LoadRules, RawTable, TableRules, pseudonym
from dipoutcomes.records.identities import cell_text, identities, row_digests

RULES = LoadRules(tables={"persons": TableRules(columns={"person_id": "Ref"})})
FRAME = pd.DataFrame(
    {
        "Ref": [" 12.0 ", 1001.0, None, "B2", "B2"],
        "Name": ["Ann", " Siôn  ap Huw ", "Nobody", None, None],
        "Born": [datetime(1980, 2, 3), date(1990, 1, 1), None, "03/04/1985", "03/04/1985"],
    },
    dtype=object,
)


def asked(ids, columns, frame=FRAME):
    raw = RawTable(table="persons", frame=frame, rows=np.arange(len(frame)), file="p.xlsx")
    return identities(
        raw, RULES, list(pseudonym(ids, DEMONSTRATION_KEY)), columns, key=DEMONSTRATION_KEY
    )


def test_people_come_in_the_order_asked_for_with_the_cells_of_the_file():
    found = asked(["B2", "1001"], {"Known as": "Name", "Born": "Born"})
    assert list(found.columns) == ["Ref", "Known as", "Born"]
    assert found.to_numpy().tolist() == [
        ["B2", None, "03/04/1985"],
        ["1001", "Siôn ap Huw", date(1990, 1, 1)],
    ]


def test_a_person_who_is_not_there_and_a_heading_that_is_not_there_are_counted():
    with pytest.raises(RecordError, match="1 of 2 people are not in the persons table"):
        asked(["B2", "C3"], {})
    with pytest.raises(RecordError, match="did you mean 'Name'") as caught:
        asked(["B2"], {"A": "Nam", "B": "Zzz"})
    assert len(caught.value.problems) == 2


def test_a_row_keeps_its_fingerprint_on_the_way_through_a_spreadsheet():
    sent = pd.DataFrame({"Ref": ["1001"], "Born": [date(1990, 1, 1)], "Name": ["Siôn"]})
    back = pd.DataFrame(
        {"Ref": [1001.0], "Born": [datetime(1990, 1, 1)], "Name": [" Sio\u0302n "]}, dtype=object
    )
    assert row_digests(sent, DEMONSTRATION_KEY) == row_digests(back, DEMONSTRATION_KEY)
    for column, value in (("Ref", "1002"), ("Born", date(1990, 1, 2)), ("Name", "Sion")):
        other = sent.assign(**{column: [value]})
        assert row_digests(other, DEMONSTRATION_KEY) != row_digests(sent, DEMONSTRATION_KEY)
    assert row_digests(sent, b"x" * 32) != row_digests(sent, DEMONSTRATION_KEY)


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NaT, pd.NA, "", "  "])
def test_nothing_is_an_empty_text(nothing):
    assert cell_text(nothing) == ""
