"""From the text of a file, or the rows of a table, to a `Scorecard`; all faults at once."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from dipoutcomes.errors import ProtocolError
from dipoutcomes.protocol._messages import hint_for, line_for
from dipoutcomes.scorecard.audit.cells import rows_as_lines
from dipoutcomes.scorecard.audit.model import Line, Mean, Scorecard

#: "12 weeks or more", "3+ months", "at least 2": what the label says is open to the right.
OPEN_ENDED = re.compile(
    r"\bat least (\d+)\b"
    r"|\b(\d+)\s*(?:\+|(?:\w+ )?(?:or (?:more|longer|over|above)|and (?:over|above|more)))",
    re.IGNORECASE,
)
#: Digits after the point that anybody prints.
MOST_DIGITS = 6


def parse_scorecard(text: str, *, name: str = "scorecard") -> Scorecard:
    """Return the published scorecard that a TOML file describes.

    Parameters
    ----------
    text : str
        The whole file: ``[scorecard]``, ``[[line]]`` tables, and ``[[mean]]``, ``[[claim]]`` and
        ``[[window]]`` where there are any. Decimals are read as decimals, never as floats.
    name : str, optional
        What to call the file where its TOML cannot be read.

    Returns
    -------
    Scorecard

    Raises
    ------
    ProtocolError
        With one line for every fault: a misspelt key (and the nearest one), a value of the wrong
        kind, a reference to a line that is not there.

    Examples
    --------
    >>> card = parse_scorecard('''
    ... [scorecard]
    ... title = "Annual report"
    ... [[line]]
    ... id = "referrals"
    ... label = "Total referrals"
    ... count = 306
    ... [[line]]
    ... id = "police"
    ... label = "Referred by the police"
    ... count = 61
    ... percent = 20
    ... of = "referrals"
    ... ''')
    >>> card["police"].count, card.value("referrals")
    (61, 306)
    """
    try:
        raw = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{name}: {error}; it is no TOML as it stands") from None
    return scorecard_from(raw)


def scorecard_from(raw: Mapping[str, Any]) -> Scorecard:
    """Return the scorecard that nested plain values describe, as a TOML file holds them.

    Raises
    ------
    ProtocolError
        As for `parse_scorecard`.
    """
    try:
        card = Scorecard.model_validate(raw)
    except ValidationError as error:
        raise ProtocolError("\n".join(_in_words(error, raw))) from None
    card = card.model_copy(update={"line": tuple(_with_threshold(line) for line in card.line)})
    faults = list(_contradictions(card))
    if faults:
        raise ProtocolError("\n".join(faults))
    return card


def scorecard_from_rows(
    rows: Iterable[Mapping[str, Any]],
    *,
    title: str,
    more: Mapping[str, Any] | None = None,
) -> Scorecard:
    """Return the scorecard that the rows of a table describe, one row a line.

    Parameters
    ----------
    rows : iterable of mapping
        Cells by heading; the headings are the keys of ``[[line]]``. Empty cells (None, "", nan)
        are left out. A row without id takes its label in small letters, and ``of`` and the like
        may name a label. A mark such as "*", "<5" or "n/a" in place of a figure is no blank: the
        row is kept as ``not_shown``, and nothing is asked of it.
    title : str
        Of the publication.
    more : mapping, optional
        What a TOML file would hold besides: ``scorecard``, ``mean``, ``claim``, ``window``.

    Returns
    -------
    Scorecard

    Raises
    ------
    ProtocolError
        As for `parse_scorecard`.

    Examples
    --------
    >>> card = scorecard_from_rows(
    ...     [{"label": "Referrals", "count": "306"},
    ...      {"label": "Police", "count": "61", "percent": "20%", "of": "referrals"}],
    ...     title="Quarter 3")
    >>> card["police"].of, card["police"].percent
    ('referrals', Decimal('20'))
    """
    extra = dict(more or {})
    head = {"title": title, **extra.pop("scorecard", {})}
    lines = rows_as_lines(rows)
    try:
        return scorecard_from({"scorecard": head, "line": lines, **extra})
    except ProtocolError as error:  # a table has rows, and no quotes to leave out
        said = re.sub(r"\[\[line\]\] (\d+)\b", r"row \1 below the headings,", str(error))
        raise ProtocolError(said.replace(", without quotes", "")) from None


def _in_words(error: ValidationError, raw: Mapping[str, Any]) -> list[str]:
    """Return a line for every fault; a number or name that is neither is one fault, not two."""
    found = []
    for fault in error.errors(include_url=False):
        loc = fault["loc"]
        if loc == ("line",) and raw.get("line"):
            continue  # what the faults of its entries leave behind
        if loc and loc[-1] not in {"line", "mean", "claim", "window"} and _is_branch(loc[-1]):
            where = line_for({**fault, "loc": loc[:-1], "type": "string_type"}, raw, Scorecard)
            where = where.partition(": must be")[0]
            found.append(f"{where}: must be a whole number from 0, or the id of a line")
            continue
        said = line_for(fault, raw, Scorecard).replace("the protocol", "the scorecard", 1)
        if "percent: must be at least 0" in said:
            said += '; a fall is a [[claim]] with kind = "change"'
        found.append(said)
    return list(dict.fromkeys(found))


def _is_branch(step: int | str) -> bool:
    return isinstance(step, str) and step.startswith(("constrained-", "int", "function-", "str"))


def _with_threshold(line: Line) -> Line:
    found = OPEN_ENDED.search(line.label)
    if line.at_least is not None or not found:
        return line
    return line.model_copy(update={"at_least": int(found[1] or found[2])})


def _contradictions(card: Scorecard) -> Iterator[str]:
    names = [*(line.id for line in card.line), *(mean.id for mean in card.mean)]
    for name, times in Counter(names).items():
        if times > 1:
            yield (
                f"the id '{name}' is given to {times} lines; each needs its own (a table without a "
                "column id takes the label, and the section before it where labels are equal)"
            )
    yield from _lines_contradict(card)
    lines = [line.id for line in card.line]
    for mean in card.mean:
        for key in ("of", "total"):
            yield from _unknown(lines, f"[[mean]] {mean.id} {key}", getattr(mean, key))
        yield from _too_fine(card, mean)
    for claim in card.claim:
        for key in ("line", "with_line", "earlier"):
            yield from _unknown(lines, f"[[claim]] '{claim.says[:30]}' {key}", getattr(claim, key))
    yield from _parts_disagree(card)
    first, last, published = card.dates
    if first and last and last < first:
        yield "[scorecard] period_to is before period_from"
    if published and first and published < first:
        yield "[scorecard] published is before the period begins"


def _lines_contradict(card: Scorecard) -> Iterator[str]:
    lines = [line.id for line in card.line]
    for line in card.line:
        for key in ("of", "part_of", "within", "people"):
            yield from _unknown(lines, f"[[line]] {line.id} {key}", getattr(line, key))
        if line.id in {line.part_of, line.within, line.of, line.people}:
            yield f"[[line]] {line.id}: a line cannot be a part, or a percentage, of itself"
        if line.window and line.window not in {w.name for w in card.window}:
            yield f"[[line]] {line.id} window: no [[window]] is called '{line.window}'"
        yield from _too_fine(card, line)


def _unknown(lines: Sequence[str], where: str, reference: int | str | None) -> Iterator[str]:
    if isinstance(reference, str) and reference not in lines:
        near = hint_for(reference, lines[:20]).replace("the keys are", "the first ids are")
        yield f"{where}: no line has the id '{reference}'; {near}"


def _too_fine(card: Scorecard, entry: Line | Mean) -> Iterator[str]:
    shown = entry.percent if isinstance(entry, Line) else entry.printed
    if card.digits(entry) > MOST_DIGITS:
        yield (
            f"'{entry.id}' has {card.digits(entry)} digits after the point: what a formula holds "
            "and not what is printed. Type the figure as it stands in print"
        )
    elif shown is not None and shown.scaleb(card.digits(entry)) % 1:
        yield f"'{entry.id}' is printed with more digits after the point than its `decimals`"


def _parts_disagree(card: Scorecard) -> Iterator[str]:
    said: dict[tuple[str, str], set[str]] = {}
    for line in card.line:
        if line.part_of and line.parts:
            said.setdefault((line.part_of, line.group), set()).add(line.parts)
    for (total, group), words in said.items():
        if len(words) > 1:
            name = f"'{group}' of '{total}'" if group else f"'{total}'"
            yield f"the parts of {name} are said to be {' and '.join(sorted(words))}; choose one"
