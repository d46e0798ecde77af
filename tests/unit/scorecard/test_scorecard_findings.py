"""Each kind of finding on a scorecard of a few lines, beside the like that has none."""

from datetime import date

import pytest

from dipoutcomes.scorecard.audit import KINDS, audit_scorecard, scorecard_from
from dipoutcomes.scorecard.audit.checks.dates import add_months, months_between, whole_months


def audit(*lines, mean=(), claim=(), window=(), **head):
    raw = {
        "scorecard": {"title": "made up", "rounding": "half_up"} | head,
        "line": [{"id": name, "label": name} | dict(more) for name, more in lines],
    }
    more = {"mean": list(mean), "claim": list(claim), "window": list(window)}
    return audit_scorecard(scorecard_from(raw | {k: v for k, v in more.items() if v}))


def kinds(*lines, **more):
    return [finding.kind for finding in audit(*lines, **more).findings]


TOTAL = ("total", {"count": 200})


def line(name="part", **more):
    return name, more


def test_a_percentage_of_nobody():
    found = audit(("total", {"count": 0}), line(count=0, percent=100, of="total"))
    assert [f.kind for f in found.findings] == ["percentage"]
    assert "Of 0 there is no percentage" in str(found.findings[0])


def test_what_would_give_a_percentage_that_does_not_follow():
    found = audit(TOTAL, line(count=61, percent=29, of="total"), ("closures", {"count": 210}))
    said = str(found.findings[0])
    assert "61 of 200 is 30.50%, printed 31%" in said
    assert "29% would need a count of 57 to 58" in said
    assert "or a denominator of 207 to 214" in said
    assert "'closures' (210); that proves no connection" in said


def test_a_heading_that_names_another_base_is_told_from_a_wrong_figure():
    lines = (TOTAL, ("other", {"count": 90}))
    under_other = {"of": "other", "part_of": "total"}
    right = (line("a", count=50, percent=25, **under_other),
             line("b", count=150, percent=75, **under_other))  # fmt: skip
    assert kinds(*lines, *right) == ["other_base"]
    wrong = (right[0], line("b", count=150, percent=70, **under_other))
    assert kinds(*lines, *wrong) == ["percentage", "percentage"]
    assert kinds(*lines, line("a", count=50, percent=25, part_of="total"),
                 line("b", count=150, percent=75, of="total", part_of="total")) == []  # fmt: skip


def test_one_blank_base_cannot_serve_two():
    hanging = [line(f"p{k}", count=c, percent=p, of="blank")
               for k, (c, p) in enumerate([(61, 29), (65, 31), (97, 46), (50, 60)])]  # fmt: skip
    found = audit(("blank", {}), *hanging)
    assert [f.kind for f in found.findings] == ["no_base_fits"]
    assert "all but 'p3' 50 (60%) have 209 to 213, and that one 83 to 84" in str(found.findings[0])
    assert kinds(("blank", {}), *hanging[:3]) == ["blank_base"]


def test_the_parts_of_a_blank_base_show_which_percentage_is_wrong():
    bands = [line(f"p{k}", count=c, percent=p, of="blank", part_of="blank")
             for k, (c, p) in enumerate([(97, 46), (16, 8), (97, 40)])]  # fmt: skip
    found = audit(("blank", {}), *bands)
    assert [f.kind for f in found.findings] == ["percentage", "blank_base"]
    assert "97 of 210 is 46.19%" in str(found.findings[0])
    assert "add up to 210, which is none of them" in str(found.findings[1])


def test_two_splits_of_a_blank_total_must_agree():
    one = [line(f"a{k}", count=10, part_of="blank", group="sex") for k in range(2)]
    two = [line(f"b{k}", count=11, part_of="blank", group="age") for k in range(2)]
    assert "total" in kinds(("blank", {}), *one, *two)
    assert kinds(("blank", {}), *one) == ["blank_row"]


def test_no_whole_number_gives_the_percentage():
    assert kinds(("n", {"count": 28}), line(percent=34, of="n")) == ["whole_number"]
    assert kinds(("n", {"count": 28}), line(percent=36, of="n")) == []


@pytest.mark.parametrize(
    ("first", "second", "parts", "found"),
    [
        (120, 80, "all", []),
        (120, 90, "all", ["total"]),
        (120, 70, "all", ["total"]),
        (120, 70, "some", []),
        (120, 90, "some", ["total"]),
        (120, 70, "expected", ["unstated_outcome"]),
        (120, 80, "expected", []),
        (120, 90, "overlapping", []),
        (120, 201, "overlapping", ["over_total"]),
    ],
)
def test_parts_and_their_total(first, second, parts, found):
    lines = [line(f"p{k}", count=c, part_of="total", parts=parts)
             for k, c in enumerate((first, second))]  # fmt: skip
    assert kinds(TOTAL, *lines) == found


def test_a_blank_among_the_parts_leaves_room_and_no_more():
    more = {"part_of": "total"}
    assert kinds(TOTAL, line("a", count=150, **more), line("b", **more)) == ["blank_row"]
    assert "total" in kinds(TOTAL, line("a", count=201, **more), line("b", **more))


@pytest.mark.parametrize(
    ("shown", "found"),
    [((33, 33, 33), []), ((33, 34, 34), []), ((34, 34, 34), ["percent_sum"]),
     ((32, 33, 33), ["percent_sum"])],
)  # fmt: skip
def test_percentages_without_counts_add_up_as_far_as_rounding_allows(shown, found):
    lines = [line(f"p{k}", percent=p, of="total", part_of="total") for k, p in enumerate(shown)]
    assert kinds(("total", {"count": 3_000}), *lines) == found


@pytest.mark.parametrize(
    ("rule", "shown", "found"),
    [
        ("half_up", (50, 51), []),  # 49.5 and 50.5
        ("half_up", (49, 50), ["percent_sum"]),  # below 49.5 and below 50.5
        ("half_even", (50, 51), ["percent_sum"]),  # from 49.5 and above 50.5
        ("truncated", (49, 50), []),
        ("truncated", (49, 49), ["percent_sum"]),  # below 50 and below 50
        ("truncated", (50, 50), []),
        ("truncated", (50, 51), ["percent_sum"]),
    ],
)
def test_percentages_add_up_to_the_last_tie(rule, shown, found):
    lines = [line(f"p{k}", percent=p, of="total", part_of="total") for k, p in enumerate(shown)]
    assert kinds(("total", {"count": 3_000}), *lines, rounding=rule) == found


def test_percentages_of_a_part_add_up_to_the_percentage_of_the_part():
    whole = ("total", {"count": 3_000}), line("done", count=870, percent=29, of="total")
    parts = {"of": "total", "part_of": "done"}
    fine = [line(f"p{k}", percent=p, **parts) for k, p in enumerate((23, 1, 5))]
    assert kinds(*whole, *fine) == []
    assert kinds(*whole, *fine[:2], line("p2", percent=9, **parts)) == ["percent_sum"]


def test_more_than_the_whole():
    assert kinds(TOTAL, line(count=201, of="total")) == ["over_total"]
    assert kinds(TOTAL, line(count=201, within="total")) == ["over_total"]
    # Openly a ratio: 1.5 outcomes a person is no share, and is not taken for one.
    assert kinds(TOTAL, line(count=300, percent=150, of="total")) == []
    assert kinds(("total", {"count": 200, "unit": "people"}),
                 line(count=300, of="total", unit="outcomes")) == []  # fmt: skip


def test_mentions_and_the_people_who_made_them():
    people = ("people", {"count": 100})
    drugs = {"people": "people", "most_per_person": 3}
    assert kinds(people, line("drugs", count=300, **drugs)) == []
    found = audit(people, line("drugs", count=301, **drugs))
    assert "301 need 101 at least" in str(found.findings[0])
    one = line("one", count=101, part_of="drugs", parts="some")
    assert kinds(people, line("drugs", count=300, **drugs), one) == ["mentions"]


def test_labels_of_open_bands_narrow():
    def bands(*counts):
        return [line(f"w{k}", label=f"Retained {weeks} weeks or {word}", count=count, of="total")
                for k, (weeks, word, count) in enumerate(zip((12, 24, 36), ("more", "longer",
                "over"), counts, strict=True))]  # fmt: skip

    assert kinds(TOTAL, *bands(90, 60, 60)) == []
    assert kinds(TOTAL, *bands(90, 60, 61)) == ["threshold"]
    # Weeks and months are not compared, nor bands of different people.
    other = line("m", label="Retained 3 months or more", count=99, of="total")
    assert kinds(TOTAL, *bands(90, 60, 10), other) == []


def test_labels_that_say_something_else_are_not_compared():
    waited = line("a", label="Waited 3 weeks or more", count=10)
    kept = line("b", label="Retained 12 weeks or more", count=90)
    assert kinds(waited, kept) == []
    convicted = [line(f"c{k}", label=f"{k} or more convictions", count=c)
                 for k, c in ((2, 40), (5, 50))]  # fmt: skip
    assert kinds(*convicted) == ["threshold"]
    declared = [line(f"d{k}", label=word, at_least=k, count=c)
                for k, word, c in ((2, "a few", 40), (5, "many", 50))]  # fmt: skip
    assert kinds(*declared) == ["threshold"]


def test_a_missing_percentage_is_worked_out_where_it_can_be():
    found = audit(TOTAL, line(count=50, of="total", percent_missing="TBA"))
    assert "50 of 200 is 25.0%." in str(found.findings[0])


def test_what_the_definition_rules_out():
    assert kinds(line(count=9, zero_because="alcohol is left out")) == ["by_definition"]
    assert kinds(line(count=0, zero_because="alcohol is left out")) == []


def test_one_number_under_several_names_is_a_question_and_no_fault():
    pathway = (line("plans", count=165), line("engaged", count=165, percent=100, of="plans"))
    found = audit(*pathway)
    assert [(f.kind, f.severity) for f in found.findings] == [("same_number", "question")]
    assert kinds(line("a", count=7), line("b", count=7)) == []  # no percentage ties them


def test_one_description_and_two_numbers():
    same = {"described_as": "prescribed clients"}
    assert kinds(line("a", count=79, **same), line("b", count=60, **same)) == ["alike"]
    assert kinds(line("a", count=79, **same), line("b", count=79, **same)) == []


def test_two_units_in_one_row():
    assert kinds(line(count=53, unit="tests", definition_unit="people")) == ["units_differ"]
    assert kinds(line(count=53, unit="tests", definition_unit="tests")) == []
    total = ("total", {"count": 200, "unit": "people"})
    tests = {"count": 50, "percent": 25, "of": "total"}
    assert kinds(total, line(unit="tests", **tests)) == ["units_differ"]
    assert kinds(total, line(unit="people", **tests)) == []


def test_blanks_are_missing():
    assert kinds(line("a"), line("b", count=3, percent_missing="TBA")) == ["blank_row"] * 2


def test_claims_about_more_than_was_counted():
    sample = ("n", {"count": 28}), line("free", count=21, percent=75, of="n", unit="mentions")
    says = {"says": "Three quarters are free.", "line": "free"}
    assert kinds(*sample, claim=[says]) == []
    assert kinds(*sample, claim=[says | {"population": "everybody"}]) == ["population"]
    assert kinds(*sample, claim=[says | {"about": "people"}]) == ["claim_unit"]
    assert kinds(*sample, claim=[says | {"about": "mentions"}]) == []


@pytest.mark.parametrize(
    ("count", "of", "found"),
    [(4, 7, ["majority"]), (6, 7, ["majority"]), (7, 7, []), (61, 100, []), (3, 7, ["majority"])],
)
def test_a_majority_needs_more_than_a_few(count, of, found):
    # 6 of 7: the exact interval begins at 42%.
    lines = ("n", {"count": of}), line("most", count=count, of="n", sample=True)
    claim = {"says": "most", "kind": "majority", "line": "most"}
    assert kinds(*lines, claim=[claim]) == found


def test_a_majority_of_everybody_is_a_fact_and_half_is_none():
    claim = {"says": "most", "kind": "majority", "line": "most"}
    n = ("n", {"count": 8})
    assert kinds(n, line("most", count=5, of="n"), claim=[claim]) == []
    assert kinds(n, line("most", count=4, of="n"), claim=[claim]) == ["majority"]


def test_a_change_needs_its_counts():
    assert kinds(TOTAL, claim=[{"says": "+15%", "kind": "change"}]) == ["change"]
    risen = {"says": "+15%", "kind": "change", "line": "total", "earlier": 174}
    assert kinds(TOTAL, claim=[risen | {"change_percent": 15}]) == []
    found = audit(TOTAL, claim=[risen | {"change_percent": 16}])
    assert [f.kind for f in found.findings] == ["change_percent"]
    assert "From 174 to 200 is a rise of 14.9%." in str(found.findings[0])


def test_one_outcome_of_several_bases():
    lines = (TOTAL, ("n", {"count": 28}), line("a", count=50, percent=25, of="total", topic="free"))
    other = line("b", count=21, percent=75, of="n", topic="free")
    assert kinds(*lines, other) == ["several_bases"]
    assert kinds(*lines, line("b", count=21, percent=11, of="total", topic="free")) == []


def test_windows_that_cannot_have_passed():
    half_year = {"period_from": date(2013, 10, 1), "period_to": date(2014, 3, 31)}
    window = {"name": "12+ months", "opens_months": 12}
    filled = line(count=3, window="12+ months")
    head = half_year | {"published": date(2014, 8, 18)}
    assert kinds(filled, window=[window], **head) == ["window_dates"]
    assert kinds(filled, window=[window], **(head | {"published": date(2014, 10, 1)})) == []
    proven = window | {"proof_months": 6}
    assert kinds(filled, window=[proven], **(head | {"published": date(2015, 3, 31)})) == [
        "window_dates"
    ]
    assert kinds(line(count=3), window=[window | {"opens_months": 3}], **head) == ["window_empty"]
    assert kinds(TOTAL, title_covers_months=12, **half_year) == ["part_of_period"]
    assert kinds(TOTAL, title_covers_months=6, **half_year) == []


def test_months_are_calendar_months():
    assert add_months(date(2013, 8, 31), 6) == date(2014, 2, 28)
    assert whole_months(date(2013, 10, 1), date(2014, 4, 1)) == 6
    assert months_between(date(2013, 10, 1), date(2014, 8, 18)) == pytest.approx(10 + 17 / 31)
    assert months_between(date(2014, 3, 31), date(2014, 8, 18)) == pytest.approx(4 + 18 / 31)
    assert months_between(date(2014, 8, 18), date(2014, 3, 31)) < 0


def test_means_and_rates():
    # Home Office, drug-misusing offenders of 2008: 54,462 offences of 20,934 people, "260.1".
    rate = {"id": "rate", "label": "Offences per 100", "printed": "260.1", "of": 20_934,
            "total": 54_462, "per": 100}  # fmt: skip
    found = audit(TOTAL, mean=[rate])
    assert [f.kind for f in found.findings] == ["mean"]
    assert "260.161 per 100, which is 260.1 if cut off without rounding" in str(found.findings[0])
    assert kinds(TOTAL, mean=[rate], rounding="truncated") == []
    assert kinds(TOTAL, mean=[rate | {"printed": "260.2"}]) == []
    grim = {"id": "mean", "label": "Mean age", "printed": "5.19", "of": 28}
    found = audit(TOTAL, mean=[grim])
    assert "the nearest are 5.1786 and 5.2143" in str(found.findings[0])
    assert kinds(TOTAL, mean=[grim | {"printed": "5.18"}]) == []
    assert kinds(TOTAL, mean=[grim | {"items": 100}]) == []  # a finer grain holds it


def test_the_rule_of_rounding_is_found_or_declared():
    cut = [line(f"p{k}", count=c, percent=100 * c // 200, of="total")
           for k, c in enumerate((33, 51, 177))]  # fmt: skip
    assert "percentage" in kinds(TOTAL, *cut)  # declared half up
    free = audit(TOTAL, *cut, rounding=None)
    assert free.judgement.rules == ("truncated",)
    assert not free.findings
    assert "cut off without rounding" in free.rounding


def test_where_rules_tie_none_is_said_to_be_that_of_the_others():
    two = (
        line("a", count=167, percent=55, of="whole"),
        line("b", count=79, percent=25, of="whole"),
    )
    found = audit(("whole", {"count": 306}), *two, rounding=None)
    assert "no one rule gives every figure" in found.rounding
    said = str(found.findings[0])
    assert "as the other figures are" not in said
    assert "cut off without rounding it would be as printed" in said


def test_every_kind_is_found_somewhere_in_these_tests():
    from pathlib import Path

    text = Path(__file__).read_text(encoding="utf-8")
    text += (Path(__file__).parent / "test_scorecard_gwent.py").read_text(encoding="utf-8")
    assert not {kind for kind in KINDS if f'"{kind}"' not in text}
