"""Comparison groups: speed and memory of the score, the match and the balance, in one run.

``python benchmarks/comparison.py [--quick]`` prints CPU seconds (median of three), peak memory
above the data and the ratio to ours. Answers are compared before a time counts. R's MatchIt is
timed where R is installed; the seconds in brackets are from a run of it elsewhere.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from bisect import bisect_left
from pathlib import Path

import numpy as np
import pandas as pd
from _measure import peak_mb
from intervals import cpu

COVARIATES = 10
QUOTED = {  # MatchIt 4.5.1 under R 4.2.2, two cores, November 2026: CPU seconds
    (2_000, 100_000): "1.5",
    (57_000, 1_000_000): "more than 100",
}


def people(treated: int, pool: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return who is treated and covariates: five numbers, five 0/1 columns."""
    rng = np.random.default_rng(seed)
    flags = np.zeros(treated + pool, dtype=bool)
    flags[rng.permutation(treated + pool)[:treated]] = True
    x = rng.normal(size=(treated + pool, COVARIATES))
    x += 0.3 * flags[:, None]
    x[:, 5:] = x[:, 5:] > 0.5
    return flags, x


def bare_match(treated: np.ndarray, score: np.ndarray, caliper_sds: float) -> np.ndarray:
    """Return pairs by a short version: no ties, strata, ratios, checks or words."""
    logit = np.log(score / (1 - score))
    cases, others = np.flatnonzero(treated), np.flatnonzero(~treated)
    spread = (logit[cases].var(ddof=1) + logit[others].var(ddof=1)) / 2
    caliper = caliper_sds * np.sqrt(spread)
    order = others[np.argsort(logit[others])]
    pool = logit[order].tolist()
    up, down = list(range(len(pool) + 1)), list(range(len(pool) + 1))  # down is one place off
    pairs = []
    for i in cases[np.argsort(-logit[cases], kind="stable")].tolist():
        place = bisect_left(pool, logit[i])
        right = place
        while up[right] != right:
            up[right] = up[up[right]]
            right = up[right]
        left = place
        while down[left] != left:
            down[left] = down[down[left]]
            left = down[left]
        above = pool[right] - logit[i] if right < len(pool) else np.inf
        below = logit[i] - pool[left - 1] if left else np.inf
        if min(above, below) > caliper:
            continue
        taken = right if above < below else left - 1
        pairs.append((i, int(order[taken])))
        up[taken] = taken + 1
        down[taken + 1] = taken
    return np.array(pairs)


def above_the_data(task: object) -> float:
    """Return the peak of memory that *task* needs above what was there, in MB."""
    peak_mb(reset=True)
    before = peak_mb()
    task()  # type: ignore[operator]
    return peak_mb() - before


def line(name: str, seconds: float, memory: float | None = None, ours: float | None = None) -> None:
    words = f"  {name:54} {seconds:8.3f} s"
    if memory is not None:
        words += f"   {memory:6.0f} MB above the data"
    if ours is not None:
        words += f"   {seconds / ours:7.1f} times ours"
    print(words)


def by_matchit(treated: np.ndarray, score: np.ndarray) -> float | None:
    """Return MatchIt's CPU seconds for the match alone; None where it is not installed."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        logit = np.log(score / (1 - score))
        pd.DataFrame({"t": treated.astype(int), "logit": logit}).to_csv(file, index=False)
        code = (
            f"library(MatchIt); d <- read.csv('{file}');"
            "s <- system.time(matchit(t ~ logit, data = d, distance = d$logit, caliper = 0.2));"
            "cat(sum(s[1:2]))"
        )
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def matching(treated_people: int, pool: int) -> None:
    from dipoutcomes.comparison.matching import MatchingRule, match

    treated, x = people(treated_people, pool)
    score = 1 / (1 + np.exp(4 - 0.3 * x.sum(axis=1)))
    found = match(treated, score)
    pairs = bare_match(treated, score, 0.2)
    ours = dict(zip(*map(np.ndarray.tolist, found.pairs), strict=True))
    same = np.mean([ours.get(i) == j for i, j in pairs.tolist()])
    print(f"\nMatching {treated_people:,} treated people with a pool of {pool:,}")
    print(
        f"  {len(ours):,} matched; {same:.2%} of the bare version's {len(pairs):,} pairs are ours"
    )
    memory = above_the_data(lambda: match(treated, score))
    seconds = cpu(lambda: match(treated, score))
    line("caliper, no replacement", seconds, memory)
    for name, rule in (
        ("caliper, no replacement, 3 each", MatchingRule(ratio=3)),
        ("caliper, with replacement, 3 each", MatchingRule(ratio=3, replacement=True)),
        ("radius with replacement (weights)", MatchingRule(method="radius")),
    ):
        line(name, cpu(lambda r=rule: match(treated, score, r)), ours=seconds)
    strata = (x[:, 5:8] @ [1, 2, 4]).astype(int)
    line("caliper, no replacement, 8 exact strata",
         cpu(lambda: match(treated, score, exact=strata)), ours=seconds)  # fmt: skip
    line("bare version", cpu(lambda: bare_match(treated, score, 0.2)), ours=seconds)
    if (r := by_matchit(treated, score)) is not None:
        line("R MatchIt", r, ours=seconds)
    else:
        quoted = QUOTED.get((treated_people, pool), "not known")
        print(f"  R with MatchIt is not installed here (quoted: {quoted} s)")


def score_and_balance(treated_people: int, pool: int) -> None:
    import statsmodels.api as sm

    from dipoutcomes.comparison.matching import DesignMatrix, balance_table, propensity_score

    treated, x = people(treated_people, pool)
    names = tuple(f"x{k}" for k in range(COVARIATES))
    matrix = DesignMatrix(columns=x, names=names)
    frame = pd.DataFrame(x, columns=names)
    print(f"\nScore and balance of {len(treated):,} people, {COVARIATES} covariates")
    model = propensity_score(matrix, treated)
    memory = above_the_data(lambda: propensity_score(matrix, treated))
    seconds = cpu(lambda: propensity_score(matrix, treated))
    line("propensity score", seconds, memory)
    line("the same from a data frame", cpu(lambda: propensity_score(frame, treated)), ours=seconds)
    table = sm.add_constant(x)
    y = treated.astype(float)
    theirs = sm.Logit(y, table).fit(disp=0)
    gap = np.abs(theirs.params - model.coefficients).max()
    line(f"statsmodels Logit (differs by {gap:.0e})",
         cpu(lambda: sm.Logit(y, table).fit(disp=0)), ours=seconds)  # fmt: skip
    weights = np.where(treated, 1.0, model.score / (1 - model.score))
    balance = balance_table(matrix, treated, weights)
    one, other = x[treated], x[~treated]

    def bare() -> np.ndarray:
        after = np.average(one, axis=0) - np.average(other, axis=0, weights=weights[~treated])
        return after / np.sqrt((one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / 2)

    gap = np.abs(bare() - [row.difference_after for row in balance.rows]).max()
    memory = above_the_data(lambda: balance_table(matrix, treated, weights))
    seconds = cpu(lambda: balance_table(matrix, treated, weights))
    line("balance table", seconds, memory)
    line(f"bare NumPy, differences after alone (differs by {gap:.0e})", cpu(bare), ours=seconds)


def whole_design(treated_people: int, pool: int) -> None:
    from dipoutcomes.comparison.matching import open_design

    treated, x = people(treated_people, pool)
    names = [f"x{k}" for k in range(COVARIATES)]
    frame = pd.DataFrame(x, columns=names).assign(treated=treated, outcome=0.0)

    def task() -> None:
        plan = open_design(frame, treated="treated", covariates=names, outcomes=["outcome"])
        plan.match()
        plan.balance()
        plan.lock().with_outcomes()

    print("\nScore, match, balance and lock, outcomes out of reach until then")
    line(f"{len(treated):,} people, {COVARIATES} covariates", cpu(task, 1), above_the_data(task))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a pool of 10^5 at most")
    quick = parser.parse_args().quick
    for sizes in ((2_000, 100_000),) if quick else ((2_000, 100_000), (57_000, 1_000_000)):
        matching(*sizes)
        score_and_balance(*sizes)
        whole_design(*sizes)
    print(
        "\naims: 57,000 against 10^6 with a caliper and no replacement in 3 s and 600 MB; balance\n"
        "      in 0.3 s; at least 10 times MatchIt at a size that both can do"
    )


if __name__ == "__main__":
    main()
