"""The shipped notebook is found in a wheel and in a working tree, or the message says what is."""

import pytest

from dipoutcomes.errors import StorageError
from dipoutcomes.report.resources import find_notebook, template_path


def _place(folder, name="evaluation"):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    path.write_text("{}", encoding="utf-8")
    return path


def test_a_working_tree_has_its_notebooks_beside_the_package(tmp_path):
    expected = _place(tmp_path / "notebooks")
    assert find_notebook("evaluation", package=tmp_path / "dipoutcomes") == expected
    assert find_notebook("evaluation.ipynb", package=tmp_path / "dipoutcomes") == expected


def test_an_installed_package_uses_its_own_and_not_a_stranger_beside_it(tmp_path):
    _place(tmp_path / "notebooks")
    shipped = _place(tmp_path / "dipoutcomes" / "_shipped" / "notebooks")
    assert find_notebook("evaluation", package=tmp_path / "dipoutcomes") == shipped


def test_a_missing_notebook_names_those_there_are(tmp_path):
    _place(tmp_path / "notebooks")
    with pytest.raises(StorageError, match=r"no notebook 'valuation'.*evaluation.*Correct"):
        find_notebook("valuation", package=tmp_path / "dipoutcomes")


@pytest.mark.parametrize("name", ["../evaluation", "a/b", "", "C:\\x", ".hidden"])
def test_a_path_is_not_a_name(name):
    with pytest.raises(ValueError, match="not a path"):
        find_notebook(name)


def test_the_templates_are_there_and_a_missing_one_is_said():
    for name in ("page.html", "report.css", "filter.lua", "report.typ"):
        assert template_path(name).stat().st_size > 100
    with pytest.raises(StorageError, match="template"):
        template_path("absent.css")
