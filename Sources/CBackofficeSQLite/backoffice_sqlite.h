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
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif
#include <unistd.h>
#if defined(__linux__) && defined(__has_include)
#if __has_include(<sys/random.h>)
#include <sys/random.h>
#define BACKOFFICE_HAS_GETRANDOM 1
#endif
#endif
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

// Fills at most 256 bytes with random numbers fit for secrets; 0 when it did.
static inline int backoffice_random_bytes(void *bytes, size_t count) {
#if defined(BACKOFFICE_HAS_GETRANDOM)
  return getrandom(bytes, count, 0) == (ssize_t)count ? 0 : -1;
#elif defined(__APPLE__)
  arc4random_buf(bytes, count);
  return 0;
#else
  (void)bytes;
  (void)count;
  return -1;
#endif
}

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

// Asks the disk to keep what a file holds; 0 when it says that it does.
static inline int backoffice_sync_file(const char *path) {
  int file = open(path, O_RDONLY);
  if (file < 0) return -1;
  int synced = fsync(file);
  close(file);
  return synced;
}

// Calls `each` with every name in a folder but `.` and `..`; errno, or 0.
static inline int backoffice_list_folder(const char *path, void *context,
                                         void (*each)(void *context, const char *name)) {
  DIR *folder = opendir(path);
  if (folder == NULL) return errno;
  struct dirent *entry;
  while (errno = 0, (entry = readdir(folder)) != NULL) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      each(context, entry->d_name);
  }
  int code = errno;
  closedir(folder);
  return code;
}

// 1 for a folder, 0 for anything else, -1 when there is nothing of that name.
static inline int backoffice_is_folder(const char *path) {
  struct stat status;
  if (stat(path, &status) != 0) return -1;
  return S_ISDIR(status.st_mode) ? 1 : 0;
}

// How large a file is, in bytes; 0 when there is none.
static inline int64_t backoffice_file_size(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

// Opens a file to read it, and says how large it is; -errno when it cannot.
static inline int backoffice_open_file(const char *path, int64_t *size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -errno;
  struct stat status;
  if (fstat(file, &status) != 0 || S_ISDIR(status.st_mode)) {
    int code = errno == 0 ? EISDIR : errno;
    close(file);
    return -code;
  }
  *size = status.st_size;
  return file;
}

// Fills `buffer` with what is left of the file; the bytes read, or -errno.
static inline int64_t backoffice_read_file(int file, void *buffer, int64_t size) {
  int64_t done = 0;
  while (done < size) {
    ssize_t count = read(file, (char *)buffer + done, (size_t)(size - done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -(int64_t)errno;
    if (count == 0) break;
    done += count;
  }
  return done;
}

static inline void backoffice_close_file(int file) { close(file); }

// Writes a whole file anew; errno, or 0.
static inline int backoffice_write_file(const char *path, const void *bytes, int64_t size) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  int64_t done = 0;
  while (done < size) {
    ssize_t count = write(file, (const char *)bytes + done, (size_t)(size - done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      int code = errno;
      close(file);
      return code;
    }
    done += count;
  }
  return close(file) == 0 ? 0 : errno;
}

// The room that is left for this user where `path` lies, in bytes; -1 when nobody knows.
static inline int64_t backoffice_free_bytes(const char *path) {
  struct statvfs status;
  if (statvfs(path, &status) != 0) return -1;
  return (int64_t)status.f_bavail * (int64_t)status.f_frsize;
}

static inline int backoffice_rename_file(const char *from, const char *to) {
  return rename(from, to);
}

// The folder that holds the file of a path; freed by the caller, NULL without memory.
static inline char *backoffice_folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL) return strdup(".");
  return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

// Asks the disk to keep the names in the folder that holds `path`.
static inline int backoffice_sync_folder_of(const char *path) {
  char *folder = backoffice_folder_of(path);
  if (folder == NULL) return -1;
  int result = backoffice_sync_file(folder);
  free(folder);
  return result;
}

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

static inline int backoffice_file_obstacles(const char *path) {
  int found = 0;
  struct stat status;
  if (stat(path, &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) found |= BACKOFFICE_IS_MISSING;
  } else {
    if (S_ISDIR(status.st_mode)) found |= BACKOFFICE_IS_FOLDER;
    if (S_ISREG(status.st_mode) && status.st_size == 0) found |= BACKOFFICE_IS_EMPTY;
    if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0) found |= BACKOFFICE_IS_UNREADABLE;
    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0) found |= BACKOFFICE_IS_UNWRITABLE;
  }
  char *folder = backoffice_folder_of(path);
  if (folder == NULL) return found;
  if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) {
    found |= BACKOFFICE_FOLDER_IS_MISSING;
  } else if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0) {
    found |= BACKOFFICE_FOLDER_IS_UNWRITABLE;
  }
  free(folder);
  return found;
}

// The process that holds the write lock of the database at `path`, or 0 where nobody does or the
// system does not tell; its short name goes to `name`.
//
// SQLite's lock is byte 120 of the shared memory's file (https://www.sqlite.org/walformat.html).
// Only the kernel's list is asked: opening the file here and closing it again would drop every lock
// that this process has on it.
static inline int64_t backoffice_lock_holder(const char *path, char *name, size_t size) {
  int64_t holder = 0;
  if (size > 0) name[0] = 0;
#ifdef __linux__
  char text[4200];
  struct stat status;
  if (snprintf(text, sizeof text, "%s-shm", path) >= (int)sizeof text) return 0;
  if (stat(text, &status) != 0) return 0;
  FILE *locks = fopen("/proc/locks", "re");
  if (locks == NULL) return 0;
  while (holder == 0 && fgets(text, sizeof text, locks) != NULL) {
    long long process;
    unsigned int major_number, minor_number;
    unsigned long long inode, start;
    // One that waits for a lock has an arrow in its line, and does not match.
    if (sscanf(text, "%*u: POSIX %*s WRITE %lld %x:%x:%llu %llu", &process, &major_number,
               &minor_number, &inode, &start) == 5 &&
        process > 0 && inode == status.st_ino && start == 120 &&
        major_number == major(status.st_dev) && minor_number == minor(status.st_dev)) {
      holder = process;
    }
  }
  fclose(locks);
  if (holder == 0 || size == 0) return holder;
  snprintf(text, sizeof text, "/proc/%lld/comm", (long long)holder);
  FILE *command = fopen(text, "re");
  if (command == NULL) return holder;
  if (fgets(name, (int)size, command) != NULL) name[strcspn(name, "\n")] = 0;
  fclose(command);
#else
  (void)path;
#endif
  return holder;
}

// Writes `size` bytes over the database that `db` holds in memory, through SQLite's own file, as
// another process would change a file: with a new change counter, from which the pages kept by the
// connection are known to be old (https://www.sqlite.org/fileformat.html#file_change_counter).
//
// No transaction may be open, and `bytes` must hold the schema that the connection has read.
static inline int backoffice_overwrite_memory(sqlite3 *db, const void *bytes, int64_t size) {
  sqlite3_file *file = NULL;
  sqlite3_int64 current = 0;
  unsigned char counter[4];
  int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (code != SQLITE_OK) return code;
  if (file == NULL || file->pMethods == NULL) return SQLITE_MISUSE;
  if ((code = file->pMethods->xRead(file, counter, 4, 24)) != SQLITE_OK) return code;
  for (int index = 3; index >= 0 && ++counter[index] == 0; index--) {}
  if ((code = file->pMethods->xFileSize(file, &current)) != SQLITE_OK) return code;
  if (current > size && (code = file->pMethods->xTruncate(file, size)) != SQLITE_OK) return code;
  if ((code = file->pMethods->xWrite(file, bytes, (int)size, 0)) != SQLITE_OK) return code;
  // The number of pages in the header counts only where the second one agrees.
  if ((code = file->pMethods->xWrite(file, counter, 4, 24)) != SQLITE_OK) return code;
  return file->pMethods->xWrite(file, counter, 4, 92);
}

static inline uint32_t backoffice_big_endian(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Whether the log beside the file of `db` was written for another file: its pages are of another
// size, or its first page has other marks (application id and user version) than the file's own.
//
// Reads the file through SQLite's own handle, since closing another one would drop its locks. Files
// without marks cannot be told apart, nor a log without its first page: one under which the file
// never grew. https://www.sqlite.org/fileformat.html has the offsets.
static inline int backoffice_has_foreign_log(sqlite3 *db, const char *path) {
  sqlite3_file *file = NULL;
  unsigned char header[100], log_header[32], frame[24 + 100];
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return 0;
  if (file == NULL || file->pMethods == NULL) return 0;
  if (file->pMethods->xRead(file, header, sizeof header, 0) != SQLITE_OK) return 0;
  if (memcmp(header, "SQLite format 3", 16) != 0) return 0;
  char name[4200];
  if (snprintf(name, sizeof name, "%s-wal", path) >= (int)sizeof name) return 0;
  int log = open(name, O_RDONLY | O_CLOEXEC);
  if (log < 0) return 0;
  int foreign = 0, known = 0;
  uint32_t size = (uint32_t)header[16] << 8 | header[17];
  if (size == 1) size = 65536;
  if (pread(log, log_header, sizeof log_header, 0) == (ssize_t)sizeof log_header &&
      (backoffice_big_endian(log_header) & ~1u) == 0x377f0682u) {
    uint32_t log_size = backoffice_big_endian(log_header + 8);
    // As many pages as a log usually has; the first page is nearly always among the first.
    for (int64_t index = 0; index < 5000 && !foreign && !known; index++) {
      off_t offset = 32 + (off_t)index * (24 + (off_t)log_size);
      if (pread(log, frame, sizeof frame, offset) != (ssize_t)sizeof frame) break;
      // What lies behind the last frame of this log is left from an earlier one.
      if (memcmp(frame + 8, log_header + 16, 8) != 0) break;
      if (log_size != size) foreign = 1;
      if (backoffice_big_endian(frame) != 1) continue;
      for (int mark = 60; mark <= 68; mark += 8) {
        uint32_t ours = backoffice_big_endian(header + mark);
        uint32_t theirs = backoffice_big_endian(frame + 24 + mark);
        if (ours != 0 && theirs != 0 && ours != theirs) foreign = 1;
        if (mark == 60 && ours != 0 && ours == theirs) known = 1;
      }
    }
  }
  close(log);
  return foreign;
}

#endif
