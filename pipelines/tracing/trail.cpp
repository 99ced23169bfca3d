// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: people ask what became of a row, and the row that a sort, a group or a join gives out
// does not know where it came from: places are kept for messages, and only as far as that costs
// nothing.
//
// So the question is answered by another pipeline, made of the resolved text of the first: behind
// the stage where rows are looked for a column is added that holds their numbers, and every stage
// behind it is made to hand the column on. A `select` names it, an `aggregate` joins the numbers of
// a group, a `join` those of both sides. What a stage does with values it does as before.
//
// Invariants
// 1. The rows of a stage, without the column, are those it has in the pipeline itself; bad rows are
//    rejected where they would end the run.
// 2. A stage that cannot hand the column on never sees it: what is compared or turned around by all
//    columns is not changed by one more. Rows are not followed behind it.
// 3. Followed rows are few: all that is kept of a run is what they became.
//
// Rejected: provenance through all operators (every sort and group would carry it, for a question
// that is asked once a week), and matching rows by their values (two rows may be equal).
#include "pipelines/tracing/trail.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/mutant.h"
#include "operators/expr/syntax/parser.h"
#include "pipelines/text/tree_builder.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kRowColumn = "leat_row";
constexpr std::string_view kRightColumn = "leat_followed_right";

/// How an operator hands on a column that its options do not name.
enum class Carry : uint8_t { kPasses, kSelect, kAggregate, kDistinct, kJoin, kUnion, kNot };

Carry carry_of(std::string_view name) {
  constexpr std::array<std::string_view, 22> kPassing{
      "bin",   "cast",   "complete", "derive",   "drop",       "expect", "fill", "filter",
      "limit", "parse",  "lookup",   "rename",   "route",      "sample", "sort", "split",
      "top",   "unnest", "window",   "sequence", "sessionize", "unpivot"};
  if (name == "select") return Carry::kSelect;
  if (name == "aggregate") return Carry::kAggregate;
  if (name == "distinct") return Carry::kDistinct;
  if (name == "join") return Carry::kJoin;
  if (name == "union") return Carry::kUnion;
  const bool passes = std::find(kPassing.begin(), kPassing.end(), name) != kPassing.end();
  return passes ? Carry::kPasses : Carry::kNot;
}

std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

std::string sql_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

OptionNode text_node(std::string_view text) { return scalar_node(std::string(text), true); }

/// `{ OPERATOR: options, from: FROM, name: NAME }`
OptionNode stage_node(std::string_view operation, OptionNode options, std::string_view from,
                      std::string_view name) {
  OptionNode stage = map_of(std::string(operation), std::move(options));
  put(stage, "from", text_node(from));
  put(stage, "name", text_node(name));
  return stage;
}

OptionNode only_followed() { return text_node(fmt::format("{} is not null", kFollowedColumn)); }

/// `option` of the options of a stage; the options become a mapping. REQUIRES: `main` does not take
/// one.
OptionNode& option_of(OptionNode& options, std::string_view main, std::string_view option) {
  if (options.kind == OptionNode::Kind::kNull) options = map_node();
  if (options.kind != OptionNode::Kind::kMap)
    options = map_of(std::string(main), std::move(options));
  if (OptionNode* const found = find_key(options, option)) return *found;
  put(options, std::string(option), OptionNode());
  return options.entries.back().value;
}

/// Adds an item to a list, or to a single item.
void add_item(OptionNode& list, std::string_view item) {
  if (list.kind == OptionNode::Kind::kScalar) list = list_node({std::move(list)});
  if (list.kind == OptionNode::Kind::kNull) list = list_node();
  list.items.push_back(text_node(item));
}

void collect_columns(const expr::Ast& ast, std::vector<std::string>& columns) {
  if (ast.kind == expr::AstKind::kColumn &&
      std::find(columns.begin(), columns.end(), ast.text) == columns.end())
    columns.push_back(ast.text);
  for (const expr::AstRef& input : ast.inputs) {
    if (input != nullptr) collect_columns(*input, columns);
  }
  if (ast.extra != nullptr) collect_columns(*ast.extra, columns);
}

void collect_conditions(const expr::Ast& ast, const std::string& text,
                        std::vector<TrailCondition>& out) {
  if (ast.kind == expr::AstKind::kAnd) {
    for (const expr::AstRef& input : ast.inputs) collect_conditions(*input, text, out);
    return;
  }
  TrailCondition condition{text.substr(ast.range.begin, ast.range.end - ast.range.begin), {}};
  collect_columns(ast, condition.columns);
  out.push_back(std::move(condition));
}

}  // namespace

std::string FollowedRow::id() const { return fmt::format("{}:{}", start, row); }

std::vector<TrailCondition> conditions_of(const std::string& expression) {
  const SourceText source(expression, {}, {});
  Diagnostics diagnostics;
  expr::Mistakes mistakes(source, diagnostics);
  const expr::AstRef ast = expr::parse(mistakes);
  std::vector<TrailCondition> conditions;
  if (ast != nullptr) collect_conditions(*ast, expression, conditions);
  return conditions;
}

// -------------------------------------------------------------------------------------- the writer

TrailWriter::TrailWriter(const OptionNode& tree, const Pipeline& pipeline)
    : tree_(tree), pipeline_(pipeline) {
  std::set<std::string, std::less<>> taken;
  const OptionNode* const written = find_key(tree_, "stages");
  for (const Stage& stage : pipeline_.stages) {
    for (const OptionNode& item : written->items) {
      if (item.entries.front().name.span().begin == stage.span.begin) entries_.push_back(&item);
    }
    if (find_key(*entries_.back(), "name") != nullptr) taken.insert(stage.name);
  }
  for (size_t i = 0; i < pipeline_.stages.size(); ++i) {
    const std::string& name = pipeline_.stages[i].name;
    std::string free = name;
    const bool is_own = find_key(*entries_[i], "name") != nullptr;
    for (int k = 2; !is_own && !taken.insert(free).second; ++k)
      free = fmt::format("{}-{}", name, k);
    names_.push_back(std::move(free));
  }
}

OptionNode TrailWriter::root() const {
  OptionNode root = map_node();
  if (const OptionNode* const settings = find_key(tree_, "settings"))
    put(root, "settings", *settings);
  put(root, "stages", list_node());
  return root;
}

OptionNode TrailWriter::entry(size_t stage) const {
  OptionNode entry = map_node();
  for (const OptionEntry& one : entries_[stage]->entries) {
    const std::string& key = one.name.text();
    if (key != "name" && key != "from" && key != "doc") entry.entries.push_back(one);
  }
  put(entry, "name", text_node(names_[stage]));
  return entry;
}

const OptionNode* TrailWriter::option(size_t stage, std::string_view option) const {
  const OptionNode& options = entries_[stage]->entries.front().value;
  if (options.kind == OptionNode::Kind::kMap) return find_key(options, option);
  return pipeline_.stages[stage].definition->main_option == option ? &options : nullptr;
}

std::string TrailWriter::port_name(const From& from) const {
  if (from.port == From::kRows) return names_[from.stage];
  if (from.port == From::kRejects) return names_[from.stage] + ".rejects";
  return names_[from.stage] + "." + pipeline_.stages[from.stage].ports[from.port - From::kFurther];
}

void TrailWriter::set_inputs(size_t stage, const std::vector<std::string>& inputs,
                             OptionNode& entry) const {
  const OperatorDef& definition = *pipeline_.stages[stage].definition;
  OptionNode& options = entry.entries.front().value;
  size_t rest = inputs.size();
  for (auto it = definition.options.rbegin(); it != definition.options.rend(); ++it) {
    if (it->type != OptionType::kStage || option(stage, it->name) == nullptr) continue;
    option_of(options, definition.main_option, it->name) = text_node(inputs[--rest]);
  }
  // Those that references name stand behind all others, and keep their names.
  const bool many = definition.many_inputs;
  OptionNode from = list_node();
  for (size_t i = 0; i < (many ? rest : std::min<size_t>(rest, 1)); ++i)
    from.items.push_back(text_node(inputs[i]));
  if (!from.items.empty()) put(entry, "from", many ? std::move(from) : from.items.front());
}

Trail TrailWriter::search(const std::vector<size_t>& starts, const std::string& where) const {
  Trail trail{root(), {}, {}, {}};
  std::vector<OptionNode>& stages = find_key(trail.tree, "stages")->items;
  for (size_t i = 0; i < pipeline_.stages.size(); ++i) {
    if (pipeline_.stages[i].definition->kind == OperatorKind::kSink) continue;
    std::vector<std::string> inputs;
    for (const From& from : pipeline_.stages[i].from) inputs.push_back(port_name(from));
    stages.push_back(entry(i));
    set_inputs(i, inputs, stages.back());
  }
  for (const size_t start : starts) {
    const std::string& name = names_[start];
    const std::string found = name + "-leat-found";
    OptionNode numbering = map_of("column", text_node(kRowColumn));
    stages.push_back(stage_node("sequence", std::move(numbering), name, name + "-leat-numbered"));
    stages.push_back(stage_node("filter", text_node(where), name + "-leat-numbered", found));
    OptionNode count = map_of("columns", map_of("rows", text_node("count(*)")));
    stages.push_back(stage_node("aggregate", std::move(count), found, name + "-leat-matches"));
    trail.looks.push_back({TrailLook::Kind::kFound, start, 0, found});
    trail.looks.push_back({TrailLook::Kind::kMatches, start, 0, name + "-leat-matches"});
  }
  return trail;
}

// ---------------------------------------------------------------------------------------- following

/// Writes the stages of one trail.
class TrailFollower {
 public:
  TrailFollower(const TrailWriter& writer, const std::vector<FollowedRow>& rows,
                const std::set<size_t>& ends)
      : writer_(writer), rows_(rows), ends_(ends), trail_{writer.root(), {}, {}, {}} {
    trail_.follows.resize(writer.pipeline_.stages.size());
    outputs_.resize(trail_.follows.size());
  }

  Trail write() {
    for (stage_ = 0; stage_ < outputs_.size(); ++stage_) {
      if (definition().kind == OperatorKind::kSink) continue;
      add_stage();
    }
    return std::move(trail_);
  }

 private:
  struct In {
    std::string name;
    bool followed;
  };

  const Stage& stage() const { return writer_.pipeline_.stages[stage_]; }
  const OperatorDef& definition() const { return *stage().definition; }

  void add(OptionNode stage) {
    find_key(trail_.tree, "stages")->items.push_back(std::move(stage));
    trail_.of_stages.push_back(static_cast<uint32_t>(stage_));
  }

  /// A name for a further stage in front of the one at hand, or behind it.
  std::string fresh(std::string_view what) {
    return fmt::format("{}-leat-{}-{}", writer_.name(stage_), what, ++made_);
  }

  void add_stage() {
    std::vector<In> inputs;
    for (const From& from : stage().from) {
      const bool rows = from.port == From::kRows;
      inputs.push_back({rows ? outputs_[from.stage] : writer_.port_name(from),
                        from.port != From::kRejects && trail_.follows[from.stage]});
    }
    const bool any =
        std::any_of(inputs.begin(), inputs.end(), [](const In& in) { return in.followed; });
    OptionNode entry = writer_.entry(stage_);
    bool follows = any;
    joined_ = false;
    ports_follow_ = !inputs.empty() && inputs.front().followed;
    if (any) {
      look_at_tests(inputs);
      follows = carry(inputs, entry.entries.front().value);
      reject_bad_rows(entry);
    }
    std::vector<std::string> names;
    for (const In& in : inputs) names.push_back(in.name);
    writer_.set_inputs(stage_, names, entry);
    add(std::move(entry));
    outputs_[stage_] = writer_.name(stage_);
    if (any) look_at_rejects();
    if (follows && joined_) join_numbers();
    trail_.follows[stage_] = follows;
    number_rows();
    if (trail_.follows[stage_]) look_at_rows();
  }

  /// Makes the stage hand the column on; false: it does not.
  bool carry(std::vector<In>& inputs, OptionNode& options) {
    const Carry how = ends_.contains(stage_) ? Carry::kNot : carry_of(definition().name);
    switch (how) {
      case Carry::kNot:
        for (In& in : inputs) without_column(in);
        return false;
      case Carry::kSelect: add_to_select(options); break;
      case Carry::kAggregate: {
        OptionNode& columns = option_of(options, "by", "columns");
        if (columns.kind != OptionNode::Kind::kMap) columns = map_node();
        put(columns, std::string(kFollowedColumn),
            text_node(fmt::format("string_agg({}, ',')", kFollowedColumn)));
        break;
      }
      case Carry::kDistinct: {
        OptionNode& by = option_of(options, "by", "by");
        if (by.kind != OptionNode::Kind::kNull || LEAT_MUTANT("numbers_tell_rows_apart")) break;
        for (const Field& field : stage().inputs.front()->fields())
          add_item(by, sql_name(field.name));
        break;
      }
      case Carry::kJoin: return carry_through_join(inputs, options);
      case Carry::kUnion:
        for (In& in : inputs) with_column(in);
        break;
      case Carry::kPasses: break;
    }
    for (size_t i = 1; how != Carry::kUnion && i < inputs.size(); ++i) without_column(inputs[i]);
    return how == Carry::kUnion || inputs.front().followed;
  }

  void add_to_select(OptionNode& options) {
    OptionNode& items = option_of(options, "columns", "columns");
    const auto is_star = [](const OptionNode& item) { return item.scalar.text().starts_with('*'); };
    const bool has_all = items.kind == OptionNode::Kind::kScalar
                             ? is_star(items)
                             : std::any_of(items.items.begin(), items.items.end(), is_star);
    if (!has_all) add_item(items, kFollowedColumn);
  }

  /// Does the join give out columns of the right side?
  bool gives_right() const {
    const OptionNode* const how = writer_.option(stage_, "how");
    return how == nullptr || (how->scalar.text() != "semi" && how->scalar.text() != "anti");
  }

  bool carry_through_join(std::vector<In>& inputs, OptionNode& options) {
    if (inputs[1].followed && gives_right()) {
      const std::string renamed = fresh("right");
      add(stage_node("rename", map_of(std::string(kFollowedColumn), text_node(kRightColumn)),
                     inputs[1].name, renamed));
      inputs[1].name = renamed;
      OptionNode& list = option_of(options, "with", "columns");
      right_ = std::string(kRightColumn);
      if (list.kind == OptionNode::Kind::kNull) {
        std::erase_if(options.entries,
                      [](const OptionEntry& one) { return one.name.text() == "columns"; });
        if (const OptionNode* const prefix = writer_.option(stage_, "prefix"))
          right_ = prefix->scalar.text() + right_;
      } else {
        add_item(list, fmt::format("{0} as {0}", kRightColumn));
      }
      joined_ = true;
      left_joined_ = inputs[0].followed;
      return true;
    }
    without_column(inputs[1]);
    return inputs[0].followed;
  }

  /// One column of the numbers of both sides.
  void join_numbers() {
    const std::string both = left_joined_ ? fmt::format("nullif(concat_ws(',', {}, {}), '')",
                                                        kFollowedColumn, sql_name(right_))
                                          : sql_name(right_);
    const std::string joined = fresh("joined");
    add(stage_node("derive", map_of(std::string(kFollowedColumn), text_node(both)),
                   outputs_[stage_], joined));
    outputs_[stage_] = fresh("dropped");
    add(stage_node("drop", text_node(sql_name(right_)), joined, outputs_[stage_]));
  }

  void without_column(In& in) {
    if (!in.followed) return;
    const std::string name = fresh("plain");
    add(stage_node("drop", text_node(kFollowedColumn), in.name, name));
    in.name = name;
  }

  void with_column(In& in) {
    if (in.followed) return;
    const std::string name = fresh("null");
    add(stage_node("derive", map_of(std::string(kFollowedColumn), text_node("null::utf8")), in.name,
                   name));
    in.name = name;
  }

  /// Gives numbers to the rows of the stage that are to be followed.
  void number_rows() {
    std::vector<uint64_t> wanted;
    for (const FollowedRow& row : rows_) {
      if (row.start == stage_) wanted.push_back(row.row);
    }
    if (wanted.empty()) return;
    const std::string numbered = fresh("numbered");
    const std::string marked = fresh("marked");
    add(stage_node("sequence", map_of("column", text_node(kRowColumn)), outputs_[stage_],
                   numbered));
    const std::string number =
        fmt::format("case when {0} in ({1}) then concat('{2}:', {0}::utf8) end", kRowColumn,
                    fmt::join(wanted, ", "), stage_);
    add(stage_node("derive", map_of(std::string(kFollowedColumn), text_node(number)), numbered,
                   marked));
    outputs_[stage_] = fresh("start");
    add(stage_node("drop", text_node(kRowColumn), marked, outputs_[stage_]));
    trail_.follows[stage_] = true;
  }

  void reject_bad_rows(OptionNode& entry) {
    OptionNode* const on_error = find_key(entry, "on_error");
    if (on_error == nullptr) {
      put(entry, "on_error", std::string("reject"));
    } else if (on_error->scalar.text() != "warn") {
      *on_error = text_node("reject");
    }
  }

  void look(TrailLook::Kind kind, size_t port, std::string_view where, std::string_view from) {
    const std::string target = fresh("look");
    add(stage_node("filter", text_node(where), from, target));
    trail_.looks.push_back({kind, stage_, port, target});
  }

  void look_at_rows() {
    look(TrailLook::Kind::kRows, From::kRows, only_followed().scalar.text(), outputs_[stage_]);
    for (size_t i = 0; i < stage().ports.size(); ++i) {
      const size_t port = From::kFurther + i;
      if (!is_read({stage_, port}) || !ports_follow_) continue;
      look(TrailLook::Kind::kPort, port, only_followed().scalar.text(),
           writer_.port_name({stage_, port}));
    }
  }

  bool is_read(const From& port) const {
    const auto reads = [&](const Stage& stage) {
      return std::find(stage.from.begin(), stage.from.end(), port) != stage.from.end();
    };
    return std::any_of(writer_.pipeline_.stages.begin(), writer_.pipeline_.stages.end(), reads);
  }

  void look_at_rejects() {
    std::string where = "false";
    for (const FollowedRow& row : rows_) {
      if (row.place.file.empty()) continue;
      where +=
          fmt::format(" or (file = {} and line = {})", sql_text(row.place.file), row.place.line);
    }
    look(TrailLook::Kind::kRejects, From::kRejects, where,
         writer_.port_name({stage_, From::kRejects}));
  }

  /// Each condition of a filter where those before it are true.
  void look_at_tests(const std::vector<In>& inputs) {
    if (definition().name != "filter" || !inputs.front().followed) return;
    const OptionNode* const where = writer_.option(stage_, "where");
    if (where == nullptr) return;
    OptionNode columns = map_node();
    std::string before;
    for (const TrailCondition& condition : conditions_of(where->scalar.text())) {
      put(columns, fmt::format("leat_test_{}", columns.entries.size()),
          text_node(before.empty()
                        ? fmt::format("({})", condition.text)
                        : fmt::format("case when {} then ({}) end", before, condition.text)));
      before += fmt::format("{}({})", before.empty() ? "" : " and ", condition.text);
    }
    const std::string tested = fresh("tested");
    OptionNode derive = stage_node("derive", std::move(columns), inputs.front().name, tested);
    put(derive, "on_error", std::string("skip"));
    add(std::move(derive));
    look(TrailLook::Kind::kTests, From::kRows, only_followed().scalar.text(), tested);
  }

  const TrailWriter& writer_;
  const std::vector<FollowedRow>& rows_;
  const std::set<size_t>& ends_;
  Trail trail_;
  std::vector<std::string> outputs_;  // where the rows of each stage are read
  size_t stage_ = 0;
  size_t made_ = 0;
  bool ports_follow_ = false;  // further ports have what comes in by the first input
  bool joined_ = false;        // the numbers of the right side are in right_
  bool left_joined_ = false;
  std::string right_;
};

Trail TrailWriter::follow(const std::vector<FollowedRow>& rows,
                          const std::set<size_t>& ends) const {
  return TrailFollower(*this, rows, ends).write();
}

}  // namespace leat::pipelines
