"""The door of the command: which trials, where the results go, and going on after a stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic

from dipoutcomes._validate import check_choice
from dipoutcomes.errors import DesignError
from dipoutcomes.laboratory.registry import all_trials, family_names
from dipoutcomes.laboratory.results import LaboratoryResults
from dipoutcomes.laboratory.run import SEED, check_room, run_laboratory
from dipoutcomes.laboratory.trial import Trial
from dipoutcomes.storage import canonical_json, check_replaceable, write_atomic, write_folder
from dipoutcomes.storage.canonical import from_canonical_json

__all__ = ["FILES", "as_json", "check_room", "chosen_trials", "validate"]

FILES = ("validation.html", "validation.json", "validation.csv")
#: Seconds between two savings of an unfinished run.
_SAVE_EVERY = 30.0


def chosen_trials(names: Iterable[str] = ()) -> tuple[Trial, ...]:
    """Return the trials of the families called *names*; all if there are none.

    Raises
    ------
    ValueError
        If there is no such family; the message names the nearest.
    """
    wanted = tuple(names)
    for name in wanted:
        check_choice("family", name, family_names())
    return tuple(t for t in all_trials() if not wanted or t.family in wanted)


def validate(
    trials: Iterable[Trial],
    *,
    preset: str = "small",
    sizes: Iterable[int] = (),
    seed: int | None = None,
    replications: int | None = None,
    out: Path | None = None,
    resume: bool = False,
    progress: Callable[[str], None] | None = None,
) -> LaboratoryResults:
    """Run the laboratory and write what it found.

    Parameters
    ----------
    trials, preset, seed, replications, progress
        As for `run_laboratory`.
    sizes : iterable of int
        Those of the preset if empty.
    out : Path, optional
        Folder for the page, the JSON and the CSV, written whole or not at all. While a run goes on
        its rows so far are kept beside the folder.
    resume : bool, default False
        Whether to take up the rows of an interrupted run that are of the same seed and numbers.
        Only for the same code: a method mended since would keep its old row.

    Returns
    -------
    LaboratoryResults

    Raises
    ------
    DesignError
        If nothing is tried at the sizes asked for.
    StorageError
        If *out* holds something that this toolkit did not write, or the disk refuses.
    """
    from dipoutcomes.laboratory.page import result_files

    if out is not None:
        check_replaceable(out)
    unfinished = None if out is None else out.with_name(f"{out.name}.unfinished.json")
    results = run_laboratory(
        trials,
        preset=preset,
        sizes=tuple(dict.fromkeys(sizes)) or None,
        seed=SEED if seed is None else seed,
        replications=replications,
        already=_read(unfinished) if resume else None,
        progress=progress,
        checkpoint=None if unfinished is None else _saver(unfinished),
    )
    if not len(results):
        raise DesignError(
            "nothing was tried: what was asked for takes too long for the small version, or is "
            "made at other sizes only. Use --full, or another --size."
        )
    if out is not None and unfinished is not None:
        if progress is not None:
            progress("writing the result page")
        write_folder(out, result_files(results))
        unfinished.unlink(missing_ok=True)
    return results


def as_json(results: LaboratoryResults) -> str:
    """Return the results as canonical JSON."""
    return canonical_json(results.to_dict()).decode().rstrip("\n")


def _read(path: Path | None) -> LaboratoryResults | None:
    """Return the rows of an interrupted run; none where there is nothing that can be read."""
    if path is None or not path.exists():
        return None
    try:
        return LaboratoryResults.from_dict(from_canonical_json(path.read_bytes()))
    except (ValueError, KeyError, TypeError):
        return None  # half a file, or one of another version: the run starts anew


def _saver(path: Path) -> Callable[[LaboratoryResults], None]:
    last = monotonic()

    def save(so_far: LaboratoryResults) -> None:
        nonlocal last
        if monotonic() - last >= _SAVE_EVERY:
            write_atomic(path, canonical_json(so_far.to_dict()))
            last = monotonic()

    return save
