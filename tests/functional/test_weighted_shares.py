"""Studies of a cluster draw and of one with replacement: weighted shares, both copies."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from dipoutcomes import study

ROOT = Path(__file__).parents[2]
COMMITTED = (ROOT / "protocols/gwent-synthetic.toml").read_text(encoding="utf-8")
SIMPLE = 'design = "simple_random"\nsize = 28 '


def run(folder, sample):
    assert SIMPLE in COMMITTED
    copytree(ROOT / "synthetic", folder / "synthetic")
    (folder / "protocols").mkdir()
    path = folder / "protocols/study.toml"
    path.write_text(COMMITTED.replace(SIMPLE, sample), encoding="utf-8")
    study.run(path, out=folder / "out", report=False)
    return [
        json.loads((folder / f"out/{copy}/results.json").read_text(encoding="utf-8"))
        for copy in ("working", "release")
    ]


def shares(results, name):
    return {r["label"]: r["estimate"] for r in results["estimates"][name]["rows"]}


@pytest.mark.slow
def test_clusters_widen_the_interval_and_leave_the_share_as_it_is(tmp_path):
    working, release = run(tmp_path, 'design = "cluster"\ncluster = "area"\nsize = 3 ')
    plain, weighted = shares(working, "shares_by_window"), shares(working, "shares_weighted")
    assert set(weighted) == set(plain)
    for label, found in weighted.items():
        # Everybody has the same chance, so the weights are equal; the clusters are not people.
        assert found["value"] == pytest.approx(plain[label]["value"])
        assert (found["events"], found["base"]) == (plain[label]["events"], plain[label]["base"])
        wide, narrow = (e["interval"]["high"] - e["interval"]["low"] for e in (found, plain[label]))
        assert wide > narrow
        assert "only 2 degrees of freedom" in found["caveat"]
    for found in shares(release, "shares_weighted").values():
        assert round(100 * found["value"], 9) % 1 == 0
        assert "design effect" not in found["caveat"]
    assert any("Whole clusters were drawn" in n for n in working["facts"]["data_notes"])


@pytest.mark.slow
def test_with_replacement_a_person_counts_once_and_weighs_as_often_as_drawn(tmp_path):
    sample = 'design = "stratified"\nstrata = ["area"]\nreplacement = true\nsize = 90 '
    working, _ = run(tmp_path, sample)
    plain, weighted = shares(working, "shares_by_window"), shares(working, "shares_weighted")
    assert working["facts"]["sample_size"] < 90
    for label, found in weighted.items():
        assert (found["events"], found["base"]) == (plain[label]["events"], plain[label]["base"])
    assert any(weighted[label]["value"] != plain[label]["value"] for label in plain)


@pytest.mark.slow
def test_a_simple_random_sample_needs_no_weights(tmp_path):
    working, release = run(tmp_path, SIMPLE)
    assert "shares_weighted" not in working["estimates"] | release["estimates"]
