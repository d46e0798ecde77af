"""What a stretch of code or a whole process costs: seconds and peak memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_PROCESSES = Path("/proc")


def peak_mb(*, reset: bool = False) -> float:
    """Return this process's peak of resident memory; on Linux since the last reset."""
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _ru_per_mb()
    if reset:
        _CLEAR.write_text("5")
    line = next(x for x in _STATUS.read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _ru_per_mb() -> float:
    return 1024.0 * 1024 if sys.platform == "darwin" else 1024.0  # macOS counts in bytes


class Stages:
    """Seconds and peak memory of each stage; an object of it is a progress callback.

    A stage lasts from the call that names it to the next one. On Linux its peak is its own;
    elsewhere it is the highest so far.
    """

    def __init__(self) -> None:
        self.done: list[tuple[str, float, float]] = []
        self._name, self._since = "starting", time.perf_counter()
        peak_mb(reset=True)

    def __call__(self, name: str) -> None:
        now = time.perf_counter()
        self.done.append((self._name, now - self._since, peak_mb()))
        peak_mb(reset=True)
        self._name, self._since = name, time.perf_counter()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost, with all its child processes.

    Parameters
    ----------
    wall, cpu : float
        Seconds; the CPU seconds are of every process of the tree that was waited for.
    peak_mb : float
        The largest resident memory of any one process of the tree (``ru_maxrss`` of ``wait4``).
    together_mb : float
        The largest sum over the tree, sampled 20 times a second from ``/proc``; pages that
        processes share count in each, so it is an upper bound. nan where there is no ``/proc``.
    """

    wall: float
    cpu: float
    peak_mb: float
    together_mb: float


def cost_of(command: Sequence[str | Path], *, cwd: Path | None = None) -> Cost:
    """Run *command* to its end and return what it cost; stop if it fails.

    Bytecode caches are used, as they are when a person runs the command: switched off, imports
    take three times as long.
    """
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    child = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=clean,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    together = _watch(child.pid)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    said = child.stderr.read().decode(errors="replace") if child.stderr else ""
    if child.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{said}")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(wall, cpu, usage.ru_maxrss / _ru_per_mb(), together)


def _watch(pid: int) -> float:
    """Return the largest memory of a process and its descendants until it ends."""
    if not (_PROCESSES / str(pid)).exists():
        return float("nan")
    highest = 0.0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        highest = max(highest, sum(_resident_mb(p) for p in _tree(pid)))
        time.sleep(0.05)
    return highest


def _tree(pid: int) -> list[int]:
    found = [pid]
    for process in found:  # grows while it is walked
        for task in (_PROCESSES / str(process) / "task").glob("*"):
            try:
                found += [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                continue  # it has just ended
    return found


def _resident_mb(pid: int) -> float:
    try:
        pages = int((_PROCESSES / str(pid) / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / 2**20
