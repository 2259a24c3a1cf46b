#include "backoffice_sqlite.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

int64_t backoffice_file_size(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

int backoffice_open_file(const char *path, int64_t *size) {
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

int64_t backoffice_read_file(int file, void *buffer, int64_t size) {
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

void backoffice_close_file(int file) { close(file); }

int backoffice_write_file(const char *path, const void *bytes, int64_t size) {
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

int backoffice_remove_file(const char *path) { return unlink(path); }

int backoffice_rename_file(const char *from, const char *to) { return rename(from, to); }

int backoffice_sync_file(const char *path) {
  int file = open(path, O_RDONLY);
  if (file < 0) return -1;
  int synced = fsync(file);
  close(file);
  return synced;
}
