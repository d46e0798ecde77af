"""Scorecards out of TOML, CSV and workbooks, and every fault of a file said at once."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from dipoutcomes.errors import ProtocolError, StorageError
from dipoutcomes.scorecard.audit import audit_scorecard, parse_scorecard, scorecard_from_rows
from dipoutcomes.scorecard.audit.template import template_text
from dipoutcomes.storage.scorecard_files import read_scorecard

HEADINGS = ["id", "label", "count", "percent", "of", "part_of", "unit", "sample"]
ROWS = [
    ["total", "Referrals", 306, None, None, None, "people", None],
    ["police", "From the police", 61, 20, None, "total", "people", None],
    ["others", "From others", 245, 80, None, "total", "people", None],
    ["prescribed", "Prescribed", 79, 25, "total", None, "people", "no"],
]


def workbook(path, rows, **sheets):
    book = openpyxl.Workbook()
    for row in [HEADINGS, *rows]:
        book.active.append(row)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for row in lines:
            sheet.append(row)
    book.save(path)
    return path


def found(card):
    return [finding.kind for finding in audit_scorecard(card).findings]


def test_a_csv_and_a_workbook_say_what_a_toml_file_says(tmp_path):
    (tmp_path / "q3.csv").write_text(
        "\n".join(",".join("" if c is None else str(c) for c in row) for row in [HEADINGS, *ROWS])
    )
    by_csv = read_scorecard(tmp_path / "q3.csv")
    by_book = read_scorecard(workbook(tmp_path / "q3.xlsx", ROWS))
    assert by_csv == by_book
    assert by_csv.scorecard.title == "q3"
    assert found(by_csv) == ["percentage"]
    text = '[scorecard]\ntitle = "q3"\n' + "".join(
        "[[line]]\n"
        + "".join(
            f"{key} = {cell if isinstance(cell, int) else repr(cell)}\n"
            for key, cell in zip(HEADINGS, row, strict=True)
            if cell is not None and key != "sample"
        )
        for row in ROWS
    )
    assert parse_scorecard(text) == by_csv


def test_a_workbook_may_hold_the_rest_on_sheets_of_its_own(tmp_path):
    path = workbook(
        tmp_path / "report.xlsx", ROWS,
        scorecard=[["title", "period_from", "published", "rounding"],
                   ["Report", datetime(2013, 10, 1), datetime(2014, 8, 18), "half_up"]],
        Claims=[["says", "kind"], ["+15%", "change"]],
        window=[["name", "opens_months"], ["12+", 12]],
        mean=[["id", "label", "printed", "of"], ["m", "Mean age", "5.19", 28]],
        notes=[["anything"], ["that is no part of it"]],
    )  # fmt: skip
    card = read_scorecard(path)
    assert card.scorecard.title == "Report"
    assert card.scorecard.published == date(2014, 8, 18)
    assert found(card) == ["percentage", "mean", "change", "window_empty", "window_dates"]


def test_percentages_formatted_as_such_are_fractions_in_the_file(tmp_path):
    rows = [[*row[:3], None if row[3] is None else row[3] / 100, *row[4:]] for row in ROWS]
    card = read_scorecard(workbook(tmp_path / "q3.xlsx", rows))
    assert [line.percent for line in card.line] == [None, 20, 80, 25]
    rows[1][3] = 61 / 306  # what a formula holds, which is not what is printed
    with pytest.raises(ProtocolError, match=r"'police' has 1\d digits after the point"):
        read_scorecard(workbook(tmp_path / "q4.xlsx", rows))


def test_more_digits_than_a_line_says_it_has():
    rows = [{"label": "x", "percent": "19.93", "decimals": 1}]
    with pytest.raises(ProtocolError, match="'x' is printed with more digits"):
        scorecard_from_rows(rows, title="x")


def test_the_digits_of_a_csv_count_and_those_of_a_workbook_do_not(tmp_path):
    (tmp_path / "q.csv").write_text("label,count,percent\nTotal,306,\nPolice,61,20.0%\n")
    card = read_scorecard(tmp_path / "q.csv")
    assert card["police"].percent == Decimal("20.0")
    assert card.digits(card["police"]) == 1
    rows = [["a", "A", 61, 20.0, None, None, None, None]]
    card = read_scorecard(workbook(tmp_path / "q.xlsx", rows))
    assert card.digits(card["a"]) == 0


def test_every_fault_is_said_at_once_and_in_plain_words():
    with pytest.raises(ProtocolError) as caught:
        parse_scorecard(
            '[scorecard]\ntitel = "x"\n[[line]]\nid = "a"\nlabel = "A"\ncount = -3\nof = true\n'
            '[[line]]\nid = "b"\nlabel = "B"\npercnt = 3\n'
        )
    said = str(caught.value).splitlines()
    assert "[scorecard] has no key 'titel'; did you mean 'title'?" in said
    assert "[[line]] 1 count: must be at least 0; got -3" in said
    assert "[[line]] 1 of: must be a whole number from 0, or the id of a line" in said
    assert "[[line]] 2 has no key 'percnt'; did you mean 'percent'?" in said
    assert len(said) == 5  # and the title is needed


def test_references_that_lead_nowhere_and_ids_given_twice():
    with pytest.raises(ProtocolError) as caught:
        parse_scorecard(
            '[scorecard]\ntitle = "x"\nperiod_from = 2014-01-01\nperiod_to = 2013-01-01\n'
            '[[line]]\nid = "total"\nlabel = "A"\n[[line]]\nid = "total"\nlabel = "A"\n'
            '[[line]]\nid = "b"\nlabel = "B"\nof = "totl"\npart_of = "b"\nwindow = "w"\n'
            '[[line]]\nid = "c"\nlabel = "C"\npart_of = "total"\nparts = "all"\n'
            '[[line]]\nid = "d"\nlabel = "D"\npart_of = "total"\nparts = "some"\n'
            '[[claim]]\nsays = "most"\nline = "q"\n'
        )
    said = str(caught.value)
    for words in ("the id 'total' is given to 2 lines", "did you mean 'total'?",
                  "b: a line cannot be a part, or a percentage, of itself",
                  "no [[window]] is called 'w'",
                  "said to be all and some; choose one", "no line has the id 'q'",
                  "period_to is before period_from"):  # fmt: skip
        assert words in said


def test_files_that_are_no_scorecard(tmp_path):
    with pytest.raises(StorageError, match="there is no file"):
        read_scorecard(tmp_path / "none.toml")
    (tmp_path / "a.docx").write_bytes(b"x")
    with pytest.raises(StorageError, match="of no kind that a scorecard is read from"):
        read_scorecard(tmp_path / "a.docx")
    (tmp_path / "a.xlsx").write_bytes(b"x")
    with pytest.raises(StorageError, match="is not a workbook"):
        read_scorecard(tmp_path / "a.xlsx")
    (tmp_path / "a.toml").write_text("= 3")
    with pytest.raises(ProtocolError, match=r"a\.toml: "):
        read_scorecard(tmp_path / "a.toml")


def test_the_committed_scorecard_is_sound():
    path = Path(__file__).parents[3] / "protocols" / "gwent-2013-14-scorecard.toml"
    assert len(read_scorecard(path).line) == 73


def test_the_template_is_read_as_it_stands_and_with_every_key_in_use():
    text = template_text()
    assert audit_scorecard(parse_scorecard(text)).findings  # one blank row
    every = re.sub(r"^# (?=[a-z_]+ = |\[)", "", text, flags=re.MULTILINE)
    with pytest.raises(ProtocolError) as caught:
        parse_scorecard(every)
    # Every key is known: what is left to say is that the example refers to lines it does not have.
    assert all("no line has the id" in said or "no [[window]]" in said
               for said in str(caught.value).splitlines())  # fmt: skip
