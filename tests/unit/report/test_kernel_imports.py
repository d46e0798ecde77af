"""Notebooks are read and run without the grammar of addresses that nobody in them needs."""

import subprocess
import sys

from dipoutcomes.report._kernel import without_address_grammar

GRAMMAR = "rfc3987_syntax"


def test_nbformat_is_loaded_without_building_the_grammar():
    code = (
        "import sys\n"
        "from dipoutcomes.report.execute import with_parameters\n"
        "from dipoutcomes.report.resources import notebook_text\n"
        "with_parameters(notebook_text('evaluation'), {'protocol': 'a.toml'})\n"
        f"print('jsonschema' in sys.modules, '{GRAMMAR}' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_afterwards_the_grammar_can_be_loaded_as_ever(monkeypatch):
    monkeypatch.delitem(sys.modules, GRAMMAR, raising=False)
    with without_address_grammar():
        with without_address_grammar():  # as where two copies are made at a time
            assert sys.modules[GRAMMAR] is None
        assert GRAMMAR in sys.modules
    assert GRAMMAR not in sys.modules


def test_a_grammar_that_is_loaded_already_stays(monkeypatch):
    loaded = type(sys)(GRAMMAR)
    monkeypatch.setitem(sys.modules, GRAMMAR, loaded)
    with without_address_grammar():
        assert sys.modules[GRAMMAR] is loaded
    assert sys.modules[GRAMMAR] is loaded
