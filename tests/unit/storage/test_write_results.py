"""Results are there whole or not at all, and the same content has the same bytes."""

import json
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from math import inf, isnan, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipoutcomes.errors import StorageError
from dipoutcomes.results import Curve, Estimate, Interval
from dipoutcomes.storage import (
    canonical,
    canonical_json,
    check_manifest,
    csv_bytes,
    from_canonical_json,
    read_key,
    read_lock_text,
    read_manifest,
    read_protocol_text,
    write_atomic,
    write_folder,
)
from dipoutcomes.storage import write as writing

FILES = {"results.json": b"{}\n", "tables/flow.csv": b"a\n1\n"}


def tree(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_folder_is_written_with_its_manifest(tmp_path):
    write_folder(tmp_path / "build" / "study", FILES, details={"seed": 7})
    target = tmp_path / "build" / "study"
    assert tree(target) == {*FILES, "manifest.json"}
    found = read_manifest(target)
    assert found["details"] == {"seed": 7}
    assert found["files"][1] == {
        "path": "tables/flow.csv",
        "sha256": sha256(FILES["tables/flow.csv"]).hexdigest(),
        "bytes": 4,
    }
    assert check_manifest(target) == ()


def test_a_new_run_replaces_the_old_whole_and_leaves_nothing_beside_it(tmp_path):
    target = tmp_path / "study"
    write_folder(target, FILES)
    first = (target / "manifest.json").read_bytes()
    write_folder(target, {"results.json": b"[]\n"})
    assert tree(target) == {"results.json", "manifest.json"}
    write_folder(target, FILES)
    assert (target / "manifest.json").read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == ["study"]


def test_a_failure_on_the_way_leaves_the_old_results(tmp_path, monkeypatch):
    target = tmp_path / "study"
    write_folder(target, FILES)
    real, calls = writing._write_synced, []

    def full_disk(path, data):
        calls.append(path)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(path, data)

    monkeypatch.setattr(writing, "_write_synced", full_disk)
    with pytest.raises(StorageError, match="No space left"):
        write_folder(target, {"results.json": b"new", "b": b"new"})
    assert (target / "results.json").read_bytes() == b"{}\n"
    assert [p.name for p in tmp_path.iterdir()] == ["study"]


def test_a_failure_in_the_swap_puts_the_old_folder_back(tmp_path, monkeypatch):
    target = tmp_path / "study"
    write_folder(target, FILES)
    real = writing.Path.replace

    def refuse(self, other):
        if self.name.endswith(".new"):
            raise OSError(13, "Permission denied")
        return real(self, other)

    monkeypatch.setattr(writing.Path, "replace", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        write_folder(target, {"results.json": b"new"})
    monkeypatch.undo()
    assert tree(target) == {*FILES, "manifest.json"}
    assert [p.name for p in tmp_path.iterdir()] == ["study"]


@pytest.mark.parametrize("manifest", [None, b"{}", b"not json", b'{"made_by": "somebody"}'])
def test_a_folder_that_something_else_wrote_is_never_replaced(tmp_path, manifest):
    (tmp_path / "thesis.docx").write_bytes(b"years of work")
    if manifest is not None:
        (tmp_path / "manifest.json").write_bytes(manifest)
    with pytest.raises(StorageError, match="not replaced"):
        write_folder(tmp_path, FILES)
    assert (tmp_path / "thesis.docx").read_bytes() == b"years of work"


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "manifest.json", "", "c:\\a"])
def test_paths_stay_inside_the_folder(tmp_path, name):
    with pytest.raises(ValueError, match="files"):
        write_folder(tmp_path / "study", {name: b""})


def test_the_manifest_finds_every_change(tmp_path):
    target = tmp_path / "study"
    write_folder(target, {**FILES, "c.csv": b"c"})
    (target / "results.json").write_bytes(b"{ }")
    (target / "tables" / "flow.csv").unlink()
    (target / "more.txt").write_bytes(b"")
    assert check_manifest(target) == (
        "tables/flow.csv is missing",
        "more.txt is not in the manifest",
        "results.json has changed",
    )


def test_write_atomic_replaces_and_leaves_no_temporary_file(tmp_path, monkeypatch):
    path = tmp_path / "new" / "a.txt"
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"

    def broken(self, other):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(writing.Path, "replace", broken)
    with pytest.raises(StorageError, match="cannot be written"):
        write_atomic(path, b"three")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


# --- canonical forms


def test_canonical_json_has_one_form():
    value = {
        "z": (1, 2.0, np.int64(3), np.float64(0.1) + 0.2),
        "a": {"nan": nan, "inf": inf, "low": -inf, "nought": -0.0},
        "d": [date(2014, 4, 1), Decimal("0.950"), True, None, "Si\u00e2n"],
        "n": np.array([[1.0, nan]]),
    }
    text = canonical_json(value).decode()
    assert text.endswith("}\n")
    assert json.loads(text) == {
        "a": {"inf": "inf", "low": "-inf", "nan": None, "nought": 0.0},
        "d": ["2014-04-01", "0.950", True, None, "Si\u00e2n"],
        "n": [[1.0, None]],
        "z": [1, 2.0, 3, 0.3],
    }
    assert "-0.0" not in text
    assert list(json.loads(text)) == sorted(value)
    assert canonical_json(dict(reversed(value.items()))) == text.encode()


@pytest.mark.parametrize("value", [{1: 2}, {1, 2}, b"bytes", object()])
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises(TypeError, match="canonical JSON"):
        canonical_json(value)


numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(numbers)
def test_twelve_digits_survive_and_a_second_pass_changes_nothing(value):
    first = canonical_json({"confidence_level": 0.95, "value": value})
    back = from_canonical_json(first)
    if isnan(value):
        assert isnan(back["value"])
    else:
        assert back["value"] == pytest.approx(value, rel=1e-11, abs=0)
    assert canonical_json(back) == first


def test_results_come_back_with_their_nan_and_infinity():
    estimate = Estimate(
        measure="rate",
        value=nan,
        interval=Interval(-inf, inf, 0.95, "none"),
        events=0,
        base=0.0,
        base_unit="persons",
    )
    back = Estimate.from_dict(from_canonical_json(canonical_json(estimate.to_dict())))
    assert isnan(back.value)
    assert isnan(back.p_value)
    assert tuple(back.interval) == (-inf, inf)
    assert back.reference_events is None  # a count that is not there stays None
    curve = Curve(
        label="all",
        measure="share",
        time=(0.0, 1.0),
        value=(1.0, 0.5),
        low=(nan, 0.1),
        high=(nan, 0.9),
        at_risk=(2, 2),
        events=(0, 1),
        censored=(0, 0),
        time_unit="days",
        confidence_level=0.95,
        method="none",
    )
    again = Curve.from_dict(from_canonical_json(canonical_json(curve.to_dict())))
    assert isnan(again.low[0])
    assert again.high[1] == 0.9


def test_csv_has_one_form():
    frame = pd.DataFrame(
        {
            "n": [1, 2],
            "x": [0.1 + 0.2, nan],
            "when": pd.to_datetime(["2014-04-01", None]),
            "yes": [True, False],
            "text": ["a,b", None],
            "far": [inf, -inf],
        }
    )
    assert csv_bytes(frame) == (
        b'n,x,when,yes,text,far\n1,0.3,2014-04-01,true,"a,b",inf\n2,,,false,,-inf\n'
    )


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd|'/c'!A1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_looks_like_a_formula_is_disarmed(text):
    frame = pd.DataFrame({"a": [text]})
    import csv
    import io

    assert list(csv.reader(io.StringIO(csv_bytes(frame).decode(), newline="")))[1] == [
        "'" + text.replace("\r", "\n")
    ]


def test_numbers_are_no_formulas():
    frame = pd.DataFrame({"a": ["-0.5", "+3", "-12%"], "b": [-0.5, -1.0, -2.0]})
    assert csv_bytes(frame) == b"a,b\n-0.5,-0.5\n+3,-1.0\n-12%,-2.0\n"


def test_a_stamp_keeps_its_time_where_one_has_it():
    frame = pd.DataFrame({"a": [datetime(2014, 4, 1, 9, 30), datetime(2014, 4, 2)]})
    assert b"2014-04-01T09:30:00" in csv_bytes(frame)


def test_distinct_cells_are_written_once_and_none_is_taken_for_another():
    frame = pd.DataFrame(
        {
            "mixed": pd.Series([1, True, 1.0, "1", None], dtype=object),
            "zero": [0.0, -0.0, nan, 0.0, 2.5],
            "text": ["a", "=a", None, "a", ""],
            "group": pd.Categorical(["x", None, "x", "y", "x"]),
        }
    )
    assert csv_bytes(frame).decode().splitlines() == [
        "mixed,zero,text,group",
        "1,0.0,a,x",
        "true,0.0,'=a,",
        "1.0,,,x",
        "1,0.0,a,y",
        ",2.5,,x",
    ]


def test_a_long_table_is_written_whole(monkeypatch):
    frame = pd.DataFrame({"n": range(10), "even": [True, False] * 5})
    whole = csv_bytes(frame)
    monkeypatch.setattr(canonical, "_ROWS_AT_A_TIME", 3)
    assert csv_bytes(frame) == whole
    assert whole.count(b"\n") == 11


# --- protocols and keys


def test_protocol_and_lock_are_utf_8(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes("\ufefftitle = 'Si\u00e2n'\n".encode())
    assert read_protocol_text(path) == "title = 'Si\u00e2n'\n"
    assert read_lock_text(path) is None
    (tmp_path / "study.lock").write_text("locked\n")
    assert read_lock_text(path) == "locked\n"
    path.write_bytes("a = 1\ntitle = 'Si\u00e2n'\n".encode("cp1252"))
    with pytest.raises(StorageError, match="line 2"):
        read_protocol_text(path)


def test_a_key_is_read_without_the_editors_last_line_feed(tmp_path):
    for end in ("", "\n", "\r\n"):
        (tmp_path / "key").write_bytes(b"k" * 32 + end.encode())
        assert read_key(tmp_path / "key", tmp_path / "build") == b"k" * 32
    binary = bytes(range(1, 33))
    (tmp_path / "key").write_bytes(binary)
    assert read_key(tmp_path / "key", tmp_path / "build") == binary


def test_a_short_key_and_one_among_the_results_are_refused(tmp_path):
    (tmp_path / "key").write_bytes(b"k" * 31 + b"\n")
    with pytest.raises(StorageError, match="31 bytes"):
        read_key(tmp_path / "key", tmp_path / "build")
    inside = tmp_path / "build" / "deep"
    inside.mkdir(parents=True)
    (inside / "key").write_bytes(b"k" * 32)
    with pytest.raises(StorageError, match="inside the output folder"):
        read_key(inside / "key", tmp_path / "build")
    (tmp_path / "link").symlink_to(inside / "key")
    with pytest.raises(StorageError, match="inside the output folder"):
        read_key(tmp_path / "link", tmp_path / "build")
