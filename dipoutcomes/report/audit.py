"""The write-up of an audit: headline, findings by severity, every figure recomputed, pictures."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape

from dipoutcomes import _display, plots
from dipoutcomes._validate import check_choice
from dipoutcomes.plots import scorecard as figures
from dipoutcomes.report.figures import Figure, make_figure
from dipoutcomes.report.formats import build_docx, build_html, build_pdf
from dipoutcomes.report.meta import ReportMeta
from dipoutcomes.results import EstimateTable, Table
from dipoutcomes.scorecard.audit import SEVERITIES, ScorecardAudit

FORMATS = ("html", "docx", "pdf")
_BUILD = {"html": build_html, "docx": build_docx, "pdf": build_pdf}


def audit_pages(audit: ScorecardAudit, *, formats: Iterable[str] = FORMATS) -> dict[str, bytes]:
    """Return the write-up of an audit in each format, by file name.

    Parameters
    ----------
    audit : ScorecardAudit
    formats : iterable of {"html", "docx", "pdf"}

    Returns
    -------
    dict of str to bytes
        ``audit.html``, ``audit.docx``, ``audit.pdf``: the same bytes for the same audit (Word and
        PDF by their content).

    Raises
    ------
    ValueError
        If there is no such format.
    """
    wanted = [check_choice("formats", name, FORMATS) for name in formats]
    page = _Page(audit)
    markdown = page.markdown()
    meta = ReportMeta(
        title="What the printed figures say",
        subtitle=audit.card.scorecard.title,
        copy="release",  # it holds what is published, and nothing else
        notices=("FROM PUBLISHED FIGURES: no record of a person was seen",),
    )
    return {f"audit.{name}": _BUILD[name](markdown, page.files, meta) for name in wanted}


class _Page:
    """The page in the making: its text, and the figures that it shows."""

    def __init__(self, audit: ScorecardAudit) -> None:
        self.audit = audit
        self.files: dict[str, bytes] = {}

    def markdown(self) -> str:
        """Return the text, the figures among it; fills `files`."""
        sections = (self._headline, self._findings, self._figures, self._reconstruction,
                    self._method)  # fmt: skip
        return "\n\n".join(part for section in sections for part in section()) + "\n"

    def _headline(self) -> Iterator[str]:
        audit = self.audit
        yield "## In short"
        yield f"::: {{.headline}}\n{_text(str(audit))}.\n:::"
        head = audit.card.scorecard
        known = [f"published by {head.organisation}"] if head.organisation else []
        known += [head.source] if head.source else []
        if known:
            yield f"The figures: {_text('; '.join(known))}."
        yield (
            "A finding says that figures, labels or sentences in print do not go together, or that "
            "one is not there. It names no cause, and says nothing of the work that was done. Each "
            "ends with what to ask the author."
        )
        rows = [
            [severity, f"{count}", SEVERITIES[severity], _kinds(audit, severity)]
            for severity, count in audit.severities.items()
        ]
        yield _table(
            "Findings by severity", ["Severity", "Findings", "What it means", "Which"], rows
        )

    def _findings(self) -> Iterator[str]:
        yield "## What was found"
        yield from findings_in_words(self.audit)

    def _figures(self) -> Iterator[str]:
        drawn = list(figures_of_audit(self.audit))
        if drawn:
            yield "## Printed and recomputed"
        for figure in drawn:
            yield self._figure(figure)

    def _reconstruction(self) -> Iterator[str]:
        audit = self.audit
        yield "## The figures, put right as far as they can be"
        yield _own(audit.lines_table)
        if len(audit.denominators_table):
            yield _own(audit.denominators_table)
        if len(audit.samples):
            yield _own(audit.samples)
            yield self._figure(
                make_figure(
                    lambda: plots.plot_estimates(audit.samples),
                    plots.describe_estimates(audit.samples),
                    "Dot: the share of the sample; line: its confidence interval.",
                )
            )

    def _method(self) -> Iterator[str]:
        audit = self.audit
        yield "## How it was done"
        yield f"Rounding: {_text(audit.rounding)}."
        yield (
            "Each count was divided by what the printed words say it is a percentage of, in whole "
            "numbers, and the quotient cut to the printed digits by one rule for the whole "
            "document. Where the result is not what is printed, every denominator and every count "
            "that would give it was worked out. Parts were added up, labels compared with each "
            "other, and times with the date of publication. An inconsistency is a fact; its cause "
            "is not known, and only the author can name it. Figures that are consistent may still "
            "be untrue."
        )
        level = _display.level(audit.confidence_level)
        yield (
            f"Intervals ({level}) stand beside shares of samples alone. A count of everybody in a "
            "period is not a sample, and has none."
        )

    def _figure(self, figure: Figure) -> str:
        name = f"figure-{len(self.files) + 1:02d}.png"
        self.files[name] = b64decode(figure.png)
        image = f'<img src="{name}" alt="{escape(" ".join(figure.alt.split()))}" width="100%">'
        caption = f"<figcaption>{escape(figure.caption)}</figcaption>"
        return _raw(f"<figure>{image}{caption}</figure>")


def findings_in_words(audit: ScorecardAudit) -> Iterator[str]:
    """Yield the findings as paragraphs of Markdown, each severity under its heading."""
    number = 0
    if not audit.findings:
        yield "Nothing: the printed figures are consistent. That does not say that they are true."
    for severity, count in audit.severities.items():
        if not count:
            continue
        yield f"### {severity.capitalize()}: {_text(SEVERITIES[severity])}"
        for finding in audit.findings:
            if finding.severity == severity:
                number += 1
                yield (
                    f"**{number}. {_text(finding.title.capitalize())}.** {_text(finding.printed)} "
                    f"{_text(finding.arithmetic)} *To ask: {_text(finding.ask)}*"
                )


def _kinds(audit: ScorecardAudit, severity: str) -> str:
    """Return the titles of the findings of a severity, those found several times with how often."""
    titles = Counter(f.title for f in audit.findings if f.severity == severity)
    return "; ".join(f"{title} ({n})" if n > 1 else title for title, n in titles.items())


def figures_of_audit(audit: ScorecardAudit) -> Iterator[Figure]:
    """Yield the figures of an audit: printed against recomputed, and what blank bases can be."""
    if any(pair.base for pair in audit.judgement.pairs):
        yield make_figure(
            lambda: figures.plot_printed_and_recomputed(audit),
            figures.describe_printed_and_recomputed(audit),
            "How far each recomputed percentage lies from the printed one. On the grey band "
            "rounding explains the difference.",
        )
    for base in _drawn_bases(audit):
        yield make_figure(
            lambda base=base: figures.plot_possible_bases(audit, base),  # type: ignore[misc]
            figures.describe_possible_bases(audit, base),
            f"'{audit.card[base].label}' is printed without a figure. Bars: the numbers that "
            "would give each printed percentage; band: those that would give all of them.",
        )


def _drawn_bases(audit: ScorecardAudit) -> list[str]:
    """Return the blank bases of which a figure says something: two rows, one of them bounded."""
    found: dict[str, list[bool]] = {}
    for pair in audit.judgement.pairs:
        base = pair.line.of
        if pair.base_is != "stated" and isinstance(base, str) and audit.card[base].count is None:
            found.setdefault(base, []).append(pair.alone.high is not None)
    return [base for base, bounded in found.items() if len(bounded) > 1 and any(bounded)]


def _own(table: Table | EstimateTable) -> str:
    return _raw(table._repr_html_())


def _table(caption: str, headings: list[str], rows: list[list[str]]) -> str:
    return _raw(_display.html_table(caption, headings, rows))


def _raw(html: str) -> str:
    return f"```{{=html}}\n{html}\n```"


def _text(words: str) -> str:
    """Return *words* of a publication so that no letter of them is taken for a mark of Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~^$@" else c for c in words)
