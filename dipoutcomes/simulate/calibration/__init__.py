"""How near made-up people come to published figures, and moving a model's numbers until they do.

targets.py      a published figure and how near is near enough; a number that may be moved
statistics.py   the same figure of made-up people, with its Monte Carlo error
fit.py          the fit to every target, with those that are missed named
search.py       moving the free numbers
rewrite.py      the found numbers put into the text of the recipe
"""

from dipoutcomes.simulate.calibration.targets import Free, Target

__all__ = ["Free", "Target"]
