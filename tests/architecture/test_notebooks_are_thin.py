"""A notebook tells the story; the package does the work."""

import ast
from pathlib import Path

import nbformat
import pytest

LONGEST_CELL = 8  # lines
BELONGS_IN_THE_PACKAGE = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While)

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks():
    assert NOTEBOOKS  # a glob that finds nothing would pass every test below


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_defines_nothing_and_carries_no_output(path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert sum("parameters" in c.metadata.get("tags", []) for c in cells) == 1
    for cell in cells:
        assert not cell.outputs, "strip the outputs before committing"
        assert cell.execution_count is None
        assert len(cell.source.splitlines()) <= LONGEST_CELL
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, BELONGS_IN_THE_PACKAGE), f"line {node.lineno}: move it"
