"""Verdicts by rule: what a score says of an estimator, given its Monte Carlo error."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, sqrt

from dipoutcomes import _display
from dipoutcomes.laboratory.declared import Declared, declared_for
from dipoutcomes.laboratory.score import TEST_LEVEL, Score

#: Monte Carlo standard errors by which a share must miss its level to count against a method. Some
#: thousands of rows are judged together: at 4 a false alarm among 1,500 has a chance of 5%.
ERRORS_ALLOWED = 4.0
#: Of the standard deviation: a smaller bias moves coverage by next to nothing (0.1 points of 95).
#: Cochran, W. G. (1977). Sampling Techniques, 3rd ed. New York: Wiley, section 1.7.
BIAS_ALLOWED = 0.1
#: A method is only said to hold where a coverage this far below its level would have been noticed.
SHORTFALL_TO_SEE = 0.03

HOLDS = "holds"
NOT_SHOWN = "not shown to fall short"
DECLARED = "below its level, as declared"
AVOID = "below its level; do not use"
SHORT = "SHORT of what is declared"
BIASED = "BIASED"
NOT_JUDGED = "not judged"
#: Verdicts that fail a run.
FAILING = (SHORT, BIASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of a score.

    Parameters
    ----------
    word : str
        `HOLDS`, `NOT_SHOWN`, `DECLARED`, `AVOID`, `SHORT`, `BIASED` or `NOT_JUDGED`.
    cohorts : int
        On which it was tried.
    floor : float
        Coverage that the method is held to here; its confidence level unless less is declared.
    ceiling : float
        Type I error that a test is held to here.
    why : str
        The reason of a lower floor or a higher ceiling, or of a bias that is allowed.
    detail : str
        The finding in words.
    """

    word: str
    cohorts: int
    floor: float
    ceiling: float
    why: str
    detail: str

    @property
    def fails(self) -> bool:
        """Whether a run with this verdict fails."""
        return self.word in FAILING

    @property
    def says(self) -> str:
        """The word, with the cohorts where they are too few to say more."""
        return in_words(self.word, self.cohorts)


def in_words(word: str, cohorts: int) -> str:
    """Return a verdict as it is printed: with the cohorts where they are too few to say more."""
    return f"{word} ({cohorts:,} cohorts)" if word == NOT_SHOWN else word


def enough_to_hold(row: Score) -> bool:
    """Return whether a shortfall of `SHORTFALL_TO_SEE` would have been noticed in a row."""
    level = 1 - TEST_LEVEL if isnan(row.coverage) else row.confidence_level
    return _allowed(level, row.replications) <= SHORTFALL_TO_SEE


def judge(row: Score, *, declared: tuple[Declared, ...] | None = None) -> Verdict:
    """Return the verdict on a score.

    Parameters
    ----------
    row : Score
    declared : tuple of Declared, optional
        What is known to fall short, and how far; the laboratory's own table if omitted.

    Returns
    -------
    Verdict

    Notes
    -----
    A method holds if its coverage is not below its level, and its type I error not above 5%, by
    more than four Monte Carlo standard errors (those of the level itself). Four errors must then be
    no more than three points (845 cohorts or more at 95%); with fewer it was only not shown to fall
    short, which says little of the method. If it is below, its declared
    floor or ceiling is what it must keep. A method that the table of methods says not to use is
    not held to anything. A value of its own must be right on average to within a tenth of its
    standard deviation, beyond Monte Carlo error.
    """
    known = declared_for(row, declared)
    floor = known.floor if known and known.floor is not None else row.confidence_level
    ceiling = TEST_LEVEL
    if known and known.ceiling is not None:
        ceiling = known.ceiling
    elif known and known.floor is not None:
        ceiling = max(1 - known.floor, TEST_LEVEL)  # a test turned round into an interval
    why = known.why if known else ""
    found, words = [], []
    for word, text in (
        _on_coverage(row, floor),
        _on_size(row, ceiling),
        _on_bias(row, known.bias if known else None),
    ):
        found.append(word)
        words += [text] if text else []
    judged = [word for word in found if word != NOT_JUDGED]
    word = next((w for w in (SHORT, BIASED, DECLARED, HOLDS) if w in judged), NOT_JUDGED)
    if word == HOLDS and not enough_to_hold(row):
        word = NOT_SHOWN
    if row.role == "popular practice":
        word = NOT_JUDGED
    elif row.standing == "do not use" and word not in (HOLDS, NOT_SHOWN, NOT_JUDGED):
        word, why = AVOID, "the table of methods says not to use it"
    return Verdict(
        word=word,
        cohorts=row.replications,
        floor=floor,
        ceiling=ceiling,
        why=why if word in (DECLARED, AVOID, *FAILING) else "",
        detail="; ".join(words),
    )


def _allowed(share: float, replications: int) -> float:
    return ERRORS_ALLOWED * sqrt(share * (1 - share) / replications)


def _on_coverage(row: Score, floor: float) -> tuple[str, str]:
    if isnan(row.coverage):
        return NOT_JUDGED, ""
    share = _display.percent(row.coverage)
    if row.coverage + _allowed(row.confidence_level, row.replications) >= row.confidence_level:
        return HOLDS, f"coverage {share}"
    if row.coverage + _allowed(floor, row.replications) >= floor:
        return DECLARED, f"coverage {share}, declared {_display.percent(floor)}"
    return SHORT, f"coverage {share}, must be {_display.percent(floor)}"


def _on_size(row: Score, ceiling: float) -> tuple[str, str]:
    if row.rejection != "type I error" or isnan(row.rejected):
        return NOT_JUDGED, ""
    share = _display.percent(row.rejected)
    if row.rejected <= TEST_LEVEL + _allowed(TEST_LEVEL, row.replications):
        return HOLDS, f"type I error {share}"
    if row.rejected <= ceiling + _allowed(ceiling, row.replications):
        return DECLARED, f"type I error {share}, declared {_display.percent(ceiling)}"
    return SHORT, f"type I error {share}, may be {_display.percent(ceiling)}"


def _on_bias(row: Score, allowed: float | None) -> tuple[str, str]:
    if not row.judge_bias or isnan(row.bias):
        return NOT_JUDGED, ""
    beyond = abs(row.bias) - ERRORS_ALLOWED * row.bias_error
    if beyond <= BIAS_ALLOWED * row.spread:
        return HOLDS, ""
    part = f"bias {row.bias / row.spread:+.2f} standard deviations" if row.spread else "bias"
    if allowed is not None and beyond <= allowed * row.spread:
        return DECLARED, f"{part}, declared {allowed:g}"
    return BIASED, part
