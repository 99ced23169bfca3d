// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Lets other programs in this process try export and import: a shared object with a C interface,
// which tests/arrow/interop.py loads. It holds operators/data alone.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "operators/data/arrow_export.h"
#include "operators/data/arrow_import.h"
#include "operators/data/encoding.h"

namespace leat {

// What the engine provides in a whole program.
void check_failed(const char* condition, const char* file, int line, const char* message) {
  std::fprintf(stderr, "%s:%d: check failed: %s (%s)\n", file, line, message, condition);
  std::abort();
}
bool mutant_enabled(const char*) { return false; }

namespace {

MemoryBudget& budget() {
  static MemoryBudget all(size_t{1} << 30);
  return all;
}
MemoryAccount& account() {
  static MemoryAccount& bridge = budget().open_account("bridge");
  return bridge;
}

Status round_trip(const ArrowSchema& schema, ArrowArray* array, ArrowText text, bool encode,
                  ArrowSchema* schema_out, ArrowArray* array_out) {
  LEAT_TRY_ASSIGN(Batch batch, import_batch(schema, array, account()));
  if (encode) {
    LEAT_TRY_ASSIGN(const BufferRef bytes, encode_batch(batch, account()));
    LEAT_TRY_ASSIGN(batch, decode_batch({bytes->data(), bytes->size()}, account()));
  }
  LEAT_TRY(export_batch(batch, text, account(), array_out));
  export_schema(*batch.schema(), text, schema_out);
  return {};
}

}  // namespace
}  // namespace leat

extern "C" {

/// Imports a struct array and exports it again, through the batch encoding if `encode`. Both inputs
/// are released. Returns 0, or 1 with a message.
int leat_bridge_round_trip(ArrowSchema* schema, ArrowArray* array, int contiguous, int encode,
                           ArrowSchema* schema_out, ArrowArray* array_out, char* message,
                           size_t message_room) {
  const auto text = contiguous != 0 ? leat::ArrowText::kContiguous : leat::ArrowText::kViews;
  const leat::Status status =
      leat::round_trip(*schema, array, text, encode != 0, schema_out, array_out);
  schema->release(schema);
  if (status) return 0;
  std::snprintf(message, message_room, "%s", status.error().message.c_str());
  return 1;
}

/// Bytes of buffers that are alive.
size_t leat_bridge_bytes_in_use() { return leat::budget().used(); }
}
