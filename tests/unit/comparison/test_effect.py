"""Effects of a settled design: against other programs, by their defining equations, by hand."""

from math import inf, isnan, nan

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from dipoutcomes.comparison.effect import (
    VARIANCE_METHODS,
    doubly_robust_effect,
    effects_table,
    treatment_effect,
    variance_named,
)
from dipoutcomes.comparison.matching import MatchingRule, match, open_design, propensity_score
from dipoutcomes.comparison.weighting import (
    WeightedDesign,
    entropy_balancing,
    propensity_weights,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import difference_interval


def people(seed=1, n=120):
    rng = np.random.default_rng(seed)
    columns = np.column_stack([rng.normal(size=n), rng.random(n) < 0.4]).astype(float)
    chance = 1 / (1 + np.exp(0.6 - 0.7 * columns[:, 0] + 0.4 * columns[:, 1]))
    treated = rng.random(n) < chance
    rate = np.exp(0.3 + 0.4 * columns[:, 0] - 0.4 * treated)
    events = rng.poisson(rng.gamma(1.0, rate))
    return columns, treated, events, rng.uniform(0.3, 1.0, n)


def weighted(estimand="ATT", seed=1, n=120):
    columns, treated, events, years = people(seed, n)
    score = propensity_score(columns, treated).score
    design = propensity_weights(treated, score, estimand=estimand, covariates=columns)
    return design, events, years


def given(treated, weights=None, **also):
    treated = np.asarray(treated)
    weights = np.ones(len(treated)) if weights is None else np.asarray(weights, dtype=float)
    return WeightedDesign(treated=treated, weights=weights, estimand="ATT", method="given", **also)


# --- other programs ---------------------------------------------------------------------------


def test_welch_with_equal_weights_is_scipys():
    _, treated, events, _ = people()
    ours = treatment_effect(given(treated), events, variance="welch")
    theirs = stats.ttest_ind(events[treated], events[~treated], equal_var=False)
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-10)
    assert ours.df == pytest.approx(theirs.df, rel=1e-10)
    assert list(ours.interval) == pytest.approx(list(theirs.confidence_interval()), rel=1e-10)


@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC3"])
def test_sandwich_is_that_of_a_weighted_regression(kind):
    design, events, _ = weighted()
    fit = sm.WLS(events, sm.add_constant(design.treated.astype(float)), design.weights).fit()
    theirs = fit.get_robustcov_results(kind)
    ours = treatment_effect(design, events, variance=kind, quantiles="normal")
    assert ours.value == pytest.approx(theirs.params[1], rel=1e-10)
    assert ours.std_error == pytest.approx(theirs.bse[1], rel=1e-10)
    assert ours.df == inf


def test_clustered_by_matched_set_is_that_of_a_weighted_regression():
    columns, treated, events, _ = people(2)
    score = propensity_score(columns, treated).score
    found = match(treated, score, MatchingRule(ratio=2))
    design = given(treated, found.weights, matched_set=found.matched_set)
    used = found.weights > 0
    fit = sm.WLS(
        events[used], sm.add_constant(treated[used].astype(float)), found.weights[used]
    ).fit(cov_type="cluster", cov_kwds={"groups": found.matched_set[used]})
    ours = treatment_effect(design, events, variance="set_clustered_hc1")
    assert ours.value == pytest.approx(fit.params[1], rel=1e-10)
    assert ours.std_error == pytest.approx(fit.bse[1], rel=1e-10)
    n = used.sum()
    plain = treatment_effect(design, events)  # the recommended one
    assert plain.variance == "set_clustered"
    assert plain.std_error == pytest.approx(fit.bse[1] / np.sqrt((n - 1) / (n - 2)), rel=1e-10)


def test_pairs_have_the_standard_error_of_their_differences():
    rng = np.random.default_rng(3)
    first, second = rng.poisson(2, 30), rng.poisson(3, 30)
    sets = np.tile(np.arange(30), 2)
    rows = (np.arange(30), np.arange(30, 60))
    design = given(np.repeat([True, False], 30), matched_set=sets, pairs=rows)
    theirs = stats.ttest_rel(first, second)
    expected = float((first - second).mean() / theirs.statistic)
    for name in ("set_clustered", "pair_differences"):
        ours = treatment_effect(design, np.concatenate([first, second]), variance=name)
        assert ours.value == pytest.approx((first - second).mean())
        assert ours.std_error == pytest.approx(expected, rel=1e-10)
        assert 1 < ours.df <= 29


def test_a_ratio_of_rates_is_that_of_a_weighted_poisson_regression():
    design, events, years = weighted()
    model = sm.GLM(
        events, sm.add_constant(design.treated.astype(float)), family=sm.families.Poisson(),
        offset=np.log(years), var_weights=design.weights,
    )  # fmt: skip
    fit = model.fit(cov_type="HC0")
    ours = treatment_effect(
        design, events, measure="ratio", exposure_years=years, variance="sandwich_hc0",
        quantiles="normal",
    )  # fmt: skip
    assert np.log(ours.value) == pytest.approx(fit.params[1], rel=1e-8)
    assert ours.std_error == pytest.approx(fit.bse[1], rel=1e-6)
    assert ours.kind == "events per person-year"
    assert ours.estimate.base == pytest.approx(years[design.treated].sum())


# --- defining equations -----------------------------------------------------------------------


def logistic(columns, treated, case):
    """Return scores by Newton's method with case weights."""
    design = np.column_stack([np.ones(len(columns)), columns])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (case * (treated - p))
        beta = beta + np.linalg.solve((design.T * (case * p * (1 - p))) @ design, slope)
    return 1 / (1 + np.exp(-design @ beta))


def estimate(estimand, columns, treated, outcome, case):
    """Return the whole weighted analysis with people counted *case* times: score, then means."""
    e = logistic(columns, treated, case)
    ours, theirs = {
        "ATT": (e / e, e / (1 - e)), "ATC": ((1 - e) / e, e / e),
        "ATE": (1 / e, 1 / (1 - e)), "ATO": (1 - e, e),
    }[estimand]  # fmt: skip
    w1, w0 = case * treated * ours, case * ~treated * theirs
    return np.array([w1 @ outcome / w1.sum(), w0 @ outcome / w0.sum()])


def derivative(function, n, step=1e-4):
    """Return the slope of *function* in each person's case weight at 1, times 1 (jackknife)."""
    slopes = []
    for i in range(n):
        change = np.zeros(n)
        change[i] = step
        slopes.append((function(1 + change) - function(1 - change)) / (2 * step))
    return np.array(slopes)


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE", "ATO"])
@pytest.mark.parametrize("measure", ["difference", "ratio"])
def test_stacked_variance_is_the_infinitesimal_jackknife_of_the_whole_analysis(estimand, measure):
    design, events, _ = weighted(estimand, n=60)
    columns, treated = design.covariates, design.treated
    parts = derivative(
        lambda case: estimate(estimand, columns, treated, events, case), len(treated)
    )
    first, second = estimate(estimand, columns, treated, events, np.ones(len(treated)))
    gradient = [1, -1] if measure == "difference" else [1 / first, -1 / second]
    ours = treatment_effect(design, events, measure=measure, variance="stacked")
    assert ours.std_error == pytest.approx(np.sqrt(((parts @ gradient) ** 2).sum()), rel=1e-5)
    value = first - second if measure == "difference" else first / second
    assert ours.value == pytest.approx(value, rel=1e-7)


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
def test_stacked_variance_of_entropy_balancing_is_the_jackknife_too(estimand):
    columns, treated, events, _ = people(4, 60)

    def whole(case):
        whose = {"ATT": treated, "ATC": ~treated}.get(estimand, np.ones(len(case), bool))
        target = (case * whose) @ columns / (case * whose).sum()
        means = []
        for side, own in ((treated, "ATT"), (~treated, "ATC")):
            x, c = columns[side] - target, case[side]
            place = np.zeros(x.shape[1])
            for _ in range(60 * (estimand != own)):
                w = c * np.exp(x @ place)
                place = place - np.linalg.solve((x.T * w) @ x, x.T @ w)
            w = c * np.exp(x @ place)
            means.append(w @ events[side] / w.sum())
        return np.array(means)

    parts = derivative(whole, len(treated))
    design = entropy_balancing(treated, columns, estimand=estimand)
    ours = treatment_effect(design, events, variance="stacked")
    assert ours.value == pytest.approx(np.subtract(*whole(np.ones(len(treated)))), rel=1e-6)
    assert ours.std_error == pytest.approx(np.sqrt(((parts @ [1, -1]) ** 2).sum()), rel=1e-4)


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE", "ATO"])
@pytest.mark.parametrize("kind", ["linear", "logistic", "poisson"])
def test_doubly_robust_variance_is_the_jackknife_of_the_whole_analysis(estimand, kind, monkeypatch):
    # Leverages scale the parts; without them they are the derivative itself.
    monkeypatch.setitem(
        doubly_robust_effect.__globals__, "without_own_pull", lambda parts, _: parts
    )
    design, events, _ = weighted(estimand, n=60)
    outcome = events > 0 if kind == "logistic" else events
    columns, treated = design.covariates, design.treated
    x = np.column_stack([np.ones(len(treated)), columns])
    family = {
        "linear": sm.families.Gaussian(), "logistic": sm.families.Binomial(),
        "poisson": sm.families.Poisson(),
    }[kind]  # fmt: skip

    def whole(case):
        e = logistic(columns, treated, case)
        ours, theirs = {
            "ATT": (e / e, e / (1 - e)), "ATC": ((1 - e) / e, e / e),
            "ATE": (1 / e, 1 / (1 - e)), "ATO": (1 - e, e),
        }[estimand]  # fmt: skip
        about = {"ATT": treated * 1.0, "ATC": ~treated * 1.0, "ATO": e * (1 - e)}.get(
            estimand, e / e
        )
        means = []
        for side, w in ((treated, ours), (~treated, theirs)):
            model = sm.GLM(outcome[side] * 1.0, x[side], family=family, freq_weights=case[side])
            fitted = model.fit(tol=1e-13, maxiter=100).predict(x)
            q, own = case * about, case * side * w
            means.append(q @ fitted / q.sum() + own @ (outcome - fitted) / own.sum())
        return np.array(means)

    parts = derivative(whole, len(treated), step=1e-3)
    ours = doubly_robust_effect(design, outcome, outcome_model=kind)
    assert ours.value == pytest.approx(np.subtract(*whole(np.ones(len(treated)))), rel=1e-6)
    assert ours.std_error == pytest.approx(np.sqrt(((parts @ [1, -1]) ** 2).sum()), rel=1e-4)


def abadie_imbens_by_hand(treated, score, outcome, pairs, neighbours=2):
    """Return the 2006 variance for the treated, person by person."""
    mine, theirs = (list(map(int, rows)) for rows in pairs)
    matches = {i: [b for a, b in zip(mine, theirs, strict=True) if a == i] for i in set(mine)}
    value = np.mean([outcome[i] - np.mean(outcome[m]) for i, m in matches.items()])
    total = sum((outcome[i] - np.mean(outcome[m]) - value) ** 2 for i, m in matches.items())
    others = np.flatnonzero(~treated)
    for j in set(theirs):
        times = sum(m.count(j) / len(m) for m in matches.values())
        squares = sum((m.count(j) / len(m)) ** 2 for m in matches.values())
        rest = sorted((k for k in others if k != j), key=lambda k: abs(score[k] - score[j]))
        near = rest[:neighbours]
        noise = neighbours / (neighbours + 1) * (outcome[j] - outcome[near].mean()) ** 2
        total += (times**2 - squares) * noise
    return value, np.sqrt(total) / len(matches)


@pytest.mark.parametrize("ratio", [1, 3])
def test_abadie_imbens_person_by_person(ratio):
    columns, treated, events, _ = people(5)
    score = propensity_score(columns, treated).score
    found = match(treated, score, MatchingRule(replacement=True, ratio=ratio, caliper=None))
    design = given(treated, found.weights, pairs=found.pairs, score=score, covariates=columns)
    value, error = abadie_imbens_by_hand(treated, score, events, found.pairs)
    ours = treatment_effect(design, events, variance="abadie_imbens")
    assert ours.value == pytest.approx(value, rel=1e-10)
    assert ours.std_error == pytest.approx(error, rel=1e-10)
    recommended = treatment_effect(design, events)
    assert recommended.variance == "abadie_imbens_score"
    assert recommended.std_error != pytest.approx(error)


def test_neighbours_without_a_match_still_say_how_outcomes_vary():
    # Their outcomes must not be taken for 0 because nobody was matched with them.
    treated = np.array([True] * 4 + [False] * 12)
    score = np.concatenate([[0.5, 0.51, 0.52, 0.53], np.linspace(0.3, 0.6, 12)])
    outcome = np.concatenate([[3, 4, 5, 4], np.full(12, 100)]).astype(float)
    found = match(treated, score, MatchingRule(replacement=True, caliper=None))
    design = given(treated, found.weights, pairs=found.pairs, score=score)
    ours = treatment_effect(design, outcome + np.arange(16) % 2, variance="abadie_imbens")
    assert ours.std_error < 2


# --- invariants -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [m.name for m in VARIANCE_METHODS])
def test_order_of_rows_and_scale_of_the_comparison_weights_change_nothing(name):
    columns, treated, events, _ = people(6)
    score = propensity_score(columns, treated).score
    rng = np.random.default_rng(0)
    rows = rng.permutation(len(treated))
    place = np.argsort(rows)
    if name.startswith("stacked"):
        first = propensity_weights(treated, score, covariates=columns)
        second = propensity_weights(treated[rows], score[rows], covariates=columns[rows])
    else:
        rule = MatchingRule() if "set" in name else MatchingRule(replacement=True)
        found = match(treated, score, rule)
        more = {"score": score, "covariates": columns}
        first = given(
            treated, found.weights, matched_set=found.matched_set, pairs=found.pairs, **more
        )
        sets = None if found.matched_set is None else found.matched_set[rows] + 7
        if sets is not None:
            sets = np.where(found.matched_set[rows] < 0, -1, sets)
        second = given(
            treated[rows], found.weights[rows] * np.where(treated[rows], 1, 3.0),
            matched_set=sets, pairs=tuple(place[p] for p in found.pairs),
            score=score[rows], covariates=columns[rows],
        )  # fmt: skip
    one, two = (
        treatment_effect(first, events, variance=name),
        treatment_effect(second, events[rows], variance=name),
    )
    assert one.value == pytest.approx(two.value, rel=1e-9)
    assert one.std_error == pytest.approx(two.std_error, rel=1e-7)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("measure", ["difference", "ratio"])
def test_the_interval_and_the_p_value_agree(measure, level):
    for seed in range(12):
        design, events, _ = weighted(seed=seed)
        found = treatment_effect(design, events, measure=measure, confidence_level=level)
        nothing = 0 if measure == "difference" else 1
        assert (nothing in found.interval) == (found.p_value >= 1 - level)


def test_a_constant_added_to_everybody_changes_no_difference_and_a_factor_no_ratio():
    design, events, _ = weighted()
    plain = treatment_effect(design, events)
    moved = treatment_effect(design, events + 5)
    assert moved.value == pytest.approx(plain.value)
    assert moved.std_error == pytest.approx(plain.std_error)
    ratio, tripled = (treatment_effect(design, k * events, measure="ratio") for k in (1, 3))
    assert list(ratio.interval) == pytest.approx(list(tripled.interval))


# --- what cannot be said ----------------------------------------------------------------------


def test_where_nobody_has_the_outcome_the_interval_is_newcombes():
    treated = np.repeat([True, False], [20, 30])
    outcome = np.concatenate([np.zeros(20), np.arange(30) < 12]).astype(bool)
    found = treatment_effect(given(treated), outcome)
    expected = difference_interval(0, 20, 12, 30, method="newcombe")
    assert list(found.interval) == pytest.approx(list(expected), rel=1e-9)
    assert "spread was not seen" in found.estimate.caveat
    assert isnan(found.p_value)
    # A ratio, or counts, have no such way out.
    none = treatment_effect(given(treated), outcome, measure="ratio")
    assert none.value == 0
    assert isnan(none.interval.low)
    assert isnan(treatment_effect(given(treated), outcome.astype(int)).interval.low)


def test_people_without_an_outcome_are_refused_unless_they_are_not_used():
    treated = np.array([True, True, False, False, False])
    outcome = np.array([1.0, 2.0, nan, 1.0, 4.0])
    with pytest.raises(DesignError, match="1 of 5 people in the comparison have no outcome"):
        treatment_effect(given(treated), outcome)
    found = treatment_effect(given(treated, [1, 1, 0, 1, 1]), outcome)
    assert found.value == pytest.approx(1.5 - 2.5)
    assert found.comparison == 2


def test_days_without_risk_give_nothing_and_are_counted():
    treated = np.repeat([True, False], 4)
    found = treatment_effect(
        given(treated), [1, 0, 2, 1, 2, 3, 0, 1],
        exposure_years=[1, 0.5, 0, 1, 1, 1, 0.5, 1], variance="welch",
    )  # fmt: skip
    assert found.mean_treated == pytest.approx(2 / 2.5)
    assert "1 people without a day at risk give nothing to the rate, with 2 events" in (
        found.estimate.caveat
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("stacked", "for weights made from a score or by entropy balancing"),
        ("set_clustered", "has no matched sets"),
        ("abadie_imbens", "does not list who was matched"),
    ],
)
def test_a_variance_that_does_not_suit_the_design_is_refused(name, says):
    with pytest.raises(DesignError, match=says):
        treatment_effect(given([True, True, False, False]), [1, 2, 3, 5], variance=name)


def test_a_score_whose_model_is_not_at_hand_is_said():
    columns, treated, events, _ = people()
    score = propensity_score(columns, treated).score
    design = propensity_weights(treated, score, covariates=columns[:, :1] ** 3)
    with pytest.raises(DesignError, match="does not solve the likelihood equations"):
        treatment_effect(design, events, variance="stacked")
    found = treatment_effect(design, events)
    assert found.variance == "sandwich"
    assert "the error of the score is left out" in found.estimate.caveat


def test_a_variance_is_found_by_its_name_and_a_slip_names_the_nearest():
    assert variance_named("sandwich vcovCL by pair").name == "set_clustered_hc1"
    with pytest.raises(ValueError, match="stacked"):
        variance_named("stackd")


def test_wrong_shapes_and_a_group_without_weight():
    with pytest.raises(ValueError, match="each of the design's 4"):
        treatment_effect(given([True, True, False, False]), [1, 2])
    with pytest.raises(DesignError, match="nobody of the comparison group has a weight"):
        treatment_effect(given([True, True, False], [1, 1, 0]), [1, 2, 3])
    with pytest.raises(ValueError, match="counts of events"):
        treatment_effect(given([True, False]), [0.5, 1], exposure_years=[1, 1])


# --- words and designs of the other room -------------------------------------------------------


@pytest.fixture(scope="module")
def locked():
    columns, treated, events, _ = people(7)
    frame = pd.DataFrame(columns, columns=["risk", "female"]).assign(
        treated=treated, reconvicted=events > 0, offences=events
    )
    plan = open_design(
        frame, treated="treated", covariates=["risk", "female"],
        outcomes=["reconvicted", "offences"],
    )  # fmt: skip
    plan.match()
    return plan.lock()


def test_a_locked_design_gives_its_outcome_by_name_and_says_whom_it_left_out(locked):
    found = treatment_effect(locked, "reconvicted")
    lost = len(locked.unmatched_treated)
    assert lost > 0
    assert found.estimand == "ATM"
    assert found.treated_left_out == lost
    assert f"{lost} treated people are not spoken for" in str(found)
    assert found.variance == "set_clustered"
    assert found.kind == "share"
    with pytest.raises(ValueError, match="did you mean 'offences'"):
        treatment_effect(locked, "offence")


def test_a_design_changed_after_outcomes_were_opened_is_said():
    columns, treated, events, _ = people(9)
    frame = pd.DataFrame(columns, columns=["risk", "female"]).assign(treated=treated, y=events)
    plan = open_design(frame, treated="treated", covariates=["risk", "female"], outcomes=["y"])
    plan.match()
    first = treatment_effect(plan.lock(), "y")
    plan.match(MatchingRule(ratio=2))
    second = treatment_effect(plan.lock(), "y")
    said = "changed after outcomes of these people had been opened"
    assert said not in first.estimate.caveat
    assert said in second.estimate.caveat


def test_matching_with_replacement_is_recognised_by_its_pairs():
    columns, treated, events, _ = people(8)
    frame = pd.DataFrame(columns, columns=["risk", "female"]).assign(treated=treated, y=events)
    plan = open_design(frame, treated="treated", covariates=["risk", "female"], outcomes=["y"])
    plan.match(MatchingRule(replacement=True))
    found = treatment_effect(plan.lock(), "y")
    assert found.variance == "abadie_imbens_score"
    assert found.std_error > 0


def test_the_sentence_names_estimand_counts_and_method():
    design, events, _ = weighted()
    text = str(treatment_effect(design, events > 0, label="share with an offence"))
    for part in (
        "share with an offence, for the treated (ATT)",
        "points",
        "95% CI",
        "HC3",
        "worth",
    ):
        assert part in text
    assert "people may differ in what was not measured" in text
    assert "counts are of people as they are, the estimate is weighted" in text
    plain = given([True, True, False, False])
    assert "weighted" not in treatment_effect(plain, [1, 2, 4, 3], variance="welch").estimate.caveat


def test_to_frame_and_table_of_effects():
    design, events, _ = weighted()
    found = [treatment_effect(design, events, variance=v) for v in ("stacked", "welch")]
    assert found[0].to_frame()["std_error"].iloc[0] == found[0].std_error
    table = effects_table(found, chosen=0)
    assert table.labels == ("ATT: stacked sandwich (chosen)", "ATT: weighted Welch")
    assert "ATT" in str(table)
    with pytest.raises(ValueError, match="row from 0 to 1"):
        effects_table(found, chosen=2)


# --- doubly robust -----------------------------------------------------------------------------


def test_with_saturated_models_the_doubly_robust_effect_is_stratification():
    rng = np.random.default_rng(9)
    stratum = rng.integers(0, 3, 300)
    treated = rng.random(300) < np.array([0.2, 0.5, 0.6])[stratum]
    outcome = rng.poisson(1 + stratum - 0.3 * treated)
    dummies = np.column_stack([stratum == 1, stratum == 2]).astype(float)
    score = propensity_score(dummies, treated).score
    cells = pd.DataFrame({"s": stratum, "t": treated, "y": outcome}).pivot_table(
        index="s", columns="t", values="y"
    )
    gap = (cells[True] - cells[False]).to_numpy()
    for estimand, share in (
        ("ATT", np.bincount(stratum[treated])), ("ATE", np.bincount(stratum)),
        ("ATC", np.bincount(stratum[~treated])),
    ):  # fmt: skip
        design = propensity_weights(treated, score, estimand=estimand, covariates=dummies)
        for kind in ("linear", "poisson"):
            found = doubly_robust_effect(design, outcome, outcome_model=kind)
            assert found.value == pytest.approx(gap @ share / share.sum(), rel=1e-7)


def test_doubly_robust_refusals():
    design, events, _ = weighted()
    columns, treated = design.covariates, design.treated
    with pytest.raises(DesignError, match="needs weights from a logistic score"):
        doubly_robust_effect(given(treated), events)
    with pytest.raises(DesignError, match="trimming left"):
        doubly_robust_effect(
            propensity_weights(treated, design.score, covariates=columns, trim=(0.2, 0.8)), events
        )
    with pytest.raises(DesignError, match="no maximum in the treated group"):
        doubly_robust_effect(design, columns[:, 0] > 0)
    with pytest.raises(DesignError, match="cannot carry"):
        doubly_robust_effect(design, events, outcome_columns=np.eye(len(events)))
    overlap = propensity_weights(treated, design.score, estimand="ATO", covariates=columns)
    found = doubly_robust_effect(overlap, events)
    assert "not mended by the outcome model" in found.estimate.caveat
