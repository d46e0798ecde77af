"""Windows: events, days at liberty and first event of everybody, against other people's software.

``python benchmarks/windows.py [--quick]`` prints, for each size and source, CPU seconds (of all
threads), wall seconds, peak memory above the input, and the ratio to ours. Every contestant runs in
a process of its own and must give the same answers before its time counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from _measure import peak_mb

BASE = 14_610  # 2010-01-01
LAST_DAY = BASE + 2_900
EVENTS_EACH = 20
# name: opens (end of the intervention, months), closes; None is the last day
WINDOWS = {
    "before": (("start", -12), ("start", 0)),
    "during": (("start", 0), ("end", 0)),
    "year after": (("end", 0), ("end", 12)),
    "12+": (("end", 12), None),
    "after": (("end", 0), None),
}


def write_data(folder: Path, n: int) -> None:
    import polars as pl

    rng = np.random.default_rng(n)
    start = rng.integers(BASE + 1_000, BASE + 1_400, n)
    end = start + rng.integers(30, 300, n)
    inside = rng.integers(BASE, BASE + 2_800, n)
    out = inside + rng.integers(1, 200, n)
    who, when = (
        rng.integers(0, n, EVENTS_EACH * n),
        rng.integers(BASE, BASE + 3_000, EVENTS_EACH * n),
    )
    tables = {
        "people": {"code": np.arange(n), "start": start, "end": end},
        "custody": {"code": rng.permutation(n), "inside": inside, "out": out},
        "events": {"code": who, "day": when},
    }
    for name, columns in tables.items():
        frame = pl.DataFrame({k: v.astype(np.int32) for k, v in columns.items()})
        dates = [c for c in frame.columns if c != "code"]
        frame.with_columns(pl.col(dates).cast(pl.Date)).write_parquet(folder / f"{name}.parquet")


def digest(answers: dict[str, tuple], first) -> dict[str, list[int]]:
    """Totals weighted by place: two different answers will hardly share them."""
    weight = np.arange(len(first)) % 1009
    found = {
        name: [int(np.dot(np.asarray(v, dtype=np.int64), weight)) for v in values]
        for name, values in answers.items()
    }
    return found | {"first": [int(np.dot(np.asarray(first, dtype=np.int64), weight))]}


class Ours:
    def load(self, folder: Path) -> dict:
        import duckdb

        def arrays(table: str, dates: list[str], *more: str, order: str = "") -> list:
            days = [f'("{d}" - DATE \'1970-01-01\')::INTEGER AS "{d}"' for d in dates]
            sql = f"SELECT {', '.join([*more, *days])} FROM '{folder}/{table}.parquet' {order}"
            return list(duckdb.sql(sql).fetchnumpy().values())

        return {
            "people": arrays("people", ["start", "end"], order="ORDER BY code"),
            "events": arrays("events", ["day"], "code"),
            "custody": arrays("custody", ["inside", "out"], "code"),
        }

    def run(self, data: dict) -> dict:
        from dipoutcomes.protocol.model import Bound, Window
        from dipoutcomes.windows import NO_DAY, EventDays, PeopleDays, SpellDays, measure_windows

        def bound(edge) -> Bound:
            if edge is None:
                return Bound(at="last_offence_date")
            return Bound(at=edge[0], months=edge[1])

        windows = [Window(name=k, opens=bound(a), closes=bound(b)) for k, (a, b) in WINDOWS.items()]
        measures = measure_windows(
            PeopleDays.of(*data["people"]),
            EventDays(*data["events"]),
            SpellDays(*data["custody"]),
            windows,
            last_day=LAST_DAY,
        )
        found = {k: (m.events, m.ledger.days_at_liberty) for k, m in measures.by_name.items()}
        first = measures["after"].first_event_day
        return {"answers": found, "first": np.where(first == NO_DAY, -1, first)}


class Bare(Ours):
    """The same idea with nothing around it: no checks, no ledger, no labels."""

    def run(self, data: dict) -> dict:
        start, end = (a.astype("datetime64[D]") for a in data["people"])
        code, day = data["events"]
        who, inside, out = data["custody"]
        n, span = len(start), 1 << 15
        keys = code.astype(np.int64) * span + day
        keys.sort()
        person = np.arange(n, dtype=np.int64) * span
        low, high = np.zeros(n, np.int32), np.zeros(n, np.int32)
        low[who], high[who] = inside, out

        def edge(bound) -> np.ndarray:
            if bound is None:
                return np.full(n, LAST_DAY + 1)
            date = {"start": start, "end": end}[bound[0]]
            month = date.astype("datetime64[M]")
            first, after = (
                (month + bound[1] + k).astype("datetime64[D]").astype(np.int64) for k in (0, 1)
            )
            of_month = (date - month.astype("datetime64[D]")).astype(np.int64)
            return np.minimum(first + np.minimum(of_month, after - first - 1), LAST_DAY + 1)

        found, looked = {}, {}
        for name, (a, b) in WINDOWS.items():
            for bound in (a, b):
                if bound not in looked:
                    day_of = edge(bound)
                    looked[bound] = day_of, np.searchsorted(keys, person + day_of)
            (opens, i), (closes, j) = looked[a], looked[b]
            custody = np.maximum(np.minimum(high, closes) - np.maximum(low, opens), 0)
            found[name] = j - i, np.maximum(closes - opens, 0) - custody
        at = np.minimum(i, len(keys) - 1)
        return {"answers": found, "first": np.where(i < j, keys[at] - person, -1)}


class Pandas:
    def load(self, folder: Path) -> dict:
        import pandas as pd

        tables = {}
        for name in ("people", "custody", "events"):
            import duckdb

            tables[name] = duckdb.sql(f"SELECT * FROM '{folder}/{name}.parquet'").df()
            assert isinstance(tables[name], pd.DataFrame)
        return tables

    def run(self, data: dict) -> dict:
        import pandas as pd

        cut = pd.Timestamp(LAST_DAY + 1, unit="D")
        people = data["people"].merge(data["custody"], on="code", how="left").set_index("code")
        people = people.sort_index()

        def edge(bound) -> pd.Series:
            if bound is None:
                return pd.Series(cut, index=people.index)
            return (people[bound[0]] + pd.DateOffset(months=bound[1])).clip(upper=cut)

        found = {}
        for name, (a, b) in WINDOWS.items():
            bounds = pd.DataFrame({"opens": edge(a), "closes": edge(b)})
            events = data["events"].merge(bounds, left_on="code", right_index=True)
            events = events[(events["day"] >= events["opens"]) & (events["day"] < events["closes"])]
            by_person = events.groupby("code")["day"]
            count = by_person.size().reindex(people.index, fill_value=0)
            low = people["inside"].where(people["inside"] > bounds["opens"], bounds["opens"])
            high = people["out"].where(people["out"] < bounds["closes"], bounds["closes"])
            custody = (high - low).dt.days.clip(lower=0)
            found[name] = count, (bounds["closes"] - bounds["opens"]).dt.days - custody
        first = (by_person.min() - pd.Timestamp(0)).dt.days.reindex(people.index, fill_value=-1)
        return {"answers": found, "first": first}


class Polars:
    def load(self, folder: Path) -> dict:
        import polars as pl

        return {
            k: pl.read_parquet(folder / f"{k}.parquet") for k in ("people", "custody", "events")
        }

    def run(self, data: dict) -> dict:
        import polars as pl

        cut = pl.lit(LAST_DAY + 1, dtype=pl.Int32).cast(pl.Date)

        def edge(bound) -> pl.Expr:
            if bound is None:
                return cut
            return pl.min_horizontal(pl.col(bound[0]).dt.offset_by(f"{bound[1]}mo"), cut)

        people = data["people"].lazy().join(data["custody"].lazy(), on="code", how="left")
        people = people.with_columns(
            **{f"o {k}": edge(a) for k, (a, _) in WINDOWS.items()},
            **{f"c {k}": edge(b) for k, (_, b) in WINDOWS.items()},
        )
        day, inside = pl.col("day"), {}
        for k in WINDOWS:
            inside[k] = (day >= pl.col(f"o {k}")) & (day < pl.col(f"c {k}"))
        counts = (
            data["events"].lazy().join(people, on="code").group_by("code")
            .agg(
                *[inside[k].sum().alias(f"n {k}") for k in WINDOWS],
                day.filter(inside["after"]).min().alias("first"),
            )
        )  # fmt: skip
        liberty = {}
        for k in WINDOWS:
            o, c = pl.col(f"o {k}"), pl.col(f"c {k}")
            custody = pl.min_horizontal("out", c) - pl.max_horizontal("inside", o)
            liberty[f"d {k}"] = (c - o).dt.total_days() - custody.dt.total_days().clip(
                lower_bound=0
            )
        frame = (
            people.join(counts, on="code", how="left")
            .with_columns(**liberty, first=pl.col("first").cast(pl.Int32).fill_null(-1))
            .sort("code").collect()
        )  # fmt: skip
        return {
            "answers": {k: (frame[f"n {k}"].fill_null(0), frame[f"d {k}"]) for k in WINDOWS},
            "first": frame["first"],
        }


class DuckDB:
    def load(self, folder: Path) -> dict:
        import duckdb

        con = duckdb.connect()
        for name in ("people", "custody", "events"):
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM '{folder}/{name}.parquet'")
        return {"con": con}

    def run(self, data: dict) -> dict:
        cut = f"(DATE '1970-01-01' + {LAST_DAY + 1})"

        def edge(bound) -> str:
            if bound is None:
                return cut
            return f'LEAST(("{bound[0]}" + INTERVAL ({bound[1]}) MONTH)::DATE, {cut})'

        names = dict(enumerate(WINDOWS))
        edges = ", ".join(
            f"{edge(WINDOWS[k][0])} AS o{i}, {edge(WINDOWS[k][1])} AS c{i}"
            for i, k in names.items()
        )
        counts = ", ".join(f"COUNT(*) FILTER (day >= o{i} AND day < c{i}) AS n{i}" for i in names)
        days = ", ".join(
            f"c{i} - o{i} - GREATEST(LEAST(out, c{i}) - GREATEST(inside, o{i}), 0) AS d{i}"
            for i in names
        )
        last = len(names) - 1
        result = data["con"].execute(
            f"WITH p AS (SELECT people.code, inside, out, {edges} FROM people LEFT JOIN custody "
            f"USING (code)), e AS (SELECT code, {counts}, MIN(day) FILTER (day >= o{last} AND "
            f"day < c{last}) AS first FROM events JOIN p USING (code) GROUP BY code) SELECT code, "
            f"{', '.join(f'COALESCE(n{i}, 0) AS n{i}' for i in names)}, {days}, "
            "COALESCE(first - DATE '1970-01-01', -1) AS first FROM p LEFT JOIN e USING (code) "
            "ORDER BY code"
        ).fetchnumpy()  # fmt: skip
        found = {k: (result[f"n{i}"], result[f"d{i}"]) for i, k in names.items()}
        return {"answers": found, "first": result["first"]}


CONTESTANTS = {
    "dipoutcomes": Ours,
    "bare NumPy": Bare,
    "polars": Polars,
    "DuckDB": DuckDB,
    "pandas": Pandas,
}


def one(name: str, source: str, folder: Path, repeats: int) -> dict:
    contestant = CONTESTANTS[name]()
    data = contestant.load(folder) if source == "memory" else None
    if source != "memory":  # libraries are loaded, the data are not
        with tempfile.TemporaryDirectory() as small:
            write_data(Path(small), 100)
            contestant.run(contestant.load(Path(small)))
    cpu, wall, extra = [], [], 0.0
    for turn in range(repeats):
        before = peak_mb(reset=True)
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        result = contestant.run(data if data is not None else contestant.load(folder))
        cpu.append(time.process_time() - cpu_start)
        wall.append(time.perf_counter() - wall_start)
        if turn == 0:
            extra = peak_mb() - before
    return {
        "cpu": statistics.median(cpu),
        "wall": statistics.median(wall),
        "extra": extra,
        "digest": digest(result["answers"], result["first"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the million people")
    parser.add_argument("--one", nargs=4, metavar=("NAME", "SOURCE", "FOLDER", "REPEATS"))
    args = parser.parse_args()
    if args.one:
        name, source, folder, repeats = args.one
        print(json.dumps(one(name, source, Path(folder), int(repeats))))
        return
    for n in (10_000, 100_000) if args.quick else (10_000, 100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            write_data(Path(folder), n)
            for source in ("memory", "Parquet"):
                compare(n, source, folder)


def compare(n: int, source: str, folder: str) -> None:
    print(f"\n{n:,} people, {EVENTS_EACH * n:,} events, {n:,} spells, five windows, from {source}")
    print(f"{'':14}{'CPU s':>9}{'wall s':>9}{'peak MB':>9}{'CPU ratio':>11}")
    ours = None
    for name in CONTESTANTS:
        repeats = "1" if n >= 1_000_000 else "3"
        command = [sys.executable, __file__, "--one", name, source, folder, repeats]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        result = json.loads(done.stdout.splitlines()[-1])
        ours = ours or result
        if result["digest"] != ours["digest"]:
            raise SystemExit(f"{name} does not agree: {result['digest']} against {ours['digest']}")
        ratio = result["cpu"] / ours["cpu"]
        figures = f"{result['cpu']:9.3f}{result['wall']:9.3f}{result['extra']:9.0f}{ratio:11.1f}"
        print(f"{name:14}{figures}", flush=True)


if __name__ == "__main__":
    main()
