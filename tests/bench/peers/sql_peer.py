#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""usage: sql_peer.py PEER < TASK

Answers a query over CSV files with one of the peers, in this process, and writes the answer as CSV with a header. TASK is
a JSON object:

  query    SQL over the tables
  output   the file to write
  tables   {name: {"path": FILE, "columns": {name: type}}}, types as leat writes them, in the order of the file
  threads  how many it may use
  memory   how many bytes it may take, for those that take a limit (not Polars, Hyper); 0: as it likes
  scratch  a folder for what does not fit

Types are declared to every peer, and nothing is kept between two runs. `sql_peer.py PEER --version` prints its version.
"""

import csv
import importlib.metadata
import json
import os
import re
import sys

DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")


def typed(columns, names) -> dict:
    """{name: type} in a dialect; `names` has a type for each of ours, decimals keep their digits."""
    return {
        name: DECIMAL.sub(names["decimal"] + r"(\1, \2)", kind) if "(" in kind else names[kind]
        for name, kind in columns.items()
    }


def declared(columns, names) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in typed(columns, names).items())


SQL_TYPES = {
    "int64": "bigint", "float64": "double precision", "utf8": "varchar", "date": "date", "timestamp": "timestamp",
    "timestamptz": "timestamp", "decimal": "decimal",
}


def duckdb(task):
    import duckdb

    settings = {"threads": task["threads"], "temp_directory": task["scratch"]}
    if task["memory"]:
        settings["memory_limit"] = f"{task['memory']}B"
        settings["preserve_insertion_order"] = "false"
    database = duckdb.connect(config=settings)
    for name, table in task["tables"].items():
        columns = typed(table["columns"], {**SQL_TYPES, "float64": "double"})
        database.execute(
            f"create view {name} as select * from read_csv('{table['path']}', header = true, auto_detect = false, "
            f"delim = ',', quote = '\"', escape = '\"', columns = {columns})"
        )
    database.execute(f"copy ({task['query']}) to '{task['output']}' (format csv, header)")


def polars(task):
    import polars as pl

    kinds = {"int64": pl.Int64, "float64": pl.Float64, "utf8": pl.String, "date": pl.Date, "timestamp": pl.Datetime("us"),
             "timestamptz": pl.Datetime("us")}

    def kind_of(kind):
        digits = DECIMAL.fullmatch(kind)
        return pl.Decimal(int(digits[1]), int(digits[2])) if digits else kinds[kind]

    frames = {
        name: pl.scan_csv(table["path"], schema={column: kind_of(kind) for column, kind in table["columns"].items()})
        for name, table in task["tables"].items()
    }
    pl.SQLContext(frames).execute(task["query"]).sink_csv(task["output"])


def hyper(task):
    import tableauhyperapi as hyper

    settings = {"log_config": "", "hard_concurrent_query_thread_limit": str(task["threads"])}
    off = hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU
    with hyper.HyperProcess(off, parameters=settings) as server, hyper.Connection(server.endpoint) as connection:
        for name, table in task["tables"].items():
            connection.execute_command(
                f"create temporary external table {name} ({declared(table['columns'], SQL_TYPES)}) "
                f"for '{table['path']}' with (format => 'csv', header => true, delimiter => ',')"
            )
        with connection.execute_query(task["query"]) as rows, open(task["output"], "w", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(column.name.unescaped for column in rows.schema.columns)
            out.writerows(rows)


def datafusion(task):
    import datafusion

    runtime = datafusion.RuntimeEnvBuilder().with_disk_manager_specified(task["scratch"])
    if task["memory"]:
        runtime = runtime.with_fair_spill_pool(task["memory"])
    context = datafusion.SessionContext(
        datafusion.SessionConfig().with_target_partitions(task["threads"]), runtime
    )
    for name, table in task["tables"].items():
        context.sql(
            f"create external table {name} ({declared(table['columns'], {**SQL_TYPES, 'float64': 'double'})}) stored as csv "
            f"location '{table['path']}' options ('format.has_header' 'true', 'format.newlines_in_values' 'false')"
        )
    context.sql(
        f"copy ({task['query']}) to '{task['output']}' stored as csv options ('format.has_header' 'true')"
    ).collect()


HOUSE_TYPES = {
    "int64": "Int64", "float64": "Float64", "utf8": "String", "date": "Date32", "timestamp": "DateTime64(6)",
    "timestamptz": "DateTime64(6)",
    "decimal": "Decimal",
}


def chdb(task):
    from chdb.session import Session

    house = Session()
    settings = (
        f"max_threads = {task['threads']}, max_insert_threads = {task['threads']}, engine_file_truncate_on_insert = 1, "
        "aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1, "
        "format_csv_null_representation = ''"
    )
    if task["memory"]:
        half = task["memory"] // 2
        settings += (
            f", max_memory_usage = {task['memory']}, max_bytes_before_external_sort = {half}, "
            f"max_bytes_before_external_group_by = {half}"
        )
    for name, table in task["tables"].items():
        columns = declared(table["columns"], HOUSE_TYPES)
        house.query(f"create view {name} as select * from file('{table['path']}', 'CSVWithNames', '{columns}')")
    house.query(
        f"insert into function file('{task['output']}', 'CSVWithNames') {task['query']} settings {settings}"
    )


PEERS = {"duckdb": duckdb, "polars": polars, "hyper": hyper, "datafusion": datafusion, "chdb": chdb}
PACKAGES = {"hyper": "tableauhyperapi"}


def main() -> int:
    name = sys.argv[1]
    if sys.argv[2:] == ["--version"]:
        try:
            print(importlib.metadata.version(PACKAGES.get(name, name)))
        except importlib.metadata.PackageNotFoundError:
            return 1
        return 0
    try:
        PEERS[name](json.load(sys.stdin))
    except Exception as failure:  # whatever a peer says: one line of it is passed on
        print(str(failure).strip().splitlines()[0] if str(failure).strip() else type(failure).__name__, file=sys.stderr)
        return 1
    sys.stdout.flush()
    os._exit(0)  # tearing down is no part of the answer


if __name__ == "__main__":
    sys.exit(main())
