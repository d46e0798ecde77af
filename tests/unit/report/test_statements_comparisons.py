"""What comparisons support: the sentences follow the numbers, and claim no more than they show."""

from dataclasses import replace
from math import inf, nan

import pytest

from dipoutcomes.report import statements_comparisons as said_of
from dipoutcomes.report import words_comparisons as words
from dipoutcomes.results import (
    Column,
    Estimate,
    EstimateRow,
    EstimateTable,
    Interval,
    StudyResults,
    Table,
)

AFTER, LATER = "12 months after", "12 to 24 months after"
EARLIER = "24 to 12 months before"


def estimate(value, low, high, *, quantity="ratio", **more):
    given = {"events": 120, "base": 200.0, "base_unit": "persons"} | more
    return Estimate(
        measure="m", value=value, interval=Interval(low, high, 0.95, "test"), quantity=quantity,
        **given,
    )  # fmt: skip


def difference(value, low, high, **more):
    return estimate(value, low, high, quantity="difference", **more)


def table(name, *rows):
    return EstimateTable(
        name=name,
        caption=name,
        rows=tuple(EstimateRow(label=la, group=g, estimate=e) for g, la, e in rows),
    )


def fall(left, observed=None, expected=None):
    return table(
        "regression_to_mean",
        ("", "observed", observed or estimate(0.72, 0.6, 0.85)),
        ("", "expected with no effect", expected or estimate(0.9, 0.85, 0.95)),
        ("", "observed over expected", left),
    )


def effects(*rows):
    return table("effects", *((w, "made comparable, as the protocol says", e) for w, e in rows))


PEOPLE = {
    "treated": "programme",
    "comparison": "test alone",
    "treated_says": "case management",
    "comparison_says": "a test alone",
    "estimand": "ATT",
    "blind": True,
    "red": 0,
    "covariates": 9,
    "negative_control": EARLIER,
}


def results(*estimates, people=None, tables=(), **facts):
    known = {"events_noun": "arrests", "event_says": "arrested"} | facts
    if people is not None:
        known["other_people"] = PEOPLE | people
    return StudyResults(
        facts=known,
        estimates={t.name: t for t in estimates},
        tables={t.name: t for t in tables},
    )


# ----------------------------------------------------------------------- what is left of a fall


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [
        (0.6, 0.9, "fewer arrests than no effect would have left"),
        (1.1, 1.6, "more arrests than no effect would have left"),
        (0.6, 1.2, "which may be no change at all."),
        (0.6, 1.0, "which may be no change at all."),  # a limit at 1 has not left it out
    ],
)
def test_what_is_left_of_a_fall_follows_its_interval(low, high, ends):
    (line,) = said_of.can_say(results(fall(estimate((low + high) / 2, low, high))))
    assert ends in line
    assert "0.90 times" in line
    assert "0.72 times" in line
    if "no effect would have left" in ends:
        assert line.endswith("if the people came in as said and the numbers from elsewhere hold.")


@pytest.mark.parametrize(
    "hidden",
    [
        {"left": estimate(nan, nan, nan)},
        {"left": estimate(0.7, 0.6, 0.9).withhold("small")},
        {"left": estimate(0.7, 0.6, 0.9), "observed": estimate(0.7, 0.6, 0.8).withhold("small")},
        {"left": estimate(0.7, 0.6, 0.9), "expected": estimate(nan, 0.0, inf)},
    ],
)
def test_without_one_of_the_three_ratios_nothing_is_said_of_the_fall(hidden):
    assert said_of.can_say(results(fall(**hidden))) == []


def test_a_fall_beyond_what_no_effect_leaves_is_still_not_put_down_to_the_programme():
    (line,) = said_of.cannot_say(results(fall(estimate(0.7, 0.6, 0.8))))
    assert line.startswith("That the programme caused what is left of the change.")
    assert "Nobody outside it was followed" in line


def test_where_nothing_was_compared_regression_to_the_mean_is_named():
    assert said_of.cannot_say(results()) == [said_of.ALONE]
    assert "regression to the mean" in said_of.ALONE


@pytest.mark.parametrize(
    ("cells", "ends"),
    [
        (
            ("0.49 (0.43 to 0.56)", "1.53 (1.34 to 1.74)"),
            " The answer hangs on them: at half to twice their size, 0.49 to 1.53.",
        ),
        (
            ("0.49 (0.43 to 0.56)", "0.88 (0.77 to 1.01)"),
            "hangs on them: at half to twice their size, 0.49 to 0.88.",
        ),
        (
            ("0.49 (0.43 to 0.56)", "0.66 (0.57 to 0.75)"),
            "It does not hang on them: at half to twice their size, 0.49 to 0.66.",
        ),
        (("withheld", "withheld"), "the numbers from elsewhere hold."),
    ],
)
def test_what_is_left_of_a_fall_says_whether_it_hangs_on_numbers_from_elsewhere(cells, ends):
    columns = [Column(key=key, heading=key) for key in ("m", "k0", "k1")]
    grid = Table.of("regression_grid", "others", columns, [(0.9, *cells)])
    (line,) = said_of.can_say(results(fall(estimate(0.7, 0.6, 0.9)), tables=[grid]))
    assert line.endswith(ends)


# ------------------------------------------------------------------------------ other people


@pytest.mark.parametrize(("low", "high", "word"), [(-0.2, -0.01, "lower"), (0.01, 0.2, "higher")])
def test_a_difference_is_said_with_its_direction_and_without_a_sign(low, high, word):
    middle = (low + high) / 2
    found = results(effects((AFTER, difference(middle, low, high))), people={})
    (line,) = said_of.can_say(found)
    assert f"was {word} among people in the programme" in line
    assert "made like them in what is on record, by 1" in line  # "by 10.5 points", not "by -10.5"
    assert "95% confidence interval" in line


def test_an_interval_about_no_difference_is_no_finding_either_way():
    found = results(effects((AFTER, difference(-0.04, -0.13, 0.05))), people={})
    (line,) = said_of.can_say(found)
    assert "it may have been lower, or higher, or the same" in line
    assert "not evidence that the programme does nothing" in line


def test_each_period_has_its_sentence_and_only_the_analysis_of_the_protocol():
    second = ("as they are", difference(-0.3, -0.4, -0.2))
    rows = [
        (AFTER, "made comparable, as the protocol says", difference(-0.1, -0.2, -0.01)),
        (AFTER, *second),
        (LATER, "made comparable, as the protocol says", difference(-0.1, -0.2, -0.01)),
        (LATER, *second),
    ]
    lines = said_of.can_say(results(table("effects", *rows), people={}))
    assert len(lines) == 2
    assert AFTER in lines[0]
    assert LATER in lines[1]
    assert not any("30.0" in line for line in lines)


def test_a_withheld_effect_lets_no_number_out():
    hidden = difference(-0.1, -0.2, -0.01).withhold("small")
    assert said_of.can_say(results(effects((AFTER, hidden)), people={})) == []


def test_alike_in_what_is_on_record_is_not_alike():
    lines = said_of.cannot_say(results(people={}))
    assert lines[0].startswith("That the programme alone caused the difference")
    assert "not put into the groups by lot" in lines[0]
    assert len(lines) == 1


def test_groups_that_still_differ_on_record_are_not_called_alike():
    (line,) = said_of.cannot_say(results(people={"red": 2}))[1:]
    assert line.startswith("That the people compared are alike: 2 of the 9")


@pytest.mark.parametrize(("low", "high"), [(-0.2, -0.01), (0.01, 0.2)])
def test_a_negative_control_that_differs_takes_the_finding_away(low, high):
    control = table("negative_control", ("", EARLIER, difference((low + high) / 2, low, high)))
    lines = said_of.cannot_say(results(control, people={}))
    assert any(
        line.startswith("That any of the difference is the programme's") and EARLIER in line
        for line in lines
    )


def test_a_negative_control_that_may_not_differ_takes_nothing_away():
    control = table("negative_control", ("", EARLIER, difference(-0.02, -0.1, 0.06)))
    assert not any(
        "any of the difference" in x for x in said_of.cannot_say(results(control, people={}))
    )


@pytest.mark.parametrize(
    ("estimand", "words_of_it"),
    [
        ("ATM", "for whom nobody alike was found"),
        ("ATE", "everybody in both groups"),
        ("ATO", "could as well have been in either group"),
    ],
)
def test_whom_the_effect_does_not_speak_for_is_said(estimand, words_of_it):
    (line,) = said_of.cannot_say(results(people={"estimand": estimand}))[1:]
    assert words_of_it in line


def test_an_effect_on_the_treated_speaks_for_the_treated():
    assert len(said_of.cannot_say(results(people={"estimand": "ATT"}))) == 1


def family(*rows):
    columns = [Column(key=key, heading=key) for key in ("outcome", "holm")]
    return Table.of("family_of_outcomes", "one family", columns, rows)


@pytest.mark.parametrize(
    ("holm", "is_said"), [("0.054", True), ("0.05", True), ("0.049", False),
                          ("less than 0.001", False), ("withheld", False)],
)  # fmt: skip
def test_a_finding_that_the_other_outcomes_take_away_is_said_to_be_none(holm, is_said):
    found = results(
        effects((AFTER, difference(-0.1, -0.2, -0.01))),
        people={},
        tables=[
            family(
                (f"share with an event, {LATER}", "0.9"),
                (f"share with an event, {AFTER}", holm),
            )
        ],
    )
    for line in (*said_of.can_say(found), said_of.headline(found, AFTER)):
        assert ("which may be chance, with 2 outcomes compared" in line) is is_said


def test_events_per_person_stand_beside_the_share():
    counts = table("effects_on_counts", (AFTER, "arrests per person", estimate(0.72, 0.61, 0.86)))
    shares = effects((AFTER, difference(-0.04, -0.13, 0.05)))
    (line,) = said_of.can_say(results(shares, counts, people={}))
    assert line.endswith("Arrests per person were 0.72 times theirs (0.61 to 0.86).")
    level = table("effects_on_counts", (AFTER, "arrests per person", estimate(0.9, 0.7, 1.1)))
    (line,) = said_of.can_say(results(shares, level, people={}))
    assert line.endswith("(0.70 to 1.10), which may be no difference.")
    hidden = table(
        "effects_on_counts", (AFTER, "arrests per person", estimate(0.9, 0.7, 1.1).withhold("few"))
    )
    (line,) = said_of.can_say(results(shares, hidden, people={}))
    assert "per person" not in line


def test_people_who_still_differ_are_nowhere_called_made_alike():
    found = results(effects((AFTER, difference(-0.1, -0.2, -0.01))), people={"red": 2})
    lines = [*said_of.can_say(found), *said_of.cannot_say(found), said_of.headline(found, AFTER)]
    assert not any("made like them" in line or "were made alike" in line for line in lines)
    assert "who still differ from them in 2 of the 9 things on record" in lines[0]


# ------------------------------------------------------------------------------- page one


def test_the_headline_says_what_the_comparison_says_of_the_main_period():
    found = results(
        effects((AFTER, difference(-0.1, -0.2, -0.01)), (LATER, difference(-0.04, -0.13, 0.05))),
        people={},
    )
    later = said_of.headline(found, LATER)
    assert later.startswith("Whether that share was lower or higher than among others")
    assert "cannot be told" in later
    assert "-13.0 to +5.0 points" in later.replace("\u2212", "-")
    after = said_of.headline(found, AFTER)
    assert after.startswith("That share was lower than among others made like them")
    assert "by 10.0 points" in after
    first = said_of.headline(found, "another period")
    assert first.startswith(f"The share in the period “{AFTER}” was lower")


def test_the_headline_says_that_a_comparison_could_not_be_made():
    assert not said_of.headline(results(), AFTER)
    refused = results(cannot_be_had={"other_people": ["nobody found a match"]})
    assert "could not be made" in said_of.headline(refused, AFTER)
    (line,) = said_of.cannot_say(refused)
    assert "Nobody outside it was followed" not in line
    assert "these data could not give it" in line
    (line,) = said_of.cannot_say(
        replace(refused, estimates=results(fall(estimate(0.7, 0.6, 0.8))).estimates)
    )
    assert "comparison with people outside it could not be made" in line


def test_the_headline_gives_no_number_of_a_withheld_comparison():
    hidden = difference(-0.1, -0.2, -0.01).withhold("small")
    said = said_of.headline(results(effects((AFTER, hidden)), people={}), AFTER)
    assert said == "The comparison with other people rests on too few of them to be released."


# ------------------------------------------------------------------- areas and published rates

AREAS = {"areas": 5, "intensive": 2, "smallest_p": 0.1}


def test_areas_are_counted_and_not_their_people():
    contrast = table(
        "areas_compared",
        ("", "by permutation of areas", estimate(0.9, 0.0, inf, p_value=0.8)),
    )
    found = results(contrast, people={}, areas=AREAS)
    (line,) = said_of.can_say(found)
    assert "in 2 intensive areas changed by 0.90 times the change in the 3 others" in line
    assert "so few areas cannot tell any change from chance" in line
    assert "(smallest p-value possible 0.1; here 0.80)" in line
    for asked in (found, results(contrast, areas=AREAS)):  # with other people compared, or without
        assert any("there are 5 areas" in text for text in said_of.cannot_say(asked))


@pytest.mark.parametrize(
    ("p", "words_of_it"), [(0.3, "that may be chance"), (0.01, "chance alone would seldom")]
)
def test_where_areas_could_tell_their_p_value_decides(p, words_of_it):
    contrast = table(
        "areas_compared", ("", "by permutation of areas", estimate(0.9, 0.8, 1.1, p_value=p))
    )
    (line,) = said_of.can_say(
        results(contrast, areas={"areas": 12, "intensive": 1, "smallest_p": 0.002})
    )
    assert "in 1 intensive area changed" in line
    assert words_of_it in line
    assert "cannot tell" not in line


def test_a_rate_that_counts_another_event_is_not_held_against():
    benchmark = {"says": "offenders, 2008", "comparable": False}
    for people in (None, {}):
        lines = said_of.cannot_say(results(people=people, benchmarks=[benchmark]))
        assert any("better or worse than the rate of offenders, 2008" in line for line in lines)
    fit = results(benchmarks=[benchmark | {"comparable": True}])
    assert not said_of.beside_published(fit)


def test_the_headline_holds_nothing_against_a_rate_that_counts_another_event():
    one = {"says": "offenders, 2008", "comparable": False}
    said = said_of.benchmark_headline(results(benchmarks=[one]))
    assert said.startswith("Whether that is better or worse than the rate of offenders, 2008")
    several = said_of.benchmark_headline(results(benchmarks=[one, one]))
    assert "the 2 published rates cannot be said" in several
    assert not said_of.benchmark_headline(results(benchmarks=[one | {"comparable": True}]))
    assert not said_of.benchmark_headline(results())


# ----------------------------------------------------------------------------------- words


def test_the_paragraph_on_balance_follows_how_many_differ():
    def said(red):
        return words.balance({"other_people": PEOPLE | {"red": red}})

    assert "Afterwards nothing differs" in said(0)
    assert "1 of the 9 still differs by" in said(1)
    assert "3 of the 9 still differ by" in said(3)


def test_a_design_changed_after_outcomes_were_seen_is_not_called_blind():
    blind = words.other_people({"other_people": PEOPLE})
    seen = words.other_people({"other_people": PEOPLE | {"blind": False}})
    assert "before any outcome of theirs could be seen" in blind
    assert "were made alike," in blind
    unlike = words.other_people({"other_people": PEOPLE | {"red": 2}})
    assert "made as alike as it went" in unlike
    assert "were made alike," not in unlike
    assert "before any outcome" not in seen
    assert "changed after outcomes had been seen" in seen


@pytest.mark.parametrize("entry", list(words.ENTRY_SAYS))
def test_each_way_in_has_words_of_its_own(entry):
    facts = {"regression_to_mean": {"entry": entry}, "events_noun": "arrests"}
    known = words.regression_to_mean(facts)
    unknown = words.regression_to_mean_unknown(facts)
    assert "arrests" in known
    assert "The table has" in known
    assert "The table has" not in unknown
    assert "says nothing of the programme" in unknown
    others = {words.ENTRY_SAYS[name] for name in words.ENTRY_SAYS if name != entry}
    assert words.ENTRY_SAYS[entry] not in others


def test_no_distance_is_given_from_a_rate_that_counts_something_else():
    one = {
        "says": "offenders", "source": "Hansard", "share": 0.61, "people": 20934,
        "event": "conviction", "months": 12, "comparable": False,
    }  # fmt: skip
    said = words.benchmark({"benchmarks": [one]})
    assert "61% of 20,934 had a conviction within 12 months" in said
    assert "none is given" in said
    assert "none is given" not in words.benchmark({"benchmarks": [one | {"comparable": True}]})


def test_where_the_smallest_p_value_is_large_it_is_printed():
    assert "is 0.1." in words.areas({"areas": AREAS})


def test_the_tables_of_a_copy_do_not_change_what_is_said_of_causes():
    found = results(fall(estimate(0.7, 0.6, 0.8)))
    assert said_of.cannot_say(replace(found, copy="release")) == said_of.cannot_say(found)
