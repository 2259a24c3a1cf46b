// Writes tapes from SQLite's trace: https://www.sqlite.org/c3ref/trace_v2.html

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "tape.h"

static climit_tape *recording;
static int failure;

// The statement of each of the last steps: rows and ends have to find theirs.
enum { open_limit = 64 };
static struct {
  sqlite3_stmt *statement;
  int step;
} open_steps[open_limit];
static int open_count;

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Reads one literal of an expanded statement; answers what follows it, or NULL.
static const char *read_literal(climit_tape *tape, const char *text, climit_value *value) {
  memset(value, 0, sizeof(*value));
  if (strncmp(text, "NULL", 4) == 0) return text + 4;
  if (*text == '\'') {
    const char *end = text + 1;
    size_t size = 0;
    while (*end && !(end[0] == '\'' && end[1] != '\'')) {
      end += *end == '\'' ? 2 : 1;
      size++;
    }
    if (!*end) return NULL;
    char *bytes = climit_tape_bytes(tape, size + 1);
    if (!bytes) return NULL;
    size_t position = 0;
    for (const char *c = text + 1; c < end; c += *c == '\'' ? 2 : 1) bytes[position++] = *c;
    bytes[size] = 0;
    value->kind = climit_text;
    value->bytes = bytes;
    value->size = (int32_t)size;
    return end + 1;
  }
  if ((*text == 'x' || *text == 'X') && text[1] == '\'') {
    const char *end = strchr(text + 2, '\'');
    if (!end) return NULL;
    size_t size = (size_t)(end - text - 2) / 2;
    char *bytes = climit_tape_bytes(tape, size + 1);
    if (!bytes) return NULL;
    for (size_t i = 0; i < size; i++) {
      bytes[i] = (char)(hex(text[2 + 2 * i]) * 16 + hex(text[3 + 2 * i]));
    }
    value->kind = climit_blob;
    value->bytes = bytes;
    value->size = (int32_t)size;
    return end + 1;
  }
  size_t length = strspn(text, "+-0123456789.eE");
  if (length == 0) return NULL;
  if (memchr(text, '.', length) || memchr(text, 'e', length) || memchr(text, 'E', length)) {
    value->kind = climit_real;
    value->real = strtod(text, NULL);
  } else {
    value->kind = climit_integer;
    value->integer = strtoll(text, NULL, 10);
  }
  return text + length;
}

/// Finds the bound values by reading a statement beside its expanded form.
static int read_values(
    climit_tape *tape, const char *sql, const char *expanded, climit_value *values, int count) {
  int last = 0;
  while (*sql) {
    if (*sql == '\'' || *sql == '"' || *sql == '`') {
      char quote = *sql;
      do {
        sql++;
        expanded++;
      } while (*sql && *sql != quote);
      if (!*sql) return 0;
      sql++;
      expanded++;
    } else if (sql[0] == '-' && sql[1] == '-') {
      while (*sql && *sql != '\n') {
        sql++;
        expanded++;
      }
    } else if (*sql == '?') {
      int index = 0;
      sql++;
      while (*sql >= '0' && *sql <= '9') index = index * 10 + (*sql++ - '0');
      if (index == 0) index = last + 1;
      if (index > last) last = index;
      if (index > count) return 0;
      climit_value value;
      expanded = read_literal(tape, expanded, &value);
      if (!expanded) return 0;
      values[index - 1] = value;
    } else {
      if (*sql != *expanded) return 0;
      sql++;
      expanded++;
    }
  }
  return 1;
}

/// Whether SQLite runs the statement on its own behalf, inside another one.
static int is_internal(const char *sql) {
  return (sql[0] == '-' && sql[1] == '-') || strstr(sql, "'main'.") != NULL ||
         strstr(sql, "customers_search_") != NULL;
}

static int find_open(sqlite3_stmt *statement) {
  for (int i = open_count - 1; i >= 0; i--) {
    if (open_steps[i].statement == statement) return i;
  }
  return -1;
}

static void begin_step(sqlite3_stmt *statement, const char *sql) {
  climit_tape *tape = recording;
  int number = climit_tape_add_statement(tape, sql);
  int count = sqlite3_bind_parameter_count(statement);
  int first = tape->value_count;
  climit_value *values = count > 0 ? climit_tape_add_values(tape, count) : NULL;
  if (number < 0 || (count > 0 && !values)) {
    failure = 1;
    return;
  }
  if (count > 0) {
    char *expanded = sqlite3_expanded_sql(statement);
    if (!expanded || !read_values(tape, sql, expanded, values, count)) failure = 2;
    sqlite3_free(expanded);
  }
  climit_step *step = climit_tape_add_step(tape);
  if (!step) {
    failure = 1;
    return;
  }
  step->statement = number;
  step->first_value = first;
  step->value_count = count;
  step->is_read_only = sqlite3_stmt_readonly(statement);
  if (open_count == open_limit) {
    failure = 3;
    return;
  }
  open_steps[open_count].statement = statement;
  open_steps[open_count].step = tape->step_count - 1;
  open_count++;
}

static int trace(unsigned event, void *context, void *subject, void *detail) {
  (void)context;
  if (!recording) return 0;
  sqlite3_stmt *statement = subject;
  if (event == SQLITE_TRACE_STMT) {
    const char *sql = sqlite3_sql(statement);
    const char *text = detail;
    if (!sql || !text || (text[0] == '-' && text[1] == '-') || is_internal(sql)) return 0;
    begin_step(statement, sql);
    return 0;
  }
  int open = find_open(statement);
  if (open < 0) return 0;
  climit_step *step = &recording->steps[open_steps[open].step];
  if (event == SQLITE_TRACE_ROW) {
    step->rows++;
  } else if (event == SQLITE_TRACE_PROFILE) {
    // Still busy: the statement is being reset before its last row.
    step->stops_early = sqlite3_stmt_busy(statement);
    open_steps[open] = open_steps[--open_count];
  }
  return 0;
}

static int watch(sqlite3 *database, char **message, const struct sqlite3_api_routines *api) {
  (void)message;
  (void)api;
  return sqlite3_trace_v2(
      database, SQLITE_TRACE_STMT | SQLITE_TRACE_ROW | SQLITE_TRACE_PROFILE, trace, NULL);
}

int climit_recorder_install(void) { return sqlite3_auto_extension((void (*)(void))watch); }

int climit_record(climit_tape *tape) {
  int result = failure;
  if (!tape) sqlite3_cancel_auto_extension((void (*)(void))watch);
  recording = tape;
  failure = 0;
  open_count = 0;
  return result;
}
