"""Two files say the same if only the times of their making differ."""

import zipfile
from io import BytesIO

import pytest

from dipoutcomes.study._same_bytes import same_content

PDF = (
    b"%PDF-1.7 /CreationDate (D:2014) /ID [(a) (b)] <xmp:CreateDate>2014</xmp:CreateDate> "
    b"<xmpMM:DocumentID>x</xmpMM:DocumentID> text"
)


def docx(text, when=(1980, 1, 1, 0, 0, 0)):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as inside:
        inside.writestr(zipfile.ZipInfo("word/document.xml", date_time=when), text)
    return out.getvalue()


def test_word_is_compared_by_its_parts():
    later = docx("a", (2014, 4, 1, 0, 0, 0))
    assert later != docx("a")
    assert same_content("claim.docx", docx("a"), later)
    assert not same_content("claim.docx", docx("a"), docx("b"))
    assert not same_content("claim.docx", docx("a"), b"no zip")
    assert not same_content("claim.docx", b"no zip", b"neither")


@pytest.mark.parametrize(
    ("old", "new"), [(b"2014)", b"2015)"), (b"(a) (b)", b"(c) (d)"), (b">x<", b">y<")]
)
def test_pdf_is_compared_without_the_times_of_its_making(old, new):
    assert same_content("claim.pdf", PDF, PDF.replace(old, new))


def test_anything_else_is_compared_byte_for_byte():
    assert not same_content("claim.pdf", PDF, PDF.replace(b"text", b"next"))
    assert same_content("a.csv", b"1", b"1")
    assert not same_content("a.csv", PDF, PDF.replace(b"2014)", b"2015)"))
