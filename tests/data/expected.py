#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""What the pipelines of pipelines/examples must write, computed without leat: the oracle of the example tests.

usage: expected.py [--check]

Writes pipelines/examples/expected/NAME/, one folder for each example; --check only says whether what is there is right.
Nothing here may come from a run of leat. Sums of floats are exact (math.fsum), round() goes half away from zero by the
15 digits that people see (as PostgreSQL's numeric does), text is ordered by its UTF-8 bytes.
"""

import argparse
import collections
import csv
import datetime
import decimal
import io
import json
import math
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "pipelines/examples"
DATA = "pipelines/examples/data"


def float_text(value: float) -> str:
    """The fewest digits that read back as the same value; whole numbers without a fraction."""
    text = repr(value)
    return text.removesuffix(".0")


def rounded(value: float, digits: int) -> float:
    step = decimal.Decimal(1).scaleb(-digits)
    return float(decimal.Decimal(f"{value:.15g}").quantize(step, decimal.ROUND_HALF_UP))


def csv_text(header, rows) -> str:
    """Fields in quotes only where needed, and the empty text, which would read as NULL (None)."""

    def field(value) -> str:
        if value is None:
            return ""
        text = str(value)
        if text == "" or re.search('[,"\r\n]', text):
            return '"' + text.replace('"', '""') + '"'
        return text

    return "".join(",".join(map(field, row)) + "\n" for row in [header, *rows])


def table_text(header, types, rows, total: int, width: int = 40) -> str:
    """As `show` prints it. Characters of these examples are one column wide."""

    def cell(value) -> str:
        text = "NULL" if value is None else str(value).replace("\n", "\\n")
        return text if len(text) <= width else text[: width - 1] + "\u2026"

    lines = [list(map(cell, row)) for row in [header, types, *rows]]
    widths = [max(map(len, column)) for column in zip(*lines)]
    numeric = [re.match("int|float|decimal", name) for name in types]

    def line(cells) -> str:
        padded = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(cells, widths, numeric)]
        return "  ".join(padded).rstrip(" ") + "\n"

    rule = "  ".join("-" * w for w in widths) + "\n"
    rest = total - len(rows)
    more = f"... and {rest} more row{'' if rest == 1 else 's'}\n" if rest else ""
    return line(lines[0]) + line(lines[1]) + rule + "".join(map(line, lines[2:])) + more


def json_text(rows) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)


def csv_records(text: str):
    """(line, column of each field, raw text, fields) of each record. Columns count bytes from 1."""
    line, begin = 1, 0
    while begin < len(text):
        end, quoted = begin, False
        starts = [begin]
        while end < len(text) and (quoted or text[end] != "\n"):
            if text[end] == '"':
                quoted = not quoted
            elif text[end] == "," and not quoted:
                starts.append(end + 1)
            end += 1
        raw = text[begin:end]
        fields = next(csv.reader(io.StringIO(raw, newline="")))
        assert len(fields) == len(starts), raw
        yield line, begin, starts, raw, fields
        line += raw.count("\n") + 1
        begin = end + 1


def orders() -> dict:
    text = (ROOT / DATA / "orders.csv").read_bytes().decode()
    assert text.isascii(), "columns are counted in characters here, in bytes there"
    since = datetime.datetime(2025, 3, 1, tzinfo=datetime.timezone.utc)
    rejects, paid, header = [], collections.defaultdict(list), None
    for line, begin, starts, raw, fields in csv_records(text):
        if header is None:
            header = fields
            continue
        place, reason = None, None
        if len(fields) != len(header):
            place, reason = begin + len(raw), f"expected {len(header)} fields, found {len(fields)}"
        elif not re.fullmatch(r"\d+", fields[header.index("qty")]):
            at = header.index("qty")
            place, reason = starts[at], f"'{fields[at]}' in column 'qty' is not an int64"
        if reason:
            # A place on a later line of the record would count from that line's begin; these records have one line.
            assert "\n" not in raw
            rejects.append({"file": f"{DATA}/orders.csv", "line": line, "column": place - begin + 1,
                            "stage": "orders", "reason": reason, "raw": raw})
            continue
        row = dict(zip(header, fields))
        if row["status"] == "paid" and datetime.datetime.fromisoformat(row["ts"].replace("Z", "+00:00")) >= since:
            paid[row["country"]].append(row)
    groups = []
    for country, rows in paid.items():
        revenue = rounded(math.fsum(float(row["price"]) * int(row["qty"]) for row in rows), 2)
        notes = [row["note"] for row in rows]
        remark = min((note for note in notes if "," in note), key=str.encode, default=None)
        groups.append((country, revenue, len(rows), sum("gift" in note for note in notes), remark))
    groups.sort(key=lambda group: (-group[1], group[0]))
    groups = [(country, float_text(revenue), *rest) for country, revenue, *rest in groups]
    names = ("country", "revenue", "orders", "gifts", "remark")
    types = ("utf8", "float64", "int64", "int64", "utf8")
    return {
        "out/revenue.csv": csv_text(names, groups),
        "out/rejects.jsonl": json_text(rejects),
        "stdout": table_text(names, types, groups[:5], len(groups)),
    }


def temperatures() -> dict:
    values = collections.defaultdict(list)
    for line in (ROOT / DATA / "temperatures.txt").read_text().splitlines():
        station, value = line.split(";")
        values[station].append(float(value))
    rows = [
        (station, float_text(min(them)), float_text(rounded(math.fsum(them) / len(them), 1)), float_text(max(them)))
        for station, them in sorted(values.items(), key=lambda item: item[0].encode())
    ]
    return {"out/temperatures.csv": csv_text(("station", "min", "mean", "max"), rows)}


def access_log() -> dict:
    hits = collections.Counter()
    for line in (ROOT / DATA / "access.log").read_text().splitlines():
        match = re.match(r'\S+ \S+ \S+ \[[^\]]+\] "\S+ ([^ ?"]+)[^"]*" ([0-9]+) ', line)
        if match:
            hits[int(match[2]), match[1]] += 1
    best = sorted(hits.items(), key=lambda item: (-item[1], item[0][0], item[0][1].encode()))[:10]
    rows = [{"status": status, "path": path, "hits": count} for (status, path), count in best]
    return {"out/top_pages.jsonl": json_text(rows)}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wrong = 0
    for name, compute in {"orders": orders, "temperatures": temperatures, "access_log": access_log}.items():
        for file, text in compute().items():
            path = EXAMPLES / "expected" / name / file
            if check and (not path.exists() or path.read_bytes() != text.encode()):
                print(f"{path.relative_to(ROOT)}: not what it should be")
                wrong += 1
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
