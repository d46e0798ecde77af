"""The league table: every score with its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from dipoutcomes import _display
from dipoutcomes.laboratory.score import Score
from dipoutcomes.laboratory.verdict import (
    AVOID,
    BIASED,
    DECLARED,
    HOLDS,
    NOT_JUDGED,
    NOT_SHOWN,
    SHORT,
    Verdict,
    in_words,
    judge,
)

if TYPE_CHECKING:
    import pandas as pd

#: From worst to best; a method's line shows the worst of its rows.
ORDER = (SHORT, BIASED, AVOID, DECLARED, NOT_SHOWN, HOLDS, NOT_JUDGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class League:
    """One estimator over all scenarios and sizes: a line of the league table.

    Parameters
    ----------
    family, estimator, title, standing : str
        As in `Trial`.
    verdict : str
        The worst of its verdicts.
    cohorts : int
        The fewest of the rows with that verdict.
    rows : tuple of Score
    worst : Score or None
        The row with the lowest coverage; of a test, with the highest type I error.
    why : str
        The reason that is declared, where it falls short.
    """

    family: str
    estimator: str
    title: str
    standing: str
    verdict: str
    cohorts: int
    rows: tuple[Score, ...]
    worst: Score | None
    why: str

    @property
    def says(self) -> str:
        """The verdict as it is printed."""
        return in_words(self.verdict, self.cohorts)

    @property
    def tests(self) -> bool:
        """Whether it is a test without an interval."""
        return all(isnan(row.coverage) for row in self.rows)

    def coverage(self, n: int) -> float:
        """Return the lowest coverage at a size; nan where there is none."""
        return min((r.coverage for r in self.rows if r.n == n and not isnan(r.coverage)),
                   default=float("nan"))  # fmt: skip

    def type_1_error(self, n: int) -> float:
        """Return the highest type I error at a size; nan where there is none."""
        return max(
            (
                r.rejected
                for r in self.rows
                if r.n == n and r.rejection == "type I error" and not isnan(r.rejected)
            ),
            default=float("nan"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryResults:
    """What the laboratory found.

    Parameters
    ----------
    rows : tuple of Score
    seed : int
    preset : str
        "small" or "full".
    """

    rows: tuple[Score, ...]
    seed: int
    preset: str

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of people tried."""
        return tuple(sorted({row.n for row in self.rows}))

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict on each row."""
        return tuple(judge(row) for row in self.rows)

    @property
    def failing(self) -> tuple[tuple[Score, Verdict], ...]:
        """Rows that fall short of what is declared, or are biased."""
        return tuple(
            (row, verdict)
            for row, verdict in zip(self.rows, self.verdicts, strict=True)
            if verdict.fails
        )

    def league(self) -> tuple[League, ...]:
        """Return a line for each estimator that is offered, in the order of the trials."""
        lines: dict[tuple[str, str], list[tuple[Score, Verdict]]] = {}
        for row, verdict in zip(self.rows, self.verdicts, strict=True):
            if row.role == "offered":
                lines.setdefault((row.family, row.estimator), []).append((row, verdict))
        return tuple(_line(pairs) for pairs in lines.values())

    def counts(self) -> dict[str, int]:
        """Return how many estimators have each verdict, from worst to best."""
        words = [line.verdict for line in self.league()]
        return {word: words.count(word) for word in ORDER if word in words}

    def __str__(self) -> str:
        sizes = self.sizes
        headings = ["family", "estimator", *(f"n={n:,}" for n in sizes), "verdict"]
        body = [
            [line.family, line.estimator, *(_cell(line, n) for n in sizes), line.says]
            for line in self.league()
        ]
        found = ", ".join(f"{count:,} {word}" for word, count in self.counts().items())
        return "\n".join(
            [
                _display.text_table(headings, body),
                "",
                "Lowest coverage over the scenarios; for tests (I) the highest type I error, %. "
                f"{len(self.rows):,} rows, seed {self.seed}.",
                f"Estimators: {found}.",
            ]
        )

    def _repr_html_(self) -> str:
        sizes = self.sizes
        rows = [
            [line.title, line.family, *(_cell(line, n) for n in sizes), line.says]
            for line in self.league()
        ]
        headings = ["Estimator", "Family", *(f"{n:,} people" for n in sizes), "Verdict"]
        return _display.html_table("Lowest coverage over the scenarios, %", headings, rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: the scores, each with its verdict."""
        return {
            "seed": self.seed,
            "preset": self.preset,
            "rows": [
                row.to_dict()
                | {
                    "verdict": verdict.says,
                    "floor": verdict.floor,
                    "ceiling": verdict.ceiling,
                    "why": verdict.why,
                    "detail": verdict.detail,
                }
                for row, verdict in zip(self.rows, self.verdicts, strict=True)
            ],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one tidy row a score, with its verdict."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["rows"])

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> LaboratoryResults:
        """Return the results that `to_dict` described; verdicts are made anew."""
        return cls(
            rows=tuple(Score.from_dict(row) for row in values["rows"]),
            seed=values["seed"],
            preset=values["preset"],
        )


def _line(pairs: list[tuple[Score, Verdict]]) -> League:
    first = pairs[0][0]
    word = next(w for w in ORDER if w in {verdict.word for _, verdict in pairs})
    rows = tuple(row for row, _ in pairs)
    covered = [row for row in rows if not isnan(row.coverage)]
    tested = [r for r in rows if r.rejection == "type I error" and not isnan(r.rejected)]
    worst = None
    if covered:
        worst = min(covered, key=lambda row: row.coverage)
    elif tested:
        worst = max(tested, key=lambda row: row.rejected)
    reasons = dict.fromkeys(verdict.why for _, verdict in pairs if verdict.why)
    return League(
        family=first.family,
        estimator=first.estimator,
        title=first.title,
        standing=first.standing,
        verdict=word,
        cohorts=min(verdict.cohorts for _, verdict in pairs if verdict.word == word),
        rows=rows,
        worst=worst,
        why="; ".join(reasons),
    )


def _cell(line: League, n: int) -> str:
    share = line.coverage(n)
    if not isnan(share):
        return _display.number(100 * share, 1)
    size = line.type_1_error(n)
    return "" if isnan(size) else f"I {_display.number(100 * size, 1)}"
