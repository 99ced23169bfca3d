// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// stats.median: an aggregate. Each lane collects the values of each group, states are merged in any
// order, and the result comes in the order in which groups first appeared.
#include <leat/plugin.h>

#include <map>

namespace {

using leat::api::Bind;
using leat::api::Call;
using leat::api::Option;
using leat::api::Row;
using leat::api::Type;
using leat::api::Writer;

constexpr Option kOptions[] = {
    Option::text("of", "The column of numbers.").required(),
    Option::text("by", "The text column that makes groups.").required(),
};

class Median {
 public:
  void bind(Bind& bind) {
    of_ = bind.input("of", Type::kFloat64);
    by_ = bind.input("by", Type::kText);
    group_ = bind.add(bind.text("by"), Type::kText);
    median_ = bind.add("median", Type::kFloat64);
  }

  class State {
   public:
    explicit State(const Median& median) : median_(median) {}

    void add(const Row& row, Call& call) {
      if (row.is_null(median_.of_) || row.is_null(median_.by_)) return;
      if (!call.charge(sizeof(double))) return;
      Group& group = groups_[std::string(row.text(median_.by_))];
      group.first = std::min(group.first, row.id());
      group.values.push_back(row.float64(median_.of_));
    }

    void merge(State& other, Call& call) {
      for (auto& [name, from] : other.groups_) {
        if (!call.charge(from.values.size() * sizeof(double))) return;
        Group& group = groups_[name];
        group.first = std::min(group.first, from.first);
        group.values.insert(group.values.end(), from.values.begin(), from.values.end());
      }
    }

    void finish(Writer& out) {
      std::vector<std::pair<uint64_t, const std::string*>> order;
      for (const auto& [name, group] : groups_) order.emplace_back(group.first, &name);
      std::sort(order.begin(), order.end());
      for (const auto& [first, name] : order) {
        if (!out.next(first)) return;
        out.set(median_.group_, *name);
        out.set(median_.median_, middle(groups_[*name].values));
      }
    }

   private:
    struct Group {
      uint64_t first = UINT64_MAX;
      std::vector<double> values;
    };

    static double middle(std::vector<double>& values) {
      std::sort(values.begin(), values.end());
      const size_t half = values.size() / 2;
      return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    const Median& median_;
    std::map<std::string, Group> groups_;
  };

 private:
  size_t of_ = 0;
  size_t by_ = 0;
  size_t group_ = 0;
  size_t median_ = 0;
};

}  // namespace

LEAT_PLUGIN("stats", "1.0",
            leat::api::aggregate<Median>({
                .name = "median",
                .summary = "Gives the median of a column for each group.",
                .doc = "Rows in which the column or the group is NULL are left out.",
                .example = "- stats.median:\n    of: price\n    by: country\n",
                .options = kOptions,
            }))
