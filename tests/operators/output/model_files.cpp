// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "tests/operators/output/model_files.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

namespace leat::io::test {
namespace {

constexpr uint64_t kRoot = 1;

}  // namespace

ModelFiles::ModelFiles() { make(true, kRoot, S_IFDIR | 0755); }

ModelFiles::Id ModelFiles::make(bool is_folder, Id parent, mode_t mode) {
  const Id id = next_++;
  Node& node = nodes_[id];
  node.is_folder = is_folder;
  node.mode = mode;
  node.parent = parent;
  node.modified = ++time_;
  node.device = nodes_[parent].device;
  node.abilities = nodes_[parent].abilities;
  return id;
}

bool ModelFiles::may_change() {
  if (calls_left_ == 0) return false;
  --calls_left_;
  ++changes_;
  return calls_left_ > 0;
}

ModelFiles::Id ModelFiles::at(int folder, const std::string& path) {
  Id node = path.starts_with('/') || folder == AT_FDCWD ? kRoot : open_.at(folder).node;
  for (const std::filesystem::path& part : std::filesystem::path(path)) {
    const std::string name = part.string();
    if (name == "/" || name == "." || name.empty()) continue;
    const Node& above = nodes_.at(node);
    if (!above.is_folder) return 0;
    if (name == "..") {
      node = above.parent;
      continue;
    }
    const auto found = above.names.find(name);
    if (found == above.names.end()) return 0;
    node = found->second;
  }
  return node;
}

std::pair<ModelFiles::Id, std::string> ModelFiles::parent_of(int folder, const std::string& path) {
  const std::filesystem::path split(path);
  return {at(folder, split.parent_path().string()), split.filename().string()};
}

void ModelFiles::apply(std::map<std::string, Id>& names, const Change& change) {
  for (const auto& [name, node] : change) {
    if (node == 0) {
      names.erase(name);
    } else {
      names[name] = node;
    }
  }
}

void ModelFiles::change(Id folder, Change change) {
  apply(nodes_[folder].names, change);
  nodes_[folder].changes.push_back(std::move(change));
}

uint64_t ModelFiles::links(Id node) const {
  uint64_t count = 0;
  for (const auto& [id, folder] : nodes_) {
    for (const auto& [name, other] : folder.names) count += other == node ? 1 : 0;
  }
  return count;
}

void ModelFiles::crash(Crash kind, std::minstd_rand& random) {
  for (auto& [id, node] : nodes_) {
    if (kind == Crash::kPower) {
      node.names = node.synced_names;
      // Few, most or any of the changes: what goes wrong depends on one that is missing or alone.
      const uint32_t chance = std::array{0U, 1U, 2U, 3U, 4U}[random() % 5];
      for (const Change& change : node.changes) {
        if (random() % 4 < chance) apply(node.names, change);
      }
      if (node.data != node.synced) {
        const uint32_t choice = random() % 3;
        if (choice == 0) node.data = node.synced;
        if (choice == 1) node.data.resize(node.data.size() / 2);
      }
    } else {
      continue;
    }
    node.synced = node.data;
    node.synced_names = node.names;
    node.changes.clear();
  }
  open_.clear();
  locks_.clear();
  calls_left_ = UINT64_MAX;
}

void ModelFiles::mount(const std::string& path, uint64_t device, Abilities abilities) {
  make_folder(path);
  const Id id = at(AT_FDCWD, path);
  nodes_[id].device = device;
  nodes_[id].abilities = abilities;
  Node& above = nodes_[nodes_[id].parent];
  above.synced_names = above.names;
  above.changes.clear();
}

void ModelFiles::unmount_or_mount(const std::string& path) {
  const auto [parent, name] = parent_of(AT_FDCWD, path);
  Id& hidden = unmounted_[path];
  if (hidden == 0) hidden = make(true, parent, S_IFDIR | 0755);
  std::swap(nodes_[parent].names[name], hidden);
  nodes_[parent].synced_names = nodes_[parent].names;
}

void ModelFiles::put(const std::string& path, const std::string& content) {
  const auto [parent, name] = parent_of(AT_FDCWD, path);
  const Id id = make(false, parent, S_IFREG | 0644);
  nodes_[id].data = nodes_[id].synced = content;
  nodes_[parent].names[name] = nodes_[parent].synced_names[name] = id;
}

std::optional<std::string> ModelFiles::content(const std::string& path) {
  const Id id = at(AT_FDCWD, path);
  return id == 0 ? std::nullopt : std::optional(nodes_.at(id).data);
}

std::vector<std::string> ModelFiles::names(const std::string& path) {
  std::vector<std::string> all;
  const Id id = at(AT_FDCWD, path);
  if (id == 0) return all;
  for (const auto& [name, node] : nodes_.at(id).names) all.push_back(name);
  return all;
}

int ModelFiles::open(int folder, const std::string& name, int flags, mode_t mode) {
  if (is_dead()) return -EIO;
  Id id = at(folder, name);
  if (id != 0 && (flags & O_EXCL) != 0) return -EEXIST;
  if (id == 0) {
    const auto [parent, last] = parent_of(folder, name);
    if (parent == 0 || (flags & O_CREAT) == 0) return -ENOENT;
    if (!may_change()) return -EIO;
    id = make(false, parent, S_IFREG | mode);
    change(parent, {{last, id}});
  }
  if ((flags & O_DIRECTORY) != 0 && !nodes_.at(id).is_folder) return -ENOTDIR;
  if ((flags & O_TRUNC) != 0) nodes_.at(id).data.clear();
  open_[next_descriptor_] = {id, 0};
  return next_descriptor_++;
}

void ModelFiles::close(int descriptor) noexcept {
  unlock(descriptor);
  open_.erase(descriptor);
}

ssize_t ModelFiles::read(int descriptor, char* bytes, size_t size) {
  if (is_dead()) return -EIO;
  OpenFile& file = open_.at(descriptor);
  const std::string& data = nodes_.at(file.node).data;
  const size_t got = std::min(size, data.size() - file.position);
  std::copy_n(data.data() + file.position, got, bytes);
  file.position += got;
  return static_cast<ssize_t>(got);
}

int ModelFiles::write(int descriptor, std::string_view bytes) {
  if (!may_change()) return -EIO;
  Node& node = nodes_.at(open_.at(descriptor).node);
  node.data += bytes;
  node.modified = ++time_;
  return 0;
}

int ModelFiles::sync(int descriptor) {
  if (!may_change()) return -EIO;
  Node& node = nodes_.at(open_.at(descriptor).node);
  node.synced = node.data;
  node.synced_names = node.names;
  node.changes.clear();
  return 0;
}

int ModelFiles::sync_all(int descriptor) {
  const Node& opened = nodes_.at(open_.at(descriptor).node);
  if (!opened.abilities.syncs_all) return -ENOSYS;
  if (!may_change()) return -EIO;
  const uint64_t device = opened.device;
  for (auto& [id, node] : nodes_) {
    if (node.device != device) continue;
    node.synced = node.data;
    node.synced_names = node.names;
    node.changes.clear();
  }
  return 0;
}

int ModelFiles::rename(int folder, const std::string& from, const std::string& to, unsigned flags) {
  if (!may_change()) return -EIO;
  const Id in = open_.at(folder).node;
  const Node& node = nodes_.at(in);
  const Id moved = at(folder, from);
  const Id there = at(folder, to);
  if (moved == 0) return -ENOENT;
  if (to == refused_) return -EPERM;
  if (flags == RENAME_EXCHANGE) {
    if (!node.abilities.exchanges) return -EINVAL;
    if (there == 0) return -ENOENT;
    change(in, {{from, there}, {to, moved}});
    return 0;
  }
  if (flags == RENAME_NOREPLACE && !node.abilities.exchanges) return -EINVAL;
  if (flags == RENAME_NOREPLACE && there != 0) return -EEXIST;
  if (moved != there) change(in, {{from, 0}, {to, moved}});
  return 0;
}

int ModelFiles::link(int folder, const std::string& from, const std::string& to) {
  if (!may_change()) return -EIO;
  const Id in = open_.at(folder).node;
  if (!nodes_.at(in).abilities.links) return -EPERM;
  const Id linked = at(folder, from);
  if (linked == 0) return -ENOENT;
  if (at(folder, to) != 0) return -EEXIST;
  change(in, {{to, linked}});
  return 0;
}

int ModelFiles::remove(int folder, const std::string& name) noexcept {
  if (is_dead()) return -EIO;
  if (at(folder, name) == 0) return -ENOENT;
  if (!may_change()) return -EIO;
  change(open_.at(folder).node, {{name, 0}});
  return 0;
}

int ModelFiles::make_folder(const std::string& path) {
  if (!may_change()) return -EIO;
  const auto [parent, name] = parent_of(AT_FDCWD, path);
  if (parent == 0) return -ENOENT;
  if (at(AT_FDCWD, path) != 0) return -EEXIST;
  change(parent, {{name, make(true, parent, S_IFDIR | 0755)}});
  return 0;
}

int ModelFiles::remove_folder(const std::string& path) noexcept {
  if (!may_change()) return -EIO;
  const auto [parent, name] = parent_of(AT_FDCWD, path);
  const Id id = at(AT_FDCWD, path);
  if (id == 0) return -ENOENT;
  if (!nodes_.at(id).names.empty()) return -ENOTEMPTY;
  change(parent, {{name, 0}});
  return 0;
}

int ModelFiles::try_lock(int descriptor) {
  if (is_dead()) return -EIO;
  const auto [lock, taken] = locks_.try_emplace(open_.at(descriptor).node, descriptor);
  return taken || lock->second == descriptor ? 0 : -EWOULDBLOCK;
}

void ModelFiles::unlock(int descriptor) noexcept {
  const auto file = open_.find(descriptor);
  if (file == open_.end()) return;
  const auto lock = locks_.find(file->second.node);
  if (lock != locks_.end() && lock->second == descriptor) locks_.erase(lock);
}

int ModelFiles::look(int folder, const std::string& name, FileInfo& info) {
  if (is_dead()) return -EIO;
  const Id id = at(folder, name);
  if (id == 0) return -ENOENT;
  const Node& node = nodes_.at(id);
  info = {};
  info.device = node.device;
  info.inode = id;
  info.size = node.data.size();
  info.modified_ns = node.modified;
  info.born_ns = static_cast<int64_t>(id) * 10;
  info.mode = node.mode;
  info.owner = info.group = user();
  info.links = node.is_folder ? 2 : links(id);
  return 0;
}

int ModelFiles::list(int folder, std::vector<std::string>& names) {
  if (is_dead()) return -EIO;
  for (const auto& [name, node] : nodes_.at(open_.at(folder).node).names) names.push_back(name);
  return 0;
}

int ModelFiles::real_path(const std::string& path, std::string& real) {
  real = path;
  if (is_dead()) return -EIO;
  return at(AT_FDCWD, path) == 0 ? -ENOENT : 0;
}

int ModelFiles::read_link(const std::string&, std::string&) { return -EINVAL; }
int ModelFiles::set_owner(int, uid_t, gid_t) { return may_change() ? 0 : -EIO; }

int ModelFiles::set_mode(int descriptor, mode_t mode) {
  if (!may_change()) return -EIO;
  nodes_.at(open_.at(descriptor).node).mode = S_IFREG | mode;
  return 0;
}

int ModelFiles::acl(int, const std::string&, Acl, std::string& bytes) {
  bytes.clear();
  return is_dead() ? -EIO : 0;
}
int ModelFiles::set_acl(int, const std::string&) { return -ENOTSUP; }

}  // namespace leat::io::test
