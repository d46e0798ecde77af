"""The example studies, from protocol to write-up: what every reader must find there."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from dipoutcomes import disclosure, study
from dipoutcomes.report.images import alt_text_fault
from dipoutcomes.results import StudyResults
from dipoutcomes.storage import from_canonical_json
from dipoutcomes.study.plan import read_plan

docx = pytest.importorskip("docx")
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
STUDIES = (
    "gwent-2013-14", "gwent-synthetic", "rossi-1980", "gwent-synthetic-reoffending",
    "rossi-1980-regression", "compared-synthetic", "compared-synthetic-payment",
    "gwent-2013-14-benchmark",
)  # fmt: skip
COPIES = (
    ("gwent-2013-14", "release"),
    ("gwent-synthetic", "working"),
    ("gwent-synthetic", "release"),
    ("rossi-1980", "release"),
    ("gwent-synthetic-reoffending", "working"),
    ("gwent-synthetic-reoffending", "release"),
    ("rossi-1980-regression", "release"),
    ("compared-synthetic", "working"),
    ("compared-synthetic", "release"),
    ("compared-synthetic-payment", "working"),
    ("compared-synthetic-payment", "release"),
    ("gwent-2013-14-benchmark", "release"),
)
TWICE = ("gwent-synthetic", "rossi-1980", "gwent-synthetic-reoffending", "compared-synthetic")
WORKING = "WORKING COPY - NOT FOR RELEASE"
SYNTHETIC = "SYNTHETIC DATA: THE PEOPLE ARE MADE UP"


class Reader(HTMLParser):
    """What a page says, which figures it shows, and which addresses it names."""

    def __init__(self, content):
        super().__init__()
        self.words, self.images, self.loads, self.headings = [], [], [], []
        self._skipped = 0
        self.feed(content)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self._skipped += tag in {"style", "script"}
        if tag == "img":
            self.images.append(found)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.loads += [found[k] for k in ("src", "srcset", "data", "poster") if k in found]
        if tag == "link":  # an <a> is followed by the reader, a <link> by the browser
            self.loads.append(found.get("href", ""))

    def handle_endtag(self, tag):
        self._skipped -= tag in {"style", "script"}

    def handle_data(self, data):
        if not self._skipped:
            self.words.append(data)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the folder of each study, run once with all its write-ups."""
    place = tmp_path_factory.mktemp("build")
    for name in STUDIES:
        study.run(ROOT / f"protocols/{name}.toml", out=place / name)
    return place


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """Return a second run, in another folder, of one study of each shape."""
    place = tmp_path_factory.mktemp("again")
    for name in TWICE:
        study.run(ROOT / f"protocols/{name}.toml", out=place / name)
    return place


@pytest.fixture(scope="module")
def page(built):
    """Return a function from a study and a copy to its page, read."""

    def read(name, copy="release"):
        path = built / name / copy / f"{name}.html"
        return Reader(path.read_text(encoding="utf-8"))

    return read


# ------------------------------------------------------------------- what a reader must find


def test_gwent_says_how_sure_21_of_28_is(page):
    said = page("gwent-2013-14").text
    assert "21 of 28 sampled former clients (75%)" in said
    for limits in ("56.6% to 87.3%", "55.1% to 89.3%", "56.7% to 88.1%"):
        assert limits in said


def test_rossi_gives_both_groups_their_difference_and_the_test(page, built):
    said = page("rossi-1980").text
    assert "48 of 216" in said
    assert "66 of 216" in said
    assert "−8.3 points" in said
    assert "−16.6 to −0.012 points" in said
    assert "log-rank" in said.lower()
    assert "0.0501" in said
    results = json.loads((built / "rossi-1980/release/results.json").read_bytes())
    assert results["facts"]["log_rank_p_value"] == pytest.approx(0.0501, abs=0.5e-4)


def test_the_made_up_study_shows_every_section(page):
    said = page("gwent-synthetic", "working").text
    for words in (
        "Who is in the study", "Offending before, during and after", "Before against after",
        "People whose outcome is not known", "Time to the first event", "Quality of the data",
        "Definitions and methods", "12 months before", "3+ months after", "12+ months after",
    ):  # fmt: skip
        assert words in said


@pytest.mark.parametrize(("name", "copy"), COPIES)
def test_what_can_and_cannot_be_said_limits_and_provenance_are_there(page, name, copy):
    said = page(name, copy).text
    for words in (
        "What you can say", "What you cannot say", "Limits of the evidence",
        "Deviations from the locked protocol", "Where these figures come from",
        "Methods of the confidence intervals",
    ):  # fmt: skip
        assert words in said
    assert re.search(r"\b[0-9a-f]{64}\b", said)  # the fingerprint of the protocol
    assert "nan" not in said.lower().split()
    assert "None" not in said.split(), "a missing value was printed"


@pytest.mark.parametrize("name", STUDIES)
def test_no_sentence_stands_twice_in_the_boxes(page, built, name):
    results = StudyResults.from_dict(
        from_canonical_json((built / name / "release/results.json").read_bytes())
    )
    from dipoutcomes.report.statements import make_statements

    said = make_statements(results)
    lines = [said.headline, *said.can_say, *said.cannot_say]
    assert len(set(lines)) == len(lines)
    text = page(name).text
    assert all(" ".join(line.split()) in text for line in said.cannot_say)


# --------------------------------------------------------------------------- the marks


def test_the_marks_are_at_the_top_of_the_page(page):
    assert WORKING in page("gwent-synthetic", "working").text
    assert SYNTHETIC in page("gwent-synthetic", "working").text
    assert SYNTHETIC in page("gwent-synthetic", "release").text
    assert WORKING not in page("gwent-synthetic", "release").text
    for name in ("gwent-2013-14", "rossi-1980"):
        assert "SYNTHETIC" not in page(name).text


@pytest.mark.parametrize(("name", "copy"), COPIES)
def test_the_marks_are_on_every_page_of_the_pdf(built, name, copy):
    pages = _pdf_pages(built / name / copy / f"{name}.pdf")
    assert len(pages) >= 3
    assert all((WORKING in text) == (copy == "working") for text in pages)
    assert all((SYNTHETIC in text) == ("synthetic" in name) for text in pages)


@pytest.mark.parametrize(("name", "copy"), COPIES)
def test_the_marks_are_in_the_header_of_the_word_document(built, name, copy):
    document = docx.Document(str(built / name / copy / f"{name}.docx"))
    for section in document.sections:
        header = "\n".join(paragraph.text for paragraph in section.header.paragraphs)
        assert not section.different_first_page_header_footer
        assert (WORKING in header) == (copy == "working")
        assert (SYNTHETIC in header) == ("synthetic" in name)


def _pdf_pages(path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not on this machine (Debian: apt-get install poppler-utils)")
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


# ------------------------------------------------------------------- for every reader


@pytest.mark.parametrize(("name", "copy"), COPIES)
def test_a_page_loads_nothing_from_elsewhere(page, built, name, copy):
    found = page(name, copy)
    assert found.loads
    assert [address for address in found.loads if not address.startswith("data:")] == []
    text = (built / name / copy / f"{name}.html").read_text(encoding="utf-8")
    style = "".join(re.findall(r"<style>(.*?)</style>", text, flags=re.S))
    assert "url(" not in style
    assert "@import" not in style
    assert "<script" not in text


@pytest.mark.parametrize(("name", "copy"), COPIES)
def test_every_figure_says_in_words_what_it_shows(page, built, name, copy):
    images = page(name, copy).images
    assert len(images) >= (1 if name == "gwent-2013-14-benchmark" else 2)
    for image in images:
        assert alt_text_fault(image["alt"]) == ""
        assert re.search(r"\d", image["alt"]), "a figure of numbers is described without one"
    document = docx.Document(str(built / name / copy / f"{name}.docx"))
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [image["alt"] for image in images]


@pytest.mark.parametrize(("name", "copy"), COPIES)
def test_headings_skip_no_level(page, name, copy):
    levels = page(name, copy).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


@pytest.mark.browser
@pytest.mark.parametrize(("name", "copy"), COPIES)
def test_axe_finds_nothing_in_a_browser_that_asks_for_nothing(built, name, copy):
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not on this machine (Debian: apt-get install chromium)")
    address = (built / name / copy / f"{name}.html").as_uri()
    asked = []
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport={"width": 390, "height": 844})
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(address)
        wide = tab.evaluate("document.documentElement.scrollWidth")
        found = axe.Axe().run(tab)
        browser.close()
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert wide <= 390
    assert found.violations_count == 0, found.generate_report()


# --------------------------------------------------------------------- the same again


@pytest.mark.parametrize(("name", "copy"), [c for c in COPIES if c[0] in TWICE])
def test_a_second_run_gives_the_same(built, again, name, copy):
    first, second = built / name / copy, again / name / copy
    files = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(second) for p in second.rglob("*") if p.is_file())
    exact = [f for f in files if f.suffix in {".json", ".csv", ".html"}]
    assert len(exact) > 3
    for file in exact:
        assert (first / file).read_bytes() == (second / file).read_bytes(), file
    assert _word_parts(first / f"{name}.docx") == _word_parts(second / f"{name}.docx")
    assert _pdf_pages(first / f"{name}.pdf") == _pdf_pages(second / f"{name}.pdf")


def _word_parts(path):
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


# ------------------------------------------------------------------- the release copy

_COUNTS = re.compile(r"(?<![\d.,])([1-4]) (?:of|in) [\d,.]+ (?:people|person)")
_PEOPLE = re.compile(r"(?<![\d.,-])([1-4]) (?:person|people|clients?|left out)\b")


@pytest.mark.parametrize("name", ["gwent-synthetic", "gwent-synthetic-reoffending"])
def test_the_release_copy_shows_no_count_below_its_threshold(built, page, name):
    protocol = read_plan(ROOT / f"protocols/{name}.toml").protocol
    threshold = protocol.disclosure.suppress_below
    assert threshold == 5  # the patterns above are for 1 to 4
    folder = built / name
    copies = {
        copy: StudyResults.from_dict(
            from_canonical_json((folder / copy / "results.json").read_bytes())
        )
        for copy in ("working", "release")
    }
    assert disclosure.small_counts(copies["working"], threshold)
    assert disclosure.small_counts(copies["release"], threshold) == []
    patterns = (_COUNTS, _PEOPLE)
    assert any(pattern.search(_all_text(page(name, "working"))) for pattern in patterns)
    for pattern in patterns:
        assert not pattern.search(_all_text(page(name, "release")))
    said = page(name, "release").text
    assert "withheld" in said
    assert "Counts of persons or events from 1 to 4 are withheld" in said


def _all_text(found):
    return " ".join([found.text, *(image["alt"] for image in found.images)])


def test_the_release_copy_holds_no_file_of_single_people(built):
    files = {p.name for p in (built / "gwent-synthetic/release").rglob("*")}
    assert not files & {"ledger.csv", "rejects.csv"}
    assert (built / "gwent-synthetic/working/ledger.csv").exists()
