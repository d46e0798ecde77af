"""Every committed recipe makes extracts, and tells how near it comes to the figures it names."""

import json
import re
from pathlib import Path

import pytest

from dipoutcomes.cli.main import main
from dipoutcomes.simulate import parse_recipe

ROOT = Path(__file__).parents[2]
RECIPES = sorted((ROOT / "synthetic").glob("*.toml"))

#: Published figures that a recipe's model misses, each said in the recipe. The list only shrinks.
MISSED = {
    "home-office-no-effect": {
        "share of people whose offending declined",
        "decline among those who declined",
    },
}


def test_the_recipes_are_there():
    names = {path.stem for path in RECIPES}
    assert {"gwent", "national-2008", "home-office-no-effect", "peterborough"} <= names


@pytest.mark.slow
@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_makes_extracts_with_its_truth_and_its_fit(path, tmp_path, capsys):
    out, smaller = tmp_path / "made", tmp_path / path.name
    # A tenth of the people of the large ones: the fit is counted on as many as ever.
    text = re.sub(r"(?m)^(people *= *\d{2,})\d\d$", r"\g<1>0", path.read_text("utf-8"))
    smaller.write_text(text, encoding="utf-8")
    assert main(["synthesise", str(smaller), "--out", str(out), "-q"]) == 0
    assert str(out) in capsys.readouterr().out
    recipe = parse_recipe(text)
    truth = json.loads((out / "truth.json").read_text("utf-8"))
    assert truth["parameters"]["id"] == recipe.id
    assert truth["frame"]["people"] <= recipe.people
    if not recipe.target:
        assert not (out / "fit.json").exists()
        return
    fit = json.loads((out / "fit.json").read_text("utf-8"))
    assert {row["name"] for row in fit["targets"]} == {t.name for t in recipe.target}
    missed = {row["name"] for row in fit["targets"] if row["verdict"] == "missed"}
    assert missed == MISSED.get(recipe.id, set())
    for name in missed:
        assert name in (out / "fit.txt").read_text("utf-8")


def test_calibration_tells_the_fit_and_writes_a_recipe_that_has_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "synthetic/national-2008.toml").read_text("utf-8")
    Path("mine.toml").write_text(text.replace("share_never            = 0.", "share_never = 0.1"))
    asked = [
        "synthesise",
        "mine.toml",
        "--calibrate",
        "--people",
        "1500",
        "-q",
        "--out",
        "new.toml",
    ]
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "convictions per person in 12 months" in said
    assert "offending.share_never = " in said
    found = parse_recipe(Path("new.toml").read_text("utf-8"))
    assert found.offending.share_never == pytest.approx(0.2, abs=0.09)
    assert "# Made-up people in the shape of the national cohort" in Path("new.toml").read_text()
    assert main(asked) == 14  # the file is there already
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        (["synthetic/gwent.toml", "--calibrate"], 10, "names no published figure"),
        (["synthetic/gwent.toml"], 2, "say where to write"),
        (["--calibrate"], 2, "either RECIPE or --like"),
        (["x.toml", "--calibrate", "--faults", "all"], 2, "takes RECIPE, --people and --out only"),
        (["synthetic/gwent.toml", "--calibrate", "--out", "folder"], 14, "must end in .toml"),
        (["nowhere.toml", "--calibrate"], 14, "nowhere.toml"),
    ],
)
def test_nonsense_is_answered(asked, code, says, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert main(["synthesise", *asked, "-q"]) == code
    assert says in capsys.readouterr().err
