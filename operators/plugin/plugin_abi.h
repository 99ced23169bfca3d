/* Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
 * The interface between leat and plugins: plain C, so that a plugin may be written in any language
 * and built by any compiler.
 *
 * Problem: a plugin built last year must load into the leat of today, or be refused in words.
 *
 * Invariants:
 *  1. A plugin exports one function, LEAT_PLUGIN_SYMBOL, which carries the version of the
 *     interface in its name. Within a version everything below is only ever appended to.
 *  2. Every structure begins with its size, set by whoever fills it; who reads one looks at no
 *     field beyond that size. In arrays of structures that size is also the distance of elements.
 *     What a minor version appended is marked with it; a structure that ends before is an older one.
 *  3. No C++ type, no exception and no memory to be freed by the other side crosses. What crosses
 *     with a release function is released through it, once.
 *  4. Text is UTF-8 that ends with a zero byte. What a plugin describes itself with (names,
 *     documentation, tables) stays valid until the process ends; a plugin is never unloaded.
 *  5. Calls return LEAT_OK or one of the errors. Whoever gets an error from the host returns it.
 *
 * Rows cross as a struct array of the Arrow C Data Interface, a column for each field, compact: no
 * hidden rows, no NULL rows. Columns of the input may be handed on as they are, by moving the child
 * into the output (copy the structure, set the original's release to NULL): that costs nothing.
 * The bytes behind an input must not be changed.
 *
 * Threads: a bound operator and its functions are shared by all lanes; everything made by `open` is
 * used by one at a time. A call may be continued on another thread after `checkpoint`, `emit` or
 * `blocking_leave`: hold no mutex and no address of a thread-local over them.
 *
 * Rejected: C++ classes with virtual functions (layout and runtime library of one compiler), one
 * exported symbol for each operator (nothing says what a file holds), Arrow's own C++ library (a
 * version of it in both programs). */
#ifndef LEAT_PLUGIN_ABI_H
#define LEAT_PLUGIN_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The structures of the Arrow C Data Interface, with the guard of its specification. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE           2
#define ARROW_FLAG_MAP_KEYS_SORTED    4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
#endif

/* The minor version grows with what is appended. A plugin says which one it needs. */
#define LEAT_PLUGIN_ABI    1
#define LEAT_PLUGIN_MINOR  2
#define LEAT_PLUGIN_SYMBOL "leat_plugin_v1"

/* What calls return. */
enum leat_code {
  LEAT_OK = 0,
  LEAT_ERROR = 1,           /* anything that is none of the following */
  LEAT_ERROR_IO = 2,        /* the system or a service refused */
  LEAT_ERROR_MEMORY = 3,    /* there is no more memory */
  LEAT_ERROR_CANCELLED = 4, /* the run was asked to stop */
  LEAT_ERROR_DATA = 5,      /* minor 1: what is read is damaged, as a whole and not in a row */
  LEAT_ERROR_OFFLINE = 6,   /* minor 2: of `bind`, when leat_binding.is_online is 0: what the
                               operator gives is not known without asking somebody */
  LEAT_ERROR_UNKNOWN = 7    /* minor 2: of `target_commit`: it cannot be told whether it was done */
};

enum leat_kind {
  LEAT_SOURCE = 1,
  LEAT_MAP = 2,       /* at most one row for each row, in their order */
  LEAT_AGGREGATE = 3, /* all rows into states, states into one, rows from that */
  LEAT_SINK = 4
};

enum leat_operator_flag {
  LEAT_DROPS_ROWS = 1,  /* a map that may give fewer rows; without it, a row less is an error */
  LEAT_WRITES_FILE = 2, /* a sink whose bytes leat writes to a file, with the options `path`,
                           `if_exists`, `compression` and `level` */
  LEAT_READS_FILES = 4, /* minor 1: a source whose files leat finds, with the options `path`,
                           `files_from`, `exclude`, `newer_than`, `path_columns`, `file_column`,
                           `row_column`, `incremental` and `full_refresh` */
  LEAT_WRITES_FILES = 8 /* minor 1: a sink with `file_open` and so on, which make the bytes of a
                           file from records. Leat stages the files and has the options `path`
                           with {column} and {part}, `if_exists`, `path_columns`, `max_rows`,
                           `max_bytes`, `max_open` and `manifest` */
};

/* How text and binary values are laid out in the input. The output may be either. */
enum leat_text {
  LEAT_TEXT_OFFSETS = 0, /* formats u and z: 32-bit offsets, then the bytes */
  LEAT_TEXT_VIEWS = 1    /* formats vu and vz: as they are in leat, without a copy */
};

enum leat_option_type {
  LEAT_OPTION_TEXT = 1,
  LEAT_OPTION_CHARACTER = 2, /* one byte, or \t */
  LEAT_OPTION_INTEGER = 3,
  LEAT_OPTION_NUMBER = 4,
  LEAT_OPTION_BOOLEAN = 5,
  LEAT_OPTION_CHOICE = 6,
  LEAT_OPTION_TEXT_LIST = 7, /* one text counts as a list of one */
  LEAT_OPTION_NAMED = 8,     /* names with a text each */
  LEAT_OPTION_CONNECTION = 9 /* minor 2: the name of a connection. `choices` are the types that
                                will do; leat_binding.connection is what the name stands for */
};

enum leat_option_flag {
  LEAT_REQUIRED = 1,
  LEAT_HAS_MINIMUM = 2,
  LEAT_HAS_MAXIMUM = 4,
  LEAT_IS_CODE = 8 /* minor 2: text in another language: `${...}` in it is a mistake */
};

/* One option of an operator. The host checks what is written against it. */
struct leat_option_def {
  size_t size;
  const char* name;
  const char* doc;
  const char* default_text;   /* NULL: none */
  const char* const* choices; /* of LEAT_OPTION_CHOICE; ends with NULL */
  uint32_t type;              /* leat_option_type */
  uint32_t flags;             /* leat_option_flag */
  int64_t minimum;            /* of LEAT_OPTION_INTEGER */
  int64_t maximum;
};

/* The value of an option: as written, or else its default. All options come, in the order of the
 * table. Lives as long as the call. */
struct leat_option {
  size_t size;
  const char* name;
  uint32_t is_written; /* 0: `texts` is the default, if there is one */
  uint32_t reserved;
  size_t count;             /* 1 of a single value, 0 when there is none */
  const char* const* texts; /* `count` of them */
  const char* const* names; /* of LEAT_OPTION_NAMED; else NULL */
};

/* Minor 2. What a pipeline says under `connections`, checked. Only the fields that are written or
 * have a default. Values may be secret: no message and no log may hold one. */
struct leat_connection {
  size_t size;
  const char* name; /* as the pipeline calls it */
  const char* type;
  const char* const* fields; /* `count` names */
  const char* const* values; /* and as many values */
  size_t count;
};

/* What an operator is bound to. */
struct leat_binding {
  size_t size;
  const struct leat_option* options;
  size_t option_count;
  const struct ArrowSchema* input; /* a struct; NULL for sources */
  const char* const* wanted;       /* of sources: the columns that anyone reads; NULL: all */
  size_t wanted_count;
  /* Minor 1. With LEAT_READS_FILES: the files, in the order in which they are read, each a path
   * that can be opened. */
  const char* const* files;
  size_t file_count;
  /* Minor 2. Of the operator's option of type LEAT_OPTION_CONNECTION; else NULL. */
  const struct leat_connection* connection;
  /* Minor 2. 0: the pipeline is only looked at, and nothing but this machine may be asked. A source
   * that cannot tell its columns then returns LEAT_ERROR_OFFLINE. */
  uint32_t is_online;
  uint32_t reserved;
};

/* Rows that come to an operator or a function. */
struct leat_rows {
  size_t size;
  /* The host releases it after the call unless the plugin moved it away. */
  struct ArrowArray* array;
  /* Of maps with `flush`: how many rows of the split came in earlier calls. Else 0. */
  uint64_t first_row;
  /* The identity of each row: order them to do as the input does, whichever lane sees them. NULL
   * for functions. */
  const uint64_t* ids;
};

/* A part of a source's input. The numbers of splits follow from the calls of `next`. */
struct leat_split {
  size_t size;
  uint32_t has_split; /* set to 1 by `next`; 0 is the end of the input */
  uint32_t reserved;
  void* data;                  /* for `decode`; may be NULL */
  void (*release)(void* data); /* may be NULL */
  const char* name;   /* what messages call the input, a file's name say; copied; or NULL */
  uint64_t first_row; /* how many rows of `name` come before; for messages */
  /* Minor 1. With LEAT_READS_FILES leat asks file by file: `next` finds in `file` the number of the
   * file and in `part` how many splits of it came before, and sets has_split to 0 when it has no
   * more. What `decode` reads is an address, (file, part), that may be read again by any lane;
   * `name` is left alone. */
  uint64_t file;
  uint64_t part;
};

enum leat_comparison {
  LEAT_EQUAL = 1,
  LEAT_LESS = 2,
  LEAT_LESS_OR_EQUAL = 3,
  LEAT_GREATER = 4,
  LEAT_GREATER_OR_EQUAL = 5,
  LEAT_IS_NULL = 6,
  LEAT_IS_NOT_NULL = 7
};

/* Minor 1. What is true of all rows that anyone wants of a source: a column that it declared,
 * compared with a value of the column's type. Numbers are compared as numbers (decimals are written
 * as such), texts by their bytes, dates and times as `2026-01-31` and `2026-01-31T10:00:00.5`, with
 * a Z when they are instants. Comparisons are never true of NULL; a NaN is greater than all. */
struct leat_condition {
  size_t size;
  const char* column;
  uint32_t comparison; /* leat_comparison */
  uint32_t reserved;
  const char* value; /* as text; NULL for LEAT_IS_NULL and LEAT_IS_NOT_NULL */
  size_t value_bytes;
};

/* Rows that an operator or a function gives. */
struct leat_output {
  size_t size;
  /* A struct array. The host releases it, whatever it returns. */
  struct ArrowArray* array;
  /* How `array` is laid out. NULL: as declared, text as the operator's input has it. */
  const struct ArrowSchema* schema;
  /* Of maps, for each row the number of its input row in the split (see leat_rows.first_row),
   * ascending, no row twice. NULL: the rows are those of this call's input, all of them, those
   * rejected included, which the host takes out. Of aggregates, for each row an identity; NULL:
   * rows are numbered as they come. */
  const uint64_t* parents;
  /* A byte for each row of `array`, 0 for those that are to be dropped. NULL: none is. */
  const uint8_t* keep;
};

/* A call of the plugin by the host: opaque, valid until the call returns. */
struct leat_call;

/* Minor 1. The budget of a state or of a file in the making, for a library with an allocator of its
 * own. Valid until the state or file was closed; what is not refunded then is. */
struct leat_pool;

/* What the host does for a plugin. Lives as long as the process. All functions but the first take
 * the call that they are used in; using one where it means nothing is an error of the plugin. */
struct leat_host {
  size_t size;
  uint32_t minor; /* LEAT_PLUGIN_MINOR of the host */
  uint32_t reserved;
  const char* version; /* of leat, for people */

  /* What is wrong, before an error is returned: a sentence without a full stop, and what to do
   * about it (may be NULL). Both are copied. */
  void (*explain)(struct leat_call*, const char* message, const char* hint);
  /* One line on stderr. */
  void (*log)(struct leat_call*, const char* message);

  /* Counts memory that grows with the data against the budget of the run; LEAT_ERROR_MEMORY when
   * it would be exceeded. Goes with the state: what is not refunded is when it is closed. */
  int (*charge)(struct leat_call*, size_t bytes);
  void (*refund)(struct leat_call*, size_t bytes);

  /* Nonzero once the run is to end: return LEAT_ERROR_CANCELLED soon. */
  int (*cancelled)(struct leat_call*);
  /* For long loops: lets others run. */
  void (*checkpoint)(struct leat_call*);
  /* Round a call that may block (files, sockets, databases). No host function in between. */
  void (*blocking_enter)(struct leat_call*);
  void (*blocking_leave)(struct leat_call*);

  /* Row `row` cannot be processed: the stage's on_error decides. Numbered as leat_output.parents,
   * of sources as the rows that `decode` has given, and of the others as the rows of the call. */
  int (*reject)(struct leat_call*, uint64_t row, const char* reason);
  /* Gives rows to the next stage. */
  int (*emit)(struct leat_call*, const struct leat_output*);
  /* Of sinks, in `process`: bytes that hold whole records. */
  int (*write)(struct leat_call*, const void* bytes, size_t size);

  /* In `bind`: the output has, next, column `index` of the input as it is. */
  int (*keep_column)(struct leat_call*, size_t index);
  /* In `bind`: the output has, next, a column `name` of `type`, as pipelines write types:
   * "int64", "utf8", "decimal(10,2)", "list<int64>". */
  int (*add_column)(struct leat_call*, const char* name, const char* type);
  /* In `bind`: each lane needs at least so much memory. */
  int (*need_memory)(struct leat_call*, size_t bytes);
  /* In `bind`: the option `name` is wrong (NULL: the stage as a whole is). All mistakes are
   * reported; bind then returns LEAT_ERROR. */
  void (*mistake)(struct leat_call*, const char* option, const char* message, const char* hint);

  /* Minor 1. Of sinks with LEAT_WRITES_FILES, in `process`: the records of all rows of the call,
   * one behind the other; `ends` has for each row where its record ends in `bytes`, and for a row
   * that was rejected where the one before does. Once in a call. */
  int (*write_records)(struct leat_call*, const void* bytes, size_t size, const uint64_t* ends,
                       size_t count);
  /* Minor 1. In `open` and `file_open`; NULL elsewhere. */
  struct leat_pool* (*open_pool)(struct leat_call*);
  /* Minor 1. As charge and refund, from any thread, also while a call blocks. When it is refused,
   * return LEAT_ERROR_MEMORY from the call: leat knows what to say. */
  int (*pool_charge)(struct leat_pool*, size_t bytes);
  void (*pool_refund)(struct leat_pool*, size_t bytes);
};

/* An operator. Functions that its kind does not have, or need not have, are NULL. */
struct leat_operator {
  size_t size;
  const char* name; /* without the vendor */
  uint32_t kind;    /* leat_kind */
  uint32_t flags;   /* leat_operator_flag */
  uint32_t text;    /* leat_text */
  uint32_t reserved;
  const char* summary; /* one line that begins with a verb */
  const char* doc;     /* Markdown */
  const char* example; /* a YAML list item */
  const char* main_option;
  const struct leat_option_def* options;
  size_t option_count;

  /* Checks options and input, declares the output, and makes what all lanes share. Reads no rows.
   * A map that declares no column gives what it gets. */
  int (*bind)(const struct leat_operator*, struct leat_call*, const struct leat_binding*,
              void** bound);
  void (*unbind)(void* bound);

  /* The state of a lane; of sources also that of the one who calls `next`. Without `open`, the
   * state is `bound`. */
  int (*open)(void* bound, struct leat_call*, void** state);
  void (*close)(void* state);

  /* Maps emit, aggregates take rows in, sinks write. */
  int (*process)(void* state, struct leat_call*, const struct leat_rows*);
  /* Of maps: the split has ended; emits what was held back. */
  int (*flush)(void* state, struct leat_call*);
  /* Of aggregates: `from` into `into`, in any order. `from` is closed afterwards. */
  int (*merge)(void* into, struct leat_call*, void* from);
  /* Of aggregates: emits the result. */
  int (*finish)(void* state, struct leat_call*);

  /* Of sources: the next split; either emits its rows, or leaves that to `decode`. */
  int (*next)(void* state, struct leat_call*, struct leat_split*);
  /* Of sources: emits the rows of a split. Many lanes at once. */
  int (*decode)(void* state, struct leat_call*, const struct leat_split*);

  /* Of sinks without LEAT_WRITES_FILE: where the bytes go, in order, all or nothing. */
  int (*target_open)(void* bound, struct leat_call*, void** target);
  int (*target_write)(void* target, struct leat_call*, const void* bytes, size_t size,
                      uint64_t rows);
  int (*target_prepare)(void* target, struct leat_call*); /* durable, not visible */
  int (*target_commit)(void* target, struct leat_call*);
  void (*target_abort)(void* target);
  void (*target_close)(void* target); /* after commit or abort */

  /* Minor 1. Of sinks with LEAT_WRITES_FILES: makes one file. Each of them gives what goes into the
   * file to `write`, in order. The same records must make the same bytes, however they are dealt
   * out to the calls of file_write. */
  int (*file_open)(void* bound, struct leat_call*, void** file);
  int (*file_write)(void* file, struct leat_call*, const void* records, size_t size);
  int (*file_finish)(void* file, struct leat_call*); /* the last rows, the footer */
  void (*file_close)(void* file);                    /* whatever became of it */

  /* Minor 1 of sources with LEAT_READS_FILES, minor 2 of all, once, after `bind` and before all
   * splits, or never:
   * what it may use to leave out splits without reading them. All conditions hold at once. Leat
   * looks at each row itself, so any part of them may be ignored. Returns how many splits are left
   * out, or -1. */
  int64_t (*prune)(void* bound, const struct leat_condition* conditions, size_t count);
};

enum leat_function_flag {
  LEAT_SEES_NULLS = 1 /* is called for rows with NULL arguments too */
};

/* A scalar function of expressions. */
struct leat_function {
  size_t size;
  const char* name;      /* without the vendor */
  const char* signature; /* "slug(text utf8) -> utf8" */
  const char* doc;
  const char* errors;  /* for which arguments it fails; NULL: none */
  const char* example; /* "acme.slug('A b')" */
  const char* result;  /* "a-b" */
  uint32_t flags;      /* leat_function_flag */
  uint32_t text;       /* leat_text */
  /* Emits one column with a value for each row; rejected rows hold anything. Pure: the same
   * arguments, the same value. */
  int (*evaluate)(const struct leat_function*, struct leat_call*, const struct leat_rows*);
};

struct leat_plugin {
  size_t size;
  uint32_t needs_minor; /* the least leat_host.minor it works with */
  uint32_t reserved;
  const char* vendor; /* the part of names before the dot */
  const char* version;
  const struct leat_operator* operators;
  size_t operator_count;
  const struct leat_function* functions;
  size_t function_count;
  /* Minor 2. Of whoever can make connections of a type: makes one and lets it go again. What is
   * wrong is told by `mistake`, with the name of a field in place of that of an option. */
  const char* connection_type;
  int (*try_connection)(struct leat_call*, const struct leat_connection*);
};

/* What a plugin exports, as `leat_plugin_v1`. Called once. */
typedef const struct leat_plugin* (*leat_plugin_entry)(const struct leat_host*);

#ifdef __cplusplus
}
#endif

#endif
