"""The study as agreed: model, parse (text in, sections out), lock, deviations.

Names are found on first use, so that importing one room does not load another's libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dipoutcomes.protocol.deviation import deviations
    from dipoutcomes.protocol.lock import (
        Lock,
        canonical_text,
        make_lock,
        protocol_sha256,
        read_lock,
    )
    from dipoutcomes.protocol.model import Protocol
    from dipoutcomes.protocol.parse import parse_protocol
    from dipoutcomes.protocol.schema import json_schema
    from dipoutcomes.protocol.template import template_text

_HOME = {
    "Lock": "lock",
    "Protocol": "model",
    "canonical_text": "lock",
    "deviations": "deviation",
    "json_schema": "schema",
    "make_lock": "lock",
    "parse_protocol": "parse",
    "protocol_sha256": "lock",
    "read_lock": "lock",
    "template_text": "template",
}

__all__ = [
    "Lock",
    "Protocol",
    "canonical_text",
    "deviations",
    "json_schema",
    "make_lock",
    "parse_protocol",
    "protocol_sha256",
    "read_lock",
    "template_text",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
