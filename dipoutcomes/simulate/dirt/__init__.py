"""Dirt on demand: the faults that real extracts have, and what the toolkit does with each.

`FAULTS` is the list: what is done to which table, what the loader must answer, and what that does
to a study. A recipe asks for so many rows of each under ``[faults]``; `spoil` makes them and says
row by row what must come of it, which ``truth.json`` keeps.
"""

from dipoutcomes.simulate.dirt.guide import fault_page, fault_table
from dipoutcomes.simulate.dirt.kind import Kind
from dipoutcomes.simulate.dirt.registry import FAULTS, what_the_protocol_needs
from dipoutcomes.simulate.dirt.spoil import Fault, spoil

__all__ = [
    "FAULTS",
    "Fault",
    "Kind",
    "fault_page",
    "fault_table",
    "spoil",
    "what_the_protocol_needs",
]
