"""The planner: values printed elsewhere, values added up by hand, refusals."""

from math import isnan, sqrt

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, binomtest, fisher_exact, hypergeom, norm

from dipoutcomes.errors import DesignError
from dipoutcomes.intervals import hypergeometric_interval, proportion_interval
from dipoutcomes.sampling import size

# Half-width and difference detectable with 80% power, in points, at a share of one half and a
# very large comparison group, by people analysed.
PRECISION = [
    (28, 18.5, 26.5), (60, 12.7, 18.1), (100, 9.8, 14.0), (142, 8.2, 11.8),
    (231, 6.4, 9.2), (500, 4.4, 6.3), (1000, 3.1, 4.4),
]  # fmt: skip


@pytest.mark.parametrize(("n", "half_width", "detectable"), PRECISION)
def test_precision_that_follows_from_the_number_analysed(n, half_width, detectable):
    width = size.interval_width(n, 0.5, method="wald", criterion="planned")
    assert 50 * width == pytest.approx(half_width, abs=0.05)
    plan = size.detectable_from_published(n, 0.5, method="equal_variance")
    assert 100 * plan.achieved == pytest.approx(detectable, abs=0.05)


def test_28_people_cannot_show_less_than_a_quarter_by_an_exact_test():
    plan = size.detectable_from_published(28, 0.61)
    for side in ("Highest share below", "Lowest share above"):
        edge = plan.detail(side)
        out = edge + (1e-6 if edge > 0.61 else -1e-6)
        back = edge - (1e-6 if edge > 0.61 else -1e-6)
        for share, reached in ((out, True), (back, False)):
            power = sum(
                binom.pmf(x, 28, share)
                for x in range(29)
                if 2 * min(binom.cdf(x, 28, 0.61), binom.sf(x - 1, 28, 0.61)) <= 0.05
            )
            assert (power >= 0.8) == reached
    assert 0.2 < plan.achieved < 0.3


@pytest.mark.parametrize("n", [1, 5, 28])
def test_expected_and_widest_are_those_of_all_samples(n):
    counts = np.arange(n + 1)
    exact = proportion_interval(counts, n, method="clopper_pearson").width
    assert size.interval_width(n, 0.3, method="exact") == pytest.approx(
        binom.pmf(counts, n, 0.3) @ exact, abs=1e-12
    )
    known = hypergeometric_interval(counts, n, 60).width
    assert size.interval_width(n, 0.3, population=60, method="exact") == pytest.approx(
        hypergeom.pmf(counts, 60, 18, n) @ known, abs=1e-10
    )
    worst = size.interval_width(n, method="exact", population=60, criterion="worst")
    assert worst == pytest.approx(known.max(), abs=1e-12)


def test_a_census_leaves_no_width():
    for method in ("wilson", "exact"):
        assert size.interval_width(210, 0.75, population=210, method=method) == 0


def test_stable_sizes_are_enough_for_good_and_the_one_before_is_not():
    plan = size.plan_proportion(0.5, 0.15, population=210, method="exact", criterion="worst")
    widths = [
        size.interval_width(n, population=210, method="exact", criterion="worst")
        for n in range(1, 211)
    ]
    enough = np.array(widths) <= 0.15 + 1e-12
    assert plan.n[0] == np.argmax(enough) + 1
    assert plan.stable_n == 210 - np.argmin(enough[::-1]) + 1


@pytest.mark.parametrize(("test", "rejects"), [
    ("fisher_minlike", lambda x, y: fisher_exact([[x, 9 - x], [y, 12 - y]])[1] <= 0.05),
    ("pooled_z", lambda x, y: 0 < x + y < 21 and abs(x / 9 - y / 12)
     / sqrt((x + y) / 21 * (1 - (x + y) / 21) * (1 / 9 + 1 / 12)) >= norm.ppf(0.975)),
])  # fmt: skip
def test_exact_power_is_the_sum_over_rejected_tables(test, rejects):
    power = sum(
        binom.pmf(x, 9, 0.8) * binom.pmf(y, 12, 0.3)
        for x in range(10)
        for y in range(13)
        if rejects(x, y)
    )
    found = size.exact_power_two_groups(0.8, 0.3, 9, 12, test=test)
    assert found == pytest.approx(power, abs=1e-12)


def test_exact_paired_power_is_the_sum_over_those_who_changed():
    power = sum(
        binom.pmf(d, 28, 0.3) * binom.pmf(x, d, 0.25 / 0.3)
        for d in range(1, 29)
        for x in range(d + 1)
        if binomtest(x, d).pvalue <= 0.05
    )
    assert size.paired_power(0.25, 0.05, 28, method="exact") == pytest.approx(power, abs=1e-12)


def test_connor_by_hand():
    # psi = 0.3, delta = 0.2: (1.959964 sqrt 0.3 + 0.841621 sqrt 0.26)^2 / 0.04 = 56.4
    wanted = (1.959964 * sqrt(0.3) + 0.841621 * sqrt(0.26)) ** 2 / 0.04
    assert size.plan_paired(0.25, 0.05).n_unrounded == pytest.approx(wanted, abs=1e-3)


def test_freedman_with_unequal_groups_is_the_printed_formula():
    # 2:1 in favour of the group with half the hazard: (1 + 2 x 0.5)^2 / (2 x 0.5^2) x 7.84888
    found = size.plan_log_rank(0.5, allocation=2 / 3, method="freedman")
    assert found.n_unrounded == pytest.approx(8 * 7.848880, abs=1e-4)


def test_a_frequency_scheme_of_a_thousand_is_too_small_for_ten_per_cent():
    k = (2.3**2 - 1.55) / 1.55**2
    plan = size.plan_frequency(1.55, 0.9 * 1.55, dispersion=k, ratio=10)
    assert plan.detail("Standard deviation in group 1") == pytest.approx(2.3)
    low = (0.9 * 1.55) + k * (0.9 * 1.55) ** 2
    by_hand = (norm.ppf(0.975) + norm.ppf(0.8)) ** 2 * (2.3**2 + low / 10) / 0.155**2
    assert plan.n_unrounded == pytest.approx(by_hand, rel=1e-12)
    assert plan.n[0] > 1000


def test_the_chance_that_enough_remain_is_the_mean_over_the_range():
    for n in (40, 60, 112):
        mean = quad(lambda p, n=n: binom.sf(29, n, p), 0.22, 0.70)[0] / 0.48
        assert size.chance_enough_remain(n) == pytest.approx(mean, abs=1e-9)
    assert size.chance_enough_remain(29) == 0
    assert size.chance_enough_remain(60, (0.7, 0.7)) == pytest.approx(binom.sf(29, 60, 0.7))


def test_a_data_lab_submission_of_sixty_is_a_coin_toss():
    plan = size.plan_data_lab()
    advised = int(plan.detail("To be submitted for that chance"))
    assert 0.4 < plan.achieved < 0.5
    assert size.chance_enough_remain(advised) >= 0.9 > size.chance_enough_remain(advised - 1)
    assert plan.detail("Detectable difference with 30 people") == pytest.approx(0.2557, abs=5e-5)


def test_clusters_losses_and_the_frame():
    assert size.cluster_design_effect(21, 0.05) == pytest.approx(2)
    assert size.cluster_design_effect(10, 0.1, size_variation=0.5) == pytest.approx(2.15)
    assert size.effective_size(100, 1.5) == 66
    plan = size.inflate_plan(size.plan_difference(0.5, 0.3), design_effect=2, retained=0.5)
    assert plan.n == (372, 372)
    with pytest.raises(DesignError, match="holds 100"):
        size.inflate_plan(size.plan_proportion(0.5, 0.2), retained=0.5, population=100)


def test_three_people_show_nothing():
    plan = size.detectable_from_published(3, 0.5)
    assert isnan(plan.achieved)
    assert "not available" in str(plan)
    assert "No difference at all" in plan.notes[0]


def test_a_plan_is_legible_everywhere():
    plan = size.plan_one_group(0.7, 0.5)
    assert "for good from 54" in str(plan)
    assert "<caption>Size: one group against a published share</caption>" in plan._repr_html_()
    frame = plan.to_frame()
    assert (len(frame), frame.loc[0, "n"], frame.loc[0, "stable_n"]) == (1, 49, 54)
    assert plan.to_dict()["n"] == {"people": 49}
    with pytest.raises(KeyError, match="no further number"):
        plan.detail("Width")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: size.plan_proportion(0, 0.2), "strictly between"),
        (lambda: size.plan_proportion(0.5, 0.2, method="wald"), "'planned'"),
        (lambda: size.plan_proportion(0.5, 0.2, method="exact", population=10**6), "'wilson'"),
        (lambda: size.interval_width(211, 0.5, population=210), "at most 210"),
        (lambda: size.plan_difference(0.5, 0.3, ratio=0), "greater than 0"),
        (lambda: size.plan_rate_ratio(1, 1), "nothing differs"),
        (lambda: size.plan_rate_ratio(1, 0.5, dispersion=-1), "greater than 0"),
        (lambda: size.plan_frequency(1, 1, dispersion=1), "nothing differs"),
        (lambda: size.plan_paired(0.2, 0.2), "no change"),
        (lambda: size.chance_enough_remain(60, (0, 0.5)), "above 0"),
        (lambda: size.plan_one_group(0.5, 0.5), "are equal"),
    ],
)
def test_what_cannot_be_planned_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
