"""Small tables as a file would give them: every cell a text, rows numbered from 2."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from dipoutcomes.records import (
    DEMONSTRATION_KEY,
    LoadRules,
    RawTable,
    TableRules,
    load_records,
)

EXTRACT = date(2016, 10, 14)
COLUMNS = {
    "persons": {"person_id": "Client", "birth_date": "DOB", "sex": "Sex"},
    "episodes": {"person_id": "Client", "start": "Opened", "end": "Closed"},
    "events": {
        "person_id": "Client",
        "event_id": "Ref",
        "event_type": "Type",
        "offence_date": "Offence",
        "arrest_date": "Arrest",
        "proof_date": "Proof",
    },
    "custody": {"person_id": "Client", "start": "In", "end": "Out"},
    "exits": {"person_id": "Client", "date": "When", "kind": "What"},
    "linkage": {"person_id": "Client", "status": "Found"},
}
ROWS = {
    "persons": [("P1", "01/02/1980", "M"), ("P2", "03/04/1985", "F"), ("P3", "", "M")],
    "episodes": [
        ("P1", "01/06/2013", "01/12/2013"),
        ("P2", "01/07/2013", ""),
        ("P3", "13/07/2013", "14/08/2013"),
    ],
    "events": [
        ("P1", "E1", "arrest", "", "02/03/2014", ""),
        ("P1", "E2", "conviction", "01/03/2014", "02/03/2014", "01/05/2014"),
        ("P2", "E3", "arrest", "", "25/12/2013", ""),
    ],
    "custody": [("P1", "02/03/2014", "09/03/2014")],
    "exits": [("P2", "05/05/2015", "death")],
    "linkage": [("P1", "found"), ("P2", "found"), ("P3", "not_found")],
}


def raw(name, rows, **more):
    frame = pd.DataFrame(rows, columns=list(COLUMNS[name].values()), dtype=object)
    return RawTable(
        table=name,
        frame=frame,
        rows=np.arange(len(frame)) + 2,
        file=f"{name}.csv",
        **more,
    )


def load(rows=None, *, percent=100, attributes=None, codes=None, **rules):
    """Load the small tables, some of them replaced."""
    tables = ROWS | (rows or {})
    section = LoadRules(
        tables={
            name: TableRules(
                columns=COLUMNS[name],
                attributes=(attributes or {}).get(name, {}),
                codes=(codes or {}).get(name, {}),
            )
            for name in tables
        },
        **({"date_formats": ("%d/%m/%Y",), "maximum_reject_percent": percent} | rules),
    )
    given = {k: v if isinstance(v, RawTable) else raw(k, v) for k, v in tables.items()}
    return load_records(given, section, extract_date=EXTRACT, key=DEMONSTRATION_KEY)


@pytest.fixture
def records():
    return load()
