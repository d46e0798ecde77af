"""People who come in at an arrest, against themselves: no effect found where there is none."""

import numpy as np
import pytest

from dipoutcomes.comparison.self_controlled import (
    Baseline,
    ObservedSeries,
    RiskPeriod,
    self_controlled_series,
)
from dipoutcomes.errors import DesignError
from dipoutcomes.simulate import CareerModel, simulate_careers

pytestmark = pytest.mark.simulation

PERIOD = "in treatment"
BANDS = Baseline(entry_cuts_days=(60, 90, 180, 365, 545), settling_days=30)


def cohort(seed, people, *, by="first_arrest", during=1.0, custody=None, treatment=None, **other):
    """Return people who entered by an arrest, with an effect in treatment only."""
    model = CareerModel.model_validate(
        {
            "offending": {"offences_per_year": 2.0, "gamma_shape": 1.0, **other},
            "entry": {"by": by},
            "treatment": {"rate_ratio_during": during, **(treatment or {})},
            "custody": custody or {},
        }
    )
    careers = simulate_careers(model, people, seed=seed)
    series = ObservedSeries(
        opens=careers.opens, closes=np.minimum(careers.closes, careers.exit_day),
        entry_day=careers.entry_day, event_person=careers.person, event_day=careers.day,
        inside_person=careers.spell_person, inside_opens=careers.spell_start,
        inside_closes=careers.spell_end,
    )  # fmt: skip
    return series, [RiskPeriod(name=PERIOD, opens=careers.start, closes=careers.end)]


def ratio(series, periods, **options):
    options = {"ends_independent_of_outcome": True, **options}
    return self_controlled_series(series, periods, **options)[PERIOD]


@pytest.mark.parametrize("by", ["first_arrest", "random_arrest"])
@pytest.mark.parametrize("true", [1.0, 0.75])
def test_time_after_entry_alone_finds_the_truth(by, true):
    found = ratio(*cohort(11, 20_000, by=by, during=true))
    width = np.log(found.interval.high / found.interval.low)
    assert width < 0.12
    assert found.value == pytest.approx(true, rel=0.04)  # 2.6 standard errors


def test_the_standard_form_does_not():
    series, periods = cohort(12, 20_000)
    found = ratio(
        series, periods, form="whole_observation", entry_independent_of_outcome=True
    )  # declared, and untrue: the index arrest counts in the time before
    assert not 0.97 < found.value < 1.03
    assert 1 not in found.interval


def test_an_effect_that_lasts_is_invisible():
    lasting = {"rate_ratio_after": 0.75}
    found = ratio(*cohort(13, 20_000, during=0.75, treatment=lasting))
    assert found.value == pytest.approx(1, abs=0.04)


def test_quiet_spells_speak_against_treatment_and_bands_take_most_of_it_out():
    series, periods = cohort(14, 20_000, share_of_time_active=0.6)
    plain, banded = ratio(series, periods), ratio(series, periods, baseline=BANDS)
    assert plain.value > 1.15
    assert abs(banded.value - 1) < 0.4 * (plain.value - 1)


def test_bursts_need_settling_days():
    series, periods = cohort(15, 20_000, follow_on_offences=0.4)
    assert ratio(series, periods).value > 1.06
    settled = ratio(series, periods, baseline=Baseline(settling_days=60))
    assert settled.value == pytest.approx(1, abs=0.05)


def test_custody_below_a_tenth_of_the_days_moves_little():
    custody = {"share_sentenced": 0.5, "mean_days_sentence": 75}
    series, periods = cohort(16, 20_000, custody=custody)
    found = self_controlled_series(series, periods, ends_independent_of_outcome=True)
    assert 0.05 < found.share_inside < 0.1
    assert found[PERIOD].value == pytest.approx(0.99, abs=0.03)


def test_episodes_closed_by_arrests_are_noticed():
    series, periods = cohort(17, 2_000, treatment={"share_closed_by_arrest": 0.5})
    with pytest.raises(DesignError, match="expected by chance"):
        ratio(series, periods)


def covered(people, true, runs):
    hits = [true in ratio(*cohort(9_000 + s, people, during=true)).interval for s in range(runs)]
    return np.mean(hits)


def test_coverage_of_a_small_cohort():
    assert covered(60, 0.75, 120) > 0.89


@pytest.mark.validation
@pytest.mark.parametrize("people", [60, 300])
@pytest.mark.parametrize("true", [1.0, 0.75])
def test_coverage(people, true):
    assert 0.93 < covered(people, true, 1000) < 0.985
