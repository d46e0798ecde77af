"""The one way in which a command prints its answer."""

from __future__ import annotations

from dipoutcomes.errors import StorageError


def say(text: str) -> None:
    """Print *text* and see it through, so that a full disk shows now and not at the very end.

    A reader who closes the pipe (``| head``) is no fault and is left to `main`.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StorageError(
            f"the answer cannot be written ({error.strerror or type(error).__name__}). Look at the "
            "free space where it was sent"
        ) from error
