"""Competing events: cumulative incidence and Fine-Gray, against statsmodels and against growth.

``python benchmarks/competing_risks.py [--quick]`` prints CPU seconds (median of several), peak
memory above the data, and for the cumulative incidence the ratio to statsmodels in the same run
and on the same people, once both give the same answer; statsmodels gives no limits. It has no
Fine-Gray: the time per person shows whether ours grows in step. The R package fastcmprsk (without a
standard error) takes 0.65 s for 10^5.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from dipoutcomes.survival.competing_risks import cumulative_incidence, fine_gray, gray_test


def people(n: int, covariates: int = 5):
    """Return whole days of up to three years, the cause that came first, and covariates."""
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, covariates))
    event = rng.exponential(600 * np.exp(-0.3 * x[:, 0]), n)
    end = rng.uniform(200, 1096, n)
    cause = np.where(event <= end, rng.choice([1, 2, 3], n, p=[0.7, 0.1, 0.2]), 0)
    return np.ceil(np.minimum(event, end)).astype(np.int64), cause, x


def cost(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return median CPU seconds, and the most memory held at once above the data, in MB."""
    # Counted as it is asked for: freed memory that the process keeps would hide it.
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    seconds = []
    for _ in range(repeats):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds), peak


def compare_incidence(n: int, repeats: int) -> None:
    from statsmodels.duration.survfunc import CumIncidenceRight

    days, cause, _ = people(n)
    found = cumulative_incidence(days, cause)
    theirs = CumIncidenceRight(days, cause)
    for curve, values in zip(found.curves, theirs.cinc, strict=True):
        ours = [curve.at(t)[0] for t in theirs.times]
        assert np.abs(np.asarray(ours) - values).max() < 1e-10, "the two disagree"
    # In turns, so that what else the machine does strikes both.
    mine, memory = cost(lambda: cumulative_incidence(days, cause), repeats)
    other, other_memory = cost(lambda: CumIncidenceRight(days, cause), repeats)
    print(
        f"cumulative incidence {n:>9,} people: {mine:.4f} s, {memory:.0f} MB; statsmodels "
        f"{other:.4f} s, {other_memory:.0f} MB; {other / mine:.1f} times as fast"
    )


def time_models(n: int, repeats: int) -> None:
    days, cause, x = people(n)
    groups = x[:, 1] > 0
    gray, _ = cost(lambda: gray_test(days, cause, groups, cause=1), repeats)
    print(f"Gray's test          {n:>9,} people: {gray:.4f} s")
    from dipoutcomes.survival.competing_risks._subdistribution import fit_subdistribution, prepare

    kind = np.where(cause == 1, 1, np.where(cause > 0, 2, 0))
    alone, memory = cost(
        lambda: fit_subdistribution(prepare(days, kind, x, events_first=False)), repeats
    )
    whole, _ = cost(lambda: fine_gray(days, cause, x, cause=1), repeats)
    print(
        f"Fine-Gray, 5 covariates {n:>6,} people: {alone:.4f} s, robust, {memory:.0f} MB, "
        f"{1e6 * alone / n:.2f} microseconds a person; with three Cox models {whole:.4f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out a million people")
    quick = parser.parse_args().quick
    sizes = [(10**3, 21), (10**5, 9), (10**6, 5)]
    for n, repeats in sizes[: 2 if quick else 3]:
        compare_incidence(n, repeats)
    for n, repeats in [(10**4, 9), (10**5, 5), (10**6, 3)][: 2 if quick else 3]:
        time_models(n, repeats)


if __name__ == "__main__":
    main()
