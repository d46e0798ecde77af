"""A made-up study whose records are spoilt as a recipe asks, read by the loader."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

from dipoutcomes.protocol import parse_protocol
from dipoutcomes.records import DEMONSTRATION_KEY, LoadRules, load_records, pseudonym
from dipoutcomes.simulate import make_cohort, parse_recipe, raw_files
from dipoutcomes.storage import read_raw_table

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "synthetic/dirty.toml").read_text(encoding="utf-8")
PROTOCOL = (ROOT / "protocols/gwent-synthetic.toml").read_text(encoding="utf-8")
SAMPLE = PROTOCOL[PROTOCOL.index("[sample]") : PROTOCOL.index("[outcome]")]
TABLES = ("persons", "episodes", "events", "custody", "exits", "linkage")


def recipe_of(faults=None, **changes):
    """Return the recipe of synthetic/dirty.toml, with other faults where they are given."""
    recipe = parse_recipe(RECIPE)
    if faults is not None:
        changes["faults"] = type(recipe.faults)(**faults)
    return recipe.model_copy(update=changes)


def protocol_text(needs, *, sample=False):
    """Return the protocol of the made-up programme over files beside it, with what faults need."""
    declared = dict(needs)
    words = ["", "NA", "N/A", "NULL", "null", "None", "-", "not known"]
    declared["missing"] = words + [w for w in needs.get("missing", []) if w not in words]
    lines = [f"{key} = {_toml(value)}" for key, value in declared.items()]
    kept = [line for line in PROTOCOL.splitlines() if not line.startswith("date_formats = ")]
    text = "\n".join(kept).replace("../synthetic/gwent/", "")
    text = text.replace("maximum_reject_percent = 2 ", "maximum_reject_percent = 60 ")
    text = text.replace("[records]\n", "[records]\n" + "\n".join(lines) + "\n", 1)
    return text if sample else text.replace(SAMPLE, "")


def _toml(value):
    if isinstance(value, str):
        return json.dumps(value)
    dates = [isinstance(v, date) or _is_day(v) for v in value]
    return (
        "["
        + ", ".join(str(v) if day else json.dumps(v) for v, day in zip(value, dates, strict=True))
        + "]"
    )


def _is_day(text):
    return len(text) == 10 and text[:4].isdigit() and text[4] == text[7] == "-"


class Spoilt:
    """The files of a recipe in a folder, what truth.json says of them, and what is read."""

    def __init__(self, folder, recipe, *, cohort=None, needs=None):
        self.folder, self.recipe = folder, recipe
        self.cohort = make_cohort(recipe) if cohort is None else cohort
        folder.mkdir(parents=True, exist_ok=True)
        files = raw_files(self.cohort, recipe)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        self.truth = json.loads(files["truth.json"])
        self.faults = self.truth["faults"]
        self.needs = self.truth["protocol_needs"] if needs is None else needs
        self.path = folder / "study.toml"
        self.path.write_text(protocol_text(self.needs), encoding="utf-8")
        self._records = None

    @property
    def records(self):
        if self._records is None:
            self._records = self.load()
        return self._records

    def load(self):
        protocol = parse_protocol(self.path.read_text(encoding="utf-8"))
        section = protocol.records
        raw = {}
        for name in TABLES:
            source = getattr(section, name)
            raw[name] = read_raw_table(
                self.folder / source.file,
                table=name,
                sheet=source.sheet,
                header_row=source.header_row,
                encoding=source.encoding or section.encoding,
            )
        return load_records(
            raw,
            LoadRules.from_section(section),
            extract_date=protocol.study.extract_date,
            key=DEMONSTRATION_KEY,
        )

    def rejects(self):
        """Return every line of rejects.csv as (table, row, column, rule), with how often."""
        columns = ["table", "row", "column", "rule"]
        return Counter(self.records.rejects[columns].itertuples(index=False, name=None))

    def notes(self):
        """Return what the notes count, without how plain dates were read."""
        return Counter({key: n for key, n in self.records.note_counts.items() if not _plain(key)})

    def uncertain(self):
        """Return the clients whose outcome the loader takes as not known."""
        known = set(self.records.uncertain["person_id"])
        return {ref for ref in self.cohort.persons["person_id"] if name_of(ref) in known}

    def told(self):
        """Return what truth.json says of the same three, all faults together."""
        rejects, notes, uncertain = Counter(), Counter(), set()
        for fault in self.faults:
            answer = fault["loader"]
            rejects.update(
                (r["table"], r["row"], r["column"], r["rule"]) for r in answer["rejects"]
            )
            for note in answer["notes"]:
                notes[note["table"], note["what"]] += note["count"]
            uncertain.update(answer["uncertain"])
        return rejects, notes, uncertain

    def clients(self, *effects):
        """Return the clients hit by faults of these effects."""
        return {
            client
            for fault in self.faults
            if fault["loader"]["effect"] in effects
            for client in fault["clients"]
        }

    def rows_of(self, table, clients):
        """Return the accepted rows of some clients as a counted set, without row numbers."""
        frame = getattr(self.records, table)
        own = frame[frame["person_id"].isin({name_of(c) for c in clients})]
        kept = own.drop(columns=[c for c in ("event_id", "episode_id") if c in own])
        rows = kept.astype(object).where(kept.notna(), None)
        return Counter(rows.itertuples(index=False, name=None))


def _plain(key):
    """Return whether a count is of dates read as the files of the programme write them."""
    table, what = key
    way = what.partition(": ")[2]
    written = "date" if table in {"persons", "episodes"} else "%d/%m/%Y"
    return way in {written, "day and month could be exchanged"}


def name_of(client):
    return pseudonym([client], DEMONSTRATION_KEY)[0]


def clean_of(spoilt, folder):
    """Return the same people and protocol with no fault."""
    recipe = recipe_of({}, seed=spoilt.recipe.seed, people=spoilt.recipe.people)
    return Spoilt(folder, recipe, cohort=spoilt.cohort, needs=spoilt.needs)
