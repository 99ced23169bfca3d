// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Names are hints and no aliases: a pipeline reads the same whoever wrote it.
#include "operators/expr/binding/other_names.h"

#include <algorithm>
#include <array>

namespace leat::expr {
namespace {

struct OtherName {
  std::string_view name;
  std::string_view hint;
};
constexpr auto kOtherNames = std::to_array<OtherName>({
    {"add_months", "write time + n * interval '1 month'"},
    {"any_value", "write first(value) filter (where value is not null)"},
    {"array_size", "write cardinality(list), or len(list)"},
    {"charindex", "write position(part in text)"},
    {"convert", "write value::TYPE, such as value::int64"},
    {"count_distinct", "write count(distinct value)"},
    {"count_if", "write count(*) filter (where CONDITION)"},
    {"countif", "write count(*) filter (where CONDITION)"},
    {"curdate", "write current_date"},
    {"date_add", "write time + interval '1 day'"},
    {"date_format", "write to_char(time, 'YYYY-MM-DD') or strftime(time, '%Y-%m-%d')"},
    {"date_parse", "write strptime(text, '%Y-%m-%d')"},
    {"dateadd", "write time + interval '1 day'"},
    {"datepart", "write extract(day from time)"},
    {"datetime", "write text::timestamp"},
    {"datetrunc", "write date_trunc('month', time)"},
    {"day_of_month", "write day(time)"},
    {"day_of_week", "write dayofweek(time), Sunday is 0, or isodow(time), Monday is 1"},
    {"day_of_year", "write dayofyear(time)"},
    {"dayofmonth", "write day(time)"},
    {"editdist3", "write levenshtein(left, right)"},
    {"endswith", "write ends_with(text, part)"},
    {"explode", "it is an operator, which makes a row of each element: - unnest: COLUMN"},
    {"float", "write value::float64"},
    {"format_date", "write strftime(time, '%Y-%m-%d')"},
    {"from_unixtime", "write to_timestamp(seconds)"},
    {"getdate", "write now()"},
    {"getutcdate", "write now()"},
    {"if", "write case when CONDITION then VALUE else VALUE end"},
    {"iff", "write case when CONDITION then VALUE else VALUE end"},
    {"ifnull", "write coalesce(value, other)"},
    {"iif", "write case when CONDITION then VALUE else VALUE end"},
    {"indexof", "write position(part in text)"},
    {"int", "write value::int64"},
    {"integer", "write value::int64"},
    {"is_null", "write value is null"},
    {"isnotnull", "write value is not null"},
    {"isnull", "write value is null, or coalesce(value, other)"},
    {"jaro_winkler", "write jaro_winkler_similarity(left, right)"},
    {"json_extract", "write value #> '{a,b}', or json_extract_path(value, 'a', 'b')"},
    {"json_extract_string", "write value #>> '{a,b}', or json_extract_path_text(value, 'a', 'b')"},
    {"json_object_keys", "write json_keys(value)"},
    {"json_type", "write json_typeof(value)"},
    {"lcase", "write lower(text)"},
    {"levenshtein_less_equal", "write levenshtein(left, right) <= n"},
    {"list_length", "write cardinality(list), or len(list)"},
    {"locate", "write position(part in text)"},
    {"lower_case", "write lower(text)"},
    {"mean", "write avg(value)"},
    {"mid", "write substring(text, start, count)"},
    {"nunique", "write count(distinct value)"},
    {"nvl", "write coalesce(value, other)"},
    {"nvl2", "write case when VALUE is not null then A else B end"},
    {"ord", "write ascii(text)"},
    {"parse_date", "write strptime(text, '%Y-%m-%d')::date"},
    {"parse_timestamp", "write strptime(text, '%Y-%m-%d %H:%M:%S')"},
    {"percentile", "write quantile_cont(value, 0.5)"},
    {"regexp_contains", "write regexp_like(text, pattern)"},
    {"regexp_matches",
     "write regexp_like(text, pattern), or regexp_match or regexp_extract_all for lists"},
    {"rlike", "write regexp_like(text, pattern)"},
    {"safe_cast", "write try_cast(value as TYPE)"},
    {"size", "write cardinality(list), or len(list)"},
    {"split", "write string_to_array(text, separator), or split_part(text, separator, n)"},
    {"startswith", "write starts_with(text, part)"},
    {"std", "write stddev(value)"},
    {"stdev", "write stddev(value)"},
    {"str", "write value::utf8"},
    {"str_split", "write split_part(text, separator, n), or regexp_split(text, pattern)"},
    {"string", "write value::utf8"},
    {"string_agg",
     "it is an aggregate function: it stands in the columns of the aggregate operator"},
    {"string_to_table",
     "write string_to_array(text, separator), and make rows of the list with unnest"},
    {"substring_index", "write split_part(text, separator, n)"},
    {"sysdate", "write now()"},
    {"to_decimal", "write value::decimal(18,2)"},
    {"to_int", "write value::int64"},
    {"to_integer", "write value::int64"},
    {"to_string", "write value::utf8"},
    {"todate", "write text::date, or strptime(text, format)::date"},
    {"today", "write current_date"},
    {"tolower", "write lower(text)"},
    {"tonumber", "write value::float64"},
    {"tostring", "write value::utf8"},
    {"toupper", "write upper(text)"},
    {"trim_scale",
     "a decimal has the scale of its type: write value::decimal(18,2), or min_scale(value)"},
    {"try_to_date", "write try_cast(text as date)"},
    {"try_to_number", "write try_cast(text as float64)"},
    {"try_to_timestamp", "write try_cast(text as timestamp)"},
    {"ucase", "write upper(text)"},
    {"unicode", "write ascii(text)"},
    {"uniq", "write count(distinct value)"},
    {"unix_timestamp", "write extract(epoch from time)"},
    {"unnest", "it is an operator, which makes a row of each element: - unnest: COLUMN"},
    {"var", "write variance(value)"},
    {"weekday", "write isodow(time)"},
    {"weekofyear", "write week(time)"},
    {"xxh3", "write hash(value), which is XXH3"},
    {"zeroifnull", "write coalesce(value, 0)"},
});

}  // namespace

std::string other_name_of(std::string_view name) {
  const auto found = std::find_if(kOtherNames.begin(), kOtherNames.end(),
                                  [&](const OtherName& other) { return other.name == name; });
  return found == kOtherNames.end() ? std::string() : std::string(found->hint);
}

}  // namespace leat::expr
