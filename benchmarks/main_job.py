"""The main job and the start-up: what a person waits for, beside what cannot be avoided.

``python benchmarks/main_job.py [--repeats N]`` prints, for whole commands with all their child
processes, median wall and CPU seconds and peak memory, and the ratio of CPU seconds to the floor
named in each block: executing an empty notebook, or starting Python. Every command is run in turn,
in one go, so that the load of the machine falls on all of them alike. CPU seconds are of the whole
tree of processes; memory is that of the largest process (``ru_maxrss`` of ``wait4``) and, on Linux,
the most that all of them held together.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from _measure import Cost, cost_of

ROOT = Path(__file__).resolve().parents[1]
STUDIES = ("gwent-2013-14", "gwent-synthetic", "rossi-1980")
IMPORT_AIM, HELP_AIM = 0.4, 0.3  # seconds of wall time
_EMPTY = """
import sys
from nbformat.v4 import new_code_cell, new_notebook
from dipoutcomes.report.execute import execute_notebook
cell = new_code_cell("nothing = ''", metadata={"tags": ["parameters"]})
execute_notebook(new_notebook(cells=[cell]), {"nothing": "1"}, folder=sys.argv[1])
"""
_NBCONVERT = """
import sys
from pathlib import Path
from nbformat import write
from nbformat.v4 import new_code_cell, new_notebook
path = Path(sys.argv[1]) / "empty.ipynb"
write(new_notebook(cells=[new_code_cell("nothing = 1")]), path)
from nbconvert.nbconvertapp import main
main(["--to", "html", "--execute", str(path)])
"""

Commands = Mapping[str, Sequence[str | Path]]


def program() -> str:
    """Return the command that stands beside this interpreter."""
    name = "dipoutcomes.exe" if sys.platform == "win32" else "dipoutcomes"
    return str(Path(sys.executable).with_name(name))


def write_ups(folder: Path) -> Commands:
    """Return the commands of the main job; the first is the floor."""
    commands: dict[str, Sequence[str | Path]] = {
        "empty notebook, our executor": [sys.executable, "-c", _EMPTY, folder]
    }
    if importlib.util.find_spec("nbconvert"):
        commands["empty notebook, nbconvert"] = [sys.executable, "-c", _NBCONVERT, folder]
    for study in STUDIES:
        protocol = ROOT / "protocols" / f"{study}.toml"
        run = [program(), "run", protocol, "--quiet", "--out", folder / study]
        commands[f"run {study}, tables only"] = [*run, "--no-report"]
        commands[f"run {study}"] = run
    return commands


def start_ups() -> Commands:
    """Return the commands of which a person expects an answer at once; the first is the floor."""
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import numpy": [sys.executable, "-c", "import numpy"],
        "import dipoutcomes": [sys.executable, "-c", "import dipoutcomes"],
        "dipoutcomes --help": [program(), "--help"],
        "interval proportion 21 28": [program(), "interval", "proportion", "21", "28"],
    }


def measured(commands: Commands, repeats: int) -> dict[str, Cost]:
    """Return the median cost of each command; the first round fills the caches and is left out."""
    rounds = [{name: cost_of(command) for name, command in commands.items()}]
    rounds += [{n: cost_of(c) for n, c in commands.items()} for _ in range(repeats)]
    kept = rounds[1:]
    return {
        name: Cost(
            statistics.median(r[name].wall for r in kept),
            statistics.median(r[name].cpu for r in kept),
            max(r[name].peak_mb for r in kept),
            max(r[name].together_mb for r in kept),
        )
        for name in commands
    }


def show(title: str, costs: dict[str, Cost]) -> None:
    print(f"\n{title}")
    print(f"{'':34}{'wall s':>9}{'CPU s':>9}{'largest MB':>12}{'all MB':>9}{'CPU ratio':>11}")
    floor = next(iter(costs.values())).cpu
    for name, cost in costs.items():
        memory = f"{cost.peak_mb:12.0f}{cost.together_mb:9.0f}"
        print(f"{name:34}{cost.wall:9.2f}{cost.cpu:9.2f}{memory}{cost.cpu / floor:11.1f}")


def aim(name: str, seconds: float, wanted: float) -> None:
    reached = "reached" if seconds <= wanted else "MISSED"
    print(f"aim: {name} in at most {wanted} s: {reached} ({seconds:.2f} s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    starts = measured(start_ups(), 2 * repeats + 1)
    show("Start-up, in times of Python's own", starts)
    aim("import dipoutcomes", starts["import dipoutcomes"].wall, IMPORT_AIM)
    aim("dipoutcomes --help", starts["dipoutcomes --help"].wall, HELP_AIM)
    with tempfile.TemporaryDirectory() as folder:
        commands = write_ups(Path(folder))
        show("The main job, in times of an empty notebook", measured(commands, repeats))
    if "empty notebook, nbconvert" not in commands:
        print("nbconvert is not installed, so it is not compared.")


if __name__ == "__main__":
    main()
