"""The door to scorecards: build them, set them in a row, worked cases of published ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from dipoutcomes import storage
from dipoutcomes.errors import ProtocolError
from dipoutcomes.results import Table
from dipoutcomes.scorecard.indicators import (
    Indicators,
    judge_indicators,
    parse_targets,
    people_needed_table,
)
from dipoutcomes.scorecard.measures import BuiltCard
from dipoutcomes.scorecard.series import (
    CardSeries,
    Reconciled,
    figures_of,
    reconcile_episodes,
    series_of,
)
from dipoutcomes.scorecard.worked_cases import (
    SOLIHULL_WORKED_WITH,
    SOLIHULL_YEARS,
    WorkedCase,
    cambridgeshire,
    home_office,
    press_notice,
    solihull,
)
from dipoutcomes.study.card_files import CardOnFile, read_card
from dipoutcomes.study.plan import Plan, Progress, read_inputs, read_plan, silent

WORKING_HEAD = "# Working figures, with real counts: not for release.\n"


def build_card(path: str | Path, *, progress: Progress = silent) -> BuiltCard:
    """Return the scorecard that a protocol asks for, with the study's own outcome; write nothing.

    Parameters
    ----------
    path : path
        A protocol with ``[scorecard]``.
    progress : callable, optional

    Returns
    -------
    BuiltCard
        Working figures: disclosure control comes with ``dipoutcomes run``.

    Raises
    ------
    ProtocolError
        If the protocol asks for no scorecard.
    RecordError, DesignError, StorageError
        As in ``evaluate``.

    Examples
    --------
    >>> card = build_card("protocols/gwent-synthetic-scorecard.toml")
    >>> card["closures"].count == sum(card[f"weeks-{w}"].count for w in (0, 12, 24))
    True
    """
    from dipoutcomes.pipeline import run_study

    plan = _with_scorecard(path)
    found = run_study(plan.protocol, read_inputs(plan, progress=progress), progress=progress)
    if found.scorecard is None:
        raise ProtocolError(_NO_SECTION.format(name=Path(path).name))
    return found.scorecard.card


def build_cards(
    path: str | Path, *, periods: int, progress: Progress = silent
) -> tuple[BuiltCard, ...]:
    """Return the cards of several periods of one length, all counted from one extract.

    Parameters
    ----------
    path : path
        A protocol with ``[scorecard]``, whose period is whole calendar months: the last one.
    periods : int
        How many; each is compared with the one before it.

    Returns
    -------
    tuple of BuiltCard
        In order of time; without the outcome of a sample, which a run of the study has.

    Raises
    ------
    ProtocolError, DesignError, RecordError, StorageError
        As in `build_card`; DesignError if the period is not of whole months.

    Notes
    -----
    One extract knows what was entered late: these cards have no revisions between them, and may
    differ from those that were published at the time.
    """
    from dipoutcomes.pipeline.scorecard import cards_of_periods

    plan = _with_scorecard(path)
    inputs = read_inputs(plan, progress=progress)
    return cards_of_periods(plan.protocol, inputs, periods, progress=progress)


def write_card(card: BuiltCard, out: str | Path) -> list[str]:
    """Write a card into a folder, whole or not at all, and return the names of its files.

    Parameters
    ----------
    card : BuiltCard
    out : path
        Folder; one that this toolkit wrote is replaced, another is refused.

    Returns
    -------
    list of str
        ``card.toml`` (the audit's format), ``card.json`` and ``card.csv``.

    Raises
    ------
    StorageError
        If *out* holds something that this toolkit did not write, or the disk refuses.
    """
    storage.check_replaceable(Path(out))
    files = {
        "card.toml": (WORKING_HEAD + card.to_toml()).encode(),
        "card.json": storage.canonical_json(card.to_dict()),
        "card.csv": storage.csv_bytes(card.to_frame()),
    }
    storage.write_folder(Path(out), files)
    return sorted(files)


def card_series(
    paths: Sequence[str | Path], *, suppress_below: int = 10, confidence_level: float = 0.95
) -> CardSeries:
    """Return several cards on file as a series, revised counts reconciled where that can be.

    Parameters
    ----------
    paths : sequence of path
        As `read_card` takes them; three or more periods that do not overlap.
    suppress_below : int, default 10
        The threshold of disclosure control, for what the cards give away together.
    confidence_level : float, default 0.95
        Of each run chart as a whole.

    Returns
    -------
    CardSeries
    """
    cards = sorted((read_card(path) for path in paths), key=lambda c: c.figures.period.first)
    return series_of(
        [card.figures for card in cards],
        published=[card.published for card in cards],
        reconciled=_reconciled(cards),
        suppress_below=suppress_below,
        confidence_level=confidence_level,
    )


def series_of_built(
    cards: Sequence[BuiltCard], *, suppress_below: int = 10, confidence_level: float = 0.95
) -> CardSeries:
    """Return cards in memory as a series, as `card_series` does for files."""
    return series_of(
        [figures_of(card) for card in cards],
        suppress_below=suppress_below,
        confidence_level=confidence_level,
    )


def write_series(series: CardSeries, out: str | Path) -> list[str]:
    """Write a series into a folder, whole or not at all: JSON, and each table as CSV."""
    storage.check_replaceable(Path(out))
    tables: Mapping[str, Table] = {
        "series": series.table,
        "revisions": series.revisions,
        "given_away": series.given_away,
    }
    files = {"series.json": storage.canonical_json(series.to_dict())}
    files |= {f"{name}.csv": storage.csv_bytes(t.to_frame()) for name, t in tables.items()}
    files["charts.csv"] = storage.csv_bytes(series.to_frame())
    storage.write_folder(Path(out), files)
    return sorted(files)


def worked_cases(*, confidence_level: float = 0.95) -> tuple[WorkedCase, ...]:
    """Return published figures of several programmes, with what they support and what they do not.

    Examples
    --------
    >>> [case.id for case in worked_cases()]
    ['press-notice', 'home-office', 'solihull', 'cambridgeshire']
    """
    from dipoutcomes.comparison.series.published import published_series

    found = published_series(
        SOLIHULL_YEARS,
        SOLIHULL_WORKED_WITH,
        measure="offenders worked with",
        confidence_level=confidence_level,
    )
    return (
        press_notice(confidence_level=confidence_level),
        home_office(),
        solihull(found.shows, found.does_not_show),
        cambridgeshire(),
    )


def as_json(found: Any) -> str:
    """Return a card, a series or a tuple of cases as canonical JSON."""
    plain = [f.to_dict() for f in found] if isinstance(found, tuple) else found.to_dict()
    return storage.canonical_json(plain).decode().rstrip("\n")


_NO_SECTION = "'{name}' asks for no scorecard; the section [scorecard] says what is counted"


def _with_scorecard(path: str | Path) -> Plan:
    plan = read_plan(path)
    if plan.protocol.scorecard is None:
        raise ProtocolError(_NO_SECTION.format(name=Path(path).name))
    return plan


def _reconciled(cards: Sequence[CardOnFile]) -> list[Reconciled]:
    """Return, of each card but the last, its counts against those of the next one's extract."""
    found: list[Reconciled] = []
    for earlier, later in pairwise(cards):
        if earlier.episodes is None or later.episodes is None:
            continue
        rows = reconcile_episodes(earlier.episodes, later.episodes, earlier.figures.period)
        found += [row for row in rows if row.row in earlier.figures.rows]
    return found


def judge_file(
    path: str | Path,
    achieved: Mapping[str, tuple[int, float]],
    *,
    confidence_level: float = 0.95,
) -> Indicators:
    """Return the verdict on every indicator of a file of targets that has a figure.

    Parameters
    ----------
    path : path
        TOML, as ``scorecard.indicators.parse_targets`` reads it.
    achieved : mapping of str to (int, number)
        As ``scorecard.indicators.judge_indicators`` takes it.
    confidence_level : float, default 0.95

    Examples
    --------
    >>> found = judge_file("protocols/cambridgeshire-indicators.toml", {"assessed": (300, 400)})
    >>> found["assessed"].verdict
    'met'
    """
    targets = parse_targets(storage.read_protocol_text(Path(path)), name=Path(path).name)
    return judge_indicators(targets, achieved, confidence_level=confidence_level)


def needed_for(indicators: Indicators) -> Table:
    """Return how many people each target needs before a verdict is likely."""
    return people_needed_table(indicators.targets, confidence_level=indicators.confidence_level)
