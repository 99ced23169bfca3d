// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A file system in memory that is as unkind as the rules allow. A power loss keeps of a file what
// was synced, all of it, or a piece; of the changes to a folder since it was synced, any selection:
// none is ordered before another, and syncing a file does not sync its name. A process dies at any
// call that changes something; every later call of it fails without effect.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "operators/output/file_system.h"

namespace leat::io::test {

enum class Crash : uint8_t {
  kProcess,  ///< The kernel goes on: nothing is lost.
  kPower,
};

/// What one part of the tree can do.
struct Abilities {
  bool exchanges = true;
  bool links = true;
  bool syncs_all = true;
};

class ModelFiles final : public FileSystem {
 public:
  ModelFiles();

  /// The process dies at the call after `calls` more that change something.
  void die_after(uint64_t calls) { calls_left_ = calls; }
  bool is_dead() const { return calls_left_ == 0; }
  /// Calls so far that changed something.
  uint64_t changes() const { return changes_; }
  /// Afterwards another process may begin.
  void crash(Crash kind, std::minstd_rand& random);

  /// A folder on a file system of its own; durable.
  void mount(const std::string& path, uint64_t device, Abilities abilities);
  /// Another folder is seen at `path` until it is called again.
  void unmount_or_mount(const std::string& path);
  /// Renames to this name are refused.
  void refuse(const std::string& name) { refused_ = name; }
  /// A durable file; its folder exists.
  void put(const std::string& path, const std::string& content);
  /// Nullopt when it is not there.
  std::optional<std::string> content(const std::string& path);
  std::vector<std::string> names(const std::string& path);

  int open(int folder, const std::string& name, int flags, mode_t mode) override;
  void close(int descriptor) noexcept override;
  ssize_t read(int descriptor, char* bytes, size_t size) override;
  int write(int descriptor, std::string_view bytes) override;
  int sync(int descriptor) override;
  int sync_all(int descriptor) override;
  int rename(int folder, const std::string& from, const std::string& to, unsigned flags) override;
  int link(int folder, const std::string& from, const std::string& to) override;
  int remove(int folder, const std::string& name) noexcept override;
  int make_folder(const std::string& path) override;
  int remove_folder(const std::string& path) noexcept override;
  int try_lock(int descriptor) override;
  void unlock(int descriptor) noexcept override;
  int look(int folder, const std::string& name, FileInfo& info) override;
  int list(int folder, std::vector<std::string>& names) override;
  int real_path(const std::string& path, std::string& real) override;
  int read_link(const std::string& path, std::string& link) override;
  int set_owner(int descriptor, uid_t owner, gid_t group) override;
  int set_mode(int descriptor, mode_t mode) override;
  int acl(int folder, const std::string& name, Acl which, std::string& bytes) override;
  int set_acl(int descriptor, const std::string& bytes) override;
  uid_t user() const override { return 1000; }

 private:
  using Id = uint64_t;                                     // of a node; 0: none
  using Change = std::vector<std::pair<std::string, Id>>;  // names and what they lead to, at once

  struct Node {
    bool is_folder = false;
    mode_t mode = 0;
    uint64_t device = 1;
    int64_t modified = 0;
    Id parent = 0;  // of folders
    Abilities abilities;
    std::string data;
    std::string synced;
    std::map<std::string, Id> names;         // of folders
    std::map<std::string, Id> synced_names;  // durable
    std::vector<Change> changes;             // since then
  };
  struct OpenFile {
    Id node = 0;
    size_t position = 0;
  };

  /// False when the process is dead, or dies here.
  bool may_change();
  Id at(int folder, const std::string& path);
  /// The folder that holds the last name of `path`, and that name.
  std::pair<Id, std::string> parent_of(int folder, const std::string& path);
  void change(Id folder, Change change);
  static void apply(std::map<std::string, Id>& names, const Change& change);
  Id make(bool is_folder, Id parent, mode_t mode);
  uint64_t links(Id node) const;

  std::map<Id, Node> nodes_;
  std::map<int, OpenFile> open_;
  std::map<Id, int> locks_;
  std::map<std::string, Id> unmounted_;
  std::string refused_;
  Id next_ = 1;
  int next_descriptor_ = 1000;
  int64_t time_ = 1;
  uint64_t changes_ = 0;
  uint64_t calls_left_ = UINT64_MAX;
};

}  // namespace leat::io::test
