"""How wrong the data, or the choices, would have to be for the conclusion to change."""

from dipoutcomes.comparison.sensitivity.e_value import EValue, e_value
from dipoutcomes.comparison.sensitivity.misclassification import (
    corrected_difference,
    corrected_share,
    linkage_error_table,
    misclassification_table,
)
from dipoutcomes.comparison.sensitivity.negative_controls import (
    CalibratedRatio,
    SystematicError,
    calibrate_ratio,
    systematic_error,
)
from dipoutcomes.comparison.sensitivity.rosenbaum import (
    HiddenBias,
    rosenbaum_binary,
    rosenbaum_signed_rank,
)
from dipoutcomes.comparison.sensitivity.specification_curve import (
    Specification,
    SpecificationCurve,
    specification_curve,
)
from dipoutcomes.comparison.sensitivity.tipping_point import TippingPoint, tipping_point
from dipoutcomes.comparison.sensitivity.tipping_share import (
    ShareTippingPoint,
    tipping_point_share,
)

__all__ = [
    "CalibratedRatio",
    "EValue",
    "HiddenBias",
    "ShareTippingPoint",
    "Specification",
    "SpecificationCurve",
    "SystematicError",
    "TippingPoint",
    "calibrate_ratio",
    "corrected_difference",
    "corrected_share",
    "e_value",
    "linkage_error_table",
    "misclassification_table",
    "rosenbaum_binary",
    "rosenbaum_signed_rank",
    "specification_curve",
    "systematic_error",
    "tipping_point",
    "tipping_point_share",
]
