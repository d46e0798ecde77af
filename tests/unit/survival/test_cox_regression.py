"""What `cox_regression` promises beside its numbers: counts, caveats, errors, invariances."""

import json

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import kaplan_meier
from dipoutcomes.survival.regression import (
    RowOptions,
    concordance,
    covariates_of,
    cox_regression,
    predicted_survival,
    proportional_hazards_test,
)
from dipoutcomes.survival.regression.concordance import Concordance


def cohort(n=300, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 60, n),
            "area": rng.choice(["north", "south", "west"], n),
            "treated": rng.integers(0, 2, n),
        }
    )
    risk = np.exp(-0.5 * frame["treated"] - 0.03 * (frame["age"] - 35))
    time = np.ceil(rng.exponential(300 / risk))
    leaves = rng.integers(100, 500, n)
    return np.minimum(time, leaves), (time <= leaves).astype(int), frame


@pytest.fixture(scope="module")
def people():
    return cohort()


@pytest.fixture(scope="module")
def model(people):
    return cox_regression(*people)


def test_counts_are_of_the_level_and_its_reference(people, model):
    _, observed, frame = people
    term = model["area: south"]
    south, north = frame["area"] == "south", frame["area"] == "north"
    assert (term.persons, term.events) == (south.sum(), observed[south].sum())
    assert (term.reference_persons, term.reference_events) == (north.sum(), observed[north].sum())
    assert term.label == "area: south (against north)"
    assert (model["age"].persons, model["age"].reference_persons) == (300, None)


def test_another_reference_turns_the_ratio_over(people, model):
    time, observed, frame = people
    other = cox_regression(time, observed, covariates_of(frame, reference={"area": "south"}))
    assert other["area: north"].ratio == pytest.approx(1 / model["area: south"].ratio)
    assert other.log_likelihood == pytest.approx(model.log_likelihood)


def test_units_and_order_of_rows_change_nothing(people, model):
    time, observed, frame = people
    order = np.random.default_rng(5).permutation(len(time))
    turned = frame.assign(age=frame["age"] * 1e6 + 1e9).iloc[order]
    other = cox_regression(time[order] * 7, observed[order], turned)
    assert other["age"].log_ratio * 1e6 == pytest.approx(model["age"].log_ratio)
    assert other["treated"].p_value == pytest.approx(model["treated"].p_value, rel=1e-9)
    for one, two in zip(other.tests, model.tests, strict=True):
        assert one.statistic == pytest.approx(two.statistic, rel=1e-9)


def test_rows_of_a_person_split_in_two_give_the_same_model(people, model):
    time, observed, frame = people
    half = np.floor(time / 2)
    stop = np.concatenate([half, time])
    event = np.concatenate([np.zeros_like(observed), observed])
    rows = RowOptions(
        entry=np.concatenate([np.zeros(300), half]), person=np.tile(np.arange(300), 2)
    )
    both = pd.concat([frame, frame])
    kept = stop > np.asarray(rows.entry)
    options = RowOptions(entry=np.asarray(rows.entry)[kept], person=np.asarray(rows.person)[kept])
    for variance in ("model", "robust"):
        split = cox_regression(stop[kept], event[kept], both[kept], rows=options, variance=variance)
        whole = cox_regression(time, observed, frame, variance=variance)
        assert split.persons == 300
        assert split["age"].std_error == pytest.approx(whole["age"].std_error, rel=1e-9)
        assert concordance(split).value == pytest.approx(concordance(whole).value)
    assert split.events == model.events


def test_an_event_at_time_zero_counts_with_and_without_entry():
    time, observed, group = [0, 3, 5, 8, 9], [1, 1, 0, 1, 1], {"g": [1, 0, 0, 1, 0]}
    one = cox_regression(time, observed, group)
    two = cox_regression(time, observed, group, rows=RowOptions(entry=[0] * 5))
    assert one.log_likelihood == pytest.approx(two.log_likelihood)
    assert one.events == 4


def test_few_events_are_said():
    time, observed, frame = cohort(60)
    assert "fewer than 10 a term" in cox_regression(time, observed, frame).caveat
    assert "fewer than 10" not in cox_regression(*cohort(2000)).caveat


def test_a_group_without_events_gets_firth_and_never_a_coefficient_of_18():
    time = np.arange(1, 25)
    group = {"group": ["a", "b"] * 12}
    observed = [1, 0] * 12
    found = cox_regression(time, observed, group)
    term = found["group: b"]
    assert found.penalty == "firth"
    assert "Firth" in found.caveat
    assert term.caveat == "one of the two groups has no event"
    assert -5 < term.log_ratio < -2
    assert 0 < term.interval.low < term.ratio < term.interval.high < 1
    with pytest.raises(DesignError, match="no maximum for group: b"):
        cox_regression(time, observed, group, penalty="none")


def test_a_prediction_from_a_penalised_model_does_not_claim_profile_limits():
    days, seen = [3, 5, 5, 7, 8, 10, 12, 12, 15, 20], [1, 1, 0, 1, 1, 0, 1, 0, 0, 0]
    model = cox_regression(days, seen, {"group": ["some"] * 7 + ["none"] * 3})
    assert "profile likelihood" in model.terms[0].interval.method
    (share,) = predicted_survival(model, {"group": "none"}, [12]).estimates
    assert share.interval.method == "log-log, Cox model, Efron ties, Firth's penalty"


def test_firth_limits_and_p_value_agree():
    time, observed, frame = cohort(28, seed=3)
    found = cox_regression(time, observed, frame[["treated", "age"]], penalty="firth")
    for term in found.terms:
        at_p = cox_regression(
            time, observed, frame[["treated", "age"]], penalty="firth",
            confidence_level=1 - term.p_value,
        )[term.name]  # fmt: skip
        assert min(abs(limit - 1) for limit in at_p.interval) < 1e-5


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"covariates": {"x": [1.0, 1, 1, 1]}}, DesignError, r"no estimate \(x\)"),
        ({"covariates": {"x": [0, 1, 0, 1], "y": [0, 2, 0, 2]}}, DesignError, r"\(y\)"),
        ({"observed": [0, 0, 0, 0]}, DesignError, "no event was seen"),
        ({"durations": [-1, 2, 3, 4]}, ValueError, "negative"),
        ({"covariates": {"x": [0, 1, None, 1]}}, ValueError, "missing in 1 rows"),
        ({"covariates": {"x": [0, 1, np.inf, 1]}}, ValueError, "infinite"),
        ({"covariates": {"x": pd.to_datetime(["2014-01-01"] * 4)}}, TypeError, "numbers or texts"),
        ({"covariates": {"x": [0, 1]}}, ValueError, "2 rows"),
        ({"covariates": {}}, ValueError, "empty"),
        ({"rows": RowOptions(person=[1, 1, 2, 3])}, ValueError, "1 rows overlap"),
        ({"rows": RowOptions(entry=[5, 0, 0, 0])}, ValueError, "entry"),
        ({"rows": RowOptions(weights=[0, 1, 1, 1])}, ValueError, "weights"),
        ({"rows": RowOptions(weights=[1.5] * 4), "variance": "model"}, ValueError, "robust"),
        ({"ties": "exact", "variance": "robust"}, ValueError, "exact ties"),
        ({"ties": "efrom"}, ValueError, "did you mean 'efron'"),
    ],
    ids=str,
)
def test_what_cannot_be_answered_says_so(change, error, says):
    given = {"durations": [1, 2, 3, 4], "observed": [1, 1, 0, 1], "covariates": {"x": [0, 1, 1, 0]}}
    with pytest.raises(error, match=says):
        cox_regression(**(given | change))


def test_one_bad_reference_is_named():
    with pytest.raises(ValueError, match="no level 'east'"):
        covariates_of({"area": ["north", "south"]}, reference={"area": "east"})
    with pytest.raises(ValueError, match="no covariate"):
        covariates_of({"age": [1, 2]}, reference={"area": "east"})


def test_results_are_plain_values_and_hold_no_rows(model):
    stored = json.dumps(model.to_dict())
    assert "fitted" not in stored
    assert model.without_rows().fitted is None
    assert len(model.to_frame()) == 4
    assert model.estimates()["treated"].value == model["treated"].ratio
    assert "<table>" in model._repr_html_()
    with pytest.raises(DesignError, match="without its rows"):
        predicted_survival(model.without_rows(), {}, [1])


def test_weights_that_count_copies_give_the_copies_robust_by_person(people):
    time, observed, frame = people
    weight = np.random.default_rng(2).integers(1, 4, len(time))
    copies = np.repeat(np.arange(len(time)), weight)
    one = cox_regression(time, observed, frame, rows=RowOptions(weights=weight), ties="breslow")
    many = cox_regression(
        time[copies], observed[copies], frame.iloc[copies], ties="breslow",
        rows=RowOptions(cluster=copies),
    )  # fmt: skip
    for a, b in zip(one.terms, many.terms, strict=True):
        assert a.log_ratio == pytest.approx(b.log_ratio, rel=1e-9)
        assert a.std_error == pytest.approx(b.std_error, rel=1e-9)


# Predictions


def test_with_a_covariate_of_no_effect_the_prediction_is_near_the_curve():
    time, observed, _ = cohort(400, seed=9)
    balanced = {"x": np.tile([0, 1], 200)}
    order = np.repeat(np.argsort(np.argsort(time[:200])), 2)
    twice = np.repeat(time[:200], 2), np.repeat(observed[:200], 2)
    assert len(order) == 400
    model = cox_regression(*twice, balanced, ties="breslow")
    assert model["x"].log_ratio == pytest.approx(0, abs=1e-9)
    curve = kaplan_meier(*twice)
    row = predicted_survival(model, {"x": 0}, [150])["by 150 days"]
    assert row.value == pytest.approx(curve.at(150)[0], abs=0.01)


def test_prediction_and_its_limits_by_hand():
    # Two groups that do the same: the hazard is 2/8 + 2/6 by time 2, its variance 2/64 + 2/36.
    stop, event = [1, 2, 3, 4] * 2, [1, 1, 0, 1] * 2
    model = cox_regression(stop, event, {"x": [0] * 4 + [1] * 4}, ties="breslow")
    row = predicted_survival(model, {"x": 0.5}, [2])["by 2 days"]
    hazard, error = 2 / 8 + 2 / 6, np.sqrt(2 / 64 + 2 / 36)
    half = 1.959963985 * error / hazard
    assert row.value == pytest.approx(np.exp(-hazard))
    limits = [np.exp(-hazard * np.exp(side * half)) for side in (1, -1)]
    assert tuple(row.interval) == pytest.approx(limits)
    assert (row.events, row.base) == (4, 8)


def test_prediction_in_its_strata_and_beyond_follow_up(people):
    time, observed, frame = people
    model = cox_regression(
        time, observed, frame[["age", "treated"]], rows=RowOptions(strata=frame["area"])
    )
    profile = {"age": 30, "treated": 1}
    values = [
        predicted_survival(model, profile, [200], stratum=area)["by 200 days"].value
        for area in ("north", "south", "west")
    ]
    assert len(set(values)) == 3
    late = predicted_survival(model, profile, [9999], stratum="north")["by 9999 days"]
    assert np.isnan(late.value)
    assert "follow-up ends" in late.caveat
    none = predicted_survival(model, profile, [0], stratum="north")["by 0 days"]
    assert (none.value, np.isnan(none.interval.low)) == (1.0, True)
    with pytest.raises(ValueError, match="name a stratum"):
        predicted_survival(model, profile, [200])
    with pytest.raises(ValueError, match="`treated` is missing"):
        predicted_survival(model, {"age": 30}, [200], stratum="north")


def test_robust_and_model_errors_of_a_prediction_agree_where_the_model_holds():
    time, observed, frame = cohort(4000, seed=4)
    profile = {"age": 30, "area": "south", "treated": 1}
    rows = [
        predicted_survival(cox_regression(time, observed, frame, variance=v), profile, [180])
        for v in ("model", "robust")
    ]
    one, two = (r["by 180 days"].interval for r in rows)
    assert one.width == pytest.approx(two.width, rel=0.04)


# Proportional hazards


def test_ratio_that_turns_is_found_and_a_constant_one_is_not():
    rng = np.random.default_rng(8)
    group = np.repeat([0, 1], 400)
    constant = rng.exponential(np.where(group, 200, 100))
    early = rng.weibull(np.where(group, 2.5, 0.7)) * 150
    for time, low, high in ((constant, 0.01, 1), (early, 0, 1e-6)):
        model = cox_regression(np.ceil(time), np.ones(800), {"group": group})
        assert low <= proportional_hazards_test(model).overall.p_value <= high


def test_one_term_is_the_whole():
    model = cox_regression(*cohort(200)[:2], cohort(200)[2][["age"]])
    found = proportional_hazards_test(model, transform="rank")
    assert found["age"].statistic == pytest.approx(found.overall.statistic)
    assert found.residuals.mean() == pytest.approx(model["age"].log_ratio)
    assert "time" not in found.to_dict()


def test_firth_and_exact_have_no_such_test():
    time, observed, frame = cohort(100)
    for options in ({"penalty": "firth"}, {"ties": "exact"}):
        model = cox_regression(time, observed, frame[["treated"]], **options)
        with pytest.raises(DesignError):
            proportional_hazards_test(model)


def test_concordance_is_plain_and_says_when_nobody_can_be_compared():
    model = cox_regression([5, 8, 9, 12, 15], [1, 1, 0, 1, 1], {"age": [19, 40, 33, 22, 35]})
    found = concordance(model)
    assert found.to_dict() == {
        "value": found.value, "std_error": found.std_error, "pairs": found.pairs,
    }  # fmt: skip
    assert found.to_frame()["pairs"].tolist() == [found.pairs]
    assert "comparable pairs" in found._repr_html_()
    nobody = Concordance(float("nan"), float("nan"), 0.0)
    assert "no two people can be compared" in str(nobody)


@pytest.mark.parametrize("transform", ["km", "rank", "log", "identity"])
def test_events_of_one_time_cannot_show_whether_a_ratio_changes(transform):
    model = cox_regression([7] * 6, [1, 1, 0, 1, 0, 1], {"x": [0, 1, 0, 1, 1, 0]})
    with pytest.raises(DesignError, match="all 4 events fall at one time") as caught:
        proportional_hazards_test(model, transform=transform)
    assert "finer unit" in str(caught.value)


def test_a_term_that_only_one_time_tells_of_is_named():
    time, seen = [7, 7, 7, 7, 7, 7, 8, 8, 9], [1, 1, 0, 1, 0, 1, 1, 0, 1]
    model = cox_regression(time, seen, {"late": [0, 1, 0, 1, 1, 0, 1, 1, 1]})
    with pytest.raises(DesignError, match="only events of one time tell of late"):
        proportional_hazards_test(model)
