// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the rows of one stream go to any number of files, and neither memory nor descriptors
// grow with that number more than they must; all of them appear together with the other outputs.
//
// How the number of files becomes dynamic:
//   encoding     lanes name the file of each row and sort the records of a batch by it
//                (partition_frames.h); the committer gets the batches in their order, as always
//   staging      each file is staged beside its target when its first records are written, in folders
//                that are made for it; both go when the run fails (output_sets.h, live_file.h)
//   memory       buffers of lanes are kept until they hold some megabytes, and are then written file
//                by file: ten thousand files cost an opening for every few kilobytes, not for every
//                row. Each file costs about a kilobyte more, which is charged
//   descriptors  `max_open` files and their folders; a file that was closed is opened again at its end
//   journal      an entry for each file, and all is synced at once (folder.h, commit.h)
//   ledger       one sink; what its files hold is said by the manifest and the report, in the order
//                of their names
//
// Invariants
// 1. What a file holds, and where a part ends, depends on the rows of its name in their order alone;
//    when buffers are written changes nothing.
// 2. A part ends before the record that would be too much. A record that is too much alone is alone.
// 3. Parts of a name are written one after another; with `append` behind those that are there.
//
// Rejected: a goroutine for each file (their writes need no order, but memory for each); parts cut
// by lanes (their number would follow the lanes).
#include "operators/targets/many_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/targets/manifest.h"
#include "operators/targets/partition_frames.h"

namespace leat::io {
namespace {

// A sixty-fourth of the budget waits to be written, within these bounds.
constexpr size_t kHeldBytesMin = size_t{1} << 20;
constexpr size_t kHeldBytesMax = size_t{32} << 20;
// What a file costs from its staging to the commit: its names here, in the transaction and in the
// journal.
constexpr size_t kFileBytes = 1024;
constexpr size_t kNameCopies = 6;
// Records of one file are gathered up to here.
constexpr size_t kGatheredBytes = size_t{64} << 10;

bool is_there(const std::string& path) {
  struct stat found{};
  return blocking([&] { return ::stat(path.c_str(), &found); }) == 0;
}

/// Of texts that are looked up without a copy.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

class ManyFiles final : public Committer {
 public:
  ManyFiles(FileTarget target, const StageContext& context)
      : target_(std::move(target)),
        context_(context),
        set_{target_.path, target_.pattern->folder(), target_.if_exists},
        held_max_(std::clamp(context.memory.limit() / 64, kHeldBytesMin, kHeldBytesMax)) {}
  ~ManyFiles() override { context_.memory.refund(charged_ + held_extra_); }
  ManyFiles(const ManyFiles&) = delete;
  ManyFiles& operator=(const ManyFiles&) = delete;

  Status open() override {
    const bool packs = target_.style.packs();
    if (target_.style.gathers && packs && context_.spill == nullptr) {
      return fail(
          code::kSpillFolder, ErrorCode::kIo,
          fmt::format("'{}' stands for many compressed files, whose rows wait on a disk, and "
                      "none of the usual folders for that is on one",
                      target_.path),
          "name a folder on a disk with 'settings.spill.dir'");
    }
    LEAT_TRY(context_.outputs.open_set(set_));
    if (!target_.manifest) return {};
    LEAT_TRY_ASSIGN(manifest_, stage_manifest(*target_.manifest, target_.if_exists, context_));
    return {};
  }

  Status write(const BufferRef& bytes, uint64_t rows) override {
    PartitionReader reader(bytes);
    size_t slices = 0;
    for (auto frame = reader.next(); frame; frame = reader.next()) {
      LEAT_TRY_ASSIGN(File* const file, file_of(frame->name));
      LEAT_TRY(take(*file, *frame));
      ++slices;
    }
    const size_t extra = slices * sizeof(Slice);
    LEAT_TRY(context_.memory.charge(extra));
    held_extra_ += extra;
    held_bytes_ += bytes->size() + extra;
    held_.push_back(bytes);
    context_.ledger.add(Counter::kCommitted, rows);
    return held_bytes_ < held_max_ ? Status() : flush();
  }

  Status prepare(uint64_t) override {
    LEAT_TRY(flush());
    // Rows without a name of their own have a file even when there are none.
    if (files_.empty() && target_.pattern->columns().empty()) {
      std::string name;
      target_.pattern->put_name(Batch(), 0, name);
      LEAT_TRY_ASSIGN(File* const file, file_of(name));
      LEAT_TRY(begin_part(*file));
    }
    std::sort(order_.begin(), order_.end(),
              [](const File* a, const File* b) { return *a->name < *b->name; });
    for (File* const file : order_) {
      LEAT_TRY(finish_part(*file));
      note_further_parts(*file);
    }
    if (manifest_ == nullptr) return {};
    std::vector<FileEntry> entries;
    for (File* const file : order_) {
      entries.insert(entries.end(), std::make_move_iterator(file->done.begin()),
                     std::make_move_iterator(file->done.end()));
    }
    LEAT_TRY(manifest_->write(manifest_text(entries, *target_.schema)));
    return manifest_->prepare();
  }
  Status commit(uint64_t) override { return {}; }
  void abort() noexcept override {}

 private:
  /// Records of one file in a buffer that is held.
  struct Slice {
    std::string_view records;
    uint64_t rows;
  };

  /// A name, and the part of it that is written now.
  struct File {
    const std::string* name = nullptr;
    uint64_t part = 0;
    uint64_t rows = 0;   // of the part, those not written yet as well
    uint64_t bytes = 0;  // likewise
    std::unique_ptr<OutputPart> out;
    std::vector<Slice> held;
    bool is_dirty = false;  // has held rows
    bool is_open = false;   // is among open_
    std::vector<FileEntry> done;
  };

  Result<File*> file_of(std::string_view name) {
    if (const auto found = files_.find(name); found != files_.end()) return &found->second;
    LEAT_TRY(charge(kNameCopies * name.size()));
    const auto made = files_.try_emplace(std::string(name)).first;
    made->second.name = &made->first;
    order_.push_back(&made->second);
    return &made->second;
  }

  Status charge(size_t bytes) {
    LEAT_TRY(context_.memory.charge(bytes));
    charged_ += bytes;
    return {};
  }

  /// Cuts the records where parts end.
  Status take(File& file, const PartitionFrame& frame) {
    if (target_.max_rows == 0 && target_.max_bytes == 0) {
      hold(file, frame.records, frame.rows);
      return {};
    }
    uint64_t begin = 0;  // of what is not held yet, in bytes
    uint64_t first = 0;  // and in records
    uint64_t last_end = 0;
    for (uint64_t i = 0; i < frame.rows; ++i) {
      const uint64_t end = frame.end_of(i);
      const uint64_t rows = file.rows + (i - first);
      const uint64_t bytes = file.bytes + (end - begin);
      const bool is_full = (target_.max_rows != 0 && rows >= target_.max_rows) ||
                           (target_.max_bytes != 0 && bytes > target_.max_bytes);
      if (is_full && rows > 0) {
        hold(file, frame.records.substr(begin, last_end - begin), i - first);
        LEAT_TRY(end_part(file));
        begin = last_end;
        first = i;
      }
      last_end = end;
    }
    hold(file, frame.records.substr(begin), frame.rows - first);
    return {};
  }

  void hold(File& file, std::string_view records, uint64_t rows) {
    if (rows == 0) return;
    file.rows += rows;
    file.bytes += records.size();
    file.held.push_back({records, rows});
    if (!file.is_dirty) dirty_.push_back(&file);
    file.is_dirty = true;
  }

  Status end_part(File& file) {
    LEAT_TRY(write_held(file));
    LEAT_TRY(finish_part(file));
    ++file.part;
    file.rows = file.bytes = 0;
    return {};
  }

  /// Writes all that is held. Files that were closed are opened again, one after another.
  Status flush() {
    for (File* const file : dirty_) {
      LEAT_TRY(write_held(*file));
      file->is_dirty = false;
      if (file->out == nullptr || file->is_open) continue;
      file->is_open = true;
      open_.push_back(file);
      if (open_.size() <= target_.max_open) continue;
      File& oldest = *open_.front();
      open_.pop_front();
      oldest.is_open = false;
      if (oldest.out != nullptr) LEAT_TRY(oldest.out->file().release());
    }
    dirty_.clear();
    held_.clear();
    held_bytes_ = 0;
    context_.memory.refund(std::exchange(held_extra_, 0));
    return {};
  }

  Status write_held(File& file) {
    if (file.held.empty()) return {};
    if (file.out == nullptr) LEAT_TRY(begin_part(file));
    uint64_t rows = 0;  // in text_
    const auto put_out = [&] {
      const Status status = file.out->write(text_, std::exchange(rows, 0));
      text_.clear();
      return status;
    };
    for (const Slice& slice : std::exchange(file.held, {})) {
      text_ += slice.records;
      rows += slice.rows;
      if (text_.size() >= kGatheredBytes) LEAT_TRY(put_out());
    }
    return text_.empty() ? Status() : put_out();
  }

  Status begin_part(File& file) {
    LEAT_TRY(charge(kFileBytes));
    const bool has_part = target_.pattern->has_part();
    const bool goes_on = has_part && target_.if_exists == IfExists::kAppend;
    while (goes_on && is_there(target_.pattern->path_of(*file.name, file.part))) ++file.part;
    if (goes_on && file.part > 0 && file.done.empty()) LEAT_TRY(check_part_before(file));
    const std::string path = target_.pattern->path_of(*file.name, file.part);
    LEAT_TRY_ASSIGN(StagedFile* const staged, context_.outputs.stage_member(set_, path));
    file.out = std::make_unique<OutputPart>(target_.style, *staged, context_);
    return file.out->begin();
  }

  /// Parts of other columns would be read with those of this run.
  Status check_part_before(const File& file) {
    const std::string path = target_.pattern->path_of(*file.name, file.part - 1);
    LEAT_TRY_ASSIGN(const std::unique_ptr<ByteSource> old,
                    open_byte_source(Input{.name = path}, OpenFor::kRead, &context_.memory));
    return check_old_head(*old, target_.style.frame, path);
  }

  Status finish_part(File& file) {
    if (file.out == nullptr) return {};
    LEAT_TRY(file.out->finish());
    file.done.push_back(file.out->entry());
    file.out.reset();
    return {};
  }

  /// Parts of an earlier run that had more of them would be read with those of this one.
  void note_further_parts(const File& file) {
    if (!target_.pattern->has_part() || target_.if_exists != IfExists::kReplace) return;
    const std::string next = target_.pattern->path_of(*file.name, file.part + 1);
    if (context_.watch == nullptr || !is_there(next)) return;
    context_.watch->note(
        "leat", fmt::format("'{}' is of an earlier run, which had more parts than this one; it was "
                            "left as it is",
                            next));
  }

  const FileTarget target_;
  const StageContext context_;
  const OutputSet set_;
  const size_t held_max_;
  StagedFile* manifest_ = nullptr;
  std::unordered_map<std::string, File, TextHash, std::equal_to<>> files_;
  std::vector<File*> order_;
  std::vector<File*> dirty_;     // in the order of their first rows since the last flush
  std::deque<File*> open_;       // the oldest first
  std::vector<BufferRef> held_;  // that slices lie in
  size_t held_bytes_ = 0;
  size_t held_extra_ = 0;  // of them, charged for slices
  size_t charged_ = 0;
  std::string text_;
};

}  // namespace

Result<StagedFile*> stage_manifest(const std::string& path, IfExists if_exists,
                                   const StageContext& context) {
  return context.outputs.stage(
      path, if_exists == IfExists::kError ? IfExists::kError : IfExists::kReplace);
}

std::unique_ptr<Committer> make_many_files(FileTarget target, const StageContext& context) {
  return std::make_unique<ManyFiles>(std::move(target), context);
}

}  // namespace leat::io
