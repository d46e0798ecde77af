"""Whatever is planted in a record, none of it comes out in a stand-in."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes.simulate.stand_in import (
    closeness_facts,
    closeness_text,
    csv_bytes,
    infer_tables,
    make_stand_in,
    measure_closeness,
)

DAY = "%d/%m/%Y"
# Capitals that made-up words (small letters) lack, so that a hit is no accident.
secrets = st.text(alphabet="QXZWVKJ", min_size=7, max_size=12)


def days(start, offsets):
    return (pd.Timestamp(start) + pd.to_timedelta(offsets, unit="D")).strftime(DAY)


def base(n, seed):
    rng = np.random.default_rng(seed)
    people = pd.DataFrame(
        {
            "Client ref": [f"C{10_000 + i}" for i in range(n)],
            "Surname": [f"Surname{i}" for i in range(n)],
            "Postcode": [f"NP{i % 9} {i % 7}AB" for i in range(n)],
            "Born": days("1965-01-01", rng.integers(0, 9000, n)),
            "Area": rng.choice(["North", "South"], n),
            "Income": rng.integers(100, 900, n),
            "Remarks": "",
        }
    )
    who = rng.integers(n, size=3 * n)
    events = pd.DataFrame(
        {
            "Client ref": people["Client ref"].to_numpy()[who],
            "Event": [f"P/{i:06d}" for i in range(3 * n)],
            "Type": rng.choice(["ARR", "CON"], 3 * n),
            "On": days("2012-01-01", rng.integers(0, 900, 3 * n)),
        }
    )
    return people, events


@settings(max_examples=25, deadline=None)
@given(
    planted=st.lists(secrets, min_size=5, max_size=5, unique=True),
    n=st.integers(40, 90),
    year=st.integers(1901, 1930),
    later=st.integers(2030, 2090),
    income=st.integers(1_000_000, 9_999_999),
    alone=st.integers(1, 9),
    rows=st.integers(60, 90),
    seed=st.integers(0, 2**32),
)
def test_nothing_planted_comes_out(planted, n, year, later, income, alone, rows, seed):
    ref, surname, postcode, area, kind = planted
    people, events = base(n, seed)
    people = people.astype({"Income": object})
    # One person with everything rare, some more in a rare area; a row of a rare type.
    people.loc[0, ["Client ref", "Surname", "Postcode", "Born", "Income", "Remarks"]] = [
        ref, surname, postcode, f"07/03/{year}", income, f"lives with {surname}"
    ]  # fmt: skip
    people.loc[: alone - 1, "Area"] = area
    # Somebody with very many rows, all of the rare type, on a late day of their own.
    many = pd.DataFrame(
        {"Client ref": ref, "Event": [f"{kind}{i}" for i in range(rows)], "Type": kind,
         "On": f"09/09/{later}"}
    )  # fmt: skip
    events = pd.concat([events, many], ignore_index=True)
    real = infer_tables({"people": people, "events": events})
    rng = np.random.default_rng(seed)
    made = make_stand_in(real, rng=rng)
    closeness = measure_closeness(real, [made.tables[t.name] for t in real], rng=rng)
    out = {name: csv_bytes(made.frame(name)).decode() for name in ("people", "events")}
    everything = "\n".join(out.values()) + closeness_text(made, closeness, real)
    everything += str(closeness_facts(made, closeness, real))
    for secret in (*planted, str(income), f"07/03/{year}", f"09/09/{later}", "lives with"):
        assert secret not in everything
    for old in (*people["Client ref"], *people["Surname"], *events["Event"]):
        assert f"{old}," not in everything
    born = pd.to_datetime(made.frame("people")["Born"].astype(str), format=DAY)
    assert born.min().year >= 1965
    assert pd.to_numeric(made.frame("people")["Income"].astype(str)).max() < 900
    on = pd.to_datetime(made.frame("events")["On"].astype(str), format=DAY)
    assert on.max().year < 2030
    usual = events["Client ref"].value_counts().iloc[1:].max()
    assert made.frame("events")["Client ref"].value_counts().max() <= usual
