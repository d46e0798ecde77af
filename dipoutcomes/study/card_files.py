"""Cards on file: folders of results, their copies, and cards in the audit's format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dipoutcomes import storage
from dipoutcomes.errors import StorageError
from dipoutcomes.results import Table
from dipoutcomes.scorecard.series import CardFigures, figures_from_scorecard, figures_from_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CardOnFile:
    """A card as a file or a folder of results holds it.

    Parameters
    ----------
    figures : CardFigures
        With real counts, where the folder has a working copy.
    published : CardFigures
        As released.
    episodes : DataFrame or None
        Those behind the working copy.
    """

    figures: CardFigures
    published: CardFigures
    episodes: pd.DataFrame | None = None


def read_card(path: str | Path) -> CardOnFile:
    """Return a card that was built: a folder of results, its ``results.json``, or a card's file.

    Parameters
    ----------
    path : path
        A folder that ``dipoutcomes run`` or ``dipoutcomes scorecard build`` wrote, or a scorecard
        in the audit's format (TOML, CSV, workbook).

    Raises
    ------
    StorageError
        If there is no scorecard in it.
    """
    place = Path(path)
    if place.is_dir():
        for name in ("card.toml", "results.json"):  # the latter: one copy of a run
            if (place / name).exists():
                return read_card(place / name)
        return _from_results(place)
    if place.suffix == ".json":
        figures = _figures_in(place)
        return CardOnFile(figures=figures, published=figures)
    from dipoutcomes.storage.scorecard_files import read_scorecard

    figures = figures_from_scorecard(read_scorecard(place))
    return CardOnFile(figures=figures, published=figures)


def _from_results(folder: Path) -> CardOnFile:
    copies = {copy: folder / copy / "results.json" for copy in ("working", "release")}
    there = {copy: _figures_in(file) for copy, file in copies.items() if file.exists()}
    if not there:
        raise StorageError(
            f"'{folder.name}' holds neither a card.toml nor the results of a run; name a folder "
            "that `dipoutcomes run` or `dipoutcomes scorecard build` wrote"
        )
    copy = "working" if "working" in there else "release"
    episodes = folder / copy / "scorecard" / "episodes.csv"
    return CardOnFile(
        figures=there[copy],
        published=there.get("release", there[copy]),
        episodes=_episodes(episodes) if episodes.exists() else None,
    )


def _figures_in(file: Path) -> CardFigures:
    if not file.exists():
        raise StorageError(f"'{file.name}' is not there")
    try:
        found = storage.from_canonical_json(file.read_bytes())
        results = {"tables", "facts"} <= set(found)
    except (ValueError, TypeError):
        results = False
    if not results:
        raise StorageError(
            f"'{file.name}' is no results.json of `dipoutcomes run`; name the folder of a run or "
            "of `dipoutcomes scorecard build`, or a card in the audit's format"
        )
    table = found["tables"].get("scorecard")
    if table is None:
        raise StorageError(
            f"'{file.name}' holds no scorecard: its protocol asks for none. Add [scorecard]"
        )
    return figures_from_table(Table.from_dict(table), found["facts"]["scorecard"])


def _episodes(file: Path) -> pd.DataFrame:
    import pandas as pd

    frame = storage.read_frame(file)[["person_id", "start", "end"]]
    days = {
        name: pd.to_datetime(frame[name].replace("", None), format="%Y-%m-%d")
        for name in ("start", "end")
    }
    return frame.assign(**days)
