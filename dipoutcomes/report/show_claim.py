"""A verdict in a notebook: what was counted, what each term decides, the way to the price."""

from __future__ import annotations

from dipoutcomes.payment.register import Register
from dipoutcomes.payment.verdict import Verdict
from dipoutcomes.payment.waterfall import waterfall
from dipoutcomes.plots.payment import describe_waterfall, plot_waterfall
from dipoutcomes.report.display import show_figure, show_markdown, show_table
from dipoutcomes.report.figures import make_figure


def show_verdict(verdict: Verdict, *, steps: bool = True) -> None:
    """Show a verdict: its sentence, what weakens it, what was counted, each term, the arithmetic.

    Parameters
    ----------
    verdict : Verdict
        From `settle`.
    steps : bool, default True
        False leaves out the arithmetic.

    Returns
    -------
    None
        The cell shows sentences and tables.

    Examples
    --------
    >>> from dipoutcomes.study.payment import settle_files
    >>> show_verdict(settle_files("peterborough-2010", ["peterborough-cohort-1"])[0], steps=False)
    <IPython.core.display.Markdown object>
    <IPython.core.display.HTML object>
    <IPython.core.display.HTML object>
    """
    cautions = [verdict.caution] if verdict.caution else []
    lines = [f"- {text[:1].upper()}{text[1:]}" for text in (*verdict.warnings, *cautions)]
    show_markdown(f"**{verdict.headline}**", "", *lines)
    show_table(verdict.measures_table())
    show_table(verdict.terms_table())
    if steps:
        show_table(verdict.steps_table())


def show_waterfall(verdict: Verdict) -> None:
    """Show the way from the counts to the price as a figure, with its text alternative.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    None
        The cell shows the figure.

    Examples
    --------
    >>> from dipoutcomes.study.payment import settle_files
    >>> show_waterfall(settle_files("peterborough-2010", ["peterborough-cohort-1"])[0])
    {'image/png': ..., 'text/plain': 'Waterfall chart, 3 steps...'}
    """
    drawn = waterfall(verdict)
    caption = "Dark: steps up; hatched: steps down; outlined: where the steps have come to."
    show_figure(make_figure(lambda: plot_waterfall(drawn), describe_waterfall(drawn), caption))


def show_claims(register: Register) -> None:
    """Show how many people are paid for, are not, and wait, by reason.

    Parameters
    ----------
    register : Register
        From `outcome_register`.

    Returns
    -------
    None
        The cell shows the table; no person is in it.

    Examples
    --------
    >>> from datetime import date
    >>> from dipoutcomes.payment.register import People, outcome_register
    >>> from dipoutcomes.study.payment import read_contract
    >>> contract = read_contract("drug-recovery-illustration")
    >>> people = People(number=["C1"], entered_on=["2013-01-10"], events=[0])
    >>> show_claims(outcome_register(contract, contract.term_named("final"), people,
    ...                              records_taken_on=date(2015, 6, 30)))
    <IPython.core.display.HTML object>
    """
    show_table(register.summary())
