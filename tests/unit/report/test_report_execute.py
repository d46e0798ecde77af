"""A notebook runs in this interpreter, with its parameters and nobody's settings."""

import sys
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dipoutcomes.errors import RecordError, StorageError
from dipoutcomes.report.execute import execute_notebook, with_parameters


def _notebook(*sources):
    first = new_code_cell("name = 'default'\ncopy = 'working'", metadata={"tags": ["parameters"]})
    return new_notebook(cells=[first, *(new_code_cell(source) for source in sources)])


def _text(notebook, position):
    return "".join(output.get("text", "") for output in notebook.cells[position].outputs)


def test_the_parameters_are_set_after_the_tagged_cell_and_the_rest_keep_their_defaults(tmp_path):
    notebook = _notebook(
        "import os, sys\nprint(name, copy)",
        "print(os.getcwd(), sys.executable, sep='\\n')",
        "from IPython import get_ipython\nprint(get_ipython().history_manager.enabled)\n"
        "print(os.environ['IPYTHONDIR'].startswith(os.path.expanduser('~/.ipython')))",
    )
    before = nbformat.writes(notebook)
    said = []
    value = 'it\'s "here"\\n'
    done = execute_notebook(notebook, {"name": value}, folder=tmp_path, progress=said.append)
    assert _text(done, 2) == f"{value} working\n"
    assert _text(done, 3).splitlines() == [str(tmp_path.resolve()), sys.executable]
    assert _text(done, 4).split() == ["False", "False"]
    assert said == [f"cell {n} of 5" for n in range(1, 6)]
    assert nbformat.writes(notebook) == before
    assert all("execution" not in cell.metadata for cell in done.cells)  # no times


def test_the_same_bytes_again_without_a_home_or_a_kernelspec(tmp_path, monkeypatch):
    nowhere = tmp_path / "nowhere"
    nowhere.write_text("a file, so that nothing can be made below it")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(nowhere / "home"))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    notebook = nbformat.writes(_notebook("print({'b', 'a', 'c'})"))

    def run(_):
        return nbformat.writes(execute_notebook(notebook, {}, folder=tmp_path))

    with ThreadPoolExecutor(2) as pool:  # as a run makes its two copies
        first, second = pool.map(run, range(2))
    assert first == second
    assert "{'" in first


def test_an_error_of_the_toolkit_keeps_its_class_and_message(tmp_path):
    source = (
        "from dipoutcomes.errors import RecordError\n"
        "raise RecordError('3 rows break the rule', ['row 1', 'row 2'])"
    )
    with pytest.raises(RecordError) as caught:
        execute_notebook(_notebook(source), {}, folder=tmp_path)
    assert str(caught.value) == "3 rows break the rule\n  row 1\n  row 2"


def test_any_other_error_shows_its_traceback_without_colours(tmp_path):
    with pytest.raises(RuntimeError, match="ZeroDivisionError: division by zero") as caught:
        execute_notebook(_notebook("a = 1\na / 0"), {}, folder=tmp_path)
    assert "----> 2 a / 0" in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_cell_that_takes_too_long_is_stopped(tmp_path):
    with pytest.raises(RuntimeError, match="longer than 1 seconds"):
        execute_notebook(
            _notebook("import time\ntime.sleep(60)"), {}, folder=tmp_path, timeout_seconds=1
        )


def test_exactly_one_cell_holds_the_parameters():
    with pytest.raises(ValueError, match="this one has 0"):
        with_parameters(new_notebook(cells=[new_markdown_cell("text")]), {})
    twice = _notebook()
    twice.cells += _notebook().cells
    with pytest.raises(ValueError, match="this one has 2"):
        with_parameters(twice, {})


def test_a_parameter_that_would_do_nothing_is_refused():
    with pytest.raises(ValueError, match=r"no parameter 'nmae'; it has: copy, name"):
        with_parameters(_notebook(), {"nmae": "x"})


def test_the_folder_must_be_there(tmp_path):
    with pytest.raises(StorageError, match="does not exist"):
        execute_notebook(_notebook(), {}, folder=tmp_path / "absent")


def test_no_folder_for_temporary_files_is_an_error_with_a_remedy(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    with pytest.raises(StorageError, match="TMPDIR"):
        execute_notebook(_notebook(), {}, folder=tmp_path)
    assert not list(tmp_path.iterdir())
