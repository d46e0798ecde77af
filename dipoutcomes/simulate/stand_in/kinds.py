"""What a column is taken for where nobody says: by its heading first, then by its cells.

In doubt a column is private: a text that might name somebody is replaced, never kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dipoutcomes.simulate.stand_in.cells import distinct_cells, text_of
from dipoutcomes.simulate.stand_in.day_cells import KNOWN_FORMATS, days_of_texts, read_days
from dipoutcomes.simulate.stand_in.keys import SHAPE
from dipoutcomes.simulate.stand_in.own_values import why_identifier
from dipoutcomes.simulate.stand_in.source import Column

if TYPE_CHECKING:
    import pandas as pd

_MOSTLY = 0.95
_COMMON_ROWS = 10
_MOST_WORDS = 200
_MOST_CODES = 12  # whole numbers with no more different values are codes
_SAMPLE = 5_000  # distinct cells looked at for their form

_PRIVATE = (
    "name", "names", "surname", "forename", "firstname", "lastname", "middlename", "alias",
    "address", "addr", "street", "road", "house", "postcode", "postal", "zip", "phone",
    "telephone", "mobile", "tel", "email", "mail", "note", "notes", "comment", "comments",
    "narrative", "remarks", "text", "next of kin", "easting", "northing", "latitude", "longitude",
    "lat", "lon", "initials",
)  # fmt: skip
_IDENTIFIER = (
    "id", "ids", "ref", "refs", "reference", "urn", "uid", "guid", "uuid", "nhs", "nino", "pnc",
    "pncid", "cro", "asn", "key", "number", "no", "num", "licence", "license", "passport",
    "barcode", "serial",
)  # fmt: skip
#: Headings under which words are people's names.
_PEOPLE = {
    "client", "offender", "person", "patient", "officer", "worker", "keyworker", "caseworker",
    "socialworker", "gp", "doctor", "contact", "carer", "solicitor", "manager", "casemanager",
    "probationofficer", "supervisor", "victim", "partner", "mother", "father", "referrer",
}  # fmt: skip
_BIRTH = ("birth", "born", "dob", "birthdate", "birthday")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LEADING_ZERO = re.compile(r"-?0\d")


def words_of(heading: str) -> tuple[str, ...]:
    """Return the words of a heading, small: ``ClientRef``, ``client_ref`` alike.

    Examples
    --------
    >>> words_of("ClientRef"), words_of("date of birth (dd/mm)")
    (('client', 'ref'), ('date', 'of', 'birth', 'dd', 'mm'))
    """
    return tuple(word.lower() for word in _WORDS.findall(heading))


def is_private(heading: str) -> bool:
    """Return whether a heading speaks of a name, an address, a place or a note."""
    words = words_of(heading)
    joined = "".join(words)
    return any(
        word in words or (len(word) > 5 and word.replace(" ", "") in joined) for word in _PRIVATE
    )


def is_identifier(heading: str) -> bool:
    """Return whether a heading speaks of an identifier."""
    words = words_of(heading)
    if words[1:2] == ("of",):  # number of arrests
        return False
    return any(word in _IDENTIFIER for word in words) or "".join(words) in _IDENTIFIER


def is_birth(heading: str) -> bool:
    """Return whether a heading speaks of a date of birth."""
    return any(word in _BIRTH for word in words_of(heading))


def cells_in_headings(frame: pd.DataFrame) -> int:
    """Return how many headings look like cells of a record: then they stand in another row.

    A number that is no year, a date, a word that its own column holds, or a code in the pattern
    of its own column.
    """
    found = 0
    for place, heading in enumerate(map(str, frame.columns)):
        labels = distinct_cells(frame.iloc[:, place])[1][:_SAMPLE]
        texts = {text_of(label) for label in labels}
        shapes = {text.translate(SHAPE) for text in texts}
        shape = heading.translate(SHAPE)
        bare = bool(heading) and not any(letter.isalpha() for letter in heading)
        year = heading.isdigit() and 1900 <= int(heading) <= 2100
        code = "9" in shape and len(shapes) < max(2, 0.1 * len(texts)) and shape in shapes
        found += bool(heading) and (heading in texts or code or (bare and not year))
    return found


def infer_column(cells: pd.Series[Any], heading: str, *, missing: Sequence[str]) -> Column:
    """Return what one column is taken for.

    Parameters
    ----------
    cells : Series
        Raw cells.
    heading : str
    missing : sequence of str
        Texts that stand for a missing value.
    """
    code, labels = distinct_cells(cells)
    counts = np.bincount(code[code >= 0], minlength=len(labels))
    known = {*missing, ""}
    filled = np.array(
        [n > 0 and text_of(x) not in known for x, n in zip(labels, counts, strict=True)], dtype=bool
    )
    labels, counts = labels[filled], counts[filled]
    if not len(labels):
        return Column(heading=heading, role="blank", because="it is empty")
    if is_private(heading):
        return Column(
            heading=heading, role="text", because="its heading speaks of something private"
        )
    return (
        _as_date(labels, counts, heading)
        or _as_number(labels, counts, heading)
        or _as_words(labels, counts, heading)
    )


def _looked_at(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of the most frequent distinct cells."""
    return np.argsort(-counts, kind="stable")[:_SAMPLE].astype(np.int64)


def _as_date(labels: NDArray[np.object_], counts: NDArray[np.int64], heading: str) -> Column | None:
    role = "birth" if is_birth(heading) else "date"
    chosen = _looked_at(counts)
    looked, weight = labels[chosen], counts[chosen]
    texts = np.array([isinstance(label, str) for label in looked], dtype=bool)
    formats: list[str] = []
    if texts.any():
        first = [str(label) for label in looked[texts][:200]]
        hits = {form: int((~np.isnan(days_of_texts(first, form))).sum()) for form in KNOWN_FORMATS}
        if "date" not in "".join(words_of(heading)) and role != "birth":
            hits["%Y%m%d"] = 0
        formats = sorted((f for f in hits if hits[f]), key=lambda form: -hits[form])[:3]
    days = read_days(looked, formats, serial_days=False)[0]
    good = ~np.isnan(days)
    if weight[good].sum() < _MOSTLY * weight.sum():
        return None
    # Only formats that are needed: what the first reads, the others do not try.
    used = [f for i, f in enumerate(formats) if i == 0 or _adds(looked, formats[:i], f)]
    return Column(heading=heading, role=role, formats=tuple(used), because="its cells are dates")  # type: ignore[arg-type]


def _adds(labels: NDArray[np.object_], before: Sequence[str], form: str) -> bool:
    one = read_days(labels, before, serial_days=False)[0]
    both = read_days(labels, [*before, form], serial_days=False)[0]
    return bool((np.isnan(one) & ~np.isnan(both)).any())


def _as_number(
    labels: NDArray[np.object_], counts: NDArray[np.int64], heading: str
) -> Column | None:
    import pandas as pd

    if any(isinstance(label, bool | np.bool_) for label in labels[:_SAMPLE]):
        return None
    texts = [text_of(label) for label in labels]
    zeros = sum(bool(_LEADING_ZERO.match(text)) and "." not in text for text in texts)
    values = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(float)
    good = np.isfinite(values)
    if zeros > 0.05 * len(texts) or counts[good].sum() < _MOSTLY * counts.sum():
        return None
    values = values[good]
    whole = bool((values == np.round(values)).all())
    once = counts.sum() <= 1.05 * len(texts)
    run = whole and once and len(values) > 20 and np.ptp(values) < 1.5 * len(values)
    if whole and (is_identifier(heading) or run) and len(texts) > _MOST_CODES:
        why = "its heading speaks of an identifier" if is_identifier(heading) else "it counts rows"
        return Column(heading=heading, role="key", because=why)
    if whole and len(texts) <= _MOST_CODES:
        return Column(heading=heading, role="category", because="it has few different numbers")
    each = np.repeat(values, counts[good])
    why = why_identifier(each, np.arange(len(each))) if whole else ""
    if why:
        return as_identifier(heading, why)
    return Column(heading=heading, role="number", because="its cells are numbers")


def as_identifier(heading: str, why: str) -> Column:
    """Return a column of whole numbers that is taken for a key."""
    because = f"its numbers are taken for an identifier because {why}"
    return Column(heading=heading, role="key", because=because)


def _as_words(labels: NDArray[np.object_], counts: NDArray[np.int64], heading: str) -> Column:
    rows, words = int(counts.sum()), len(labels)
    if is_identifier(heading) and words > _MOST_CODES:
        return Column(heading=heading, role="key", because="its heading speaks of an identifier")
    if "".join(words_of(heading)) in _PEOPLE:
        return Column(heading=heading, role="text", because="its heading speaks of people")
    common = counts >= _COMMON_ROWS
    if words <= _MOST_WORDS and counts[common].sum() >= 0.5 * rows:
        return Column(heading=heading, role="category", because="it has few different words")
    texts = [text_of(label) for label in labels[:_SAMPLE]]
    one_word = sum(" " not in text and any(map(str.isdigit, text)) for text in texts)
    if words > 0.5 * rows and one_word > _MOSTLY * len(texts):
        return Column(heading=heading, role="key", because="its cells are mostly different codes")
    return Column(heading=heading, role="text", because="its words are too many or too rare")
