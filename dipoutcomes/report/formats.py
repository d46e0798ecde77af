"""From Markdown and figures to one file: a web page, a Word document, a PDF."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path

from dipoutcomes.report._pandoc import run_pandoc
from dipoutcomes.report.images import data_uri, svg_to_png
from dipoutcomes.report.meta import ReportMeta
from dipoutcomes.report.resources import template_path, template_text

_EMPTY_HEADING = re.compile(r'<th scope="col"([^>]*)></th>')  # the corner: it heads nothing
_SOURCE = re.compile(r'(<img\b[^>]*?\bsrc=")([^":]+)(")')


def build_html(markdown: str, files: Mapping[str, bytes], meta: ReportMeta) -> bytes:
    """Return the write-up as one web page that needs nothing else.

    Figures are inside it, formulas are MathML, and it holds no script and makes no request; a
    content security policy in the page says so to the browser. The banners of *meta* stay at the
    top of the window and are repeated on every printed page.

    Parameters
    ----------
    markdown : str
        What `export_markdown` returns.
    files : mapping of str to bytes
        The figures by file name.
    meta : ReportMeta
        Title, copy and notices.

    Returns
    -------
    bytes
        UTF-8; the same for the same arguments.

    Raises
    ------
    ValueError
        If the text shows an image that is not in *files*, or one without text alternative.
    """
    page = {
        "lang": meta.lang,
        "pagetitle": escape(_window_title(meta)),
        "doctitle": escape(meta.title),
        "doctagline": escape(meta.subtitle),
        "organisation": escape(meta.organisation),
        "author": escape(meta.author),
        "css": template_text("report.css"),
    }
    options = [f"--variable={key}:{value}" for key, value in page.items() if value]
    options += [f"--variable=banner:{escape(text)}" for text in meta.banners]
    fixed = [
        "--standalone",
        "--mathml",
        "--toc",
        "--toc-depth=2",
        "--wrap=none",
        "--syntax-highlighting=none",
    ]
    html = run_pandoc(
        markdown,
        "html5",
        title=meta.title,
        figures=files,
        options=[*fixed, f"--template={template_path('page.html')}", *options],
    ).decode()
    html = _EMPTY_HEADING.sub(r"<td\1></td>", html)
    return _SOURCE.sub(lambda found: _embedded(found, files), html).encode()


def build_docx(markdown: str, files: Mapping[str, bytes], meta: ReportMeta) -> bytes:
    """Return the write-up as a Word document; arguments and errors as for `build_html`.

    Headings, captions and tables use styles that an office can change; the banners are in the
    header of every page. No time of making is in the file.
    """
    from dipoutcomes.report._word import finish_document
    from dipoutcomes.report._word_reference import reference_document

    with tempfile.TemporaryDirectory(prefix="dipoutcomes-") as name:
        folder = Path(name)
        shown = _write_files(folder, _for_word(files))
        reference = folder / "reference.docx"
        reference.write_bytes(reference_document(meta.lang))
        document = run_pandoc(
            _named_for_word(markdown, files),
            "docx",
            title=meta.title,
            figures=shown,
            options=[f"--reference-doc={reference}", "--syntax-highlighting=none"],
            folder=folder,
        )
    return finish_document(document, meta)


def build_pdf(markdown: str, files: Mapping[str, bytes], meta: ReportMeta) -> bytes:
    """Return the write-up as a tagged PDF (PDF/UA-1); arguments and errors as for `build_html`.

    Set by Typst with its own fonts only; the banners are at the top of every page. No time of
    making is in the file.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="dipoutcomes-") as name:
        folder = Path(name)
        _write_files(folder, files)
        body = run_pandoc(
            markdown,
            "typst",
            title=meta.title,
            figures=files,
            options=["--wrap=none", "--syntax-highlighting=none"],
        ).decode()
        # pandoc centres every table; in text its "#" would be escaped, so this is only its own.
        body = body.replace("align(center)[#table(", "align(left)[#table(")
        (folder / "report.typ").write_text(template_text("report.typ"), encoding="utf-8")
        main = folder / "main.typ"
        main.write_text(_typst_document(body, meta), encoding="utf-8")
        pdf = typst.compile(
            str(main), format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True
        )
    return bytes(pdf)


def _window_title(meta: ReportMeta) -> str:
    """Return the title of the browser's window, which also heads a printed page."""
    return " - ".join([meta.title, *meta.banners])


def _embedded(found: re.Match[str], files: Mapping[str, bytes]) -> str:
    return found[1] + data_uri(found[2], files[found[2]]) + found[3]


def _write_files(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    for name, content in files.items():
        if Path(name).name != name:
            raise ValueError("`files` must be named without a folder, such as 'figure-01.png'")
        (folder / name).write_bytes(content)
    return sorted(files)


def _for_word(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the figures in a form that every Word can show: SVG drawn as PNG."""
    return {
        f"{name}.png" if name.endswith(".svg") else name: (
            svg_to_png(content) if name.endswith(".svg") else content
        )
        for name, content in files.items()
    }


def _named_for_word(markdown: str, files: Mapping[str, bytes]) -> str:
    for name in files:
        if name.endswith(".svg"):
            markdown = markdown.replace(f'src="{name}"', f'src="{name}.png"')
    return markdown


def _typst_document(body: str, meta: ReportMeta) -> str:
    language, _, region = meta.lang.partition("-")
    settings = {
        "title": meta.title,
        "subtitle": meta.subtitle,
        "organisation": meta.organisation,
        "author": meta.author,
        "language": language,
    }
    lines = [f"  {name}: {_typst_string(text)}," for name, text in settings.items()]
    banners = "".join(f"{_typst_string(text)}, " for text in meta.banners)
    lines.append(f"  banners: ({banners}),")
    if region:
        lines.append(f"  region: {_typst_string(region)},")
    head = ['#import "report.typ": *', "#show: report.with(", *lines, ")"]
    return "\n".join([*head, "", body])


def _typst_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
