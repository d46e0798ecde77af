"""The PDF: tagged, titled, marked on every page, the same bytes again."""

import re

import pytest

from dipoutcomes.report.formats import _typst_string, build_pdf
from dipoutcomes.report.meta import ReportMeta


@pytest.fixture(scope="module")
def pdf(write_up, meta):
    return build_pdf(*write_up, meta)


def _texts(content, tmp_path):
    import shutil
    import subprocess

    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not on this machine (Debian: apt-get install poppler-utils)")
    (tmp_path / "a.pdf").write_bytes(content)
    done = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def test_the_same_bytes_again_and_no_time_of_making(write_up, meta, pdf):
    assert build_pdf(*write_up, meta) == pdf
    assert b"/CreationDate" not in pdf
    assert b"/ModDate" not in pdf


def test_it_is_accessible_by_its_own_account(pdf, tmp_path):
    pikepdf = pytest.importorskip("pikepdf", reason="pikepdf is not installed")
    (tmp_path / "a.pdf").write_bytes(pdf)
    with pikepdf.open(tmp_path / "a.pdf") as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en-GB"
        assert root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Jones's write-up"
        spoken = [str(o.Alt) for o in document.objects if _has(o, "/Alt")]
        kinds = {str(o.S) for o in document.objects if _has(o, "/S") and _has(o, "/P")}
    assert sum("Three points with intervals" in text for text in spoken) == 2
    assert r"\frac{x}{n}" in spoken
    assert {"/Table", "/TH", "/TD", "/Figure", "/H1", "/L"} <= kinds


def _has(item, key):
    import pikepdf

    return isinstance(item, pikepdf.Dictionary) and key in item


def test_the_marks_are_on_every_page_and_the_title_once(write_up, meta, tmp_path):
    text, files = write_up
    longer = text + "\n\n" + "\n\n".join(f"Paragraph {n}." for n in range(120))
    pages = _texts(build_pdf(longer, files, meta), tmp_path)
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "WORKING COPY - NOT FOR RELEASE" in page
        assert "SYNTHETIC DATA: made-up people" in page
        assert f"Page {number} of {len(pages)}" in page
    assert len(re.findall("Jones.s write-up", "".join(pages))) == 1
    assert "Share of people arrested <before> & after" in pages[0] + pages[1]


def test_a_release_copy_is_not_marked(write_up, tmp_path):
    pages = _texts(build_pdf(*write_up, ReportMeta(title="T", copy="release")), tmp_path)
    assert not any("NOT FOR RELEASE" in page for page in pages)


def test_a_long_table_repeats_its_headings(tmp_path):
    rows = "".join(f"<tr><th>row {n}</th><td>{n}</td></tr>" for n in range(120))
    table = (
        "```{=html}\n<table><caption>Long</caption><thead><tr><th>Name of rule</th><th>Rows</th>"
        f"</tr></thead><tbody>{rows}</tbody></table>\n```"
    )
    pages = _texts(build_pdf(table, {}, ReportMeta(title="T")), tmp_path)
    assert len(pages) > 2
    assert all("Name of rule" in page for page in pages if "row " in page)


def test_few_rows_of_long_text_are_not_cut_off(tmp_path):
    rows = "".join(
        f"<tr><th>row{n}</th><td>{'several words ' * 120}end{n}.</td></tr>" for n in range(6)
    )
    table = f"```{{=html}}\n<table><caption>Long cells</caption>{rows}</table>\n```"
    text = "".join(_texts(build_pdf(table, {}, ReportMeta(title="T")), tmp_path))
    assert all(f"end{n}." in text for n in range(6))


def test_what_typst_reads_as_code_is_only_text(tmp_path):
    title = 'A "quoted" \\ title #let x = 1 $y$ @z'
    note = "Costs #1 of $5 and *not* @cited <label> `code`"
    meta = ReportMeta(title=title, notices=(note,), organisation="#panic()")
    page = _texts(build_pdf("Text with \\# and \\$ and \\@mark.", {}, meta), tmp_path)[0]
    assert title in page
    assert note in page
    assert "Text with # and $ and @mark." in page
    assert _typst_string('a"\\\nb') == '"a\\"\\\\ b"'


def test_an_image_that_is_no_figure_is_refused():
    with pytest.raises(ValueError, match="not one of its figures"):
        build_pdf("![some picture](/etc/a.png)", {}, ReportMeta(title="T"))
    with pytest.raises(ValueError, match="without a folder"):
        build_pdf("text", {"../a.png": b""}, ReportMeta(title="T"))
