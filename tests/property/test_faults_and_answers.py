"""Whatever faults a recipe asks for, with whatever seed: the loader answers as truth.json says."""

import importlib.util
import sys
import tempfile
from pathlib import Path

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dipoutcomes.errors import ProtocolError
from dipoutcomes.simulate import make_cohort
from dipoutcomes.simulate.dirt import FAULTS

_spec = importlib.util.spec_from_file_location(
    "spoilt_study_at_random", Path(__file__).parents[1] / "functional" / "spoilt_study.py"
)
made = importlib.util.module_from_spec(_spec)
sys.modules["spoilt_study_at_random"] = made
_spec.loader.exec_module(made)

faults = st.dictionaries(st.sampled_from(sorted(FAULTS)), st.integers(1, 3), max_size=14)


@settings(deadline=None, max_examples=12)
@given(faults, st.integers(0, 2**31))
@example({"total_row": 3, "missing_birth_date": 3, "duplicate_person_rows": 3}, 7)
@example({"blank_rows": 3, "headings_again": 3, "event_of_a_stranger": 3, "cells_shifted": 3}, 8)
def test_the_answers_to_any_faults_are_those_of_the_truth(asked_for, seed):
    plain = made.recipe_of({}, seed=seed, people=150)
    cohort = make_cohort(plain)
    recipe = made.recipe_of(asked_for, seed=seed, people=150)
    with tempfile.TemporaryDirectory() as folder:
        try:
            spoilt = made.Spoilt(Path(folder, "spoilt"), recipe, cohort=cohort)
        except ProtocolError as refused:
            assert "Ask for fewer, or make more people" in str(refused)  # noqa: PT017
            assume(False)
        clean = made.Spoilt(Path(folder, "clean"), plain, cohort=cohort, needs=spoilt.needs)
        rejects, notes, uncertain = spoilt.told()
        before = clean.rejects()  # two thefts of a day may look like one
        assert len(spoilt.records.rejects) == rejects.total() + before.total()
        if not before:
            assert spoilt.rejects() == rejects
        more = spoilt.notes()
        more.subtract(clean.notes())
        assert {key: n for key, n in more.items() if n} == notes
        assert spoilt.uncertain() == uncertain
