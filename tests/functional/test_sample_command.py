"""From a caseload to a list that an auditor can repeat, to the police and back."""

import csv
import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from dipoutcomes import study
from dipoutcomes.report.words import provenance_table

ROOT = Path(__file__).parents[2]
RECORDED = ("draw.json", "frame.csv", "pnc-request.xlsx", "reserve.csv", "sample.csv")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a copy of the made-up study, as a person would work in it."""
    for name in ("protocols", "synthetic"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    protocol = tmp_path / "protocols" / "gwent-synthetic.toml"
    text = protocol.read_text("utf-8").replace(
        "size = 28",
        'size = 28\nrequest_columns = { Surname = "Surname", "Date of birth" = "Date of birth" }'
        "\n#",
    )
    protocol.write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def stratified(desk):
    protocol = desk / "protocols" / "gwent-synthetic.toml"
    text = protocol.read_text("utf-8")
    text = text.replace('design = "simple_random"', 'design = "stratified"\nstrata = ["area"]')
    protocol.write_text(text, "utf-8")
    return desk


def drawn(command, *options):
    answer = command(["sample", "protocols/gwent-synthetic.toml", "-q", *options])
    assert answer.code == 0, answer.err
    return answer


def record(folder=Path("gwent-synthetic-sample")):
    return json.loads((folder / "draw.json").read_text("utf-8"))


def fill(change=lambda _: None, source="gwent-synthetic-sample/pnc-request.xlsx"):
    """Return the request as the police would: everybody found, then *change* of the sheet."""
    book = openpyxl.load_workbook(source)
    sheet = book["People"]
    column = {cell.value: cell.column for cell in sheet[3]}
    for row in range(4, sheet.max_row + 1):
        sheet.cell(row, column["Found on PNC"]).value = "yes"
        sheet.cell(row, column["PNCID"]).value = f"2014/{row:07d}X"
    change((sheet, column))
    book.save("returned.xlsx")
    return "returned.xlsx"


def take_in(command, workbook="returned.xlsx", *options):
    return command(["sample", "return", "protocols/gwent-synthetic.toml", workbook, "-q", *options])


def test_the_sample_is_drawn_and_its_flow_printed(desk, command):
    answer = drawn(command)
    for printed in ("28 of 210 people", "under 18 at the index date", "20140818", "PERSONAL DATA"):
        assert printed in answer.out
    found = record()
    assert (found["n"], found["frame"]["size"], len(found["reserve"])) == (28, 210, 182)
    assert not set(found["sample"]) & set(found["reserve"])
    assert sorted(found["sample"] + found["reserve"]) == found["frame"]["person_ids"]


def test_no_outcome_is_looked_at(desk, command):
    drawn(command, "--out", "with")
    for name in ("pnc_events", "pnc_matches", "custody"):
        (desk / "synthetic" / "gwent" / f"{name}.csv").unlink()
    drawn(command, "--out", "without")
    for name in RECORDED:
        assert Path("with", name).read_bytes() == Path("without", name).read_bytes(), name


@pytest.mark.slow
def test_the_run_studies_the_people_who_were_drawn(stratified, command):
    drawn(command)
    done = study.evaluate("protocols/gwent-synthetic.toml")
    assert set(done.ledger["person_id"]) == set(record()["sample"])


def test_it_is_not_drawn_under_build_nor_over_something_else(desk, command):
    for out in ("build/sample", "build"):
        answer = command(["sample", "protocols/gwent-synthetic.toml", "-q", "--out", out])
        assert (answer.code, "personal data" in answer.err) == (14, True)
    Path("mine").mkdir()
    Path("mine", "letter.txt").write_text("keep")
    assert command(["sample", "protocols/gwent-synthetic.toml", "-q", "--out", "mine"]).code == 14
    assert Path("mine", "letter.txt").read_text() == "keep"


def test_only_the_workbook_says_who_people_are(desk, command):
    answer = drawn(command)
    people = openpyxl.load_workbook("synthetic/gwent/caseload.xlsx")["Clients"]
    secrets = {str(c.value) for row in people.iter_rows(min_row=4) for c in row[:3] if c.value}
    assert len(secrets) > 200
    for name in ("draw.json", "frame.csv", "sample.csv", "reserve.csv", "manifest.json"):
        text = Path("gwent-synthetic-sample", name).read_text("utf-8")
        assert not [word for word in secrets if word in text], name
    assert not [word for word in secrets if word in answer.out]


def test_the_workbook_asks_and_tells_nothing(desk, command):
    drawn(command)
    book = openpyxl.load_workbook("gwent-synthetic-sample/pnc-request.xlsx")
    assert book.sheetnames == ["Read me first", "People", "Events"]
    sheet = book["People"]
    headings = [cell.value for cell in sheet[3]]
    assert headings == [
        "Number", "Client ref", "Surname", "Date of birth", "Found on PNC", "PNCID",
    ]  # fmt: skip
    rows = list(sheet.iter_rows(min_row=4))
    assert [row[0].value for row in rows] == list(range(1, 29))
    assert all(row[1].value and row[2].value for row in rows)
    assert all(cell.value is None for row in rows for cell in row[4:])
    assert all(cell.protection.locked == (i < 4) for row in rows for i, cell in enumerate(row))
    assert sheet.protection.sheet
    assert [v.formula1 for v in sheet.data_validations.dataValidation] == ['"yes,no"']
    events = book["Events"]
    assert [cell.value for cell in events[3]][:3] == ["Client ref", "PNC row", "Type"]
    assert events.max_row == 3
    assert "PERSONAL DATA" in book["Read me first"]["A1"].value


def test_a_name_that_looks_like_a_formula_stays_a_text(desk, command):
    place = desk / "synthetic" / "gwent" / "caseload.xlsx"
    book = openpyxl.load_workbook(place)
    for row in book["Clients"].iter_rows(min_row=4):
        row[1].value, row[1].data_type = "=1+1", "s"
    book.save(place)
    drawn(command)
    sheet = openpyxl.load_workbook("gwent-synthetic-sample/pnc-request.xlsx")["People"]
    assert {(row[2].value, row[2].data_type) for row in sheet.iter_rows(min_row=4)} == {
        ("=1+1", "s")
    }

    with zipfile.ZipFile("gwent-synthetic-sample/pnc-request.xlsx") as archive:
        assert not [n for n in archive.namelist() if "<f>" in archive.read(n).decode("utf-8")]


def test_a_second_draw_has_the_same_bytes(stratified, command):
    drawn(command, "--out", "one")
    drawn(command, "--out", "two")
    for name in RECORDED:
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes(), name


@pytest.mark.parametrize(
    "frame", ["gwent-synthetic-sample/frame.csv", "protocols/gwent-synthetic.toml"]
)
def test_an_auditor_repeats_the_draw(stratified, command, frame):
    drawn(command)
    answer = command(["sample", "verify", "gwent-synthetic-sample/draw.json", frame, "-q"])
    assert (answer.code, "The draw repeats: 28 of 210" in answer.out) == (0, True), answer.err


def test_a_person_put_in_by_hand_is_found(desk, command):
    drawn(command)
    found = record()
    found["sample"][3], found["reserve"][0] = found["reserve"][0], found["sample"][3]
    Path("altered.json").write_text(json.dumps(found))
    answer = command(["sample", "verify", "altered.json", "gwent-synthetic-sample/frame.csv"])
    assert answer.code == 12
    assert "1 of 28 places of the sample differ" in answer.err
    assert found["sample"][3] in answer.out
    assert found["reserve"][0] in answer.out
    assert "the reserve, or its order" in answer.err


def test_a_changed_frame_is_named_with_who_came_and_went(desk, command):
    drawn(command)
    place = Path("gwent-synthetic-sample/frame.csv")
    lines = place.read_text().splitlines()
    Path("changed.csv").write_text("\n".join([*lines[:-2], "f" * 16]) + "\n")
    answer = command(["sample", "verify", "gwent-synthetic-sample/draw.json", "changed.csv"])
    assert answer.code == 12
    assert "1 people came and 2 went (210 then, 209 now)" in answer.err


def test_a_person_moved_to_another_stratum_is_a_changed_frame(stratified, command):
    drawn(command)
    text = Path("gwent-synthetic-sample/frame.csv").read_text("utf-8")
    assert ",Newport\n" in text
    Path("changed.csv").write_text(text.replace(",Newport\n", ",Torfaen\n", 1), "utf-8")
    answer = command(["sample", "verify", "gwent-synthetic-sample/draw.json", "changed.csv"])
    assert (answer.code, "the same people, but not the same strata" in answer.err) == (12, True)


def test_a_protocol_with_another_seed_or_size_does_not_match(desk, command):
    drawn(command)
    place = desk / "protocols" / "gwent-synthetic.toml"
    text = (
        place.read_text("utf-8")
        .replace("seed = 20140818", "seed = 1")
        .replace("size = 28", "size = 30")
    )
    place.write_text(text, "utf-8")
    answer = command(["sample", "verify", "gwent-synthetic-sample/draw.json", str(place), "-q"])
    assert answer.code == 12
    assert "another seed" in answer.err
    assert "another [sample] size" in answer.err


def test_what_is_no_record_of_a_draw_is_refused(desk, command):
    for text in ("{}", "not json", '{"study": "a", "sample": []}'):
        Path("wrong.json").write_text(text)
        answer = command(["sample", "verify", "wrong.json", "protocols/gwent-synthetic.toml", "-q"])
        assert (answer.code, "record of a draw" in answer.err) == (12, True)


def test_a_seed_from_a_public_number(desk, command):
    place = desk / "protocols" / "gwent-synthetic.toml"
    numbers = 'public_number = "03 11 19 24 41 52"\npublic_number_source = "Lotto of 5 April 2014"'
    place.write_text(
        place.read_text("utf-8").replace("\nrequest_columns", f"\n{numbers}\nrequest_columns"),
        "utf-8",
    )
    answer = drawn(command)
    assert record()["seed"] == 346877698278175  # by sha256sum, see sampling/seed.py
    assert "Lotto of 5 April 2014" in answer.out
    frame = "gwent-synthetic-sample/frame.csv"
    assert command(["sample", "verify", "gwent-synthetic-sample/draw.json", frame]).code == 0
    found = record()
    found["seed"] = 20140818
    Path("picked.json").write_text(json.dumps(found))
    picked = command(["sample", "verify", "picked.json", frame])
    assert (picked.code, "not the one that the public number gives" in picked.err) == (12, True)


@pytest.mark.slow
def test_the_run_takes_the_public_number_too_and_says_so(desk, command):
    place = desk / "protocols" / "gwent-synthetic.toml"
    before = study.evaluate(place)
    numbers = 'public_number = "7"\npublic_number_source = "a die on television"\nrequest_columns'
    place.write_text(place.read_text("utf-8").replace("request_columns", numbers), "utf-8")
    drawn(command)
    after = study.evaluate(place)
    assert set(after.ledger["person_id"]) == set(record()["sample"])
    assert set(after.ledger["person_id"]) != set(before.ledger["person_id"])
    assert "draw_seed" not in before.results.provenance
    assert after.results.provenance["draw_seed"]["seed"] == record()["seed"]
    assert "a die on television" in str(provenance_table(after.results))


def test_everybody_found(desk, command):
    drawn(command)
    answer = take_in(command, fill())
    assert answer.code == 0, answer.err
    assert "28 of 28 people were found" in answer.out
    assert Path("gwent-synthetic-sample/reserve-log.csv").read_text().splitlines()[1:] == []


def spoil(page):
    sheet, column = page
    answer = column["Found on PNC"]
    sheet.cell(5, answer).value = "No"
    sheet.cell(6, answer).value = None
    sheet.cell(7, answer).value = "maybe"
    sheet.cell(8, column["Surname"]).value = "Somebody else"
    for cell in range(1, sheet.max_column + 1):
        sheet.cell(32, cell).value = sheet.cell(9, cell).value  # a row twice
    sheet.cell(33, 1).value, sheet.cell(33, 2).value = 99, "C9999"  # a row nobody asked for
    sheet.delete_rows(10)


def test_every_way_in_which_a_row_can_come_back(desk, command):
    drawn(command)
    answer = take_in(command, fill(spoil))
    assert answer.code == 0, answer.err
    assert "22 of 28 people were found, 1 were not, 5 have no answer" in answer.out
    log = Path("gwent-synthetic-sample/reserve-log.csv").read_text("utf-8")
    rows = openpyxl.load_workbook("returned.xlsx")["People"].iter_rows(min_row=4)
    names = {str(cell.value) for row in rows for cell in row[1:3] if cell.value}
    assert "Somebody else" in names
    assert not [name for name in names if name in answer.out + answer.err + log]
    table = answer.out.splitlines()
    for says, number in (
        ("Row left without an answer", 1),
        ("Answer is neither yes nor no", 1),
        ("Identifiers are not those", 1),
        ("Row comes back more than once", 1),
        ("Row did not come back", 1),
        ("Rows that were not asked for", 1),
    ):
        assert next(x for x in table if x.startswith(says)).split()[-1] == str(number), says


def test_the_reserve_comes_in_strictly_in_order_within_its_stratum(stratified, command):
    drawn(command)
    found = record()

    def nobody(page):
        for row in range(4, 32):
            page[0].cell(row, page[1]["Found on PNC"]).value = "no"

    answer = take_in(command, fill(nobody))
    assert "0 of 28 people were found" in answer.out
    with Path("gwent-synthetic-sample/reserve-log.csv").open(encoding="utf-8") as stream:
        log = list(csv.DictReader(stream))
    assert [line["replaces"] for line in log] == found["sample"]
    for number, part in enumerate(found["allocation"]):
        waiting = [
            p
            for p, k in zip(found["reserve"], found["reserve_stratum"], strict=True)
            if k == number
        ]
        came = [line["comes_in"] for line in log if line["stratum"] == part["stratum"][0]]
        assert came == waiting[: part["drawn"]]
    changed = take_in(command, fill())  # the police correct themselves: the log does not vanish
    assert (changed.code, "log is never rewritten" in changed.err) == (12, True)


def test_those_who_came_in_are_asked_for_and_replaced_in_their_turn(stratified, command):
    drawn(command)
    found = record()

    def lost(*rows):
        def change(page):
            for row in rows:
                page[0].cell(row, page[1]["Found on PNC"]).value = "no"

        return change

    assert take_in(command, fill(lost(4, 5, 31))).code == 0
    log = "gwent-synthetic-sample/reserve-log.csv"
    answer = command(["sample", "protocols/gwent-synthetic.toml", "--next", log, "-q"])
    assert (answer.code, "3 people from the reserve" in answer.out) == (0, True), answer.err
    second = Path("gwent-synthetic-sample-next")
    asked = record(second)["request"]["person_ids"]
    first, last = found["sample_stratum"][0], found["sample_stratum"][-1]
    waiting = [
        [p for p, k in zip(found["reserve"], found["reserve_stratum"], strict=True) if k == number]
        for number in (first, last)
    ]
    assert first != last
    assert asked == [*waiting[0][:2], waiting[1][0]]
    workbook = fill(lost(4), source=second / "pnc-request.xlsx")
    answer = take_in(command, workbook, "--draw", str(second / "draw.json"))
    assert answer.code == 0, answer.err
    assert "2 of 3 people were found" in answer.out
    assert waiting[0][2] in (second / "reserve-log.csv").read_text()
    frame = "gwent-synthetic-sample/frame.csv"
    assert command(["sample", "verify", str(second / "draw.json"), frame]).code == 0
    skipped = Path(log).read_text().replace(waiting[0][0], waiting[0][5])
    Path(log).write_text(skipped)
    answer = command(
        ["sample", "protocols/gwent-synthetic.toml", "--next", log, "-q", "--out", "third"]
    )
    assert (answer.code, "strictly in order" in answer.err) == (12, True)


@pytest.mark.slow
def test_the_linkage_table_is_one_that_the_protocol_reads(desk, command):
    drawn(command)

    def two_lost(page):
        for row in (4, 5):
            page[0].cell(row, page[1]["Found on PNC"]).value = "no"

    old = Path("synthetic/gwent/pnc_matches.csv")
    old.unlink()
    answer = take_in(command, fill(two_lost), "--linkage", str(old))
    assert answer.code == 0, answer.err
    assert old.read_text("cp1252").splitlines()[0] == "Client ref,Result"
    done = study.evaluate("protocols/gwent-synthetic.toml")
    assert done.results.facts["sample_size"] == 28
    counts = {row["says"]: row["persons"] for row in done.results.tables["cohort_counts"].rows}
    assert counts["not found on police records"] == 2
    again = take_in(command, "returned.xlsx", "--linkage", str(old))
    assert (again.code, "exists already" in again.err) == (14, True)


def test_the_draw_of_another_study_is_refused(desk, command):
    drawn(command)
    found = record()
    found["study"] = "another"
    Path("other.json").write_text(json.dumps(found))
    answer = take_in(command, fill(), "--draw", "other.json")
    assert (answer.code, "'another'" in answer.err) == (12, True)


def test_a_protocol_without_a_sample_and_a_heading_that_is_not_there(desk, command):
    place = desk / "protocols" / "gwent-synthetic.toml"
    text = place.read_text("utf-8")
    place.write_text(text.replace('Surname = "Surname"', 'Surname = "Surnam"'), "utf-8")
    answer = command(["sample", str(place), "-q"])
    assert (answer.code, "did you mean 'Surname'?" in answer.err) == (11, True)
    answer = command(["sample", "protocols/gwent-2013-14.toml", "-q"])
    assert (answer.code, "draws no sample" in answer.err) == (10, True)
    assert not Path("gwent-synthetic-sample").exists()
