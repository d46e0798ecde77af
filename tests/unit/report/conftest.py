"""A small executed notebook with everything a write-up may hold."""

from base64 import b64encode

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dipoutcomes._display import html_table
from dipoutcomes.report.export import export_markdown
from dipoutcomes.report.images import svg_to_png
from dipoutcomes.report.meta import ReportMeta

ALT = "Three points with intervals: the share arrested falls from 62% to 45% and then to 41%."
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80">'
    '<rect x="20" y="30" width="120" height="20" fill="#1a5293"/></svg>'
)


def shown(data, metadata=None):
    """Return a code cell that displayed *data*."""
    output = new_output("display_data", data=data, metadata=metadata or {})
    return new_code_cell("show()", outputs=[output])


@pytest.fixture(scope="session")
def png():
    return svg_to_png(SVG.encode(), pixels_per_inch=72)


@pytest.fixture(scope="session")
def figure_cell(png):
    def make(alt=ALT, caption="Share arrested", **details):
        text = {"image/png": b64encode(png).decode(), "text/plain": "<Figure size 1x1>"}
        return shown(text, {"image/png": {"alt": alt, "caption": caption, **details}})

    return make


@pytest.fixture(scope="session")
def executed(figure_cell):
    shares = html_table(
        "Share of people arrested <before> & after",
        ["Window", "People", "Share"],
        [["12 months before", "1,216", "62.0%"], ["12 to 24 months after", "216", "withheld"]],
    )
    box = "::: {.can-say}\n### What you can say\n\n- Fewer were arrested.\n:::"
    cells = [
        new_code_cell("protocol = 'a.toml'", metadata={"tags": ["parameters"]}),
        new_markdown_cell("# Jones’s write-up\n\nWhat happened:\n- first thing\n- second thing"),
        shown({"text/markdown": box, "text/plain": "Markdown"}),
        new_markdown_cell("## Shares\n\nThe limits for $x$ are\n\n$$\\frac{x}{n}$$"),
        shown({"text/html": shares, "text/plain": "table"}),
        figure_cell(width_percent=80),
        shown({"image/svg+xml": SVG}, {"image/svg+xml": {"alt": ALT}}),
        new_markdown_cell("## Caveats\n\n::: {.cannot-say}\nThat it caused anything.\n:::"),
    ]
    return new_notebook(cells=cells)


@pytest.fixture(scope="session")
def write_up(executed):
    return export_markdown(executed)


@pytest.fixture(scope="session")
def meta():
    return ReportMeta(
        title="Jones's write-up",
        subtitle="Gwent <2013> & after",
        notices=("SYNTHETIC DATA: made-up people",),
        organisation='The "Example" Commissioner',
    )
