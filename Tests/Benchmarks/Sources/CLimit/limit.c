#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "tape.h"

struct climit {
  sqlite3 *database;
  sqlite3_stmt **statements;
  int statement_count;
  char *row;
  size_t row_size;
  int64_t bytes_copied;
  int allocates_texts;
  void *texts[128];
  int text_count;
  char message[400];
};

// An id as the library makes them: time first, so that new ones come last in the index.
static void make_id(sqlite3_context *context, int count, sqlite3_value **arguments) {
  (void)count;
  uint64_t number = (uint64_t)sqlite3_value_int64(arguments[0]);
  uint64_t kind = (uint64_t)sqlite3_value_int64(arguments[1]);
  uint64_t milliseconds = 1700000000000ULL + number;
  uint64_t noise = (number + 1) * 0x9e3779b97f4a7c15ULL ^ kind * 0xbf58476d1ce4e5b9ULL;
  noise = (noise ^ (noise >> 30)) * 0x94d049bb133111ebULL;
  unsigned char id[16];
  for (int i = 0; i < 6; i++) id[i] = (unsigned char)(milliseconds >> (40 - 8 * i));
  for (int i = 6; i < 14; i++) id[i] = (unsigned char)(noise >> (8 * (i - 6)));
  id[6] = (unsigned char)(0x70 | (id[6] & 0x0f));
  id[8] = (unsigned char)(0x80 | (id[8] & 0x3f));
  id[14] = (unsigned char)kind;
  id[15] = (unsigned char)number;
  sqlite3_result_blob(context, id, 16, SQLITE_TRANSIENT);
}

sqlite3 *climit_database(climit *limit) { return limit->database; }

void climit_remember(climit *limit, const char *what) {
  sqlite3_snprintf(
      (int)sizeof(limit->message), limit->message, "%s: %s", what,
      sqlite3_errmsg(limit->database));
}

climit *climit_open(const char *path, int is_full, int is_reader) {
  climit *limit = calloc(1, sizeof(climit));
  if (!limit) return NULL;
  int code = sqlite3_open_v2(
      path, &limit->database,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      NULL);
  if (code != SQLITE_OK) {
    climit_close(limit);
    return NULL;
  }
  sqlite3_busy_timeout(limit->database, 5000);
  sqlite3_db_config(limit->database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
  sqlite3_create_function(limit->database, "benchmark_id", 2,
                          SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, make_id, NULL, NULL);
  code = climit_execute(
      limit, "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
             "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
             "PRAGMA cache_size = -8192; PRAGMA mmap_size = 0;"
             "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864;"
             "PRAGMA wal_autocheckpoint = 1000;");
  if (code == SQLITE_OK) {
    code = climit_execute(
        limit, is_full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  }
  if (code == SQLITE_OK && is_reader) code = climit_execute(limit, "PRAGMA query_only = ON");
  if (code != SQLITE_OK) {
    climit_close(limit);
    return NULL;
  }
  return limit;
}

static void free_texts(climit *limit) {
  for (int i = 0; i < limit->text_count; i++) free(limit->texts[i]);
  limit->text_count = 0;
}

static void finalize(climit *limit) {
  for (int i = 0; i < limit->statement_count; i++) sqlite3_finalize(limit->statements[i]);
  free(limit->statements);
  limit->statements = NULL;
  limit->statement_count = 0;
}

void climit_close(climit *limit) {
  if (!limit) return;
  finalize(limit);
  free_texts(limit);
  sqlite3_close_v2(limit->database);
  free(limit->row);
  free(limit);
}

const char *climit_message(const climit *limit) { return limit->message; }
int64_t climit_bytes_copied(const climit *limit) { return limit->bytes_copied; }
const char *climit_sqlite_version(void) { return sqlite3_libversion(); }

int climit_execute(climit *limit, const char *sql) {
  int code = sqlite3_exec(limit->database, sql, NULL, NULL, NULL);
  if (code != SQLITE_OK) climit_remember(limit, "execute");
  return code;
}

int climit_integer_query(climit *limit, const char *sql, int64_t *result) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(limit->database, sql, -1, &statement, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  if (code == SQLITE_ROW) *result = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  if (code == SQLITE_ROW) return 0;
  climit_remember(limit, "query");
  return 1;
}

int climit_prepare(climit *limit, const climit_tape *tape) {
  finalize(limit);
  limit->statements = calloc((size_t)tape->statement_count + 1, sizeof(sqlite3_stmt *));
  if (!limit->statements) return SQLITE_NOMEM;
  limit->statement_count = tape->statement_count;
  for (int i = 0; i < tape->statement_count; i++) {
    int code = sqlite3_prepare_v3(limit->database, tape->statements[i], -1,
                                  SQLITE_PREPARE_PERSISTENT, &limit->statements[i], NULL);
    if (code != SQLITE_OK) {
      climit_remember(limit, tape->statements[i]);
      return code;
    }
  }
  return SQLITE_OK;
}

void climit_allocate_texts(climit *limit) { limit->allocates_texts = 1; }

/// Takes a row as a caller that keeps it does: numbers as they are, texts and blobs copied.
static int take_row(climit *limit, sqlite3_stmt *statement) {
  int columns = sqlite3_data_count(statement);
  size_t used = 0;
  free_texts(limit);
  for (int i = 0; i < columns; i++) {
    sqlite3_value *value = sqlite3_column_value(statement, i);
    int64_t number;
    double real;
    const void *bytes = NULL;
    size_t size;
    switch (sqlite3_value_type(value)) {
      case SQLITE_INTEGER:
        number = sqlite3_value_int64(value);
        bytes = &number;
        size = sizeof(number);
        break;
      case SQLITE_FLOAT:
        real = sqlite3_value_double(value);
        bytes = &real;
        size = sizeof(real);
        break;
      case SQLITE_TEXT:
        bytes = sqlite3_value_text(value);
        size = (size_t)sqlite3_value_bytes(value);
        break;
      case SQLITE_BLOB:
        bytes = sqlite3_value_blob(value);
        size = (size_t)sqlite3_value_bytes(value);
        break;
      default:
        continue;
    }
    if (limit->allocates_texts && size > sizeof(number) && limit->text_count < 128) {
      char *text = malloc(size + 1);
      if (!text) return 0;
      memcpy(text, bytes, size);
      text[size] = 0;
      limit->texts[limit->text_count++] = text;
      continue;
    }
    if (used + size > limit->row_size) {
      size_t larger = (used + size) * 2 + 4096;
      char *row = realloc(limit->row, larger);
      if (!row) return 0;
      limit->row = row;
      limit->row_size = larger;
    }
    if (bytes) memcpy(limit->row + used, bytes, size);
    used += size;
  }
  limit->bytes_copied += (int64_t)used;
  return 1;
}

static int bind(sqlite3_stmt *statement, const climit_value *values, int count) {
  for (int i = 0; i < count; i++) {
    const climit_value *value = &values[i];
    int code;
    switch (value->kind) {
      case climit_integer:
        code = sqlite3_bind_int64(statement, i + 1, value->integer);
        break;
      case climit_real:
        code = sqlite3_bind_double(statement, i + 1, value->real);
        break;
      case climit_text:
        code = sqlite3_bind_text(statement, i + 1, value->bytes, value->size, SQLITE_STATIC);
        break;
      case climit_blob:
        code = sqlite3_bind_blob(statement, i + 1, value->bytes, value->size, SQLITE_STATIC);
        break;
      default:
        // What was never bound is NULL already, and the last value is still there otherwise.
        code = sqlite3_bind_null(statement, i + 1);
        break;
    }
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

static int run_step(climit *limit, const climit_tape *tape, const climit_step *step) {
  sqlite3_stmt *statement = limit->statements[step->statement];
  int code = bind(statement, tape->values + step->first_value, step->value_count);
  int rows = 0;
  while (code == SQLITE_OK || code == SQLITE_ROW) {
    if (step->stops_early && rows == step->rows) break;
    code = sqlite3_step(statement);
    if (code != SQLITE_ROW) break;
    rows++;
    if (!take_row(limit, statement)) code = SQLITE_NOMEM;
  }
  if (code != SQLITE_DONE && code != SQLITE_ROW) climit_remember(limit, sqlite3_sql(statement));
  sqlite3_reset(statement);
  if (code != SQLITE_DONE && code != SQLITE_ROW) return code;
  if (rows != step->rows) {
    sqlite3_snprintf((int)sizeof(limit->message), limit->message, "%d rows, recorded %d: %s",
                     rows, step->rows, sqlite3_sql(statement));
    return SQLITE_MISMATCH;
  }
  return SQLITE_OK;
}

int climit_run(climit *limit, const climit_tape *tape, int first_operation, int count) {
  int end = climit_tape_first_step(tape, first_operation + count);
  for (int i = climit_tape_first_step(tape, first_operation); i < end; i++) {
    int code = run_step(limit, tape, &tape->steps[i]);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

static void do_nothing(void *context, sqlite3 *database, int operation, const char *schema,
                       const char *table, sqlite3_int64 before, sqlite3_int64 after) {
  (void)context, (void)database, (void)operation, (void)schema, (void)table;
  (void)before, (void)after;
}

void climit_install_empty_hook(climit *limit) {
  sqlite3_preupdate_hook(limit->database, do_nothing, NULL);
}
