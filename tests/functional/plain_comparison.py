"""A comparison of two groups worked out again with plain loops; nothing of the package is used.

It stands on `plain_recount`, which reads the files of a study and follows the rules in words.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from scipy import stats
from statsmodels.discrete.discrete_model import Logit

YEAR = 365.25


def age_on(born, day):
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def expected_after(rows, m, k, *, seen_at_entry=1):
    """Sum of t1 (k + 1 + x) / (k / m + t0) over (x, days before, events after, days after)."""
    return sum(
        after / YEAR * (k + seen_at_entry + x) / (k / m + before / YEAR)
        for x, before, _, after in rows
        if before > 0 and after > 0
    )


def rate_ratio(rows):
    """Events a day after over events a day before, of those with a day in both."""
    kept = [row for row in rows if row[1] > 0 and row[3] > 0]
    x, before, y, after = (sum(column) for column in zip(*kept, strict=True))
    return (y / after) / (x / before)


def columns_of(people):
    """Age, sex, events before and area as columns, one level of each left out."""
    sexes, areas = ({p[key] for p in people} for key in ("sex", "area"))
    return np.array(
        [
            [
                1.0,
                p["age"],
                *(p["sex"] == s for s in sorted(sexes)[1:]),
                p["events_before"],
                *(p["area"] == a for a in sorted(areas)[1:]),
            ]
            for p in people
        ],
        dtype=float,
    )


def logits_of(people):
    """Fitted log odds of having had the programme, by statsmodels."""
    x = columns_of(people)
    fit = Logit([float(p["treated"]) for p in people], x).fit(disp=0, method="newton", tol=1e-12)
    return x @ fit.params


def matched(people, logits, *, calipers, ratio):
    """Sets {treated: [others]}: rounds, the highest score first, the nearest who is free."""
    treated = [i for i, p in enumerate(people) if p["treated"]]
    free = {i for i, p in enumerate(people) if not p["treated"]}
    groups = (treated, sorted(free))
    spread = math.sqrt(np.mean([np.var(logits[g], ddof=1) for g in groups]))
    sets = {i: [] for i in treated}
    turns = sorted(treated, key=lambda i: (-logits[i], i))
    for done in range(ratio):
        for i in turns:
            if len(sets[i]) < done or not free:
                continue
            apart, nearest = min((abs(logits[i] - logits[j]), j) for j in free)
            if apart <= calipers * spread:
                sets[i].append(nearest)
                free.remove(nearest)
    return {i: others for i, others in sets.items() if others}


def weights_of(people, sets):
    weights = np.zeros(len(people))
    for i, others in sets.items():
        weights[i] = 1
        for j in others:
            weights[j] = 1 / len(others)
    return weights


def means(people, weights, value):
    """Weighted means of the treated and of the others."""
    found = []
    for treated in (True, False):
        own = [
            (w, value(p)) for p, w in zip(people, weights, strict=True) if p["treated"] == treated
        ]
        found.append(sum(w * v for w, v in own) / sum(w for w, _ in own))
    return found


def of_sets(people, sets, value):
    """Difference of means with the spread between matched sets, (D - mean D)^2 by hand.

    Each set's difference is its treated person's value less the mean of that person's others.
    """
    apart = [
        value(people[i]) - np.mean([value(people[j]) for j in others]) for i, others in sets.items()
    ]
    centred = np.array(apart) - np.mean(apart)
    n = len(centred)
    return float(np.mean(apart)), math.sqrt((centred**2).sum() / n / (n - 1)), centred


def ratio_of_sets(people, sets, value):
    """Log of the ratio of means, and its standard error from sets, to first order."""
    first = np.array([value(people[i]) for i in sets], dtype=float)
    other = np.array([np.mean([value(people[j]) for j in others]) for others in sets.values()])
    a, b, n = first.mean(), other.mean(), len(first)
    parts = (first - a) / a - (other - b) / b
    return math.log(a / b), math.sqrt((parts**2).sum() / n / (n - 1))


def standardised(people, weights, value):
    """Difference of means over the root of the mean variance of everybody, before and after."""
    plain = means(people, np.ones(len(people)), value)
    after = means(people, weights, value)
    both = [[value(p) for p in people if p["treated"] == side] for side in (True, False)]
    spread = math.sqrt(np.mean([np.var(group, ddof=1) for group in both]))
    return (plain[0] - plain[1]) / spread, (after[0] - after[1]) / spread


def kish(weights):
    return weights.sum() ** 2 / (weights**2).sum()


def welch(people, weights, value):
    """The Data Lab's difference and limits: weighted means, variances over effective numbers."""
    parts, found = [], []
    for treated in (True, False):
        own = np.array([p["treated"] == treated for p in people]) & (weights > 0)
        w, v = weights[own], np.array([value(p) for p in people], dtype=float)[own]
        n, mean = kish(w), float((w * v).sum() / w.sum())
        variance = float((w * (v - mean) ** 2).sum() / w.sum()) * n / (n - 1)
        found.append(mean)
        parts.append((variance / n, n - 1))
    total = sum(v for v, _ in parts)
    df = total**2 / sum(v**2 / d for v, d in parts)
    half = stats.t.ppf(0.975, df) * math.sqrt(total)
    apart = found[0] - found[1]
    return found, (apart - half, apart + half)


def permuted(changes, intensive):
    """Ratio of geometric mean changes and the share of choices of areas at least as far from 1."""
    names = list(changes)

    def apart(chosen):
        inside = [changes[a] for a in chosen]
        outside = [changes[a] for a in names if a not in chosen]
        return np.mean(inside) - np.mean(outside)

    seen = apart(intensive)
    ways = [apart(chosen) for chosen in combinations(names, len(intensive))]
    p_value = np.mean([abs(one) >= abs(seen) - 1e-12 for one in ways])
    return math.exp(seen), float(p_value), 1 / len(ways)
