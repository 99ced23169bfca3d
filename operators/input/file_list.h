// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Lists of files, as `find` and other programs write them.
#pragma once

#include <optional>
#include <vector>

#include "operators/operator.h"
#include "operators/options.h"

namespace leat::io {

inline constexpr OptionDef kFilesFromOption = {
    .name = "files_from",
    .doc =
        "File that lists the files to read, one path or pattern a line, as in `path`; `-` and "
        "`stdin` read the list from standard input. They come behind those of `path`, in the order "
        "of the list."};

/// The paths that the list `source` holds, each with the place of `source`; an empty line is none.
/// nullopt after reporting. SUSPENDS.
std::optional<std::vector<SourceText>> read_file_list(const SourceText& source,
                                                      const BindContext& context);

/// Does the list of `options`, if there is one, come from standard input?
bool lists_stdin(const OptionValues& options);

}  // namespace leat::io
