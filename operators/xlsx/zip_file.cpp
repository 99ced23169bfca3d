// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a workbook is a zip archive of unknown origin, a few kilobytes of which may unpack to
// petabytes.
//
// Invariants
// 1. Nothing is unpacked but what is read next; no member is held in memory here.
// 2. A member may not become more than Input::max_expansion times its packed length, once it is
//    longer than what any input may become. What the directory says of its length is no promise.
// 3. The checksum of a member that was read to its end is right, or that is an error.
//
// minizip: zlib's own reader of zip archives, kept up with it; an archive to link, of 40 KB. Not
// chosen: libzip (in Debian a shared object only, which loads GnuTLS and others: every process
// would start 2 ms later), libarchive (it reads from front to back, and a sheet needs texts that
// stand behind it), a reader of our own (hostile directories are what libraries are tested with).
#include "operators/xlsx/zip_file.h"

#include <minizip/unzip.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/data.h"
#include "engine/codes/file.h"
#include "engine/mutant.h"
#include "operators/input/compressed_source.h"

namespace leat::io {
namespace {

constexpr int kAnyCase = 2;
constexpr uLong kEncrypted = 1;
constexpr std::string_view kGetAgain = "get the file again from where it came from";

Error file_error(Code number, ErrorCode code, const Input& input, std::string message,
                 std::string hint = {}) {
  Error error(number, code, std::move(message), std::move(hint));
  error.data = TextPlace{input.name, 0, 0};
  return error;
}

}  // namespace

/// A member being read.
class ZipMember final : public ByteSource {
 public:
  ZipMember(std::shared_ptr<ZipFile> file, uint64_t packed, uint64_t size)
      : file_(std::move(file)), packed_(packed), size_(size) {}
  ~ZipMember() override {
    if (is_open_) unzCloseCurrentFile(file_->archive_);
  }

  Result<size_t> read(std::span<uint8_t> into) override {
    if (!is_open_) return size_t{0};
    const auto wanted = static_cast<unsigned>(std::min<size_t>(into.size(), kReadBytesMax));
    const int got =
        blocking([&] { return unzReadCurrentFile(file_->archive_, into.data(), wanted); });
    if (got < 0) return std::unexpected(file_->damaged("what is packed in it cannot be unpacked"));
    if (got == 0) {
      is_open_ = false;
      if (unzCloseCurrentFile(file_->archive_) != UNZ_OK)
        return std::unexpected(file_->damaged("a checksum is wrong"));
      if (read_ < size_) return std::unexpected(file_->damaged("it ends early"));
    }
    read_ += static_cast<uint64_t>(got);
    count_read();
    const uint64_t most = file_->input()->max_expansion;
    if (most != 0 && read_ > kExpansionFree && read_ / most > packed_ &&
        !LEAT_MUTANT("zip_bombs_unpack")) {
      return std::unexpected(file_->error(
          fmt::format("a part of the file unpacks to more than {} times its length", most),
          "raise 'max_expansion' if it is meant to"));
    }
    return static_cast<size_t>(got);
  }

 private:
  static constexpr size_t kReadBytesMax = size_t{1} << 20;

  /// Tells the meter of the packed bytes, of which only the share can be known.
  void count_read() {
    if (file_->input()->meter == nullptr) return;
    const double share = size_ == 0 ? 1 : static_cast<double>(read_) / static_cast<double>(size_);
    const auto packed = static_cast<uint64_t>(std::min(share, 1.0) * static_cast<double>(packed_));
    file_->input()->meter->bytes.fetch_add(packed - std::min(counted_, packed),
                                           std::memory_order_relaxed);
    counted_ = std::max(counted_, packed);
  }

  const std::shared_ptr<ZipFile> file_;
  const uint64_t packed_;
  const uint64_t size_;  // by the directory
  uint64_t read_ = 0;
  uint64_t counted_ = 0;
  bool is_open_ = true;
};

Result<std::shared_ptr<ZipFile>> ZipFile::open(std::shared_ptr<const Input> input) {
  struct stat found{};
  const int looked = blocking([&] { return ::stat(input->name.c_str(), &found) == 0 ? 0 : errno; });
  if (looked != 0 && input->name != kStdinName) {
    return std::unexpected(
        file_error(read_code(looked), ErrorCode::kIo, *input,
                   fmt::format("the file cannot be read: {}", errno_text(looked))));
  }
  if (looked != 0 || !S_ISREG(found.st_mode)) {
    return std::unexpected(file_error(code::kCannotRead, ErrorCode::kIo, *input,
                                      "a workbook is read from anywhere in it, not as it comes",
                                      "write it to a file first"));
  }
  const auto [archive, reason] = blocking([&] {
    errno = 0;
    void* const opened = unzOpen64(input->name.c_str());
    return std::pair(opened, errno);
  });
  if (archive != nullptr) return std::shared_ptr<ZipFile>(new ZipFile(std::move(input), archive));
  if (reason == EACCES || reason == EMFILE || reason == ENFILE || reason == EIO) {
    return std::unexpected(
        file_error(read_code(reason), ErrorCode::kIo, *input,
                   fmt::format("the file cannot be read: {}", errno_text(reason))));
  }
  return std::unexpected(file_error(code::kNotThisFormat, ErrorCode::kData, *input,
                                    "the file is no zip archive, which every xlsx workbook is"));
}

ZipFile::~ZipFile() { unzClose(archive_); }

Error ZipFile::error(std::string message, std::string hint) const {
  return file_error(code::kBadWorkbook, ErrorCode::kData, *input_, std::move(message),
                    std::move(hint));
}

Error ZipFile::damaged(std::string_view what) const {
  return error(fmt::format("the zip archive is damaged: {}", what), std::string(kGetAgain));
}

bool ZipFile::has(const std::string& name) {
  return blocking([&] { return unzLocateFile(archive_, name.c_str(), kAnyCase) == UNZ_OK; });
}

Result<std::unique_ptr<ByteSource>> ZipFile::open_member(std::shared_ptr<ZipFile> file,
                                                         const std::string& name) {
  if (!file->has(name))
    return std::unexpected(file->damaged(fmt::format("it has no member '{}'", name)));
  unz_file_info64 about{};
  if (unzGetCurrentFileInfo64(file->archive_, &about, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK)
    return std::unexpected(file->damaged("its list of members cannot be read"));
  if ((about.flag & kEncrypted) != 0) {
    return std::unexpected(
        file->error("the archive is encrypted", "save the workbook without a password"));
  }
  const int opened = blocking([&] { return unzOpenCurrentFile(file->archive_); });
  if (opened != UNZ_OK)
    return std::unexpected(file->damaged(fmt::format("its member '{}' cannot be read", name)));
  return std::make_unique<ZipMember>(std::move(file), about.compressed_size,
                                     about.uncompressed_size);
}

Result<std::string> ZipFile::read_member(const std::shared_ptr<ZipFile>& file,
                                         const std::string& name, size_t limit) {
  LEAT_TRY_ASSIGN(const std::unique_ptr<ByteSource> source, open_member(file, name));
  std::string text;
  std::array<uint8_t, 16384> piece;
  for (;;) {
    LEAT_TRY_ASSIGN(const size_t got, source->read(piece));
    if (got == 0) return text;
    text.append(reinterpret_cast<const char*>(piece.data()), got);
    if (text.size() <= limit) continue;
    return std::unexpected(
        file->error("the list of its sheets or formats is longer than a workbook's can be"));
  }
}

}  // namespace leat::io
