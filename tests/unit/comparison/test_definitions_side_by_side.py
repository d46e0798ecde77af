"""One cohort under every definition, against a plain recount person by person."""

import numpy as np
import pytest

from dipoutcomes.comparison.benchmark import translate_definitions
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import wilson_interval

TYPES = np.array(["arrest", "charge", "conviction", "caution"])


def made_up(seed, people=80, rows=400):
    rng = np.random.default_rng(seed)
    offence = rng.integers(-200, 700, rows).astype(float)
    arrest = offence + rng.integers(0, 20, rows)
    proof = arrest + rng.integers(0, 300, rows)
    kind = rng.choice(TYPES, rows)
    court = proof + rng.integers(0, 2, rows)
    offence[(kind == "arrest") & (rng.random(rows) < 0.5)] = np.nan
    proof[np.isin(kind, ["arrest", "charge"])] = np.nan
    court[np.isnan(proof)] = np.nan
    opens = rng.integers(0, 100, people)
    return {
        "event_person": rng.integers(0, people, rows),
        "event_type": kind,
        "days": {"offence": offence, "arrest": arrest, "proof": proof, "court": court},
        "window": (opens, opens + 365),
        "proven_by": opens + 548,
        "observed_to": 600,
        "is_index": rng.random(rows) < 0.1,
    }


def recount(given):
    """Return (with event, events) by definition, one person and one row at a time."""
    days, kinds = given["days"], given["event_type"]
    opens, closes = given["window"]
    found = {}
    for name in (
        "arrest", "charge", "conviction", "proven reoffending", "reconviction event",
        "conviction by date of proof",
    ):  # fmt: skip
        counts = []
        for p in range(len(opens)):
            if given["observed_to"] < given["proven_by"][p]:
                continue
            seen = []
            for r in np.flatnonzero(given["event_person"] == p):
                if given["is_index"][r]:
                    continue
                inside = {k: opens[p] <= d[r] < closes[p] for k, d in days.items()}
                proven = inside["offence"] and days["proof"][r] < given["proven_by"][p]
                counts_it = {
                    "arrest": kinds[r] == "arrest" and inside["arrest"],
                    "charge": kinds[r] == "charge" and inside["offence"],
                    "conviction": kinds[r] == "conviction" and proven,
                    "proven reoffending": kinds[r] in {"conviction", "caution"} and proven,
                    "reconviction event": kinds[r] == "conviction" and proven,
                    "conviction by date of proof": kinds[r] == "conviction" and inside["proof"],
                }[name]
                if counts_it:
                    seen.append(days["court"][r] if name == "reconviction event" else r)
            counts.append(len(set(seen)))
        found[name] = (len(counts), sum(c > 0 for c in counts), sum(counts))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_every_row_is_the_plain_recount(seed):
    given = made_up(seed)
    table = translate_definitions(**given)
    expected = recount(given)
    assert table.column("definition") == list(expected)
    for row in table.rows:
        people, with_event, events = expected[row["definition"]]
        assert (row["people"], row["with_event"], row["events"]) == (people, with_event, events)
        assert row["share"] == pytest.approx(with_event / people)
        assert (row["low"], row["high"]) == pytest.approx(
            tuple(wilson_interval(with_event, people))
        )
        assert row["per_person"] == pytest.approx(events / people)
        if with_event:
            assert row["per_reoffender"] == pytest.approx(events / with_event)


@pytest.mark.parametrize("seed", range(3))
def test_what_must_be_larger_is(seed):
    rows = {r["definition"]: r for r in translate_definitions(**made_up(seed)).rows}
    assert rows["proven reoffending"]["events"] >= rows["conviction"]["events"]
    assert rows["reconviction event"]["with_event"] == rows["conviction"]["with_event"]
    assert rows["reconviction event"]["events"] <= rows["conviction"]["events"]


def test_offences_of_one_court_day_are_one_reconviction_event():
    nan = float("nan")
    table = translate_definitions(
        [0, 0, 0], ["conviction"] * 3,
        days={"offence": [10, 20, 30], "arrest": [nan] * 3, "proof": [100, 100, 200]},
        window=([0], [365]), proven_by=[548], observed_to=[548],
    )  # fmt: skip
    events = dict(zip(table.column("definition"), table.column("events"), strict=True))
    assert events["conviction"] == 3
    assert events["reconviction event"] == 2
    assert table.column("over_arrest")[0] is None


@pytest.mark.parametrize(("proof", "counted"), [(547, 1), (548, 0)])
def test_the_first_day_after_the_waiting_period_is_outside_it(proof, counted):
    table = translate_definitions(
        [0], ["conviction"], days={"offence": [10], "arrest": [11], "proof": [proof]},
        window=([0], [365]), proven_by=[548], observed_to=600,
    )  # fmt: skip
    assert table.column("events")[2] == counted


def test_offences_from_before_the_window_are_noted():
    table = translate_definitions(
        [0], ["conviction"], days={"offence": [-50], "arrest": [-40], "proof": [30]},
        window=([0], [365]), proven_by=[548], observed_to=600,
    )  # fmt: skip
    assert table.column("with_event") == [0, 0, 0, 0, 0, 1]
    assert "1 convictions by date of proof are of offences from before" in table.notes[1]


def test_people_not_observed_long_enough_leave_every_row():
    given = made_up(1)
    given["observed_to"] = np.where(np.arange(80) < 30, 500, 700)
    given["proven_by"] = np.full(80, 600)
    table = translate_definitions(**given)
    assert set(table.column("people")) == {50}
    assert "30 people not observed" in table.notes[-1]
    given["observed_to"] = 300
    with pytest.raises(DesignError, match="0 of 80 people"):
        translate_definitions(**given)


def test_faults_are_said_at_once():
    given = made_up(2)
    given["event_type"] = np.where(np.arange(400) < 3, "warning", given["event_type"])
    given["event_person"] = given["event_person"] + 1
    with pytest.raises(ValueError, match=r"codes are outside 0 to 79; 3 rows"):
        translate_definitions(**given)
    given = made_up(2)
    given["proven_by"] = given["window"][1] - 1
    with pytest.raises(ValueError, match="80 people"):
        translate_definitions(**given)
    given = made_up(2)
    del given["days"]["proof"]
    with pytest.raises(ValueError, match="1 missing"):
        translate_definitions(**given)
