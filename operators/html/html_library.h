// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// libxml2's parser of HTML, loaded when a page is first read.
#pragma once

#include <libxml/HTMLparser.h>

#include "engine/error.h"

namespace leat::io {

/// What is used of the library. THREADS: immutable, any.
struct HtmlLibrary {
  decltype(&htmlCreatePushParserCtxt) create = nullptr;
  decltype(&htmlCtxtUseOptions) use_options = nullptr;
  decltype(&htmlParseChunk) parse = nullptr;
  decltype(&htmlFreeParserCtxt) free = nullptr;
};

/// ERRORS: kIo: it is not installed.
Result<const HtmlLibrary*> load_html_library();

}  // namespace leat::io
