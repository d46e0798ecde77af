"""From an executed notebook to Markdown and the files of its figures."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from dipoutcomes.report.images import alt_text_fault

if TYPE_CHECKING:
    from nbformat import NotebookNode

SHOW_CODE = "show-code"
_PICTURES = {"image/png": ".png", "image/svg+xml": ".svg"}  # first come, first shown
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+>")  # differs from run to run, and tells a reader nothing


def export_markdown(notebook: NotebookNode) -> tuple[str, dict[str, bytes]]:
    """Return the write-up of an executed notebook as Markdown, and the files of its figures.

    Markdown cells stand as they are. Code is left out unless its cell is tagged ``show-code``.
    Of each output the richest form is taken: Markdown, then a figure (PNG before SVG), then
    HTML, then plain text; what was printed is shown as printed; stderr is left out (see
    `notebook_warnings`).

    Parameters
    ----------
    notebook : NotebookNode
        With outputs. A figure's output metadata, under its MIME type, hold ``alt``, and may hold
        ``caption`` and ``width_percent`` (1 to 100).

    Returns
    -------
    markdown : str
        HTML is in raw blocks (```` ```{=html} ````), which `formats` turns into tables and figures.
    files : dict of str to bytes
        ``figure-01.png`` and so on, in the order of the notebook.

    Raises
    ------
    ValueError
        If a figure has no text alternative that could serve (all such figures are named), or a
        cell of the notebook failed.
    """
    faults: list[str] = []
    files: dict[str, bytes] = {}
    blocks: list[str] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            blocks.append(cell.source)
        elif cell.cell_type == "code":
            if SHOW_CODE in cell.metadata.get("tags", []):
                blocks.append(_fenced(cell.source, "python"))
            for output in cell.outputs:
                blocks.extend(_output(output, number, files, faults))
    if faults:
        raise ValueError(
            f"{len(faults)} of the write-up's figures or cells cannot be published:\n"
            + "\n".join(f"  {fault}" for fault in faults)
            + "\nA figure says in words what it shows: metadata={'image/png': {'alt': ...}}."
        )
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip()) + "\n", files


def notebook_warnings(notebook: NotebookNode) -> tuple[str, ...]:
    """Return what the cells of an executed notebook wrote to stderr, one text a cell."""
    said = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        parts = [_joined(o.text) for o in outputs if o.get("name") == "stderr"]
        if text := "".join(parts).strip():
            said.append(text)
    return tuple(said)


def _output(
    output: Mapping[str, Any], number: int, files: dict[str, bytes], faults: list[str]
) -> Iterator[str]:
    kind = output["output_type"]
    if kind == "stream" and output["name"] == "stdout":
        yield _fenced(_joined(output["text"]).rstrip("\n"))
    elif kind == "error":
        faults.append(f"cell {number} failed with {output['ename']}")
    elif kind in {"display_data", "execute_result"}:
        data = output["data"]
        picture = next((mime for mime in _PICTURES if mime in data), None)
        if "text/markdown" in data:
            yield _boxes(_joined(data["text/markdown"]))
        elif picture:
            details = output.get("metadata", {}).get(picture, {})
            yield _figure(picture, data[picture], details, number, files, faults)
        elif "text/html" in data:
            yield _raw_html(_joined(data["text/html"]))
        elif "text/plain" in data and not _ADDRESS.search(_joined(data["text/plain"])):
            yield _fenced(_joined(data["text/plain"]))


def _figure(
    mime: str,
    content: Any,
    details: Mapping[str, Any],
    number: int,
    files: dict[str, bytes],
    faults: list[str],
) -> str:
    name = f"figure-{len(files) + 1:02d}{_PICTURES[mime]}"
    text = _joined(content)
    files[name] = b64decode(text) if mime == "image/png" else text.encode()
    alt, caption = str(details.get("alt") or ""), str(details.get("caption") or "")
    if fault := alt_text_fault(alt, name=name, caption=caption):
        faults.append(f"figure {len(files)} (cell {number}): its text alternative {fault}")
    width = details.get("width_percent", 100)
    if isinstance(width, bool) or not isinstance(width, int | float) or not 1 <= width <= 100:
        faults.append(f"figure {len(files)} (cell {number}): width_percent must be from 1 to 100")
        width = 100
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return _raw_html(
        f'<figure><img src="{name}" alt="{escape(" ".join(alt.split()))}" '
        f'width="{width:g}%">{below}</figure>'
    )


def _boxes(text: str) -> str:
    """Return Markdown with its ``<div class="x">`` lines, which JupyterLab needs, as fences."""
    opened = re.sub(r'(?m)^<div class="([a-z-]+)">$', r"::: {.\1}", text)
    return re.sub(r"(?m)^</div>$", ":::", opened)


def _joined(text: str | list[str]) -> str:
    """Return a notebook's text, which may be stored as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


def _raw_html(text: str) -> str:
    return _fenced(text, "{=html}")


def _fenced(text: str, kind: str = "") -> str:
    """Return *text* in a fence longer than any run of backticks inside it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{kind}\n{text}\n{fence}"
