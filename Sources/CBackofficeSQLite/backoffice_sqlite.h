#ifndef BACKOFFICE_SQLITE_H
#define BACKOFFICE_SQLITE_H

// The prototypes of the preupdate hook are hidden behind this macro; whether the
// library was built with it is checked when a connection opens.
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>
#include <stdint.h>
#include <pthread.h>
#include <time.h>
#include <stdio.h>
#include <fcntl.h>
#include <unistd.h>
#include <stdlib.h>
#include <string.h>

// Swift does not import C variadics: one wrapper for each use of them.

static inline int backoffice_db_config_boolean(sqlite3 *db, int option, int value, int *result) {
  return sqlite3_db_config(db, option, value, result);
}

// Swift does not import the macros that cast an integer to a function pointer.

static inline int backoffice_bind_text(sqlite3_stmt *statement, int index, const char *text,
                                       sqlite3_uint64 length) {
  return sqlite3_bind_text64(statement, index, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int backoffice_bind_blob(sqlite3_stmt *statement, int index, const void *bytes,
                                       sqlite3_uint64 length) {
  return length == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                     : sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_TRANSIENT);
}

// Bytes that stay where they are until the statement is reset.

static inline int backoffice_bind_static_text(sqlite3_stmt *statement, int index, const char *text,
                                              sqlite3_uint64 length) {
  return sqlite3_bind_text64(statement, index, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

static inline int backoffice_bind_static_blob(sqlite3_stmt *statement, int index,
                                              const void *bytes, sqlite3_uint64 length) {
  return sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_STATIC);
}

// The calling thread, as a number that no other live thread has.
static inline uintptr_t backoffice_thread_id(void) { return (uintptr_t)pthread_self(); }

// Microseconds since 1970 UTC on the system clock.
static inline int64_t backoffice_now_microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// Microseconds on a clock that never goes back, for durations.
static inline int64_t backoffice_monotonic_microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline void backoffice_sleep_microseconds(int64_t microseconds) {
  struct timespec nap = {microseconds / 1000000, (microseconds % 1000000) * 1000};
  nanosleep(&nap, NULL);
}

// Whether something has the name, 0 when it has.
static inline int backoffice_file_exists(const char *path) { return access(path, F_OK); }

static inline int backoffice_remove_file(const char *path) { return unlink(path); }

// Syncs a finished file, gives it its name, and syncs the folder that holds the name.
static inline int backoffice_publish_file(const char *from, const char *to) {
  int file = open(from, O_RDONLY);
  if (file < 0) return -1;
  int synced = fsync(file);
  close(file);
  if (synced != 0 || rename(from, to) != 0) return -1;
  const char *slash = strrchr(to, '/');
  char *folder = slash == NULL ? strdup(".") : strndup(to, slash == to ? 1 : (size_t)(slash - to));
  if (folder == NULL) return -1;
  int directory = open(folder, O_RDONLY);
  free(folder);
  if (directory < 0) return -1;
  synced = fsync(directory);
  close(directory);
  return synced;
}

#endif
