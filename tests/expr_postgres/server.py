# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server with one table that evaluates expressions row by row."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import postgres  # noqa: E402

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


def quoted(value) -> str:
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


class Server(postgres.Server):
    """Use with `with`. The table `data` has the columns given and `id` from 0."""

    def __init__(self, columns: dict, rows: list):
        super().__init__()
        self.columns, self.rows = columns, rows

    def prepare(self):
        self.sql(EVALUATE)
        columns = ", ".join(f"{name} {kind}" for name, kind in self.columns.items())
        rows = ", ".join(
            f"({number}, {', '.join(map(quoted, row))})" for number, row in enumerate(self.rows)
        )
        self.sql(f"create table data (id int, {columns}); insert into data values {rows}; analyze data;")

    def evaluate(self, expressions: list) -> list:
        """For each expression (type, [(kind, text)])."""
        values = ", ".join(f"({number}, {quoted(text)})" for number, text in enumerate(expressions))
        lines = self.sql(f"select try_evaluate(e) from (values {values}) as all_of_them(n, e) order by n;")
        answers = [json.loads(line) for line in lines.splitlines()]
        if len(answers) != len(expressions):
            raise RuntimeError(f"PostgreSQL answered {len(answers)} of {len(expressions)} expressions")
        return answers
