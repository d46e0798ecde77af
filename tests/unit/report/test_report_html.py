"""The web page: one file, no request, no script, and the copy's mark in sight."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from dipoutcomes.report.formats import build_html
from dipoutcomes.report.meta import ReportMeta


class Page(HTMLParser):
    """Every tag with its attributes, and the text of headings."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.headings, self._heading = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([tag, ""])
            self._heading = tag

    def handle_endtag(self, tag):
        if tag == self._heading:
            self._heading = None

    def handle_data(self, data):
        if self._heading:
            self.headings[-1][1] += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def html(write_up, meta):
    return build_html(*write_up, meta).decode()


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_the_same_bytes_again(write_up, meta, html):
    assert build_html(*write_up, meta).decode() == html


def test_nothing_is_asked_of_another_place_and_nothing_runs(page, html):
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("iframe")
    for tag, attrs in page.tags:
        assert not any(name.startswith("on") for name in attrs), tag
        assert "src" not in attrs or attrs["src"].startswith("data:image/"), tag
    assert "url(" not in html
    assert "@import" not in html
    policy = next(a for a in page.all("meta") if a.get("http-equiv"))
    assert policy["content"].startswith("default-src 'none'")


def test_the_title_stands_once_and_headings_go_down_in_steps(page):
    assert [h for h in page.headings if h[0] == "h1"] == [["h1", "Jones's write-up"]]
    levels = [int(tag[1]) for tag, _ in page.headings]
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_page_says_its_language_and_has_one_main_part(page):
    assert page.all("html") == [{"lang": "en-GB"}]
    assert len(page.all("main")) == 1
    assert len(page.all("nav")) == 1
    targets = {a["href"][1:] for a in page.all("a") if a.get("href", "").startswith("#")}
    assert targets <= {attrs["id"] for _, attrs in page.tags if "id" in attrs}


def test_the_marks_of_the_copy_are_there_and_the_texts_escaped(html):
    banner = html[html.index('<aside class="copy-banner"') : html.index("</aside>")]
    assert "WORKING COPY - NOT FOR RELEASE" in banner
    assert "SYNTHETIC DATA: made-up people" in banner
    assert "Gwent &lt;2013&gt; &amp; after" in html
    assert "display: table-header-group" in html  # what repeats it on every printed page


def test_a_release_copy_has_no_mark_unless_a_notice_is_given(write_up):
    released = build_html(*write_up, ReportMeta(title="T", copy="release")).decode()
    assert "<aside" not in released
    assert "NOT FOR RELEASE" not in released


def test_a_working_copy_cannot_lose_its_mark():
    assert ReportMeta(title="T", notices=("A",)).banners[0] == "WORKING COPY - NOT FOR RELEASE"
    with pytest.raises(ValueError, match="copy"):
        ReportMeta(title="T", copy="draft")


def test_tables_keep_caption_and_scopes_and_numbers_stand_right(page, html):
    assert "<caption>Share of people arrested &lt;before&gt; &amp; after</caption>" in html
    scopes = [a.get("scope") for a in page.all("th")]
    assert scopes == ["col"] * 3 + ["row"] * 2
    # "withheld" beside numbers does not make a column of words.
    assert [a.get("style") for a in page.all("td")] == ["text-align: right;"] * 4


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (["1,234", "0", "12.5"], True),
        (["45.2%", "withheld", "100%"], True),
        (["-8.3 points", "+2.1 points", ""], True),
        (["56.6% to 87.3%", "-16.6 points to 0.0 points", "not available"], True),
        (["less than 0.001", "0.04", "0.3"], True),
        (["withheld", "", "withheld"], False),  # nothing says that it is of numbers
        (["21 in 28 persons", "1", "2"], False),
        (["2013-14", "2014-15", "x"], False),
    ],
)
def test_a_column_of_numbers_stands_right_and_one_of_words_does_not(cells, right):
    rows = "".join(f"<tr><th>r</th><td>{cell}</td></tr>" for cell in cells)
    table = f"<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>{rows}</tbody></table>"
    html = build_html(f"```{{=html}}\n{table}\n```", {}, ReportMeta(title="T")).decode()
    styles = [attrs.get("style") for attrs in Page(html).all("td")]
    assert styles == (["text-align: right;"] * 3 if right else [None] * 3)


def test_figures_carry_their_words_and_formulas_are_mathml(page):
    assert [len(a["alt"]) > 40 for a in page.all("img")] == [True, True]
    assert page.all("img")[0]["style"] == "width:80.0%"
    assert page.all("math")


def test_no_level_of_heading_is_skipped_whatever_the_text_does():
    text = "#### Deep\n\n#### Sister\n\n## Section\n\n##### Deeper\n\n## Next\n\n### Below"
    tags = Page(build_html(text, {}, ReportMeta(title="T")).decode()).headings
    assert [(t, h) for t, h in tags if h != "Contents"] == [
        ("h1", "T"),
        ("h2", "Deep"),
        ("h2", "Sister"),
        ("h2", "Section"),
        ("h3", "Deeper"),
        ("h2", "Next"),
        ("h3", "Below"),
    ]


def test_boxes_keep_their_names(html):
    assert 'class="can-say"' in html
    assert 'class="cannot-say"' in html


def test_a_box_typed_as_html_is_a_box_with_markdown_inside(write_up):
    typed = (
        '<div class="note">\n\nSome *text*.\n\n'
        '<div class="can-say">\n\n- inner\n\n</div>\n\n</div>\n\nAfter.\n\n</div>'
    )
    html = build_html(typed, {}, ReportMeta(title="T")).decode()
    main = html[html.index("<main") : html.index("</main>")]
    flat = re.sub(r">\s+", ">", main)
    assert '<div class="note"><p>Some <em>text</em>.</p><div class="can-say"><ul>' in flat
    assert flat.endswith("</div></div><p>After.</p>")


def test_a_minus_sign_is_one_and_a_range_of_years_is_not():
    text = "From -8.3 to 0 (-16.6 points), 2013-14, well-known, `x = -1`."
    html = build_html(text, {}, ReportMeta(title="T")).decode()
    expected = "From −8.3 to 0 (−16.6 points), 2013-14, well-known, <code>x = -1</code>."
    assert f"<p>{expected}</p>" in html


def test_an_empty_corner_of_a_table_heads_nothing():
    table = '<table><thead><tr><th scope="col"></th><th scope="col">n</th></tr></thead></table>'
    html = build_html(f"```{{=html}}\n{table}\n```", {}, ReportMeta(title="T")).decode()
    assert re.search(r'<td></td>\s*<th scope="col">n</th>', html)


def test_what_could_run_does_not_survive():
    hostile = (
        "<script>alert(1)</script>\n\ntext<img src=x onerror=alert(1)>\n\n"
        '```{=html}\n<p onclick="a()">one</p><script>b()</script><iframe src="//c"></iframe>\n```\n'
    )
    with pytest.raises(ValueError, match="not one of its figures"):
        build_html("![a picture](https://example.org/a.png)", {}, ReportMeta(title="T"))
    text = build_html(hostile, {}, ReportMeta(title="T")).decode()
    main = text[text.index("<main") :]
    assert "text" in main
    assert "one" in main
    for forbidden in ("<script", "<iframe", "onclick", "onerror", "<img"):
        assert forbidden not in main


def test_a_file_of_the_machine_is_never_shown(tmp_path):
    for place in (str(tmp_path / "a.png"), "../a.png", "file:///etc/hostname"):
        with pytest.raises(ValueError, match="not one of its figures"):
            build_html(f"![some picture]({place})", {}, ReportMeta(title="T"))
