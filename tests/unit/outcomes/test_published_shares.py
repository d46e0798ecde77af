"""A share from counts alone, under every doubt that a reader may have."""

import pytest

from dipoutcomes.intervals import proportion_interval, rate_interval
from dipoutcomes.outcomes import (
    rate_by_follow_up,
    share_by_frame,
    share_by_method,
    share_by_size,
    share_from_counts,
    share_with_untraced,
)


def test_the_published_intervals_of_21_of_28():
    # Gwent 2013/14; values recomputed in R (binom.test, prop.test, own mid-P and hypergeometric).
    table = share_by_method(21, 28)
    printed = {row.label: row.estimate.printed_interval for row in table.rows}
    assert printed["Wilson score"] == "56.6% to 87.3%"
    assert printed["exact (Clopper-Pearson)"] == "55.1% to 89.3%"
    assert printed["exact mid-P"] == "56.7% to 88.4%"
    frames = share_by_frame(21, 28, {"completions": 61, "closures": 210, "referrals": 306})
    assert [e.printed_interval for e in frames.estimates] == [
        "60.7% to 85.2%", "56.7% to 88.1%", "56.2% to 88.6%",
    ]  # fmt: skip


def test_the_method_not_to_use_carries_a_warning():
    last = share_by_method(21, 28).rows[-1].estimate
    assert "warning" in last.caveat


def test_a_larger_sample_has_a_shorter_interval():
    widths = [e.interval.width for e in share_by_size(0.75, [28, 60, 150, 600]).estimates]
    assert widths == sorted(widths, reverse=True)


def test_people_not_found_stretch_the_interval_downwards_only():
    nobody, two = share_with_untraced(21, 28, [0, 2]).estimates
    assert nobody.interval.low == proportion_interval(21, 28).low
    assert two.interval.low == proportion_interval(19, 28).low
    assert two.interval.high == nobody.interval.high
    assert two.value == 19 / 28


@pytest.mark.parametrize(("count", "base"), [(29, 28), (-1, 28), (0, 0)])
def test_counts_that_cannot_be_are_refused(count, base):
    with pytest.raises(ValueError, match="must be"):
        share_from_counts(count, base)


def test_more_untraced_than_counted_is_refused():
    with pytest.raises(ValueError, match="at most 21"):
        share_with_untraced(21, 28, [22])


def test_the_same_count_is_a_rate_four_times_as_high_in_a_quarter_of_the_time():
    half, two = rate_by_follow_up(7, 28, {"six months": 0.5, "two years": 2}).estimates
    assert half.value == pytest.approx(4 * two.value)
    assert half.interval.low == rate_interval(7, 14.0).low
    assert half.counts == "7 in 14 person-years"


@pytest.mark.parametrize("years", [0, -1, float("nan")])
def test_a_follow_up_of_no_time_has_no_rate(years):
    with pytest.raises(ValueError, match=r"'none'.*greater than 0"):
        rate_by_follow_up(7, 28, {"none": years})
