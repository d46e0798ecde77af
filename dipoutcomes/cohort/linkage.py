"""Who was found on police records. Somebody not found is not somebody without offences."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NOT_FOUND = "not found on police records"
NO_ANSWER = "no answer from police records"


def untraced_because(person_ids: pd.Index, linkage: pd.DataFrame) -> NDArray[np.object_]:
    """Return why each person is untraced; the empty text for somebody who was found.

    Parameters
    ----------
    person_ids : Index, shape (n,)
        Pseudonyms, unique.
    linkage : DataFrame
        ``person_id``, ``status`` ("found", "not_found"). A person without a row was asked for
        and not answered, which is a reason of its own. A person with several rows was found
        if one of them says so.

    Returns
    -------
    ndarray of str, shape (n,)
    """
    status = linkage["status"].to_numpy()
    code = person_ids.get_indexer(pd.Index(linkage["person_id"]))
    known = code >= 0
    because = np.full(len(person_ids), NO_ANSWER, dtype=object)
    because[code[known & (status == "not_found")]] = NOT_FOUND
    because[code[known & (status == "found")]] = ""
    return because
