// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/file.h"
#include "engine/mutant.h"
#include "operators/data/memory.h"
#include "operators/input/archive_members.h"
#include "operators/input/compressed_source.h"
#include "operators/input/line_ends.h"
#include "operators/input/text_encoding.h"

namespace leat::io {
namespace {

/// A file descriptor that is closed when it goes.
class FileDescriptor {
 public:
  explicit FileDescriptor(int value) : value_(value) {}
  FileDescriptor(FileDescriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  ~FileDescriptor() {
    if (value_ > STDERR_FILENO) ::close(value_);
  }
  int get() const { return value_; }

 private:
  int value_;
};

/// read(2) that is not interrupted. errno must be taken inside: the goroutine may go on elsewhere.
Result<size_t> read_some(int descriptor, std::span<uint8_t> into, const std::string& name) {
  const ssize_t got = blocking([&]() -> ssize_t {
    for (;;) {
      const ssize_t bytes = ::read(descriptor, into.data(), into.size());
      if (bytes >= 0) return bytes;
      if (errno != EINTR) return -errno;
    }
  });
  if (got < 0)
    return fail(read_code(static_cast<int>(-got)), ErrorCode::kIo,
                fmt::format("cannot read '{}': {}", name, errno_text(static_cast<int>(-got))));
  return static_cast<size_t>(got);
}

Result<size_t> metered(Result<size_t> got, InputMeter* meter) {
  if (meter != nullptr && got) meter->bytes.fetch_add(*got, std::memory_order_relaxed);
  return got;
}

class PlainFile final : public ByteSource {
 public:
  /// `meter` may be null.
  PlainFile(FileDescriptor file, std::string name, std::shared_ptr<InputMeter> meter)
      : file_(std::move(file)), name_(std::move(name)), meter_(std::move(meter)) {}
  Result<size_t> read(std::span<uint8_t> into) override {
    return metered(read_some(file_.get(), into, name_), meter_.get());
  }

 private:
  FileDescriptor file_;
  std::string name_;
  std::shared_ptr<InputMeter> meter_;
};

/// A stream that cannot be read twice. Binding looks at its beginning, possibly several times,
/// before the run reads it.
struct Stream {
  Stream(FileDescriptor descriptor, std::string stream_name)
      : file(std::move(descriptor)), name(std::move(stream_name)) {}

  FileDescriptor file;
  std::string name;
  std::mutex mutex;    // guards `kept`; never held over a read
  std::string kept;    // what peeking has taken out of the stream
  bool taken = false;  // a reader has it; guarded by Streams::mutex_
};

/// What tells a stream from others: one may have several names.
struct StreamId {
  dev_t device;
  ino_t inode;
  dev_t target;  // of a device

  auto operator<=>(const StreamId&) const = default;
};

StreamId stream_id(const struct stat& status, const std::string& name) {
  if (LEAT_MUTANT("streams_known_by_name")) return {0, std::hash<std::string>()(name), 0};
  return {status.st_dev, status.st_ino, status.st_rdev};
}

/// The streams of the process.
class Streams {
 public:
  static Streams& instance() {
    static Streams streams;
    return streams;
  }
  /// The stream `id`, which `open` opens if nobody has yet. ERRORS: kIo when a reader has taken it;
  /// what `open` reports. SUSPENDS.
  template <typename Open>
  Result<std::shared_ptr<Stream>> find(const StreamId& id, const std::string& name, OpenFor purpose,
                                       const Open& open) {
    if (auto known = take(id, name, purpose, nullptr); !known || *known) return known;
    // Not under the lock: opening a pipe waits for its writer.
    LEAT_TRY_ASSIGN(FileDescriptor file, open());
    return take(id, name, purpose, std::make_shared<Stream>(std::move(file), name));
  }

 private:
  /// The stream, or else `fresh`, which may be null.
  Result<std::shared_ptr<Stream>> take(const StreamId& id, const std::string& name, OpenFor purpose,
                                       std::shared_ptr<Stream> fresh) {
    const std::lock_guard lock(mutex_);
    auto known = streams_.find(id);
    if (known == streams_.end()) {
      if (!fresh) return fresh;
      known = streams_.emplace(id, std::move(fresh)).first;
    }
    const std::shared_ptr<Stream>& stream = known->second;
    if (stream->taken) {
      const std::string other =
          stream->name == name ? "" : fmt::format(" under the name '{}'", stream->name);
      return fail(
          code::kReadTwice, ErrorCode::kIo,
          fmt::format("'{}' can be read only once, and another stage reads it{}", name, other),
          "read it in one stage and let the others take their rows from that stage");
    }
    stream->taken = purpose == OpenFor::kRead;
    return stream;
  }

  std::mutex mutex_;
  std::map<StreamId, std::shared_ptr<Stream>> streams_;
};

/// Reads what was kept, then the stream; when peeking, keeps what it takes out of the stream.
class StreamSource final : public ByteSource {
 public:
  /// `meter` may be null.
  StreamSource(std::shared_ptr<Stream> stream, OpenFor purpose, std::shared_ptr<InputMeter> meter)
      : stream_(std::move(stream)), purpose_(purpose), meter_(std::move(meter)) {}

  Result<size_t> read(std::span<uint8_t> into) override {
    if (const size_t kept = read_kept(into); kept > 0) return metered(kept, meter_.get());
    LEAT_TRY_ASSIGN(const size_t got,
                    metered(read_some(stream_->file.get(), into, stream_->name), meter_.get()));
    if (purpose_ == OpenFor::kPeek) {
      const std::lock_guard lock(stream_->mutex);
      stream_->kept.append(reinterpret_cast<const char*>(into.data()), got);
      position_ += got;
    }
    return got;
  }

 private:
  size_t read_kept(std::span<uint8_t> into) {
    const std::lock_guard lock(stream_->mutex);
    const size_t bytes = std::min(into.size(), stream_->kept.size() - position_);
    std::memcpy(into.data(), stream_->kept.data() + position_, bytes);
    position_ += bytes;
    return bytes;
  }

  std::shared_ptr<Stream> stream_;
  OpenFor purpose_;
  std::shared_ptr<InputMeter> meter_;
  size_t position_ = 0;  // in stream_->kept
};

std::unexpected<Error> cannot_open(const std::string& name, int error) {
  return fail(read_code(error), ErrorCode::kIo,
              fmt::format("cannot open '{}': {}", name, errno_text(error)));
}

/// Opens `name`, which was no folder. SUSPENDS.
Result<FileDescriptor> open_file(const std::string& name) {
  // All of errno is read in here, on the thread that set it.
  const int opened = blocking([&] {
    const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
  });
  if (opened < 0) return cannot_open(name, -opened);
  return FileDescriptor(opened);
}

/// The input as it stands.
Result<std::unique_ptr<ByteSource>> open_raw(const Input& input, OpenFor purpose) {
  const std::shared_ptr<InputMeter> meter = purpose == OpenFor::kRead ? input.meter : nullptr;
  const bool is_stdin = input.name == kStdinName;
  struct stat status{};
  const int looked = blocking([&] {
    const int result =
        is_stdin ? ::fstat(STDIN_FILENO, &status) : ::stat(input.name.c_str(), &status);
    if (result != 0) return -errno;
    return S_ISDIR(status.st_mode) ? -EISDIR : 0;
  });
  if (looked < 0) return cannot_open(input.name, -looked);
  if (is_stdin || !S_ISREG(status.st_mode)) {
    LEAT_TRY_ASSIGN(auto stream, Streams::instance().find(stream_id(status, input.name), input.name,
                                                          purpose, [&]() -> Result<FileDescriptor> {
                                                            if (is_stdin)
                                                              return FileDescriptor(STDIN_FILENO);
                                                            return open_file(input.name);
                                                          }));
    return std::make_unique<StreamSource>(std::move(stream), purpose, meter);
  }
  LEAT_TRY_ASSIGN(FileDescriptor file, open_file(input.name));
  if (purpose == OpenFor::kRead) ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::make_unique<PlainFile>(std::move(file), input.name, meter);
}

class PrefixedSource final : public ByteSource {
 public:
  PrefixedSource(std::string prefix, std::unique_ptr<ByteSource> rest, MemoryAccount* memory)
      : prefix_(std::move(prefix)), rest_(std::move(rest)), memory_(memory) {}
  PrefixedSource(const PrefixedSource&) = delete;
  PrefixedSource& operator=(const PrefixedSource&) = delete;
  ~PrefixedSource() override { drop_prefix(); }

  Result<size_t> read(std::span<uint8_t> into) override {
    if (position_ == prefix_.size()) {
      drop_prefix();
      return rest_->read(into);
    }
    const size_t bytes = std::min(into.size(), prefix_.size() - position_);
    std::memcpy(into.data(), prefix_.data() + position_, bytes);
    position_ += bytes;
    return bytes;
  }

 private:
  void drop_prefix() {
    if (memory_ != nullptr) memory_->refund(prefix_.size());
    prefix_ = std::string();
    position_ = 0;
  }

  std::string prefix_;
  std::unique_ptr<ByteSource> rest_;
  MemoryAccount* const memory_;  // has prefix_; or null
  size_t position_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> prefix_source(std::string prefix,
                                                  std::unique_ptr<ByteSource> rest,
                                                  MemoryAccount* memory) {
  if (memory != nullptr) LEAT_TRY(memory->charge(prefix.size()));
  return std::make_unique<PrefixedSource>(std::move(prefix), std::move(rest), memory);
}

Result<std::unique_ptr<ByteSource>> open_byte_source(const Input& input, OpenFor purpose,
                                                     MemoryAccount* memory,
                                                     const TextEncoding* encoding,
                                                     OpenArchive* archive) {
  const std::optional<MemberName> member = split_member_name(input.name);
  LEAT_TRY_ASSIGN(auto raw, member ? open_member(input, *member, purpose, memory, archive)
                                   : open_raw(input, purpose));
  LEAT_TRY_ASSIGN(auto unpacked, unpack_source(std::move(raw), input, memory));
  if (encoding == nullptr) return unpacked;
  LEAT_TRY_ASSIGN(auto text, transcode_source(std::move(unpacked), input, *encoding, memory));
  return unify_line_ends(std::move(text));
}

Result<size_t> read_fully(ByteSource& source, std::span<uint8_t> into) {
  size_t filled = 0;
  while (filled < into.size()) {
    LEAT_TRY_ASSIGN(const size_t got, source.read(into.subspan(filled)));
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

}  // namespace leat::io
