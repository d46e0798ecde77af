"""E-values and hidden bias in pairs: defining equations, enumeration, edges."""

from itertools import product
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, wilcoxon

from dipoutcomes.comparison.sensitivity import e_value, rosenbaum_binary, rosenbaum_signed_rank
from dipoutcomes.errors import DesignError

RATIOS = st.floats(0.02, 50)


@given(RATIOS)
def test_the_bounding_factor_of_the_e_value_is_the_ratio(ratio):
    # Ding and VanderWeele: two associations of size E can bias a ratio by at most E^2 / (2 E - 1).
    value = e_value(ratio, 0, inf, kind="risk_ratio").value
    assert value**2 / (2 * value - 1) == pytest.approx(max(ratio, 1 / ratio), rel=1e-9)


@given(RATIOS, st.sampled_from(["risk_ratio", "odds_ratio", "hazard_ratio", "rate_ratio"]))
def test_turning_the_groups_round_changes_nothing(ratio, kind):
    there = e_value(ratio, ratio / 1.2, ratio * 1.2, kind=kind)
    back = e_value(1 / ratio, 1 / ratio / 1.2, 1 / ratio * 1.2, kind=kind)
    assert (there.value, there.limit) == pytest.approx((back.value, back.limit))
    assert there.limit <= there.value


def test_published_e_value():
    # VanderWeele and Ding 2017: RR 3.9 (1.8 to 8.7) gives 7.26 and 3.0.
    found = e_value(3.9, 1.8, 8.7, kind="risk_ratio")
    assert round(found.value, 2) == 7.26
    assert round(found.limit, 1) == 3.0
    assert "7.26" in str(found)
    assert "3.00" in found._repr_html_()
    assert found.to_frame().loc[0, "kind"] == "risk_ratio"


def test_an_interval_with_one_inside_needs_no_confounder():
    found = e_value(0.8, 0.6, 1.07, kind="rate_ratio")
    assert found.limit == 1
    assert "includes 1" in str(found)
    assert "nothing to explain away" in str(e_value(1, 0.5, 2, kind="risk_ratio"))
    assert e_value(2, 1.5, inf, kind="odds_ratio").risk_ratio == pytest.approx(sqrt(2))


@pytest.mark.parametrize("wrong", [(0, 0, 1), (-1, 0, 2), (2, 2.1, 3), (2, -1, 3), (inf, 1, inf)])
def test_e_value_refuses_what_is_no_ratio(wrong):
    with pytest.raises(ValueError, match="ratio"):
        e_value(*wrong, kind="risk_ratio")


def test_e_value_has_no_kind_by_default():
    with pytest.raises(TypeError):
        e_value(2, 1, 3)
    with pytest.raises(ValueError, match="did you mean 'odds_ratio'"):
        e_value(2, 1, 3, kind="odd_ratio")


@given(st.integers(0, 40), st.integers(0, 40), st.floats(1, 8))
def test_binary_bounds_are_binomial_tails(favouring, against, gamma):
    if favouring + against == 0:
        return
    found = rosenbaum_binary(favouring, against, gammas=[gamma])
    n = favouring + against
    assert found.upper[0] == pytest.approx(binom.sf(favouring - 1, n, gamma / (1 + gamma)))
    assert found.lower[0] == pytest.approx(binom.sf(favouring - 1, n, 1 / (1 + gamma)))


def test_at_the_tipping_gamma_the_p_value_is_the_level():
    found = rosenbaum_binary(24, 8, significance_level=0.05)
    again = rosenbaum_binary(24, 8, gammas=[found.sensitive_at])
    assert again.upper[0] == pytest.approx(0.05, abs=1e-9)
    assert f"more than {int(found.sensitive_at * 100) / 100:.2f}" in str(found)


def test_where_there_is_no_finding_there_is_no_sensitivity():
    found = rosenbaum_binary(12, 11)
    assert found.sensitive_at == 1
    assert "no finding" in str(found)
    with pytest.raises(DesignError, match="no pair"):
        rosenbaum_binary(0, 0)
    with pytest.raises(DesignError, match="every difference"):
        rosenbaum_signed_rank([0, 0], alternative="less")


@pytest.mark.parametrize("gamma", [1.0, 1.7, 4.0])
@pytest.mark.parametrize(
    "values", [[1, -2, 3, 4, -5, 6], [1, 1, -1, 2, 2, -3, 0], [2, -2, 2, -2], [3]]
)
def test_signed_rank_bounds_are_those_of_all_sign_flips(values, gamma):
    from scipy.stats import rankdata

    kept = np.array([v for v in values if v])
    ranks = rankdata(np.abs(kept))
    seen = ranks[kept > 0].sum()
    chance = {"upper": gamma / (1 + gamma), "lower": 1 / (1 + gamma)}
    expected = dict.fromkeys(chance, 0.0)
    for signs in product([0, 1], repeat=len(kept)):
        if (ranks * signs).sum() >= seen - 1e-9:
            for bound, p in chance.items():
                expected[bound] += p ** sum(signs) * (1 - p) ** (len(kept) - sum(signs))
    found = rosenbaum_signed_rank(values, alternative="greater", gammas=[gamma])
    assert found.exact
    assert found.upper[0] == pytest.approx(expected["upper"])
    assert found.lower[0] == pytest.approx(expected["lower"])


def test_without_bias_the_bound_is_the_exact_test():
    values = np.array([-3.1, -1.2, -2.5, 4.4, -1.0, -6.0, -0.3, 0.9, -7.7])
    found = rosenbaum_signed_rank(values, alternative="less", gammas=[1])
    assert found.upper[0] == pytest.approx(wilcoxon(values, alternative="less").pvalue)


def test_many_pairs_are_taken_as_normal_and_near_the_exact_answer():
    values = np.random.default_rng(4).normal(-0.3, 1, 210)
    normal = rosenbaum_signed_rank(values, alternative="less")
    exact = rosenbaum_signed_rank(values, alternative="less", exact=True)
    assert not normal.exact
    assert normal.upper == pytest.approx(exact.upper, abs=0.005)
    assert normal.sensitive_at == pytest.approx(exact.sensitive_at, abs=0.03)


def test_hidden_bias_shows_itself():
    found = rosenbaum_binary(24, 8)
    assert len(found.to_frame()) == len(found.table) == 5
    assert "2.00" in found._repr_html_()
    assert found.to_dict()["gammas"] == [1.0, 1.25, 1.5, 2.0, 3.0]


@pytest.mark.parametrize("gammas", [[], [0.5], [np.nan], [inf]])
def test_gamma_is_at_least_one(gammas):
    with pytest.raises(ValueError, match="gammas"):
        rosenbaum_binary(5, 1, gammas=gammas)


def test_level_is_one_sided():
    with pytest.raises(ValueError, match="one-sided"):
        rosenbaum_binary(5, 1, significance_level=0.95)
    with pytest.raises(ValueError, match="finite"):
        rosenbaum_signed_rank([1, np.nan], alternative="less")
