"""Runs: the same for a seed, no trial changes another, nothing is dropped, work is taken up."""

from math import isnan

import numpy as np
import pytest

from dipoutcomes.laboratory import (
    PRESETS,
    LaboratoryResults,
    Replications,
    Scenario,
    Trial,
    Truth,
    all_trials,
    run_laboratory,
)
from dipoutcomes.storage import canonical_json

SHARES = tuple(t for t in all_trials() if t.scenario.name == "share 25%")


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    first, second = (run_laboratory(SHARES, sizes=[28], replications=500) for _ in range(2))
    assert canonical_json(first.to_dict()) == canonical_json(second.to_dict())
    other = run_laboratory(SHARES, sizes=[28], replications=500, seed=1)
    assert other.rows[0].coverage != first.rows[0].coverage


def test_a_trial_more_or_less_changes_no_other():
    alone = run_laboratory(SHARES[3:4], sizes=[28, 60], replications=300)
    among = run_laboratory(SHARES[::-1], sizes=[60, 28], replications=300)
    wanted = {row.name: row for row in among.rows}
    for row in alone.rows:
        assert wanted[row.name].to_dict() == pytest.approx(row.to_dict(), nan_ok=True)


def test_rows_stand_in_the_order_of_trials_and_sizes():
    found = run_laboratory(SHARES[:2], sizes=[60, 28], replications=50)
    assert [(r.estimator, r.n) for r in found.rows] == [
        ("wilson", 60), ("wilson", 28), ("clopper_pearson", 60), ("clopper_pearson", 28),
    ]  # fmt: skip


def broken(apply, **more):
    return Trial(
        family="made up",
        estimator="broken",
        title="Broken",
        estimates="a share",
        scenario=Scenario(
            name="thin air",
            says="numbers between 0 and 1",
            draw=lambda rng, n, replications: rng.random((replications, n)),
        ),
        truth=lambda n: Truth(value=0.5),
        apply=apply,
        **more,
    )


def test_an_estimator_that_breaks_has_failed_in_every_cohort():
    def apply(data):
        raise KeyError("no such thing")

    row = run_laboratory([broken(apply)], sizes=[28], replications=40).rows[0]
    assert (row.failures, row.errors) == (40, "KeyError 40")
    assert isnan(row.coverage)


def test_an_estimator_that_drops_cohorts_is_found_out():
    def apply(data):
        kept = data[data[:, 0] > 0.5]
        return Replications(low=kept.min(axis=1), high=kept.max(axis=1))

    with pytest.raises(ValueError, match="answers for 40 cohorts"):
        run_laboratory([broken(apply)], sizes=[28], replications=40)


def test_work_is_taken_up_where_it_stopped():
    seen = []

    def apply(data):
        seen.append(len(data))
        return Replications(low=data.min(axis=1), high=data.max(axis=1))

    trials = [broken(apply)]
    kept = []
    first = run_laboratory(trials, sizes=[28, 60], replications=40, checkpoint=kept.append)
    assert [len(k) for k in kept] == [1, 2]
    stored = LaboratoryResults.from_dict(kept[0].to_dict())
    told = []
    again = run_laboratory(
        trials, sizes=[28, 60], replications=40, already=stored, progress=told.append
    )
    assert len(seen) == 3
    assert told == ["2 of 2: thin air, 60 people"]
    assert canonical_json(again.to_dict()) == canonical_json(first.to_dict())
    run_laboratory(trials, sizes=[28], replications=40, already=stored, seed=7)
    run_laboratory(trials, sizes=[28], replications=41, already=stored)
    assert len(seen) == 5  # another seed and another number are other runs


def test_the_small_version_leaves_out_what_takes_long_and_the_full_one_nothing():
    assert PRESETS["small"].replications["heavy"] == 0
    assert all(PRESETS["full"].replications.values())
    assert not len(run_laboratory([broken(len, cost="heavy")]))


def test_misuse_is_said():
    with pytest.raises(ValueError, match="preset"):
        run_laboratory(SHARES, preset="tiny")
    for size in (1, 9, 10_001):
        with pytest.raises(ValueError, match=f"between 10 and 10,000 .* got {size:,}"):
            run_laboratory(SHARES, sizes=[size])
    with pytest.raises(ValueError, match="come to 100,010,000 made-up people held at once"):
        run_laboratory(SHARES, sizes=[28, 10_000], replications=10_001)
    with pytest.raises(ValueError, match="replications"):
        run_laboratory(SHARES, replications=1)


@pytest.mark.parametrize("n", [10, 9_999])
def test_every_scenario_can_be_made_at_the_sizes_that_may_be_asked_for(n):
    from dipoutcomes.streams import random_stream

    for scenario in {trial.scenario.name: trial.scenario for trial in all_trials()}.values():
        scenario.draw(random_stream(1, scenario.name), n, 2)


def test_the_league_shows_the_worst_and_the_counts_add_up():
    wald_and_others = tuple(t for t in all_trials() if t.family == "proportion")
    found = run_laboratory(wald_and_others, sizes=[28], replications=2_000)
    lines = {line.estimator: line for line in found.league()}
    assert sum(found.counts().values()) == len(lines) == 13
    wald = lines["wald"]
    assert wald.worst.scenario == "share 3%"
    assert wald.coverage(28) == min(r.coverage for r in wald.rows) < 0.65
    assert isnan(wald.coverage(60))
    assert {line.says for line in lines.values()} <= {
        "holds",
        "below its level, as declared",
        "below its level; do not use",
    }
    text = str(found)
    assert "do not use" in text
    assert f"{100 * wald.coverage(28):.1f}" in text
    assert "<caption>" in found._repr_html_()
    frame = found.to_frame()
    assert len(frame) == len(found)
    assert {"coverage", "coverage_error", "verdict", "floor"} <= set(frame.columns)
    assert np.isfinite(frame["coverage"]).all()
