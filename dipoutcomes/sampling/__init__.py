"""Who is drawn from the cohort, so that anybody with the seed can draw them again."""

from dipoutcomes.sampling.allocate import (
    fixed_allocation,
    neyman_allocation,
    proportional_allocation,
    standard_deviation_of_share,
)
from dipoutcomes.sampling.draw import Draw, draw_from_frame, draw_sample
from dipoutcomes.sampling.drawn_design import DrawnDesign, design_of_draw
from dipoutcomes.sampling.frame import SamplingFrame, frame_for_design, sampling_frame
from dipoutcomes.sampling.pairs import joint_inclusion_probabilities
from dipoutcomes.sampling.proportional_to_size import (
    inclusion_probabilities,
    sampford_joint_probabilities,
)
from dipoutcomes.sampling.sequential import (
    ConfidenceSequence,
    Look,
    anytime_interval,
    coverage_under_looking,
    proportion_confidence_sequence,
    sequence_from_looks,
    stop_when,
)
from dipoutcomes.sampling.survey_estimates import survey_mean, survey_ratio, survey_total
from dipoutcomes.sampling.survey_proportion import PROPORTION_METHODS, survey_proportion
from dipoutcomes.sampling.survey_result import SurveyEstimate
from dipoutcomes.sampling.survey_structure import SurveyDesign, survey_design
from dipoutcomes.sampling.verify import Verification, verify_draw
from dipoutcomes.sampling.weights import (
    ResponseAdjustment,
    adjust_for_non_response,
    kish_design_effect,
    kish_effective_size,
)

__all__ = [
    "PROPORTION_METHODS",
    "ConfidenceSequence",
    "Draw",
    "DrawnDesign",
    "Look",
    "ResponseAdjustment",
    "SamplingFrame",
    "SurveyDesign",
    "SurveyEstimate",
    "Verification",
    "adjust_for_non_response",
    "anytime_interval",
    "coverage_under_looking",
    "design_of_draw",
    "draw_from_frame",
    "draw_sample",
    "fixed_allocation",
    "frame_for_design",
    "inclusion_probabilities",
    "joint_inclusion_probabilities",
    "kish_design_effect",
    "kish_effective_size",
    "neyman_allocation",
    "proportion_confidence_sequence",
    "proportional_allocation",
    "sampford_joint_probabilities",
    "sampling_frame",
    "sequence_from_looks",
    "standard_deviation_of_share",
    "stop_when",
    "survey_design",
    "survey_mean",
    "survey_proportion",
    "survey_ratio",
    "survey_total",
    "verify_draw",
]
