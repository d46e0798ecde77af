"""How often a contract pays along the true effect: ours, a loop over cohorts, and bare NumPy.

``python benchmarks/payment.py [--quick]`` prints seconds and peak memory of a frequency contract
with a matched comparison: 100,000 simulated cohorts of 100 people with 10 comparison people each,
at 20 true effects. Beside it: the same chances with every outcome listed; a loop that settles one
cohort at a time, each person drawn (timed on fewer cohorts and scaled up), and one that draws a
cohort's totals; a bare NumPy version without contract, rule, checks or results; and a rule that
asks for significance, for which the spread between people has to be drawn. Answers are compared
before a time counts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
from _measure import peak_mb

from dipoutcomes.payment.contract import parse_contract
from dipoutcomes.payment.operating_characteristics import (
    PaymentDesign,
    PeopleModel,
    operating_characteristics,
)

MEAN, SD, BAR, N, EACH = 1.55, 2.3, 0.10, 100, 10
PEOPLE = PeopleModel.from_sd(MEAN, SD)
EFFECTS = np.linspace(0, 0.38, 20)
FILE = Path(__file__).parents[1] / "protocols" / "contracts" / "peterborough-2010.toml"


def design(cohorts: int, method: str, **term: object) -> PaymentDesign:
    contract = parse_contract(FILE.read_text(encoding="utf-8"))
    each = contract.term_named("each_cohort").model_copy(update=term)
    return PaymentDesign(
        contract=contract.model_copy(update={"term": (each,)}),
        n=N, people=PEOPLE, comparison_per_person=EACH, method=method, simulated_cohorts=cohorts,
    )  # fmt: skip


def ours(cohorts: int, method: str = "simulated", **term: object) -> np.ndarray:
    rng = np.random.default_rng(1)
    return operating_characteristics(design(cohorts, method, **term), EFFECTS, rng=rng).chance_paid


def loop(cohorts: int, rng: np.random.Generator, *, z: float | None = None) -> np.ndarray:
    """Return the same, one cohort after the other, each with its people."""
    shape = PEOPLE.gamma_shape
    found = []
    for effect in EFFECTS:
        paid = 0
        for _ in range(cohorts):
            rate = rng.gamma(shape, MEAN * (1 - effect) / shape, N)
            treated = rng.poisson(rate)
            matched = rng.poisson(rng.gamma(shape, MEAN / shape, N * EACH))
            gap = matched.mean() - treated.mean()
            if z is None:
                paid += gap / matched.mean() >= BAR
            else:
                error = treated.var(ddof=1) / N + matched.var(ddof=1) / (N * EACH)
                paid += gap > 0 and gap >= z * error**0.5
        found.append(paid / cohorts)
    return np.array(found)


def loop_of_totals(cohorts: int, rng: np.random.Generator) -> np.ndarray:
    """Return the same, one cohort after the other, by two negative binomials each."""
    shape, found = PEOPLE.gamma_shape, []
    for effect in EFFECTS:
        chance, other = shape / (shape + MEAN * (1 - effect)), shape / (shape + MEAN)
        paid = 0
        for _ in range(cohorts):
            treated = rng.negative_binomial(N * shape, chance) / N
            matched = rng.negative_binomial(N * EACH * shape, other) / (N * EACH)
            paid += 1 - treated / matched >= BAR - 1e-12
        found.append(paid / cohorts)
    return np.array(found)


def bare(cohorts: int, rng: np.random.Generator) -> np.ndarray:
    """Return the same by negative binomials, one comparison for all effects, and nothing else."""
    shape, found = PEOPLE.gamma_shape, []
    matched = rng.negative_binomial(N * EACH * shape, shape / (shape + MEAN), cohorts)
    for effect in EFFECTS:
        mean = MEAN * (1 - effect)
        treated = rng.negative_binomial(N * shape, shape / (shape + mean), cohorts) / N
        found.append(np.mean(1 - treated / (matched / (N * EACH)) >= BAR - 1e-12))
    return np.array(found)


def timed(work: Callable[[], np.ndarray]) -> tuple[np.ndarray, float, float]:
    before = peak_mb(reset=True)
    started = time.perf_counter()
    found = work()
    return found, time.perf_counter() - started, peak_mb() - before


def say(name: str, seconds: float, memory: float, against: float | None = None) -> None:
    ratio = "" if against is None else f"; {against / seconds:,.0f} times faster than the loop"
    print(f"  {name:52} {seconds:9.2f} s, {memory:5.0f} MB{ratio}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 cohorts in place of 100,000")
    cohorts = 10_000 if parser.parse_args().quick else 100_000
    few = max(100, cohorts // 500)
    ours(1000), ours(1000, "exact")
    plain, loop_seconds, _ = timed(lambda: loop(few, np.random.default_rng(2)))
    loop_seconds *= cohorts / few
    totals, totals_seconds, _ = timed(lambda: loop_of_totals(few, np.random.default_rng(5)))
    totals_seconds *= cohorts / few
    drawn, seconds, memory = timed(lambda: ours(cohorts))
    listed, exact_seconds, exact_memory = timed(lambda: ours(cohorts, "exact"))
    least, bare_seconds, bare_memory = timed(lambda: bare(cohorts, np.random.default_rng(3)))
    for name, found, size in (
        ("loop", plain, few),
        ("loop of totals", totals, few),
        ("ours", drawn, cohorts),
        ("bare", least, cohorts),
    ):
        assert np.all(np.abs(found - listed) < 5 * np.sqrt(0.25 / size)), f"{name} disagrees"
    print(f"{cohorts:,} cohorts of {N} with {EACH} comparison people each, {len(EFFECTS)} effects")
    print(f"  {f'a loop over cohorts ({few:,} timed, scaled up)':52} {loop_seconds:9.2f} s")
    print(f"  {'a loop over cohorts that draws totals, scaled up':52} {totals_seconds:9.2f} s")
    say("ours, simulated", seconds, memory, loop_seconds)
    say("ours, every outcome listed", exact_seconds, exact_memory, loop_seconds)
    print(f"  {'bare NumPy':52} {bare_seconds:9.2f} s, {bare_memory:5.0f} MB; "
          f"ours {seconds / bare_seconds:.1f} times as long")  # fmt: skip
    print("The same, and the difference must be more than chance (significant_at = 0.95)")
    asked = {"threshold": Decimal(0), "significant_at": Decimal("0.95")}
    plain, loop_seconds, _ = timed(lambda: loop(few, np.random.default_rng(4), z=1.959964))
    loop_seconds *= cohorts / few
    drawn, seconds, memory = timed(lambda: ours(cohorts, **asked))
    assert np.all(np.abs(plain - drawn) < 5 * np.sqrt(0.25 / few)), "the loop disagrees"
    print(f"  {f'a loop over cohorts ({few:,} timed, scaled up)':52} {loop_seconds:9.2f} s")
    say("ours, people with 0, 1, 2, ... events drawn together", seconds, memory, loop_seconds)


if __name__ == "__main__":
    main()
