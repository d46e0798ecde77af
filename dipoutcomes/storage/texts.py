"""Protocols, lock files and keys."""

from __future__ import annotations

from pathlib import Path

from dipoutcomes.errors import StorageError
from dipoutcomes.storage.locate import read_bytes

KEY_BYTES = 32


def read_protocol_text(path: Path) -> str:
    """Return the text of a protocol file.

    Raises
    ------
    StorageError
        If there is no such file, or it is not UTF-8 (which TOML always is).
    """
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise StorageError(
            f"'{path.name}' is not UTF-8 at line {line}; a protocol always is. Save it as UTF-8"
        ) from None


def lock_path(protocol: Path) -> Path:
    """Return where the lock of a protocol stands: ``NAME.lock`` beside it."""
    if protocol.suffix == ".lock":
        raise StorageError(
            f"'{protocol.name}' has the name of a lock. Name the protocol itself (NAME.toml); its "
            "lock is written beside it"
        )
    return protocol.with_suffix(".lock")


def read_lock_text(protocol: Path) -> str | None:
    """Return the text of the lock that stands beside a protocol, or ``None`` without one."""
    path = lock_path(protocol)
    return read_protocol_text(path) if path.is_file() else None


def read_key(path: Path, output_folder: Path) -> bytes:
    """Return the secret key for pseudonyms.

    Parameters
    ----------
    path : Path
        A file of at least 32 bytes. Of a text file the white space at both ends is cut, so that
        an editor's last line feed makes no other key.
    output_folder : Path
        Where results go; the key may not lie inside it, or it would travel with them.

    Raises
    ------
    StorageError
        If there is no such file, it lies inside *output_folder*, or it is too short.
    """
    home = Path(output_folder).resolve()
    if Path(path).resolve().is_relative_to(home):
        raise StorageError(
            f"the key '{path}' lies inside the output folder '{output_folder}' and would travel "
            "with the results. Keep it elsewhere, where only those who may re-identify can read it"
        )
    data = read_bytes(Path(path))
    if all(32 <= byte < 127 or byte in b"\t\r\n" for byte in data):
        data = data.strip()
    if len(data) < KEY_BYTES:
        raise StorageError(
            f"the key '{path}' has {len(data)} bytes and needs at least {KEY_BYTES}. Make one with "
            'python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return data
