// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/output_transaction.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/codes/file.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/output/commit.h"
#include "operators/output/file_calls.h"
#include "operators/output/output_folders.h"
#include "operators/output/output_sets.h"
#include "operators/output/staged_file.h"

namespace leat::io {

namespace {

constexpr std::string_view kStdoutName = "<stdout>";
constexpr std::chrono::seconds kCommitWait{10};

const FileCalls& system_calls() {
  static const FileCalls calls;
  return calls;
}

/// The descriptor of this process that `name` in the folder with the real path `folder` stands for;
/// -1 when it stands for none.
int own_descriptor(const std::string& folder, const std::string& name) {
  if (folder != fmt::format("/proc/{}/fd", ::getpid())) return -1;
  int descriptor = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), descriptor);
  return error == std::errc() && end == name.data() + name.size() ? descriptor : -1;
}

}  // namespace

struct OutputTransaction::Impl {
  explicit Impl(const FileCalls& system);
  ~Impl();

  enum class State : uint8_t { kOpen, kCommitting, kCommitted, kAborted, kAbandoned };

  /// From kOpen to `next`; false when it is not open any more.
  bool leave_open(State next) {
    State open = State::kOpen;
    return state.compare_exchange_strong(open, next);
  }
  Result<StagedFile*> stage_file(const std::string& target, const std::string& shown,
                                 IfExists if_exists, int links);
  Result<StagedFile*> stage_found(const FolderRef& folder, const std::string& name,
                                  const FileInfo& found, const std::string& shown,
                                  IfExists if_exists, int links);
  Result<StagedFile*> stage_new(const FolderRef& folder, const std::string& name,
                                const std::optional<FileInfo>& found, const std::string& shown,
                                IfExists if_exists);
  Result<StagedFile*> stage_member(const OutputSet& set, const std::string& target);
  Result<StagedFile*> stage_descriptor(int descriptor, const std::string& shown);
  Result<StagedFile*> stage_stream(Descriptor file, const std::string& shown);
  Result<StagedFile*> stage_counted(const std::string& shown);
  Result<StagedFile*> keep(std::unique_ptr<Staging> staging, const std::string& pattern = {});
  Status claim(const std::string& key, const std::string& shown);
  Status sync_groups();
  Status commit();
  void discard() noexcept;

  const FileCalls& calls;
  const std::string id = draw_id();
  Notes notes;
  Publish publish = Publish::kYes;
  std::mutex mutex;  // guards the lists; not held during I/O, but for abandon_outputs
  std::vector<std::unique_ptr<Staging>> stagings;
  std::vector<std::unique_ptr<StreamFile>> streams;
  std::vector<std::unique_ptr<CountedStream>> counted;  // streams that get nothing: Publish::kNo
  OutputFolders folders{calls, notes};
  OutputSets sets{calls, folders, id};
  std::set<std::string> claimed;                               // what sinks write to
  std::vector<std::pair<const StagedFile*, std::string>> all;  // as they were opened; of which set
  std::atomic<State> state = State::kOpen;
  Carried carried;  // by commit

  /// The transactions of the process, for abandon_outputs.
  struct Registry {
    std::mutex mutex;  // guards all
    std::condition_variable ended;
    std::set<Impl*> transactions;
    bool has_decided = false;  // one replaced files, or tried to
  };
  static Registry& registry() {
    static Registry& all = *new Registry;  // never destroyed: it is used while the process ends
    return all;
  }
  void end_commit(State next);
};

OutputTransaction::Impl::Impl(const FileCalls& system) : calls(system) {
  const std::scoped_lock guard(registry().mutex);
  if (registry().transactions.empty()) registry().has_decided = false;  // of a run before this one
  registry().transactions.insert(this);
}

OutputTransaction::Impl::~Impl() {
  const std::scoped_lock guard(registry().mutex);
  registry().transactions.erase(this);
}

void OutputTransaction::Impl::end_commit(State next) {
  const std::scoped_lock guard(registry().mutex);
  if (next == State::kCommitted && !stagings.empty()) registry().has_decided = true;
  state = next;
  registry().ended.notify_all();
}

bool abandon_outputs() noexcept {
  using Impl = OutputTransaction::Impl;
  const std::scoped_lock guard(Impl::registry().mutex);
  bool all = !Impl::registry().has_decided;
  for (Impl* const transaction : Impl::registry().transactions) {
    if (transaction->leave_open(Impl::State::kAbandoned)) {
      const std::scoped_lock lists(transaction->mutex);
      transaction->discard();
      continue;
    }
    all &= transaction->state.load() != Impl::State::kCommitting;
  }
  return all;
}

void end_outputs() noexcept {
  using Impl = OutputTransaction::Impl;
  if (abandon_outputs()) return;
  std::unique_lock guard(Impl::registry().mutex);
  Impl::registry().ended.wait_for(guard, kCommitWait, [] {
    const auto& all = Impl::registry().transactions;
    return std::none_of(all.begin(), all.end(), [](const Impl* transaction) {
      return transaction->state.load() == Impl::State::kCommitting;
    });
  });
}

Result<std::unique_ptr<ByteSource>> StagedFile::open_old() { return std::unique_ptr<ByteSource>(); }

OutputTransaction::OutputTransaction() : OutputTransaction(system_calls()) {}
OutputTransaction::OutputTransaction(const FileCalls& calls)
    : impl_(std::make_unique<Impl>(calls)) {}
OutputTransaction::~OutputTransaction() { abort(); }

void OutputTransaction::set_watch(const RunWatch* watch) { impl_->notes.set_watch(watch); }

void OutputTransaction::set_publish(Publish publish) { impl_->publish = publish; }

Result<StagedFile*> OutputTransaction::stage(const std::string& target, IfExists if_exists) {
  if (target != "-") return impl_->stage_file(target, target, if_exists, 0);
  return impl_->stage_descriptor(STDOUT_FILENO, std::string(kStdoutName));
}

Status OutputTransaction::open_set(const OutputSet& set) { return impl_->sets.open(set); }

Result<StagedFile*> OutputTransaction::stage_member(const OutputSet& set,
                                                    const std::string& target) {
  return impl_->stage_member(set, target);
}

void OutputTransaction::set_inputs(const std::vector<std::string>& files) {
  impl_->sets.set_inputs(files);
}

Result<StagedFile*> OutputTransaction::Impl::stage_member(const OutputSet& set,
                                                          const std::string& target) {
  LEAT_TRY_ASSIGN(const MemberPlace place, sets.find(set, target));
  LEAT_TRY(claim(place.folder->path_of(place.name), target));
  LEAT_TRY_ASSIGN(std::unique_ptr<Staging> staging,
                  place.group.empty()
                      ? Staging::create(place.folder, place.name, target)
                      : Staging::create_in_group(place.folder, place.name, target, place.group));
  staging->set_found(set.if_exists, place.found);
  return keep(std::move(staging), set.pattern);
}

/// A copy of an open descriptor: opening it again would begin at the start of the file.
Result<StagedFile*> OutputTransaction::Impl::stage_descriptor(int descriptor,
                                                              const std::string& shown) {
  if (publish == Publish::kNo) return stage_counted(shown);
  const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return refuse_output(shown, -errno);
  return stage_stream(Descriptor(copy), shown);
}

Result<StagedFile*> OutputTransaction::Impl::stage_stream(Descriptor file,
                                                          const std::string& shown) {
  FileInfo info;
  if (const int result = calls.look(file.get(), shown, info); result < 0)
    return refuse_output(shown, result);
  // Two names may lead to one pipe; /dev/null takes any number.
  if (S_ISCHR(info.mode)) {
    LEAT_TRY(claim(shown, shown));
  } else {
    LEAT_TRY(claim(fmt::format("{}:{}", info.device, info.inode), shown));
  }
  auto stream = std::make_unique<StreamFile>(calls, std::move(file), shown);
  const std::scoped_lock guard(mutex);
  streams.push_back(std::move(stream));
  all.emplace_back(streams.back().get(), "");
  return streams.back().get();
}

Result<StagedFile*> OutputTransaction::Impl::stage_counted(const std::string& shown) {
  LEAT_TRY(claim(shown, shown));
  const std::scoped_lock guard(mutex);
  counted.push_back(std::make_unique<CountedStream>(shown));
  all.emplace_back(counted.back().get(), "");
  return counted.back().get();
}

Result<StagedFile*> OutputTransaction::Impl::stage_file(const std::string& target,
                                                        const std::string& shown,
                                                        IfExists if_exists, int links) {
  const std::string name = name_as_written(target);
  if (name.empty() || name == "." || name == "..")
    return refuse_output(shown, "it names a folder, not a file");
  const std::string written = folder_as_written(target);
  LEAT_TRY(folders.make(written, shown));
  std::string real;
  if (const int result = calls.real_path(written, real); result < 0)
    return refuse_output(shown, result);
  if (const int descriptor = own_descriptor(real, name); descriptor >= 0)
    return stage_descriptor(descriptor, shown);
  LEAT_TRY_ASSIGN(const FolderRef folder, folders.open(real, written, shown));
  FileInfo found;
  const int result = folder->look(name, found);
  if (result == -ENOENT) return stage_new(folder, name, {}, shown, if_exists);
  if (result < 0) return refuse_output(shown, result);
  return stage_found(folder, name, found, shown, if_exists, links);
}

Result<StagedFile*> OutputTransaction::Impl::stage_found(const FolderRef& folder,
                                                         const std::string& name,
                                                         const FileInfo& found,
                                                         const std::string& shown,
                                                         IfExists if_exists, int links) {
  if (S_ISLNK(found.mode)) {
    std::string link;
    if (const int result = calls.read_link(folder->path_of(name), link); result < 0)
      return refuse_output(shown, result);
    if (links == kLinksMax) return refuse_output(shown, -ELOOP);
    return stage_file(link.starts_with('/') ? link : folder->path_of(link), shown, if_exists,
                      links + 1);
  }
  if (S_ISDIR(found.mode)) return refuse_output(shown, "it is a folder, not a file");
  if (S_ISFIFO(found.mode) || S_ISCHR(found.mode)) {
    if (publish == Publish::kNo) return stage_counted(shown);
    Descriptor file = calls.open(folder->at(name), O_WRONLY);
    if (!file.is_open()) return refuse_output(shown, file.get());
    return stage_stream(std::move(file), shown);
  }
  if (!S_ISREG(found.mode)) return refuse_output(shown, "it is neither a file nor a pipe");
  if (if_exists == IfExists::kError) {
    return refuse_output(shown, "it exists",
                         "choose another path, remove the file, or set 'if_exists: replace'");
  }
  return stage_new(folder, name, found, shown, if_exists);
}

Result<StagedFile*> OutputTransaction::Impl::stage_new(const FolderRef& folder,
                                                       const std::string& name,
                                                       const std::optional<FileInfo>& found,
                                                       const std::string& shown,
                                                       IfExists if_exists) {
  LEAT_TRY(claim(folder->path_of(name), shown));
  LEAT_TRY_ASSIGN(std::unique_ptr<Staging> staging, Staging::create(folder, name, shown));
  staging->set_found(if_exists, found);
  return keep(std::move(staging));
}

Result<StagedFile*> OutputTransaction::Impl::keep(std::unique_ptr<Staging> staging,
                                                  const std::string& pattern) {
  const std::scoped_lock guard(mutex);
  if (state.load() != State::kOpen) {
    staging->discard();
    return fail(code::kInterrupted, ErrorCode::kCancelled, "the run was interrupted");
  }
  stagings.push_back(std::move(staging));
  all.emplace_back(stagings.back().get(), pattern);
  return stagings.back().get();
}

Status OutputTransaction::Impl::claim(const std::string& key, const std::string& shown) {
  const std::scoped_lock guard(mutex);
  if (claimed.insert(key).second) return {};
  return fail(code::kWrittenTwice, ErrorCode::kInvalid, fmt::format("two sinks write '{}'", shown),
              "give each a path of its own, or unite what they read");
}

Status OutputTransaction::commit() {
  Impl& impl = *impl_;
  if (!impl.leave_open(Impl::State::kCommitting)) {
    LEAT_CHECK(impl.state.load() == Impl::State::kAbandoned, "commit once, and not after abort");
    return fail(code::kInterrupted, ErrorCode::kCancelled, "the run was interrupted");
  }
  const Status status = impl.commit();
  // What is as before is open to be aborted.
  const bool is_old = !status && impl.carried.standing == Standing::kOld;
  impl.end_commit(is_old ? Impl::State::kOpen : Impl::State::kCommitted);
  return status;
}

Status OutputTransaction::Impl::commit() {
  if (stagings.empty()) {
    sets.remove_live_files();
    return {};
  }
  LEAT_TRY(folders.sync_made());
  LEAT_TRY(sync_groups());
  std::vector<Output> outputs;
  for (const std::unique_ptr<Staging>& staging : stagings) {
    LEAT_CHECK(staging->is_prepared(), "every staged file is prepared before commit");
    outputs.push_back({staging.get(), staging->if_exists()});
  }
  carried = commit_outputs(id, outputs, sets.homes(), notes);
  if (carried.error) return std::unexpected(*carried.error);
  sets.remove_live_files();
  return {};
}

/// What was staged in groups and is not durable yet.
Status OutputTransaction::Impl::sync_groups() {
  std::map<uint64_t, FolderRef> disks;
  for (const auto& staging : stagings) {
    if (staging->is_in_group()) disks.emplace(staging->folder()->info().device, staging->folder());
  }
  for (const auto& [device, folder] : disks) {
    const int result = LEAT_MUTANT("groups_not_synced") ? 0 : folder->sync_all();
    if (result < 0 && result != -ENOTSUP) return refuse_output(folder->path(), result);
    if (result == 0) continue;
    for (const auto& staging : stagings) {
      if (staging->is_in_group() && staging->folder()->info().device == device)
        LEAT_TRY(staging->sync());
    }
  }
  return {};
}

OutputsReport OutputTransaction::report() const {
  const Carried& carried = impl_->carried;
  OutputsReport report{carried.standing != Standing::kOld, carried.text};
  for (const auto& [file, pattern] : impl_->all)
    report.files.push_back({file->target(), file->written(), pattern});
  // When members of a set are opened follows how much is written at once; their names do not.
  std::stable_sort(report.files.begin(), report.files.end(),
                   [](const OutputFile& a, const OutputFile& b) {
                     if (a.pattern.empty() || b.pattern.empty())
                       return a.pattern.empty() > b.pattern.empty();
                     return std::tie(a.pattern, a.target) < std::tie(b.pattern, b.target);
                   });
  if (impl_->streams.empty() || report.are_changed) return report;
  report.text = "no file was changed";
  for (const auto& stream : impl_->streams)
    report.text += fmt::format("; '{}' may have got a part of the rows", stream->target());
  return report;
}

void OutputTransaction::abort() noexcept {
  if (!impl_->leave_open(Impl::State::kAborted)) return;
  if (LEAT_MUTANT("abort_leaves_staged")) return;
  impl_->discard();
}

void OutputTransaction::Impl::discard() noexcept {
  for (const std::unique_ptr<Staging>& staging : stagings) staging->discard();
  sets.remove_live_files();
  folders.remove_made();
}

}  // namespace leat::io
