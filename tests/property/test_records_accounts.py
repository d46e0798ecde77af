"""Whatever the rows are: each is accepted or rejected, and no raw identifier comes out."""

import re
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from dipoutcomes.records import (
    DEMONSTRATION_KEY,
    LoadRules,
    RawTable,
    TableRules,
    load_records,
    pseudonym,
)

IDS = [f"client-{letter}" for letter in "abcdex"]
ids = st.sampled_from([*IDS, " client-a ", "", None])
dates = st.sampled_from(
    ["", "NA", None, "01/01/1980", "31/02/1980", "1980-01-01", "05/06/2014", "06/05/2014",
     "31/12/2099", "01/01/1890", "07/07/2015", 41800.0, "41800", date(2014, 3, 2), "client-date"]
)  # fmt: skip
kinds = st.sampled_from(["arrest", "charge", "conviction", "caution", "fine", "", "ARREST", None])
persons = st.lists(st.tuples(ids, dates, st.sampled_from(["M", "F", ""])), min_size=1, max_size=8)
episodes = st.lists(st.tuples(ids, dates, dates), min_size=1, max_size=8)
references = st.sampled_from(["ref-1", "ref-2", "ref-3", "ref-4", "", None])
events = st.lists(st.tuples(ids, references, kinds, dates, dates, dates), min_size=1, max_size=12)
custody = st.lists(st.tuples(ids, dates, dates), max_size=6)

NAMES = {
    "persons": ("person_id", "birth_date", "sex"),
    "episodes": ("person_id", "start", "end"),
    "events": ("person_id", "event_id", "event_type", "offence_date", "arrest_date", "proof_date"),
    "custody": ("person_id", "start", "end"),
}
RULES = LoadRules(
    tables={t: TableRules(columns={n: n.upper() for n in names}) for t, names in NAMES.items()},
    date_formats=("%d/%m/%Y",),
    missing=("", "NA"),
    maximum_reject_percent=Decimal(100),
)


def loaded(tables, date_system):
    raw = {}
    for name, rows in tables.items():
        frame = pd.DataFrame(rows, columns=[n.upper() for n in NAMES[name]], dtype=object)
        raw[name] = RawTable(
            table=name,
            frame=frame,
            rows=np.arange(len(rows)) * 3 + 2,
            file=f"{name}.xlsx",
            date_system=date_system,
        )
    return load_records(raw, RULES, extract_date=date(2016, 10, 14), key=DEMONSTRATION_KEY)


@settings(deadline=None, max_examples=50)
@given(persons, episodes, events, custody, st.sampled_from(["none", "1900"]))
def test_rows_in_are_rows_accepted_and_rejected(persons, episodes, events, custody, system):
    tables = {"persons": persons, "episodes": episodes, "events": events, "custody": custody}
    records = loaded(tables, system)
    for name, rows in tables.items():
        own = records.rejects[records.rejects["table"] == name]
        numbers = np.arange(len(rows)) * 3 + 2
        assert set(own["row"]) <= set(numbers)
        assert len(getattr(records, name)) + own["row"].nunique() == len(rows)
    quality = records.quality.to_frame()
    assert (quality["rows_in"] == quality["accepted"] + quality["rejected"]).all()

    # Every accepted event keeps the rules, looked at again in the frame that leaves.
    good = records.events
    assert good["event_type"].isin(["arrest", "charge", "conviction", "caution"]).all()
    assert good.loc[good["event_type"].isin(["arrest", "charge"]), "arrest_date"].notna().all()
    proven = good[good["event_type"].isin(["conviction", "caution"])]
    assert (proven["proof_date"] >= proven["offence_date"]).all()
    birth = records.persons.set_index("person_id")["birth_date"].reindex(good["person_id"])
    for column in ("offence_date", "arrest_date", "proof_date"):
        assert not (good[column].to_numpy() < birth.to_numpy()).any()
    assert records.persons["person_id"].is_unique

    # Nobody looks clean because their row was rejected: only copies may vanish without a trace.
    known = dict(zip(pseudonym(IDS, DEMONSTRATION_KEY), IDS, strict=True))
    faulty = records.rejects[records.rejects["table"] == "events"]
    copies = set(faulty.loc[faulty["rule"] == "is a copy of an earlier row", "row"])
    accepted = {known[p] for p in records.persons["person_id"]}
    for row in set(faulty["row"]) - copies:
        person = str(events[(row - 2) // 3][0]).strip()
        if person in accepted:
            sure = set(records.uncertain.loc[records.uncertain["table"] == "events", "person_id"])
            assert person in {known[p] for p in sure}


@settings(deadline=None, max_examples=30)
@given(persons, episodes, events, custody)
def test_no_raw_identifier_comes_out(persons, episodes, events, custody):
    tables = {"persons": persons, "episodes": episodes, "events": events, "custody": custody}
    records = loaded(tables, "1900")
    frames = [getattr(records, name) for name in NAMES] + [records.uncertain, records.rejects]
    said = "\n".join(frame.to_csv() for frame in frames)
    said += "\n".join([str(records), repr(records), records._repr_html_(), *records.notes])
    assert not re.search(r"client-|ref-\d", said)
    for person in records.persons["person_id"]:
        assert re.fullmatch(r"[0-9a-f]{16}", person)
