#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""leat-postgres as its users meet it, against a server that the suite starts.

usage: postgres_test.py --binary-dir DIR [--filter TEXT]

Each function test_* is one test, in tables of its own. Needs the connector and PostgreSQL's server; where one of them is
missing nothing is tested, and the suite says so in one line.
"""

import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "support"))
import postgres  # noqa: E402

TIMEOUT_S = 60
PASSWORD = "sesame-street"


def skip(why):
    print(f"note: SKIPPED, {why}")
    print("0 passed, 0 failed")
    sys.exit(0)


class Failed(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failed(message)


def same(got, wanted, what):
    check(got == wanted, f"{what}: {got!r}, not {wanted!r}")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server(postgres.Server):
    """On loopback; the user etl has a password, and two-phase commit is there if `prepared` is not 0."""

    def __init__(self, prepared=20):
        super().__init__()
        self.port, self.prepared = free_port(), prepared

    def settings(self):
        return f"-c listen_addresses=127.0.0.1 -c max_prepared_transactions={self.prepared}"

    def prepare(self):
        self.sql(f"create role etl login password '{PASSWORD}'; grant all on schema public to etl;"
                 "create role guest login password 'other-word'; create database locked;"
                 "revoke connect on database locked from public;")
        hba = self.root / "data/pg_hba.conf"
        hba.write_text("local all all trust\nhost all leat 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        self.sql("select pg_reload_conf()")

    def one(self, text):
        return self.sql(text).strip()


class World:
    """Where one test lies, with leat and the server."""

    def __init__(self, leat, path, server):
        self.leat, self.path, self.server = leat, path, server

    def __truediv__(self, name):
        return self.path / name

    def connection(self, **changed):
        fields = {"type": "postgres", "host": "127.0.0.1", "port": self.server.port, "database": "postgres",
                  "user": "etl", "password": PASSWORD, **changed}
        return "{ " + ", ".join(f"{key}: {json.dumps(value)}" for key, value in fields.items() if value is not None) + " }"

    def write(self, stages, head="", **changed):
        (self.path / "job.yaml").write_text(
            f"{head}connections:\n  warehouse: {self.connection(**changed)}\nstages:\n{stages}")

    def leat_run(self, *arguments, code=0, command="run", env=None):
        done = subprocess.run([self.leat, command, "job.yaml", "--color", "never", *arguments], cwd=self.path,
                              capture_output=True, text=True, timeout=TIMEOUT_S, env={**os.environ, **(env or {})})
        check(done.returncode == code, f"exit code {done.returncode}, not {code}\n{done.stdout}{done.stderr[-3000:]}")
        check(PASSWORD not in done.stdout + done.stderr, f"the password was printed:\n{done.stdout}{done.stderr}")
        return done

    def run(self, stages, *arguments, code=0, command="run", **changed):
        self.write(stages, **changed)
        return self.leat_run(*arguments, code=code, command=command)

    def rows(self, stages, *arguments):
        """What the stages give."""
        self.run(stages + "  - write_jsonl: lines_out.jsonl\n", *arguments)
        return [json.loads(line) for line in (self.path / "lines_out.jsonl").read_text().splitlines()]

    def refused(self, stages, *parts, code=2, command="run", **changed):
        """One mistake, which says all of `parts`."""
        said = self.run(stages, code=code, command=command, **changed).stderr
        for part in parts:
            check(part in said, f"'{part}' is not in:\n{said}")
        same(said.count("error:"), 1, f"errors in\n{said}")
        return said


def read(table, **options):
    more = "".join(f", {key}: {value}" for key, value in options.items())
    return f"  - read_postgres: {{ connection: warehouse, table: {table}{more} }}\n"


def query(text):
    return f"  - read_postgres:\n      connection: warehouse\n      query: {json.dumps(text)}\n"


# --------------------------------------------------------------------------------------------------------- connections


def test_each_field_is_told_in_its_own_words(world):
    world.server.sql("create table here (id int); grant select on here to etl;")
    stages = read("here") + "  - show\n"
    column = lambda said: int(said.split(":")[2])
    for field, changed, *parts in (
        ("host", {"host": "no-such-host.invalid"}, "there is no host 'no-such-host.invalid'", "check 'host'"),
        ("port", {"port": 1}, "nobody listens at 127.0.0.1:1"),
        ("host", {"host": "/no/such/folder"}, "there is no folder '/no/such/folder'"),
        ("port", {"host": "/tmp", "port": 2}, "no server has the port 2 in '/tmp'"),
        ("password", {"password": "wrong-word"}, "does not let 'etl' in with this password"),
        ("database", {"database": "nope"}, "there is no database 'nope'"),
        ("user", {"user": "nobody-such", "host": str(world.server.root), "password": None}, "does not let 'nobody-such' in"),
        ("user", {"database": "locked"}, "'etl' may not use the database 'locked'"),
        ("sslmode", {"sslmode": "require"}, "the server and 'sslmode' do not agree"),
    ):
        for command in (("run",), ("check", "--online")):
            world.write(stages, **changed)
            said = world.leat_run(*command[1:], code=2, command=command[0]).stderr
            for part in (*parts, "job.yaml:2:", "[E0231]"):
                check(part in said, f"{field}: '{part}' is not in:\n{said}")
            line = (world / "job.yaml").read_text().splitlines()[1]
            at = line.index(f"{field}:") + len(field) + 2 if f"{field}:" in line else line.index("warehouse:")
            same(column(said) - 1, at, f"the place of {field} in {said}")
            same(said.count("error:"), 1, said)
    said = world.refused(stages, "the server asks for a password", password=None)
    check("job.yaml:2:3" in said, said)


def test_a_check_asks_nobody(world):
    world.server.sql("create table asked (id int)")
    said = world.run(read("asked") + "  - show\n", command="check", port=1).stderr
    check("2 of 2 stages unchecked" in said and "--online asks" in said, said)
    told = world.leat_run("--json", command="check").stdout
    same(json.loads(told)["result"]["connections"], ["warehouse"], "connections that were not asked")
    declared = read("asked", columns="{ id: int64 }")
    check("2 stages, no mistakes" in world.run(declared + "  - show\n", command="check", port=1).stderr, "declared")
    world.refused(declared + "  - filter: nope > 1\n  - show\n", "nope", command="check", port=1)
    world.leat_run(code=2, command="explain")


def test_secrets_come_from_files_and_variables(world):
    world.server.sql("create table secret as select 1 as id; grant select on secret to etl;")
    (world / "word").write_text(PASSWORD + "\n")
    stages = read("secret") + "  - write_jsonl: out.jsonl\n"
    world.run(stages, password="${file:word}")
    world.write(stages, password="${env:LEAT_TEST_WORD}")
    world.leat_run(env={"LEAT_TEST_WORD": PASSWORD})
    for arguments in (("--resolved", "--online"), ("--json", "--online")):
        world.leat_run(*arguments, command="check", env={"LEAT_TEST_WORD": PASSWORD})
    world.leat_run("--online", command="explain", env={"LEAT_TEST_WORD": PASSWORD})
    (world / "elsewhere.yaml").write_text(f"warehouse: {world.connection()}\n")
    world.write(stages, port=1)
    world.leat_run("--connections", "elsewhere.yaml")
    world.leat_run("--untrusted", "--connections", "elsewhere.yaml", code=2)


def test_names_of_connections(world):
    world.refused("  - read_postgres: { connection: warehoues, table: x }\n  - show\n" + read("x") + "  - show\n",
                  "there is no connection 'warehoues'", "did you mean 'warehouse'?", "job.yaml:4:", "[E0227]",
                  command="check")


# ------------------------------------------------------------------------------------------------------------- reading


KINDS = """
create type mood as enum ('sad', 'ok');
create domain price as numeric(7,2);
create table kinds (b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric(12,3), t text, vc varchar(5),
  c char(3), by bytea, u uuid, j json, jb jsonb, d date, ts timestamp, tz timestamptz, tm time, iv interval, m mood,
  p price, ia int[], ta text[], na numeric(5,1)[], ma mood[], ip inet, net cidr, r int4range, "Odd ""Name" int);
insert into kinds values (true, 1, -2, 9223372036854775807, 1.5, -0.1, -1234.567, 'é', 'abc', 'x', '\\x00ff',
  '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '{"a": 1}', '{"b":[1,2]}', '2025-12-31', '2025-12-31 10:00:00.5',
  '2025-12-31 10:00:00.5+02', '10:11:12', '1 mon 2 days 3 hours', 'ok', 12.5, '{1,NULL,3}', '{a,"b,c"}', '{1.5,2}',
  '{sad,ok}', '10.0.0.1', '10.0.0.0/8', '[1,5)', 7);
insert into kinds (i2) values (null);
insert into kinds values (false, 0, 0, -9223372036854775808, -0.5, 1e300, 0.001, '', '', '', '', null, '[]', '"x"',
  '0001-01-01', '0001-01-01', '9999-12-31 23:59:59.999999Z', '24:00', '-1 hour', 'sad', 99999.99, '{}', '{}', '{}', '{}',
  '::1', '::/0', 'empty', 0);
grant select on kinds to etl;
"""


def test_types(world):
    world.server.sql(KINDS)
    first, nulls, third = world.rows(read("kinds"))
    same(first, {
        "b": True, "i2": 1, "i4": -2, "i8": 9223372036854775807, "f4": 1.5, "f8": -0.1, "n": -1234.567, "t": "é",
        "vc": "abc", "c": "x  ", "by": "\\x00ff", "u": "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "j": {"a": 1},
        "jb": {"b": [1, 2]}, "d": "2025-12-31", "ts": "2025-12-31T10:00:00.5", "tz": "2025-12-31T08:00:00.5Z",
        "tm": "10:11:12", "iv": "1 mon 2 days 03:00:00", "m": "ok", "p": 12.5, "ia": [1, None, 3], "ta": ["a", "b,c"],
        "na": [1.5, 2.0], "ma": ["sad", "ok"], "ip": "10.0.0.1", "net": "10.0.0.0/8", "r": "[1,5)", 'Odd "Name': 7,
    }, "the first row")
    check(all(value is None for value in nulls.values()), nulls)
    same((third["i8"], third["n"], third["p"], third["tz"], third["d"], third["ip"], third["ia"]),
         (-9223372036854775808, 0.001, 99999.99, "9999-12-31T23:59:59.999999Z", "0001-01-01", "::1", []), "the third row")
    done = world.run(read("kinds") + "  - write_csv: out.csv\n", "--online", "--json", command="explain")
    for part in ("n decimal(12,3)", "p decimal(7,2)", "na list<decimal(5,1)>", "tz timestamptz", "jb json", "iv interval"):
        check(part in done.stdout, f"{part} is not in {done.stdout}")


def test_numbers_that_fit_no_type(world):
    world.server.sql("create table loose (id int, n numeric); insert into loose values (1, 1.25), (2, 1.255), (3, 'NaN');"
                     "create table wide (n numeric(50,2)); create table small (n numeric(5,-2)); "
                     "insert into small values (12345); create table tiny (n numeric(2,5)); insert into tiny values (0.00012);"
                     "grant select on loose, wide, small, tiny to etl;")
    world.refused(read("loose") + "  - show\n", "'n' is of type numeric without a precision", "decimal(18,2)", "[E0808]")
    world.refused(read("wide") + "  - show\n", "50 digits, and a decimal has 38 at most")
    same(world.rows(read("small")), [{"n": 12300}], "a numeric of hundreds")
    same(world.rows(read("tiny")), [{"n": 0.00012}], "a numeric of small parts")
    declared = read("loose", columns="{ id: int64, n: 'decimal(12,2)' }")
    said = world.run(declared + "  - write_jsonl: out.jsonl\n", code=1).stderr
    check("loose:2: error: the value of 'n' has more digits than its decimal" in said, said)
    world.run(declared + "    on_error: reject\n    name: t\n  - write_jsonl: out.jsonl\n  - write_csv: bad.csv\n"
              "    from: t.rejects\n", code=3)
    same([json.loads(line)["id"] for line in (world / "out.jsonl").read_text().splitlines()], [1], "rows that fit")
    check("NaN" in (world / "bad.csv").read_text(), (world / "bad.csv").read_text())


def test_values_that_are_no_dates(world):
    world.server.sql("create table odd (id int, d date, t timestamptz, a int[]); insert into odd values (1, 'infinity', null, "
                     "null), (2, '2025-01-01', '-infinity', null), (3, null, null, '{{1,2},{3,4}}'), (4, '2025-01-01', null, "
                     "'{1}'), (5, '4713-01-01 BC', null, null); grant select on odd to etl;")
    world.run(read("odd") + "    on_error: reject\n    name: t\n  - write_jsonl: out.jsonl\n  - write_csv: bad.csv\n"
              "    from: t.rejects\n", code=3)
    same([json.loads(line)["id"] for line in (world / "out.jsonl").read_text().splitlines()], [4], "rows that fit")
    bad = (world / "bad.csv").read_text()
    for part in ("odd,1,", "'d' is infinite", "odd,2,", "'t' is infinite", "several dimensions", "odd,5,"):
        check(part in bad, f"{part} is not in {bad}")


def test_every_row_once_by_pages_keys_and_streams(world):
    world.server.sql("create table many as select i as id, repeat('x', 600) as t, date '2025-01-01' + i % 400 as d, "
                     "timestamp '2025-01-01' + i * interval '1 s' as ts from generate_series(1, 40000) i;"
                     "insert into many values (null, 'n', null, null); create view seen as select * from many;"
                     "create table parts (id int, t text) partition by range (id); create table part1 partition of parts "
                     "for values from (1) to (100); create table part2 partition of parts for values from (100) to (200);"
                     "insert into parts select i, 't' from generate_series(1, 199) i;"
                     "grant select on many, seen, parts to etl;")
    total = "  - aggregate: { columns: { n: count(*), s: sum(id), least: min(id), d: count(d) } }\n"
    wanted = [{"n": 40001, "s": 800020000, "least": 1, "d": 40000}]
    for stages in (read("many"), read("many", partition_on="id"), read("many", partition_on="d"),
                   read("many", partition_on="ts"), read("seen"), read("seen", partition_on="id"),
                   query("select * from many -- all of it"), query("with m as (select * from many) select * from m;")):
        for procs in ("1", "4"):
            same(world.rows(stages + total, "--procs", procs), wanted, stages)
    same(world.rows(read("parts") + "  - aggregate: { columns: { n: count(*) } }\n"), [{"n": 199}], "partitions")
    # Rows come in the order of the table, on however many processors.
    for procs in ("1", "3"):
        ids = [row["id"] for row in world.rows(read("many") + "  - select: [id]\n", "--procs", procs)]
        same(ids, [*range(1, 40001), None], "the order of rows")


def test_one_snapshot_while_others_write(world):
    world.server.sql("create table moving as select i as id, repeat('x', 500) as t from generate_series(1, 30000) i;"
                     "grant select on moving to etl;")
    writer = subprocess.Popen(
        [postgres.folder() / "psql", "-q", "-h", world.server.root, "-p", str(world.server.port), "-U", "leat", "-d",
         "postgres", "-c", "do $$ begin for i in 1..200 loop update moving set t = repeat('y', 500) where id % 200 = i - 1; "
         "insert into moving values (-1, 'late'); delete from moving where id = -1; commit; end loop; end $$"])
    try:
        while writer.poll() is None:
            same(world.rows(read("moving") + "  - aggregate: { columns: { n: count(*), s: sum(id) } }\n"),
                 [{"n": 30000, "s": 450015000}], "rows of one moment")
    finally:
        writer.wait()


def test_only_what_is_used_is_asked_for(world):
    world.server.sql("create table logged as select i as id, (i * 0.5)::numeric(9,1) as x, 'n' || i as name, "
                     "date '2025-01-01' + i as d, i * 0.1 as f from generate_series(0, 99) i; "
                     "alter table logged alter f type float8; grant select on logged to etl; "
                     "alter role etl set log_statement = 'all';")
    log = world.server.root / "log"
    try:
        for where, asked, count in (
            ("id > 90 and x < 48", ["\"id\" > '90'::int8", "\"x\" < '48'::numeric"], 5),
            ("name = 'n7'", ["\"name\" = 'n7'::text"], 1),
            ("name > 'n7'", [], 32),
            ("d >= '2025-03-01' and f is not null", ["\"d\" >= '2025-03-01'::date", '"f" is not null'], 41),
            ("name = 'it''s' or id = 1", [], 1),
            ("name = 'it''s \\'", ["E'it''s \\\\'::text"], 0),
        ):
            before = log.stat().st_size
            rows = world.rows(read("logged") + f"  - filter: {json.dumps(where)}\n  - select: [id]\n")
            same(len(rows), count, where)
            with open(log) as file:
                file.seek(before)
                copies = [line for line in file.read().splitlines() if "copy (select" in line]
            same(len(copies), 1, copies)
            for part in asked:
                check(part in copies[0], f"{part} is not in {copies[0]}")
            same("where" in copies[0], bool(asked), copies[0])
            if "f" not in where.split() and "name" not in where:
                check('"name"' not in copies[0], copies[0])
        same(world.rows(read("logged") + "  - aggregate: { columns: { n: count(*) } }\n"), [{"n": 100}], "no column")
    finally:
        world.server.sql("alter role etl reset log_statement")


def test_empty_tables_and_names(world):
    world.server.sql('create table nothing (id int, t text); create schema "Odd Schema"; create table "Odd Schema"."A.b" '
                     '("Select" int); insert into "Odd Schema"."A.b" values (5); grant usage on schema "Odd Schema" to etl; '
                     'grant select on nothing, "Odd Schema"."A.b" to etl; create table "Mixed" (id int); '
                     'create table hidden (id int); grant select on "Mixed" to etl;')
    world.run(read("nothing") + "  - write_csv: out.csv\n")
    same((world / "out.csv").read_text(), "id,t\n", "an empty table")
    same(world.rows(query("select 1 as a where false")), [], "an empty query")
    same(world.rows(read("""'"Odd Schema"."A.b"'""")), [{"Select": 5}], "odd names")
    same(world.rows(read("mixed")), [], "the only name that differs in case")
    world.refused(read("nope") + "  - show\n", "there is no table 'nope'", "there are: ", "[E0808]")
    world.refused(read("hidden") + "  - filter: id = 1\n  - show\n", "permission denied for table hidden", code=1)
    world.refused(read("nothing", columns="{ id: int64, nope: utf8 }") + "  - show\n", "there is no column 'nope'",
                  "there are: id, t")
    world.refused(read("nothing", columns="{ id: strange }") + "  - show\n", "declared with the type 'strange'")
    world.refused(read("nothing", partition_on="t") + "  - show\n", "the column 't' has no ranges")
    world.refused(query("selct 1") + "  - show\n", "syntax error at or near")
    world.refused(query("select 1 as a, 2 as a") + "  - show\n", "there are two columns called 'a'")
    world.refused(query("select nope from nothing") + "  - show\n", 'column "nope" does not exist')
    world.refused("  - read_postgres: { connection: warehouse }\n  - show\n", "nothing is said of what to read")
    world.refused("  - read_postgres: { connection: warehouse, table: a, query: b }\n  - show\n", "only one is read")


def test_values_never_become_code(world):
    said = world.refused(query("select * from t where a = '${x}'") + "  - show\n", "a value cannot be put into 'query'",
                         "[E0218]", head="params: { x: { type: text, default: \"'; drop table t; --\" } }\n")
    check("filter: x = $x" in said, said)


def test_columns_are_cast_as_declared(world):
    world.server.sql("create table casts as select 1 as i, '5'::text as t, 2.5::float8 as f, true as b, 7::numeric(3) as n;"
                     "grant select on casts to etl;")
    same(world.rows(read("casts", columns="{ t: int64, i: utf8, f: 'decimal(5,2)', n: float64, b: text }")),
         [{"t": 5, "i": "1", "f": 2.5, "n": 7.0, "b": "true"}], "declared types")


def test_a_server_that_dies_in_mid_run_is_one_error(world):
    with Server() as server:
        server.sql("create table big as select i as id, repeat('x', 200) as t from generate_series(1, 300000) i;"
                   "grant select on big to etl;")
        dying = World(world.leat, world.path, server)
        for stages in (read("big"), query("select * from big")):
            dying.write(stages + "  - derive: { u: upper(t) }\n  - write_csv: out.csv\n")
            fifo = world / "gate"
            os.mkfifo(fifo)
            (world / "job.yaml").write_text((world / "job.yaml").read_text().replace("out.csv", "gate"))
            running = subprocess.Popen([world.leat, "run", "job.yaml"], cwd=world.path, stderr=subprocess.PIPE, text=True)
            with open(fifo) as gate:
                gate.read(1000)  # it is in the midst of reading, and cannot go on
                server.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'etl'")
                gate.read()
            said = running.communicate(timeout=TIMEOUT_S)[1]
            same((running.returncode, said.count("error:")), (1, 1), said)
            check("cannot be read: the connection was lost" in said, said)
            os.unlink(fifo)


# ------------------------------------------------------------------------------------------------------------- writing


def write(table, **options):
    more = "".join(f", {key}: {value}" for key, value in options.items())
    return f"  - write_postgres: {{ connection: warehouse, table: {table}{more} }}\n"


def rows_of(*rows):
    return "  - rows:\n" + "".join(f"      - {json.dumps(row)}\n" for row in rows)


def target(world, columns, *rows):
    """A table `t` with these rows, and a view on it."""
    world.server.sql(f"drop table if exists t cascade; create table t ({columns}); grant all on t to etl;"
                     + "".join(f"insert into t values {row};" for row in rows))


def table_rows(world, order="1"):
    return world.server.one(f"select * from t order by {order}").splitlines()


def test_all_types_are_written_and_read_again(world):
    world.server.sql(KINDS.replace("kinds", "origin").replace("type mood", "type mood2").replace("mood'", "mood2'")
                     .replace("m mood", "m mood2").replace("ma mood", "ma mood2").replace("domain price", "domain price2")
                     .replace("p price", "p price2")
                     + "create table copied (like origin); grant all on copied to etl;")
    world.run(read("origin") + write("copied"))
    same(world.server.one("select count(*) from (select to_jsonb(one) from origin one except all "
                          "select to_jsonb(two) from copied two) d"), "0", "rows that are not the same")
    same(world.server.one("select count(*) from copied"), "3", "rows")
    for text in ("0", "1", "-1", "12345678.9012", "-0.0001", "99999999999999999999.5", "0.00010000", "10000", "100000000"):
        target(world, "n numeric(30,6), a numeric(30,6)[]")
        world.run(f"  - rows: [{{ n: '{text}' }}]\n  - derive: {{ n: 'n::decimal(30,6)' }}\n  - derive: {{ a: '[n, null]' }}\n"
                  + write("t"))
        same(world.server.one(f"select n = {text} and a[1] = n and a[2] is null from t"), "t", text)


def test_append_and_defaults(world):
    target(world, "id int primary key, name text default 'none', at timestamptz default now()", "(1, 'a')")
    world.run(rows_of({"id": 2, "name": "b"}, {"id": 3, "name": None}) + write("t"))
    same(world.server.one("select string_agg(id || coalesce(name, '-'), ',' order by id) from t where at is not null"),
         "1a,2b,3-", "rows")
    world.run(rows_of({"id": 4}) + write("t"))
    same(world.server.one("select name from t where id = 4"), "none", "the default")
    world.run("  - read_postgres: { connection: warehouse, table: t }\n  - filter: id > 99\n  - select: [id]\n" + write("t"))
    same(world.server.one("select count(*) from t"), "4", "rows after none were added")


def test_replace_keeps_all_that_hangs_on_the_table(world):
    target(world, "id int primary key, name text", "(1, 'old')", "(2, 'old')")
    world.server.sql("create view of_t as select * from t; grant select on of_t to guest; "
                     "create table refers (id int references t "
                     "deferrable); insert into refers values (1); grant all on refers to etl")
    world.run(rows_of({"id": 1, "name": "new"}, {"id": 3, "name": "new"}) + write("t", mode="replace"), code=1)
    same(table_rows(world), ["1|old", "2|old"], "a key that others refer to")
    world.server.sql("drop table refers")
    world.run(rows_of({"id": 1, "name": "new"}, {"id": 3, "name": "new"}) + write("t", mode="replace"))
    same(world.server.one("select string_agg(id || name, ',' order by id) from of_t"), "1new,3new", "the view")
    same(world.server.one("select has_table_privilege('guest', 'of_t', 'select')"), "t", "the grant")
    world.run(rows_of({"id": 5, "name": "last"}) + write("t", mode="replace", truncate="true"))
    same(table_rows(world), ["5|last"], "a table that was truncated")


def test_upsert_and_insert_missing(world):
    stages = rows_of({"id": 1, "name": "x"}, {"id": 3, "name": "first"}, {"id": 3, "name": "second"})
    for mode, wanted in (("upsert", ["1|x|7", "2|old|7", "3|second|0"]), ("insert_missing", ["1|old|7", "2|old|7", "3|first|0"])):
        target(world, "id int primary key, name text, n int default 0", "(1, 'old', 7)", "(2, 'old', 7)")
        world.run(stages + write("t", mode=mode, on="id"))
        same(table_rows(world), wanted, mode)
    target(world, "a int, b int, primary key (a, b)")
    world.run(rows_of({"a": 1, "b": 1}, {"a": 1, "b": 1}) + write("t", mode="upsert", on="[a, b]"))
    same(table_rows(world), ["1|1"], "a row that is all key")


def test_what_cannot_be_written_is_told_before_anything_is_read(world):
    target(world, "id int primary key, name text not null, price numeric(5,2), made int generated always as (id * 2) stored, "
                  "u uuid, d date", "(1, 'a', 1)")
    row = lambda **more: rows_of({"id": 2, "name": "b", **more})
    for stages, *parts in (
        (row(nmae="x") + write("t"), "the table 't' has no column 'nmae'"),
        (rows_of({"id": 2}) + write("t"), "the column 'name' of 't' may not be NULL, has no default"),
        (row(made=4) + write("t"), "the server itself makes the column 'made'"),
        (row(price=1.255) + "  - derive: { price: 'price::decimal(9,3)' }\n" + write("t"),
         "does not fit numeric: it would be rounded"),
        (row() + "  - derive: { id: id::float64 }\n" + write("t"), "it would be rounded"),
        (row() + "  - derive: { id: id::text }\n" + write("t"), "the column 'id' of type utf8 does not fit integer"),
        (row() + "  - derive: { d: now() }\n" + write("t"), "its time of day would be lost"),
        (row() + write("t", mode="upsert", on="name"), 'no unique index of \'t\' has just "name"'),
        (row() + write("t", mode="upsert"), "'upsert' needs the columns of a key"),
        (row() + write("t", on="id"), "'append' looks at no key"),
        (row() + write("t", mode="upsert", on="ID"), "the rows have no column 'ID'", "did you mean 'id'?"),
        (row() + write("t", truncate="true"), "only 'replace' can truncate"),
        (row() + write("tt"), "there is no table 'tt'"),
        (row() + "  - derive: { s: '{a: 1}' }\n" + write("t"), "no type for the column 's'"),
    ):
        world.refused(stages, *parts)
    world.server.sql("revoke insert on t from etl")
    world.refused(row() + write("t"), "permission denied for table t")
    same(world.server.one("select count(*) from t"), "1", "rows")


def test_a_run_that_fails_changes_nothing(world):
    target(world, "id int primary key, name varchar(3)", "(5, 'old')")
    quotient = "  - derive: { id: 'id / cast(name as int64)' }\n"
    for stages, mode, *parts in (
        (rows_of({"id": 1, "name": "a"}, {"id": 5, "name": "b"}), "append", "duplicate key", "Key (id)=(5) already exists"),
        (rows_of({"id": 1, "name": "toolong"}), "replace", "too long for type character varying(3)"),
        (rows_of({"id": 3000000000, "name": "a"}), "upsert, on: id", "integer out of range"),
        (rows_of({"id": 1, "name": "a\u0000b"}), "append", "holds a zero byte"),
        (rows_of({"id": 1, "name": "0"}) + quotient, "replace", "zero"),
    ):
        (world / "out.csv").write_text("old\n")
        said = world.refused(stages + "    name: in\n  - write_csv: out.csv\n" + write("t", mode=mode) + "    from: in\n",
                             *parts, code=1)
        check("no output was changed" in said, said)
        same((table_rows(world), (world / "out.csv").read_text()), (["5|old"], "old\n"), said)


def test_bad_rows_are_rejected(world):
    target(world, "id int, name text")
    world.run(rows_of({"id": 1, "name": "a"}, {"id": 2, "name": "a\u0000b"}, {"id": 3, "name": "c"})
              + write("t") + "    on_error: reject\n    name: w\n  - write_csv: bad.csv\n    from: w.rejects\n", code=3)
    same(table_rows(world), ["1|a", "3|c"], "the others")
    check("zero byte" in (world / "bad.csv").read_text(), "the reject")


def test_a_dry_run_changes_nothing(world):
    target(world, "id int", "(1)")
    world.run(rows_of({"id": 2}) + write("t", mode="replace"), "--dry-run")
    same(table_rows(world), ["1"], "rows")


class Gate:
    """A run that reads rows from a pipe, and waits there."""

    def __init__(self, world, mode, more=""):
        os.mkfifo(world / "gate")
        world.write("  - read_csv: { path: gate, columns: { id: int64 } }\n    name: in\n" + more + write("t", mode=mode)
                    + "    from: in\n")
        self.running = subprocess.Popen([world.leat, "run", "job.yaml", "--color", "never"], cwd=world.path,
                                        stderr=subprocess.PIPE, text=True)
        self.pipe = open(world / "gate", "w")
        self.pipe.write("id\n" + "".join(f"{i}\n" for i in range(10, 200000)))  # more than is looked at before it begins
        self.pipe.flush()

    def end(self):
        self.pipe.close()
        said = self.running.communicate(timeout=TIMEOUT_S)[1]
        return self.running.returncode, said


def until(condition, what):
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        check(time.monotonic() < deadline, f"it did not come to pass: {what}")


def test_a_killed_run_leaves_nothing(world):
    target(world, "id int", "(1)")
    gate = Gate(world, "replace")
    active = "select count(*) from pg_stat_activity where usename = 'etl' and query like 'copy pg_temp%'"
    until(lambda: world.server.one(active) == "1", "the run writes")
    gate.running.kill()
    gate.end()
    of_etl = "select count(*) from pg_stat_activity where usename = 'etl'"
    until(lambda: world.server.one(of_etl) == "0", "the server notes it")
    same(table_rows(world), ["1"], "rows")
    same(world.server.one("select count(*) from pg_class where relname ~ 'leat'"), "0", "tables that are left over")


def test_a_connection_that_is_lost_is_one_error(world):
    target(world, "id int", "(1)")
    gate = Gate(world, "replace", "  - write_csv: out.csv\n")
    active = "select count(*) from pg_stat_activity where usename = 'etl' and query like 'copy pg_temp%'"
    until(lambda: world.server.one(active) == "1", "the run writes")
    world.server.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'etl'")
    code, said = gate.end()
    same((code, said.count("error:"), "no output was changed" in said), (1, 1, True), said)
    check("'t' cannot be written: the connection was lost" in said, said)
    same((table_rows(world), (world / "out.csv").exists()), (["1"], False), "what is there")


def test_files_and_tables_appear_together(world):
    target(world, "id int primary key", "(1)")
    both = "    name: in\n  - write_csv: out.csv\n" + write("t") + "    from: in\n"
    world.run(rows_of({"id": 2}) + both)
    same((table_rows(world), (world / "out.csv").read_text()), (["1", "2"], "id\n2\n"), "a run that succeeds")
    world.server.sql("create function late() returns trigger language plpgsql as $$ begin raise 'not today'; end $$;"
                     "create constraint trigger late after insert on t deferrable initially deferred "
                     "for each row execute function late()")
    said = world.refused(rows_of({"id": 3}) + both, "'t' cannot be written: not today", code=1)
    check("no output was changed" in said, said)
    same((table_rows(world), (world / "out.csv").read_text()), (["1", "2"], "id\n2\n"), "a run that fails at the end")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.splitlines()[3])
    parser.add_argument("--binary-dir", required=True, type=pathlib.Path)
    parser.add_argument("--filter", default="")
    arguments = parser.parse_args()
    leat = (arguments.binary_dir / "leat").resolve()
    if not (arguments.binary_dir / "connectors/postgres.so").exists():
        skip("leat-postgres is not built (./dev packages postgresql names what it needs)")
    if why := postgres.unavailable():
        skip(why)
    passed = failed = 0
    with Server() as server:
        for name, test in list(globals().items()):
            if not name.startswith("test_") or arguments.filter not in name:
                continue
            with tempfile.TemporaryDirectory() as scratch:
                try:
                    test(World(leat, pathlib.Path(scratch), server))
                    passed += 1
                except Exception as error:  # whatever it is, the test has failed
                    failed += 1
                    reason = str(error) if isinstance(error, Failed) else traceback.format_exc()
                    print(f"FAILED {name}: {reason}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
