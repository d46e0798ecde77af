"""What must hold of every plan, whatever is asked."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dipoutcomes.sampling import size

shares = st.floats(0.05, 0.95)
widths = st.floats(0.05, 0.6)
powers = st.floats(0.5, 0.95)


@given(shares, widths, widths)
def test_a_narrower_interval_needs_no_fewer_people(share, one, other):
    narrow, wide = sorted((one, other))
    assert size.plan_proportion(share, narrow).n[0] >= size.plan_proportion(share, wide).n[0]


@given(shares, widths, st.integers(50, 2000))
def test_a_known_frame_never_asks_for_more(share, width, population):
    known = size.plan_proportion(share, width, population=population, criterion="planned")
    endless = size.plan_proportion(share, width, criterion="planned")
    assert known.n[0] <= min(population, endless.n[0])
    assert known.achieved <= width * (1 + 1e-9)


@given(shares, st.integers(2, 400))
def test_the_widest_interval_is_no_narrower_than_the_expected(share, n):
    expected = size.interval_width(n, share)
    assert size.interval_width(n, share, criterion="worst") >= expected - 1e-12


@given(shares, shares, powers, powers)
def test_more_power_needs_no_fewer_people_and_is_reached(share_1, share_2, one, other):
    assume(abs(share_1 - share_2) >= 0.02)
    low, high = sorted((one, other))
    small = size.plan_difference(share_1, share_2, power=low)
    large = size.plan_difference(share_1, share_2, power=high)
    assert large.n[0] >= small.n[0]
    assert large.achieved >= high - 1e-9


@given(shares, shares, st.integers(5, 300), st.integers(1, 200))
def test_normal_power_rises_with_the_number_of_people(share_1, share_2, n, more):
    assume(abs(share_1 - share_2) >= 0.02)
    for method in ("normal", "arcsine"):
        before = size.difference_power(share_1, share_2, n, n, method=method)
        after = size.difference_power(share_1, share_2, n + more, n + more, method=method)
        assert after >= before - 1e-12


@given(shares, shares, st.integers(2, 40), st.integers(2, 40))
def test_counting_desisters_or_swapping_groups_changes_no_exact_power(p_1, p_2, n_1, n_2):
    for test in ("fisher_minlike", "fisher_central", "pooled_z"):
        power = size.exact_power_two_groups(p_1, p_2, n_1, n_2, test=test)
        mirror = size.exact_power_two_groups(1 - p_1, 1 - p_2, n_1, n_2, test=test)
        swapped = size.exact_power_two_groups(p_2, p_1, n_2, n_1, test=test)
        assert power == pytest.approx(mirror, abs=1e-9)
        assert power == pytest.approx(swapped, abs=1e-9)
        assert 0 <= power <= 1 + 1e-12


@given(shares, st.integers(2, 60), st.integers(2, 60))
def test_fishers_test_keeps_its_level(share, n_1, n_2):
    for test in ("fisher_minlike", "fisher_central"):
        assert size.exact_power_two_groups(share, share, n_1, n_2, test=test) <= 0.05 + 1e-12


@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0, 3))
def test_overdispersion_never_needs_fewer_people(rate_1, rate_2, dispersion):
    assume(abs(rate_1 / rate_2 - 1) >= 0.02)
    poisson = size.plan_rate_ratio(rate_1, rate_2)
    assert size.plan_rate_ratio(rate_1, rate_2, dispersion=dispersion).n[0] >= poisson.n[0]


@given(st.floats(0.2, 0.9), st.floats(0.1, 0.9))
def test_events_do_not_depend_on_which_group_is_first(hazard_ratio, allocation):
    for method in ("schoenfeld", "freedman"):
        one = size.plan_log_rank(hazard_ratio, allocation=allocation, method=method)
        other = size.plan_log_rank(1 / hazard_ratio, allocation=1 - allocation, method=method)
        assert one.n_unrounded == pytest.approx(other.n_unrounded, rel=1e-9)


@given(st.integers(30, 400), st.integers(1, 200))
def test_submitting_more_people_leaves_enough_more_often(submitted, more):
    assert size.chance_enough_remain(submitted + more) >= size.chance_enough_remain(submitted)


@given(st.integers(10, 300), shares, powers)
def test_what_can_be_detected_has_the_power_and_a_little_less_has_not(n, published, power):
    plan = size.detectable_from_published(n, published, power=power)
    for side in ("Highest share below", "Lowest share above"):
        edge = plan.detail(side)
        if 1e-6 < edge < 1 - 1e-6:  # nan where nothing can be told apart on that side
            nearer = edge + (1e-6 if edge < published else -1e-6)
            assert size.exact_power_one_group(n, edge, published) >= power - 1e-9
            assert size.exact_power_one_group(n, nearer, published) < power + 1e-12
