"""A small made-up study in CSV files, to be spoilt in every way an office knows."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from dipoutcomes.cli.main import main

PROTOCOL = """\
schema_version = 1

[study]
id = "small"
kind = "records"
title = "A small made-up study"
data = "synthetic"
seed = 1
last_offence_date = 2015-12-31
extract_date = 2016-06-30

[records]
date_formats = ["%d/%m/%Y"]

[records.persons]
file = "persons.csv"
columns = { person_id = "Ref", birth_date = "Born", sex = "Sex" }
attributes = { area = "Area" }

[records.episodes]
file = "episodes.csv"
columns = { person_id = "Ref", episode_id = "Episode", start = "Started", end = "Closed" }

[records.events]
file = "events.csv"
columns = { person_id = "Ref", event_id = "Event", event_type = "Type", arrest_date = "Arrested" }

[records.events.values.event_type]
ARR = "arrest"
CON = "conviction"

[records.custody]
file = "custody.csv"
columns = { person_id = "Ref", start = "In", end = "Out" }

[records.exits]
file = "exits.csv"
columns = { person_id = "Ref", date = "On", kind = "What" }

[records.linkage]
file = "linkage.csv"
columns = { person_id = "Ref", status = "Result" }

[cohort]
index_date = "end"
accrual_from = 2013-01-01
accrual_to = 2013-12-31
minimum_age = 18
index_event = "none"

[sample]
size = 20

[outcome]
measure = "arrest"

[[window]]
name = "12 months before"
opens = { at = "start", months = -12 }
closes = { at = "start" }

[[window]]
name = "12 months after"
opens = { at = "end" }
closes = { at = "end", months = 12 }

[[window]]
name = "12+ months after"
opens = { at = "end", months = 12 }
closes = { at = "last_offence_date" }

[time_to_first]

[[analysis.contrast]]
before = "12 months before"
after = "12 months after"
"""

HEADINGS = {
    "persons.csv": "Ref,Surname,Born,Sex,Area",
    "episodes.csv": "Ref,Episode,Started,Closed",
    "events.csv": "Ref,Event,Type,Arrested",
    "custody.csv": "Ref,In,Out",
    "exits.csv": "Ref,On,What",
    "linkage.csv": "Ref,Result",
}


@dataclass(frozen=True)
class Answer:
    """What a command left: its code and what it printed."""

    code: int
    out: str
    err: str


class Office:
    """A folder with a protocol and its extracts, and the means to spoil and run them."""

    def __init__(self, folder: Path, answer: Callable[[list[str]], Answer]) -> None:
        self.folder = folder
        self.results = folder / "out"
        self._answer = answer
        folder.mkdir(parents=True, exist_ok=True)
        self.write("study.toml", PROTOCOL)
        for name, lines in made_up_people().items():
            self.write(name, "\n".join([HEADINGS[name], *lines]) + "\n")

    def read(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def write(self, name: str, content: str | bytes) -> None:
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)

    def swap(self, old: str, new: str, name: str = "study.toml") -> None:
        text = self.read(name)
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new))

    def rows(self, name: str, change: Callable[[str], str]) -> None:
        """Change every line below the headings of an extract."""
        first, *rest = self.read(name).splitlines()
        self.write(name, "\n".join([first, *map(change, rest)]) + "\n")

    def run(self, *options: str) -> Answer:
        where = () if "--out" in options else ("--out", str(self.results))
        protocol = str(self.folder / "study.toml")
        return self._answer(["run", protocol, "--no-report", "-q", *where, *options])

    def check(self) -> Answer:
        return self._answer(["check", str(self.folder / "study.toml"), "-q"])

    def lock(self, *options: str) -> Answer:
        return self._answer(["lock", str(self.folder / "study.toml"), *options])


def made_up_people(n: int = 40) -> dict[str, list[str]]:
    """Return the lines of each extract; identifiers, names and dates are easy to find again."""
    draw = random.Random(7)  # noqa: S311  (made-up people, no secret)
    lines: dict[str, list[str]] = {name: [] for name in HEADINGS}
    for i in range(n):
        ref = f"ZQ{7000 + i}"
        born = date(1975, 1, 1) + timedelta(draw.randrange(6000))
        end = date(2013, 1, 1) + timedelta(draw.randrange(365))
        start = end - timedelta(60 + draw.randrange(200))
        area = ("North", "South")[i % 2]
        lines["persons.csv"].append(f"{ref},Xylophonist{i},{uk(born)},{'MF'[i % 2]},{area}")
        lines["episodes.csv"].append(f"{ref},EP{i:04d},{uk(start)},{uk(end)}")
        lines["linkage.csv"].append(f"{ref},{'not_found' if i == 5 else 'found'}")
        for _ in range(draw.randrange(5)):
            when = date(2011, 6, 1) + timedelta(draw.randrange(1600))
            number = len(lines["events.csv"])
            lines["events.csv"].append(f"{ref},EV{number:05d},ARR,{uk(when)}")
        if i % 8 == 0:
            inside = (end + timedelta(40), end + timedelta(90))
            lines["custody.csv"].append(f"{ref},{uk(inside[0])},{uk(inside[1])}")
    lines["exits.csv"].append("ZQ7003,01/06/2015,death")
    return lines


def uk(day: date) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Run a command in this process; a traceback fails the test by itself."""

    def answer(arguments: list[str]) -> Answer:
        capsys.readouterr()
        code = main(arguments)
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return answer


@pytest.fixture
def office(tmp_path: Path, command: Callable[..., Answer]) -> Office:
    return Office(tmp_path / "an office", command)
