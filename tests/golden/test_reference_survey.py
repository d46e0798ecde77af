"""Survey estimates of `f02_survey_proportions_ratios.csv`: every row, against R's survey package.

Another folder of reference files is compared with ``DIPOUTCOMES_REFERENCE_DIR``.
"""

import os
import sys
import tomllib
from collections import Counter
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.interpolate import CubicHermiteSpline
from scipy.special import expit, logit, rel_entr
from scipy.stats import f, norm, t

from dipoutcomes.sampling import (
    survey_design,
    survey_mean,
    survey_proportion,
    survey_ratio,
    survey_total,
)

FOLDER = Path(os.environ.get("DIPOUTCOMES_REFERENCE_DIR", Path(__file__).parent / "reference"))
FILE = "f02_survey_proportions_ratios"
EXCEPTIONS = tomllib.loads(Path(__file__).with_name("exceptions.toml").read_text(encoding="utf-8"))
WIDER = {
    name: entry["abs_tolerance"]
    for entry in EXCEPTIONS["interpolated"]
    if entry["file"] == FILE
    for name in entry["case_ids"]
}
COLUMNS = ("estimate", "std_error", "df", "lower", "upper")


def sample(design):
    """Return the people and the design of a row."""
    people = pd.read_csv(FOLDER / "data" / "stratified_sample.csv")
    if design in {"one_area_srs_fpc", "empty_area_srs_fpc"}:
        area = "North" if design.startswith("one") else "Hill"
        people = people[people["area"] == area].reset_index(drop=True)
        return people, survey_design(people["weight"], population=people["area_population"])
    return people, survey_design(
        people["weight"],
        strata=people["area"],
        clusters=people["caseworker"] if "clusters" in design else None,
        population=None if "no_fpc" in design else people["area_population"],
    )


def estimate(row):
    people, design = sample(row.design)
    level = {"confidence_level": row.confidence_level}
    if row.method.startswith("svyciprop_"):
        method = row.method.removeprefix("svyciprop_")
        return survey_proportion(people["reoffended"], design, method=method, **level)
    if row.method == "svyratio":
        return survey_ratio(people["offences"], people["years_at_risk"], design, **level)
    if row.method == "svymean_domain":
        domain = people["female"] == int(row.quantity[-1])
        return survey_mean(people["reoffended"], design, domain=domain, **level)
    estimator = {"svymean": survey_mean, "svytotal": survey_total}[row.method]
    return estimator(people[row.quantity.split()[1]], design, **level)


def misses(row, wider=WIDER):
    """Return what disagrees; an empty limit of R's is no agreement with one of ours."""
    tolerance = wider.get(row.case_id, row.abs_tolerance)
    found = estimate(row)
    ours = {
        "estimate": found.value, "std_error": found.std_error, "df": found.df,
        "lower": found.interval.low, "upper": found.interval.high,
    }  # fmt: skip
    said = []
    for column in COLUMNS:
        theirs = getattr(row, column)
        given = not isnan(theirs)
        wrong = given and not abs(ours[column] - theirs) <= tolerance
        if wrong or (not given and not isnan(ours[column])):
            said.append(f"{row.case_id} {row.method} {column}: {ours[column]!r}, {theirs!r}")
    return said


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(FOLDER / f"{FILE}.csv")


def excused(table):
    entries = [entry for entry in EXCEPTIONS["artefact"] if entry["file"] == FILE]
    return set().union(*(table.query(entry["rows"])["case_id"] for entry in entries))


def test_every_row_agrees(table):
    artefacts, compared, problems, stale = excused(table), Counter(), [], []
    for row in table.itertuples():
        said = misses(row)
        if row.case_id in artefacts:
            stale += [] if said else [row.case_id]
            continue
        problems += said
        compared[row.method] += 1
    lines = [f"{count:5d} {name}" for name, count in sorted(compared.items())]
    head = f"\n{FILE}: {sum(compared.values())} of {len(table)} rows compared"
    sys.stdout.write("\n".join([head, *lines, ""]))
    assert not problems, "\n".join(problems)
    assert not stale, f"excused rows that agree after all: {stale}"
    assert sum(compared.values()) + len(artefacts) == len(table) > len(artefacts) > 0


def test_only_shares_without_an_event_are_excused(table):
    rows = table[table["case_id"].isin(excused(table))]
    noted = table["note"].str.contains("no event|R raises an error", na=False)
    assert set(rows["case_id"]) == set(table["case_id"][noted])
    assert set(rows["design"]) == {"empty_area_srs_fpc"}


def test_an_area_without_events_has_limits_all_the_same():
    people, design = sample("empty_area_srs_fpc")
    for method in ("beta", "logit", "likelihood", "asin", "mean", "xlogit"):
        found = survey_proportion(people["reoffended"], design, method=method)
        # Nobody of 10: Clopper-Pearson's upper limit, 1 - 0.025^(1/10).
        assert tuple(found.interval) == pytest.approx((0, 1 - 0.025**0.1), abs=1e-12)
        assert found.effective_n == 10
        assert "nobody had an event" in found.caveat


def test_a_wrong_limit_would_be_noticed(table):
    row = next(table[table["method"] == "svyciprop_beta"].itertuples())
    assert not misses(row)
    assert misses(row._replace(lower=row.lower + 1e-9))


def test_a_wider_tolerance_is_still_needed(table):
    rows = table[table["case_id"].isin(WIDER)]
    assert len(rows) == len(WIDER) > 0
    assert all(misses(row, {}) for row in rows.itertuples())


def profile_of_r(row, n):
    """Return the limits that R reads off its profile of the log-odds (profile.glm, confint)."""
    p, level, variance = row.estimate, row.confidence_level, row.std_error**2
    effect, phi = variance / (p * (1 - p) / n), n / (n - 1)
    cut = t.ppf((1 + level) / 2, row.df) * effect**0.5
    furthest = f.isf(norm.sf(cut) / 2, 1, n - 1) ** 0.5
    step = furthest / 5 * variance**0.5 / (p * (1 - p))
    points = [(logit(p), 0.0)]
    for sign in (-1, 1):
        z, k = 0.0, 0
        while k < 9 and abs(z) < furthest:
            k += 1
            q = expit(logit(p) + sign * k * step)
            z = sign * (2 * n * (rel_entr(p, q) + rel_entr(1 - p, 1 - q)) / phi) ** 0.5
            points.append((logit(q), z))
    x, y = np.array(sorted(points)).T
    fine = np.linspace(x[0], x[-1], 3 * len(x))
    return expit(np.interp([-cut, cut], forsythe(x, y, fine), fine))


def forsythe(x, y, at):
    """R's default spline: the third derivative at each end is that of a cubic through 4 points."""
    cubics = (np.polyfit(x[s] - x[s][0], y[s], 3) for s in (slice(0, 4), slice(-4, None)))
    left, right = (6 * cubic[0] for cubic in cubics)
    h, m = np.diff(x), len(x)
    system, known = np.zeros((m, m)), np.zeros(m)
    system[0, :2] = system[-1, -2:] = -1, 1
    known[0], known[-1] = left * h[0], right * h[-1]
    for i in range(1, m - 1):
        system[i, i - 1 : i + 2] = h[i - 1], 2 * (h[i - 1] + h[i]), h[i]
        known[i] = 6 * ((y[i + 1] - y[i]) / h[i] - (y[i] - y[i - 1]) / h[i - 1])
    bend = np.linalg.solve(system, known)
    slopes = np.append(
        np.diff(y) / h - h * (2 * bend[:-1] + bend[1:]) / 6,
        (y[-1] - y[-2]) / h[-1] + h[-1] * (2 * bend[-1] + bend[-2]) / 6,
    )
    return CubicHermiteSpline(x, y, slopes)(at)


def test_the_limits_of_r_lie_on_its_spline(table):
    rows = table[(table["method"] == "svyciprop_likelihood") & table["lower"].notna()]
    assert len(rows) == 8
    for row in rows.itertuples():
        limits = profile_of_r(row, len(sample(row.design)[0]))
        assert limits == pytest.approx([row.lower, row.upper], abs=2e-7)
