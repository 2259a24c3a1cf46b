#ifndef BACKOFFICE_SQLITE_H
#define BACKOFFICE_SQLITE_H

// This macro makes the declarations of the preupdate hook visible. Whether the library was built
// with it is checked when a database opens.
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Functions that run for every row, bound value or lock are inline; the others are in the .c files.

// MARK: Bound values
//
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

// The bytes must stay valid until the statement is reset.

static inline int backoffice_bind_static_text(sqlite3_stmt *statement, int index, const char *text,
                                              sqlite3_uint64 length) {
  return sqlite3_bind_text64(statement, index, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

static inline int backoffice_bind_static_blob(sqlite3_stmt *statement, int index,
                                              const void *bytes, sqlite3_uint64 length) {
  return sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_STATIC);
}

// MARK: Results of functions

static inline void backoffice_result_text(sqlite3_context *context, const char *text,
                                          sqlite3_uint64 length) {
  sqlite3_result_text64(context, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline void backoffice_result_blob(sqlite3_context *context, const void *bytes,
                                          sqlite3_uint64 length) {
  if (length == 0) sqlite3_result_zeroblob64(context, 0);
  else sqlite3_result_blob64(context, bytes, length, SQLITE_TRANSIENT);
}

static inline void backoffice_result_error(sqlite3_context *context, const char *text) {
  sqlite3_result_error(context, text, -1);
}

// MARK: Threads and clocks

// The ID of the calling thread, which is unique among the running threads.
static inline uintptr_t backoffice_thread_id(void) { return (uintptr_t)pthread_self(); }

// The system time in microseconds since 1970 UTC.
static inline int64_t backoffice_now_microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// The time of the monotonic clock in microseconds.
static inline int64_t backoffice_monotonic_microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void backoffice_sleep_microseconds(int64_t microseconds);

// Fills at most 256 bytes with cryptographically secure random numbers; returns 0 on success.
int backoffice_random_bytes(void *bytes, size_t count);

// MARK: Connections

// Sets a boolean option. Swift does not import C variadic functions.
int backoffice_db_config_boolean(sqlite3 *db, int option, int value, int *result);

// Overwrites the in-memory database of `db` with `size` bytes, through SQLite's own file handle, as
// another process would change a file: with a new change counter, which invalidates the page cache
// of the connection (https://www.sqlite.org/fileformat.html#file_change_counter).
//
// No transaction may be open, and `bytes` must contain the schema that the connection has parsed.
int backoffice_overwrite_memory(sqlite3 *db, const void *bytes, int64_t size);

// Whether the log next to the file of `db` was written for another file: its page size differs, or
// its first page has another application ID or user version than the file.
//
// It reads the file through SQLite's own handle, because closing another one would release its
// locks. Files without an application ID and user version cannot be distinguished, nor can a log
// without the first page. See https://www.sqlite.org/fileformat.html for the offsets.
int backoffice_has_foreign_log(sqlite3 *db, const char *path);

// The process that holds the write lock of the database at `path`, or 0 if there is none or it is
// not known. Its short name is written to `name`.
int64_t backoffice_lock_holder(const char *path, char *name, size_t size);

// MARK: Files

// The size of a file in bytes; 0 if it does not exist.
int64_t backoffice_file_size(const char *path);

// Opens a file for reading and sets its size; returns -errno on failure.
int backoffice_open_file(const char *path, int64_t *size);

// Fills `buffer` with the rest of the file; returns the number of bytes read, or -errno.
int64_t backoffice_read_file(int file, void *buffer, int64_t size);

void backoffice_close_file(int file);

// Writes a file, replacing its content; returns errno, or 0 on success.
int backoffice_write_file(const char *path, const void *bytes, int64_t size);

int backoffice_remove_file(const char *path);

int backoffice_rename_file(const char *from, const char *to);

// Syncs the content of a file; returns 0 on success.
int backoffice_sync_file(const char *path);

// Writes the absolute path of a file, which need not exist, without symbolic links to `resolved`,
// which has room for PATH_MAX bytes. Returns errno: ENOTDIR if the folder does not exist.
int backoffice_resolve_path(const char *path, char *resolved);

// The device and the number of a file; returns errno, or 0 on success.
int backoffice_file_identity(const char *path, uint64_t *device, uint64_t *number);

// Creates an empty file with the permissions and the owner of `model`, as far as the process may;
// with the usual permissions if `model` is NULL or does not exist. Returns errno, or 0 on success.
int backoffice_create_like(const char *path, const char *model);

// The number of times that this process was forked off.
extern int backoffice_forks;
static inline int backoffice_fork_count(void) { return backoffice_forks; }

// MARK: Folders

// Calls `each` with every name in a folder except `.` and `..`; returns errno, or 0 on success.
int backoffice_list_folder(const char *path, void *context,
                           void (*each)(void *context, const char *name));

// Returns 1 for a folder, 0 for a file, -1 if the path does not exist.
int backoffice_is_folder(const char *path);

// Syncs the folder that contains `path`; returns 0 on success.
int backoffice_sync_folder_of(const char *path);

// The free space on the volume of `path` in bytes; -1 if it is not known.
int64_t backoffice_free_bytes(const char *path);

// The obstacles to using a path, as bits, by the effective permissions.
enum {
  BACKOFFICE_IS_MISSING = 1,
  BACKOFFICE_IS_FOLDER = 2,
  BACKOFFICE_IS_UNREADABLE = 4,
  BACKOFFICE_IS_UNWRITABLE = 8,
  BACKOFFICE_IS_EMPTY = 16,
  BACKOFFICE_FOLDER_IS_MISSING = 32,
  BACKOFFICE_FOLDER_IS_UNWRITABLE = 64
};

int backoffice_file_obstacles(const char *path);

#endif
