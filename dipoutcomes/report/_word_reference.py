"""The Word document whose styles every write-up takes: made here, so that no binary is kept."""

from __future__ import annotations

import io
import subprocess
from functools import cache
from typing import Any

from dipoutcomes.report._pandoc import pandoc_program

FONT = "Arial"  # in every Word; LibreOffice has one of the same widths
INK, SOFT, ACCENT, WARNING = "0B0C0C", "505A5F", "1A5293", "7A1219"

#: style: (points, bold, colour, space before, space after), spaces in points.
_LOOKS: dict[str, tuple[float, bool, str, float, float]] = {
    "Normal": (10.5, False, INK, 0, 6),
    "Body Text": (10.5, False, INK, 3, 7),
    "First Paragraph": (10.5, False, INK, 3, 7),
    "Compact": (10.5, False, INK, 1, 2),
    "Title": (24, True, INK, 4, 6),
    "Subtitle": (13, False, SOFT, 0, 6),
    "Author": (10.5, False, SOFT, 0, 6),
    "Heading 1": (16, True, ACCENT, 22, 8),
    "Heading 2": (12.5, True, INK, 16, 6),
    "Heading 3": (11, True, INK, 12, 4),
    "Heading 4": (10.5, True, SOFT, 10, 4),
    "Table Caption": (10, True, INK, 14, 5),
    "Image Caption": (9.5, False, SOFT, 2, 14),
    "Captioned Figure": (10.5, False, INK, 12, 2),
    "Figure": (10.5, False, INK, 12, 12),
    "Footnote Text": (9, False, INK, 0, 2),
    "Block Text": (10.5, False, SOFT, 6, 6),
    "Source Code": (8.5, False, INK, 6, 8),
    "Table Text": (9, False, INK, 0, 0),
    "Table Heading": (9, True, INK, 0, 0),
    "Table Note": (9, False, SOFT, 4, 2),
    "Table Text Small": (7.5, False, INK, 0, 0),
    "Table Heading Small": (7.5, True, INK, 0, 0),
    "Header": (9, True, WARNING, 0, 0),
    "Footer": (8.5, False, SOFT, 0, 0),
}
_MONOSPACED = {"Source Code"}
_KEPT_WITH_NEXT = {"Table Caption", "Captioned Figure"}


@cache
def reference_document(lang: str = "en-GB") -> bytes:
    """Return pandoc's reference document in this toolkit's styles: A4, Arial, light rules."""
    import docx
    from docx.shared import Mm

    document = docx.Document(io.BytesIO(_default_reference()))
    for name, look in _LOOKS.items():
        _set_style(document, name, *look)
    _set_defaults(document, lang)
    _set_table_style(document.styles["Table"].element)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(28), Mm(22)
    section.header_distance = section.footer_distance = Mm(11)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _default_reference() -> bytes:
    command = [pandoc_program(), "--print-default-data-file=reference.docx"]
    return subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603


def _set_style(
    document: Any, name: str, points: float, bold: bool, colour: str, before: float, after: float
) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if style.base_style is None and name != "Normal":
        style.base_style = styles["Normal"]
    font = style.font
    font.name = "Courier New" if name in _MONOSPACED else FONT
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme font would win over the named one
    fonts.set(qn("w:cs"), font.name)
    font.size, font.bold, font.italic = Pt(points), bold, False
    for spread in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spread)
    font.color.rgb = RGBColor.from_string(colour)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing = 1.0 if name.startswith(("Title", "Table Text", "Table Head")) else 1.15
    layout.alignment = 0  # left; pandoc's own title and captions are centred
    if name in _KEPT_WITH_NEXT or name.startswith("Heading"):
        layout.keep_with_next = True
    if name == "Block Text":
        layout.left_indent, layout.right_indent = Pt(14), Pt(14)


def _set_defaults(document: Any, lang: str) -> None:
    """Set the language and the font of whatever has no style of its own."""
    from docx.oxml.ns import qn

    defaults = document.styles.element.find(
        f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"
    )
    fonts = defaults.find(qn("w:rFonts"))
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    defaults.find(qn("w:lang")).set(qn("w:val"), lang)
    for setting in document.settings.element.iter(qn("w:themeFontLang")):
        setting.set(qn("w:val"), lang)


def _set_table_style(style: Any) -> None:
    """Give tables light rules between rows, a firm one under the headings, and room in cells."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    for part in (qn("w:tblPr"), qn("w:tblStylePr")):
        for old in style.findall(part):
            style.remove(old)
    rule = 'w:val="single" w:sz="4" w:space="0" w:color="B1B4B6"'
    style.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders><w:bottom {rule}/><w:insideH {rule}/>"
            '</w:tblBorders><w:tblCellMar><w:top w:w="55" w:type="dxa"/>'
            '<w:left w:w="0" w:type="dxa"/><w:bottom w:w="55" w:type="dxa"/>'
            '<w:right w:w="160" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        )
    )
    style.append(
        parse_xml(
            f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
            '<w:tcBorders><w:bottom w:val="single" w:sz="10" w:space="0" w:color="0B0C0C"/>'
            '</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
        )
    )
