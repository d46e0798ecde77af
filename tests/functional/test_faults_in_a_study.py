"""What faults do to a whole study: nothing, or they say that an outcome is not known."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from dipoutcomes import study
from dipoutcomes.simulate.dirt import FAULTS

_spec = importlib.util.spec_from_file_location(
    "spoilt_study_of_people", Path(__file__).with_name("spoilt_study.py")
)
made = importlib.util.module_from_spec(_spec)
sys.modules["spoilt_study_of_people"] = made
_spec.loader.exec_module(made)

WINDOWS = ("3 to 15 months after", "12 to 24 months after")


def kinds(*effects):
    return {name: 2 for name, kind in FAULTS.items() if kind.effect in effects}


def counts(results):
    """Return everything that a study found, without what it says of its rows and files."""
    plain = results.to_dict()
    for name in ("data_quality", "reject_rules"):
        plain["tables"].pop(name, None)
    plain["facts"].pop("data_notes")
    plain.pop("provenance")
    return plain


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """The people without a fault, under the protocol that all faults together need."""
    whole = made.Spoilt(tmp_path_factory.mktemp("whole"), made.recipe_of())
    spoilt = made.clean_of(whole, tmp_path_factory.mktemp("clean"))
    spoilt.run = study.evaluate(spoilt.path)
    return spoilt


def spoilt_by(clean, folder, faults):
    spoilt = made.Spoilt(folder, made.recipe_of(faults), cohort=clean.cohort, needs=clean.needs)
    spoilt.run = study.evaluate(spoilt.path)
    return spoilt


def test_faults_that_are_read_as_if_clean_change_no_count_of_a_study(clean, tmp_path):
    spoilt = spoilt_by(clean, tmp_path, kinds("none"))
    assert spoilt.run.results.tables["data_quality"] != clean.run.results.tables["data_quality"]
    assert counts(spoilt.run.results) == counts(clean.run.results)
    assert spoilt.run.ledger.equals(clean.run.ledger)


def test_faults_outside_the_cohort_change_no_outcome(clean, tmp_path):
    spoilt = spoilt_by(clean, tmp_path, kinds("outside"))
    assert spoilt.run.ledger.equals(clean.run.ledger)


def test_faults_of_attributes_change_no_outcome(clean, tmp_path):
    spoilt = spoilt_by(clean, tmp_path, kinds("attribute"))
    assert spoilt.run.ledger.equals(clean.run.ledger)


@pytest.fixture(scope="module")
def losing(clean, tmp_path_factory):
    return spoilt_by(
        clean, tmp_path_factory.mktemp("losing"), kinds("uncertain", "custody", "untraced")
    )


def test_everybody_who_lost_a_row_is_not_known_and_nobody_else(clean, losing):
    was, now = clean.run.ledger, losing.run.ledger
    unknown = now["outcome_uncertain"] | now["custody_uncertain"] | ~now["traced"]
    already = was["outcome_uncertain"] | was["custody_uncertain"] | ~was["traced"]
    clients = losing.clients("uncertain", "custody", "untraced")
    hit = now["person_id"].isin([made.name_of(client) for client in clients])
    assert hit.sum() > 40 * len(WINDOWS)
    assert (unknown == (hit | already)).all()


def test_nobody_becomes_somebody_without_offences(clean, losing):
    """Whoever is still counted has the very events and days that the clean files give."""
    was, now = clean.run.ledger, losing.run.ledger
    certain = (~now["outcome_uncertain"] & now["traced"]).to_numpy()
    lost = was.loc[~certain, "events"].sum() - now.loc[~certain, "events"].sum()
    assert lost > 0  # the faults did take events away
    kept = ["person_id", "window", "days_in_window", "events", "first_event_date"]
    assert now.loc[certain, kept].equals(was.loc[certain, kept])
    free = certain & ~now["custody_uncertain"].to_numpy()
    assert now[free].equals(was[free])


def bounds(spoilt, window):
    """Return the best and the worst case of a share."""
    rows = spoilt.run.results.estimates["bounds_by_window"].rows
    found = [row.estimate.value for row in rows if row.group == window]
    assert len(found) == 2
    return found


@pytest.mark.parametrize("window", WINDOWS)
def test_best_and_worst_case_hold_those_of_the_clean_files(clean, losing, window):
    best, worst = bounds(clean, window)
    assert bounds(losing, window)[0] < best
    assert bounds(losing, window)[1] > worst


def test_an_event_entered_again_is_counted_and_an_ambiguous_day_only_moves(clean, tmp_path):
    again = spoilt_by(clean, tmp_path / "a", {"event_entered_again": 5}).run.ledger
    moved = spoilt_by(clean, tmp_path / "b", {"us_date_to_12": 5}).run.ledger
    was = clean.run.ledger
    more = again["events"].to_numpy() - was["events"].to_numpy()
    assert set(np.unique(more)) <= {0, 1}
    assert more.sum() > 0
    change = moved["events"].to_numpy() - was["events"].to_numpy()
    assert np.abs(change).max() <= 1
