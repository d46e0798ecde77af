"""Where a file is, and the hash of its bytes."""

from __future__ import annotations

from difflib import get_close_matches
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from dipoutcomes.errors import StorageError

PACKAGE = "package:"
_CHUNK = 1 << 20


def resolve_source(file: str, base_folder: Path) -> Path:
    """Return the path of a file that a protocol names.

    Parameters
    ----------
    file : str
        Relative to *base_folder*, absolute, or ``"package:NAME/PATH"`` for a file that an
        installed package brings; the package is found, not imported.
    base_folder : Path
        The folder of the protocol.

    Returns
    -------
    Path
        Of a file that exists.

    Raises
    ------
    StorageError
        If there is no such file or package; the nearest names in that folder are given.
    """
    path = _in_package(file) if file.startswith(PACKAGE) else Path(base_folder) / file
    return check_file(path)


def check_file(path: Path) -> Path:
    """Return *path*; raise `StorageError` with the nearest names if there is no such file."""
    try:
        return _existing(path)
    except OSError as error:  # a name too long, a folder that may not be entered
        raise unreadable(path, error) from error


def _existing(path: Path) -> Path:
    if path.is_file():
        return path
    if path.is_dir():
        raise StorageError(f"'{path}' is a folder and a file was expected")
    if not path.parent.is_dir():
        raise StorageError(f"there is no file '{path}', nor the folder it should be in")
    beside = sorted(p.name for p in path.parent.iterdir() if p.is_file())
    by_case = {name.lower(): name for name in reversed(beside)}
    near = get_close_matches(path.name.lower(), list(by_case), n=3)
    hint = f"; near it are {', '.join(by_case[n] for n in near)}" if near else ""
    raise StorageError(f"there is no file '{path.name}' in '{path.parent}'{hint}")


def _in_package(file: str) -> Path:
    name, _, inside = file.removeprefix(PACKAGE).partition("/")
    parts = PurePosixPath(inside).parts
    if not name.isidentifier() or not parts or ".." in parts or inside.startswith("/"):
        raise StorageError(f"'{file}' must read package:NAME/PATH, with a path inside the package")
    spec = find_spec(name)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    if not folders:
        raise StorageError(f"the package '{name}', which '{file}' names, is not installed")
    found = [Path(folder, *parts) for folder in folders]
    return next((path for path in found if path.is_file()), found[0])


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hex digits; the file is read in pieces."""
    digest = sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_CHUNK):
                digest.update(piece)
    except OSError as error:
        raise unreadable(path, error) from error
    return digest.hexdigest()


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, or raise `StorageError`."""
    try:
        return check_file(path).read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> StorageError:
    """Return the error for a file that is there and cannot be opened."""
    return StorageError(
        f"'{path}' cannot be read ({error.strerror or type(error).__name__}). Close it where it is "
        "open and look at its permissions"
    )
