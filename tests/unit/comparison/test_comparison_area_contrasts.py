"""Intensive areas against others: matrix definitions, every assignment, what may be said."""

from itertools import combinations
from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student
from scipy.stats import ttest_ind

from dipoutcomes.comparison.areas import _two_groups as two
from dipoutcomes.comparison.areas import (
    area_panel,
    difference_in_differences,
    intensive_against_other,
)
from dipoutcomes.errors import DesignError

numbers = st.lists(st.integers(-30, 30).map(float), min_size=5, max_size=8)


def panel_of(events, base=None, intensive=("a0", "a1"), starts=2, **options):
    events = np.asarray(events)
    k, t = events.shape
    areas = np.repeat([f"a{i}" for i in range(k)], t)
    base = np.full((k, t), 100.0) if base is None else np.asarray(base, float)
    return area_panel(
        areas, np.tile(np.arange(t), k), events.ravel(), base.ravel(),
        intensive=list(intensive), starts=starts, **options,
    )  # fmt: skip


def cr2_by_matrices(y, design, cluster, contrast):
    """Bell and McCaffrey's variance and degrees of freedom, from their definitions."""
    bread = np.linalg.inv(design.T @ design)
    hat = design @ bread @ design.T
    rest = np.eye(len(y)) - hat
    residual = rest @ y
    variance, vectors = 0.0, []
    for g in np.unique(cluster):
        rows = np.flatnonzero(cluster == g)
        values, axes = np.linalg.eigh(rest[np.ix_(rows, rows)])
        root = (
            axes
            @ np.diag(np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0))
            @ axes.T
        )
        a = root @ design[rows] @ bread @ contrast
        variance += float(a @ residual[rows]) ** 2
        vectors.append(rest[:, rows] @ a)
    g = np.array(vectors)
    inner = g @ g.T
    return variance, np.trace(inner) ** 2 / np.sum(inner**2)


@pytest.mark.parametrize(("k", "n1", "periods"), [(5, 2, 4), (9, 3, 6)])
def test_cr2_is_the_matrix_definition_on_the_panel_with_dummies(k, n1, periods):
    rng = np.random.default_rng(k)
    y = rng.normal(size=(k, periods))
    half = periods // 2
    treated = np.arange(k) < n1
    mark = (treated[:, None] & (np.arange(periods) >= half)).astype(float).ravel()
    area, period = np.divmod(np.arange(k * periods), periods)
    dummies = np.column_stack([np.eye(k)[area], np.eye(periods)[period][:, 1:]])
    design = np.column_stack([mark, dummies])
    e1 = np.eye(design.shape[1])[0]
    variance, df = cr2_by_matrices(y.ravel(), design, area, e1)
    beta = np.linalg.lstsq(design, y.ravel(), rcond=None)[0][0]
    change = y[:, half:].mean(1) - y[:, :half].mean(1)
    value, error, ours = two.difference(change, treated, "cr2")
    assert value == pytest.approx(beta)
    assert error**2 == pytest.approx(variance, rel=1e-8)
    assert ours == pytest.approx(df, rel=1e-8)


def test_two_and_three_areas_have_2_27_degrees_of_freedom():
    # (1/2 + 1/3)^2 / (1/4 + 1/18) = 0.6944 / 0.3056, by hand.
    assert two.welch_df(2, 3) == pytest.approx(25 / 11)


@given(numbers)
def test_equal_variance_is_students_test(values):
    y = np.array(values)
    chosen = np.arange(len(y)) < 2
    value, error, df = two.difference(y, chosen, "equal")
    if error > 0.01:
        other = ttest_ind(y[chosen], y[~chosen])
        assert value / error == pytest.approx(other.statistic)
        assert 2 * student.sf(abs(value / error), df) == pytest.approx(other.pvalue)


@given(numbers, st.integers(1, 4), st.sampled_from([0.8, 0.9, 0.95]))
def test_the_permutation_and_its_interval_by_going_through_all(values, n1, level):
    y = np.array(values) + 0.01 * np.arange(len(values)) ** 2
    chosen = np.arange(len(y)) < n1
    found = two.permutation(y, chosen, level, None)

    def p_at(effect):
        moved = y - effect * chosen
        seen, count, ways = None, 0, 0
        for pick in combinations(range(len(y)), n1):
            mask = np.isin(np.arange(len(y)), pick)
            size = abs(moved[mask].mean() - moved[~mask].mean())
            seen = size if seen is None else seen  # the first is the one seen
            count, ways = count + (size >= seen - 1e-9), ways + 1
        return count / ways

    assert found.p_value == pytest.approx(p_at(0.0))
    d = y[chosen].mean() - y[~chosen].mean()
    for limit, outwards in ((found.low, -1), (found.high, 1)):
        if abs(limit) == inf:
            assert p_at(d + outwards * 1e6) > 1 - level + 1e-12
        else:
            assert p_at(limit - outwards * 1e-6 * (1 + abs(limit))) > 1 - level + 1e-12
            assert p_at(limit + outwards * 1e-5 * (1 + abs(limit))) <= 1 - level + 1e-12
    # The interval agrees with the p-value (decisions, 13).
    assert (found.low <= 0 <= found.high) == (found.p_value > 1 - level + 1e-12)


def test_gwent_two_of_five_can_never_be_significant_at_5_per_cent():
    # As clear as can be: both intensive areas fall far, no other does.
    events = np.array([[90, 92, 10, 11], [80, 85, 9, 8], [70] * 4, [60] * 4, [75] * 4])
    found = difference_in_differences(panel_of(events))
    assert found.permutation.assignments == 10
    assert found.permutation.smallest == found.permutation.p_value == pytest.approx(0.1)
    assert (found.estimate.interval.low, found.estimate.interval.high) == (0.0, inf)
    assert not found.permutation.can_reject
    text = str(found)
    assert "10 ways" in text
    assert "no result from 2 of 5 areas can be significant at 5%" in text
    assert found.by_model.p_value < 0.05  # what the model alone would have claimed
    # At 80% the same areas can say something.
    wide = difference_in_differences(panel_of(events), confidence_level=0.8)
    assert wide.permutation.can_reject
    assert wide.estimate.interval.high < 1
    assert "That is significant at 20%." in wide.statements


def test_as_many_intensive_as_others_counts_each_split_twice():
    found = two.permutation(np.array([5.0, 6, 1, 2]), np.array([1, 1, 0, 0], bool), 0.95, None)
    assert found.smallest == pytest.approx(2 / 6)
    assert found.p_value == pytest.approx(2 / 6)


def test_the_ratio_of_ratios_by_hand():
    events = [[40, 20], [50, 25], [30, 30], [60, 60], [20, 20]]
    found = difference_in_differences(panel_of(events, starts=1))
    assert found.estimate.value == pytest.approx(0.5)
    assert found.estimate.counts == "45 in 200 against 110 in 300 people"
    assert isnan(found.by_model.interval.low)  # no spread at all is no certainty
    assert "no spread" in found.by_model.interval.method
    rates = difference_in_differences(panel_of(events, starts=1), scale="rate")
    assert rates.estimate.value == pytest.approx(-0.225)


def test_shares_are_means_of_the_shares_of_periods():
    events = [[40, 60, 20, 30], [10, 20, 10, 20], [5, 5, 5, 5]]
    base = [[100, 200, 100, 100], [50, 50, 50, 50], [10, 10, 10, 10]]
    found = difference_in_differences(
        panel_of(events, base, intensive=["a0"]), scale="share", variance="equal"
    )
    assert found.estimate.value == pytest.approx((0.2 + 0.3) / 2 - (0.4 + 0.3) / 2)
    assert found.estimate.quantity == "difference"


def test_one_intensive_area_has_no_cr2_but_a_permutation():
    events = [[40, 20], [30, 31], [60, 66], [20, 19], [50, 48]]
    found = difference_in_differences(panel_of(events, intensive=["a0"], starts=1))
    assert isnan(found.by_model.interval.low)
    assert "one area of a kind" in found.by_model.interval.method
    assert found.permutation.smallest == pytest.approx(0.2)
    equal = difference_in_differences(
        panel_of(events, intensive=["a0"], starts=1), variance="equal"
    )
    assert equal.df == 3
    assert equal.by_model.interval.high < 1


def test_more_ways_than_can_be_gone_through_are_drawn():
    rng = np.random.default_rng(1)
    y = rng.normal(size=30)
    y[:10] += 3
    chosen = np.arange(30) < 10
    with pytest.raises(ValueError, match="give `rng`"):
        two.permutation(y, chosen, 0.95, None)
    found = two.permutation(y, chosen, 0.95, np.random.default_rng(2))
    assert not found.exact
    assert found.p_value == pytest.approx(1 / 20_000)
    exact = ttest_ind(y[:10], y[10:]).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=0.1)


def test_all_faults_of_a_panel_are_named_at_once():
    with pytest.raises(DesignError) as error:
        area_panel(
            ["A", "A", "B", "B"], [1, 1, 1, 2], [3, -1, 4, 5], [10, 10, 0, 10],
            intensive=["Z"], starts=9,
        )  # fmt: skip
    for part in (
        "1 combinations of area and period have no row", "1 combinations of area and period have "
        "several", "1 counts", "1 bases", "1 intensive areas are not", "no intensive area",
        "no period after",
    ):  # fmt: skip
        assert part in str(error.value)


def test_periods_may_be_dates():
    months = np.array(["2013-01", "2013-02"] * 3, dtype="datetime64[M]").astype("datetime64[ns]")
    panel = area_panel(
        list("AABBCC"), months, [5, 3, 6, 6, 7, 7], [50] * 6, intensive=["A"],
        starts=np.datetime64("2013-02-01"),
    )  # fmt: skip
    assert panel.periods == ("2013-01-01", "2013-02-01")
    assert panel.starts == 1


def test_a_logarithm_of_nothing_and_a_share_above_one_are_refused():
    with pytest.raises(DesignError, match="1 of 3 cells have no event"):
        intensive_against_other([0, 3, 4], [10, 10, 10], ["a"], areas=list("abc"))
    with pytest.raises(DesignError, match="no shares"):
        intensive_against_other([11, 3, 4], [10] * 3, ["a"], areas=list("abc"), scale="share")
    with pytest.raises(DesignError, match="at least one of each kind"):
        intensive_against_other([1, 3, 4], [10] * 3, ["z"], areas=list("abc"))


def test_at_one_time_the_ratio_is_of_geometric_means():
    found = intensive_against_other(
        [10, 40, 20, 20, 20], [100] * 5, ["a", "b"], areas=list("abcde")
    )
    assert found.estimate.value == pytest.approx(1.0)
    assert "chosen, not drawn by lot" in found.estimate.caveat
    assert found.table().column("area") == list("abcde")
    assert found.to_dict()["permutation"]["assignments"] == 10
    assert found.to_frame().loc[0, "smallest_p_value"] == pytest.approx(0.1)
    assert "<table" in found._repr_html_()


def test_the_numbers_of_areas_are_called_what_they_are():
    changes = difference_in_differences(panel_of([[40, 20], [50, 25], [30, 30]], starts=1))
    levels = intensive_against_other([4, 5, 3], [10, 10, 10], ["a", "b"], areas=["a", "b", "c"])
    heading = [found.table().columns[-1].heading for found in (changes, levels)]
    assert heading == ["Change of the log rate", "Log rate"]


def test_periods_whose_names_are_out_of_order_are_named():
    with pytest.raises(DesignError, match="no period before the start, for after comes first"):
        area_panel(
            list("AABB"), ["before", "after"] * 2, [5, 3, 6, 6], [50] * 4, intensive=["A"],
            starts="after",
        )  # fmt: skip
