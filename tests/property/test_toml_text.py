"""Values written as TOML are read back as they were."""

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.study._toml import toml_text

# No lone surrogates: no file holds them.
texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.one_of(
    texts,
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.dates(),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=5))
def test_what_is_written_is_read_again(tables):
    assert tomllib.loads(toml_text(tables)) == tables


def test_a_value_that_toml_lacks_is_refused():
    with pytest.raises(TypeError, match="NoneType"):
        toml_text({"a": None})


def test_dates_and_lists_of_tables():
    text = toml_text({"window": [{"name": "a"}, {"on": date(2014, 5, 1)}], "n": 1})
    assert text == 'n = 1\n\n[[window]]\nname = "a"\n\n[[window]]\non = 2014-05-01\n'
