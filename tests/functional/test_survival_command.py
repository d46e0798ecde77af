"""`dipoutcomes survival` answers from one file as R does, and says plainly what it cannot do."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dipoutcomes.cli.main import main
from dipoutcomes.survival.comparing import weighted_log_rank_test

REFERENCE = Path(__file__).parents[1] / "golden" / "reference"
ROSSI = "package:lifelines/datasets/rossi.csv"
ON_ROSSI = f"{ROSSI} --time week --event arrest"


def data(name):
    return str(REFERENCE / "data" / name)


def known(table, method, **where):
    """Return the one row of a reference table."""
    with (REFERENCE / table).open(encoding="utf-8") as lines:
        rows = [
            row
            for row in csv.DictReader(lines)
            if row["method"] == method and all(row[k] == str(v) for k, v in where.items())
        ]
    assert len(rows) == 1, f"{len(rows)} rows"
    return {k: float(rows[0][k]) for k in ("estimate", "lower", "upper", "statistic", "p_value")
            if rows[0].get(k)}  # fmt: skip


@pytest.fixture
def asked(command):
    """Return a function that gives the JSON of a command, which must be strict JSON."""

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    def answer(line, *more):
        found = command(["survival", *line.split(), *more, "--json"])
        assert found.code == 0, found.err
        return json.loads(found.out, parse_constant=refuse)

    return answer


def near(estimate, row, *, turned=False):
    """Whether value and limits are those of a row, *turned* from those without to those with."""
    limits = estimate["interval"]
    got = (estimate["value"], limits["low"], limits["high"])
    want = (row["estimate"], row["lower"], row["upper"])
    if turned:
        want = (1 - want[0], 1 - want[2], 1 - want[1])
    return got == pytest.approx(want, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("limits", ["log_log", "log", "plain", "logit", "arcsine"])
def test_curve_is_that_of_r(asked, limits):
    found = asked(f"curve {ON_ROSSI} --at 13 --at 26 --at 52 --limits {limits}")
    for row, time in zip(found["share_by_time"]["rows"], (13, 26, 52), strict=True):
        want = known(
            "f06_kaplan_meier.csv", f"km_{limits.replace('arcsine', 'arcsin')}", dataset="rossi",
            group="all", time=time, confidence_level="0.95",
        )  # fmt: skip
        assert row["label"] == f"by {time} weeks"  # the unit is that of the heading
        assert near(row["estimate"], want, turned=True)
    assert found["source"]["rows"] == 432
    followed = found["followed"]["rows"][1]
    assert (followed["followed"], followed["events"], followed["left"]) == (381, 54, 0)


def test_curve_by_group_has_bands_a_figure_and_its_words(command, tmp_path):
    line = f"survival curve {ON_ROSSI} --by fin --bands --event-says arrested --figure"
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        place = tmp_path / "made" / f"curve.{kind}"
        found = command([*line.split(), str(place)])
        assert found.code == 0, found.err
        content = place.read_bytes()
        assert content.startswith(start)
        assert len(content) > 20_000
        words = "fin 1: 216 people, 48 events; 10.2% at 26 weeks (6.8% to 15.1%)"
        assert f"Figure '{place}': Step chart of the share arrested" in found.out
        assert words in found.out
        assert words.encode() in content  # and whoever is given the file alone has them too
        assert "equal precision band, log-log, from 7 to 50 weeks" in found.out
        first = content
        command([*line.split(), str(place)])
        assert place.read_bytes() == first


def test_on_the_last_day_of_a_study_people_count_as_seen_through_it(asked):
    """All who were not arrested left in week 52: that is known of each of them."""
    rows = asked(f"compare {ON_ROSSI} --by fin --at 52")["difference_by_time"]["rows"]
    plain = known("f06_two_group_fixed_time_rmst.csv", "fixed_time_difference_plain",
                  dataset="rossi", time=52)  # fmt: skip
    limits = rows[0]["estimate"]["interval"]
    assert rows[0]["estimate"]["value"] == pytest.approx(-plain["estimate"], rel=1e-9)
    # The reference is a normal interval; with 216 a group the melded one is near it.
    assert limits["low"] == pytest.approx(-plain["upper"], abs=0.01)
    assert limits["high"] == pytest.approx(-plain["lower"], abs=0.01)


@pytest.mark.parametrize(
    ("options", "method"),
    [
        ("", "logrank"),
        ("--weights gehan", "weighted_gehan_breslow"),
        ("--weights tarone_ware", "weighted_tarone_ware"),
        ("--weights peto", "weighted_peto_peto_modified_kaplan_meier"),
        ("--weights fleming_harrington", "weighted_fleming_harrington_1_0"),
        ("--weights fleming_harrington --rho 0 --gamma 1", "weighted_fleming_harrington_0_1"),
    ],
)
def test_compare_is_the_test_of_r(asked, options, method):
    test = asked(f"compare {ON_ROSSI} --by fin {options}")["test"]
    want = known("f07_logrank.csv", method, dataset="rossi")
    assert test["statistic"] == pytest.approx(want["statistic"], rel=1e-9)
    assert test["p_value"] == pytest.approx(want["p_value"], rel=1e-9)


def test_compare_within_strata_and_the_mean_time_gained(asked):
    found = asked(f"compare {ON_ROSSI} --by fin --strata race --horizon 52")
    want = known("f07_logrank.csv", "logrank_stratified")
    assert found["test"]["statistic"] == pytest.approx(want["statistic"], rel=1e-9)
    assert "Only the test is within the values of race" in found["note"]
    gained = known("f06_two_group_fixed_time_rmst.csv", "rmst_difference", dataset="rossi", time=52)
    assert near(found["restricted_mean"]["rows"][0]["estimate"], gained)


def test_compare_small_groups_exactly(asked):
    line = f"compare {data('survival_small12_ties.csv')} --time time --event event --by group"
    test = asked(f"{line} --exact")["test"]
    want = known("f07_logrank.csv", "permutation_exact_logrank", dataset="small12_ties",
                 ties="mid-ranks")  # fmt: skip
    assert test["p_value"] == pytest.approx(want["p_value"], rel=1e-9)


def test_compare_large_groups_at_random_with_the_error_of_that(asked):
    test = asked(f"compare {ON_ROSSI} --by fin --exact --seed 1")["test"]
    want = known("f07_logrank.csv", "permutation_asymptotic_logrank", dataset="rossi",
                 ties="mid-ranks")  # fmt: skip
    assert 0 < test["monte_carlo_error"] < 0.001
    assert test["p_value"] == pytest.approx(want["p_value"], abs=0.005)


def test_trend_goes_by_the_numbers_in_the_file_whatever_they_are_called(asked):
    plain = asked(f"compare {ON_ROSSI} --by prio --trend")["test"]
    named = asked(f"compare {ON_ROSSI} --by prio --trend", "--label", "18=very many")["test"]
    assert plain["df"] == 1
    assert named["statistic"] == pytest.approx(plain["statistic"], rel=1e-9)
    assert "earlier as the score rises" in plain["caveat"]
    assert "very many" in named["groups"]


def test_another_reference_turns_the_difference_round(asked):
    by_code = asked(f"compare {ON_ROSSI} --by fin --at 26 --reference 1")
    row = by_code["difference_by_time"]["rows"][0]
    assert row["group"] == "fin 0 less fin 1"
    assert row["estimate"]["value"] == pytest.approx(10 / 216, rel=1e-9)


def test_incidence_is_that_of_r_with_the_naive_share_and_grays_test(asked):
    line = f"incidence {data('competing_risks_cohort210.csv')} --time time --cause cause"
    found = asked(f"{line} --at 182 --at 365 --limits plain --unit days", "--name", "1=arrest")
    rows = {(r["group"], r["label"]): r["estimate"] for r in found["incidence_at"]["rows"]}
    for cause, name in ((1, "arrest"), (2, "cause 2"), (3, "cause 3")):
        for day in (182, 365):
            want = known("f08_cumulative_incidence.csv", "aalen_johansen_plain",
                         dataset="cohort210", group="all", cause=cause, time=day)  # fmt: skip
            assert near(rows[name, f"by {day} days"], want)
    naive = found["overstatement"][0]["rows"]
    assert all(row["overstatement"] > 0 for row in naive)  # always too high where others happen
    by_group = asked(f"{line} --by treated")
    tests = by_group["gray_tests"]
    # The rate of one cause is a log-rank test with the others as leaving.
    rows = np.loadtxt(data("competing_risks_cohort210.csv"), delimiter=",", skiprows=1,
                      usecols=(0, 1, 2))  # fmt: skip
    for cause, test in enumerate(by_group["cause_specific_tests"], start=1):
        plain = weighted_log_rank_test(rows[:, 0], rows[:, 1] == cause, rows[:, 2])
        assert test["statistic"] == pytest.approx(plain.statistic, rel=1e-9)
    for cause, test in enumerate(tests, start=1):
        want = known("f08_gray_fine_gray.csv", "gray_test", dataset="cohort210", cause=cause,
                     term="treated")  # fmt: skip
        assert test["statistic"] == pytest.approx(want["statistic"], rel=1e-9)
    within = asked(f"{line} --by treated --strata area")["gray_tests"]
    want = known("f08_gray_fine_gray.csv", "gray_test_stratified_by_area",
                 dataset="cohort210", cause=1)  # fmt: skip
    assert within[0]["statistic"] == pytest.approx(want["statistic"], rel=1e-9)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_cox_is_that_of_r(asked, ties):
    names = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
    found = asked(f"cox {ON_ROSSI} --covariates {','.join(names)} --ties {ties}")
    for term in found["model"]["terms"]:
        want = known("f07_cox.csv", f"cox_{ties}", dataset="rossi (lifelines load_rossi)",
                     term=term["name"], variance="model information")  # fmt: skip
        assert (term["ratio"], term["low"], term["high"]) == pytest.approx(
            (want["estimate"], want["lower"], want["upper"]), rel=1e-6
        )
    if ties == "efron":
        tests = {t["name"]: t["statistic"] for t in found["proportional_hazards"]["tests"]}
        for name, term in (*zip(names, names, strict=True), ("all terms", "GLOBAL")):
            want = known("f07_cox.csv", "schoenfeld_score_test_km",
                         dataset="rossi (lifelines load_rossi)", term=term)  # fmt: skip
            assert tests[name] == pytest.approx(want["statistic"], rel=1e-6)


def test_cox_with_a_group_without_events_is_penalised_and_says_so(command):
    line = f"survival cox {data('cox_monotone.csv')} --time time --event event --covariates x,z"
    for options in ("", "--firth"):
        found = command([*line.split(), *options.split()])
        assert found.code == 0, found.err
        assert "Firth" in found.out
        assert "No test of proportional hazards" in found.out


def test_cox_of_events_all_at_one_time_has_no_test_of_a_change(command, tmp_path):
    place = tmp_path / "one_day.csv"
    rows = [f"7,{i % 3 > 0:d},{i % 2}" for i in range(30)]
    place.write_text("\n".join(["days,arrested,aid", *rows]) + "\n")
    line = ["survival", "cox", str(place), "--time", "days", "--event", "arrested"]
    found = command([*line, "--covariates", "aid"])
    assert found.code == 0, found.err
    assert "aid: hazard ratio" in found.out
    assert "events fall at one time: whether a ratio changes with time needs" in found.out


def test_cure_prints_both_tails(asked, command):
    line = f"cure {data('cure_recid.csv')} --time time --event event"
    found = asked(line)["models"]
    for tail, share in (("weibull", 0.603005), ("lognormal", 0.539735)):
        want = known("f10_mixture_cure.csv", f"mixture_cure_{tail}", dataset="recid",
                     term="cured fraction (never reoffend)")  # fmt: skip
        assert found[tail]["cured_share"]["value"] == pytest.approx(want["estimate"], abs=1e-5)
        assert want["estimate"] == pytest.approx(share, abs=1e-6)
    printed = command(["survival", *line.split()]).out
    assert "60.3% with a Weibull tail, 54.0% with a lognormal one" in printed


def test_repeated_events_have_robust_limits(asked):
    line = f"repeated {data('recurrent_bladder2.csv')} --person id --start start --stop stop"
    found = asked(f"{line} --event event --at 5 --at 12 --limits log --unit months")
    for row, time in zip(found["mean_by_time"]["rows"], (5, 12), strict=True):
        want = known("f09_mean_cumulative_function.csv", "mean_cumulative_function",
                     dataset="bladder2", group="all", time=time,
                     variance="robust (infinitesimal jackknife by person)")  # fmt: skip
        assert near(row["estimate"], want)
    both = asked(f"{line} --event event --by treated --at 12")
    assert [t["name"] for t in both["compared"]] == ["mean_counts_compared"] * 2
    assert both["compared"][0]["rows"][0]["group"] == "treated 1 against treated 0"
    assert both["test"]["df"] == 1


@pytest.fixture
def completers(tmp_path):
    """Two hundred people whose completing makes no difference; arrested people cannot complete."""
    rng = np.random.default_rng(3)
    until = np.minimum(rng.exponential(400, 200).astype(int) + 1, 365)
    done = rng.exponential(150, 200).astype(int) + 20
    rows = [
        f"{t},{int(t < 365)},{d if d <= t else ''},{int(d <= t)}"
        for t, d in zip(until, done, strict=True)
    ]
    place = tmp_path / "clients.csv"
    place.write_text("\n".join(["days,arrested,completed on day,completed", *rows]) + "\n")
    return str(place)


def test_completers_timed_from_entry_are_refused_and_compared_from_a_landmark(
    command, completers, tmp_path
):
    line = ["survival", "compare", completers, "--time", "days", "--event", "arrested"]
    refused = command([*line, "--by", "completed"])
    assert refused.code == 12
    assert "time from the start is immortal" in refused.err
    assert "dipoutcomes survival landmark" in refused.err
    forced = command([*line, "--by", "completed", "--known-at-start"])
    assert "p less than 0.001" in forced.out  # what it would have claimed
    line = ["survival", "landmark", *line[2:], "--exposure-time", "completed on day", "--at", "84"]
    found = command([*line, "--figure", str(tmp_path / "landmark.png")])
    assert found.code == 0, found.err
    assert "Timed from the start, the comparison is refused: 132 of the 132" in found.out
    assert "164 of 200 people were still followed without the event" in found.out
    assert "p less than 0.001" not in found.out
    assert "exposed: hazard ratio" in found.out
    assert (tmp_path / "landmark.png").stat().st_size > 20_000


FIGURES = {
    "compare": f"compare {ON_ROSSI} --by fin",
    "incidence": f"incidence {data('competing_risks_small28.csv')} --time time --cause cause",
    "by group": f"incidence {data('competing_risks_cohort210.csv')} --time time --cause cause "
    "--by area",
    "cox": f"cox {ON_ROSSI} --covariates fin,age",
    "cure": f"cure {data('cure_cure80.csv')} --time time --event event",
    "repeated": f"repeated {data('recurrent_offences_custody.csv')} --person id --start start "
    "--stop stop --event event --by treated",
}


@pytest.mark.parametrize("line", FIGURES.values(), ids=FIGURES)
def test_every_command_has_a_figure_with_its_words(asked, line, tmp_path):
    figure = asked(line, "--figure", str(tmp_path / "figure.png"))["figure"]
    assert Path(figure["file"]).stat().st_size > 10_000
    assert sum(letter.isalpha() for letter in figure["alt"]) > 60


NONE = data("survival_no_events.csv")
MISUSE = [
    (f"curve {ROSSI} --time weeks --event arrest", 11, "no column 'weeks'; did you mean 'week'?"),
    (f"curve {ROSSI} --time week --event prio", 11, "rows 2, 3, 4, 6, 7 and 276 more"),
    (f"curve {ON_ROSSI} --bands --entry mar", 2, "--bands does not go with --entry"),
    (f"incidence {ROSSI} --time week --cause arrest --strata race", 2, "which --by names"),
    (f"incidence {NONE} --time time --cause event --by group", 12, "none of the 5 people"),
    (f"curve {ON_ROSSI} --by age", 12, "age has 28 groups, more than 20"),
    (f"curve {ON_ROSSI} --at -1", 2, "the numbers here are 0 or more"),
    (f"curve {ON_ROSSI} --at soon", 2, "'soon' is not a number"),
    (f"curve {ON_ROSSI} --limits loglog", 2, "did you mean 'log_log'?"),
    (f"curve {ON_ROSSI} --level 95", 2, "strictly between 0 and 1"),
    (f"curve {ON_ROSSI} --figure curve.pdf", 2, "must end in .png or .svg"),
    (f"curve {ON_ROSSI} --by fin --label 1", 2, "must read CODE=TEXT"),
    ("curve no_such_file.csv --time week --event arrest", 14, "there is no file"),
    (f"compare {ON_ROSSI} --by fin --weights fast", 2, "'fast'"),
    (f"compare {ON_ROSSI} --by fin --exact", 12, "give --seed to deal them out at random"),
    (f"compare {ON_ROSSI} --by fin --exact --trend", 2, "neither --trend nor --strata"),
    (f"compare {ON_ROSSI} --by fin --reference none", 2, "they are 'fin 0', 'fin 1'"),
    (f"compare {ON_ROSSI} --by fin --horizon 60", 12, "60"),
    (f"compare {NONE} --time time --event event --by group", 12, "none of the 5 people"),
    (f"compare {data('survival_clients28.csv')} --time time --event event --by group --trend",
     2, "groups that are numbers"),
    (f"incidence {ROSSI} --time week --cause arrest --name first=arrest", 2, "no code of a cause"),
    (f"incidence {data('survival_clients28.csv')} --time time --cause group", 2,
     "no row of group holds '0'"),
    (f"cox {ON_ROSSI} --covariates fin,fin2", 11, "no column 'fin2'; did you mean 'fin'?"),
    (f"cox {ON_ROSSI} --covariates fin --categories age", 2, "not among the covariates"),
    (f"cox {ON_ROSSI} --covariates fin --ties all", 2, "'all'"),
    (f"cox {NONE} --time time --event event --covariates group", 12, "no event was seen"),
    (f"cure {NONE} --time time --event event", 12, "no event was seen"),
    (f"repeated {ROSSI} --person fin --start age --stop week --event arrest", 11,
     "week is not after age: rows"),
    (f"landmark {ON_ROSSI} --exposure-time fin --at 60", 12, "not two groups to compare"),
    (f"landmark {ON_ROSSI} --exposure-time fin --at 0", 2, "greater than 0"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "code", "words"), MISUSE, ids=[m[0][-40:] for m in MISUSE])
def test_what_cannot_be_is_refused_with_the_way_out(command, line, code, words):
    found = command(["survival", *line.split()])
    assert found.code == code, found.err + found.out
    assert words in " ".join(found.err.split())
    assert not found.out


def test_one_group_is_no_comparison(command, tmp_path):
    place = tmp_path / "one.csv"
    place.write_text("days,arrested,area\n5,1,n\n9,0,n\n")
    line = ["survival", "compare", str(place), "--time", "days", "--event", "arrested"]
    found = command([*line, "--by", "area"])
    assert found.code == 12
    assert "1 group was given: a comparison needs at least 2" in found.err


def test_nobody_arrested_is_an_upper_limit_and_no_crash(command, tmp_path):
    place = tmp_path / "none.csv"
    place.write_text("days,arrested\n" + "365,0\n" * 28)
    line = ["survival", "curve", str(place), "--time", "days", "--event", "arrested", "--at", "365"]
    found = command(line)
    assert found.code == 0, found.err
    # All 28 were seen to the end: the exact binomial limit of 0 in 28.
    assert "0 of 28 people      0.0%  0.0% to 12.3%" in found.out


@pytest.mark.parametrize(
    "name", ["", "curve", "compare", "incidence", "cox", "cure", "repeated", "landmark"]
)
def test_help_of_survival_fits_80_columns(name, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    assert main(["survival", *name.split(), "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line.endswith("...") and "ARGS" not in line]


def test_help_of_survival_loads_no_heavy_library():
    heavy = ["pandas", "scipy.stats", "statsmodels", "lifelines", "matplotlib", "duckdb"]
    code = (
        "import sys\nfrom dipoutcomes.cli.main import main\n"
        "assert main(['survival', 'cox', '--help']) == 0\n"
        f"print('loaded', [name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "loaded []"
