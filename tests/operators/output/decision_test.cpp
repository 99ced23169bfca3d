// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The transaction through every point at which a process or the machine can die, on the model that
// loses what was not synced; recovery dies on the way as well.
#include "operators/output/decision.h"

#include <fcntl.h>

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "operators/output/output_transaction.h"
#include "tests/operators/output/model_files.h"
#include "tests/support/engine_fixture.h"

namespace leat::io {
namespace {

using test::Abilities;
using test::Crash;
using test::ModelFiles;

struct Setting {
  std::string name;
  size_t outputs = 0;
  int folders = 1;
  Abilities abilities = {};  ///< Of the second folder, a file system of its own.
  bool makes_folders = false;
  bool members = false;  ///< Of sets, in folders that are made but for each `every`-th.
  size_t every = 2;
  uint64_t step = 1;     ///< Of the points tried.
  bool refuses = false;  ///< The last rename but one.
  int rounds = 1;        ///< Crashes tried at each point.
};

class World {
 public:
  explicit World(const Setting& setting) : setting_(setting) {
    files_.mount("/a", 1, {});
    files_.mount("/b", 2, setting.abilities);
    for (size_t i = 0; i < setting.outputs; ++i) {
      const std::string folder = setting.folders > 1 && i % 2 == 1 ? "/b" : "/a";
      targets_.push_back(fmt::format("{}{}/x{}.csv", folder, below(i), i));
      if (is_there_before(i)) files_.put(targets_.back(), "old");
    }
    if (setting.refuses) files_.refuse(fmt::format("x{}.csv", setting.outputs - 2));
  }

  ModelFiles& files() { return files_; }

  /// True when the commit says that all went well.
  bool run() {
    const FileCalls calls({}, files_);
    OutputTransaction transaction(calls);
    if (!open_sets(transaction)) return false;
    for (const std::string& target : targets_) {
      const auto file = stage(transaction, target);
      if (!file || !(*file)->write("n") || !(*file)->release() || !(*file)->write("ew") ||
          !(*file)->prepare())
        return false;
    }
    const bool committed = transaction.commit().has_value();
    reported_ = !files_.is_dead();
    changed_ = transaction.report().are_changed;
    return committed;
  }
  /// What a later run does first; false when it dies or is refused.
  bool recover(bool backwards) {
    const FileCalls calls({}, files_);
    OutputTransaction transaction(calls);
    std::vector<std::string> folders = {"/a/later", "/b/later"};
    if (setting_.makes_folders) folders = {"/a/new/deep/later", "/b/new/deep/later"};
    // A run of other names looks into the folder of the set; what it finds of folders below it is
    // in a list that a power loss may have taken.
    if (!open_sets(transaction)) return false;
    for (size_t i = 0; setting_.members && i < targets_.size(); ++i)
      folders.push_back(targets_[i] + ".later");
    if (backwards) std::swap(folders.front(), folders.back());
    for (const std::string& folder : folders) {
      if (!stage(transaction, folder)) return false;
    }
    return true;
  }

  bool is_old() {
    for (size_t i = 0; i < targets_.size(); ++i) {
      if (files_.content(targets_[i]).value_or("") != (is_there_before(i) ? "old" : ""))
        return false;
    }
    return true;
  }
  bool is_new() {
    return std::all_of(targets_.begin(), targets_.end(),
                       [&](const std::string& target) { return files_.content(target) == "new"; });
  }
  std::string state() {
    std::string text;
    for (const std::string& target : targets_)
      text += fmt::format("{}={} ", target, files_.content(target).value_or("none"));
    std::vector<std::string> folders = {"/a", "/b", "/a/new/deep", "/b/new/deep"};
    for (const std::string& target : targets_) {
      if (setting_.members) folders.push_back(target.substr(0, target.rfind('/')));
    }
    for (const std::string& folder : folders) {
      for (const std::string& name : files_.names(folder)) text += name + " ";
    }
    return text;
  }
  bool is_clean() { return state().find(".leat-") == std::string::npos; }
  /// The commit came back, and did not only die.
  bool has_reported() const { return reported_; }
  bool says_changed() const { return changed_; }

 private:
  bool is_there_before(size_t i) const { return below(i).empty() && i % 3 != 2; }
  std::string below(size_t i) const {
    if (setting_.members) return i % setting_.every == 0 ? "" : fmt::format("/k{}", i);
    return setting_.makes_folders ? "/new/deep" : "";
  }
  static OutputSet set_of(const std::string& target) {
    const std::string folder = target.substr(0, 2);
    return {folder + "/{x}", folder, IfExists::kReplace};
  }
  bool open_sets(OutputTransaction& transaction) const {
    return !setting_.members ||
           (transaction.open_set(set_of("/a/x")) && transaction.open_set(set_of("/b/x")));
  }
  Result<StagedFile*> stage(OutputTransaction& transaction, const std::string& target) const {
    if (setting_.members) return transaction.stage_member(set_of(target), target);
    return transaction.stage(target, IfExists::kReplace);
  }

  Setting setting_;
  ModelFiles files_;
  std::vector<std::string> targets_;
  bool reported_ = false;
  bool changed_ = false;
};

/// Dies at change `n` of a run, then once in recovery, then lets recovery end; or does not die in
/// the run when it is over by then. True when it did.
bool try_point(const Setting& setting, uint64_t n, uint32_t seed) {
  std::minstd_rand random(seed);
  World world(setting);
  world.files().die_after(n + 1);
  const bool committed = world.run();
  const bool died = world.files().is_dead();
  const std::string at_death = world.state();
  world.files().crash(seed % 4 == 0 ? Crash::kProcess : Crash::kPower, random);
  if (random() % 2 == 0) world.files().refuse("");
  for (int again = 0; again < 2; ++again) {
    world.files().die_after(1 + random() % (12 + 4 * setting.outputs));
    world.recover(random() % 2 == 0);
    world.files().crash(random() % 4 == 0 ? Crash::kProcess : Crash::kPower, random);
  }
  const std::string at_recovery = world.state();
  world.files().refuse("");
  EXPECT_TRUE(world.recover(false)) << at_death << "\n" << world.state();
  const bool is_right = committed ? world.is_new()
                        : world.has_reported() && !world.says_changed()
                            ? world.is_old()
                            : world.is_old() || world.is_new();
  EXPECT_TRUE(is_right) << setting.name << ", death at change " << n << ", seed " << seed
                        << ": committed " << committed << "\nat death   " << at_death
                        << "\nat recovery " << at_recovery << "\nat last     " << world.state();
  EXPECT_TRUE(world.is_clean()) << setting.name << ", death at change " << n << ", seed " << seed
                                << "\n"
                                << at_death << "\n"
                                << at_recovery << "\n"
                                << world.state();
  return died;
}

class PowerLoss : public ::testing::TestWithParam<Setting> {};

TEST_P(PowerLoss, AnyPointLeavesAllOrNothing) {
  const Setting& setting = GetParam();
  uint64_t tried = 0;
  // Sanitizers are not what finds a mixture.
  const int rounds = std::max(1, ::leat::test::rounds(setting.rounds));
  for (uint64_t n = 0;; n += setting.step) {
    bool died = false;
    for (int round = 0; round < rounds && !HasFailure(); ++round, ++tried)
      died =
          try_point(setting, n, static_cast<uint32_t>(n * 1000 + static_cast<uint64_t>(round) + 1));
    if (!died) break;
  }
  RecordProperty("points", static_cast<int>(tried));
}

constexpr Abilities kNoExchange{.exchanges = false};
constexpr Abilities kNoSyncAll{.syncs_all = false};
constexpr Abilities kNothing{.exchanges = false, .links = false};

INSTANTIATE_TEST_SUITE_P(
    All, PowerLoss,
    ::testing::Values(
        Setting{.name = "One", .outputs = 1, .rounds = 300},
        Setting{.name = "OneInNewFolders", .outputs = 1, .makes_folders = true, .rounds = 300},
        Setting{.name = "Three", .outputs = 3, .rounds = 200},
        Setting{.name = "ThreeInTwo", .outputs = 3, .folders = 2, .rounds = 300},
        Setting{.name = "ThreeInNewFolders",
                .outputs = 3,
                .folders = 2,
                .makes_folders = true,
                .rounds = 200},
        Setting{.name = "ThreeWithLinks",
                .outputs = 3,
                .folders = 2,
                .abilities = kNoExchange,
                .rounds = 200},
        Setting{.name = "ThreeWithNothing",
                .outputs = 3,
                .folders = 2,
                .abilities = kNothing,
                .rounds = 100},
        Setting{.name = "ThreeRefused", .outputs = 3, .folders = 2, .refuses = true, .rounds = 300},
        Setting{.name = "FiveRefusedWithLinks",
                .outputs = 5,
                .folders = 2,
                .abilities = kNoExchange,
                .refuses = true,
                .rounds = 200},
        Setting{.name = "Members", .outputs = 4, .members = true, .rounds = 30},
        Setting{.name = "MembersInTwo",
                .outputs = 5,
                .folders = 2,
                .abilities = kNoSyncAll,
                .members = true,
                .rounds = 20},
        Setting{
            .name = "MembersRefused", .outputs = 4, .members = true, .refuses = true, .rounds = 60},
        Setting{.name = "FortyMembers", .outputs = 40, .members = true, .every = 16, .step = 7},
        Setting{.name = "Twenty", .outputs = 20, .rounds = 40},
        Setting{.name = "TwentyInTwo", .outputs = 20, .folders = 2, .rounds = 50}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace leat::io
