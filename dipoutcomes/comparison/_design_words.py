"""The scales of evidence in words: kinds of comparison, grades, and what each supports."""

from __future__ import annotations

JUDGEMENT = "a judgement about the design alone, not about how well it was carried out"

#: Kinds of comparison that the package makes, in words.
KINDS: dict[str, str] = {
    "after_only": "one group observed afterwards, nothing compared",
    "benchmark": "one group beside a published figure",
    "risk_adjusted_benchmark": "one group beside the number expected of people of its risk",
    "before_after": "the same people before and after",
    "rtm_adjusted": "before and after, adjusted for regression to the mean",
    "published_series": "a published series of totals over years",
    "interrupted_series": "monthly counts before and after a change, segmented regression",
    "self_controlled_series": "people against themselves in and out of treatment, after entry",
    "unadjusted_groups": "treated people against others, unadjusted",
    "matched": "treated people against matched or weighted others",
    "areas_difference_in_differences": "areas with and without, before and after",
    "randomised": "people or areas assigned by chance",
}

#: What each grade is, in the scale's own order.
GRADES: dict[int, str] = {
    1: "one measurement, or a correlation: nothing shows what would have happened otherwise",
    2: "before and after without a comparison group, or with one that is not comparable",
    3: "a comparison group that is comparable, measured before and after",
    4: "many units, or groups made alike in what is known to matter, with other causes controlled",
    5: "assigned by chance",
}
#: Nesta's standards of evidence that a design of each grade can reach by itself.
NESTA: dict[int, str] = {
    1: "level 1: an account of what is done and why it might help",
    2: "level 2: data show change, not its cause",
    3: "level 3: a comparison speaks for a cause",
    4: "level 3: a comparison speaks for a cause; level 4 needs it repeated independently",
    5: "level 3: a comparison speaks for a cause; level 4 needs it repeated independently",
}
SUPPORTS: dict[int, tuple[str, ...]] = {
    1: ("how many of these people had the outcome, with the uncertainty of the sample",),
    2: ("that the outcome changed in these people, with the uncertainty of the change",),
    3: (
        "that treated people did better or worse than comparable others, by so much",
        "that the programme is a plausible cause of the difference",
    ),
    4: (
        "that treated people did better or worse than others alike in what was measured",
        "that the programme is the likely cause, unless something unmeasured explains it",
    ),
    5: ("that the programme caused the difference, within the interval, in people like these",),
}
NOT: dict[int, tuple[str, ...]] = {
    1: (
        "that anything changed",
        "that the programme caused the outcome, or reduced offending",
        "that these people did better or worse than others would have",
    ),
    2: (
        "that the programme caused the change: people enter when their offending peaks",
        "how large an effect of the programme is",
    ),
    3: (
        "that nothing unmeasured, such as the will to change, explains the difference",
        "that the programme would do the same elsewhere",
    ),
    4: (
        "that nothing unmeasured explains the difference (see its E-value and hidden bias)",
        "that the programme would do the same elsewhere",
    ),
    5: (
        "that the programme would do the same for other people, elsewhere or later",
    ),
}  # fmt: skip


#: Where the grade's own statements claim something that this kind does not measure.
KIND_SUPPORTS: dict[str, tuple[str, ...]] = {
    "risk_adjusted_benchmark": (
        "how many had the outcome, beside the number expected of people of their recorded risk",
    ),
    "published_series": ("how the published totals moved over the years",),
    "rtm_adjusted": (
        "how much of the change is left when the fall expected without any effect is taken away, "
        "under the stated model of offending",
    ),
    "self_controlled_series": (
        "whether these people offended less in treatment than in the rest of their time after "
        "entry, if their rate was otherwise steady",
    ),
    "unadjusted_groups": ("how the outcomes of the two groups differ",),
}
KIND_NOT: dict[str, tuple[str, ...]] = {
    "benchmark": ("that a difference from the published figure is due to the programme",),
    "risk_adjusted_benchmark": (
        "that people of one recorded risk are alike in what was not recorded",
    ),
    "published_series": (
        "that fewer people worked with means fewer people offending: a total is throughput",
    ),
    "self_controlled_series": ("anything of an effect that lasts beyond treatment",),
    "matched": ("anything of treated people for whom no match was found",),
    "unadjusted_groups": ("that the two groups would have done alike without the programme",),
}
