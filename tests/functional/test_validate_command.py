"""`dipoutcomes validate` prints the league, writes one page that asks for nothing, and can fail."""

import json
import re

import pytest

from dipoutcomes.cli.main import main
from dipoutcomes.laboratory import command, verdict

QUICK = ["validate", "--family", "proportion", "--family", "popular practice", "--size", "28",
         "--replications", "60", "--quiet"]  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("laboratory") / "validation"
    assert main([*QUICK, "--out", str(folder)]) == 0
    return folder


def test_the_folder_holds_the_page_the_rows_and_their_manifest(written):
    names = {path.name for path in written.iterdir()}
    assert names == {*command.FILES, "manifest.json"}
    assert not list(written.parent.glob("*.unfinished.json"))
    rows = json.loads((written / "validation.json").read_bytes())["rows"]
    lines = (written / "validation.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(lines) - 1 > 39
    assert {"coverage", "coverage_error", "bias", "rmse", "failures", "verdict"} <= set(rows[0])


def test_the_page_is_one_file_that_asks_for_nothing_and_says_what_figures_show(written):
    page = (written / "validation.html").read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert "<script" not in page
    images = re.findall(r"<img[^>]*>", page)
    assert len(images) == 2  # popular practice, and the one family
    assert all(len(re.search(r'alt="([^"]*)"', image)[1]) > 60 for image in images)
    for words in ("What was tried, and what holds", "What is often done", "do not use",
                  "MADE-UP PEOPLE", "How the cohorts came about"):  # fmt: skip
        assert words in page


def test_a_second_run_gives_the_same_bytes(written, tmp_path):
    again = tmp_path / "validation"
    assert main([*QUICK, "--out", str(again)]) == 0
    for name in command.FILES:
        assert (again / name).read_bytes() == (written / name).read_bytes(), name


def test_json_is_the_rows_and_nothing_else(capsys):
    assert main(["validate", "--family", "rate", "--size", "28", "--replications", "50", "-q",
                 "--seed", "3", "--json"]) == 0  # fmt: skip
    found = json.loads(capsys.readouterr().out)
    assert found["seed"] == 3
    assert {row["family"] for row in found["rows"]} == {"rate"}


def test_a_method_that_falls_short_ends_with_12(capsys, monkeypatch):
    options = ["validate", "--family", "proportion", "--size", "28", "-q"]
    assert main(options) == 0
    assert "SHORT" not in capsys.readouterr().out
    monkeypatch.setattr(verdict, "ERRORS_ALLOWED", -20.0)  # nothing is good enough now
    assert main(options) == 12
    assert "SHORT" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--family", "proporton"], 2, "did you mean 'proportion'"),
        (["--size", "9"], 2, "--size"),
        (["--size", "20000000", "--replications", "2"], 2, "--size"),
        (["--size", "10000", "--replications", "10001"], 2, "replications"),
        (["--replications", "1"], 2, "--replications"),
        (["--seed", "-1"], 2, "--seed"),
    ],
)
def test_misuse_is_said_plainly(options, code, words, capsys):
    assert main(["validate", *options]) == code
    assert words in capsys.readouterr().err


def test_the_sizes_that_are_allowed_are_those_of_the_laboratory():
    from dipoutcomes.cli.validate import LARGEST, SMALLEST
    from dipoutcomes.laboratory import trial

    assert (SMALLEST, LARGEST) == (trial.SMALLEST, trial.LARGEST)


def test_two_cohorts_prove_nothing_and_are_not_said_to(capsys):
    options = ["validate", "--family", "rate", "--size", "28", "--replications", "2", "-q"]
    assert main(options) == 0
    said = capsys.readouterr().out
    assert "not shown to fall short (2 cohorts)" in said
    assert "holds" not in said


def test_what_is_only_for_the_night_is_said_to_be(capsys):
    # Limits of a median change are tried at three sizes, and take long.
    found = main(["validate", "--family", "signed_rank", "--size", "1000", "-q"])
    assert found == 12
    assert "Use --full, or another --size" in capsys.readouterr().err


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    assert main([*QUICK, "--out", str(tmp_path)]) == 14
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "mine"
    assert "not replaced" in capsys.readouterr().err


def test_an_interrupted_run_is_taken_up_only_if_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "_SAVE_EVERY", 0.0)
    out = tmp_path / "validation"

    class Stop(Exception):
        pass

    told = []

    def stop_at_the_third(says):
        told.append(says)
        if len(told) == 3:
            raise Stop

    trials = command.chosen_trials(["rate", "proportion"])
    options = {"sizes": [28], "replications": 40, "out": out}
    with pytest.raises(Stop):
        command.validate(trials, progress=stop_at_the_third, **options)
    unfinished = tmp_path / "validation.unfinished.json"
    assert unfinished.exists()
    assert not out.exists()
    again = []
    whole = command.validate(trials, resume=True, progress=again.append, **options)
    assert len([s for s in again if " of " in s]) == 5 - 2
    assert not unfinished.exists()
    fresh = command.validate(trials, **options)
    assert command.as_json(whole) == command.as_json(fresh)
