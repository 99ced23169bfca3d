// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/staged_file.h"

#include <fcntl.h>

#include <cerrno>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/check.h"
#include "engine/codes/file.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/output/file_attributes.h"
#include "operators/output/folder_locks.h"

namespace leat::io {

namespace {

constexpr size_t kPendingBytes = size_t{256} << 10;
// Write-back is started early, so that the sync at the end does not wait for all of the file.
constexpr uint64_t kPushBytes = uint64_t{16} << 20;

std::unexpected<Error> write_error(const std::string& shown, int negative_errno) {
  return fail(write_code(-negative_errno), ErrorCode::kIo,
              fmt::format("cannot write '{}': {}", shown, errno_text(-negative_errno)));
}

/// What is to be appended to.
class OldFile final : public ByteSource {
 public:
  OldFile(const FileCalls& calls, Descriptor file, std::string path)
      : calls_(calls), file_(std::move(file)), path_(std::move(path)) {}

  Result<size_t> read(std::span<uint8_t> into) override {
    const ssize_t got =
        calls_.read(file_.get(), reinterpret_cast<char*>(into.data()), into.size(), path_);
    if (got < 0) return std::unexpected(file_error("read", path_, static_cast<int>(got)));
    return static_cast<size_t>(got);
  }

 private:
  const FileCalls& calls_;
  const Descriptor file_;
  const std::string path_;
};

}  // namespace

Result<std::unique_ptr<Staging>> Staging::create(FolderRef folder, std::string name,
                                                 std::string shown) {
  std::unique_ptr<Staging> staging(
      new Staging(std::move(folder), std::move(name), std::move(shown)));
  int result = -EEXIST;
  // Again when the name is taken, or when another run took the new file for a dead one before it
  // was locked.
  for (int i = 0; i < kDrawsMax && result == -EEXIST; ++i) result = staging->open_new(draw_id());
  if (result < 0) return write_error(staging->shown_, result);
  return staging;
}

Result<std::unique_ptr<Staging>> Staging::create_in_group(FolderRef folder, std::string name,
                                                          std::string shown,
                                                          const std::string& group) {
  std::unique_ptr<Staging> staging(
      new Staging(std::move(folder), std::move(name), std::move(shown)));
  staging->in_group_ = true;
  if (const int result = staging->open_new(group); result < 0)
    return write_error(staging->shown_, result);
  return staging;
}

int Staging::open_new(const std::string& id) {
  staged_ = staged_name(name_, id);
  constexpr mode_t kPrivate = 0600;
  file_ = calls_.open(folder_->at(staged_), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, kPrivate);
  if (!file_.is_open()) return file_.get();
  is_made_ = true;
  FileInfo own;
  const int result = lock_new(own);
  own_ = own;
  if (result < 0 && result != -EEXIST) discard();
  return result;
}

/// -EEXIST when another run has taken it for a dead one's.
int Staging::lock_new(FileInfo& own) {
  const std::string path = folder_->path_of(staged_);
  int result = in_group_ ? 0 : calls_.try_lock(file_.get(), path);
  if (result == -EWOULDBLOCK) return -EEXIST;
  if (result == 0 || has_no_locks(result)) result = calls_.look(file_.get(), path, own);
  return result == 0 && own.links == 0 ? -EEXIST : result;
}

void Staging::set_found(IfExists if_exists, const std::optional<FileInfo>& found) {
  if_exists_ = if_exists;
  if (found && if_exists == IfExists::kAppend)
    old_ = FileRecord{found->inode, found->size, found->modified_ns, found->owner};
}

Status Staging::write(std::string_view bytes) {
  LEAT_CHECK(!prepared_, "no writes after prepare");
  if (in_group_) return write_out(bytes);
  if (pending_.size() + bytes.size() < kPendingBytes) {
    pending_.append(bytes);
    return {};
  }
  LEAT_TRY(flush());
  return write_out(bytes);
}

Status Staging::prepare() {
  LEAT_TRY(flush());
  LEAT_TRY(reopen());
  const std::string path = folder_->path_of(staged_);
  if (const int result = set_attributes(*folder_, name_, file_.get(), path); result < 0)
    return write_error(shown_, result);
  if (const int result = calls_.look(file_.get(), path, own_);
      result < 0)  // it may have a new owner
    return write_error(shown_, result);
  if (!in_group_) LEAT_TRY(sync());
  prepared_ = true;
  return release();
}

Status Staging::sync() {
  if (LEAT_MUTANT("staged_not_synced")) return {};
  LEAT_TRY(reopen());
  const int result = calls_.sync(file_.get(), folder_->path_of(staged_));
  if (result < 0) return write_error(shown_, result);
  return release();
}

Status Staging::release() {
  if (in_group_) file_.close();
  return {};
}

/// What it was closed as; rows that come now are behind those before.
Status Staging::reopen() {
  if (file_.is_open()) return {};
  const bool is_cut = LEAT_MUTANT("reopened_output_begins_anew");
  const int flags = O_RDWR | O_NOFOLLOW | (is_cut ? O_TRUNC : O_APPEND);
  if (is_cut) written_ = 0;
  file_ = calls_.open(folder_->at(staged_), flags);
  if (!file_.is_open() && file_.get() != -ENOENT) return write_error(shown_, file_.get());
  FileInfo found;
  if (file_.is_open()) {
    const int result = calls_.look(file_.get(), folder_->path_of(staged_), found);
    if (result < 0) return write_error(shown_, result);
  }
  return check_own(found);
}

/// Is `info` of the file that was made, with all that was written?
Status Staging::check_own(const FileInfo& info) const {
  if (own_.is_same_file(info) && info.owner == own_.owner && info.size == written_ &&
      info.links == 1)
    return {};
  return fail(code::kChangedMeanwhile, ErrorCode::kIo,
              fmt::format("cannot write '{}': somebody removed or changed '{}' while the run was "
                          "under way",
                          shown_, folder_->path_of(staged_)));
}

Result<std::unique_ptr<ByteSource>> Staging::open_old() {
  if (!old_) return std::unique_ptr<ByteSource>();
  Descriptor file = calls_.open(folder_->at(name_), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file.is_open()) return write_error(shown_, file.get());
  FileInfo found;
  const int result = calls_.look(file.get(), folder_->path_of(name_), found);
  if (result < 0) return write_error(shown_, result);
  if (old_->matches(found))
    return std::make_unique<OldFile>(calls_, std::move(file), folder_->path_of(name_));
  return fail(code::kChangedMeanwhile, ErrorCode::kIo,
              fmt::format("cannot write '{}': it was changed while the run was under way", shown_));
}

Result<FileInfo> Staging::verify() const {
  FileInfo named;
  const int result = folder_->look(staged_, named);
  if (result < 0 && result != -ENOENT) return write_error(shown_, result);
  LEAT_TRY(check_own(named));
  return named;
}

void Staging::discard() noexcept {
  if (is_made_) folder_->remove(staged_);
  is_made_ = false;
  file_.close();
}

Status Staging::flush() {
  if (pending_.empty()) return {};
  Status status = write_out(pending_);
  pending_.clear();
  return status;
}

Status Staging::write_out(std::string_view bytes) {
  LEAT_TRY(reopen());
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
    return fail(code::kInterrupted, ErrorCode::kCancelled,
                fmt::format("nobody reads '{}' any more", shown_));
  return write_error(shown_, result);
}

}  // namespace leat::io
