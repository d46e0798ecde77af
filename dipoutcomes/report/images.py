"""Figures of a write-up: the words that stand for them, and the bytes each format can hold."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import PurePath

FEWEST_LETTERS = 40
_MEDIA = {".png": "image/png", ".svg": "image/svg+xml"}
# What software writes by itself, and what people write to silence a checker.
_STOCK = re.compile(
    r"(no (alt(ernative)? text|description)( (was )?(provided|available|given))?"
    r"|(this is )?(an? )?(image|figure|chart|graph|plot|picture|diagram)( (of|showing) )?"
    r"(the )?(data|results?|below|above|here|goes here)?"
    r"|alt(ernative)? text( (goes here|here))?|text alternative|see (the )?(text|caption|table).*"
    r"|description|todo.*|output of cell.*|matplotlib figure.*|figure size .*|png|svg)\.?",
    re.IGNORECASE,
)


def alt_text_fault(alt: str, *, name: str = "", caption: str = "") -> str:
    """Return what is wrong with a figure's text alternative, or "" if nothing is.

    Parameters
    ----------
    alt : str
        The text that is read to someone who cannot see the figure.
    name : str, optional
        The figure's file name.
    caption : str, optional
        The figure's caption, which is read out anyway.

    Returns
    -------
    str
        The fault as a phrase. A machine cannot judge whether a text is true or useful; it can
        refuse one that is absent, the file's name, a stock sentence, a copy of the caption, or
        has fewer than 40 letters.

    Examples
    --------
    >>> alt_text_fault("Chart")
    'is a stock sentence'
    >>> alt_text_fault("The share arrested fell from 62% before to 41% in the year after.")
    ''
    """
    text = " ".join(alt.split())
    if not text:
        return "is missing"
    stem = PurePath(name).stem.lower() if name else ""
    if (stem and text.lower() in {name.lower(), stem}) or text.lower().endswith((".png", ".svg")):
        return "is a file name"
    # A stock phrase said several times is still one.
    if all(_STOCK.fullmatch(part.strip()) for part in re.split(r"[.;]\s", text)):
        return "is a stock sentence"
    if caption and text.lower() == " ".join(caption.split()).lower():
        return "repeats the caption"
    letters = sum(character.isalpha() for character in text)
    if letters < FEWEST_LETTERS:
        return f"has {letters} letters, fewer than {FEWEST_LETTERS}"
    return ""


def data_uri(name: str, content: bytes) -> str:
    """Return *content* as a ``data:`` address, so that a page needs no second file."""
    media = _MEDIA[PurePath(name).suffix.lower()]
    return f"data:{media};base64,{b64encode(content).decode('ascii')}"


def svg_to_png(content: bytes, *, pixels_per_inch: float = 200) -> bytes:
    """Return an SVG drawing as PNG, for Word, which cannot show SVG everywhere.

    Drawn by Typst with its own fonts alone, so the bytes do not depend on the machine.
    """
    import tempfile
    from pathlib import Path

    import typst

    with tempfile.TemporaryDirectory(prefix="dipoutcomes-") as folder:
        page = Path(folder) / "page.typ"
        (Path(folder) / "figure.svg").write_bytes(content)
        page.write_text(
            '#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")\n',
            encoding="utf-8",
        )
        png = typst.compile(str(page), format="png", ppi=pixels_per_inch, ignore_system_fonts=True)
    return bytes(png)
