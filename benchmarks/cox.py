"""Cox regression: speed and memory side by side with other people's software, in one run.

``python benchmarks/cox.py [--quick]`` prints CPU seconds (median of three), peak memory and the
ratio to ours, for daily ties with Efron's rule and 10 covariates. Coefficients are compared before
a time counts. R's ``coxph`` is timed where R with ``survival`` is installed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from _measure import peak_mb
from intervals import cpu

COVARIATES = 10


def people(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, COVARIATES))
    x[:, 5:] = x[:, 5:] > 0.5
    effect = np.linspace(-0.4, 0.4, COVARIATES)
    time = np.ceil(rng.exponential(700 * np.exp(-x @ effect)))
    leaves = rng.integers(100, 1100, n)
    names = [f"x{k}" for k in range(COVARIATES)]
    return np.minimum(time, leaves), (time <= leaves).astype(int), pd.DataFrame(x, columns=names)


def bare(time: np.ndarray, event: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return coefficients by a short NumPy version: no checks, labels, errors or tests."""
    order = np.argsort(time.astype(np.int16), kind="stable")
    day, died = time[order].astype(int), event[order] == 1
    x = np.ascontiguousarray(x[order].T)
    days, starts = np.unique(day, return_index=True)
    place = np.repeat(np.arange(len(days)), np.diff(np.append(starts, len(day))))
    deaths = np.bincount(place[died], minlength=len(days))
    step = np.repeat(np.arange(len(days)), deaths)
    share = np.concatenate([np.arange(d) / d for d in deaths if d])
    dead_place, dead_x = place[died], x[:, died]
    beta = np.zeros(len(x))
    for _ in range(20):
        risk = np.exp(beta @ x)
        total = np.add.reduceat(risk, starts)[::-1].cumsum()[::-1]
        dead = np.bincount(dead_place, risk[died], len(days))
        one = 1 / (total[step] - share * dead[step])
        wide = np.add.reduceat(x * risk, starts, axis=1)[:, ::-1].cumsum(axis=1)[:, ::-1]
        own = np.array([np.bincount(dead_place, row, len(days)) for row in dead_x * risk[died]])
        sums = [np.bincount(step, v, len(days)) for v in (one, share * one)]
        squares = [np.bincount(step, one**2 * share**k, len(days)) for k in (0, 1, 2)]
        expected = risk * np.cumsum(sums[0])[place]
        expected[died] -= risk[died] * sums[1][dead_place]
        slope = x @ (died - expected)
        cross = (wide * squares[1]) @ own.T
        curve = (x * expected) @ x.T - (wide * squares[0]) @ wide.T
        curve += cross + cross.T - (own * squares[2]) @ own.T
        move = np.linalg.solve(curve, slope)
        beta = beta + move
        if np.abs(move).max() < 1e-9:
            break
    return beta


def by_r(time: np.ndarray, event: np.ndarray, x: pd.DataFrame) -> tuple[float, np.ndarray] | None:
    """Return R's CPU seconds and coefficients; None where R or its package is not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        x.assign(time=time, event=event).to_csv(file, index=False)
        code = (
            f"library(survival); d <- read.csv('{file}');"
            "s <- system.time(f <- coxph(Surv(time, event) ~ ., data = d, ties = 'efron'));"
            "cat(sum(s[1:2]), sprintf('%.15g', coef(f)))"
        )
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    seconds, *found = map(float, done.stdout.split())
    return seconds, np.array(found)


def compare(n: int, *, slow: bool) -> None:
    from dipoutcomes.survival.regression import cox_regression

    time, event, x = people(n)
    model = cox_regression(time, event, x)
    found = np.array([term.log_ratio for term in model.terms])
    peak_mb(reset=True)
    before = peak_mb()
    ours = cpu(lambda: cox_regression(time, event, x))
    memory = peak_mb() - before
    rows = [("robust errors too", cpu(lambda: cox_regression(time, event, x, variance="robust")))]
    table = x.to_numpy()
    gap = np.abs(bare(time, event, table) - found).max()
    rows.append((f"bare NumPy (differs by {gap:.0e})", cpu(lambda: bare(time, event, table))))
    if slow:
        from lifelines import CoxPHFitter

        frame = x.assign(time=time, event=event)
        fitted = CoxPHFitter().fit(frame, "time", "event")
        gap = np.abs(fitted.params_.to_numpy() - found).max()
        seconds = cpu(lambda: CoxPHFitter().fit(frame, "time", "event"), 1)
        rows.append((f"lifelines (differs by {gap:.0e})", seconds))
        import statsmodels.api as sm

        if n <= 100_000:  # its risk sets are lists, one a time
            phreg = sm.PHReg(time, table, status=event, ties="efron")
            gap = np.abs(phreg.fit().params - found).max()
            seconds = cpu(phreg.fit, 1)
            rows.append((f"statsmodels (differs by {gap:.0e})", seconds))
        if (r := by_r(time, event, x)) is not None:
            rows.append((f"R coxph (differs by {np.abs(r[1] - found).max():.0e})", r[0]))
        else:
            print("R with `survival` is not installed: skipped")
    print(f"\nCox, Efron, {COVARIATES} covariates, {n:,} people, {event.sum():,} events")
    print(f"  {'ours':44} {ours:9.3f} s   {memory:7.0f} MB above the data")
    for name, seconds in rows:
        print(f"  {name:44} {seconds:9.3f} s   {seconds / ours:7.1f} times ours")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10^5 people at most")
    quick = parser.parse_args().quick
    for n in (1_000, 100_000) if quick else (1_000, 100_000, 1_000_000):
        compare(n, slow=True)
    print("\naim: at least 2 times lifelines, coefficients within 1e-9 of the optimum")


if __name__ == "__main__":
    main()
