#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""leat-parquet as its users meet it, with pyarrow to say what is right.

usage: parquet_test.py --binary-dir DIR [--filter TEXT]

Each function test_* is one test. Needs the connector and pyarrow: ./dev install-arrow, then a build. Where one of them is
missing nothing is tested, and the suite says so in one line.
"""

import argparse
import datetime
import decimal
import hashlib
import json
import math
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import traceback
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[3]
TIMEOUT_S = 120
UTC = datetime.timezone.utc


def skip(why):
    print(f"note: SKIPPED, {why}")
    print("0 passed, 0 failed")
    sys.exit(0)


sys.path.append(str(ROOT / "build/arrow/python"))  # what ./dev install-arrow brings, unless there is another
try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    skip("pyarrow is not installed")


class Failed(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failed(message)


def same(got, wanted, what):
    check(got == wanted, f"{what}: {got!r}, not {wanted!r}")


class Folder:
    """Where one test lies, and leat in it."""

    def __init__(self, leat, path):
        self.leat = leat
        self.path = path

    def __truediv__(self, name):
        return self.path / name

    def run(self, stages, *arguments, code=0, command="run", env=None):
        (self.path / "job.yaml").write_text("stages:\n" + stages)
        done = subprocess.run(
            [self.leat, command, "job.yaml", "--color", "never", *arguments], cwd=self.path, capture_output=True,
            text=True, timeout=TIMEOUT_S, env={**os.environ, **(env or {})},
        )
        check(done.returncode == code, f"exit code {done.returncode}, not {code}\n{done.stdout}{done.stderr[-3000:]}")
        return done

    def rows(self, stages, *arguments):
        """What the stages give, as pyarrow reads it from the file that write_parquet makes of it."""
        self.run(stages + "  - write_parquet: rows_out.parquet\n", *arguments)
        return pq.read_table(self.path / "rows_out.parquet")

    def lines(self, stages, *arguments):
        self.run(stages + "  - write_jsonl: lines_out.jsonl\n", *arguments)
        return [json.loads(line) for line in (self.path / "lines_out.jsonl").read_text().splitlines()]


def moments(count):
    return [datetime.datetime(2025, 1, 1) + datetime.timedelta(seconds=i, microseconds=i) for i in range(count)]


def table_of(rows):
    """A column of each type that leat has, with NULLs."""
    holes = lambda values, n: [None if i % n == 0 else value for i, value in enumerate(values)]
    return pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "flag": pa.array(holes([i % 2 == 0 for i in range(rows)], 7)),
            "x": pa.array(holes([i / 3 for i in range(rows)], 6)),
            "price": pa.array(holes([decimal.Decimal(i) / 100 for i in range(rows)], 11), pa.decimal128(12, 2)),
            "big": pa.array([decimal.Decimal(10) ** 37 - i for i in range(rows)], pa.decimal128(38, 0)),
            "name": pa.array(holes([f"text {i} é" for i in range(rows)], 5)),
            "kind": pa.array([f"k{i % 4}" for i in range(rows)]),
            "raw": pa.array(holes([bytes([i % 256, 255]) for i in range(rows)], 4)),
            "day": pa.array([datetime.date(2025, 1, 1) + datetime.timedelta(days=i % 365) for i in range(rows)]),
            "at": pa.array(moments(rows), pa.timestamp("us")),
            "instant": pa.array(holes(moments(rows), 9), pa.timestamp("us", "UTC")),
            "list": pa.array([[i, None, i + 1] if i % 3 else None for i in range(rows)], pa.list_(pa.int64())),
            "texts": pa.array([[f"a{i}"] * (i % 3) for i in range(rows)], pa.list_(pa.string())),
            "pair": pa.array(
                [{"a": i, "b": None if i % 2 else "b"} if i % 5 else None for i in range(rows)],
                pa.struct([("a", pa.int64()), ("b", pa.string())]),
            ),
        }
    )


def equal(got, wanted):
    """Are they the same rows, of the same types?"""
    same(got.schema.names, wanted.schema.names, "columns")
    for name in wanted.schema.names:
        # What the elements of a list are called is no part of its type.
        types = [str(table.schema.field(name).type).replace("item: ", "element: ") for table in (got, wanted)]
        same(*types, f"type of {name}")
        same(got.column(name).to_pylist(), wanted.column(name).to_pylist(), f"values of {name}")


READ = "  - read_parquet: in.parquet\n"


# ------------------------------------------------------------------------------------------------------------- reading


def test_all_types_go_there_and_back(folder):
    table = table_of(5000)
    for options in ({}, {"version": "1.0"}, {"data_page_version": "2.0"}, {"use_dictionary": False}):
        pq.write_table(table, folder / "in.parquet", row_group_size=700, **options)
        equal(folder.rows(READ), table)


def test_every_codec(folder):
    table = table_of(300)
    for codec in ("none", "snappy", "gzip", "zstd", "lz4", "brotli"):
        pq.write_table(table, folder / "in.parquet", compression=codec)
        equal(folder.rows(READ), table)
        folder.run(READ + f"  - write_parquet: {{ path: out.parquet, compression: {codec} }}\n")
        equal(pq.read_table(folder / "out.parquet"), table)
        used = pq.read_metadata(folder / "out.parquet").row_group(0).column(0).compression
        same(used, {"none": "UNCOMPRESSED"}.get(codec, codec.upper()), "codec")


def test_other_types_become_what_leat_has(folder):
    ids = [uuid.UUID(int=5), uuid.UUID(int=2**127)]
    table = pa.table(
        {
            "i8": pa.array([-1, 2], pa.int8()),
            "u32": pa.array([1, 2**32 - 1], pa.uint32()),
            "u64": pa.array([1, 2**63 - 1], pa.uint64()),
            "f16": pa.array([1.5, None], pa.float16()),
            "f32": pa.array([0.5, None], pa.float32()),
            "d5": pa.array([decimal.Decimal("1.5"), None], pa.decimal32(5, 1)),
            "ms": pa.array([datetime.datetime(2025, 1, 1, 10), None], pa.timestamp("ms")),
            "ns": pa.array([1_000_000_000_000_001_000, None], pa.timestamp("ns", "Europe/Berlin")),
            "d64": pa.array([datetime.date(2025, 1, 31), None], pa.date64()),
            "t32": pa.array([datetime.time(10, 30), None], pa.time32("ms")),
            "t64": pa.array([datetime.time(10, 30, 0, 5), None], pa.time64("ns")),
            "cat": pa.array(["a", "b"]).dictionary_encode(),
            "large": pa.array(["a", "b"], pa.large_string()),
            "fixed": pa.array([b"ab", b"cd"], pa.binary(2)),
            "nothing": pa.nulls(2),
            "uuid": pa.array([one.bytes for one in ids], pa.uuid()),
            "json": pa.array(['{"a": 1}', None], pa.json_()),
            "map": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
            "deep": pa.array([[{"u": None, "t": [1]}], []], pa.list_(pa.struct([("u", pa.null()), ("t", pa.list_(pa.int8()))]))),
        }
    )
    pq.write_table(table, folder / "in.parquet")
    first, second = folder.lines(READ)
    wanted = {
        "i8": -1, "u32": 1, "u64": 1, "f16": 1.5, "f32": 0.5, "d5": 1.5, "ms": "2025-01-01T10:00:00",
        "ns": "2001-09-09T01:46:40.000001Z", "d64": "2025-01-31", "cat": "a", "large": "a", "nothing": None,
        "uuid": str(ids[0]), "json": {"a": 1}, "map": [{"key": "k", "value": 1}], "deep": [{"u": None, "t": [1]}],
    }
    for name, value in wanted.items():
        same(first[name], value, name)
    same(second["u32"], 2**32 - 1, "u32")
    same(second["u64"], 2**63 - 1, "u64")
    same(second["uuid"], str(ids[1]), "uuid")
    types = folder.run(READ + "  - write_jsonl: out.jsonl\n", command="explain").stdout
    for name, kind in {"t32": "interval", "t64": "interval", "fixed": "binary", "json": "json", "ns": "timestamptz"}.items():
        check(re.search(rf"\b{name}:? {kind}", types), f"{name} is no {kind} in {types}")


def test_globs_lists_and_folders(folder):
    for day in (1, 2):
        for part in (0, 1):
            place = folder / f"data/day=2025-01-0{day}"
            place.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.table({"n": [day * 10 + part]}), place / f"part-{part}.parquet")
    rows = folder.lines('  - read_parquet: "data/day=*/part-*.parquet"\n')
    same([(row["n"], row["day"]) for row in rows],
         [(10, "2025-01-01"), (11, "2025-01-01"), (20, "2025-01-02"), (21, "2025-01-02")], "rows")
    rows = folder.lines(
        '  - read_parquet: { path: "data/day=*/*", file_column: file, row_column: row }\n  - filter: day = \'2025-01-02\'\n'
    )
    same([(row["n"], row["row"], row["file"][-14:]) for row in rows],
         [(20, 1, "part-0.parquet"), (21, 1, "part-1.parquet")], "rows")
    same([row["n"] for row in folder.lines(
        "  - read_parquet: [data/day=2025-01-02/part-1.parquet, data/day=2025-01-01/part-0.parquet]\n")], [21, 10], "list")


def test_columns_are_chosen(folder):
    pq.write_table(table_of(1000), folder / "in.parquet", row_group_size=300)
    rows = folder.rows("  - read_parquet: { path: in.parquet, columns: [name, id] }\n")
    equal(rows, table_of(1000).select(["name", "id"]))
    counted = folder.lines(READ + "  - aggregate: { columns: { n: count(*) } }\n")
    same(counted, [{"n": 1000}], "count without columns")
    same(folder.lines(READ + "  - select: [pair.a as a]\n")[7], {"a": 7}, "field")


def test_same_rows_at_any_parallelism(folder):
    table = table_of(20_000)
    pq.write_table(table, folder / "in.parquet", row_group_size=999)
    sums = set()
    for arguments in (("--procs", "1"), ("--procs", "4"), ("--procs", "3", "--no-fuse"), ("--memory", "200MiB")):
        folder.run(READ + "  - write_parquet: { path: out.parquet, row_group_rows: 3000 }\n", *arguments)
        sums.add(hashlib.sha256((folder / "out.parquet").read_bytes()).hexdigest())
    pq.write_table(table, folder / "in.parquet", row_group_size=20_000)
    folder.run(READ + "  - write_parquet: { path: out.parquet, row_group_rows: 3000 }\n")
    sums.add(hashlib.sha256((folder / "out.parquet").read_bytes()).hexdigest())
    same(len(sums), 1, "different files")
    equal(pq.read_table(folder / "out.parquet"), table)


def rows_read(folder, stages):
    report = folder.run(stages + "  - write_jsonl: out.jsonl\n", "--json").stdout
    counts = {stage["name"]: stage for stage in json.loads(report)["result"]["stages"]}
    return counts["read_parquet"].get("rows", {}).get("read", 0)


def test_filters_leave_row_groups_out(folder):
    table = pa.table(
        {
            "n": list(range(10_000)),
            "d": pa.array([decimal.Decimal(i) / 10 for i in range(10_000)], pa.decimal128(10, 1)),
            "t": [f"{i:05}" for i in range(10_000)],
            "x": [float(i) for i in range(10_000)],
            "day": [datetime.date(2025, 1, 1) + datetime.timedelta(days=i // 100) for i in range(10_000)],
            "at": pa.array([datetime.datetime(2025, 1, 1) + datetime.timedelta(minutes=i) for i in range(10_000)]),
            "hole": pa.array([None if i < 5000 else i for i in range(10_000)], pa.int64()),
        }
    )
    pq.write_table(table, folder / "in.parquet", row_group_size=1000)
    for where, groups, rows in [
        ("n = 4500", 1, 1), ("n >= 9000", 1, 1000), ("9000 <= n", 1, 1000), ("n < 1000 and x >= 0", 1, 1000),
        ("n between 1500 and 2500", 2, 1001), ("d = 100.5", 1, 1), ("d > 998.85", 1, 11), ("t = '04500'", 1, 1),
        ("x < 1000", 1, 1000), ("x <= 999.5", 1, 1000), ("day = '2025-01-05'", 1, 100), ("day < date '2025-01-02'", 1, 100),
        ("at >= '2025-01-07T22:00:00'", 1, 40), ("hole is null", 5, 5000), ("hole is not null", 5, 5000),
        ("hole > 0", 5, 5000), ("n = 4500 or n = 1", 10, 2), ("n + 0 = 4500", 10, 1), ("n > 100000", 0, 0),
        ("n = 4500.5", 1, 0),
    ]:
        stages = READ + f'  - filter: "{where}"\n'
        same(len(folder.lines(stages)), rows, where)
        same(rows_read(folder, stages), groups * 1000, f"rows read for {where}")


def test_bloom_filters_leave_row_groups_out(folder):
    numbers = [i * 7919 % 10007 for i in range(10_000)]
    table = pa.table({"t": [f"{n:05}" for n in numbers], "n": numbers, "x": [float(n) for n in numbers]})
    pq.write_table(table, folder / "in.parquet", row_group_size=1000)
    folder.run(READ + "  - write_parquet: { path: bloom.parquet, row_group_rows: 1000, bloom_filters: [t, n, x] }\n")
    read = "  - read_parquet: bloom.parquet\n"
    for where in ("t = '00500'", "n = 500", "500 = n and t = '00500'", "n = 500 and x = 500"):
        stages = read + f'  - filter: "{where}"\n'
        same([row["n"] for row in folder.lines(stages)], [500], where)
        check(rows_read(folder, stages) <= 2000, f"{rows_read(folder, stages)} rows were read for {where}")
    same(folder.lines(read + "  - filter: t = 'none'\n"), [], "rows that are not there")
    for n in numbers[::997]:
        same(len(folder.lines(read + f"  - filter: n = {n} and t = '{n:05}' and x = {n}\n")), 1, f"rows of {n}")


def test_nan_is_not_left_out(folder):
    pq.write_table(pa.table({"x": [1.0, math.nan, 2.0]}), folder / "in.parquet")
    same(len(folder.lines(READ + "  - filter: x > 5\n  - select: [1 as one]\n")), 1, "rows greater than 5")


def test_rows_that_leave_a_group_out_keep_their_numbers(folder):
    pq.write_table(pa.table({"n": list(range(100))}), folder / "in.parquet", row_group_size=10)
    rows = folder.lines("  - read_parquet: { path: in.parquet, row_column: row }\n  - filter: n = 57\n")
    same(rows, [{"n": 57, "row": 58}], "row")


# -------------------------------------------------------------------------------------------------------- faulty values


def test_values_that_do_not_fit_are_faults_of_their_rows(folder):
    good = 1_700_000_000_000_000_000
    table = pa.table(
        {
            "n": list(range(6)),
            "u": pa.array([1, 2**63, 3, 4, 5, 6], pa.uint64()),
            "t": pa.array([good, good, good + 1, good, good, good], pa.timestamp("ns")),
            "s": pa.Array.from_buffers(
                pa.string(), 6, pa.array([b"a", b"b", b"c", b"\xff", b"d", b"e"], pa.binary()).buffers()),
        }
    )
    pq.write_table(table, folder / "in.parquet")
    message = folder.run(READ + "  - write_jsonl: out.jsonl\n", code=1).stderr
    check("in.parquet:2" in message and "uint64 is out of range" in message and "'u'" in message, message)
    check(not (folder / "out.jsonl").exists(), "an output of a run that failed")
    stages = (
        "  - read_parquet: in.parquet\n    name: source\n    on_error: reject\n  - write_jsonl: out.jsonl\n"
        "  - write_jsonl: bad.jsonl\n    from: source.rejects\n"
    )
    folder.run(stages, code=3)
    same([json.loads(line)["n"] for line in (folder / "out.jsonl").read_text().splitlines()], [0, 4, 5], "good rows")
    bad = [json.loads(line) for line in (folder / "bad.jsonl").read_text().splitlines()]
    same([row["line"] for row in bad], [2, 3, 4], "rejected rows")
    check("parts of microseconds" in bad[1]["reason"] and "UTF-8" in bad[2]["reason"], str(bad))
    rounded = folder.lines("  - read_parquet: { path: in.parquet, columns: [t], round: us }\n")
    same(len(rounded), 6, "rounded rows")


# ------------------------------------------------------------------------------------------------------- faulty files


def refused(folder, stages, *parts, code=2, command="check"):
    message = folder.run(stages + "  - write_jsonl: out.jsonl\n", code=code, command=command).stderr
    for part in parts:
        check(part in message, f"{part!r} is not in {message}")
    return message


def test_files_that_are_none(folder):
    pq.write_table(table_of(1000), folder / "good.parquet", row_group_size=100)
    data = (folder / "good.parquet").read_bytes()
    for name, content, words in [
        ("empty", b"", "is empty"), ("short", b"PAR1", "its end is missing"), ("text", b"id,name\n1,a\n" * 20, "no Parquet file"),
        ("cut", data[:-100], "its end is missing"), ("locked", b"PARE" + data[4:], "encrypted"),
        ("footer", data[:-200] + b"\xff" * 150 + data[-50:], "cannot be read"),
    ]:
        (folder / f"{name}.parquet").write_bytes(content)
        message = refused(folder, f"  - read_parquet: {name}.parquet\n", f"'{name}.parquet'", words, "job.yaml:2:")
        same(message.count("error:"), 1, f"errors of {name}: {message}")


def test_a_damaged_page_fails_the_run(folder):
    table = pa.table({"n": list(range(100_000)), "t": [f"text {i * 7919 % 100_003}" for i in range(100_000)]})
    pq.write_table(table, folder / "in.parquet", row_group_size=20_000, compression="zstd", write_page_checksum=True)
    chunk = pq.read_metadata(folder / "in.parquet").row_group(2).column(1)
    data = bytearray((folder / "in.parquet").read_bytes())
    middle = chunk.data_page_offset + chunk.total_compressed_size // 2
    data[middle : middle + 200] = bytes(200)
    (folder / "in.parquet").write_bytes(data)
    (folder / "out.jsonl").write_text("as it was\n")
    message = folder.run(READ + "  - write_jsonl: out.jsonl\n", code=1).stderr
    check("row group 3 of 'in.parquet' cannot be read" in message, message)
    same((folder / "out.jsonl").read_text(), "as it was\n", "output")
    same(folder.lines(READ + "  - filter: n < 20000\n  - aggregate: { columns: { n: count(*) } }\n"), [{"n": 20000}],
         "row groups that are whole")


def test_files_must_have_the_same_columns(folder):
    pq.write_table(pa.table({"a": [1], "b": ["x"]}), folder / "p1.parquet")
    pq.write_table(pa.table({"b": ["y"], "a": pa.array([2], pa.int16())}), folder / "p2.parquet")
    same(folder.lines('  - read_parquet: "p*.parquet"\n'), [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], "other order")
    pq.write_table(pa.table({"a": ["z"], "b": ["z"]}), folder / "p3.parquet")
    refused(folder, '  - read_parquet: "p*.parquet"\n', "'a' is of type int64 in 'p1.parquet', and of type utf8 in 'p3.parquet'")
    pq.write_table(pa.table({"a": [3]}), folder / "p3.parquet")
    refused(folder, '  - read_parquet: "p*.parquet"\n', "'p1.parquet' has a column 'b', and 'p3.parquet' has not")
    pq.write_table(pa.table({"a": [3], "b": ["z"], "c": [1]}), folder / "p3.parquet")
    refused(folder, '  - read_parquet: "p*.parquet"\n', "'p3.parquet' has a column 'c', and 'p1.parquet' has not")
    same(len(folder.lines('  - read_parquet: { path: "p*.parquet", columns: [b, a] }\n')), 3, "chosen columns")


def test_mistakes_of_options(folder):
    pq.write_table(table_of(10), folder / "in.parquet")
    refused(folder, "  - read_parquet: { path: in.parquet, columns: [id, nmae] }\n", "no column 'nmae' in 'in.parquet'")
    refused(folder, "  - read_parquet: { path: in.parquet, columns: [id, id] }\n", "'id' stands twice")
    refused(folder, "  - read_parquet: nothere.parquet\n", "nothere.parquet")
    refused(folder, "  - read_parquet: stdin\n", "standard input")
    wide = pa.table({"a": pa.array([decimal.Decimal(1)], pa.decimal256(50, 2))})
    pq.write_table(wide, folder / "wide.parquet")
    refused(folder, "  - read_parquet: wide.parquet\n", "'a' of 'wide.parquet' has the type decimal256(50, 2)", "38 digits")
    write = READ + "  - write_parquet: {{ path: out.parquet, {} }}\n"
    for option, words in [
        ("row_group_rows: 0", "row_group_rows"), ("compression: rar", "compression"),
        ("compression: snappy, level: 3", "no effect on snappy"), ("level: 30", "22"),
        ("compression: gzip, level: 12", "levels of gzip are 1 to 9"), ("bloom_filters: [nmae]", "no column 'nmae'"),
    ]:
        message = folder.run(write.format(option), code=2, command="check").stderr
        check(words in message, f"{words!r} is not in {message}")


# ------------------------------------------------------------------------------------------------------------- writing


def test_row_groups_have_the_stated_rows(folder):
    pq.write_table(table_of(10_000), folder / "in.parquet", row_group_size=777)
    write = "  - write_parquet: { path: out.parquet, row_group_rows: 2500, bloom_filters: [name] }\n"
    folder.run(READ + "  - filter: id % 10 < 7\n" + write)
    metadata = pq.read_metadata(folder / "out.parquet")
    same([metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)], [2500, 2500, 2000], "row groups")
    statistics = metadata.row_group(1).column(0).statistics
    same((statistics.min, statistics.max), (3571, 7141), "statistics")
    check(metadata.created_by.startswith("leat version"), metadata.created_by)
    check(metadata.row_group(0).column(0).has_offset_index, "there is no page index")


def test_no_rows_are_a_file_with_columns(folder):
    pq.write_table(table_of(10), folder / "in.parquet")
    folder.run(READ + "  - filter: id < 0\n  - write_parquet: out.parquet\n")
    equal(pq.read_table(folder / "out.parquet"), table_of(10).slice(0, 0))


def test_intervals_are_text(folder):
    """As leat itself writes them."""
    texts = ["1 day", "10:30:00", "-00:00:00.5", "1 year 2 mons -3 days 04:05:06.789", "100 days 123:00:00", "0 days", "-1 mon"]
    (folder / "in.csv").write_text("t,i\n" + "".join(f"{i},{text}\n" for i, text in enumerate(texts)))
    read = "  - read_csv: { path: in.csv, columns: { t: int64, i: utf8 } }\n  - derive: { i: i::interval }\n"
    wanted = folder.lines(read + "  - derive: { i: i::utf8 }\n")
    got = folder.rows(read)
    same(got.column("i").to_pylist(), [row["i"] for row in wanted], "intervals")
    packed = b"".join(struct.pack("<iii", *one) for one in [(14, -3, 1500), (0, 1, 0)])
    table = pa.table({"i": pa.array([packed[:12], packed[12:]], pa.binary(12))})
    pq.write_table(table, folder / "plain.parquet")
    same(folder.rows("  - read_parquet: plain.parquet\n").column("i").to_pylist(), [packed[:12], packed[12:]], "no intervals")


def test_partitions_and_parts(folder):
    pq.write_table(table_of(1000), folder / "in.parquet", row_group_size=100)
    path = "out/kind={kind}/part-{part:03}.parquet"
    folder.run(READ + f'  - write_parquet: {{ path: "{path}", max_rows: 100, manifest: out/files.json }}\n')
    files = sorted(path.relative_to(folder.path).as_posix() for path in (folder / "out").rglob("*.parquet"))
    same(files, [f"out/kind=k{k}/part-00{p}.parquet" for k in range(4) for p in range(3)], "files")
    first = pq.ParquetFile(folder / files[0]).read()
    check("kind" not in first.schema.names, "the column of the path is in the rows")
    same(first.num_rows, 100, "rows of a part")
    names = ", ".join(table_of(1).schema.names)
    back = folder.rows(f'  - read_parquet: "out/kind=*/*.parquet"\n  - sort: id\n  - select: [{names}]\n')
    equal(back, table_of(1000))
    same(sum(file["rows"] for file in json.loads((folder / "out/files.json").read_text())["files"]), 1000, "manifest")


def test_all_or_nothing(folder):
    pq.write_table(table_of(1000), folder / "in.parquet", row_group_size=100)
    (folder / "out.parquet").write_bytes(b"as it was")
    stages = READ + "  - derive: { y: 1 / (id - 900) }\n  - write_parquet: out.parquet\n"
    folder.run(stages, code=1)
    # Far behind the first rows of the file, and with its writer in the middle of a row group.
    pq.write_table(table_of(100_000), folder / "in.parquet", row_group_size=10_000)
    folder.run(READ + "  - derive: { y: 1 / (id - 90000) }\n  - write_parquet: out.parquet\n", code=1)
    same((folder / "out.parquet").read_bytes(), b"as it was", "the file")
    same(sorted(os.listdir(folder.path)), ["in.parquet", "job.yaml", "out.parquet"], "files that are left")


def test_memory_is_charged(folder):
    pq.write_table(pa.table({"t": ["x" * 1000] * 200_000}), folder / "in.parquet", use_dictionary=False, compression="none")
    message = folder.run(READ + "  - write_jsonl: out.jsonl\n", "--memory", "128MiB", "--procs", "2", code=1).stderr
    check("memory" in message and "128" in message, message)


# -------------------------------------------------------------------------------------------------------- the connector


def test_operators_are_found_without_a_word(folder):
    text = subprocess.run([folder.leat, "operators", "read_parquet"], capture_output=True, text=True, timeout=TIMEOUT_S)
    check("row_column" in text.stdout and "columns" in text.stdout, text.stdout + text.stderr)


def test_without_it_the_package_is_named(folder):
    shutil.copy(folder.leat, folder / "leat")
    alone = Folder(folder / "leat", folder.path)
    for command in ("check", "run"):
        message = alone.run(READ + "  - write_jsonl: out.jsonl\n", code=2, command=command).stderr
        check("no operator 'read_parquet'" in message and "the package leat-parquet" in message, message)


def test_a_connector_that_others_can_change_is_refused(folder):
    shutil.copy(folder.leat, folder / "leat")
    (folder / "connectors").mkdir()
    shutil.copy(folder.leat.parent / "connectors/parquet.so", folder / "connectors/parquet.so")
    os.chmod(folder / "connectors/parquet.so", 0o666)
    message = Folder(folder / "leat", folder.path).run(READ + "  - write_jsonl: out.jsonl\n", code=2).stderr
    check("can be written by others" in message, message)


def test_untrusted_pipelines_have_it_too(folder):
    pq.write_table(table_of(10), folder / "in.parquet")
    stages = READ + "  - filter: id > 3\n  - write_parquet: { path: out.parquet, bloom_filters: [name] }\n"
    folder.run(stages, "--untrusted", command="check")
    done = folder.run(stages, "--sandbox", "on", "--procs", "3")
    equal(pq.read_table(folder / "out.parquet"), table_of(10).slice(4))
    can = subprocess.run(
        [folder.leat, "run", "job.yaml", "--sandbox", "require"], cwd=folder.path, capture_output=True, text=True)
    if "the kernel has no" not in can.stderr:
        same((can.returncode, done.returncode), (0, 0), f"exit codes with the sandbox: {can.stderr}")
        folder.run(stages, "--untrusted", "--procs", "2")


def test_symbols_of_the_libraries_do_not_meet(folder):
    pq.write_table(table_of(10), folder / "in.parquet")
    done = folder.run(READ + "  - write_jsonl: out.jsonl\n", env={"LD_DEBUG": "bindings"})
    crossed = [
        line for line in done.stderr.splitlines()
        if re.search(r"binding file \S*lib(arrow|parquet)\S* \[0\] to (\S*/leat|\S*libsimdjson\S*|\S*libfmt\S*) ", line)
        and re.search(r"symbol `\w*(8simdjson|3fmt)", line)
    ]
    check("binding file" in done.stderr, "the dynamic linker said nothing")
    same(crossed, [], "bindings of Arrow's libraries to those of leat")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.splitlines()[3])
    parser.add_argument("--binary-dir", required=True, type=pathlib.Path)
    parser.add_argument("--filter", default="")
    arguments = parser.parse_args()
    leat = (arguments.binary_dir / "leat").resolve()
    if not (arguments.binary_dir / "connectors/parquet.so").exists():
        skip("leat-parquet is not built (./dev install-arrow brings Arrow)")
    passed = failed = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_") or arguments.filter not in name:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            try:
                test(Folder(leat, pathlib.Path(scratch)))
                passed += 1
            except Exception as error:  # whatever it is, the test has failed
                failed += 1
                reason = str(error) if isinstance(error, Failed) else traceback.format_exc()
                print(f"FAILED {name}: {reason}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
