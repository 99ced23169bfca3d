// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: names made of data come up while the run is under way, tens of thousands of them. What
// is checked for a target that the pipeline names must hold for each of these, without a descriptor
// for each.
//
// Invariants
// 1. A member is a regular file or nothing yet: no value can choose a device, a pipe or a descriptor
//    of this process.
// 2. A member is no file that the run reads. A target that is named may be one, as it is replaced
//    only when all was read; but that a pattern meets its own input is a mistake, which the second
//    run would show by reading the output of the first.
// 3. The folder of the set holds the journal of the run (commit.h) and its live file (live_file.h):
//    a later run of the same pipeline looks there, whatever its names will be.
//
// Rejected: staging in one folder of the run's own, and moving from there (a folder of the set may
// be another file system; a rename between folders is durable only with both).
#include "operators/output/output_sets.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "engine/mutant.h"

namespace leat::io {
namespace {}  // namespace

Status OutputSets::open(const OutputSet& set) {
  std::set<std::pair<uint64_t, uint64_t>> reads;
  for (const std::string& input : inputs_) {
    std::string real;
    FileInfo info;
    if (calls_.real_path(input, real) == 0 && calls_.look(real, info) == 0)
      reads.emplace(info.device, info.inode);
  }
  {
    const std::scoped_lock guard(mutex_);
    reads_ = std::move(reads);
  }
  std::string real;
  const int result = calls_.real_path(set.folder, real);
  if (result == -ENOENT) return {};
  if (result < 0) return refuse_output(set.pattern, result);
  LEAT_TRY(folders_.open(real, set.folder, set.pattern));
  // That nothing can be written there shows before any row is read.
  LEAT_TRY(home_of(set, set.pattern));
  return {};
}

Result<MemberPlace> OutputSets::find(const OutputSet& set, const std::string& target) {
  MemberPlace place;
  place.name = name_as_written(target);
  if (place.name.empty() || place.name == "." || place.name == "..")
    return refuse_output(target, "it names a folder, not a file");
  LEAT_TRY_ASSIGN(LiveFile* const home, home_of(set, target));
  LEAT_TRY_ASSIGN(place.folder, reach(*home, set, target));
  LEAT_TRY(follow_links(place, target));
  LEAT_TRY(check(set, place, target));
  if (home->covers(*place.folder)) place.group = home->id();
  return place;
}

Result<LiveFile*> OutputSets::home_of(const OutputSet& set, const std::string& shown) {
  {
    const std::scoped_lock guard(mutex_);
    for (const auto& [written, home] : homes_) {
      if (written == set.folder) return home.get();
    }
  }
  LEAT_TRY_ASSIGN(FolderRef folder, folders_.reach(set.folder, shown));
  auto live = LiveFile::create(std::move(folder), run_);
  if (!live) return refuse_output(shown, live.error());
  // Two sinks that come here at once have one each, which does no harm.
  const std::scoped_lock guard(mutex_);
  homes_.emplace_back(set.folder, std::make_unique<LiveFile>(std::move(*live)));
  return homes_.back().second.get();
}

Result<FolderRef> OutputSets::reach(LiveFile& home, const OutputSet& set,
                                    const std::string& target) {
  const std::string written = folder_as_written(target);
  if (written != set.folder && !folders_.is_reached(written)) {
    const size_t above = set.folder == "." ? 0 : set.folder.size() + (set.folder != "/" ? 1 : 0);
    LEAT_TRY(home.note(written.substr(std::min(above, written.size()))));
  }
  return folders_.reach(written, target);
}

Status OutputSets::follow_links(MemberPlace& place, const std::string& shown) {
  for (int links = 0;; ++links) {
    FileInfo info;
    const int result = place.folder->look(place.name, info);
    if (result == -ENOENT) return {};
    if (result < 0) return refuse_output(shown, result);
    if (!S_ISLNK(info.mode)) {
      place.found = info;
      return {};
    }
    std::string link;
    if (const int read = calls_.read_link(place.folder->path_of(place.name), link); read < 0)
      return refuse_output(shown, read);
    if (links == kLinksMax) return refuse_output(shown, -ELOOP);
    if (!link.starts_with('/')) link = place.folder->path_of(link);
    place.name = name_as_written(link);
    LEAT_TRY_ASSIGN(place.folder, folders_.reach(folder_as_written(link), shown));
  }
}

Status OutputSets::check(const OutputSet& set, const MemberPlace& place,
                         const std::string& shown) const {
  if (!place.found) return {};
  if (S_ISDIR(place.found->mode)) return refuse_output(shown, "it is a folder, not a file");
  if (!S_ISREG(place.found->mode)) {
    return refuse_output(shown,
                         "it is no regular file, and a path with placeholders leads to "
                         "nothing else");
  }
  const std::scoped_lock guard(mutex_);
  if (reads_.contains({place.found->device, place.found->inode}) &&
      !LEAT_MUTANT("member_replaces_input")) {
    return refuse_output(shown, "this run reads that file",
                         fmt::format("write to another folder than the one that is read: '{}' and "
                                     "an input of the pipeline meet",
                                     set.pattern));
  }
  if (set.if_exists == IfExists::kError) {
    return refuse_output(shown, "it exists",
                         "choose another path, remove the file, or set 'if_exists: replace'");
  }
  return {};
}

std::vector<FolderRef> OutputSets::homes() const {
  const std::scoped_lock guard(mutex_);
  std::vector<FolderRef> folders;
  for (const auto& [written, home] : homes_) folders.push_back(home->folder());
  return folders;
}

void OutputSets::remove_live_files() noexcept {
  const std::scoped_lock guard(mutex_);
  for (const auto& [written, home] : homes_) home->remove();
}

}  // namespace leat::io
