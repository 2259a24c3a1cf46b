#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "include/faultvfs.h"

// What a file holds and whether it is sound, by SQLite alone.

typedef struct {
  char *bytes;
  size_t length;
} text;

static void add(text *text, const char *piece) {
  size_t length = strlen(piece);
  char *bytes = realloc(text->bytes, text->length + length + 1);
  if (bytes == NULL) abort();
  memcpy(bytes + text->length, piece, length + 1);
  text->bytes = bytes;
  text->length += length;
}

static uint64_t mixed(uint64_t hash, const void *bytes, int length) {
  const unsigned char *start = bytes;
  for (int index = 0; index < length; index++) hash = (hash ^ start[index]) * 0x100000001b3u;
  return hash;
}

static int is_measured(const char *column) { return strcmp(column, "duration_microseconds") == 0; }

static uint64_t row_digest(sqlite3_stmt *statement, uint64_t hash) {
  for (int column = 0; column < sqlite3_column_count(statement); column++) {
    int type = sqlite3_column_type(statement, column);
    hash = mixed(hash, &type, (int)sizeof type);
    if (type == SQLITE_NULL || is_measured(sqlite3_column_name(statement, column))) continue;
    const void *bytes = sqlite3_column_blob(statement, column);
    hash = mixed(hash, bytes, sqlite3_column_bytes(statement, column));
  }
  return hash;
}

// Adds the rows of `sql` to `result` as text, or their number and digest.
static int rows(sqlite3 *database, const char *sql, int64_t *count, uint64_t *digest,
                text *result) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
  while (code == SQLITE_OK || code == SQLITE_ROW) {
    code = sqlite3_step(statement);
    if (code != SQLITE_ROW) break;
    if (count != NULL) (*count)++;
    if (digest != NULL) *digest = row_digest(statement, *digest);
    if (result == NULL) continue;
    const char *first = (const char *)sqlite3_column_text(statement, 0);
    if (first != NULL && strcmp(first, "ok") == 0) continue;
    add(result, first != NULL ? first : "NULL");
    add(result, "\n");
  }
  sqlite3_finalize(statement);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int describe(sqlite3 *database, text *state) {
  text names = {0};
  uint64_t digest = 0xcbf29ce484222325u;
  char line[512];
  int64_t count = 0;
  int code = rows(database, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name",
                  &count, &digest, NULL);
  if (code == SQLITE_OK && count > 0) {
    snprintf(line, sizeof line, "schema %lld %016llx\n", (long long)count,
             (unsigned long long)digest);
    add(state, line);
    code = rows(database,
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
                " AND coalesce(sql, '') NOT LIKE 'CREATE VIRTUAL%' AND name <> 'sqlite_stat1'"
                " ORDER BY name",
                NULL, NULL, &names);
  }
  char *rest = NULL;
  for (char *name = names.bytes ? strtok_r(names.bytes, "\n", &rest) : NULL;
       name != NULL && code == SQLITE_OK; name = strtok_r(NULL, "\n", &rest)) {
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" NOT INDEXED", name);
    count = 0;
    digest = 0xcbf29ce484222325u;
    code = rows(database, sql, &count, &digest, NULL);
    sqlite3_free(sql);
    snprintf(line, sizeof line, "%.300s %lld %016llx\n", name, (long long)count,
             (unsigned long long)digest);
    add(state, line);
  }
  free(names.bytes);
  return code;
}

int faultvfs_inspect(const char *path, char **problems, char **state) {
  if (access(path, F_OK) == 0) return faultvfs_inspect_open(path, problems, state);
  text nothing = {0}, empty = {0};
  add(&nothing, "");
  add(&empty, "");
  *problems = nothing.bytes;
  *state = empty.bytes;
  return 0;
}

int faultvfs_inspect_open(const char *path, char **problems, char **state) {
  text found = {0}, described = {0};
  add(&found, "");
  add(&described, "");
  sqlite3 *database = NULL;
  int code = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL);
  if (code == SQLITE_OK) code = sqlite3_busy_timeout(database, 5000);
  if (code == SQLITE_OK) code = rows(database, "PRAGMA integrity_check", NULL, NULL, &found);
  if (code == SQLITE_OK) code = rows(database, "PRAGMA foreign_key_check", NULL, NULL, &found);
  if (code == SQLITE_OK) code = describe(database, &described);
  if (code != SQLITE_OK) {
    add(&found, "cannot be read: ");
    add(&found, sqlite3_errmsg(database));
  }
  sqlite3_close_v2(database);
  *problems = found.bytes;
  *state = described.bytes;
  return found.length == 0 ? 0 : 1;
}

void faultvfs_free(char *text) { free(text); }
