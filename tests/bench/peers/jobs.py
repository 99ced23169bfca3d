# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""The jobs of data.py, as each peer is told to do them."""

import dataclasses

ORDERS = (
    "read_csv('{input}', header=true, delim=',', quote='\"', escape='\"', auto_detect=false, columns={{'order_id':'BIGINT',"
    "'ts':'VARCHAR','customer_id':'BIGINT','country':'VARCHAR','product':'VARCHAR','category':'VARCHAR','qty':'BIGINT',"
    "'price':'DOUBLE','status':'VARCHAR','note':'VARCHAR'}})"
)
CUSTOMERS = (
    "read_csv('{customers}', header=true, delim=',', quote='\"', escape='\"', auto_detect=false, columns={{"
    "'customer_id':'BIGINT','name':'VARCHAR','segment':'VARCHAR','signup_date':'DATE'}})"
)
# For peers that are told tables (sql_peer.py).
TABLES = {
    "orders": {
        "order_id": "int64", "ts": "utf8", "customer_id": "int64", "country": "utf8", "product": "utf8", "category": "utf8",
        "qty": "int64", "price": "float64", "status": "utf8", "note": "utf8",
    },
    "customers": {"customer_id": "int64", "name": "utf8", "segment": "utf8", "signup_date": "date"},
}  # fmt: skip
ORDERS_JSON = (
    "read_ndjson('{input}', columns={{order_id:'BIGINT',ts:'VARCHAR',customer_id:'BIGINT',product:'VARCHAR',"
    "category:'VARCHAR',qty:'BIGINT',price:'DOUBLE',status:'VARCHAR',address:'STRUCT(street VARCHAR,city VARCHAR,"
    "country VARCHAR,zip VARCHAR)',note:'VARCHAR'}})"
)
HOUSE_ORDERS = (
    "file('{input}', 'CSVWithNames', 'order_id Int64, ts String, customer_id Int64, country String, product String, "
    "category String, qty Int64, price Float64, status String, note String')"
)
HOUSE_CUSTOMERS = (
    "file('{customers}', 'CSVWithNames', 'customer_id Int64, name String, segment String, signup_date Date32')"
)
HOUSE_ORDERS_GZIP = HOUSE_ORDERS.replace("note String')", "note String', 'gzip')")
HOUSE_ORDERS_JSON = (
    "file('{input}', 'JSONEachRow', 'order_id Int64, ts String, customer_id Int64, product String, category String, "
    "qty Int64, price Float64, status String, address Tuple(street String, city String, country String, zip String), "
    "note String')"
)
PAID = "WHERE status = 'paid' AND qty * price > 100"
MILLER_PAID = "mlr --csv filter '$status==\"paid\" && $qty*$price>100' then put '$amount=$qty*$price'"
LOG_PATTERN = r'^\S+ \S+ \S+ \[[^\]]+\] "\S+ (\S+) [^"]*" (\d+) '
HOUSE_LOG_PATTERN = LOG_PATTERN.replace("\\", "\\\\")


@dataclasses.dataclass(frozen=True)
class Job:
    """`name` is the pipeline (pipelines/NAME.yaml) and the function of peers/polars_jobs.py."""

    name: str
    title: str
    kind: str  # of data: what leat-generate makes
    rows: int
    duckdb: str  # a query
    clickhouse: str  # a query
    output: str = "csv"
    compressed: str = ""  # the suffix of the input
    copy_options: str = "FORMAT csv, HEADER"
    format_settings: str = ""  # ClickHouse's, of input and output alike
    mawk: str = ""  # this and the next two: shell commands with {input} and {output}; empty: not a job for it
    miller: str = ""
    jq: str = ""
    hyper: str = ""  # a query over tables named like the kinds of data; empty: not a job for it
    customers: int = 0  # rows of a second input, the customers
    goal: float = 1 / 0.7  # how many times as fast as the fastest peer

    @property
    def is_sorted(self) -> bool:
        return "ORDER BY" in self.clickhouse


JOBS = [
    Job(
        "start", "a file of one row: what starting costs", "temperatures", 1,
        "SELECT station, t FROM read_csv('{input}', header=false, delim=';', auto_detect=false, quote='', "
        "columns={{'station':'VARCHAR','t':'DOUBLE'}})",
        "SELECT station, t FROM file('{input}', 'CSV', 'station String, t Float64')",
        format_settings=", format_csv_delimiter = ';'",
        mawk="mawk -F';' 'BEGIN{{print \"station,t\"}} {{print $1 \",\" $2}}' {input} > {output}",
        miller="mlr --icsvlite --implicit-csv-header --ifs ';' --ocsv label station,t {input} > {output}",
        goal=1.0,
    ),
    Job(
        "j1_temperatures", "lowest, mean, highest value of 413 groups", "temperatures", 50_000_000,
        "SELECT station, min(t) AS min, round(avg(t), 1) AS mean, max(t) AS max FROM read_csv('{input}', header=false, "
        "delim=';', auto_detect=false, quote='', columns={{'station':'VARCHAR','t':'DOUBLE'}}) "
        "GROUP BY station ORDER BY station",
        "SELECT station, min(t) AS min, round(avg(t), 1) AS mean, max(t) AS max FROM file('{input}', 'CSV', "
        "'station String, t Float64') GROUP BY station ORDER BY station",
        format_settings=", format_csv_delimiter = ';'",
        mawk="mawk -F';' '{{t=$2+0; k=$1; if(k in c){{c[k]++; s[k]+=t; if(t<n[k])n[k]=t; else if(t>x[k])x[k]=t}} "
        "else{{c[k]=1; s[k]=t; n[k]=t; x[k]=t}}}} END{{for(k in c) printf \"%s,%.1f,%.1f,%.1f\\n\",k,n[k],s[k]/c[k],x[k]}}' "
        "{input} | LC_ALL=C sort -t, -k1,1 | sed '1i station,min,mean,max' > {output}",
    ),
    Job(
        "j2_filter", "filter, one more column, write CSV", "orders", 10_000_000,
        f"SELECT *, qty * price AS amount FROM {ORDERS} {PAID}",
        f"SELECT *, qty * price AS amount FROM {HOUSE_ORDERS} {PAID}",
        miller=MILLER_PAID + " {input} > {output}",
    ),
    Job(
        "j3_groups", "sum, count, mean of 1000 groups", "orders", 10_000_000,
        f"SELECT country, category, sum(qty * price) AS total, count(*) AS orders, avg(price) AS price FROM {ORDERS} "
        "GROUP BY ALL ORDER BY country, category",
        "SELECT country, category, sum(qty * price) AS total, count() AS orders, avg(price) AS price FROM "
        f"{HOUSE_ORDERS} GROUP BY country, category ORDER BY country, category",
    ),
    Job(
        "j4_customers", "the 100 best of a million groups", "orders", 10_000_000,
        f"SELECT customer_id, sum(qty * price) AS total FROM {ORDERS} GROUP BY customer_id "
        "ORDER BY total DESC, customer_id LIMIT 100",
        f"SELECT customer_id, sum(qty * price) AS total FROM {HOUSE_ORDERS} GROUP BY customer_id "
        "ORDER BY total DESC, customer_id LIMIT 100",
    ),
    Job(
        "j5_join", "join with a million customers, few groups", "orders", 10_000_000,
        f"SELECT segment, count(*) AS orders, sum(qty * price) AS total FROM {ORDERS} JOIN {CUSTOMERS} USING (customer_id) "
        "GROUP BY segment ORDER BY segment",
        f"SELECT segment, count() AS orders, sum(qty * price) AS total FROM {HOUSE_ORDERS} AS o JOIN {HOUSE_CUSTOMERS} AS c "
        "USING (customer_id) GROUP BY segment ORDER BY segment",
        hyper="SELECT segment, count(*) AS orders, sum(qty * price) AS total FROM orders JOIN customers USING (customer_id) "
        "GROUP BY segment ORDER BY segment",
        customers=1_000_000,
        miller="mlr --csv join -j customer_id -f {customers} then put '$t=$qty*$price' then stats1 -a count,sum -f t -g segment "
        "then rename t_count,orders,t_sum,total then sort -f segment {input} > {output}",
    ),
    Job(
        "j6_sort", "sort by time, write six columns", "orders", 10_000_000,
        f"SELECT order_id, ts, customer_id, product, price, note FROM {ORDERS} ORDER BY ts, order_id",
        f"SELECT order_id, ts, customer_id, product, price, note FROM {HOUSE_ORDERS} ORDER BY ts, order_id",
        hyper="SELECT order_id, ts, customer_id, product, price, note FROM orders ORDER BY ts, order_id",
    ),
    Job(
        "j7_json_flatten", "filter nested JSON lines, write JSON lines", "orders_jsonl", 3_000_000,
        "SELECT order_id, customer_id, address.city AS city, address.country AS country, qty * price AS amount "
        f"FROM {ORDERS_JSON} WHERE status = 'paid' AND qty >= 10",
        "SELECT order_id, customer_id, address.city AS city, address.country AS country, qty * price AS amount "
        f"FROM {HOUSE_ORDERS_JSON} WHERE status = 'paid' AND qty >= 10",
        output="jsonl", copy_options="FORMAT json",
        jq="jq -c 'select(.status==\"paid\" and .qty>=10)|{{order_id,customer_id,city:.address.city,"
        "country:.address.country,amount:(.qty*.price)}}' {input} > {output}",
        miller="mlr --ijsonl --ojsonl filter '$status==\"paid\" && $qty>=10' then put '$city=$address[\"city\"];"
        "$country=$address[\"country\"];$amount=$qty*$price' then cut -o -f order_id,customer_id,city,country,amount "
        "{input} > {output}",
    ),
    Job(
        "j8_json_to_csv", "nested JSON lines to CSV", "orders_jsonl", 3_000_000,
        "SELECT order_id, ts, customer_id, product, category, qty, price, status, address.street AS street, address.city "
        "AS city, address.country AS country, address.zip AS zip, note "
        f"FROM {ORDERS_JSON}",
        "SELECT order_id, ts, customer_id, product, category, qty, price, status, address.street AS street, address.city "
        "AS city, address.country AS country, address.zip AS zip, note "
        f"FROM {HOUSE_ORDERS_JSON}",
        jq="(echo order_id,ts,customer_id,product,category,qty,price,status,street,city,country,zip,note; jq -r "
        "'[.order_id,.ts,.customer_id,.product,.category,.qty,.price,.status,.address.street,.address.city,"
        ".address.country,.address.zip,.note]|@csv' {input}) > {output}",
    ),
    Job(
        "j9_access_log", "regular expression, count, the 10 most frequent", "access_log", 5_000_000,
        f"WITH p AS (SELECT regexp_extract(l, '{LOG_PATTERN}', ['path','status']) AS x FROM read_csv('{{input}}', "
        "columns={{'l':'VARCHAR'}}, auto_detect=false, header=false, "
        "delim='\\x01', quote='', escape='')) SELECT x.status AS status, x.path AS path, count(*) AS hits FROM p "
        "GROUP BY ALL ORDER BY hits DESC, status, path LIMIT 10",
        f"SELECT toInt64(x[2]) AS status, x[1] AS path, count() AS hits FROM (SELECT extractGroups(l, "
        f"'{HOUSE_LOG_PATTERN}') AS x FROM file('{{input}}', 'LineAsString', 'l String')) GROUP BY status, path "
        "ORDER BY hits DESC, status, path LIMIT 10",
        goal=1.0,
        mawk="mawk -F'\"' '{{split($2,r,\" \"); split($3,q,\" \"); n[q[1]\",\"r[2]]++}} END{{for(k in n) print k\",\"n[k]}}' "
        "{input} | LC_ALL=C sort -t, -k3,3nr -k1,1n -k2,2 | sed '1i status,path,hits' | sed -n 1,11p > {output}",
    ),
    Job(
        "j10_gzip", "filter a gzip file, one more column, write CSV", "orders", 10_000_000,
        f"SELECT *, qty * price AS amount FROM {ORDERS} {PAID}",
        f"SELECT *, qty * price AS amount FROM {HOUSE_ORDERS_GZIP} {PAID}",
        compressed=".gz",
        miller="gzip -dc {input} | " + MILLER_PAID + " > {output}",
    ),
]
