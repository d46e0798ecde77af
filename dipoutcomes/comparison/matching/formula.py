"""Simple formulas of covariates: ``age + sex + prior + age:prior``."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOKEN = re.compile(r"\s*(?:`([^`]+)`|([^\W\d]\w*)|([+:*]))")


def parse_formula(formula: str) -> tuple[tuple[str, ...], ...]:
    """Return the terms of *formula*, each the names that are multiplied.

    Parameters
    ----------
    formula : str
        Names joined by ``+``; ``a:b`` is the product of two columns, ``a*b`` is ``a + b + a:b``,
        ``a:a`` a square. A name with spaces or signs stands in backticks. The constant is
        always there; nothing is computed inside a formula: make the column first.

    Returns
    -------
    tuple of tuple of str
        Each term once, in the order of the formula, those of one name before products.

    Raises
    ------
    ValueError
        If the formula cannot be read; the message says where.

    Examples
    --------
    >>> parse_formula("age*prior + sex")
    (('age',), ('prior',), ('sex',), ('age', 'prior'))
    """
    parts: list[list[str | tuple[str]]] = [[]]
    place = 0
    text = formula.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(
                f"`formula` cannot be read from character {place + 1} ('{text[place:].strip()}'); "
                "it has names, +, : and *, and a name with spaces or signs stands in `backticks`"
            )
        quoted, name, sign = found.groups()
        if sign == "+":
            parts.append([])
        else:
            parts[-1].append(sign if sign else ((quoted or name),))
        place = found.end()
    terms = [term for part in parts for term in _terms_of(part)]
    unique = list(dict.fromkeys(terms))
    return tuple(sorted(unique, key=lambda term: len(term) > 1))


def _terms_of(part: Sequence[str | tuple[str]]) -> list[tuple[str, ...]]:
    """Return the terms between two plus signs."""
    names, signs = part[::2], part[1::2]
    good = all(isinstance(n, tuple) for n in names) and all(isinstance(s, str) for s in signs)
    if not part or len(part) % 2 == 0 or not good:
        raise ValueError("`formula` needs a name on both sides of every +, : and *")
    made: list[tuple[str, ...]] = [tuple(names[0])]
    for sign, name in zip(signs, names[1:], strict=True):
        if sign == ":":
            made = [*made[:-1], (*made[-1], *name)]
        else:
            made = [*made, tuple(name), *((*term, *name) for term in made)]
    return made
