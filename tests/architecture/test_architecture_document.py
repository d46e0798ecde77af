"""docs/architecture.md names what is there."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from dipoutcomes.study import evaluate

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = dict(re.findall(r"^### (\w+)[^\n]*\n(.*?)(?=^##)", TEXT, re.DOTALL | re.MULTILINE))
HOLDS = TEXT.partition("## What `StudyResults` holds")[2]
#: Studies; scorecards to audit and targets stand among them, and have no such section.
PROTOCOLS = sorted(
    path
    for path in (ROOT / "protocols").glob("*-*.toml")
    if "study" in tomllib.loads(path.read_text("utf-8"))
)


def test_every_room_has_a_paragraph():
    rooms = {p.parent.name for p in (ROOT / "dipoutcomes").glob("*/__init__.py")}
    assert set(ROOMS) == rooms - {"results", "cli"}


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_room_offers_is_there(room):
    module = import_module(f"dipoutcomes.{room}")
    # Not behind a dot (a method, or a name in a module of the room) and not in prose.
    code = "\n".join(line for line in ROOMS[room].splitlines() if line.startswith("    "))
    named = set(re.findall(r"(?<![\w.])([a-z]\w*_\w+|[a-z]+)\(", code))
    assert not {name for name in named if not hasattr(module, name)}


def test_there_are_protocols():
    assert len(PROTOCOLS) == 9


@pytest.mark.slow
@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda p: p.stem)
def test_what_results_hold_is_listed(path):
    results = evaluate(path).results
    kind = str(results.facts["kind"])
    rows = [line for line in HOLDS.splitlines() if line.startswith(f"| {kind} |")]
    listed = set(re.findall(r"`([^`]+)`", "\n".join(rows)))
    everywhere = set(re.findall(r"`([^`]+)`", HOLDS))
    held = {*results.estimates, *results.tables, *results.curves}
    assert {re.sub(r":.*", ":<finding>", name) for name in held} <= listed
    assert set(results.facts) <= everywhere
    assert set(results.provenance) <= everywhere
