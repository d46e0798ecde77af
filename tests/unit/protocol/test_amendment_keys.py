"""An amendment that names no key of the protocol would declare nothing, and is refused."""

from pathlib import Path

import pytest

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol import parse_protocol

ROSSI = (Path(__file__).parents[3] / "protocols" / "rossi-1980.toml").read_text(encoding="utf-8")


def amended(key):
    reason = 'reason = "found after the lock to be wrong"'
    return parse_protocol(f'{ROSSI}\n[[amendment]]\ndate = 2026-01-01\nkey = "{key}"\n{reason}\n')


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("time_to_event.horizn", r"has no key 'horizn'; did you mean 'horizon'\?"),
        ("analysys.confidence_level", r"no section 'analysys'; did you mean 'analysis'\?"),
    ],
)
def test_a_misspelt_key_is_refused_with_the_nearest(key, words):
    with pytest.raises(ProtocolError, match=words):
        amended(key)


@pytest.mark.parametrize("key", ["time_to_event.horizon", "time_to_event", "analysis.contrast"])
def test_a_key_or_a_section_around_it_can_be_named(key):
    assert amended(key).amendment[0].key == key
