// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/manifest.h"

#include <fmt/format.h>

#include "operators/json/json_encoder.h"

namespace leat::io {

std::string manifest_text(std::span<const FileEntry> files, const Schema& schema) {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  for (const FileEntry& file : files) {
    rows += file.rows;
    bytes += file.bytes;
  }
  std::string text =
      fmt::format("{{\n  \"rows\": {},\n  \"bytes\": {},\n  \"schema\": [", rows, bytes);
  std::string_view before = "\n";
  for (const Field& field : schema.fields()) {
    text += fmt::format("{}    {{\"name\": {}, \"type\": {}}}", before, json_quote(field.name),
                        json_quote(to_string(field.type)));
    before = ",\n";
  }
  text += "\n  ],\n  \"files\": [";
  before = "\n";
  for (const FileEntry& file : files) {
    text +=
        fmt::format("{}    {{\"path\": {}, \"rows\": {}, \"bytes\": {}, \"sha256\": {}}}", before,
                    json_quote(file.path), file.rows, file.bytes, json_quote(file.sha256));
    before = ",\n";
  }
  return text + (files.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

}  // namespace leat::io
