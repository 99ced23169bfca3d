// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The table of aggregate functions; what each computes is in operators/state/accumulators/.
#include <iterator>

#include "operators/expr/aggregate_expression.h"

namespace leat::expr {

namespace {

constexpr AggregateFunction kFunctions[] = {
    {"any_value", "any_value(value [order by ...]) -> the value's type",
     "The first value that is not NULL, in the order of the input or of `order by`.", "",
     "any_value(name order by x desc nulls first)", "c", AggregateForm::kEdge},
    {"approx_count_distinct", "approx_count_distinct(value) -> int64",
     "About how many different values there are that are not NULL, in little memory: a "
     "HyperLogLog sketch of 4,096 registers, wrong by 1.6 % (one standard deviation), the same "
     "for every order of rows.",
     "", "approx_count_distinct(x)", "3", AggregateForm::kApproxCount},
    {"approx_quantile", "approx_quantile(number, fraction) -> float64",
     "About the value that `fraction` of all values do not exceed, in little memory: wrong by "
     "less than 0.4 % of itself, the same for every order of rows. `fraction` is a constant from "
     "0 to 1.",
     "", "approx_quantile(x, 0.5)", "2", AggregateForm::kQuantile},
    {"arg_max", "arg_max(value, by [, n]) -> the value's type, with n a list of it",
     "`value` in the row with the greatest `by`, the first of several such rows; rows in which "
     "`by` is NULL do not count. With a constant `n` the values of so many rows, as a list.",
     "", "arg_max(name, x)", "c", AggregateForm::kArgument},
    {"arg_min", "arg_min(value, by [, n]) -> the value's type, with n a list of it",
     "`value` in the row with the least `by`, the first of several such rows; rows in which `by` "
     "is NULL do not count. With a constant `n` the values of so many rows, as a list.",
     "", "arg_min(name, x)", "a", AggregateForm::kArgument},
    {"array_agg", "array_agg(value [order by ...]) -> list of the value's type",
     "All values of the group as a list, NULLs among them, in the order of the input or of "
     "`order by`; NULL without rows. With `distinct` the first of equal values stays.",
     "The list takes more than a quarter of the memory limit.",
     "array_agg(name order by x desc nulls last)", "[c,b,b,a,NULL]", AggregateForm::kList},
    {"avg", "avg(number) -> float64, of decimals decimal(38,16), of intervals interval",
     "The mean of the values that are not NULL. Of decimals it is a decimal with their digits "
     "behind the point, at least 16.",
     "The mean of decimals has more than 38 digits.", "avg(x)", "2.5", AggregateForm::kNumber},
    {"bit_and", "bit_and(int64) -> int64", "The bits that are set in all values that are not NULL.",
     "", "bit_and(x) filter (where x > 1)", "0", AggregateForm::kBits},
    {"bit_or", "bit_or(int64) -> int64", "The bits that are set in one of the values.", "",
     "bit_or(x)", "7", AggregateForm::kBits},
    {"bit_xor", "bit_xor(int64) -> int64", "The bits that are set in an odd number of values.", "",
     "bit_xor(x)", "4", AggregateForm::kBits},
    {"bool_and", "bool_and(bool) -> bool",
     "Are all values true that are not NULL? NULL when there is none.", "", "bool_and(ok)", "false",
     AggregateForm::kBool},
    {"bool_or", "bool_or(bool) -> bool",
     "Is one of the values true? NULL when all are NULL or there is none.", "", "bool_or(ok)",
     "true", AggregateForm::kBool},
    {"corr", "corr(y, x) -> float64",
     "The correlation of two numbers, over the rows in which neither is NULL; NULL when one of "
     "them is always the same.",
     "", "round(corr(x * x, x), 6)", "0.9891", AggregateForm::kPair},
    {"count", "count(*) or count(value) or count(distinct value, ...) -> int64",
     "The number of rows; of rows in which the value is not NULL; of different values, or of "
     "different combinations of values of which none is NULL.",
     "", "count(distinct x)", "3", AggregateForm::kCount},
    {"count_if", "count_if(condition) -> int64",
     "How many rows meet the condition: count(*) filter (where condition).", "", "count_if(x > 1)",
     "3", AggregateForm::kCondition},
    {"countif", "countif(condition) -> int64", "As count_if.", "", "countif(ok)", "3",
     AggregateForm::kCondition},
    {"covar_pop", "covar_pop(y, x) -> float64",
     "The covariance of the whole population, over the rows in which neither is NULL.", "",
     "covar_pop(x * x, x)", "14.25", AggregateForm::kPair},
    {"covar_samp", "covar_samp(y, x) -> float64",
     "The covariance estimated from a sample; NULL for fewer than two rows.", "",
     "covar_samp(x * x, x)", "19", AggregateForm::kPair},
    {"entropy", "entropy(value) -> float64",
     "How evenly values are spread, in bits: 0 when all are the same. NULLs do not count.", "",
     "entropy(x)", "1.5", AggregateForm::kHistogram},
    {"every", "every(bool) -> bool", "As bool_and.", "", "every(x < 5)", "false",
     AggregateForm::kBool},
    {"first", "first(value [order by ...]) -> the value's type",
     "The value in the first row of the group, also when it is NULL: first in the input or in "
     "the order.",
     "", "first(name order by x desc nulls last)", "c", AggregateForm::kEdge},
    {"geomean", "geomean(number) -> float64",
     "The geometric mean of the values that are not NULL: exp(avg(ln(number))).",
     "A value is not above zero.", "round(geomean(x), 6)", "2.114743", AggregateForm::kNumber},
    {"geometric_mean", "geometric_mean(number) -> float64", "As geomean.",
     "A value is not above zero.", "round(geometric_mean(x), 6)", "2.114743",
     AggregateForm::kNumber},
    {"group_concat", "group_concat(text [, separator] [order by ...]) -> utf8", "As string_agg.",
     "The text takes more than a quarter of the memory limit.", "group_concat(name)", "a,b,b,c",
     AggregateForm::kText},
    {"histogram", "histogram(value) -> list of structs",
     "Each different value that is not NULL with the number of its rows, as a list of structs "
     "with the fields `key` and `value` (the entries of a map) in the order of `key`; NULL when "
     "there is none.",
     "The list takes more than a quarter of the memory limit.", "histogram(x)",
     "[{1,1},{2,2},{5,1}]", AggregateForm::kHistogram},
    {"json_agg", "json_agg(value [order by ...]) -> json",
     "All values of the group as an array of JSON, NULLs as null, in the order of the input or of "
     "`order by`; NULL without rows.",
     "JSON has no word for a value, or the list takes more than a quarter of the memory limit.",
     "json_agg(x order by x desc nulls last)", "[5,2,2,1,null]", AggregateForm::kList},
    {"json_object_agg", "json_object_agg(key, value [order by ...]) -> json",
     "An object with a member for each row, in the order of the input or of `order by`; NULL "
     "without rows. A key that comes twice is there twice.",
     "A key is NULL, JSON has no word for a value, or the object takes more than a quarter of the "
     "memory limit.",
     "json_object_agg(name, x order by x) filter (where ok)", "{\"a\":1,\"b\":2,\"c\":5}",
     AggregateForm::kPair},
    {"jsonb_agg", "jsonb_agg(value [order by ...]) -> json", "As json_agg.",
     "JSON has no word for a value, or the list takes more than a quarter of the memory limit.",
     "jsonb_agg(name)", "[\"a\",\"b\",\"b\",null,\"c\"]", AggregateForm::kList},
    {"jsonb_object_agg", "jsonb_object_agg(key, value [order by ...]) -> json",
     "As json_object_agg.",
     "A key is NULL, JSON has no word for a value, or the object takes more than a quarter of the "
     "memory limit.",
     "jsonb_object_agg(name, ok) filter (where x = 5)", "{\"c\":true}", AggregateForm::kPair},
    {"kurtosis", "kurtosis(number) -> float64",
     "The excess kurtosis estimated from a sample, as DuckDB defines it; NULL for fewer than "
     "four values, or when all are the same.",
     "", "round(kurtosis(x), 6)", "2.888889", AggregateForm::kNumber},
    {"kurtosis_pop", "kurtosis_pop(number) -> float64",
     "The excess kurtosis of the whole population, as DuckDB defines it; NULL for fewer than two "
     "values, or when all are the same.",
     "", "round(kurtosis_pop(x), 6)", "-0.814815", AggregateForm::kNumber},
    {"last", "last(value [order by ...]) -> the value's type",
     "The value in the last row of the group, also when it is NULL: last in the input or in the "
     "order.",
     "", "last(name)", "c", AggregateForm::kEdge},
    {"list", "list(value [order by ...]) -> list of the value's type", "As array_agg.",
     "The list takes more than a quarter of the memory limit.", "list(x)", "[1,2,2,NULL,5]",
     AggregateForm::kList},
    {"listagg", "listagg(text [, separator]) [within group (order by ...)] -> utf8",
     "As string_agg.", "The text takes more than a quarter of the memory limit.",
     "listagg(name, '-') within group (order by x desc)", "c-b-b-a", AggregateForm::kText},
    {"mad", "mad(number) -> float64",
     "The median of the distances of all values from their median; NULL when there is none.", "",
     "mad(x)", "0.5", AggregateForm::kNumber},
    {"max", "max(value [, n]) -> the value's type, with n a list of it",
     "The largest value that is not NULL; with a constant `n` a list of the n largest.", "",
     "max(name)", "c", AggregateForm::kExtreme},
    {"max_by", "max_by(value, by) -> the value's type", "As arg_max.", "", "max_by(name, x)", "c",
     AggregateForm::kArgument},
    {"median", "median(value) -> float64, of decimals decimal, of times timestamp",
     "The value in the middle, or between the two in the middle: quantile_cont(value, 0.5).",
     "The median of decimals has more than 38 digits.", "median(x)", "2", AggregateForm::kMedian},
    {"min", "min(value [, n]) -> the value's type, with n a list of it",
     "The smallest value that is not NULL; with a constant `n` a list of the n smallest.", "",
     "min(x) filter (where ok)", "1", AggregateForm::kExtreme},
    {"min_by", "min_by(value, by) -> the value's type", "As arg_min.", "", "min_by(name, x)", "a",
     AggregateForm::kArgument},
    {"mode", "mode(value) -> the value's type",
     "The most frequent value that is not NULL; of several the one that came first. Also written "
     "`mode() within group (order by value)`.",
     "", "mode(name)", "b", AggregateForm::kMode},
    {"percentile_cont",
     "percentile_cont(fraction) within group (order by value) -> as quantile_cont",
     "As quantile_cont(value, fraction), which is another way to write it; `desc` counts from "
     "the greatest value.",
     "", "percentile_cont(0.25) within group (order by x desc)", "2.75", AggregateForm::kQuantile},
    {"percentile_disc",
     "percentile_disc(fraction) within group (order by value) -> the value's type",
     "As quantile_disc(value, fraction), which is another way to write it; `desc` counts from "
     "the greatest value.",
     "", "percentile_disc(0.25) within group (order by x desc)", "5", AggregateForm::kQuantile},
    {"product", "product(number) -> float64",
     "The product of the values that are not NULL, in the order of the input; NULL when there is "
     "none.",
     "The product is out of range.", "product(x)", "20", AggregateForm::kNumber},
    {"quantile", "quantile(value, fraction) -> the value's type", "As quantile_disc.", "",
     "quantile(x, 0.5)", "2", AggregateForm::kQuantile},
    {"quantile_cont",
     "quantile_cont(value, fraction) -> float64, of decimals decimal, of times timestamp",
     "The value at `fraction` of the way from the least to the greatest, between two neighbours "
     "in proportion. `fraction` is a constant from 0 to 1, or a list of "
     "them for a list of values; NULLs do not count.",
     "The value of decimals has more than 38 digits.", "quantile_cont(x, 0.75)", "2.75",
     AggregateForm::kQuantile},
    {"quantile_disc", "quantile_disc(value, fraction) -> the value's type",
     "The first value, from the least on, that `fraction` of the values do not exceed: always "
     "one of the values. `fraction` is a constant from 0 to 1, or a list of them for a list of "
     "values; NULLs do not count.",
     "", "quantile_disc(name, 0.75)", "b", AggregateForm::kQuantile},
    {"regr_avgx", "regr_avgx(y, x) -> float64",
     "The mean of x over the rows in which neither is NULL.", "", "regr_avgx(x * x, x)", "2.5",
     AggregateForm::kPair},
    {"regr_avgy", "regr_avgy(y, x) -> float64",
     "The mean of y over the rows in which neither is NULL.", "", "regr_avgy(x * x, x)", "8.5",
     AggregateForm::kPair},
    {"regr_count", "regr_count(y, x) -> int64", "The number of rows in which neither is NULL.", "",
     "regr_count(x * x, x)", "4", AggregateForm::kPair},
    {"regr_intercept", "regr_intercept(y, x) -> float64",
     "Where the line of least squares meets the y axis; NULL when x is always the same.", "",
     "round(regr_intercept(x * x, x), 6)", "-7.333333", AggregateForm::kPair},
    {"regr_r2", "regr_r2(y, x) -> float64",
     "The square of the correlation; 1 when only y is always the same, NULL when x is.", "",
     "round(regr_r2(x * x, x), 6)", "0.97832", AggregateForm::kPair},
    {"regr_slope", "regr_slope(y, x) -> float64",
     "The slope of the line of least squares; NULL when x is always the same.", "",
     "round(regr_slope(x * x, x), 6)", "6.333333", AggregateForm::kPair},
    {"regr_sxx", "regr_sxx(y, x) -> float64", "The sum of the squared deviations of x.", "",
     "regr_sxx(x * x, x)", "9", AggregateForm::kPair},
    {"regr_sxy", "regr_sxy(y, x) -> float64",
     "The sum of the products of the deviations of x and y.", "", "regr_sxy(x * x, x)", "57",
     AggregateForm::kPair},
    {"regr_syy", "regr_syy(y, x) -> float64", "The sum of the squared deviations of y.", "",
     "regr_syy(x * x, x)", "369", AggregateForm::kPair},
    {"skewness", "skewness(number) -> float64",
     "The skewness estimated from a sample, as DuckDB defines it; NULL for fewer than three "
     "values, or when all are the same.",
     "", "round(skewness(x), 6)", "1.539601", AggregateForm::kNumber},
    {"stddev", "stddev(number) -> float64", "As stddev_samp.", "", "round(stddev(x), 6)",
     "1.732051", AggregateForm::kNumber},
    {"stddev_pop", "stddev_pop(number) -> float64",
     "The standard deviation of the whole population.", "", "stddev_pop(x)", "1.5",
     AggregateForm::kNumber},
    {"stddev_samp", "stddev_samp(number) -> float64",
     "The standard deviation estimated from a sample; NULL for fewer than two values.", "",
     "round(stddev_samp(x), 6)", "1.732051", AggregateForm::kNumber},
    {"string_agg", "string_agg(text [, separator] [order by ...]) -> utf8",
     "All texts of the group that are not NULL as one, in the order of the input or of `order "
     "by`, with the separator (a comma) between them; NULL when there is none. With `distinct` "
     "the first of equal texts stays.",
     "The text takes more than a quarter of the memory limit.",
     "string_agg(name, ', ' order by name desc)", "c, b, b, a", AggregateForm::kText},
    {"sum", "sum(number) -> the number's type, of intervals interval",
     "The sum of the values that are not NULL; NULL when there is none. Of decimals it has 38 "
     "digits.",
     "The sum of int64 or decimal is out of range.", "sum(x)", "10", AggregateForm::kNumber},
    {"var_pop", "var_pop(number) -> float64", "The variance of the whole population.", "",
     "var_pop(x)", "2.25", AggregateForm::kNumber},
    {"var_samp", "var_samp(number) -> float64",
     "The variance estimated from a sample; NULL for fewer than two values.", "", "var_samp(x)",
     "3", AggregateForm::kNumber},
    {"variance", "variance(number) -> float64", "As var_samp.", "", "variance(x)", "3",
     AggregateForm::kNumber},
};

}  // namespace

const std::vector<AggregateFunction>& aggregate_functions() {
  static const std::vector<AggregateFunction> table(std::begin(kFunctions), std::end(kFunctions));
  return table;
}

}  // namespace leat::expr
