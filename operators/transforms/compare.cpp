// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// compare: two snapshots by key. The snapshot of before is held in a table; the rows of after are
// held, too, as a key that stands twice is known only when all are there.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/operator.h"
#include "operators/state/groups/group_slots.h"
#include "operators/state/join/join_binder.h"
#include "operators/state/join/join_rest.h"

namespace leat {

namespace {

using state::JoinTable;
using state::KeptRows;
using state::kNoRow;

/// The references to one lane's first batches.
constexpr size_t kCompareMemory = size_t{1} << 20;

struct ComparePlan {
  /// A column that both sides have, and whether it differs.
  struct Compared {
    std::string name;
    size_t left;
    size_t right;
    expr::ProgramRef differs;
  };

  state::JoinPlan join;  ///< Keeps all right columns, then the keys.
  std::vector<Compared> columns;
  SchemaRef pair_schema;
  SchemaRef right;
  SchemaRef output;
  bool same = false;
};

/// One batch of the later rows with what was found of them.
struct Matched {
  Batch batch;
  std::vector<ColumnRef> keys;
  std::vector<uint32_t> rows;      // that come out
  std::vector<uint32_t> partners;  // of these
  std::vector<std::string_view> change;
  std::vector<std::vector<std::string_view>> differs;
};

/// The rows of the result, in one part: the later rows in their order, then those removed.
class Comparison {
 public:
  Comparison(const ComparePlan& plan, const JoinTable& table, const KeptRows& left,
             const LaneContext& context, Output& output)
      : plan_(plan),
        table_(table),
        left_(left),
        context_(context),
        output_(output),
        keys_(plan.join.left_keys, context.memory),
        groups_(state::GroupTable::make(plan.join.key_types, context.memory)),
        first_(context.memory),
        group_of_(context.memory),
        lookup_(context.memory) {
    for (const ComparePlan::Compared& column : plan.columns)
      differs_.emplace_back(column.differs, context.memory);
  }

  Status run() {
    for (size_t begin = 0; begin < left_.rows(); begin += kBatchRowsMax) {
      checkpoint();
      const size_t end = std::min(left_.rows(), begin + kBatchRowsMax);
      LEAT_TRY_ASSIGN(Batch batch, left_.range(begin, end, context_.memory));
      LEAT_TRY(compare(std::move(batch), begin));
    }
    return emit_removed();
  }

 private:
  Status compare(Batch batch, size_t begin) {
    Matched matched{std::move(batch), {}, {}, {}, {}, {}};
    std::vector<RowFault> faults;
    Selection rows = matched.batch.selection();
    LEAT_TRY_ASSIGN(matched.keys, keys_.evaluate(matched.batch, rows, faults));
    state::refuse_nulls(plan_.join.left_keys, matched.keys, rows, faults);
    LEAT_TRY(find_duplicates(matched, begin, faults));
    std::optional<Error> error;
    if (!faults.empty()) {
      LEAT_TRY_ASSIGN(Settled settled,
                      context_.faults.settle(matched.batch, rows, std::move(faults)));
      rows = std::move(settled.selection);
      error = std::move(settled.error);
    }
    LEAT_TRY(judge(matched, rows));
    LEAT_TRY(emit(matched));
    if (error) return std::unexpected(std::move(*error));
    return {};
  }

  Status find_duplicates(const Matched& matched, size_t begin, std::vector<RowFault>& faults) {
    const size_t length = matched.batch.length();
    LEAT_TRY(group_of_.resize(std::max(length, group_of_.size()), state::kNoGroup));
    LEAT_TRY_ASSIGN(const Selection keyed,
                    state::without_nulls(matched.keys, Selection(length), context_.memory));
    LEAT_TRY(groups_->assign(matched.keys, keyed, group_of_.data()));
    for (size_t i = 0; i < keyed.count(); ++i) {
      const uint32_t row = keyed[i];
      const uint32_t group = group_of_[row];
      if (group == first_.size()) {
        LEAT_TRY(first_.push_back(static_cast<uint32_t>(begin + row)));
      } else {
        faults.push_back({row, state::duplicate_key(left_.place(first_[group]))});
      }
    }
    return {};
  }

  /// What has changed in the rows of `rows`.
  Status judge(Matched& matched, const Selection& rows) {
    const size_t length = matched.batch.length();
    LEAT_TRY(table_.groups().find(matched.keys, rows, group_of_.data(), lookup_));
    std::vector<uint32_t> partners(length, kNoRow);
    for_each_row(rows, [&](size_t row) {
      const uint32_t group = group_of_[row];
      if (group != state::kNoGroup) partners[row] = table_.row_at(table_.begin_of(group));
    });
    std::vector<std::vector<std::string_view>> differs(length);
    LEAT_TRY(list_differences(matched.batch, rows, partners, differs));
    for_each_row(rows, [&](size_t row) {
      const uint32_t partner = partners[row];
      const bool is_added = partner == kNoRow;
      context_.ledger.add(is_added ? Counter::kUnmatched : Counter::kMatched, 1);
      if (!is_added) table_.mark(partner);
      if (!is_added && differs[row].empty() && !plan_.same) {
        context_.ledger.add(Counter::kDropped, 1);
        return;
      }
      matched.rows.push_back(static_cast<uint32_t>(row));
      matched.partners.push_back(partner);
      matched.change.push_back(is_added ? "added" : differs[row].empty() ? "same" : "changed");
      matched.differs.push_back(std::move(differs[row]));
    });
    return {};
  }

  Status list_differences(const Batch& batch, const Selection& rows,
                          const std::vector<uint32_t>& partners,
                          std::vector<std::vector<std::string_view>>& differs) {
    LEAT_TRY_ASSIGN(BufferRef buffer,
                    context_.memory.allocate((rows.count() + 1) * sizeof(uint32_t)));
    size_t count = 0;
    for_each_row(rows, [&](size_t row) {
      if (partners[row] != kNoRow)
        buffer->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
    });
    const Selection met(std::move(buffer), count);
    std::vector<ColumnRef> columns(plan_.pair_schema->size());
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      const ComparePlan::Compared& column = plan_.columns[i];
      columns[column.left] = batch.columns()[column.left];
      LEAT_TRY_ASSIGN(columns[plan_.join.left->size() + column.right],
                      table_.rows().pick_column(column.right, partners, context_.memory));
      const Batch pair(plan_.pair_schema, columns, batch.length(), RowPlaces());
      std::vector<RowFault> faults;
      LEAT_TRY_ASSIGN(const Selection differing, differs_[i].select(pair, met, faults));
      for_each_row(differing, [&](size_t row) { differs[row].push_back(column.name); });
    }
    return {};
  }

  // ----------------------------------------------------------------------------------------- output

  Status emit(const Matched& matched) {
    if (matched.rows.empty()) return {};
    std::vector<ColumnRef> columns;
    for (const ColumnRef& key : matched.keys) {
      LEAT_TRY_ASSIGN(ColumnRef column, take_column(*key, matched.rows, context_.memory));
      columns.push_back(std::move(column));
    }
    LEAT_TRY(add_words(matched.change, matched.differs, columns));
    LEAT_TRY(add_before(matched.partners, columns));
    Column::Parts after;
    for (const ColumnRef& column : matched.batch.columns()) {
      LEAT_TRY_ASSIGN(ColumnRef taken, take_column(*column, matched.rows, context_.memory));
      after.children.push_back(std::move(taken));
    }
    columns.push_back(std::make_shared<Column>((*plan_.output)[columns.size()].type,
                                               matched.rows.size(), std::move(after)));
    return emit_rows(std::move(columns), matched.rows.size());
  }

  Status add_words(const std::vector<std::string_view>& change,
                   const std::vector<std::vector<std::string_view>>& differs,
                   std::vector<ColumnRef>& columns) {
    ViewBuilder words(kUtf8Type, context_.memory);
    LEAT_TRY(words.reserve(change.size()));
    for (const std::string_view word : change) LEAT_TRY(words.append_copy(word));
    columns.push_back(words.finish());
    Column::Parts lists;
    LEAT_TRY_ASSIGN(lists.values, context_.memory.allocate((differs.size() + 1) * sizeof(int32_t)));
    int32_t* const offsets = lists.values->mutable_as<int32_t>();
    offsets[0] = 0;
    for (size_t i = 0; i < differs.size(); ++i)
      offsets[i + 1] = offsets[i] + static_cast<int32_t>(differs[i].size());
    ViewBuilder names(kUtf8Type, context_.memory);
    LEAT_TRY(names.reserve(static_cast<size_t>(offsets[differs.size()])));
    for (const auto& list : differs) {
      for (const std::string_view name : list) LEAT_TRY(names.append_copy(name));
    }
    lists.children.push_back(names.finish());
    columns.push_back(
        std::make_shared<Column>(Type::list(kUtf8Type), differs.size(), std::move(lists)));
    return {};
  }

  Status add_before(const std::vector<uint32_t>& partners, std::vector<ColumnRef>& columns) {
    Column::Parts before;
    for (size_t i = 0; i < plan_.right->size(); ++i) {
      LEAT_TRY_ASSIGN(ColumnRef column, table_.rows().pick_column(i, partners, context_.memory));
      before.children.push_back(std::move(column));
    }
    const size_t bytes = bitmap_bytes(partners.size());
    LEAT_TRY_ASSIGN(before.validity, context_.memory.allocate(bytes));
    std::memset(before.validity->mutable_data(), 0, bytes);
    for (size_t i = 0; i < partners.size(); ++i) {
      if (partners[i] != kNoRow) set_bit(before.validity->mutable_data(), i);
    }
    columns.push_back(std::make_shared<Column>((*plan_.output)[columns.size()].type,
                                               partners.size(), std::move(before)));
    return {};
  }

  Status emit_removed() {
    std::vector<uint32_t> numbers;
    const size_t rows = table_.rows().rows();
    for (uint32_t number = 0; number < rows; ++number) {
      if (!table_.is_marked(number)) numbers.push_back(number);
      if (numbers.empty() || (numbers.size() < kBatchRowsMax && number + 1 < rows)) continue;
      checkpoint();
      LEAT_TRY(emit_removed(numbers));
      numbers.clear();
    }
    return {};
  }

  Status emit_removed(const std::vector<uint32_t>& numbers) {
    std::vector<ColumnRef> columns;
    for (size_t i = 0; i < plan_.join.key_types.size(); ++i) {
      LEAT_TRY_ASSIGN(ColumnRef column,
                      table_.rows().pick_column(plan_.right->size() + i, numbers, context_.memory));
      columns.push_back(std::move(column));
    }
    LEAT_TRY(add_words(std::vector<std::string_view>(numbers.size(), "removed"),
                       std::vector<std::vector<std::string_view>>(numbers.size()), columns));
    LEAT_TRY(add_before(numbers, columns));
    LEAT_TRY_ASSIGN(ColumnRef after, null_column((*plan_.output)[columns.size()].type,
                                                 numbers.size(), context_.memory));
    columns.push_back(std::move(after));
    context_.ledger.add(Counter::kPadded, numbers.size());
    return emit_rows(std::move(columns), numbers.size());
  }

  Status emit_rows(std::vector<ColumnRef> columns, size_t rows) {
    const Ordinal first = Ordinal::from_packed(emitted_);
    emitted_ += rows;
    context_.ledger.add(Counter::kMade, rows);
    return output_.emit(
        Batch(plan_.output, std::move(columns), rows, RowPlaces{first, {}, nullptr}));
  }

  const ComparePlan& plan_;
  const JoinTable& table_;
  const KeptRows& left_;
  const LaneContext& context_;
  Output& output_;
  state::JoinValues keys_;
  std::vector<expr::Evaluator> differs_;
  std::unique_ptr<state::GroupTable> groups_;  // of the later rows
  state::StateArray<uint32_t> first_;          // by group, its first row
  state::StateArray<uint32_t> group_of_;
  state::GroupLookup lookup_;
  uint64_t emitted_ = 0;
};

class ComparedRows final : public Collected {
 public:
  ComparedRows(const ComparePlan& plan, std::shared_ptr<const JoinTable> table,
               std::shared_ptr<const KeptRows> left)
      : plan_(plan), table_(std::move(table)), left_(std::move(left)) {}

  size_t parts() const override { return 1; }
  Status emit_part(size_t, const LaneContext& context, Output& output) const override {
    return Comparison(plan_, *table_, *left_, context, output).run();
  }

 private:
  const ComparePlan& plan_;
  std::shared_ptr<const JoinTable> table_;
  std::shared_ptr<const KeptRows> left_;
};

class Compare final : public Map {
 public:
  explicit Compare(std::unique_ptr<const ComparePlan> plan) : plan_(std::move(plan)) {
    sides_.push_back(state::make_join_side(plan_->join));
  }

  std::span<const std::unique_ptr<Collect>> sides() const override { return sides_; }
  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides sides) const override {
    return state::make_holding_lane(static_cast<const JoinTable&>(*sides[0]),
                                    state::KeepPlaces::kYes, context);
  }
  bool has_rest() const override { return true; }
  Result<CollectedRef> rest(const LaneContext& context, Sides sides) const override {
    auto table = std::static_pointer_cast<const JoinTable>(sides[0]);
    LEAT_TRY_ASSIGN(auto left, state::collect_held(*table, plan_->join.left, context.memory));
    return std::make_shared<ComparedRows>(*plan_, std::move(table), std::move(left));
  }

 private:
  std::unique_ptr<const ComparePlan> plan_;
  std::vector<std::unique_ptr<Collect>> sides_;
};

// --------------------------------------------------------------------------------------------------- binding

/// The options of one `compare`.
class CompareBinder {
 public:
  CompareBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        left_(*context.inputs[0]),
        right_(*context.inputs[1]),
        plan_(std::make_unique<ComparePlan>()) {}

  std::optional<BoundOperator> bind() {
    const size_t before = context_.diagnostics.count();
    const std::set<std::string> ignored = read_ignored();
    const auto pairs = state::bind_keys(options_, context_);
    if (!pairs) return std::nullopt;
    add_keys(*pairs);
    add_columns(*pairs, ignored);
    if (context_.diagnostics.count() != before) return std::nullopt;
    return finish();
  }

 private:
  std::set<std::string> read_ignored() {
    std::set<std::string> ignored;
    if (!options_.has("ignore")) return ignored;
    for (const SourceText& name : options_.list("ignore")) {
      ignored.insert(name.text());
      if (left_.find(name.text()) || right_.find(name.text())) continue;
      std::vector<std::string> names;
      for (const Field& field : left_.fields()) names.push_back(field.name);
      context_.diagnostics.error(code::kUnknownColumn, name.span(),
                                 fmt::format("neither side has a column '{}'", name.text()),
                                 did_you_mean(name.text(), names));
    }
    return ignored;
  }

  void add_keys(const std::vector<expr::KeyPair>& pairs) {
    state::JoinPlan& join = plan_->join;
    join.how = state::JoinHow::kFull;
    join.one_left = true;
    join.keys_identify = true;
    join.on_error = context_.on_error;
    join.left = context_.inputs[0];
    plan_->right = context_.inputs[1];
    plan_->same = options_.flag("same");
    state::use_keys(pairs, join);
    const std::vector<SourceText> written = options_.list("on");
    for (size_t i = 0; i < pairs.size(); ++i) {
      Field field{expr::default_name(*pairs[i].left), pairs[i].type};
      for (const std::string_view taken : {"change", "differs", "before", "after"}) {
        if (field.name == taken)
          context_.diagnostics.error(code::kColumnTwice, written[i].span(),
                                     fmt::format("two columns are called '{}'", taken),
                                     "rename the key before this stage");
      }
      fields_.push_back(std::move(field));
    }
    std::vector<Field> kept = right_.fields();
    for (size_t i = 0; i < right_.size(); ++i) join.kept.push_back({nullptr, i});
    for (const state::JoinValue& key : join.right_keys) {
      join.kept.push_back(key);
      kept.push_back({"", join.key_types[kept.size() - right_.size()]});
    }
    join.kept_schema = std::make_shared<Schema>(std::move(kept));
  }

  static std::string quoted(const std::string& name) {
    std::string text;
    for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return '"' + text + '"';
  }

  void add_columns(const std::vector<expr::KeyPair>& pairs, const std::set<std::string>& ignored) {
    plan_->pair_schema = std::make_shared<Schema>(expr::pair_schema(left_, right_));
    for (size_t column = 0; column < left_.size(); ++column) {
      const std::string& name = left_[column].name;
      const std::optional<size_t> other = right_.find(name);
      const bool is_key = std::any_of(pairs.begin(), pairs.end(), [&](const expr::KeyPair& pair) {
        return pair.left_column == column && pair.right_column == other;
      });
      if (!other || is_key || ignored.contains(name)) continue;
      const SourceText text(fmt::format("left.{0} is distinct from right.{0}", quoted(name)),
                            Span{}, {});
      Diagnostics mistakes;
      auto condition = expr::compile_pair_condition(text, {left_, right_, {}, {}, {}},
                                                    context_.environment, mistakes);
      if (condition) {
        plan_->columns.push_back({name, column, *other, condition->whole});
        continue;
      }
      context_.diagnostics.error(
          code::kCannotCompare, options_.span("with"),
          fmt::format("the column '{}' cannot be compared: it is {} and {}", name,
                      to_string(left_[column].type), to_string(right_[*other].type)),
          fmt::format("cast it on one side, or leave it out: ignore: [{}]", name));
    }
  }

  std::optional<BoundOperator> finish() {
    fields_.push_back({"change", kUtf8Type});
    fields_.push_back({"differs", Type::list(kUtf8Type)});
    fields_.push_back({"before", Type::structure(right_.fields())});
    fields_.push_back({"after", Type::structure(left_.fields())});
    plan_->output = std::make_shared<Schema>(std::move(fields_));
    BoundOperator bound;
    bound.output = plan_->output;
    bound.column_inputs.resize(bound.output->size());
    const size_t keys = plan_->join.left_keys.size();
    for (size_t i = 0; i < keys; ++i) {
      read(*plan_->join.left_keys[i].program, 0, bound.column_inputs[i]);
      read(*plan_->join.right_keys[i].program, 1, bound.column_inputs[i]);
      read(*plan_->join.left_keys[i].program, 0, bound.always_read);
      read(*plan_->join.right_keys[i].program, 1, bound.always_read);
    }
    for (const ComparePlan::Compared& column : plan_->columns) {
      bound.always_read.emplace_back(column.left, 0);
      bound.always_read.emplace_back(column.right, 1);
    }
    for (size_t i = 0; i < right_.size(); ++i) bound.column_inputs[keys + 2].emplace_back(i, 1);
    for (size_t i = 0; i < left_.size(); ++i) bound.column_inputs[keys + 3].emplace_back(i, 0);
    bound.memory_minimum = kCompareMemory;
    bound.equations = {{{Counter::kIn},
                        {Counter::kFolded, Counter::kMatched, Counter::kUnmatched,
                         Counter::kSkipped, Counter::kRejected}},
                       {{Counter::kMatched, Counter::kUnmatched, Counter::kPadded},
                        {Counter::kMade, Counter::kDropped}},
                       {{Counter::kOut}, {Counter::kMade}}};
    bound.species = std::make_unique<Compare>(std::move(plan_));
    return bound;
  }

  static void read(const expr::Program& program, size_t input, std::vector<InputColumn>& to) {
    for (const size_t column : expr::columns_read(program)) to.emplace_back(column, input);
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& left_;
  const Schema& right_;
  std::unique_ptr<ComparePlan> plan_;
  std::vector<Field> fields_;
};

std::optional<BoundOperator> bind_compare(const OptionValues& options, const BindContext& context) {
  LEAT_CHECK(context.inputs.size() == 2, "snapshots are compared two at a time");
  return CompareBinder(options, context).bind();
}

constexpr std::array<OptionDef, 4> kCompareOptions{{
    {.name = "with",
     .type = OptionType::kStage,
     .doc = "The snapshot of before.",
     .required = true},
    {.name = "on",
     .type = OptionType::kExpressions,
     .doc = "What identifies a row: columns of both sides, or `expression = expression of before`.",
     .required = true},
    {.name = "ignore",
     .type = OptionType::kTextList,
     .doc = "Columns that may differ without that being a change."},
    {.name = "same",
     .type = OptionType::kBoolean,
     .doc = "Do unchanged rows come out, too, with `change` `same`?",
     .default_text = "false"},
}};

}  // namespace

extern const OperatorDef operator_compare;
const OperatorDef operator_compare{
    .name = "compare",
    .kind = OperatorKind::kTransform,
    .summary = "Compares two snapshots by key: what was added, removed and changed.",
    .doc =
        R"(The rows of this stage are the later snapshot, those of `with` the one before. The output has the keys, then
`change` (`added`, `removed` or `changed`), `differs` (the names of the columns that differ, empty for added and
removed rows), and the structs `before` and `after`, one of which is NULL for added and removed rows. Columns that
only one side has are in its struct and are not compared. NULL and the empty text differ.

Rows come in the order of the later snapshot, removed rows last in theirs. A key that is NULL, or that an earlier
row of its side has, makes a bad row. Both snapshots are held in memory.)",
    .example = R"(- compare:
    with: yesterday
    on: customer_id
    ignore: loaded_at
)",
    .main_option = "with",
    .options = kCompareOptions,
    .bind = &bind_compare,
};

}  // namespace leat
