# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Random expressions, written so that both leat and PostgreSQL read them, over one table.

Every expression has a type that is the same in both: a literal carries a cast where PostgreSQL would otherwise take
another type (a whole number is an int4 there). A number with a point is exact in both.
"""

COLUMNS = {
    "i": "bigint", "j": "bigint", "x": "double precision", "y": "double precision", "d": "numeric(12,2)",
    "e": "numeric(9,4)", "b": "boolean", "c": "boolean", "s": "text", "t": "text", "p": "date", "q": "date",
    "u": "timestamptz", "v": "timestamptz", "g": "json", "w": "time", "z": "time", "m": "inet", "o": "inet", "h": "uuid",
    "a": "uuid",
}

# Every value is met with others at random, and each column has NULLs.
_VALUES = {
    "i": ["0", "1", "-1", "7", "42", "-13", "9223372036854775807", "-9223372036854775808", "1000000", None],
    "j": ["3", "0", "-2", "10", "255", "4611686018427387904", "-1", None],
    "x": ["0", "1.5", "-2.25", "1e300", "-1e300", "1e-300", "0.1", "NaN", "123456789.125", "2.5", None],
    "y": ["2", "-0.5", "3", "1e10", "0", "Infinity", "0.3333333333333333", "-7.75", None],
    "d": ["0.00", "12.50", "-0.01", "9999999999.99", "-9999999999.99", "100.00", "2.45", None],
    "e": ["0.2500", "3.0000", "-1.5000", "0.0000", "99999.9999", "-0.0001", "2.5000", None],
    "b": ["true", "false", None],
    "c": ["false", "true", None, "true"],
    "s": ["", "abc", "Hello World", "  padded  ", "50%_off", "Größe €", "a,b,c", "12", "a\\b", "xyzzy plugh twisty", None],
    "t": ["b", "", "o", "%", "-7", "hello", "WORLD", "é", "3.5", None],
    "p": ["2026-03-15", "2024-02-29", "1969-12-31", "0001-01-01", "9999-12-31", "2000-01-01", None],
    "q": ["2025-12-31", "2026-01-31", "1970-01-01", "2100-02-28", None],
    "u": ["2026-03-15 10:20:30.5+00", "1969-12-31 23:59:59.999999+00", "2024-02-29 00:00:00+00",
          "0001-06-01 12:00:00+00", "9998-12-31 23:59:59+00", "2026-03-29 01:30:00+00", None],
    "v": ["2026-01-31 05:06:07.123456+00", "1970-01-01 00:00:00+00", "2025-10-26 00:30:00+00", "2000-02-29 12:00:00+00",
          None],
    "g": ['{"a": 1, "b": {"c": [10, null, "x\\u00e9\\n"]}, "s": "text"}', "[1, 2.50, true, null]", '"top"', "12",
          '{"a": "1", "a": "2"}', "{}", "null", None],
    "w": ["08:15:30.5", "00:00:00", "23:59:59.999999", "24:00:00", "12:30:00", None],
    "z": ["01:02:03", "23:00:00", "08:15:30.5", None],
    "m": ["10.1.2.3", "10.1.0.0/16", "192.168.1.5/24", "2001:db8::1", "0.0.0.0/0", "::ffff:1.2.3.4", "255.255.255.255",
          "2001:db8::/32", "10.1.2.0/24", None],
    "o": ["10.0.0.0/8", "10.1.2.3", "::/0", "192.168.1.0/24", "2001:db8:0:1::/64", "10.1.2.3/16", None],
    "h": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000",
          "ffffffff-ffff-ffff-ffff-ffffffffffff", "550e8400-e29b-41d4-a716-446655440000", None],
    "a": ["550e8400-e29b-41d4-a716-446655440000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", None],
}
_ROW_COUNT = 36
# Strides without a common factor, so that few rows repeat a pair of values.
ROWS = [
    [values[(row * stride + row // len(values)) % len(values)]
     for stride, values in zip((1, 1, 1, 3, 1, 5, 1, 1, 1, 3, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1), _VALUES.values())]
    for row in range(_ROW_COUNT)
]

INT, FLOAT, DECIMAL, BOOL, TEXT, DATE, TIME, INTERVAL = "int float decimal bool text date time interval".split()
CLOCK, INET, UUID = "clock inet uuid".split()
_COLUMNS_OF = {INT: "ij", FLOAT: "xy", DECIMAL: "de", BOOL: "bc", TEXT: "st", DATE: "pq", TIME: "uv",
               CLOCK: "wz", INET: "mo", UUID: "ha"}
_SCALARS = [INT, FLOAT, DECIMAL, BOOL, TEXT, DATE, TIME]
_LITERALS = {
    INT: ["0::bigint", "1::bigint", "(-3)::bigint", "10::bigint", "9223372036854775807", "null::bigint"],
    FLOAT: ["0::float8", "0.5::float8", "(-1.25)::float8", "1e15::float8", "'NaN'::float8", "null::float8"],
    DECIMAL: ["0::numeric(3,0)", "1.19::numeric(3,2)", "(-2.5)::numeric(2,1)", "0.001::numeric(4,3)",
              "null::numeric(5,2)", "1.19", "(-2.5)", "0.001", "0.06 + 0.01"],
    BOOL: ["true", "false", "null::boolean"],
    TEXT: ["''", "'a'", "'l'", "'World'", "'a%'", "'ß€'", "null::text"],
    DATE: ["date '2026-01-31'", "date '1999-12-31'", "null::date"],
    TIME: ["timestamptz '2026-02-28 23:59:59.999999+00'", "timestamptz '1970-01-01 00:00:00+00'", "null::timestamptz"],
    CLOCK: ["time '12:30'", "time '00:00:00.000001'", "null::time"],
    INET: ["inet '10.1.2.0/25'", "inet '2001:db8::7'", "null::inet"],
    UUID: ["uuid '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}'", "null::uuid"],
    INTERVAL: ["interval '1 month'", "interval '-3 days 04:05:06.7'", "interval '1 year 2 months'", "interval '36 hours'"],
}
# {x} is an expression of a type: i f d b s p u k, n a small whole number, r a rounding position.
_FORMS = {
    INT: [
        "{i} + {i}", "{i} - {i}", "{i} * {i}", "{i} / {i}", "{i} % {i}", "-{i}", "abs({i})", "mod({i}, {i})", "gcd({i}, {i})",
        "lcm({i}, {i})", "length({s})::bigint", "octet_length({s})::bigint", "position({s} in {s})::bigint",
        "strpos({s}, {s})::bigint", "ascii({s})::bigint", "({p} - {p})::bigint", "extract(year from {p})::bigint",
        "extract(month from {u})::bigint", "extract(day from {u})::bigint", "extract(hour from {u})::bigint",
        "extract(dow from {p})::bigint", "extract(isodow from {u})::bigint", "extract(doy from {p})::bigint",
        "extract(week from {p})::bigint", "extract(isoyear from {p})::bigint", "extract(quarter from {u})::bigint",
        "extract(decade from {p})::bigint", "extract(century from {p})::bigint", "extract(millennium from {p})::bigint",
        "{f}::bigint", "{d}::bigint", "{s}::bigint", "case when {b} then {i} else {i} end", "coalesce({i}, {i})",
        "nullif({i}, {i})", "greatest({i}, {i}, {i})", "least({i}, {i})", "regexp_count({s}, 'l')::bigint",
        "regexp_count({s}, '')::bigint", "regexp_count({s}, 'l*')::bigint", "regexp_count({s}, '[[:alpha:]]')::bigint",
        "extract(year from {k})::bigint", "extract(month from {k})::bigint", "extract(day from {k})::bigint",
        "extract(hour from {k})::bigint", "extract(minute from {k})::bigint", "div({i}, {i})::bigint",
        "width_bucket({d}, 0, 50, 7)::bigint", "width_bucket({f}, -10, 10, 4)::bigint", "min_scale({d})::bigint",
        "regexp_instr({s}, 'l', 1, 2)::bigint", "regexp_count({s}, 'L', 2, 'i')::bigint",
        "(g ->> 'a')::bigint", "masklen({m})::bigint", "family({m})::bigint", "{m} - {m}", "extract(hour from {w})::bigint",
        "extract(minute from {w})::bigint", "@ {i}",
    ],
    FLOAT: [
        "{f} + {f}", "{f} - {f}", "{f} * {f}", "{f} / {f}", "{f} + {i}", "{f} * {d}", "-{f}", "abs({f})", "round({f})",
        "trunc({f})", "floor({f})", "ceil({f})", "sign({f})", "sqrt({f})", "cbrt({f})", "exp({f})", "ln({f})", "log({f})",
        "power({f}, {f})", "{f} ^ {f}", "sin({f})", "cos({f})", "tan({f})", "atan({f})", "atan2({f}, {f})", "asin({f})",
        "acos({f})", "degrees({f})", "radians({f})", "sinh({f})", "cosh({f})", "tanh({f})", "pi()", "{i}::float8",
        "{d}::float8", "{s}::float8", "extract(epoch from {u})::float8", "extract(second from {u})::float8",
        "extract(epoch from {p})::float8", "extract(epoch from {k})::float8", "extract(second from {k})::float8",
        "case when {b} then {f} else {f} end", "coalesce({f}, {f})", "nullif({f}, {f})", "greatest({f}, {f})",
        "least({f}, {f}, {f})", "date_part('second', {w})", "date_part('hour', {k})", "date_part('epoch', {k})",
        "extract(epoch from {w})::float8", "|/ {f}", "||/ {f}", "{f} * 1.1", "0.1 + {f}", "coalesce({f}, 0.25)",
    ],
    DECIMAL: [
        "{d} + {d}", "{d} - {d}", "{d} * {d}", "{d} / {d}", "{d} % {d}", "{d} + {i}", "{d} * {i}", "-{d}", "abs({d})",
        "round({d}, {r})", "round({d})", "trunc({d}, {r})", "trunc({d})", "floor({d})", "ceil({d})", "sign({d})",
        "mod({d}, {d})", "{i}::numeric(19,0)", "{f}::numeric(20,5)", "{s}::numeric(10,3)", "{d}::numeric(10,1)",
        "case when {b} then {d} else {d} end", "coalesce({d}, {d})", "nullif({d}, {d})", "greatest({d}, {d})", "least({d}, {i})",
        "{i} * 1.1", "round(1.0 / ({i} % 7 + 10), 3)", "{d} + (0.06 - 0.01)", "coalesce({d}, 0.125)",
        "case when {b} then 0.5 else {d} end",
    ],
    BOOL: [
        "{i} = {i}", "{i} <> {i}", "{i} < {i}", "{f} <= {f}", "{f} > {f}", "{f} = {i}", "{d} >= {d}", "{d} = {i}", "{d} < {f}",
        "{s} = {s}", "{s} < {s}", "{s} >= {s}", "{p} < {p}", "{p} >= {u}", "{u} = {u}", "{u} <= {u}", "{k} < {k}", "{b} = {b}",
        "not {b}", "{b} and {b}", "{b} or {b}", "{b} and {b} or {b}", "{i} is null", "{s} is not null", "{b} is true",
        "{b} is not false", "{b} is unknown", "{i} is distinct from {i}", "{s} is not distinct from {s}",
        "{f} is distinct from {f}", "{i} between {i} and {i}", "{f} not between {f} and {f}", "{s} between {s} and {s}",
        "{i} in ({i}, {i}, 7)", "{i} not in (1, 2, 3, 42, -13, 0)", "{s} in ('abc', 'b', '', {s})",
        "{s} not in ('a', 'b', 'c', '12', 'o')", "{s} like {s}", "{s} like '%l%'", "{s} not like '_b%'", "{s} ilike '%WORLD'",
        "{s} like 'a\\\\%' escape '\\'", "starts_with({s}, {s})",
        "{s} similar to '%(l|b)%'", "{s} not similar to '[a-z ]*'", "{s} ~ '^[a-z]+$'", "{s} !~ 'l+o'", "{s} ~* 'WORLD'",
        "{s} ~ '^\\w+$'", "{s} ~ '\\W'", "{s} ~ '[[:upper:]]'", "{s} ~ '^[[:lower:]\\s]+$'", "{s} ~ '\\yhello\\y'",
        "{s} ~ '[a\\W]$'",
        "{i} = any(array[{i}, {i}, null])", "{i} <> all(array[{i}, {i}])", "{s} < any(array[{s}, {s}])",
        "{p} >= all(array[{p}, {p}])", "array[{i}, {i}] = array[{i}, {i}]", "array[{s}, {s}] < array[{s}]",
        "array[{i}, {i}] @> array[{i}]",
        "{i} > 0.5", "{f} < 0.1", "{d} between 2.46 - 0.01 and 12.49 + 0.01", "{i} in (0.5, 7.0, 42.00)",
        "g::jsonb ?| array[{s}, 'a']", "g::jsonb ?& array['a', {s}]", "g::jsonb @? '$.b.c[*] ? (@ > 1)'",
        "g::jsonb @@ '$.a == 1'", "jsonb_path_exists(g::jsonb, '$.**.c')", "jsonb_exists(g::jsonb, {s})",
        "{w} < {w}", "{w} = {w}", "{m} = {m}", "{m} < {m}", "{m} <= {m}", "{m} << {m}", "{m} <<= {m}", "{m} >> {m}",
        "{m} >>= {m}", "{m} && {m}", "{m} between {m} and {m}", "{m} in ('10.1.2.3', '::/0')", "{m} is distinct from {m}",
        "inet_same_family({m}, {m})", "{h} = {h}", "{h} < {h}", "{h} >= {h}", "{h} = 'A0EEBC999C0B4EF8BB6D6BB9BD380A11'",
        "{i} between symmetric {i} and {i}", "{f} not between symmetric {f} and {f}", "isfinite({u})",
        "{i}::text = {s}", "case when {b} then {b} else {b} end", "coalesce({b}, {b})",
        "case {i} when 1 then {b} when 7 then true else {b} end",
    ],
    TEXT: [
        "{s} || {s}", "{s} || {i}", "lower({s})", "upper({s})", "initcap({s})", "substr({s}, {n})", "substr({s}, {n}, {n})",
        "substring({s} from {n} for {n})", "left({s}, {n})", "right({s}, {n})", "trim({s})", "ltrim({s})", "rtrim({s})",
        "btrim({s}, {s})", "trim(leading 'a' from {s})", "ltrim({s}, 'ab')", "rtrim({s}, {s})", "replace({s}, {s}, {s})",
        "translate({s}, 'lo ', 'xy')", "reverse({s})", "repeat({s}, {n})", "lpad({s}, {n})", "lpad({s}, 9, {s})",
        "rpad({s}, {n}, {s})", "split_part({s}, ',', {n})", "split_part({s}, {s}, 1)", "concat({s}, {i}, {p}, {s})",
        "concat_ws({s}, {s}, {i}, null, {s})",
        "{i}::text", "{b}::text", "{p}::text", "d::text", "e::text",
        "regexp_replace({s}, '[a-c]', '<\\&>', 'g')", "regexp_replace({s}, '(l+)(o?)', '\\2\\1')",
        "regexp_replace({s}, 'l*', '-', 'g')", "regexp_replace({s}, '', '.', 'g')", "regexp_replace({s}, '\\W', '_', 'g')",
        "regexp_replace({s}, '(l)', '<\\0\\1>')",
        "regexp_substr({s}, '[lo]+')", "chr(65 + ({n}) * ({n}))",
        "format('%s-%s|%%', {s}, {i})", "format('%2$s %1$5s|%-4s|', {s}, {i}, {s})",
        "to_char({i}, 'FM9,999,999,999')", "to_char({i}, 'S0999')", "to_char({i}, '99999PR')", "to_char({d}, '99G990D09MI')",
        "to_char({d}, 'FM999.099')", "to_char({i} % 4000, 'RN')", "to_char({d}, '9V99')",
        "to_char({u}, 'Day, DDth Mon YYYY HH12:MI:SS.US am')", "to_char({p}, 'IYYY-IW-ID Q WW W CC J DDD')",
        "to_char({u}, 'FMMonth FMDD, FMHH24 MS SSSS RM')", "md5({s})", "substring({s} from 'l+(o)?')",
        "regexp_replace({s}, 'l', 'L', 1, {r} + 1)", "regexp_substr({s}, '[a-z]', 1, 2)", "(regexp_match({s}, '(l+)(o?)'))[1]",
        "(regexp_split_to_array({s}, 'l*'))[2]", "format('%I %L', {s} || 'x', {s})", "quote_ident({s})",
        "quote_literal({s})", "overlay({s} placing {s} from 2 for 3)", "overlay({s} placing 'ab' from {n})", "to_hex({i})",
        "case when {b} then {s} else {s} end", "coalesce({s}, {s})", "nullif({s}, {s})", "greatest({s}, {s})",
        "host({m})", "text({m})", "abbrev({m})", "{w}::text", "{h}::text", "array_dims(array[{s}, {s}])",
        "least({s}, {s}, {s})", "g ->> {s}", "g ->> 'a'", "(g -> 'b' -> 'c') ->> {n}", "g ->> {n}", "(g -> 1)::text",
        "json_typeof(g)", "jsonb_typeof(g::jsonb - {s})", "jsonb_typeof(g::jsonb #- array['b', 'c'])",
        "jsonb_path_query_first(g::jsonb, '$.b.c.size()')::text", "jsonb_path_query_first(g::jsonb, '$.**.type()')::text",
        "jsonb_path_query_first(g::jsonb, '$.b.c[0] * 2')::text", "jsonb_path_match(g::jsonb, '$.a >= 1')::text",
        "json_extract_path_text(g, 'b', {s})",
        "(array[{s}, {s}])[2]", "array_to_string(array[{s}, {s}] || array[{s}], '+', '*')",
        "array_to_string(array_remove(array[{s}, 'b', {s}], {s}), '+', '*')",
        "array_to_string(array_replace(array[{s}, 'b'], {s}, {s}), '+', '*')",
        "array_to_string(array_append(array[{s}], {s}), '+', '*')", "array_to_string((array[{s}, 'x', {s}])[2:3], '+', '*')",
        "to_json({s} || '')::text", "array_to_string(string_to_array({s}, 'l', ''), '+', '*')",
    ],
    DATE: [
        "{p} + {n}", "{p} - {n}", "{u}::date",
        "make_date(2024, extract(month from {p})::int, 28)", "({p} + {k})::date", "date_trunc('month', {u})::date",
        "to_date(to_char({p}, 'DD Month YYYY'), 'DD Month YYYY')", "to_date(to_char({p}, 'YYYYMMDD'), 'YYYYMMDD')",
        "{s}::date", "({p} + {w})::date", "case when {b} then {p} else {p} end", "coalesce({p}, {p})",
        "nullif({p}, {p})", "greatest({p}, {p})",
        "least({p}, {p})",
    ],
    TIME: [
        "{u} + {k}", "{u} - {k}", "({p} + {k})::timestamptz", "{p}::timestamptz", "date_trunc('hour', {u})",
        "date_trunc('week', {u})", "date_trunc('quarter', {u})", "date_trunc('decade', {u})", "date_trunc('millisecond', {u})",
        "date_trunc('century', {u})", "date_trunc('minute', {u})", "date_trunc('day', {u})", "to_timestamp({i} % 100000)",
        "case when {b} then {u} else {u} end", "coalesce({u}, {u})", "greatest({u}, {u})", "least({u}, {u})",
        "({u} at time zone 'Europe/Berlin')::timestamptz", "({u} at time zone 'America/New_York')::timestamptz",
        "({u} at time zone 'UTC')::timestamptz", "date_bin('7 hours', {u}, '2001-02-03 04:05:06+00')",
        "make_timestamptz(2024, 2, extract(hour from {u})::int + 1, {n}, 30, 1.5, 'Europe/Berlin')",
        "{u} + interval '1' month", "{u} - interval '2-3' year to month",
    ],
    INTERVAL: [
        "{u} - {u}", "{k} + {k}", "{k} - {k}", "-{k}", "{k} * {n}", "{k} * 1.5::float8", "{k} / 7::float8", "age({u}, {u})",
        "justify_hours({k})", "justify_days({k})", "justify_interval({k})", "{k} + interval '1 day 2 hours ago'",
        "{l}", "{l}", "{l}", "{l}", "{w} - {w}", "{w}::interval",
    ],
    CLOCK: [
        "{w} + {k}", "{w} - {k}", "{k}::time", "(({p} + {w})::timestamp)::time", "make_time({n}, 5, 1.5)", "{s}::time",
        "coalesce({w}, {w})", "greatest({w}, {w})", "case when {b} then {w} else {w} end",
    ],
    INET: [
        "{m} + {i}", "{m} - ({i} % 1000)", "netmask({m})", "hostmask({m})", "broadcast({m})", "set_masklen({m}, {n})",
        "{s}::inet", "least({m}, {m})", "greatest({m}, {m})", "coalesce({m}, {m})", "host({m})::inet",
        "case when {b} then {m} else {m} end",
    ],
    UUID: [
        "{s}::uuid", "least({h}, {h})", "greatest({h}, {h})", "coalesce({h}, {h})", "md5({s})::uuid",
        "case when {b} then {h} else {h} end", "nullif({h}, {h})",
    ],
}
_HOLES = {"i": INT, "f": FLOAT, "d": DECIMAL, "b": BOOL, "s": TEXT, "p": DATE, "u": TIME, "k": INTERVAL,
          "w": CLOCK, "m": INET, "h": UUID}


class Generator:
    def __init__(self, random):
        self.random = random

    def expression(self, kind: str, depth: int) -> str:
        if depth == 0:
            return self.leaf(kind)
        return self.fill(self.random.choice(_FORMS[kind]), depth - 1)

    def leaf(self, kind: str) -> str:
        if kind == INTERVAL or self.random.random() < 0.2:
            return self.random.choice(_LITERALS[kind])
        return self.random.choice(_COLUMNS_OF[kind])

    def fill(self, form: str, depth: int) -> str:
        out, rest = "", form
        while "{" in rest:
            before, rest = rest.split("{", 1)
            hole, rest = rest.split("}", 1)
            out += before + self.hole(hole, depth)
        return out + rest

    def hole(self, hole: str, depth: int) -> str:
        if hole == "n":
            return str(self.random.choice([-2, 0, 1, 2, 3, 5, 12]))
        if hole == "r":
            return str(self.random.choice([-1, 0, 1, 3]))
        if hole == "l":
            return self.random.choice(_LITERALS[INTERVAL])
        inner = self.expression(_HOLES[hole], max(0, depth - self.random.randrange(2)))
        return inner if inner.isalnum() or (inner.startswith("'") and inner.count("'") == 2) else f"({inner})"


def expressions(random, count: int) -> list:
    """Each form at the top at least once, if `count` allows; the others at random. No two are equal."""
    generator = Generator(random)
    forms = [(kind, form) for kind in _FORMS for form in _FORMS[kind]]
    found = dict.fromkeys(["concat(b, s)", "format('%s', b)"])
    found |= dict.fromkeys(generator.fill(form, depth) for depth in (0, 1) for _, form in forms)
    while len(found) < count:
        kind = random.choice(list(_FORMS))
        found.setdefault(generator.expression(kind, random.choice([1, 2, 2, 3])))
    return list(found)[:count]


def named_row(row: int) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in zip(COLUMNS, ROWS[row]))
