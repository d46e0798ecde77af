"""The notebook on choosing a threshold says the figures that the functions give."""

from pathlib import Path

import pytest

from dipoutcomes.report.execute import execute_notebook
from dipoutcomes.report.export import export_markdown
from dipoutcomes.report.resources import notebook_text

FOLDER = Path(__file__).parents[2] / "notebooks"


def text_of(parameters):
    run = execute_notebook(notebook_text("payment_design"), parameters, folder=FOLDER)
    return export_markdown(run)[0]


@pytest.mark.slow
def test_the_contract_as_it_stands_and_another_cohort():
    said = text_of({})
    for printed in (
        "pays 26.5% of the time if the programme does nothing",
        "is paid 51.5% of the time: a bar set at the true effect is about a coin toss",
        "384 people keep both risks",
        "No bar keeps both risks",
    ):
        assert printed in said
    other = text_of({"people": 1000, "promised": 0.15})
    assert "pays 1.8% of the time if the programme does nothing" in other
    assert "519 people keep both risks" in other
