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

#endif
