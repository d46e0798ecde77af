"""The page in a browser: no accessibility fault, no request, the mark on every printed page."""

import shutil
from pathlib import Path

import pytest

from dipoutcomes.report.formats import build_html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tab(write_up, meta, tmp_path_factory):
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not on this machine (Debian: apt-get install chromium)")
    place = tmp_path_factory.mktemp("page") / "page.html"
    place.write_bytes(build_html(*write_up, meta))
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        opened = browser.new_page()
        opened.asked = []
        opened.said = []
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.on("console", lambda message: opened.said.append(message.text))
        opened.goto(place.as_uri())
        yield opened
        browser.close()


def test_the_page_asks_for_nothing_but_itself(tab):
    assert [url for url in tab.asked if not url.startswith("data:")] == [tab.url]
    assert tab.said == []
    broken = "[...document.images].filter(i => !i.naturalWidth).length"
    assert tab.evaluate(broken) == 0


def test_axe_finds_nothing(tab):
    axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")
    program = axe_playwright.Axe()
    for size in ({"width": 1280, "height": 900}, {"width": 360, "height": 740}):
        tab.set_viewport_size(size)
        found = program.run(tab)
        assert found.violations_count == 0, found.generate_report()


def test_a_narrow_window_is_not_scrolled_sideways(tab):
    tab.set_viewport_size({"width": 360, "height": 740})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_mark_stays_in_sight(tab):
    tab.set_viewport_size({"width": 900, "height": 500})
    tab.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert tab.evaluate("window.scrollY") > 0
    assert tab.evaluate("document.querySelector('.copy-banner').getBoundingClientRect().top") == 0


def test_the_mark_is_on_every_printed_page(tab, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not on this machine (Debian: apt-get install poppler-utils)")
    import subprocess

    place = tmp_path / "print.pdf"
    # Enough text for several pages.
    tab.evaluate(
        "document.querySelector('main').append(...Array.from({length: 90}, () => {"
        "const p = document.createElement('p'); p.textContent = 'more'; return p}))"
    )
    tab.pdf(path=str(place), prefer_css_page_size=True)
    said = subprocess.run(["pdftotext", place, "-"], capture_output=True, check=True).stdout
    pages = said.decode().split("\f")[:-1]
    assert len(pages) > 2
    assert all("NOT FOR RELEASE" in page for page in pages)
    assert Path(place).stat().st_size > 1000
