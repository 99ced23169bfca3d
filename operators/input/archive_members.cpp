// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a packed archive can be read from its beginning only. A thousand members, each looked
// for from there, would be a thousand times the work of one.
//
// Invariants:
//  1. The members of an archive are inputs in its order, so a run reads it once: each one is found
//     behind the one before it.
//  2. Binding lists the members once, however often it looks; and it looks at their beginnings in
//     the same order, through one archive that stays open until a run opens one.
//  3. Memory that a run has counted goes with the run: what it keeps open is its own.
//
// Rejected: keeping where members begin (a packed archive has no such places).
#include "operators/input/archive_members.h"

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/file.h"
#include "engine/mutant.h"
#include "operators/input/file_pattern.h"

namespace leat::io {
namespace {

using Members = std::vector<ArchiveMember>;

constexpr size_t kListedNamesMax = 2'000'000;

/// What tells a state of a file from others.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  off_t bytes = 0;
  int64_t modified_ns = 0;

  auto operator<=>(const FileState&) const = default;
};

std::optional<FileState> state_of(const std::string& file) {
  struct stat found{};
  if (blocking([&] { return ::stat(file.c_str(), &found); }) != 0) return std::nullopt;
  return FileState{found.st_dev, found.st_ino, found.st_size,
                   int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec};
}

/// What binding knows of archives, which it looks at several times.
class KnownArchives {
 public:
  static KnownArchives& instance() {
    static KnownArchives known;
    return known;
  }
  std::shared_ptr<const Members> find(const FileState& state) {
    const std::lock_guard lock(mutex_);
    const auto found = lists_.find(state);
    return found == lists_.end() ? nullptr : found->second;
  }
  void keep(const FileState& state, std::shared_ptr<const Members> members) {
    const std::lock_guard lock(mutex_);
    names_ += members->size();
    if (names_ > kListedNamesMax) {
      lists_.clear();
      names_ = members->size();
    }
    lists_[state] = std::move(members);
  }
  OpenArchive take_open() {
    const std::lock_guard lock(mutex_);
    return std::exchange(open_, {});
  }
  void put_open(OpenArchive open) {
    const std::lock_guard lock(mutex_);
    open_ = std::move(open);
  }

 private:
  std::mutex mutex_;  // never held over a read
  std::map<FileState, std::shared_ptr<const Members>> lists_;
  size_t names_ = 0;  // in lists_
  OpenArchive open_;  // where a look left off
};

/// The bytes of a member. Gives the archive back when it goes.
class MemberSource final : public ByteSource {
 public:
  MemberSource(std::unique_ptr<ArchiveReader> reader, OpenArchive* open)
      : reader_(std::move(reader)), open_(open) {}
  MemberSource(const MemberSource&) = delete;
  MemberSource& operator=(const MemberSource&) = delete;
  ~MemberSource() override {
    OpenArchive left{std::move(reader_)};
    if (open_ != nullptr) {
      *open_ = std::move(left);
    } else {
      KnownArchives::instance().put_open(std::move(left));
    }
  }
  Result<size_t> read(std::span<uint8_t> into) override { return reader_->read(into); }

 private:
  std::unique_ptr<ArchiveReader> reader_;
  OpenArchive* const open_;  // null: a look
};

/// Goes on to the member `name`; false when it is not among those that follow. ERRORS: as
/// ArchiveReader; kIo when it cannot be read.
Result<bool> find_member(ArchiveReader& reader, const MemberName& name) {
  for (;;) {
    LEAT_TRY_ASSIGN(const std::optional<ArchiveMember> member, reader.next());
    if (!member) return false;
    if (member->name != name.member || member->kind == ArchiveMember::Kind::kFolder) continue;
    if (member->kind == ArchiveMember::Kind::kFile && !member->is_encrypted &&
        member->packing.empty())
      return true;
    return fail(code::kArchiveMember, ErrorCode::kIo,
                fmt::format("'{}::{}' is no member that can be read", name.archive, name.member));
  }
}

}  // namespace

std::optional<MemberName> split_member_name(const std::string& name) {
  const size_t mark = name.find(kMemberMark);
  if (mark == std::string::npos || mark == 0) return std::nullopt;
  struct stat found{};
  if (::stat(name.c_str(), &found) == 0) return std::nullopt;
  return MemberName{name.substr(0, mark), name.substr(mark + kMemberMark.size())};
}

std::string file_of_input(const std::string& name) {
  const auto member = split_member_name(name);
  return member ? member->archive : name;
}

bool member_matches(std::string_view name, std::string_view pattern) {
  return path_matches(fmt::format("/{}", name), fmt::format("/{}", pattern),
                      HiddenNames::kDoNotMatch);
}

Result<std::shared_ptr<const Members>> list_members(const std::string& archive,
                                                    uint64_t max_expansion) {
  const std::optional<FileState> state = state_of(archive);
  if (state) {
    if (auto known = KnownArchives::instance().find(*state)) return known;
  }
  const Input input{.name = archive, .max_expansion = max_expansion};
  LEAT_TRY_ASSIGN(const auto reader, ArchiveReader::open(input, OpenFor::kPeek, nullptr));
  auto members = std::make_shared<Members>();
  for (;;) {
    LEAT_TRY_ASSIGN(std::optional<ArchiveMember> member, reader->next());
    if (!member) break;
    members->push_back(std::move(*member));
  }
  if (state) KnownArchives::instance().keep(*state, members);
  return std::shared_ptr<const Members>(std::move(members));
}

Result<std::unique_ptr<ByteSource>> open_member(const Input& input, const MemberName& name,
                                                OpenFor purpose, MemoryAccount* memory,
                                                OpenArchive* open) {
  OpenArchive left = KnownArchives::instance().take_open();
  if (open != nullptr) left = std::exchange(*open, {});
  if (left.reader && left.reader->name() == name.archive && !LEAT_MUTANT("archives_begin_anew")) {
    LEAT_TRY_ASSIGN(const bool found, find_member(*left.reader, name));
    if (found) return std::make_unique<MemberSource>(std::move(left.reader), open);
  }
  left.reader.reset();
  const Input archive{name.archive, input.index, input.max_expansion, input.meter};
  LEAT_TRY_ASSIGN(auto reader, ArchiveReader::open(archive, purpose, memory));
  LEAT_TRY_ASSIGN(const bool found, find_member(*reader, name));
  if (found) return std::make_unique<MemberSource>(std::move(reader), open);
  return fail(code::kArchiveMember, ErrorCode::kIo,
              fmt::format("there is no member '{}' in '{}' any more", name.member, name.archive));
}

}  // namespace leat::io
