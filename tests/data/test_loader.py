from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, MLFrameworkError, ParameterError
from ml_analytics.data import DataLoader, load_sp500

LOAD = DataLoader().load


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_types_of_a_csv(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "kinds.csv",
        "n,x,hole,flag,day,moment,zoned,clock,word,code\n"
        "1,1.5,3,true,2020-01-01,2020-01-01 10:00:00,2020-01-01T10:00:00Z,10:00:00,=1+2,007\n"
        "2,2,,False,2020-01-02,2020-01-02 10:00:00,2020-01-02T10:00:00+02:00,11:00:00,@SUM(A1),010\n",
    )
    frame = LOAD(path, text=["code"])
    kinds = {name: kind.kind for name, kind in frame.dtypes.items() if isinstance(kind, np.dtype)}
    assert kinds == {"n": "i", "x": "f", "hole": "f", "flag": "b", "day": "M", "moment": "M"}
    assert str(frame["zoned"].dt.tz) == "UTC"
    assert frame["zoned"].iloc[1] == pd.Timestamp("2020-01-02 08:00", tz="UTC")
    assert frame["word"].tolist() == ["=1+2", "@SUM(A1)"]
    assert frame["code"].tolist() == ["007", "010"]
    assert frame["clock"].tolist() == ["10:00:00", "11:00:00"]
    assert np.isnan(frame["hole"].iloc[1])


def test_quoted_cells_are_text_and_may_hold_newlines(tmp_path: Path) -> None:
    frame = LOAD(_file(tmp_path, "q.csv", 'a,b\n"NA","x\ny"\nNA,"a, b"\n'))
    assert frame["a"].tolist()[0] == "NA"
    assert frame["a"].isna().tolist() == [False, True]
    assert frame["b"].tolist() == ["x\ny", "a, b"]


@pytest.mark.parametrize("name", ["b.csv", "b.csv.gz", "b.tsv", "b.parquet", "b.jsonl", "b.xlsx"])
def test_bars_survive_every_format(tmp_path: Path, name: str) -> None:
    bars = load_sp500().head(50).reset_index()
    path = tmp_path / name
    if name.endswith("parquet"):
        bars.to_parquet(path)
    elif name.endswith("jsonl"):
        bars.to_json(path, orient="records", lines=True, date_format="iso", double_precision=15)
    elif name.endswith("xlsx"):
        bars.assign(timestamp=bars["timestamp"].dt.tz_localize(None)).to_excel(path, index=False)
    else:
        bars.to_csv(path, index=False, sep="\t" if name.endswith("tsv") else ",")
    back = LOAD(path)
    assert back.columns.tolist() == bars.columns.tolist()
    np.testing.assert_allclose(back["close"].to_numpy(), bars["close"].to_numpy(), rtol=1e-14)
    times = pd.to_datetime(back["timestamp"], utc=True)
    assert (times.to_numpy() == bars["timestamp"].to_numpy()).all()


def test_a_stored_index_comes_back(tmp_path: Path) -> None:
    load_sp500().to_parquet(tmp_path / "bars.parquet")
    pd.testing.assert_frame_equal(LOAD(tmp_path / "bars.parquet"), load_sp500())


def test_dataframes_are_handed_through() -> None:
    pandas, polars = pd.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]})
    assert LOAD(pandas) is pandas
    assert LOAD(polars) is polars


def test_names_of_a_file_without_a_header(tmp_path: Path) -> None:
    frame = LOAD(_file(tmp_path, "r.csv", "2020-01-01,0.1\n2020-01-02,0.2\n"), names=["day", "return"])
    assert frame["return"].tolist() == [0.1, 0.2]
    pd.DataFrame([[1, "a"], [2, "b"]]).to_excel(tmp_path / "x.xlsx", index=False, header=False)
    sheet = LOAD(tmp_path / "x.xlsx", names=["n", "s"], text=["n"])
    assert sheet.to_dict("list") == {"n": ["1", "2"], "s": ["a", "b"]}


def test_bars_are_read_cell_by_cell_and_tickets_are_not(tmp_path: Path) -> None:
    rows = "1.5,2,1,n.v., 10\n1e1,20,1,+2.5,n/v\n,3,1,,99999999999999999999\n"
    found = LOAD(_file(tmp_path, "b.csv", f"Open,high,low,close,volume\n{rows}".encode()))
    assert found["close"].tolist() == ["n.v.", 2.5, None]
    assert found["volume"].tolist() == [10, "n/v", "99999999999999999999"]
    assert type(found["volume"][0]) is int
    assert found["Open"].dtype == float
    kept = LOAD(tmp_path / "b.csv", text=["close"])
    assert kept["close"].tolist()[1] == "+2.5"
    tickets = LOAD(_file(tmp_path, "t.csv", b"open,close,text\n1,2,a\nyes,3,b\n"))
    assert tickets["open"].tolist() == ["1", "yes"]


def test_other_encodings_when_named(tmp_path: Path) -> None:
    for encoding in ("latin-1", "utf-16"):
        assert LOAD(_file(tmp_path, "e.csv", "a\né\n".encode(encoding)), encoding=encoding)["a"][0] == "é"
    assert LOAD(_file(tmp_path, "bom.csv", b"\xef\xbb\xbfa\n1\n")).columns.tolist() == ["a"]
    assert LOAD(_file(tmp_path, "bom.jsonl", b'\xef\xbb\xbf{"a": 1}\n')).columns.tolist() == ["a"]


def test_json_array_and_missing_keys(tmp_path: Path) -> None:
    frame = LOAD(_file(tmp_path, "a.json", '[{"a": 1, "b": "x"}, {"a": 2}]'), text=["a"])
    assert frame["a"].tolist() == ["1", "2"]
    assert frame["b"].isna().tolist() == [False, True]


HUGE = "9" * 30
BAD_FILES = {
    "empty.csv": (b"", "must have content. Got an empty file"),
    "header.csv": (b"a,b\n", "at least one row. Got no rows"),
    "blank.csv": (b"\n\n", "at least one row. Got no rows"),
    "long.csv": (b"a,b\n1,2\n1,2,3\n", "Every row of 'long.csv' must have 2 fields. Got 3 in row 3"),
    "short.csv": (b"a,b\n1,2\n1\n", "must have 2 fields. Got 1 in row 3"),
    "twice.csv": (b"a,b,a\n1,2,3\n", "must be unique. Got 'a' more than once"),
    "latin.csv": ("a\né\n".encode("latin-1"), "must be utf-8 text. Got bytes that are not"),
    "latinhead.csv": ("é\na\n".encode("latin-1"), "must be"),
    "wide.csv": ("a\né\n".encode("utf-16"), "must be utf-8 text"),
    "nul.csv": (b"a,b\n1,x\n2,\x00\n", "must be text. Got a NUL byte in line 3"),
    "huge.csv": (f"a\n1\n{HUGE}\n".encode(), "whole numbers of at most 64 bits. Got 999"),
    "digits.csv": (b"a\n1\n" + b"9" * 5000 + b"\n", "(5000 digits)"),
    "fake.csv.gz": (b"a,b\n1,2\n", "must be readable as gzip"),
    "cut.csv.gz": (gzip.compress(b"a,b\n" + b"1,2\n" * 999)[:-9], "must be readable as gzip"),
    "fake.parquet": (b"a,b\n1,2\n", "must be readable as Parquet"),
    "fake.xlsx": (b"a,b\n1,2\n", "must be readable as Excel"),
    "text.jsonl": (b'{"a": 1}\nhello\n', "must be readable as JSON lines"),
    "array.jsonl": (b'{"a": 1}\n[1]\n', "must be a JSON object. Got list in row 2"),
    "array.json": (b"[1, 2]", "must be a JSON object. Got int in row 1"),
    "none.json": (b"[]", "Got no rows"),
    "keys.jsonl": (b'{"a": 1, "a": 2}\n', "the key 'a' stands twice in line 1"),
    "huge.jsonl": (json.dumps({"a": 10**30}).encode(), "at most 64 bits"),
    "digits.jsonl": (b'{"a": ' + b"9" * 5000 + b"}", "must be readable as JSON lines"),
    "deep.jsonl": (b'{"a":' + b"[" * 100_000, "nested too deeply"),
    "open.csv": (b'a,b\n1,x\n2,"y\n3,z\n', "must close every quote"),
    "opened.csv": (b'a\n"x\n', "must close every quote"),
    "range.csv": (b"a\n1e400\n0.5\n", "in the range of 64-bit floats. Got 1e400"),
    "rounded.csv": (b"a\n9007199254740993\n0.5\n", "up to 2**53 beside decimals. Got 9007199254740993"),
    "surrogate.csv": (b"a\n\xed\xa0\x80\n", "must be utf-8 text"),
    "range.jsonl": (b'{"a": 1e400}', "1e400 is beyond the range"),
    "infinity.jsonl": (b'{"a": -Infinity}', "-Infinity is no JSON value"),
    "nul.jsonl": (b'{"a": 1}\n{"b": "x\\u0000"}', "a NUL character in line 2"),
    "half.jsonl": (b'{"a": {"b": ["\\ud800"]}}', "half of a surrogate pair in line 1"),
    "latin.jsonl": ('{"a": "é"}'.encode("latin-1"), "must be utf-8 text"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_get_one_sentence(tmp_path: Path, name: str) -> None:
    content, words = BAD_FILES[name]
    with pytest.raises(DataProcessingError) as caught:
        LOAD(_file(tmp_path, name, content))
    assert words in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not str(caught.value).endswith("..")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("name", [name for name in BAD_FILES if name.endswith((".csv", ".csv.gz", ".jsonl"))])
def test_bad_files_get_one_sentence_in_chunks_too(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataProcessingError) as caught:
        list(DataLoader().load_chunks(_file(tmp_path, name, BAD_FILES[name][0])))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_no_whole_number_is_rounded(tmp_path: Path) -> None:
    csv = _file(tmp_path, "i.csv", "id,n,x\n9007199254740993,1,1\n,,2\n")
    jsonl = _file(tmp_path, "i.jsonl", '{"id": 9007199254740993, "n": 1, "x": 1}\n{"x": 2}\n')
    for frame in (LOAD(csv), LOAD(jsonl)):
        assert frame["id"].iloc[0] == 9007199254740993
        assert frame["id"].isna().tolist() == [False, True]
        assert [str(kind) for kind in frame.dtypes] == ["Int64", "float64", "int64"]
    mixed = LOAD(_file(tmp_path, "m.jsonl", '{"a": 9007199254740993}\n{"a": 0.5}\n'))
    assert mixed["a"].tolist() == [9007199254740993, 0.5]
    shortest = LOAD(_file(tmp_path, "s.csv", "a\n0.5\n123456789012345680\n"))  # as JavaScript writes a float
    assert shortest["a"].iloc[1] == 123456789012345680.0


def test_quotes_and_line_ends(tmp_path: Path) -> None:
    odd = LOAD(_file(tmp_path, "o.csv", 'a,b\n1,5" nail\n2,"say ""hi"""\r\n3,""""'))
    assert odd["b"].tolist() == ['5" nail', 'say "hi"', '"']
    ends = LOAD(_file(tmp_path, "e.csv", "a,b\r\n1,2\n3,4\r5,6"))
    assert ends.to_numpy().tolist() == [[1, 2], [3, 4], [5, 6]]
    lines = LOAD(_file(tmp_path, "e.jsonl", '{"a": "x\u2028y\x85z"}\r\n\n{"a": "\\ud83d\\ude00"}'))
    assert lines["a"].tolist() == ["x\u2028y\x85z", "\U0001f600"]


def test_zones_are_never_guessed(tmp_path: Path) -> None:
    frame = LOAD(
        _file(
            tmp_path,
            "z.csv",
            "naive,offset,mixed\n"
            "2024-03-31T02:30:00,2024-03-31T01:30:00+01:00,2024-03-31T02:30:00\n"  # no such hour in Berlin
            "2024-10-27T02:30:00,2024-10-27T02:30:00+02:00,2024-10-27T02:30:00Z\n"
            "2024-10-27T02:30:00,2024-10-27T02:30:00+01:00,2024-10-27T02:30:00\n",
        )
    )
    assert frame["naive"].dt.tz is None
    assert frame["naive"].iloc[0] == pd.Timestamp("2024-03-31 02:30")
    assert str(frame["offset"].dt.tz) == "UTC"
    assert frame["offset"].dt.hour.tolist() == [0, 0, 1]
    assert frame["mixed"].tolist() == ["2024-03-31T02:30:00", "2024-10-27T02:30:00Z", "2024-10-27T02:30:00"]
    moments = LOAD(_file(tmp_path, "z.jsonl", '{"t": "2024-03-31T02:30:00"}'))
    assert moments["t"].tolist() == ["2024-03-31T02:30:00"]


def test_a_missing_header_is_not_silent(tmp_path: Path) -> None:
    path = _file(tmp_path, "h.csv", "2024-01-01,1.5\n2024-01-02,2.5\n")
    with pytest.warns(UserWarning, match=r"looks like values \(2024-01-01, 1.5\); pass names="):
        LOAD(path)
    with pytest.warns(UserWarning, match="looks like values"):
        list(DataLoader().load_chunks(path))
    assert len(LOAD(path, names=["day", "x"])) == 2


def test_bad_sources(tmp_path: Path) -> None:
    with pytest.raises(DataProcessingError, match="must exist"):
        LOAD(tmp_path / "absent.csv")
    with pytest.raises(DataProcessingError, match="Got a directory"):
        LOAD(tmp_path)
    with pytest.raises(ParameterError, match="NUL"):
        LOAD("a\x00.csv")
    with pytest.raises(ParameterError, match="a file ending in"):
        LOAD(_file(tmp_path, "a.doc", "x"))
    path = _file(tmp_path, "a.csv", "a\n1\n")
    with pytest.raises(ParameterError, match="'format'"):
        LOAD(path, format="pickle")
    with pytest.raises(ParameterError, match="'text'"):
        LOAD(path, text="a")
    with pytest.raises(ParameterError, match="'names'"):
        LOAD(path, names="a")
    with pytest.raises(DataProcessingError, match="'text' parameter of DataLoader must name columns"):
        LOAD(path, text=["b"])
    with pytest.raises(DataProcessingError, match="'encoding'"):
        LOAD(path, encoding="klingon")
    with pytest.raises(ParameterError, match="a path or a dataframe"):
        LOAD(42)
    with pytest.raises(DataProcessingError, match="at least one row"):
        LOAD(pd.DataFrame({"a": []}))
    with pytest.raises(DataProcessingError, match="stands twice"):
        LOAD(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_bad_workbooks(tmp_path: Path) -> None:
    pd.DataFrame([["a", "a"], [1, 2]]).to_excel(tmp_path / "twice.xlsx", index=False, header=False)
    with pytest.raises(DataProcessingError, match="must be unique"):
        LOAD(tmp_path / "twice.xlsx")
    with pytest.raises(DataProcessingError, match="'sheet' parameter"):
        LOAD(tmp_path / "twice.xlsx", sheet="Nope")
    with pytest.raises(DataProcessingError, match="must have 2 names"):
        LOAD(tmp_path / "twice.xlsx", names=["a"])
    pd.DataFrame().to_excel(tmp_path / "none.xlsx", index=False)
    with pytest.raises(DataProcessingError, match="no rows"):
        LOAD(tmp_path / "none.xlsx")


@pytest.mark.filterwarnings("ignore:The first row of")
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200),
    name=st.sampled_from(["f.csv", "f.jsonl", "f.csv.gz", "f.parquet", "f.xlsx"]),
)
def test_any_bytes_give_a_table_or_a_typed_error(tmp_path: Path, content: bytes, name: str) -> None:
    try:
        assert len(LOAD(_file(tmp_path, name, content))) > 0
    except MLFrameworkError as error:
        assert "\n" not in str(error)


@pytest.mark.filterwarnings("ignore:The first row of")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from('a1,."\n\r\t-é '), max_size=60))
def test_any_text_gives_a_table_or_a_typed_error(tmp_path: Path, text: str) -> None:
    try:
        assert len(LOAD(_file(tmp_path, "t.csv", text))) > 0
    except MLFrameworkError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("name", ["big.csv", "big.csv.gz"])
def test_chunks_equal_the_whole(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame(
        {"n": np.arange(2500), "x": np.arange(2500) / 7, "s": [f"r{i}" for i in range(2500)]}
    )
    frame.to_csv(tmp_path / name, index=False)
    chunks = list(DataLoader().load_chunks(tmp_path / name, rows=1000))
    assert [len(chunk) for chunk in chunks] == [1000, 1000, 500]
    pd.testing.assert_frame_equal(pd.concat(chunks), LOAD(tmp_path / name))


def test_types_hold_for_late_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml_analytics.data.readers.csv_chunks.BLOCK", 1000)
    rows = ["a,b,c"] + ["1,2,2020-01-01"] * 300 + ["1.5,x,y"]
    path = _file(tmp_path, "late.csv", "\n".join(rows))
    chunks = list(DataLoader().load_chunks(path, rows=100))
    assert {tuple(map(str, chunk.dtypes)) for chunk in chunks} == {("float64", "str", "str")}
    assert chunks[0]["c"].iloc[0] == "2020-01-01"
    assert chunks[-1]["a"].iloc[-1] == 1.5
    assert chunks[-1].index[-1] == 300


def test_chunks_refuse(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.csv", "a,b\n1,2\n")
    for rows in (0, True, 1.5):
        with pytest.raises(ParameterError, match="'rows'"):
            DataLoader().load_chunks(path, rows=rows)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="an array has no chunks"):
        list(DataLoader().load_chunks(_file(tmp_path, "a.json", "[{}]")))
    with pytest.raises(ParameterError, match="a path or an address"):
        DataLoader().load_chunks(pd.DataFrame({"a": [1]}))  # type: ignore[arg-type]
    with pytest.raises(DataProcessingError, match=r"must name columns of 'a.csv'"):
        list(DataLoader().load_chunks(path, text=["absent"]))
    for name, content in (
        ("h.csv", "a,b\n"),
        ("l.csv", "a,b\n1,2,3\n"),
        ("t.csv", "a,a\n1,2\n"),
        ("n.csv", b"a\nx\x00\n"),
        ("e.csv", "a\né\n".encode("latin-1")),
        ("g.csv.gz", "a\n1\n"),
    ):
        with pytest.raises(DataProcessingError):
            list(DataLoader().load_chunks(_file(tmp_path, name, content)))


@pytest.mark.real_data
def test_real_files_load(real_data: Path) -> None:
    bars = LOAD(real_data / "btcusd_1h_bitfinex_raw.csv.gz")
    assert bars.shape == (33259, 9)
    returns = LOAD(real_data / "pyfolio_test_returns.csv.gz", names=["day", "return"])
    assert len(returns) == 1511
    for path in sorted(real_data.glob("*.parquet")):
        assert len(LOAD(path)) > 0


def test_a_text_na_in_excel_is_text_and_an_error_is_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["NA", "null", "#N/A", None, "x"], "n": [1, 2, 3, 4, 5]})
    frame.to_excel(tmp_path / "na.xlsx", index=False)
    found = LOAD(tmp_path / "na.xlsx")
    assert found["a"].tolist()[:2] == ["NA", "null"] and found["a"].isna().tolist() == [
        False,
        False,
        True,
        True,
        False,
    ]
