"""The base of a measure: who is known in its window, and in the one before."""

from types import SimpleNamespace

import numpy as np

from dipoutcomes.pipeline.payment_rows import base_of
from dipoutcomes.protocol.model import PaymentMeasure


def test_who_is_compared_with_their_own_past_was_seen_in_both_windows():
    """Of three, one was lost after and one before: only the first can be compared."""
    known = {"after": np.array([True, False, True]), "before": np.array([True, True, False])}
    seen = SimpleNamespace(base=known.__getitem__)
    alone = PaymentMeasure(name="m", window="after")
    assert base_of(alone, seen).tolist() == [True, False, True]
    own = PaymentMeasure(name="m", window="after", before="before")
    assert base_of(own, seen).tolist() == [True, False, False]
