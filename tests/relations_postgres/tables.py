# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Random tables: a tenth NULLs, keys after Zipf's law, from no row to thousands.

`l` is the first input, `r` the second, with the same columns under names of its own, and `u` the rows of `r` with the
names of `l`. `n` (`rn`) numbers the rows in their order, from 1.
"""

import csv
import io

TYPES = {
    "n": "int64", "k": "int64", "t": "utf8", "a": "int64", "b": "decimal(9,2)", "c": "float64", "d": "date", "e": "timestamp",
    "s": "utf8", "f": "bool",
}  # fmt: skip
POSTGRES = {"int64": "bigint", "utf8": "text", "float64": "double precision", "bool": "boolean"}
NULL = "\\N"
_SIZES = [0, 1, 2, 3, 7, 20, 60, 200, 900, 10000]
_WEIGHTS = [6, 6, 6, 6, 10, 20, 20, 12, 10, 4]
_TEXTS = ["", "a", "b", "ab", "Ä", "ß", "€uro", "x,y", 'say "so"', "zz", "A", " ", "1", "null"]


def zipf(random, domain: int, count: int) -> list:
    return random.choices(range(domain), weights=[1 / (i + 1) for i in range(domain)], k=count)


def server_type(kind: str) -> str:
    return POSTGRES.get(kind, kind.replace("decimal", "numeric"))


class Tables:
    """`rows[name]` holds tuples of texts, None for NULL."""

    def __init__(self, random, largest: int):
        self.random = random
        self.domain = random.choice([1, 3, 20, 20, 500, 5000])
        sizes = [min(largest, random.choices(_SIZES, _WEIGHTS)[0]) for _ in range(2)]
        self.rows = {"l": self.make(sizes[0]), "r": self.make(sizes[1])}

    def make(self, count: int) -> list:
        pick = self.random
        keys, words = zipf(pick, self.domain, count), zipf(pick, min(self.domain, 40), count)
        narrow = pick.random() < 0.5  # many equal values in the columns that are no keys, too
        values = 4 if narrow else 10000

        def day():
            return f"2025-{1 + pick.randrange(1 if narrow else 12):02}-{1 + pick.randrange(28):02}"

        def row(i):
            hour = f"{pick.randrange(24):02}:{pick.choice([0, 15, 30, 45]):02}:00"
            made = [
                str(keys[i]), _TEXTS[words[i] % len(_TEXTS)] * (1 + words[i] // len(_TEXTS)),
                str(pick.randrange(values) - values // 2), f"{pick.randrange(values * 10) / 4:.2f}",
                pick.choice([f"{(pick.randrange(values) - 2) / 4:g}", f"{pick.randrange(5)}", "-0.5"]),
                day(), f"{day()} {hour}", pick.choice(_TEXTS) + (str(pick.randrange(values)) if pick.random() < 0.5 else ""),
                pick.choice(["true", "false"]),
            ]  # fmt: skip
            return (str(i + 1), *(None if pick.random() < 0.1 else value for value in made))

        return [row(i) for i in range(count)]

    def pairs(self) -> int:
        return len(self.rows["l"]) * len(self.rows["r"])

    def matches(self, column: int = 1) -> int:
        """How many pairs of rows are equal in a column."""
        counts = {}
        for row in self.rows["r"]:
            counts[row[column]] = counts.get(row[column], 0) + 1
        return sum(counts.get(row[column], 0) for row in self.rows["l"])


def names_of(table: str) -> list:
    return ["r" + name if table == "r" else name for name in TYPES]


def csv_text(table: str, rows: list) -> str:
    out = io.StringIO()
    out.write(",".join(names_of(table)) + "\n")
    for row in rows:
        out.write(",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in row) + "\n")
    return out.getvalue()


def read_stage(table: str, path, chunk: str) -> dict:
    kinds = dict(zip(names_of(table), TYPES.values()))
    return {"read_csv": {"path": str(path), "columns": kinds, "chunk": chunk}, "name": table}


def sql_of(tables: Tables) -> str:
    """Makes the three tables anew."""
    out = []
    for table in ("l", "r"):
        kinds = map(server_type, TYPES.values())
        columns = ", ".join(f"{name} {kind}" for name, kind in zip(names_of(table), kinds))
        out.append(f"drop table if exists {table} cascade;\ncreate temp table {table} ({columns});")
        out.append(f"copy {table} from stdin (format csv, header);\n{csv_text(table, tables.rows[table])}\\.")
        out.append(f"analyze {table};")
    shown = ", ".join(f"r{name} as {name}" for name in TYPES)
    return "\n".join([*out, f"create temp view u as select {shown} from r;"]) + "\n"


def parsed(text: str) -> list:
    return [row or [""] for row in csv.reader(io.StringIO(text))]  # an empty text alone
