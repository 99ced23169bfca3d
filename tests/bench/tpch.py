#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""All 22 queries of TPC-H over CSV files: leat beside Hyper, DuckDB, Polars, DataFusion and chDB.

usage: ./dev bench tpch [q01 ...] [--check] [--runs N] [--scale F] [--procs N] [--memory BYTES] [--peers A,B] [--cache DIR]

tpch/pipelines has the queries for leat, tpch/sql those of the specification with its validation parameters, for all peers
alike. Data are made by tpchgen-cli, once for each scale. --check compares the answers and measures nothing. How answers are
compared and what counts is said in peers/contest.py.
"""

import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))
import contest  # noqa: E402

_COLUMNS = {
    "lineitem": "l_orderkey l_partkey l_suppkey l_linenumber l_quantity l_extendedprice l_discount l_tax l_returnflag "
                "l_linestatus l_shipdate l_commitdate l_receiptdate l_shipinstruct l_shipmode l_comment",
    "orders": "o_orderkey o_custkey o_orderstatus o_totalprice o_orderdate o_orderpriority o_clerk o_shippriority o_comment",
    "customer": "c_custkey c_name c_address c_nationkey c_phone c_acctbal c_mktsegment c_comment",
    "part": "p_partkey p_name p_mfgr p_brand p_type p_size p_container p_retailprice p_comment",
    "partsupp": "ps_partkey ps_suppkey ps_availqty ps_supplycost ps_comment",
    "supplier": "s_suppkey s_name s_address s_nationkey s_phone s_acctbal s_comment",
    "nation": "n_nationkey n_name n_regionkey n_comment",
    "region": "r_regionkey r_name r_comment",
}  # fmt: skip
_MONEY = {"quantity", "extendedprice", "discount", "tax", "totalprice", "acctbal", "retailprice", "supplycost"}
_WHOLE = {"size", "availqty", "shippriority", "linenumber"}


def kind_of(column: str) -> str:
    name = column.split("_")[1]
    if name in _MONEY:
        return "decimal(15,2)"
    if name in _WHOLE or name.endswith("key"):
        return "int64"
    return "date" if name.endswith("date") else "utf8"


TABLES = {table: {column: kind_of(column) for column in columns.split()} for table, columns in _COLUMNS.items()}

# Title, what the answer is ordered by, and what is a quotient or a mean.
_QUESTIONS = [
    ("pricing summary", "l_returnflag l_linestatus", "avg_qty avg_price avg_disc"),
    ("minimum cost supplier", "s_acctbal n_name s_name p_partkey", ""),
    ("shipping priority", "revenue o_orderdate", ""),
    ("order priority", "o_orderpriority", ""),
    ("local suppliers", "revenue", ""),
    ("revenue change", "", ""),
    ("volume shipping", "supp_nation cust_nation l_year", ""),
    ("market share", "o_year", "mkt_share"),
    ("profit by type", "nation o_year", ""),
    ("returned items", "revenue", ""),
    ("important stock", "value", ""),
    ("shipping modes", "l_shipmode", ""),
    ("distribution of customers", "custdist c_count", ""),
    ("promotion effect", "", "promo_revenue"),
    ("top supplier", "s_suppkey", ""),
    ("parts and suppliers", "supplier_cnt p_brand p_type p_size", ""),
    ("small quantities", "", "avg_yearly"),
    ("large orders", "o_totalprice o_orderdate", ""),
    ("discounted revenue", "", ""),
    ("promoted parts", "s_name", ""),
    ("waiting orders", "numwait s_name", ""),
    ("sales opportunity", "cntrycode", ""),
]


def questions():
    for number, (title, order, inexact) in enumerate(_QUESTIONS, 1):
        name = f"q{number:02}"
        yield contest.Question(
            name, title, HERE / f"tpch/pipelines/{name}.yaml", (HERE / f"tpch/sql/{name}.sql").read_text(),
            tuple(order.split()), tuple(inexact.split()), contest.dialects(HERE / "tpch/sql", name),
        )  # fmt: skip


def make_data(scale: float, cache: pathlib.Path) -> pathlib.Path:
    folder = cache / f"tpch-{scale:g}"
    if folder.exists():
        return folder
    beside = pathlib.Path(os.environ.get("LEAT_BENCH_PYTHON", sys.executable)).parent / "tpchgen-cli"
    program = str(beside) if beside.exists() else shutil.which("tpchgen-cli")
    if not program:
        sys.exit("tpch: there is no tpchgen-cli: pip install tpchgen-cli")
    print(f"tpch: making tables of scale {scale:g}", file=sys.stderr)
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    subprocess.run([program, "csv", "-s", f"{scale:g}", "-o", part], check=True, stdout=subprocess.DEVNULL)
    part.rename(folder)
    return folder


def main() -> int:
    arguments = contest.parser(__doc__.split("\n\n")[1], 1.0).parse_args()
    return contest.run_suite("tpch", list(questions()), TABLES, arguments, make_data(arguments.scale, arguments.cache))


if __name__ == "__main__":
    sys.exit(main())
