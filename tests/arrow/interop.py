#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Export and import through the Arrow C Data Interface, tried by Arrow's own library.

usage: interop.py --bridge PATH

Arrays that pyarrow makes are handed to leat (tests/arrow/arrow_bridge.cpp), which imports them and exports them again,
as views and contiguous, through its batch encoding and without; pyarrow validates what comes back and compares it.
Needs pyarrow (`./dev install-arrow`, or `pip install pyarrow`); where it is not installed nothing is tested, and the
suite says so.
"""

import argparse
import ctypes
import datetime
import decimal
import pathlib
import random
import sys

# What ./dev install-arrow brings, unless there is another.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "build/arrow/python"))
try:
    import pyarrow as pa
except ImportError:
    print("note: SKIPPED, pyarrow is not installed")
    print("0 passed, 0 failed")
    sys.exit(0)

SCHEMA_BYTES = 72
ARRAY_BYTES = 80
UTC = datetime.timezone.utc


class Bridge:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.leat_bridge_bytes_in_use.restype = ctypes.c_size_t

    def bytes_in_use(self):
        return self.library.leat_bridge_bytes_in_use()

    def round_trip(self, batch, contiguous, encode):
        """The batch that comes back, or the message."""
        schema, array, schema_out, array_out = (
            ctypes.create_string_buffer(size) for size in (SCHEMA_BYTES, ARRAY_BYTES) * 2
        )
        at = ctypes.addressof
        batch._export_to_c(at(array), at(schema))
        message = ctypes.create_string_buffer(400)
        failed = self.library.leat_bridge_round_trip(
            schema, array, int(contiguous), int(encode), schema_out, array_out, message, len(message)
        )
        if failed:
            return message.value.decode()
        return pa.RecordBatch._import_from_c(at(array_out), at(schema_out))


def views(kind, contiguous):
    """The type that text comes back as."""
    if kind == "text":
        return pa.string() if contiguous else pa.string_view()
    return pa.binary() if contiguous else pa.binary_view()


def cases():
    """name, array, the type that comes back (a function of `contiguous`, where it depends on it), its values."""
    yield "null", pa.nulls(3), pa.null()
    yield "bool", pa.array([True, None, False] * 30), pa.bool_()
    for width in (8, 16, 32, 64):
        values = [None, 0, 1, 2 ** (width - 1) - 1]
        yield f"int{width}", pa.array(values + [-(2 ** (width - 1))], getattr(pa, f"int{width}")()), pa.int64()
        yield f"uint{width}", pa.array(values, getattr(pa, f"uint{width}")()), pa.int64()
    yield "float16", pa.array([1.5, None, -0.0, 65504.0], pa.float16()), pa.float64()
    yield "float32", pa.array([0.1, None, 1e38], pa.float32()), pa.float64()
    yield "float64", pa.array([0.1, None, 1e308, float("inf")]), pa.float64()
    numbers = [decimal.Decimal("1.50"), None, decimal.Decimal("-999.99")]
    yield "decimal32", pa.array(numbers, pa.decimal32(5, 2)), pa.decimal128(5, 2)
    yield "decimal64", pa.array(numbers, pa.decimal64(12, 2)), pa.decimal128(12, 2)
    yield "decimal128", pa.array(numbers, pa.decimal128(38, 2)), pa.decimal128(38, 2)
    texts = ["", None, "short", "é" * 6, "a text that is longer than twelve bytes", "東京"]
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        yield str(kind), pa.array(texts, kind), lambda contiguous: views("text", contiguous)
    blobs = [b"", None, b"\xff\x00", b"more than twelve bytes of it"]
    for kind in (pa.binary(), pa.large_binary(), pa.binary_view()):
        yield str(kind), pa.array(blobs, kind), lambda contiguous: views("binary", contiguous)
    yield "binary of 3", pa.array([b"abc", None, b"xyz"], pa.binary(3)), lambda contiguous: views("binary", contiguous)
    days = [datetime.date(1970, 1, 1), None, datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]
    yield "date32", pa.array(days, pa.date32()), pa.date32()
    yield "date64", pa.array(days, pa.date64()), pa.date32()
    times = [datetime.datetime(2026, 1, 31, 10, 0, 1), None, datetime.datetime(1969, 12, 31, 23, 59, 59)]
    for unit in ("s", "ms", "us", "ns"):
        zoned = [time and time.replace(tzinfo=UTC) for time in times]
        yield f"timestamp {unit}", pa.array(zoned, pa.timestamp(unit, "UTC")), pa.timestamp("us", "UTC")
    interval = pa.array([pa.MonthDayNano([1, -2, 3000]), None], pa.month_day_nano_interval())
    yield "interval", interval, pa.month_day_nano_interval()
    lists = [[1, None], None, [], [3]]
    for kind in (pa.list_(pa.int32()), pa.large_list(pa.int32()), pa.list_view(pa.int32()), pa.large_list_view(pa.int32())):
        yield str(kind), pa.array(lists, kind), pa.list_(pa.int64())
    yield "lists of 2", pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int64(), 2)), pa.list_(pa.int64())
    deep = [[["a", "b"], None], [], None, [[]]]
    yield "lists of lists", pa.array(deep), lambda contiguous: pa.list_(pa.list_(views("text", contiguous)))
    structs = pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y" * 20}])
    yield "struct", structs, lambda contiguous: pa.struct([("a", pa.int64()), ("b", views("text", contiguous))])
    words = pa.array(["red", "tea", None, "red"]).dictionary_encode()
    yield "dictionary", words, lambda contiguous: views("text", contiguous)
    json = pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"a": 1}', None, "[1, 2]"]))
    yield "json", json, lambda contiguous: pa.json_(views("text", contiguous))


def refusals():
    part = "a value cannot be kept exactly: a time has parts of microseconds"
    yield "nanoseconds of the day", pa.array([1], pa.time64("ns")), part
    yield "uint64", pa.array([2**64 - 1], pa.uint64()), "a value cannot be kept exactly: a uint64 is out of range"
    nanos = pa.array([1], pa.timestamp("ns"))
    yield "nanoseconds", nanos, part


class Suite:
    def __init__(self, bridge):
        self.bridge = bridge
        self.passed = self.failed = 0

    def check(self, name, problem):
        if problem:
            print(f"FAILED {name}: {problem}")
            self.failed += 1
        else:
            self.passed += 1

    def compare(self, array, kind, contiguous, encode):
        batch = pa.RecordBatch.from_arrays([array], ["c"])
        back = self.bridge.round_trip(batch, contiguous, encode)
        if isinstance(back, str):
            return back
        back.validate(full=True)
        wanted = kind(contiguous) if callable(kind) else kind
        got = back.column(0)
        if got.type != wanted:
            return f"came back as {got.type}, not {wanted}"
        if got.to_pylist() != array.to_pylist():
            return f"{got.to_pylist()} instead of {array.to_pylist()}"
        return ""

    def run(self):
        for name, array, kind in cases():
            for contiguous in (False, True):
                for encode in (False, True):
                    label = f"{name}{', contiguous' * contiguous}{', encoded' * encode}"
                    self.check(label, self.compare(array, kind, contiguous, encode))
            # Behind an offset, as slices are.
            self.check(f"{name}, sliced", self.compare(array[1:], kind, False, False))
            self.check(f"{name}, empty", self.compare(array[:0], kind, True, False))
        for name, array, message in refusals():
            got = self.bridge.round_trip(pa.RecordBatch.from_arrays([array], ["c"]), False, False)
            self.check(f"refuses {name}", "" if got == message else f"said {got}")
        self.check("wide", self.wide())
        before = self.bridge.bytes_in_use()
        self.check("everything is released", f"{before} bytes in use" if before else "")

    def wide(self):
        """Many rows of all at once."""
        generator = random.Random(1)
        count = 20_000
        columns = {
            "i": [generator.choice([None, generator.randrange(-(2**63), 2**63)]) for _ in range(count)],
            "t": [generator.choice([None, "x" * generator.randrange(30)]) for _ in range(count)],
            "l": [[generator.random()] * generator.randrange(4) for _ in range(count)],
        }
        batch = pa.RecordBatch.from_pydict(columns)
        back = self.bridge.round_trip(batch, False, True)
        if isinstance(back, str):
            return back
        back.validate(full=True)
        return "" if back.to_pydict() == columns else "the values differ"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bridge", required=True)
    suite = Suite(Bridge(parser.parse_args().bridge))
    suite.run()
    print(f"{suite.passed} passed, {suite.failed} failed")
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
