"""Made-up people: a million of them, and ten thousand small cohorts, beside bare NumPy.

``python benchmarks/simulate.py [--people N] [--cohorts N]`` prints CPU seconds and peak memory over
that at the start. The floor draws as many rates, counts and days with NumPy, sorts them, and knows
nothing of custody, courts, treatment or chunks.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from _measure import peak_mb

from dipoutcomes.simulate import CareerModel, iter_careers, simulate_careers

PLAIN = CareerModel(offending={"offences_per_year": 4.0}, entry={"by": "none"})
#: Everything at once: what the engine can do at its slowest.
RICH = CareerModel.model_validate(
    {
        "offending": {
            "offences_per_year": 5.7, "follow_on_offences": 0.3, "share_of_time_active": 0.7,
            "age_decline_per_year": 0.02, "share_desisters": 0.2, "desistance_per_year": 0.2,
        },
        "offence_type": [{"name": "theft", "share": 3}, {"name": "assault", "share": 1}],
        "detection": {"share_arrested": 0.7, "share_arrested_in_contact": 0.9},
        "custody": {"share_sentenced": 0.3, "share_remanded": 0.1, "share_recalled": 0.2},
        "exits": {"deaths_per_year": 0.015, "left_country_per_year": 0.005},
        "treatment": {
            "rate_ratio_during": 0.7, "rate_ratio_after": 0.8, "share_closed_by_arrest": 0.2,
            "share_reentering": 0.1, "drop_out_per_year": 0.5,
        },
        "entry": {"by": "first_arrest"},
    }
)  # fmt: skip
SMALL = CareerModel(offending={"offences_per_year": 1.5})


def floor(people: int, offences: float, years: float) -> int:
    """Draw rates, counts and days with bare NumPy, and sort them."""
    rng = np.random.default_rng(1)
    counts = rng.poisson(rng.gamma(1.0, offences / years, people) * years)
    person = np.repeat(np.arange(people, dtype=np.int32), counts)
    day = (rng.random(len(person)) * years * 365.25).astype(np.int32)
    order = np.argsort(person * np.int64(4096) + day, kind="stable")
    return len(day[order])


def measured(name: str, work: Callable[[], object], floor_seconds: float | None = None) -> float:
    started = peak_mb(reset=True)
    clock = time.process_time()
    said = work()
    seconds = time.process_time() - clock
    ratio = f"{seconds / floor_seconds:6.1f} x floor" if floor_seconds else " " * 14
    print(
        f"{name:58} {seconds:7.2f} s CPU {ratio} {peak_mb() - started:8.0f} MB  {said}", flush=True
    )
    return seconds


def share_of_cohorts(cohorts: int, people: int) -> str:
    """Make cohorts of so many people in one go and count who was arrested within 12 months."""
    careers = simulate_careers(SMALL, cohorts * people, seed=1)
    day = careers.entry_day.astype(np.int64)
    arrested = careers.count(day + 1, day + 366) > 0
    shares = arrested.reshape(cohorts, people).mean(axis=1)
    return f"{shares.mean():.3f} arrested, cohorts from {shares.min():.2f} to {shares.max():.2f}"


def chunked(model: CareerModel, people: int) -> str:
    """Make people in chunks that are counted and thrown away."""
    offences = sum(part.day.size for part in iter_careers(model, people, seed=1, at_a_time=50_000))
    return f"{offences / people:.1f} offences a head"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--cohorts", type=int, default=10_000)
    chosen = parser.parse_args()
    n, years = chosen.people, (731 + 1_096) / 365.25
    simulate_careers(RICH, 100, seed=1)  # imports and caches
    least = measured(f"floor: {n:,} people x 20 offences, bare NumPy", lambda: floor(n, 20, years))
    measured(
        f"{n:,} people x 20 offences, plain model",
        lambda: simulate_careers(PLAIN, n, seed=1),
        least,
    )
    measured("the same in chunks of 50,000", lambda: chunked(PLAIN, n), least)
    measured(
        f"{n:,} people, everything in the model", lambda: simulate_careers(RICH, n, seed=1), least
    )
    measured(f"{chosen.cohorts:,} cohorts of 28", lambda: share_of_cohorts(chosen.cohorts, 28))


if __name__ == "__main__":
    main()
