"""The study of a made-up programme and other people, worked out a second time and spoilt.

`plain_recount` counts events and days, `plain_comparison` compares; neither knows the package.
Counts must be equal; estimates agree to 1e-9, limits to 1e-6.
"""

from __future__ import annotations

import importlib.util
import json
import math
import re
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from scipy import stats

from dipoutcomes import study
from dipoutcomes.disclosure import protect_results
from dipoutcomes.errors import DesignError, ProtocolError
from dipoutcomes.pipeline.comparisons import people, people_design
from dipoutcomes.report import comparisons, display
from dipoutcomes.report.page import Page
from dipoutcomes.report.statements import make_statements
from dipoutcomes.simulate import make_cohort, parse_recipe, raw_files

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def _load(name):
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


recount = _load("plain_recount")
plain = _load("plain_comparison")

PROTOCOL = ROOT / "protocols/compared-synthetic.toml"
TEXT = PROTOCOL.read_text(encoding="utf-8")
RECIPE = (ROOT / "synthetic/compared.toml").read_text(encoding="utf-8")
EARLIER, BEFORE = "24 to 12 months before", "12 months before"
AFTER, LATER = "12 months after the start", "12 to 24 months after the start"
TRUTH = 0.75  # rate_ratio_during and rate_ratio_after of the recipe
M, K = 0.9, 1.2  # of everybody whom the gate could meet, in the protocol


def changed(text, *changes):
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def evaluate(folder, *changes, files=None):
    """Return the results of the study with these changes, of the committed people or of others."""
    source = ROOT / "synthetic/compared"
    if files is not None:
        source = folder / "extracts"
        source.mkdir()
        for name, content in files.items():
            (source / name).write_bytes(content)
    path = folder / "study.toml"
    text = changed(TEXT, *changes).replace("../synthetic/compared", source.as_posix())
    path.write_text(text, encoding="utf-8")
    return study.evaluate(path).results


class Again:
    """The people of both groups, counted again, and those who can be compared."""

    def __init__(self, score):
        self.recount = recount.Recount(PROTOCOL)
        self.protocol = self.recount.protocol
        windows = self.protocol["window"]
        # At equal distance the first is taken: people stand in the order of their pseudonyms.
        clients = sorted(self.recount.frame, key=self.recount.pseudonym)
        self.everybody = [self._of(recount.Person(self.recount, c), windows) for c in clients]
        self.programme = [p for p in self.everybody if p["treated"]]
        self.compared = [
            p
            for p in self.everybody
            if p["who"].certain and all(p[w]["seen"] for w in (EARLIER, AFTER, LATER))
        ]
        self.by_statsmodels = plain.logits_of(self.compared)
        # One year older and one year younger are as far: rounding decides, so the score is taken
        # as it was fitted, once it is shown to be the same.
        self.logits = np.log(score / (1 - score))
        on_grid = np.rint(self.logits * 2.0**30) / 2.0**30  # as distances are said to be taken
        self.sets = plain.matched(self.compared, on_grid, calipers=0.2, ratio=2)
        self.weights = plain.weights_of(self.compared, self.sets)

    def _of(self, who, windows):
        row = self.recount.persons[who.client]
        found = {w["name"]: who.window(w) for w in windows}
        months = recount.later(who.start, -12)
        return found | {
            "who": who,
            "treated": row["group"] == "programme",
            "age": plain.age_on(row["birth_date"], who.start),
            "sex": row["sex"],
            "area": row["area"],
            "events_before": len(who.events_between(months, who.start)),
        }

    def whole(self):
        """People of the programme whose whole record is known."""
        return [p for p in self.programme if p["who"].certain and not p["who"].custody_uncertain]

    def rows(self, first, second, who=None):
        return [
            (
                p[first]["events"],
                p[first]["at_liberty"],
                p[second]["events"],
                p[second]["at_liberty"],
            )
            for p in (self.whole() if who is None else who)
        ]


@pytest.fixture(scope="module")
def ran():
    """The results, and the score that people were matched by."""
    kept = {}

    def prepare(*args, **more):
        kept["ready"] = people_design.prepare(*args, **more)
        return kept["ready"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "prepare", prepare)
        results = study.evaluate(PROTOCOL).results
    return results, kept["ready"].design.score


@pytest.fixture(scope="module")
def again(ran):
    return Again(ran[1])


@pytest.fixture(scope="module")
def results(ran):
    return ran[0]


@pytest.fixture(scope="module")
def release(results):
    return protect_results(results, protect=True, suppress_below=5)


def rows_of(results, name):
    return {(r.group, r.label): r.estimate for r in results.estimates[name].rows}


def had(window):
    return lambda person: person[window]["events"] > 0


def number(window):
    return lambda person: person[window]["events"]


# --------------------------------------------------------------------- before against after


def test_events_and_days_at_liberty_in_each_window(results, again):
    for (_, window), estimate in rows_of(results, "rates_by_window").items():
        own = [p[window] for p in again.whole() if p[window]["at_liberty"] > 0]
        assert estimate.events == sum(w["events"] for w in own)
        assert estimate.base == pytest.approx(sum(w["at_liberty"] for w in own) / plain.YEAR)
        assert estimate.persons == len(own)


def test_the_observed_the_expected_and_the_adjusted_ratio(results, again):
    rows = again.rows(BEFORE, AFTER)
    found = results.estimates["regression_to_mean"]
    observed = plain.rate_ratio(rows)
    expected = plain.expected_after(rows, M, K)
    kept = [row for row in rows if row[1] > 0 and row[3] > 0]
    x, before, y, after = (sum(column) for column in zip(*kept, strict=True))
    assert found["observed"].value == pytest.approx(observed)
    assert found["observed over expected"].value == pytest.approx(y / expected)
    assert found["observed over expected"].base == pytest.approx(expected)
    assert found["expected with no effect"].value == pytest.approx(expected / after / (x / before))


def test_the_limits_of_the_adjusted_ratio_are_from_how_people_differ(results, again):
    """exp(log ratio -+ t s), s from each person's events less what was expected of them."""
    rows = [row for row in again.rows(BEFORE, AFTER) if row[1] > 0 and row[3] > 0]
    expected = [plain.expected_after([row], M, K) for row in rows]
    events = [row[2] for row in rows]
    value = sum(events) / sum(expected)
    low, high, _ = recount.person_limits(value, recount.influence(events, expected), 0.95)
    found = results.estimates["regression_to_mean"]["observed over expected"]
    assert tuple(found.interval) == pytest.approx((low, high), rel=1e-6)


def test_what_the_numbers_of_the_source_would_leave_had_they_been_others(results, again):
    rows = again.rows(BEFORE, AFTER)
    events = sum(row[2] for row in rows if row[1] > 0 and row[3] > 0)
    table = results.tables["regression_grid"]
    shapes = [K * f for f in (0.5, 0.75, 1.0, 1.5, 2.0)]
    for row in table.rows:
        printed = [str(cell).split(" ")[0] for key, cell in row.items() if key != "m"]
        wanted = [
            f"{events / plain.expected_after(rows, float(row['m']), shape):.2f}" for shape in shapes
        ]
        assert printed == wanted


def test_the_earlier_window(results, again):
    found = results.estimates["earlier_window"]
    assert found["after over earlier"].value == pytest.approx(
        plain.rate_ratio(again.rows(EARLIER, AFTER))
    )
    assert found["before over earlier"].value == pytest.approx(
        plain.rate_ratio(again.rows(EARLIER, BEFORE))
    )


def test_who_fell_and_who_rose(results, again):
    rates = [(x / a, y / b) for x, a, y, b in again.rows(BEFORE, AFTER) if a > 0 and b > 0]
    table = {row["what"]: row for row in results.tables["distribution_of_change"].rows}
    for what, count in (
        ("People who fell", sum(b < a for a, b in rates)),
        ("People who rose", sum(b > a for a, b in rates)),
        ("People who stayed the same", sum(b == a for a, b in rates)),
    ):
        assert table[what]["people"] == count
        assert table[what]["observed"] == pytest.approx(count / len(rates))


def test_every_model_of_the_change_is_of_the_same_counts(results, again):
    rows = [row for row in again.rows(BEFORE, AFTER) if row[1] > 0 and row[3] > 0]
    observed = plain.rate_ratio(rows)
    for row in results.estimates["before_after_models"].rows:
        assert row.estimate.events == sum(r[2] for r in rows)
        assert row.estimate.reference_events == sum(r[0] for r in rows)
        assert row.estimate.value == pytest.approx(observed, rel=0.01)


def test_the_exact_limits_are_those_of_a_binomial(results, again):
    """Given all events, those after are binomial with share r t1 / (r t1 + t0)."""
    rows = [row for row in again.rows(BEFORE, AFTER) if row[1] > 0 and row[3] > 0]
    x, before, y, after = (sum(column) for column in zip(*rows, strict=True))
    low, high = recount.clopper_pearson(y, x + y, 0.95)
    wanted = [p / (1 - p) * before / after for p in (low, high)]
    found = results.estimates["before_after_models"]["exact, if events were independent"]
    assert tuple(found.interval) == pytest.approx(wanted, rel=1e-6)


# --------------------------------------------------------------------------- other people


def test_who_is_compared(results, again):
    first, other = results.tables["comparison_people"].rows
    for row, treated in ((first, True), (other, False)):
        group = [p for p in again.everybody if p["treated"] == treated]
        known = [p for p in again.compared if p["treated"] == treated]
        own = np.array([p["treated"] == treated for p in again.compared])
        weights = again.weights[own]
        assert (row["asked"], row["known"]) == (len(group), len(known))
        assert row["unknown"] == len(group) - len(known)
        assert row["used"] == int((weights > 0).sum())
        assert row["worth"] == pytest.approx(plain.kish(weights))


def test_the_score_is_that_of_a_logistic_regression(again):
    assert again.logits == pytest.approx(again.by_statsmodels, abs=1e-9)


def test_balance(results, again):
    table = {row["covariate"]: row for row in results.tables["balance"].rows}
    makers = {"age": lambda p: p["age"], "events before": lambda p: p["events_before"]}
    for key in ("sex", "area"):
        for level in {p[key] for p in again.compared}:
            makers[f"{key}: {level}"] = lambda p, key=key, level=level: p[key] == level
    assert set(table) == set(makers)
    for name, value in makers.items():
        before, after = plain.standardised(again.compared, again.weights, value)
        assert table[name]["difference"] == pytest.approx(before)
        assert table[name]["difference_after"] == pytest.approx(after, abs=1e-9)
        if ":" in name:
            assert table[name]["treated"] == sum(value(p) for p in again.compared if p["treated"])


@pytest.mark.parametrize("window", [AFTER, LATER])
def test_the_difference_between_matched_people(results, again, window):
    found = rows_of(results, "effects")[window, "made comparable, as the protocol says"]
    first, other = plain.means(again.compared, again.weights, had(window))
    apart, error, parts = plain.of_sets(again.compared, again.sets, had(window))
    assert found.value == pytest.approx(first - other)
    assert found.value == pytest.approx(apart)
    half = stats.t.ppf(0.975, _df(parts)) * error
    assert tuple(found.interval) == pytest.approx((apart - half, apart + half), rel=1e-6)
    used = [p for p, w in zip(again.compared, again.weights, strict=True) if w > 0]
    counts = [[had(window)(p) for p in used if p["treated"] == side] for side in (True, False)]
    assert (found.events, found.base) == (sum(counts[0]), len(counts[0]))
    assert (found.reference_events, found.reference_base) == (sum(counts[1]), len(counts[1]))


@pytest.mark.parametrize("window", [AFTER, LATER])
def test_the_ratio_of_counts_between_matched_people(results, again, window):
    (found,) = (e for (w, _), e in rows_of(results, "effects_on_counts").items() if w == window)
    log_ratio, error = plain.ratio_of_sets(again.compared, again.sets, number(window))
    assert found.value == pytest.approx(math.exp(log_ratio))
    low, high = (math.log(limit) for limit in found.interval)
    assert (low + high) / 2 == pytest.approx(log_ratio)
    # Student's t with fewer degrees of freedom than sets: a little more than the normal.
    assert 1.959 < (high - low) / 2 / error < 2.0


def _df(parts):
    """Satterthwaite's degrees of freedom of a sum of squares."""
    parts = parts[np.abs(parts) > 1e-15]
    n = len(parts)
    kurtosis = n * (parts**4).sum() / (parts**2).sum() ** 2
    return min(max(2 * n / (kurtosis - 1 + 2 / (n - 1)), 1), n - 1)


def test_the_groups_as_they_are(results, again):
    for window in (AFTER, LATER):
        found = rows_of(results, "effects")[window, "the groups as they are"]
        shares = [
            np.mean([had(window)(p) for p in again.compared if p["treated"] == side])
            for side in (True, False)
        ]
        assert found.value == pytest.approx(shares[0] - shares[1])


def test_the_doubly_robust_difference_is_near_the_weighted_one(results, again):
    """Odds of the score as weights, by hand; the outcome models move it a little."""
    odds = np.where([p["treated"] for p in again.compared], 1.0, np.exp(again.logits))
    for window in (AFTER, LATER):
        first, other = plain.means(again.compared, odds, had(window))
        label = "weights and an outcome model (doubly robust)"
        found = rows_of(results, "effects")[window, label]
        assert found.value == pytest.approx(first - other, abs=0.01)


def test_the_negative_control(results, again):
    found = rows_of(results, "negative_control")["", EARLIER]
    apart, error, parts = plain.of_sets(again.compared, again.sets, had(EARLIER))
    half = stats.t.ppf(0.975, _df(parts)) * error
    assert found.value == pytest.approx(apart)
    assert tuple(found.interval) == pytest.approx((apart - half, apart + half), rel=1e-6)


def test_e_values(results):
    ratios = {w: e for (w, _), e in rows_of(results, "effects_on_counts").items()}
    for row in results.tables["e_values"].rows:
        for key, ratio in (
            ("value", ratios[row["window"]].value),
            ("limit", ratios[row["window"]].interval.high),
        ):
            turned = 1 / ratio
            assert row[key] == pytest.approx(turned + math.sqrt(turned * (turned - 1)))


def test_people_whose_outcome_is_not_known(results, again):
    known = [[had(AFTER)(p) for p in again.compared if p["treated"] == s] for s in (True, False)]
    lost = [r["unknown"] for r in results.tables["comparison_people"].rows]
    cases = {row["case"]: row for row in results.tables["tipping"].rows}
    worst = cases["worst case for the group of interest"]
    assert (worst["with_event_1"], worst["with_event_0"]) == (lost[0], 0)
    n = [len(group) + missing for group, missing in zip(known, lost, strict=True)]
    apart = (sum(known[0]) + lost[0]) / n[0] - sum(known[1]) / n[1]
    assert worst["difference"] / 100 == pytest.approx(apart)


def test_the_lines_of_a_data_lab_report(results, again):
    for number_of, value, scale, decimals in ((1, had(AFTER), 100, 0), (2, number(AFTER), 1, 2)):
        (row,) = results.tables[f"data_lab_table_{number_of}"].rows
        both, limits = plain.welch(again.compared, again.weights, value)
        printed = [f"{scale * limit:.{decimals}f}" for limit in limits]
        assert row["difference"] == " to ".join(printed).replace("-", "−") or row[
            "difference"
        ] == " to ".join(printed)
        mean = f"{scale * both[0]:.{decimals}f}" + ("%" if number_of == 1 else "")
        assert row["treated_mean"] == mean
        assert row["measure"].endswith("(here by arrest)")


def test_the_design_does_not_depend_on_an_outcome(results, tmp_path):
    """With every arrest after the start of the others taken out, the lock is the same."""
    files = {p.name: p.read_bytes() for p in (ROOT / "synthetic/compared").iterdir()}
    lines = files["pnc_events.csv"].decode().splitlines()
    kept = [lines[0]] + [
        line for line in lines[1:] if not (",ARR," in line and re.search(r"/(2012|2013),", line))
    ]
    assert len(kept) < len(lines) - 500
    files["pnc_events.csv"] = ("\n".join(kept) + "\n").encode()
    other = evaluate(tmp_path, files=files)
    locks = [r.facts["other_people"]["sha256"] for r in (results, other)]
    assert locks[0] == locks[1]
    assert rows_of(other, "effects") != rows_of(results, "effects")


# -------------------------------------------------------------- areas, definitions, benchmark


def test_areas(results, again):
    changes = {}
    for row in results.tables["areas_changes"].rows:
        rows = again.rows(BEFORE, AFTER, [p for p in again.whole() if p["area"] == row["area"]])
        x, before, y, after = (sum(column) for column in zip(*rows, strict=True))
        assert (row["before"], row["after"]) == (x, y)
        assert row["change"] == pytest.approx((y / after) / (x / before) - 1)
        changes[row["area"]] = math.log((y / after) / (x / before))
    ratio, p_value, smallest = plain.permuted(changes, ["Ashford", "Brookham"])
    found = results.estimates["areas_compared"]["by permutation of areas"]
    assert (found.value, found.p_value) == pytest.approx((ratio, p_value))
    assert results.facts["areas"]["smallest_p"] == pytest.approx(smallest) == 0.1


def test_the_same_people_under_each_definition(results, again):
    table = {row["definition"]: row for row in results.tables["definitions_side_by_side"].rows}
    counts = {name: [] for name in table}
    for p in again.programme:
        who = p["who"]
        if not (who.certain and p[AFTER]["seen"]):
            continue
        window = next(w for w in again.protocol["window"] if w["name"] == AFTER)
        opens, closes = who.bounds(window)
        until = recount.later(closes, 6)
        events = again.recount.of("events", who.client)
        index = who.index_occasion(events)
        own = [e for n, e in enumerate(events) if n not in index]

        def inside(e, key, opens=opens, closes=closes):
            return e[key] is not None and opens <= e[key] < closes

        proven = [
            e
            for e in own
            if e["event_type"] in {"conviction", "caution"}
            and inside(e, "offence_date")
            and e["proof_date"] < until
        ]
        convicted = [e for e in proven if e["event_type"] == "conviction"]
        of = {kind: [e for e in own if e["event_type"] == kind] for kind in ("arrest", "charge")}
        counts["arrest"].append(sum(inside(e, "arrest_date") for e in of["arrest"]))
        counts["charge"].append(sum(inside(e, "offence_date") for e in of["charge"]))
        counts["conviction"].append(len(convicted))
        counts["proven reoffending"].append(len(proven))
        counts["reconviction event"].append(len({e["proof_date"] for e in convicted}))
        counts["conviction by date of proof"].append(
            sum(e["event_type"] == "conviction" and inside(e, "proof_date") for e in own)
        )
    for name, values in counts.items():
        row, with_event = table[name], sum(v > 0 for v in values)
        assert (row["people"], row["with_event"]) == (len(values), with_event)
        assert row["events"] == sum(values)
        assert (row["low"], row["high"]) == pytest.approx(
            recount.wilson(with_event, len(values), 0.95)
        )


def test_beside_a_published_rate_only_the_own_share_is_given(results, again):
    known = [p for p in again.programme if p["who"].certain and p[AFTER]["seen"]]
    (row,) = results.estimates["benchmarks"].rows
    assert (row.estimate.events, row.estimate.base) == (sum(map(had(AFTER), known)), len(known))
    differs = {r["what"] for r in results.tables["benchmark_definitions"].rows}
    assert "what counts as an event" in differs


def test_21_of_28_is_set_beside_the_national_rate_and_not_compared():
    found = study.evaluate(ROOT / "protocols/gwent-2013-14-benchmark.toml").results
    (row,) = found.estimates["benchmarks"].rows
    assert (row.estimate.events, row.estimate.base) == (7, 28)  # 21 of 28 had not been arrested
    said = make_statements(found)
    assert any("do not count the same event" in line for line in said.cannot_say)
    assert not any("better than" in line or "lower than" in line for line in said.can_say)


# ----------------------------------------------------------------------------- the truth


def test_the_truth_lies_inside_what_is_left_and_inside_the_matched_ratio(results):
    left = results.estimates["regression_to_mean"]["observed over expected"]
    assert TRUTH in left.interval
    assert results.facts["regression_to_mean"]["left"] == "less"
    for estimate in rows_of(results, "effects_on_counts").values():
        assert TRUTH in estimate.interval


def test_the_groups_as_they_are_understate_the_programme(results):
    """The others are older and would have offended less anyway."""
    found = rows_of(results, "effects")
    plainly = found[AFTER, "the groups as they are"].value
    assert found[AFTER, "made comparable, as the protocol says"].value < plainly < 0


@pytest.fixture(scope="module")
def null(tmp_path_factory):
    """The same programme with no effect at all."""
    text = changed(
        RECIPE, ("rate_ratio_during = 0.75", "rate_ratio_during = 1"),
        ("rate_ratio_after  = 0.75", "rate_ratio_after  = 1"),
    )  # fmt: skip
    recipe = parse_recipe(text)
    return evaluate(tmp_path_factory.mktemp("null"), files=raw_files(make_cohort(recipe), recipe))


def test_without_an_effect_one_lies_inside(null):
    left = null.estimates["regression_to_mean"]["observed over expected"]
    assert 1 in left.interval
    assert null.facts["regression_to_mean"]["left"] == "unclear"
    for estimate in rows_of(null, "effects_on_counts").values():
        assert 1 in estimate.interval
    for (_, label), estimate in rows_of(null, "effects").items():
        if label != "the groups as they are":
            assert 0 in estimate.interval


def test_without_an_effect_the_words_claim_none(null):
    said = make_statements(null)
    (left,) = [line for line in said.can_say if line.startswith("With no effect at all")]
    assert left.endswith("which may be no change at all.")
    assert not any("was lower among people in the programme" in line for line in said.can_say)


# -------------------------------------------------------------------------- the release copy

JUDGED = {"events", "persons", "reference_events"}


def small(results, threshold=5):
    """Return every count of people or events from 1 to one below *threshold*, with its place."""
    found = []
    for table in results.estimates.values():
        for row in table.rows:
            one = row.estimate
            counts = [one.events, one.reference_events, one.persons]
            if one.base_unit == "persons":
                counts += [one.base, one.reference_base]
            if one.quantity in {"share", "difference"}:
                counts += [one.base - one.events] if one.events is not None else []
                counts += (
                    [one.reference_base - one.reference_events]
                    if one.reference_events is not None
                    else []
                )
            found += [(table.name, row.label, c) for c in counts if c and 0 < c < threshold]
    for table in results.tables.values():
        for row in table.rows:
            found += [
                (table.name, column.key, row[column.key])
                for column in table.columns
                if column.kind in {"persons", "events"}
                and isinstance(row.get(column.key), int | float)
                and 0 < row[column.key] < threshold
            ]
    return found


def test_no_small_count_is_in_the_release_copy(results, release):
    assert small(results)  # three were not found
    assert small(release) == []


def test_no_small_count_is_in_the_words_of_the_release_copy(release):
    said = make_statements(release)
    texts = [said.headline, *said.can_say, *said.cannot_say, json.dumps(release.facts)]
    texts += [note for t in (*release.tables.values(), *release.estimates.values())
              for note in t.notes]  # fmt: skip
    counted = re.compile(
        r"(?<![\d,.])[1-4] (?:of [\d,]+ )?(?:people|persons|arrests|clients|rows)\b"
    )
    assert not [text for text in texts if counted.search(text)]


def test_the_target_trial_counts_nobody(release):
    cells = [str(cell) for row in release.tables["target_trial"].rows for cell in row.values()]
    assert not [cell for cell in cells if re.search(r"\b(196|342)\b", cell)]
    assert any("from 1 April 2010 to 30 April 2011, aged 18 or more" in cell for cell in cells)


def test_the_target_trial_counts_nobody_where_some_found_no_match(tmp_path):
    found = evaluate(tmp_path, ("ratio = 2\n", "ratio = 2\ncaliper = 0.002\n"))
    assert found.facts["other_people"]["estimand"] == "ATM"
    (row,) = (r for r in found.tables["target_trial"].rows if "effect" in str(r["data"]))
    assert str(row["data"]).endswith("and could be matched")


def test_what_a_note_says_of_all_areas_stands_in_no_row_of_theirs(results):
    table = results.estimates["areas_pooled"]
    assert not any(row.estimate.caveat for row in table.rows)
    assert "takes the areas to be of one kind" in " ".join(table.notes)


def test_tables_of_single_people_stay_at_home(results, release):
    for name in ("tipping", "balance_means", "data_lab_table_1", "data_lab_flow"):
        assert name in results.tables
        assert name not in release.tables


def test_balance_in_the_release_copy_is_in_whole_percent(release):
    for row in release.tables["balance"].rows:
        assert row["difference"] == round(row["difference"], 2)
        assert row["difference_after"] == round(row["difference_after"], 2)


def test_with_a_higher_threshold_levels_of_a_covariate_go_together(results):
    table = protect_results(results, protect=True, suppress_below=21).tables["balance"]
    hidden = {r["covariate"] for r in table.rows if r["difference"] == "withheld"}
    assert hidden == {f"area: {name}" for name in
                      ("Ashford", "Brookham", "Castle", "Dunmore", "Eastwick")}  # fmt: skip


def test_what_rests_on_withheld_events_goes_with_them(results):
    """With fewer than 600 for small, no ratio of counts may be read anywhere."""
    hidden = protect_results(results, protect=True, suppress_below=300)
    assert all(r.estimate.withheld for r in hidden.estimates["effects_on_counts"].rows)
    for name in ("e_values", "regression_grid", "distribution_of_change", "areas_changes"):
        cells = [
            cell
            for row in hidden.tables[name].rows
            for key, cell in row.items()
            if key not in {"window", "m", "what", "area"}
        ]
        assert set(cells) == {"withheld"}, name


def test_definitions_that_differ_by_a_few_people_are_not_both_shown(results):
    table = protect_results(results, protect=True, suppress_below=8).tables[
        "definitions_side_by_side"
    ]
    shown = {r["definition"] for r in table.rows if r["with_event"] != "withheld"}
    assert "conviction" in shown
    assert "proven reoffending" not in shown  # 86 and 80: six had cautions alone


def test_rows_of_one_period_that_differ_by_a_few_unmatched_people_are_not_both_shown(tmp_path):
    results = evaluate(tmp_path, ("ratio = 2", "caliper = 0.005"))
    first = rows_of(results, "effects")
    bases = {label: e.base for (w, label), e in first.items() if w == AFTER}
    lost = bases["the groups as they are"] - bases["made comparable, as the protocol says"]
    threshold = int(lost) + 1
    hidden = protect_results(results, protect=True, suppress_below=threshold)
    assert lost > 0
    assert all(
        r.estimate.withheld
        for r in hidden.estimates["effects"].rows
        if r.label in {"the groups as they are", "made comparable, as the protocol says"}
    )


# ------------------------------------------------------------------------ faults and options


def refused(results, part):
    return " ".join(results.facts.get("cannot_be_had", {}).get(part, ()))


def test_a_group_that_nobody_is_in_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(DesignError, match="nobody of the 800 people in the cohort has the value"):
        evaluate(tmp_path, ('treated = "programme"', 'treated = "the programme"'))


def test_a_comparison_that_nobody_is_in_leaves_the_rest_of_the_study(tmp_path):
    found = evaluate(tmp_path, ('comparison = "test alone"', 'comparison = "nothing"'))
    assert 'nobody has group = "nothing"' in refused(found, "other_people")
    assert "effects" not in found.estimates
    assert "regression_to_mean" in found.estimates
    assert "other_people" not in found.facts
    assert make_statements(found).cannot_say[0].startswith("That the programme caused what is left")


def test_a_programme_of_whom_nobody_was_found_has_each_comparison_refused(tmp_path):
    files = {p.name: p.read_bytes() for p in (ROOT / "synthetic/compared").iterdir()}
    book = openpyxl.load_workbook(BytesIO(files["caseload.xlsx"]))
    groups = [(a.value, b.value) for a, b in _cells(book["Clients"], "Client ref", "Group")]
    lines = [f"{ref},{'NO TRACE' if g == 'programme' else 'MATCHED'}" for ref, g in groups]
    files["pnc_matches.csv"] = "\n".join(["Client ref,Result", *lines]).encode("cp1252")
    found = evaluate(tmp_path, files=files)
    for part in ("regression_to_mean", "other_people", "areas", "benchmark", "definitions"):
        assert refused(found, part)
    said = make_statements(found)
    assert said.headline.startswith("Nobody could be followed")
    assert said.headline.endswith("The comparison with other people that was planned could not be "
                                  "made.")  # fmt: skip
    assert "Nobody outside it was followed" not in str(said)


def test_a_covariate_that_everybody_shares_is_refused_in_a_sentence(tmp_path):
    found = evaluate(
        tmp_path,
        ('main_drug = "Main drug" }', 'main_drug = "Main drug", referral = "Referred by" }'),
        ('"age", "sex", "events_before", "area"', '"age", "referral"'),
    )
    assert "has the same value of referral" in refused(found, "other_people")
    assert "effects" not in found.estimates
    assert "regression_to_mean" in found.estimates


def test_groups_that_a_covariate_tells_apart_wholly_cannot_be_compared(tmp_path):
    """Everybody in the programme goes by one drug, and nobody else does."""
    files = {p.name: p.read_bytes() for p in (ROOT / "synthetic/compared").iterdir()}
    files["caseload.xlsx"] = with_a_drug_of_their_own(files["caseload.xlsx"])
    found = evaluate(
        tmp_path,
        ('covariates = ["age", "sex", "events_before", "area"]',
         'covariates = ["age", "main_drug"]'),
        files=files,
    )  # fmt: skip
    said = refused(found, "other_people")
    assert said.startswith("making the groups comparable:")
    assert "effects" not in found.estimates
    assert "regression_to_mean" in found.estimates


def with_a_drug_of_their_own(content):
    book = openpyxl.load_workbook(BytesIO(content))
    groups = {}
    for row in _cells(book["Clients"], "Client ref", "Group"):
        groups[row[0].value] = row[1].value
    for ref, drug in _cells(book["Episodes"], "Client ref", "Main drug"):
        drug.value = "Heroin" if groups[ref.value] == "programme" else "Crack"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cells(sheet, *headings):
    places = [[cell.value for cell in sheet[3]].index(h) for h in headings]
    for row in sheet.iter_rows(min_row=4):
        yield [row[place] for place in places]


def test_one_area_of_a_kind_is_told_what_it_cannot_show(tmp_path):
    found = evaluate(tmp_path, ('intensive = ["Ashford", "Brookham"]', 'intensive = ["Ashford"]'))
    assert found.facts["areas"]["smallest_p"] == pytest.approx(0.2)
    assert any("0.2" in note for note in found.estimates["areas_compared"].notes)


def test_an_area_that_is_not_there_is_refused_alone(tmp_path):
    found = evaluate(tmp_path, ('intensive = ["Ashford", "Brookham"]', 'intensive = ["Ashton"]'))
    assert "not among the areas" in refused(found, "areas")
    assert "effects" in found.estimates


def test_entry_at_the_first_event_after_a_date(tmp_path):
    found = evaluate(tmp_path, ('"at_an_event" ', '"first_event_after_a_date" '))
    said = refused(found, "regression_to_mean")
    assert "regression_to_mean" in found.estimates or "ratio adjusted" in said
    assert "distribution_of_change" not in found.tables


def test_entry_by_a_count_that_people_did_not_have_is_refused(tmp_path):
    found = evaluate(tmp_path, ('"at_an_event" ', '"count"\ncount_at_least = 3 #'))
    assert "fewer than 3 events before" in refused(found, "regression_to_mean")
    assert "regression_to_mean" not in found.estimates


def test_people_not_selected_by_their_offending_have_no_fall_to_expect(tmp_path, results):
    found = evaluate(tmp_path, ('"at_an_event" ', '"not_by_offending" '))
    expected = [
        r.estimates["regression_to_mean"]["expected with no effect"].value for r in (found, results)
    ]
    assert expected[0] < expected[1]  # no event brought them in, so none stands unseen


NUMBERS = (
    "events_per_year = 0.9           # of all whom the gate could meet, not of those who entered\n"
    "shape = 1.2\n"
    'source = "synthetic/compared.toml, where the people were made; a real study takes a '
    'published source"'
)


REFERENCE = 'reference = "group"\nreference_value = "test alone"'


def test_a_reference_group_gives_both_numbers_with_their_own_error(tmp_path, results):
    """The others, had no event of theirs brought them in."""
    files = {p.name: p.read_bytes() for p in (ROOT / "synthetic/compared").iterdir()}
    head, *lines = files["pnc_events.csv"].decode().splitlines()
    others = {row[0].value for row in _cells(_sheet(files, "Clients"), "Client ref", "Group")
              if row[1].value == "test alone"}  # fmt: skip
    place = head.split(",").index("Client ref")
    kept = [x for x in lines if not (x.endswith(",Y") and x.split(",")[place] in others)]
    assert len(kept) == len(lines) - 587  # 13 were not found
    files["pnc_events.csv"] = ("\n".join([head, *kept]) + "\n").encode()
    found = evaluate(tmp_path, (NUMBERS, REFERENCE), files=files)
    widths = [
        math.log(r.estimates["regression_to_mean"]["observed over expected"].interval.high)
        - math.log(r.estimates["regression_to_mean"]["observed over expected"].interval.low)
        for r in (found, results)
    ]
    assert widths[0] > widths[1]
    assert "regression_grid" not in found.tables  # there is nothing from elsewhere to vary


def _sheet(files, name):
    return openpyxl.load_workbook(BytesIO(files["caseload.xlsx"]))[name]


@pytest.mark.parametrize("who", ["test alone", "programme"])
def test_people_whom_an_event_brought_in_are_no_reference(tmp_path, who):
    found = evaluate(tmp_path, (NUMBERS, REFERENCE.replace("test alone", who)))
    assert "regression_to_mean" not in found.estimates
    assert "distribution_of_change" not in found.tables
    (said,) = found.facts["cannot_be_had"]["regression_to_mean"]
    assert "were brought in by an event of their own" in said


def test_without_numbers_or_a_reference_nothing_is_taken_away_and_that_is_said(tmp_path):
    found = evaluate(tmp_path, (NUMBERS, ""))
    assert "regression_to_mean" not in found.estimates
    assert "not chosen for it" in refused(found, "regression_to_mean")
    assert "earlier_window" in found.estimates
    assert found.facts["regression_to_mean"]["left"] == ""


def test_a_reference_that_nobody_is_in_is_refused(tmp_path):
    found = evaluate(tmp_path, (NUMBERS, 'reference = "group"\nreference_value = "neither"'))
    assert "nobody whose record is whole" in refused(found, "regression_to_mean")


@pytest.mark.parametrize("method", ["radius", "att_weights", "ate_weights", "overlap", "entropy"])
def test_every_method_holds_the_truth_and_names_whom_it_speaks_for(tmp_path, method):
    found = evaluate(tmp_path, ('method = "nearest"\nratio = 2', f'method = "{method}"'))
    estimand = {"ate_weights": {"ATE"}, "overlap": {"ATO"}}.get(method, {"ATT", "ATM"})
    assert found.facts["other_people"]["estimand"] in estimand
    for estimate in rows_of(found, "effects_on_counts").values():
        assert TRUTH in estimate.interval
    assert ("data_lab_table_1" in found.tables) == (method not in {"ate_weights", "overlap"})
    labels = {label for _, label in rows_of(found, "effects")}
    assert ("weights and an outcome model (doubly robust)" in labels) == (method != "entropy")
    small_ones = small(protect_results(found, protect=True, suppress_below=5))
    assert small_ones == []


@pytest.mark.parametrize(
    "option", ['exact = ["sex", "area"]', "replacement = true", "ratio = 3", "caliper = 0.05"]
)
def test_options_of_matching(tmp_path, option):
    found = evaluate(tmp_path, ("ratio = 2", option))
    assert "effects" in found.estimates, refused(found, "other_people")
    if option.startswith("exact"):
        rows = {r["covariate"]: r["difference_after"] for r in found.tables["balance"].rows}
        assert all(abs(rows[n]) < 1e-9 for n in rows if n.startswith(("sex:", "area:")))


def test_without_a_negative_control_nothing_is_said_of_one(tmp_path):
    found = evaluate(tmp_path, (f'negative_control = "{EARLIER}"\n', ""))
    assert "negative_control" not in found.estimates
    assert found.facts["other_people"]["negative_control"] == ""


def test_a_window_that_nobody_could_be_followed_through_is_refused(tmp_path):
    late = ('closes = { at = "start", months = 24 }', 'closes = { at = "start", months = 60 }')
    with pytest.raises(ProtocolError, match="nobody can be followed to its end"):
        evaluate(tmp_path, late)


def test_proven_reoffending_has_the_sentences_of_a_data_lab_report(tmp_path):
    found = evaluate(
        tmp_path,
        ('measure = "arrest"', 'measure = "proven reoffending"\nwaiting_period_months = 6'),
    )
    kinds = {row["kind"] for row in found.tables["data_lab_sentences"].rows}
    assert kinds == {"You can say", "You cannot say"}
    assert "here by" not in found.tables["data_lab_table_1"].caption


# ------------------------------------------------------------------------ the sections of a page


@pytest.fixture
def shown(monkeypatch):
    """Return a function from results to the Markdown of the page's comparisons."""

    def read(results):
        said = []
        for module in (comparisons, display):
            monkeypatch.setattr(
                module, "show_markdown", lambda *parts: said.append("\n".join(parts))
            )
        Page(results).compared_with()
        return "\n".join(said)

    return read


def test_a_page_of_any_copy_can_be_shown(results, shown):
    whole = shown(results)
    for heading in (
        "## How much of the change would have come anyway",
        "## Compared with other people",
        "### A period that cannot differ",
        "### In the form of the Justice Data Lab",
        "## Areas compared",
        "## Beside a published rate",
        "## Under other definitions",
    ):
        assert heading in whole
    for threshold in (5, 21, 300):
        released = shown(protect_results(results, protect=True, suppress_below=threshold))
        assert "## Compared with other people" in released
        assert "Data Lab" not in released.partition("These data do not support")[0]


def test_a_part_that_is_refused_has_its_heading_and_its_reason(tmp_path, shown):
    found = evaluate(
        tmp_path, (NUMBERS, ""), ('comparison = "test alone"', 'comparison = "nothing"'),
        ('intensive = ["Ashford", "Brookham"]', 'intensive = ["Ashton"]'),
    )  # fmt: skip
    said = shown(found)
    first, _, rest = said.partition("## Compared with other people")
    assert "could not be worked out from these data" in first
    assert 'nobody has group = "nothing"' in rest
    assert "not among the areas" in rest.partition("## Areas compared")[2]


def test_an_area_that_is_hidden_takes_the_others_along(results):
    table = results.estimates["areas_pooled"]
    least = min(row.estimate.events for row in table.rows if row.estimate.events)
    hidden = protect_results(results, protect=True, suppress_below=int(least) + 1)
    assert all(row.estimate.withheld for row in hidden.estimates["areas_pooled"].rows)
    shown = protect_results(results, protect=True, suppress_below=5).estimates["areas_pooled"]
    assert not any(row.estimate.withheld for row in shown.rows)
