"""Made-up people with a known truth: for trying a study out before any real record is seen.

A recipe (TOML) says how many people, how often they offend and what treatment does to that;
`make_cohort` makes them and keeps the truth; `raw_files` turns them into the extracts of an
office, spoilt in counted ways. Nothing here stands for a real person.
"""

from dipoutcomes.simulate.careers import Careers, reference_careers
from dipoutcomes.simulate.cohort import SyntheticCohort, make_cohort
from dipoutcomes.simulate.dirt import Fault
from dipoutcomes.simulate.extract import raw_files
from dipoutcomes.simulate.margins import apportion
from dipoutcomes.simulate.parse import parse_recipe
from dipoutcomes.simulate.recipe import Recipe

__all__ = [
    "Careers",
    "Fault",
    "Recipe",
    "SyntheticCohort",
    "apportion",
    "make_cohort",
    "parse_recipe",
    "raw_files",
    "reference_careers",
]
