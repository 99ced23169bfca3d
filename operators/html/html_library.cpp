// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: pages as people write them take a parser that knows what is meant by tags that are
// missing, and that is libxml2; but in Debian it loads ICU's 30 MB into the process, which makes
// every start 2 ms longer, also those that read no page.
//
// Invariants: the library is loaded once, while binding: a run in its sandbox opens no libraries.
// It stays loaded. Without it all else works, and `read_html_table` says what to install.
//
// Not chosen: linking it (see above); an archive of it (it wants ICU's, too); a parser of our own
// (implied tags and entities are what such a library is for).
#include "operators/html/html_library.h"

#include <dlfcn.h>

#include "engine/codes/plugin.h"

namespace leat::io {
namespace {

struct Loaded {
  HtmlLibrary library;
  bool is_there = false;
};

template <typename Function>
bool find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  return function != nullptr;
}

Loaded load() {
  Loaded loaded;
  void* const handle = ::dlopen("libxml2.so.2", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return loaded;
  HtmlLibrary& library = loaded.library;
  loaded.is_there = find(handle, "htmlCreatePushParserCtxt", library.create) &&
                    find(handle, "htmlCtxtUseOptions", library.use_options) &&
                    find(handle, "htmlParseChunk", library.parse) &&
                    find(handle, "htmlFreeParserCtxt", library.free);
  return loaded;
}

}  // namespace

Result<const HtmlLibrary*> load_html_library() {
  static const Loaded loaded = load();
  if (loaded.is_there) return &loaded.library;
  return fail(code::kLibraryMissing, ErrorCode::kIo,
              "pages are read by the library libxml2, which is not there",
              "install the package libxml2");
}

}  // namespace leat::io
