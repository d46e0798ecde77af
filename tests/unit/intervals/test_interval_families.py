"""What every method of every family keeps: its entry in the table, its shapes, its edges."""

import subprocess
import sys

import numpy as np
import pytest

from dipoutcomes import intervals
from dipoutcomes.intervals import METHODS, method_named, recommended
from dipoutcomes.results import Interval, IntervalArray

# Scalar arguments, the same as arrays, and arguments for "nobody observed" with its answer.
CALLS = {
    "proportion": ((21, 28), (0, 0), (0, 1)),
    "finite_population": ((21, 28, 210), (0, 0, 210), (0, 1)),
    "rate": ((21, 56.4), (0, 0.0), (0, np.inf)),
    "rate_ratio": ((21, 56.4, 35, 50.1), (0, 0.0, 3, 4.0), (0, np.inf)),
    "rate_difference": ((21, 56.4, 35, 50.1), (0, 0.0, 3, 4.0), (-np.inf, np.inf)),
    "difference": ((21, 28, 13, 29), (0, 0, 3, 4), (-1, 1)),
    "ratio": ((21, 28, 13, 29), (0, 0, 3, 4), (0, np.inf)),
    "odds_ratio": ((21, 28, 13, 29), (0, 0, 3, 4), (0, np.inf)),
    "paired_difference": ((12, 3, 9, 4), (0, 0, 0, 0), (-1, 1)),
    "paired_odds_ratio": ((3, 9), (0, 0), (0, np.inf)),
}
ENTRIES = [
    pytest.param(family, entry, id=f"{family}-{entry.name}")
    for family in CALLS
    for entry in METHODS[family]
]


@pytest.mark.parametrize(("family", "entry"), ENTRIES)
def test_numbers_give_an_interval_and_arrays_an_array_of_the_same_limits(family, entry):
    scalars = CALLS[family][0]
    one = entry.function(*scalars)
    many = entry.function(*(np.full((2, 3), value) for value in scalars))
    assert isinstance(one, Interval)
    assert isinstance(many, IntervalArray)
    assert many.shape == (2, 3)
    assert np.all(many.low == one.low)
    assert np.all(many.high == one.high)
    assert one.method == many.method == entry.title


@pytest.mark.parametrize(("family", "entry"), ENTRIES)
def test_nobody_observed_is_no_information(family, entry):
    _, nobody, everything_possible = CALLS[family]
    assert tuple(entry.function(*nobody)) == everything_possible


@pytest.mark.parametrize(("family", "entry"), ENTRIES)
def test_a_higher_level_gives_a_longer_interval(family, entry):
    scalars = CALLS[family][0]
    found = [entry.function(*scalars, confidence_level=c) for c in (0.5, 0.9, 0.95, 0.99, 0.9999)]
    lows, highs = [i.low for i in found], [i.high for i in found]
    assert lows == sorted(lows, reverse=True)
    assert highs == sorted(highs)
    assert lows[0] > lows[-1]
    assert highs[0] < highs[-1]


@pytest.mark.parametrize("family", METHODS)
def test_one_method_of_a_family_is_recommended_and_no_word_is_used_twice(family):
    entries = METHODS[family]
    assert [e.name for e in entries if e.standing == "recommended"] == [recommended(family).name]
    words = [word for e in entries for word in (e.name, *e.aliases)]
    assert len(words) == len(set(words))
    assert all(e.use and e.reference for e in entries)
    assert all(("do not use" in e.title) == (e.standing == "do not use") for e in entries)


def test_a_misspelt_method_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'wilson'"):
        intervals.proportion_interval(21, 28, method="wilsn")
    with pytest.raises(ValueError, match="no choice 'proportoin'"):
        method_named("proportoin", "wilson")


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: intervals.wilson_interval(29, 28), ValueError, "at most `n`"),
        (lambda: intervals.wilson_interval([1, 9, 9], [5, 5, 5]), ValueError, "2 of 3 rows"),
        (lambda: intervals.wilson_interval(2.5, 28), TypeError, "whole number"),
        (lambda: intervals.wilson_interval(True, 28), TypeError, "whole number"),
        (lambda: intervals.wilson_interval(-1, 28), ValueError, "at least 0"),
        (lambda: intervals.wilson_interval(1, 28, confidence_level=95), ValueError, "0.95"),
        (lambda: intervals.hypergeometric_interval(1, 28, 27), ValueError, "at most `population`"),
        (lambda: intervals.garwood_interval(1, 0.0), ValueError, "no person-time"),
        (lambda: intervals.garwood_interval(1, -2.0), ValueError, "not negative"),
        (lambda: intervals.mee_interval(5, 4, 1, 4), ValueError, "`events_1`"),
        (lambda: intervals.tango_interval(1, 2, -3, 4), ValueError, "`second_only`"),
        (lambda: intervals.difference_p_value(1, 2, 1, 2, method="newcombe"), ValueError, "mee"),
        (lambda: intervals.exact_coverage(5000, population=500_000), ValueError, "population"),
    ],
)
def test_misuse_says_what_is_wrong(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_importing_the_room_loads_nothing_heavy():
    code = "import sys, dipoutcomes.intervals; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"pandas", "scipy.stats", "statsmodels", "lifelines", "matplotlib", "scipy.optimize"}
    assert not heavy & set(loaded.stdout.split())
