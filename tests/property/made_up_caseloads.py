"""Made-up caseloads with every attribute that a scorecard counts, and sections for them."""

from datetime import date

import numpy as np
import pandas as pd

from dipoutcomes.protocol.model import Card

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
