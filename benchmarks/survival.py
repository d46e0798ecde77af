"""Kaplan-Meier with limits, log-rank and restricted mean with its error, against other software.

``python benchmarks/survival.py [--quick]`` prints CPU seconds (median of several) and peak memory
above the data for 10^3, 10^5 and 10^6 people with whole days, side by side in one run: ours, a bare
NumPy version of the same sums (no checks, labels or results), statsmodels, lifelines, and
scikit-survival where it is installed. Answers are compared before a time counts. statsmodels and
lifelines have no usable error of the restricted mean; lifelines' own call is timed. R `survival`
is run where R is installed; where it is not, a line says so.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from _measure import peak_mb

from dipoutcomes.survival import kaplan_meier, log_rank_test, restricted_mean
from dipoutcomes.survival.comparing import permutation_log_rank_test, weighted_log_rank_test
from dipoutcomes.survival.weighted import weighted_kaplan_meier

HORIZON = 365
_R = """
library(survival)
d <- read.csv("FILE")
once <- function() {{
  f <- survfit(Surv(days, seen) ~ 1, data = d, conf.type = "log-log")
  summary(f, rmean = 365); survdiff(Surv(days, seen) ~ group, data = d)
}}
once(); t <- system.time(once()); cat(t[["user.self"]] + t[["sys.self"]])
"""


def people(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return whole days of up to 1,000, whether they end in the event, and a group."""
    rng = np.random.default_rng(n)
    end = rng.integers(200, 1_000, n)
    time_to = np.ceil(rng.exponential(400, n)).astype(np.int64)
    days = np.minimum(time_to, end)
    return days, (time_to <= end).astype(np.int64), rng.integers(0, 2, n)


def cost(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return median CPU seconds and peak memory above what was there before, in MB."""
    before = peak_mb(reset=True)
    work()
    peak = peak_mb() - before
    seconds = []
    for _ in range(repeats):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds), peak


def bare(days: np.ndarray, seen: np.ndarray, group: np.ndarray) -> tuple[float, float, float]:
    """Return the curve at the horizon, chi-squared and the area, by sums over days alone."""
    width = int(days.max()) + 1
    table = np.bincount(days + width * (seen + 2 * group), minlength=4 * width)
    table = table.reshape(2, 2, width)
    died = table[:, 1]
    followed = table.sum(axis=1)[:, ::-1].cumsum(axis=1)[:, ::-1]
    d, n = died.sum(axis=0), followed.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = np.cumprod(np.where(n > 0, 1 - d / n, 1.0))
        np.cumsum(np.where(d > 0, d / (n * (n - d)), 0.0))  # Greenwood
        share = followed[0] / n
        gap = np.nansum(died[0] - share * d)
        spread = np.nansum(np.where(n > 1, d * (n - d) / (n - 1), 0.0) * share * (1 - share))
    ahead = np.append(1.0, curve[1:HORIZON])[::-1].cumsum()[::-1]
    return float(curve[HORIZON]), float(gap**2 / spread), float(ahead[0])


def ours(days: np.ndarray, seen: np.ndarray, group: np.ndarray) -> tuple[float, float, float]:
    curve = kaplan_meier(days, seen)
    test = log_rank_test(days, seen, group)
    mean = restricted_mean(days, seen, horizon=HORIZON)
    return curve.at(HORIZON)[0], test.statistic, mean.value


def by_statsmodels(days: np.ndarray, seen: np.ndarray, group: np.ndarray) -> tuple[float, ...]:
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    curve = SurvfuncRight(days, seen)
    times, value = np.append(0, curve.surv_times), np.append(1.0, curve.surv_prob)
    inside = times < HORIZON
    area = float(value[inside] @ np.diff(np.append(times[inside], HORIZON)))
    at = np.searchsorted(times, HORIZON, side="right") - 1
    return float(value[at]), float(survdiff(days, seen, group)[0]), area


def by_lifelines(days: np.ndarray, seen: np.ndarray, group: np.ndarray) -> tuple[float, ...]:
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import logrank_test
    from lifelines.utils import restricted_mean_survival_time

    fitter = KaplanMeierFitter().fit(days, seen)
    first = group == 0
    test = logrank_test(days[first], days[~first], seen[first], seen[~first])
    mean = restricted_mean_survival_time(fitter, t=HORIZON)
    return float(fitter.predict(HORIZON)), float(test.test_statistic), float(mean)


def by_sksurv(days: np.ndarray, seen: np.ndarray, group: np.ndarray) -> tuple[float, ...]:
    from sksurv.compare import compare_survival
    from sksurv.nonparametric import kaplan_meier_estimator
    from sksurv.util import Surv

    times, value, _ = kaplan_meier_estimator(seen.astype(bool), days, conf_type="log-log")
    test, _ = compare_survival(Surv.from_arrays(seen.astype(bool), days), group)
    times, value = np.append(0, times), np.append(1.0, value)
    inside = times < HORIZON
    area = float(value[inside] @ np.diff(np.append(times[inside], HORIZON)))
    return float(value[np.searchsorted(times, HORIZON, side="right") - 1]), float(test), area


def by_r(days: np.ndarray, seen: np.ndarray, group: np.ndarray) -> str:
    """Return R's CPU seconds in words."""
    if not shutil.which("Rscript"):
        return "R survival: skipped, Rscript is not installed here"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        columns = np.column_stack([days, seen, group])
        np.savetxt(file, columns, "%d", ",", header="days,seen,group", comments="")
        script = _R.replace("FILE", str(file)).replace("{{", "{").replace("}}", "}")
        done = subprocess.run(
            ["Rscript", "-e", script], capture_output=True, text=True, check=False
        )
    return f"R survival: {done.stdout.strip()[-12:]} s" if done.returncode == 0 else done.stderr


def compare(n: int, repeats: int) -> None:
    data = people(n)
    peers = {"bare NumPy": bare, "statsmodels": by_statsmodels, "lifelines": by_lifelines}
    if importlib.util.find_spec("sksurv"):
        peers["scikit-survival"] = by_sksurv
    found = ours(*data)
    for name, peer in peers.items():
        assert np.allclose(found, peer(*data), rtol=1e-7), f"{name} disagrees"
    mine, memory = cost(lambda: ours(*data), repeats)
    print(f"\n{n:,} people: Kaplan-Meier, log-rank and restricted mean")
    print(f"  {'ours':16} {1e3 * mine:9.2f} ms, {memory:.0f} MB")
    for name, peer in peers.items():
        # In turns with ours, so that what else the machine does strikes both.
        theirs, space = cost(lambda peer=peer: peer(*data), repeats)
        says = (
            f"{theirs / mine:6.1f} times ours" if theirs > mine else f"ours {mine / theirs:.1f} x"
        )
        print(f"  {name:16} {1e3 * theirs:9.2f} ms, {space:.0f} MB; {says}")
    alone, _ = cost(lambda: kaplan_meier(*data[:2]), repeats)
    print(f"  a curve with its limits alone {1e3 * alone:.2f} ms; {by_r(*data)}")


def other_tasks(n: int, repeats: int) -> None:
    days, seen, group = people(n)
    weights = np.random.default_rng(1).uniform(0.5, 2, n)
    strata = np.random.default_rng(2).integers(0, 50, n)
    tasks: dict[str, Callable[[], object]] = {
        "weighted curve, robust": lambda: weighted_kaplan_meier(days, seen, weights),
        "Fleming-Harrington (0, 1)": lambda: weighted_log_rank_test(
            days, seen, group, weight=(0, 1)
        ),
        "log-rank in 50 strata": lambda: weighted_log_rank_test(days, seen, group, strata=strata),
    }
    for name, work in tasks.items():
        seconds, memory = cost(work, repeats)
        print(f"  {name:28} {n:>9,} people {1e3 * seconds:9.2f} ms, {memory:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out a million people")
    quick = parser.parse_args().quick
    sizes = [(10**3, 15), (10**5, 7), (10**6, 5)][: 2 if quick else 3]
    for n, repeats in sizes:
        compare(n, repeats)
    print("\nOther curves and tests")
    for n, repeats in sizes:
        other_tasks(n, repeats)
    for n in (28, 40):
        days, seen, _ = people(n)
        halves = np.arange(n) % 2
        seconds, _ = cost(
            lambda d=days, s=seen, g=halves: permutation_log_rank_test(d, s, g), repeats=5
        )
        print(f"  exact permutation, {n:>2} people        {1e3 * seconds:9.2f} ms")


if __name__ == "__main__":
    main()
