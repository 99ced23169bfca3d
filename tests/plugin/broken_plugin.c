/* Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
 * A map that passes rows on, and can be broken in many ways: plugins_test.py compiles it with one
 * of the macros below set otherwise. Also compiled against the frozen header, which HEADER names.
 */
#include HEADER

#include <stddef.h>

#ifndef SYMBOL
#define SYMBOL leat_plugin_v1
#endif
#ifndef NEEDS_MINOR
#define NEEDS_MINOR 0
#endif
#ifndef NAME
#define NAME "pass"
#endif
#ifndef OPTION_TYPE
#define OPTION_TYPE LEAT_OPTION_INTEGER
#endif
#ifndef OPTION_DEFAULT
#define OPTION_DEFAULT "1"
#endif
#ifndef PROCESS
#define PROCESS pass
#endif
#ifndef SIZE
#define SIZE sizeof(struct leat_plugin)
#endif

static const struct leat_host* host;

static int bind(const struct leat_operator* self, struct leat_call* call,
                const struct leat_binding* binding, void** bound) {
  (void)self, (void)call, (void)binding, (void)bound;
  return LEAT_OK;
}

static int give(struct leat_call* call, struct ArrowArray* array, const struct ArrowSchema* schema,
                const uint8_t* keep) {
  struct leat_output output = {sizeof(output), array, schema, NULL, keep};
  return host->emit(call, &output);
}

static void no_release(struct ArrowArray* array) { array->release = NULL; }

int pass(void* state, struct leat_call* call, const struct leat_rows* rows) {
  (void)state;
  return give(call, rows->array, NULL, NULL);
}

int explained_error(void* state, struct leat_call* call, const struct leat_rows* rows) {
  (void)state, (void)rows;
  host->explain(call, "the service does not answer", "start the service");
  return LEAT_ERROR_IO;
}

int silent_error(void* state, struct leat_call* call, const struct leat_rows* rows) {
  (void)state, (void)call, (void)rows;
  return 77;
}

int fewer_columns(void* state, struct leat_call* call, const struct leat_rows* rows) {
  (void)state;
  rows->array->n_children -= 1;
  const int code = give(call, rows->array, NULL, NULL);
  return code;
}

int other_type(void* state, struct leat_call* call, const struct leat_rows* rows) {
  (void)state;
  struct ArrowSchema child = {"g", "a", NULL, ARROW_FLAG_NULLABLE, 0, NULL, NULL, NULL, NULL};
  struct ArrowSchema* children[] = {&child};
  struct ArrowSchema schema = {"+s", "", NULL, 0, 1, children, NULL, NULL, NULL};
  return give(call, rows->array, &schema, NULL);
}

int lost_row(void* state, struct leat_call* call, const struct leat_rows* rows) {
  static const uint8_t keep[4096];
  (void)state;
  return give(call, rows->array, NULL, keep);
}

int never_returns(void* state, struct leat_call* call, const struct leat_rows* rows) {
  volatile int forever = 1;
  (void)state, (void)rows;
  host->log(call, "spinning");
  while (forever) continue;
  return LEAT_OK;
}

int waits_to_be_cancelled(void* state, struct leat_call* call, const struct leat_rows* rows) {
  (void)state, (void)rows;
  host->log(call, "spinning");
  while (!host->cancelled(call)) host->checkpoint(call);
  return LEAT_ERROR_CANCELLED;
}

int logs(void* state, struct leat_call* call, const struct leat_rows* rows) {
  (void)state;
  host->log(call, "hello");
  return give(call, rows->array, NULL, NULL);
}

int wrong_service(void* state, struct leat_call* call, const struct leat_rows* rows) {
  (void)state, (void)rows;
  return host->write(call, "x", 1);
}

int rejects_all(void* state, struct leat_call* call, const struct leat_rows* rows) {
  (void)state;
  for (int64_t row = 0; row < rows->array->length; ++row) {
    if (host->reject(call, (uint64_t)row, "it is a bad row") != LEAT_OK) return LEAT_ERROR;
  }
  return give(call, rows->array, NULL, NULL);
}

/* What it gives depends on how many calls there were. */
int counts_calls(void* state, struct leat_call* call, const struct leat_rows* rows) {
  static int32_t days[4096];
  static int32_t calls;
  struct ArrowArray* column = rows->array->children[0];
  (void)state;
  ++calls;
  /* The dates of the input, wherever they stand. */
  for (int64_t i = 0; i < rows->array->n_children; ++i) {
    if (rows->array->children[i]->n_buffers != 2) continue;
    column = rows->array->children[i];
    break;
  }
  for (int64_t row = 0; row < rows->array->length; ++row) days[row] = calls;
  column->buffers[1] = days;
  column->n_buffers = 2;
  column->offset = 0;
  column->buffers = (const void* [2]){NULL, days};
  return give(call, rows->array, NULL, NULL);
}

/* Moves the input away and never releases it. */
int keeps_arrays(void* state, struct leat_call* call, const struct leat_rows* rows) {
  static struct ArrowArray kept;
  (void)state;
  for (int64_t i = 0; i < rows->array->n_children; ++i) {
    if (rows->array->children[i]->n_buffers != 2) continue;
    kept = *rows->array->children[i];
    rows->array->children[i]->release = NULL;
    *rows->array->children[i] = kept;
    rows->array->children[i]->release = no_release;
    break;
  }
  return give(call, rows->array, NULL, NULL);
}

static const struct leat_option_def kOptions[] = {{sizeof(struct leat_option_def), "level",
                                                   "A number.", OPTION_DEFAULT, NULL, OPTION_TYPE,
                                                   0, 0, 0}};

static const struct leat_operator kOperators[] = {{
    .size = sizeof(struct leat_operator),
    .name = NAME,
    .kind = LEAT_MAP,
    .text = LEAT_TEXT_OFFSETS,
    .summary = "Passes rows on.",
    .doc = "",
    .example = "- test.pass:\n",
    .options = kOptions,
    .option_count = 1,
    .bind = bind,
    .process = PROCESS,
}};

static const struct leat_plugin kPlugin = {
    .size = SIZE,
    .needs_minor = NEEDS_MINOR,
    .vendor = "test",
    .version = "1.0",
    .operators = kOperators,
    .operator_count = 1,
};

const struct leat_plugin* SYMBOL(const struct leat_host* given) {
  host = given;
  return &kPlugin;
}
