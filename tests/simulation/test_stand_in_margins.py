"""Stand-ins in the long run: margins of common words agree, relations do not, none is too close."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from dipoutcomes.simulate.stand_in import infer_tables, make_stand_in, measure_closeness

pytestmark = pytest.mark.simulation
DAY = "%d/%m/%Y"
PEOPLE, MADE = 800, 40


def days(start, offsets):
    return (pd.Timestamp(start) + pd.to_timedelta(offsets, unit="D")).strftime(DAY)


def extract(seed, n=PEOPLE):
    rng = np.random.default_rng(seed)
    each = rng.poisson(2.0, n)
    who = np.repeat(np.arange(n), each)
    people = pd.DataFrame(
        {
            "Ref": [f"C{20_000 + i}" for i in range(n)],
            "Area": rng.choice(["North", "South", "East"], n, p=[0.5, 0.3, 0.2]),
            "Sex": rng.choice(["M", "F"], n, p=[0.8, 0.2]),
            "Born": days("1965-01-01", rng.integers(0, 9000, n)),
        }
    )
    people["Twin"] = people["Area"].map({"North": "a", "South": "b", "East": "c"})
    events = pd.DataFrame(
        {
            "Ref": people["Ref"].to_numpy()[who],
            "Type": rng.choice(["ARR", "CON", "CAU"], len(who), p=[0.6, 0.3, 0.1]),
            "On": days("2012-01-01", rng.integers(0, 1000, len(who))),
        }
    )
    return infer_tables({"people": people, "events": events})


@pytest.fixture(scope="module")
def real():
    return extract(1)


@pytest.fixture(scope="module")
def stand_ins(real):
    return [make_stand_in(real, rng=np.random.default_rng(seed)) for seed in range(MADE)]


@pytest.mark.parametrize(
    ("table", "column"), [("people", "Area"), ("people", "Sex"), ("people", "Twin")]
)
def test_shares_of_common_words_agree_within_sampling_error(real, stand_ins, table, column):
    # People are independent draws: Pearson's statistic of each stand-in is chi-squared.
    position = 0 if table == "people" else 1
    shares = real[position].frame[column].value_counts(normalize=True)
    statistic = 0.0
    for made in stand_ins:
        counts = made.frame(table)[column].astype(str).value_counts().reindex(shares.index)
        statistic += float(((counts - PEOPLE * shares) ** 2 / (PEOPLE * shares)).sum())
    freedom = MADE * (len(shares) - 1)
    assert chi2.ppf(0.001, freedom) < statistic < chi2.ppf(0.999, freedom)


def test_types_of_event_agree_up_to_the_cap_on_rows(real, stand_ins):
    # Rows of a person beyond the cap weigh less; types do not depend on the person here, so the
    # weighted shares differ from the plain ones by less than their own sampling error.
    shares = real[1].frame["Type"].value_counts(normalize=True)
    for word, share in shares.items():
        found = [float((m.frame("events")["Type"] == word).mean()) for m in stand_ins]
        rows = len(real[1].frame)
        error = 4 * np.sqrt(share * (1 - share) / rows) * (1 / np.sqrt(MADE) + 0.25)
        assert np.mean(found) == pytest.approx(share, abs=error)


def test_rows_per_person_agree_and_their_tail_is_cut(real, stand_ins):
    each = real[1].frame["Ref"].value_counts().reindex(real[0].frame["Ref"], fill_value=0)
    means = [len(made.frame("events")) / PEOPLE for made in stand_ins]
    # Only the longest records are cut, so the mean is a little smaller and never larger.
    assert 0.93 * each.mean() < np.mean(means) < 1.01 * each.mean()
    longest = max(int(m.frame("events")["Ref"].value_counts().max()) for m in stand_ins)
    shared = each.value_counts()
    assert shared.get(longest, 0) >= 10 or longest < each.max()


def test_the_middle_of_dates_agrees(real, stand_ins):
    def quartiles(frame):
        days_ = pd.to_datetime(frame["On"].astype(str), format=DAY)
        return days_.quantile([0.25, 0.5, 0.75])

    found = pd.concat([quartiles(made.frame("events")) for made in stand_ins], axis=1)
    gap = (found.mean(axis=1) - quartiles(real[1].frame)).abs().max()
    # Bins are twentieths of a thousand days and their limits are rounded to 30 days.
    assert gap < pd.Timedelta(days=25)


def test_relations_between_columns_are_not_there(stand_ins):
    # "Twin" says the same as the area in other words; in a stand-in it must not.
    statistic = 0.0
    for made in stand_ins:
        frame = made.frame("people").astype(str)
        counts = pd.crosstab(frame["Area"], frame["Twin"]).to_numpy().astype(float)
        expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
        statistic += float(((counts - expected) ** 2 / expected).sum())
    assert statistic < chi2.ppf(0.999, 4 * MADE)


def test_no_stand_in_is_called_too_close(real, stand_ins):
    for seed, made in enumerate(stand_ins):
        tables = [made.tables[table.name] for table in real]
        found = measure_closeness(real, tables, rng=np.random.default_rng(seed))
        assert not found.too_close
