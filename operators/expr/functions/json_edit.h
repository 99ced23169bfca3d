// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What functions that make JSON of JSON share.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "operators/expr/kernels/json_access.h"
#include "operators/expr/kernels/result_text.h"
#include "operators/json/json_scanner.h"

namespace leat::expr {

/// The text that `raw`, the inside of a JSON string, stands for; `escaped`: it has backslashes.
inline std::string unescaped(std::string_view raw, bool escaped) {
  std::string text(raw);
  if (escaped) text.resize(static_cast<size_t>(io::json_unescape(raw, text.data()) - text.data()));
  return text;
}

/// Appends values to an array or members to an object, with commas between them.
class JsonList {
 public:
  JsonList(ResultText& out, std::string_view open) : out_(out) { out_.append(open); }
  void add(std::string_view value) {
    separate();
    out_.append(value);
  }
  /// `name` is the inside of a JSON string.
  ResultText& member(std::string_view name) {
    separate();
    out_.append("\"");
    out_.append(name);
    out_.append("\":");
    return out_;
  }
  void add_all(std::string_view json) {
    if (!json.starts_with('[')) return add(json);
    for_each_json_element(json, [&](std::string_view value) {
      add(value);
      return out_.is_whole();
    });
  }
  void close(std::string_view bracket) { out_.append(bracket); }

 private:
  void separate() {
    if (!is_first_) out_.append(",");
    is_first_ = false;
  }
  ResultText& out_;
  bool is_first_ = true;
};

/// A column of the texts that `compute(row, out)` makes; NULL where it returns false. ERRORS:
/// kMemory.
template <typename Compute>
Result<Vector> texts_of(const KernelContext& context, std::span<const Vector> inputs,
                        Compute&& compute) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  NullWriter nulls(context, validity);
  ResultText out(context);
  for_each_valid(context, validity, [&](size_t row) {
    out.start(row);
    if (!compute(row, out)) return nulls.set_null(row);
    out.write_to(writer);
  });
  LEAT_TRY(out.finish());
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return writer.finish(std::move(validity));
}

}  // namespace leat::expr
