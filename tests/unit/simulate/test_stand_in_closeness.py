"""The closeness report: worked by hand, and it catches a maker that copies people."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.simulate.stand_in import (
    Column,
    SourceTable,
    closeness_facts,
    closeness_text,
    make_stand_in,
    measure_closeness,
)
from dipoutcomes.simulate.stand_in.closeness import MARGIN, _allowed, _nearest
from dipoutcomes.simulate.stand_in.report import few

DAY = "%Y-%m-%d"


def words(rows):
    frame = pd.DataFrame(rows, columns=["One", "Two"], dtype=object)
    columns = tuple(Column(heading=h, role="category") for h in frame.columns)
    return (SourceTable(name="t", frame=frame, columns=columns),)


def test_worked_example():
    # Of four real people two are (A, x); (B, y) and (B, x) are alone. Of three made people one
    # is (A, x), one (B, y), and one has words that nobody has.
    real = words([("A", "x"), ("A", "x"), ("B", "y"), ("B", "x")])
    made = words([("A", "x"), ("B", "y"), ("C", "z")])
    found = measure_closeness(real, made, fewest=1, rng=np.random.default_rng(1))
    assert (found.coarse.exact, found.coarse.lone) == (2, 1)
    assert found.fine == found.coarse  # words are words
    assert found.made_agreement == (1, 0, 2)  # the third agrees with nobody on anything
    assert found.real_agreement == (0, 2, 2)
    assert found.made_mean == pytest.approx(4 / 3)
    assert found.real_mean == pytest.approx(1.5)
    # Drawn on their own: (B, y) has chance 1/2 x 1/4, (B, x) 1/2 x 3/4; three people are made.
    assert found.coarse.expected_if_independent == pytest.approx(3 * (1 / 8 + 3 / 8))
    # Good and Turing: one combination was seen twice among four people.
    assert found.coarse.expected_of_fresh == pytest.approx(3 * 2 * 1 / 4)


@pytest.mark.parametrize(("mean", "limit"), [(0.0, 5), (1.0, 8), (9.0, 21)])
def test_the_limit_is_a_point_of_a_poisson_count(mean, limit):
    from scipy.stats import poisson

    assert _allowed(mean) == limit == poisson.ppf(0.999, mean + 1)


def test_a_large_limit_is_near_the_exact_one():
    from scipy.stats import poisson

    assert _allowed(5000.0) == pytest.approx(poisson.ppf(0.999, 5001), abs=5)


def test_nearest_by_brute_force():
    rng = np.random.default_rng(2)
    real = rng.integers(0, 3, (40, 6)).astype(np.int32)
    made = rng.integers(0, 3, (25, 6)).astype(np.int32)
    expected = [max(int((a == b).sum()) for b in real) for a in made]
    assert _nearest(made, real, np.full(25, -1)).tolist() == expected
    others = [max(int((a == b).sum()) for j, b in enumerate(real) if i != j)
              for i, a in enumerate(real)]  # fmt: skip
    assert _nearest(real, real, np.arange(40)).tolist() == others


def population(n, seed):
    """People whose characteristics hang together, as they do."""
    rng = np.random.default_rng(seed)
    age = rng.gamma(9.0, 4.0, n)
    start = np.round(rng.normal(0, 120, n)).astype(int)
    area = rng.choice(list("ABCDE"), n)
    frame = pd.DataFrame(
        {
            "Ref": [f"R{seed:03d}{i:05d}" for i in range(n)],
            "Sex": np.where(rng.random(n) < 0.2 + 0.01 * age, "M", "F"),
            "Area": area,
            "Drug": np.where(area < "C", rng.choice(["h", "c"], n), rng.choice(["h", "x"], n)),
            "Age": np.round(age),
            "Start": (pd.Timestamp("2013-01-01") + pd.to_timedelta(start, unit="D")).strftime(DAY),
        }
    )
    columns = (
        Column(heading="Ref", role="key", key="who"),
        *(Column(heading=h, role="category") for h in ("Sex", "Area", "Drug")),
        Column(heading="Age", role="number"),
        Column(heading="Start", role="date", formats=(DAY,)),
    )
    return (SourceTable(name="people", frame=frame, columns=columns, person=0),)


def copies(real, share, seed):
    """Return fresh people, a share of them replaced by real ones under new keys."""
    (fresh,) = population(len(real[0].frame), seed)
    frame, rows = fresh.frame.copy(), int(share * len(fresh.frame))
    columns = [c for c in frame if c != "Ref"]
    frame.loc[: rows - 1, columns] = real[0].frame.loc[: rows - 1, columns]
    return (replace(fresh, frame=frame),)


@pytest.mark.parametrize("share", [1.0, 0.3, 0.05])
def test_a_maker_that_copies_people_is_caught(share):
    real = population(600, 1)
    found = measure_closeness(real, copies(real, share, 2), rng=np.random.default_rng(3))
    assert found.too_close
    assert found.fine.lone > found.fine.allowed
    assert found.verdict.startswith("Too close")


def test_a_maker_that_copies_all_but_a_month_is_caught_by_the_distance():
    (plain,) = population(600, 1)
    rng = np.random.default_rng(8)
    more = {f"Q{i}": rng.choice(list("abcd"), 600) for i in range(8)}
    columns = (*plain.columns, *(Column(heading=h, role="category") for h in more))
    real = (replace(plain, frame=plain.frame.assign(**more), columns=columns),)
    copied = replace(real[0], frame=real[0].frame.assign(Ref=[f"N{i}" for i in range(600)]))
    moved = pd.to_datetime(copied.frame["Start"]) + pd.Timedelta(days=45)
    frame = copied.frame.assign(Start=moved.dt.strftime(DAY))
    found = measure_closeness(real, (replace(copied, frame=frame),), rng=np.random.default_rng(3))
    assert found.made_mean > found.real_mean + MARGIN
    assert found.too_near
    assert not found.fine.too_many


def test_seven_made_people_are_judged_by_their_error_and_seven_copies_are_caught():
    real = population(600, 1)
    for seed in range(30):
        made = make_stand_in(real, people=7, rng=np.random.default_rng(seed))
        found = measure_closeness(real, [made.tables["people"]], rng=np.random.default_rng(3))
        assert not found.too_close
    (copied,) = copies(real, 1.0, 2)
    seven = replace(copied, frame=copied.frame.iloc[:7])
    assert measure_closeness(real, (seven,), rng=np.random.default_rng(3)).too_close


def test_our_own_maker_is_not_caught():
    real = population(600, 1)
    made = make_stand_in(real, rng=np.random.default_rng(4))
    found = measure_closeness(real, [made.tables["people"]], rng=np.random.default_rng(3))
    assert not found.too_close


@pytest.mark.simulation
def test_fresh_people_are_hardly_ever_called_too_close():
    called, matches, expected = 0, [], []
    for seed in range(60):
        real, fresh = population(300, 2 * seed + 10), population(300, 2 * seed + 11)
        found = measure_closeness(real, fresh, rng=np.random.default_rng(seed))
        called += found.too_close
        matches.append(found.coarse.lone)
        expected.append(found.coarse.expected_of_fresh)
    assert called <= 1  # each is called with chance 1 in 1,000 or less
    # Good and Turing's estimate is right on average.
    error = 4 * np.std(np.array(matches) - np.array(expected)) / np.sqrt(60)
    assert np.mean(matches) == pytest.approx(np.mean(expected), abs=error)


def test_no_small_count_of_real_people_is_in_the_report():
    real = population(200, 7)
    made = make_stand_in(real, rng=np.random.default_rng(4))
    found = measure_closeness(real, [made.tables["people"]], rng=np.random.default_rng(3))
    text, facts = closeness_text(made, found, real), closeness_facts(made, found, real)
    assert any(0 < count < 10 for count in found.real_agreement)
    lines = [line for line in text.splitlines() if " of 5 " in line]
    assert len(lines) >= 3
    for cell in [part for line in lines for part in line.split("  ") if part.strip()][1:]:
        assert cell.strip().endswith(("%", "of 5", "fewer than 10")) or cell.strip() == "0"
    for row in facts["agreement"]:
        assert all(c == "0" or c.endswith("%") or c == "fewer than 10"
                   for c in (row["made_people"], row["real_people"]))  # fmt: skip
    assert few(9, 10) == "fewer than 10"
    assert "not differential privacy" in text


def test_no_cell_of_a_record_is_in_the_report():
    real = population(200, 7)
    made = make_stand_in(real, rng=np.random.default_rng(4))
    found = measure_closeness(real, [made.tables["people"]], rng=np.random.default_rng(3))
    text = closeness_text(made, found, real) + str(closeness_facts(made, found, real))
    assert not any(ref in text for ref in real[0].frame["Ref"])
    assert not any(start in text for start in real[0].frame["Start"])


def test_rows_that_name_nobody_are_left_out_and_said():
    (table,) = population(80, 7)
    frame = table.frame.copy()
    frame.loc[:11, "Ref"] = ""
    real = (replace(table, frame=frame),)
    made = make_stand_in(real, rng=np.random.default_rng(4))
    found = measure_closeness(real, [made.tables["people"]], rng=np.random.default_rng(3))
    assert made.real_people == 70
    assert "rows that name nobody, left out: 12" in closeness_text(made, found, real)


def test_how_it_prints():
    real = population(60, 7)
    found = measure_closeness(real, copies(real, 1.0, 2), rng=np.random.default_rng(3))
    assert "agrees with the nearest real one on 5.0 of 5 characteristics" in str(found)
    assert "Too close" in found._repr_html_()
    assert found.to_frame()["made_people"].sum() == found.made_people
    assert found.to_dict()["too_close"] is True
