// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What simdjson takes to parse all documents of a file into its DOM, on one core: prints seconds.
// `simdjson_bench FILE`; tests/bench/cores.py compares leat's decoder with it.
#include <chrono>
#include <cstdio>

#include <simdjson.h>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: simdjson_bench FILE\n");
    return 2;
  }
  simdjson::padded_string text;
  if (simdjson::padded_string::load(argv[1]).get(text) != simdjson::SUCCESS) {
    std::fprintf(stderr, "simdjson_bench: cannot read '%s'\n", argv[1]);
    return 1;
  }
  simdjson::dom::parser parser;
  simdjson::dom::document_stream documents;
  const auto start = std::chrono::steady_clock::now();
  if (parser.parse_many(text, simdjson::dom::DEFAULT_BATCH_SIZE).get(documents) !=
      simdjson::SUCCESS)
    return 1;
  size_t count = 0;
  for (const auto document : documents) {
    if (document.error() != simdjson::SUCCESS) return 1;
    ++count;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%.4f\n", count == 0 ? 0.0 : seconds.count());
  return 0;
}
