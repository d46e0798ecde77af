"""Made-up people with a known truth: for trying a study out before any real record is seen.

`simulate_careers` makes any number of people from a `CareerModel`: how often they offend, what
the police and the courts make of it, what brings them into a programme and what it changes. A
recipe (TOML) adds a calendar and the margins of a published table; `make_cohort` makes its people
and keeps the truth; `raw_files` turns them into the extracts of an office, spoilt in counted ways.
Nothing here stands for a real person.
"""

from dipoutcomes.simulate.cohort import SyntheticCohort, make_cohort
from dipoutcomes.simulate.dirt import Fault
from dipoutcomes.simulate.extract import raw_files
from dipoutcomes.simulate.lives import (
    Careers,
    Slots,
    iter_careers,
    simulate_careers,
    simulate_population,
)
from dipoutcomes.simulate.margins import apportion
from dipoutcomes.simulate.model import CareerModel
from dipoutcomes.simulate.parse import parse_recipe
from dipoutcomes.simulate.recipe import Recipe

__all__ = [
    "CareerModel",
    "Careers",
    "Fault",
    "Recipe",
    "Slots",
    "SyntheticCohort",
    "apportion",
    "iter_careers",
    "make_cohort",
    "parse_recipe",
    "raw_files",
    "simulate_careers",
    "simulate_population",
]
