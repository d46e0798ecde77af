"""The protocol's format as a JSON Schema, for editors that complete and check TOML."""

from __future__ import annotations

import json

from dipoutcomes.protocol.model import Protocol


def json_schema() -> str:
    """Return the JSON Schema of a protocol file, in one canonical form.

    The file `protocols/protocol.schema.json` holds this text; a protocol names it in its first
    line (``#:schema ./protocol.schema.json``), and an editor with a TOML language server then
    completes keys, shows their meaning and marks faults while typing. Rules between sections are
    not in it: `parse_protocol` has them.

    Examples
    --------
    >>> json.loads(json_schema())["required"]
    ['schema_version', 'study']
    """
    schema = Protocol.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
