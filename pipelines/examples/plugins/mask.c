/* Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
 * example.mask: a map in C. Makes a text column unreadable but for its last characters, and passes
 * all other columns on as they are. Everything that the C interface asks of a map is here: bind,
 * one array with a column of its own, columns that are moved, a release function. */
#include <leat/plugin_abi.h>
#include <stdlib.h>
#include <string.h>

static const struct leat_host* host;

struct mask {
  size_t column;
  size_t keep;
};

static const struct leat_option_def kOptions[] = {
    {sizeof(struct leat_option_def), "column", "The text column to mask.", NULL, NULL,
     LEAT_OPTION_TEXT, LEAT_REQUIRED, 0, 0},
    {sizeof(struct leat_option_def), "keep", "How many bytes at the end stay as they are.", "4",
     NULL, LEAT_OPTION_INTEGER, LEAT_HAS_MINIMUM | LEAT_HAS_MAXIMUM, 0, 64},
};

static int mask_bind(const struct leat_operator* self, struct leat_call* call,
                     const struct leat_binding* binding, void** bound) {
  const char* const name = binding->options[0].texts[0];
  struct mask* mask = malloc(sizeof(struct mask));
  (void)self;
  if (mask == NULL) return LEAT_ERROR_MEMORY;
  *bound = mask;
  mask->keep = (size_t)strtoul(binding->options[1].texts[0], NULL, 10);
  for (int64_t i = 0; i < binding->input->n_children; ++i) {
    const struct ArrowSchema* column = binding->input->children[i];
    if (strcmp(column->name, name) != 0) continue;
    if (strcmp(column->format, "u") != 0) {
      host->mistake(call, "column", "only text can be masked", "cast it with 'derive'");
      return LEAT_ERROR;
    }
    mask->column = (size_t)i;
    return LEAT_OK; /* no column is declared: the output is as the input */
  }
  host->mistake(call, "column", "there is no such column to mask", NULL);
  return LEAT_ERROR;
}

/* The column that is made: offsets and bytes, and the validity of the original. */
struct masked {
  struct ArrowArray original;
  const void* buffers[3];
  char bytes[];
};

static void release_masked(struct ArrowArray* array) {
  struct masked* masked = array->private_data;
  masked->original.release(&masked->original);
  free(masked);
  array->release = NULL;
}

/* Replaces `column` by one in which `keep` bytes at the end of each text are left. */
static int mask_column(struct ArrowArray* column, size_t keep) {
  const int32_t* const offsets = (const int32_t*)column->buffers[1] + column->offset;
  const char* const text = column->buffers[2];
  const size_t total = (size_t)offsets[column->length];
  struct masked* masked = malloc(sizeof(struct masked) + total + 1);
  if (masked == NULL) return LEAT_ERROR_MEMORY;
  for (int64_t row = 0; row < column->length; ++row) {
    size_t begin = (size_t)offsets[row];
    const size_t end = (size_t)offsets[row + 1];
    size_t stays = end - begin > keep ? end - keep : begin;
    /* Whole characters only: the first byte that stays must not be in the middle of one. */
    while (stays < end && ((unsigned char)text[stays] & 0xC0) == 0x80) ++stays;
    for (; begin < stays; ++begin) masked->bytes[begin] = '*';
    memcpy(masked->bytes + stays, text + stays, end - stays);
  }
  masked->original = *column;
  masked->buffers[0] = column->buffers[0];
  masked->buffers[1] = column->buffers[1];
  masked->buffers[2] = masked->bytes;
  column->buffers = masked->buffers;
  column->private_data = masked;
  column->release = release_masked;
  return LEAT_OK;
}

static int mask_process(void* state, struct leat_call* call, const struct leat_rows* rows) {
  const struct mask* const mask = state;
  struct leat_output output = {sizeof(output), rows->array, NULL, NULL, NULL};
  const int code = mask_column(rows->array->children[mask->column], mask->keep);
  return code != LEAT_OK ? code : host->emit(call, &output);
}

static const struct leat_operator kOperators[] = {{
    .size = sizeof(struct leat_operator),
    .name = "mask",
    .kind = LEAT_MAP,
    .text = LEAT_TEXT_OFFSETS,
    .summary = "Masks a text column but for its last characters.",
    .doc = "Each byte of the text becomes a `*`, so the length can still be seen.",
    .example = "- example.mask:\n    column: iban\n    keep: 4\n",
    .main_option = "column",
    .options = kOptions,
    .option_count = 2,
    .bind = mask_bind,
    .unbind = free,
    .process = mask_process,
}};

static const struct leat_plugin kPlugin = {
    .size = sizeof(struct leat_plugin),
    .needs_minor = 0,
    .vendor = "example",
    .version = "1.0",
    .operators = kOperators,
    .operator_count = 1,
};

const struct leat_plugin* leat_plugin_v1(const struct leat_host* given) {
  host = given;
  return &kPlugin;
}
