// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Random graphs: stages with one input and with several, forks that meet again, limits that stop
// what is above them, at several numbers of processors, fused and not. Each must end, balance, and
// give what plain loops give.
#include <algorithm>
#include <deque>
#include <set>

#include <gtest/gtest.h>

#include "pipelines/run/wiring.h"
#include "tests/pipelines/fake_stages.h"
#include "tests/support/seed.h"

namespace leat::pipelines {
namespace {

using testing::Collected;
using testing::FakePipeline;
using Rows = std::vector<int64_t>;

/// Builds a pipeline and, beside it, what each stage gives.
class RandomGraph {
 public:
  explicit RandomGraph(std::mt19937_64 random) : random_(std::move(random)) {
    const size_t stages = 5 + below(30);
    add_source();
    while (rows_.size() < stages) add_stage();
    for (size_t stage = 0, all = rows_.size(); stage < all; ++stage) {
      if (read_[stage]) continue;
      sinks_.emplace_back();
      expected_.push_back(rows_[stage]);
      fake_.from(stage).collect(sinks_.back());
    }
  }

  void check() {
    static constexpr size_t kProcs[] = {1, 2, 4, 8};
    const RunReport report = fake_.run(kProcs[below(4)], below(3) != 0);
    ASSERT_FALSE(report.error) << report.error->message;
    for (size_t i = 0; i < sinks_.size(); ++i) {
      std::string text;
      for (const int64_t row : expected_[i]) text += std::to_string(row) + "\n";
      ASSERT_EQ(sinks_[i].text, text) << "sink " << i;
    }
  }
  FakePipeline& fake() { return fake_; }

 private:
  size_t below(size_t bound) { return random_() % bound; }
  size_t any() {
    const size_t stage = below(rows_.size());
    read_[stage] = true;
    return stage;
  }
  void made(Rows rows) {
    rows_.push_back(std::move(rows));
    read_.push_back(false);
  }

  void add_source() {
    const auto rows = static_cast<int64_t>(below(60));
    fake_.numbers(static_cast<uint64_t>(rows), 1 + below(9));
    Rows all(static_cast<size_t>(rows));
    for (int64_t i = 0; i < rows; ++i) all[static_cast<size_t>(i)] = i;
    made(std::move(all));
  }

  void add_stage() {
    switch (below(8)) {
      case 0: return add_source();
      case 1: return add_descending();
      case 2: return add_limit();
      case 3:
      case 4: return add_union();
      case 5: return add_branches();
      case 6: return add_match();
      default: return add_keep(any());
    }
  }

  void add_keep(size_t from) {
    const auto divisor = static_cast<int64_t>(2 + below(3));
    const auto rest = static_cast<int64_t>(below(2));
    const auto keep = [=](int64_t n) { return n % divisor != rest; };
    fake_.from(from).keep(keep);
    Rows kept;
    std::copy_if(rows_[from].begin(), rows_[from].end(), std::back_inserter(kept), keep);
    made(std::move(kept));
  }

  void add_descending() {
    const size_t from = any();
    fake_.from(from).descending();
    Rows rows = rows_[from];
    std::sort(rows.begin(), rows.end(), std::greater<>());
    made(std::move(rows));
  }

  void add_limit() {
    const size_t from = any();
    const size_t rows = 1 + below(20);
    fake_.from(from).limit(rows);
    Rows first = rows_[from];
    first.resize(std::min(first.size(), rows));
    made(std::move(first));
  }

  void add_union() {
    for (size_t i = 0, inputs = 2 + below(2); i < inputs; ++i) fake_.from(any());
    fake_.unite();
    Rows rows;
    for (const From& from : fake_.pipeline().stages.back().from)
      rows.insert(rows.end(), rows_[from.stage].begin(), rows_[from.stage].end());
    made(std::move(rows));
    if (rows_.back().size() > 2000) shorten();
  }

  void shorten() {
    const size_t from = rows_.size() - 1;
    read_[from] = true;
    fake_.from(from).limit(100);
    Rows first = rows_[from];
    first.resize(std::min<size_t>(first.size(), 100));
    made(std::move(first));
  }

  /// Two or three branches of one source that meet in the order of its rows.
  void add_branches() {
    add_source();
    const size_t source = rows_.size() - 1;
    std::vector<size_t> branches;
    for (size_t i = 0, all = 2 + below(2); i < all; ++i) {
      read_[source] = true;
      add_keep(source);
      branches.push_back(rows_.size() - 1);
    }
    for (const size_t branch : branches) {
      read_[branch] = true;
      fake_.from(branch);
    }
    fake_.unite(Union::Order::kRows);
    Rows rows;
    for (const int64_t n : rows_[source]) {
      for (const size_t branch : branches) {
        const Rows& kept = rows_[branch];
        if (std::find(kept.begin(), kept.end(), n) != kept.end()) rows.push_back(n);
      }
    }
    made(std::move(rows));
  }

  void add_match() {
    const size_t left = any();
    const size_t right = any();
    fake_.from(left).from(right).match();
    const std::set<int64_t> of(rows_[right].begin(), rows_[right].end());
    std::set<int64_t> met;
    Rows rows;
    for (const int64_t n : rows_[left]) {
      if (!of.contains(n)) continue;
      rows.push_back(n);
      met.insert(n);
    }
    for (const int64_t n : of) {
      if (!met.contains(n)) rows.push_back(n);
    }
    made(std::move(rows));
    if (rows_.back().size() > 2000) shorten();
  }

  std::mt19937_64 random_;
  FakePipeline fake_;
  std::vector<Rows> rows_;
  std::vector<bool> read_;
  std::deque<Collected> sinks_;
  std::vector<Rows> expected_;
};

TEST(RandomGraphs, EndAndGiveWhatPlainLoopsGive) {
  const test::Seed seed;
  size_t cut = 0;
  for (uint64_t i = 0; i < 150; ++i) {
    SCOPED_TRACE(::testing::Message() << "graph " << i);
    RandomGraph graph(seed.generator(i));
    cut += blocked_input(graph.fake().pipeline()) ? 1 : 0;
    graph.check();
    if (::testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(cut, 15u) << "graphs whose branches meet again";
}

}  // namespace
}  // namespace leat::pipelines
