"""Numbers of which nearly everybody has one of their own never come out of a stand-in."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.errors import DisclosureError
from dipoutcomes.simulate.stand_in import Column, SourceTable, infer_tables, make_stand_in
from dipoutcomes.simulate.stand_in.own_values import numbers_of_their_own, why_identifier
from dipoutcomes.simulate.stand_in.reading import read_tables
from dipoutcomes.simulate.stand_in.scan import refuse_leaks

N = 400
BLOCK = np.random.default_rng(1).choice(np.arange(1_000_000, 1_002_000), N, replace=False)


def made_like(frame, people=None, **options):
    tables = infer_tables({"t": frame}, **options)
    made = make_stand_in(tables, people=people, rng=np.random.default_rng(3))
    return tables[0], made


def numbers(cells):
    return set(pd.to_numeric(pd.Series(cells.astype(object))).dropna())


@pytest.mark.parametrize("form", [str, int, float])
@pytest.mark.parametrize("repeated", [False, True])
def test_issued_numbers_under_a_plain_heading_are_keys(form, repeated):
    ids = BLOCK
    if repeated:  # with replacement: a few people share one
        ids = np.random.default_rng(2).integers(1_000_000, 1_002_000, N)
    frame = pd.DataFrame({"x1": [form(i) for i in ids], "Sex": ["M", "F"] * (N // 2)})
    table, made = made_like(frame)
    assert table.columns[0].role == "key"
    assert "taken for an identifier because nearly all differ" in table.columns[0].because
    assert not numbers(made.frame("t")["x1"]) & set(ids.tolist())


def test_one_number_a_person_is_a_key_in_repeated_rows_too():
    who = np.random.default_rng(5).integers(0, N, 2_000)
    frame = pd.DataFrame({"Client ref": [f"C{1000 + i}" for i in who], "x1": BLOCK[who]})
    table, made = made_like(frame)
    assert (table.person, table.columns[1].role) == (0, "key")
    assert not numbers(made.frame("t")["x1"]) & set(BLOCK.tolist())


def test_a_number_joins_two_files_under_a_plain_heading():
    who = np.random.default_rng(5).integers(0, N, 2_000)
    frames = {
        "visits": pd.DataFrame({"x1": BLOCK[who], "Type": np.where(who % 2, "A", "B")}),
        "people": pd.DataFrame({"x1": BLOCK, "Sex": ["M", "F"] * (N // 2)}),
    }
    visits, people = infer_tables(frames)
    assert (visits.person, people.person) == (0, 0)
    made = make_stand_in((visits, people), rng=np.random.default_rng(1))
    assert numbers(made.frame("visits")["x1"]) <= numbers(made.frame("people")["x1"])
    assert not numbers(made.frame("people")["x1"]) & set(BLOCK.tolist())


def test_numbers_longer_than_a_float_holds_are_keys():
    ids = [str(123_456_789_012_345_600 + i // 3) for i in range(N)]
    assert made_like(pd.DataFrame({"x1": ids}))[0].columns[0].role == "key"


def earnings(seed=7, n=600):
    rng = np.random.default_rng(seed)
    paid = np.round(np.exp(rng.normal(10, 0.4, n))).astype(int)
    return np.where(rng.random(n) < 0.2, 0, paid)


@pytest.mark.parametrize("people", [600, 20_000])
def test_earnings_stay_a_measure_and_nobody_s_own_are_drawn(people):
    real = earnings()
    table, made = made_like(pd.DataFrame({"Earnings": real}), people=people)
    assert table.columns[0].role == "number"
    assert made.left["t", 0].own_numbers
    found = made.frame("t")["Earnings"].astype(int).to_numpy()
    assert not (set(found.tolist()) & set(real.tolist())) - {0}
    # Shares and quantiles as they were: within four standard errors of the smaller of the two.
    error = 4 * np.sqrt(0.2 * 0.8 / 600)
    assert (found == 0).mean() == pytest.approx((real == 0).mean(), abs=error)
    for share in (0.25, 0.5, 0.75):
        below = (found[found > 0] < np.quantile(real[real > 0], share)).mean()
        assert below == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 480))


def test_the_gaps_between_many_draws_are_not_the_real_numbers():
    # 100 of 900 numbers, of no fixed length and too few for a test of repeats to see anything.
    rng = np.random.default_rng(9)
    real = np.round(rng.gamma(3, 120, 100)).astype(int)
    days = Column(heading="Days", role="number")
    table = SourceTable(name="t", frame=pd.DataFrame({"Days": real}), columns=(days,))
    made = make_stand_in((table,), people=50_000, rng=np.random.default_rng(1))
    found = set(made.frame("t")["Days"].astype(int))
    low, high = min(found), max(found)
    inside = np.arange(low, high + 1)
    absent = inside[~np.isin(inside, list(found))]
    assert not found & set(real.tolist())
    assert np.isin(absent, real).mean() < 1.3 * np.isin(inside, real).mean()


def test_pence_are_looked_at_as_well():
    real = np.round(np.random.default_rng(3).gamma(2, 100, 300), 2)
    _, made = made_like(pd.DataFrame({"Paid": [f"{x:.2f}" for x in real]}), people=5_000)
    assert not numbers(made.frame("t")["Paid"]) & set(real.tolist())


def test_ages_are_as_they_were():
    ages = np.random.default_rng(1).integers(18, 66, 60)
    table, made = made_like(pd.DataFrame({"Age": ages}), people=2_000)
    assert table.columns[0].role == "number"
    assert not made.left["t", 0].own_numbers
    assert numbers(made.frame("t")["Age"]) & set(ages.tolist())


def test_a_rounded_or_a_skewed_measure_is_no_identifier():
    rng = np.random.default_rng(4)
    people = np.arange(300)
    assert not why_identifier(10.0 * rng.integers(1_000, 9_999, 300), people)
    skewed = 10_000 + rng.gamma(1.5, 12_000, 300).round()
    assert not why_identifier(skewed[skewed < 99_999], people[skewed < 99_999])
    assert "5 digits" in why_identifier(rng.integers(10_000, 99_999, 300).astype(float), people)


@pytest.mark.parametrize(
    ("n", "width"),
    [(30, 60), (30, 130), (30, 150), (30, 400), (60, 150), (60, 400), (60, 900), (200, 900)],
)
def test_short_numbers_of_few_people_do_not_come_out_either(n, width):
    for seed in range(5):
        ids = np.random.default_rng(seed).choice(np.arange(100, 100 + width), n, replace=False)
        _, made = made_like(pd.DataFrame({"x1": ids, "Sex": ["M", "F"] * (n // 2)}))
        assert not numbers(made.frame("t")["x1"]) & set(ids.tolist())


def test_a_number_that_ten_people_share_is_nobody_s_own():
    values = np.concatenate([np.zeros(10), np.arange(1, 800, 8), [np.nan]])
    own = numbers_of_their_own(values, np.arange(len(values)), fewest=10, decimals=0)
    assert set(own) == set(range(1, 800, 8))


def test_the_scan_finds_a_number_of_somebody_s_own():
    real = pd.DataFrame({"Earnings": earnings()})
    table, made = made_like(real)
    frame = made.frame("t").astype(object).copy()
    frame.iloc[5, 0] = int(real["Earnings"].max())
    spoilt = {"t": replace(made.tables["t"], frame=frame)}
    with pytest.raises(DisclosureError, match="1 numbers that are somebody's own"):
        refuse_leaks(read_tables((table,)), spoilt, fewest=10)
