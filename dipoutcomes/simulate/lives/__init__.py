"""The engine: lives of offending for any number of people, a block of them at a time.

draws.py       who they are: own rates, ages, what becomes of them if they enter
candidates.py  every offence that could happen, in order of time; bursts; quiet spells
marks.py       what would become of each: its kind, an arrest, a proof, a sentence
turns.py       everybody's first candidate, everybody's second ...: what does happen, given
               custody, treatment and what went before
blocks.py      people in blocks of fixed size, each with random streams of its own
careers.py     the result
"""

from dipoutcomes.simulate.lives.blocks import (
    BLOCK,
    iter_careers,
    simulate_careers,
    simulate_population,
)
from dipoutcomes.simulate.lives.careers import Careers
from dipoutcomes.simulate.lives.slots import Slots

__all__ = [
    "BLOCK",
    "Careers",
    "Slots",
    "iter_careers",
    "simulate_careers",
    "simulate_population",
]
