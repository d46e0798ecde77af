"""Reports in the shape of the Justice Data Lab's: published figures, thresholds, words."""

from dataclasses import replace
from datetime import date
from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats

from dipoutcomes.comparison.data_lab import (
    DataLabOutcomes,
    DataLabRules,
    check_proven_window,
    data_lab_flow,
    data_lab_from_counts,
    data_lab_precision,
    data_lab_report,
)
from dipoutcomes.comparison.data_lab.measure import printed_p
from dipoutcomes.comparison.data_lab.words import compared, finding
from dipoutcomes.comparison.matching import MatchingRule, match, propensity_score
from dipoutcomes.comparison.weighting import WeightedDesign, propensity_weights
from dipoutcomes.errors import DesignError, RecordError

RATE, FREQUENCY = "one-year proven reoffending rate", "one-year proven reoffending frequency"


def study(seed=1, n=900, effect=0.6):
    rng = np.random.default_rng(seed)
    columns = np.column_stack([rng.normal(size=n), rng.random(n) < 0.5]).astype(float)
    treated = rng.random(n) < 1 / (1 + np.exp(1.2 - 0.6 * columns[:, 0]))
    mean = np.exp(0.2 + 0.3 * columns[:, 0]) * np.where(treated, effect, 1)
    again = rng.poisson(rng.gamma(1.0, mean))
    days = np.where(again > 0, rng.integers(1, 365, n), np.nan)
    kinds = np.array([rng.multinomial(k, [0.04, 0.36, 0.6]) for k in again])
    outcomes = DataLabOutcomes.of(
        again, days_to_first=days, custodial=rng.binomial(again, 0.3),
        by_severity={
            "indictable only": kinds[:, 0], "either way": kinds[:, 1], "summary": kinds[:, 2],
        },
    )  # fmt: skip
    score = propensity_score(columns, treated).score
    return propensity_weights(treated, score, covariates=columns), outcomes


# --- published figures ------------------------------------------------------------------------


def test_diamond_initiative():
    # 156 of 368 against 136 of 327: +0.80 points; Wald -6.55 to 8.15, Newcombe -6.53 to 8.10,
    # Miettinen-Nurminen -6.55 to 8.12; z 0.214, p 0.83; published as "no impact".
    report, table = data_lab_from_counts(156, 368, 136, 327, programme="Diamond")
    printed = {row.label: [round(100 * x, 2) for x in row.estimate.interval] for row in table.rows}
    assert printed["Miettinen-Nurminen score"] == [-6.55, 8.12]
    assert printed["Newcombe hybrid score"] == [-6.53, 8.10]
    assert printed["Wald difference (do not use)"] == [-6.55, 8.15]
    line = report[RATE]
    assert round(100 * line.parity.value, 2) == 0.80
    assert line.printed_p == "0.83"
    # z is that of the two shares' normal test; the t-test of the reports has n - 1, hence 0.213.
    wald = table["Wald difference (do not use)"]
    assert round(wald.value / (wald.interval.width / 2 / stats.norm.ppf(0.975)), 3) == 0.214
    assert line.parity.value / line.parity.std_error == pytest.approx(0.214, abs=0.001)
    assert line.printed_difference == "-7 to 8"
    assert not line.significant
    assert len(report.tables) == 1
    assert "is not statistically significant (p = 0.83)" in str(report)
    assert not any("frequency" in said for said in report.cannot_say)


def test_precision_as_published():
    # p = 0.5 and a very large comparison group: half-width and difference found with 80% power.
    expected = {
        28: (18.5, 26.5), 60: (12.7, 18.1), 100: (9.8, 14.0), 142: (8.2, 11.8),
        231: (6.4, 9.2), 500: (4.4, 6.3), 1000: (3.1, 4.4),
    }  # fmt: skip
    table = data_lab_precision(list(expected))
    for row in table.rows:
        found = (round(100 * row["half_width"], 1), round(100 * row["detectable"], 1))
        assert found == expected[row["people"]]


def test_blue_sky_flow():
    # 321 sent in, 287 on the Police National Computer (89%), 72 analysed (22%).
    flow = data_lab_flow(
        [("sent in", 321, ""), ("on the PNC", 287, "not found"), ("analysed", 72, "no match")]
    )
    assert flow.column("lost") == [0, 34, 215]
    assert [f"{share:.0%}" for share in flow.column("share")] == ["100%", "89%", "22%"]


# --- arithmetic -------------------------------------------------------------------------------


def test_groups_and_difference_are_those_of_weighted_t_tests():
    design, outcomes = study()
    line = data_lab_report(design, outcomes)[RATE]
    y, t, w = outcomes.reoffended, design.treated, design.weights
    n = t.sum()
    share = y[t].mean()
    half = stats.t.ppf(0.975, n - 1) * sqrt(share * (1 - share) / (n - 1))
    assert line.treated.half_width == pytest.approx(half)
    worth = w[~t].sum() ** 2 / (w[~t] ** 2).sum()
    other = w[~t] @ y[~t] / w[~t].sum()
    parts = share * (1 - share) / (n - 1), other * (1 - other) / (worth - 1)
    df = sum(parts) ** 2 / (parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (worth - 1))
    half = stats.t.ppf(0.975, df) * sqrt(sum(parts))
    assert list(line.parity.interval) == pytest.approx([share - other - half, share - other + half])
    assert line.treated.np == y[t].sum()


def test_radius_weights_give_the_same_means_by_hand():
    design, outcomes = study(2)
    t, score = design.treated, design.score
    found = match(t, score, MatchingRule(method="radius", caliper=0.05, caliper_unit="absolute",
                                         scale="score"))  # fmt: skip
    weights = np.zeros(len(t))
    for i in np.flatnonzero(t):
        near = ~t & (np.abs(score - score[i]) <= 0.05)
        if near.any():
            weights[i] = 1
            weights[near] += 1 / near.sum()
    np.testing.assert_allclose(found.weights, weights, atol=1e-9)
    used = WeightedDesign(treated=t, weights=found.weights, estimand="ATT", method="radius")
    line = data_lab_report(used, outcomes)[FREQUENCY]
    assert line.comparison.mean == pytest.approx(
        weights[~t] @ outcomes.reoffences[~t] / weights[~t].sum()
    )


def test_the_number_needed_just_clears_no_difference():
    design, outcomes = study(3, effect=0.85)
    line = data_lab_report(design, outcomes)[FREQUENCY]
    assert line.number_needed < inf
    z = stats.norm.ppf(0.975)

    def clears(n):
        df = line.treated.people - 1
        spread = (line.treated.half_width / stats.t.ppf(0.975, df)) ** 2 * line.treated.people
        worth = line.comparison.effective
        other = (line.comparison.half_width / stats.t.ppf(0.975, worth - 1)) ** 2
        return abs(line.parity.value) >= z * sqrt(spread / n + other)

    assert clears(line.number_needed)
    assert not clears(line.number_needed - 1)


def test_a_comparison_group_too_small_for_any_number_needs_an_infinite_one():
    report, _ = data_lab_from_counts(156, 368, 136, 327)
    assert report[RATE].number_needed == inf
    assert "would be needed" not in finding(report[RATE], "Diamond")


# --- thresholds -------------------------------------------------------------------------------


def test_too_few_people_are_refused_all_faults_at_once():
    with pytest.raises(DesignError) as found:
        data_lab_from_counts(10, 29, 100, 400, submitted=59)
    assert "59 people were submitted; the rule is at least 60" in str(found.value)
    assert "29 treated people are in the analysis; the rule is at least 30" in str(found.value)
    data_lab_from_counts(10, 30, 100, 400, submitted=60)


def test_a_line_needs_ten_by_number_times_proportion_and_table_3_thirty_reoffenders():
    design, outcomes = study(4)
    report = data_lab_report(design, outcomes)
    few = report["rate of indictable only reoffences"]
    assert few.treated.np < 10
    assert not few.shown
    assert "below 10" in few.why_not_shown
    table = next(t for t in report.tables if t.name == "data_lab_table_4")
    assert "rate of indictable only reoffences" not in table.column("measure")
    assert any("Not shown: rate of indictable only" in note for note in table.notes)
    assert report["days to the first reoffence"].shown
    strict = data_lab_report(design, outcomes, rules=DataLabRules(reoffenders=10_000))
    assert [t.name[-1] for t in strict.tables] == ["1", "2", "4", "5", "6", "7"]
    assert not any(m.significant for m in strict.measures)


def test_significant_needs_enough_treated_reoffenders_whatever_p():
    report, _ = data_lab_from_counts(29, 100, 600, 1000)
    assert report[RATE].parity.p_value < 0.001
    assert not report[RATE].significant
    said = finding(report[RATE], "X")
    assert "Too few people stand behind this difference" in said
    assert "is statistically significant" not in said
    assert data_lab_from_counts(30, 100, 600, 1000)[0][RATE].significant


def test_proven_takes_twelve_and_six_calendar_months():
    check_proven_window(date(2013, 8, 31), date(2015, 2, 28))
    with pytest.raises(DesignError, match="1 days too early"):
        check_proven_window(date(2013, 8, 31), date(2015, 2, 27))
    check_proven_window(date(2014, 3, 31), date(2015, 9, 30))
    with pytest.raises(DesignError, match="1 days too early"):
        check_proven_window(date(2014, 3, 31), date(2015, 9, 29))
    design, outcomes = study()
    with pytest.raises(DesignError, match="too early"):
        data_lab_report(design, outcomes, dates=(date(2014, 3, 31), date(2015, 3, 31)))
    assert "was not checked here" in data_lab_report(design, outcomes).notes[0]


# --- words ------------------------------------------------------------------------------------


def with_interval(low, high, kind="rate", p=0.01):
    report, _ = data_lab_from_counts(156, 368, 136, 327)
    line = report[RATE]
    parity = replace(
        line.parity,
        estimate=replace(
            line.parity.estimate, value=(low + high) / 2, p_value=p,
            interval=replace(line.parity.interval, low=low, high=high),
        ),
    )  # fmt: skip
    return replace(line, parity=parity, kind=kind, ours=None)


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (-0.14, -0.02, "between 2 and 14 fewer reoffend within a year than out of 100"),
        (0.02, 0.14, "between 2 and 14 more reoffend within a year than out of 100"),
        (-0.14, 0.03, "up to 14 fewer may reoffend within a year, or up to 3 more, than"),
        (-0.14, -0.002, "between less than 1 and 14 fewer reoffend"),
    ],
)
def test_both_bounds_on_one_side_or_either_way(low, high, says):
    assert says in compared(with_interval(low, high), "the programme")


def test_days_are_earlier_or_later():
    assert "may first reoffend up to 12 days earlier, or up to 27 days later, than" in compared(
        with_interval(-12, 27, "days"), "X"
    )


def test_differences_are_printed_as_intervals_in_whole_points():
    assert with_interval(-0.144, -0.015).printed_difference == "-14 to -2"
    assert with_interval(-0.641, -0.104, "frequency").printed_difference == "-0.64 to -0.10"


@pytest.mark.parametrize(
    ("p", "printed"),
    [(0.834, "0.83"), (0.004, "less than 0.01"), (0.0497, "0.0497"), (0.0503, "0.0503"),
     (0.06, "0.06")],
)  # fmt: skip
def test_p_to_two_decimals_unless_that_hides_its_side(p, printed):
    assert printed_p(p) == printed


def test_not_significant_is_no_finding_of_no_effect():
    said = finding(data_lab_from_counts(156, 368, 136, 327)[0][RATE], "Diamond")
    assert "no finding that Diamond does nothing" in said
    assert "more people would have to be compared" in said


def test_significant_by_parity_alone_is_said_to_be_open():
    line = with_interval(-0.14, -0.02)
    wide = with_interval(-0.16, 0.01).parity
    assert "take the finding as open" in finding(replace(line, ours=wide), "X")
    assert "take the finding as open" not in finding(replace(line, ours=line.parity), "X")


def test_tables_of_reoffenders_are_never_called_an_effect():
    design, outcomes = study()
    report = data_lab_report(design, outcomes)
    for line in report.measures:
        conditional = "is not an effect of the programme" in finding(line, "X")
        assert conditional == (line.table >= 3)
    for table in report.tables:
        assert any("does not show an effect" in n for n in table.notes) == (table.name[-1] > "2")
    # Beside them stand all people, with nobody picked out by what happened afterwards.
    days = report.beside[0]
    assert days.kind == "mean"
    assert days.treated == int(design.treated.sum())
    free = np.where(outcomes.reoffended, outcomes.days_to_first, 365)
    assert days.mean_treated == pytest.approx(free[design.treated].mean())


def test_those_lost_on_the_way_are_not_spoken_for():
    design, outcomes = study()
    n = int(design.treated.sum())
    flow = data_lab_flow([("submitted", n + 90, ""), ("analysed", n, "no comparable people")])
    report = data_lab_report(design, outcomes, flow=flow)
    assert any(said.startswith("Anything of the 90 people") for said in report.cannot_say)
    assert report.flow is flow
    with pytest.raises(DesignError, match="the flow ends with"):
        data_lab_report(design, outcomes, flow=data_lab_flow([("submitted", 500, "")]))
    with pytest.raises(DesignError, match="must agree"):
        data_lab_report(design, outcomes, flow=flow, submitted=n)


# --- inputs -----------------------------------------------------------------------------------


def test_contradicting_outcomes_are_told_all_at_once_without_values():
    with pytest.raises(RecordError) as found:
        DataLabOutcomes.of(
            [0, 2, 1], days_to_first=[12345, np.nan, 3], custodial=[0, 3, 0],
            by_severity={"summary": [0, 2, 1], "either way": [0, 1, 0]},
        )  # fmt: skip
    text = str(found.value)
    assert "1 people reoffended but have no days to the first reoffence" in text
    assert "1 people have days to a reoffence but did not reoffend" in text
    assert "1 people have more reoffences by severity than in all" in text
    assert "1 people have more custodial reoffences than in all" in text
    assert "12345" not in text


def test_losses_need_reasons_and_counts_never_rise():
    with pytest.raises(DesignError) as found:
        data_lab_flow([("submitted", 100, ""), ("found", 90, " "), ("analysed", 95, "")])
    assert "'found' lost 10 people and gives no reason" in str(found.value)
    assert "'analysed' has 95 people, more than the 90 before it" in str(found.value)


def test_unknown_severity_and_wrong_shapes():
    with pytest.raises(ValueError, match="no class serious"):
        DataLabOutcomes.of([1], by_severity={"serious": [1]})
    with pytest.raises(ValueError, match="one element for each person"):
        DataLabOutcomes.of([1, 0], custodial=[1])
    design, _ = study()
    with pytest.raises(ValueError, match="one row for each person"):
        data_lab_report(design, DataLabOutcomes.of([1, 0]))


def test_report_as_frame_and_mapping():
    design, outcomes = study()
    report = data_lab_report(design, outcomes)
    frame = report.to_frame()
    assert frame["table"].tolist() == [1, 2, 3, 4, 5, 4, 5, 4, 5, 6, 7]
    first = frame.iloc[0]
    assert first["difference"] == pytest.approx(first["treated_mean"] - first["comparison_mean"])
    assert first["treated_low"] < first["treated_mean"] < first["treated_high"]
    kept = report.to_dict()
    assert kept["measures"][0]["measure"] == RATE
    assert len(kept["beside"]) == 9
    assert "<caption>Table 1" in report._repr_html_()
    with pytest.raises(KeyError, match="no measure 'x'"):
        report["x"]


def test_nobody_reoffending_leaves_tables_1_and_2():
    treated = np.repeat([True, False], [40, 60])
    design = WeightedDesign(treated=treated, weights=np.ones(100), estimand="ATT", method="")
    again = np.concatenate([np.zeros(40, int), np.arange(60) % 2])
    report = data_lab_report(design, DataLabOutcomes.of(again))
    assert [m.table for m in report.measures] == [1, 2]
