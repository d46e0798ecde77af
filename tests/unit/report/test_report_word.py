"""The Word document: marks, headings, tables that print well, words for figures, fixed bytes."""

import io
import zipfile

import pytest

from dipoutcomes.report._word_reference import reference_document
from dipoutcomes.report.formats import build_docx
from dipoutcomes.report.meta import ReportMeta

docx = pytest.importorskip("docx")
from docx.oxml.ns import qn  # noqa: E402


@pytest.fixture(scope="module")
def content(write_up, meta):
    return build_docx(*write_up, meta)


@pytest.fixture(scope="module")
def document(content):
    return docx.Document(io.BytesIO(content))


def test_the_same_bytes_again_and_no_time_of_making(write_up, meta, content):
    reference_document.cache_clear()
    assert build_docx(*write_up, meta) == content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml")
        assert b"created" not in core
        assert b"modified" not in core
        assert parts.namelist()[0] == "[Content_Types].xml"


def test_the_marks_are_in_the_header_of_every_page(document):
    for section in document.sections:
        assert not section.different_first_page_header_footer
        assert [p.text for p in section.header.paragraphs] == [
            "WORKING COPY - NOT FOR RELEASE",
            "SYNTHETIC DATA: made-up people",
        ]
        fields = section.footer._element.iter(qn("w:fldSimple"))
        assert [f.get(qn("w:instr")).strip() for f in fields] == ["PAGE", "NUMPAGES"]


def test_a_release_copy_has_an_empty_header(write_up):
    released = build_docx(*write_up, ReportMeta(title="T", copy="release"))
    header = docx.Document(io.BytesIO(released)).sections[0].header
    assert "".join(p.text for p in header.paragraphs) == ""


def test_the_title_stands_once_and_sections_are_headings(document):
    texts = [(p.style.name, p.text) for p in document.paragraphs]
    assert ("Title", "Jones's write-up") in texts
    assert sum("write-up" in text for _, text in texts) == 1
    assert ("Heading 1", "Shares") in texts
    assert document.core_properties.title == "Jones's write-up"
    assert document.core_properties.language == "en-GB"


def test_no_mark_of_the_filter_is_left(content):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"@@box" not in parts.read("word/document.xml")


def test_boxes_are_shaded_whole_and_nothing_else_is(document):
    shaded = {}
    for paragraph in document.paragraphs:
        fill = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:shd')}")
        if fill is not None:
            shaded.setdefault(fill.get(qn("w:fill")), []).append(paragraph.text)
    assert shaded == {
        "EDF6F0": ["What you can say", "Fewer were arrested."],
        "FBF1EA": ["That it caused anything."],
    }


def test_tables_fill_the_page_and_repeat_their_heading(document):
    (table,) = document.tables
    section = document.sections[0]
    page = section.page_width - section.left_margin - section.right_margin
    assert section.page_width.mm == pytest.approx(210, abs=0.1)
    for row in table.rows:
        assert sum(cell.width for cell in row.cells) == pytest.approx(page, abs=2000)
        assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn"))) == ("1", "1")
    first, people, _ = table.columns
    assert first.width > people.width
    styles = [[cell.paragraphs[0].style.name for cell in row.cells] for row in table.rows]
    assert styles == [["Table Heading"] * 3, ["Table Text"] * 3, ["Table Text"] * 3]
    assert [cell.paragraphs[0].alignment for cell in table.rows[1].cells] == [None, 2, 2]


def test_a_wide_table_is_set_smaller():
    cells = "".join(f"<td>{n}</td>" for n in range(9))
    table = f"```{{=html}}\n<table><tr>{cells}</tr></table>\n```"
    made = docx.Document(io.BytesIO(build_docx(table, {}, ReportMeta(title="T"))))
    assert made.tables[0].rows[0].cells[0].paragraphs[0].style.name == "Table Text Small"


def test_figures_have_words_and_fit_the_page(document):
    section = document.sections[0]
    page = section.page_width - section.left_margin - section.right_margin
    drawn = list(document.element.body.iter(qn("wp:docPr")))
    assert ["Three points with intervals" in d.get("descr") for d in drawn] == [True, True]
    assert all(shape.width <= page for shape in document.inline_shapes)
    kinds = {part.partname.ext for part in document.part.package.iter_parts()}
    assert "png" in kinds
    assert "svg" not in kinds  # not every Word shows it


def test_styles_name_a_font_that_offices_have(document):
    for name in ("Normal", "Heading 1", "Title", "Table Text"):
        assert document.styles[name].font.name == "Arial"
    assert (
        b"asciiTheme"
        not in docx.oxml.xmlchemy.serialize_for_reading(
            document.styles["Heading 1"].element
        ).encode()
    )
