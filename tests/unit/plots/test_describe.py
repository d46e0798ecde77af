"""The text alternative has the main numbers of the figure, and none that are withheld."""

import pytest

from dipoutcomes.plots import describe_curves, describe_estimates, describe_flow


def test_estimates_in_words(shares):
    said = describe_estimates(shares)
    assert len(said) >= 40
    assert "12 months before: 75.0%, 56.6% to 87.3% (21 of 28 people)." in said
    assert "3+ months after: withheld." in said
    assert "12 to 24 months after: not available." in said
    assert "95%" in said
    assert "17.9" not in said


def test_many_rows_are_cut_short(make_share, make_table):
    table = make_table(*[(f"row {k}", "", make_share(0.5, 0.3, 0.7, 14)) for k in range(15)])
    said = describe_estimates(table)
    assert "row 11:" in said
    assert "row 12:" not in said
    assert "3 further rows" in said


def test_flow_in_words(flow):
    said = describe_flow(flow)
    assert len(said) >= 40
    assert "starts with 1,284 (people with an episode in the extract)" in said
    assert "Left out: 312 (" in said
    assert "Left out: number withheld (under 18 at the index date)" in said
    assert "925 in the frame." in said


def test_curves_in_words(curves):
    said = describe_curves(curves)
    assert len(said) >= 40
    assert "share arrested over time, 3 curves with 95% confidence" in said
    assert "28 people, 22 events; 53.6% at 182.5 days" in said
    assert "Custody: withheld." in said
    assert "31 people" not in said
    assert "46.4% at 182.5 days" in describe_curves(curves, cumulative=False)


def test_nothing_to_describe_is_refused(shares, flow):
    from dataclasses import replace

    with pytest.raises(ValueError, match="no rows"):
        describe_estimates(replace(shares, rows=()))
    with pytest.raises(ValueError, match="no rows"):
        describe_flow(replace(flow, rows=()))
    with pytest.raises(ValueError, match="empty"):
        describe_curves(())
