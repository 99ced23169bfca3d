// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Archives of tests, made by the library itself.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace leat::test {

/// What a member is, besides a file with bytes.
struct Packed {
  std::string name;
  std::string bytes;
  unsigned kind = AE_IFREG;
  std::string link = {};
};

/// The bytes of an archive of `members`; `options` as archive_write_set_options has them.
inline std::string pack_archive(int (*set_format)(archive*), const std::vector<Packed>& members,
                                const char* options = "", const char* password = nullptr) {
  std::string out(64 << 20, '\0');
  size_t used = 0;
  archive* const made = archive_write_new();
  EXPECT_EQ(set_format(made), ARCHIVE_OK);
  if (*options != '\0') {
    EXPECT_EQ(archive_write_set_options(made, options), ARCHIVE_OK);
  }
  if (password != nullptr) archive_write_set_passphrase(made, password);
  EXPECT_EQ(archive_write_open_memory(made, out.data(), out.size(), &used), ARCHIVE_OK);
  for (const Packed& member : members) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, member.name.c_str());
    archive_entry_set_filetype(entry, member.kind);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(member.bytes.size()));
    if (!member.link.empty()) archive_entry_set_symlink(entry, member.link.c_str());
    EXPECT_GE(archive_write_header(made, entry), ARCHIVE_WARN) << archive_error_string(made);
    archive_write_data(made, member.bytes.data(), member.bytes.size());
    archive_entry_free(entry);
  }
  EXPECT_EQ(archive_write_close(made), ARCHIVE_OK);
  archive_write_free(made);
  out.resize(used);
  return out;
}

inline std::string tar(const std::vector<Packed>& members) {
  return pack_archive(&archive_write_set_format_gnutar, members);
}
inline std::string zip(const std::vector<Packed>& members, const char* options = "",
                       const char* password = nullptr) {
  return pack_archive(&archive_write_set_format_zip, members, options, password);
}

}  // namespace leat::test
