"""The propensity score against its score equations, another program, and its refusals."""

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.comparison.matching import design_matrix, parse_formula, propensity_score
from dipoutcomes.errors import DesignError


def people(n=400, seed=2):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "age": rng.integers(18, 60, n), "prior": rng.poisson(3, n),
        "area": rng.choice(["north", "south", "west"], n), "year": 2014 + rng.random(n) / 1e3,
    })  # fmt: skip
    chance = 1 / (1 + np.exp(3 - 0.4 * frame["prior"] - 0.3 * (frame["area"] == "west")))
    return frame, (rng.random(n) < chance).to_numpy()


def test_columns_of_a_formula():
    frame, _ = people(20)
    matrix = design_matrix(frame, "age*area + prior:prior", reference={"area": "west"})
    assert matrix.names == (
        "age", "area: north", "area: south", "age x area: north", "age x area: south",
        "prior x prior",
    )  # fmt: skip
    north = (frame["area"] == "north").to_numpy()
    assert matrix.columns[:, 3] == pytest.approx(frame["age"] * north)
    assert matrix.columns[:, 5] == pytest.approx(frame["prior"] ** 2)
    assert matrix.reference_levels == (("area: west", (1, 2)),)


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        ("a", (("a",),)),
        ("a + b + a:b", (("a",), ("b",), ("a", "b"))),
        ("a*b", (("a",), ("b",), ("a", "b"))),
        ("a:b + c", (("c",), ("a", "b"))),
        ("a*b*c", (("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c"))),
        ("`days at liberty` + a_1", (("days at liberty",), ("a_1",))),
    ],
)
def test_formulas(formula, terms):
    assert set(parse_formula(formula)) == set(terms)
    assert len(parse_formula(formula)) == len(terms)


@pytest.mark.parametrize(
    "formula", ["", "a +", "+ a", "a b", "a ~ b", "a - 1", "log(a)", "a::b", "a^2"]
)
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises(ValueError, match="`formula`"):
        parse_formula(formula)


def test_the_score_equations_hold():
    frame, treated = people()
    model = propensity_score(frame, treated, "age + prior + area + year + age:prior")
    gap = treated - model.score
    assert abs(gap.sum()) < 1e-7
    assert model.design.columns.T @ gap == pytest.approx(0, abs=1e-4)


def test_another_program_gives_the_same():
    import statsmodels.api as sm

    frame, treated = people()
    model = propensity_score(frame, treated, "age + prior + area")
    theirs = sm.Logit(treated.astype(float), sm.add_constant(model.design.columns)).fit(
        disp=0, tol=1e-12
    )
    assert model.coefficients == pytest.approx(theirs.params, rel=1e-8)
    assert model.covariance == pytest.approx(theirs.cov_params(), rel=1e-6)
    assert model.log_likelihood == pytest.approx(theirs.llf)


def test_firths_estimate_is_the_maximum_of_the_penalised_likelihood():
    frame, treated = people(60)
    model = propensity_score(frame, treated, "age + prior", penalty="firth")
    x = np.column_stack([np.ones(60), model.design.columns])

    def objective(beta):
        line = x @ beta
        p = 1 / (1 + np.exp(-line))
        likelihood = np.sum(treated * line - np.logaddexp(0, line))
        return likelihood + 0.5 * np.linalg.slogdet((x.T * (p * (1 - p))) @ x)[1]

    best = objective(model.coefficients)
    for k in range(3):
        for move in (-1e-3, 1e-3):
            step = np.zeros(3)
            step[k] = move * model.std_errors[k]
            assert objective(model.coefficients + step) < best


def test_firths_estimate_of_one_share_is_that_of_half_a_person_more_on_each_side():
    # With a single 0/1 column: log((x + 1/2) / (n - x + 1/2)) in each of its groups.
    column = np.repeat([0, 1], [10, 8])
    treated = np.zeros(18, dtype=bool)
    treated[:3] = True  # 3 of 10, and 0 of 8
    model = propensity_score({"x": column}, treated, penalty="firth")
    low, high = np.log(3.5 / 7.5), np.log(0.5 / 8.5)
    assert model.coefficients == pytest.approx([low, high - low], rel=1e-6)
    with pytest.raises(DesignError, match="of 8 people who are `x`, none are treated"):
        propensity_score({"x": column}, treated)


@pytest.mark.parametrize(
    ("columns", "treated", "says"),
    [
        ({"x": [1, 2, 3, 4, 5, 6.0]}, [0, 0, 0, 1, 1, 1], "separation; mainly by `x`"),
        ({"x": [1, 2, 3, 3, 5, 6.0]}, [0, 0, 0, 1, 1, 1], "separation"),
        (
            {"x": [0, 1, 2, 3, 4, 5.0, 1, 2], "y": [5, 4, 3, 2, 1, 0.5, 5, 4]},
            [0, 0, 0, 0, 0, 0, 1, 1], "separation",
        ),
        ({"x": list("aabbcc")}, [0, 0, 0, 1, 0, 1], "of 2 people who are `x: a`, none"),
        ({"x": [0, 0, 1, 1, 1]}, [1, 1, 0, 1, 0], "of 2 people who are `not x`, all"),
        ({"x": [1, 1, 1, 1.0], "y": [1, 2, 1, 3]}, [0, 1, 1, 0], "`x` is the same for everybody"),
        ({"x": [1, 2, 3, 4, 5.0], "y": [2, 4, 6, 8, 10.0]}, [0, 1, 0, 1, 0], "`y` is the same"),
        ({"x": [1, 2.0], "y": [2, 1.0]}, [0, 1], "2 people cannot settle 3"),
        ({}, [0, 1], "at least one covariate"),
    ],
)  # fmt: skip
def test_what_has_no_score_is_refused(columns, treated, says):
    with pytest.raises(DesignError, match=says):
        propensity_score(columns, treated)


def test_separation_that_only_a_combination_shows():
    rng = np.random.default_rng(8)
    x = rng.normal(size=(300, 3))
    treated = x @ [1.0, -1.0, 0.5] > 0.3
    with pytest.raises(DesignError, match="separation"):
        propensity_score(x, treated)
    model = propensity_score(x, treated, penalty="firth")
    assert np.isfinite(model.coefficients).all()


def test_large_scores_alone_are_no_separation():
    rng = np.random.default_rng(9)
    x = rng.normal(size=3000) * 8
    treated = rng.random(3000) < 1 / (1 + np.exp(-x))
    model = propensity_score({"x": x}, treated)
    assert np.abs(model.linear_predictor).max() > 20
    assert model.coefficients[1] == pytest.approx(1, abs=0.2)


def test_missing_values_are_refused_with_counts_or_made_a_category():
    frame = {"age": [20, np.nan, 40, np.nan], "area": ["n", "s", None, "n"], "sex": list("fmfm")}
    with pytest.raises(ValueError, match=r"`age` is missing for 2 of 4.*`area` is missing for 1"):
        design_matrix(frame)
    matrix = design_matrix(frame, missing="category")
    assert matrix.names == ("age", "age is missing", "area: n", "area: s", "sex: m")
    assert matrix.columns[:, 0].tolist() == [20, 30, 40, 30]
    assert matrix.columns[:, 1].tolist() == [0, 1, 0, 1]
    assert len(matrix.notes) == 2


@pytest.mark.parametrize(
    ("frame", "more", "error", "says"),
    [
        ({"a": [1, 2]}, {"covariates": ["b"]}, ValueError, "no covariate `b`"),
        ({"a": [1, np.inf]}, {}, ValueError, "infinite for 1 of 2"),
        ({"a": [1, 2], "b": [1]}, {}, ValueError, "lengths differ"),
        ({"a": list("xy")}, {"reference": {"a": "z"}}, ValueError, "no level 'z'"),
        ({"a": [1, 2]}, {"reference": {"a": 1}}, ValueError, "no reference level"),
        ({"a": [1, 2]}, {"reference": {"b": 1}}, ValueError, "names `b`"),
        ({"a": [np.nan, np.nan]}, {"missing": "category"}, ValueError, "missing for everybody"),
        ({"a": pd.to_datetime(["2014-01-01"] * 2)}, {}, TypeError, "numbers or texts"),
        ({"a": [object(), object()]}, {}, TypeError, "numbers or texts"),
    ],
)
def test_what_is_no_covariate_is_refused(frame, more, error, says):
    with pytest.raises(error, match=says):
        design_matrix(frame, **more)


def test_people_who_are_alike_have_one_score():
    frame, treated = people(1000)
    frame = frame[["prior", "area"]]
    model = propensity_score(frame, treated)
    kinds = frame.assign(score=model.score).groupby(["prior", "area"])["score"].nunique()
    assert kinds.max() == 1


def test_its_words_and_tables():
    frame, treated = people()
    model = propensity_score(frame, treated, "prior + area")
    assert str(model).startswith("Propensity score by logistic regression on prior, area: south")
    table = model.to_table()
    assert len(table) == 4
    assert table.rows[1]["log_odds_ratio"] == pytest.approx(
        model.coefficients[1] * frame["prior"].std()
    )
    assert list(model.to_frame()["term"]) == list(model.names)
    assert "score" not in model.to_dict()
