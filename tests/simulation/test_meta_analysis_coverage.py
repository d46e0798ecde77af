"""Areas that differ: how often the mean, the variance between and the next area are held."""

import numpy as np
import pytest

from dipoutcomes.comparison.areas import AreaEffects, _between_areas, meta_analysis
from dipoutcomes.comparison.areas.pooled_effect import _mean, _quantile

pytestmark = pytest.mark.simulation


def draw(rng, sets, areas, tau2):
    v = rng.uniform(0.2, 0.6, (sets, areas)) ** 2
    return rng.normal(0, np.sqrt(v + tau2)), v


@pytest.mark.parametrize("areas", [5, 10])
def test_hartung_knapp_holds_the_mean_where_the_normal_does_not(areas):
    y, v = draw(np.random.default_rng(areas), 4_000, areas, 0.1)
    tau2 = _between_areas.restricted_likelihood(y, v)
    held = {}
    for test in ("hartung_knapp", "hartung_knapp_truncated", "normal"):
        mean, error, df, _ = _mean(y, v, tau2, test)
        held[test] = float(np.mean(np.abs(mean) <= _quantile(df, 0.95) * error))
    error = 4 * np.sqrt(0.05 * 0.95 / 4_000)
    assert held["hartung_knapp"] == pytest.approx(0.95, abs=error + 0.005)
    assert held["hartung_knapp_truncated"] >= 0.95 - error
    assert held["normal"] < 0.935


def test_the_q_profile_holds_the_variance_and_the_prediction_interval_falls_short():
    rng = np.random.default_rng(12)
    y, v = draw(rng, 500, 8, 0.15)
    nexts = rng.normal(0, np.sqrt(0.15), 500)
    names = tuple(map(str, range(8)))
    spread = ahead = 0
    for effects, variances, one_more in zip(y, v, nexts, strict=True):
        found = meta_analysis(
            AreaEffects(
                areas=names, effects=effects, variances=variances, measure="x", is_log=False
            )
        )
        spread += 0.15 in found.tau2_interval
        ahead += one_more in found.prediction_interval
    error = 4 * np.sqrt(0.05 * 0.95 / 500)
    assert spread / 500 == pytest.approx(0.95, abs=error)
    # The known weakness: tau2 is often estimated as 0, and then the next area is missed.
    assert 0.80 < ahead / 500 < 0.93
