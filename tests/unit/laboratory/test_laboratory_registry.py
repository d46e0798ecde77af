"""Everything that is offered is tried, or its exclusion has a reason."""

import pytest

from dipoutcomes.intervals import METHODS
from dipoutcomes.laboratory import DECLARED, all_trials, family_names
from dipoutcomes.laboratory.offered import EXCLUDED, offered, tried, untried
from dipoutcomes.laboratory.registry import check_names
from dipoutcomes.laboratory.trial import SIZES

TRIALS = all_trials()


def test_every_method_has_a_trial():
    methods = {f"METHODS:{family}:{m.name}" for family, ms in METHODS.items() for m in ms}
    assert not methods - tried()
    assert len(methods) > 100


def test_every_public_estimator_is_tried_or_excluded_with_a_reason():
    assert untried() == ()


def test_exclusions_exist_have_a_reason_and_are_not_tried_after_all():
    assert not set(EXCLUDED) - offered()
    assert not set(EXCLUDED) & tried()
    assert all(len(why) > 10 for why in EXCLUDED.values())


def test_a_new_method_would_be_noticed(monkeypatch):
    extra = METHODS["rate"][0].__class__(
        name="new",
        title="new",
        function=len,
        use="",
        reference="",  # type: ignore[arg-type]
    )
    monkeypatch.setitem(METHODS, "rate", (*METHODS["rate"], extra))
    assert untried() == ("METHODS:rate:new",)


def test_names_are_unique_and_a_scenario_says_one_thing():
    check_names(TRIALS)
    with pytest.raises(ValueError, match="two trials are called"):
        check_names([TRIALS[0], TRIALS[0]])


@pytest.mark.parametrize("trial", TRIALS, ids=lambda t: t.name)
def test_a_trial_is_in_words_and_its_truth_has_a_source(trial):
    truth = trial.truth(28)
    assert truth.source
    assert trial.title
    assert trial.estimates
    assert len(trial.scenario.says) > 30
    assert set(trial.sizes) <= set(SIZES)
    assert trial.covers or trial.family == "popular practice"


def test_every_popular_practice_has_a_sound_way_on_the_same_cohorts_with_the_same_truth():
    practice = [t for t in TRIALS if t.role == "popular practice"]
    sound = {t.question: t for t in TRIALS if t.role == "sound way"}
    assert len(practice) == len({t.question for t in practice}) == len(sound) >= 6
    for trial in practice:
        other = sound[trial.question]
        assert trial.scenario is other.scenario
        assert trial.truth(60) == other.truth(60)


def test_families_are_those_of_the_methods_and_of_the_rooms():
    assert set(METHODS) <= set(family_names())


def test_what_is_declared_is_about_something_that_is_tried_and_has_a_reason():
    from fnmatch import fnmatchcase

    names = {f"{t.family}/{t.estimator}" for t in TRIALS}
    scenarios = {t.scenario.name for t in TRIALS}
    for entry in DECLARED:
        assert any(fnmatchcase(name, entry.estimator) for name in names), entry
        assert any(fnmatchcase(name, entry.scenario) for name in scenarios), entry
        assert set(entry.sizes) <= set(SIZES)
        assert len(entry.why) > 15
        assert (entry.floor, entry.ceiling, entry.bias) != (None, None, None)
