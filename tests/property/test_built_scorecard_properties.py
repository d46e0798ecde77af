"""Whatever the caseload, the card that is built is consistent in the eyes of the audit."""

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes.protocol.model import Card
from dipoutcomes.scorecard.audit import audit_scorecard, parse_scorecard
from dipoutcomes.scorecard.measures import build_scorecard

FIRST = np.datetime64("2013-01-01")
EVERYTHING = {
    "period_from": date(2013, 10, 1),
    "period_to": date(2014, 3, 31),
    "previous_from": date(2013, 4, 1),
    "previous_to": date(2013, 9, 30),
    "extract_holds": "all_episodes",
    "area": "area",
    "iom": "iom",
    "referral_source": "source",
    "test_result": "test",
    "assessed_on": "assessed",
    "care_plan_on": "planned",
    "engaged_on": "engaged",
    "prescribed": "script",
    "interventions": "brief",
    "signposted": "sent_on",
    "modality": "modality",
    "closure_reason": "reason",
    "completed": {
        "Done, drug and crime free": "drug_and_crime_free",
        "Done, crime free": "crime_free",
        "Done": "state_not_said",
    },
    "disengaged": ["Dropped out"],
    "primary_drug": "drug",
    "further_drugs": ["drug_2", "drug_3"],
    "positive_outcomes": "outcomes",
}


def made_up(people: int, episodes: int, seed: int, *, blanks: float = 0.1) -> tuple:
    """Return frames of a programme, with blanks, repeats and overlapping episodes."""
    rng = np.random.default_rng(seed)

    def words(*choices):
        cells = rng.choice(np.array(choices, dtype=object), episodes)
        return np.where(rng.random(episodes) < blanks, None, cells)

    def day_after(days, most, share):
        there = rng.random(episodes) < share
        found = days + rng.integers(0, most, episodes)
        return np.where(there, found.astype("datetime64[D]").astype(str), None)

    start = FIRST + rng.integers(0, 480, episodes)
    end = np.where(
        rng.random(episodes) < 0.3,
        np.datetime64("NaT", "D"),
        start + rng.integers(0, 300, episodes),
    )
    interventions = rng.integers(0, 5, episodes)
    drugs = ("Heroin", "Cocaine", "Subutex (illicit)", "Alcohol")
    frame = pd.DataFrame(
        {
            "person_id": [f"p{k}" for k in rng.integers(0, people, episodes)],
            "episode_id": [f"e{k}" for k in range(episodes)],
            "start": start.astype("datetime64[ns]"),
            "end": end.astype("datetime64[ns]"),
            "source": words("Police", "Prison", "Self"),
            "test": words("Positive", "Negative"),
            "assessed": day_after(start, 40, 0.7),
            "planned": day_after(start, 60, 0.7),
            "engaged": day_after(start, 80, 0.8),
            "script": words("Y", "N"),
            "brief": interventions.astype(str),
            "sent_on": np.minimum(interventions, rng.integers(0, 3, episodes)).astype(str),
            "modality": words("Structured", "Unstructured"),
            "reason": words("Done, drug and crime free", "Done, crime free", "Done", "Dropped out",
                            "Died"),
            "drug": words(*drugs),
            "drug_2": words(*drugs),
            "drug_3": words(*drugs),
            "outcomes": rng.integers(0, 9, episodes).astype(str),
        }
    )  # fmt: skip
    persons = pd.DataFrame({"person_id": [f"p{k}" for k in range(people)]})
    persons["area"] = rng.choice(np.array(["Newport", "Torfaen", None], dtype=object), people)
    persons["iom"] = rng.choice(np.array(["Y", "N", None], dtype=object), people)
    return frame, persons


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


def card_of(keys, *, holds="all_episodes"):
    wanted = {
        k: v for k, v in EVERYTHING.items() if k.startswith(("period", "previous")) or k in keys
    }
    for key, needs in (("signposted", "interventions"), ("further_drugs", "primary_drug"),
                       ("completed", "closure_reason"),
                       ("disengaged", "closure_reason")):  # fmt: skip
        if key in wanted and needs not in wanted:
            del wanted[key]
    return Card.model_validate(wanted | {"extract_holds": holds})


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
