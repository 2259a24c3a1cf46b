// The limit: SQLite's C API with nothing between it and the benchmark.
//
// A *tape* holds the statements that the library ran for each of a row of operations, with the
// values bound to them, taken from SQLite's own trace. The limit runs a tape again on a copy of
// the same file: every statement prepared once, every value bound STATIC, every column of every
// row read, and texts and blobs copied once, as a caller that keeps the row has to.
#ifndef CLIMIT_H
#define CLIMIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

enum climit_kind {
  climit_null = 0,
  climit_integer = 1,
  climit_real = 2,
  climit_text = 3,
  climit_blob = 4,
};

/// A bound value; bytes belong to the tape.
typedef struct {
  int32_t kind;
  int32_t size;
  int64_t integer;
  double real;
  const char *_Nullable bytes;
} climit_value;

/// One run of one statement.
typedef struct {
  /// Which of the tape's statements.
  int32_t statement;
  /// Its first value among the tape's values, and how many there are.
  int32_t first_value;
  int32_t value_count;
  /// How many rows it gave.
  int32_t rows;
  /// Whether it was ended before it was done.
  int32_t stops_early;
  /// Whether it writes nothing.
  int32_t is_read_only;
} climit_step;

typedef struct climit_tape climit_tape;

climit_tape *_Nullable climit_tape_make(void);
void climit_tape_free(climit_tape *_Nullable tape);
/// Everything recorded from here on belongs to the next operation.
int climit_tape_begin_operation(climit_tape *tape);
int climit_tape_operation_count(const climit_tape *tape);
int climit_tape_statement_count(const climit_tape *tape);
int climit_tape_step_count(const climit_tape *tape);
const char *climit_tape_statement(const climit_tape *tape, int index);
/// The first step of an operation; of the one after the last, the number of steps.
int climit_tape_first_step(const climit_tape *tape, int operation);
climit_step climit_tape_step(const climit_tape *tape, int index);
climit_value climit_tape_value(const climit_tape *tape, int index);

/// Watches every connection that is opened from here on.
int climit_recorder_install(void);
/// Records what those connections run onto `tape`; NULL to stop. Answers 0 unless something went
/// wrong since the recording began.
int climit_record(climit_tape *_Nullable tape);

typedef struct climit climit;

/// Opens a file with the library's own settings.
climit *_Nullable climit_open(const char *path, int is_full, int is_reader);
void climit_close(climit *_Nullable limit);
const char *climit_message(const climit *limit);
/// Runs SQL text with any number of statements.
int climit_execute(climit *limit, const char *sql);
/// Prepares a tape's statements.
int climit_prepare(climit *limit, const climit_tape *tape);
/// Runs operations of the prepared tape; 0 when all went as recorded.
int climit_run(climit *limit, const climit_tape *tape, int first_operation, int count);
/// Gives every text and blob of a row memory of its own, as a row of strings has, where otherwise
/// all share one buffer.
void climit_allocate_texts(climit *limit);
int64_t climit_bytes_copied(const climit *limit);
/// Has a preupdate hook that does nothing called for every row.
void climit_install_empty_hook(climit *limit);
/// The integer that a query answers.
int climit_integer_query(climit *limit, const char *sql, int64_t *result);

/// A lean queue in the file of a limit, whose tables are there; see lean.c.
typedef struct climit_lean climit_lean;

/// Prepares the statements of a lean queue; NULL when that fails. The limit must live as long.
climit_lean *_Nullable climit_lean_make(climit *limit, const char *payload);
void climit_lean_free(climit_lean *_Nullable lean);
/// Enqueues items, one a transaction.
int climit_lean_enqueue(climit_lean *lean, int count);
/// Claims `batch` items in one transaction and completes them in the next, until `count` are done.
int climit_lean_work(climit_lean *lean, int count, int batch);
/// The schema and the statements, for a lean queue on another layer.
const char *climit_lean_schema(void);
const char *climit_lean_enqueue_sql(void);
const char *climit_lean_next_sql(void);
const char *climit_lean_claim_sql(void);
const char *climit_lean_complete_sql(void);

/// Nanoseconds of the monotonic clock.
int64_t climit_nanoseconds(void);
/// Nanoseconds that the calling thread has had of a processor.
int64_t climit_thread_nanoseconds(void);
/// The resident memory of this process in KiB, and its peak since climit_reset_peak; 0 if unknown.
int64_t climit_resident_kib(void);
int64_t climit_peak_kib(void);
void climit_reset_peak(void);
const char *climit_sqlite_version(void);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif

#endif
