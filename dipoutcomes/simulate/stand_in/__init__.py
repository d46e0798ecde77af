"""Stand-ins for tables that may not be shared: the same shape, and no record copied."""

from dipoutcomes.simulate.stand_in.closeness import Closeness, Matches, measure_closeness
from dipoutcomes.simulate.stand_in.files import Sheet, csv_bytes, excel_bytes, typed_frame
from dipoutcomes.simulate.stand_in.kinds import infer_column
from dipoutcomes.simulate.stand_in.links import identifiers_found, infer_tables, join_keys
from dipoutcomes.simulate.stand_in.make import FEWEST, FEWEST_PEOPLE, StandIn, make_stand_in
from dipoutcomes.simulate.stand_in.report import closeness_facts, closeness_text
from dipoutcomes.simulate.stand_in.source import Column, Role, SourceTable, no_such_heading

__all__ = [
    "FEWEST",
    "FEWEST_PEOPLE",
    "Closeness",
    "Column",
    "Matches",
    "Role",
    "Sheet",
    "SourceTable",
    "StandIn",
    "closeness_facts",
    "closeness_text",
    "csv_bytes",
    "excel_bytes",
    "identifiers_found",
    "infer_column",
    "infer_tables",
    "join_keys",
    "make_stand_in",
    "measure_closeness",
    "no_such_heading",
    "typed_frame",
]
