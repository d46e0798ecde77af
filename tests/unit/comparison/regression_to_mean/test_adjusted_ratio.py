"""Observed over expected: what it is made of, what is refused, how its error is put together."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import gammaln

from dipoutcomes._models import fit_negative_binomial
from dipoutcomes.comparison.regression_to_mean import (
    EntryRule,
    adjusted_ratio,
    adjusted_ratio_with_untraced,
    imbens_manski_interval,
    literature_grid,
    offending_spread,
    published_spread,
)
from dipoutcomes.comparison.regression_to_mean._entrants import Entrants
from dipoutcomes.comparison.regression_to_mean._negative_binomial import (
    CountTable,
    scores_and_information,
)
from dipoutcomes.errors import DesignError

DAYS = 365.25
KNOWN = published_spread(2.0, 0.8, source="illustrative")


def entrants(n=300, m=2.0, k=0.8, seed=5, effect=1.0):
    rng = np.random.default_rng(seed)
    own = rng.gamma(k + 1, m / k, n)
    days = rng.integers(150, 366, (2, n))
    before, after = (
        rng.poisson(own * d / DAYS * f) for d, f in zip(days, (1, effect), strict=True)
    )
    return before, days[0], after, days[1]


def reference(n=400, m=2.0, k=0.8, seed=6, days=365):
    rng = np.random.default_rng(seed)
    days = np.full(n, days) if np.ndim(days) == 0 else days
    counts = rng.poisson(rng.gamma(k, m / k, n) * days / DAYS)
    return offending_spread(counts, days, source="made-up register")


def test_the_ratio_is_the_sum_after_over_the_sum_expected():
    before, d0, after, d1 = entrants()
    found = adjusted_ratio(before, d0, after, d1, reference=KNOWN)
    mean = d1 / DAYS * (0.8 + 1 + before) / (0.8 / 2.0 + d0 / DAYS)
    assert found.adjusted.value == pytest.approx(after.sum() / mean.sum(), rel=1e-12)
    assert found.adjusted.base == pytest.approx(mean.sum())
    same = adjusted_ratio(before + 1, d0, after, d1, reference=KNOWN, index_counts=True)
    assert same.adjusted.value == pytest.approx(found.adjusted.value, rel=1e-12)
    assert same.observed.value < found.observed.value


def test_observed_is_expected_times_what_is_left():
    before, d0, after, d1 = entrants()
    found = adjusted_ratio(before, d0, after, d1, reference=reference())
    product = found.expected.value * found.adjusted.value
    assert product == pytest.approx(found.observed.value, rel=1e-12)


def test_k_in_the_place_of_k_plus_1_would_make_something_of_nothing():
    # Enough people that the wrong null is far outside the error of the right one.
    before, d0, after, d1 = entrants(n=20_000, m=1.0, k=0.8)
    spread = published_spread(1.0, 0.8, source="true values")
    right = adjusted_ratio(before, d0, after, d1, reference=spread)
    assert 1 in right.adjusted.interval
    wrong = adjusted_ratio(
        before, d0, after, d1, reference=spread, entry=EntryRule(by="recent_count")
    )
    assert wrong.adjusted.interval.low > 1.2


def test_from_the_entrants_themselves_it_would_be_the_naive_ratio():
    rng = np.random.default_rng(2)
    before, after = rng.negative_binomial(1, 0.3, 200), rng.poisson(1.5, 200)
    year = np.full(200, 365)
    own = offending_spread(before, year, source="the entrants")
    mean = (own.gamma_shape + before) / (own.gamma_shape / own.offences_per_year + 365 / DAYS)
    naive = after.sum() / before.sum()
    assert after.sum() / (mean.sum() * 365 / DAYS) == pytest.approx(naive, rel=1e-9)
    with pytest.raises(DesignError, match="the unadjusted one"):
        adjusted_ratio(before, year, after, year, reference=own)
    with pytest.raises(DesignError, match="must not be the entrants"):
        adjusted_ratio(before, year, after, year, reference="entrants")
    with pytest.raises(DesignError, match="no reference was given"):
        adjusted_ratio(before, year, after, year, reference=None)
    with pytest.raises(TypeError, match="OffendingSpread"):
        adjusted_ratio(before, year, after, year, reference="register")


def test_the_error_of_m_and_k_moves_the_total_as_its_slope_says():
    people = Entrants.of(_paired(*entrants()), EntryRule(), index_counts=False, gap_days=None)
    m, k, step = 2.0, 0.8, 1e-5
    total = [
        [np.log(people.expected(m * np.exp(s * a), k * np.exp(s * b)).sum()) for s in (-step, step)]
        for a, b in ((1, 0), (0, 1))
    ]
    slopes = [(high - low) / (2 * step) for low, high in total]
    assert people.slope(m, k) == pytest.approx(slopes, rel=1e-7)


def _paired(*columns):
    from dipoutcomes.comparison._paired_counts import PairedCounts

    return PairedCounts.of(*columns)


def test_an_estimated_reference_widens_the_interval():
    columns = entrants(n=1_000)
    spread = reference(n=1_000)
    fixed = published_spread(spread.offences_per_year, spread.gamma_shape, source="as known")
    wide = adjusted_ratio(*columns, reference=spread)
    narrow = adjusted_ratio(*columns, reference=fixed)
    assert wide.adjusted.value == pytest.approx(narrow.adjusted.value)
    assert wide.adjusted.interval.width > 1.3 * narrow.adjusted.interval.width
    told = published_spread(
        spread.offences_per_year, spread.gamma_shape, source="with errors",
        log_rate_error=0.05, log_shape_error=0.08,
    )  # fmt: skip
    assert adjusted_ratio(*columns, reference=told).log_error > narrow.log_error


def test_the_bootstrap_agrees_with_the_analytic_interval_and_repeats():
    columns, spread = entrants(n=400), reference(n=600)
    analytic = adjusted_ratio(*columns, reference=spread).adjusted.interval
    drawn = [
        adjusted_ratio(
            *columns, reference=spread, interval="bootstrap", replicates=2_000,
            rng=np.random.default_rng(4),
        ).adjusted.interval
        for _ in range(2)
    ]  # fmt: skip
    assert drawn[0] == drawn[1]
    # Both ends within a tenth of the width: Monte Carlo error and the t quantile.
    assert tuple(drawn[0]) == pytest.approx(tuple(analytic), abs=0.1 * analytic.width)
    with pytest.raises(TypeError, match="rng"):
        adjusted_ratio(*columns, reference=spread, interval="bootstrap")


@pytest.mark.parametrize("effect", [1.0, 0.85, 0.8])
def test_an_interval_and_its_p_value_agree(effect):
    columns, spread = entrants(n=300, effect=effect), reference(n=300)
    for how in ("analytic", "bootstrap"):
        found = adjusted_ratio(
            *columns, reference=spread, interval=how, replicates=1_000,
            rng=np.random.default_rng(3),
        ).adjusted  # fmt: skip
        assert (found.p_value < 0.05) == (1 not in found.interval)


def test_the_reference_is_fitted_to_its_maximum_as_statsmodels_has_it():
    rng = np.random.default_rng(8)
    days = rng.integers(60, 366, 500)
    counts = rng.poisson(rng.gamma(0.7, 3 / 0.7, 500) * days / DAYS)
    spread = offending_spread(counts, days, source="r")
    model = fit_negative_binomial(counts.astype(float), days / DAYS)
    assert spread.offences_per_year == pytest.approx(np.exp(model.coefficients[0]), rel=1e-8)
    assert spread.gamma_shape == pytest.approx(1 / model.dispersion, rel=1e-7)

    def minus(place):
        m, k = np.exp(place)
        t = days / DAYS
        terms = gammaln(k + counts) - gammaln(k) + k * np.log(k) + counts * np.log(m)
        return -(terms - (k + counts) * np.log(k + m * t)).sum()

    found = minimize(minus, [0.0, 0.0], tol=1e-12)
    assert np.exp(found.x) == pytest.approx(
        [spread.offences_per_year, spread.gamma_shape], rel=1e-4
    )


def test_scores_and_information_are_the_slopes_of_the_likelihood():
    rng = np.random.default_rng(13)
    time = rng.choice([0.2, 0.5, 1.0], 300)
    counts = rng.poisson(rng.gamma(0.8, 3.0, 300) * time).astype(float)
    table = CountTable.of(counts, time)
    place, step = np.array([0.7, -0.1]), 1e-5

    def value(logs):
        m, k = np.exp(logs)
        y, t = table.count, table.time
        return (
            gammaln(k + y)
            - gammaln(k)
            + k * np.log(k)
            + y * np.log(m)
            - (k + y) * np.log(k + m * t)
        )

    scores, information = scores_and_information(table, *np.exp(place))
    for i in range(2):
        move = step * np.eye(2)[i]
        slope = (value(place + move) - value(place - move)) / (2 * step)
        assert scores[:, i] == pytest.approx(slope, rel=1e-6, abs=1e-8)
        up, down = (
            table.people @ scores_and_information(table, *np.exp(place + s * move))[0]
            for s in (1, -1)
        )
        assert information[i] == pytest.approx(-(up - down) / (2 * step), rel=1e-5, abs=1e-4)
    assert abs(information[0, 1]) > 1


def test_resampled_references_spread_as_their_errors_say():
    spread = reference(n=800)
    m, k = spread.resampled(3_000, np.random.default_rng(1))
    errors = np.sqrt(np.diag(spread.log_covariance))
    assert np.std(np.log(m)) == pytest.approx(errors[0], rel=0.06)
    assert np.std(np.log(k)) == pytest.approx(errors[1], rel=0.08)
    # Each sample is fitted: one made of the people as they are gives the estimate back.
    fixed = published_spread(1.5, 2.0, source="x").resampled(3, np.random.default_rng(1))
    assert fixed[0].tolist() == [1.5] * 3
    assert fixed[1].tolist() == [2.0] * 3


def test_a_reference_that_says_nothing_of_spread_is_refused():
    with pytest.raises(DesignError, match="spread no more than chance"):
        offending_spread([1, 2, 1, 2, 1, 1], [365] * 6, source="r")
    with pytest.raises(DesignError, match="0 events"):
        offending_spread([0, 0], [365, 365], source="r")
    with pytest.raises(ValueError, match="who the people"):
        offending_spread([0, 4], [365, 365], source=" ")
    with pytest.raises(ValueError, match="one element"):
        offending_spread([0, 4], [365], source="r")
    with pytest.raises(ValueError, match="errors"):
        published_spread(1, 1, source="x", log_rate_error=-1)


def test_a_first_offence_needs_the_gap_and_uses_it():
    columns = ([0, 2, 1], [365] * 3, [1, 1, 0], [365] * 3)
    with pytest.raises(DesignError, match="gap_days"):
        adjusted_ratio(*columns, reference=KNOWN, entry="first_offence")
    near = adjusted_ratio(*columns, reference=KNOWN, entry="first_offence", gap_days=[10] * 3)
    far = adjusted_ratio(*columns, reference=KNOWN, entry="first_offence", gap_days=[730, 10, 10])
    plain = adjusted_ratio(*columns, reference=KNOWN)
    assert near.adjusted.value == pytest.approx(plain.adjusted.value)
    assert far.adjusted.base < near.adjusted.base
    with pytest.raises(ValueError, match="leave it out"):
        adjusted_ratio(*columns, reference=KNOWN, gap_days=[1, 2, 3])
    with pytest.raises(ValueError, match="one element"):
        adjusted_ratio(*columns, reference=KNOWN, entry="first_offence", gap_days=[1])


def test_counts_that_contradict_the_entry_are_refused():
    columns = ([0, 2, 1], [365] * 3, [1, 1, 0], [365] * 3)
    with pytest.raises(DesignError, match="1 of 3 people have no event before"):
        adjusted_ratio(*columns, reference=KNOWN, index_counts=True)
    rule = EntryRule(by="recent_count", minimum_count=2, count_time=365)
    with pytest.raises(DesignError, match="2 of 3 people have fewer than 2"):
        adjusted_ratio(*columns, reference=KNOWN, entry=rule)
    rule = EntryRule(by="recent_count", minimum_count=1, count_time=730)
    with pytest.raises(DesignError, match="judged on 730 days"):
        adjusted_ratio(*columns, reference=KNOWN, entry=rule)


def test_nothing_seen_after_leaves_an_upper_limit_and_says_what_it_rests_on():
    found = adjusted_ratio([2, 1, 3], [365] * 3, [0, 0, 0], [365] * 3, reference=KNOWN)
    assert found.adjusted.value == 0
    assert found.adjusted.interval.low == 0
    assert found.adjusted.interval.high == pytest.approx(3.688879 / found.adjusted.base, rel=1e-6)
    assert "too little was seen" in found.adjusted.caveat
    assert found.log_error == inf
    with pytest.raises(DesignError, match="no error"):
        adjusted_ratio_with_untraced(found, untraced=1, highest_ratio=2)


def test_the_result_is_a_sentence_a_table_and_plain_values():
    found = adjusted_ratio(*entrants(), reference=reference())
    assert str(found).startswith("Observed ratio")
    table = found.estimates()
    assert table.labels == ("observed", "expected with no effect", "observed over expected")
    assert "made-up register" in table.notes[0]
    assert len(found.to_frame()) == 3
    assert found.to_dict()["spread"]["persons"] == 400
    assert "<table" in found._repr_html_()
    spread = found.spread
    assert "95% CI" in str(spread)
    assert spread.to_frame()["persons"][0] == 400
    assert spread.offences_per_year in spread.interval("offences_per_year")
    assert "made-up register" in spread._repr_html_()
    assert np.isnan(KNOWN.interval("gamma_shape").low)


def test_people_left_out_are_said():
    found = adjusted_ratio([1, 2, 3], [365, 0, 365], [1, 0, 1], [365] * 3, reference=KNOWN)
    assert "left out: 1 person without a day at risk" in found.adjusted.caveat
    assert found.adjusted.persons == 2


def test_the_grid_holds_the_adjusted_ratio_of_each_pair():
    columns = entrants(n=100)
    grid = literature_grid(*columns, offences_per_year=[1, 2], gamma_shape=[0.8, 1.5, 3])
    one = adjusted_ratio(*columns, reference=KNOWN).adjusted
    assert grid.ratio.shape == (2, 3)
    assert grid.ratio[1, 0] == pytest.approx(one.value, rel=1e-12)
    assert (grid.low[1, 0], grid.high[1, 0]) == pytest.approx(tuple(one.interval), rel=1e-9)
    assert len(grid.table()) == 2
    assert len(grid.to_frame()) == 6
    assert grid.to_dict()["persons"] == 100
    assert "between" in str(grid)
    assert "Shape 0.8" in grid._repr_html_()
    silent = literature_grid([1, 1], [365] * 2, [0, 0], [365] * 2,
                             offences_per_year=[1], gamma_shape=[1])  # fmt: skip
    assert silent.ratio[0, 0] == 0
    # Nobody offended after: Garwood's limits over the events expected.
    expected = 2 * (365 / 365.25) * 3 / (1 + 365 / 365.25)
    assert (silent.low[0, 0], silent.high[0, 0]) == pytest.approx((0, 3.688879 / expected))
    assert "below 1 for 0 pairs" in str(silent)


def test_imbens_and_manski_go_from_two_sided_to_one_sided():
    assert tuple(imbens_manski_interval(0.4, 0.4, 0.1, 0.1)) == pytest.approx(
        (0.4 - 0.1 * 1.959964, 0.4 + 0.1 * 1.959964), abs=1e-6
    )
    far = imbens_manski_interval(0.0, 10.0, 0.1, 0.2)
    assert tuple(far) == pytest.approx((-0.1 * 1.644854, 10 + 0.2 * 1.644854), abs=1e-6)
    both = imbens_manski_interval([0.4, 0.0], [0.4, 10.0], 0.1, [0.1, 0.2])
    assert both.low.tolist() == pytest.approx([0.204004, -0.164485], abs=1e-5)
    # The defining equation in between.
    from scipy.special import ndtr

    found = imbens_manski_interval(0.3, 0.45, 0.1, 0.08)
    c = (0.3 - found.low) / 0.1
    assert ndtr(c + 0.15 / 0.1) - ndtr(-c) == pytest.approx(0.95, abs=1e-10)
    assert 1.644854 < c < 1.959964
    exact = imbens_manski_interval(0.2, 0.6, 0.0, 0.0)
    assert (exact.low, exact.high) == (0.2, 0.6)
    with pytest.raises(ValueError, match="at most"):
        imbens_manski_interval(1, 0, 1, 1)
    with pytest.raises(ValueError, match="standard errors"):
        imbens_manski_interval(0, 1, -1, 1)


def test_the_untraced_widen_the_interval_to_both_sides_and_need_a_highest_ratio():
    found = adjusted_ratio(*entrants(), reference=reference())
    with pytest.raises(DesignError, match="nothing in the data says"):
        adjusted_ratio_with_untraced(found, untraced=10)
    wide = adjusted_ratio_with_untraced(found, untraced=100, highest_ratio=2)
    wider = adjusted_ratio_with_untraced(found, untraced=100, highest_ratio=3)
    assert wide.low < found.adjusted.interval.low
    assert found.adjusted.interval.high < wide.high < wider.high
    none = adjusted_ratio_with_untraced(found, untraced=0)
    assert none.low < found.adjusted.value < none.high
    with pytest.raises(ValueError, match="lowest"):
        adjusted_ratio_with_untraced(found, untraced=1, lowest_ratio=2, highest_ratio=1)


def test_an_interval_is_made_for_the_level_asked_for():
    columns = entrants()
    narrow = adjusted_ratio(*columns, reference=KNOWN, confidence_level=0.8)
    assert narrow.adjusted.interval.confidence_level == 0.8
    assert narrow.log_error == pytest.approx(
        adjusted_ratio(*columns, reference=KNOWN).log_error, rel=0.02
    )
    assert replace(narrow.adjusted).value == narrow.adjusted.value
