"""A scorecard file with every key explained, made from the model so that it cannot fall behind."""

from __future__ import annotations

import textwrap

from dipoutcomes.protocol.model.section import Section
from dipoutcomes.scorecard.audit.model import Claim, Head, Line, Mean, Window

_WIDEST = 96
_HEAD = """\
# A published scorecard for `dipoutcomes audit`: figures as they are printed, right or wrong.
# A key that stands commented out may be left out. The headings of a CSV file or of a workbook are
# the keys of [[line]], and a row is a line.
"""
_SECTIONS: tuple[tuple[str, type[Section], str], ...] = (
    ("[scorecard]", Head, ""),
    ("[[line]]", Line, "Repeat for every row of the scorecard."),
    ("[[mean]]", Mean, "Repeat for every printed mean or rate."),
    ("[[claim]]", Claim, "Repeat for every sentence that rests on a figure, or should."),
    ("[[window]]", Window, "Repeat for every time of follow-up that the publication speaks of."),
)
_EXAMPLES: dict[str, dict[str, str]] = {
    "[scorecard]": {"title": '"Annual report"', "period_from": "2013-10-01",
                    "period_to": "2014-03-31", "published": "2014-08-18",
                    "title_covers_months": "12", "rounding": '"half_up"'},
    "[[line]]": {"id": '"police"', "label": '"Referrals from the police"', "count": "61",
                 "percent": "20", "decimals": "0", "of": '"referrals"', "part_of": '"referrals"',
                 "parts": '"all"', "at_least": "12", "within": '"referrals"',
                 "people": '"assessments"', "most_per_person": "3", "unit": '"people"'},
    "[[mean]]": {"id": '"age"', "label": '"Mean age"', "printed": "31.2", "decimals": "1",
                 "of": "28", "total": "874"},
    "[[claim]]": {"says": '"Three quarters were not arrested."', "line": '"police"',
                  "with_line": '"police"', "earlier": "266", "change_percent": "15",
                  "about": '"people"'},
    "[[window]]": {"name": '"12+ months after"', "opens_months": "12"},
}  # fmt: skip


def template_text() -> str:
    """Return a TOML file with every key of a scorecard, each with what it means.

    Returns
    -------
    str

    Examples
    --------
    >>> "part_of" in template_text()
    True
    """
    parts = [_HEAD]
    for heading, section, says in _SECTIONS:
        lines = [f"# {says}"] if says else []
        # A file needs its head and a line; of the rest not even the heading.
        optional = heading not in {"[scorecard]", "[[line]]"}
        lines.append(f"# {heading}" if optional else heading)
        for key, field in section.model_fields.items():
            example = _EXAMPLES[heading].get(key, _default(field.default))
            mark = "" if field.is_required() and not optional else "# "
            entry = f"{mark}{key} = {example}"
            note = field.description or ""
            if len(entry) + len(note) > _WIDEST:
                lines += textwrap.wrap(note, 96, initial_indent="#   ", subsequent_indent="#   ")
                note = ""
            lines.append(f"{entry}  # {note}" if note else entry)
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _default(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value or ""}"'
