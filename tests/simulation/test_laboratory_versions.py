"""The laboratory as CI runs it, and as a night does: nothing falls short of what is declared."""

import pytest

from dipoutcomes.laboratory import run_laboratory

#: What an estimator may answer instead of a number: that these data cannot support one.
REFUSALS = {"DesignError"}


def said(results):
    return [f"{row.name}: {verdict.detail}" for row, verdict in results.failing]


def refusals(results):
    return {
        error.split(" ")[0] for row in results.rows for error in row.errors.split(", ") if error
    }


@pytest.mark.slow
@pytest.mark.simulation
def test_the_small_version_finds_nothing_short():
    results = run_laboratory(preset="small")
    assert said(results) == []
    assert refusals(results) <= REFUSALS
    counts = results.counts()
    assert counts["holds"] > 70
    assert counts["not shown to fall short"] > 0  # too few cohorts to say more
    assert sum(counts.values()) == len(results.league())


@pytest.mark.validation
def test_the_full_version_finds_nothing_short():
    results = run_laboratory(preset="full")
    assert said(results) == []
    assert refusals(results) <= REFUSALS
