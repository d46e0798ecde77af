"""Whether two files say the same: byte for byte, or for Word and PDF by what they hold."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

#: What a PDF says of its own making, and of nothing else.
_OF_ITS_MAKING = re.compile(
    rb"/(CreationDate|ModDate)\s*\([^)]*\)|/ID\s*\[[^\]]*\]"
    rb"|<xmp:(CreateDate|ModifyDate|MetadataDate)>[^<]*</xmp:\w+>"
    rb"|<xmpMM:(DocumentID|InstanceID)>[^<]*</xmpMM:\w+>"
)


def same_content(name: str, first: bytes, second: bytes) -> bool:
    """Return whether two files of one name are the same.

    Parameters
    ----------
    name : str
        Its ending says what kind of file it is.
    first, second : bytes

    Returns
    -------
    bool
        Of Word, whether each part inside is the same, however it was packed; of PDF, whether all
        but times and identifiers of its making is; of anything else, whether the bytes are.
    """
    if first == second:
        return True
    if name.endswith(".docx"):
        parts = _parts(first)
        return parts is not None and parts == _parts(second)
    if name.endswith(".pdf"):
        return _OF_ITS_MAKING.sub(b"", first) == _OF_ITS_MAKING.sub(b"", second)
    return False


def _parts(content: bytes) -> dict[str, bytes] | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as inside:
            return {name: inside.read(name) for name in inside.namelist()}
    except zipfile.BadZipFile:
        return None
