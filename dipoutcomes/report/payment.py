"""The one-page summary of a claim, in plain English, as web page, Word and PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dipoutcomes import _display
from dipoutcomes._display import NOT_AVAILABLE, WITHHELD
from dipoutcomes.payment.release import ShownVerdict
from dipoutcomes.payment.verdict import Verdict
from dipoutcomes.payment.waterfall import waterfall
from dipoutcomes.plots.payment import describe_waterfall, plot_waterfall
from dipoutcomes.report.formats import build_docx, build_html, build_pdf
from dipoutcomes.report.meta import ReportMeta
from dipoutcomes.report.show import figure_file
from dipoutcomes.results import Table

_FIGURE = "figure-01.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """What the summary of a claim is made from.

    Parameters
    ----------
    verdict : Verdict
        For the figure.
    shown : ShownVerdict
        As this copy shows it.
    more : sequence of Table
        Further tables: attrition, claims by reason, deviations.
    notes : sequence of str
        Said under "How it was done".
    notices : sequence of str
        For the top of every page.
    copy : {"working", "release"}
    """

    verdict: Verdict
    shown: ShownVerdict
    more: Sequence[Table] = ()
    notes: Sequence[str] = ()
    notices: Sequence[str] = ()
    copy: Any = "working"


def claim_pages(page: ClaimPage) -> dict[str, bytes]:
    """Return the summary as ``claim.html``, ``claim.docx`` and ``claim.pdf``.

    The same bytes for the same page and versions: no time and no path is in them.
    """
    files = _figure(page)
    markdown = "\n\n".join(_parts(page, files)) + "\n"
    meta = ReportMeta(
        title=f"Claim: {page.verdict.contract_title}",
        subtitle=page.verdict.cohort,
        copy=page.copy,
        notices=tuple(page.notices),
    )
    return _built(markdown, files, meta)


def decision_pages(
    verdict: Verdict, tables: Sequence[Table], *, notes: Sequence[str], notices: Sequence[str]
) -> dict[str, bytes]:
    """Return the summary that may be released where counts and money may not: what was decided."""
    paid = "payment is due" if verdict.paid else "no payment is due"
    parts = [
        "## In short",
        f"::: {{.headline}}\n{_text(f'{verdict.contract_title}, {verdict.cohort}: {paid}.')}\n:::",
        _text("Counts, reductions and amounts are in the working copy, which is not for release."),
        *([f"::: {{.note}}\n{_text(verdict.caution)}\n:::"] if verdict.caution else []),
        "## What was decided",
        *(_raw(table._repr_html_()) for table in tables),
        "## How it was done",
        _bullets(notes),
    ]
    meta = ReportMeta(
        title=f"Claim: {verdict.contract_title}",
        subtitle=verdict.cohort,
        copy="release",
        notices=tuple(notices),
    )
    return _built("\n\n".join(parts) + "\n", {}, meta)


def _built(markdown: str, files: Mapping[str, bytes], meta: ReportMeta) -> dict[str, bytes]:
    builders = {"html": build_html, "docx": build_docx, "pdf": build_pdf}
    return {f"claim.{kind}": build(markdown, files, meta) for kind, build in builders.items()}


def _figure(page: ClaimPage) -> dict[str, bytes]:
    if not page.shown.whole:
        return {}
    try:
        drawn = waterfall(page.verdict)
    except ValueError:  # neither money nor a baseline is there to be drawn
        return {}
    return {_FIGURE: figure_file(lambda: plot_waterfall(drawn), describe_waterfall(drawn))}


def _parts(page: ClaimPage, files: Mapping[str, bytes]) -> Iterator[str]:
    shown = page.shown
    yield "## In short"
    yield f"::: {{.headline}}\n{_text(shown.headline)}\n:::"
    level = _display.level(page.verdict.confidence_level)
    yield _bullets(_decision(row, level) for row in shown.terms.rows)
    if shown.warnings:
        yield "What must be known with it:"
        yield _bullets(shown.warnings)
    if shown.caution:
        yield f"::: {{.note}}\n{_text(shown.caution)}\n:::"
    yield "## What each term decides"
    yield _raw(shown.terms._repr_html_())
    if files:
        words = escape(describe_waterfall(waterfall(page.verdict)))
        yield _raw(
            f'<figure><img src="{_FIGURE}" alt="{words}" width="90%">'
            "<figcaption>From what was counted to what is due.</figcaption></figure>"
        )
    yield "## What was counted"
    yield _raw(shown.measures._repr_html_())
    for table in page.more:
        yield _raw(table._repr_html_())
    yield "## The arithmetic"
    yield _raw(shown.steps._repr_html_())
    if shown.withheld:
        yield _text("What counts few people is withheld, and with it what would give it back.")
    if page.notes:
        yield "## How it was done"
        yield _bullets(page.notes)


def _decision(row: Mapping[str, Any], level: str) -> str:
    """Return what a term decides in plain words, with how sure one can be of it."""
    amount = f"Amount: {row['amount']}."
    if row["amount"] == "a hurdle":
        amount = "It pays nothing itself; another term needs it."
    if row["decision"] == "by person":
        return f"{row['term']} Judged person by person. {amount}"
    said = f"{row['term']} {row['decision'].capitalize()}"
    if not row["reduction"]:
        return f"{said}. {amount}"
    said += f": {row['reduction']}, needed {row['threshold']}."
    if _is_known(row["interval"]):
        minus = "; a minus is a change for the worse" if "-" in row["interval"] else ""
        said += f" Chance leaves the truth between {row['interval'].replace(' to ', ' and ')}"
        said += f" ({level} interval{minus})"
        if _is_known(row["truly_met"]):
            said += f"; the probability that it reaches what is needed is {row['truly_met']}"
        said += "."
    return f"{said} {amount}"


def _is_known(cell: str) -> bool:
    return cell not in {"", NOT_AVAILABLE, WITHHELD}


def _bullets(lines: Any) -> str:
    return "\n".join(f"- {_text(line[:1].upper() + line[1:])}" for line in lines)


def _raw(html: str) -> str:
    return f"```{{=html}}\n{html}\n```"


def _text(words: str) -> str:
    """Return *words* so that no letter of them is taken for a mark of Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~^$@" else c for c in words)
