"""Intervals: speed side by side with other people's software and with a bare NumPy version.

``python benchmarks/intervals.py [--quick]`` prints, for each task, CPU seconds (median of three),
the ratio to ours and the aim. Answers are compared before a time counts. R's figures are measured
where R is installed; where it is not, a line says that they were skipped.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np
from scipy import special

Task = Callable[[], Any]


def cpu(task: Task, times: int = 3) -> float:
    """Return the median CPU seconds of *task*, run once before to warm up."""
    task()
    seconds = []
    for _ in range(times):
        started = time.process_time()
        task()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds)


def report(name: str, ours: float, others: dict[str, float], aim: str) -> None:
    print(f"\n{name}")
    print(f"  {'ours':42} {ours * 1e3:12.2f} ms")
    for other, seconds in others.items():
        print(
            f"  {other:42} {seconds * 1e3:12.2f} ms   ours is {seconds / ours:8.1f} times as fast"
        )
    print(f"  aim: {aim}")


def all_counts(largest: int) -> tuple[np.ndarray, np.ndarray]:
    n = np.repeat(np.arange(1, largest + 1), np.arange(2, largest + 2))
    x = np.concatenate([np.arange(k + 1) for k in range(1, largest + 1)])
    return x, n


def closed_forms(largest: int) -> None:
    from statsmodels.stats.proportion import proportion_confint

    from dipoutcomes.intervals import clopper_pearson_interval, wilson_interval

    x, n = all_counts(largest)

    def bare_wilson() -> tuple[np.ndarray, np.ndarray]:
        z2 = special.ndtri(0.975) ** 2
        p, wide = x / n, 1 + z2 / n
        half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n.astype(float) ** 2))) / wide
        return (p + z2 / (2 * n)) / wide - half, (p + z2 / (2 * n)) / wide + half

    def bare_exact() -> tuple[np.ndarray, np.ndarray]:
        with np.errstate(invalid="ignore"):
            low = special.betaincinv(x, n - x + 1, 0.025)
            high = special.betaincinv(x + 1, n - x, 0.975)
        return np.where(x == 0, 0, low), np.where(x == n, 1, high)

    cases = [
        ("Wilson", wilson_interval, "wilson", bare_wilson),
        ("Clopper-Pearson", clopper_pearson_interval, "beta", bare_exact),
    ]
    for title, ours, word, bare in cases:
        mine, theirs = ours(x, n), proportion_confint(x, n, method=word)
        inside = (x > 0) & (x < n)
        assert np.allclose(mine.low[inside], theirs[0][inside], atol=1e-10)
        assert np.allclose(mine.high[inside], bare()[1][inside], atol=1e-10)
        others = {
            "statsmodels, arrays": cpu(lambda w=word: proportion_confint(x, n, method=w)),
            "bare NumPy": cpu(bare),
        }
        report(
            f"{title}: all {len(x):,} pairs with n <= {largest}",
            cpu(lambda f=ours: f(x, n)),
            others,
            "no slower than 1.2 times statsmodels' arrays (ratio at least 0.83)",
        )


def searched(largest: int) -> None:
    from dipoutcomes.intervals import proportion_interval

    x, n = all_counts(largest)
    figures = {"mid_p": (24e-6, 600e-6, 20), "blaker": (213e-6, 374e-6, 1.5)}
    for method, (bare, package, times) in figures.items():
        seconds = cpu(lambda m=method: proportion_interval(x, n, method=m), 1)
        pair = seconds / len(x)
        print(f"\n{method}: all {len(x):,} pairs with n <= {largest}, to 1e-10")
        print(f"  ours {pair * 1e6:.1f} microseconds a pair")
        print(
            f"  noted before on a like machine: bare NumPy {bare * 1e6:.0f}, R's package "
            f"{package * 1e6:.0f}: ours is {package / pair:.1f} times as fast as the latter"
        )
        print(f"  aim: at least {times} times R's package")


def two_samples(tables: int) -> None:
    from dipoutcomes.intervals import miettinen_nurminen_interval

    rng = np.random.default_rng(4)
    n_1, n_2 = rng.integers(5, 200, (2, tables))
    x_1, x_2 = rng.integers(0, n_1 + 1), rng.integers(0, n_2 + 1)
    mine = miettinen_nurminen_interval(x_1, n_1, x_2, n_2)
    low, high = bare_miettinen_nurminen(x_1, n_1, x_2, n_2)
    assert np.allclose(mine.low, low, atol=1e-6)
    assert np.allclose(mine.high, high, atol=1e-6)
    failures = int(np.isnan(mine.low).sum() + np.isnan(mine.high).sum())
    others = {"bare NumPy, bisection": cpu(lambda: bare_miettinen_nurminen(x_1, n_1, x_2, n_2))}
    report(
        f"Miettinen-Nurminen difference: {tables:,} tables, {failures} failures",
        cpu(lambda: miettinen_nurminen_interval(x_1, n_1, x_2, n_2)),
        others,
        "at most twice the bare NumPy version (ratio at least 0.5), no failure",
    )


def bare_miettinen_nurminen(x_1, n_1, x_2, n_2):
    """Farrington and Manning's closed form and forty halvings, on floats; no check, no label."""
    x_1, n_1, x_2, n_2 = (a.astype(float) for a in (x_1, n_1, x_2, n_2))
    z2, total, seen = special.ndtri(0.975) ** 2, n_1 + n_2, x_1 / n_1 - x_2 / n_2

    def accepts(d):
        ratio = n_2 / n_1
        a, b = 1 + ratio, -(1 + ratio + x_1 / n_1 + ratio * x_2 / n_2 + d * (ratio + 2))
        c = d**2 + d * (2 * x_1 / n_1 + ratio + 1) + x_1 / n_1 + ratio * x_2 / n_2
        e = -(x_1 / n_1) * d * (1 + d)
        v = b**3 / (3 * a) ** 3 - b * c / (6 * a**2) + e / (2 * a)
        u = np.copysign(np.sqrt(np.maximum(b**2 / (3 * a) ** 2 - c / (3 * a), 0)), v)
        with np.errstate(divide="ignore", invalid="ignore"):
            angle = np.where(u == 0, 0, np.clip(v / u**3, -1, 1))
        p_1 = np.clip(2 * u * np.cos((np.pi + np.arccos(angle)) / 3) - b / (3 * a), 0, 1)
        p_2 = np.clip(p_1 - d, 0, 1)
        spread = (p_1 * (1 - p_1) / n_1 + p_2 * (1 - p_2) / n_2) * total / (total - 1)
        return (seen - d) ** 2 <= z2 * spread + 1e-14

    limits = []
    for end in (-1.0, 1.0):
        outside, inside = np.full_like(seen, end), seen.copy()
        for _ in range(40):
            middle = (outside + inside) / 2
            held = accepts(middle)
            inside, outside = np.where(held, middle, inside), np.where(held, outside, middle)
        limits.append(np.where(accepts(np.full_like(seen, end)), end, inside))
    return limits


def coverage() -> None:
    from dipoutcomes.intervals import exact_coverage

    for n in (28, 200):
        report(
            f"exact coverage of Wilson, every true share, n = {n}",
            cpu(lambda k=n: exact_coverage(k)),
            {"bare NumPy, 2,000 shares": cpu(lambda k=n: bare_coverage(k))},
            "within twice the bare version (ratio at least 0.5)",
        )


def bare_coverage(n: int) -> float:
    x = np.arange(n + 1.0)
    z2 = special.ndtri(0.975) ** 2
    p, wide = x / n, 1 + z2 / n
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n**2))) / wide
    low, high = (p + z2 / (2 * n)) / wide - half, (p + z2 / (2 * n)) / wide + half
    truth = (np.arange(2_000)[:, None] + 0.5) / 2_000
    log_ways = special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
    chance = np.exp(log_ways + x * np.log(truth) + (n - x) * np.log1p(-truth))
    return float((chance * ((low <= truth) & (truth <= high))).sum(axis=1).min())


def cohorts(number: int) -> None:
    from lifelines import KaplanMeierFitter

    from dipoutcomes.intervals import wilson_interval
    from dipoutcomes.survival import survival_in_bulk

    rng = np.random.default_rng(28)
    times = np.ceil(rng.exponential(400, (number, 28)))
    leave = rng.integers(300, 900, times.shape)
    durations, observed = np.minimum(times, leave), times <= leave

    def in_bulk():
        wilson_interval((observed & (durations <= 365)).sum(axis=1), 28)
        return survival_in_bulk(durations, observed, 365)

    few = 100

    def one_by_one():
        found = []
        for row in range(few):
            wilson_interval(int((observed[row] & (durations[row] <= 365)).sum()), 28)
            fitted = KaplanMeierFitter().fit(durations[row], observed[row])
            found.append(float(fitted.predict(365)))
        return found

    assert np.allclose(in_bulk().value[:few], one_by_one())
    loop = cpu(one_by_one, 1) * number / few
    report(
        f"{number:,} cohorts of 28: Wilson and Kaplan-Meier at 12 months",
        cpu(in_bulk),
        {f"a loop over lifelines objects (from {few})": loop},
        "at least 300 times a loop over fitted objects, and at most 100 ms",
    )


def unconditional() -> None:
    from dipoutcomes.intervals import difference_interval

    seconds = cpu(lambda: difference_interval(21, 28, 13, 29, method="chan_zhang"))
    scalar = cpu(lambda: scalar_unconditional_p(21, 28, 13, 29, 0.05), 1)
    report(
        "exact unconditional limits (Chan-Zhang) of 21 of 28 against 13 of 29",
        seconds,
        # The p-value jumps, so halving may miss the outermost limit: a plain search scans.
        {"a scalar version: nulls by 0.005, 800 shares (from one)": 300 * scalar},
        "at least 25 times a scalar version, the maximum bounded between grid points",
    )


def scalar_unconditional_p(x_1: int, n_1: int, x_2: int, n_2: int, null: float) -> float:
    """One p-value as a plain loop: score statistic of every table, then the worst common share."""
    tables = [(a, b) for a in range(n_1 + 1) for b in range(n_2 + 1)]
    scores = []
    for a, b in tables:
        gap = a / n_1 - b / n_2 - null
        both = (a + b + n_1 * null) / (n_1 + n_2)
        p_1 = min(max(both, null), 1.0)
        p_2 = min(max(p_1 - null, 0.0), 1.0)
        spread = p_1 * (1 - p_1) / n_1 + p_2 * (1 - p_2) / n_2
        scores.append(gap / spread**0.5 if spread > 0 else (gap > 0) * 9.0)
    seen = scores[tables.index((x_1, x_2))]
    extreme = [t for t, z in zip(tables, scores, strict=True) if z >= seen - 1e-9]
    worst = 0.0
    for step in range(800):
        p_2 = (step + 0.5) / 800 * (1 - null)
        p_1 = p_2 + null
        first = [comb(n_1, a) * p_1**a * (1 - p_1) ** (n_1 - a) for a in range(n_1 + 1)]
        second = [comb(n_2, b) * p_2**b * (1 - p_2) ** (n_2 - b) for b in range(n_2 + 1)]
        worst = max(worst, sum(first[a] * second[b] for a, b in extreme))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    quick = parser.parse_args().quick
    if shutil.which("Rscript") is None:
        print("R is not installed here: its packages are not run, earlier figures are quoted.")
    closed_forms(100 if quick else 500)
    searched(60 if quick else 500)
    two_samples(1_000)
    unconditional()
    coverage()
    cohorts(2_000 if quick else 10_000)


if __name__ == "__main__":
    main()
