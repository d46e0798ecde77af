"""The built wheel brings everything the commands need, the notebook and the template included."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROTOCOL = """
schema_version = 1
[study]
id = "elsewhere"
kind = "summary"
title = "A study far from the source"
data = "published"
[[finding]]
name = "found"
says = "had not been arrested"
base_says = "sampled clients"
count = 21
base = 28
[disclosure]
protect = false
reason = "published figures"
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel and unpack it away from the source; the libraries stay those of this run."""
    folder = tmp_path_factory.mktemp("wheel")
    target = folder / "site"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*pip, *build], check=True, capture_output=True)
    (wheel,) = folder.glob("dipoutcomes-*.whl")
    install = ["install", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    return target


def run(target, cwd, *arguments):
    code = (
        "import dipoutcomes, sys\n"
        f"assert dipoutcomes.__file__.startswith({str(target)!r}), dipoutcomes.__file__\n"
        "from dipoutcomes.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    )
    environment = os.environ | {"PYTHONPATH": str(target)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_an_installed_wheel_runs_a_study_with_its_write_up(installed, tmp_path):
    (tmp_path / "study.toml").write_text(PROTOCOL)
    done = run(installed, tmp_path, "run", "study.toml")
    assert done.returncode == 0, done.stderr
    written = tmp_path / "build" / "elsewhere" / "release"
    assert {p.suffix for p in written.glob("elsewhere.*")} == {".html", ".docx", ".pdf"}
    assert "56.6% to 87.3%" in (written / "elsewhere.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_an_installed_wheel_prints_the_template(installed, tmp_path):
    done = run(installed, tmp_path, "template")
    assert done.stdout == (ROOT / "protocols" / "template.toml").read_text(encoding="utf-8")
