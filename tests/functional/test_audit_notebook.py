"""The notebook of the audit says what the audit says, of any scorecard."""

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
def test_the_notebook_finds_what_the_command_finds():
    run = execute_notebook(notebook_text("audit_of_a_published_scorecard"), {}, folder=FOLDER)
    page = build_html(*export_markdown(run), ReportMeta(title="audit", copy="release")).decode()
    said = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for words in ("54 of 57 percentages follow", "16 + 97 = 113 (54% of 210)", "209 to 213",
                  "56.6% to 87.3%", "310 to 322"):  # fmt: skip
        assert words in said
    assert said.count("To ask:") == 25
