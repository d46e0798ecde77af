"""The notebook of the scorecard says what the commands say."""

import re
from pathlib import Path

import pytest

from dipoutcomes.report.execute import execute_notebook
from dipoutcomes.report.export import export_markdown
from dipoutcomes.report.formats import build_html
from dipoutcomes.report.meta import ReportMeta
from dipoutcomes.report.resources import notebook_text

FOLDER = Path(__file__).parents[2] / "notebooks"


@pytest.mark.slow
def test_the_notebook_counts_judges_and_works_the_cases():
    run = execute_notebook(notebook_text("scorecard"), {}, folder=FOLDER)
    markdown, images = export_markdown(run)
    page = build_html(markdown, images, ReportMeta(title="card", copy="working")).decode()
    said = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for words in ("no finding", "no clear change", "265 to 267", "a fall of 51.1%",
                  "Nothing was found: subtraction between these cards tells nothing"):  # fmt: skip
        assert words in said
    assert len(images) == 6  # changes, ratios, and four run charts
