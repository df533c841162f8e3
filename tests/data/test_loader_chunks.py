"""Chunks of every format: equal to the whole, of one type throughout, in bounded memory."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv as arrow_csv
from pyarrow import feather

from ml_analytics.core.errors import DataProcessingError, MLFrameworkError
from ml_analytics.data import DataLoader

LOADER = DataLoader()
NAMES = ["b.csv", "b.csv.gz", "b.tsv", "b.parquet", "b.jsonl", "b.jsonl.gz", "b.xlsx", "b.feather", "b.arrow"]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [
        {str(k): v.isoformat() if isinstance(v, pd.Timestamp) else v for k, v in row.items()} for row in rows
    ]


def write(frame: pd.DataFrame, path: Path) -> Path:
    name = path.name
    if name.endswith(".parquet"):
        frame.to_parquet(path, row_group_size=700)
    elif ".jsonl" in name:
        text = "".join(json.dumps(row) + "\n" for row in _rows(frame))
        _write_text(path, text)
    elif name.endswith(".xlsx"):
        frame.to_excel(path, index=False)
    elif name.endswith(".feather"):
        feather.write_feather(frame, str(path), chunksize=700)
    elif name.endswith(".arrow"):
        table = pa.Table.from_pandas(frame)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=700)
    else:
        frame.to_csv(path, index=False, sep="\t" if name.endswith("tsv") else ",")
    return path


def _write_text(path: Path, text: str) -> None:
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def bars(rows: int = 2500) -> pd.DataFrame:
    """Columns whose holes come late, so that a chunk by itself would have another type."""
    n = np.arange(rows)
    late = pd.array(n, dtype="Int64")
    late[rows - 1] = pd.NA
    exact = pd.array(n + 2**53, dtype="Int64")
    exact[rows - 1] = pd.NA
    return pd.DataFrame(
        {
            "n": n,
            "x": n / 7,
            "word": [f"é {i}" for i in n],
            "late": late.astype("float64"),
            "exact": exact,
            "day": pd.date_range("2020-01-01", periods=rows, freq="D"),
        }
    )


@pytest.mark.parametrize("name", NAMES)
def test_chunks_equal_the_whole_and_have_its_types(tmp_path: Path, name: str) -> None:
    frame = bars() if not name.endswith("xlsx") else bars(1300).drop(columns="exact")
    path = write(frame, tmp_path / name)
    whole = LOADER.load(path)
    chunks = list(LOADER.load_chunks(path, rows=1000))
    assert [len(chunk) for chunk in chunks] == [1000] * (len(frame) // 1000) + [len(frame) % 1000]
    for chunk in chunks:
        assert chunk.dtypes.to_dict() == whole.dtypes.to_dict()
    pd.testing.assert_frame_equal(pd.concat(chunks), whole)
    assert whole["n"].tolist() == frame["n"].tolist()
    if "exact" in frame:
        assert str(whole["exact"].dtype) == "Int64"
        assert whole["exact"].iloc[1] == 2**53 + 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("output", ["arrow", "polars"])
def test_the_library_asked_for(tmp_path: Path, name: str, output: Any) -> None:
    frame = bars(1200).drop(columns="exact") if name.endswith("xlsx") else bars(1200)
    path = write(frame, tmp_path / name)
    whole = LOADER.load(path, output=output)
    chunks = list(LOADER.load_chunks(path, rows=500, output=output))
    assert isinstance(whole, pl.DataFrame if output == "polars" else pa.Table)
    assert [len(chunk) for chunk in chunks] == [500, 500, 200]
    if output == "polars":
        assert pl.concat(chunks).equals(whole)
    else:
        assert pa.concat_tables(chunks).equals(whole)
    table = whole if isinstance(whole, pa.Table) else whole.to_arrow()
    assert table["n"].to_pylist() == frame["n"].tolist()


def test_dataframes_become_the_library_asked_for() -> None:
    frame = pd.DataFrame({"a": [1, 2], "mixed": [1, "x"], "nested": [{"k": 1}, [2]]})
    table = LOADER.load(frame, output="arrow")
    assert table.to_pylist() == [
        {"a": 1, "mixed": "1", "nested": '{"k": 1}'},
        {"a": 2, "mixed": "x", "nested": "[2]"},
    ]
    assert LOADER.load(table, output="pandas")["a"].tolist() == [1, 2]
    assert LOADER.load(pl.DataFrame({"a": [1]}), output="arrow").equals(pa.table({"a": [1]}))
    assert LOADER.load(table) is table


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=5),
    st.lists(st.integers(0, 9), max_size=2),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.dictionaries(st.sampled_from("abc"), CELLS, min_size=1), min_size=1, max_size=12),
    size=st.integers(1, 5),
)
def test_no_value_of_json_is_lost_whole_or_in_chunks(
    tmp_path: Path, rows: list[dict[str, Any]], size: int
) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    whole = LOADER.load(path)
    chunks = list(LOADER.load_chunks(path, rows=size))
    pd.testing.assert_frame_equal(pd.concat(chunks), whole)
    for name in whole.columns:
        for got, row in zip(whole[name], rows, strict=True):
            expected = row.get(name)
            missing = not isinstance(got, list) and pd.isna(got)
            assert missing if expected is None else got == expected


def peak_bytes(code: str, *arguments: str) -> int:
    """Return by how many bytes a child's peak memory rises over what its imports take."""
    program = (
        "import os, re, sys\n"
        "from pathlib import Path\n"
        "from ml_analytics.data import DataLoader\n"
        "import pyarrow.csv, pyarrow.parquet\n"
        "status = Path('/proc/self/status')\n"  # ru_maxrss would count what the parent had used
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', status.read_text()).group(1)) * 1024\n"
        f"loader, path = DataLoader(), sys.argv[1]\n"
        "list(loader.load_chunks(sys.argv[2], rows=10))\n"
        "before = peak()\n"
        f"{code}\n"
        "print(peak() - before, flush=True)\n"
        "os._exit(0)\n"  # Arrow's own threads may abort a process that ends while they end
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")
@pytest.mark.parametrize(
    "name", ["big.csv", "big.csv.gz", "big.parquet", "big.jsonl", "big.jsonl.gz", "big.feather"]
)
def test_memory_stays_far_below_the_size_of_the_data(tmp_path: Path, name: str) -> None:
    rows = 300_000
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{i}": rng.normal(size=rows) for i in range(20)})  # 48 MB in memory, more as text
    if ".jsonl" in name:
        frame = frame.head(rows // 8)
    big, small = tmp_path / name, tmp_path / f"small{Path(name).suffixes[0]}"
    if name.endswith("parquet"):
        frame.to_parquet(big, row_group_size=rows, compression=None)  # one row group: the worst case
    elif name.endswith("feather"):
        feather.write_feather(frame, str(big), chunksize=10_000)
    elif ".jsonl" in name:
        plain = big.with_suffix("") if name.endswith("gz") else big
        frame.to_json(plain, orient="records", lines=True)
    else:
        plain = big.with_suffix("") if name.endswith("gz") else big
        arrow_csv.write_csv(pa.Table.from_pandas(frame), str(plain))
    if name.endswith("gz"):
        with big.with_suffix("").open("rb") as plain_file, gzip.open(big, "wb", compresslevel=1) as packed:
            shutil.copyfileobj(plain_file, packed)
    write(frame.head(100), small)
    count = "assert sum(len(c) for c in loader.load_chunks(path, rows=2_000)) == " + str(len(frame))
    used = peak_bytes(count, str(big), str(small))
    whole = peak_bytes("assert len(loader.load(path))", str(big), str(small))
    assert used < whole / 2, f"{used >> 20} MiB of {whole >> 20}"


def test_a_line_that_is_no_chunk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml_analytics.data.readers.json_lines.MAX_LINE", 50)
    path = tmp_path / "l.jsonl"
    path.write_text('{"a": 1}\n{"a": "' + "x" * 60 + '"}\n')
    with pytest.raises(DataProcessingError, match="line 2 is longer than 50"):
        list(LOADER.load_chunks(path, rows=10))


@pytest.mark.parametrize("name", ["f.feather", "f.arrow"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 5_000), value=st.integers(0, 255))
def test_a_damaged_arrow_file_gives_a_table_or_a_sentence(
    tmp_path: Path, name: str, position: int, value: int
) -> None:
    path = write(bars(50), tmp_path / name)
    data = bytearray(path.read_bytes())
    data[position % len(data)] = value
    path.write_bytes(data)
    try:
        LOADER.load(path)
    except MLFrameworkError as error:
        assert "\n" not in str(error)
