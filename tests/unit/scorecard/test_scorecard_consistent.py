"""Consistent scorecards raise nothing, in any kind of file; each planted fault is found."""

import copy

import openpyxl
import pytest

from dipoutcomes.errors import ProtocolError, StorageError
from dipoutcomes.scorecard.audit import audit_scorecard, parse_scorecard, scorecard_from_rows
from dipoutcomes.storage.scorecard_files import read_scorecard

HEADINGS = ["label", "count", "percent", "of", "part_of", "unit", "parts", "group"]


def row(*cells):
    return dict(zip(HEADINGS, [*cells, *[None] * (len(HEADINGS) - len(cells))], strict=True))


#: By name: rows of a scorecard that is consistent.
SOUND = {
    # Percentages of three bases, one of them 0%, one 100% of few people.
    "bases": [
        row("Referrals", 240, None, None, None, "people"),
        row("Assessed", 180, "75", "Referrals", None, "people"),
        row("Care planned", 121, "67", "Assessed", None, "people"),
        row("In custody", 0, "0", "Care planned", None, "people"),
        row("Women", 11, "5", "Referrals", None, "people"),
        row("Women assessed", 11, "100", "Women", None, "people"),
    ],
    # Sevenths and thirds: they add up to 99 and to 101.
    "ninety-nine": [
        row("Closures", 300, None, None, None, "people"),
        *(row(f"Area {k}", 100, "33", None, "Closures", "people", "all", "area") for k in range(3)),
        *(row(f"Age {k}", n, p, None, "Closures", "people", "all", "age")
          for k, (n, p) in enumerate([(50, "17"), (50, "17"), (50, "17"), (150, "50")])),
    ],
    "decimals": [
        row("Tests", 1118, None, None, None, "tests"),
        row("Positive", 379, "33.9", "Tests", None, "tests"),
        row("Negative", 739, "66.10", "Tests", None, "tests"),
        row("Opiates", 101, "26.65", "Positive", None, "tests"),
    ],
    # Withheld, blank among what is not asked for, and not applicable.
    "suppressed": [
        row("Caseload", 108, "n/a", None, None, "people"),
        row("Blaenau Gwent", "<5", "*", None, "Caseload", "people"),
        row("Caerphilly", 25, "23", None, "Caseload", "people"),
        row("Monmouthshire", "less than 5", "-", None, "Caseload", "people"),
        row("Newport", 51, "47", None, "Caseload", "people"),
        row("Torfaen", 25, "23", None, "Caseload", "people"),
    ],
    # Episodes above people, with no share of the one in the other; needs overlap.
    "episodes": [
        row("People", 80, None, None, None, "people"),
        row("Episodes", 131, None, None, None, "episodes"),
        row("Episodes completed", 44, "34", "Episodes", None, "episodes"),
        row("Housing need", 41, "51", None, "People", "people", "overlapping", "need"),
        row("Health need", 63, "79", None, "People", "people", "overlapping", "need"),
        row("Retained 12 weeks or more", 50, "63", "People", None, "people"),
        row("Retained 24 weeks or more", 20, "25", "People", None, "people"),
    ],
    # The base is typed beside the figure, and a percentage above 100 says that it is a ratio.
    "beside": [
        row("Tests", "1,118", None, None, None, "tests"),
        row("Found again", 30, "12", 250, None, "people"),
        row("This year", 330, "110", "Last year", None, "people"),
        row("Last year", 300, None, None, None, "people"),
    ],
}  # fmt: skip
MORE = {
    "bases": {
        "mean": [
            {"id": "age", "label": "Mean age", "printed": "31.25", "of": 28, "total": 875},
            {"id": "rate", "label": "Arrests per 100", "printed": "142", "of": 950, "per": 100},
        ],
        "claim": [
            {
                "says": "Fewer were referred than last year: -12%",
                "kind": "change",
                "line": "referrals",
                "earlier": 273,
                "change_percent": "-12",
            }
        ],
    }
}


def card(rows, name="card", more=None):
    return scorecard_from_rows(copy.deepcopy(rows), title=name, more=more)


def kinds(rows, more=None):
    return [finding.kind for finding in audit_scorecard(card(rows, more=more)).findings]


def as_csv(path, rows, mark=",", encoding="utf-8"):
    lines = [mark.join(HEADINGS)]
    for cells in rows:
        shown = ["" if c is None else str(c) for c in cells.values()]
        lines.append(mark.join(f'"{c}"' if mark in c else c for c in shown))
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def as_workbook(path, rows):
    book = openpyxl.Workbook()
    book.active.append(["Figures of a quarter"])
    book.active.append(HEADINGS)
    for cells in rows:
        book.active.append(list(cells.values()))
    book.save(path)
    return path


def as_toml(rows):
    text = '[scorecard]\ntitle = "card"\n'
    for line in card(rows).line:
        text += "[[line]]\n"
        for key, value in line.model_dump(exclude_defaults=True).items():
            bare = isinstance(value, int) or key == "percent"
            text += f"{key} = {value if bare else repr(value)}\n"
    return text


@pytest.mark.parametrize("name", SOUND)
def test_a_consistent_scorecard_raises_nothing_from_any_file(name, tmp_path):
    rows = SOUND[name]
    assert kinds(rows, MORE.get(name)) == []
    files = (
        as_csv(tmp_path / "a.csv", rows),
        as_csv(tmp_path / "b.csv", rows, ";", "cp1252"),
        as_workbook(tmp_path / "c.xlsx", rows),
    )
    for file in files:
        assert audit_scorecard(read_scorecard(file)).findings == ()
    read = [read_scorecard(file).line for file in files]
    assert read[0] == read[1] == read[2] == parse_scorecard(as_toml(rows)).line


#: A scorecard, the row and cell changed, what is put there, and the kind that finds it.
FAULTS = [
    ("bases", 1, "percent", "76", "percentage"),
    ("bases", 1, "count", 183, "percentage"),
    ("bases", 0, "count", 300, "percentage"),
    ("bases", 3, "percent", "1", "percentage"),
    ("bases", 5, "percent", "99", "percentage"),
    ("bases", 5, "count", 12, "over_total"),
    ("bases", 0, "count", None, "blank_base"),
    ("bases", 2, "of", None, "unstated_base"),
    ("ninety-nine", 1, "percent", "34", "percentage"),
    ("ninety-nine", 2, "count", 101, "total"),
    ("ninety-nine", 0, "count", 301, "total"),
    ("ninety-nine", 7, "percent", "51", "percentage"),
    ("decimals", 1, "percent", "33.8", "percentage"),
    ("decimals", 2, "percent", "66.11", "percentage"),
    ("suppressed", 4, "count", 91, "total"),
    ("suppressed", 4, "percent", "48", "percentage"),
    ("episodes", 6, "count", 55, "threshold"),
    ("episodes", 3, "count", 81, "over_total"),
    ("episodes", 2, "of", "People", "units_differ"),
    ("beside", 1, "count", 33, "percentage"),
]


@pytest.mark.parametrize(("name", "place", "key", "value", "kind"), FAULTS)
def test_a_planted_fault_is_found(name, place, key, value, kind):
    rows = copy.deepcopy(SOUND[name])
    rows[place][key] = value
    assert kind in kinds(rows)


def test_a_mean_and_a_rate_that_cannot_be():
    more = copy.deepcopy(MORE["bases"])
    more["mean"][0]["printed"], more["mean"][1]["printed"] = "31.26", "142.3"
    assert kinds(SOUND["bases"], more) == ["mean"]  # 142.3 per 100 of 950 can be: 1,352
    more["mean"][1]["of"] = 28
    assert kinds(SOUND["bases"], more) == ["mean", "mean"]


@pytest.mark.parametrize(("said", "earlier", "found"), [
    ("-12", 273, []), ("-12.1", 273, []), ("-13", 273, ["change_percent"]),
    ("12", 273, ["change_percent"]), ("14", 210, []), ("0", 240, []),
    ("15", 0, ["change_percent"]), ("15", None, ["change"]),
])  # fmt: skip
def test_a_change_between_two_printed_counts(said, earlier, found):
    claim = {"says": "x", "kind": "change", "line": "referrals", "change_percent": said}
    claim |= {} if earlier is None else {"earlier": earlier}
    assert kinds(SOUND["bases"], {"claim": [claim]}) == found


def test_a_fall_is_no_percentage_of_a_line():
    with pytest.raises(ProtocolError, match=r"at least 0; got -12; a fall is a \[\[claim\]\]"):
        card([row("Referrals", 240, "-12%")])


MARKS = ["*", "<5", "< 5", "less than 5", "n/a", "N/A", "-", "\u2013", "..", "suppressed"]


@pytest.mark.parametrize("mark", MARKS)
def test_what_is_withheld_is_neither_blank_nor_0(mark):
    rows = [row("All", 30), row("Some", mark, None, "All"), row("Blank")]
    assert card(rows)["some"].not_shown == mark
    assert kinds(rows) == ["blank_row"]


@pytest.mark.parametrize(("text", "number"), [("1,118", 1118), ("1 118", 1118), ("306.0", 306)])
def test_how_thousands_are_written(text, number):
    assert card([row("All", text)])["all"].count == number


@pytest.mark.parametrize("text", ["6,1", "61.5", "about 60", "1,1180"])
def test_what_is_no_count(text):
    with pytest.raises(ProtocolError, match="row 1 below the headings, count: must be a whole"):
        card([row("All", text)])


@pytest.mark.parametrize(("text", "shown"), [("19,9", "19.9"), ("55 %", "55"), ("20.0%", "20.0"),
                                             ("1,118", "1118")])  # fmt: skip
def test_how_percentages_are_written(text, shown):
    assert str(card([row("All", 10, text)])["all"].percent) == shown


def test_headings_are_judged_once_and_not_row_by_row(tmp_path):
    rows = [{"Label": "A", "Number": 3, "Share of": 4}] * 1000
    with pytest.raises(ProtocolError) as caught:
        card(rows)
    said = str(caught.value).splitlines()
    assert said[:2] == [
        "no key is called 'number'",
        "no key is called 'share_of'; did you mean 'part_of'?",
    ]
    assert len(said) == 3
    (tmp_path / "a.csv").write_text("label,count,count\nAll,306,3\n")
    with pytest.raises(StorageError, match="1 heading over more than one column: count"):
        read_scorecard(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("label,count\nAll,306\nSome,3,4,5\n")
    with pytest.raises(StorageError, match="3"):
        read_scorecard(tmp_path / "b.csv")


def test_a_percentage_of_a_workbook_is_what_its_format_shows(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    lines = [("All", 306, None, ""), ("Police", 61, 61 / 306, "0%"),
             ("Others", 245, 245 / 306, "0.0%"), ("Everybody", 3, 1, "0%"),
             ("Nobody", 0, 0, "0%"), ("Typed", 61, 20, "0.0")]  # fmt: skip
    sheet.append(["label", "count", "percent", "of"])
    for k, (label, count, value, shape) in enumerate(lines, start=2):
        sheet.append([label, count, value, None if k == 2 else 3 if k == 5 else "All"])
        sheet.cell(row=k, column=3).number_format = shape or "General"
    book.save(tmp_path / "a.xlsx")
    read = read_scorecard(tmp_path / "a.xlsx")
    assert [str(line.percent) for line in read.line[1:]] == ["20", "80.1", "100", "0", "20.0"]
    assert [finding.lines for finding in audit_scorecard(read).findings] == [("typed",)]
    sheet["B2"] = "=153*2"
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(StorageError, match="1 formula without a value"):
        read_scorecard(tmp_path / "b.xlsx")


def test_one_label_in_several_sections(tmp_path):
    rows = [{"section": s, "label": x, "count": 4} for s in ("Tests", "Closures") for x in "AB"]
    assert [line.id for line in card(rows).line] == [
        "tests_a",
        "tests_b",
        "closures_a",
        "closures_b",
    ]
    with pytest.raises(ProtocolError, match="no line has the id 'a'"):
        card([*rows, {"label": "Some", "count": 1, "percent": 25, "of": "A"}])
    (tmp_path / "a.csv").write_bytes("label\tcount\nAll\t306\n".encode("utf-16"))
    assert read_scorecard(tmp_path / "a.csv")["all"].count == 306


def test_0_of_0_printed_as_0_percent_is_no_fault():
    assert kinds([row("All", 0), row("Some", 0, "0", "All")]) == []
    assert kinds([row("All", 0), row("Some", 0, "100", "All")]) == ["percentage"]


def test_a_cover_sheet_that_is_empty_and_the_lines_on_another(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Lines")
    for line in (["label", "count"], ["All", 306]):
        sheet.append(line)
    book.save(tmp_path / "a.xlsx")
    assert read_scorecard(tmp_path / "a.xlsx")["all"].count == 306
