"""Dates are read in the declared formats, exactly, or not at all."""

from datetime import date, datetime, time

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.records.dates import NO_DATE, type_dates

EPOCH = date(1970, 1, 1)


def days(*when):
    return [(day - EPOCH).days for day in when]


def column(cells, formats=("%d/%m/%Y",), **more):
    return type_dates(pd.Series(list(cells), dtype=object), formats=formats, **more)


def test_one_workbook_column_holds_dates_texts_and_serial_numbers():
    cells = [
        date(2023, 4, 3),
        datetime(2023, 4, 3, 9, 30),
        "03/04/2023",
        45019.0,  # 3 April 2023 in Excel
        "45019",
        45019.5,
        None,
        "",
    ]
    read = column(cells, date_system="1900")
    assert read.days.tolist()[:6] == days(date(2023, 4, 3)) * 6
    assert read.missing.tolist() == [False] * 6 + [True] * 2
    assert read.times_dropped == 2
    assert dict(read.counts) == {
        "date": 2,
        "%d/%m/%Y": 1,
        "Excel serial number": 2,
        "Excel serial number written as text": 1,
    }


@pytest.mark.parametrize("cell", [2014.0, "2014", 1.0, 60.0, 3e6, -5.0, True, time(3, 4), "abc"])
def test_a_number_that_may_be_a_year_or_no_date_is_not_guessed(cell):
    read = column([cell], date_system="1900")
    assert read.unreadable.tolist() == [True]
    assert read.days.tolist() == [NO_DATE]


def test_a_number_outside_a_workbook_is_no_serial_number():
    assert column([45019, "45019"]).unreadable.tolist() == [True, True]
    assert column([20230403], formats=("%Y%m%d",)).days.tolist() == days(date(2023, 4, 3))


def test_serial_numbers_agree_with_the_first_and_last_day_of_excel():
    read = column([61.0, 2_958_465.0], date_system="1900")
    assert read.days.tolist() == days(date(1900, 3, 1), date(9999, 12, 31))


@pytest.mark.parametrize(
    "text", ["31/02/2015", "29/02/2015", "00/01/2015", "01/13/2015", "31/04/2015"]
)
def test_an_impossible_date_is_told_from_an_unreadable_one(text):
    read = column([text, "29/02/2016"])
    assert read.impossible.tolist() == [True, False]
    assert not read.unreadable.any()


@pytest.mark.parametrize(
    "text",
    ["2015-04-03", "03/04/15", "03/04/2015 10:00", "3 April 2015", "03/04/20155", "0304/2015"],
)
def test_a_text_must_match_its_format_whole(text):
    assert column([text]).unreadable.tolist() == [True]


def test_digits_without_separators_need_their_full_width():
    assert column(["202304"], formats=("%Y%m%d",)).unreadable.tolist() == [True]
    assert column(["45019"], formats=("%y%m%d",)).unreadable.tolist() == [True]


def test_formats_are_tried_in_turn_and_counted():
    read = column(["03/04/2015", "2015-04-03", "3 Apr 2015"], ("%d/%m/%Y", "%Y-%m-%d", "%d %b %Y"))
    assert read.days.tolist() == days(date(2015, 4, 3)) * 3
    assert dict(read.counts) == {"%d/%m/%Y": 1, "%Y-%m-%d": 1, "%d %b %Y": 1}
    assert read.ambiguous == 1  # neither the year-first nor the one in words


def test_ambiguity_and_its_proof():
    read = column(["03/04/2015", "04/04/2015", "03/04/2015"])
    assert (read.ambiguous, read.day_first_proven) == (2, False)
    assert column(["03/04/2015", "13/04/2015"]).day_first_proven
    month_first = column(["04/13/2015"], ("%m/%d/%Y",))
    assert month_first.month_first_proven
    assert not month_first.day_first_proven


def test_a_month_beyond_12_shows_that_somebody_wrote_the_month_first():
    read = column(["03/25/2015", "31/02/2015", "13/13/2015", "03/04/2015", "03/25/2015"])
    assert read.impossible.tolist() == [True, True, True, False, True]
    assert read.other_order == 2
    assert column(["25/03/2015"], ("%m/%d/%Y",)).other_order == 1
    assert column(["2015-25-03"], ("%Y-%m-%d",)).other_order == 0  # the year first: no habit


def test_two_digit_years_are_counted():
    read = column(["01/02/69", "01/02/68"], ("%d/%m/%y",))
    assert read.days.tolist() == days(date(1969, 2, 1), date(2068, 2, 1))
    assert read.two_digit_years == 2


@pytest.mark.parametrize("text", ["%d/%m", "%d/%m/%Y %q", "%Y", "%d/%d/%Y", "%x", "%d/%m/%Y%"])
def test_a_format_that_names_no_whole_date_is_refused(text):
    with pytest.raises(ValueError, match="date format"):
        column(["01/01/2015"], (text,))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_typed_columns_pass_through_in_every_unit(unit):
    stamps = pd.Series(
        np.array(["1969-12-31T23:59", "2015-04-03T00:00", "NaT"], dtype=f"datetime64[{unit}]")
    )
    read = type_dates(stamps, formats=())
    assert read.days.tolist() == [-1, *days(date(2015, 4, 3)), NO_DATE]
    assert read.times_dropped == 1
    assert read.missing.tolist() == [False, False, True]


def test_a_day_is_the_day_on_the_clock_of_the_place():
    stamps = pd.Series(pd.to_datetime(["2015-05-31 23:30"], utc=True).tz_convert("Europe/London"))
    assert type_dates(stamps, formats=()).days.tolist() == days(date(2015, 6, 1))


@pytest.mark.parametrize(
    ("text", "impossible"), [("03/04/2015 24:00", True), ("03/04/2015 23:59", False)]
)
def test_the_clock_is_checked_too(text, impossible):
    assert column([text], ("%d/%m/%Y %H:%M",)).impossible.tolist() == [impossible]


def test_twelve_hours_and_their_half():
    read = column(["03/04/2015 12:05 AM", "03/04/2015 12:05 pm"], ("%d/%m/%Y %I:%M %p",))
    assert (read.microseconds // 60_000_000).tolist() == [5, 12 * 60 + 5]
