"""Parametric regressions against lifelines, closed forms and their own invariances."""

import json
from math import exp, log, sqrt

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival.regression import (
    RowOptions,
    parametric_regression,
    piecewise_exponential_regression,
    predicted_survival,
)
from dipoutcomes.survival.regression._location_scale import (
    DISTRIBUTIONS,
    Times,
    location_scale_likelihood,
)

SHAPES = ("weibull", "lognormal", "loglogistic")


def cohort(n=250, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"age": rng.integers(18, 60, n), "treated": rng.integers(0, 2, n)})
    time = np.ceil(rng.weibull(1.2, n) * 200 * np.exp(0.5 * frame["treated"]))
    leaves = rng.integers(100, 500, n)
    return np.minimum(time, leaves), np.asarray(time <= leaves), frame


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_slope_and_curvature_are_derivatives(shape, late):
    time, seen, frame = cohort(60)
    start = np.where(frame["treated"] == 1, np.floor(time / 3), 0.0) if late else None
    design = np.column_stack([np.ones(60), frame["treated"], frame["age"] / 40])
    at = location_scale_likelihood(Times.of(time, seen, start), design, DISTRIBUTIONS[shape])
    place = np.array([5.0, 0.3, -0.2, 0.1])
    _, slope, curvature = at(place)
    steps = np.eye(4) * 1e-6
    by_value = np.array([(at(place + s)[0] - at(place - s)[0]) / 2e-6 for s in steps])
    by_slope = np.array([(at(place + s)[1] - at(place - s)[1]) / 2e-6 for s in steps])
    assert slope == pytest.approx(by_value, rel=1e-6, abs=1e-6)
    assert curvature == pytest.approx(by_slope, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_lifelines_agrees_where_its_search_stops(shape, late):
    import lifelines

    fitter = {
        "weibull": lifelines.WeibullAFTFitter,
        "lognormal": lifelines.LogNormalAFTFitter,
        "loglogistic": lifelines.LogLogisticAFTFitter,
    }[shape]
    time, seen, frame = cohort()
    entry = np.where(np.arange(250) % 3 == 0, np.floor(time / 2), 0.0)
    options = RowOptions(entry=entry) if late else None
    ours = parametric_regression(time, seen, frame, distribution=shape, rows=options)
    table = frame.assign(time=time, seen=seen, entry=entry)
    how = {"entry_col": "entry"} if late else {}
    columns = table if late else table.drop(columns="entry")
    theirs = fitter().fit(columns, "time", "seen", **how)
    assert ours.log_likelihood >= theirs.log_likelihood_ - 1e-9
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood_, abs=1e-3)
    main = theirs.params_.index.get_level_values(0)[0]
    for name in ("age", "treated"):
        assert ours[name].log_ratio == pytest.approx(theirs.params_[main, name], abs=2e-3)
        assert ours[name].std_error == pytest.approx(theirs.standard_errors_[main, name], rel=0.01)


def test_a_time_ratio_does_not_depend_on_the_unit_of_time_or_of_a_covariate():
    time, seen, frame = cohort()
    for shape in SHAPES:
        one = parametric_regression(time, seen, frame, distribution=shape)
        other = frame.assign(age=frame["age"] * 365.25 + 1e6)
        two = parametric_regression(time / 30.4375, seen, other, distribution=shape)
        assert two["treated"].ratio == pytest.approx(one["treated"].ratio, rel=1e-8)
        assert two["treated"].p_value == pytest.approx(one["treated"].p_value, rel=1e-6)
        assert two["age"].log_ratio * 365.25 == pytest.approx(one["age"].log_ratio, rel=1e-7)
        assert two.scale == pytest.approx(one.scale, rel=1e-8)


@pytest.mark.parametrize("variance", ["model", "robust"])
def test_rows_split_in_two_change_nothing(variance):
    time, seen, frame = cohort()
    half = np.floor(time / 2)
    first = half > 0
    rows = np.concatenate([np.flatnonzero(first), np.arange(250)])
    entry = np.concatenate([np.zeros(first.sum()), half])
    stop = np.concatenate([half[first], time])
    event = np.concatenate([np.zeros(first.sum(), bool), seen])
    options = RowOptions(entry=entry, person=rows)
    for fit in (
        lambda *a, **k: parametric_regression(*a, variance=variance, **k),
        lambda *a, **k: piecewise_exponential_regression(
            *a, cuts=[60, 150], variance=variance, **k
        ),
    ):
        whole = fit(time, seen, frame)
        split = fit(stop, event, frame.iloc[rows], rows=options)
        assert split.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-8)
        assert split["treated"].std_error == pytest.approx(whole["treated"].std_error, rel=1e-7)


def test_weights_are_copies():
    time, seen, frame = cohort(120)
    weight = np.random.default_rng(3).integers(1, 4, 120)
    copies = np.repeat(np.arange(120), weight)
    for fit in (
        parametric_regression,
        lambda *a, **k: piecewise_exponential_regression(*a, cuts=[100], **k),
    ):
        one = fit(time, seen, frame, rows=RowOptions(weights=weight))
        many = fit(time[copies], seen[copies], frame.iloc[copies], rows=RowOptions(cluster=copies))
        assert one["age"].log_ratio == pytest.approx(many["age"].log_ratio, rel=1e-7)
        assert one["age"].std_error == pytest.approx(many["age"].std_error, rel=1e-7)


# Piecewise exponential


def test_one_period_is_events_over_time_at_risk():
    time, seen, _ = cohort()
    model = piecewise_exponential_regression(time, seen, cuts=[])
    assert model.hazards == pytest.approx([seen.sum() / time.sum()])
    row = predicted_survival(model, {}, [100])["by 100 days"]
    hazard, error = 100 * seen.sum() / time.sum(), 1 / sqrt(seen.sum())
    limits = [exp(-hazard * exp(s * 1.959963985 * error)) for s in (1, -1)]
    assert row.value == pytest.approx(exp(-hazard))
    assert tuple(row.interval) == pytest.approx(limits)


def test_poisson_regression_agrees():
    import statsmodels.api as sm

    time, seen, frame = cohort()
    model = piecewise_exponential_regression(time, seen, frame, cuts=[60, 150])
    rows = []
    for low, high in ((0, 60), (60, 150), (150, np.inf)):
        at_risk = np.clip(time - low, 0, high - low)
        died = seen & (time > low) & (time <= high)
        kept = at_risk > 0
        rows.append(np.column_stack([died, at_risk, np.full(250, low), frame])[kept])
    table = np.vstack(rows)
    periods = [(table[:, 2] == low).astype(float) for low in (0, 60, 150)]
    design = np.column_stack([*periods, table[:, 3:]])
    fit = sm.GLM(table[:, 0], design, family=sm.families.Poisson(), offset=np.log(table[:, 1])).fit(
        tol=1e-12
    )
    assert model.place == pytest.approx(fit.params, abs=1e-7)
    assert np.sqrt(np.diag(model.covariance)) == pytest.approx(fit.bse, rel=1e-6)


def test_a_period_without_events_is_refused():
    time, seen, _ = cohort()
    with pytest.raises(DesignError, match="1 of 3 periods"):
        piecewise_exponential_regression(time, seen, cuts=[0.2, 100])
    with pytest.raises(ValueError, match="increasing"):
        piecewise_exponential_regression(time, seen, cuts=[100, 50])


# Predictions and refusals


@pytest.mark.parametrize("shape", SHAPES)
def test_prediction_is_the_distribution_itself(shape):
    time, seen, frame = cohort()
    model = parametric_regression(time, seen, frame[["treated"]], distribution=shape)
    centre = model.place[0] + model.place[1]
    median = exp(centre + model.scale * DISTRIBUTIONS[shape].quantile(0.5))
    table = predicted_survival(model, {"treated": 1}, [median, 0, 5000])
    row = table.estimates[0]
    assert row.value == pytest.approx(0.5)
    assert row.interval.low < 0.5 < row.interval.high
    assert table.estimates[1].value == 1
    assert "extrapolation" in table.estimates[2].caveat


def test_prediction_limits_are_the_deltas():
    time, seen, frame = cohort()
    model = parametric_regression(time, seen, frame[["treated"]])
    row = predicted_survival(model, {"treated": 0}, [120])["by 120 days"]
    step = 1e-6

    def quantity(place):
        return (log(120) - place[0]) / exp(place[2])

    slope = np.array(
        [
            (quantity(model.place + step * e) - quantity(model.place - step * e)) / (2 * step)
            for e in np.eye(3)
        ]
    )
    half = 1.959963985 * sqrt(slope @ model.covariance @ slope)
    z = quantity(model.place)
    assert tuple(row.interval) == pytest.approx(
        [exp(-exp(z + half)), exp(-exp(z - half))], rel=1e-6
    )


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"durations": [0, 2, 3, 4]}, ValueError, "events at time 0"),
        ({"rows": RowOptions(strata=[1, 1, 2, 2])}, ValueError, "strata"),
        ({"covariates": {"x": [1, 1, 1, 1]}}, DesignError, "without variation"),
        (
            {"covariates": {"x": [0, 1, 0, 1], "y": [0, 2, 0, 2]}},
            DesignError,
            "say what the others",
        ),
        ({"covariates": {"x": [1, 1, 0, 1]}}, DesignError, "no maximum"),
        ({"distribution": "gompertz"}, ValueError, "no choice"),
        ({"rows": RowOptions(weights=[2] * 4), "variance": "model"}, ValueError, "robust"),
    ],
    ids=str,
)
def test_what_cannot_be_answered_says_so(change, error, says):
    given = {"durations": [1, 2, 3, 4], "observed": [1, 1, 0, 1], "covariates": {"x": [0, 1, 1, 0]}}
    with pytest.raises(error, match=says):
        parametric_regression(**(given | change))


def test_results_are_plain_values():
    time, seen, frame = cohort()
    for model in (
        parametric_regression(time, seen, frame),
        piecewise_exponential_regression(time, seen, frame, cuts=[100]),
    ):
        stored = json.loads(json.dumps(model.to_dict()))
        assert [t["name"] for t in stored["terms"]] == ["age", "treated"]
        assert "AIC" in str(model)
        assert model.estimates(["age"]).labels == ("age (one more)",)
        assert len(model.to_frame()) == 2
