"""The house rules that a machine can keep."""

import ast
import inspect
import re
import subprocess
import sys
from doctest import DocTestFinder
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

import dipoutcomes
from dipoutcomes import intervals
from dipoutcomes.errors import EXIT_CODES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "dipoutcomes"
HEAVY = ("pandas", "scipy.stats", "statsmodels", "lifelines", "matplotlib", "duckdb")


def loaded_by(code: str) -> set[str]:
    found = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint('\\n'.join(sys.modules))"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return set(found.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import dipoutcomes",
        "from dipoutcomes.cli.main import main\nmain(['--help'])",
        "from dipoutcomes.cli.main import main\nmain(['run', '--help'])",
        "from pathlib import Path\nfrom dipoutcomes.protocol.parse import parse_protocol\n"
        "parse_protocol(Path('protocols/gwent-synthetic.toml').read_text())",
    ],
    ids=["import", "help", "help of run", "protocol check"],
)
def test_light_work_loads_no_heavy_library(code):
    loaded = loaded_by(code)
    assert "dipoutcomes" in loaded
    assert not loaded & set(HEAVY)


def test_intervals_load_no_data_frame_library():
    loaded = loaded_by("import dipoutcomes.intervals")
    assert not loaded & {"pandas", "scipy.stats", "statsmodels", "lifelines", "matplotlib"}


@pytest.mark.parametrize("name", sorted(set(dipoutcomes.__all__) - {"__version__"}))
def test_every_public_name_is_there_and_documented(name):
    value = getattr(dipoutcomes, name)
    assert value.__doc__
    assert len(value.__doc__.splitlines()) >= 3, f"{name} needs a docstring worth reading"


SECTIONS = ("Parameters", "Returns", "Examples")


def public_functions():
    return sorted(
        f"{module.__name__}.{name}"
        for module in (dipoutcomes, intervals)
        for name in module.__all__
        if inspect.isfunction(getattr(module, name))
    )


def test_there_are_public_functions():
    assert len(public_functions()) > 150


@pytest.mark.parametrize("name", public_functions())
def test_every_public_function_says_what_goes_in_and_comes_out_and_shows_it(name):
    module, _, function = name.rpartition(".")
    value = getattr(import_module(module), function)
    lines = inspect.cleandoc(value.__doc__ or "").splitlines()
    titles = {title for title, rule in pairwise(lines) if rule == "-" * len(title)}
    assert not set(SECTIONS) - titles
    described = lines[lines.index("Parameters") : lines.index("Returns")]
    words = set(re.findall(r"\w+", " ".join(described)))
    assert not set(inspect.signature(value).parameters) - words, "a parameter is not described"
    assert DocTestFinder().find(value, function)[0].examples


def test_every_public_name_is_grouped_by_a_question_or_is_a_result():
    results = {"Interval", "Estimate", "EstimateTable", "Curve", "StudyResults", "__version__"}
    missing = {n for n in dipoutcomes.__all__ if f"`{n}`" not in dipoutcomes.__doc__} - results
    assert not missing


MODULES = sorted(
    ".".join(p.relative_to(ROOT).with_suffix("").parts)
    for p in PACKAGE.rglob("*.py")
    if p.name != "__init__.py" and "templates" not in p.parts
)


def test_there_are_modules():
    assert len(MODULES) > 40


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_for(module):
    assert (import_module(module).__doc__ or "").strip()


DOORS = {
    "lifelines": {"survival/_lifelines.py"},
    "statsmodels": {"_models.py"},
    "duckdb": {"storage/_duckdb.py"},
}


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library):
    users = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name.split(".")[0] == library for name in names):
                users.add(path.relative_to(PACKAGE).as_posix())
    assert users <= DOORS[library]


def test_only_the_command_line_prints():
    printing = [
        f"{path.name}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if "cli" not in path.relative_to(PACKAGE).parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    ]
    assert not printing


def test_the_exit_codes_are_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, code in EXIT_CODES.items():
        assert f"| {code} | `{name}`" in readme


def test_nothing_reads_outside_the_project():
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        if path == Path(__file__):
            continue
        assert "../shared" not in path.read_text(encoding="utf-8"), path


def test_the_package_can_be_run_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "dipoutcomes", "interval", "proportion", "21", "28"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "75.0% (95% CI 56.6% to 87.3%, Wilson score)\n")
