// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Takes a text column apart with a regular expression: each named group becomes a column. Groups of
// type utf8 are views into the input's text, nothing is copied.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <re2/re2.h>

#include "engine/check.h"
#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/decimal_values.h"
#include "operators/grok_pattern.h"
#include "operators/input/source_options.h"
#include "operators/operator.h"
#include "operators/text/decimal_parser.h"
#include "operators/text/direct_pattern.h"
#include "operators/text/stored_value.h"
#include "operators/text/unicode.h"
#include "operators/text/value_parser.h"
#include "operators/type_hint.h"

namespace leat {

namespace {

constexpr OptionDef kParseOptions[] = {
    {.name = "pattern",
     .doc = "Regular expression (RE2 syntax) with named groups: `(?<name>...)` or `(?P<name>...)`; "
            "or `%{IP:name}`, `%{NUMBER:name:int}`, groups that hold what a known pattern stands "
            "for. It may match anywhere in the text; "
            "`^` and `$` tie it to the ends.",
     .required = true},
    kPatternsOption,
    {.name = "column",
     .doc = "The text column to take apart. Left out: `line`, or the only text column."},
    {.name = "types", .type = OptionType::kNamed, .doc = "Types of groups; the others are utf8."},
    {.name = "keep",
     .type = OptionType::kBoolean,
     .doc = "Pass on the columns of the input as well, before those of the groups.",
     .default_text = "false"},
    io::kRoundOption,
};

/// A named group: its number in the pattern and the column it becomes.
struct Group {
  int number;
  Field field;
};

/// What the lanes share. THREADS: immutable, any.
struct Plan {
  std::unique_ptr<const re2::RE2> pattern;
  std::optional<io::DirectPattern>
      direct;                       // matches instead of RE2 when the pattern is of the plain kind
  bool direct_needs_ascii = false;  // has it classes that hold more than ASCII?
  std::vector<Group> groups;
  int submatches = 1;  // how many RE2 must report: all up to the last named group
  size_t column = 0;
  std::string column_name;
  bool keep = false;
  bool rounds_times = false;
  SchemaRef schema;
};

/// One group's column while it is filled. Rows that are not written stay NULL.
class GroupColumn {
 public:
  GroupColumn(const Type& type, size_t rows, bool rounds_times)
      : type_(type), rounds_times_(rounds_times), rows_(rows) {}

  Status reserve(MemoryAccount& memory) {
    const size_t bytes = type_.is(TypeId::kBool) ? bitmap_bytes(rows_) : rows_ * type_.width();
    LEAT_TRY_ASSIGN(values_, memory.allocate(bytes));
    std::memset(values_->mutable_data(), 0, bytes);
    return {};
  }
  /// Returns false when `text` is no value of the type.
  bool set(size_t row, std::string_view text) {
    switch (type_.id()) {
      case TypeId::kInt64: {
        int64_t& value = values_->mutable_as<int64_t>()[row];
        return io::parse_int64(text, value) &&
               (type_.limit() == nullptr || io::is_in_limit(type_, value));
      }
      case TypeId::kFloat64: {
        double& value = values_->mutable_as<double>()[row];
        if (!io::parse_float64(text, value)) return false;
        const std::optional<double> stored = io::stored_float(type_, value);
        value = stored.value_or(0);
        return stored.has_value();
      }
      case TypeId::kDate: return io::parse_date(text, values_->mutable_as<int32_t>()[row]);
      case TypeId::kTimestamp: {
        int64_t& value = values_->mutable_as<int64_t>()[row];
        if (type_.is_time_of_day())
          return rounds_times_ ? io::parse_time_of_day_rounded(text, value)
                               : io::parse_time_of_day(text, value);
        return (rounds_times_ ? io::parse_timestamp_rounded(text, value)
                              : io::parse_timestamp(text, value)) &&
               io::has_zone(text) == type_.is_zoned();
      }
      case TypeId::kDecimal: {
        Int128 value = 0;
        const io::DecimalResult read =
            io::parse_decimal(text, type_.precision(), type_.scale(), value);
        DecimalWriter(type_, *values_).set(row, value);
        return read == io::DecimalResult::kExact &&
               (type_.limit() == nullptr || io::is_in_limit(type_, value));
      }
      case TypeId::kBool: {
        bool value = false;
        if (!io::parse_bool(text, value)) return false;
        if (value) set_bit(values_->mutable_data(), row);
        return true;
      }
      default: break;
    }
    LEAT_CHECK(false, "the type was checked while binding");
    return false;
  }
  /// `text` is part of `whole`, which `view` stands for in a column whose data buffers this one
  /// shares.
  void set_part(size_t row, std::string_view text, std::string_view whole, const Utf8View& view) {
    auto* const out = values_->mutable_as<Utf8View>() + row;
    const auto offset = static_cast<uint32_t>(text.data() - whole.data());
    *out = view.is_inline() ? Utf8View::of_short(text)
                            : Utf8View::of(text, view.ref.buffer, view.ref.offset + offset);
  }
  /// As set(), of a type for which is_converted() holds. ERRORS: kMemory.
  Result<bool> set_converted(MemoryAccount& memory, size_t row, std::string_view text) {
    const std::optional<std::string_view> stored = io::stored_text(type_, text, scratch_);
    if (!stored) return false;
    if (stored->size() <= Utf8View::kInlineBytes) {
      values_->mutable_as<Utf8View>()[row] = Utf8View::of_short(*stored);
      return true;
    }
    if (used_ + stored->size() > room_) {
      room_ = std::max(kRoom, stored->size());
      LEAT_TRY_ASSIGN(BufferRef buffer, memory.allocate(room_));
      own_.push_back(std::move(buffer));
      used_ = 0;
    }
    std::memcpy(own_.back()->mutable_data() + used_, stored->data(), stored->size());
    values_->mutable_as<Utf8View>()[row] =
        Utf8View::of(*stored, static_cast<uint32_t>(own_.size() - 1), static_cast<uint32_t>(used_));
    used_ += stored->size();
    return true;
  }
  Status set_null(MemoryAccount& memory, size_t row) {
    return validity_.append_null(memory, row, rows_);
  }
  bool is_text() const { return type_.is(TypeId::kUtf8) && !is_converted(); }
  bool is_converted() const { return io::is_converted(type_); }

  ColumnRef finish(const std::vector<BufferRef>& data) {
    Column::Parts parts;
    parts.validity = validity_.finish(rows_);
    parts.values = std::move(values_);
    if (is_text()) parts.data = data;
    if (is_converted()) parts.data = std::move(own_);
    return std::make_shared<Column>(type_, rows_, std::move(parts));
  }

 private:
  static constexpr size_t kRoom = size_t{16} << 10;

  Type type_;
  bool rounds_times_;
  size_t rows_;
  BufferRef values_;
  ValidityBuilder validity_;
  std::vector<BufferRef> own_;  // of converted text
  size_t used_ = 0;             // of the last one
  size_t room_ = 0;
  std::string scratch_;
};

class ParseLane final : public MapLane {
 public:
  ParseLane(const Plan& plan, const LaneContext& context)
      : plan_(plan),
        context_(context),
        matches_(static_cast<size_t>(plan.submatches)),
        captures_(static_cast<size_t>(plan.pattern->NumberOfCapturingGroups()) + 1) {}

  Status process(Batch batch, Output& output) override {
    std::vector<GroupColumn> columns;
    columns.reserve(plan_.groups.size());
    for (const Group& group : plan_.groups) {
      columns.emplace_back(group.field.type, batch.length(), plan_.rounds_times);
      LEAT_TRY(columns.back().reserve(context_.memory));
    }
    std::vector<RowFault> faults;
    Status status;
    for_each_row(batch.selection(), [&](size_t row) {
      if (status) status = parse_row(batch.column(plan_.column), row, columns, faults);
    });
    LEAT_TRY(std::move(status));

    const std::vector<BufferRef>& data = batch.column(plan_.column).parts().data;
    std::vector<ColumnRef> made;
    if (plan_.keep) made = batch.columns();
    for (GroupColumn& column : columns) made.push_back(column.finish(data));
    Batch result = batch.with_columns(plan_.schema, std::move(made));
    if (faults.empty()) return output.emit(std::move(result));
    LEAT_TRY_ASSIGN(Settled settled,
                    context_.faults.settle(batch, batch.selection(), std::move(faults)));
    LEAT_TRY(output.emit(result.with_selection(std::move(settled.selection))));
    if (settled.error) return std::unexpected(std::move(*settled.error));
    return {};
  }

 private:
  /// Fills captures_; a group that took no part in the match has no data.
  bool match(std::string_view text) {
    if (plan_.direct && (!plan_.direct_needs_ascii || expr::is_ascii(text)))
      return plan_.direct->match(text, captures_.data());
    const re2::StringPiece subject(text.data(), text.size());
    if (!plan_.pattern->Match(subject, 0, text.size(), re2::RE2::UNANCHORED, matches_.data(),
                              plan_.submatches))
      return false;
    for (size_t i = 0; i < matches_.size(); ++i)
      captures_[i] = {matches_[i].data(), matches_[i].size()};
    return true;
  }

  Status parse_row(const Column& input, size_t row, std::vector<GroupColumn>& columns,
                   std::vector<RowFault>& faults) {
    if (!input.is_valid(row)) {
      context_.ledger.add(Counter::kPassed, 1);
      for (GroupColumn& column : columns) LEAT_TRY(column.set_null(context_.memory, row));
      return {};
    }
    const Utf8View& view = input.values<Utf8View>()[row];
    const std::string_view text = input.resolve(view);
    if (!match(text)) {
      faults.push_back(
          {static_cast<uint32_t>(row),
           Error(code::kNoMatch, ErrorCode::kData,
                 fmt::format("column '{}' does not match the pattern", plan_.column_name))});
      return {};
    }
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string_view part = captures_[static_cast<size_t>(plan_.groups[i].number)];
      if (part.data() == nullptr) {
        LEAT_TRY(columns[i].set_null(context_.memory, row));
      } else if (columns[i].is_text()) {
        columns[i].set_part(row, part, text, view);
      } else {
        bool is_value = false;
        if (columns[i].is_converted()) {
          LEAT_TRY_ASSIGN(is_value, columns[i].set_converted(context_.memory, row, part));
        } else {
          is_value = columns[i].set(row, part);
        }
        if (is_value) continue;
        const Field& field = plan_.groups[i].field;
        faults.push_back({static_cast<uint32_t>(row),
                          Error(code::kNotOfType, ErrorCode::kData,
                                fmt::format("'{}' in group '{}' is not a value of type {}{}", part,
                                            field.name, name_with_limit(field.type),
                                            io::why_not_stored(field.type, part)))});
        return {};
      }
    }
    context_.ledger.add(Counter::kPassed, 1);
    return {};
  }

  const Plan& plan_;
  const LaneContext context_;
  std::vector<re2::StringPiece> matches_;   // of RE2
  std::vector<std::string_view> captures_;  // by group number
};

class Parse final : public Map {
 public:
  explicit Parse(Plan plan) : plan_(std::move(plan)) {}
  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<ParseLane>(plan_, context);
  }

 private:
  const Plan plan_;
};

/// Turns options and the input's schema into a plan; reports all mistakes.
class ParseBinder {
 public:
  ParseBinder(const OptionValues& options, const BindContext& context)
      : options_(options), input_(*context.input()), diagnostics_(context.diagnostics) {}

  std::optional<BoundOperator> bind() {
    const size_t errors_before = diagnostics_.count();
    plan_.keep = options_.flag("keep");
    plan_.rounds_times = options_.has("round");
    find_column();
    compile_pattern();
    read_types();
    make_schema();
    if (diagnostics_.count() > errors_before) return std::nullopt;
    BoundOperator bound;
    bound.output = plan_.schema;
    for (size_t i = 0; plan_.keep && i < input_.size(); ++i) bound.column_inputs.push_back({i});
    for (size_t i = 0; i < plan_.groups.size(); ++i) bound.column_inputs.push_back({plan_.column});
    // Rows that do not match are faults, whether or not a group is read.
    bound.always_read = {plan_.column};
    bound.equations = {
        Equation({Counter::kIn}, {Counter::kPassed, Counter::kSkipped, Counter::kRejected}),
        Equation({Counter::kPassed}, {Counter::kOut})};
    bound.memory_minimum = plan_.groups.size() * kBatchRowsMax * sizeof(Utf8View);
    bound.species = std::make_unique<Parse>(std::move(plan_));
    return bound;
  }

 private:
  void find_column() {
    std::vector<std::string> texts;
    for (const Field& field : input_.fields()) {
      if (field.type.is(TypeId::kUtf8)) texts.push_back(field.name);
    }
    plan_.column_name = options_.has("column") ? options_.text("column")
                        : texts.size() == 1    ? texts[0]
                                               : "line";
    const auto found = input_.find(plan_.column_name);
    if (!found) {
      diagnostics_.error(code::kUnknownColumn, options_.span("column"),
                         options_.has("column")
                             ? fmt::format("there is no column '{}'", plan_.column_name)
                             : std::string("which column is to be parsed is not clear"),
                         options_.has("column") ? did_you_mean(plan_.column_name, texts)
                                                : "name it in the option 'column'");
    } else if (!input_[*found].type.is(TypeId::kUtf8)) {
      diagnostics_.error(code::kWrongColumnType, options_.span("column"),
                         fmt::format("column '{}' is of type {}, only utf8 can be parsed",
                                     plan_.column_name, to_string(input_[*found].type)));
    } else {
      plan_.column = *found;
    }
  }

  /// Part of a message about the pattern, with groups as the user wrote them.
  std::string as_written(std::string text) const {
    if (options_.text("pattern").contains("(?P<")) return text;
    for (size_t at = text.find("(?P<"); at != std::string::npos; at = text.find("(?P<", at))
      text.erase(at + 2, 1);
    return text;
  }

  void compile_pattern() {
    grok_ = expand_grok(options_.source("pattern"), options_.named("patterns"), diagnostics_);
    auto pattern = compile_grok(grok_.regex);
    if (!pattern) {
      const Error& error = pattern.error();
      diagnostics_.error(error.number, options_.span("pattern"), as_written(error.message),
                         as_written(error.hint));
      return;
    }
    plan_.pattern = std::move(*pattern);
    for (const auto& [number, name] : plan_.pattern->CapturingGroupNames()) {
      plan_.groups.push_back({number, {name, kUtf8Type}});
      plan_.submatches = std::max(plan_.submatches, number + 1);
    }
    plan_.direct = io::DirectPattern::compile(grok_.regex);
    constexpr std::string_view kWiderThanAscii[] = {"\\w", "\\W", "\\s", "\\S"};
    plan_.direct_needs_ascii =
        std::any_of(std::begin(kWiderThanAscii), std::end(kWiderThanAscii),
                    [&](std::string_view part) { return grok_.regex.contains(part); }) &&
        !LEAT_MUTANT("letters_are_ascii");
    if (plan_.groups.empty()) {
      diagnostics_.error(code::kBadPattern, options_.span("pattern"),
                         "the pattern has no named group, so it makes no column",
                         "name groups: (?<status>\\d+)");
    }
  }

  void read_types() {
    std::vector<std::string> names;
    for (const Group& group : plan_.groups) names.push_back(group.field.name);
    std::vector<std::pair<SourceText, SourceText>> types = grok_.types;
    for (auto& entry : options_.named("types")) types.push_back(std::move(entry));
    for (const auto& [name, text] : types) {
      const std::optional<Type> type = parse_type(text.text());
      const auto group = std::find(names.begin(), names.end(), name.text());
      if (group == names.end()) {
        if (!plan_.groups.empty()) {
          diagnostics_.error(code::kBadPattern, name.span(),
                             fmt::format("the pattern has no group '{}'", name.text()),
                             did_you_mean(name.text(), names));
        }
      } else if (!type) {
        diagnostics_.error(code::kUnknownType, text.span(),
                           fmt::format("'{}' is not a type", text.text()), type_hint(text.text()));
      } else if (!io::is_parsed_type(*type)) {
        diagnostics_.error(code::kColumnDeclaration, text.span(),
                           fmt::format("a group cannot be read as {}", to_string(*type)),
                           "read it as utf8 and cast it in a later stage");
      } else {
        plan_.groups[static_cast<size_t>(group - names.begin())].field.type = *type;
      }
    }
  }

  void make_schema() {
    std::vector<Field> fields;
    if (plan_.keep) fields = input_.fields();
    for (const Group& group : plan_.groups) {
      if (plan_.keep && input_.find(group.field.name)) {
        diagnostics_.error(code::kColumnTwice, options_.span("pattern"),
                           fmt::format("the input already has a column '{}'", group.field.name),
                           "give the group another name, or set keep: false");
      }
      fields.push_back(group.field);
    }
    plan_.schema = std::make_shared<const Schema>(std::move(fields));
  }

  const OptionValues& options_;
  const Schema& input_;
  Diagnostics& diagnostics_;
  GrokPattern grok_;
  Plan plan_;
};

std::optional<BoundOperator> bind_parse(const OptionValues& options, const BindContext& context) {
  return ParseBinder(options, context).bind();
}

}  // namespace

extern const OperatorDef operator_parse{
    .name = "parse",
    .kind = OperatorKind::kTransform,
    .summary = "Takes a text column apart with a regular expression.",
    .doc =
        R"(Each named group of the pattern becomes a column, in the order in which the groups open. A group that took
no part in the match is NULL; so are all groups of a NULL text. A text that does not match, and a group that is no value
of its declared type, are errors of that row, which `on_error` deals with.

Patterns have the syntax of RE2: no look-around and no back-references, and in return matching takes time proportional
to the text, whatever the pattern. `\w`, `\s` and `[[:alpha:]]` hold the letters and blanks of all scripts, as in
`regexp_match`; `\d` the ASCII digits.

`%{IP}`, `%{NUMBER}`, `%{WORD}`, `%{DATA}`, `%{TIMESTAMP_ISO8601}`, `%{COMBINEDAPACHELOG}` and the like are patterns as
grok has them, `%{IP:client}` is a group called `client`, and a third part is its type, as in `%{NUMBER:bytes:int}`.)",
    .example = R"(- parse:
    pattern: '^(?<host>\S+) \S+ \S+ \[(?<time>[^\]]+)\] "(?<method>\S+) (?<path>\S+) [^"]*" (?<status>\d+) '
    types: { status: int64 }
- parse: '%{IP:client} %{WORD:method} %{NOTSPACE:path} %{NUMBER:bytes:int}'
)",
    .main_option = "pattern",
    .options = kParseOptions,
    .bind = bind_parse,
};

}  // namespace leat
