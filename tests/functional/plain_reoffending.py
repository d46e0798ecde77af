"""Time to re-offending worked out again, a person and a day at a time, with nothing of the package.

It stands on `plain_recount`, which reads the files that a protocol names. Errors of estimates are
had from the definition of the infinitesimal jackknife: each person is weighed a little more and a
little less, and the estimate worked out again.
"""

from __future__ import annotations

import importlib.util
import math
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy import optimize, stats

if "plain_recount" not in sys.modules:
    _spec = importlib.util.spec_from_file_location(
        "plain_recount", Path(__file__).with_name("plain_recount.py")
    )
    sys.modules["plain_recount"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["plain_recount"])
DAY, days_of, later = (
    getattr(sys.modules["plain_recount"], n) for n in ("DAY", "days_of", "later")
)

NUDGE = 1e-5


def longest(months):
    return int(months * 365.25 / 12)


class Followed:
    """One client from an origin: days to what came first, and what it was."""

    def __init__(self, person, origin, months):
        self.person = person
        self.first_day = {"start": person.start, "end": person.end}[origin]
        self.days = None  # never at risk
        if self.first_day is None:
            return
        recount = person.recount
        self.closes = min(recount.last + DAY, self.first_day + longest(months) * DAY)
        waiting = recount.protocol["outcome"].get("waiting_period_months", 0)
        self.events = person.events_between(
            self.first_day, self.closes, later(self.closes, waiting)
        )
        gone = person.gone
        self.stop = min(self.closes, gone) if gone is not None else self.closes
        self.died = gone is not None and gone < self.closes and self._kind() == "death"
        if self.stop <= self.first_day:
            return
        if self.events:
            self.days, self.what = (self.events[0] - self.first_day).days + 1, "event"
        else:
            self.days = (self.stop - self.first_day).days
            self.what = "death" if self.died else None

    def _kind(self):
        """What the exit is: re-entry where that ends follow-up and came earlier."""
        exits = self.person.recount.of("exits", self.person.client)
        kinds = [e["kind"] for e in exits if e["date"] == self.person.gone]
        return min(kinds) if kinds else "re-entry"


def followed(people, origin, months):
    """The people whose outcome is certain and who were at risk after the origin."""
    found = [Followed(p, origin, months) for p in people if p.certain]
    return [f for f in found if f.days is not None]


def followed_at_all(people, origin, months):
    """The same for repeated events, where a first event ends nothing."""
    found = [Followed(p, origin, months) for p in people if p.certain]
    return [f for f in found if f.first_day is not None and f.stop > f.first_day]


# ------------------------------------------------------------------------ what came first


def incidence(people, until, causes, weights=None):
    """Aalen-Johansen by the definition: the share for whom each cause came first by a time."""
    w = np.ones(len(people)) if weights is None else weights
    days = np.array([p.days for p in people])
    share, free = dict.fromkeys(causes, 0.0), 1.0
    for day in sorted({p.days for p in people if p.what in causes and p.days <= until}):
        at_risk = w[days >= day].sum()
        now = [(p.what, w[i]) for i, p in enumerate(people) if p.days == day]
        before = free
        for cause in causes:
            seen = sum(weight for what, weight in now if what == cause)
            share[cause] += before * seen / at_risk
            free -= before * seen / at_risk
    return share, free


def jackknifed(estimate, people):
    """Infinitesimal jackknife: the root of the sum of squared derivatives by each weight."""
    total = 0.0
    for i in range(len(people)):
        up, down = np.ones(len(people)), np.ones(len(people))
        up[i] += NUDGE
        down[i] -= NUDGE
        total += ((estimate(up) - estimate(down)) / (2 * NUDGE)) ** 2
    return math.sqrt(total)


def log_log(share, error, level):
    """Limits of a share on the scale log(-log F)."""
    z = stats.norm.ppf((1 + level) / 2)
    width = z * error / (share * math.log(share))  # negative
    return share ** math.exp(-width), share ** math.exp(width)


def naive(people, until):
    """One minus Kaplan-Meier of the event, everybody else taken as having left."""
    free = 1.0
    for day in sorted({p.days for p in people if p.what == "event" and p.days <= until}):
        at_risk = sum(p.days >= day for p in people)
        free *= 1 - sum(p.days == day and p.what == "event" for p in people) / at_risk
    return 1 - free


def time_lost(people, horizon, causes):
    """The area under each share, a day at a time, and the days with none of them."""
    by_day = [incidence(people, day, causes) for day in range(horizon)]
    lost = {cause: sum(share[cause] for share, _ in by_day) for cause in causes}
    return lost, sum(free for _, free in by_day)


def log_rank(rows):
    """Observed, expected and chi-squared of rows (days, seen, group), hypergeometric variance."""
    names = sorted({g for _, _, g in rows})
    observed, expected = defaultdict(int), defaultdict(float)
    variance = np.zeros((len(names), len(names)))
    for day in sorted({d for d, seen, _ in rows if seen}):
        n = np.array([sum(d >= day and g == name for d, _, g in rows) for name in names], float)
        x = np.array(
            [sum(d == day and seen and g == name for d, seen, g in rows) for name in names], float
        )
        total, events = n.sum(), x.sum()
        for k, name in enumerate(names):
            observed[name] += int(x[k])
            expected[name] += events * n[k] / total
        if total > 1:
            spread = events * (total - events) / (total - 1) / total**2
            variance += spread * (total * np.diag(n) - np.outer(n, n))
    gap = np.array([observed[n] - expected[n] for n in names])[:-1]
    chi2 = float(gap @ np.linalg.solve(variance[:-1, :-1], gap))
    return observed, expected, chi2


# ------------------------------------------------------------------------------- how often


class AtLiberty:
    """One client's days at liberty from an origin, counted from 1, and the events on them."""

    def __init__(self, one: Followed, *, custody_out=True):
        self.who, self.died = one, one.died
        inside = one.person.inside if custody_out else set()
        self.length = (one.stop - one.first_day).days
        self.free = [
            n for n, day in enumerate(days_of(one.first_day, one.stop), 1) if day not in inside
        ]
        free = set(self.free)
        self.events, self.lost = [], 0
        for day in one.events:
            n = (day - one.first_day).days + 1
            if n in free:
                self.events.append(n)
            elif n - 1 in free:  # the day of reception: it came before, on the eve
                self.events.append(n - 1)
            else:
                self.lost += 1


def mean_count(people, until, weights=None, *, death=True):
    """Sum over days of (share alive before) x (events) / (people at liberty)."""
    w = np.ones(len(people)) if weights is None else weights
    at_risk, events = np.zeros(until + 1), np.zeros(until + 1)
    followed_on, deaths = np.zeros(until + 1), np.zeros(until + 1)
    for one, weight in zip(people, w, strict=True):
        free = [n for n in one.free if n <= until]
        at_risk[free] += weight
        for n in one.events:
            if n <= until:
                events[n] += weight
        followed_on[1 : min(one.length, until) + 1] += weight
        if one.died and one.length <= until:
            deaths[one.length] += weight
    mean, alive = 0.0, 1.0
    for n in range(1, until + 1):
        if at_risk[n] > 0:
            mean += alive * events[n] / at_risk[n]
        if death and deaths[n]:
            alive *= 1 - deaths[n] / followed_on[n]
    return mean


def mean_limits(people, until, level):
    """Value and limits on the log scale with t; the degrees of freedom are Satterthwaite's."""
    value = mean_count(people, until)
    n, parts, plain = len(people), [], []
    for i in range(n):
        up, down = np.ones(n), np.ones(n)
        up[i] += NUDGE
        down[i] -= NUDGE
        for found, death in ((parts, True), (plain, False)):
            high, low = (mean_count(people, until, w, death=death) for w in (up, down))
            found.append((high - low) / (2 * NUDGE))
    square = sum(u**2 for u in plain)
    kurtosis = n * sum(u**4 for u in plain) / square**2
    df = min(max(2 / ((kurtosis - 3) / n + 2 / n + 2 / (n * (n - 1))), 1), n - 1)
    error = math.sqrt(sum(u**2 for u in parts) * n / (n - 1))
    half = stats.t.ppf((1 + level) / 2, df) * error / value
    return value, value * math.exp(-half), value * math.exp(half)


# ------------------------------------------------------------------------------ who sooner


def cox(days, seen, x, level):
    """Maximise Efron's partial likelihood with a general optimiser; Wald limits of the ratios."""
    days, seen, x = np.asarray(days, float), np.asarray(seen, bool), np.asarray(x, float)
    centre = x.mean(axis=0)
    x = x - centre

    def parts(beta):
        risk = np.exp(x @ beta)
        value, slope = 0.0, np.zeros(len(beta))
        curve = np.zeros((len(beta), len(beta)))
        for day in np.unique(days[seen]):
            here = (days == day) & seen
            at_risk = days >= day
            s0, d0 = risk[at_risk].sum(), risk[here].sum()
            s1, d1 = risk[at_risk] @ x[at_risk], risk[here] @ x[here]
            s2 = (x[at_risk] * risk[at_risk][:, None]).T @ x[at_risk]
            d2 = (x[here] * risk[here][:, None]).T @ x[here]
            value += (x[here] @ beta).sum()
            slope += x[here].sum(axis=0)
            m = here.sum()
            for k in range(m):
                t0, t1, t2 = (s - k / m * d for s, d in ((s0, d0), (s1, d1), (s2, d2)))
                value -= math.log(t0)
                slope -= t1 / t0
                curve += t2 / t0 - np.outer(t1, t1) / t0**2
        return value, slope, curve

    found = optimize.minimize(
        lambda b: -parts(b)[0], np.zeros(x.shape[1]), jac=lambda b: -parts(b)[1],
        hess=lambda b: parts(b)[2], method="trust-exact", options={"gtol": 1e-9},
    )  # fmt: skip
    error = np.sqrt(np.diag(np.linalg.inv(parts(found.x)[2])))
    z = stats.norm.ppf((1 + level) / 2)
    return np.exp(found.x), np.exp(found.x - z * error), np.exp(found.x + z * error)


# ----------------------------------------------------------------------------------- never


def weibull_cure(days, seen):
    """The share never seen again, by the best of several general searches of the likelihood."""
    days, seen = np.asarray(days, float), np.asarray(seen, bool)

    def minus(place):
        susceptible = 1 / (1 + math.exp(-place[0]))
        shape, scale = math.exp(place[1]), math.exp(place[2])
        free = np.exp(-((days / scale) ** shape))
        density = shape / scale * (days / scale) ** (shape - 1) * free
        with np.errstate(divide="ignore"):
            return -np.where(
                seen, np.log(susceptible * density), np.log(1 - susceptible + susceptible * free)
            ).sum()

    middle = math.log(np.median(days))
    best = min(
        (
            optimize.minimize(
                minus, (a, b, middle), method="Nelder-Mead",
                options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 20_000},
            )
            for a in (0.0, 2.0)
            for b in (-0.3, 0.3)
        ),
        key=lambda found: found.fun,
    )  # fmt: skip
    return 1 - 1 / (1 + math.exp(-best.x[0]))
