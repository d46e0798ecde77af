"""The report that goes with a stand-in: how it was made, how close it is, what it cannot show.

It is written to be shared: no cell of a record, and no count of few people.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Any

from dipoutcomes._display import number
from dipoutcomes.simulate.stand_in.closeness import MARGIN, Closeness, Matches
from dipoutcomes.simulate.stand_in.make import StandIn
from dipoutcomes.simulate.stand_in.plain_columns import LeftOut
from dipoutcomes.simulate.stand_in.source import SourceTable

_DONE = {
    "key": "new keys",
    "text": "made-up words",
    "category": "common words, in their shares",
    "number": "drawn from coarse bins",
    "date": "drawn from coarse bins",
    "birth": "drawn from coarse bins, before all other dates",
    "flag": "marks one row a person",
    "blank": "empty, as it was",
}
_WIDTH = 96
SAFE = """\
No record was copied into these tables: the people in them are made up. Some agree with a real one
by chance; how many is counted below. The tables have the shape of real ones (headings, codes,
formats, keys that join) so that code can be shared and tried out. They are not for inference:
relations between columns were left out on purpose, and no figure from them says anything about
real people."""
NOT_PROVEN = """\
This is not differential privacy, and it does not prove that nothing can be learnt about anybody.
It compares the characteristics listed, coarsely. Somebody who knows all but one of the people
could still learn something of the last one from a share. Headings, codes, file names and a
protocol are copied as they are: read them before you share them. Whether the tables may leave is
for the owner of the real data to decide."""
RULES = """\
- Keys are new. Their pattern of letters and digits is kept where at least {fewest} people share it.
- Names, addresses, postcodes, notes and every text with too many or too rare words are replaced.
- A word that fewer than {fewest} people have is left out.
- Numbers and dates are drawn from bins that at least {fewest} people share, evenly within a bin;
  the smallest and the largest value are out of reach. A single value is kept only where at least
  {fewest} people have it (and 2% of the people, where it is a date). So are dates of birth.
- Whole numbers that nearly all differ between people, as issued ones do, are keys whatever their
  heading. Of another measure of which nearly everybody has a value of their own (earnings), no
  value is drawn that fewer than {fewest} people have.
- Rows per person are drawn in the same way, so the longest records are not there.
- Columns are independent, but for what makes a row valid: the order of its dates, which dates a
  kind of row has, birth before everything, deaths after everything.
- Everything is counted by people, not by rows; the number of people is rounded to 5."""


def few(count: int, fewest: int) -> str:
    """Return a count of people, withheld where it is small.

    Examples
    --------
    >>> few(0, 10), few(3, 10), few(1234, 10)
    ('0', 'fewer than 10', '1,234')
    """
    return f"fewer than {fewest}" if 0 < count < fewest else f"{count:,}"


def closeness_text(
    made: StandIn, closeness: Closeness, real: Sequence[SourceTable], *, notes: Sequence[str] = ()
) -> str:
    """Return the report as plain text.

    Parameters
    ----------
    made : StandIn
    closeness : Closeness
    real : sequence of SourceTable
        For headings and roles; no cell of them is read.
    notes : sequence of str
        Further sentences about files.
    """
    parts = [
        "HOW CLOSE ARE THESE MADE-UP PEOPLE TO REAL ONES?",
        SAFE,
        fill(f"Verdict: {closeness.verdict}", _WIDTH),
        f"People made: {made.people:,}. People in the records, rounded to 5: {made.real_people:,}.",
        _agreement(closeness, made.fewest),
        _matches(closeness, made.fewest),
        _rule(),
        "What this does not prove\n" + NOT_PROVEN,
        "How they were made\n" + RULES.format(fewest=made.fewest),
        "What became of each column\n" + "\n".join(_columns(made, real)),
    ]
    if notes:
        parts.append("Also\n" + "\n".join(f"- {note}" for note in notes))
    return "\n\n".join(parts) + "\n"


def _rounded(share: float) -> str:
    """Return a share to the nearest 5%, so that no small count can be worked out from it."""
    return f"{5 * round(share * 20)}%"


def _agreement(closeness: Closeness, fewest: int) -> str:
    of = len(closeness.characteristics)
    lines = [
        f"Agreement with the nearest real person, over {of} characteristics (shares to the nearest "
        "5%):",
        "",
        f"  {'agrees on':<16}{'made people':<18}real people, with another one",
    ]
    agreements = (closeness.made_agreement, closeness.real_agreement)
    rows = list(enumerate(zip(*agreements, strict=True)))
    for agreed, counts in reversed(rows):
        if any(counts):
            cells = [
                _cell(c, sum(of_all), fewest) for c, of_all in zip(counts, agreements, strict=True)
            ]
            lines.append(f"  {f'{agreed} of {of}':<16}{cells[0]:<18}{cells[1]}")
    lines += [
        f"  {'on average':<16}{number(closeness.made_mean, 1):<18}{number(closeness.real_mean, 1)}",
        "",
        fill("The characteristics: " + "; ".join(closeness.characteristics) + ".", _WIDTH),
    ]
    return "\n".join(lines)


def _matches(closeness: Closeness, fewest: int) -> str:
    lines = []
    for says, found in (
        ("Coarsely (bands, months, common words)", closeness.coarse),
        ("The same characteristics to the day, the unit and the word", closeness.fine),
    ):
        lines += [
            f"{says}:",
            f"  made people who agree with a real person on everything: {few(found.exact, fewest)}",
            f"  of these, with one whom nobody else resembles: {few(found.lone, fewest)}",
            f"  expected if characteristics were drawn on their own: "
            f"{_expected(found.expected_if_independent)}",
            f"  expected of as many fresh people of the same kind: "
            f"{_expected(found.expected_of_fresh)}",
            "",
        ]
    return "\n".join(
        [
            *lines,
            "Keys, texts and rare words of real people found in these tables: 0 (every cell was "
            "looked at).",
        ]
    )


def _expected(value: float) -> str:
    return "fewer than 10" if value < 10 else f"about {round(value, -1):,.0f}"


def _rule() -> str:
    return fill(
        "The rule: too close if made people agree with their nearest real person on more "
        f"characteristics, by more than {MARGIN:g} on average and three standard errors, than real "
        "people with their nearest "
        "other one; or if more of them meet a real person whom nobody else resembles than chance "
        "explains, coarsely or to the day (the 99.9% point of a Poisson count whose mean is the "
        "larger expected number and one more); or if any cell is a real key, text or rare word. "
        "A stand-in that breaks the rule is not written.",
        _WIDTH,
    )


def _columns(made: StandIn, real: Sequence[SourceTable]) -> list[str]:
    lines = []
    for table in real:
        emptied = " (left without rows: too few people have one, or share a word that it needs)"
        lines.append(f"{table.name}{emptied if table.name in made.emptied else ''}")
        if table.person is None:
            lines.append("  each row is taken as one person")
        if made.nobody[table.name]:
            rows = few(made.nobody[table.name], made.fewest)
            lines.append(f"  rows that name nobody, left out: {rows}")
        for place, column in enumerate(table.columns):
            person = " (the person)" if place == table.person else ""
            because = f"; {column.because}" if column.because else ""
            lines.append(
                f"  {column.heading}: {column.role}{person}, {_DONE[column.role]}{because}"
            )
            lines += [
                f"    {says}" for says in _left(made.left.get((table.name, place)), made.fewest)
            ]
    return lines


def _left(left: LeftOut | None, fewest: int) -> list[str]:
    if left is None:
        return []
    says = []
    if left.words:
        word = "word" if left.words == 1 else "words"
        says.append(f"left out: {left.words:,} rare {word}, of {few(left.people, fewest)} people")
    if left.own_numbers:
        says.append(
            "nearly everybody has a number of their own: drawn around them, and none of them"
        )
    if left.faults:
        says.append(f"cells that could not be read, left out: {few(left.faults, fewest)}")
    if left.emptied:
        says.append("left empty: too few people have a value")
    return says


def closeness_facts(
    made: StandIn, closeness: Closeness, real: Sequence[SourceTable]
) -> dict[str, Any]:
    """Return the report as plain values, with the same counts withheld."""
    of = len(closeness.characteristics)
    return {
        "verdict": closeness.verdict,
        "too_close": closeness.too_close,
        "people_made": made.people,
        "people_in_the_records_rounded": made.real_people,
        "fewest": made.fewest,
        "characteristics": list(closeness.characteristics),
        "mean_agreement_of_made_people": round(closeness.made_mean, 1),
        "mean_agreement_of_real_people": round(closeness.real_mean, 1),
        "agreement": [
            {
                "agrees_on": agreed,
                "of": of,
                "made_people": _cell(counts[0], sum(closeness.made_agreement), made.fewest),
                "real_people": _cell(counts[1], sum(closeness.real_agreement), made.fewest),
            }
            for agreed, counts in enumerate(
                zip(closeness.made_agreement, closeness.real_agreement, strict=True)
            )
        ],
        "coarse_matches": _match_facts(closeness.coarse, made.fewest),
        "fine_matches": _match_facts(closeness.fine, made.fewest),
        "real_keys_texts_or_rare_words_found": 0,
        "tables_left_empty": list(made.emptied),
        "columns": [
            {
                "table": table.name,
                "heading": column.heading,
                "role": column.role,
                "because": column.because,
                "left_out": _left(made.left.get((table.name, place)), made.fewest),
            }
            for table in real
            for place, column in enumerate(table.columns)
        ],
        "not_proven": " ".join(NOT_PROVEN.split()),
    }


def _match_facts(found: Matches, fewest: int) -> dict[str, str]:
    return {
        "agree_on_everything": few(found.exact, fewest),
        "agree_with_a_lone_real_person": few(found.lone, fewest),
        "expected_if_independent": _expected(found.expected_if_independent),
        "expected_of_fresh_people": _expected(found.expected_of_fresh),
    }


def _cell(count: int, compared: int, fewest: int) -> str:
    return few(count, fewest) if count < fewest else _rounded(count / compared)
