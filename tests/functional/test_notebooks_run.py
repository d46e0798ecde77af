"""Every notebook runs as it stands and can be published, each figure with words of its own."""

import re
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
        "21 of 28 people: 75.0%",
        "among all such people: 56.6% to 87.3%, Wilson score",
        "among the 210 on a list: 56.7% to 88.1%, exact (hypergeometric)",
        "in no fewer than 83.7%",  # of samples, whatever the truth
        "49.3% to 87.3%",  # two of the 21 not found
        "0.20 to 1.03",  # arrests per person-year, if each was followed for six months
    ):
        assert printed in page


@pytest.mark.slow
def test_another_result_can_be_asked_of_the_same_notebook(pages):
    page = pages("how_sure_is_21_of_28", {"count": 1, "base": 120, "frame": 150, "level": 0.9})
    assert "1 of 120 people: 0.8%" in page
    assert "90% confidence interval" in page
    said = page.partition("What can be said</h2>")[2]
    assert "Of 120 clients sampled, 1 had not been arrested" in said
    assert "21 of 28" not in said


@pytest.mark.slow
def test_a_sample_is_drawn_repeated_and_found_out_if_it_was_picked(pages):
    page = pages("drawing_a_sample")
    for printed in (
        "28 of 210 people, simple random, without replacement",
        "The draw repeats: 28 of 210 people",
        "28 of 28 places of the sample differ",
        "0 people came and 5 went (210 then, 205 now)",
        "Share of one group: 52 people",
    ):
        assert printed in page


@pytest.mark.slow
def test_time_to_reoffending_says_what_can_be_said_and_what_cannot(pages):
    page = " ".join(pages("time_to_reoffending").split())
    for printed in (
        "chi-squared 3.84 on 1 df",  # aid or none, over the year
        "−16.6 to −0.1 points",  # of the men arrested within the year (R: -0.166, -0.0006)
        "2.04",  # weeks gained (R, survRM2)
        "0.47 to 1.00",  # hazard ratio of the aid (R, coxph)
        "17.69",  # proportional hazards, all terms (R, cox.zph)
        "0.0% to 66.1%",  # never arrested: nothing can be said of the released prisoners
        "one minus Kaplan-Meier is too high by 11.8 points",  # in the words for the figure
        "and can hold no event",  # retained against not retained, refused
        "Not valid: timed from the start of treatment",
        "chi-squared 16.90 on 1 df, p less than 0.001",  # and what it would have claimed
        "chi-squared 0.10 on 1 df",  # from 24 weeks on
    ):
        assert printed in page, printed


@pytest.mark.slow
def test_before_during_and_after_shows_what_counting_the_index_arrest_does(pages):
    page = " ".join(pages("before_during_after").split())
    for printed in (
        "−12.6 points",  # 120 to 96 of 190 people
        "0.85",  # the rate after over the rate before; the truth is 0.85
        "0.47",  # the same people, the arrest that brought them in counted
        "−45.2%",  # and what no effect at all would show then
        "Sorting people by the direction of their change",
        "This does not show what caused it",
    ):
        assert printed in page, printed


@pytest.mark.slow
def test_the_headline_of_26_per_cent_is_taken_apart(pages):
    page = " ".join(pages("how_much_is_regression_to_the_mean").split())
    for printed in (
        "27%",  # what the others did, had those who fell half of the offences
        "98%",
        "−15.1%",  # the two corners, with no effect
        "−37.5%",
        "+55.1%",  # entry at the first offence after a date: a rise
        "−0.2702",  # made-up people on whom nothing works, as printed by the recipe
        "0.73 (95% confidence interval 0.64 to 0.84)",  # the truth is 0.75
        "A model that gives the same total does not show that nothing worked",
    ):
        assert printed in page, printed


@pytest.mark.slow
def test_a_matched_comparison_is_blind_alike_and_held_against_the_truth(pages):
    page = " ".join(pages("matched_comparison").split())
    for printed in (
        "outcomes are out of reach",
        "128 of 196 against 416 of 584 people",
        "196 of 196 treated people matched with 344 of 584 comparison people",
        "After: 9 at most 5%",
        "The interval as locked holds the truth, 0.75.",
        "(here by arrest)",
        "E-value 2.09",
        "They were not put into the groups by lot",
    ):
        assert printed in page, printed


def words_of(page):
    """Return the words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.slow
def test_a_contract_before_it_is_signed_as_it_stands_and_for_another_cohort(pages):
    said = words_of(pages("payment_design"))
    for printed in (
        "pays 26.5% of the time if the programme does nothing",
        "is paid 51.5% of the time: a bar set at the true effect is about a coin toss",
        "384 people keep both risks",
        "No bar keeps both risks",
    ):
        assert printed in said
    other = words_of(pages("payment_design", {"people": 1000, "promised": 0.15}))
    assert "pays 1.8% of the time if the programme does nothing" in other
    assert "519 people keep both risks" in other


@pytest.mark.slow
def test_the_scorecard_counts_judges_and_works_the_cases(pages):
    page = pages("scorecard")
    for words in ("no finding", "no clear change", "265 to 267", "a fall of 51.1%",
                  "Nothing was found: subtraction between these cards tells nothing"):  # fmt: skip
        assert words in words_of(page)
    assert page.count("<img") == 6  # changes, ratios, and four run charts


@pytest.mark.slow
def test_the_audit_finds_what_the_command_finds(pages):
    said = words_of(pages("audit_of_a_published_scorecard"))
    for words in ("54 of 57 percentages follow", "16 + 97 = 113 (54% of 210)", "209 to 213",
                  "56.6% to 87.3%", "310 to 322"):  # fmt: skip
        assert words in said
    assert said.count("To ask:") == 25
