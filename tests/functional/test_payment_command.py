"""`dipoutcomes payment ...` and `dipoutcomes verify`, from files to answers."""

import json
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from dipoutcomes.cli.main import main

EXAMPLES = Path(__file__).parents[2] / "protocols" / "contracts" / "examples"
PETERBOROUGH = EXAMPLES / "peterborough-cohort-1.toml"
ILLUSTRATION = EXAMPLES / "illustration-counts.toml"


def run(*args):
    return main(["payment", *map(str, args)])


def test_settle_says_every_step(capsys):
    assert run("settle", "peterborough-2010", "--counts", PETERBOROUGH) == 0
    said = capsys.readouterr().out
    for part in ("no payment", "(1.55 - 1.42) / 1.55 = 8.387%", "Not verified", "at least 10.0%"):
        assert part in said


def test_settle_as_json_keeps_money_as_text(capsys):
    assert run("settle", "drug-recovery-illustration", "--counts", ILLUSTRATION, "--json") == 0
    found = json.loads(capsys.readouterr().out)[0]
    assert found["amount"] == "27950.00"
    assert sum(float(term["amount"]) for term in found["terms"]) == 27950


def test_two_cohorts_are_settled_together_too(capsys, tmp_path):
    for n, events in ((1, 1420), (2, 1400)):
        (tmp_path / f"{n}.toml").write_text(
            f'[cohort]\nname = "cohort {n}"\n[[count]]\nmeasure = "reconvictions"\npeople = 1000\n'
            f"events = {events}\nbaseline = {{ people = 10000, events = 15500 }}\n"
        )
    args = [part for n in (1, 2) for part in ("--counts", tmp_path / f"{n}.toml")]
    assert run("settle", "peterborough-2010", *args) == 0
    said = capsys.readouterr().out
    assert "cohort 1 and cohort 2: payment is due: an amount that is not known" in said
    assert "reduction 9.0%, needed at least 7.5%: met" in said


def test_dates_and_lists(capsys):
    assert run("dates", "transforming-rehabilitation-2015", "--last-entry", "2015-12-31") == 0
    assert "30 September 2017" in capsys.readouterr().out
    assert run("contracts") == 0
    assert "doncaster-2011" in capsys.readouterr().out
    assert run("dates", "doncaster-2011", "--last-entry", "31/12/2015") == 2


def test_what_is_not_there_is_said_with_what_is(capsys):
    assert run("settle", "peterboro", "--counts", PETERBOROUGH) == 14
    assert "peterborough-2010" in capsys.readouterr().err
    assert run("settle", "doncaster-2011", "--counts", PETERBOROUGH) == 10
    assert "[cohort] contract is 'peterborough-2010'" in capsys.readouterr().err


def test_a_claim_too_early_is_refused(capsys, tmp_path):
    early = tmp_path / "early.toml"
    text = ILLUSTRATION.read_text(encoding="utf-8")
    early.write_text(text.replace("claimed_on = 2015-04-20", "claimed_on = 2015-03-01"))
    assert run("settle", "drug-recovery-illustration", "--counts", early) == 12
    assert "it can be claimed from 30 March 2015" in capsys.readouterr().err


def test_reconcile_prints_counts_and_money_and_no_person(capsys, tmp_path):
    rows = {"number": ["A17", "B23", "C5"], "decision": ["pay", "pay", "pending"]}
    pd.DataFrame({**rows, "amount": ["400.00", "400.00", "0"]}).to_csv(tmp_path / "a.csv")
    rows["decision"] = ["pay", "no pay", "pending"]
    pd.DataFrame({**rows, "amount": ["400", "0", "0"]}).to_csv(tmp_path / "b.csv")
    out = tmp_path / "differences.csv"
    assert run("reconcile", tmp_path / "a.csv", tmp_path / "b.csv", "--out", out) == 0
    said = capsys.readouterr().out
    assert "2 claims agree, 1 differ" in said
    assert "we say pay, they say no pay" in said
    assert "B23" not in said
    assert pd.read_csv(out)["number"].tolist() == ["B23"]
    assert run("reconcile", tmp_path / "a.csv", tmp_path / "b.csv", "--out", out) == 14


def test_a_template_can_be_settled_against(capsys, tmp_path):
    contract = tmp_path / "mine.toml"
    assert run("template", "--out", contract) == 0
    counts = tmp_path / "counts.toml"
    counts.write_text(
        '[cohort]\nname = "c"\n[[count]]\nmeasure = "reconvicted"\npeople = 100\nevents = 53\n'
    )
    capsys.readouterr()
    assert run("settle", contract, "--counts", counts) == 0
    assert "GBP 10,000.00" in capsys.readouterr().out  # exactly 5 points: a tie, "at least"


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """A pack of counts of real people, with a lock that was changed since, and its zip."""
    home = tmp_path_factory.mktemp("pack")
    contract, counts = home / "mine.toml", home / "counts.toml"
    assert run("template", "--out", contract) == 0
    assert run("lock", contract) == 0
    text = contract.read_text(encoding="utf-8").replace("threshold = 0.05", "threshold = 0.04")
    contract.write_text(text, encoding="utf-8")
    counts.write_text(
        '[cohort]\nname = "c"\n[[count]]\nmeasure = "reconvicted"\npeople = 40\nevents = 7\n'
    )
    assert run("pack", contract, "--counts", counts, "--out", home / "claim", "--zip") == 0
    return home / "claim"


@pytest.mark.slow
def test_a_pack_is_run_again_to_the_same_bytes(pack, capsys):
    capsys.readouterr()
    for place in (pack, pack.with_name("claim.zip")):
        assert main(["verify", str(place)]) == 0
        assert "The pack holds" in capsys.readouterr().out
    with zipfile.ZipFile(pack.with_name("claim.zip")) as inside:
        assert "working/verdict.json" in inside.namelist()


@pytest.mark.slow
def test_few_people_are_withheld_in_the_copy_for_release(pack):
    working = (pack / "working" / "tables" / "measures.csv").read_text(encoding="utf-8")
    assert "7 of 40" in working
    released = "".join(
        path.read_text(encoding="utf-8")
        for path in (pack / "release").rglob("*")
        if path.suffix in {".html", ".csv", ".json"}
    )
    assert "withheld" in released
    for told in ("7 of 40", "7 / 40", "17.5%", "0.175", "10,000", "40.5"):
        assert told not in released
    manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    hashes = {entry["name"]: entry["sha256"] for entry in manifest["details"]["inputs"]}
    assert hashes["contract.toml"] in released
    assert hashes["counts.toml"] not in released  # seven tries would give the count back


@pytest.mark.slow
def test_a_change_since_the_lock_is_in_the_pack(pack):
    found = pd.read_csv(pack / "working" / "tables" / "deviations.csv", dtype=str)
    assert found.to_numpy().tolist() == [["term.five_points.threshold", "0.05", "0.04"]]
    assert "term.five_points.threshold" in (pack / "release" / "claim.html").read_text("utf-8")


@pytest.mark.slow
def test_a_pack_that_was_altered_does_not_hold(pack, tmp_path, capsys):
    for name, old, new in (
        ("working/verdict.json", "10000.00", "90000.00"),
        ("working/counts.toml", "events = 7", "events = 6"),
    ):
        copy = tmp_path / name.replace("/", "-")
        shutil.copytree(pack, copy)
        path = copy / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        assert main(["verify", str(copy)]) == 14
        said = capsys.readouterr().err
        assert "does NOT hold" in said
        assert f"altered since it was made: {name} has changed" in said
        assert "a re-run gives something else: working/verdict.json" in said


@pytest.mark.slow
@pytest.mark.parametrize("change", ["no longer TOML", "gone"])
def test_what_was_altered_is_said_where_the_pack_cannot_be_run_again(
    pack, tmp_path, capsys, change
):
    folder = tmp_path / "copy"
    shutil.copytree(pack, folder)
    contract = folder / "contract.toml"
    if change == "gone":
        contract.unlink()
    else:
        contract.write_text(contract.read_text("utf-8") + "\nx\n", "utf-8")
    assert main(["verify", str(folder)]) == 14
    said = capsys.readouterr().err
    assert "does NOT hold, and cannot be run again" in said
    assert "altered since it was made: contract.toml" in said


def test_a_folder_that_is_no_pack_is_said_to_be_none(tmp_path, capsys):
    assert main(["verify", str(tmp_path)]) == 14
    (tmp_path / "x.zip").write_bytes(b"no zip")
    assert main(["verify", str(tmp_path / "x.zip")]) == 14
    assert "is no zip file" in capsys.readouterr().err


def test_lists_in_other_encodings_and_with_other_delimiters(capsys, tmp_path):
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text('number,decision,amount\n007,pay,400\nc2,pay,"1,400.00"\n', "utf-8")
    theirs.write_text("number;decision;amount\n7;pay;£400\nC 2;pay;-£400\nC3;pay;£1\n", "cp1252")
    assert run("reconcile", ours, theirs) == 14
    assert run("reconcile", ours, theirs, "--encoding", "cp1252", "--delimiter", ";") == 0
    said = capsys.readouterr().out
    assert "ours come to GBP 1,800.00, theirs to GBP 1.00" in said
    assert "2 of those only in ours have a number that one only in theirs has" in said
    theirs.write_text("number;decision;amount\n7;pay;400,50\n8;pay;1_000\n9;pay;1e3\n", "utf-16")
    assert run("reconcile", ours, theirs, "--encoding", "utf-16", "--delimiter", ";") == 11
    assert "theirs: amount is no number: rows 2, 3, 4" in capsys.readouterr().err
    assert run("reconcile", ours, theirs, "--encoding", "no-such", "--delimiter", ";") == 14
    assert run("reconcile", ours, theirs, "--encoding", "utf-16", "--delimiter", "ab") == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("contract", "count", "said"),
    [
        ("doncaster-2011", 'measure = "reconvicted"\npeople = 100\nevents = 53',
         "needs a baseline (the same prison's leavers of 2009): the term 'five_points'"),
        ("drug-recovery-illustration", 'measure = "free_for_6_months"\nvalue = 0.4',
         "needs the key 'people': the term 'interim' pays for each person"),
    ],
)  # fmt: skip
def test_what_a_term_needs_and_the_counts_lack_is_said(capsys, tmp_path, contract, count, said):
    path = tmp_path / "counts.toml"
    path.write_text(f'[cohort]\nname = "c"\n[[count]]\n{count}\n', encoding="utf-8")
    assert run("settle", contract, "--counts", path) == 10
    assert said in capsys.readouterr().err


def test_one_cohort_is_not_added_up_twice(capsys):
    assert run("settle", "peterborough-2010", *["--counts", PETERBOROUGH] * 2) == 12
    assert "of the same name" in capsys.readouterr().err
