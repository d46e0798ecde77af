"""Who is drawn from the cohort, so that anybody with the seed can draw them again."""

from dipoutcomes.sampling.draw import Draw, draw_from_frame, draw_sample
from dipoutcomes.sampling.frame import SamplingFrame, sampling_frame
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
    "Draw",
    "ResponseAdjustment",
    "SamplingFrame",
    "SurveyDesign",
    "SurveyEstimate",
    "Verification",
    "adjust_for_non_response",
    "draw_from_frame",
    "draw_sample",
    "kish_design_effect",
    "kish_effective_size",
    "sampling_frame",
    "survey_design",
    "survey_mean",
    "survey_proportion",
    "survey_ratio",
    "survey_total",
    "verify_draw",
]
