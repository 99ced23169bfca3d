// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/staged_file.h"

#include <fcntl.h>

#include <cerrno>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/output/file_attributes.h"
#include "operators/output/folder_locks.h"
#include "operators/output/journal.h"

namespace leat::io {

namespace {

constexpr size_t kPendingBytes = size_t{256} << 10;
// Write-back is started early, so that the sync at the end does not wait for all of the file.
constexpr uint64_t kPushBytes = uint64_t{16} << 20;
constexpr int kAttempts = 100;

std::unexpected<Error> write_error(const std::string& shown, int negative_errno) {
  return fail(ErrorCode::kIo,
              fmt::format("cannot write '{}': {}", shown, errno_text(-negative_errno)));
}

}  // namespace

Result<std::unique_ptr<Staging>> Staging::create(FolderRef folder, std::string name,
                                                 std::string shown) {
  std::unique_ptr<Staging> staging(
      new Staging(std::move(folder), std::move(name), std::move(shown)));
  int result = -EEXIST;
  // Again when the name is taken, or when another run took the new file for a dead one before it
  // was locked.
  for (int i = 0; i < kAttempts && result == -EEXIST; ++i) result = staging->open_new();
  if (result < 0) return write_error(staging->shown_, result);
  return staging;
}

int Staging::open_new() {
  staged_ = staged_name(name_, draw_id());
  constexpr mode_t kPrivate = 0600;
  file_ = calls_.open(folder_->at(staged_), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, kPrivate);
  if (!file_.is_open()) return file_.get();
  const std::string path = folder_->path_of(staged_);
  int result = calls_.try_lock(file_.get(), path);
  if (result == -EWOULDBLOCK) return -EEXIST;
  FileInfo own;
  if (result == 0 || has_no_locks(result)) result = calls_.look(file_.get(), path, own);
  if (result < 0) discard();
  return result == 0 && own.links == 0 ? -EEXIST : result;
}

Status Staging::write(std::string_view bytes) {
  LEAT_CHECK(!prepared_, "no writes after prepare");
  if (pending_.size() + bytes.size() < kPendingBytes) {
    pending_.append(bytes);
    return {};
  }
  LEAT_TRY(flush());
  return write_out(bytes);
}

Status Staging::prepare() {
  LEAT_TRY(flush());
  const std::string path = folder_->path_of(staged_);
  int result = set_attributes(*folder_, name_, file_.get(), path);
  if (result == 0 && !LEAT_MUTANT("staged_not_synced")) result = calls_.sync(file_.get(), path);
  if (result < 0) return write_error(shown_, result);
  prepared_ = true;
  return {};
}

Result<FileInfo> Staging::verify() const {
  FileInfo own;
  FileInfo named;
  int result = calls_.look(file_.get(), folder_->path_of(staged_), own);
  if (result == 0) result = folder_->look(staged_, named);
  if (result < 0 && result != -ENOENT) return write_error(shown_, result);
  if (result == 0 && own.is_same_file(named) && own.size == written_ && own.links == 1) return own;
  return fail(ErrorCode::kIo,
              fmt::format("cannot write '{}': somebody removed or changed '{}' while the run was "
                          "under way",
                          shown_, folder_->path_of(staged_)));
}

void Staging::discard() noexcept {
  if (file_.is_open()) folder_->remove(staged_);
  file_.close();
}

Status Staging::flush() {
  if (pending_.empty()) return {};
  Status status = write_out(pending_);
  pending_.clear();
  return status;
}

Status Staging::write_out(std::string_view bytes) {
  if (const int result = calls_.write(file_.get(), bytes, folder_->path_of(staged_)); result < 0)
    return write_error(shown_, result);
  written_ += bytes.size();
  if (written_ - pushed_ < kPushBytes) return {};
  // A hint: where it is not understood the sync does all the work.
  blocking([&] {
    return ::sync_file_range(file_.get(), static_cast<off64_t>(pushed_),
                             static_cast<off64_t>(written_ - pushed_), SYNC_FILE_RANGE_WRITE);
  });
  pushed_ = written_;
  return {};
}

Status StreamFile::write(std::string_view bytes) {
  const int result = calls_.write(file_.get(), bytes, shown_);
  if (result == 0) {
    written_ += bytes.size();
    return {};
  }
  if (result == -EPIPE)
    return fail(ErrorCode::kCancelled, fmt::format("nobody reads '{}' any more", shown_));
  return write_error(shown_, result);
}

}  // namespace leat::io
