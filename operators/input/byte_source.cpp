// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "operators/input/compressed_source.h"

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
    return fail(ErrorCode::kIo,
                fmt::format("cannot read '{}': {}", name, errno_text(static_cast<int>(-got))));
  return static_cast<size_t>(got);
}

class FileSource final : public ByteSource {
 public:
  FileSource(FileDescriptor file, std::string name)
      : file_(std::move(file)), name_(std::move(name)) {}
  Result<size_t> read(std::span<uint8_t> into) override {
    return read_some(file_.get(), into, name_);
  }

 private:
  FileDescriptor file_;
  std::string name_;
};

/// A stream that cannot be read twice. Binding looks at its beginning, possibly several times,
/// before the run reads it.
struct Stream {
  explicit Stream(FileDescriptor descriptor, std::string stream_name)
      : file(std::move(descriptor)), name(std::move(stream_name)) {}

  FileDescriptor file;
  std::string name;
  std::mutex mutex;    // guards `kept`; never held over a read
  std::string kept;    // what peeking has taken out of the stream
  bool taken = false;  // a reader has it; guarded by Streams::mutex_
};

/// The streams of the process by name.
class Streams {
 public:
  static Streams& instance() {
    static Streams streams;
    return streams;
  }
  /// ERRORS: kIo when a reader has taken the stream.
  Result<std::shared_ptr<Stream>> open(FileDescriptor file, const std::string& name,
                                       OpenFor purpose) {
    const std::lock_guard lock(mutex_);
    auto& stream = streams_[name];
    if (!stream) stream = std::make_shared<Stream>(std::move(file), name);
    if (stream->taken) {
      return fail(ErrorCode::kIo,
                  fmt::format("'{}' can be read only once, and another stage reads it", name),
                  "read it in one stage and let the others take their rows from that stage");
    }
    stream->taken = purpose == OpenFor::kRead;
    return stream;
  }
  bool knows(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return streams_.contains(name);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Stream>> streams_;
};

/// Reads what was kept, then the stream; when peeking, keeps what it takes out of the stream.
class StreamSource final : public ByteSource {
 public:
  StreamSource(std::shared_ptr<Stream> stream, OpenFor purpose)
      : stream_(std::move(stream)), purpose_(purpose) {}

  Result<size_t> read(std::span<uint8_t> into) override {
    if (const size_t kept = read_kept(into); kept > 0) return kept;
    LEAT_TRY_ASSIGN(const size_t got, read_some(stream_->file.get(), into, stream_->name));
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
  size_t position_ = 0;  // in stream_->kept
};

std::unexpected<Error> cannot_open(const std::string& name, int error) {
  return fail(ErrorCode::kIo, fmt::format("cannot open '{}': {}", name, errno_text(error)));
}

/// The input as it stands.
Result<std::unique_ptr<ByteSource>> open_raw(const Input& input, OpenFor purpose) {
  if (input.name == kStdinName || Streams::instance().knows(input.name)) {
    LEAT_TRY_ASSIGN(auto stream,
                    Streams::instance().open(FileDescriptor(STDIN_FILENO), input.name, purpose));
    return std::make_unique<StreamSource>(std::move(stream), purpose);
  }
  struct stat status{};
  // All of errno is read in here, on the thread that set it.
  const int opened = blocking([&] {
    const int descriptor = ::open(input.name.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return -errno;
    if (::fstat(descriptor, &status) == 0 && !S_ISDIR(status.st_mode)) return descriptor;
    const int error = S_ISDIR(status.st_mode) ? EISDIR : errno;
    ::close(descriptor);
    return -error;
  });
  if (opened < 0) return cannot_open(input.name, -opened);
  FileDescriptor file(opened);
  if (!S_ISREG(status.st_mode)) {
    LEAT_TRY_ASSIGN(auto stream, Streams::instance().open(std::move(file), input.name, purpose));
    return std::make_unique<StreamSource>(std::move(stream), purpose);
  }
  if (purpose == OpenFor::kRead) ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::make_unique<FileSource>(std::move(file), input.name);
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_byte_source(const Input& input, OpenFor purpose) {
  LEAT_TRY_ASSIGN(auto raw, open_raw(input, purpose));
  return unpack_source(std::move(raw), input);
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
