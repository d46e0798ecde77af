"""Evaluate Drug Interventions Programmes and other work with offenders."""

__version__ = "0.1.0"
