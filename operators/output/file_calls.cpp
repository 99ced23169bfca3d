// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/file_calls.h"

#include <cerrno>

#include "engine/blocking.h"

namespace leat::io {

void Descriptor::close() {
  if (value_ >= 0) files_->close(std::exchange(value_, -1));
}

std::string FilePlace::path() const {
  if (folder_path.empty()) return name;
  std::string path(folder_path);
  if (!path.ends_with('/')) path += '/';
  return path + name;
}

Descriptor FileCalls::open(const FilePlace& place, int flags, mode_t mode) const {
  if (const int error = refused(FileCall::kOpen, place.path())) return Descriptor(error);
  return Descriptor(blocking([&] { return files_->open(place.folder, place.name, flags, mode); }),
                    *files_);
}

ssize_t FileCalls::read(int descriptor, char* bytes, size_t size, const std::string& path) const {
  if (const int error = refused(FileCall::kRead, path)) return error;
  return blocking([&] { return files_->read(descriptor, bytes, size); });
}

int FileCalls::write(int descriptor, std::string_view bytes, const std::string& path) const {
  if (const int error = refused(FileCall::kWrite, path)) return error;
  return blocking([&] { return files_->write(descriptor, bytes); });
}

int FileCalls::sync(int descriptor, const std::string& path) const {
  const int error = refused(FileCall::kSync, path);
  if (error != 0) return error == -kLeaveOutSync ? 0 : error;
  const int result = blocking([&] { return files_->sync(descriptor); });
  return result == -EINVAL || result == -ENOTSUP ? 0 : result;
}

int FileCalls::sync_all(int descriptor, const std::string& path) const {
  const int error = refused(FileCall::kSync, path);
  if (error != 0) return error == -kLeaveOutSync ? 0 : error;
  const int result = blocking([&] { return files_->sync_all(descriptor); });
  return result == -EINVAL || result == -ENOSYS ? -ENOTSUP : result;
}

int FileCalls::rename(const FilePlace& from, const std::string& to, unsigned flags) const {
  const FilePlace target(from.folder, from.folder_path, to);
  if (const int error = refused(FileCall::kRename, target.path())) return error;
  return blocking([&] { return files_->rename(from.folder, from.name, to, flags); });
}

int FileCalls::link(const FilePlace& from, const std::string& to) const {
  if (const int error = refused(FileCall::kLink, from.path())) return error;
  return blocking([&] { return files_->link(from.folder, from.name, to); });
}

int FileCalls::remove(const FilePlace& place) const noexcept {
  if (const int error = refused(FileCall::kRemove, place.path())) return error;
  return files_->remove(place.folder, place.name);
}

int FileCalls::make_folder(const std::string& path) const {
  if (const int error = refused(FileCall::kMakeFolder, path)) return error;
  return blocking([&] { return files_->make_folder(path); });
}

int FileCalls::remove_folder(const std::string& path) const noexcept {
  if (const int error = refused(FileCall::kRemoveFolder, path)) return error;
  return files_->remove_folder(path);
}

int FileCalls::try_lock(int descriptor, const std::string& path) const {
  if (const int error = refused(FileCall::kLock, path)) return error;
  return blocking([&] { return files_->try_lock(descriptor); });
}

int FileCalls::look(const FilePlace& place, FileInfo& info) const {
  if (const int error = refused(FileCall::kLook, place.path())) return error;
  return blocking([&] { return files_->look(place.folder, place.name, info); });
}

int FileCalls::look(int descriptor, const std::string& path, FileInfo& info) const {
  if (const int error = refused(FileCall::kLook, path)) return error;
  return blocking([&] { return files_->look(descriptor, "", info); });
}

int FileCalls::list(int folder, const std::string& path, std::vector<std::string>& names) const {
  if (const int error = refused(FileCall::kList, path)) return error;
  return blocking([&] { return files_->list(folder, names); });
}

int FileCalls::real_path(const std::string& path, std::string& real) const {
  if (const int error = refused(FileCall::kLook, path)) return error;
  return blocking([&] { return files_->real_path(path, real); });
}

int FileCalls::read_link(const std::string& path, std::string& link) const {
  if (const int error = refused(FileCall::kLook, path)) return error;
  return blocking([&] { return files_->read_link(path, link); });
}

int FileCalls::set_owner(int descriptor, uid_t owner, gid_t group, const std::string& path) const {
  if (const int error = refused(FileCall::kAttributes, path)) return error;
  return blocking([&] { return files_->set_owner(descriptor, owner, group); });
}

int FileCalls::set_mode(int descriptor, mode_t mode, const std::string& path) const {
  if (const int error = refused(FileCall::kAttributes, path)) return error;
  return blocking([&] { return files_->set_mode(descriptor, mode); });
}

int FileCalls::acl(const FilePlace& place, Acl which, std::string& bytes) const {
  if (const int error = refused(FileCall::kAttributes, place.path())) return error;
  return blocking([&] { return files_->acl(place.folder, place.name, which, bytes); });
}

int FileCalls::set_acl(int descriptor, const std::string& bytes, const std::string& path) const {
  if (const int error = refused(FileCall::kAttributes, path)) return error;
  return blocking([&] { return files_->set_acl(descriptor, bytes); });
}

}  // namespace leat::io
