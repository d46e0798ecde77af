"""The steps behind ``make``, in the standard library alone: an office without make can run them.

``python tasks.py setup | report | test | check | validate | benchmark | lab | lock | clean``
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / ".ok"
LOCK = ROOT / "requirements.lock"
STUDIES = ("gwent-2013-14", "gwent-synthetic", "rossi-1980")


def run(*command: str | Path, **kwargs) -> None:
    """Run a command from the project's folder and stop with its exit code if it fails."""
    code = subprocess.run(
        [str(part) for part in command], cwd=ROOT, check=False, **kwargs
    ).returncode
    if code:
        raise SystemExit(code)


def tool(name: str) -> str:
    return str(BIN / (name + (".exe" if os.name == "nt" else "")))


def setup() -> None:
    """Make .venv from the lock file, once; again only when the lock or the project file changes."""
    wanted = LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    if STAMP.exists() and STAMP.read_bytes() == wanted:
        return
    if sys.version_info < (3, 11):
        raise SystemExit("dipoutcomes needs Python 3.11 or newer; make it with PYTHON=python3.11")
    started = time.monotonic()
    STAMP.unlink(missing_ok=True)
    if not PYTHON.exists():
        print("Making the environment .venv ...", flush=True)
        run(sys.executable, "-m", "venv", VENV)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    os.environ.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    # The office's own certificates: many offices look into encrypted traffic.
    os.environ.setdefault("UV_SYSTEM_CERTS", "true")
    has_uv = (
        subprocess.run(
            [str(PYTHON), "-m", "pip", "install", "--quiet", "uv"], cwd=ROOT, check=False, **quiet
        ).returncode
        == 0
    )
    print(f"Installing from requirements.lock with {'uv' if has_uv else 'pip'} ...", flush=True)
    # uv reads no pip configuration: with mirrors of its own it may fail where pip succeeds.
    fast = (
        has_uv
        and subprocess.run(
            [
                tool("uv"),
                "pip",
                "install",
                *([] if sys.stderr.isatty() else ["--quiet"]),  # its bars need a terminal
                "--python",
                str(PYTHON),
                "--require-hashes",
                "-r",
                str(LOCK),
            ],
            cwd=ROOT,
            check=False,
        ).returncode
        == 0
    )
    if not fast:
        if has_uv:
            print("uv could not install everything (its reason is above); pip goes on.", flush=True)
        print("pip takes two to five minutes and says nothing meanwhile ...", flush=True)
        run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
    STAMP.write_bytes(wanted)
    print(f"Ready in {time.monotonic() - started:.0f} seconds.", flush=True)


def report() -> None:
    """Write the write-ups of the three example studies under build/."""
    setup()
    print(f"Running {len(STUDIES)} studies side by side ...", flush=True)
    # Each waits for its kernel and for pandoc: side by side took 16 to 38% less on two busy cores.
    running = {
        study: subprocess.Popen(
            [tool("dipoutcomes"), "run", f"protocols/{study}.toml"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for study in STUDIES
    }
    codes = []
    for number, (study, process) in enumerate(running.items(), start=1):
        said, _ = process.communicate()
        print(f"Study {number} of {len(STUDIES)}: {study}", flush=True)
        sys.stdout.buffer.write(said)
        sys.stdout.flush()
        codes.append(process.returncode)
    if any(codes):
        raise SystemExit(next(code for code in codes if code))
    print("\nOpen in a browser, for example:")
    for study in STUDIES:
        print(f"  {Path('build') / study / 'release' / study}.html")


def check(*, slow: bool = False) -> None:
    """Lint, types, import contract, documentation examples and tests (without the slow ones)."""
    setup()
    run(tool("ruff"), "check", ".")
    run(tool("ruff"), "format", "--check", ".")
    run(tool("mypy"))
    run(tool("lint-imports"))
    chosen = "not validation" if slow else "not validation and not slow"
    run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-m", chosen, "-q")


def test() -> None:
    """Everything `check` does, and the slow tests: whole studies, notebooks, the built wheel."""
    check(slow=True)


def validate() -> None:
    """Run the long runs against known truths, and the laboratory in full; an hour or more."""
    setup()
    run(PYTHON, "-m", "pytest", "-n", "2", "-m", "validation", "-q")
    run(tool("dipoutcomes"), "validate", "--full", "--out", "build/validation")


def benchmark() -> None:
    """Measure speed and memory side by side with other people's software."""
    setup()
    for script in sorted((ROOT / "benchmarks").glob("[a-z]*.py")):
        run(PYTHON, script)


def lab() -> None:
    """Open JupyterLab on the notebooks."""
    setup()
    # Jupyter refuses the superuser unless told; in a container there may be no other user.
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    run(tool("jupyter"), "lab", "notebooks", *as_root)


def lock() -> None:
    """Renew requirements.lock: hashes, no addresses."""
    setup()
    run(
        tool("uv"),
        "pip",
        "compile",
        "pyproject.toml",
        "--all-extras",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-header",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--quiet",
        "--output-file",
        LOCK,
    )


def clean() -> None:
    """Remove what can be made again; the environment stays."""
    for folder in ("build", "dist", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"):
        shutil.rmtree(ROOT / folder, ignore_errors=True)


STEPS = {
    step.__name__: step
    for step in (setup, report, check, test, validate, benchmark, lab, lock, clean)
}

if __name__ == "__main__":
    wanted = sys.argv[1:] or ["--help"]
    unknown = [name for name in wanted if name not in STEPS]
    if unknown:
        for name, step in STEPS.items():
            print(f"{name:10} {(step.__doc__ or '').splitlines()[0]}")
        raise SystemExit(0 if unknown == ["--help"] else f"no such step: {', '.join(unknown)}")
    for name in wanted:
        STEPS[name]()
