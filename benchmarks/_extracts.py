"""Made-up raw extracts of any size, with every column that a protocol can map.

Seeded and vectorised; not for statistics (`synthetic/` has careers with a known truth), only for
their size: one episode, one spell in custody and twenty rows of offences a person, two rows in a
thousand spoilt as real extracts have them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

EVENTS_EACH = 20
_FROM = 14_610  # 2010-01-01
_ACCRUAL = (15_706, 15_886)  # 2013-01-01 to 2013-06-30
_EXTRACT = 16_709  # 2015-10-01
_CODES = ("Theft from a shop", "Other theft", "Burglary", "Robbery", "Possession of drugs")
_AREAS = ("Blaenau Gwent", "Caerphilly", "Monmouthshire", "Newport", "Torfaen")
_NONE = -1

# Arrays of numbers become the cells of an extract; a date and a text are what a police system
# writes. DATE(day) is put in for the kind of file.
_SELECT = {
    "persons": 'SELECT printf(\'C%08d\', code) AS "Client ref", DATE(birth) AS "Date of birth", '
    "CASE WHEN sex = 0 THEN 'Male' ELSE 'Female' END AS \"Gender\", "
    'areas[area + 1] AS "Local authority" FROM data',
    "episodes": "SELECT printf('C%08d', code) AS \"Client ref\", printf('E%08d', code) AS "
    '"Episode ref", DATE("start") AS "Date started", DATE("end") AS "Date closed", '
    "CASE WHEN source = 0 THEN 'Prison' ELSE 'Police' END AS \"Referred by\" FROM data",
    "events": "SELECT printf('C%08d', code) AS \"Client ref\", printf('N%09d', number) AS "
    "\"PNC row\", ['ARR', 'CHG', 'CON', 'CAU'][kind + 1] AS \"Type\", "
    'DATE(offence) AS "Date of offence", DATE(arrest) AS "Date of arrest", '
    'DATE(proof) AS "Date proven", offences[offence_code + 1] AS "Offence", '
    "CASE WHEN is_index THEN 'Y' ELSE 'N' END AS \"Index arrest\" FROM data",
    "custody": 'SELECT printf(\'C%08d\', code) AS "Client ref", DATE(inside) AS "Date in", '
    'DATE("out") AS "Date out" FROM data',
    "exits": 'SELECT printf(\'C%08d\', code) AS "Client ref", DATE(day) AS "Date", '
    "CASE WHEN died THEN 'Died' ELSE 'Left UK' END AS \"What happened\" FROM data",
    "linkage": "SELECT printf('C%08d', code) AS \"Client ref\", "
    "CASE WHEN found THEN 'MATCHED' ELSE 'NO TRACE' END AS \"Result\" FROM data",
}

_PROTOCOL = """
schema_version = 1

[study]
id = "scale"
kind = "records"
title = "A made-up study of {people} people, to see how time and memory grow"
data = "synthetic"
data_note = "Made-up people, for their number only."
seed = 20140818
last_offence_date = 2015-06-30
extract_date = 2015-10-01

[records]
pseudonym_key = "demonstration"
date_formats = ["%d/%m/%Y"]

[records.persons]
file = "persons.{ending}"
attributes = {{ area = "Local authority" }}
[records.persons.columns]
person_id = "Client ref"
birth_date = "Date of birth"
sex = "Gender"

[records.episodes]
file = "episodes.{ending}"
attributes = {{ referral_source = "Referred by" }}
[records.episodes.columns]
person_id = "Client ref"
episode_id = "Episode ref"
start = "Date started"
end = "Date closed"

[records.events]
file = "events.{ending}"
[records.events.columns]
person_id = "Client ref"
event_id = "PNC row"
event_type = "Type"
offence_date = "Date of offence"
arrest_date = "Date of arrest"
proof_date = "Date proven"
offence_code = "Offence"
is_index = "Index arrest"
[records.events.values.event_type]
ARR = "arrest"
CHG = "charge"
CON = "conviction"
CAU = "caution"

[records.custody]
file = "custody.{ending}"
[records.custody.columns]
person_id = "Client ref"
start = "Date in"
end = "Date out"

[records.exits]
file = "exits.{ending}"
[records.exits.columns]
person_id = "Client ref"
date = "Date"
kind = "What happened"
[records.exits.values.kind]
Died = "death"
"Left UK" = "left_country"

[records.linkage]
file = "linkage.{ending}"
[records.linkage.columns]
person_id = "Client ref"
status = "Result"
[records.linkage.values.status]
MATCHED = "found"
"NO TRACE" = "not_found"

[cohort]
index_date = "end"
accrual_from = 2013-01-01
accrual_to = 2013-06-30
minimum_age = 18
untraced = "bounds"
index_event = "is_index"

[outcome]
measure = "{measure}"
waiting_period_months = {waiting}
exclude_days_in_custody = true

[[window]]
name = "12 months before"
opens = {{ at = "start", months = -12 }}
closes = {{ at = "start" }}

[[window]]
name = "during"
opens = {{ at = "start" }}
closes = {{ at = "end" }}

[[window]]
name = "3+ months after"
opens = {{ at = "end", months = 3 }}
closes = {{ at = "last_offence_date" }}

[[window]]
name = "12+ months after"
opens = {{ at = "end", months = 12 }}
closes = {{ at = "last_offence_date" }}

[[window]]
name = "3 to 15 months after"
opens = {{ at = "end", months = 3 }}
closes = {{ at = "end", months = 15 }}

[[window]]
name = "12 to 24 months after"
opens = {{ at = "end", months = 12 }}
closes = {{ at = "end", months = 24 }}

[time_to_first]
origin = "end"
report_at_months = [3, 6, 12, 24]
maximum_months = 24

[[analysis.contrast]]
before = "12 months before"
after = "3 to 15 months after"

[disclosure]
protect = true
suppress_below = 5
"""


def write_extracts(folder: Path, people: int, ending: str, *, proven: bool = False) -> Path:
    """Write the six tables of so many people and their protocol; return the protocol's path.

    Parameters
    ----------
    folder : Path
    people : int
    ending : {"parquet", "csv"}
        Dates are typed in Parquet files and texts (day first) in CSV files.
    proven : bool
        Count proven reoffending within a waiting period of three months, not arrests.
    """
    tables = _tables(people)
    shown = "(DATE '1970-01-01' + NULLIF({}, -1)::INTEGER)"
    form = "parquet"
    if ending == "csv":
        shown, form = f"strftime({shown}, '%d/%m/%Y')", "csv, header"
    with duckdb.connect() as connection:
        for name, columns in tables.items():
            sql = _SELECT[name]
            for column in sorted(columns):
                for written in (column, f'"{column}"'):
                    sql = sql.replace(f"DATE({written})", shown.format(f'"{column}"'))
            sql = sql.replace("offences[", f"{list(_CODES)}[").replace("areas[", f"{list(_AREAS)}[")
            connection.register("data", columns)
            target = folder / f"{name}.{ending}"
            connection.execute(f"COPY ({sql}) TO '{target}' (FORMAT {form})")
            connection.unregister("data")
    protocol = folder / "scale.toml"
    measure, waiting = ("proven reoffending", 3) if proven else ("arrest", 0)
    text = _PROTOCOL.format(people=people, ending=ending, measure=measure, waiting=waiting)
    protocol.write_text(text, encoding="utf-8")
    return protocol


def _tables(people: int) -> dict[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng([20140818, people])
    code = np.arange(people, dtype=np.int32)

    def whole(low: int, high: int, size: int = people) -> np.ndarray:
        return rng.integers(low, high, size, dtype=np.int32)

    end = whole(_ACCRUAL[0] - 10, _ACCRUAL[1] + 10)
    start = end - whole(7, 300)
    inside = whole(_FROM + 100, _EXTRACT - 300)
    left = np.flatnonzero(rng.random(people) < 0.02).astype(np.int32)
    return {
        "persons": {
            "code": rng.permutation(code), "birth": _FROM - whole(16 * 365, 50 * 365),
            "sex": whole(0, 5) // 4, "area": whole(0, len(_AREAS)),
        },
        "episodes": {
            "code": code, "start": start, "end": np.where(rng.random(people) < 0.01, _NONE, end),
            "source": whole(0, 2),
        },
        "events": _events(rng, start),
        "custody": {
            "code": code, "inside": inside,
            "out": np.where(rng.random(people) < 0.01, _NONE, inside + whole(1, 250)),
        },
        "exits": {
            "code": left, "day": end[left] + whole(1, 700, len(left)),
            "died": rng.random(len(left)) < 0.7,
        },
        "linkage": {"code": rng.permutation(code), "found": rng.random(people) < 0.97},
    }  # fmt: skip


def _events(rng: np.random.Generator, start: np.ndarray) -> dict[str, np.ndarray]:
    """Return rows in the order of the calendar, so that a person's lie scattered."""
    people = len(start)
    n = EVENTS_EACH * people
    code = np.repeat(np.arange(people, dtype=np.int32), EVENTS_EACH)
    arrest = rng.integers(_FROM + 60, _EXTRACT - 1, n, dtype=np.int32)
    is_index = np.zeros(n, dtype=bool)
    is_index[::EVENTS_EACH] = True
    arrest[::EVENTS_EACH] = start - rng.integers(1, 21, people, dtype=np.int32)
    kind = rng.choice(4, n, p=[0.55, 0.25, 0.17, 0.03]).astype(np.int32)
    kind[::EVENTS_EACH] = 0
    offence = arrest - rng.integers(0, 30, n, dtype=np.int32)
    proof = np.minimum(arrest + rng.integers(1, 200, n, dtype=np.int32), _EXTRACT)
    proof = np.where(kind >= 2, proof, _NONE)
    spoilt = rng.random(n) < 0.001
    offence[spoilt] = arrest[spoilt] + 5  # an arrest before the offence
    spoilt = rng.random(n) < 0.001
    arrest[spoilt & (kind < 2)] = _NONE
    order = np.argsort(arrest, kind="stable")
    columns = {
        "code": code, "kind": kind, "offence": offence, "arrest": arrest, "proof": proof,
        "offence_code": rng.integers(0, len(_CODES), n, dtype=np.int32), "is_index": is_index,
    }  # fmt: skip
    columns = {name: values[order] for name, values in columns.items()}
    return columns | {"number": np.arange(n, dtype=np.int32)}
