"""Progress on a terminal as a moving line; in a log as one line a stage."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Yield a function to call with the name of each stage as it begins."""
    if quiet:
        yield lambda _stage: None
    elif sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status("Starting") as status:
            yield lambda stage: status.update(_started(stage))
    else:
        yield lambda stage: print(f"  {_started(stage)}", file=sys.stderr, flush=True)


def _started(stage: str) -> str:
    return stage[:1].upper() + stage[1:]
