#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""usage: polars_jobs.py JOB OUTPUT INPUT...    does one of the jobs of data.py with Polars, as its documentation advises:
lazily, with a declared schema, on the streaming engine."""

import sys

import polars as pl
from polars import col

ORDERS = {
    "order_id": pl.Int64, "ts": pl.String, "customer_id": pl.Int64, "country": pl.String, "product": pl.String,
    "category": pl.String, "qty": pl.Int64, "price": pl.Float64, "status": pl.String, "note": pl.String,
}
ADDRESS = pl.Struct({"street": pl.String, "city": pl.String, "country": pl.String, "zip": pl.String})
ORDERS_JSON = {
    "order_id": pl.Int64, "ts": pl.String, "customer_id": pl.Int64, "product": pl.String, "category": pl.String,
    "qty": pl.Int64, "price": pl.Float64, "status": pl.String, "address": ADDRESS, "note": pl.String,
}
AMOUNT = col("qty") * col("price")


def field(name):
    return col("address").struct.field(name)


def start(source):
    names = {"station": pl.String, "t": pl.Float64}
    return pl.scan_csv(source, separator=";", has_header=False, quote_char=None, schema=names)


def j1_temperatures(source):
    t = col("t")
    groups = start(source).group_by("station").agg(t.min().alias("min"), t.mean().round(1).alias("mean"), t.max().alias("max"))
    return groups.sort("station")


def j2_filter(source):
    paid = pl.scan_csv(source, schema=ORDERS).filter((col("status") == "paid") & (AMOUNT > 100))
    return paid.with_columns(AMOUNT.alias("amount"))


j10_gzip = j2_filter


def j3_groups(source):
    groups = pl.scan_csv(source, schema=ORDERS).group_by("country", "category")
    totals = groups.agg(AMOUNT.sum().alias("total"), pl.len().alias("orders"), col("price").mean())
    return totals.sort("country", "category")


def j4_customers(source):
    totals = pl.scan_csv(source, schema=ORDERS).group_by("customer_id").agg(AMOUNT.sum().alias("total"))
    return totals.sort(["total", "customer_id"], descending=[True, False]).limit(100)


def j5_join(source, customers):
    schema = {"customer_id": pl.Int64, "name": pl.String, "segment": pl.String, "signup_date": pl.Date}
    rows = pl.scan_csv(source, schema=ORDERS).join(pl.scan_csv(customers, schema=schema), on="customer_id")
    return rows.group_by("segment").agg(pl.len().alias("orders"), AMOUNT.sum().alias("total")).sort("segment")


def j6_sort(source):
    rows = pl.scan_csv(source, schema=ORDERS).select("order_id", "ts", "customer_id", "product", "price", "note")
    return rows.sort("ts", "order_id")


def j7_json_flatten(source):
    paid = pl.scan_ndjson(source, schema=ORDERS_JSON).filter((col("status") == "paid") & (col("qty") >= 10))
    return paid.select(
        "order_id", "customer_id", field("city").alias("city"), field("country").alias("country"),
        AMOUNT.alias("amount"),
    )


def j8_json_to_csv(source):
    rows = pl.scan_ndjson(source, schema=ORDERS_JSON)
    return rows.select(
        "order_id", "ts", "customer_id", "product", "category", "qty", "price", "status", field("street"), field("city"),
        field("country"), field("zip"), "note",
    )


def j9_access_log(source):
    lines = pl.scan_csv(source, separator="\x01", has_header=False, quote_char=None, schema={"l": pl.String})
    pattern = r'^\S+ \S+ \S+ \[[^\]]+\] "\S+ (\S+) [^"]*" (\d+) '
    parts = lines.select(col("l").str.extract(pattern, 2).alias("status"), col("l").str.extract(pattern, 1).alias("path"))
    hits = parts.group_by("status", "path").agg(pl.len().alias("hits"))
    return hits.sort(["hits", "status", "path"], descending=[True, False, False]).limit(10)


def main():
    name, target, *sources = sys.argv[1:]
    rows = globals()[name](*sources)
    if target.endswith(".jsonl"):
        rows.sink_ndjson(target)
    else:
        rows.sink_csv(target)


main()
