"""Whatever the caseload, the card that is built is consistent in the eyes of the audit."""

import importlib.util
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes.scorecard.audit import audit_scorecard, parse_scorecard
from dipoutcomes.scorecard.measures import build_scorecard

_spec = importlib.util.spec_from_file_location(
    "made_up_caseloads", Path(__file__).parent / "made_up_caseloads.py"
)
caseload = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(caseload)
EVERYTHING, card_of, made_up = caseload.EVERYTHING, caseload.card_of, caseload.made_up

caseloads = st.builds(
    made_up,
    people=st.integers(1, 60),
    episodes=st.integers(1, 120),
    seed=st.integers(0, 10**6),
    blanks=st.sampled_from([0.0, 0.1, 0.9]),
)
some_keys = st.sets(
    st.sampled_from(
        [key for key in EVERYTHING if not key.startswith(("period", "previous", "extract"))]
    )
)


@settings(max_examples=25, deadline=None)
@given(frames=caseloads, keys=some_keys, holds=st.sampled_from(["all_episodes", "closures"]))
def test_a_built_card_passes_its_own_audit(frames, keys, holds):
    episodes, persons = frames
    built = build_scorecard(episodes, persons, card_of(keys, holds=holds), title="Half year")
    audit = audit_scorecard(parse_scorecard(built.to_toml()))
    assert not audit.findings, audit.as_text
    assert parse_scorecard(built.to_toml()) == built.as_published()


@settings(max_examples=25, deadline=None)
@given(frames=caseloads)
def test_what_began_and_was_open_closed_or_is_open(frames):
    episodes, persons = frames
    built = build_scorecard(episodes, persons, card_of(EVERYTHING), title="Half year")
    found = {line.id: line.count for line in built.lines}
    if "in_contact" in found:
        assert found["open_before"] + found["referrals"] == found["in_contact"]
        assert found["closures"] + found["caseload"] == found["in_contact"]
    for line in built.lines:
        base = built.base(line)
        assert base is None or 0 <= line.count <= base


@settings(max_examples=12, deadline=None)
@given(frames=caseloads, seed=st.integers(0, 99))
def test_the_order_of_the_rows_is_of_no_matter(frames, seed):
    episodes, persons = frames
    again = episodes.sample(frac=1, random_state=seed), persons.sample(frac=1, random_state=seed)
    card = card_of(set(EVERYTHING) - {"area"})  # of two episodes begun on one day either is latest
    first = build_scorecard(episodes, persons, card, title="x").to_dict()
    second = build_scorecard(*again, card, title="x").to_dict()
    assert first == second


@settings(max_examples=12, deadline=None)
@given(frames=caseloads)
def test_what_is_not_mapped_is_said_and_has_no_row(frames):
    episodes, persons = frames
    built = build_scorecard(episodes, persons, card_of({"referral_source"}), title="x")
    sections = {line.section for line in built.lines}
    assert sections <= {"Referrals", "Caseload", "Flow", "Closures"}
    assert {"drug tests", "assessments", "mentions of drugs"} <= set(built.not_recorded)
    assert "referrals by source" not in built.not_recorded
