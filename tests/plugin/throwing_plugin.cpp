// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Operators whose C++ code throws: through the C++ face, and past it, across the C interface. Built
// by the project's compiler, and by clang with its own standard library.
#include <leat/plugin.h>

#include <stdexcept>

namespace {

class Throwing {
 public:
  void bind(leat::api::Bind&) {}
  void row(const leat::api::Row&, leat::api::RowOutput&) const {
    throw std::runtime_error("no such luck");
  }
};

class Upper {
 public:
  void bind(leat::api::Bind& bind) {
    text_ = bind.input("column", leat::api::Type::kText);
    bind.keep_all();
    upper_ = bind.add("upper", leat::api::Type::kText);
  }
  void row(const leat::api::Row& in, leat::api::RowOutput& out) const {
    std::string text(in.text(text_));
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    out.set(upper_, text);
  }

 private:
  size_t text_ = 0;
  size_t upper_ = 0;
};

constexpr leat::api::Option kUpperOptions[] = {
    leat::api::Option::text("column", "The text.").required(),
};

int throw_number(void*, leat_call*, const leat_rows*) { throw 42; }
int throw_error(void*, leat_call*, const leat_rows*) { throw std::runtime_error("raw error"); }

leat_operator raw(const char* name, int (*process)(void*, leat_call*, const leat_rows*)) {
  leat_operator table =
      leat::api::table_of<Throwing>({.name = name, .summary = "Throws."}, LEAT_MAP);
  table.process = process;
  return table;
}

}  // namespace

LEAT_PLUGIN("throwing", "1.0",
            leat::api::rows<Throwing>({.name = "face", .summary = "Throws in the face."}),
            leat::api::rows<Upper>({.name = "upper",
                                    .summary = "Makes text large.",
                                    .main_option = "column",
                                    .options = kUpperOptions}),
            raw("number", throw_number), raw("error", throw_error))
