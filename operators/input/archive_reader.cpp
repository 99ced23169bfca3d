// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: exports come as archives, and unpacking them first takes the disk of all of it.
//
// Invariants:
//  1. Of an archive as much is read as comes before what is wanted; nothing is unpacked to disk, so
//     a member's name leads nowhere.
//  2. What packs a tar archive is unpacked by compressed_source.h, whose memory is counted; the
//     library sees plain tar. Of zip archives only members are read whose way of packing has a
//     small window; the list of members, which the library keeps, is counted by its bytes.
//  3. A member that becomes too large for what was read of the archive is an error, as of other
//     compressed inputs.
//  4. Names are bytes. The library takes them through the locale: those of zip archives that are
//     UTF-8 need one with that encoding, which is set round each of its calls and never across one
//     that may park.
//
// libarchive reads both formats, with all their dialects (GNU, pax, sparse files, zip64), and was
// fuzzed for years. Not chosen: readers of our own, for formats whose oddities are most of their
// description; and the library's own decompression, which takes what memory it likes.
#include "operators/input/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/data.h"
#include "engine/codes/file.h"
#include "engine/codes/machine.h"
#include "engine/mutant.h"
#include "operators/data/memory.h"
#include "operators/input/compressed_source.h"
#include "operators/text/byte_size.h"

namespace leat::io {
namespace {

constexpr size_t kArchiveBlockBytes = size_t{64} << 10;
constexpr size_t kHeaderBytes = 512;
constexpr size_t kMembersMax = 1'000'000;
/// What the library takes: a header with long names, and for zip its largest decompressor.
constexpr size_t kTarBytes = size_t{3} << 20;
constexpr size_t kZipBytes = size_t{6} << 20;
/// How much of a member of a zip's list the library keeps, for each byte of it in the file.
constexpr size_t kListFactor = 8;
constexpr size_t kZipTailBytes = (size_t{64} << 10) + 256;

constexpr std::string_view kUnpackHint = "get the file again from where it came from";

/// A file read at places.
class PlacedFile {
 public:
  PlacedFile() = default;
  PlacedFile(const PlacedFile&) = delete;
  PlacedFile& operator=(const PlacedFile&) = delete;
  ~PlacedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  /// errno, or 0.
  int open(const std::string& name) {
    descriptor_ = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) return errno;
    if (!S_ISREG(status.st_mode)) return ESPIPE;
    bytes_ = status.st_size;
    return 0;
  }
  ssize_t read(void* into, size_t bytes, int64_t at) const {
    for (;;) {
      const ssize_t got = ::pread(descriptor_, into, bytes, at);
      if (got >= 0 || errno != EINTR) return got;
    }
  }
  int64_t bytes() const { return bytes_; }

 private:
  int descriptor_ = -1;
  int64_t bytes_ = 0;
};

uint64_t little_endian(const char* at, size_t bytes) {
  uint64_t number = 0;
  for (size_t i = bytes; i-- > 0;) number = number << 8 | static_cast<unsigned char>(at[i]);
  return number;
}

/// The bytes of a zip's list of members, by the record at its end; 0: it has none.
uint64_t list_bytes(const PlacedFile& file) {
  const size_t length = static_cast<size_t>(std::min<int64_t>(file.bytes(), kZipTailBytes));
  std::string tail(length, '\0');
  if (file.read(tail.data(), length, file.bytes() - static_cast<int64_t>(length)) !=
      static_cast<ssize_t>(length))
    return 0;
  using std::string_view_literals::operator""sv;
  if (const size_t large = tail.rfind("PK\x06\x06"sv);
      large != std::string::npos && large + 56 <= length)
    return little_endian(tail.data() + large + 40, 8);
  const size_t end = tail.rfind("PK\x05\x06"sv);
  return end == std::string::npos || end + 22 > length ? 0
                                                       : little_endian(tail.data() + end + 12, 4);
}

/// In which text is UTF-8; null where the system has none.
locale_t utf8_locale() {
  static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

/// Calls `function` where the calling thread's text is UTF-8. It must not park.
template <typename Function>
auto in_utf8(Function&& function) {
  return blocking([&] {
    const locale_t mine = utf8_locale();
    const locale_t before = mine == nullptr ? nullptr : ::uselocale(mine);
    const auto result = function();
    if (before != nullptr) ::uselocale(before);
    return result;
  });
}

/// The name without what stands for the same folder; tells whether it leads out.
std::string plain_name(std::string_view name, bool& leads_out) {
  std::string plain;
  leads_out = name.starts_with('/');
  while (!name.empty()) {
    const size_t end = std::min(name.find('/'), name.size());
    const std::string_view part = name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
    if (part.empty() || part == ".") continue;
    leads_out |= part == "..";
    if (!plain.empty()) plain += '/';
    plain += part;
  }
  return plain;
}

ArchiveMember::Kind kind_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return ArchiveMember::Kind::kLink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG: return ArchiveMember::Kind::kFile;
    case AE_IFDIR: return ArchiveMember::Kind::kFolder;
    case AE_IFLNK: return ArchiveMember::Kind::kLink;
    default: return ArchiveMember::Kind::kOther;
  }
}

}  // namespace

struct ArchiveReader::Library {
  ~Library() {
    if (archive != nullptr) archive_read_free(archive);
    if (memory != nullptr) memory->refund(charged);
  }

  /// ERRORS: kMemory.
  Status charge(size_t bytes, MemoryAccount* account, const std::string& name) {
    const size_t limit = account != nullptr ? account->limit() : default_memory_limit() / 4;
    const bool fits = account != nullptr ? account->charge(bytes).has_value() : bytes <= limit;
    if (!fits) {
      return fail(
          code::kMemoryLimit, ErrorCode::kMemory,
          fmt::format("'{}' cannot be read: that takes {} of memory, and the limit {} is {}", name,
                      format_bytes(bytes), account != nullptr ? "of the run" : "while binding",
                      format_bytes(limit)),
          "raise --memory");
    }
    memory = account;
    charged = account != nullptr ? bytes : 0;
    return {};
  }

  static la_ssize_t read_text(struct archive*, void* self, const void** block) {
    auto& library = *static_cast<Library*>(self);
    const Result<size_t> got = library.text->read(library.block);
    if (!got) {
      library.failure = got.error();
      return -1;
    }
    library.consumed += *got;
    *block = library.block.data();
    return static_cast<la_ssize_t>(*got);
  }
  static la_ssize_t read_file(struct archive*, void* self, const void** block) {
    auto& library = *static_cast<Library*>(self);
    const ssize_t got =
        library.file.read(library.block.data(), kArchiveBlockBytes, library.position);
    if (got < 0) {
      library.read_error = errno;
      return -1;
    }
    library.position += got;
    library.consumed += static_cast<uint64_t>(got);
    *block = library.block.data();
    return got;
  }
  static la_int64_t skip_file(struct archive*, void* self, la_int64_t bytes) {
    auto& library = *static_cast<Library*>(self);
    const int64_t most = std::max<int64_t>(0, library.file.bytes() - library.position);
    const int64_t skipped = std::min<int64_t>(bytes, most);
    library.position += skipped;
    return skipped;
  }
  static la_int64_t seek_file(struct archive*, void* self, la_int64_t offset, int whence) {
    auto& library = *static_cast<Library*>(self);
    if (whence == SEEK_CUR) offset += library.position;
    if (whence == SEEK_END) offset += library.file.bytes();
    if (offset < 0) return ARCHIVE_FATAL;
    library.position = offset;
    return offset;
  }

  struct archive* archive = archive_read_new();
  bool is_zip = false;
  std::unique_ptr<ByteSource> text;  // of a tar archive
  PlacedFile file;                   // of a zip archive
  int64_t position = 0;
  std::shared_ptr<InputMeter> meter;  // of what is read of `file`; may be null
  uint64_t consumed = 0;
  uint64_t metered = 0;
  std::optional<Error> failure;  // of `text`
  int read_error = 0;            // of `file`
  std::vector<uint8_t> block = std::vector<uint8_t>(kArchiveBlockBytes);
  MemoryAccount* memory = nullptr;
  size_t charged = 0;

  /// Calls the library: in a way that its reading may park, or not.
  template <typename Function>
  auto call(Function&& function) {
    if (!is_zip) return function();
    const auto result = in_utf8(function);
    if (meter != nullptr)
      meter->bytes.fetch_add(consumed - std::exchange(metered, consumed),
                             std::memory_order_relaxed);
    return result;
  }
};

ArchiveReader::ArchiveReader(const Input& archive)
    : name_(archive.name),
      max_expansion_(archive.max_expansion),
      library_(std::make_unique<Library>()) {}

ArchiveReader::~ArchiveReader() = default;

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::open(const Input& archive, OpenFor purpose,
                                                           MemoryAccount* memory) {
  std::unique_ptr<ArchiveReader> reader(new ArchiveReader(archive));
  LEAT_TRY_ASSIGN(auto text, open_byte_source(archive, purpose, memory));
  std::string head(kHeaderBytes, '\0');
  LEAT_TRY_ASSIGN(const size_t got,
                  read_fully(*text, {reinterpret_cast<uint8_t*>(head.data()), head.size()}));
  head.resize(got);
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) {
    text.reset();
    LEAT_TRY(reader->open_zip(archive, purpose, memory));
  } else {
    LEAT_TRY_ASSIGN(text, prefix_source(std::move(head), std::move(text)));
    LEAT_TRY(reader->open_tar(std::move(text), memory));
  }
  return reader;
}

Status ArchiveReader::open_tar(std::unique_ptr<ByteSource> text, MemoryAccount* memory) {
  Library& library = *library_;
  LEAT_TRY(library.charge(kTarBytes, memory, name_));
  library.text = std::move(text);
  archive_read_support_format_tar(library.archive);
  const int result =
      archive_read_open(library.archive, &library, nullptr, &Library::read_text, nullptr);
  if (result == ARCHIVE_OK) return {};
  if (library.failure) return std::unexpected(*library.failure);
  return fail(code::kNotThisFormat, ErrorCode::kData,
              fmt::format("'{}' is no tar or zip archive", name_),
              "name the file alone, without '::', to read it as it is");
}

Status ArchiveReader::open_zip(const Input& archive, OpenFor purpose, MemoryAccount* memory) {
  Library& library = *library_;
  library.is_zip = true;
  if (purpose == OpenFor::kRead) library.meter = archive.meter;
  uint64_t list = 0;
  const int error = blocking([&] {
    const int opened = library.file.open(name_);
    if (opened == 0) list = list_bytes(library.file);
    return opened;
  });
  if (error != 0) {
    return fail(
        read_code(error), ErrorCode::kIo,
        fmt::format("cannot open '{}': {}", name_, errno_text(error)),
        error == ESPIPE ? "a zip archive must be a file that can be read at any place" : "");
  }
  list = std::min<uint64_t>(list, static_cast<uint64_t>(library.file.bytes()));
  LEAT_TRY(library.charge(kZipBytes + static_cast<size_t>(list) * kListFactor, memory, name_));
  archive_read_support_format_zip_seekable(library.archive);
  archive_read_set_read_callback(library.archive, &Library::read_file);
  archive_read_set_skip_callback(library.archive, &Library::skip_file);
  archive_read_set_seek_callback(library.archive, &Library::seek_file);
  archive_read_set_callback_data(library.archive, &library);
  if (library.call([&] { return archive_read_open1(library.archive); }) == ARCHIVE_OK) return {};
  return damaged();
}

std::unexpected<Error> ArchiveReader::damaged() const {
  const Library& library = *library_;
  if (library.failure) return std::unexpected(*library.failure);
  if (library.read_error != 0)
    return fail(read_code(library.read_error), ErrorCode::kIo,
                fmt::format("cannot read '{}': {}", name_, errno_text(library.read_error)));
  const char* const said = archive_error_string(library.archive);
  return fail(code::kDamaged, ErrorCode::kIo,
              fmt::format("the archive '{}' is damaged: {}", name_,
                          said != nullptr ? said : "it cannot be read on"),
              std::string(kUnpackHint));
}

Result<std::optional<ArchiveMember>> ArchiveReader::next() {
  Library& library = *library_;
  has_begun_ = false;
  return library.call([&]() -> Result<std::optional<ArchiveMember>> {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(library.archive, &entry);
    if (result == ARCHIVE_EOF) return std::optional<ArchiveMember>();
    // A warning is of names that the library could not put into the locale's encoding.
    if (result < ARCHIVE_WARN) return damaged();
    if (++taken_ > kMembersMax) {
      return fail(code::kArchiveMember, ErrorCode::kData,
                  fmt::format("the archive '{}' has more than {} members", name_, kMembersMax),
                  "unpack it first, and read the files");
    }
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);
    ArchiveMember member;
    member.kind = kind_of(entry);
    member.is_encrypted = archive_entry_is_encrypted(entry) != 0;
    member.name = plain_name(name == nullptr ? "" : name, member.leads_out);
    if (library.is_zip) {
      const std::string_view format = archive_format_name(library.archive);
      const size_t open = format.find('(');
      const std::string_view way =
          open == std::string_view::npos ? "" : format.substr(open + 1, format.size() - open - 2);
      if (way != "uncompressed" && way != "deflation" && way != "bzip") member.packing = way;
    }
    return member;
  });
}

Result<size_t> ArchiveReader::read(std::span<uint8_t> into) {
  Library& library = *library_;
  has_begun_ = true;
  const la_ssize_t got =
      library.call([&] { return archive_read_data(library.archive, into.data(), into.size()); });
  if (got < 0) return damaged();
  produced_ += static_cast<uint64_t>(got);
  const bool grows = max_expansion_ != 0 && produced_ > kExpansionFree &&
                     produced_ / max_expansion_ > library.consumed;
  if (grows && !LEAT_MUTANT("archives_grow_without_end")) {
    return fail(code::kExpandsTooMuch, ErrorCode::kIo,
                fmt::format("'{}' cannot be unpacked: it becomes more than {} times as large",
                            name_, max_expansion_),
                "if it should be so large, raise 'max_expansion'; 0 allows any size");
  }
  return static_cast<size_t>(got);
}

}  // namespace leat::io
