"""Reading a protocol loads no data frame library."""

import subprocess
import sys


def test_reading_a_protocol_loads_neither_pandas_nor_duckdb(tmp_path):
    (tmp_path / "a.toml").write_text("a = 1\n")
    code = (
        "import sys; from pathlib import Path; from dipoutcomes.storage import read_protocol_text;"
        "read_protocol_text(Path(sys.argv[1]));"
        "print(sorted({'pandas', 'numpy', 'duckdb', 'python_calamine'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.toml")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
