"""A records study at scale: from extracts to tables, time and peak memory stage by stage.

``python benchmarks/records.py [--quick] [--csv] [--proven] [--people N ...] [--report]`` makes up
extracts of 10^4, 10^5 and 10^6 people with twenty offences each and runs the whole study on them,
each size in a process of its own, without the write-ups unless ``--report`` is given. Sizes stand
side by side, so that growth shows.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from _extracts import EVENTS_EACH, write_extracts
from _measure import Stages

SIZES = (10_000, 100_000, 1_000_000)


def one(protocol: Path, out: Path, *, report: bool) -> list[tuple[str, float, float]]:
    """Run the study in this process and return its stages with seconds and peak memory."""
    from dipoutcomes import study

    stages = Stages()
    study.run(protocol, out=out, report=report, progress=stages)
    stages("done")
    return stages.done


def short(stage: str) -> str:
    """Return the name of a stage without what differs between sizes."""
    return re.sub(r" \([\d,]+ rows\)|\.(parquet|csv)", "", stage)


def measured(people: int, ending: str, *, proven: bool, report: bool) -> dict[str, tuple]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Made up in a process of its own: what the making took must not count as the study's.
        maker = [sys.executable, __file__, "--make", name, str(people), ending]
        subprocess.run([*maker, *(["--proven"] if proven else [])], check=True)
        command = [sys.executable, __file__, "--one", str(folder / "scale.toml"), f"{name}/out"]
        done = subprocess.run(
            [*command, *(["--report"] if report else [])],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    found: dict[str, tuple] = {}
    for stage, seconds, peak in json.loads(done.stdout.splitlines()[-1]):
        before = found.get(short(stage), (0.0, 0.0))
        found[short(stage)] = (before[0] + seconds, max(before[1], peak))
    return found


def show(results: dict[int, dict[str, tuple]]) -> None:
    print(f"{'':48}" + "".join(f"{f'{n:,} people':>18}" for n in results))
    print(f"{'stage':48}" + f"{'s':>9}{'peak MB':>9}" * len(results))
    stages = list(dict.fromkeys(stage for found in results.values() for stage in found))
    for stage in stages:
        cells = [found.get(stage, (0.0, 0.0)) for found in results.values()]
        print(f"{stage[:47]:48}" + "".join(f"{s:9.2f}{p:9.0f}" for s, p in cells))
    totals = [
        (sum(s for s, _ in found.values()), max(p for _, p in found.values()))
        for found in results.values()
    ]
    print(f"{'all':48}" + "".join(f"{s:9.2f}{p:9.0f}" for s, p in totals), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the million people")
    parser.add_argument("--csv", action="store_true", help="from CSV, not Parquet")
    parser.add_argument("--proven", action="store_true", help="proven reoffending, not arrests")
    parser.add_argument("--report", action="store_true", help="with the write-ups")
    parser.add_argument("--people", type=int, nargs="+", help="sizes of your own")
    parser.add_argument("--one", nargs=2, type=Path, metavar=("PROTOCOL", "OUT"))
    parser.add_argument("--make", nargs=3, metavar=("FOLDER", "PEOPLE", "ENDING"))
    args = parser.parse_args()
    if args.make:
        folder, people, ending = args.make
        write_extracts(Path(folder), int(people), ending, proven=args.proven)
        return
    if args.one:
        print(json.dumps(one(*args.one, report=args.report)))
        return
    ending = "csv" if args.csv else "parquet"
    print(f"\n{EVENTS_EACH} offences and a spell in custody each, six windows, from {ending} files")
    sizes = args.people or (SIZES[:2] if args.quick else SIZES)
    show({n: measured(n, ending, proven=args.proven, report=args.report) for n in sizes})


if __name__ == "__main__":
    main()
