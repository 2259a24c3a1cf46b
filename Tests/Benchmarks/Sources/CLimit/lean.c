// A lean queue: the least that a fenced queue with leases and priorities has to write.
//
// It knows items, their claims and their ends, and nothing else: no limits, batches, fair turns, dependencies,
// history or counts. What the library's queue costs beyond it is the price of the library's design, where the limit
// says what the library's Swift costs.

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "climit.h"
#include "limit.h"

enum { id_size = 16, largest_batch = 100 };

struct climit_lean {
  climit *limit;
  sqlite3_stmt *begin, *commit, *enqueue, *next, *claim, *complete;
  uint64_t random;
  const char *payload;
  char *taken;
  size_t taken_size;
};

static const char *const schema =
    "CREATE TABLE lean_items ("
    "  pk INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, queue TEXT NOT NULL, kind TEXT NOT NULL,"
    "  status TEXT NOT NULL, priority INTEGER NOT NULL, due_at INTEGER NOT NULL, lease_token BLOB,"
    "  lease_expires_at INTEGER, worker TEXT, attempts INTEGER NOT NULL DEFAULT 0,"
    "  max_attempts INTEGER NOT NULL DEFAULT 3, group_key TEXT, unique_key TEXT,"
    "  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, finished_at INTEGER, error TEXT,"
    "  payload TEXT NOT NULL CHECK (json_valid(payload)), result TEXT) STRICT;"
    "CREATE INDEX lean_items_claim ON lean_items (queue, priority, due_at) WHERE status = 'pending';"
    "CREATE INDEX lean_items_lease ON lean_items (lease_expires_at) WHERE status = 'running';"
    "CREATE UNIQUE INDEX lean_items_unique ON lean_items (kind, unique_key)"
    "  WHERE unique_key IS NOT NULL AND finished_at IS NULL;"
    "CREATE INDEX lean_items_finished ON lean_items (finished_at) WHERE finished_at IS NOT NULL;";

static const char *const enqueue_sql =
    "INSERT INTO lean_items (id, queue, kind, status, priority, due_at, created_at, updated_at, payload)"
    " VALUES (?1, 'default', 'submit', 'pending', ?2, ?3, ?3, ?3, ?4)";
static const char *const next_sql =
    "SELECT pk FROM lean_items WHERE queue = 'default' AND priority = ?1 AND status = 'pending'"
    " AND due_at <= ?2 ORDER BY due_at, pk LIMIT 1";
static const char *const claim_sql =
    "UPDATE lean_items SET status = 'running', attempts = attempts + 1, lease_token = ?2,"
    " lease_expires_at = ?3, worker = 'worker 1', updated_at = ?4 WHERE pk = ?1"
    " RETURNING id, kind, priority, attempts, payload, created_at, due_at, max_attempts, group_key";
static const char *const complete_sql =
    "UPDATE lean_items SET status = 'completed', lease_token = NULL, lease_expires_at = NULL,"
    " finished_at = ?3, updated_at = ?3 WHERE id = ?1 AND status = 'running' AND lease_token = ?2";

const char *climit_lean_schema(void) { return schema; }
const char *climit_lean_enqueue_sql(void) { return enqueue_sql; }
const char *climit_lean_next_sql(void) { return next_sql; }
const char *climit_lean_claim_sql(void) { return claim_sql; }
const char *climit_lean_complete_sql(void) { return complete_sql; }

static int prepare(climit_lean *lean, const char *sql, sqlite3_stmt **statement) {
  int code = sqlite3_prepare_v3(
      climit_database(lean->limit), sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
  if (code != SQLITE_OK) climit_remember(lean->limit, sql);
  return code;
}

climit_lean *climit_lean_make(climit *limit, const char *payload) {
  climit_lean *lean = calloc(1, sizeof(climit_lean));
  if (!lean) return NULL;
  lean->limit = limit;
  lean->payload = strdup(payload);
  lean->random = 0x9e3779b97f4a7c15ULL;
  if (!lean->payload || prepare(lean, "BEGIN IMMEDIATE", &lean->begin) ||
      prepare(lean, "COMMIT", &lean->commit) || prepare(lean, enqueue_sql, &lean->enqueue) ||
      prepare(lean, next_sql, &lean->next) || prepare(lean, claim_sql, &lean->claim) ||
      prepare(lean, complete_sql, &lean->complete)) {
    climit_lean_free(lean);
    return NULL;
  }
  return lean;
}

void climit_lean_free(climit_lean *lean) {
  if (!lean) return;
  sqlite3_stmt *statements[] = {lean->begin, lean->commit, lean->enqueue,
                                lean->next,  lean->claim,  lean->complete};
  for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
    sqlite3_finalize(statements[i]);
  }
  free((void *)lean->payload);
  free(lean->taken);
  free(lean);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static uint64_t next_random(climit_lean *lean) {
  lean->random ^= lean->random << 13;
  lean->random ^= lean->random >> 7;
  lean->random ^= lean->random << 17;
  return lean->random;
}

/// UUIDv7, as the library's ids are.
static void make_id(climit_lean *lean, int64_t microseconds, unsigned char *id) {
  uint64_t milliseconds = (uint64_t)microseconds / 1000;
  uint64_t noise[2] = {next_random(lean), next_random(lean)};
  for (int i = 0; i < 6; i++) id[i] = (unsigned char)(milliseconds >> (40 - 8 * i));
  memcpy(id + 6, &noise[0], 2);
  memcpy(id + 8, &noise[1], 8);
  id[6] = (unsigned char)(0x70 | (id[6] & 0x0f));
  id[8] = (unsigned char)(0x80 | (id[8] & 0x3f));
}

/// Runs a bound statement that answers nothing, and resets it.
static int finish(climit_lean *lean, sqlite3_stmt *statement) {
  int code = sqlite3_step(statement);
  if (code != SQLITE_DONE) climit_remember(lean->limit, sqlite3_sql(statement));
  sqlite3_reset(statement);
  return code == SQLITE_DONE ? SQLITE_OK : code == SQLITE_ROW ? SQLITE_MISMATCH : code;
}

int climit_lean_enqueue(climit_lean *lean, int count) {
  for (int i = 0; i < count; i++) {
    unsigned char id[id_size];
    int64_t at = now();
    int code = finish(lean, lean->begin);
    if (code != SQLITE_OK) return code;
    make_id(lean, at, id);
    sqlite3_bind_blob(lean->enqueue, 1, id, id_size, SQLITE_STATIC);
    sqlite3_bind_int64(lean->enqueue, 2, 3);
    sqlite3_bind_int64(lean->enqueue, 3, at);
    sqlite3_bind_text(lean->enqueue, 4, lean->payload, -1, SQLITE_STATIC);
    code = finish(lean, lean->enqueue);
    if (code == SQLITE_OK) code = finish(lean, lean->commit);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

/// The first due item of the highest priority; 0 when nothing is due.
static int64_t find_next(climit_lean *lean, int *priority, int64_t at) {
  for (; *priority <= 5; (*priority)++) {
    sqlite3_bind_int64(lean->next, 1, *priority);
    sqlite3_bind_int64(lean->next, 2, at);
    int64_t pk = sqlite3_step(lean->next) == SQLITE_ROW ? sqlite3_column_int64(lean->next, 0) : 0;
    sqlite3_reset(lean->next);
    if (pk != 0) return pk;
  }
  return 0;
}

/// Copies what a worker needs of an item.
static int take(climit_lean *lean, unsigned char *id) {
  memcpy(id, sqlite3_column_blob(lean->claim, 0), id_size);
  for (int column = 1; column < sqlite3_data_count(lean->claim); column++) {
    if (sqlite3_column_type(lean->claim, column) != SQLITE_TEXT) {
      (void)sqlite3_column_int64(lean->claim, column);
      continue;
    }
    const void *text = sqlite3_column_text(lean->claim, column);
    size_t size = (size_t)sqlite3_column_bytes(lean->claim, column);
    if (size > lean->taken_size) {
      char *larger = realloc(lean->taken, size * 2);
      if (!larger) return 0;
      lean->taken = larger;
      lean->taken_size = size * 2;
    }
    if (size > 0) memcpy(lean->taken, text, size);
  }
  return 1;
}

static int claim(climit_lean *lean, int64_t pk, int64_t at, unsigned char *id,
                 unsigned char *token) {
  make_id(lean, at, token);
  sqlite3_bind_int64(lean->claim, 1, pk);
  sqlite3_bind_blob(lean->claim, 2, token, id_size, SQLITE_STATIC);
  sqlite3_bind_int64(lean->claim, 3, at + 30000000);
  sqlite3_bind_int64(lean->claim, 4, at);
  int code = sqlite3_step(lean->claim);
  if (code == SQLITE_ROW && !take(lean, id)) code = SQLITE_NOMEM;
  while (code == SQLITE_ROW) code = sqlite3_step(lean->claim);
  if (code != SQLITE_DONE) climit_remember(lean->limit, "claim");
  sqlite3_reset(lean->claim);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int complete(climit_lean *lean, const unsigned char *id, const unsigned char *token,
                    int64_t at) {
  sqlite3_bind_blob(lean->complete, 1, id, id_size, SQLITE_STATIC);
  sqlite3_bind_blob(lean->complete, 2, token, id_size, SQLITE_STATIC);
  sqlite3_bind_int64(lean->complete, 3, at);
  int code = finish(lean, lean->complete);
  if (code == SQLITE_OK && sqlite3_changes(climit_database(lean->limit)) != 1) code = SQLITE_MISMATCH;
  return code;
}

static int work_batch(climit_lean *lean, int batch) {
  unsigned char ids[largest_batch][id_size], tokens[largest_batch][id_size];
  int taken = 0, priority = 1;
  int64_t at = now();
  int code = finish(lean, lean->begin);
  while (code == SQLITE_OK && taken < batch) {
    int64_t pk = find_next(lean, &priority, at);
    if (pk == 0) return SQLITE_EMPTY;
    code = claim(lean, pk, at, ids[taken], tokens[taken]);
    taken++;
  }
  if (code == SQLITE_OK) code = finish(lean, lean->commit);
  if (code == SQLITE_OK) code = finish(lean, lean->begin);
  at = now();
  for (int i = 0; code == SQLITE_OK && i < taken; i++) {
    code = complete(lean, ids[i], tokens[i], at);
  }
  if (code == SQLITE_OK) code = finish(lean, lean->commit);
  return code;
}

int climit_lean_work(climit_lean *lean, int count, int batch) {
  if (batch < 1 || batch > largest_batch) return SQLITE_RANGE;
  for (int done = 0; done < count; done += batch) {
    int code = work_batch(lean, batch);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}
