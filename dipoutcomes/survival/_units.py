"""How many units of time make a year: every rate per person-year here rests on it."""

UNITS_PER_YEAR = {"days": 365.25, "weeks": 365.25 / 7, "months": 12.0, "years": 1.0}
