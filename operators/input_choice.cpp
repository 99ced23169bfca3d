// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: what is read every night is a folder in which some files are old, some are drafts, and
// some nights there is none.
//
// Invariants: what is left out is said in the pipeline, by name or by time; that nothing is left is
// a mistake unless the pipeline says otherwise. The time is a constant of the run, so that the
// files of all sources are chosen by the same one.
//
// Not chosen: `newer_than` as a number of days (from when?).
#include "operators/input_choice.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/option.h"
#include "operators/expr/constant_value.h"
#include "operators/text/time_units.h"
#include "operators/text/value_parser.h"

namespace leat {
namespace {

/// The time that `source` is; nullopt after reporting.
std::optional<int64_t> read_time(const SourceText& source, const BindContext& context) {
  int64_t micros = 0;
  // As it is written in other places: 2026-01-31 is not 1994.
  if (io::parse_timestamp(source.text(), micros)) return micros;
  const ColumnRef value =
      expr::compile_constant(source, Schema(), context.environment, context.diagnostics);
  if (!value) return std::nullopt;
  const Type& type = value->type();
  if (value->is_valid(0)) {
    if (type.is(TypeId::kTimestamp)) return value->values<int64_t>()[0];
    if (type.is(TypeId::kDate)) return value->values<int32_t>()[0] * kMicrosPerDay;
    if (type.is(TypeId::kUtf8) && io::parse_timestamp(value->view_at(0), micros)) return micros;
  }
  context.diagnostics.error(
      code::kOptionValue, source.span(),
      value->is_valid(0)
          ? fmt::format("'newer_than' must be a time, not a value of type {}", to_string(type))
          : std::string("'newer_than' is NULL"),
      "write it as 2026-01-31, or 2026-01-31T10:00:00Z");
  return std::nullopt;
}

}  // namespace

std::optional<io::InputChoice> read_input_choice(const OptionValues& options,
                                                 const BindContext& context, bool columns_known) {
  const size_t errors_before = context.diagnostics.count();
  io::InputChoice choice;
  for (const SourceText& pattern : options.list(kExcludeOption.name)) {
    if (pattern.text().empty())
      context.diagnostics.error(code::kOptionEmpty, pattern.span(),
                                "an empty pattern excludes nothing");
    choice.exclude.push_back(pattern.text());
  }
  if (options.has(kNewerThanOption.name))
    choice.newer_than = read_time(options.source(kNewerThanOption.name), context);
  if (options.has(io::kIncrementalOption.name)) {
    choice.state = blocking([&] {
      return io::ReadState::read(options.source(io::kIncrementalOption.name),
                                 options.flag(io::kFullRefreshOption.name), context.diagnostics);
    });
  } else if (options.has(io::kFullRefreshOption.name)) {
    context.diagnostics.error(code::kOptionIdle, options.span(io::kFullRefreshOption.name),
                              "'full_refresh' has no effect without 'incremental'",
                              "leave it out, all files are read");
  }
  choice.may_be_missing = options.text(kIfMissingOption.name) == "empty";
  if (choice.may_be_missing && !columns_known) {
    context.diagnostics.error(code::kOptionMissing, options.span(kIfMissingOption.name),
                              "'if_missing: empty' needs 'columns'",
                              "without a file nothing else says which columns there are");
  }
  if (context.diagnostics.count() > errors_before) return std::nullopt;
  return choice;
}

}  // namespace leat
