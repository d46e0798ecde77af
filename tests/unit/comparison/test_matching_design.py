"""Outcomes stay out of reach until a design is locked, and a lock says what it rests on."""

import copy
import gc

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.comparison.matching import (
    LockedDesign,
    Matches,
    MatchingRule,
    design_words,
    open_design,
    target_trial,
)
from dipoutcomes.comparison.matching.design import fingerprint
from dipoutcomes.errors import DesignError

SECRET = 987_654.321  # an outcome that nothing else has


def people(n=120, seed=1):
    rng = np.random.default_rng(seed)
    prior = rng.poisson(3, n)
    frame = pd.DataFrame({
        "treated": rng.random(n) < 1 / (1 + np.exp(2.2 - 0.5 * prior)),
        "age": rng.integers(18, 60, n),
        "prior": prior,
        "area": rng.choice(["north", "south"], n),
        "reconvicted": rng.random(n) < 0.4,
        "cost": np.full(n, SECRET),
    })  # fmt: skip
    return frame.set_index(np.arange(1000, 1000 + n))


def opened(frame=None, **more):
    named = {"treated": "treated", "covariates": ["age", "prior", "area"]}
    return open_design(
        people() if frame is None else frame, outcomes=["reconvicted", "cost"], **named | more
    )


def holds_secret(thing):
    """Whether an outcome is in *thing*, however it is held."""
    if isinstance(thing, pd.DataFrame | pd.Series):
        thing = thing.to_numpy()
    if isinstance(thing, np.ndarray):
        return bool(np.any(thing == SECRET))
    if isinstance(thing, str):
        return str(SECRET) in thing or "reconvicted" in thing
    return isinstance(thing, float) and thing == SECRET


def reached(root, *, depth=6):
    """Give everything that public attributes, calls without arguments, and items lead to."""
    seen, level = {}, [root]
    for _ in range(depth):
        found = []
        for thing in level:
            if id(thing) in seen or isinstance(thing, type | int | bool | None.__class__):
                continue
            seen[id(thing)] = thing
            if isinstance(thing, np.ndarray | pd.DataFrame | pd.Series | str | float):
                continue
            if isinstance(thing, tuple | list | dict):
                found += list(thing.values() if isinstance(thing, dict) else thing)
                continue
            for name in dir(thing):
                if not name.startswith("_") and name != "lock":
                    value = getattr(thing, name)
                    found.append(_called(value) if callable(value) else value)
        level = found
    return list(seen.values())


def _called(method):
    try:
        return method()
    except (TypeError, ValueError, KeyError, DesignError):
        return None


def test_no_public_attribute_of_an_open_design_leads_to_an_outcome():
    plan = opened()
    plan.match()
    things = reached(plan)
    assert any(isinstance(thing, Matches) for thing in things)  # the walk does get about
    assert not [thing for thing in things if holds_secret(thing)]
    assert holds_secret(plan.lock().with_outcomes())  # and would see an outcome


def test_nothing_that_the_plan_itself_holds_is_an_outcome():
    plan = opened()
    plan.match()
    held = gc.get_referents(plan)
    arrays = [t for t in held if isinstance(t, pd.DataFrame | np.ndarray)]
    assert arrays
    assert not any(holds_secret(a) for a in arrays)
    assert "reconvicted" not in str(plan)


def test_a_copy_of_a_plan_has_no_outcomes():
    plan = copy.copy(opened())
    plan.match()
    with pytest.raises(DesignError, match="copy of a plan"):
        plan.lock()


def test_outcomes_come_back_in_the_order_of_the_rows():
    frame = people()
    plan = opened(frame)
    plan.match()
    outcomes = plan.lock().with_outcomes()
    pd.testing.assert_frame_equal(outcomes, frame[["reconvicted", "cost"]])
    outcomes["cost"] = 0.0
    assert plan.lock().with_outcomes()["cost"].eq(SECRET).all()


def test_a_design_changed_after_outcomes_says_so():
    plan = opened()
    plan.match()
    first = plan.lock()
    again = plan.lock()
    assert first.sha256 == again.sha256
    first.with_outcomes()
    assert plan.opened_before == (first.sha256,)
    assert plan.lock().outcome_blind  # the same design as before, not a new one
    plan.match(MatchingRule(caliper=0.5))
    second = plan.lock()
    assert second.sha256 != first.sha256
    assert second.opened_before == (first.sha256,)
    assert "changed after outcomes had been opened" in str(second)
    assert "changed after" not in str(first)


def test_two_designs_locked_before_any_outcome_are_both_blind():
    plan = opened()
    plan.match()
    first = plan.lock()
    plan.match(MatchingRule(ratio=2))
    second = plan.lock()
    first.with_outcomes()
    assert second.outcome_blind


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.assign(age=f["age"] + (f["prior"] == 2)),
        lambda f: f.assign(treated=~f["treated"]),
        lambda f: f.set_index(f.index + 1),
    ],
)
def test_the_lock_depends_on_covariates_treatment_and_rows(change):
    shas = set()
    for frame in (people(), people(), change(people())):
        plan = opened(frame)
        plan.match()
        shas.add(plan.lock().sha256)
    assert len(shas) == 2


def test_the_lock_does_not_depend_on_outcomes():
    shas = set()
    for cost in (1.0, 2.0):
        plan = opened(people().assign(cost=cost))
        plan.match()
        shas.add(plan.lock().sha256)
    assert len(shas) == 1


def test_the_lock_depends_on_method_and_seed():
    shas = []
    for seed, rule in (
        (1, MatchingRule(order="random")), (2, MatchingRule(order="random")),
        (1, MatchingRule(order="random", caliper=0.3)),
    ):  # fmt: skip
        plan = opened(seed=seed)
        plan.match(rule)
        shas.append(plan.lock().sha256)
        plan.match(rule)
        assert plan.lock().sha256 == shas[-1]  # the same seed, the same order
    assert len(set(shas)) == 3


def test_the_lock_depends_on_a_seed_that_was_not_used_and_on_weights():
    plan, other = opened(seed=1), opened(seed=2)
    plan.match()
    other.match()
    assert plan.lock().sha256 != other.lock().sha256
    shas = set()
    for factor in (1.0, 2.0):
        plan.weigh(np.where(plan.treated, 1.0, factor), estimand="ATT", method="x")
        shas.add(plan.lock().sha256)
    assert len(shas) == 2


def test_a_fingerprint_is_the_same_on_every_machine():
    arrays = {"a": np.array([0.0, 1.5]), "b": np.array([True, False]), "c": np.array(["x", "y"])}
    assert len(fingerprint(arrays, {"k": 1})) == 64
    same = {"a": np.array([-0.0, 1.5]), "b": np.array([1, 0]), "c": np.array(["x", "y"], object)}
    assert fingerprint(arrays, {"k": 1}) == fingerprint(same, {"k": 1})
    assert fingerprint(arrays, {"k": 1}) != fingerprint(arrays, {"k": 2})
    assert fingerprint(arrays, {"k": 1}) != fingerprint(
        arrays | {"a": np.array([0, 1.0])}, {"k": 1}
    )


def test_what_a_locked_design_holds():
    plan = opened()
    found = plan.match()
    design = plan.lock()
    assert isinstance(design, LockedDesign)
    assert design.covariate_names == ("age", "prior", "area: south")
    assert design.weights.tolist() == found.weights.tolist()
    used = design.counts
    assert used["treated"] - used["treated_used"] == len(design.unmatched_treated)
    assert design.estimand == ("ATM" if len(design.unmatched_treated) else "ATT")
    assert (design.matched_set >= 0).sum() == used["treated_used"] + used["comparison_used"]
    with pytest.raises(ValueError, match="read-only"):
        design.weights[0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        design.pairs.comparison[0] = 5
    assert not any(holds_secret(v) for v in design.to_dict().values())


def test_weights_can_be_locked_in_the_place_of_a_match():
    plan = opened()
    model = plan.fit_score("age + prior + age:prior")
    w = np.where(plan.treated, 1.0, model.score / (1 - model.score))
    plan.weigh(w, estimand="ATT", method="odds of the propensity score")
    design = plan.lock()
    assert design.pairs is None
    assert design.matched_set is None
    assert design.score_columns.shape[1] == 3
    assert design.covariates.shape[1] == 3
    assert plan.balance().method == "odds of the propensity score"


@pytest.mark.parametrize(
    ("weights", "says"),
    [(np.ones(3), "one value"), (-np.ones(120), "negative"), (np.full(120, np.nan), "finite")],
)
def test_bad_weights_are_refused(weights, says):
    with pytest.raises(ValueError, match=says):
        opened().weigh(weights, estimand="ATT", method="x")


def test_weights_that_leave_nobody_are_refused():
    plan = opened()
    with pytest.raises(DesignError, match="without anybody"):
        plan.weigh(plan.treated.astype(float), estimand="ATT", method="x")


def test_weights_of_the_treated_are_those_of_the_estimand():
    plan = opened()
    some = np.ones(120)
    some[np.flatnonzero(plan.treated)[0]] = 0
    with pytest.raises(DesignError, match=r"1 of .* treated people have no weight"):
        plan.weigh(some, estimand="ATT", method="x")
    plan.weigh(some, estimand="ATM", method="x")
    assert plan.lock().unmatched_treated.tolist() == [np.flatnonzero(plan.treated)[0]]
    with pytest.raises(DesignError, match="counts alike"):
        plan.weigh(np.linspace(1, 2, 120), estimand="ATT", method="x")
    plan.weigh(np.linspace(1, 2, 120), estimand="ATO", method="x")


def test_nothing_is_locked_before_it_is_designed():
    plan = opened()
    with pytest.raises(DesignError, match="nothing to lock"):
        plan.lock()
    with pytest.raises(DesignError, match="no score yet"):
        plan.support()
    plan.match()
    plan.fit_score("prior")  # a new score gives the match up
    with pytest.raises(DesignError, match="nothing to lock"):
        plan.lock()


def test_a_design_from_arrays_has_no_outcomes():
    plan = opened()
    plan.match()
    design = plan.lock()
    fields = {k: getattr(design, k) for k in LockedDesign.__dataclass_fields__}
    with pytest.raises(DesignError, match="holds no outcomes"):
        LockedDesign(**fields).with_outcomes()


@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"covariates": ["age", "wealth", "shoe"]}, KeyError, "`wealth`, `shoe`"),
        ({"covariates": ["age", "cost"]}, ValueError, "`cost` cannot be an outcome"),
        ({"exact": ["reconvicted"]}, ValueError, "`reconvicted` cannot be an outcome"),
        ({"covariates": ["age", "treated"]}, ValueError, "cannot be a covariate"),
    ],
)
def test_columns_have_one_part_to_play(more, error, says):
    with pytest.raises(error, match=says):
        opened(**more)


def test_people_are_matched_exactly_on_what_was_named():
    plan = opened(exact=["area"])
    found = plan.match()
    area = people()["area"].to_numpy()
    assert (area[found.pairs.treated] == area[found.pairs.comparison]).all()
    assert "exactly alike in area" in plan.lock().method


WORDS = {
    "eligibility": "adults who tested positive on arrest",
    "time_zero": "the day of the test",
    "strategies": "treatment, or none",
    "assignment": ("by chance", "as they chose"),
    "follow_up": "12 months, and 6 more for proof",
    "outcome": "a proven reoffence",
    "estimand": "average effect on everybody",
    "analysis": "difference in shares",
}


def test_a_target_trial_is_filled_from_its_design():
    plan = opened()
    plan.match()
    design = plan.lock()
    table = target_trial(**WORDS | design_words(design))
    assert len(table) == 8
    words = " ".join(table.column("data"))
    counts = design.counts
    assert f"{counts['treated_used']} treated people against {counts['comparison_used']}" in words
    assert "made alike in age, prior, area" in words
    assert f"locked as {design.sha256[:12]}" in words
    assert "changed after" not in words
    design.with_outcomes()
    plan.match(MatchingRule(ratio=2))
    assert "changed after outcomes" in design_words(plan.lock())["analysis"][1]


@pytest.mark.parametrize("blank", ["", "  ", "n/a", "TBC", "?", "-", "to be decided", ("x", "")])
def test_a_blank_element_is_refused(blank):
    with pytest.raises(ValueError, match=r"`outcome` is blank"):
        target_trial(**WORDS | {"outcome": blank})


def test_every_blank_is_named_at_once():
    with pytest.raises(ValueError, match=r"`assignment` is blank; `analysis` is blank"):
        target_trial(**WORDS | {"analysis": "tbd", "assignment": "N/A"})
