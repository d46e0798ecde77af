"""The Maryland scale: graded examples, and statements that never outrun the grade."""

import pytest

from dipoutcomes.comparison.design_grade import (
    GRADES,
    KINDS,
    NESTA,
    DesignFeatures,
    design_grade,
    design_grades_table,
)

ALIKE = {"baseline_measured": True, "balanced": True}


@pytest.mark.parametrize(
    ("features", "grade"),
    [
        ({"kind": "after_only"}, 1),  # Gwent 2013/14: 21 of 28 not arrested since
        ({"kind": "benchmark"}, 1),
        ({"kind": "before_after"}, 2),  # Home Office 2007: volume of offending 26% lower
        ({"kind": "matched", **ALIKE}, 3),  # Justice Data Lab
        ({"kind": "matched", **ALIKE, "rich_covariates": True}, 4),
        ({"kind": "matched", **ALIKE, "rich_covariates": True, "kept_share": 0.3}, 3),
        ({"kind": "matched"}, 2),
        ({"kind": "rtm_adjusted", "reference_unselected": True}, 2),
        ({"kind": "interrupted_series", "months_before": 24, "months_after": 12}, 3),
        ({"kind": "interrupted_series", "months_before": 24, "months_after": 6}, 2),
        ({"kind": "areas_difference_in_differences", "areas": 2, "baseline_measured": True}, 2),
        ({"kind": "areas_difference_in_differences", "areas": 5, "baseline_measured": True}, 2),
            ({"kind": "areas_difference_in_differences", "areas": 8, "baseline_measured": True}, 3),
        (
            {
                "kind": "areas_difference_in_differences", "areas": 40, "baseline_measured": True,
                "pre_trends_shown": True,
            },
            4,
        ),
        ({"kind": "self_controlled_series"}, 2),
        ({"kind": "published_series"}, 1),  # Solihull: 654 to 320 people worked with
        ({"kind": "randomised"}, 5),
        ({"kind": "randomised", "kept_share": 0.7}, 4),
    ],
)  # fmt: skip
def test_grades(features, grade):
    assert design_grade(DesignFeatures(**features)).grade == grade


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_grade_reasons_and_statements_on_both_sides(kind):
    found = design_grade(DesignFeatures(kind=kind))
    assert found.grade in GRADES
    assert found.reasons
    assert found.can_say
    assert found.cannot_say
    assert not set(found.can_say) & set(found.cannot_say)
    assert "design alone" in str(found)
    assert f"grade {found.grade} of 5" in str(found)
    assert NESTA[found.grade] in str(found)


@pytest.mark.parametrize("kind", KINDS)
def test_no_design_below_three_supports_a_word_about_cause(kind):
    found = design_grade(DesignFeatures(kind=kind))
    if found.grade < 3:
        said = " ".join(found.can_say)
        assert "cause" not in said
        assert "reduced" not in said


def test_better_features_never_lower_a_grade():
    for row in design_grades_table().rows:
        assert 1 <= row["least"] <= row["most"] <= 5
    assert len(design_grades_table()) == len(KINDS)


def test_only_chance_supports_a_claim_of_cause_outright():
    said = {
        g: " ".join(design_grade(DesignFeatures(kind=k)).can_say) for g, k in ((5, "randomised"),)
    }
    assert "caused the difference" in said[5]
    four = design_grade(DesignFeatures(kind="matched", **ALIKE, rich_covariates=True))
    assert "unless something unmeasured" in " ".join(four.can_say)
    assert any("no match was found" in text for text in four.cannot_say)


def test_grade_shows_itself():
    found = design_grade(DesignFeatures(kind="before_after"))
    assert found.table.column("supported") == ["yes", "no", "no"]
    assert "before and after" in str(found).lower()
    assert found.to_dict()["grade"] == 2
    assert len(found.to_frame()) == 3
    assert "<table>" in found._repr_html_()


def test_features_are_checked():
    with pytest.raises(ValueError, match="did you mean 'matched'"):
        DesignFeatures(kind="matchd")
    with pytest.raises(ValueError, match="kept_share"):
        DesignFeatures(kind="matched", kept_share=80)
