// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Random graphs of real operators.
//
// Invariants:
//  1. What a pipeline gives is decided by its text: no ties that an order leaves open, no random().
//  2. Rows stay few: whatever can multiply them has a limit behind it.
//  3. Values stay small, so that no sum overflows, however deep the graph.
//
// Rejected: drawing any option of any operator. What single operators compute is compared with
// PostgreSQL elsewhere; here they are what makes edges, state and ends of every kind.
#include "tests/graphs/random_pipeline.h"

#include <fmt/format.h>

namespace leat::soak {
namespace {

constexpr int kRowsOfTable = 120;
constexpr int kRowsMax = 400;

class Builder {
 public:
  Builder(Choices& choices, size_t tables) : choices_(choices), tables_(tables) {}

  RandomPipeline build(bool fails, bool cancels) {
    // A union of branches is four stages at once.
    const auto stages = static_cast<size_t>(choices_.between(3, 32));
    add_source();
    while (names_.size() < stages) add_stage();
    if (fails) add_fault();
    if (cancels) add("trip", fmt::format("{{ batches: {} }}", choices_.between(1, 3)), any());
    for (size_t stage = 0, all = names_.size(); stage < all; ++stage) {
      if (read_[stage] && !choices_.one_in(12)) continue;
      made_.yaml += fmt::format("  - write_csv: \"@out@/{}.csv\"\n    from: {}\n", made_.sinks++,
                                names_[stage]);
      ++made_.stages;
    }
    made_.stages += names_.size();
    made_.yaml.insert(0, "stages:\n");
    made_.may_fail = fails;
    made_.is_cancelled = cancels;
    return std::move(made_);
  }

 private:
  std::string any() {
    const int all = static_cast<int>(open_.size());
    const size_t stage = open_[static_cast<size_t>(choices_.between(0, all - 1))];
    read_[stage] = true;
    return names_[stage];
  }

  std::string last() {
    read_.back() = true;
    return names_.back();
  }

  /// The last stage, which nothing but the next one may read: it has other columns, or many rows.
  std::string passing() {
    open_.pop_back();
    return last();
  }

  void add(std::string_view op, std::string_view options, std::string_view from = {}) {
    open_.push_back(names_.size());
    names_.push_back(fmt::format("s{}", names_.size()));
    read_.push_back(false);
    made_.yaml += fmt::format("  - {}: {}\n    name: {}\n", op, options, names_.back());
    if (!from.empty()) made_.yaml += fmt::format("    from: {}\n", from);
  }

  /// A key with few or with many values.
  std::string_view key() { return choices_.one_in(2) ? "k" : "g"; }
  std::string_view keys() {
    constexpr std::string_view kKeys[] = {"[k]", "[g]", "[k, g]", "[id]"};
    return kKeys[choices_.between(0, 3)];
  }
  std::string order() {
    constexpr std::string_view kOrders[] = {"[k, id desc]", "[v desc nulls last, g]", "[g desc]",
                                            "[id % 7, v]"};
    return std::string(kOrders[choices_.between(0, 3)]);
  }

  void add_source() {
    if (choices_.one_in(4)) {
      add("generate", fmt::format("{{ rows: {}, columns: {{ id: n, k: n % {}, g: \"'g' || n % 3\", "
                                  "v: \"(n * 37 % 101)::decimal(12,2)\" }} }}",
                                  choices_.between(0, 2 * kRowsOfTable), choices_.between(1, 40)));
      return;
    }
    // Many files are many splits.
    const int first = choices_.between(0, static_cast<int>(tables_) - 1);
    add("read_csv", fmt::format("{{ path: \"in/{}\", columns: {{ id: int64, k: int64, g: text, v: "
                                "'decimal(12,2)' }} }}",
                                choices_.one_in(3) ? fmt::format("{}.csv", first) : "*.csv"));
  }

  void add_stage() {
    switch (choices_.between(0, 15)) {
      case 0: return add_source();
      case 1: return add("filter", fmt::format("k % {} <> 0", choices_.between(2, 4)), any());
      case 2:
        return add("select", fmt::format("[id, (k + {}) % 50 as k, g, v]", choices_.between(1, 9)),
                   any());
      case 3: return add("sort", fmt::format("{{ by: {} }}", order()), any());
      case 4: return add_limit(any());
      case 5: return add_top();
      case 6: return add_aggregate();
      case 7: return add("distinct", fmt::format("{{ by: {} }}", keys()), any());
      case 8: return add_window();
      case 9:
        return add("fill",
                   fmt::format("{{ columns: [v], method: forward, partition_by: {} }}", key()),
                   any());
      case 10: return add_sequence();
      case 11:
        return add("sample",
                   fmt::format("{{ share: {}%, seed: {} }}", choices_.between(20, 90),
                               choices_.between(1, 1000)),
                   any());
      case 12: return add_union();
      case 13: return add_branches();
      case 14: return add_join();
      default: return add_set();
    }
  }

  void add_limit(const std::string& from) {
    made_.has_limit = true;
    add("limit", fmt::format("{}", choices_.between(1, 60)), from);
  }

  void add_cut() { add("limit", fmt::format("{}", kRowsMax), passing()); }

  void add_top() {
    const bool grouped = choices_.one_in(2);
    add("top",
        fmt::format("{{ by: [{}, id], rows: {}{} }}", choices_.one_in(2) ? "v desc" : "k",
                    choices_.between(1, 20), grouped ? ", partition_by: g" : ""),
        any());
  }

  void add_aggregate() {
    add("aggregate",
        fmt::format("{{ by: [k % {} as k, g], columns: {{ id: sum(id % 100)::int64, v: "
                    "{}(v) }} }}",
                    choices_.between(2, 60), choices_.one_in(2) ? "max" : "first"),
        any());
    add("select", "[id, k, g, v]", passing());
  }

  void add_window() {
    constexpr std::string_view kFunctions[] = {"row_number()", "rank()", "lag(k, 2, 0)", "max(k)",
                                               "count(*)"};
    add("window",
        fmt::format("{{ partition_by: {}, order_by: [{}, id], columns: {{ w: \"{}\" }} }}", key(),
                    choices_.one_in(2) ? "v" : "k desc", kFunctions[choices_.between(0, 4)]),
        any());
    add("select", "[id, w % 50 as k, g, v]", passing());
  }

  void add_sequence() {
    add("sequence", "{ column: w }", any());
    add("select", "[w as id, k, g, v]", passing());
  }

  void add_union() {
    std::string inputs;
    for (int i = choices_.between(2, 3); i > 0; --i) inputs += (inputs.empty() ? "" : ", ") + any();
    add("union", "{}", "[" + inputs + "]");
    add_cut();
  }

  /// Two branches of one stage that meet in the order of its rows.
  void add_branches() {
    made_.meets_again = true;
    const std::string from = any();
    std::string branches;
    for (int i = 0; i < 2; ++i) {
      add("filter", fmt::format("id % {} <> {}", choices_.between(2, 3), i), from);
      branches += (i == 0 ? "" : ", ") + last();
    }
    add("union", "{ order: rows }", "[" + branches + "]");
  }

  void add_join() {
    constexpr std::string_view kHow[] = {"inner", "left", "right", "full", "semi", "anti"};
    const std::string_view how = kHow[choices_.between(0, 5)];
    const std::string left = any();
    const bool narrows = how == "semi" || how == "anti";
    add("join",
        fmt::format("{{ with: {}, on: {}, how: {}{} }}", any(), choices_.one_in(2) ? "k" : "[k, g]",
                    how, narrows ? "" : ", columns: [id as other, v as w]"),
        left);
    if (narrows) return;
    add_cut();
    // The second key is a column of both, or of the left rows alone.
    add("select", R"(["coalesce(id, other) as id", k, g, "coalesce(v, w) as v"])", passing());
  }

  void add_set() {
    const std::string left = any();
    add(choices_.one_in(2) ? "intersect" : "except",
        fmt::format("{{ with: {}, on: {} }}", any(), keys()), left);
  }

  /// Divides by zero in some row, if the graph has it.
  void add_fault() {
    add("select", fmt::format("[id, 100 / (id - {}) as k, g, v]", choices_.between(1, 100)), any());
  }

  Choices& choices_;
  size_t tables_;
  RandomPipeline made_;
  std::vector<std::string> names_;
  std::vector<bool> read_;
  std::vector<size_t> open_;  // stages that any later one may read
};

}  // namespace

std::vector<std::string> random_tables(Choices& choices) {
  std::vector<std::string> tables;
  int id = 0;
  for (int table = choices.between(1, 9); table > 0; --table) {
    std::string text = "id,k,g,v\n";
    for (int row = choices.between(0, kRowsOfTable); row > 0; --row) {
      text += fmt::format("{},{},g{},", ++id, choices.between(0, 30), choices.between(0, 4));
      if (!choices.one_in(6)) text += fmt::format("{}.{:02}", choices.between(0, 999), row % 100);
      text += '\n';
    }
    tables.push_back(std::move(text));
  }
  return tables;
}

RandomPipeline random_pipeline(Choices& choices, size_t tables, bool fails, bool cancels) {
  return Builder(choices, tables).build(fails, cancels);
}

}  // namespace leat::soak
