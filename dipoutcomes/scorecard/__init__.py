"""Scorecards: the arithmetic of published ones, and targets judged with their uncertainty.

`audit` reads a scorecard as it was printed and says what follows from its counts, what cannot be
and what is not said; `indicators` holds a programme to its targets without calling chance a trend.
"""
