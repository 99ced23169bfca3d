// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: many writers, few descriptors, no file left after a crash, and a page cache that counts
// against the limit of the container.
//
// Invariants
// 1. Files have no name once they are open: the system frees them with the process, however it
//    ends.
// 2. A writer gets extents of a file and writes nowhere else; what it leaves unused of one is a
//    hole, which takes no room.
// 3. At most kBehindBytesMax of what was written waits for the disk; a writer that comes on top waits
//    for the oldest. Dirty pages of a container (cgroup v1) are charged to it and not throttled, so
//    without that a fast writer is killed.
// 4. Room is given back when a run is dropped: holes are punched, as the files live as long as the
//    area.
//
// Rejected: a file for each run (descriptors run out at some hundred runs); O_DIRECT (needs aligned
// buffers, and file systems refuse it in their own ways); unlinking only (a file that is shared is
// freed when its last run is).
#include "operators/state/spill/spill_area.h"

#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/file.h"
#include "engine/codes/machine.h"
#include "operators/text/byte_size.h"

namespace leat::state {
namespace {

constexpr uint64_t kBehindBytesMax = uint64_t{8} << 20;

/// Is the folder in memory? An errno when it cannot be told.
std::expected<bool, int> is_in_memory(const std::string& dir) {
  constexpr uint64_t kTmpfs = 0x01021994;
  constexpr uint64_t kRamfs = 0x858458f6;
  return blocking([&]() -> std::expected<bool, int> {
    struct statfs system = {};
    if (::statfs(dir.c_str(), &system) != 0) return std::unexpected(errno);
    const auto type = static_cast<uint64_t>(system.f_type);
    return type == kTmpfs || type == kRamfs;
  });
}

std::optional<std::string> usual_dir() {
  const char* const temporary = std::getenv("TMPDIR");
  for (const std::string& dir : {std::string(temporary == nullptr ? "" : temporary),
                                 std::string("/var/tmp"), std::string("/tmp")}) {
    if (dir.empty()) continue;
    const std::expected<bool, int> in_memory = is_in_memory(dir);
    if (in_memory && !*in_memory && ::access(dir.c_str(), W_OK | X_OK) == 0) return dir;
  }
  return std::nullopt;
}

std::string error_text(int error) { return std::generic_category().message(error); }

}  // namespace

std::optional<std::string> spill_folder(const SpillOptions& options) {
  return options.dir.empty() ? usual_dir() : options.dir;
}

Result<std::unique_ptr<SpillArea>> SpillArea::open(const SpillOptions& options, size_t lane_bytes,
                                                   SpillCalls calls) {
  if (options.dir.empty()) {
    std::optional<std::string> dir = spill_folder(options);
    if (!dir) return std::unique_ptr<SpillArea>();
    return std::make_unique<SpillArea>(std::move(*dir), options, lane_bytes, std::move(calls));
  }
  const std::expected<bool, int> in_memory = is_in_memory(options.dir);
  if (in_memory && *in_memory) {
    return fail(code::kSpillFolder, ErrorCode::kIo,
                fmt::format("'settings.spill.dir' is '{}', which is held in memory", options.dir),
                "name a folder on a disk");
  }
  auto area = std::make_unique<SpillArea>(options.dir, options, lane_bytes, std::move(calls));
  // At once, so that a folder that cannot be used is known before data is read.
  if (Result<size_t> file = area->choose_file(); !file) {
    Error error = std::move(file).error();
    error.hint = "name a folder that exists and may be written to with 'settings.spill.dir'";
    return std::unexpected(std::move(error));
  }
  return area;
}

std::unexpected<Error> SpillArea::failed(std::string_view what, int error) const {
  return fail(error == ENOSPC ? code::kDiskFull : code::kSpillFolder, ErrorCode::kIo,
              fmt::format("cannot {} '{}', where stages write what does not fit in memory: {}",
                          what, dir_, error_text(error)),
              error == ENOSPC
                  ? "free space there, name another folder with 'settings.spill.dir', or raise the "
                    "limit with '--memory SIZE'"
                  : "name another folder with 'settings.spill.dir'");
}

std::unexpected<Error> SpillArea::damaged(std::string_view what) const {
  return fail(
      code::kSpillDamaged, ErrorCode::kIo,
      fmt::format("what was read back from '{}' is not what was written there: {}", dir_, what),
      "check that disk, or name another folder with 'settings.spill.dir'");
}

Result<size_t> SpillArea::choose_file() {
  const std::lock_guard lock(opening_);
  const size_t file = chosen_ % kFiles;
  if (!files_[file].descriptor.is_open()) {
    io::Descriptor opened = calls_.open_unnamed(dir_);
    if (!opened.is_open()) return failed("make a file in", -opened.get());
    files_[file].descriptor = std::move(opened);
  }
  ++chosen_;
  return file;
}

SpillExtent SpillArea::reserve(size_t file, uint64_t bytes) {
  const uint64_t begin = files_[file].end.fetch_add(bytes, std::memory_order_relaxed);
  return {files_[file].descriptor.get(), begin, bytes};
}

Status SpillArea::write(const SpillExtent& extent, uint64_t offset, std::string_view bytes) {
  const uint64_t used = used_.fetch_add(bytes.size(), std::memory_order_relaxed) + bytes.size();
  if (used > options_.bytes_max) {
    return fail(code::kSpillLimit, ErrorCode::kIo,
                fmt::format("stages have more than the {} of 'settings.spill.max' to write to disk",
                            io::format_bytes(options_.bytes_max)),
                "raise it, or raise the memory limit with '--memory SIZE'");
  }
  const int error = calls_.write_at(extent.file, bytes, offset, dir_);
  return error < 0 ? failed("write to a file in", -error) : Status();
}

Status SpillArea::close(const SpillExtent& extent) {
  if (const int error = calls_.begin_sync(extent.file, extent.begin, extent.bytes, dir_); error < 0)
    return failed("write to a file in", -error);
  std::optional<SpillExtent> oldest;
  {
    const std::lock_guard lock(behind_mutex_);
    behind_.push_back(extent);
    behind_bytes_ += extent.bytes;
    if (behind_bytes_ > kBehindBytesMax) {
      oldest = behind_.front();
      behind_.pop_front();
      behind_bytes_ -= oldest->bytes;
    }
  }
  if (!oldest) return {};
  const int error = calls_.settle(oldest->file, oldest->begin, oldest->bytes, dir_);
  return error < 0 ? failed("write to a file in", -error) : Status();
}

Status SpillArea::read(int file, uint64_t offset, void* out, size_t bytes) const {
  const int64_t read = calls_.read_at(file, out, bytes, offset, dir_);
  if (read < 0) return failed("read from a file in", static_cast<int>(-read));
  return static_cast<size_t>(read) == bytes ? Status() : damaged("it is cut off");
}

void SpillArea::release(const SpillExtent& extent, uint64_t written) noexcept {
  calls_.punch(extent.file, extent.begin, extent.bytes);
  used_.fetch_sub(written, std::memory_order_relaxed);
}

Error without_area(Error error, const SpillArea* area) {
  if (area == nullptr && error.code == ErrorCode::kMemory) {
    error.hint +=
        ", or name a folder on a disk with 'settings.spill.dir'; none of $TMPDIR, /var/tmp "
        "and /tmp is one";
  }
  return error;
}

}  // namespace leat::state
