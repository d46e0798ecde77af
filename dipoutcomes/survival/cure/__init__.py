"""Desistance: the share who would never have the event, and how far the data can say so.

Functions
---------
mixture_cure_models : Weibull and lognormal split-population models side by side.
semiparametric_cure_model : the same without a shape; its tail ends at the last event.
sufficient_follow_up : whether follow-up was long enough, as far as the data show; never a gate.
"""

from dipoutcomes.survival.cure.follow_up import FollowUpSufficiency, sufficient_follow_up
from dipoutcomes.survival.cure.mixture import mixture_cure_models
from dipoutcomes.survival.cure.result import CureModel, CureModels
from dipoutcomes.survival.cure.semiparametric import (
    SemiparametricCure,
    semiparametric_cure_model,
)

__all__ = [
    "CureModel",
    "CureModels",
    "FollowUpSufficiency",
    "SemiparametricCure",
    "mixture_cure_models",
    "semiparametric_cure_model",
    "sufficient_follow_up",
]
