"""Made tables: valid, joined by their keys, in the old formats, without what is somebody's."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DisclosureError
from dipoutcomes.simulate.stand_in import (
    Column,
    SourceTable,
    csv_bytes,
    excel_bytes,
    infer_tables,
    join_keys,
    make_stand_in,
    typed_frame,
)
from dipoutcomes.simulate.stand_in.files import Sheet
from dipoutcomes.simulate.stand_in.reading import read_tables
from dipoutcomes.simulate.stand_in.scan import refuse_leaks

DAY = "%d/%m/%Y"


def days(start, offsets):
    return (pd.Timestamp(start) + pd.to_timedelta(offsets, unit="D")).strftime(DAY)


def people_frame(n=120, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "Ref": [f"C{1000 + i}" for i in range(n)],
            "Surname": [f"Nobody{i}" for i in range(n)],
            "Born": days("1960-01-01", rng.integers(0, 12_000, n)),
            "Sex": rng.choice(["M", "F"], n, p=[0.75, 0.25]),
            "Area": np.where(np.arange(n) < 3, "Rareville", rng.choice(["North", "South"], n)),
            "Score": rng.integers(0, 60, n).astype(str),
            "Episode": [f"E-{i:04d}" for i in range(n)],
        }
    )


def event_frame(people, n=600, seed=2):
    rng = np.random.default_rng(seed)
    who = rng.integers(len(people), size=n)
    offence = rng.integers(0, 1500, n)
    arrest = offence + rng.geometric(0.3, n) - 1
    proven = arrest + rng.integers(0, 150, n)
    kinds = rng.choice(["ARR", "CON"], n, p=[0.7, 0.3])
    frame = pd.DataFrame(
        {
            "Ref": people["Ref"].to_numpy()[who],
            "Episode": people["Episode"].to_numpy()[who],
            "Row": [f"P{i:05d}" for i in range(n)],
            "Type": kinds,
            "Offended": days("2010-01-01", offence),
            "Arrested": days("2010-01-01", arrest),
            "Proven": days("2010-01-01", proven),
        }
    )
    frame.loc[kinds == "ARR", "Proven"] = ""
    return frame


@pytest.fixture(scope="module")
def real():
    people = people_frame()
    tables = infer_tables({"people": people, "events": event_frame(people)})
    # Which dates an event has depends on what it is.
    return tables[0], replace(tables[1], kind=3)


@pytest.fixture(scope="module")
def made(real):
    return make_stand_in(real, rng=np.random.default_rng(11))


def dates(frame, column):
    return pd.to_datetime(frame[column].astype(object).replace("", None), format=DAY)


def test_headings_order_and_number_of_people(real, made):
    for table in real:
        assert list(made.frame(table.name).columns) == list(table.frame.columns)
    assert len(made.frame("people")) == 120
    assert made.people == made.real_people == 120


def test_keys_are_new_and_join(real, made):
    people, events = made.frame("people"), made.frame("events")
    assert people["Ref"].is_unique
    assert events["Row"].is_unique
    assert set(events["Ref"]) <= set(people["Ref"])
    assert not set(people["Ref"]) & set(real[0].frame["Ref"])
    assert people["Ref"].str.fullmatch(r"[A-Z]\d{4}").all()
    assert people["Episode"].str.fullmatch(r"[A-Z]-\d{4}").all()


def test_the_person_may_have_another_heading_in_each_table(real):
    events = real[1].frame.rename(columns={"Ref": "PNC no"})
    tables = join_keys([replace(real[0], person=0), replace(infer_tables({"events": events})[0],
                                                            person=0)])  # fmt: skip
    made = make_stand_in(tables, rng=np.random.default_rng(2))
    assert set(made.frame("events")["PNC no"]) <= set(made.frame("people")["Ref"])


def test_a_second_key_joins_the_same_person(made):
    people, events = made.frame("people"), made.frame("events")
    both = events.astype(str).merge(people.astype(str), on="Episode", suffixes=("", "_people"))
    assert len(both) == len(events)
    assert (both["Ref"] == both["Ref_people"]).all()


def test_dates_of_a_row_are_in_order_and_follow_its_kind(made):
    events = made.frame("events")
    offence, arrest, proven = (dates(events, c) for c in ("Offended", "Arrested", "Proven"))
    assert (arrest >= offence).all()
    assert (proven.dropna() >= arrest[proven.notna()]).all()
    assert (proven.notna() == (events["Type"] == "CON")).all()


def test_nobody_does_anything_before_they_are_born():
    # Born from 1980 to 2007, with events from the tenth birthday on or from 2010: were the two
    # drawn without looking at each other, many would be too young.
    rng = np.random.default_rng(5)
    born_on = np.arange(200) * 50
    who = rng.integers(200, size=900)
    first = np.maximum(born_on[who] + 3653, 10_958)
    refs = np.array([f"C{1000 + i}" for i in range(200)])
    people = pd.DataFrame({"Ref": refs, "Born": days("1980-01-01", born_on)})
    events = pd.DataFrame(
        {"Ref": refs[who], "On": days("1980-01-01", first + rng.integers(0, 900, 900))}
    )
    tables = infer_tables({"people": people, "events": events})
    made = make_stand_in(tables, rng=np.random.default_rng(5))
    born = dates(made.frame("people"), "Born")
    born.index = made.frame("people")["Ref"].astype(str)
    event = made.frame("events")
    age = dates(event, "On").to_numpy() - born.reindex(event["Ref"].astype(str)).to_numpy()
    assert len(age) > 500
    assert age.min() >= np.timedelta64(3653, "D")


def test_names_and_rare_words_are_gone_and_counted(real, made):
    people = made.frame("people")
    assert not set(people["Surname"]) & set(real[0].frame["Surname"])
    assert set(people["Area"]) == {"North", "South"}
    left = made.left["people", 4]
    assert (left.words, left.people) == (1, 3)


def test_the_same_seed_makes_the_same_and_another_does_not(real, made):
    again = make_stand_in(real, rng=np.random.default_rng(11))
    other = make_stand_in(real, rng=np.random.default_rng(12))
    for name in ("people", "events"):
        assert csv_bytes(again.frame(name)) == csv_bytes(made.frame(name))
        assert csv_bytes(other.frame(name)) != csv_bytes(made.frame(name))


def test_as_many_people_as_asked_for(real):
    assert len(make_stand_in(real, people=37, rng=np.random.default_rng(1)).frame("people")) == 37


def test_the_number_of_people_is_rounded_to_five():
    people = people_frame(123)
    made = make_stand_in(infer_tables({"people": people}), rng=np.random.default_rng(1))
    assert made.people == made.real_people == len(made.frame("people")) == 125


def test_few_people_have_no_stand_in():
    with pytest.raises(DisclosureError, match="fewer than 30 people") as refusal:
        make_stand_in(infer_tables({"p": people_frame(29)}), rng=np.random.default_rng(1))
    assert refusal.value.exit_code == 13


def test_a_table_of_few_people_is_left_without_rows(real):
    few = real[1].frame[real[1].frame["Ref"].isin([f"C{1000 + i}" for i in range(9)])]
    tables = (real[0], replace(real[1], frame=few))
    made = make_stand_in(tables, rng=np.random.default_rng(3))
    assert made.emptied == ("events",)
    assert made.frame("events").empty
    assert list(made.frame("events").columns) == list(few.columns)


def test_a_table_whose_rows_need_a_word_that_few_share_is_left_without_rows(real):
    # 14 people left for good, of whom 9 died: a row without the reason would be refused.
    refs = [f"C{1000 + i}" for i in range(14)]
    exits = pd.DataFrame({"Ref": refs, "Why": ["died"] * 9 + ["left"] * 5})
    columns = (
        Column(heading="Ref", role="key", key="the person"),
        Column(heading="Why", role="category", filled=True),
    )
    table = SourceTable(name="exits", frame=exits, columns=columns, person=0)
    tables = join_keys([replace(table, person=0) for table in (*real, table)])
    made = make_stand_in(tables, rng=np.random.default_rng(3))
    assert made.emptied == ("exits",)
    more = pd.concat([exits, exits.assign(Ref=[f"C{1020 + i}" for i in range(14)])])
    tables = join_keys([*tables[:2], replace(table, frame=more)])
    made = make_stand_in(tables, rng=np.random.default_rng(3))
    assert set(made.frame("exits")["Why"].dropna()) <= {"died", "left"}
    assert not made.emptied


def test_blanks_are_as_common_as_they_were_and_keep_their_word():
    people = people_frame(1000)
    people.loc[:299, "Score"] = "NA"
    people.loc[300:302, "Score"] = "-"  # three people: too few for a word of its own
    made = make_stand_in(infer_tables({"p": people}), rng=np.random.default_rng(3)).frame("p")
    blank = made["Score"].astype(str) == "NA"
    assert blank.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / 1000))
    assert not (made["Score"].astype(str) == "-").any()


def test_what_is_the_same_in_all_rows_of_a_person_stays_so():
    people = people_frame(100)
    events = event_frame(people).merge(people[["Ref", "Sex", "Born"]], on="Ref")
    (table,) = infer_tables({"events": events}, person="Ref")
    made = make_stand_in((table,), rng=np.random.default_rng(2)).frame("events").astype(str)
    distinct = made[["Ref", "Sex", "Born"]].drop_duplicates()
    assert distinct["Ref"].is_unique


def test_people_say_the_same_of_themselves_in_two_tables():
    people = people_frame(200)
    answers = people[["Ref", "Surname", "Sex", "Born"]].iloc[::-1]
    made = make_stand_in(
        infer_tables({"people": people, "answers": answers}), rng=np.random.default_rng(2)
    )
    both = made.frame("people").astype(str).merge(made.frame("answers").astype(str), on="Ref")
    assert len(both) == 200
    for column in ("Surname", "Sex", "Born"):
        assert (both[f"{column}_x"] == both[f"{column}_y"]).all()


def test_the_marked_row_lies_just_before_the_entry():
    rng = np.random.default_rng(9)
    n = 200
    refs = [f"C{1000 + i}" for i in range(n)]
    start = rng.integers(600, 900, n)
    entry = pd.DataFrame({"Ref": refs, "Started": days("2010-01-01", start)})
    marked = pd.DataFrame({"Ref": refs, "On": days("2010-01-01", start - 7), "Led": "Y"})
    others = pd.DataFrame(
        {"Ref": rng.choice(refs, 800), "On": days("2010-01-01", rng.integers(0, 1500, 800)),
         "Led": "N"}
    )  # fmt: skip
    events = pd.concat([marked, others], ignore_index=True)
    tables = (
        SourceTable(
            name="entry", frame=entry, person=0, one_each=True,
            columns=(Column(heading="Ref", role="key", key="who"),
                     Column(heading="Started", role="date", formats=(DAY,))),
        ),
        SourceTable(
            name="events", frame=events, person=0, flag_says=("y",), flag_before=("entry", 1),
            columns=(Column(heading="Ref", role="key", key="who"),
                     Column(heading="On", role="date", formats=(DAY,)),
                     Column(heading="Led", role="flag")),
        ),
    )  # fmt: skip
    made = make_stand_in(tables, rng=np.random.default_rng(1))
    flagged = made.frame("events").astype(str).query("Led == 'Y'")
    assert flagged["Ref"].is_unique
    assert len(flagged) > 0.9 * n
    both = flagged.merge(made.frame("entry").astype(str), on="Ref")
    gap = (dates(both, "Started") - dates(both, "On")).dt.days
    assert (gap == 7).all()


def test_deaths_come_after_everything(real):
    people = real[0].frame
    exits = pd.DataFrame({"Ref": people["Ref"][:40], "On": days("2011-01-01", np.arange(40) * 30)})
    tables = infer_tables({"people": people, "events": real[1].frame, "exits": exits})
    last = (date(2016, 1, 1) - date(1970, 1, 1)).days
    tables = (*tables[:2], replace(tables[2], after_all=True, last_day=last))
    made = make_stand_in(tables, rng=np.random.default_rng(4))
    out = made.frame("exits").astype(str)
    events = made.frame("events").astype(str)
    latest = dates(events, "Proven").fillna(dates(events, "Arrested")).groupby(events["Ref"]).max()
    on = dates(out, "On")
    assert len(out) > 10
    assert on.max() <= pd.Timestamp("2016-01-01")
    known = out["Ref"].isin(latest.index)
    assert (on[known].to_numpy() >= latest.reindex(out["Ref"][known]).to_numpy()).all()


def test_ways_of_writing_a_date_keep_their_shares():
    n = 400
    born = [date(1970, 1, 1) + pd.Timedelta(days=int(i * 20)) for i in range(n)]
    cells = [d if i % 4 else d.strftime(DAY) for i, d in enumerate(born)]
    cells[8] = "not a date"
    frame = pd.DataFrame(
        {"Ref": [f"C{i:03d}" for i in range(n)], "Born": pd.Series(cells, dtype=object)}
    )
    made = make_stand_in(infer_tables({"p": frame}), rng=np.random.default_rng(3))
    texts = made.frame("p")["Born"].map(lambda cell: isinstance(cell, str)).astype(float)
    assert texts.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / n))
    assert made.left["p", 1].faults == 1


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [("Ref", "C1005", "real key or text"), ("Surname", " NOBODY7 ", "real key or text"),
     ("Surname", "C1005", "real key or text"), ("Area", "Rareville", "fewer than 10 people")],
)  # fmt: skip
def test_the_scan_finds_what_is_somebody_s(real, made, column, cell, says):
    frame = made.frame("people").astype(object).copy()
    frame.loc[17, column] = cell
    spoilt = dict(made.tables, people=replace(made.tables["people"], frame=frame))
    with pytest.raises(DisclosureError, match=says) as refusal:
        refuse_leaks(read_tables(real), spoilt, fewest=10)
    assert "1 cells" in str(refusal.value)
    assert cell.strip() not in str(refusal.value)


def test_the_scan_lets_a_sound_table_pass(real, made):
    refuse_leaks(read_tables(real), made.tables, fewest=10)


def test_several_tables_need_a_person_in_each(real):
    with pytest.raises(ValueError, match="column of the person"):
        make_stand_in((real[0], replace(real[1], person=None)), rng=np.random.default_rng(1))


# files


def test_a_csv_file_keeps_its_delimiter_encoding_and_the_row_of_its_headings():
    frame = pd.DataFrame({"Né": pd.Categorical(['a;"b', None]), "x": pd.Categorical([1, 2])})
    found = csv_bytes(frame, delimiter=";", encoding="cp1252", header_row=3)
    assert found == (
        'Stand-in: made-up people, no record is copied;\n;\nNé;x\n"a;""b";1\n;2\n'.encode("cp1252")
    )


def test_a_mark_of_the_encoding_stands_once():
    frame = pd.DataFrame({"x": pd.Categorical(["a"])})
    assert csv_bytes(frame, encoding="utf-16").decode("utf-16") == "x\na\n"


def test_a_workbook_keeps_sheets_dates_and_numbers():
    from io import BytesIO

    from openpyxl import load_workbook

    frame = pd.DataFrame(
        {"D": pd.Categorical([date(2014, 5, 1), None]), "T": pd.Categorical(["=1+1", 7])}
    )
    book = load_workbook(BytesIO(excel_bytes({"One": Sheet(frame=frame, header_row=2)})))
    cells = [[cell.value for cell in row] for row in book["One"].iter_rows()]
    assert cells[0][0] == "Stand-in: made-up people, no record is copied"
    assert cells[1] == ["D", "T"]
    assert cells[2][0].date() == date(2014, 5, 1)
    assert book["One"]["B3"].data_type == "s"
    assert cells[3] == [None, 7]


def test_columns_of_one_type_are_typed():
    frame = pd.DataFrame(
        {
            "d": pd.Categorical([date(2014, 5, 1), None]),
            "i": pd.Categorical([1, None]),
            "t": pd.Categorical(["a", 1]),
        }
    )
    found = typed_frame(frame)
    assert [str(found[c].dtype) for c in "di"] == ["datetime64[ns]", "Int64"]
    assert found["t"].tolist() == ["a", "1"]
