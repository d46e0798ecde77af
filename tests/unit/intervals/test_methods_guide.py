"""The guide to the methods is made from their table and from measured coverage, and is current."""

import re
from pathlib import Path

from dipoutcomes.intervals import METHODS
from dipoutcomes.intervals.guide import methods_guide

# python -c "from dipoutcomes.intervals.guide import *; print(methods_guide(), end='')" \
#     > docs/methods.md
GUIDE = Path(__file__).parents[3] / "docs" / "methods.md"


def test_the_guide_is_current():
    assert GUIDE.read_text(encoding="utf-8") == methods_guide()


def test_every_method_of_every_family_is_in_it():
    text = GUIDE.read_text(encoding="utf-8")
    for methods in METHODS.values():
        for method in methods:
            assert f"| `{method.name}`" in text


def test_one_method_of_a_family_is_recommended_and_it_is_sound():
    for family, methods in METHODS.items():
        assert [m.standing for m in methods].count("recommended") == 1, family


def test_the_recommended_difference_keeps_near_its_level():
    line = next(r for r in methods_guide().splitlines() if "`miettinen_nurminen` **rec" in r)
    least, mean, _width = map(float, re.search(r"([\d.]+), ([\d.]+), ([\d.]+) \|$", line).groups())
    assert least > 0.93
    assert abs(mean - 0.95) < 0.005
