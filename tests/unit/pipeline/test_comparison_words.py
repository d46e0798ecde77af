"""What a reader of a write-up is told of a refusal: no call that only Python knows."""

import pytest

from dipoutcomes.pipeline.comparisons.said_once import for_readers


@pytest.mark.parametrize(
    ("refusal", "printed"),
    [
        (
            "leave such people out and say so, join levels, or use penalty='firth'",
            "leave such people out and say so, or join levels",
        ),
        ("too few; use rate_ratio_before_after", "the protocol's own interval"),
        ("no event. Use longer periods, or scale='rate' for differences.", "Use longer periods."),
        ("few. Use `treatment_effect`, whose interval says how little", "with its interval"),
        ("3 people without weight. Use `treatment_effect` instead.", "3 people without weight."),
    ],
)
def test_a_refusal_names_no_function(refusal, printed):
    said = for_readers(refusal)
    assert printed in said
    assert not any(code in said for code in ("=", "`", "_"))


def test_other_refusals_stay_as_they_are():
    assert for_readers("nobody of one group was seen") == "nobody of one group was seen"
