// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Members of archives under names such as `data.tar.gz::2025/orders.csv`: which there are, and
// their bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/input/archive_reader.h"

namespace leat::io {

/// Between the name of an archive and that of a member.
inline constexpr std::string_view kMemberMark = "::";

/// A name with `::` in it, or a pattern, in two.
struct MemberName {
  std::string archive;
  std::string member;
};

/// The two parts of `name`; nullopt: it has no `::`, or is the name of a file that is there.
std::optional<MemberName> split_member_name(const std::string& name);

/// The file that holds the input `name`: its archive, or itself.
std::string file_of_input(const std::string& name);

/// Does `name`, that of a member, match `pattern`? As files do: a star stays within a folder, `**`
/// is any number of them, and no wildcard is a leading full stop.
bool member_matches(std::string_view name, std::string_view pattern);

/// All members of `archive`, in its order. Looked at once for each state of the file. SUSPENDS.
/// ERRORS: as ArchiveReader.
Result<std::shared_ptr<const std::vector<ArchiveMember>>> list_members(const std::string& archive,
                                                                       uint64_t max_expansion);

/// An archive that stays open from one of its members to the next. THREADS: one at a time.
struct OpenArchive {
  std::unique_ptr<ArchiveReader> reader;  ///< Null: none is.
};

/// Opens the member `name` of `input`'s archive. Goes on in what `open` holds, if that can be, and
/// puts the archive back there when the source goes; null: a look at a beginning, which shares one
/// archive of the process. `open` outlives the source. SUSPENDS. ERRORS: as ArchiveReader; kIo when
/// there is no such member, or it cannot be read.
Result<std::unique_ptr<ByteSource>> open_member(const Input& input, const MemberName& name,
                                                OpenFor purpose, MemoryAccount* memory,
                                                OpenArchive* open);

}  // namespace leat::io
