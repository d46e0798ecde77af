"""Whole studies of every design: people, words and what cannot be said."""

import json

import pytest

from dipoutcomes import study
from dipoutcomes.report.statements import make_statements
from dipoutcomes.report.words import people

pytestmark = pytest.mark.slow

DESIGNS = {
    "again": ("size = 20\nreplacement = true", "a person could be drawn again"),
    "systematic": (
        'design = "systematic"\norder_by = "area"\nsize = 20',
        "in equal steps from a place chosen at random",
    ),
    "cluster": ('design = "cluster"\ncluster = "area"\nsize = 1', "everybody in 1 of 2 groups"),
    "by size": (
        'design = "proportional_to_size"\nsize_measure = "contacts"\nsize = 20',
        "a chance in proportion to a number on their record",
    ),
    "madow": (
        'design = "proportional_to_size"\nsize_measure = "contacts"\nsize = 20\n'
        'selection = "systematic"',
        "a chance in proportion to a number on their record",
    ),
    "neyman": (
        'design = "stratified"\nstrata = ["area"]\nsize = 20\nallocation = "neyman"\n'
        "expected_shares = { North = 0.5, South = 0.5 }",
        "in proportion to their size",
    ),
    "fixed": (
        'design = "stratified"\nstrata = ["area"]\nsize = 20\nallocation = "fixed"\n'
        "stratum_sizes = { North = 16, South = 4 }",
        "a larger part was drawn than from others",
    ),
}


def prepared(office, keys):
    """Return the results of a study of a design."""
    with_contacts(office, keys)
    return study.evaluate(office.folder / "study.toml").results


def with_contacts(office, keys):
    """Give everybody a number of contacts and the protocol a design."""
    office.swap("size = 20", keys)
    office.swap('attributes = { area = "Area" }', 'attributes = { area = "Area", contacts = "N" }')
    first, *rest = office.read("persons.csv").splitlines()
    rest = [f"{line},{1 + i * 7 % 5}" for i, line in enumerate(rest)]
    office.write("persons.csv", "\n".join([f"{first},N", *rest]) + "\n")


@pytest.mark.parametrize("name", DESIGNS)
def test_a_study_of_every_design_runs_and_says_how_people_were_drawn(office, name):
    keys, says = DESIGNS[name]
    results = prepared(office, keys)
    assert says in people(results.facts)
    assert results.facts["sample_size"] <= 40
    if name in {"systematic", "by size", "madow", "neyman", "fixed"}:
        assert results.facts["sample_size"] == 20
    # Exact limits for the frame belong to simple random samples without replacement.
    assert "shares_in_frame" not in results.estimates
    assert json.dumps(dict(results.facts))


@pytest.mark.parametrize("name", ["by size", "madow", "fixed"])
def test_unequal_chances_without_weights_are_said(office, name):
    results = prepared(office, DESIGNS[name][0])
    assert any("use no weights, and describe" in note
               for note in results.facts["data_notes"])  # fmt: skip
    assert any(
        "likelier to be drawn than others" in line for line in make_statements(results).cannot_say
    )


@pytest.mark.parametrize("name", DESIGNS)
def test_an_auditor_repeats_the_draw_of_every_design(office, command, name):
    with_contacts(office, DESIGNS[name][0])
    study_file, folder = str(office.folder / "study.toml"), office.folder / "small-sample"
    assert command(["sample", study_file, "-q", "--out", str(folder)]).code == 0
    record = json.loads((folder / "draw.json").read_text("utf-8"))
    assert record["algorithm"]["name"]
    for frame in (study_file, str(folder / "frame.csv")):
        answer = command(["sample", "verify", str(folder / "draw.json"), frame, "-q"])
        assert answer.code == 0, answer.err
    # The run draws the same people.
    done = study.evaluate(office.folder / "study.toml")
    assert done.results.facts["sample_size"] == len(set(record["sample"]))


def test_a_cluster_sample_says_that_its_intervals_are_too_short(office):
    results = prepared(office, DESIGNS["cluster"][0])
    assert any("too short" in line for line in make_statements(results).cannot_say)
    assert any("single cluster" in note for note in results.facts["data_notes"])


def test_a_person_drawn_twice_is_followed_once(office):
    results = prepared(office, "size = 800\nreplacement = true")
    assert results.facts["draws"] == 800
    assert results.facts["sample_size"] == results.facts["frame_size"]
    assert any("Each person counts once" in note for note in results.facts["data_notes"])


def test_sizes_that_cannot_be_drawn_by_stop_the_run_with_counts(office):
    office.rows("persons.csv", lambda line: line)  # as they are: areas are no numbers
    office.swap("size = 20", 'design = "proportional_to_size"\nsize_measure = "area"\nsize = 20')
    answer = office.run()
    assert answer.code == 12
    assert "have one that is no finite number" in answer.err
