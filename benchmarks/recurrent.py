"""Repeated events: histories, mean cumulative function with robust error, test and models.

``python benchmarks/recurrent.py [--quick]`` prints, for each number of people, CPU seconds (median
of three), peak memory allocated, and the ratio to a bare NumPy version, whose answers are
compared first. No Python library has a mean cumulative function with a robust error; R's
``survival`` is timed where R is installed, and a line says so where it is not.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

AIMS = {100_000: 0.05, 1_000_000: 1.0}  # seconds, mean function with robust error
R_PEOPLE = 100_000

R_CODE = """
suppressMessages(library(survival))
d <- read.csv("%s")
started <- proc.time()
fit <- survfit(Surv(start, stop, event) ~ 1, id = person, robust = TRUE, data = d)
cat(sum((proc.time() - started)[1:2]), tail(fit$cumhaz, 1), tail(fit$std.chaz, 1))
"""


def cost(task: Callable[[], Any], times: int = 3) -> tuple[float, float, Any]:
    """Return the median CPU seconds of *task*, the peak of what it allocates in MB, its answer.

    Memory is traced in a run of its own: resident memory would not show what is used again.
    """
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


def records(n: int) -> dict[str, np.ndarray]:
    """Return made-up days: gamma rates of mean 1.5 a year, a spell in custody for every third."""
    rng = np.random.default_rng(n)
    origin = rng.integers(14_000, 15_000, n)
    end = origin + rng.integers(200, 900, n)
    who = np.repeat(np.arange(n), rng.poisson(rng.gamma(1.0, 1.5, n) * 900 / 365))
    held = rng.integers(0, n, n // 3)
    first = origin[held] + rng.integers(0, 800, len(held))
    return {
        "origin": origin,
        "end": end,
        "event_person": who,
        "event_day": origin[who] + rng.integers(0, 900, len(who)),
        "custody_person": held,
        "custody_start": first,
        "custody_end": first + rng.integers(1, 200, len(held)),
    }


def bare_mean_function(
    person: np.ndarray, start: np.ndarray, stop: np.ndarray, event: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and robust error for each day: counts and running sums; no check, no label."""
    width = int(stop.max()) + 1
    entered, left = np.bincount(start, minlength=width), np.bincount(stop, minlength=width)
    running = (entered - left).cumsum()
    at_risk = np.append(0, running[:-1])
    events = np.bincount(stop, event, width)
    one = np.divide(1.0, at_risk, out=np.zeros(width), where=at_risk > 0)
    h = (events * one**2).cumsum()
    change = event * one[stop] - h[stop] + h[start]
    run = change.cumsum()
    new = np.flatnonzero(np.append(True, person[1:] != person[:-1]))
    after = run - np.repeat(np.append(0.0, run)[new], np.diff(np.append(new, len(run))))
    before = after - change
    level = before + h[start]
    alpha = np.bincount(start, level, width) - np.bincount(stop, level, width)
    squares = np.bincount(start, level**2 - before**2, width)
    squares += np.bincount(stop, after**2 - level**2, width)
    variance = squares.cumsum() - 2 * h * alpha.cumsum() + h**2 * running
    return (events * one).cumsum(), np.sqrt(np.maximum(variance, 0))


def mean_function(n: int) -> None:
    from dipoutcomes.survival.recurrent import build_histories, mean_cumulative_function

    data = records(n)
    built, built_mb, histories = cost(lambda: build_histories(**data))
    rows = (histories.person, histories.start, histories.stop, histories.event)
    ours, ours_mb, found = cost(lambda: mean_cumulative_function(histories))
    bare, bare_mb, (mean, error) = cost(lambda: bare_mean_function(*rows))
    day = int(found.curve.time[-1])
    assert np.isclose(found.curve.value[-1], mean[day], rtol=1e-10)
    assert np.isclose(found.std_error[-1], error[day], rtol=1e-8)
    aim = f"   aim {AIMS[n]:.2f} s" if n in AIMS else ""
    print(f"\n{n:,} people, {histories.events:,} events, {len(histories):,} rows")
    print(f"  {'histories from days':44}{built * 1e3:10.1f} ms {built_mb:8.0f} MB")
    print(f"  {'mean function, robust error':44}{ours * 1e3:10.1f} ms {ours_mb:8.0f} MB{aim}")
    print(f"  {'bare NumPy (no t limits)':44}{bare * 1e3:10.1f} ms {bare_mb:8.0f} MB   ours takes "
          f"{ours / bare:.1f} times as long")  # fmt: skip
    others(histories)
    if n == R_PEOPLE:
        r_survival(rows, ours, found)


def others(histories: Any) -> None:
    """Time what has no peer in Python."""
    from dipoutcomes.survival.recurrent import (
        mean_cumulative_function_with_death,
        recurrent_event_model,
        recurrent_event_test,
    )

    n = histories.n_people
    rng = np.random.default_rng(3)
    group, died = np.arange(n) % 2, rng.random(n) < 0.1
    one_a_day = type(histories)(
        person=histories.person, start=histories.start, stop=histories.stop,
        event=np.minimum(histories.event, 1), entry=histories.entry, end=histories.end,
        n_people=n,
    )  # fmt: skip
    tasks = {
        "mean function with death": lambda: mean_cumulative_function_with_death(histories, died),
        "robust test of two groups": lambda: recurrent_event_test(histories, group),
        "proportional means model, 1 covariate": lambda: recurrent_event_model(
            one_a_day, {"group": group}
        ),
    }
    for name, task in tasks.items():
        seconds, extra, _ = cost(task, 1 if n >= 1_000_000 else 3)
        print(f"  {name:44}{seconds * 1e3:10.1f} ms {extra:8.0f} MB")


def r_survival(rows: tuple[np.ndarray, ...], ours: float, found: Any) -> None:
    if not shutil.which("Rscript"):
        print("  R survival: skipped, R is not installed here (3.6 s at 10^5 noted before)")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        table = np.column_stack(rows)
        np.savetxt(
            file, table, fmt="%d", delimiter=",", header="person,start,stop,event", comments=""
        )
        done = subprocess.run(
            ["Rscript", "-e", R_CODE % file], check=False, capture_output=True, text=True
        )
    if done.returncode:
        print("  R survival: skipped, its package `survival` is not installed here")
        return
    seconds, mean, error = (float(x) for x in done.stdout.split())
    assert np.isclose(found.curve.value[-1], mean, rtol=1e-8)
    assert np.isclose(found.std_error[-1], error, rtol=1e-6)
    print(
        f"  {'R survival':44}{seconds * 1e3:10.1f} ms   ours is {seconds / ours:.0f} times as fast"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the million people")
    args = parser.parse_args()
    for n in (28, 1_000, 100_000) if args.quick else (28, 1_000, 100_000, 1_000_000):
        mean_function(n)


if __name__ == "__main__":
    main()
