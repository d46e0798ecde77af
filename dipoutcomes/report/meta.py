"""What a write-up says about itself, on its first page and at the top of every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dipoutcomes._validate import check_choice

WORKING_BANNER = "WORKING COPY - NOT FOR RELEASE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMeta:
    """What a write-up says about itself. There is no date in it: a re-run gives the same bytes.

    Parameters
    ----------
    title : str
        Title of the document; a level-1 heading that repeats it is left out of the text.
    subtitle : str
        Printed under the title.
    copy : {"working", "release"}
        A working copy says on every page that it is not for release; this cannot be turned off.
    notices : tuple of str
        Further sentences for the top of every page: "SYNTHETIC DATA: made-up people".
    organisation, author : str
        Who publishes it and who wrote it.
    lang : str, default "en-GB"
        Language of the text, read by screen readers and spelling checkers.

    Examples
    --------
    >>> ReportMeta(title="Arrests", notices=("SYNTHETIC DATA",)).banners
    ('WORKING COPY - NOT FOR RELEASE', 'SYNTHETIC DATA')
    >>> ReportMeta(title="Arrests", copy="release").banners
    ()
    """

    title: str
    subtitle: str = ""
    copy: Literal["working", "release"] = "working"
    notices: tuple[str, ...] = ()
    organisation: str = ""
    author: str = ""
    lang: str = "en-GB"

    def __post_init__(self) -> None:
        check_choice("copy", self.copy, ("working", "release"))
        if not self.title.strip():
            raise ValueError("`title` must not be empty")

    @property
    def banners(self) -> tuple[str, ...]:
        """Everything that stands at the top of every page, the copy's own mark first."""
        marks = (WORKING_BANNER,) if self.copy == "working" else ()
        return (*marks, *(n for n in self.notices if n and n not in marks))
