"""BCa limits of a before and after rate ratio, people drawn whole, beside scipy.stats.bootstrap.

    python benchmarks/bootstrap.py [--quick]

Aims (10,000 replicates): no slower than SciPy at 28 people, three times as fast at 1,000, at most
8 seconds of CPU and 100 MB above the data at 50,000. SciPy's limits must agree to Monte Carlo
error, or the run stops.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

REPLICATES = 10_000
SCIPY_UP_TO = 1_000  # beyond it SciPy needs more than a minute, or more memory than there is


def cost(task: Callable[[], Any], times: int) -> tuple[float, float, Any]:
    """Return the median CPU seconds of *task*, the peak of what it allocates in MB, its answer."""
    seconds = []
    for _ in range(times):
        started = time.process_time()
        answer = task()
        seconds.append(time.process_time() - started)
    tracemalloc.start()
    task()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return statistics.median(seconds), peak / 2**20, answer


def people(n: int, *, alike: bool) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(n)
    own = rng.gamma(1.0, 2.0, n)
    days = np.full((2, n), 365) if alike else rng.integers(90, 366, (2, n))
    before, after = (rng.poisson(own * d / 365 * f) for d, f in zip(days, (1, 0.8), strict=True))
    return before, days[0], after, days[1]


def bare(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return ratios of samples in plain NumPy: equal time, no check, no limits."""
    rng, n = np.random.default_rng(1), len(before)
    ratios = np.empty(REPLICATES)
    rows = max(1, 60_000 // n)
    for first in range(0, REPLICATES, rows):
        chosen = rng.integers(0, n, (min(rows, REPLICATES - first), n))
        ratios[first : first + rows] = after[chosen].sum(axis=1) / before[chosen].sum(axis=1)
    return ratios


def scipys(columns: tuple[np.ndarray, ...]) -> Any:
    from scipy import stats

    def ratio(b: Any, t0: Any, a: Any, t1: Any, axis: int = -1) -> Any:
        return (a.sum(axis) / t1.sum(axis)) / (b.sum(axis) / t0.sum(axis))

    return stats.bootstrap(
        columns, ratio, paired=True, n_resamples=REPLICATES, method="BCa", vectorized=True,
        random_state=np.random.default_rng(2), batch=1_000,
    ).confidence_interval  # fmt: skip


def measure(n: int) -> None:
    from dipoutcomes.comparison.before_after import bootstrap_rate_ratio

    times = 9 if n <= 28 else 5 if n <= 1_000 else 1
    print(f"\n{n:,} people, {REPLICATES:,} replicates")
    for alike, words in ((True, "equal time"), (False, "time of one's own")):
        columns = people(n, alike=alike)
        ours, peak, found = cost(
            lambda c=columns: bootstrap_rate_ratio(*c, rng=np.random.default_rng(1)), times
        )
        print(f"  {'bootstrap_rate_ratio, ' + words:44}{ours * 1e3:10.1f} ms {peak:8.1f} MB")
        if n <= SCIPY_UP_TO:
            theirs, _, limits = cost(lambda c=columns: scipys(c), times)
            close = 0.03 * found.interval.width + 0.005
            assert abs(found.interval.low - limits.low) < 3 * close
            assert abs(found.interval.high - limits.high) < 3 * close
            print(f"  {'scipy.stats.bootstrap':44}{theirs * 1e3:10.1f} ms   ours is "
                  f"{theirs / ours:.1f} times as fast")  # fmt: skip
    before, _, after, _ = people(n, alike=True)
    limit, _, _ = cost(lambda: bare(before, after), times)
    print(f"  {'plain NumPy, equal time, ratios only':44}{limit * 1e3:10.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the 50,000 people")
    args = parser.parse_args()
    for n in (28, 1_000) if args.quick else (28, 1_000, 50_000):
        measure(n)


if __name__ == "__main__":
    main()
