"""Every notebook runs as it stands and can be published, each figure with words of its own."""

from pathlib import Path

import pytest

from dipoutcomes.report.execute import execute_notebook
from dipoutcomes.report.export import export_markdown
from dipoutcomes.report.formats import build_html
from dipoutcomes.report.meta import ReportMeta
from dipoutcomes.report.resources import notebook_text

FOLDER = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def pages():
    """Return a function that runs a notebook and gives its page, once a notebook."""
    done = {}

    def page(name, parameters=None):
        key = (name, str(parameters))
        if key not in done:
            run = execute_notebook(notebook_text(name), parameters or {}, folder=FOLDER)
            markdown, figures = export_markdown(run)
            done[key] = build_html(markdown, figures, ReportMeta(title=name, copy="release"))
        return done[key].decode()

    return page


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(p.stem for p in FOLDER.glob("*.ipynb")))
def test_a_notebook_runs_and_makes_a_page(pages, name):
    page = pages(name)
    assert "<img" in page
    assert "Traceback" not in page


@pytest.mark.slow
def test_how_sure_is_21_of_28_answers_the_commissioner(pages):
    page = pages("how_sure_is_21_of_28")
    for printed in (
        "0.566 to 0.873",
        "0.567 to 0.881",
        "56.6% to 87.3%",
        "60.7% to 85.2%",
        "83.7%",
    ):
        assert printed in page


@pytest.mark.slow
def test_another_result_can_be_asked_of_the_same_notebook(pages):
    page = pages("how_sure_is_21_of_28", {"count": 40, "base": 60})
    assert "40 of 60 people" in page
