// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/output/output_transaction.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <set>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/output/file_calls.h"
#include "operators/output/journal.h"
#include "operators/output/staged_file.h"

namespace leat::io {

namespace {

constexpr std::string_view kStdoutName = "<stdout>";
constexpr int kLinksMax = 8;

const FileCalls& system_calls() {
  static const FileCalls calls;
  return calls;
}

std::unexpected<Error> refuse(const std::string& target, std::string_view reason,
                              std::string hint = {}) {
  return fail(ErrorCode::kIo, fmt::format("cannot write '{}': {}", target, reason),
              std::move(hint));
}

std::unexpected<Error> refuse(const std::string& target, int negative_errno) {
  return refuse(target, errno_text(-negative_errno));
}

/// `path` without symbolic links and dots, or a negative errno.
std::expected<std::string, int> real_path(const std::string& path) {
  std::string resolved(PATH_MAX, '\0');
  const int result =
      blocking([&] { return ::realpath(path.c_str(), resolved.data()) == nullptr ? -errno : 0; });
  if (result < 0) return std::unexpected(result);
  resolved.resize(resolved.find('\0'));
  return resolved;
}

/// lstat: 0 or a negative errno.
int look_at(const std::string& path, struct stat& found) {
  return blocking([&] { return ::lstat(path.c_str(), &found) == 0 ? 0 : -errno; });
}

std::string folder_as_written(const std::string& target) {
  const size_t slash = target.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : target.substr(0, slash);
}

std::string name_as_written(const std::string& target) {
  const size_t slash = target.rfind('/');
  return slash == std::string::npos ? target : target.substr(slash + 1);
}

}  // namespace

struct OutputTransaction::Impl {
  explicit Impl(const FileCalls& system);
  ~Impl();

  enum class State : uint8_t { kOpen, kCommitting, kCommitted, kDecided, kAborted, kAbandoned };

  /// From kOpen to `next`; false when it is not open any more.
  bool leave_open(State next) {
    State open = State::kOpen;
    return state.compare_exchange_strong(open, next);
  }
  Result<StagedFile*> stage_file(const std::string& target, const std::string& shown,
                                 IfExists if_exists, int links);
  Result<StagedFile*> stage_stream(Descriptor file, const std::string& shown);
  Result<StagedFile*> keep(std::unique_ptr<Staging> staging, IfExists if_exists);
  Result<std::string> prepare_folder(const std::string& folder, const std::string& shown);
  Status make_folders(const std::string& folder, const std::string& shown);
  Status claim(const std::string& path, const std::string& shown);
  Status check_commit(std::vector<Move>& moves, std::vector<std::string>& folders);
  Status sync_made_folders();
  Status commit(bool& decided);
  void discard() noexcept;

  const FileCalls& calls;
  const std::string id = draw_id();
  std::mutex mutex;  // guards the lists; not held during I/O, but for abandon_outputs
  std::vector<std::unique_ptr<Staging>> stagings;
  std::vector<std::unique_ptr<StreamFile>> streams;
  std::set<std::string> claimed;          // paths of targets
  std::set<std::string> recovered;        // folders that were looked at
  std::set<std::string> must_be_new;      // targets with IfExists::kError
  std::vector<std::string> made_folders;  // outermost first
  std::atomic<State> state = State::kOpen;

  /// The transactions of the process, for abandon_outputs.
  struct Registry {
    std::mutex mutex;  // guards the list
    std::set<Impl*> transactions;
  };
  static Registry& registry() {
    static Registry& all = *new Registry;  // never destroyed: it is used while the process ends
    return all;
  }
};

OutputTransaction::Impl::Impl(const FileCalls& system) : calls(system) {
  const std::scoped_lock guard(registry().mutex);
  registry().transactions.insert(this);
}

OutputTransaction::Impl::~Impl() {
  const std::scoped_lock guard(registry().mutex);
  registry().transactions.erase(this);
}

bool abandon_outputs() noexcept {
  using Impl = OutputTransaction::Impl;
  const std::scoped_lock guard(Impl::registry().mutex);
  bool all = true;
  for (Impl* const transaction : Impl::registry().transactions) {
    if (transaction->leave_open(Impl::State::kAbandoned)) {
      const std::scoped_lock lists(transaction->mutex);
      transaction->discard();
      continue;
    }
    const Impl::State state = transaction->state.load();
    all &= state == Impl::State::kAborted || state == Impl::State::kAbandoned;
  }
  return all;
}

OutputTransaction::OutputTransaction() : OutputTransaction(system_calls()) {}
OutputTransaction::OutputTransaction(const FileCalls& calls)
    : impl_(std::make_unique<Impl>(calls)) {}
OutputTransaction::~OutputTransaction() { abort(); }

Result<StagedFile*> OutputTransaction::stage(const std::string& target, IfExists if_exists) {
  if (target != "-") return impl_->stage_file(target, target, if_exists, 0);
  const std::string shown(kStdoutName);
  LEAT_TRY(impl_->claim(shown, shown));
  const int copy = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return refuse(shown, -errno);
  return impl_->stage_stream(Descriptor(copy), shown);
}

Result<StagedFile*> OutputTransaction::Impl::stage_stream(Descriptor file,
                                                          const std::string& shown) {
  auto stream = std::make_unique<StreamFile>(calls, std::move(file), shown);
  const std::scoped_lock guard(mutex);
  streams.push_back(std::move(stream));
  return streams.back().get();
}

Result<StagedFile*> OutputTransaction::Impl::stage_file(const std::string& target,
                                                        const std::string& shown,
                                                        IfExists if_exists, int links) {
  const std::string name = name_as_written(target);
  if (name.empty() || name == "." || name == "..")
    return refuse(shown, "it names a folder, not a file");
  const Result<std::string> folder = prepare_folder(folder_as_written(target), shown);
  if (!folder) return std::unexpected(folder.error());
  const std::string path = (*folder == "/" ? "" : *folder) + "/" + name;
  struct stat found;
  if (const int result = look_at(path, found); result == 0) {
    if (S_ISLNK(found.st_mode)) {
      std::string link(PATH_MAX, '\0');
      const auto size = blocking([&]() -> ssize_t {
        const ssize_t bytes = ::readlink(path.c_str(), link.data(), link.size());
        return bytes < 0 ? -errno : bytes;
      });
      if (size < 0) return refuse(shown, static_cast<int>(size));
      if (links == kLinksMax) return refuse(shown, -ELOOP);
      link.resize(static_cast<size_t>(size));
      return stage_file(link.starts_with('/') ? link : *folder + "/" + link, shown, if_exists,
                        links + 1);
    }
    if (S_ISDIR(found.st_mode)) return refuse(shown, "it is a folder, not a file");
    if (S_ISFIFO(found.st_mode) || S_ISCHR(found.st_mode)) {
      Descriptor file(calls.open(path, O_WRONLY));
      if (!file.is_open()) return refuse(shown, file.get());
      return stage_stream(std::move(file), shown);
    }
    if (!S_ISREG(found.st_mode)) return refuse(shown, "it is neither a file nor a pipe");
    if (if_exists == IfExists::kError) {
      return refuse(shown, "it exists",
                    "choose another path, remove the file, or set 'if_exists: replace'");
    }
  } else if (result != -ENOENT) {
    return refuse(shown, result);
  }
  LEAT_TRY(claim(path, shown));
  LEAT_TRY_ASSIGN(std::unique_ptr<Staging> staging, Staging::create(calls, path, shown));
  return keep(std::move(staging), if_exists);
}

Result<StagedFile*> OutputTransaction::Impl::keep(std::unique_ptr<Staging> staging,
                                                  IfExists if_exists) {
  const std::scoped_lock guard(mutex);
  if (state.load() != State::kOpen) {
    staging->discard();
    return fail(ErrorCode::kCancelled, "the run was interrupted");
  }
  if (if_exists == IfExists::kError) must_be_new.insert(staging->path());
  stagings.push_back(std::move(staging));
  return stagings.back().get();
}

// The real path of `folder`, which is made if it is missing, after what dead runs left in it was
// dealt with.
Result<std::string> OutputTransaction::Impl::prepare_folder(const std::string& folder,
                                                            const std::string& shown) {
  LEAT_TRY(make_folders(folder, shown));
  const std::expected<std::string, int> real = real_path(folder);
  if (!real) return refuse(shown, real.error());
  struct stat found;
  if (look_at(*real, found) == 0 && !S_ISDIR(found.st_mode)) {
    return refuse(shown, fmt::format("'{}' is not a folder", folder));
  }
  {
    const std::scoped_lock guard(mutex);
    if (!recovered.insert(*real).second) return *real;
  }
  LEAT_TRY(recover_folder(calls, *real));
  return *real;
}

Status OutputTransaction::Impl::make_folders(const std::string& folder, const std::string& shown) {
  const int exists = blocking([&] { return ::access(folder.c_str(), F_OK) == 0 ? 0 : -errno; });
  if (exists == 0) return {};
  if (exists != -ENOENT) return refuse(shown, exists);
  if (const std::string above = folder_as_written(folder); above != folder)
    LEAT_TRY(make_folders(above, shown));
  const int result = calls.make_folder(folder);
  if (result == -EEXIST) return {};
  if (result < 0)
    return refuse(shown,
                  fmt::format("the folder '{}' cannot be made: {}", folder, errno_text(-result)));
  const std::scoped_lock guard(mutex);
  made_folders.push_back(folder);
  return {};
}

Status OutputTransaction::Impl::claim(const std::string& path, const std::string& shown) {
  const std::scoped_lock guard(mutex);
  if (claimed.insert(path).second) return {};
  return fail(ErrorCode::kInvalid, fmt::format("two sinks write '{}'", shown),
              "give each a path of its own, or unite what they read");
}

Status OutputTransaction::commit() {
  Impl& impl = *impl_;
  if (!impl.leave_open(Impl::State::kCommitting)) {
    LEAT_CHECK(impl.state.load() == Impl::State::kAbandoned, "commit once, and not after abort");
    return fail(ErrorCode::kCancelled, "the run was interrupted");
  }
  bool decided = false;
  Status status = impl.commit(decided);
  if (!status && !decided) {
    impl.state = Impl::State::kOpen;  // to be aborted
    return status;
  }
  impl.state = status ? Impl::State::kCommitted : Impl::State::kDecided;
  if (status) return {};
  Error error = std::move(status).error();
  error.hint =
      "some outputs are in place already; the next run that writes into the same folders completes "
      "the others";
  return std::unexpected(std::move(error));
}

Status OutputTransaction::Impl::commit(bool& decided) {
  std::vector<Move> moves;
  std::vector<std::string> folders;
  LEAT_TRY(check_commit(moves, folders));
  LEAT_TRY_ASSIGN(const FolderLocks locks, FolderLocks::take(calls, folders));
  for (const std::string& path : must_be_new) {
    struct stat found;
    if (look_at(path, found) == 0) return refuse(path, "it was made while the run was under way");
  }
  return commit_moves(calls, id, moves, decided);
}

Status OutputTransaction::Impl::check_commit(std::vector<Move>& moves,
                                             std::vector<std::string>& folders) {
  for (const std::unique_ptr<Staging>& staging : stagings) {
    LEAT_CHECK(staging->is_prepared(), "every staged file is prepared before commit");
    moves.push_back({staging->staged(), staging->path()});
    folders.push_back(folder_of(staging->path()));
  }
  return sync_made_folders();
}

// The entry of a new folder lies in the folder above it.
Status OutputTransaction::Impl::sync_made_folders() {
  for (const std::string& folder : made_folders) {
    const std::string above = folder_as_written(folder);
    if (const int result = calls.sync_folder(above); result < 0) return refuse(folder, result);
  }
  return {};
}

void OutputTransaction::abort() noexcept {
  if (!impl_->leave_open(Impl::State::kAborted)) return;
  if (LEAT_MUTANT("abort_leaves_staged")) return;
  impl_->discard();
}

void OutputTransaction::Impl::discard() noexcept {
  for (const std::unique_ptr<Staging>& staging : stagings) staging->discard();
  std::for_each(made_folders.rbegin(), made_folders.rend(),
                [&](const std::string& folder) { calls.remove_folder(folder); });
}

}  // namespace leat::io
