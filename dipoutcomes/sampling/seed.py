"""The seed of a draw: the study's own, or one made from a number that nobody could have chosen."""

from __future__ import annotations

from hashlib import sha256

from dipoutcomes.protocol.model import Sample

#: The name of the random stream that draws the sample.
STREAM = "sampling"
#: First line of the text that is hashed; another rule would get another label.
LABEL = "dipoutcomes seed of a draw, rule 1"
SEED_DIGITS = 13  # hexadecimal: below 2^52, exact in every program that reads JSON


def seed_from_public_number(number: str, source: str) -> int:
    r"""Return the seed that a public number gives, the same for everybody.

    Parameters
    ----------
    number : str
        As it was published, such as the numbers of a named lottery draw.
    source : str
        Where anybody can look it up.

    Returns
    -------
    int
        From 0 to 2^52 - 1.

    Raises
    ------
    ValueError
        If either is empty.

    Notes
    -----
    The first 13 hexadecimal digits of the SHA-256 of three lines of UTF-8 with a line feed
    between them (none at the end): `LABEL`, *source*, *number*. White space at the ends is cut and
    runs of it inside become one space. By hand::

        printf '%s\n%s\n%s' "$LABEL" "$SOURCE" "$NUMBER" | sha256sum | cut -c1-13

    It proves that nobody picked the seed only if the source was named (the protocol locked and
    its fingerprint deposited) before the number was known.

    Examples
    --------
    >>> seed_from_public_number("03 11 19 24 41 52", "Lotto of 5 April 2014")
    346877698278175
    """
    parts = [" ".join(text.split()) for text in (source, number)]
    if not all(parts):
        raise ValueError("`number` and `source` must both say something")
    digest = sha256("\n".join([LABEL, *parts]).encode()).hexdigest()
    return int(digest[:SEED_DIGITS], 16)


def draw_seed(section: Sample, study_seed: int) -> int:
    """Return the seed of the draw: from the public number of *section*, else *study_seed*."""
    if section.public_number.strip():
        return seed_from_public_number(section.public_number, section.public_number_source)
    return study_seed
