"""Put found numbers into the text of a recipe; its comments and its order stay."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from dipoutcomes.errors import ProtocolError

_HEADING = re.compile(r"^\s*\[{1,2}\s*([A-Za-z_.]+)\s*\]{1,2}\s*(#.*)?$")
_ENTRY = re.compile(r"^(\s*)([A-Za-z_]+)(\s*=\s*)([^#\n]*?)(\s*(#.*)?)$")


def with_numbers(text: str, numbers: Mapping[str, float]) -> str:
    r"""Return the text of a recipe with some numbers replaced.

    Parameters
    ----------
    text : str
        TOML.
    numbers : mapping of str to float
        Key such as "offending.gamma_shape" = the number that it is to have. A place in a list of
        tables is a number: "group.0.rate_ratio".

    Returns
    -------
    str

    Raises
    ------
    ProtocolError
        If a number does not stand on a line of its own under its heading.

    Examples
    --------
    >>> print(with_numbers("[offending]\ngamma_shape = 1  # k", {"offending.gamma_shape": 0.5}))
    [offending]
    gamma_shape = 0.5  # k
    """
    left, section = dict(numbers), ""
    seen: dict[str, int] = {}
    lines = []
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading is not None:
            section = heading[1]
            if line.lstrip().startswith("[["):
                place = seen[section] = seen.get(section, -1) + 1
                section = f"{section}.{place}"
        entry = _ENTRY.match(line)
        key = f"{section}.{entry[2]}" if entry else ""
        if entry is not None and key in left:
            line = f"{entry[1]}{entry[2]}{entry[3]}{left.pop(key):g}{entry[5]}"  # noqa: PLW2901
        lines.append(line)
    if left:
        raise ProtocolError(
            f"{len(left)} numbers do not stand on a line of their own under their heading: "
            f"{', '.join(sorted(left))}; write them into the recipe first"
        )
    written = "\n".join(lines) + "\n"
    tomllib.loads(written)
    return written
