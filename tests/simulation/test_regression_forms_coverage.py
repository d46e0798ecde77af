"""Rates that change at known times, and a cured share without a shape, in the long run."""

import numpy as np
import pytest

from dipoutcomes.errors import DesignError
from dipoutcomes.survival import piecewise_exponential_regression, semiparametric_cure_model

pytestmark = pytest.mark.simulation

RATIO = 0.6
EARLY, LATE, CUT, END = 3.0, 0.8, 90.0, 730.0  # events per year until and after the cut; days


def two_rates(rng, people):
    """Days to the event at a rate that falls at the cut, half of the people at a fraction of it."""
    group = np.arange(people) % 2
    needed = rng.exponential(1.0, people) / np.where(group == 1, RATIO, 1.0)
    first = EARLY * CUT / 365.25
    after = CUT + (needed - first) / LATE * 365.25
    event = np.where(needed <= first, needed / EARLY * 365.25, after)
    return np.minimum(event, END), event <= END, {"group": group}


@pytest.mark.parametrize("people", [60, 200])
def test_a_ratio_beside_rates_that_change_is_held(people):
    rng, held, values = np.random.default_rng(people), [], []
    for _ in range(300):
        model = piecewise_exponential_regression(*two_rates(rng, people), cuts=[CUT])
        held.append(RATIO in model["group"].interval)
        values.append(np.log(model["group"].ratio))
    assert np.mean(held) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 300))
    error = np.std(values) / np.sqrt(300)
    assert np.mean(values) == pytest.approx(np.log(RATIO), abs=4 * error)


def test_the_cured_share_without_a_shape_is_right_where_follow_up_is_long_and_too_high_else():
    cured, found = 0.4, {730: [], 120: []}
    rng = np.random.default_rng(5)
    for _ in range(150):
        event = np.where(rng.random(200) < cured, np.inf, rng.weibull(1.2, 200) * 150)
        for end, shares in found.items():
            days, seen = np.ceil(np.minimum(event, end)), event <= end
            try:
                shares.append(semiparametric_cure_model(days, seen).cured_share.value)
            except DesignError:  # the last of them had the event: nothing says that some never do
                assert seen[days == days.max()].all()
    long, short = (np.array(found[end]) for end in (730, 120))
    assert long.mean() == pytest.approx(cured, abs=4 * long.std() / np.sqrt(len(long)))
    assert short.mean() > cured + 0.1  # an upper bound where follow-up was short, as it says
