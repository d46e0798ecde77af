"""The one door to pandoc: Markdown in, a fragment or a document out."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from dipoutcomes.errors import StorageError
from dipoutcomes.report.resources import template_path

# CommonMark, as a notebook shows its text (a list needs no blank line before it), and what a
# write-up needs besides: fenced boxes, attributes, formulas, footnotes, raw blocks.
_READER = "commonmark_x-yaml_metadata_block-emoji"
_FAULT = re.compile(r"FAULT: (.+)")


def run_pandoc(
    markdown: str,
    to: str,
    *,
    title: str,
    figures: Iterable[str] = (),
    options: Iterable[str] = (),
    folder: Path | None = None,
) -> bytes:
    """Return *markdown* written by pandoc as *to*, after the toolkit's filter.

    Parameters
    ----------
    markdown : str
        What `export_markdown` returns.
    to : {"html5", "docx", "typst"}
    title : str
        A level-1 heading with these words is left out, since the template prints it.
    figures : iterable of str
        Names that an image may have.
    options : iterable of str
        Further options of pandoc.
    folder : Path, optional
        Where the figures are, for formats that hold them; a scratch folder if omitted.

    Raises
    ------
    ValueError
        If the text shows an image that is not one of its figures, or one without alternative.
    StorageError
        If pandoc is missing.
    RuntimeError
        If pandoc fails otherwise; what it said is in the message.
    """
    with tempfile.TemporaryDirectory(prefix="dipoutcomes-") as scratch:
        command = [
            pandoc_program(),
            f"--from={_READER}",
            f"--to={to}",
            f"--data-dir={scratch}",  # no templates or filters of the user
            f"--lua-filter={template_path('filter.lua')}",
            "--variable=own-title:" + " ".join(title.split()),
            "--variable=figures:" + "/".join(sorted(figures)),  # no name has a slash
            "--output=-",
            *options,
        ]
        done = subprocess.run(  # noqa: S603 - a fixed program and options of our own
            command,
            input=markdown.encode(),
            capture_output=True,
            cwd=folder or scratch,
            check=False,
        )
    if done.returncode:
        said = done.stderr.decode(errors="replace")
        if fault := _FAULT.search(said):
            raise ValueError(fault[1])
        raise RuntimeError(f"pandoc failed with code {done.returncode}: {said}")
    return done.stdout


@cache
def pandoc_program() -> str:
    """Return the pandoc that came with the toolkit, before any that is on the machine."""
    import pypandoc

    folder = Path(pypandoc.__file__).parent / "files"
    for name in ("pandoc", "pandoc.exe"):
        if (folder / name).is_file():
            return str(folder / name)
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise StorageError("pandoc is missing. Install dipoutcomes again.") from error
