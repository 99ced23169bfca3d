// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/temp_dir.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace leat::test {

namespace fs = std::filesystem;

TempDir::TempDir() {
  std::string pattern = fs::temp_directory_path() / "leat-test-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "cannot make " << pattern;
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TempDir::file(std::string_view name) const { return fs::path(path_) / name; }

std::string TempDir::write(std::string_view name, std::string_view content) const {
  const fs::path path = file(name);
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << content;
  out.close();
  EXPECT_TRUE(out) << "cannot write " << path;
  return path;
}

std::string TempDir::read(std::string_view name) const {
  std::ifstream in(file(name), std::ios::binary);
  EXPECT_TRUE(in) << "there is no " << file(name);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool TempDir::exists(std::string_view name) const { return fs::exists(file(name)); }

std::vector<std::string> TempDir::list() const {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path_)) {
    if (!entry.is_directory()) names.push_back(fs::relative(entry.path(), path_));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace leat::test
