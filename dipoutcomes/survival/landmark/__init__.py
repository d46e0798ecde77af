"""Completers and drop-outs: comparisons that do not class people by their future.

Functions
---------
check_immortal_time : refuses groups known only later than the start of the clock.
landmark_cohort : groups fixed at a landmark, people followed from then on.
exposure_rows : follow-up cut at each person's exposure, for a Cox model.
"""

from dipoutcomes.survival.landmark.check import ImmortalTimeCheck, check_immortal_time
from dipoutcomes.survival.landmark.cohort import LandmarkCohort, landmark_cohort
from dipoutcomes.survival.landmark.rows import ExposureRows, exposure_rows

__all__ = [
    "ExposureRows",
    "ImmortalTimeCheck",
    "LandmarkCohort",
    "check_immortal_time",
    "exposure_rows",
    "landmark_cohort",
]
