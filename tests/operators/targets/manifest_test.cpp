// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/manifest.h"

#include <gtest/gtest.h>

namespace leat::io {
namespace {

TEST(Manifest, ListsFilesAndColumns) {
  const std::vector<FileEntry> files{{"a\"b", 2, 10, "ab"}, {"c", 1, 5, "cd"}};
  const Schema schema({{"id", kInt64Type}, {"name", kUtf8Type}});
  EXPECT_EQ(manifest_text(files, schema), R"({
  "rows": 3,
  "bytes": 15,
  "schema": [
    {"name": "id", "type": "int64"},
    {"name": "name", "type": "utf8"}
  ],
  "files": [
    {"path": "a\"b", "rows": 2, "bytes": 10, "sha256": "ab"},
    {"path": "c", "rows": 1, "bytes": 5, "sha256": "cd"}
  ]
}
)");
  EXPECT_TRUE(manifest_text({}, schema).ends_with("\"files\": []\n}\n"));
}

}  // namespace
}  // namespace leat::io
