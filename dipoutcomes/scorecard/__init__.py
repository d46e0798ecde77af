"""Scorecards: built from a caseload, set in a row, audited as published, targets judged.

`measures` counts the card of a period, every share with its base and unit, and judges the change
since the last one; `series` sets cards in a row, with limits for small counts, what was revised and
what the cards give away together. `audit` reads a scorecard as it was printed and says what follows
from its counts, what cannot be and what is not said; `indicators` holds a programme to its targets
without calling chance a trend; `worked_cases` are figures that programmes have printed.
"""
