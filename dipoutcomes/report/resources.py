"""Where the notebooks and page templates are, in an installed package and in a working tree."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import dipoutcomes
from dipoutcomes.errors import StorageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def find_notebook(name: str, *, package: Path | None = None) -> Path:
    """Return the path of a notebook that belongs to the toolkit.

    Parameters
    ----------
    name : str
        Name with or without ``.ipynb``: "evaluation". Letters, digits, hyphens, underscores.
    package : Path, optional
        Folder of the installed package; that of ``dipoutcomes`` itself if omitted.

    Returns
    -------
    Path
        ``_shipped/notebooks/NAME.ipynb`` inside an installed wheel, ``notebooks/NAME.ipynb``
        beside the package in a working tree.

    Raises
    ------
    StorageError
        If there is no notebook of that name; the message names those there are.
    ValueError
        If *name* is a path and not a name.
    """
    stem = name.removesuffix(".ipynb")
    if not _NAME.fullmatch(stem):
        raise ValueError("`name` must be the name of a notebook, such as 'evaluation', not a path")
    home = package or Path(dipoutcomes.__file__).parent
    # The wheel first: beside an installed package a folder "notebooks" may be anybody's.
    folders = [home / "_shipped" / "notebooks", home.parent / "notebooks"]
    for folder in folders:
        if (found := folder / f"{stem}.ipynb").is_file():
            return found
    known = sorted({path.stem for folder in folders for path in folder.glob("*.ipynb")})
    there = f"there are: {', '.join(known)}" if known else "there are none at all"
    raise StorageError(
        f"no notebook '{stem}' belongs to this installation ({there}). "
        "Correct the name, or install dipoutcomes again."
    )


def notebook_text(name: str) -> str:
    """Return the text of a notebook that belongs to the toolkit; see `find_notebook`."""
    path = find_notebook(name)
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"the notebook '{path.stem}' cannot be read ({error.strerror}). "
            "Install dipoutcomes again."
        ) from error


def template_path(name: str) -> Path:
    """Return the path of a page template: "page.html", "report.css", "filter.lua", "report.typ"."""
    path = Path(__file__).parent / "templates" / name
    if not path.is_file():
        raise StorageError(f"the template '{name}' is missing. Install dipoutcomes again.")
    return path


@cache
def template_text(name: str) -> str:
    """Return the text of a page template; see `template_path`."""
    return template_path(name).read_text(encoding="utf-8")
