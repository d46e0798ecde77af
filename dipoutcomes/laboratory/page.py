"""The result page: what was tried, what holds, what does not, and what is done about it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from html import escape
from math import isnan
from typing import Any

from dipoutcomes import _display
from dipoutcomes.laboratory import words
from dipoutcomes.laboratory.results import LaboratoryResults, League
from dipoutcomes.laboratory.score import Score
from dipoutcomes.laboratory.verdict import AVOID, BIASED, DECLARED, SHORT, judge
from dipoutcomes.plots import laboratory as figures
from dipoutcomes.report.figures import make_figure
from dipoutcomes.report.formats import build_html
from dipoutcomes.report.meta import ReportMeta
from dipoutcomes.storage import canonical_json
from dipoutcomes.storage.canonical import csv_bytes

PRACTICE = "popular practice"


def result_files(results: LaboratoryResults) -> dict[str, bytes]:
    """Return the result page and the results as JSON and CSV, by file name.

    Parameters
    ----------
    results : LaboratoryResults

    Returns
    -------
    dict of str to bytes
        ``validation.html`` (one file that asks for nothing else), ``validation.json`` and
        ``validation.csv``; the same bytes for the same results.

    Raises
    ------
    ValueError
        If there are no results.
    """
    if not len(results):
        raise ValueError("there are no results to show: no trial was made")
    page = _Page(results)
    markdown = page.markdown()
    meta = ReportMeta(
        title="How well the estimators hold up",
        subtitle="Every estimator of dipoutcomes on made-up cohorts whose truth is known",
        copy="release",
        notices=("MADE-UP PEOPLE: this page is about methods, not about anybody",),
    )
    return {
        "validation.html": build_html(markdown, page.files, meta),
        "validation.json": canonical_json(results.to_dict()),
        "validation.csv": csv_bytes(results.to_frame()),
    }


class _Page:
    """The page in the making: its text, and the figures that it shows."""

    def __init__(self, results: LaboratoryResults) -> None:
        self.results = results
        self.league = results.league()
        self.files: dict[str, bytes] = {}

    def markdown(self) -> str:
        """Return the text, the figures among it; fills `files`."""
        parts: list[str] = []
        sections = (self._headline, self._practice, self._short, self._families, self._bias,
                    self._scenarios, self._method)  # fmt: skip
        for section in sections:
            parts += section()
        return "\n\n".join(parts) + "\n"

    def _headline(self) -> Iterator[str]:
        yield "## What was tried, and what holds"
        yield "::: {.headline}\n" + words.headline(self.results) + "\n:::"
        rows = [
            [words.VERDICTS[word][0], f"{count:,}", words.VERDICTS[word][1]]
            for word, count in reversed(self.results.counts().items())
        ]
        yield _table(
            "Estimators by verdict, and what is done about each",
            ["Verdict", "Estimators", "What it means and what is done"],
            rows,
            [words.precision(self.results)],
        )

    def _practice(self) -> Iterator[str]:
        rows = [row for row in self.results.rows if row.family == PRACTICE]
        if not rows:
            return
        yield "## What is often done, and what comes of it"
        yield words.PRACTICE
        yield self._figure(
            lambda: figures.plot_popular_practice(rows),
            figures.describe_popular_practice(rows),
            "How often nominal 95% limits hold the truth: the popular practice (open marks) and "
            "the sound way (filled marks) on the same made-up people. More people make a wrong "
            "way no better, only surer of the wrong answer.",
        )
        pairs = figures.practice_pairs(rows)
        yield _table(
            "Popular practice beside the sound way",
            ["Question", "People", "Truth", "Practice: on average", "holds truth",
             "Sound way: on average", "holds truth"],
            [_pair(wrong, right) for wrong, right in pairs],
            ["On average: mean of the estimates; of ratios the geometric mean. Bounds have no "
             "single value."],
        )  # fmt: skip

    def _short(self) -> Iterator[str]:
        yield "## What falls short, where, and why"
        lines = [line for line in self.league if line.verdict in (SHORT, BIASED, DECLARED)]
        avoided = [line for line in self.league if line.verdict == AVOID]
        if not lines and not avoided:
            yield "Nothing was found to fall short of its level by more than Monte Carlo error."
            return
        yield words.BELOW
        if lines:
            yield _table(
                "Estimators below their level in some scenario: the worst row of each",
                ["Estimator", "Family", "Found", "Where", "Why"],
                [_worst(line) for line in lines],
            )
        if avoided:
            yield _table(
                "Methods marked 'do not use', kept so that published work can be reproduced",
                ["Method", "Family", "Found", "Where"],
                [_worst(line)[:4] for line in avoided],
            )

    def _families(self) -> Iterator[str]:
        yield "## Family by family"
        yield words.FAMILIES
        sizes = self.results.sizes
        for family in dict.fromkeys(line.family for line in self.league):
            lines = [line for line in self.league if line.family == family]
            yield f"### {words.family(family)}"
            covered = [row for line in lines for row in line.rows if not isnan(row.coverage)]
            if covered:
                yield self._figure(
                    lambda covered=covered: figures.plot_trial_coverage(covered),  # type: ignore[misc]
                    figures.describe_trial_coverage(covered),
                    f"{words.family(family)}: lowest coverage over the scenarios, with two Monte "
                    "Carlo standard errors on each side.",
                )
            yield _table(
                f"{words.family(family)}: lowest coverage over the scenarios (of tests, highest "
                "type I error), and how long limits are",
                ["Estimator", *(f"{n:,} people" for n in sizes), "Length", "Failures", "Verdict"],
                [_line(line, sizes) for line in lines],
            )
            power = _power(lines, sizes)
            if power:
                yield _table(
                    f"{words.family(family)}: power, the share of cohorts in which a difference "
                    "that is there was found",
                    ["Test", "What is there", *(f"{n:,} people" for n in sizes)],
                    power,
                )

    def _bias(self) -> Iterator[str]:
        rows = [r for r in self.results.rows if r.judge_bias and r.rmse > 0]
        if not rows:
            return
        yield "## Right on average?"
        yield words.BIAS
        worst: dict[tuple[str, int], Score] = {}
        for row in rows:
            key = row.title, row.n
            if key not in worst or abs(row.bias / row.rmse) > abs(
                worst[key].bias / worst[key].rmse
            ):
                worst[key] = row
        shown = list(worst.values())
        yield self._figure(
            lambda: figures.plot_trial_bias(shown),
            figures.describe_trial_bias(shown),
            "Bias over root mean square error, the scenario furthest from 0, with two Monte Carlo "
            "standard errors on each side.",
        )

    def _scenarios(self) -> Iterator[str]:
        yield "## The made-up cohorts"
        found: dict[str, tuple[str, set[str]]] = {}
        for row in self.results.rows:
            found.setdefault(row.scenario, (row.scenario_says, set()))[1].add(
                words.family(row.family)
            )
        rows = [[name, says, ", ".join(sorted(used))] for name, (says, used) in found.items()]
        yield _table(
            "How the cohorts came about", ["Scenario", "In words", "Tried on it"], sorted(rows)
        )

    def _method(self) -> Iterator[str]:
        yield "## How it was done"
        yield words.method(self.results)

    def _figure(self, draw: Callable[[], Any], alt: str, caption: str) -> str:
        figure = make_figure(draw, alt, caption)
        name = f"figure-{len(self.files) + 1:02d}.png"
        self.files[name] = b64decode(figure.png)
        image = f'<img src="{name}" alt="{escape(" ".join(alt.split()))}" width="100%">'
        return _raw(f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>")


def _raw(html: str) -> str:
    return f"```{{=html}}\n{html}\n```"


def _table(
    caption: str, headings: list[str], rows: list[list[str]], notes: Sequence[str] = ()
) -> str:
    return _raw(_display.html_table(caption, headings, rows, notes))


def _pair(wrong: Score, right: Score) -> list[str]:
    return [
        wrong.question,
        f"{wrong.n:,}",
        _display.number(wrong.truth, 2),
        words.average(wrong),
        _display.percent(wrong.coverage),
        words.average(right),
        _display.percent(right.coverage),
    ]


def _worst(line: League) -> list[str]:
    judged = [(row, judge(row)) for row in line.rows]
    bad = [(row, v) for row, v in judged if v.word == line.verdict]
    row, verdict = min(bad, key=lambda pair: (pair[0].coverage, -pair[0].rejected))
    why = verdict.why or "not declared: to be mended, or its range to be stated"
    return [
        line.title,
        words.family(line.family),
        verdict.detail,
        words.where(row),
        why,
    ]


def _line(line: League, sizes: tuple[int, ...]) -> list[str]:
    failures = sum(row.failures for row in line.rows)
    largest = max(line.rows, key=lambda row: row.n)
    length = "" if isnan(largest.median_length) else f"{largest.median_length:.3g}"
    return [
        line.title,
        *(_cell(line, n) for n in sizes),
        length,
        f"{failures:,}" if failures else "none",
        line.says,
    ]


def _power(lines: Sequence[League], sizes: tuple[int, ...]) -> list[list[str]]:
    """Return a row for each test and effect; intervals have theirs in the CSV alone."""
    rows: dict[tuple[str, str], dict[int, float]] = {}
    for line in lines:
        for row in line.rows:
            if line.tests and row.rejection == "power":
                rows.setdefault((line.title, row.scenario), {})[row.n] = row.rejected
    return [
        [title, scenario, *(_display.percent(found[n]) if n in found else "" for n in sizes)]
        for (title, scenario), found in rows.items()
    ]


def _cell(line: League, n: int) -> str:
    share = line.coverage(n)
    if not isnan(share):
        return _display.percent(share)
    size = line.type_1_error(n)
    return "" if isnan(size) else f"type I {_display.percent(size)}"
