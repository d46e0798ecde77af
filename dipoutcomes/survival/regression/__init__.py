"""Regression of time to the first event on what is known of people at the start.

Functions
---------
cox_regression : hazard ratios with limits; robust, stratified, late entry, changing covariates.
parametric_regression : time ratios of a Weibull, lognormal or log-logistic model.
piecewise_exponential_regression : rates in named periods, and hazard ratios.
proportional_hazards_test : is the ratio the same throughout follow-up?
predicted_survival : the share free of the event by a time, for people of one description.
concordance : how often the higher predicted risk has the event first.
covariates_of : numbers and categories as columns, with a named reference.
"""

from dipoutcomes.survival.regression.concordance import Concordance, concordance
from dipoutcomes.survival.regression.covariates import Covariates, Term, covariates_of
from dipoutcomes.survival.regression.cox import cox_regression
from dipoutcomes.survival.regression.cox_result import CoxModel
from dipoutcomes.survival.regression.parametric import parametric_regression
from dipoutcomes.survival.regression.parametric_result import ParametricModel
from dipoutcomes.survival.regression.piecewise import piecewise_exponential_regression
from dipoutcomes.survival.regression.prediction import predicted_survival
from dipoutcomes.survival.regression.proportional_hazards import (
    ProportionalHazardsTest,
    proportional_hazards_test,
)
from dipoutcomes.survival.regression.rows import RowOptions
from dipoutcomes.survival.regression.terms import ModelTest, RatioTerm

__all__ = [
    "Concordance",
    "Covariates",
    "CoxModel",
    "ModelTest",
    "ParametricModel",
    "ProportionalHazardsTest",
    "RatioTerm",
    "RowOptions",
    "Term",
    "concordance",
    "covariates_of",
    "cox_regression",
    "parametric_regression",
    "piecewise_exponential_regression",
    "predicted_survival",
    "proportional_hazards_test",
]
