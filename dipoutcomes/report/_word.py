"""What pandoc leaves undone in a Word document: title, banners, boxes, tables, fixed bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from dipoutcomes.report._word_reference import ACCENT, INK, SOFT, WARNING
from dipoutcomes.report.meta import ReportMeta

_MARK = "@@box "
#: box: (shade, bar)
_BOXES = {
    "headline": ("EEF3FA", ACCENT),
    "can-say": ("EDF6F0", "00693C"),
    "cannot-say": ("FBF1EA", "A3420B"),
    "note": ("F3F2F1", SOFT),
    "banner": ("FBEAEB", WARNING),
}
_WIDE_FROM = 7  # columns, as in filter.lua: set smaller
_SHORT_TO = 16  # rows, as in filter.lua: kept on one page
# A paragraph's properties have a fixed order in Word's schema; these follow borders and shading.
_AFTER_SHADE = ("w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr", "w:sectPr")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file can hold


def finish_document(content: bytes, meta: ReportMeta) -> bytes:
    """Return pandoc's Word document with everything that a publication needs besides.

    Parameters
    ----------
    content : bytes
        A ``.docx`` that pandoc wrote on `reference_document`.
    meta : ReportMeta
        Title, banners and the rest of the first page.

    Returns
    -------
    bytes
        The same for the same arguments: no time of making is in it.
    """
    import docx

    document = docx.Document(io.BytesIO(content))
    _shade_boxes(document.element.body)
    for table in document.tables:
        _finish_table(table)
    _add_title(document, meta)
    for section in document.sections:
        _add_banners(section, meta)
        _add_footer(section, meta)
    _set_properties(document, meta)
    out = io.BytesIO()
    document.save(out)
    return _without_times(out.getvalue())


# ------------------------------------------------------------------ boxes


def _shade_boxes(body: Any) -> None:
    """Shade the paragraphs between the marks that the filter left, and remove the marks."""
    from docx.oxml.ns import qn

    box, inside = "", []
    for element in list(body):
        if element.tag != qn("w:p"):
            continue
        text = "".join(t.text or "" for t in element.iter(qn("w:t")))
        if not text.startswith(_MARK):
            if box:
                inside.append(element)
            continue
        if box:
            _shade(inside, *_BOXES[box])
        name = text.removeprefix(_MARK)
        box, inside = name if name in _BOXES else "", []
        body.remove(element)


def _shade(paragraphs: list[Any], shade: str, bar: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Pt

    last = len(paragraphs) - 1
    for position, paragraph in enumerate(paragraphs):
        edges = [
            f'<w:left w:val="single" w:sz="36" w:space="9" w:color="{bar}"/>',
            f'<w:right w:val="single" w:sz="4" w:space="8" w:color="{shade}"/>',
        ]
        if position == 0:
            edges.insert(0, f'<w:top w:val="single" w:sz="48" w:space="1" w:color="{shade}"/>')
        if position == last:
            edges.insert(-1, f'<w:bottom w:val="single" w:sz="48" w:space="1" w:color="{shade}"/>')
        properties = paragraph.get_or_add_pPr()
        for xml in (
            f"<w:pBdr {nsdecls('w')}>{''.join(edges)}</w:pBdr>",
            f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{shade}"/>',
        ):
            properties.insert_element_before(parse_xml(xml), *_AFTER_SHADE)
        # No space between paragraphs: it would show white. The air is in the lines.
        spacing = properties.get_or_add_spacing()
        spacing.before = Pt(14 if position == 0 else 0)
        spacing.after = Pt(14 if position == last else 0)
        spacing.line = Pt(15)
        indent = properties.get_or_add_ind()
        is_item = properties.numPr is not None
        indent.left, indent.hanging = (Pt(26), Pt(14)) if is_item else (Pt(12), None)
        indent.right = Pt(8)
        if (paragraph.style or "").startswith("Heading"):
            _set_heading_look(paragraph)
        if position != last:
            _keep_with_next(properties)


def _set_heading_look(paragraph: Any) -> None:
    """Set a heading in a box in one size, whatever its level."""
    from docx.shared import Pt, RGBColor
    from docx.text.run import Run

    for element in paragraph.r_lst:
        font = Run(element, paragraph).font
        font.size, font.color.rgb = Pt(12), RGBColor.from_string(INK)


def _keep_with_next(properties: Any) -> None:
    properties.get_or_add_keepNext()


# ------------------------------------------------------------------ tables


def _finish_table(table: Any) -> None:
    """Name the header row and column, keep rows whole, and set the text smaller."""
    from docx.oxml.ns import qn

    grid = table._tbl.tblGrid.findall(qn("w:gridCol"))
    size = " Small" if len(grid) >= _WIDE_FROM else ""
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:  # the first cell of a row is its header, as in the web page
        look.set(qn("w:firstColumn"), "1")
        look.set(qn("w:val"), "00A0")
    widths = _fitted([int(column.get(qn("w:w"))) for column in grid], _text_width(table))
    for column, width in zip(grid, widths, strict=True):
        column.set(qn("w:w"), str(width))
    rows = table._tbl.tr_lst
    last = len(rows) if _has_note(table) else len(rows) - 1  # a note is never alone on a page
    for number, row in enumerate(rows):
        is_heading = row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None
        style = ("Table Heading" if is_heading else "Table Text") + size
        _keep_row_whole(row)
        for paragraph in _cell_paragraphs(row):
            _set_style(paragraph, table.part, style)
            short = len(rows) <= _SHORT_TO + 1
            if number < last and (short or number < 2 or number >= len(rows) - 2):
                _keep_with_next(paragraph.get_or_add_pPr())
        _set_cell_widths(row, widths)


def _has_note(table: Any) -> bool:
    """Return whether a note stands under *table*."""
    from docx.oxml.ns import qn

    below = table._tbl.getnext()
    return below is not None and below.tag == qn("w:p") and (below.style or "") == "TableNote"


def _fitted(widths: list[int], total: int) -> list[int]:
    """Return *widths* in the same proportions, adding up to *total*."""
    fitted = [total * width // sum(widths) for width in widths]
    fitted[-1] += total - sum(fitted)
    return fitted


def _text_width(table: Any) -> int:
    """Return the width of the text on the page, in twentieths of a point."""
    section = table.part.document.sections[0]
    return int((section.page_width - section.left_margin - section.right_margin) / 635)


def _keep_row_whole(row: Any) -> None:
    from docx.oxml import OxmlElement

    properties = row.get_or_add_trPr()
    properties.insert(0, OxmlElement("w:cantSplit"))


def _cell_paragraphs(row: Any) -> Iterator[Any]:
    for cell in row.tc_lst:
        yield from cell.p_lst


def _set_style(paragraph: Any, part: Any, style: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    paragraph.style = part.get_style_id(part.document.styles[style], WD_STYLE_TYPE.PARAGRAPH)


def _set_cell_widths(row: Any, widths: list[int]) -> None:
    """Write each cell's width: LibreOffice and older Words go by the cells, not the grid."""
    column = 0
    for cell in row.tc_lst:
        span = cell.grid_span
        cell.width = sum(widths[column : column + span]) * 635
        column += span


# ------------------------------------------------------------------ pages


def _add_title(document: Any, meta: ReportMeta) -> None:
    from docx.text.paragraph import Paragraph

    lines = [
        ("Author", meta.organisation),
        ("Title", meta.title),
        ("Subtitle", meta.subtitle),
        ("Author", meta.author),
    ]
    body = document.element.body
    for position, (style, text) in enumerate((s, t) for s, t in lines if t):
        paragraph = Paragraph(body._new_p(), document._body)
        body.insert(position, paragraph._p)
        paragraph.style = document.styles[style]
        paragraph.add_run(text)
    _rule(paragraph._p, "bottom", ACCENT, 18)


def _add_banners(section: Any, meta: ReportMeta) -> None:
    """Put the banners at the top of every page, the first among them."""
    section.different_first_page_header_footer = False
    if not meta.banners:
        return
    header = section.header
    header.is_linked_to_previous = False
    for number, text in enumerate(meta.banners):
        paragraph = header.paragraphs[0] if number == 0 else header.add_paragraph()
        paragraph.style = "Header"
        paragraph.alignment = 1
        paragraph.add_run(text)
    _rule(paragraph._p, "bottom", WARNING, 6)


def _add_footer(section: Any, meta: ReportMeta) -> None:
    """Put the publisher (or the title) and "Page x of y" at the foot of every page."""
    from docx.enum.text import WD_TAB_ALIGNMENT

    footer = section.footer
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.style = "Footer"
    edge = section.page_width - section.left_margin - section.right_margin
    paragraph.paragraph_format.tab_stops.add_tab_stop(edge, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{meta.organisation or meta.title}\tPage ")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Any, name: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paragraph._p.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )


def _rule(paragraph: Any, side: str, colour: str, eighths: int) -> None:
    """Draw a line on one side of a paragraph."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:{side} w:val="single" w:sz="{eighths}" w:space="6" '
        f'w:color="{colour}"/></w:pBdr>'
    )
    paragraph.get_or_add_pPr().insert_element_before(border, "w:shd", *_AFTER_SHADE)


# ------------------------------------------------------------------ the file


def _set_properties(document: Any, meta: ReportMeta) -> None:
    properties = document.core_properties
    properties.title, properties.subject = meta.title, meta.subtitle
    properties.author = meta.author or meta.organisation
    properties.language = meta.lang
    properties.last_modified_by = ""
    properties.keywords = "; ".join(meta.banners)
    element = properties._element
    for child in list(element):
        if child.tag.endswith(("}created", "}modified", "}lastPrinted")):
            element.remove(child)


def _without_times(content: bytes) -> bytes:
    """Return the zip file with every entry dated alike, in the order of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        # Readers expect the list of contents first.
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # not the system it was made on
            new.writestr(entry, old.read(name))
    return out.getvalue()
