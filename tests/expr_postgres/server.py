# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of one's own: in a temporary folder, reached by a socket in it, gone afterwards."""

import json
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

BINARIES = pathlib.Path("/usr/lib/postgresql")

# Evaluates an expression over the table: at once, and row by row if that fails.
EVALUATE = """
create function try_evaluate(expression text) returns jsonb language plpgsql as $$
declare
  result jsonb;
  kind text;
  one jsonb;
  line record;
begin
  begin
    execute format('select coalesce(jsonb_agg(jsonb_build_array(case when v is null then ''null'' else ''value'' end, '
                   'v::text) order by id), ''[]''), min(pg_typeof(v)::text) '
                   'from (select id, (%s) as v from data offset 0) as s', expression) into result, kind;
    return jsonb_build_array(kind, result);
  exception when others then
    result := '[]';
  end;
  for line in select id from data order by id loop
    begin
      execute format('select jsonb_build_array(case when v is null then ''null'' else ''value'' end, v::text), '
                     'pg_typeof(v)::text from (select (%s) as v from data where id = %s offset 0) as s',
                     expression, line.id) into one, kind;
    exception when others then
      one := jsonb_build_array('error', sqlerrm);
    end;
    result := result || jsonb_build_array(one);
  end loop;
  return jsonb_build_array(coalesce(kind, 'unknown'), result);
end $$;
"""


def folder():
    """The newest version's programs, or None."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def unavailable() -> str:
    """Why no server can be started; empty when one can."""
    if folder() is None:
        return "PostgreSQL's server is not installed (./dev packages postgresql)"
    if os.geteuid() == 0 and not shutil.which("runuser"):
        return "PostgreSQL does not run as root, and there is no runuser"
    return ""


def quoted(value) -> str:
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


class Server:
    """Use with `with`. The table `data` has the columns given and `id` from 0."""

    def __init__(self, columns: dict, rows: list):
        self.columns, self.rows = columns, rows
        self.root = None

    def run(self, *command, text=None) -> str:
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        ran = subprocess.run(
            [*user, *map(str, command)], input=text, capture_output=True, text=True, cwd=self.root,
            env={**os.environ, "PGTZ": "UTC", "LC_ALL": "C.UTF-8"},
        )
        if ran.returncode != 0:
            raise RuntimeError(f"{command[0]}: {ran.stderr.strip()[-2000:]}")
        return ran.stdout

    def sql(self, text: str) -> str:
        return self.run(folder() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.root, "-U", "leat",
                        "-d", "postgres", "-f", "-", text=text)

    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="leat-pg-"))
        try:
            if os.geteuid() == 0:
                user = pwd.getpwnam("postgres")
                os.chown(self.root, user.pw_uid, user.pw_gid)
            data = self.root / "data"
            self.run(folder() / "initdb", "-D", data, "-U", "leat", "-A", "trust", "-E", "UTF8", "-N",
                     "--locale=C", "--lc-ctype=C.UTF-8")
            options = f"-c listen_addresses= -c unix_socket_directories={self.root} -c fsync=off -c timezone=UTC -c jit=off"
            self.run(folder() / "pg_ctl", "-D", data, "-w", "-s", "-l", self.root / "log", "-o", options, "start")
            self.sql(EVALUATE)
            columns = ", ".join(f"{name} {kind}" for name, kind in self.columns.items())
            rows = ", ".join(
                f"({number}, {', '.join(map(quoted, row))})" for number, row in enumerate(self.rows)
            )
            self.sql(f"create table data (id int, {columns}); insert into data values {rows}; analyze data;")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if (self.root / "data/postmaster.pid").exists():
            self.run(folder() / "pg_ctl", "-D", self.root / "data", "-w", "-s", "-m", "immediate", "stop")
        shutil.rmtree(self.root)

    def evaluate(self, expressions: list) -> list:
        """For each expression (type, [(kind, text)])."""
        values = ", ".join(f"({number}, {quoted(text)})" for number, text in enumerate(expressions))
        lines = self.sql(f"select try_evaluate(e) from (values {values}) as all_of_them(n, e) order by n;")
        answers = [json.loads(line) for line in lines.splitlines()]
        if len(answers) != len(expressions):
            raise RuntimeError(f"PostgreSQL answered {len(answers)} of {len(expressions)} expressions")
        return answers
