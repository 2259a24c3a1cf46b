#ifndef BACKOFFICE_SQLITE_H
#define BACKOFFICE_SQLITE_H

// The prototypes of the preupdate hook are hidden behind this macro; whether the
// library was built with it is checked when a connection opens.
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Inline is what runs for every row, bound value or lock; everything else is in the .c files.

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

// Bytes that stay where they are until the statement is reset.

static inline int backoffice_bind_static_text(sqlite3_stmt *statement, int index, const char *text,
                                              sqlite3_uint64 length) {
  return sqlite3_bind_text64(statement, index, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

static inline int backoffice_bind_static_blob(sqlite3_stmt *statement, int index,
                                              const void *bytes, sqlite3_uint64 length) {
  return sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_STATIC);
}

// MARK: Threads and clocks

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

void backoffice_sleep_microseconds(int64_t microseconds);

// Fills at most 256 bytes with random numbers fit for secrets; 0 when it did.
int backoffice_random_bytes(void *bytes, size_t count);

// MARK: Connections

// Sets an option that is on or off. Swift does not import C variadics.
int backoffice_db_config_boolean(sqlite3 *db, int option, int value, int *result);

// Writes `size` bytes over the database that `db` holds in memory, through SQLite's own file, as
// another process would change a file: with a new change counter, from which the pages kept by the
// connection are known to be old (https://www.sqlite.org/fileformat.html#file_change_counter).
//
// No transaction may be open, and `bytes` must hold the schema that the connection has read.
int backoffice_overwrite_memory(sqlite3 *db, const void *bytes, int64_t size);

// Whether the log beside the file of `db` was written for another file: its pages are of another
// size, or its first page has other marks (application id and user version) than the file's own.
//
// Reads the file through SQLite's own handle, since closing another one would drop its locks. Files
// without marks cannot be told apart, nor a log without its first page: one under which the file
// never grew. https://www.sqlite.org/fileformat.html has the offsets.
int backoffice_has_foreign_log(sqlite3 *db, const char *path);

// The process that holds the write lock of the database at `path`, or 0 where no process does or
// the system does not tell; its short name goes to `name`.
int64_t backoffice_lock_holder(const char *path, char *name, size_t size);

// MARK: Files

// How large a file is, in bytes; 0 when there is none.
int64_t backoffice_file_size(const char *path);

// Opens a file to read it, and says how large it is; -errno when it cannot.
int backoffice_open_file(const char *path, int64_t *size);

// Fills `buffer` with what is left of the file; the bytes read, or -errno.
int64_t backoffice_read_file(int file, void *buffer, int64_t size);

void backoffice_close_file(int file);

// Writes a whole file, in place of what it held; errno, or 0.
int backoffice_write_file(const char *path, const void *bytes, int64_t size);

int backoffice_remove_file(const char *path);

int backoffice_rename_file(const char *from, const char *to);

// Asks the disk to keep what a file holds; 0 when it says that it does.
int backoffice_sync_file(const char *path);

// MARK: Folders

// Calls `each` with every name in a folder but `.` and `..`; errno, or 0.
int backoffice_list_folder(const char *path, void *context,
                           void (*each)(void *context, const char *name));

// 1 for a folder, 0 for anything else, -1 when there is nothing of that name.
int backoffice_is_folder(const char *path);

// Asks the disk to keep the names in the folder that holds `path`.
int backoffice_sync_folder_of(const char *path);

// The space that is left for this user where `path` lies, in bytes; -1 when it is not known.
int64_t backoffice_free_bytes(const char *path);

// What stands in the way of using a path, as bits; by the rights in force, not the user's name.
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
