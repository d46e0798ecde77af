"""A lock made by an older version stays a lock: a key that is new changes nothing by itself."""

import json
from pathlib import Path

import pytest

from dipoutcomes.protocol import deviations, make_lock, parse_protocol
from dipoutcomes.protocol.lock import Lock, canonical_values

PROTOCOLS = sorted(
    path
    for path in Path(__file__).parents[3].glob("protocols/*-*.toml")
    if "\n[study]\n" in path.read_text("utf-8")
)


def older(values, key):
    """Return locked values as a version without *key* would have written them."""
    if isinstance(values, dict):
        return {k: older(v, key) for k, v in values.items() if k != key}
    return [older(v, key) for v in values] if isinstance(values, list) else values


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda p: p.stem)
@pytest.mark.parametrize(
    "key", ["records_from", "claim_is_verbatim", "compare", "event_when", "report", "encoding"]
)
def test_a_key_that_is_new_is_no_deviation(path, key):
    protocol = parse_protocol(path.read_text(encoding="utf-8"))
    values = older(json.loads(json.dumps(canonical_values(protocol))), key)
    differing = {d.key for d in deviations(protocol, Lock(sha256="0" * 64, values=values))}
    used = {k for k in differing if not k.split(".")[-1].startswith(key) and key not in k}
    assert not used  # a key that the protocol itself sets to something else may differ, no other


def test_a_new_key_that_is_used_is_a_deviation():
    text = next(p for p in PROTOCOLS if "rossi" in p.stem).read_text(encoding="utf-8")
    agreed = parse_protocol(text)
    values = older(canonical_values(agreed), "event_when")
    now = parse_protocol(text.replace("[time_to_event]", '[time_to_event]\nevent_when = "0"', 1))
    (found,) = deviations(now, Lock(sha256="0" * 64, values=values))
    assert (found.key, found.locked, found.current) == ("time_to_event.event_when", "1", "0")


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda p: p.stem)
def test_the_example_studies_are_locked_and_unchanged(path):
    from dipoutcomes.protocol import read_lock

    lock = read_lock(path.with_suffix(".lock").read_text(encoding="utf-8"))
    assert deviations(parse_protocol(path.read_text(encoding="utf-8")), lock) == ()
    assert make_lock(parse_protocol(path.read_text(encoding="utf-8")))
